import Foundation
import ToyModels

/// Retrains chapters from scratch and compares what they produce with their references.
public struct Verification: Sendable {
    private let chapters: [any Chapter]
    private let profile: Profile
    private let jobs: Int
    private let seeds: Int
    private let store: RunStore?

    /// References are of one seed: that of a run for which none is named.
    private static let seed: UInt64 = 0

    /// A verification of some chapters.
    ///
    /// - Parameters:
    ///   - book: what the chapters belong to.
    ///   - slugs: the chapters, in any order.
    ///   - profile: which of a chapter's two references it is compared with.
    ///   - jobs: the number of threads that train; at least 1.
    ///   - seeds: with how many seeds a new reference is made, beginning with its own.
    ///   - store: where a new reference's experiments are looked up and kept; nil to train everything. What a reference is
    ///     compared with is always trained.
    public init(
        book: Book, slugs: [String], profile: Profile, jobs: Int, seeds: Int = 1, store: RunStore? = nil
    ) {
        self.chapters = book.chapters.filter { slugs.contains($0.source.slug) }
        self.profile = profile
        self.jobs = jobs
        self.seeds = seeds
        self.store = store
    }

    /// What a verification has found.
    public struct Result: Codable, Sendable {
        /// Which reference it was.
        public let profile: Profile
        /// A row per experiment and per claim, by chapter.
        public let rows: [Row]

        /// How many rows there are of each outcome.
        public func count(_ outcome: Outcome) -> Int { rows.count { $0.outcome == outcome } }
    }

    /// Trains and compares.
    ///
    /// - Throws: ``NotebookError``, also if a chapter has no reference for the profile, which is found before anything
    ///   is trained; what chapters throw; `CancellationError`.
    public func perform(observe: @escaping @Sendable (RunEvent) -> Void = { _ in }) async throws -> Result {
        let stopwatch = Stopwatch()
        try checkNames()
        var references: [(chapter: any Chapter, results: Reference.Results)] = []
        for chapter in chapters {
            guard let reference = try Reference(of: chapter.source)[profile] else {
                throw NotebookError.referenceMissing(chapter: chapter.source.slug, profile: profile)
            }
            references.append((chapter, reference))
        }
        let machine = Machine(threads: jobs)
        let swift = await Provenance.swiftVersion()
        observe(RunEvent(what: .began(expectations)))
        let rows = try await sideBySide(references, atMost: references.count) { chapter, reference in
            let (record, origin) = try await record(of: chapter, on: machine, swift: swift, observe: observe)
            let results = Reference.Results(record, origin: origin)
            return Self.compare(results, with: reference, chapter: chapter.source.slug)
        }
        observe(RunEvent(what: .ended(stopwatch.utilisation(threads: jobs))))
        return Result(profile: profile, rows: rows.flatMap(\.self))
    }

    /// Trains, and makes the results the reference. With several seeds it also has how every claim fares with each; with
    /// one it keeps that from the reference before, where the result is the same.
    ///
    /// - Returns: what has changed, as if it had been verified. What had no reference is listed as different.
    /// - Throws: ``NotebookError``; what chapters throw; `CancellationError`. Each chapter's reference is written when
    ///   the chapter has run.
    public func update(observe: @escaping @Sendable (RunEvent) -> Void = { _ in }) async throws -> Result {
        let stopwatch = Stopwatch()
        try checkNames()
        let machine = Machine(threads: jobs)
        let swift = await Provenance.swiftVersion()
        let ledger = Ledger(seeds: seeds)
        observe(RunEvent(what: .began(expectations)))
        let runs = ledger.offsets.flatMap { offset in chapters.map { (chapter: $0, offset: offset) } }
        let rows = try await sideBySide(runs, atMost: chapters.count) { chapter, offset in
            let (record, origin) = try await record(
                of: chapter, offset: offset, on: machine, swift: swift, observe: observe)
            guard let (first, claims) = ledger.add(record, of: chapter.source.slug, offset: offset) else {
                return [Row]()
            }
            let all = zip(ledger.offsets, claims).map { (seed: Self.seed &+ $0, claims: $1) }
            return try replaceReference(of: chapter.source, by: first, over: all, origin: origin, observe: observe)
        }
        observe(RunEvent(what: .ended(stopwatch.utilisation(threads: jobs))))
        return Result(profile: profile, rows: rows.flatMap(\.self))
    }

    /// Makes what a chapter gives its reference.
    ///
    /// - Returns: what has changed.
    private func replaceReference(
        of source: Source, by record: RunRecord, over runs: [(seed: UInt64, claims: [Claim])],
        origin: Reference.Origin, observe: (RunEvent) -> Void
    ) throws -> [Row] {
        var reference: Reference
        do {
            reference = try Reference(of: source)
        } catch {
            let sentence = "\(error) It is replaced, without what it had of the other profile."
            observe(RunEvent(chapter: source.number, what: .notice(sentence)))
            reference = Reference()
        }
        var origin = origin
        origin.seed = Self.seed
        var results = Reference.Results(record, origin: origin, over: runs)
        let old = reference[profile] ?? Reference.Results(origin: origin, experiments: [], claims: [])
        results.keepSpreads(of: old)
        let lost = Set(old.claims.filter { $0.spread != nil }.map(\.id))
            .subtracting(results.claims.filter { $0.spread != nil }.map(\.id))
        if !lost.isEmpty {
            let claims = display(lost.count, "claim")
            let sentence =
                "What was known of \(claims) with other seeds no longer holds: add --seeds 10 to find out anew."
            observe(RunEvent(chapter: source.number, what: .notice(sentence)))
        }
        reference[profile] = results
        try reference.write(for: source)
        return Self.compare(results, with: old, chapter: source.slug)
    }

    /// The chapters; how much work they are is not known beforehand.
    private var expectations: [Forecast.Expectation] {
        chapters.map { Forecast.Expectation(chapter: $0.source.number, runs: seeds) }
    }

    private func checkNames() throws(NotebookError) {
        for chapter in chapters { try chapter.source.checkNames(in: chapter.source.text()) }
    }

    /// What a chapter gives with a seed.
    private func record(
        of chapter: any Chapter, offset: UInt64? = nil, on machine: Machine, swift: String?,
        observe: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> (RunRecord, Reference.Origin) {
        let text = try chapter.source.text()
        let number = chapter.source.number
        let seed = Self.seed &+ (offset ?? 0)
        let tell = { @Sendable [seeds] (what: RunEvent.What) in
            observe(RunEvent(chapter: number, seed: seeds > 1 ? seed : nil, what: what))
        }
        tell(.chapterStarted(title: text.title))
        let laboratory = Laboratory(
            trainer: Trainer(seed: seed, on: machine), profile: profile, store: offset == nil ? nil : store,
            observe: tell)
        let page = Page(chapter.source, lines: text.lines, profile: profile, laboratory: laboratory, folder: nil)
        try await chapter.run(page)
        try Task.checkCancellation()
        let record = try page.finish()
        tell(.chapterEnded(title: text.title))
        return (record, try Reference.Origin(of: chapter.source, seed: seed, swift: swift))
    }
}
