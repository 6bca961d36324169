import Analysis
import Foundation
import Notebook
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

    /// How far the best diagram of a single fate agrees with the closed forms.
    var constantAgreement: Double { PhaseTheory.Fate.allCases.map(theoreticalShare).max() ?? .nan }

    /// The share of the diagram with each fate, among the best models.
    func share(of fate: PhaseTheory.Fate) -> Double {
        Double(cells.count { $0.best.fate == fate }) / Double(cells.count)
    }

    /// The same for the closed forms.
    func theoreticalShare(of fate: PhaseTheory.Fate) -> Double {
        Double(cells.count { $0.solution.fate == fate }) / Double(cells.count)
    }

    /// The share of the diagram on which the average and the best model have different fates.
    var speckles: Double { Double(cells.count { $0.average.fate != $0.best.fate }) / Double(cells.count) }

    /// Of the cells on which the best trained model has at least `margin` less loss than every natural solution, the
    /// share near a boundary: the closed forms' solution changes within a factor of two in importance or density.
    func rim(margin: Double) -> Double {
        let improved = cells.filter { $0.bestLoss < (1 - margin) * $0.naturalLoss }
        let atBoundary = improved.count { cell in
            [(0.5, 1), (2, 1), (1, 0.5), (1, 2)].contains { density, importance in
                theory.best(density: min(1, density * cell.density), importance: importance * cell.importance)
                    != cell.solution
            }
        }
        return Double(atBoundary) / Double(improved.count)
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

/// The share of the rarest fate where the output is linear, by descent from the natural solutions at each importance.
/// With the best biases the loss is then $v \sum_i I_i \sum_j (\delta_{ij} - (W^T W)_{ij})^2$, where density has a part in a
/// feature's variance $v$ alone, so that one row stands for the whole diagram.
func rarestLinearFate(_ theory: PhaseTheory, importances: [Double]) -> Double {
    let features = theory.hidden + 1
    func model(_ parameters: [Double]) -> ToyModel {
        let rows = (0..<theory.hidden).map { Array(parameters[$0 * features..<($0 + 1) * features]) }
        return ToyModel(W: Matrix(rows), b: Array(repeating: 0, count: features))
    }
    let fates = importances.map { importance in
        let weights = Array(repeating: 1, count: theory.hidden) + [importance]
        func loss(_ parameters: [Double]) -> Double {
            let gram = model(parameters).W.gram
            return (0..<features).reduce(0) { sum, i in
                (0..<features).reduce(sum) { sum, j in
                    let error = (i == j ? 1 : 0) - gram[i, j]
                    return sum + weights[i] * error * error
                }
            }
        }
        let found = theory.solutions.map { solution in
            descend(from: theory.model(of: solution, density: 1).W.elements, step: 0.1, loss: loss)
        }.min { $0.loss < $1.loss }
        return found.map { Storage(of: [model($0.point)]).fate }
    }
    return PhaseTheory.Fate.allCases.map { fate in Double(fates.count { $0 == fate }) / Double(fates.count) }.min()
        ?? .nan
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

    /// Instead of training: the least expected loss of all, by descent from each natural solution. For two features.
    init(minimising theory: PhaseTheory, density: Double, importances: [Double]) {
        self.theory = theory
        self.density = density
        places = importances.map { importance in
            let features = FeatureDistribution(density: density, features: 2)
            let expected = ExpectedLoss(features: features, importance: [1, importance])
            let best = theory.solutions.map { solution in
                let start = theory.model(of: solution, density: density)
                return descend(from: start.W.elements + start.b, step: 0.1) { expected(twoFeatures($0)) }
            }.min { $0.loss < $1.loss }
            let model = twoFeatures(best?.point ?? [])
            let storage = Storage(of: [model])
            return Place(
                importance: importance, models: [(best?.loss ?? .nan, storage.fate)], best: storage,
                slope: ExpectedLoss(features: features, importance: [0, 1])(model))
        }
    }

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

    /// The share of the models with more than 1% more loss than the best of their place.
    var stuckShare: Double {
        let stuck = places.map { place in place.models.count { $0.loss > 1.01 * place.loss } }
        return Double(stuck.reduce(0, +)) / Double(places.reduce(0) { $0 + $1.models.count })
    }

    /// The largest change of the slope within one step of the line, in units of a jump of the closed forms, where no
    /// boundary is near: farther than a factor of 1.5 from the steps with the jumps.
    var largestStepElsewhere: (slope: Double, weights: Double) {
        let jumps = jumps
        let away = places.indices.dropLast().filter { index in
            jumps.allSatisfy { !(1 / 1.5...1.5).contains(places[index].importance / places[$0].importance) }
        }
        let least = boundaries.map { abs(slopeStep(of: $0)) }.min() ?? .nan
        return (
            away.map { abs(step(\.slope, at: $0)) / least }.max() ?? .nan,
            away.map { weightChange(at: $0) }.max() ?? .nan
        )
    }

    /// By how much the slope of the closed forms' loss jumps at a boundary.
    func slopeStep(of boundary: (importance: Double, before: PhaseTheory.Solution, after: PhaseTheory.Solution))
        -> Double
    {
        func slope(_ solution: PhaseTheory.Solution) -> Double {
            theory.slopes(of: solution, density: density, importance: boundary.importance).importance
        }
        return slope(boundary.after) - slope(boundary.before)
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
            let start = [Self.weight(index % side), Self.weight(index / side)]
            let found = descend(from: start, step: Self.weight(1) - Self.weight(0), until: 1e-7) { loss($0[0], $0[1]) }
            return Minimum(first: found.point[0], second: found.point[1], loss: found.loss)
        }
        var distinct = [Minimum]()
        for minimum in refined.sorted(by: { $0.loss < $1.loss })
        where minimum.first > 0 || (minimum.first == 0 && minimum.second > 0) {
            // A narrow valley has several lowest cells, which lead to the same place.
            if distinct.allSatisfy({ Self.distance($0, minimum.first, minimum.second) > 0.02 }) {
                distinct.append(minimum)
            }
        }
        minima = distinct
    }
}

