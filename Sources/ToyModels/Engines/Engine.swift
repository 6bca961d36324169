/// Trains some models of an experiment, one step at a time.
protocol Engine: AnyObject {
    /// How many threads work on a batch from now on, at most as many as the engine was made for. The result does not depend
    /// on that.
    var threads: Int { get set }

    /// Takes one step and adds the loss of each model's batch to `losses`, shape `[models]`.
    func step(_ step: Int, addingTo losses: inout [Double]) throws(TrainingError)

    /// The loss of each model on samples that are the same for all models of a setting. Shape `[models]`.
    func evaluate(on samples: EvaluationSamples) -> [LossEstimate]

    /// The weights of the models as they are now.
    var weights: Weights { get }

    /// Whether the engine can train an experiment's models.
    static func canTrain(_ experiment: Experiment) -> Bool

    /// The number of models that one engine trains at most.
    static var lanes: Int { get }

    /// The bytes that one engine needs on so many threads, but for a teacher.
    static func memory(for experiment: Experiment, threads: Int) -> Int
}

/// What a trained model's loss is measured on.
enum EvaluationSamples {
    /// Fresh samples of the distribution.
    case freshSamples
    /// The finite set that the models were trained on.
    case trainingSet
}

extension LaneEngine {
    /// Attacks are not drawn in lanes.
    static func canTrain(_ experiment: Experiment) -> Bool {
        experiment.settings.allSatisfy { $0.objective.attackNorm == 0 }
    }

    /// Whether it is the faster engine for models of an architecture.
    ///
    /// Side by side nothing is lost to padding, so small models are faster; a large model fills vectors by itself,
    /// keeps its weights in the cache, and can skip zeros. Measured: they break even at about this size.
    static func isFaster(for architecture: ToyModel.Architecture) -> Bool {
        architecture.features * architecture.hidden <= 400
    }
}

extension DictionaryEngine {
    static func canTrain(_ experiment: Experiment) -> Bool { experiment.architecture.dictionary != nil }
    static var lanes: Int { 1 }
}

extension WideEngine {
    /// It trains each model by itself, whatever it is.
    static func canTrain(_ experiment: Experiment) -> Bool { true }
    static var lanes: Int { 1 }
}

extension Experiment {
    /// The fastest engine of those that can train the experiment.
    var engine: any Engine.Type {
        if architecture.dictionary != nil { return DictionaryEngine.self }
        return LaneEngine.canTrain(self) && LaneEngine.isFaster(for: architecture) ? LaneEngine.self : WideEngine.self
    }

    /// The models that one engine trains, in order: the least parts of an experiment that can be trained by themselves. A
    /// lane engine gets a power of two, so that all its lanes have work, and at most a quarter of the models, so that
    /// several cores have, and models of much the same density are together.
    public var groups: [Range<Int>] {
        var groups: [Range<Int>] = []
        var first = 0
        var size = engine.lanes
        while size > 1 && 4 * size > models { size /= 2 }
        while first < models {
            while size > models - first { size /= 2 }
            groups.append(first..<first + size)
            first += size
        }
        return groups
    }

    /// About how long a thread of a common processor trains it, in seconds: right to a factor of two or three, which is
    /// enough to share work out. It depends on the experiment alone, so that all who share have the same number.
    public var estimatedSeconds: Double {
        // Products of an input and a weight per second: means of the book's experiments, with AVX-512 at 2.5 GHz.
        let seconds =
            switch engine {
            case is LaneEngine.Type: cost / 1.8e9
            case is DictionaryEngine.Type: cost / 1.7e9
            // An output takes as long as some five products, and a step's update as long as some forty samples.
            default: cost / 3.5e9 * (1 + 5 / Double(architecture.hidden)) * (1 + 40 / Double(batchSize))
            }
        return seconds * (0.05 + 0.95 * activeShare)
    }

    /// How many samples have an active feature, if features are independent: the others are little work.
    private var activeShare: Double {
        guard architecture.dictionary == nil else { return 1 }
        let shares = settings.map { 1 - $0.features.density.reduce(1) { $0 * (1 - Double($1)) } }
        return shares.reduce(0, +) / Double(max(1, shares.count))
    }

    /// Whether a step of one engine takes long enough to be shared among threads, which costs some 50 µs each time: a
    /// million multiplications of vectors take about 0.3 ms.
    var isWorthSharing: Bool {
        guard engine.lanes == 1 else { return false }
        // As floating-point numbers, whose product does not overflow.
        let multiplications = Double(5 * architecture.features * architecture.hidden) * Double(batchSize)
        return multiplications / Double(Vector.scalarCount) > 1_000_000
    }

    /// An engine for one of the groups, at the start.
    ///
    /// - Parameters:
    ///   - library: has the models that the experiment refers to.
    ///   - threads: how many may work on it at most.
    func engine(for models: Range<Int>, seed: UInt64, library: ModelLibrary, threads: Int) -> any Engine {
        let model = models.lowerBound
        return switch engine {
        case is LaneEngine.Type: LaneEngine(self, models: models, seed: seed, library: library)
        case is DictionaryEngine.Type:
            DictionaryEngine(self, model: model, seed: seed, library: library, threads: threads)
        default: WideEngine(self, model: model, seed: seed, library: library, threads: threads)
        }
    }
}
