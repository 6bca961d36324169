import Notebook
import Testing

@Suite struct NumberTests {
    @Test func `shares are rounded to a tenth of a percent`() {
        #expect(percent(0.125) == "12.5%")
        #expect(percent(0.8999999) == "90%")
        #expect(percent(0.0) == "0%")
        #expect(percent(Double.nan) == "–")
    }

    @Test func `numbers have a true minus sign, and what is none is a dash`() {
        #expect(fixed(-0.254, 2) == "−0.25")
        #expect(fixed(3, 1) == "3.0")
        #expect(fixed(.infinity, 1) == "–")
    }
}
