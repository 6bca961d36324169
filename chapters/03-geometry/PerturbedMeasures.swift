import Analysis
import Foundation
import ToyModels

// Five features in two dimensions, one of which is rarer or more common than the others.

/// Five features, of which the first has a density and an importance of its own, relative to the others'.
func perturbed(
    baseline: Double, relativeDensity: Double = 1, relativeImportance: Double = 1
) -> Experiment.Setting {
    Experiment.Setting(
        features: FeatureDistribution(density: [baseline * relativeDensity] + Array(repeating: baseline, count: 4)),
        importance: [relativeImportance, 1, 1, 1, 1])
}

/// What five features in two dimensions form.
enum PlanarSolution: String, CaseIterable {
    /// All five are stored.
    case pentagon
    /// The first is not, and the others are two antipodal pairs.
    case digons
    /// Anything else.
    case other

    /// A feature counts as not stored below a length of 0.35: in the pentagon even the rarest has more than 1.
    init(_ model: ToyModel) {
        let stored = model.represented(threshold: 0.35)
        let isPaired = stored.allSatisfy { i in stored.contains { model.cosine(i, $0) < -0.9 } }
        self = stored.count == 5 ? .pentagon : stored == [1, 2, 3, 4] && isPaired ? .digons : .other
    }
}

/// A geometry through the relative densities at which it holds.
struct Branch {
    struct Place {
        let relativeDensity: Double
        let model: ToyModel
        /// Its expected loss.
        let loss: Double
    }

    let solution: PlanarSolution
    /// Where the geometry was kept, from rare to common.
    let places: [Place]
}

/// The pentagon at one baseline density, followed by an experiment whose settings are, for every baseline, the relative
/// densities.
func pentagonBranch(_ trained: TrainedModels, baseline: Int, relativeDensities: [Double]) -> Branch {
    let places = relativeDensities.enumerated().compactMap { index, relative -> Branch.Place? in
        let best = trained.ranked(ofSetting: baseline * relativeDensities.count + index)[0]
        guard PlanarSolution(best.model) == .pentagon else { return nil }
        return Branch.Place(relativeDensity: relative, model: best.model, loss: best.loss)
    }
    return Branch(solution: .pentagon, places: places)
}

/// The digons at one baseline density. Nothing of the varied feature is stored, so the others do not depend on it, and
/// the best output for it is its mean: no training is needed to follow them.
func digonBranch(_ digons: ToyModel, baseline: Double, relativeDensities: [Double]) -> Branch {
    let places = relativeDensities.map { relative in
        var model = digons
        for k in 0..<model.W.rows { model.W[k, 0] = 0 }
        model.b[0] = baseline * relative / 2
        let setting = perturbed(baseline: baseline, relativeDensity: relative)
        let loss = ExpectedLoss(features: setting.features, importance: setting.importance)
        return Branch.Place(relativeDensity: relative, model: model, loss: loss(model))
    }
    return Branch(solution: .digons, places: places)
}

/// The best models that ended as digons by themselves, at the relative densities at which any did.
func digonRuns(_ trained: TrainedModels, relativeDensities: [Double]) -> Branch {
    let places = relativeDensities.enumerated().compactMap { index, relative -> Branch.Place? in
        trained.ranked(ofSetting: index).first { PlanarSolution($0.model) == .digons }
            .map { Branch.Place(relativeDensity: relative, model: $0.model, loss: $0.loss) }
    }
    return Branch(solution: .digons, places: places)
}

/// The index of the best model of one geometry in each of an experiment's settings; of the best of all where there is none.
func best(_ solution: PlanarSolution, of trained: TrainedModels) -> [Int] {
    trained.experiment.settings.indices.map { setting in
        let ranked = trained.ranked(ofSetting: setting)
        return (ranked.first { PlanarSolution($0.model) == solution } ?? ranked[0]).index
    }
}

/// Where two branches cost the same.
struct Crossing {
    let relativeDensity: Double
    let loss: Double
    /// The slopes of both branches' losses in the relative density.
    let slopes: (pentagon: Double, digons: Double)

    /// How many times rarer than the others the feature is.
    var timesRarer: Double { 1 / relativeDensity }

