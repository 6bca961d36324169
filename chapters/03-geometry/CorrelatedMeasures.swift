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
    /// The least loss of each arrangement that occurs.
    let losses: [Arrangement: Double]
    let counts: [Arrangement: Int]

    init(_ name: String, _ trained: TrainedModels, setting: Int) {
        self.name = name
        runs = trained.models(ofSetting: setting).map { trained[$0] }
        let ranked = trained.ranked(ofSetting: setting)
        best = ranked[0].model
        let groups = Dictionary(grouping: ranked) { Arrangement($0.model) }
        counts = groups.mapValues(\.count)
        losses = groups.compactMapValues { $0.first?.loss }
    }

    func share(of arrangement: Arrangement) -> Double { Double(counts[arrangement] ?? 0) / Double(runs.count) }

    /// The share of the runs in which all features are stored.
    var complete: Double { 1 - share(of: .incomplete) }

    /// How many of the runs that store all features have an arrangement.
    func amongComplete(_ arrangement: Arrangement) -> Tally {
        Tally(count: counts[arrangement] ?? 0, of: runs.count - (counts[.incomplete] ?? 0))
    }
}

/// How many of some runs are of a kind.
struct Tally {
    let count: Int
    let of: Int

    var share: Double { Double(count) / Double(of) }
}

/// How many standard errors a kind of run is more frequent in the first of two groups, where both groups are divided into
/// the same strata (Mantel and Haenszel, "Statistical aspects of the analysis of data from retrospective studies of
/// disease", 1959): within each stratum the groups would be alike.
func stratifiedZ(_ strata: [(Tally, Tally)]) -> Double {
    var (excess, variance) = (0.0, 0.0)
    for (a, b) in strata where a.of > 0 && b.of > 0 {
        let (all, found) = (Double(a.of + b.of), Double(a.count + b.count))
        excess += Double(a.count) - Double(a.of) * found / all
        variance += Double(a.of) * Double(b.of) * found * (all - found) / (all * all * (all - 1))
    }
    return excess / variance.squareRoot()
}

/// What ``stratifiedZ(_:)`` stays below in 95% of the cases where the runs of each stratum are dealt to the two groups at
/// random.
func stratifiedZByChance(_ strata: [(Tally, Tally)], using stream: RandomStream) -> Double {
    var stream = stream
    return quantile(
        0.95,
        of: (0..<999).map { _ in
            stratifiedZ(
                strata.map { a, b in
                    let all = (0..<a.of + b.of).map { $0 < a.count + b.count }.shuffled(using: &stream)
                    let first = all.prefix(a.of).count { $0 }
                    return (Tally(count: first, of: a.of), Tally(count: a.count + b.count - first, of: b.of))
                })
        })
}

// MARK: - Local bases

/// The mean superposition $\sum_{j \ne i} (\hat W_i \cdot W_j)^2$ of the stored features, from the features of the same set
/// and from the others.
func meanSuperposition(_ models: [ToyModel], sets: [[Int]]) -> (within: Double, across: Double) {
    var (within, across, count) = (0.0, 0.0, 0)
    for model in models {
        let norms = model.norms
        for i in model.represented() {
            count += 1
            let set = sets.first { $0.contains(i) } ?? []
            for j in 0..<model.W.columns where j != i {
                let share = model.cosine(i, j) * norms[j]
                if set.contains(j) { within += share * share } else { across += share * share }
            }
        }
    }
    return (within / Double(count), across / Double(count))
}

/// Whether models interfere in the same places: the mean correlation, over all pairs of models, of the $|\cos|$ between
/// two features.
func agreement(_ models: [ToyModel]) -> Double {
    let cosines = models.map { model in
        (0..<model.W.columns).flatMap { i in (0..<i).map { abs(model.cosine(i, $0)) } }
    }
    return mean(cosines.indices.flatMap { a in cosines[..<a].map { correlation(cosines[a], $0) } })
}

/// Of the sets of which several features are stored: the share of pairs within them that are in the same factor, a
/// component of the graph of features.
func shareInOneFactor(_ models: [ToyModel], sets: [[Int]]) -> Double {
    var (together, all) = (0, 0)
    for model in models {
        let graph = FeatureGraph(of: model)
        for set in sets {
            let stored = set.filter(graph.features.contains)
            for (index, i) in stored.enumerated() {
                for j in stored[..<index] {
                    all += 1
                    if graph.components.contains(where: { $0.contains(i) && $0.contains(j) }) { together += 1 }
                }
            }
        }
    }
    return Double(together) / Double(all)
}

// MARK: - Collapse

/// A model of six features in three correlated pairs, at one density.
struct CollapseStage {
    let density: Double
    let model: ToyModel
    let loss: Double
    /// For each pair the distance of its members over the longer one's length: 0 if they are one.
    let distances: [Double]

    init(density: Double, model: ToyModel, loss: Double = .nan) {
        self.density = density
        self.model = model
        self.loss = loss
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

extension CollapseStage {
    /// The loss over that of principal component analysis, which keeps two of the three pairs' sums and outputs the mean
    /// of everything else: 1 if the model does no better.
    var lossOverPCA: Double {
        let p = density
        // The variance of a feature, and the covariance of those of a pair.
        let (variance, covariance) = (p / 3 - p * p / 4, (p - p * p) / 4)
        return loss / (3 * (variance - covariance) + (variance + covariance))
    }
}

/// All runs at one density.
struct CollapseRuns {
    let density: Double
    /// Least loss first.
    let stages: [CollapseStage]

    /// All runs of an experiment whose settings are densities.
    static func all(of trained: TrainedModels, at densities: [Double]) -> [CollapseRuns] {
        densities.enumerated().map { index, density in
            CollapseRuns(
                density: density,
                stages: trained.ranked(ofSetting: index).map {
                    CollapseStage(density: density, model: $0.model, loss: $0.loss)
                })
        }
    }

    var best: CollapseStage { stages[0] }

    /// The number of collapsed pairs that half of the runs reach.
    var median: Int { stages.map(\.collapsed).sorted()[stages.count / 2] }

    /// How many runs have at least `count` pairs collapsed.
    func tally(_ count: Int) -> Tally { Tally(count: stages.count { $0.collapsed >= count }, of: stages.count) }
}

/// The first density, in the geometric middle of two neighbours, from which on all values are at least `least`.
func boundary(_ densities: [Double], _ values: [Double], least: Double) -> Double? {
    guard let index = values.indices.first(where: { values[$0...].allSatisfy { $0 >= least } }), index > 0
    else { return nil }
    return (densities[index - 1] * densities[index]).squareRoot()
}

/// The same where values are numbers of collapsed pairs.
func boundary(_ stages: [CollapseStage], collapsed count: Int) -> Double? {
    boundary(stages.map(\.density), stages.map { Double($0.collapsed) }, least: Double(count))
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
