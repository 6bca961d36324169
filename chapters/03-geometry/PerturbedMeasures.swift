import Foundation
import ToyModels

// Five features in two dimensions, one of which is rarer or more common than the others.

/// Five features of importance 1; the first has another density than the rest.
func perturbed(baseline: Double, relativeDensity: Double) -> Experiment.Setting {
    Experiment.Setting(
        features: FeatureDistribution(density: [baseline * relativeDensity] + Array(repeating: baseline, count: 4)),
        importance: Array(repeating: 1, count: 5))
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

/// A geometry followed through relative densities, each model trained from the same start.
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

/// The geometries that an experiment follows at one of its baseline densities: its settings are, for every baseline, the
/// relative densities from a pentagon and then from digons.
func branches(_ trained: TrainedModels, baseline: Int, relativeDensities: [Double]) -> [Branch] {
    [PlanarSolution.pentagon, .digons].enumerated().map { part, solution in
        let first = (2 * baseline + part) * relativeDensities.count
        let places = relativeDensities.enumerated().compactMap { index, relative -> Branch.Place? in
            let best = trained.ranked(ofSetting: first + index)[0]
            guard PlanarSolution(best.model) == solution else { return nil }
            return Branch.Place(relativeDensity: relative, model: best.model, loss: best.loss)
        }
        return Branch(solution: solution, places: places)
    }
}

/// Where the branches of every baseline start: the best pentagon among the models of equal features and the best digons
/// among those whose varied feature is rare, each once per relative density. Settings alternate between both.
func branchStarts(_ origins: TrainedModels, relativeDensities: Int) -> TrainedModels.Weights {
    let models = origins.experiment.settings.indices.flatMap { setting in
        let wanted: PlanarSolution = setting % 2 == 0 ? .pentagon : .digons
        let ranked = origins.ranked(ofSetting: setting)
        let start = ranked.first { PlanarSolution($0.model) == wanted } ?? ranked[0]
        return Array(repeating: start.model, count: relativeDensities)
    }
    return TrainedModels.Weights(of: models)
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

/// The share of all pairs of values whose order is that of their positions, minus the share of those that are not:
/// Kendall's rank correlation with the position.
func rankCorrelation(_ values: [Double]) -> Double {
    var (score, pairs) = (0.0, 0.0)
    for i in values.indices {
        for j in values.indices where j > i {
            score += values[j] > values[i] ? 1 : values[j] < values[i] ? -1 : 0
            pairs += 1
        }
    }
    return pairs > 0 ? score / pairs : .nan
}

/// The share of the runs within a factor of two of the crossing that end as the geometry that is not the best there.
func shareStuck(_ runs: [PerturbedRun], around crossing: Crossing) -> Double {
    let near = runs.filter { (0.5...2).contains($0.relativeDensity / crossing.relativeDensity) }
    let stuck = near.count {
        $0.solution == ($0.relativeDensity < crossing.relativeDensity ? .pentagon : .digons)
    }
    return Double(stuck) / Double(near.count)
}
