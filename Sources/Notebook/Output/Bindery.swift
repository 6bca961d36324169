import Foundation

/// Makes pages of what chapters emitted, and a report of the pages.
struct Bindery: Sendable {
    let book: Book
    let folder: OutputFolder
    let pandoc: Pandoc
    let report: Report

    /// The files of every report, whichever chapters it has, besides the manifest.
    static let files = [Report.index, SearchIndex.fileName, Reproducibility.page]

    /// A chapter's page and its entry in the manifest.
    typealias Page = (entry: Manifest.Chapter, html: Data)

    /// Stages a chapter's page, and what it was woven from: copies of its files, and what was emitted.
    func makePage(
        of source: Source, text: ChapterText, record: RunRecord, spreads: [SeedSpread], provenance: Provenance
    ) async throws -> Page {
        let weaver = Weaver(
            text: text, record: record, spreads: spreads, paper: book.paper, copies: source.copies,
            seed: provenance.seed)
        let entry = try Manifest.Chapter(source, weaver: weaver, provenance: provenance)
        let files = try source.swiftFiles().map { (name: $0.name, path: "\(source.copies)/\($0.name)", text: $0.text) }
        let woven = report.page(
            of: entry, markdown: try weaver.markdown(), bibliography: source.bibliography,
            sources: files.map { ($0.name, $0.path) })
        let html = try await pandoc.render(woven)
        try folder.write(html, to: woven.name)
        for file in files { try folder.write(Data(file.text.utf8), to: file.path) }
        let kept = try KeptRecord(record, of: source, with: text)
        try folder.write(try kept.encoded(), to: KeptRecord.path(of: source))
        return (entry, html)
    }

    /// Makes the first page, the words to search and the manifest, and moves all that is staged into place.
    ///
    /// - Parameters:
    ///   - manifest: what the report is to hold.
    ///   - made: the pages that were made.
    ///   - isKept: which files of earlier runs stay, by path.
    /// - Returns: the manifest with its files.
    func bind(_ manifest: Manifest, new made: [Page], keeping isKept: (String) -> Bool) async throws -> Manifest {
        var manifest = manifest
        let index = report.index(of: manifest, bibliography: book.chapters.first?.source.bibliography)
        let first = try await pandoc.render(index)
        try folder.write(first, to: index.name)
        var words = SearchIndex()
        words.add(first, name: Report.index, title: book.title)
        let reproducibility = Reproducibility(book: book, manifest: manifest).woven(home: Report.index)
        let evidence = try await pandoc.render(reproducibility)
        try folder.write(evidence, to: reproducibility.name)
        words.add(evidence, name: reproducibility.name, title: reproducibility.title)
        for chapter in manifest.chapters {
            let new = made.first { $0.entry.slug == chapter.slug }?.html
            guard let page = new ?? folder.existing(chapter.page) else { continue }
            words.add(page, name: chapter.page, title: "\(chapter.number) \(chapter.title)")
            // The others may have got a neighbour, or one with another title.
            if new == nil { try folder.write(report.turned(page, of: chapter), to: chapter.page) }
        }
        try folder.write(words.script(), to: SearchIndex.fileName)
        manifest.files = folder.files(keeping: isKept)
        try folder.write(manifest.encoded(), to: Manifest.fileName)
        try Task.checkCancellation()
        try folder.commit(
            manifest.files,
            last: manifest.chapters.map(\.page) + [Reproducibility.page, Report.index, Manifest.fileName])
        return manifest
    }
}
