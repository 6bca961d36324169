import RealModule
import Testing
import ToyModels

@testable import Analysis

/// A model with the given directions, shape `[features][hidden]`, and no bias.
func model(ofDirections directions: [[Double]]) -> ToyModel {
    let matrix = Matrix(directions[0].indices.map { k in directions.map { $0[k] } })
    return ToyModel(W: matrix, b: Array(repeating: 0, count: directions.count))
}

/// The corners of a regular polygon around the origin.
func polygon(_ corners: Int) -> [[Double]] {
    (0..<corners).map { corner in
        let angle = 2 * Double.pi * Double(corner) / Double(corners)
        return [Double.cos(angle), Double.sin(angle)]
    }
}

@Suite struct DimensionalityTests {
    @Test("The corners of a regular polygon share two dimensions equally", arguments: 3...9)
    func polygons(corners: Int) {
        // Around a regular polygon Σ_j cos² is half the number of corners.
        let model = model(ofDirections: polygon(corners))
        #expect(model.dimensionality.allSatisfy { abs($0 - 2 / Double(corners)) < 1e-14 })
        #expect(abs(model.featuresPerDimension - Double(corners) / 2) < 1e-14)
        #expect(abs(model.dimensionsPerFeature - 2 / Double(corners)) < 1e-14)
    }

    @Test("A dedicated feature, an antipodal pair and an absent feature")
    func knownModels() {
        let model = model(ofDirections: [[1, 0], [0, 1], [0, -1], [0, 0]])
        #expect(model.dimensionality == [1, 0.5, 0.5, 0])
        #expect(model.dimensionsPerFeature == 2.0 / 3)
    }

    @Test("A common factor on all weights leaves the dimensionalities; a shorter feature has less of a dimension")
    func lengths() {
        let directions = polygon(5)
        let short = model(ofDirections: directions.map { $0.map { 1e-90 * $0 } })
        #expect(short.dimensionality.allSatisfy { abs($0 - 0.4) < 1e-14 })
        // Lengths 2 and 1/2 on one line: 4 / (4 + 1/4) and (1/4) / (1/4 + 4), which add up to one dimension.
        let unequal = model(ofDirections: [[2], [-0.5]]).dimensionality
        #expect(abs(unequal[0] - 16.0 / 17) < 1e-15 && abs(unequal[1] - 1.0 / 17) < 1e-15)
    }

    @Test("A model without weights has infinitely many dimensions per feature")
    func noWeights() {
        #expect(model(ofDirections: [[0, 0], [0, 0]]).dimensionsPerFeature == .infinity)
    }

    @Test("Rotated at random, efficiently packed features have the same dimensionalities, which add up to the rank")
    func sum() {
        // A tight frame W Wᵀ = c·1 on its span: each D_i is ‖W_i‖²/c, so they add up to the trace over c, the rank.
        var stream = RandomStream(key: 5)
        let rotation = rotation(dimensions: 4, using: &stream)
        let turned = model(ofDirections: polygon(5).map { rotation.times($0 + [0, 0]) })
        #expect(turned.dimensionality.allSatisfy { abs($0 - 0.4) < 1e-13 })
        #expect(abs(turned.dimensionality.reduce(0, +) - 2) < 1e-13)
    }

    @Test func `the dimensionality of vectors is that of features with such columns`() {
        var model = ToyModel(W: Matrix([[1, 0.3, -0.8, 0], [0.2, -0.9, 0.4, 0]]), b: [0, 0, 0, 0])
        func columns(_ model: ToyModel) -> [[Double]] { (0..<4).map { i in (0..<2).map { model.W[$0, i] } } }
        for _ in 0..<2 {
            let (got, want) = (dimensionality(of: columns(model)), model.dimensionality)
            #expect(zip(got, want).allSatisfy { abs($0 - $1) < 1e-12 } && got[3] == 0)
            model.W.elements = model.W.elements.map { 1e-3 * $0 }
        }
        #expect(dimensionality(of: []) == [])
    }
}

/// A random orthogonal matrix: the Gram–Schmidt basis of normal random vectors.
func rotation(dimensions: Int, using stream: inout RandomStream) -> Matrix {
    var rows: [[Double]] = []
    while rows.count < dimensions {
        var row = (0..<dimensions).map { _ in stream.nextNormal() }
        for other in rows {
            let product = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
            row = zip(row, other).map { $0 - product * $1 }
        }
        let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        rows.append(row.map { $0 / norm })
    }
    return Matrix(rows)
}
