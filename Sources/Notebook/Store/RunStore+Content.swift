import Foundation

extension RunStore {
    /// What a store's folder has: entries, and files that were set aside.
    public struct Content: Sendable, CustomStringConvertible {
        private let store: URL
        private let items: [Item]

        fileprivate init(of store: URL) throws(NotebookError) {
            self.store = store
            do {
                let isThere = FileManager.default.fileExists(atPath: store.path(percentEncoded: false))
                items = isThere ? try RunStore.items(in: store) : []
            } catch {
                throw .storeNotUsable(path: store.relativePath, reason: reason(for: error))
            }
        }

        /// Whether there is nothing.
        public var isEmpty: Bool { items.isEmpty }

        /// How much there is, such as "3 trained experiments and 1 unusable file, 12.5 MB".
        public var description: String {
            let damaged = items.count { $0.isDamaged }
            let kinds = [(items.count - damaged, "trained experiment"), (damaged, "unusable file")]
            let counts = kinds.filter { $0.0 > 0 }.map { display($0.0, $0.1) }.joined(separator: " and ")
            return "\(counts), \(display(bytes: items.reduce(0) { $0 + $1.size }))"
        }

        /// Deletes it. Other files in the folder stay.
        public func delete() throws(NotebookError) {
            do {
                for item in items { try FileManager.default.removeItem(at: item.url) }
            } catch {
                throw .storeNotUsable(path: store.relativePath, reason: reason(for: error))
            }
        }
    }

    /// What a store's folder has; nothing if there is no folder.
    ///
    /// - Throws: ``NotebookError/storeNotUsable(path:reason:)``.
    public static func content(of folder: URL) throws(NotebookError) -> Content { try Content(of: folder) }
}
