import Foundation

/// A folder whose files may be read, and nothing else. The folder itself may be a link; no link below it is followed, not even
/// one that is put there while a file is being opened.
struct ServedFolder: Sendable {
    /// Where the folder is.
    let url: URL

    /// A file that is open.
    struct OpenFile: Sendable {
        /// The file.
        let handle: FileHandle
        /// Its length in bytes.
        let size: Int
    }

    /// Opens a file.
    ///
    /// - Parameter names: the folders that lead to it, and its own name, none of them `..` or with a slash.
    /// - Returns: nil if there is no such file.
    func open(_ names: [String]) -> OpenFile? {
        guard let name = names.last else { return nil }
        var folder = Foundation.open(url.path(percentEncoded: false), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        defer { close(folder) }
        for name in names.dropLast() {
            let next = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard next >= 0 else { return nil }
            close(folder)
            folder = next
        }
        // A pipe without a writer would be waited for.
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return OpenFile(handle: handle, size: Int(status.st_size))
    }
}
