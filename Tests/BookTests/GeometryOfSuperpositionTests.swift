import Analysis
import Foundation
import Testing
import ToyModels

@testable import GeometryOfSuperposition

/// What the verdicts on the geometry rest on, on models made by hand.
@Suite struct GeometryOfSuperpositionTests {
    private func model(_ columns: [[Double]]) -> ToyModel {
        let rows = columns[0].indices.map { k in columns.map { $0[k] } }
        return ToyModel(W: Matrix(rows), b: columns.map { _ in 0 })
    }

    /// Directions in the plane at the given angles in degrees.
    private func planar(_ angles: Double...) -> ToyModel {
        model(angles.map { [cos($0 * .pi / 180), sin($0 * .pi / 180)] })
    }

    // MARK: - Uniform superposition

    @Test func `a model of known polytopes is identified`() {
        let mixed = UniformModel(
            inverseDensity: 2, model: model([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]))
        #expect(mixed.count(of: .digon) == 2 && mixed.count(of: .dedicated) == 2 && mixed.count(of: .pentagon) == 0)
        #expect(mixed.polytopeOfFeature[4] == nil)
        // Shortened, they keep their shape but not their dimensionality of one half.
        let crowded = UniformModel(inverseDensity: 2, model: model([[1, 0], [-1, 0], [0.4, 0], [0, 1]]))
        #expect(crowded.polytopeOfFeature[0]?.name == "digon" && crowded.count(of: .digon) == 0)
    }

