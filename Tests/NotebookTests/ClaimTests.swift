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

    @Test(
        arguments: [
            (1.5, 0.5, .reproduced), (1.5, 1.5, .notReproduced), (2.5, 0.5, .notReproduced), (2.5, 5, .partly),
            (1.5, 2.5, .reproduced), (1.5, .nan, .notReproduced), (.nan, 5, .notReproduced),
        ] as [(Double, Double, Claim.Verdict)])
    func `a range that has the control's value says nothing`(
        measured: Double, control: Double, verdict: Claim.Verdict
    ) {
        let claim = Claim(
            id: "c", statement: "S", source: "P", measured: measured, expected: 1...2, partly: 0...3,
            control: .init("chance", control))
        #expect(claim.verdict == verdict)
    }

    @Test func `a control is told with its name`() {
        let claim = Claim(
            id: "c", statement: "S", source: "P", measured: 90, unit: "°", expected: 80...100,
            control: .init("independent features", 45))
        #expect(claim.controlText == "45° with independent features")
    }

    @Test func `standings are counted, best first`() {
        func spread(_ id: String, holds: Int) -> SeedSpread {
            SeedSpread(
                id,
                over: (0..<10).map { seed in
                    let measured = seed < holds ? 1.5 : 9
                    let claim = Claim(id: id, statement: "S", source: "P", measured: measured, expected: 1...2)
                    return (UInt64(seed), [claim])
                })
        }
        let claims = ["a", "b", "c", "d"].map {
            Claim(id: $0, statement: "S", source: "P", measured: $0 == "d" ? 9 : 1.5, expected: 1...2)
        }
        let standings = claims.standings([spread("a", holds: 9), spread("b", holds: 8), spread("d", holds: 10)])
        #expect(standings.map(\.standing) == [.reproduced, .unsteady, .notReproduced])
        #expect(standings.map(\.count) == [2, 1, 1])
    }
}
