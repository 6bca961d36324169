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
        #expect(largestDifference([product.dimensionality], [[.triangle, .digon]]) < 1e-9)
        #expect(TrainedProduct(model(turned), factors: [.digon, .digon, .digon], name: "octahedron") == nil)
    }

    @Test func `coverage is the union of the bands`() {
        // Bands of width 0.04 around 2/5 and 3/8 overlap: they cover 0.355 to 0.42.
        #expect(abs(coverage(of: [.pentagon, .squareAntiprism], within: 0.02, in: 0.3...0.5) - 0.065 / 0.2) < 1e-4)
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

    @Test func `the two-proportion test counts standard errors`() {
        // Shares 0.6 and 0.4 of 200: pooled 0.5, standard error √(2 · 0.25 / 200) = 0.05.
        #expect(abs(zScore(0.6, 0.4, runs: 200) - 4) < 1e-12)
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

    @Test func `mean cosines are split by set`() {
        let cosines = meanCosines([planar(0, 90, 45, 135)], sets: [[0, 1], [2, 3]])
        #expect(abs(cosines.within) < 1e-9 && abs(cosines.across - 0.5.squareRoot()) < 1e-9)
    }
}
