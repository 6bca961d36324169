import Testing

@testable import Notebook

@Suite struct ClaimTests {
    private func claim(
        _ measured: Double, of total: Double? = nil, unit: String = "", expected: ClosedRange<Double> = 1...2,
        partly: ClosedRange<Double>? = 0...3
    ) -> Claim {
        Claim(
            id: "c", statement: "S", source: "P", measured: measured, of: total, unit: unit, expected: expected,
            partly: partly)
    }

    @Test(
        arguments: [
            (1, .reproduced), (2, .reproduced), (2.001, .partly), (0, .partly), (3, .partly), (3.001, .notReproduced),
            (.nan, .notReproduced), (.infinity, .notReproduced), (-.infinity, .notReproduced),
        ] as [(Double, Claim.Verdict)])
    func `the ranges decide`(measured: Double, verdict: Claim.Verdict) {
        #expect(claim(measured).verdict == verdict)
    }

    @Test func `without a wider range there is no partly`() {
        #expect(claim(2.5, partly: nil).verdict == .notReproduced)
    }

    @Test func `no range holds what is not a number`() {
        let all = -Double.infinity...Double.infinity
        #expect(claim(.nan, expected: all, partly: all).verdict == .notReproduced)
    }

    @Test func `values read as a person would write them`() {
        #expect(claim(16, of: 16, unit: "models").measuredText == "16 of 16 models")
        #expect(claim(0.25).measuredText == "0.25")
        #expect(claim(99.5, unit: "%", expected: 90...100).measuredText == "99.5%")
        #expect(claim(99.5, unit: "%", expected: 90...100).expectedText == "90 to 100%")
        #expect(claim(1, expected: 5...5).expectedText == "5")
        #expect(claim(1, expected: 5 ... .infinity).expectedText == "≥ 5")
        #expect(claim(1, expected: -.infinity...5).expectedText == "≤ 5")
    }

    @Test func `verdicts are counted, best first`() {
        let counts = [claim(9), claim(1), claim(9), claim(9)].verdicts
        #expect(counts.map(\.verdict) == [.reproduced, .notReproduced])
        #expect(counts.map(\.count) == [1, 3])
    }
}
