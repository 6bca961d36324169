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
        let rows = try await sideBySide(references, atMost: references.count) { chapter, reference in
            let results = try await results(of: chapter, on: machine, swift: swift, observe: observe)
            return Self.compare(results, with: reference, chapter: chapter.source.slug)
        }
        observe(RunEvent(what: .ended(stopwatch.utilisation(threads: jobs))))
        return Result(profile: profile, rows: rows.flatMap(\.self))
    }

    /// Trains, and makes the results the reference.
    ///
    /// - Returns: what has changed, as if it had been verified. What had no reference is listed as different.
    /// - Throws: ``NotebookError``; what chapters throw; `CancellationError`. Each chapter's reference is written when
    ///   the chapter has run.
    public func update(observe: @escaping @Sendable (RunEvent) -> Void = { _ in }) async throws -> Result {
        let stopwatch = Stopwatch()
        try checkNames()
        let machine = Machine(threads: jobs)
        let swift = await Provenance.swiftVersion()
        let rows = try await sideBySide(chapters, atMost: chapters.count) { chapter in
            let source = chapter.source
            var reference: Reference
            do {
                reference = try Reference(of: source)
            } catch {
                let sentence = "\(error) It is replaced, without what it had of the other profile."
                observe(RunEvent(chapter: source.number, what: .notice(sentence)))
                reference = Reference()
            }
            let results = try await results(of: chapter, on: machine, swift: swift, observe: observe)
            let old = reference[profile] ?? Reference.Results(origin: results.origin, experiments: [], claims: [])
            reference[profile] = results
            try reference.write(for: source)
            return Self.compare(results, with: old, chapter: source.slug)
        }
        observe(RunEvent(what: .ended(stopwatch.utilisation(threads: jobs))))
        return Result(profile: profile, rows: rows.flatMap(\.self))
    }

    private func checkNames() throws(NotebookError) {
        for chapter in chapters { try chapter.source.checkNames(in: chapter.source.text()) }
    }

    private func results(
        of chapter: any Chapter, on machine: Machine, swift: String?,
        observe: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> Reference.Results {
        let text = try chapter.source.text()
        let number = chapter.source.number
        let tell = { @Sendable (what: RunEvent.What) in observe(RunEvent(chapter: number, what: what)) }
        tell(.chapterStarted(title: text.title))
        let laboratory = Laboratory(
            trainer: Trainer(seed: Self.seed, on: machine), profile: profile, store: nil, observe: tell)
        let page = Page(chapter.source, lines: text.lines, profile: profile, laboratory: laboratory, folder: nil)
        try await chapter.run(page)
        try Task.checkCancellation()
        let origin = try Reference.Origin(of: chapter.source, seed: Self.seed, swift: swift)
        let results = Reference.Results(try page.finish(), origin: origin)
        tell(.chapterEnded(title: text.title))
        return results
    }
}