extension LossSurface {
    /// How many of the surface's places lie in the basin of each of ``minima``, mirror images together: which minimum
    /// one gets to by always stepping to the lowest neighbour.
    var basins: [Int] {
        let side = Self.side
        let neighbours = [-1, 0, 1].flatMap { y in [-1, 0, 1].map { x in (x, y) } }
        /// The lowest of a place and its neighbours.
        func next(_ place: Int) -> Int {
            neighbours.map { x, y -> Int in
                let (column, row) = (place % side + x, place / side + y)
                return (0..<side).contains(column) && (0..<side).contains(row) ? row * side + column : place
            }.min { losses[$0] < losses[$1] } ?? place
        }
        var ends = [Int](repeating: -1, count: losses.count)
        // From the lowest place up, so that the end of the next one is known.
        for place in losses.indices.sorted(by: { losses[$0] < losses[$1] }) {
            let next = next(place)
            ends[place] = next == place ? place : ends[next]
        }
        var counts = [Int](repeating: 0, count: minima.count)
        for end in ends {
            let (first, second) = (Self.weight(end % side), Self.weight(end / side))
            let nearest = minima.indices.min { a, b in
                Self.distance(minima[a], first, second) < Self.distance(minima[b], first, second)
            }
            if let nearest { counts[nearest] += 1 }
        }
        return counts
    }

    /// The global minimum's basin over the largest other one; not a number where there is no other.
    var basinRatio: Double {
        let basins = basins
        guard let global = basins.first, let other = basins.dropFirst().max() else { return .nan }
        return Double(global) / Double(other)
    }

    /// How far a place is from a minimum or its mirror image.
    fileprivate static func distance(_ minimum: Minimum, _ first: Double, _ second: Double) -> Double {
        let squares = [1.0, -1].map { sign in
            let (x, y) = (minimum.first - sign * first, minimum.second - sign * second)
            return x * x + y * y
        }
        return (squares.min() ?? .nan).squareRoot()
    }
}

