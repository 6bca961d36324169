import Analysis
import Foundation
import ToyModels

// Five features in two dimensions, one of which is rarer or more common than the others.

/// Five features of importance 1; the first has a density of its own.
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

/// The share of the runs within a factor of two of the crossing that end as the geometry that is not the best there.
func shareStuck(_ runs: [PerturbedRun], around crossing: Crossing) -> Double {
    let near = runs.filter { (0.5...2).contains($0.relativeDensity / crossing.relativeDensity) }
    let stuck = near.count {
        $0.solution == ($0.relativeDensity < crossing.relativeDensity ? .pentagon : .digons)
    }
    return Double(stuck) / Double(near.count)
}
