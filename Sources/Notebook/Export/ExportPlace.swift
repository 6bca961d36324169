import Foundation

/// A file to export to.
struct ExportPlace {
    let url: URL
    let seal: Seal

    private var path: String { url.relativePath }

    /// Throws unless there is nothing there, or what an earlier export left, or it is to be replaced anyway.
    func check(against report: SavedReport, isForced: Bool) throws(ExportError) {
        try report.checkOutside(url)
        let tree = FileTree(root: url.deletingLastPathComponent().path(percentEncoded: false))
        let name = url.lastPathComponent
        switch tree.item(name) {
        case nil: return
        case .folder, .other: throw .notWritable(path: path, reason: "it is not a file")
        case .file, .link:
            guard isForced || tree.data(name).map(seal.isIntact) ?? false else { throw .inTheWay(path: path) }
        }
    }

    /// Puts a file there, in place of what is there: whole, or not at all.
    func write(_ data: Data) throws(ExportError) {
        let part = url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).part")
        do {
            try seal.sealed(data).write(to: part)
            try rename(part, to: url)
        } catch {
            try? FileManager.default.removeItem(at: part)
            throw .notWritable(path: path, reason: reason(for: error))
        }
    }
}

extension SavedReport {
    /// Throws if a place is the report's folder, or one of its files.
    func checkOutside(_ url: URL) throws(ExportError) {
        func real(_ path: String) -> String { URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path }
        let (root, place) = (real(tree.root), real(url.path(percentEncoded: false)))
        let ours = [root] + ([Manifest.fileName] + files.keys).map { root + "/" + $0 }
        // A folder is replaced as a whole.
        if ours.contains(place) || root.hasPrefix(place + "/") || ours.contains(where: { $0.hasPrefix(place + "/") }) {
            throw .insideReport(path: url.relativePath)
        }
    }
}

/// Calls with a new folder for temporary files, which is gone afterwards.
func withScratchFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "superposition-export-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}
