extension Verification {
    /// How a result compares with the reference.
    public enum Outcome: String, CaseIterable, Codable, Sendable {
        /// The same bits.
        case identical
        /// The bits differ, but all that rests on them holds within the reference's ranges.
        case equivalent
        /// Something does not hold, or is not there.
        case different
    }

    /// The comparison of one result.
    public struct Row: Hashable, Codable, Sendable {
        /// What a row is about.
        public enum Kind: String, Codable, Sendable {
            /// The data of a trained experiment.
            case experiment
            /// A checked statement.
            case claim
        }

        /// The chapter's slug.
        public let chapter: String
        /// What the row is about.
        public let kind: Kind
        /// Its name.
        public let id: String
        /// How it compares.
        public let outcome: Outcome
        /// For what is not identical, how it differs and the first cause that is known.
        public let reason: String?
    }

    /// Compares what a chapter produces with its reference.
    ///
    /// A claim holds if its value has the same verdict as before, or a better one, by the reference's ranges. Any claim
    /// of a chapter may rest on any of its experiments, so an experiment whose bits differ is equivalent if all of them
    /// hold.
    static func compare(_ new: Reference.Results, with old: Reference.Results, chapter: String) -> [Row] {
        let origins = new.origin.differences(from: old.origin)
        let experiments = pairs(new.experiments, old.experiments, id: \.id)
        let claims = pairs(new.claims, old.claims, id: \.id)
        let allHold = claims.allSatisfy { _, new, old in
            new.flatMap { new in old.map { holds(new, by: $0) } } ?? false
        }

        func cause(_ new: Reference.Experiment, _ old: Reference.Experiment) -> String {
            (new.configuration.differences(from: old.configuration) + origins).first
                ?? "no setting or version differs"
        }
        var causes: [String] = []
        var rows = experiments.map { id, new, old in
            func row(_ outcome: Outcome, _ reason: String?) -> Row {
                if let reason { causes.append("\(id): \(reason)") }
                return Row(chapter: chapter, kind: .experiment, id: id, outcome: outcome, reason: reason)
            }
            guard let old else { return row(.different, "not in the reference") }
            guard let new else { return row(.different, "only in the reference") }
            if new.sha256 == old.sha256 { return row(.identical, nil) }
            return row(allHold ? .equivalent : .different, cause(new, old))
        }
        causes += origins + (new.origin.chapter == old.origin.chapter ? [] : ["the chapter's code changed"])

        rows += claims.map { id, new, old in
            func row(_ outcome: Outcome, _ reason: String?) -> Row {
                Row(chapter: chapter, kind: .claim, id: id, outcome: outcome, reason: reason)
            }
            guard let old else { return row(.different, "not in the reference") }
            guard let new else { return row(.different, "only in the reference") }
            let isSameRange = new.expected == old.expected && new.partly == old.partly
            if isSame(new.measured, old.measured), isSameRange, new.verdict == old.verdict {
                return row(.identical, nil)
            }
            let change = isSame(new.measured, old.measured) ? "" : "\(old.measured) → \(new.measured), "
            let ranges = isSameRange ? [] : ["its range changed"]
            let cause = (ranges + causes).first ?? "no setting or version differs"
            return row(holds(new, by: old) ? .equivalent : .different, change + cause)
        }
        return rows
    }

    /// Whether a claim has the verdict that it had, or a better one, both by its own ranges and by the old ones. Its own
    /// verdict knows its control.
    private static func holds(_ new: Reference.Claim, by old: Reference.Claim) -> Bool {
        let byOldRanges = Claim.Verdict(measured: new.measured, expected: old.expected, partly: old.partly)
        return min(new.verdict, byOldRanges) >= old.verdict
    }

    /// Whether two numbers are the same bit for bit; NaN is NaN.
    private static func isSame(_ a: Double, _ b: Double) -> Bool {
        a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
    }

    /// What has the same id, in the new order; then what is gone.
    private static func pairs<Item>(_ new: [Item], _ old: [Item], id: (Item) -> String) -> [(String, Item?, Item?)] {
        let earlier = Dictionary(old.map { (id($0), $0) }, uniquingKeysWith: { first, _ in first })
        let present = Set(new.map(id))
        return new.map { (id($0), $0, earlier[id($0)]) }
            + old.filter { !present.contains(id($0)) }.map { (id($0), nil, $0) }
    }
}
