import Foundation

/// The folder that a run writes to. Files are staged in a hidden folder inside it and are moved into place together,
/// when the whole run has succeeded.
struct OutputFolder: Sendable {
    private let url: URL
    private let staging: URL
    private let isNew: Bool

    /// Makes the folder, if there is none, and a place to stage files in.
    init(_ url: URL) throws(NotebookError) {
        self.url = url
        staging = url.appending(path: Self.stagingPrefix + "\(getpid())")
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: url.path(percentEncoded: false), isDirectory: &isFolder)
        isNew = !exists
        if exists && !isFolder.boolValue { throw .outputIsFile(path: url.relativePath) }
        do {
            if exists { try Self.removeAbandoned(in: url) }
            try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        } catch {
            throw .outputNotWritable(path: url.relativePath, reason: Self.reason(error))
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
            throw .outputNotWritable(path: url.relativePath, reason: Self.reason(error))
        }
        return Manifest.File(path: path, sha256: sha256(data))
    }

    /// A file that an earlier run left; nil if there is none.
    func existing(_ path: String) -> Data? {
        FileManager.default.contents(atPath: url.appending(path: path).path(percentEncoded: false))
    }

    /// Moves all staged files into place, the given ones last, and removes what else is in the given folders.
    func commit(last: [String], owning folders: [String]) throws(NotebookError) {
        let staged = Set(Self.paths(in: files))
        let ordered = staged.subtracting(last).sorted() + last.filter(staged.contains)
        do {
            for path in ordered {
                let target = url.appending(path: path)
                try FileManager.default.createDirectory(
                    at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Self.rename(files.appending(path: path), to: target)
            }
            for folder in folders {
                for path in Self.paths(in: url.appending(path: folder)) where !staged.contains(folder + "/" + path) {
                    try FileManager.default.removeItem(at: url.appending(path: folder).appending(path: path))
                }
            }
        } catch {
            throw .outputNotWritable(path: url.relativePath, reason: Self.reason(error))
        }
    }

    /// Removes what is staged, and the folder itself if it was made for nothing.
    func close() {
        try? FileManager.default.removeItem(at: staging)
        if isNew { rmdir(url.path(percentEncoded: false)) }
    }

    // MARK: - Files

    private static let stagingPrefix = ".staging-"

    /// Removes what killed runs have left.
    private static func removeAbandoned(in url: URL) throws {
        for item in try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil) {
            let name = item.lastPathComponent
            guard name.hasPrefix(stagingPrefix), let process = pid_t(name.dropFirst(stagingPrefix.count)) else {
                continue
            }
            // Signal 0 asks whether the process is there.
            if kill(process, 0) != 0 && errno == ESRCH { try FileManager.default.removeItem(at: item) }
        }
    }

    /// The files under a folder, relative to it.
    private static func paths(in folder: URL) -> [String] {
        let path = folder.path(percentEncoded: false)
        return (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path + "/" + $0, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }

    /// `FileManager` cannot replace a file by renaming.
    private static func rename(_ source: URL, to target: URL) throws {
        if Foundation.rename(source.path(percentEncoded: false), target.path(percentEncoded: false)) != 0 {
            throw CocoaError(
                .fileWriteUnknown, userInfo: [NSUnderlyingErrorKey: POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)]
            )
        }
    }

    /// Why a file operation failed, in the system's words.
    private static func reason(_ error: any Error) -> String {
        if let error = (error as? CocoaError)?.underlying as? POSIXError {
            return String(cString: strerror(error.code.rawValue))
        }
        return error.localizedDescription
    }
}
