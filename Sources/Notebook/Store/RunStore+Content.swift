import Foundation

extension RunStore {
    /// What a store's folder has: entries, and files that were set aside.
    public struct Content: Sendable, CustomStringConvertible {
        private let folder: StoreFolder
        private let items: [StoreFolder.Item]
        private let beside: [URL]

        fileprivate init(of url: URL) throws(NotebookError) {
            folder = StoreFolder(url: url)
            do {
                if try Self.isFolder(url) {
                    try folder.check()
                    items = try folder.items()
                    beside = try folder.beside()
                } else {
                    (items, beside) = ([], [])
                }
            } catch let error as NotebookError {
                throw error
            } catch {
                throw .storeNotUsable(path: url.relativePath, reason: reason(for: error))
            }
        }

        /// Whether there is a folder, or a link to one; false if there is nothing.
        private static func isFolder(_ url: URL) throws -> Bool {
            var info = stat()
            if stat(url.path(percentEncoded: false), &info) != 0 {
                if errno == ENOENT { return false }
                throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
            }
            if info.st_mode & S_IFMT != S_IFDIR { throw POSIXError(.ENOTDIR) }
            return true
        }

        /// Whether there is nothing.
        public var isEmpty: Bool { items.isEmpty && beside.isEmpty }

        /// How much there is, such as "3 trained experiments and 1 unusable file, 12.5 MB".
        public var description: String {
            let damaged = items.count { $0.isDamaged }
            let parts = beside.count { $0.pathExtension == "part" }
            let kinds = [
                (items.count - damaged, "trained experiment"), (parts, "part"), (damaged, "unusable file"),
            ]
            let counts = kinds.filter { $0.0 > 0 }.map { display($0.0, $0.1) }.joined(separator: " and ")
            return "\(counts), \(display(bytes: items.size))"
        }

        /// Deletes it. Other files in the folder stay.
        public func delete() throws(NotebookError) {
            do {
                for file in items.map(\.url) + beside { try folder.remove(file) }
            } catch {
                throw .storeNotUsable(path: folder.url.relativePath, reason: reason(for: error))
            }
        }
    }

    /// What a store's folder has; nothing if there is no folder.
    ///
    /// - Throws: ``NotebookError/storeNotUsable(path:reason:)``, also if a file is there;
    ///   ``NotebookError/notARunStore(path:foreign:)``.
    public static func content(of folder: URL) throws(NotebookError) -> Content { try Content(of: folder) }
}
