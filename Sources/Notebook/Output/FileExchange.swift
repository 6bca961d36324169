import Foundation

/// Files of a folder that are replaced, added and removed together. What was there is kept until all is done, and all of
/// it is written down before it begins, so that what was cut short, by an error or the end of the process, can be undone.
struct FileExchange: Codable, Sendable {
    /// One file.
    struct Step: Codable, Sendable {
        /// What is there; nil if nothing is.
        var old: Manifest.File?
        /// What comes; nil if the file is removed.
        var new: Manifest.File?
        /// Where that is which comes.
        var staged = ""
        /// Where that is kept which was there.
        var kept = ""

        /// Where the file is.
        var path: String { new?.path ?? old?.path ?? "" }
    }

    /// The files, in the order in which they are moved.
    var steps: [Step] = []

    /// Moves the files, as long as there is what is said to be there.
    func perform(in tree: FileTree) throws {
        for step in steps {
            guard step.old.map({ tree.has($0) }) ?? (tree.item(step.path) == nil) else {
                throw NotebookError.outputForeign(path: tree.name(step.path))
            }
            if step.new == nil {
                try tree.move(step.path, to: step.kept)
                tree.removeEmptyFolders(from: FileTree.parent(of: step.path))
            } else {
                if step.old != nil { try keep(step, in: tree) }
                try tree.makeFolder(FileTree.parent(of: step.path))
                try tree.move(step.staged, to: step.path)
            }
        }
    }

    /// Brings back what was there, however far the files were moved. A file that somebody has changed since stays.
    func undo(in tree: FileTree) throws {
        for step in steps.reversed() {
            let isMoved =
                step.new.map { tree.item(step.staged) == nil && tree.has($0) } ?? (tree.item(step.path) == nil)
            guard isMoved else { continue }
            if let old = step.old {
                guard tree.has(old, at: step.kept) else { continue }
                try tree.checkFile(step.path)
                try tree.makeFolder(FileTree.parent(of: step.path))
                try tree.move(step.kept, to: step.path)
            } else {
                try tree.remove(step.path)
                tree.removeEmptyFolders(from: FileTree.parent(of: step.path))
            }
        }
    }

    /// Gives a file a second name, or makes a copy where that is not possible.
    private func keep(_ step: Step, in tree: FileTree) throws {
        do {
            try tree.link(step.path, to: step.kept)
        } catch {
            guard let data = tree.data(step.path) else { throw error }
            try tree.write(data, to: step.kept)
        }
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
