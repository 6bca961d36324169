import Foundation
import Synchronization

/// The folder that a run writes to. Files are staged in a hidden folder inside it and are moved into place together,
/// when the whole run has succeeded.
///
/// A file is overwritten or removed only if an earlier run left it, and with these bytes: the manifest lists them.
final class OutputFolder: Sendable {
    /// A place for files that are needed only during the run.
    let staging: Staging
    /// What earlier runs left, the manifest included; empty if there is no manifest that is as it was written.
    let listed: [Manifest.File]

    private let tree: FileTree
    private let lock: FolderLock
    /// The folder and those above it, as far as they were made for this run, the outermost first.
    private let made: [URL]
    private let staged = Mutex<[String: (file: Manifest.File, place: String)]>([:])

    /// Makes the folder, if there is none, and a place to stage files in. A run that was killed is undone.
    ///
    /// - Throws: ``NotebookError``, also if another run has the folder.
    init(_ url: URL) throws(NotebookError) {
        tree = FileTree(root: url.relativePath)
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: tree.root, isDirectory: &isFolder)
        if exists && !isFolder.boolValue { throw .outputIsFile(path: tree.root) }
        do {
            made = try makeFolder(url)
            guard let lock = FolderLock(url, .exclusive) else {
                throw NotebookError.outputInUse(path: tree.root)
            }
            self.lock = lock
            staging = try Staging(in: tree)
            for journal in staging.remains(suffix: Self.journalSuffix) {
                let exchange = tree.data(journal).flatMap { try? JSONDecoder().decode(FileExchange.self, from: $0) }
                try exchange?.undo(in: tree)
                try tree.remove(journal)
            }
            for path in staging.remains() { try tree.remove(path) }
        } catch let error as NotebookError {
            throw error
        } catch {
            throw .outputNotWritable(path: tree.root, reason: reason(for: error))
        }
        if let manifest = tree.data(Manifest.fileName), let files = Manifest.sealedFiles(in: manifest) {
            listed = files + [Manifest.File(path: Manifest.fileName, manifest)]
        } else {
            listed = []
        }
    }

    /// Stages a file.
    ///
    /// - Parameter path: its path in the output folder.
    @discardableResult
    func write(_ data: Data, to path: String) throws(NotebookError) -> Manifest.File {
        let file = Manifest.File(path: path, data)
        do {
            let place = try staging.add(data, checksum: file.sha256)
            staged.withLock { $0[path] = (file, place) }
        } catch {
            throw .outputNotWritable(path: tree.root, reason: reason(for: error))
        }
        return file
    }

    /// A file that is there; nil if there is none.
    func existing(_ path: String) -> Data? { tree.data(path) }

    /// Throws unless files can be put at these paths, where there is nothing or what an earlier run left, and into these
    /// folders.
    func check(files: [String], folders: [String] = []) throws(NotebookError) {
        for path in files {
            try tree.checkFile(path)
            let isOurs = listed.contains { $0.path == path && tree.has($0) }
            if tree.item(path) != nil, !isOurs { throw .outputForeign(path: tree.name(path)) }
        }
        for folder in folders { try tree.checkFolder(folder) }
    }

    /// What is staged, and what earlier runs left at the paths to keep, by path.
    func files(keeping isKept: (String) -> Bool) -> [Manifest.File] {
        let staged = staged.withLock { $0 }
        let kept = listed.filter { staged[$0.path] == nil && isKept($0.path) && tree.item($0.path) != nil }
        return (staged.values.map(\.file) + kept).sorted { $0.path < $1.path }
    }

    /// Moves all staged files into place, the given ones last, and removes what earlier runs left that is neither staged nor
    /// among `files`: all of it, or nothing if an error is thrown.
    func commit(_ files: [Manifest.File], last: [String]) throws(NotebookError) {
        let exchange = try exchange(files, last: last)
        do {
            let journal = try note(exchange)
            do {
                try exchange.perform(in: tree)
            } catch let failure {
                // What cannot be undone now, the next run undoes.
                do { try exchange.undo(in: tree) } catch { staging.abandon() }
                throw failure
            }
            try tree.remove(journal)
        } catch let error as NotebookError {
            throw error
        } catch {
            throw .outputNotWritable(path: tree.root, reason: reason(for: error))
        }
    }

    /// What a commit does.
    func exchange(_ files: [Manifest.File], last: [String]) throws(NotebookError) -> FileExchange {
        let staged = staged.withLock { $0 }
        let first = staged.keys.filter { !last.contains($0) }.sorted()
        let kept = Set(files.map(\.path))
        let outdated = listed.filter { staged[$0.path] == nil && !kept.contains($0.path) && tree.has($0) }

        var exchange = FileExchange()
        func replace(_ path: String) throws(NotebookError) {
            guard let (file, place) = staged[path], !tree.has(file) else { return }
            try check(files: [path])
            let old = tree.item(path) == nil ? nil : listed.first { $0.path == path }
            exchange.steps.append(
                .init(old: old, new: file, staged: place, kept: old.map { staging.reserve($0.sha256) } ?? ""))
        }
        for path in first { try replace(path) }
        for file in outdated { exchange.steps.append(.init(old: file, kept: staging.reserve(file.sha256))) }
        for path in last { try replace(path) }
        return exchange
    }

    /// Writes down what is about to be done, so that a run that is killed can be undone.
    func note(_ exchange: FileExchange) throws -> String {
        try staging.add(JSONEncoder().encode(exchange), suffix: Self.journalSuffix)
    }

    /// Removes what is staged, and the folders that were made for nothing.
    func close() {
        staging.empty()
        for folder in made.reversed() { rmdir(folder.path(percentEncoded: false)) }
    }

    private static let journalSuffix = ".journal"
}
