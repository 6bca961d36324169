import Analysis
import Foundation
import ToyModels

// MARK: - A penalty on the hidden layer

/// The best model of each penalty.
struct PenaltySweep {
    let penalties: [Double]
    let models: [ToyModel]
    let importance: [Double]
    let density: Double
    /// Without the penalty. Shape `[penalties]`.
    let losses: [Double]
    /// Features represented. Shape `[penalties]`.
    let stored: [Int]
    /// Those of them in superposition. Shape `[penalties]`.
    let shared: [Int]

    init(_ trained: TrainedModels, on samples: ActiveSamples) {
        let settings = trained.experiment.settings
        let importance = settings[0].importance
        penalties = settings.map(\.objective.hiddenPenalty)
        models = trained.best
        self.importance = importance
        density = settings[0].features.density[0]
        losses = models.map { samples.loss(of: $0, importance: importance) }
        stored = models.map { $0.represented().count }
        shared = models.map { WaysOut.shared($0).count }
    }

    /// The first of the penalties with the fewest features in superposition, of those that leave a feature per dimension.
    func cleanest(dimensions: Int) -> Int {
        let eligible = penalties.indices.filter { stored[$0] >= dimensions }
        return eligible.min { (shared[$0], $0) < (shared[$1], $1) } ?? 0
    }

    /// All squared products of two directions, $\sum_{i \ne j} (W_i \cdot W_j)^2$. Shape `[penalties]`.
    var interference: [Double] {
        models.map { model in
            let gram = model.W.gram
            return (0..<gram.rows).reduce(0) { sum, i in
                sum + (0..<gram.columns).reduce(0) { $1 == i ? $0 : $0 + gram[i, $1] * gram[i, $1] }
            }
        }
    }

    /// What it costs to lose the first `share` of the interference, between neighbours in proportion, as a share of the
    /// rise of the loss by `whole`; not a number if so much is not lost. The first penalty is zero.
    func costOfFirst(_ share: Double, whole: Double) -> Double {
        let removed = interference.map { 1 - $0 / interference[0] }
        let costs = losses.map { ($0 - losses[0]) / whole }
        guard let above = removed.firstIndex(where: { $0 >= share }), above > 0 else { return .nan }
        let part = (share - removed[above - 1]) / (removed[above] - removed[above - 1])
        return costs[above - 1] + part * (costs[above] - costs[above - 1])
    }

    /// What a model with a dimension for each of the most important features has at a penalty: how many it stores, and
    /// its loss.
    func dedicated(penalty: Double, dimensions: Int) -> (stored: Int, loss: Double) {
        let lengths = importance.enumerated().map { index, importance in
            index < dimensions
                ? HiddenPenalty.length(penalty: penalty, importance: importance, density: density) : 0
        }
        let loss = zip(lengths, importance).reduce(0) {
            $0 + HiddenPenalty.loss(length: $1.0, importance: $1.1, density: density)
        }
        return (lengths.count { $0 > 0 }, loss)
    }
}

extension WaysOut {
    /// The stored features of a model that share their direction with others: each of a triangle's features has
    /// superposition 1/2, each of an antipodal pair's 1, and a dedicated one 0.
    static func shared(_ model: ToyModel) -> [Int] {
        let superposition = model.superposition
        return model.represented().filter { superposition[$0] > 0.25 }
    }
}

// MARK: - Neurons that are seldom used

/// What the activations of the best model of a setting are worth; its features have importance 1. Small weights are taken
/// for zero, so that a neuron is active where it has a use.
struct ActivationYield {
    /// Smaller weights are taken for zero.
    static let leastWeight = 0.05

    let density: Double
    let features: Int
    let hidden: Int
    /// The number of features that it stores.
    let stored: Int
    let loss: Double
    /// How many hidden dimensions are active on average.
    let active: Double
    /// How many a feature activates when it is active alone, mean of the stored features.
    let neuronsPerFeature: Double

    init(_ trained: TrainedModels, setting: Int, samples: Int, using stream: RandomStream) {
        let best = trained.best(ofSetting: setting)
        let distribution = trained.experiment.settings[setting].features
        var model = trained[best]
        model.W.elements = model.W.elements.map { abs($0) < Self.leastWeight ? 0 : $0 }
        let samples = ActiveSamples(distribution, count: samples, using: stream)
        density = distribution.density[0]
        features = distribution.features
        hidden = model.W.rows
        loss = samples.loss(of: model, importance: Array(repeating: 1, count: distribution.features))
        active = samples.activity(of: model).reduce(0, +)
        let isReLU = model.hiddenActivation == .relu
        let counts: [Int] = model.represented().map { i in
            (0..<model.W.rows).count { isReLU ? model.W[$0, i] > 0 : model.W[$0, i] != 0 }
        }
        stored = counts.count
        neuronsPerFeature = mean(counts.map { Double($0) })
    }

    /// The loss that all features would leave if none were stored.
    private var lossOfNothing: Double { Double(features) * (density / 3 - density * density / 4) }

    /// The loss over that of no model at all.
    var relativeLoss: Double { loss / lossOfNothing }

    /// How much the loss falls per activation, over the same for a dedicated dimension.
    var relativeYield: Double {
        let dedicated: Double = 1.0 / 3 - density / 4
        return (lossOfNothing - loss) / (active * dedicated)
    }

