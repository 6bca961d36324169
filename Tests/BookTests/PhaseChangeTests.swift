import Analysis
import TestSupport
import Testing
import ToyModels

@testable import PhaseChange

/// What the verdicts on the phase change rest on.
@Suite struct PhaseChangeTests {
    @Test func `cells have equal ratios and span two decades`() {
        let cells = twoDecades(from: 0.1, cells: 64)
        #expect(cells.count == 64)
        // The first centre is half a cell above the start, the last as far below the end.
        #expect(abs(cells[0] * cells[63] - 1) < 1e-12)
        let ratios = zip(cells, cells.dropFirst()).map { $1 / $0 }
        #expect(ratios.allSatisfy { abs($0 - ratios[0]) < 1e-12 })
        #expect(abs(cells[0] / 0.1 - ratios[0].squareRoot()) < 1e-12)
    }

    private func line(_ weights: [Double]) -> ToyModel { ToyModel(W: Matrix([weights]), b: weights.map { _ in 0 }) }

    @Test func `the natural solutions have their fates`() {
        for hidden in [1, 2] {
            let theory = PhaseTheory(hidden: hidden)
            for solution in theory.solutions {
                #expect(Storage(of: [theory.model(of: solution, density: 0.1)]).fate == solution.fate)
            }
        }
    }

    @Test func `an average counts superposition as far as the feature is stored`() {
        // Two models ignore the extra feature, whose superposition is then meaningless; two store it, one of them shared.
        let average = Storage(of: [line([1, 0.001]), line([1, -0.001]), line([0, 1]), line([1, -1])])
        #expect(abs(average.norm - 0.5005) < 1e-9)
        #expect(abs(average.superposition - 0.5) < 0.001)
    }

    /// Trained models made by hand: at every cell of a 2 × 2 diagram the closed forms' best solution, twice, and a third
    /// model that ignores everything.
    private func diagram(_ fates: [[Double]]) -> PhaseDiagram {
        let settings = [0.9, 0.1].flatMap { density in
            [0.2, 5].map { setting(hidden: 1, density: density, importance: $0) }
        }
        let experiment = Experiment(
            id: "made", architecture: .init(features: 2, hidden: 1), settings: settings, restarts: 3, steps: 0,
            batchSize: 1,
            learningRate: .constant(0))
        let models = fates.flatMap { [line($0), line($0), line([0, 0])] }
        let losses = models.enumerated().map { index, model in
            let setting = experiment.setting(ofModel: index)
            return ExpectedLoss(features: setting.features, objective: setting.objective)(model)
        }
        return PhaseDiagram(
            PhaseTheory(hidden: 1),
            trained: TrainedModels(
                experiment: experiment, seeds: models.map { _ in 0 }, weights: Weights(of: models),
                losses: losses, lossErrors: losses.map { _ in 0 }, history: .init(steps: [], losses: []),
                snapshots: []))
    }

    @Test func `agreement is the share of cells with the closed forms' fate`() {
        let right = diagram([[1, 0], [0, 1], [1, -1], [1, -1]])
        #expect(right.agreement(\.best) == 1 && right.agreement(\.average) == 1)
        #expect(right.share(of: .superposition) == 0.5)
        #expect(right.successRate(restarts: 3) == 2.0 / 3)
        #expect(diagram([[1, 0], [0, 1], [1, -1], [1, 0]]).agreement(\.best) == 0.75)
        // All three fates meet between the four cells.
        let point = right.triplePoint()
        #expect(point.map { abs($0.density - 0.3) < 1e-9 && abs($0.importance - 1) < 1e-9 } == true)
    }

    @Test func `the best diagram of one fate is right where that fate is`() {
        let right = diagram([[1, 0], [0, 1], [1, -1], [1, -1]])
        #expect(right.constantAgreement == 0.5 && right.theoreticalShare(of: .dedicated) == 0.25)
        #expect(right.speckles == 0)
    }

    @Test func `descent finds the minimum of a narrow valley`() {
        let found = descend(from: [0, 0], step: 0.5, until: 1e-7) {
            10 * ($0[0] - $0[1]) * ($0[0] - $0[1]) + ($0[0] - 3) * ($0[0] - 3) + 1
        }
        #expect(abs(found.point[0] - 3) < 1e-3 && abs(found.point[1] - 3) < 1e-3 && abs(found.loss - 1) < 1e-6)
    }

    @Test func `the least loss along a line is below every natural solution's`() {
        let theory = PhaseTheory(hidden: 1)
        let exact = Crossover(minimising: theory, density: 0.25, importances: twoDecades(from: 0.1, cells: 8))
        for place in exact.places {
            let natural = theory.best(density: 0.25, importance: place.importance)
            #expect(place.loss <= theory.loss(of: natural, density: 0.25, importance: place.importance) + 1e-12)
        }
    }

    @Test func `a linear output never has all three fates`() {
        for hidden in [1, 2] {
            #expect(rarestLinearFate(PhaseTheory(hidden: hidden), importances: twoDecades(from: 0.1, cells: 8)) == 0)
        }
    }

    @Test func `the loss of an activation function is the expected loss`() {
        let parameters = [0.9, -0.7, 0.1, -0.05]
        let model = twoFeatures(parameters)
        let expected = ExpectedLoss(features: FeatureDistribution(density: 0.3, features: 2), importance: [1, 2])
        let sum = ActivationDiagram.loss(parameters, .relu, density: 0.3, importance: 2, points: 200)
        #expect(abs(sum - expected(model)) < 1e-4 * sum)
    }

    @Test func `basins cover the surface`() {
        let surface = LossSurface(sparsity: 0.1, importance: 0.8)
        #expect(surface.basins.count == 2)
        #expect(surface.basins.reduce(0, +) == LossSurface.side * LossSurface.side)
        // Symmetric features: a pair and its mirror image are one minimum, found from everywhere.
        #expect(
            LossSurface(sparsity: 0.98, importance: 1).minima.first.map { abs($0.first + $0.second) < 1e-3 } == true)
    }

    @Test func `minima on a line move with its settings`() {
        let minima = globalMinima(from: (0.9, 0.8), to: (0.8, 0.8), steps: 4)
        #expect(minima.count == 5 && largestChange(minima) < 0.1)
        #expect(minima.allSatisfy { $0.first > 0 && $0.second < 0 })
    }

    @Test func `the confused feature is the global minimum without bias`() {
        let surface = LossSurface(sparsity: 0.1, importance: 0.8)
        #expect(surface.minima.count == 2)
        // Found before by another program, to these digits.
        let global = surface.minima[0]
        #expect(abs(global.first - 0.725) < 0.001 && abs(global.second - 0.687) < 0.001)
        #expect(abs(global.loss - 0.0875) < 0.0001 && abs(surface.minima[1].loss - 0.22) < 0.001)
    }
}
