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

    /// What chance, or a model that lacks what the claim is about, gives by the same measure.
    public struct Control: Hashable, Codable, Sendable {
        /// What it is, such as "independent features".
        public let name: String
        /// The value found with it.
        public let measured: Double

        /// A control by its name, which can follow "with", and what it gives.
        public init(_ name: String, _ measured: Double) {
            self.name = name
            self.measured = measured
        }
    }

    /// The name, such as `basic.linear.top-m`.
    public let id: String
    /// What the paper says, in plain text.
    public let statement: String
    /// Where the paper says it.
    public let source: String
    /// The words with which the paper's own statement begins, to find it by; nil if it is spread over the section.
    public let passage: String?
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
    /// What a control gives. A range that has this value, too, says nothing, and gives no verdict.
    public let control: Control?
    /// Why it is not reproduced, in a sentence: our setting, a choice of the paper, or the paper's statement.
    public let reason: String?
    /// The id of the figure that shows it.
    public let figure: String?
    /// The ids of the experiments whose weights it is measured on.
    public let weights: [String]
    /// The result of the check.
    public let verdict: Verdict

    /// Checks a statement.
    public init(
        id: String, statement: String, source: String, passage: String? = nil, measured: Double,
        of total: Double? = nil, unit: String = "", expected: ClosedRange<Double>,
        partly: ClosedRange<Double>? = nil, control: Control? = nil, reason: String? = nil, figure: String? = nil,
        weights: [String] = []
    ) {
        self.id = id
        self.statement = statement
        self.source = source
        self.passage = passage
        self.measured = measured
        self.total = total
        self.unit = unit
        self.expected = expected
        self.partly = partly
        self.control = control
        self.figure = figure
        self.weights = weights
        verdict = Verdict(measured: measured, control: control?.measured, expected: expected, partly: partly)
        self.reason = verdict == .reproduced ? nil : reason
    }
}

extension Claim.Verdict: Comparable {
    /// The verdict on a measured value. NaN is in no range, and a range that has the control's value, or whose control has
    /// none, does not count.
    init(measured: Double, control: Double? = nil, expected: ClosedRange<Double>, partly: ClosedRange<Double>?) {
        func tells(_ range: ClosedRange<Double>) -> Bool {
            range.contains(measured) && !(control.map { $0.isNaN || range.contains($0) } ?? false)
        }
        self =
            if tells(expected) {
                .reproduced
            } else if let partly, tells(partly) {
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
