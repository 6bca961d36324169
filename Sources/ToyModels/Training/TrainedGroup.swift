/// Some models of an experiment that were trained together: the least part of an experiment that can be trained by
/// itself.
public struct TrainedGroup: Hashable, Sendable {
    /// Their indices in the experiment.
    public var models: Range<Int>
    /// The trained weights.
    public var weights: Weights
    /// The expected loss of each model, as in ``TrainedModels/losses``.
    public var losses: [LossEstimate]
    /// The same on the finite set that they were trained on; nil if samples were fresh.
    public var trainingLosses: [Double]?
    /// The loss during training, at the experiment's ``Experiment/historySteps``. Shape `[models][entries]`.
    public var history: [[Double]]
    /// The weights at each of the steps that the experiment asks for.
    public var snapshots: [Weights]
    /// How long threads have worked on it, in seconds.
    public var seconds: Double

    /// A group from its parts, in the shapes that the properties state.
    public init(
        models: Range<Int>, weights: Weights, losses: [LossEstimate], trainingLosses: [Double]? = nil,
        history: [[Double]], snapshots: [Weights], seconds: Double
    ) {
        self.models = models
        self.weights = weights
        self.losses = losses
        self.trainingLosses = trainingLosses
        self.history = history
        self.snapshots = snapshots
        self.seconds = seconds
    }
}

extension TrainedModels {
    /// The models of an experiment from those of all its groups, in the order of the models.
    ///
    /// - Precondition: the groups are those of the experiment, each once and in order.
    public init(joining groups: [TrainedGroup], of experiment: Experiment, seed: UInt64) {
        let key = StreamKey(seed: seed, experiment: experiment.id)
        self.init(
            experiment: experiment,
            seeds: (0..<experiment.models).map { key.appending(.training, $0) },
            weights: Weights(joining: groups.map(\.weights)),
            losses: groups.flatMap { $0.losses.map(\.value) },
            lossErrors: groups.flatMap { $0.losses.map(\.standardError) },
            trainingLosses: groups.first?.trainingLosses == nil ? nil : groups.flatMap { $0.trainingLosses ?? [] },
            history: .init(steps: experiment.historySteps, losses: groups.flatMap(\.history)),
            snapshots: experiment.snapshots.enumerated().map { index, step in
                .init(step: step, weights: Weights(joining: groups.map { $0.snapshots[index] }))
            },
            seconds: groups.reduce(0) { $0 + $1.seconds })
    }
}