    /// The same of an antipodal pair on one linear dimension, in closed form.
    static func ofPair(density p: Double) -> Double {
        let pair: Double = (4 - 5 * p) / (12 - 6 * p)
        return pair / (1.0 / 3 - p / 4)
    }
}

// MARK: - Distillation

/// A student beside its teacher, and beside the same student without one.
struct Student {
    let width: Int
    let density: Double
    let importance: String
    /// The number of features that it keeps; where they are dense and equally important, $\lVert W \rVert_F^2$.
    let kept: Double
    /// The number of features that the teacher stores.
    let known: Double
    /// $d \cdot g(\alpha)$; infinite for dense features.
    let predicted: Double
    /// Where the target is the teacher's.
    let loss: Double
    /// Where the target is the features themselves: of the student, and of one without a teacher.
    let trueLoss: Double
    let directLoss: Double
    /// What the features cost that the teacher stores: all of them, those beyond the predicted number, and those that the
    /// student does not keep.
    let costOfAll, predictedFloor, ownFloor: Double
    /// What those cost that are beyond one per dimension.
    let plainFloor: Double
    /// Whether features are kept or left out as a whole.
    let isWhole: Bool

    init(
        width: Int, density: Double, importance: String, weights: [Double], teacher: ToyModel, student: ToyModel,
        loss: Double, direct: ToyModel, samples: ActiveSamples
    ) {
        let known = teacher.represented()
        let own = Set(student.represented())
        let variance = density / 3 - density * density / 4
        let predicted = Double(width) * SensingBound.featuresPerDimension(density: density)
        self.width = width
        self.density = density
        self.importance = importance
        self.predicted = predicted
        self.loss = loss
        trueLoss = samples.loss(of: student, importance: weights)
        directLoss = samples.loss(of: direct, importance: weights)
        self.known = Double(known.count)
        isWhole = importance != "equal" || density < 0.5
        kept = isWhole ? Double(known.count { own.contains($0) }) : student.featuresPerDimension * Double(width)
        // By falling importance; of the feature in which the predicted number ends, the rest is left out.
        let costs: [Double] = known.map { weights[$0] * variance }.sorted(by: >)
        func beyond(_ number: Double) -> Double {
            costs.enumerated().reduce(0.0) { sum, feature in
                sum + feature.element * min(max(Double(feature.offset + 1) - number, 0), 1)
            }
        }
        predictedFloor = beyond(predicted)
        plainFloor = beyond(Double(width))
        ownFloor = known.filter { !own.contains($0) }.reduce(0.0) { $0 + weights[$1] * variance }
        costOfAll = costs.reduce(0, +)
    }

    /// Whether neither the student nor the formula runs out of what the teacher knows.
    var hasChoice: Bool { max(kept, predicted.isFinite ? predicted : 0) < 0.8 * known }
}

/// What is said of all students.
struct DistillationResult {
    let all: [Student]

    init(_ all: [Student]) { self.all = all }

    /// Those of sparse features that do not run out of the teacher's.
    var sparse: [Student] { all.filter { $0.density <= 0.1 && $0.hasChoice } }

    /// Features kept over the predicted number, with equal importance and sparse features.
    func keptRatio(width: Int) -> Double {
        mean(sparse.filter { $0.width == width && $0.importance == "equal" }.map { $0.kept / $0.predicted })
    }

    /// The same by density, of the widths that have a choice there.
    func keptRatio(density: Double) -> Double {
        mean(sparse.filter { $0.density == density && $0.importance == "equal" }.map { $0.kept / $0.predicted })
    }

    /// The same at density 0.5, of all widths.
    var halfRatio: Double {
        mean(all.filter { $0.density == 0.5 && $0.importance == "equal" }.map { $0.kept / $0.predicted })
    }

    /// The same with falling importance and sparse features.
    var fallingRatio: Double {
        mean(sparse.filter { $0.importance == "falling" }.map { $0.kept / $0.predicted })
    }

    /// Features per dimension that are kept where they are dense and equally important.
    var densePerDimension: Double {
        mean(all.filter { $0.density == 1 && $0.importance == "equal" }.map { $0.kept / Double($0.width) })
    }

    /// The same where importance falls.
    var denseFalling: Double {
        mean(all.filter { $0.density == 1 && $0.importance == "falling" }.map { $0.kept / Double($0.width) })
    }

    /// One minus the relative error of a floor, the median of the sparse students, of one importance or of both.
    func accuracy(
        of floor: KeyPath<Student, Double> = \.predictedFloor, importance: String? = nil
    ) -> Double {
        median(
            sparse.filter { importance == nil || $0.importance == importance }
                .map { 1 - abs($0[keyPath: floor] / $0.loss - 1) })
    }

    var floorRatio: Double { median(sparse.map { $0.loss / $0.predictedFloor }) }
    var ownFloorRatio: Double { median(sparse.map { $0.loss / $0.ownFloor }) }
    var shareOfAll: Double { median(sparse.map { $0.loss / $0.costOfAll }) }
    var directRatio: Double { median(sparse.map { $0.directLoss / $0.trueLoss }) }

    /// The loss of the next wider students over that of students, on the features.
    var widerRatio: Double {
        let widths = Set(all.map(\.width)).sorted()
        return median(
            sparse.compactMap { student in
                let wider = widths.first { $0 > student.width }
                return all.first {
                    $0.width == wider && $0.density == student.density && $0.importance == student.importance
                }.map { $0.trueLoss / student.trueLoss }
            })
    }
}

/// Words as a list in a sentence.
func listing(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
}
