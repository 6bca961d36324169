import Foundation

/// A report as a run left it in an output folder, to be exported. While this value lives, no run changes the folder.
public struct SavedReport: Sendable {
    /// What the report holds.
    public let manifest: Manifest
    /// The manifest's bytes, which prove themselves.
    let manifestData: Data
    let tree: FileTree
    /// The files of the report by path.
    let files: [String: Manifest.File]
    private let lock: FolderLock

    /// Opens the report in a folder.
    ///
    /// - Throws: ``ExportError``, if there is none, or its manifest is not as it was written; ``NotebookError`` if a run is
    ///   writing to the folder.
    public init(in folder: URL) throws {
        tree = FileTree(root: folder.relativePath)
        guard tree.item(Manifest.fileName) != nil else { throw ExportError.noReport(folder: tree.root) }
        guard let lock = FolderLock(folder, .shared) else { throw NotebookError.outputInUse(path: tree.root) }
        self.lock = lock
        let path = tree.name(Manifest.fileName)
        guard let data = tree.data(Manifest.fileName) else {
            throw ExportError.manifestUnreadable(path: path, reason: "it is not a file that can be opened")
        }
        guard Manifest.sealedFiles(in: data) != nil else {
            throw ExportError.manifestUnreadable(path: path, reason: "it is not as a run left it")
        }
        do {
            manifest = try Manifest(decoding: data)
        } catch let error as DecodingError {
            throw ExportError.manifestUnreadable(path: path, reason: error.sentence)
        }
        manifestData = data
        files = Dictionary(manifest.files.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        guard files[Report.index] != nil else { throw ExportError.noReport(folder: tree.root) }
    }

    /// The content of a file of the report, if it is as the run left it.
    func data(_ path: String) throws(ExportError) -> Data {
        guard let file = files[path], let data = tree.data(path), Manifest.File(path: path, data) == file else {
            throw .fileChanged(path: tree.name(path))
        }
        return data
    }

    /// The text of a file of the report.
    func text(_ path: String) throws(ExportError) -> String { String(decoding: try data(path), as: UTF8.self) }

    /// The pages in reading order: the first page, the chapters, and what there is besides.
    var pages: [String] {
        let first = [Report.index] + manifest.chapters.map(\.page)
        let others = manifest.files.map(\.path).filter { $0.hasSuffix(".html") && !$0.contains("/") }
        return first.filter { files[$0] != nil } + others.filter { !first.contains($0) }.sorted()
    }
}
