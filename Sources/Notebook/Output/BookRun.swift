import Foundation
import Plot
import ToyModels

/// A run of some chapters of a book, from training to the report.
public struct BookRun: Sendable {
    private let book: Book
    private let chapters: [any Chapter]
    private let profile: Profile
    private let seed: UInt64
    private let jobs: Int
    private let output: URL
    private let store: RunStore?
    private let isFresh: Bool
    private let date: Date?
    private let seeds: Int

    /// A run that writes to the folder `output`.
    ///
    /// - Parameters:
    ///   - book: what the chapters belong to.
    ///   - slugs: the chapters to run, in any order; the report keeps what earlier runs left of the others.
    ///   - profile: how much computing the run may take.
    ///   - seed: the seed from which all random numbers derive.
    ///   - jobs: the number of threads that train; at least 1.
    ///   - output: the folder to write to. It is made if there is none.
    ///   - store: where trained experiments are looked up and kept; nil to do neither.
    ///   - isFresh: whether to train everything, also what the store has.
    ///   - date: the date to state instead of the present one. Nothing is then told of the machine, of times and of memory,
    ///     so that the same results give the same bytes.
    ///   - seeds: with how many seeds to check the claims: `seed` and those after it. Figures show the first.
    public init(
        book: Book, slugs: [String], profile: Profile, seed: UInt64, jobs: Int, output: URL, store: RunStore? = nil,
        isFresh: Bool = false, date: Date? = nil, seeds: Int = 1
    ) {
        self.book = book
        self.chapters = book.chapters.filter { slugs.contains($0.source.slug) }
        self.profile = profile
        self.seed = seed
        self.jobs = jobs
        self.output = output
        self.store = store
        self.isFresh = isFresh
        self.date = date
        self.seeds = seeds
    }

    /// The path of the report's first page.
    public var report: URL { output.appending(path: Report.index) }

    /// Runs the chapters and writes the report, all of it or nothing.
    ///
    /// - Parameter observe: told what happens, from any thread.
    /// - Returns: what the output folder then holds.
    /// - Throws: ``NotebookError``; what chapters throw; `CancellationError`. The folder is then as it was.
    public func perform(observe: @escaping @Sendable (RunEvent) -> Void = { _ in }) async throws -> Manifest {
        let stopwatch = Stopwatch()
        for chapter in chapters { try validate(id: chapter.source.slug, kind: "chapter") }
        let texts = try chapters.map { try $0.source.text() }
        for (chapter, text) in zip(chapters, texts) { try chapter.source.checkNames(in: text) }
        if let family = Theme.standard.missingFamily { throw NotebookError.typefaceMissing(family: family) }
        let folder = try OutputFolder(output)
        defer { folder.close() }
        let earlier = try earlierChapters(in: folder) { observe(RunEvent(what: $0)) }
        try folder.check(
            files: Bindery.files + earlier.map(\.page) + chapters.map(\.source.page)
                + folder.listed.map(\.path).filter { path in chapters.contains { $0.source.owns(path) } },
            folders: chapters.flatMap { ["figures/\($0.source.slug)", "data/\($0.source.slug)", $0.source.copies] })
        let pandoc = try await Pandoc(staging: folder.staging)
        let provenance = await Provenance(
            sources: (book.chapters.first?.source ?? Source()).folder, pandoc: pandoc.version, profile: profile,
            seed: seed, threads: min(jobs, ProcessInfo.processInfo.activeProcessorCount), givenDate: date)

        let report = Report(book: book, contents: contents(titles: texts.map(\.title), earlier: earlier))
        let shared = Shared(
            bindery: Bindery(book: book, folder: folder, pandoc: pandoc, report: report), provenance: provenance,
            machine: Machine(threads: jobs), ledger: Ledger(seeds: seeds), observe: observe)
        observe(RunEvent(what: .began(expectations(by: folder))))
        let runs = shared.ledger.offsets.flatMap { offset in
            zip(chapters, texts).map { (chapter: $0, text: $1, offset: offset) }
        }
        // More at a time than the book has chapters would gain nothing, and hold more models in memory.
        let finished = try await sideBySide(runs, atMost: book.chapters.count) { chapter, text, offset in
            try await run(chapter, text, offset: offset, with: shared)
        }

        var manifest = Manifest(
            provenance: provenance, chapters: merge(finished.compactMap(\.?.entry), with: earlier))
        if date == nil { manifest.provenance.utilisation = stopwatch.utilisation(threads: jobs) }
        let others = book.chapters.filter { chapter in !chapters.contains { $0.source.slug == chapter.source.slug } }
        manifest = try await shared.bindery.bind(manifest, new: finished.compactMap(\.self)) { path in
            others.contains { $0.source.owns(path) }
        }
        observe(RunEvent(what: .ended(stopwatch.utilisation(threads: jobs))))
        return manifest
    }

    /// What the chapters of a run share.
    private struct Shared {
        let bindery: Bindery
        let provenance: Provenance
        let machine: Machine
        let ledger: Ledger
        let observe: @Sendable (RunEvent) -> Void
    }

