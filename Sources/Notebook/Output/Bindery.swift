import Foundation

/// Makes pages of what chapters emitted, and a report of the pages.
struct Bindery: Sendable {
    let book: Book
    let folder: OutputFolder
    let pandoc: Pandoc
    let report: Report

    /// Stages a chapter's page and what it was woven from.
    ///
    /// - Returns: the chapter's entry in the manifest.
    func makePage(of source: Source, weaver: Weaver, provenance: Provenance) async throws -> Manifest.Chapter {
        let entry = try Manifest.Chapter(source, weaver: weaver, provenance: provenance)
        let woven = report.page(of: entry, markdown: try weaver.markdown(), bibliography: source.bibliography)
        try folder.write(try await pandoc.render(woven), to: woven.name)
        let record = try KeptRecord(weaver.record, of: source, with: weaver.text)
        try folder.write(try record.encoded(), to: KeptRecord.path(of: source))
        return entry
    }

    /// Makes the first page and the manifest, and moves all that is staged into place.
    ///
    /// - Parameters:
    ///   - manifest: what the report is to hold.
    ///   - new: the chapters whose pages were made.
    ///   - isKept: which files of earlier runs stay, by path.
    /// - Returns: the manifest with its files.
    func bind(
        _ manifest: Manifest, new slugs: Set<String>, keeping isKept: (String) -> Bool
    ) async throws -> Manifest {
        var manifest = manifest
        let index = report.index(of: manifest, bibliography: book.chapters.first?.source.bibliography)
        try folder.write(try await pandoc.render(index), to: index.name)
        // The others may have got a neighbour, or one with another title.
        for chapter in manifest.chapters where !slugs.contains(chapter.slug) {
            guard let page = folder.existing(chapter.page) else { continue }
            try folder.write(report.turned(page, of: chapter), to: chapter.page)
        }
        manifest.files = folder.files(keeping: isKept)
        try folder.write(manifest.encoded(), to: Manifest.fileName)
        try Task.checkCancellation()
        try folder.commit(manifest.files, last: manifest.chapters.map(\.page) + [Report.index, Manifest.fileName])
        return manifest
    }
}