/// The weights of least expected loss of two features in one dimension, without bias, on a straight line of settings
/// in equal steps. Of each pair $\pm(W_1, W_2)$ the one with the larger first weight.
func globalMinima(
    from start: (sparsity: Double, importance: Double), to end: (sparsity: Double, importance: Double), steps: Int
) -> [LossSurface.Minimum] {
    (0...steps).compactMap { step in
        let share = Double(step) / Double(steps)
        let sparsity = start.sparsity + share * (end.sparsity - start.sparsity)
        let expected = ExpectedLoss(
            features: FeatureDistribution(density: 1 - sparsity, features: 2),
            importance: [1, start.importance + share * (end.importance - start.importance)])
        // From within each quadrant that differs: one feature alone, opposite weights, equal weights.
        let found = [[1, 0.1], [1, -0.1], [0.1, 1], [1, -1], [0.7, 0.7]].map { start in
            descend(from: start, step: 0.05, until: 1e-7) { expected(twoFeatures($0 + [0, 0])) }
        }.min { $0.loss < $1.loss }
        return found.map { found in
            let sign: Double = found.point[0] < 0 ? -1 : 1
            return .init(first: sign * found.point[0], second: sign * found.point[1], loss: found.loss)
        }
    }
}

/// The change of the weights from each minimum to the next: of the one that changes more.
func changes(_ minima: [LossSurface.Minimum]) -> [Double] {
    zip(minima, minima.dropFirst()).map { max(abs($1.first - $0.first), abs($1.second - $0.second)) }
}

/// The largest change of the weights from one minimum to the next.
func largestChange(_ minima: [LossSurface.Minimum]) -> Double { changes(minima).max() ?? .nan }

/// Where the global minimum jumps on the way from sparse to dense features, at one importance.
struct Transition {
    let importance: Double
    /// The density before the jump.
    let density: Double
    /// The largest change of a weight in one step.
    let jump: Double
    /// The global minimum's basin over the other's: the smaller ratio of the two settings around the jump.
    let basinRatio: Double

    init(importance: Double, steps: Int) {
        let (start, end) = (0.98, 0.02)
        let changes = changes(globalMinima(from: (start, importance), to: (end, importance), steps: steps))
        let place = changes.indices.max { changes[$0] < changes[$1] } ?? 0
        let sparsities = [place, place + 1].map { start + (end - start) * Double($0) / Double(steps) }
        self.importance = importance
        density = 1 - sparsities[0]
        jump = changes[place]
        basinRatio =
            sparsities.map { LossSurface(sparsity: $0, importance: importance).basinRatio }.filter { !$0.isNaN }.min()
            ?? .nan
    }
}

// MARK: - Other activation functions

/// An activation function of the output.
enum OutputFunction: String, CaseIterable {
    case relu = "ReLU"
    case leaky = "leaky ReLU"
    case gelu = "GELU"
    case tanh = "tanh"
    case square = "square"
    case linear = "linear"

    func callAsFunction(_ z: Double) -> Double {
        switch self {
        case .relu: max(0, z)
        case .leaky: z > 0 ? z : 0.1 * z
        case .gelu: z / 2 * (1 + erf(z / 2.0.squareRoot()))
        case .tanh: Foundation.tanh(z)
        case .square: z * z
        case .linear: z
        }
    }
}

/// Which fate of the extra feature has the least expected loss, with two features in one dimension and an activation
/// function of one's choice: by descent from the natural solutions, as there are only four parameters.
struct ActivationDiagram {
    let function: OutputFunction
    /// The number of cells along each axis.
    let side: Int
    /// Row by row: densities from most to least, importances from least to most.
    let cells: [Storage]

    init(_ function: OutputFunction, side: Int) {
        self.function = function
        self.side = side
        let importances = twoDecades(from: 0.1, cells: side)
        cells = twoDecades(from: 0.01, cells: side).reversed().flatMap { density in
            importances.map { importance in
                let starts = [[1, 0, 0, density / 2], [0, 1, density / 2, 0], [1, -1, 0, 0]]
                let found = starts.map { start in
                    descend(from: start, step: 0.2, until: 1e-2, gain: 1e-4) {
                        Self.loss($0, function, density: density, importance: importance)
                    }
                }.min { $0.loss < $1.loss }
                return Storage(of: [twoFeatures(found?.point ?? [])])
            }
        }
    }

    /// The share of the diagram with a fate.
    func share(of fate: PhaseTheory.Fate) -> Double {
        Double(cells.count { $0.fate == fate }) / Double(cells.count)
    }

