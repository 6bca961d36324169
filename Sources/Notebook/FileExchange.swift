import Foundation

/// Files that are replaced and removed together: what was there is kept aside, so that all of it can be undone.
struct FileExchange {
    private let aside: URL
    private var undoing: [() throws -> Void] = []

    /// - Parameter aside: a folder on the same volume, which need not be there, for what is replaced or removed.
    init(aside: URL) {
        self.aside = aside
    }

    /// Moves a file to `target`, in place of what is there, and makes the folders that it needs.
    mutating func move(_ file: URL, to target: URL) throws {
        for folder in try makeFolder(target.deletingLastPathComponent()) {
            undoing.append { _ = rmdir(folder.path(percentEncoded: false)) }
        }
        if let kept = try keep(target) {
            undoing.append { try rename(kept, to: target) }
        } else {
            undoing.append { try FileManager.default.removeItem(at: target) }
        }
        try rename(file, to: target)
    }

    /// Removes a file.
    mutating func remove(_ file: URL) throws {
        if let kept = try keep(file) { undoing.append { try rename(kept, to: file) } }
        try FileManager.default.removeItem(at: file)
    }

    /// Brings back what was there, as far as that can be done.
    mutating func undo() {
        while let step = undoing.popLast() { try? step() }
    }

    /// A second name for a file, or a copy where the volume or its owner allows none; nil if there is no file.
    private func keep(_ file: URL) throws -> URL? {
        let files = FileManager.default
        guard files.fileExists(atPath: file.path(percentEncoded: false)) else { return nil }
        let kept = aside.appending(path: "\(undoing.count)")
        try files.createDirectory(at: aside, withIntermediateDirectories: true)
        do {
            try files.linkItem(at: file, to: kept)
        } catch {
            try files.copyItem(at: file, to: kept)
        }
        return kept
    }
}

/// Makes a folder and those above it.
///
/// - Returns: the folders that were not there, the outermost first.
func makeFolder(_ folder: URL) throws -> [URL] {
    var missing: [URL] = []
    var above = folder.standardizedFileURL
    while above.pathComponents.count > 1, !FileManager.default.fileExists(atPath: above.path(percentEncoded: false)) {
        missing.append(above)
        above.deleteLastPathComponent()
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return missing.reversed()
}

/// Moves a file in place of another at once, which `FileManager` cannot.
func rename(_ file: URL, to target: URL) throws {
    if Foundation.rename(file.path(percentEncoded: false), target.path(percentEncoded: false)) != 0 {
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
}
