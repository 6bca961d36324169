import Foundation

/// A folder and what is below it, by relative paths. No link below it is followed, and nothing is waited for, as a pipe
/// without a writer would have it.
struct FileTree: Sendable {
    /// The folder itself, which may be a link.
    let root: String

    /// What a path names.
    enum Item: Hashable, Sendable { case file, folder, link, other }

    /// A path in the folder as the user would name it; the folder itself if it is empty.
    func name(_ path: String) -> String { path.isEmpty ? root : root + "/" + path }

    /// What a path names, its last component not followed; nil if nothing.
    func item(_ path: String) -> Item? {
        var status = stat()
        guard lstat(name(path), &status) == 0 else { return nil }
        if path.isEmpty { return .folder }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFLNK: .link
        default: .other
        }
    }

    /// Throws if there is something other than a folder where a path needs one, or nothing can be put into the last that
    /// is there, where what is not there is made.
    func checkFolder(_ path: String) throws(NotebookError) {
        let folder = try lastFolder(towards: path)
        if access(name(folder), W_OK | X_OK) != 0 {
            throw .outputNotWritable(path: name(folder), reason: String(cString: strerror(errno)))
        }
    }

    /// Throws unless a file can be put at a path, in place of a file if there is one.
    func checkFile(_ path: String) throws(NotebookError) {
        try checkFolder(Self.parent(of: path))
        switch item(path) {
        case nil, .file: break
        case .link: throw .outputLinked(path: name(path))
        case .folder, .other: throw .outputObstructed(path: name(path), needed: "file")
        }
    }

    /// The last folder that is there on the way to a folder.
    private func lastFolder(towards path: String) throws(NotebookError) -> String {
        var folder = ""
        for component in path.split(separator: "/") {
            let next = folder.isEmpty ? String(component) : folder + "/" + component
            switch item(next) {
            case nil: return folder
            case .folder: folder = next
            case .link: throw .outputLinked(path: name(next))
            case .file, .other: throw .outputObstructed(path: name(next), needed: "folder")
            }
        }
        return folder
    }

    // MARK: - Reading

    /// The content of a file; nil if there is none, or it is too long to be read at once.
    func data(_ path: String) -> Data? {
        guard let (file, size) = open(path), size <= 1 << 28 else { return nil }
        return try? file.read(upToCount: size) ?? Data()
    }

    /// The SHA-256 of a file, read in bounded memory; nil if there is none, or it is not `bytes` long.
    func checksum(_ path: String, bytes: Int? = nil) -> String? {
        guard let (file, size) = open(path), bytes == nil || bytes == size else { return nil }
        return try? sha256 { try file.read(upToCount: 1 << 20) }
    }

    /// Whether a file is as described, at its path or another.
    func has(_ file: Manifest.File, at path: String? = nil) -> Bool {
        checksum(path ?? file.path, bytes: file.bytes) == file.sha256
    }

    private func open(_ path: String) -> (file: FileHandle, size: Int)? {
        let folder = Self.parent(of: path)
        guard (try? lastFolder(towards: folder)) == folder, item(path) == .file else { return nil }
        let descriptor = Foundation.open(name(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return (file, Int(status.st_size))
    }

    // MARK: - Changing

    /// Makes a folder and those above it that are not there.
    func makeFolder(_ path: String) throws {
        guard !path.isEmpty, item(path) != .folder else { return }
        try makeFolder(Self.parent(of: path))
        try call { mkdir(name(path), 0o777) }
    }

    /// Writes a new file. Under this name it is whole, or not there.
    func write(_ data: Data, to path: String) throws {
        let part = path + Self.partSuffix
        try data.write(to: URL(filePath: name(part), directoryHint: .notDirectory), options: .withoutOverwriting)
        try move(part, to: path)
    }

    /// What the name of a file ends with that is being written.
    static let partSuffix = ".part"

    /// Moves a file to another name, in place of the file that is there.
    func move(_ path: String, to target: String) throws { try call { Foundation.rename(name(path), name(target)) } }

    /// Gives a file a second name; throws where the volume or the file's owner allows none.
    func link(_ path: String, to target: String) throws { try call { Foundation.link(name(path), name(target)) } }

    /// Removes a file.
    func remove(_ path: String) throws { try call { unlink(name(path)) } }

    /// Removes a folder and those above it as far as they are empty.
    func removeEmptyFolders(from path: String) {
        var folder = path
        while !folder.isEmpty, rmdir(name(folder)) == 0 { folder = Self.parent(of: folder) }
    }

    private func call(_ function: () -> Int32) throws {
        if function() != 0 { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    /// The folder of a path; empty for the tree's root.
    static func parent(of path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }
}
