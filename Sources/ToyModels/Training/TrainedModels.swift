/// What training an ``Experiment`` leaves: the weights and losses of all its models.
public struct TrainedModels: Sendable {
    /// The weights of all models at one time.
    public struct Weights: Hashable, Codable, Sendable {
        /// Shape `[models, hidden, features]`.
        public var W: [Float]
        /// Shape `[models, features, hidden]` of untied models; nil for tied ones.
        public var W2: [Float]?
        /// Shape `[models, features]`.
        public var b: [Float]

        /// Weights in these shapes.
        public init(W: [Float], W2: [Float]? = nil, b: [Float]) {
            self.W = W
            self.W2 = W2
            self.b = b
        }
    }

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
    /// The key of each model's random stream, derived from the seed. Shape `[models]`.
    public let seeds: [UInt64]
    /// The trained weights.
    public let weights: Weights
    /// The loss of each trained model on fresh data: mean over samples of
    /// $\sum_i I_i (x_i - x'_i)^2$ (plus the penalty on the hidden layer where there is one), not attacked. Shape `[models]`.
    ///
    /// The models of one setting are measured on the same samples, so that they can be ranked.
    public let losses: [Double]
    /// The loss during training.
    public let history: LossHistory
    /// The snapshots that the experiment asks for.
    public let snapshots: [Snapshot]

    /// Creates a result from its parts, in the shapes that the properties state.
    public init(
        experiment: Experiment, seeds: [UInt64], weights: Weights, losses: [Double], history: LossHistory,
        snapshots: [Snapshot]
    ) {
        self.experiment = experiment
        self.seeds = seeds
        self.weights = weights
        self.losses = losses
        self.history = history
        self.snapshots = snapshots
    }

    /// One trained model.
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

    /// The model with the lowest loss of each setting. Shape `[settings]`.
    public var best: [ToyModel] {
        experiment.settings.indices.map { self[best(ofSetting: $0)] }
    }
}

extension TrainedModels.Weights {
    /// The weights of given models, which must have the same architecture, rounded to single precision. Models that
    /// were trained have that precision already, so training continues from where they are.
    public init(of models: [ToyModel]) {
        precondition(
            models.allSatisfy { $0.architecture == models[0].architecture }, "The models are of one architecture.")
        func joined(_ elements: (ToyModel) -> [Double]) -> [Float] { models.flatMap { elements($0).map(Float.init) } }
        self.init(
            W: joined(\.W.elements), W2: models.first?.W2 == nil ? nil : joined { $0.W2?.elements ?? [] },
            b: joined(\.b))
    }

    var isFinite: Bool { (W + (W2 ?? []) + b).allSatisfy(\.isFinite) }

    /// One of the models, of the given shape.
    func model(_ model: Int, of architecture: ToyModel.Architecture) -> ToyModel {
        let (n, m) = (architecture.features, architecture.hidden)
        var matrix = Matrix(rows: m, columns: n)
        for j in 0..<m * n { matrix.elements[j] = Double(W[model * m * n + j]) }
        let decoder = W2.map { W2 in
            var decoder = Matrix(rows: n, columns: m)
            for j in 0..<m * n { decoder.elements[j] = Double(W2[model * m * n + j]) }
            return decoder
        }
        return ToyModel(
            hiddenActivation: architecture.hiddenActivation, output: architecture.output, W: matrix, W2: decoder,
            b: b[model * n..<(model + 1) * n].map(Double.init))
    }
}
