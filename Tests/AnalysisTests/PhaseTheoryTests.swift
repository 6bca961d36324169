import Testing
import TestSupport
import ToyModels

@testable import Analysis

@Suite struct PhaseTheoryTests {
    @Test("Each solution's loss is that of its weights, by Monte Carlo", arguments: [1, 2, 3], [0.15, 0.4, 0.9])
    func losses(hidden: Int, density: Double) {
        let theory = PhaseTheory(hidden: hidden)
        for solution in theory.solutions {
            let importance = Array(repeating: 1, count: hidden) + [1.7]
            let (mean, error) = sampledLoss(
                of: theory.model(of: solution, density: density), .init(density: density, features: hidden + 1),
                Objective(importance: importance))
            let loss = theory.loss(of: solution, density: density, importance: 1.7)
            #expect(abs(loss - mean) < 5 * error, "\(solution): \(loss), \(mean) ± \(error)")
            #expect(error < 0.05 * loss)
        }
    }

    @Test("The slopes are the losses', by central differences", arguments: PhaseTheory.Solution.allCases)
    func slopes(solution: PhaseTheory.Solution) {
        let theory = PhaseTheory(hidden: 2)
        let (p, r, h) = (0.37, 1.9, 1e-5)
        let slopes = theory.slopes(of: solution, density: p, importance: r)
        func loss(_ dp: Double, _ dr: Double) -> Double {
            theory.loss(of: solution, density: p + dp, importance: r + dr)
        }
        // Losses are quadratic in p and linear in r: nothing but rounding, 1e-16 / h.
        #expect(abs(slopes.density - (loss(h, 0) - loss(-h, 0)) / (2 * h)) < 1e-10)
        #expect(abs(slopes.importance - (loss(0, h) - loss(0, -h)) / (2 * h)) < 1e-10)
    }

    @Test(
        "Superposition wins below 2r/(1 + 2.5 r) and 2/(r + 2.5), in one dimension", arguments: [0.1, 0.7, 1, 1.3, 10])
    func boundaries(r: Double) throws {
        let theory = PhaseTheory(hidden: 1)
        let ignored = try #require(theory.boundaryDensity(between: .extraIgnored, and: .extraPaired, importance: r))
        #expect(abs(ignored - 2 * r / (1 + 2.5 * r)) < 1e-14)
        let dedicated = try #require(theory.boundaryDensity(between: .extraPaired, and: .otherIgnored, importance: r))
        #expect(abs(dedicated - 2 / (r + 2.5)) < 1e-14)
        for p in stride(from: 0.005, to: 1, by: 0.01) {
            let expected: PhaseTheory.Solution =
                p < min(ignored, dedicated) ? .extraPaired : r <= 1 ? .extraIgnored : .otherIgnored
            #expect(theory.best(density: p, importance: r) == expected)
        }
    }

    @Test("All three fates meet at the triple point, r = 1 and p = 4/7", arguments: [1, 2])
    func triplePoint(hidden: Int) throws {
        let theory = PhaseTheory(hidden: hidden)
        let point = try #require(theory.triplePoint)
        #expect(abs(point.importance - 1) < 1e-14 && abs(point.density - 4.0 / 7) < 1e-14)
        let losses = theory.solutions.map {
            theory.loss(of: $0, density: point.density, importance: point.importance)
        }
        #expect(losses.allSatisfy { abs($0 - losses[0]) < 1e-15 })
    }

