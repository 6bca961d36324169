/// What experiments refer to: trained models, by the key of their experiment, and tables of samples.
public struct ModelLibrary: Sendable {
    private var experiments: [String: TrainedModels] = [:]
    private var tables: [SampleTableReference: SampleTable] = [:]

    /// A library of some experiments' models; of several with the same key the last one counts.
    public init(_ experiments: [TrainedModels] = []) {
        for models in experiments { insert(models) }
    }

    /// Adds an experiment's models, in place of those of the same key.
    public mutating func insert(_ models: TrainedModels) { experiments[models.key] = models }

    /// Adds a table of samples under the name by which experiments refer to it.
    public mutating func insert(_ table: SampleTable, as reference: SampleTableReference) { tables[reference] = table }

    /// The table of samples that a reference names; nil if it is not here.
    public subscript(reference: SampleTableReference) -> SampleTable? { tables[reference] }

    /// The toy model that a reference names; nil if it is not here.
    public subscript(reference: ModelReference) -> ToyModel? {
        guard let trained = experiments[reference.experiment], trained.experiment.architecture.dictionary == nil,
            trained.seeds.indices.contains(reference.model)
        else { return nil }
        return trained[reference.model]
    }
}