    /// The crossing of a pentagon's and the digons' branch, between the two relative densities where the difference of
    /// their losses changes its sign.
    init?(_ branches: [Branch]) {
        let digons = Dictionary(uniqueKeysWithValues: branches[1].places.map { ($0.relativeDensity, $0.loss) })
        let common = branches[0].places.compactMap { place in
            digons[place.relativeDensity].map { (x: place.relativeDensity, pentagon: place.loss, digons: $0) }
        }
        for (a, b) in zip(common, common.dropFirst()) {
            let (before, after) = (a.digons - a.pentagon, b.digons - b.pentagon)
            guard before < 0, after >= 0 else { continue }
            let share = before / (before - after)
            relativeDensity = a.x + share * (b.x - a.x)
            loss = a.pentagon + share * (b.pentagon - a.pentagon)
            slopes = ((b.pentagon - a.pentagon) / (b.x - a.x), (b.digons - a.digons) / (b.x - a.x))
            return
        }
        return nil
    }
}

/// The mean angle between the first feature and its two neighbours, in degrees.
func gapAroundFirst(_ model: ToyModel) -> Double {
    let angles = (1..<5).map { model.angle(0, $0) }.sorted()
    return (angles[0] + angles[1]) / 2
}

/// One run of one setting.
struct PerturbedRun {
    /// The varied feature's density or importance, over the others'.
    let relative: Double
    let loss: Double
    let solution: PlanarSolution
    /// The length of the varied feature's direction.
    let length: Double

    /// All runs of an experiment whose settings vary one quantity, least loss first at each place.
    static func all(of trained: TrainedModels, at places: [Double]) -> [[PerturbedRun]] {
        places.enumerated().map { index, relative in
            trained.ranked(ofSetting: index).map {
                PerturbedRun(
                    relative: relative, loss: $0.loss, solution: PlanarSolution($0.model), length: $0.model.norms[0])
            }
        }
    }
}

/// The share of all runs that do not end as the geometry that has the least loss at their place.
func shareStuck(_ runs: [[PerturbedRun]]) -> Double {
    let stuck = runs.reduce(0) { sum, place in sum + place.count { $0.solution != place[0].solution } }
    return Double(stuck) / Double(runs.reduce(0) { $0 + $1.count })
}

/// How abruptly the best runs drop the varied feature: the largest change of its length from one place to the next, over
/// the second largest. 1 or little more if it shortens bit by bit.
func abruptness(_ runs: [[PerturbedRun]]) -> Double { abruptness(ofLengths: runs.map(\.first?.length)) }

/// The same of some lengths, from one place to the next where both have one.
func abruptness(ofLengths lengths: [Double?]) -> Double {
    let steps = zip(lengths, lengths.dropFirst()).compactMap { before, after -> Double? in
        guard let before, let after else { return nil }
        return abs(after - before)
    }.sorted(by: >)
    return steps.count > 1 ? steps[0] / steps[1] : .nan
}

// MARK: - Exact crossings

/// Which biases a model of five features may have.
enum Biases: String, CaseIterable {
    case own = "a bias per feature"
    case shared = "one bias for all"
    case none = "no bias"
}

/// What is varied about the first feature.
enum Varied: String {
    case density, importance

    func setting(baseline: Double, relative: Double) -> Experiment.Setting {
        switch self {
        case .density: perturbed(baseline: baseline, relativeDensity: relative)
        case .importance: perturbed(baseline: baseline, relativeImportance: relative)
        }
    }
}

/// Both geometries as few numbers, so that the least expected loss of each can be found without training: the varied
/// feature lies on an axis of symmetry.
struct SymmetricGeometry {
    let solution: PlanarSolution
    let biases: Biases

    /// A regular pentagon, or two digons.
    var start: [Double] {
        let lengths: [Double] = solution == .pentagon ? [1.1, 1.1, 1.1, 72, 144] : [1]
        let groups = solution == .pentagon ? 3 : 2
        return lengths
            + Array(repeating: solution == .pentagon ? -0.15 : 0, count: [.own: groups, .shared: 1][biases] ?? 0)
    }

    /// The model with some parameters: lengths, angles in degrees, biases.
    func model(_ parameters: [Double]) -> ToyModel {
        let isPentagon = solution == .pentagon
        let own = Array(parameters.dropFirst(isPentagon ? 5 : 1))
        func bias(_ group: Int) -> Double {
            switch biases {
            case .own: own[group]
            case .shared: own[0]
            case .none: 0
            }
        }
        /// Length, angle and group of each feature.
        let features: [(Double, Double, Int)]
        if isPentagon {
            let (near, far) = (parameters[3], parameters[4])
            features = [
                (parameters[0], 0, 0), (parameters[1], near, 1), (parameters[1], -near, 1),
                (parameters[2], far, 2), (parameters[2], -far, 2),
            ]
        } else {
            features = [(0, 0, 0)] + [0, 90, 180, 270].map { (parameters[0], $0, 1) }
        }
        return ToyModel(
            W: Matrix([
                features.map { $0.0 * cos($0.1 * Double.pi / 180) },
                features.map { $0.0 * sin($0.1 * Double.pi / 180) },
            ]), b: features.map { bias($0.2) })
    }

