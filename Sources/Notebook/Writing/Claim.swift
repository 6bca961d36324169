/// A statement of the paper, checked against what was measured.
public struct Claim: Hashable, Codable, Sendable {
    /// What a check found.
    public enum Verdict: String, CaseIterable, Codable, Sendable {
        /// The measured value is in the expected range.
        case reproduced
        /// The phenomenon is there, but a number differs.
        case partly
        /// Neither.
        case notReproduced = "not reproduced"
    }

    /// The name, such as `basic.linear.top-m`.
    public let id: String
    /// What the paper says, in plain text.
    public let statement: String
    /// Where the paper says it.
    public let source: String
    /// The value found.
    public let measured: Double
    /// How many the measured value is out of, for counts.
    public let total: Double?
    /// The measured value's unit; empty for a pure number.
    public let unit: String
    /// The range that reproduces the statement.
    public let expected: ClosedRange<Double>
    /// The wider range in which the phenomenon is there but a number differs.
    public let partly: ClosedRange<Double>?
    /// The id of the figure that shows it.
    public let figure: String?
    /// The result of the check.
    public let verdict: Verdict

    /// Checks a statement.
    public init(
        id: String, statement: String, source: String, measured: Double, of total: Double? = nil, unit: String = "",
        expected: ClosedRange<Double>, partly: ClosedRange<Double>? = nil, figure: String? = nil
    ) {
        self.id = id
        self.statement = statement
        self.source = source
        self.measured = measured
        self.total = total
        self.unit = unit
        self.expected = expected
        self.partly = partly
        self.figure = figure
        verdict = Verdict(measured: measured, expected: expected, partly: partly)
    }
}

extension Claim.Verdict: Comparable {
    /// The verdict on a measured value. NaN is in no range.
    init(measured: Double, expected: ClosedRange<Double>, partly: ClosedRange<Double>?) {
        self =
            if expected.contains(measured) {
                .reproduced
            } else if partly?.contains(measured) == true {
                .partly
            } else {
                .notReproduced
            }
    }

    /// Whether one verdict is worse than another.
    public static func < (a: Self, b: Self) -> Bool { rank(a) < rank(b) }

    private static func rank(_ verdict: Self) -> Int {
        switch verdict {
        case .reproduced: 2
        case .partly: 1
        case .notReproduced: 0
        }
    }
}

extension Sequence<Claim> {
    /// The number of claims with each verdict, best verdict first; verdicts without claims are left out.
    public var verdicts: [(verdict: Claim.Verdict, count: Int)] {
        Claim.Verdict.allCases
            .map { verdict in (verdict, count { $0.verdict == verdict }) }
            .filter { $0.1 > 0 }
    }
}
