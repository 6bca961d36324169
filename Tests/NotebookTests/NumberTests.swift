@testable import Notebook
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

    @Test func `how busy a run kept the cores is one line`() {
        #expect(Utilisation(seconds: 292, cores: 2, share: 0.968).description == "4 min 52 s, both cores 97% busy")
        #expect(Utilisation(seconds: 31.04, cores: 1, share: 1.1).description == "31.0 s, 1 core 110% busy")
        #expect(Utilisation(seconds: 3600, cores: 8, share: 1).description == "60 min, 8 cores 100% busy")
    }
}
