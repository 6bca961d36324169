import Analysis
import Foundation
import Notebook
import ToyModels

// Features in sets whose members are active together, or never together.

/// The sets of consecutive features.
func sets(of size: Int, features: Int) -> [[Int]] {
    stride(from: 0, to: features, by: size).map { Array($0..<$0 + size) }
}

/// The orders of features that are equivalent: within each pair, and of the pairs.
func pairSymmetries(pairs: Int) -> [[Int]] {
    let identity = Array(0..<2 * pairs)
    let swap = [1, 0] + identity.dropFirst(2)
    let exchange = (0..<pairs - 1).map { pair in
        identity.map { $0 / 2 == pair ? $0 + 2 : $0 / 2 == pair + 1 ? $0 - 2 : $0 }
    }
    return ToyModel.relabellings(generatedBy: [Array(swap)] + exchange)
}

/// Some models of pairs of features, each turned and relabelled to lie as close as it can to a reference; the first one,
/// with its first feature to the right, if there is no other.
func overlaid(_ models: [ToyModel], on reference: ToyModel? = nil) -> [ToyModel] {
    guard let first = models.first else { return [] }
    let reference = reference ?? planar(first.planarDirections.map { ($0.x, $0.y) })
    let symmetries = pairSymmetries(pairs: first.W.columns / 2)
    return models.map { $0.aligned(to: reference, relabellings: symmetries).model }
}

/// Three pairs side by side in a hexagon, the first at the top.
let hexagonOfPairs = planar(
    [60, 120, 180, 240, 300, 360].map { (angle: Double) in
        (cos(angle * Double.pi / 180), sin(angle * Double.pi / 180))
    })

/// A model in two dimensions with the given directions.
private func planar(_ directions: [(x: Double, y: Double)]) -> ToyModel {
    ToyModel(
        W: Matrix([directions.map(\.x), directions.map(\.y)]), b: Array(repeating: 0, count: directions.count))
}

/// The arrangement of two or three pairs of features in two dimensions.
enum Arrangement: String, CaseIterable {
    /// All stored, every pair at a right angle.
    case orthogonal = "pairs orthogonal"
    /// All stored, every pair opposite.
    case antipodal = "pairs antipodal"
    /// All stored, every pair next to each other.
    case sideBySide = "pairs side by side"
    /// All stored, but not in one of these ways.
    case mixed = "all stored, otherwise"
    /// A feature is missing, or a pair has collapsed into one direction.
    case incomplete = "not all stored"

    init(_ model: ToyModel) {
        let angles = sets(of: 2, features: model.W.columns).map { model.angle($0[0], $0[1]) }
        if model.represented().count < model.W.columns || angles.contains(where: { $0 < 20 }) {
            self = .incomplete
        } else if angles.allSatisfy({ (75...105).contains($0) }) {
            self = .orthogonal
        } else if angles.allSatisfy({ $0 > 160 }) {
            self = .antipodal
        } else if angles.allSatisfy({ $0 < 75 }) {
            self = .sideBySide
        } else {
            self = .mixed
        }
    }
}

/// All models of one setting, least loss first, with their arrangements.
struct Arrangements {
    let name: String
    /// Random starts in their own order.
    let runs: [ToyModel]
    let best: ToyModel
    let bestLoss: Double
    /// The least loss of each arrangement that occurs.
    let losses: [Arrangement: Double]
    let counts: [Arrangement: Int]

    init(_ name: String, _ trained: TrainedModels, setting: Int) {
        self.name = name
        runs = trained.models(ofSetting: setting).map { trained[$0] }
        let ranked = trained.ranked(ofSetting: setting)
        (best, bestLoss) = (ranked[0].model, ranked[0].loss)
        let groups = Dictionary(grouping: ranked) { Arrangement($0.model) }
        counts = groups.mapValues(\.count)
        losses = groups.compactMapValues { $0.first?.loss }
    }

    func share(of arrangement: Arrangement) -> Double { Double(counts[arrangement] ?? 0) / Double(runs.count) }

    /// The share of the runs in which all features are stored.
    var complete: Double { 1 - share(of: .incomplete) }
}

/// How many standard errors two shares of runs differ by, if both kinds of runs were alike: the two-proportion z-test.
func zScore(_ a: Double, _ b: Double, runs: Int) -> Double {
    let pooled = (a + b) / 2
    return (a - b) / (2 * pooled * (1 - pooled) / Double(runs)).squareRoot()
}

