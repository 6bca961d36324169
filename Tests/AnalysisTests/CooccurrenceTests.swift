import Analysis
import Foundation
import Testing
import ToyModels

/// What is measured of things that occur together, and of directions that stand for them.
@Suite struct CooccurrenceTests {
    private func table(_ samples: [Set<Int>]) -> SampleTable {
        var table = SampleTable(features: 4)
        for sample in samples { table.append(active: sample) }
        return table
    }

    @Test func `pairs are counted beside what chance would give`() {
        // 0 and 1 come together in two of four samples, each is in half of them; 2 comes without 0; 3 never.
        let counts = Cooccurrence(of: table([[0, 1], [0, 1], [2], [], [0, 1, 2, 3]]), samples: 0..<4)
        #expect(counts.samples == 4 && counts.counts == [2, 2, 1, 0])
        #expect(counts.count(0, 1) == 2 && counts.count(1, 0) == 2 && counts.count(0, 0) == 0)
        #expect(counts.expected(0, 1) == 1 && abs(counts.pointwiseInformation(0, 1) - log(2)) < 1e-12)
        #expect(counts.pointwiseInformation(0, 2) == -.infinity && counts.pointwiseInformation(0, 3).isNaN)
        #expect(counts.correlation(0, 1) == 1 && counts.correlation(0, 2) < 0 && counts.correlation(0, 3).isNaN)
    }

    @Test func `a permutation has each number once, and depends on chance`() {
        var stream = RandomStream(key: 1)
        let orders = (0..<600).map { _ in permutation(of: 3, using: &stream) }
        #expect(orders.allSatisfy { $0.sorted() == [0, 1, 2] })
        // Each of the six orders about a hundred times.
        for order in Set(orders) { #expect(abs(orders.count { $0 == order } - 100) < 45) }
        #expect(Set(orders).count == 6)
        #expect(permutation(of: 0, using: &stream) == [] && permutation(of: 1, using: &stream) == [0])
    }

    private func ring(_ order: [Int]) -> Matrix {
        var similarities = Matrix(rows: order.count, columns: order.count)
        for (a, i) in order.enumerated() {
            for (b, j) in order.enumerated() {
                // Whole numbers, so that equal distances are equally similar.
                let distance = abs(i - j)
                similarities[a, b] = -Double(min(distance, order.count - distance))
            }
        }
        return similarities
    }

    @Test func `a ring is in order, noise is not`() {
        let places = Array(0..<12)
        let whole = Ordering(
            similarities: ring(places), places: places, period: 12, permutations: 99, using: RandomStream(key: 2))
        #expect(whole.test.observed > 0.999 && whole.test.pValue == 0.01 && whole.share == 1)
        // On a line its ends are far apart, but in the ring they are neighbours.
        let line = Ordering(
            similarities: ring(places), places: places, permutations: 0, using: RandomStream(key: 2))
        #expect(line.test.observed < 0.8)
        var stream = RandomStream(key: 3)
        var noise = Matrix(rows: 12, columns: 12)
        for i in 0..<12 { for j in 0..<i { (noise[i, j], noise[j, i]) = { ($0, $0) }(stream.nextNormal()) } }
        let none = Ordering(
            similarities: noise, places: places, period: 12, permutations: 199, using: RandomStream(key: 4))
        #expect(abs(none.test.observed) < 0.35 && none.test.pValue > 0.02)
    }

    @Test func `an order is known by its places, not by their names`() {
        // Every third place of a ring: similar are those whose places are near, wherever they are listed.
        let places = (0..<10).map { $0 * 3 % 10 }
        let test = Ordering(
            similarities: ring(places), places: places, period: 10, permutations: 0, using: RandomStream(key: 5))
        #expect(test.test.observed > 0.999)
        let wrong = Ordering(
            similarities: ring(places), places: Array(0..<10), period: 10, permutations: 0, using: RandomStream(key: 5))
        #expect(wrong.test.observed < 0.5)
        #expect(
            Ordering(
                similarities: Matrix(rows: 0, columns: 0), places: [], permutations: 3, using: RandomStream(key: 5)
            ).test.observed.isNaN)
    }

    @Test func `purity is the share of the most common label`() {
        let things = [[1.0, 0], [0.8, 0.6], [0.6, 0.8], [0, 1], [-1, 0]]
        let along = NearestThings(
            to: Matrix([[2.0, 0], [0, 0.5]]), among: things, candidates: [0, 1, 2, 3, 4], count: 3)
        #expect(along.nearest == [[0, 1, 2], [3, 2, 1]])
        #expect(along.purities([7, 7, 8, 9, 9]) == [2.0 / 3, 1.0 / 3])
        let some = NearestThings(to: Matrix([[1.0], [0]]), among: things, candidates: [4, 3], count: 3)
        #expect(some.nearest == [[3, 4]])
        let none = NearestThings(to: Matrix([[1.0], [0]]), among: things, candidates: [], count: 3)
        #expect(none.purities([])[0].isNaN)
        #expect(NearestThings.around([0, 3], among: things, count: 1).nearest == [[3], [0]])
    }

    @Test func `dictionaries agree whatever the order and length of their latents`() {
        let a = Matrix([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]])
        let b = Matrix([[0.0, 3, 0], [0, 0, 2], [1, 0, 0]])
        #expect(agreement(a, b) == [1, 1, 1])
        let half = Matrix([[0.0, -3, 0], [0, 0, 0], [1, 0, 0]])
        // One is the same, one has no length, one points the other way.
        #expect(agreement(a, half).sorted() == [0, 0, 1])
    }
}
