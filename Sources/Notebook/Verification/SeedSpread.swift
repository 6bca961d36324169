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

    /// The spread of a claim over runs with these seeds, each with the claims that it made.
    init(_ claim: String, over runs: [(seed: UInt64, claims: [Claim])]) {
        let found = runs.map { run in run.claims.first { $0.id == claim } }
        self.claim = claim
        seeds = runs.map(\.seed)
        measured = found.map { $0?.measured ?? .nan }
        holds = found.count { $0?.verdict == .reproduced }
    }

    /// With how many it holds, such as "9 of 10 seeds".
    public var share: String { "\(holds) of \(display(seeds.count, "seed"))" }

    /// The measured values' range and median, such as "0.81 to 0.97, median 0.93".
    public var range: String {
        let values = measured.filter { !$0.isNaN }.sorted()
        guard let least = values.first, let greatest = values.last else { return "not a number" }
        let (low, high) = (display(least), display(greatest))
        let text = low == high ? low : "\(low) to \(high), median \(display(median(values)))"
        let missing = measured.count - values.count
        return missing == 0 ? text : "\(text), not a number with \(display(missing, "seed"))"
    }
}