/// The difference of two shares of runs in percentage points, with two standard errors.
func differenceText(_ a: Double, _ b: Double, runs: Int) -> String {
    let error = ((a * (1 - a) + b * (1 - b)) / Double(runs)).squareRoot()
    return "\(fixed(100 * (a - b), 0)) ± \(fixed(200 * error, 0))"
}

// MARK: - Local bases

/// The mean |cos| of the angles between stored features within one set and of different sets.
func meanCosines(_ models: [ToyModel], sets: [[Int]]) -> (within: Double, across: Double) {
    var (within, across) = ((sum: 0.0, count: 0), (sum: 0.0, count: 0))
    for model in models {
        let stored = model.represented()
        for i in stored {
            for j in stored where j > i {
                let cosine = abs(model.cosine(i, j))
                if sets.contains(where: { $0.contains(i) && $0.contains(j) }) {
                    within = (within.sum + cosine, within.count + 1)
                } else {
                    across = (across.sum + cosine, across.count + 1)
                }
            }
        }
    }
    return (within.sum / Double(within.count), across.sum / Double(across.count))
}

// MARK: - Collapse

/// The best model of six features in three correlated pairs, at one density.
struct CollapseStage {
    let density: Double
    let model: ToyModel
    /// For each pair the distance of its members over the longer one's length: 0 if they are one.
    let distances: [Double]

    init(density: Double, model: ToyModel) {
        self.density = density
        self.model = model
        distances = sets(of: 2, features: model.W.columns).map { pair in
            let square = (0..<model.W.rows).reduce(0) { sum, k in
                let difference = model.W[k, pair[0]] - model.W[k, pair[1]]
                return sum + difference * difference
            }
            return square.squareRoot() / max(model.norms[pair[0]], model.norms[pair[1]])
        }
    }

    /// How many pairs have become one direction.
    var collapsed: Int { distances.count { $0 < 0.3 } }

    /// The share of $\|W\|_F^2$ that is along the pairs' first principal components $(a + b)/\sqrt 2$.
    var principalShare: Double {
        let total = model.W.elements.reduce(0) { $0 + $1 * $1 }
        var along = 0.0
        for pair in sets(of: 2, features: model.W.columns) {
            for k in 0..<model.W.rows {
                let component = model.W[k, pair[0]] + model.W[k, pair[1]]
                along += component * component / 2
            }
        }
        return along / total
    }
}

/// The first density, in the geometric middle of two neighbours, from which on at least `count` pairs are collapsed.
func boundary(_ stages: [CollapseStage], collapsed count: Int) -> Double? {
    guard let index = stages.indices.first(where: { stages[$0...].allSatisfy { $0.collapsed >= count } }), index > 0
    else { return nil }
    return (stages[index - 1].density * stages[index].density).squareRoot()
}

/// A stage in the middle, on a log axis, of the densities with the given number of collapsed pairs.
func middleStage(_ stages: [CollapseStage], collapsed: Int) -> CollapseStage? {
    let matching = stages.filter { $0.collapsed == collapsed }
    return matching.isEmpty ? nil : matching[matching.count / 2]
}

/// The steps to the next density in which the number of collapsed pairs rises by one; 0 if it falls anywhere.
func risesByOne(_ stages: [CollapseStage]) -> Int {
    let changes = zip(stages, stages.dropFirst()).map { $1.collapsed - $0.collapsed }
    return changes.contains { $0 < 0 } ? 0 : changes.count { $0 == 1 }
}

/// The mean angle between neighbours of the same pair and of different pairs, around the circle.
func gapsOfPairs(_ model: ToyModel) -> (within: Double, across: Double) {
    let angles: [Double] = model.planarDirections.map { atan2($0.y, $0.x) * 180 / Double.pi }
    let places = angles.indices.map { (pair: $0 / 2, angle: angles[$0]) }.sorted { $0.angle < $1.angle }
    let gaps = places.indices.map { index in
        let next = places[(index + 1) % places.count]
        let gap = next.angle - places[index].angle + (index + 1 == places.count ? 360 : 0)
        return (isWithin: next.pair == places[index].pair, gap: gap)
    }
    return (mean(gaps.filter(\.isWithin).map(\.gap)), mean(gaps.filter { !$0.isWithin }.map(\.gap)))
}
