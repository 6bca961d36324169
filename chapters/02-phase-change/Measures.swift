import Analysis
import ToyModels

// What the chapter's figures show and its claims measure, in terms of trained models and closed forms.

/// The centres of `cells` cells of equal ratio, which span the two decades up from `start`. `cells` is a power of two.
func twoDecades(from start: Double, cells: Int) -> [Double] {
    // By square roots and products: a power function's last bit depends on the C library, and these values go into training.
    var half = 100.0
    var parts = 1
    while parts < 2 * cells {
        half = half.squareRoot()
        parts *= 2
    }
    return (0..<cells).map { cell in (0..<2 * cell + 1).reduce(start) { value, _ in value * half } }
}

/// `hidden` ordinary features of importance 1 and an extra one, all of the same density.
func setting(hidden: Int, density: Double, importance: Double) -> Experiment.Setting {
    Experiment.Setting(
        features: FeatureDistribution(density: density, features: hidden + 1),
        importance: Array(repeating: 1, count: hidden) + [importance])
}

/// How much of the extra feature a model stores, or several on average, and how.
struct Storage {
    /// The length of its direction.
    var norm: Double
    /// Its superposition, at most 1.
    var superposition: Double

    /// Superposition, as far as there is something to share: for a feature without length it is chance.
    var shared: Double { superposition * min(1, norm) }

    var fate: PhaseTheory.Fate { fate(limit: 0.5) }

    /// The fate, with a given limit for what counts as stored and as shared.
    func fate(limit: Double) -> PhaseTheory.Fate {
        if norm < limit { return .notLearned }
        return superposition > limit ? .superposition : .dedicated
    }

    /// The mean over models. What is not stored has no superposition to speak of, so lengths are the weights of the
    /// mean.
    init(of models: [ToyModel]) {
        let norms = models.map { $0.norms[$0.W.columns - 1] }
        let parts = zip(models, norms).map { $1 * min(1, $0.superposition[$0.W.columns - 1]) }
        let sum = norms.reduce(0, +)
        norm = sum / Double(models.count)
        superposition = sum > 0 ? parts.reduce(0, +) / sum : 0
    }
}

/// A phase diagram: densities from most to least, each with importances of the extra feature from least to most.
struct PhaseDiagram {
    struct Cell {
        let density, importance: Double
        /// The natural solution with the lowest loss.
        let solution: PhaseTheory.Solution
        /// Its loss.
        let naturalLoss: Double
        /// The average of all trained models but the worst.
        let average: Storage
        /// The best trained model.
        let best: Storage
        /// Its expected loss.
        let bestLoss: Double
        /// How many of the models have each fate.
        let fates: [PhaseTheory.Fate: Int]
        /// How many of the models have a loss within 1% of the best one's.
        let successes: Int
    }

    let theory: PhaseTheory
    /// The number of cells along each axis.
    let side: Int
    /// Row by row.
    let cells: [Cell]

    /// - Parameter trained: the models of one setting per cell, densities from most to least outside, importances inside.
    init(_ theory: PhaseTheory, trained: TrainedModels) {
        self.theory = theory
        side = Int(Double(trained.experiment.settings.count).squareRoot().rounded())
        cells = trained.experiment.settings.indices.map { index in
            let ranked = trained.ranked(ofSetting: index)
            let setting = trained.experiment.settings[index]
            let (density, importance) = (setting.features.density[0], setting.importance[theory.hidden])
            let solution = theory.best(density: density, importance: importance)
            return Cell(
                density: density, importance: importance, solution: solution,
                naturalLoss: theory.loss(of: solution, density: density, importance: importance),
                average: Storage(of: ranked.dropLast().map(\.model)), best: Storage(of: [ranked[0].model]),
                bestLoss: ranked[0].loss,
                fates: Dictionary(grouping: ranked) { Storage(of: [$0.model]).fate }.mapValues(\.count),
                successes: ranked.count { $0.loss < 1.01 * ranked[0].loss })
        }
    }

    /// The share of the diagram on which trained models and closed forms name the same fate.
    func agreement(_ storage: KeyPath<Cell, Storage>) -> Double {
        Double(cells.count { $0[keyPath: storage].fate == $0.solution.fate }) / Double(cells.count)
    }

    /// The share of the diagram with each fate, among the best models.
    func share(of fate: PhaseTheory.Fate) -> Double {
        Double(cells.count { $0.best.fate == fate }) / Double(cells.count)
    }

