import Foundation
import ToyModels

/// Retrains chapters from scratch and compares what they produce with their references.
public struct Verification: Sendable {
    private let chapters: [any Chapter]
    private let profile: Profile
    private let jobs: Int

    /// References are of one seed: that of a run for which none is named.
    private static let seed: UInt64 = 0

    /// A verification of some chapters.
    ///
    /// - Parameters:
    ///   - book: what the chapters belong to.
    ///   - slugs: the chapters, in any order.
    ///   - profile: which of a chapter's two references it is compared with.
    ///   - jobs: the number of threads that train; at least 1.
    public init(book: Book, slugs: [String], profile: Profile, jobs: Int) {
        self.chapters = book.chapters.filter { slugs.contains($0.source.slug) }
        self.profile = profile
        self.jobs = jobs
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
        try checkNames()
        var references: [Reference.Results] = []
        for chapter in chapters {
            guard let reference = try Reference(of: chapter.source)[profile] else {
                throw NotebookError.referenceMissing(chapter: chapter.source.slug, profile: profile)
            }
            references.append(reference)
        }
        var rows: [Row] = []
        for (chapter, reference) in zip(chapters, references) {
            let results = try await results(of: chapter, observe: observe)
            rows += Self.compare(results, with: reference, chapter: chapter.source.slug)
        }
        return Result(profile: profile, rows: rows)
    }

    /// Trains, and makes the results the reference.
    ///
    /// - Returns: what has changed, as if it had been verified. What had no reference is listed as different.
    /// - Throws: ``NotebookError``; what chapters throw; `CancellationError`. Each chapter's reference is written when
    ///   the chapter has run.
    public func update(observe: @escaping @Sendable (RunEvent) -> Void = { _ in }) async throws -> Result {
        try checkNames()
        var rows: [Row] = []
        for chapter in chapters {
            let source = chapter.source
            var reference: Reference
            do {
                reference = try Reference(of: source)
            } catch {
                observe(.notice("\(error) It is replaced, without what it had of the other profile."))
                reference = Reference()
            }
            let results = try await results(of: chapter, observe: observe)
            let old = reference[profile] ?? Reference.Results(origin: results.origin, experiments: [], claims: [])
            rows += Self.compare(results, with: old, chapter: source.slug)
            reference[profile] = results
            try reference.write(for: source)
        }
        return Result(profile: profile, rows: rows)
    }

    private func checkNames() throws(NotebookError) {
        for chapter in chapters { try chapter.source.checkNames(in: chapter.source.text()) }
    }

    private func results(
        of chapter: any Chapter, observe: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> Reference.Results {
        let text = try chapter.source.text()
        observe(.chapterStarted(title: text.title))
        let laboratory = Laboratory(
            trainer: Trainer(seed: Self.seed, jobs: jobs), profile: profile, store: nil, observe: observe)
        let page = Page(chapter.source, lines: text.lines, profile: profile, laboratory: laboratory, folder: nil)
        try await chapter.run(page)
        try Task.checkCancellation()
        let origin = try Reference.Origin(
            of: chapter.source, seed: Self.seed, swift: await Provenance.swiftVersion())
        return Reference.Results(try page.finish(), origin: origin)
    }
}
