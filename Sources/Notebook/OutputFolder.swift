import Foundation

/// The folder that a run writes to. Files are staged in a hidden folder inside it and are moved into place together,
/// when the whole run has succeeded.
struct OutputFolder: Sendable {
    private let url: URL
    private let staging: URL
    private let lock: FolderLock
    /// The folder and those above it, as far as they were made for this run, the outermost first.
    private let made: [URL]

    /// Makes the folder, if there is none, and a place to stage files in.
    ///
    /// - Throws: ``NotebookError``, also if another run has the folder.
    init(_ url: URL) throws(NotebookError) {
        self.url = url
        staging = url.appending(path: ".staging")
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: url.path(percentEncoded: false), isDirectory: &isFolder)
        if exists && !isFolder.boolValue { throw .outputIsFile(path: url.relativePath) }
        do {
            made = try makeFolder(url)
            guard let lock = FolderLock(url, .exclusive) else {
                throw NotebookError.outputInUse(path: url.relativePath)
            }
            self.lock = lock
            // What a killed run has left.
            if FileManager.default.fileExists(atPath: staging.path(percentEncoded: false)) {
                try FileManager.default.removeItem(at: staging)
            }
            try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        } catch let error as NotebookError {
            throw error
        } catch {
            throw .outputNotWritable(path: url.relativePath, reason: reason(for: error))
        }
    }

    /// A place for files that are needed only during the run.
    var scratch: URL { staging.appending(path: "scratch") }

    private var files: URL { staging.appending(path: "files") }

    /// Stages a file.
    ///
    /// - Parameter path: its path in the output folder.
    @discardableResult
    func write(_ data: Data, to path: String) throws(NotebookError) -> Manifest.File {
        let target = files.appending(path: path)
        do {
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: target)
        } catch {
            throw .outputNotWritable(path: url.relativePath, reason: reason(for: error))
        }
        return Manifest.File(path: path, sha256: sha256(data))
    }

    /// A file that an earlier run left; nil if there is none.
    func existing(_ path: String) -> Data? {
        FileManager.default.contents(atPath: url.appending(path: path).path(percentEncoded: false))
    }

    /// Throws unless files can be put at these paths and in these folders, all of them below the output folder.
    func check(files: [String], folders: [String] = []) throws(NotebookError) {
        for path in files where isFolder(path) == true { throw .outputObstructed(path: relative(path), needed: "file") }
        for folder in Set(files.map(Self.parent) + folders).sorted() {
            // What is not there is made in the nearest folder that is.
            var folder = folder
            while isFolder(folder) == nil, !folder.isEmpty { folder = Self.parent(folder) }
            if isFolder(folder) == false { throw .outputObstructed(path: relative(folder), needed: "folder") }
            if access(url.appending(path: folder).path(percentEncoded: false), W_OK | X_OK) != 0 {
                throw .outputNotWritable(path: relative(folder), reason: String(cString: strerror(errno)))
            }
        }
    }

    /// Moves all staged files into place, the given ones last, and removes what else is in the given folders: all of
    /// it, or nothing if an error is thrown.
    func commit(last: [String], owning folders: [String]) throws(NotebookError) {
        let staged = Set(Self.paths(in: files))
        let ordered = staged.subtracting(last).sorted() + last.filter(staged.contains)
        let owned = folders.flatMap { folder in Self.paths(in: url.appending(path: folder)).map { folder + "/" + $0 } }
        let outdated = owned.filter { !staged.contains($0) }
        try check(files: ordered + outdated)
        var exchange = FileExchange(aside: staging.appending(path: "replaced"))
        do {
            for path in ordered { try exchange.move(files.appending(path: path), to: url.appending(path: path)) }
            for path in outdated { try exchange.remove(url.appending(path: path)) }
        } catch {
            exchange.undo()
            throw .outputNotWritable(path: url.relativePath, reason: reason(for: error))
        }
    }

    /// Removes what is staged, and the folders that were made for nothing.
    func close() {
        try? FileManager.default.removeItem(at: staging)
        for folder in made.reversed() { rmdir(folder.path(percentEncoded: false)) }
    }

    // MARK: - Files

    /// The files under a folder, relative to it.
    private static func paths(in folder: URL) -> [String] {
        let path = folder.path(percentEncoded: false)
        return (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path + "/" + $0, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }

    /// Whether there is a folder at a path of the output folder; nil if there is nothing.
    private func isFolder(_ path: String) -> Bool? {
        var isFolder: ObjCBool = false
        let path = url.appending(path: path).path(percentEncoded: false)
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) ? isFolder.boolValue : nil
    }

    /// A path in the output folder as the user would name it.
    private func relative(_ path: String) -> String {
        path.isEmpty ? url.relativePath : url.appending(path: path).relativePath
    }

    /// The folder of a path; empty for the output folder.
    private static func parent(_ path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }
}
