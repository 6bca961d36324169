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
    /// Steps after which all weights are kept; 0 is the start. Ascending.
    public var snapshots: [Int]
    /// The number of fresh samples on which each trained model's loss is measured, after training.
    public var evaluationSamples: Int

    /// An experiment with the authors' optimiser and initial weights.
    public init(
        id: String, architecture: ToyModel.Architecture, settings: [Setting],
        restarts: Int = 1, steps: Int, batchSize: Int, learningRate: LearningRate, optimizer: AdamW = AdamW(),
        initialScale: Double = 1, initialDecoderFromEncoder: Double? = nil,
        start: ModelSelection? = nil, snapshots: [Int] = [], evaluationSamples: Int = 1 << 17
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

    /// The setting of a model.
    ///
    /// - Precondition: `model` is in 0..<``models``.
    public func setting(ofModel model: Int) -> Setting { settings[model / restarts] }

    /// The keys of the experiments whose models it starts from, imitates or reads the activations of, ascending.
    public var uses: [String] {
        let models = settings.flatMap { [$0.data.encoder?.experiment, $0.objective.teacher?.experiment] }
        return Set((models + [start?.experiment]).compactMap(\.self)).sorted()
    }

    /// Throws if no training can be run from these values. ``Trainer`` asks for that itself.
    ///
    /// - Throws: ``TrainingError/invalidExperiment(id:problem:)``, with the first problem.
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
            let count = setting.features.features
            try require(
                (setting.data.encoder != nil || count == n) && setting.importance.count == n,
                "setting \(index) has \(count) densities and \(setting.importance.count) importances for \(n) features")
            try require(
                setting.features.density.allSatisfy { (0...1).contains($0) },
                "setting \(index) has a density outside 0...1")
            try require(
                setting.data.samples == settings[0].data.samples,
                "its settings differ in the number of samples, of which there must be one for all")
            if let samples = setting.data.samples {
                try require(
                    (batchSize...Int(Int32.max)).contains(samples),
                    "setting \(index) has \(samples) samples, and needs at least a batch of \(batchSize)")
            }
            try require(
                (setting.data.encoder == nil) == (settings[0].data.encoder == nil)
                    && setting.objective.kind == settings[0].objective.kind,
                "its settings differ in the kind of inputs or targets, of which there must be one for all")
            switch setting.features.dependence {
            case .independent: break
            case .correlated(let size), .anticorrelated(let size):
                try require(size > 0 && count % size == 0, "sets of \(size) features do not divide \(count) features")
                try require(
                    setting.features.density.indices.allSatisfy {
                        setting.features.density[$0] == setting.features.density[$0 - $0 % size]
                    }, "the features of a set differ in density in setting \(index)")
            }
            try require(
                setting.objective.hiddenPenalty.isFinite && setting.objective.attackNorm.isFinite,
                "setting \(index) has a penalty or an attack that is not finite")
            try require(
                setting.objective.attackNorm == 0 || (architecture.isTied && architecture.hiddenActivation == .linear),
                "the analytic attack is for tied models with a linear hidden layer")
            try require(
                setting.importance.allSatisfy { $0.isFinite && $0 >= 0 },
                "setting \(index) has an importance that is negative or not finite")
        }
        if let start {
            try require(
                start.models.count == models,
                "it starts from \(start.models.count) model\(start.models.count == 1 ? "" : "s"), and trains \(models)")
        }
        try require(
            snapshots == Set(snapshots).sorted() && snapshots.allSatisfy { (0...steps).contains($0) },
            "snapshots must be ascending steps in 0...\(steps)")
    }
    /// Throws unless all models that the experiment refers to are in a library and fit it.
    func validateReferences(in library: ModelLibrary) throws(TrainingError) {
        func find(_ reference: ModelReference, as role: String, fits: (ToyModel) -> Bool) throws(TrainingError) {
            guard let model = library[reference] else { throw .missingModel(id: id, reference: reference) }
            if !fits(model) {
                throw .invalidExperiment(
                    id: id,
                    problem: "model \(reference.model) of '\(reference.experiment)' has another shape than \(role)")
            }
        }
        for index in start?.models.indices ?? 0..<0 {
            guard let start else { break }
            try find(start[index], as: "the models that start from it") { $0.architecture == architecture }
        }
        for setting in settings {
            if let encoder = setting.data.encoder {
                try find(encoder, as: "the inputs that it encodes") {
                    $0.architecture.features == setting.features.features
                        && $0.architecture.hidden == architecture.features
                }
            }
            if let teacher = setting.objective.teacher {
                try find(teacher, as: "the models that it teaches") {
                    $0.architecture.features == architecture.features
                }
            }
        }
        // Side by side they are computed by the same instructions.
        for references in [settings.compactMap(\.data.encoder), settings.compactMap(\.objective.teacher)] {
            guard let first = references.first.flatMap({ library[$0]?.architecture }) else { continue }
            for reference in references {
                try find(reference, as: "those of other settings") { $0.architecture == first }
            }
        }
    }
}