    /// The expected loss, by the midpoint rule for the values of active features.
    static func loss(
        _ parameters: [Double], _ function: OutputFunction, density p: Double, importance: Double, points: Int = 6
    ) -> Double {
        let (first, second) = (parameters[0], parameters[1])
        func loss(_ x: Double, _ y: Double) -> Double {
            let h = first * x + second * y
            let (errorX, errorY) = (
                x - function(first * h + parameters[2]), y - function(second * h + parameters[3])
            )
            return errorX * errorX + importance * errorY * errorY
        }
        var (single, both) = (0.0, 0.0)
        for i in 0..<points {
            let x = (Double(i) + 0.5) / Double(points)
            single += loss(x, 0) + loss(0, x)
            for j in 0..<points { both += loss(x, (Double(j) + 0.5) / Double(points)) }
        }
        let count = Double(points)
        return (1 - p) * (1 - p) * loss(0, 0) + p * (1 - p) * single / count + p * p * both / (count * count)
    }
}

// MARK: - Descent

/// Two features in one dimension: both weights, then both biases.
func twoFeatures(_ parameters: [Double]) -> ToyModel {
    ToyModel(W: Matrix([Array(parameters.prefix(2))]), b: Array(parameters.suffix(2)))
}

/// A local minimum, by pattern search (Hooke and Jeeves, "Direct search solution of numerical and statistical
/// problems", 1961): steps along each axis that help, then a jump as far again, and half the step where none helps by
/// more than a share `gain` of the loss.
func descend(
    from start: [Double], step: Double, until tolerance: Double = 1e-5, gain: Double = 1e-9,
    loss: ([Double]) -> Double
) -> (point: [Double], loss: Double) {
    func explored(_ place: (point: [Double], loss: Double), _ step: Double) -> (point: [Double], loss: Double) {
        var place = place
        for index in place.point.indices {
            for change in [step, -step] {
                var point = place.point
                point[index] += change
                let value = loss(point)
                if value < place.loss {
                    place = (point, value)
                    break
                }
            }
        }
        return place
    }
    var step = step
    var best = (point: start, loss: loss(start))
    while step > tolerance {
        var next = explored(best, step)
        if next.loss >= (1 - gain) * best.loss {
            step /= 2
            continue
        }
        while next.loss < (1 - gain) * best.loss {
            let ahead = zip(next.point, best.point).map { 2 * $0 - $1 }
            best = next
            next = explored((ahead, loss(ahead)), step)
        }
    }
    return best
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

/// The larger change of the extra feature's weights at a boundary, the smallest over all boundaries.
func smallestWeightJump(_ crossover: Crossover) -> Double {
    crossover.jumps.map { crossover.weightChange(at: $0) }.min() ?? .nan
}

/// Up to which of some rising densities the least expected loss is that of a pair, at one importance.
func exactEndOfPairs(_ theory: PhaseTheory, densities: [Double], importance: Double) -> Double {
    densities.prefix { density in
        let exact = Crossover(minimising: theory, density: density, importances: [importance])
        return exact.places[0].best.fate == .superposition
    }.last ?? .nan
}

/// The slope's jump at a boundary over that of the closed forms, the smallest over all boundaries.
func slopeJump(_ crossover: Crossover) -> Double {
    zip(crossover.boundaries, crossover.jumps).map { boundary, index in
        crossover.step(\.slope, at: index) / crossover.slopeStep(of: boundary)
    }.min() ?? .nan
}

/// The largest change of the second weight between the global minima of neighbouring surfaces, and the density there.
func jump(_ path: [LossSurface]) -> (density: Double, size: Double)? {
    zip(path, path.dropFirst()).compactMap { before, after -> (density: Double, size: Double)? in
        guard let a = before.minima.first, let b = after.minima.first else { return nil }
        return (1 - (before.sparsity + after.sparsity) / 2, abs(b.second - a.second))
    }.max { $0.size < $1.size }
}

// MARK: - Text

/// The shares of a diagram's best models that are not learned, in superposition, and dedicated.
func shares(_ diagram: PhaseDiagram) -> [String] {
    PhaseTheory.Fate.allCases.map { percent(diagram.share(of: $0), digits: 0) }
}

/// The importances at which the best model's weights jump.
func jumpPlaces(_ crossover: Crossover) -> String {
    crossover.jumps.map { number(crossover.places[$0].importance, digits: 2) }.joined(separator: " and ")
}

/// The weights of a minimum.
func weights(_ minimum: LossSurface.Minimum?) -> String {
    minimum.map { "\(fixed($0.first, 3)), \(fixed($0.second, 3))" } ?? "–"
}