    @Test("Boundaries by importance and by density are the same lines")
    func sameBoundaries() throws {
        let theory = PhaseTheory(hidden: 2)
        for (a, b) in [(0, 2), (1, 2), (2, 3), (0, 3)].map({ (theory.solutions[$0], theory.solutions[$1]) }) {
            let r = try #require(theory.boundaryImportance(between: a, and: b, density: 0.4))
            if let p = theory.boundaryDensity(between: a, and: b, importance: r) {
                #expect(abs(p - 0.4) < 1e-13, "\(a), \(b)")
            }
            let gap = theory.loss(of: a, density: 0.4, importance: r) - theory.loss(of: b, density: 0.4, importance: r)
            #expect(abs(gap) < 1e-15)
        }
        // With two dimensions the pairs cost the same at r = 1, at every density: no density is their boundary.
        #expect(theory.boundaryDensity(between: .extraPaired, and: .othersPaired, importance: 1) == nil)
        #expect(theory.boundaryDensity(between: .extraIgnored, and: .otherIgnored, importance: 2) == nil)
    }

    @Test("The extra feature's fate is read off the solution's weights")
    func fates() {
        for hidden in 1...2 {
            let theory = PhaseTheory(hidden: hidden)
            for solution in theory.solutions {
                let model = theory.model(of: solution, density: 0.2)
                let fate: PhaseTheory.Fate =
                    model.norms[hidden] == 0
                    ? .notLearned : model.superposition[hidden] > 0 ? .superposition : .dedicated
                #expect(fate == solution.fate)
            }
        }
    }

    @Test("The confused feature's loss is that of its weights, by Monte Carlo", arguments: [0.1, 0.9])
    func confused(density: Double) {
        for w in [[0.7, 0.65], [-0.2, -0.9], [0, 0.8], [0.3, 0.5, 0.6]] {
            let importance = [1, 0.8, 0.5].prefix(w.count).map { $0 }
            let (mean, error) = sampledLoss(
                of: model(ofDirections: w.map { [$0] }), .init(density: density, features: w.count),
                Objective(importance: importance))
            #expect(abs(ConfusedFeature.loss(w, density: density, importance: importance) - mean) < 5 * error)
        }
    }
}

@Suite struct ClosedFormTests {
    @Test("Natural solutions have their closed forms' loss", arguments: [1, 2], [0.01, 0.3, 1])
    func closedForms(hidden: Int, density: Double) {
        let theory = PhaseTheory(hidden: hidden)
        let expected = ExpectedLoss(
            features: .init(density: density, features: hidden + 1),
            importance: Array(repeating: 1, count: hidden) + [1.7])
        for solution in theory.solutions {
            let loss = expected(theory.model(of: solution, density: density))
            #expect(abs(loss - theory.loss(of: solution, density: density, importance: 1.7)) < 1e-12)
        }
    }

    @Test("The confused feature has its closed form's loss, and is the optimum without bias at p = 0.9")
    func confused() {
        let (p, importance) = (0.9, [1, 0.8])
        let expected = ExpectedLoss(features: .init(density: p, features: 2), importance: importance)
        var best = (loss: Double.infinity, weights: [0.0, 0])
        for first in stride(from: 0, through: 1.2, by: 0.025) {
            for second in stride(from: -1.2, through: 1.2, by: 0.025) {
                let loss = expected(model(ofDirections: [[first], [second]]))
                if second >= 0 {
                    let closed = ConfusedFeature.loss([first, second], density: p, importance: importance)
                    #expect(abs(loss - closed) < 1e-13)
                }
                if loss < best.loss { best = (loss, [first, second]) }
            }
        }
        #expect(abs(best.weights[0] - 0.725) < 0.02 && abs(best.weights[1] - 0.687) < 0.02)
        #expect(abs(best.loss - 0.0875) < 0.0005)
    }

    @Test("Split by the number of active features, the loss has the 1-sparse term of the expansion")
    func oneSparse() {
        let example = Example(.init(features: 6, hidden: 2))
        let importance = example.objective.importance
        let expansion = LossExpansion.OneSparse(of: example.model, importance: importance)
        // Exactly one feature of the set is active, each equally often.
        let features = FeatureDistribution(density: 1, features: 6, dependence: .anticorrelated(setSize: 6))
        let loss = ExpectedLoss(features: features, importance: importance)(example.model)
        #expect(abs(loss - expansion.loss) < 1e-14)
    }
}
