/// Everything that determines the outcome of a training run, but for the seed: many models of one shape, trained
/// in the same way on different settings, each setting with several random starts.
public struct Experiment: Hashable, Codable, Sendable {
    /// What differs between the models of an experiment: the data and how the loss weighs it.
    public struct Setting: Hashable, Codable, Sendable {
        /// The distribution of the inputs.
        public var features: FeatureDistribution
        /// Importance $I_i$ of each feature in the loss. Shape `[features]`.
        public var importance: [Double]

        /// Factor λ of the penalty $\lambda \sum_k |h_k|$ on the hidden layer.
        public var hiddenPenalty: Double
        /// Length of the attack on each training input: along the gradient of a random feature's output,
        /// $\pm (W^T W)_i / \|(W^T W)_i\|$. (Section "The Relationship to Adversarial Robustness".)
        public var attackNorm: Double

        /// Inputs from `features`, weighed by `importance`.
        public init(
            features: FeatureDistribution, importance: [Double], hiddenPenalty: Double = 0, attackNorm: Double = 0
        ) {
            self.features = features
            self.importance = importance
            self.hiddenPenalty = hiddenPenalty
            self.attackNorm = attackNorm
        }

        var objective: ToyModel.Objective {
            ToyModel.Objective(importance: importance, hiddenPenalty: hiddenPenalty)
        }
    }

    /// What a model's output should be.
    public enum Target: String, Hashable, Codable, Sendable {
        /// The input $x$.
        case input
        /// Its absolute value $|x|$. (Section "Computation in Superposition".)
        case absoluteValue

        func callAsFunction(_ x: [Double]) -> [Double] { self == .input ? x : x.map(abs) }
    }

    /// The name, after the first figure that the experiment serves. It is part of what seeds the random streams.
    public var id: String
    /// The shape of every model.
    public var architecture: ToyModel.Architecture
    /// What every model learns to answer.
    public var target: Target
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
    /// The start of an untied decoder: if given, $|W|^T$ times this factor instead of weights of its own.
    public var initialDecoderFromEncoder: Double?
    /// Where the models start, in the order of `models`, instead of random weights: those of other training that is
    /// to go on, or a solution to be followed through the settings. The two properties before do not apply to them.
    public var initialWeights: TrainedModels.Weights?
    /// Steps after which all weights are kept; 0 is the start. Ascending.
    public var snapshots: [Int]
    /// The number of fresh samples on which each trained model's loss is measured.
    public var evaluationSamples: Int

    /// An experiment with the authors' optimiser and initial weights.
    public init(
        id: String, architecture: ToyModel.Architecture, target: Target = .input, settings: [Setting],
        restarts: Int = 1, steps: Int, batchSize: Int, learningRate: LearningRate, optimizer: AdamW = AdamW(),
        initialScale: Double = 1, initialDecoderFromEncoder: Double? = nil,
        initialWeights: TrainedModels.Weights? = nil, snapshots: [Int] = [], evaluationSamples: Int = 1 << 17
    ) {
        self.id = id
        self.architecture = architecture
        self.target = target
        self.settings = settings
        self.restarts = restarts
        self.steps = steps
        self.batchSize = batchSize
        self.learningRate = learningRate
        self.optimizer = optimizer
        self.initialScale = initialScale
        self.initialDecoderFromEncoder = initialDecoderFromEncoder
        self.initialWeights = initialWeights
        self.snapshots = snapshots
        self.evaluationSamples = evaluationSamples
    }

    /// Steps for ``snapshots``: 0, every `interval` steps, up to `steps`.
    public static func snapshots(every interval: Int, through steps: Int) -> [Int] {
        Array(stride(from: 0, through: steps, by: interval))
    }

    /// Steps for ``snapshots`` at even distances on a log axis: 0, 1, then each `ratio` times the one before or the next
    /// whole number, up to `steps`.
    public static func snapshots(growingBy ratio: Double, through steps: Int) -> [Int] {
        Array(sequence(first: 0) { max($0 + 1, Int(Double($0) * ratio)) }.prefix { $0 <= steps })
    }

    /// The number of models: those of the first setting come first, its restarts in order.
    public var models: Int { settings.count * restarts }

    /// The setting of a model.
    public func setting(ofModel model: Int) -> Setting { settings[model / restarts] }
}