    /// Where all three fates of the best models meet: the median place of the squares of four cells that have all three.
    func triplePoint(limit: Double = 0.5) -> (density: Double, importance: Double)? {
        var (densities, importances) = ([Double](), [Double]())
        for row in 0..<side - 1 {
            for column in 0..<side - 1 {
                let square = [0, 1, side, side + 1].map { cells[row * side + column + $0] }
                guard Set(square.map { $0.best.fate(limit: limit) }).count == 3 else { continue }
                densities.append((square[0].density * square[3].density).squareRoot())
                importances.append((square[0].importance * square[3].importance).squareRoot())
            }
        }
        guard !densities.isEmpty else { return nil }
        return (median(densities), median(importances))
    }

    /// The share of all models in a part of the diagram with a fate.
    func shareOfRuns(
        _ fate: PhaseTheory.Fate, density: ClosedRange<Double>, importance: ClosedRange<Double>
    ) -> Double {
        let part = cells.filter { density.contains($0.density) && importance.contains($0.importance) }
        let counts = part.map { (found: $0.fates[fate] ?? 0, all: $0.fates.values.reduce(0, +)) }
        return Double(counts.reduce(0) { $0 + $1.found }) / Double(counts.reduce(0) { $0 + $1.all })
    }

    /// The share of the cells on which the best trained model has at least `margin` less loss than every natural solution.
    func improved(by margin: Double) -> Double {
        Double(cells.count { $0.bestLoss < (1 - margin) * $0.naturalLoss }) / Double(cells.count)
    }

    /// The largest share of the natural solutions' loss that a trained model saves.
    var largestSaving: Double { cells.map { 1 - $0.bestLoss / $0.naturalLoss }.max() ?? .nan }

    /// The share of all trained models within 1% of the loss of the best one of their cell.
    func successRate(restarts: Int) -> Double {
        Double(cells.reduce(0) { $0 + $1.successes }) / Double(cells.count * restarts)
    }
}

// MARK: - Crossover

/// The models of a line through the phase diagram: one density, rising importance of the extra feature.
struct Crossover {
    struct Place {
        let importance: Double
        /// Expected loss and fate of every model, least loss first.
        let models: [(loss: Double, fate: PhaseTheory.Fate)]
        /// How the best model stores the extra feature.
        let best: Storage
        /// The slope of the best model's loss in the importance: what the extra feature alone costs, as at a minimum a
        /// change of the weights does not count to first order.
        let slope: Double
        /// The best model's loss.
        var loss: Double { models[0].loss }
    }

    let theory: PhaseTheory
    let density: Double
    let places: [Place]

    init(_ theory: PhaseTheory, trained: TrainedModels) {
        self.theory = theory
        density = trained.experiment.settings[0].features.density[0]
        places = trained.experiment.settings.enumerated().map { index, setting in
            let ranked = trained.ranked(ofSetting: index)
            let extraAlone = Array(repeating: 0.0, count: theory.hidden) + [1]
            return Place(
                importance: setting.importance[theory.hidden],
                models: ranked.map { ($0.loss, Storage(of: [$0.model]).fate) }, best: Storage(of: [ranked[0].model]),
                slope: ExpectedLoss(features: setting.features, importance: extraAlone)(ranked[0].model))
        }
    }

    /// The importances at which the natural solution of least loss changes, with the solutions on both sides.
    var boundaries: [(importance: Double, before: PhaseTheory.Solution, after: PhaseTheory.Solution)] {
        let best = places.map { theory.best(density: density, importance: $0.importance) }
        return zip(best, best.dropFirst()).compactMap { before, after in
            guard before != after,
                let importance = theory.boundaryImportance(between: before, and: after, density: density)
            else { return nil }
            return (importance, before, after)
        }
    }

    /// Where the best model's weights jump: for each boundary of the closed forms the two neighbours, within a factor
    /// of two of it, between which the extra feature's weights change most. The index is that of the first of the two.
    var jumps: [Int] {
        boundaries.map { boundary in
            places.indices.dropLast().filter { (0.5...2).contains(places[$0].importance / boundary.importance) }
                .max { weightChange(at: $0) < weightChange(at: $1) } ?? 0
        }
    }

    /// The change of the extra feature's length, or of its superposition, between two neighbours: the larger one.
    func weightChange(at index: Int) -> Double {
        max(abs(step(\.best.norm, at: index)), abs(step(\.best.shared, at: index)))
    }

