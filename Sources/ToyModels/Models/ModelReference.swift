/// A trained model of another experiment, by name: what goes on from it, imitates it or reads its activations does not
/// contain it.
public struct ModelReference: Hashable, Codable, Sendable {
    /// The key of the experiment that trained it; see ``TrainedModels/key``.
    public var experiment: String
    /// Its index among the experiment's models.
    public var model: Int

    /// A model of an experiment.
    public init(experiment: String, model: Int) {
        self.experiment = experiment
        self.model = model
    }
}

/// Trained models of another experiment, by name, in the order in which they are wanted; a model may be wanted several
/// times.
public struct ModelSelection: Hashable, Codable, Sendable {
    /// The key of the experiment that trained them; see ``TrainedModels/key``.
    public var experiment: String
    /// Their indices among the experiment's models.
    public var models: [Int]

    /// Some models of an experiment.
    public init(experiment: String, models: [Int]) {
        self.experiment = experiment
        self.models = models
    }

    /// One of the models, by its place in the selection.
    ///
    /// - Precondition: the selection has that place.
    public subscript(place: Int) -> ModelReference { ModelReference(experiment: experiment, model: models[place]) }
}

extension TrainedModels {
    /// Names one of the models. Whether there is such a model is checked when an experiment that refers to it is
    /// trained.
    public func reference(to model: Int) -> ModelReference { ModelReference(experiment: key, model: model) }

    /// Names some of the models, or all of them.
    public func selection(_ models: [Int]? = nil) -> ModelSelection {
        ModelSelection(experiment: key, models: models ?? Array(0..<experiment.models))
    }
}
