import Foundation

/// Weaves the pages of a report anew from changed prose, with what the last run emitted. Nothing is run.
public struct Reweaving: Sendable {
    private let book: Book
    private let output: URL

    /// The report of a book in the folder `output`.
    public init(book: Book, output: URL) {
        self.book = book
        self.output = output
    }

    /// How a chapter's source differs from what its page was made of.
    public enum Difference: Hashable, Sendable {
        /// Only in prose, comments and blank lines: the page can be woven anew.
        case prose
        /// In its code, or the run left no record of what it emitted: the chapter must be run again.
        case code
    }

    /// The chapters of the report that differ from their sources, by slug. A chapter whose source is not there does not.
    public func differences() -> [String: Difference] {
        let tree = FileTree(root: output.relativePath)
        let slugs = Set(Manifest.chapters(of: output))
        var differences: [String: Difference] = [:]
        for chapter in book.chapters where slugs.contains(chapter.source.slug) {
            guard let text = try? chapter.source.text(), let code = try? chapter.source.codeChecksum() else { continue }
            let kept = tree.data(KeptRecord.path(of: chapter.source)).flatMap(KeptRecord.head)
            if kept?.code != code {
                differences[chapter.source.slug] = .code
            } else if kept?.text != text.checksum {
                differences[chapter.source.slug] = .prose
            }
        }
        return differences
    }

    /// Weaves chapters anew, all of it or nothing.
    ///
    /// - Parameter slugs: the chapters, in any order.
    /// - Returns: what the output folder then holds.
    /// - Throws: ``NotebookError``, also if the report has no such chapter, or its code has changed; `CancellationError`. The
    ///   folder is then as it was.
    @discardableResult
    public func perform(_ slugs: [String]) async throws -> Manifest {
        // Without a report there is nothing to make a folder for.
        _ = try Manifest(of: output)
        let folder = try OutputFolder(output)
        defer { folder.close() }
        let manifest = try Manifest(of: output)
        let chapters = book.chapters.map(\.source).filter { slugs.contains($0.slug) }
        try folder.check(
            files: [Manifest.fileName] + Bindery.files + manifest.chapters.map(\.page)
                + chapters.map(KeptRecord.path(of:))
                + chapters.flatMap { source in
                    try source.swiftFiles().map { "\(source.copies)/\($0.name)" }
                })

        var texts: [String: ChapterText] = [:]
        var kept: [(source: Source, text: ChapterText, record: RunRecord, entry: Manifest.Chapter)] = []
        for source in chapters {
            guard let entry = manifest.chapters.first(where: { $0.slug == source.slug }) else {
                throw NotebookError.notInReport(chapter: source.slug)
            }
            let text = try source.text()
            try source.checkNames(in: text)
            guard let data = folder.existing(KeptRecord.path(of: source)), let found = KeptRecord(decoding: data),
                found.head.code == (try source.codeChecksum()), let record = found.record(in: text)
            else { throw NotebookError.codeChanged(chapter: source.slug) }
            texts[source.slug] = text
            kept.append((source, text, record, entry))
        }

        let contents = manifest.chapters.map { entry in
            Report.Entry(
                slug: entry.slug, title: texts[entry.slug]?.title ?? entry.title, page: entry.page, number: entry.number
            )
        }
        let bindery = Bindery(
            book: book, folder: folder, pandoc: try await Pandoc(staging: folder.staging),
            report: Report(book: book, contents: contents))
        let made = try await sideBySide(kept, atMost: ProcessInfo.processInfo.activeProcessorCount) {
            source, text, record, entry in
            try await bindery.makePage(
                of: source, text: text, record: record, spreads: entry.spreads,
                provenance: await entry.provenance.ofChangedSources(in: source.folder))
        }
        var changed = Manifest(
            provenance: manifest.provenance,
            chapters: manifest.chapters.map { old in made.first { $0.entry.slug == old.slug }?.entry ?? old })
        if let source = chapters.first {
            changed.provenance = await manifest.provenance.ofChangedSources(in: source.folder)
        }
        return try await bindery.bind(changed, new: made) { $0 != Manifest.fileName }
    }
}

extension Manifest {
    /// Reads the manifest of a report.
    ///
    /// - Throws: ``NotebookError/noReport(path:)``.
    public init(of output: URL) throws(NotebookError) {
        let tree = FileTree(root: output.relativePath)
        guard let data = tree.data(Manifest.fileName), let manifest = try? Manifest(decoding: data) else {
            throw .noReport(path: tree.root)
        }
        self = manifest
    }

    /// The slugs of the chapters that a report has, without reading what it says of them; none if there is no report.
    public static func chapters(of output: URL) -> [String] {
        struct Outline: Decodable {
            struct Chapter: Decodable {
                let slug: String
            }
            let chapters: [Chapter]
        }
        let data = FileTree(root: output.relativePath).data(fileName)
        return data.flatMap { try? JSONDecoder().decode(Outline.self, from: $0) }?.chapters.map(\.slug) ?? []
    }
}
