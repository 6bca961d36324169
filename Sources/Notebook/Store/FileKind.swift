import Foundation

/// What is at a path: a link is a link, wherever it leads.
enum FileKind: Hashable, Sendable, CustomStringConvertible {
    case file, folder, link, pipe, socket, device

    /// What is at a path; nil if there is nothing.
    init?(_ url: URL) {
        var info = stat()
        guard lstat(url.path(percentEncoded: false), &info) == 0 else { return nil }
        self.init(mode: info.st_mode)
    }

    private init(mode: mode_t) {
        self =
            switch mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            case S_IFIFO: .pipe
            case S_IFSOCK: .socket
            default: .device
            }
    }

    var description: String {
        switch self {
        case .file: "a file"
        case .folder: "a folder"
        case .link: "a link"
        case .pipe: "a pipe"
        case .socket: "a socket"
        case .device: "a device"
        }
    }

    /// Opens a file for reading, without following a link and without waiting for the other end of a pipe.
    ///
    /// - Returns: the file and its size in bytes; nil if there is none that can be read.
    /// - Throws: what else is there.
    static func open(_ url: URL) throws(NotAFile) -> (handle: FileHandle, size: Int)? {
        let descriptor = Foundation.open(
            url.path(percentEncoded: false), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if let kind = FileKind(url), kind != .file { throw NotAFile(kind: kind) }
            return nil
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { return nil }
        let kind = FileKind(mode: info.st_mode)
        guard kind == .file else { throw NotAFile(kind: kind) }
        return (handle, Int(info.st_size))
    }

    /// Something else is where a file should be.
    struct NotAFile: Error {
        var kind: FileKind
    }
}
