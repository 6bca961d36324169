import Notebook
import Testing

@Suite struct NumberTests {
    @Test func `shares are rounded to a tenth of a percent`() {
        #expect(percent(0.125) == "12.5%")
        #expect(percent(0.8999999) == "90%")
        #expect(percent(0.0) == "0%")
        #expect(percent(0.125, digits: 0) == "12%" && percent(0.376, digits: 0) == "38%")
        #expect(percent(Double.nan) == "–")
    }

    @Test func `numbers have a true minus sign, and what is none is a dash`() {
        #expect(fixed(-0.254, 2) == "−0.25")
        #expect(fixed(3, 1) == "3.0")
        #expect(fixed(.infinity, 1) == "–")
        #expect(
            [0.05, 3, -0.5, 1.23456, -0.00001, 100].map { number($0) } == ["0.05", "3", "−0.5", "1.2346", "0", "100"])
        #expect(number(.nan) == "–")
    }
}
