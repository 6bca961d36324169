import Notebook
import Testing

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

    @Test func `shares are rounded to a tenth of a percent`() {
        #expect(percent(0.125) == "12.5%")
        #expect(percent(0.8999999) == "90%")
        #expect(percent(0.0) == "0%")
        #expect(percent(Double.nan) == "–")
    }
}
