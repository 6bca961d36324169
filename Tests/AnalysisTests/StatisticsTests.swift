import Testing
import ToyModels

@testable import Analysis

@Suite struct StatisticsTests {
    @Test func `the median is in the middle`() {
        #expect(median([3, 1, 2]) == 2)
        #expect(median([4, 1, 2, 3]) == 2.5)
        #expect(median([]).isNaN)
    }

    @Test func `the mean of nothing is not a number`() {
        #expect(mean([1, 2, 6]) == 3)
        #expect(mean([]).isNaN)
    }

    @Test func `the farthest value may be below`() {
        #expect(farthest(from: 72, [70, 73, 75.0]) == 75)
        #expect(farthest(from: 72, [68, 73, 75.0]) == 68)
        #expect(farthest(from: 72, []).isNaN)
    }

    @Test func `quantiles lie between neighbours in proportion`() {
        // R's default: quantile(c(1, 2, 4, 8), c(0, .25, .5, 1)) is 1, 1.75, 3, 8.
        #expect([0, 0.25, 0.5, 1].map { quantile($0, of: [8, 1, 4, 2]) } == [1, 1.75, 3, 8])
        #expect(quantile(0.3, of: [5]) == 5)
        #expect(quantile(0.3, of: []).isNaN)
    }

    @Test func `the standard error is the sample's deviation over the root of its size`() {
        // Deviations −1.5, −0.5, 0.5, 1.5: variance 5/3 over 4.
        #expect(abs(standardError([1, 2, 3, 4]) - (5.0 / 12).squareRoot()) < 1e-15)
        #expect(standardError([1]).isNaN)
    }

    @Test func `a slope is that of the closest line`() {
        #expect(abs(slope([1, 2, 3], [5, 3, 1]) + 2) < 1e-15)
        // The outer points decide, the middle one moves the line up and down.
        #expect(abs(slope([0, 1, 2], [0, 7, 1]) - 0.5) < 1e-15)
        #expect(slope([1, 1], [0, 2]).isNaN || slope([1, 1], [0, 2]).isInfinite)
    }

    @Test func `a correlation is 1 on a line, and a rank correlation on any rising curve`() {
        let x = [1.0, 2, 3, 4]
        #expect(abs(correlation(x, [-1, -3, -5, -7]) + 1) < 1e-15)
        #expect(correlation(x, [1, 8, 27, 64]) < 0.96)
        #expect(abs(rankCorrelation(x, [1, 8, 27, 64]) - 1) < 1e-15)
        // By hand: ranks 0, 1.5, 1.5, 3 against 1, 0, 2, 3 have products 3 and squares 4.5 and 5.
        #expect(abs(rankCorrelation([1, 2, 2, 3], [2, 1, 3, 4]) - 3 / 22.5.squareRoot()) < 1e-15)
        #expect(ranks([3, 1, 3, 3]) == [2, 0, 2, 2])
    }

    @Test func `a permutation test tells order from chance`() {
        let values = (0..<20).map(Double.init)
        func test(_ y: [Double]) -> PermutationTest {
            PermutationTest(observed: correlation(values, y), permutations: 199, using: RandomStream(key: 3)) {
                correlation(values, y.shuffled(using: &$0))
            }
        }
        #expect(test(values).pValue == 1.0 / 200)
        #expect(abs(test(values).expected) < 0.1)
        var stream = RandomStream(key: 4)
        #expect(test(values.shuffled(using: &stream)).pValue > 0.05)
    }
}