    @Test func `a trained bipyramid is turned like the exact one`() throws {
        let exact = Polytope.tegumProduct(of: [.triangle, .digon], name: "triangular bipyramid")
        // Turned about an oblique axis, mirrored, and in another order.
        let (c, s) = (0.6, 0.8)
        let turned = exact.vertices.map { v in
            let w = [c * v[0] - s * v[2], v[1], s * v[0] + c * v[2]]
            return [w[0], c * w[1] - s * w[2], -(s * w[1] + c * w[2])]
        }
        let product = try #require(
            TrainedProduct(
                model([3, 0, 4, 2, 1].map { turned[$0] }), factors: [.triangle, .digon], name: "triangular bipyramid"))
        for i in 0..<5 {
            for j in 0..<5 {
                func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
                let (found, expected) = (product.vertices, exact.vertices)
                #expect(abs(dot(found[i], found[j]) - dot(expected[i], expected[j])) < 1e-9)
            }
            // The digon's axis is the third one.
            #expect(abs(abs(product.vertices[i][2]) - abs(exact.vertices[i][2])) < 1e-9)
        }
        #expect(largestDifference([product]) < 1e-9)
        #expect(largestDifference([product, nil]).isNaN)
        #expect(TrainedProduct(model(turned), factors: [.digon, .digon, .digon], name: "octahedron") == nil)
    }

    @Test func `coverage is the union of the bands`() {
        // Bands of width 0.04 around 2/5 and 3/8 overlap: they cover 0.355 to 0.42.
        #expect(abs(coverage(of: [2.0 / 5, 3.0 / 8], within: 0.02, in: 0.3...0.5) - 0.065 / 0.2) < 1e-4)
    }

    @Test func `a plateau ends where the curve leaves the margin`() throws {
        let curve: [(x: Double, y: Double)] = [(1, 1), (2, 0.6), (4, 0.5), (8, 0.49), (16, 0.39), (32, 0.1)]
        let found = try #require(plateau(curve, at: 0.5, within: 0.02))
        // From 0.6 to 0.5 the margin is reached after four fifths of an octave, from 0.49 to 0.39 after a tenth.
        #expect(abs(found.lowerBound - 2 * pow(2, 0.8)) < 1e-9 && abs(found.upperBound - 8 * pow(2, 0.1)) < 1e-9)
        #expect(plateau(curve, at: 0.8, within: 0.02) == nil)
        let even = evenFall(curve)
        #expect(abs(even[0].y - 1) < 1e-12 && abs(even[5].y - 0.1) < 1e-12)
        #expect(abs(even[2].y / even[1].y - even[3].y / even[2].y) < 1e-12)
    }

    @Test func `interference is divided by groups`() {
        // Two digons that lean towards each other by 60°.
        let entry = UniformModel(inverseDensity: 2, model: planar(0, 180, 60, 240))
        // Within: 2 pairs at 1. Across: 4 pairs at 1/4.
        #expect(abs(interferenceAcross([entry], groups: [[0, 0, 1, 1]]) - 1 / 3) < 1e-9)
        #expect(interferenceAcross([entry], groups: [entry.components]) == 0)
    }

    @Test func `random directions keep their lengths`() {
        var stream = RandomStream(key: 1)
        let random = model([[2, 0, 0], [0, 0.1, 0]]).withRandomDirections(using: &stream)
        #expect(abs(random.norms[0] - 2) < 1e-12 && abs(random.norms[1] - 0.1) < 1e-12)
    }

    @Test func `factors that are turned at random keep their shapes and stay apart`() {
        // A triangle, a digon and a digon, at right angles to each other.
        let entry = UniformModel(
            inverseDensity: 2,
            model: model([
                [1, 0, 0, 0, 0, 0], [-0.5, 0.866, 0, 0, 0, 0], [-0.5, -0.866, 0, 0, 0, 0], [0, 0, 2, 0, 0, 0],
                [0, 0, -2, 0, 0, 0], [0, 0, 0, 1, 0, 0], [0, 0, 0, -1, 0, 0],
            ]))
        var stream = RandomStream(key: 3)
        let turned = entry.withFactorsTurned(sweeps: 200, using: &stream)
        #expect(turned.components == entry.components && turned.graph.largestCosineAcross <= FeatureGraph.threshold)
        #expect(interferenceAcross([turned], groups: [entry.components]) > 0.005)
        #expect(turned.polytopes.compactMap { $0?.name } == entry.polytopes.compactMap { $0?.name })
        #expect(zip(turned.model.norms, entry.model.norms).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    @Test func `dimensions are counted by what features have`() {
        // Two dedicated features and a digon in three dimensions, beside one that is not stored.
        let sweep = UniformSweep([
            UniformModel(
                inverseDensity: 1, model: model([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, -1], [0, 0, 0]]))
        ])
        #expect(abs(sweep.dimensions(near: 1) - 2.0 / 3) < 1e-9 && abs(sweep.dimensions(near: 0.5) - 1.0 / 3) < 1e-9)
    }

    @Test func `products are known by their factors`() {
        #expect(
            factors(of: model([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, 0, 1]])) == [
                "dedicated dimension", "dedicated dimension", "digon",
            ])
        #expect(factors(of: model([[1, 0], [-1, 0], [0, 0.1]])) == nil)
        #expect(factors(of: planar(0, 40, 100)) == nil)
    }

    @Test func `a regular simplex is told from a digon`() {
        #expect(isSimplex(planar(0, 120, 240)) && !isSimplex(planar(0, 180, 90)) && !isSimplex(planar(0, 100, 230)))
    }

    // MARK: - A perturbed feature

    @Test func `pentagons and digons are told apart`() {
        #expect(PlanarSolution(planar(0, 72, 144, 216, 288)) == .pentagon)
        #expect(PlanarSolution(model([[0.1, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])) == .digons)
        // One of the others is missing, or they are not opposite.
        #expect(PlanarSolution(model([[1, 0], [0, 0], [-1, 0], [0, 1], [0, -1]])) == .other)
        #expect(PlanarSolution(model([[0, 0], [1, 0], [0.5, 0.8], [0, 1], [0, -1]])) == .other)
    }

    @Test func `branches cross where their losses are the same`() throws {
        func branch(_ solution: PlanarSolution, _ loss: (Double) -> Double) -> Branch {
            Branch(
                solution: solution,
                places: [0.1, 0.2, 0.3, 0.4].map { .init(relativeDensity: $0, model: planar(0), loss: loss($0)) })
        }
        let crossing = try #require(Crossing([branch(.pentagon) { 1 + $0 }, branch(.digons) { 0.5 + 3 * $0 }]))
        #expect(abs(crossing.relativeDensity - 0.25) < 1e-12 && abs(crossing.loss - 1.25) < 1e-12)
        #expect(abs(crossing.slopes.pentagon - 1) < 1e-9 && abs(crossing.slopes.digons - 3) < 1e-9)
        #expect(Crossing([branch(.pentagon) { 1 + $0 }, branch(.digons) { 2 + $0 }]) == nil)
    }

    @Test func `an abrupt change stands out`() {
        func runs(_ lengths: [Double]) -> [[PerturbedRun]] {
            lengths.map { [PerturbedRun(relative: 1, loss: 0, solution: .pentagon, length: $0)] }
        }
        #expect(abs(abruptness(runs([0, 0.1, 1.1, 1.2])) - 10) < 1e-9)
        #expect(abs(abruptness(runs([0, 1, 0, 1])) - 1) < 1e-9)
    }

    @Test func `a pentagon that only deforms changes bit by bit`() throws {
        let places = [0.5, 0.51, 0.52, 0.53, 0.9, 1, 1.1]
        let exact = ExactPentagon(.density, baseline: 0.05, at: places)
        let lengths = exact.lengths.compactMap(\.self)
        #expect(lengths.count == places.count && lengths.allSatisfy { (1...1.3).contains($0) })
        let losses = exact.found.compactMap { $0?.loss }
        #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 < $1 })
        #expect((1...1.1).contains(exact.slopeRatio(around: 0.515)))
        #expect(abruptness(ofLengths: [0, nil, 5, 6, 8]) == 2)
    }

    @Test func `runs are stuck that are not as the best one`() {
        func run(_ solution: PlanarSolution) -> PerturbedRun {
            PerturbedRun(relative: 1, loss: 0, solution: solution, length: 1)
        }
        #expect(shareStuck([[run(.pentagon), run(.digons)], [run(.digons), run(.digons)]]) == 0.25)
    }

    @Test(arguments: Biases.allCases) func `a descent finds a symmetric pentagon that is a local minimum`(
        biases: Biases
    ) {
        let geometry = SymmetricGeometry(solution: .pentagon, biases: biases)
        let setting = perturbed(baseline: 0.05)
        let found = geometry.descent(from: geometry.start, setting)
        let pentagon = geometry.model(found.parameters)
        #expect(PlanarSolution(pentagon) == .pentagon)
        // The features are equal, so it is regular.
        #expect(pentagon.planarGaps.allSatisfy { abs($0 - 72) < 0.2 })
        let loss = ExpectedLoss(features: setting.features, importance: setting.importance)
        for index in found.parameters.indices {
            for step in [-0.01, 0.01] {
                var moved = found.parameters
                moved[index] += step * max(1, abs(moved[index]))
                #expect(loss(geometry.model(moved)) > found.loss)
            }
        }
    }

    // MARK: - Correlated features

    @Test func `arrangements of pairs are told apart`() {
        #expect(Arrangement(planar(0, 90, 180, 270)) == .orthogonal)
        #expect(Arrangement(planar(0, 180, 90, 270)) == .antipodal)
        #expect(Arrangement(planar(0, 60, 120, 180, 240, 300)) == .sideBySide)
        #expect(Arrangement(planar(0, 60, 120, 240, 180, 300)) == .mixed)
        #expect(Arrangement(planar(0, 5, 120, 180, 240, 300)) == .incomplete)
        #expect(Arrangement(model([[1, 0], [0, 1], [0, 0], [0, -1]])) == .incomplete)
    }

    @Test func `a hexagon's gaps are sorted into pairs`() {
        let gaps = gapsOfPairs(planar(10, 74, 130, 194, 250, 314))
        #expect(abs(gaps.within - 64) < 1e-9 && abs(gaps.across - 56) < 1e-9)
    }

    @Test func `a stratified test counts standard errors within strata`() {
        func tally(_ count: Int, of total: Int) -> Tally { Tally(count: count, of: total) }
        // One stratum: shares 0.6 and 0.4 of 200, nearly the two-proportion test's 4.
        #expect(abs(stratifiedZ([(tally(120, of: 200), tally(80, of: 200))]) - 4 * (399.0 / 400).squareRoot()) < 1e-9)
        // Strata that differ, but in which both are alike.
        #expect(stratifiedZ([(tally(90, of: 100), tally(9, of: 10)), (tally(1, of: 10), tally(10, of: 100))]) == 0)
        #expect(stratifiedZ([(tally(5, of: 10), tally(0, of: 0)), (tally(6, of: 10), tally(4, of: 10))]) > 0)
        // By chance it is nearly normal: one in twenty is above 1.64.
        let chance = stratifiedZByChance(
            [(tally(60, of: 100), tally(30, of: 100)), (tally(10, of: 80), tally(40, of: 100))],
            using: RandomStream(key: 4))
        #expect((1.4...1.9).contains(chance))
    }

    @Test func `pairs count as collapsed when their features meet`() {
        let stage = CollapseStage(density: 0.1, model: planar(0, 2, 120, 180, 240, 300))
        #expect(stage.collapsed == 1)
        // All of a collapsed pair is in its sum, half of one at a right angle.
        #expect(abs(CollapseStage(density: 0.5, model: planar(0, 0)).principalShare - 1) < 1e-12)
        #expect(abs(CollapseStage(density: 0.5, model: planar(0, 90)).principalShare - 0.5) < 1e-12)
        let stages = [0, 0, 1, 2, 2, 3].enumerated().map { index, collapsed in
            let angles = (0..<3).map { $0 < collapsed ? 0.0 : 60 }
            return CollapseStage(
                density: Double(index + 1), model: planar(0, angles[0], 120, 120 + angles[1], 240, 240 + angles[2]))
        }
        #expect(risesByOne(stages) == 3)
        #expect(boundary(stages, collapsed: 2) == 12.0.squareRoot())
        #expect(boundary(stages, collapsed: 4) == nil)
    }

    @Test func `a model that outputs two sums and the means loses what PCA does`() {
        let p = 0.9
        // The first two pairs' sums along the axes, of the third nothing.
        let half = 0.5.squareRoot()
        var pca = model([[half, 0], [half, 0], [0, half], [0, half], [0, 0], [0, 0]])
        // Means that the projection leaves out are in the bias.
        pca.b = [0, 0, 0, 0, p / 2, p / 2]
        let features = FeatureDistribution(density: p, features: 6, dependence: .correlated(setSize: 2))
        let loss = ExpectedLoss(features: features, importance: Array(repeating: 1, count: 6))(pca)
        #expect(abs(CollapseStage(density: p, model: pca, loss: loss).lossOverPCA - 1) < 1e-9)
    }

    @Test func `the median run decides between minorities`() {
        let runs = CollapseRuns(
            density: 0.3,
            stages: [0, 1, 3].map { collapsed in
                let angles = (0..<3).map { $0 < collapsed ? 0.0 : 60 }
                return CollapseStage(
                    density: 0.3, model: planar(0, angles[0], 120, 120 + angles[1], 240, 240 + angles[2]))
            })
        #expect(runs.median == 1 && runs.tally(1).count == 2)
    }

    @Test func `superposition is split by set`() {
        let found = meanSuperposition([planar(0, 90, 45, 135)], sets: [[0, 1], [2, 3]])
        #expect(abs(found.within) < 1e-9 && abs(found.across - 1) < 1e-9)
    }

    @Test func `models agree that interfere in the same places`() {
        let (a, b) = (planar(0, 90, 45), planar(10, 100, 55))
        #expect(abs(agreement([a, b]) - 1) < 1e-9)
        #expect(agreement([a, planar(0, 45, 90)]) < 0)
    }

    @Test func `partners share a factor`() {
        #expect(shareInOneFactor([planar(0, 180, 90, 270)], sets: [[0, 1], [2, 3]]) == 1)
        #expect(shareInOneFactor([planar(0, 90, 180, 270)], sets: [[0, 1], [2, 3]]) == 0)
    }
}