    /// The parameters of the least expected loss near some, and that loss: one parameter after the other, each with a
    /// step of its own, longer after a success and shorter after a failure.
    func descent(from start: [Double], _ setting: Experiment.Setting) -> (parameters: [Double], loss: Double) {
        let expected = ExpectedLoss(features: setting.features, importance: setting.importance)
        var (parameters, least) = (start, expected(model(start)))
        var steps = start.map { max(0.02, abs($0) * 0.02) }
        for _ in 0..<200 where zip(steps, parameters).contains(where: { abs($0) > 1e-6 * max(1, abs($1)) }) {
            for index in parameters.indices {
                var moved = parameters
                moved[index] += steps[index]
                let loss = expected(model(moved))
                if loss < least {
                    (parameters, least) = (moved, loss)
                    steps[index] *= 1.6
                } else {
                    steps[index] *= -0.5
                }
            }
        }
        return (parameters, least)
    }
}

/// The pentagon of least expected loss, followed from that of equal features to those with a rarer or more common one:
/// what there would be if nothing but a deformation took place.
struct ExactPentagon {
    /// What the varied feature has over the others, ascending.
    let places: [Double]
    /// The length of the varied feature's direction, and the loss; nil where there is no pentagon any more.
    let found: [(length: Double, loss: Double)?]

    init(_ varied: Varied, baseline: Double, at places: [Double]) {
        let pentagon = SymmetricGeometry(solution: .pentagon, biases: .own)
        let regular = pentagon.descent(from: pentagon.start, perturbed(baseline: baseline)).parameters
        var found = [(length: Double, loss: Double)?](repeating: nil, count: places.count)
        let middle = places.firstIndex { $0 >= 1 } ?? places.count
        for way in [Array(middle..<places.count), (0..<middle).reversed()] {
            var parameters = regular
            for index in way {
                let next = pentagon.descent(
                    from: parameters, varied.setting(baseline: baseline, relative: places[index]))
                guard PlanarSolution(pentagon.model(next.parameters)) == .pentagon else { break }
                parameters = next.parameters
                found[index] = (parameters[0], next.loss)
            }
        }
        self.places = places
        self.found = found
    }

    /// The lengths of the varied feature's direction.
    var lengths: [Double?] { found.map { $0?.length } }

    /// The slope of the loss in the step before the one that has a place, over that in the step after it.
    func slopeRatio(around place: Double) -> Double {
        func slope(_ start: Int) -> Double {
            guard places.indices.contains(start), places.indices.contains(start + 1), let a = found[start],
                let b = found[start + 1]
            else { return .nan }
            return (b.loss - a.loss) / (places[start + 1] - places[start])
        }
        let step = (places.firstIndex { $0 > place } ?? 0) - 1
        return slope(step - 1) / slope(step + 1)
    }
}

/// How many times less dense or important than the others the first feature is where both geometries have the same least
/// loss; nil if they do not in the range. Found by bisection on a log axis.
func exactCrossing(_ varied: Varied, _ biases: Biases, baseline: Double, halvings: Int) -> Double? {
    let pentagon = SymmetricGeometry(solution: .pentagon, biases: biases)
    let digons = SymmetricGeometry(solution: .digons, biases: biases)
    let regular = pentagon.descent(from: pentagon.start, perturbed(baseline: baseline)).parameters
    /// Whether the digons have the lower loss, or there is no pentagon any more: the descent has left it.
    func isPastCrossing(_ relative: Double) -> Bool {
        let setting = varied.setting(baseline: baseline, relative: relative)
        let found = pentagon.descent(from: regular, setting)
        return PlanarSolution(pentagon.model(found.parameters)) != .pentagon
            || digons.descent(from: digons.start, setting).loss < found.loss
    }
    var (rare, common) = (0.1, 1.25)
    guard isPastCrossing(rare), !isPastCrossing(common) else { return nil }
    for _ in 0..<halvings {
        let middle = (rare * common).squareRoot()
        if isPastCrossing(middle) { rare = middle } else { common = middle }
    }
    return 1 / (rare * common).squareRoot()
}
