/// Everything that determines the outcome of a training run, but for the seed: many models of one shape, trained
/// in the same way on different settings, each setting with several random starts.
public struct Experiment: Hashable, Codable, Sendable {
    /// What differs between the models of an experiment: where inputs come from, and what a model is trained for.
    public struct Setting: Hashable, Codable, Sendable {
        /// Where the inputs come from.
        public var data: TrainingData
        /// What a model is trained for.
        public var objective: Objective

        /// Data and what to do with them.
        public init(data: TrainingData, objective: Objective) {
            self.data = data
            self.objective = objective
        }

        /// Fresh samples of `features`, whose errors count by `importance`.
        public init(
            features: FeatureDistribution, importance: [Double], target: Objective.Target = .input,
            hiddenPenalty: Double = 0, attackNorm: Double = 0
        ) {
            data = TrainingData(features)
            objective = Objective(
                importance: importance, target: target, hiddenPenalty: hiddenPenalty, attackNorm: attackNorm)
        }

        /// The distribution of the features.
        public var features: FeatureDistribution {
            get { data.features }
            set { data.features = newValue }
        }

        /// Importance $I_i$ of each feature in the loss. Shape `[features]`.
        public var importance: [Double] {
            get { objective.importance }
            set { objective.importance = newValue }
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
    /// The number of samples per step.
    public var batchSize: Int
    /// The learning rate and its schedule.
    public var learningRate: LearningRate
    /// The optimiser.
    public var optimizer: AdamW
    /// A factor on the initial weights, which are Xavier-normal: standard deviation $\sqrt{2 / (n + m)}$.
    public var initialScale: Double
    /// The start of an untied decoder: if given, $|W|^T$ times this factor instead of weights of its own.
    public var initialDecoderFromEncoder: Double?
    /// The trained models that the models start from, one for each, instead of random weights: training that goes on,
    /// or a solution that is followed through the settings. The two properties before do not apply to them.
    public var start: ModelSelection?
    /// What training dictionaries takes besides; nil for toy models.
    public var dictionary: DictionaryRecipe?
    /// Steps after which all weights are kept; 0 is the start. Ascending.
    public var snapshots: [Int]
    /// The number of fresh samples on which each trained model's loss is measured, after training; those of the rule where
    /// it is integrated, and of no meaning where it has a closed form.
    public var evaluationSamples: Int

    /// An experiment with the authors' optimiser and initial weights.
    public init(
        id: String, architecture: ToyModel.Architecture, settings: [Setting],
        restarts: Int = 1, steps: Int, batchSize: Int, learningRate: LearningRate, optimizer: AdamW = AdamW(),
        initialScale: Double = 1, initialDecoderFromEncoder: Double? = nil,
        start: ModelSelection? = nil, dictionary: DictionaryRecipe? = nil, snapshots: [Int] = [],
        evaluationSamples: Int = 1 << 17
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
        self.initialDecoderFromEncoder = initialDecoderFromEncoder
        self.start = start
        self.dictionary = dictionary
        self.snapshots = snapshots
        self.evaluationSamples = evaluationSamples
    }

    /// Steps for ``snapshots``: 0, every `interval` steps, up to `steps`.
    ///
    /// - Precondition: `interval` is not 0.
    public static func snapshots(every interval: Int, through steps: Int) -> [Int] {
        Array(stride(from: 0, through: steps, by: interval))
    }

    /// Steps for ``snapshots`` at even distances on a log axis: 0, 1, then each `ratio` times the one before or the
    /// next whole number, up to `steps`.
    public static func snapshots(growingBy ratio: Double, through steps: Int) -> [Int] {
        Array(sequence(first: 0) { max($0 + 1, Int(Double($0) * ratio)) }.prefix { $0 <= steps })
    }

    /// The number of models: those of the first setting come first, its restarts in order.
    public var models: Int { settings.count * restarts }

    /// About how much work training is, in products of an input and a weight. As a floating-point number, which does not
    /// overflow.
    var cost: Double {
        Double(architecture.features) * Double(architecture.hidden) * Double(batchSize) * Double(models) * Double(steps)
    }

    /// The setting of a model.
    ///
    /// - Precondition: `model` is in 0..<``models``.
    public func setting(ofModel model: Int) -> Setting { settings[model / restarts] }

    /// The keys of the experiments whose models it starts from, imitates or reads the activations of, ascending.
    public var uses: [String] {
        let models = settings.flatMap { [$0.data.encoder?.experiment, $0.objective.teacher?.experiment] }
        return Set((models + [start?.experiment]).compactMap(\.self)).sorted()
    }
}
