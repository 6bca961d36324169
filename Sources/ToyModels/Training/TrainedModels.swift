/// What training an ``Experiment`` leaves: the weights and losses of all its models.
public struct TrainedModels: Sendable {
    /// The weights after a number of steps.
    public struct Snapshot: Hashable, Sendable {
        /// The number of steps taken; 0 is the start.
        public var step: Int
        /// The weights at that time.
        public var weights: Weights

        /// The weights after `step` steps.
        public init(step: Int, weights: Weights) {
            self.step = step
            self.weights = weights
        }
    }

    /// The loss during training.
    public struct LossHistory: Hashable, Sendable {
        /// The number of steps taken at each entry. Ascending.
        public var steps: [Int]
        /// The mean loss of the batches since the entry before. Shape `[models][entries]`.
        public var losses: [[Double]]

        /// A history in these shapes.
        public init(steps: [Int], losses: [[Double]]) {
            self.steps = steps
            self.losses = losses
        }
    }

    /// What was trained.
    public let experiment: Experiment
    /// What other experiments refer to these models by: the experiment's id, or a name that says more, such as one with
    /// the checksum of everything that the models depend on.
    public var key: String
    /// The key of each model's random stream, derived from the seed. Shape `[models]`.
    public let seeds: [UInt64]
    /// The trained weights.
    public let weights: Weights
    /// The expected loss of each trained model: the mean of $\sum_i I_i (t_i - x'_i)^2$ (plus the penalty on the hidden
    /// layer where there is one), not attacked. Shape `[models]`.
    ///
    /// It is exact where it has a closed form, and integrated by a rule where the sets of features that can be active at
    /// once are few (``ExpectedLoss``); otherwise it is the mean over random samples. The models of one setting are
    /// measured on the same samples, so that they can be ranked.
    public let losses: [Double]
    /// The standard error of each loss; 0 where it is exact. Shape `[models]`.
    public let lossErrors: [Double]
    /// The same on the finite set that each model was trained on; nil if samples were fresh. Shape `[models]`.
    public let trainingLosses: [Double]?
    /// The loss during training.
    public let history: LossHistory
    /// The snapshots that the experiment asks for.
    public let snapshots: [Snapshot]
    /// How long threads have worked on it, added up, in seconds; 0 if that is not known.
    public let seconds: Double

    /// Creates a result from its parts, in the shapes that the properties state.
    public init(
        experiment: Experiment, key: String? = nil, seeds: [UInt64], weights: Weights, losses: [Double],
        lossErrors: [Double], trainingLosses: [Double]? = nil, history: LossHistory, snapshots: [Snapshot],
        seconds: Double = 0
    ) {
        self.experiment = experiment
        self.key = key ?? experiment.id
        self.seeds = seeds
        self.weights = weights
        self.losses = losses
        self.lossErrors = lossErrors
        self.trainingLosses = trainingLosses
        self.history = history
        self.snapshots = snapshots
        self.seconds = seconds
    }

    /// One trained model.
    ///
    /// - Precondition: `model` is the index of one, which is no dictionary.
    /// - Complexity: O(*n m*): its weights are copied to double precision.
    public subscript(model: Int) -> ToyModel {
        weights.model(model, of: experiment.architecture)
    }

    /// One model as it was in a snapshot.
    public subscript(model: Int, snapshot: Snapshot) -> ToyModel {
        snapshot.weights.model(model, of: experiment.architecture)
    }

    /// The indices of the models of one setting.
    public func models(ofSetting setting: Int) -> Range<Int> {
        setting * experiment.restarts..<(setting + 1) * experiment.restarts
    }

    /// The index of the model with the lowest loss of one setting.
    public func best(ofSetting setting: Int) -> Int {
        models(ofSetting: setting).reduce(setting * experiment.restarts) { losses[$1] < losses[$0] ? $1 : $0 }
    }

    /// The models of one setting with their indices and losses, least first.
    public func ranked(ofSetting setting: Int) -> [(index: Int, model: ToyModel, loss: Double)] {
        models(ofSetting: setting).sorted { losses[$0] < losses[$1] }.map { ($0, self[$0], losses[$0]) }
    }

    /// The loss of a model with its error.
    public func loss(of model: Int) -> LossEstimate {
        LossEstimate(losses[model], standardError: lossErrors[model])
    }

    /// The model with the lowest loss of each setting. Shape `[settings]`.
    ///
    /// - Complexity: O(models + settings · *n m*), at every call.
    public var best: [ToyModel] {
        experiment.settings.indices.map { self[best(ofSetting: $0)] }
    }
}
