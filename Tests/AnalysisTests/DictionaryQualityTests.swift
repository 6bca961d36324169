import Testing
import ToyModels

@testable import Analysis

@Suite struct DictionaryQualityTests {
    @Test("The assignment's sum is that of the best permutation", arguments: [(4, 4), (3, 5), (5, 3), (1, 1)])
    func assignment(rows: Int, columns: Int) {
        var stream = RandomStream(key: UInt64(rows * 10 + columns))
        for _ in 0..<50 {
            var scores = Matrix(rows: rows, columns: columns)
            for j in scores.elements.indices { scores.elements[j] = stream.nextNormal() }
            let found = bestAssignment(scores)
            let pairs = found.enumerated().compactMap { row, column in column.map { (row, $0) } }
            #expect(pairs.count == min(rows, columns))
            #expect(Set(pairs.map(\.1)).count == pairs.count)
            func best(_ row: Int, _ free: Set<Int>, _ spare: Int) -> Double {
                guard row < rows else { return 0 }
                var most = spare > 0 ? best(row + 1, free, spare - 1) : -.infinity
                for column in free {
                    most = max(most, scores[row, column] + best(row + 1, free.subtracting([column]), spare))
                }
                return most
            }
            let expected = best(0, Set(0..<columns), max(0, rows - columns))
            #expect(abs(pairs.reduce(0) { $0 + scores[$1.0, $1.1] } - expected) < 1e-12)
        }
    }

    @Test("Duplicates raise the mean of the greatest cosines, but not that of pairs")
    func duplicates() {
        let features = Matrix([[1, 0, 0.6], [0, 1, 0.8]])
        let one = DirectionMatch(Matrix([[0.6], [0.8]]), features: features)
        #expect(one.directionOfFeature == [nil, nil, 0])
        #expect(abs(one.meanCosine - 1 / 3) < 1e-12)
        #expect(abs(one.meanGreatestCosine - (0.6 + 0.8 + 1) / 3) < 1e-12)
        #expect(one.recovered == 1.0 / 3)
        #expect(one.uniqueness == 1)
        let two = DirectionMatch(Matrix([[0.6, 0.6, 0], [0.8, 0.8, 0]]), features: features)
        #expect(two.uniqueness == 0.5)
        #expect(two.directionOfFeature.compactMap(\.self).count == 2)
    }

    @Test("Eigenvectors are at right angles and belong to their values")
    func eigenvectors() {
        var stream = RandomStream(key: 4)
        let n = 7
        var matrix = Matrix(rows: n, columns: n)
        for i in 0..<n { for j in i..<n { (matrix[i, j], matrix[j, i]) = { ($0, $0) }(stream.nextNormal()) } }
        let (values, vectors) = eigen(ofSymmetric: matrix)
        #expect(values == values.sorted(by: >))
        for l in 0..<n {
            let v = (0..<n).map { vectors[$0, l] }
            #expect(zip(matrix.times(v), v).allSatisfy { abs($0 - values[l] * $1) < 1e-10 })
        }
        let gram = vectors.gram
        for i in 0..<n { for j in 0..<n { #expect(abs(gram[i, j] - (i == j ? 1 : 0)) < 1e-10) } }
    }

    @Test("Independent components are found where there are as many as dimensions, principal ones are not them")
    func independentComponents() {
        var stream = RandomStream(key: 8)
        let mixing = LinearDirections.random(4, dimensions: 4, using: RandomStream(key: 2))
        let distribution = FeatureDistribution(density: 0.1, features: 4)
        let samples = (0..<5000).map { _ in mixing.times(distribution.sample(using: &stream)) }
        let found = LinearDirections.independentComponents(of: samples, using: RandomStream(key: 3))
        #expect(DirectionMatch(found, features: mixing).recovered == 1)
        #expect(DirectionMatch(LinearDirections.principalComponents(of: samples), features: mixing).recovered < 1)
    }

    @Test("A dictionary of the true directions has them all, says their values, and explains everything")
    func truth() {
        var stream = RandomStream(key: 5)
        var W = Matrix(rows: 3, columns: 3)
        for k in 0..<3 { W[k, k] = 2 }
        let model = ToyModel(W: W, b: [0, 0, 0])
        let distribution = FeatureDistribution(density: 0.2, features: 3)
        let sample = ActivationSample(of: model, distribution, scale: 0.5, count: 2000, using: stream)
        #expect(sample.represented == [0, 1, 2])
        #expect(sample.lengths == [1, 1, 1])
        let scale = ActivationSample.unitScale(of: model, distribution, count: 5000, using: RandomStream(key: 6))
        let lengths = (0..<5000).map { _ in
            model.hidden(distribution.sample(using: &stream)).reduce(0) { $0 + $1 * $1 }.squareRoot() * scale
        }
        #expect(abs(mean(lengths.filter { $0 > 0 }) - 1) < 0.03)

        var dictionary = SparseAutoencoder.identity(dimensions: 3)
        var quality = DictionaryQuality(dictionary, on: sample)
        #expect(quality.match.recovered == 1)
        #expect(quality.unexplained < 1e-20)
        #expect(quality.f1 == 1)
        #expect(quality.dead == 0)
        #expect(abs(quality.slope - 1) < 1e-12)
        #expect(abs(quality.meanActive - sample.meanActive) < 1e-12)
        // Less of everything by 0.1.
        dictionary.bias = [-0.1, -0.1, -0.1]
        quality = DictionaryQuality(dictionary, on: sample)
        #expect(abs(quality.shortfall - 0.1) < 1e-9)
        #expect(quality.slope < 1)
    }
}

extension SparseAutoencoder {
    /// Latents that are the dimensions where those are positive.
    fileprivate static func identity(dimensions: Int) -> SparseAutoencoder {
        var identity = Matrix(rows: dimensions, columns: dimensions)
        for k in 0..<dimensions { identity[k, k] = 1 }
        return SparseAutoencoder(
            kind: .relu, encoder: identity, bias: Array(repeating: 0, count: dimensions), decoder: identity)
    }
}