    /// Runs a chapter with one seed, and makes its page if it is the last seed to end.
    ///
    /// - Returns: its entry in the manifest and its page, if that was made.
    private func run(
        _ chapter: any Chapter, _ text: ChapterText, offset: UInt64, with shared: Shared
    ) async throws -> Bindery.Page? {
        let number = chapter.source.number
        let seed = seed &+ offset
        let tell = { @Sendable [seeds] (what: RunEvent.What) in
            shared.observe(RunEvent(chapter: number, seed: seeds > 1 ? seed : nil, what: what))
        }
        tell(.chapterStarted(title: text.title))
        let laboratory = Laboratory(
            trainer: Trainer(seed: seed, on: shared.machine), profile: profile, store: store, isFresh: isFresh,
            observe: tell)
        // Of the other seeds only the claims matter.
        let page = Page(
            chapter.source, lines: text.lines, profile: profile, laboratory: laboratory,
            folder: offset == 0 ? shared.bindery.folder : nil, isTimed: date == nil)
        try await chapter.run(page)
        try Task.checkCancellation()
        let result = shared.ledger.add(try page.finish(), of: chapter.source.slug, offset: offset)
        guard let (record, claims) = result else {
            tell(.chapterEnded(title: text.title))
            return nil
        }

        let all = zip(shared.ledger.offsets, claims).map { (seed: self.seed &+ $0, claims: $1) }
        let spreads =
            seeds > 1
            ? record.claims.map { SeedSpread($0.id, over: all) }
            : referenceSpreads(of: record.claims, in: chapter, tell: tell)
        let made = try await shared.bindery.makePage(
            of: chapter.source, text: text, record: record, spreads: spreads, provenance: shared.provenance)
        tell(.chapterEnded(title: text.title))
        return made
    }

    /// How claims fared with several seeds when their chapter's reference was made.
    private func referenceSpreads(
        of claims: [Claim], in chapter: any Chapter, tell: (RunEvent.What) -> Void
    ) -> [SeedSpread] {
        do {
            let known = try Reference(of: chapter.source)[profile]?.claims ?? []
            return claims.compactMap { claim in
                // Counts may be out of another total with this seed; other ranges are of another claim.
                known.first { $0.id == claim.id && (claim.total != nil || $0.expected == claim.expected) }
                    .flatMap(SeedSpread.init)
            }
        } catch {
            tell(.notice("\(error) The report goes without what it tells of other seeds."))
            return []
        }
    }

    /// The chapters of this run and those of earlier ones as they will be, in reading order.
    private func contents(titles: [String], earlier: [Manifest.Chapter]) -> [Report.Entry] {
        let new = zip(chapters, titles).map {
            Report.Entry(slug: $0.source.slug, title: $1, page: $0.source.page, number: $0.source.number)
        }
        let old = earlier.map { Report.Entry(slug: $0.slug, title: $0.title, page: $0.page, number: $0.number) }
        return book.chapters.compactMap { chapter in (new + old).first { $0.slug == chapter.source.slug } }
    }

    /// What an earlier run of the same kind knows of the chapters' work.
    private func expectations(by folder: OutputFolder) -> [Forecast.Expectation] {
        let earlier = folder.existing(Manifest.fileName).flatMap { try? Manifest(decoding: $0) }?.chapters ?? []
        return chapters.map { chapter in
            let known = earlier.first { $0.slug == chapter.source.slug && $0.provenance.profile == profile }
            return Forecast.Expectation(chapter: chapter.source.number, runs: seeds, known: known)
        }
    }

    /// The chapters of this run and those of earlier ones, in reading order.
    private func merge(_ new: [Manifest.Chapter], with earlier: [Manifest.Chapter]) -> [Manifest.Chapter] {
        book.chapters.compactMap { chapter in
            let isEntry = { (entry: Manifest.Chapter) in entry.slug == chapter.source.slug }
            return new.first(where: isEntry) ?? earlier.first(where: isEntry)
        }
    }

    /// The other chapters that earlier runs left, as far as their pages are still there.
    private func earlierChapters(
        in folder: OutputFolder, observe: (RunEvent.What) -> Void
    ) throws(NotebookError) -> [Manifest.Chapter] {
        try folder.check(files: [Manifest.fileName])
        let others = book.chapters.map(\.source.slug).filter { slug in !chapters.contains { $0.source.slug == slug } }
        guard !others.isEmpty, let data = folder.existing(Manifest.fileName) else { return [] }
        guard let manifest = try? Manifest(decoding: data) else {
            observe(
                .notice("The earlier \(Manifest.fileName) cannot be read: the report lists this run's chapters only."))
            return []
        }
        return manifest.chapters.filter { others.contains($0.slug) && folder.existing($0.page) != nil }
    }
}

extension Source {
    /// Whether a path in the output folder is this chapter's.
    fileprivate func owns(_ path: String) -> Bool {
        path == page || ["figures/\(slug)/", "data/\(slug)/", copies + "/"].contains { path.hasPrefix($0) }
    }
}

extension Manifest.Chapter {
    /// What the manifest tells of a chapter.
    init(
        _ source: Source, weaver: Weaver, provenance: Provenance
    ) throws(NotebookError) {
        let record = weaver.record
        let cells = weaver.cells
        self.init(
            slug: source.slug, number: source.number, title: weaver.text.title, summary: try weaver.summary(),
            result: try weaver.result(), resultFigure: record.result?.figure, page: source.page, provenance: provenance,
            seconds: provenance.isDateGiven ? nil : cells.reduce(0) { $0 + $1.seconds }, cells: cells,
            experiments: record.experiments.map(\.entry),
            figures: record.figures, tables: record.tables, claims: record.claims, spreads: weaver.spreads,
            values: record.values)
    }
}
