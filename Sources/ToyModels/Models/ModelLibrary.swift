/// Trained models that experiments refer to, by the key of their experiment.
public struct ModelLibrary: Sendable {
    private var experiments: [String: TrainedModels] = [:]

    /// A library of some experiments' models; of several with the same key the last one counts.
    public init(_ experiments: [TrainedModels] = []) {
        for models in experiments { insert(models) }
    }

    /// Adds an experiment's models, in place of those of the same key.
    public mutating func insert(_ models: TrainedModels) { experiments[models.key] = models }

    /// The toy model that a reference names; nil if it is not here.
    public subscript(reference: ModelReference) -> ToyModel? {
        guard let trained = experiments[reference.experiment], trained.experiment.architecture.dictionary == nil,
            trained.seeds.indices.contains(reference.model)
        else { return nil }
        return trained[reference.model]
    }
}
