import Foundation

/// What a run store asks of its file system, which may be shared by several machines.
///
/// On NFS a name that another machine has made may be seen late, and a call that was sent again may report a failure after
/// it has succeeded. So nothing here is taken for granted but this: what is created exclusively is created once, a rename
/// shows a file whole or not at all, and what was synchronised before is then what is read.
protocol StoreFiles: Sendable {
    /// The names in a folder, as far as they are seen here and now.
    func names(in folder: URL) throws -> [String]
    /// A file for reading and its size in bytes; nil if none is seen that can be read.
    func open(_ file: URL) throws(FileKind.NotAFile) -> (handle: FileHandle, size: Int)?
    /// What is seen at a path; nil if nothing is.
    func kind(of file: URL) -> FileKind?
    /// Makes a file that was not there, and brings it to the disk.
    func create(_ file: URL, _ data: Data) throws
    /// Gives a file another name, in place of what has that.
    func rename(_ file: URL, to target: URL) throws
    /// Removes a file, or a link itself; never a folder. It is no error if there is none.
    func remove(_ file: URL) throws
    /// When a file was last written, by the clock of the machine that has the file system.
    func date(of file: URL) -> Date?
}

/// The file system as it is.
struct SystemFiles: StoreFiles {
    func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
    }

    func open(_ file: URL) throws(FileKind.NotAFile) -> (handle: FileHandle, size: Int)? { try FileKind.open(file) }

    func kind(of file: URL) -> FileKind? { FileKind(file) }

    func create(_ file: URL, _ data: Data) throws {
        try data.write(to: file, options: .withoutOverwriting)
        let handle = try FileHandle(forUpdating: file)
        try handle.synchronize()
        try handle.close()
    }

    func rename(_ file: URL, to target: URL) throws { try Notebook.rename(file, to: target) }

    func remove(_ file: URL) throws {
        if unlink(file.path(percentEncoded: false)) != 0, errno != ENOENT {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
    }

    func date(of file: URL) -> Date? {
        try? FileManager.default.attributesOfItem(atPath: file.path(percentEncoded: false))[.modificationDate] as? Date
    }
}
