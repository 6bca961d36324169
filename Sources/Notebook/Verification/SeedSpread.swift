import Analysis

/// How a claim fares with several seeds.
public struct SeedSpread: Hashable, Codable, Sendable {
    /// The claim's id.
    public let claim: String
    /// The seeds. The first is the one that figures and verdicts show.
    public let seeds: [UInt64]
    /// The value found with each; not a number where the claim was not made.
    public let measured: [Double]
    /// With how many of the seeds the claim is reproduced.
    public let holds: Int
    /// Whether it was found when the chapter's reference was made, and not in this run.
    public let isReference: Bool

    /// The spread of a claim over runs with these seeds, each with the claims that it made.
    init(_ claim: String, over runs: [(seed: UInt64, claims: [Claim])]) {
        let found = runs.map { run in run.claims.first { $0.id == claim } }
        self.claim = claim
        seeds = runs.map(\.seed)
        measured = found.map { $0?.measured ?? .nan }
        holds = found.count { $0?.verdict == .reproduced }
        isReference = false
    }

    /// The spread that a reference has of a claim; nil if it was made with one seed.
    init?(_ claim: Reference.Claim) {
        guard let spread = claim.spread else { return nil }
        self.claim = claim.id
        seeds = spread.seeds
        measured = spread.measured
        holds = spread.holds.count
        isReference = true
    }

    /// Whether the claim is reproduced with at least nine of ten seeds.
    public var isSteady: Bool { 10 * holds >= 9 * seeds.count }

    /// With how many it holds, such as "9 of 10 seeds".
    public var share: String { "\(holds) of \(display(seeds.count, "seed"))" }

    /// The measured values' range and median, such as "0.81 to 0.97, median 0.93".
    public var range: String { range(sign: "") }

    /// The same with a sign after each number, such as "69.1° to 70.4°, median 70°".
    func range(sign: String) -> String {
        let values = measured.filter { !$0.isNaN }.sorted()
        guard let least = values.first, let greatest = values.last else { return "not a number" }
        let (low, high) = (display(least) + sign, display(greatest) + sign)
        let text = low == high ? low : "\(low) to \(high), median \(display(median(values)))\(sign)"
        let missing = measured.count - values.count
        return missing == 0 ? text : "\(text), not a number with \(display(missing, "seed"))"
    }

    /// Whether a value is among those found, or between them, but for what another C library makes of a last digit.
    public func covers(_ value: Double) -> Bool {
        if value.isNaN { return measured.contains { $0.isNaN } }
        let values = measured.filter { !$0.isNaN }
        guard let least = values.min(), let greatest = values.max() else { return false }
        if value == least || value == greatest { return true }
        let margin = 1e-6 * max(abs(least), abs(greatest))
        return value >= least - margin && value <= greatest + margin
    }
}

/// A verdict in the light of other seeds.
public enum Standing: String, CaseIterable, Sendable {
    /// Reproduced, and with at least nine of ten seeds, if more than one was tried.
    case reproduced
    /// Reproduced with this seed, but with too few of the others.
    case unsteady
    /// Partly reproduced.
    case partly
    /// Not reproduced.
    case notReproduced = "not reproduced"

    init(of claim: Claim, spread: SeedSpread?) {
        self =
            switch claim.verdict {
            case .reproduced: spread?.isSteady == false ? .unsteady : .reproduced
            case .partly: .partly
            case .notReproduced: .notReproduced
            }
    }
}

extension Sequence<Claim> {
    /// The number of claims of each standing, best first; what no claim has is left out.
    ///
    /// - Parameter spreads: how the claims of the same chapter fare with several seeds, where that is known.
    public func standings(_ spreads: [SeedSpread]) -> [(standing: Standing, count: Int)] {
        let all = map { claim in Standing(of: claim, spread: spreads.first { $0.claim == claim.id }) }
        return Standing.allCases.map { standing in (standing, all.count { $0 == standing }) }.filter { $0.1 > 0 }
    }
}

extension Manifest {
    /// The number of claims of each standing, best first; what no claim has is left out.
    public var standings: [(standing: Standing, count: Int)] {
        let all = chapters.flatMap { $0.claims.standings($0.spreads) }
        return Standing.allCases.map { standing in
            (standing, all.reduce(0) { $0 + ($1.standing == standing ? $1.count : 0) })
        }.filter { $0.1 > 0 }
    }
}
