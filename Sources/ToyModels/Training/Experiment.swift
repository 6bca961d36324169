/// Everything that determines the outcome of a training run, but for the seed: many models of one shape, trained
/// in the same way on different settings, each setting with several random starts.
public struct Experiment: Hashable, Codable, Sendable {
    /// What differs between the models of an experiment: the data and how the loss weighs it.
    public struct Setting: Hashable, Codable, Sendable {
        /// The distribution of the inputs.
        public var features: FeatureDistribution
        /// Importance $I_i$ of each feature in the loss. Shape `[features]`.
        public var importance: [Double]

        /// Inputs from `features`, weighed by `importance`.
        public init(features: FeatureDistribution, importance: [Double]) {
            self.features = features
            self.importance = importance
        }
    }

    /// The name, after the first figure that the experiment serves. It is part of what seeds the random streams.
    public var id: String
    /// The shape of every model.
    public var architecture: ToyModel.Architecture
    /// The settings of the sweep.
    public var settings: [Setting]
    /// The number of models per setting, each with its own random start and data.
    public var restarts: Int
    /// The number of steps.
    public var steps: Int
    /// The number of fresh samples per step.
    public var batchSize: Int
    /// The learning rate and its schedule.
    public var learningRate: LearningRate
    /// The optimiser.
    public var optimizer: AdamW
    /// A factor on the initial weights, which are Xavier-normal: standard deviation $\sqrt{2 / (n + m)}$.
    public var initialScale: Double
    /// Steps after which all weights are kept; 0 is the random start. Ascending.
    public var snapshots: [Int]
    /// The number of fresh samples on which each trained model's loss is measured.
    public var evaluationSamples: Int

    /// An experiment with the authors' optimiser and initial weights.
    public init(
        id: String, architecture: ToyModel.Architecture, settings: [Setting], restarts: Int = 1,
        steps: Int, batchSize: Int, learningRate: LearningRate, optimizer: AdamW = AdamW(),
        initialScale: Double = 1, snapshots: [Int] = [], evaluationSamples: Int = 1 << 17
    ) {
        self.id = id
        self.architecture = architecture
        self.settings = settings
        self.restarts = restarts
        self.steps = steps
        self.batchSize = batchSize
        self.learningRate = learningRate
        self.optimizer = optimizer
        self.initialScale = initialScale
        self.snapshots = snapshots
        self.evaluationSamples = evaluationSamples
    }

    /// The number of models: those of the first setting come first, its restarts in order.
    public var models: Int { settings.count * restarts }

    /// The setting of a model.
    public func setting(ofModel model: Int) -> Setting { settings[model / restarts] }

    /// Throws if no training can be run from these values.
    public func validate() throws(TrainingError) {
        func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws(TrainingError) {
            if !condition { throw .invalidExperiment(id: id, problem: problem()) }
        }
        let (n, m) = (architecture.features, architecture.hidden)
        try require(n > 0 && m > 0, "a model needs at least one feature and one hidden dimension, not \(n)×\(m)")
        try require(!settings.isEmpty, "it has no settings")
        try require(restarts > 0, "restarts is \(restarts), and must be positive")
        try require(steps >= 0, "steps is \(steps), and must not be negative")
        try require(batchSize > 0, "batchSize is \(batchSize), and must be positive")
        try require(evaluationSamples > 0, "evaluationSamples is \(evaluationSamples), and must be positive")
        try require(learningRate.peak.isFinite, "the learning rate is \(learningRate.peak)")
        for (index, setting) in settings.enumerated() {
            try require(
                setting.features.features == n && setting.importance.count == n,
                "setting \(index) has \(setting.features.features) densities and \(setting.importance.count) "
                    + "importances for \(n) features")
            try require(
                setting.features.density.allSatisfy { (0...1).contains($0) },
                "setting \(index) has a density outside 0...1")
            try require(
                setting.importance.allSatisfy { $0.isFinite && $0 >= 0 },
                "setting \(index) has an importance that is negative or not finite")
        }
        try require(
            snapshots == Set(snapshots).sorted() && snapshots.allSatisfy { (0...steps).contains($0) },
            "snapshots must be ascending steps in 0...\(steps)")
    }
}
