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
        for chapter in chapters { try validate(id: chapter.source.slug, kind: "chapter") }
        let texts = try chapters.map { try $0.source.text() }
        for (chapter, text) in zip(chapters, texts) { try chapter.source.checkNames(in: text) }
        if let family = Theme.standard.missingFamily { throw NotebookError.typefaceMissing(family: family) }
        let folder = try OutputFolder(output)
        defer { folder.close() }
        let earlier = try earlierChapters(in: folder, observe: observe)
        try folder.check(
            files: [Report.index] + earlier.map(\.page) + chapters.map(\.source.page)
                + folder.listed.map(\.path).filter { path in chapters.contains { $0.source.owns(path) } },
            folders: chapters.flatMap { ["figures/\($0.source.slug)", "data/\($0.source.slug)"] })
        let pandoc = try await Pandoc(staging: folder.staging)
        let provenance = await Provenance(
            sources: (book.chapters.first?.source ?? Source()).folder, pandoc: pandoc.version, profile: profile,
            seed: seed, threads: min(jobs, ProcessInfo.processInfo.activeProcessorCount), givenDate: date)

        var finished: [(chapter: Manifest.Chapter, markdown: String, source: Source)] = []
        for (chapter, text) in zip(chapters, texts) {
            observe(.chapterStarted(title: text.title))
            let start = ContinuousClock.now
            let record = try await record(of: chapter, text, seed: seed, folder: folder, observe: observe)
            var runs = [(seed: seed, claims: record.claims)]
            for offset in 1..<max(1, UInt64(seeds)) {
                observe(.chapterStarted(title: "\(text.title), seed \(seed &+ offset)"))
                let other = try await self.record(
                    of: chapter, text, seed: seed &+ offset, folder: nil, observe: observe)
                runs.append((seed &+ offset, other.claims))
            }
            let spreads = seeds > 1 ? record.claims.map { SeedSpread($0.id, over: runs) } : []
            let weaver = Weaver(text: text, record: record, spreads: spreads)
            let seconds = date == nil ? (ContinuousClock.now - start).seconds : nil
            let entry = try Manifest.Chapter(
                chapter.source, weaver: weaver, provenance: provenance, seconds: seconds)
            finished.append((entry, try weaver.markdown(), chapter.source))
        }

        observe(.weaving)
        var manifest = Manifest(
            provenance: provenance, chapters: merge(finished.map(\.chapter), with: earlier))
        let report = Report(book: book, manifest: manifest)
        var pages = finished.map {
            report.page(of: $0.chapter, markdown: $0.markdown, bibliography: $0.source.bibliography)
        }
        pages.append(report.index(bibliography: book.chapters.first?.source.bibliography))
        for page in pages { try folder.write(try await pandoc.render(page), to: page.name) }
        // The others may have got a neighbour, or one with another title.
        let slugs = Set(chapters.map(\.source.slug))
        for chapter in manifest.chapters where !slugs.contains(chapter.slug) {
            guard let page = folder.existing(chapter.page) else { continue }
            try folder.write(report.turned(page, of: chapter), to: chapter.page)
        }
        let others = book.chapters.filter { !slugs.contains($0.source.slug) }
        manifest.files = folder.files { path in others.contains { $0.source.owns(path) } }
        try folder.write(manifest.encoded(), to: Manifest.fileName)

        try Task.checkCancellation()
        try folder.commit(
            manifest.files, last: manifest.chapters.map(\.page) + [Report.index, Manifest.fileName])
        return manifest
    }

    /// What a chapter gives with a seed.
    ///
    /// - Parameter folder: where its files are staged; nil if only its claims matter.
    private func record(
        of chapter: any Chapter, _ text: ChapterText, seed: UInt64, folder: OutputFolder?,
        observe: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> RunRecord {
        let laboratory = Laboratory(
            trainer: Trainer(seed: seed, jobs: jobs), profile: profile, store: store, isFresh: isFresh, observe: observe
        )
        let page = Page(
            chapter.source, lines: text.lines, profile: profile, laboratory: laboratory, folder: folder,
            isTimed: date == nil)
        try await chapter.run(page)
        try Task.checkCancellation()
        return try page.finish()
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
        in folder: OutputFolder, observe: @Sendable (RunEvent) -> Void
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
        path == page || path.hasPrefix("figures/\(slug)/") || path.hasPrefix("data/\(slug)/")
    }
}

extension Manifest.Chapter {
    fileprivate init(
        _ source: Source, weaver: Weaver, provenance: Provenance, seconds: Double?
    ) throws(NotebookError) {
        let record = weaver.record
        self.init(
            slug: source.slug, number: source.number, title: weaver.text.title, summary: try weaver.summary(),
            page: source.page, provenance: provenance, seconds: seconds, cells: weaver.cells,
            experiments: record.experiments.map(\.entry),
            figures: record.figures, tables: record.tables, claims: record.claims, spreads: weaver.spreads,
            values: record.values)
    }
}
