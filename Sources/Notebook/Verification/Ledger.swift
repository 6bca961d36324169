import Synchronization

/// What chapters give with several seeds, until all of a chapter's is there.
final class Ledger: Sendable {
    /// What is added to the first seed.
    let offsets: Range<UInt64>
    private let runs = Mutex<[String: (record: RunRecord?, claims: [UInt64: [Claim]])]>([:])

    init(seeds: Int) { offsets = 0..<UInt64(max(1, seeds)) }

    /// Adds what a chapter gives with a seed.
    ///
    /// - Returns: if it is the last of the chapter's, the record with the first seed, and the claims by seed.
    func add(_ record: RunRecord, of slug: String, offset: UInt64) -> (RunRecord, claims: [[Claim]])? {
        runs.withLock { runs in
            var run = runs[slug] ?? (nil, [:])
            if offset == 0 { run.record = record }
            run.claims[offset] = record.claims
            runs[slug] = run
            let claims = offsets.compactMap { run.claims[$0] }
            guard claims.count == offsets.count, let first = run.record else { return nil }
            return (first, claims)
        }
    }
}