    /// The change between two neighbours of a quantity of the best models.
    func step(_ quantity: (Place) -> Double, at index: Int) -> Double {
        quantity(places[index + 1]) - quantity(places[index])
    }

    /// The fastest change of the best loss between two neighbours, in units of the steepest solution's slope $v$.
    var fastestChange: Double {
        let steepest = theory.slopes(of: .extraIgnored, density: density, importance: 1).importance
        return places.indices.dropLast().map { index in
            abs(step(\.loss, at: index)) / (steepest * step(\.importance, at: index))
        }.max() ?? .nan
    }
}

// MARK: - Loss surfaces

/// The expected loss of two features in one dimension, without bias, over both weights.
struct LossSurface {
    /// A place on the surface.
    struct Minimum {
        var first, second, loss: Double
    }

    static let range = -1.5...1.5
    static let side = 121

    let sparsity, importance: Double
    /// Row by row, from the lowest to the highest second weight; the first weight varies fastest.
    let losses: [Double]
    /// One minimum of each pair $\pm(W_1, W_2)$, the one with the larger first weight, least loss first.
    let minima: [Minimum]

    static func weight(_ index: Int) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * Double(index) / Double(side - 1)
    }

    init(sparsity: Double, importance: Double) {
        self.sparsity = sparsity
        self.importance = importance
        let expected = ExpectedLoss(
            features: FeatureDistribution(density: 1 - sparsity, features: 2), importance: [1, importance])
        func loss(_ first: Double, _ second: Double) -> Double {
            expected(ToyModel(W: Matrix([[first, second]]), b: [0, 0]))
        }
        let side = Self.side
        let losses = (0..<side * side).map { loss(Self.weight($0 % side), Self.weight($0 / side)) }
        self.losses = losses
        let lowest = (side + 1..<side * (side - 1) - 1).filter { index in
            let neighbours = [-side - 1, -side, -side + 1, -1, 1, side - 1, side, side + 1]
            return !(1..<side).contains(index % side) || index % side == side - 1
                ? false : neighbours.allSatisfy { losses[index] < losses[index + $0] }
        }
        let refined = lowest.map { index in
            var place = Minimum(
                first: Self.weight(index % side), second: Self.weight(index / side), loss: losses[index])
            var step = Self.weight(1) - Self.weight(0)
            while step > 1e-7 {
                let around = [(step, 0.0), (-step, 0), (0, step), (0, -step), (step, step), (-step, -step)].map {
                    let (first, second) = (place.first + $0.0, place.second + $0.1)
                    return Minimum(first: first, second: second, loss: loss(first, second))
                }
                if let better = around.min(by: { $0.loss < $1.loss }), better.loss < place.loss {
                    place = better
                } else {
                    step /= 2
                }
            }
            return place
        }
        minima = refined.filter { $0.first > 0 || ($0.first == 0 && $0.second > 0) }.sorted { $0.loss < $1.loss }
    }
}

// MARK: - Claims

/// How far the places at which the best model's weights jump are from the closed forms' boundaries: the larger ratio of
/// two importances.
func boundaryError(_ crossover: Crossover) -> Double {
    zip(crossover.boundaries, crossover.jumps).map { boundary, index in
        let place = (crossover.places[index].importance * crossover.places[index + 1].importance).squareRoot()
        return max(place / boundary.importance, boundary.importance / place)
    }.max() ?? .nan
}

/// The slope's jump at a boundary over that of the closed forms, the smallest over all boundaries.
func slopeJump(_ crossover: Crossover) -> Double {
    zip(crossover.boundaries, crossover.jumps).map { boundary, index in
        func slope(_ solution: PhaseTheory.Solution) -> Double {
            crossover.theory.slopes(of: solution, density: crossover.density, importance: boundary.importance)
                .importance
        }
        return crossover.step(\.slope, at: index) / (slope(boundary.after) - slope(boundary.before))
    }.min() ?? .nan
}

/// The largest change of the second weight between the global minima of neighbouring surfaces, and the density there.
func jump(_ path: [LossSurface]) -> (density: Double, size: Double)? {
    zip(path, path.dropFirst()).compactMap { before, after -> (density: Double, size: Double)? in
        guard let a = before.minima.first, let b = after.minima.first else { return nil }
        return (1 - (before.sparsity + after.sparsity) / 2, abs(b.second - a.second))
    }.max { $0.size < $1.size }
}
