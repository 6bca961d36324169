import Foundation

/// The folder in which runs keep what they have trained.
///
/// Several runs may use it at once. An entry is written whole or not at all, and is used only if it is as it was written.
public struct RunStore: Sendable {
    private let url: URL
    private let limit: Int
    private let lock: FolderLock?

    /// Opens a store.
    ///
    /// - Parameters:
    ///   - url: the folder. It is made if there is none.
    ///   - limit: the bytes that it may have; what was not used for the longest time goes first.
    /// - Throws: ``NotebookError/storeNotUsable(path:reason:)``.
    public init(_ url: URL, limit: Int = .max) throws(NotebookError) {
        self.url = url
        self.limit = limit
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            // Alone, so what others have begun will not be finished.
            lock = FolderLock(url, .exclusive) ?? FolderLock(url, .shared)
            if let lock, lock.take(.exclusive) {
                for file in try Self.files(in: url) where file.lastPathComponent.hasPrefix(Self.partial) {
                    try? FileManager.default.removeItem(at: file)
                }
                lock.take(.shared)
            }
        } catch {
            throw .storeNotUsable(path: url.relativePath, reason: reason(for: error))
        }
    }

    // MARK: - Entries

    /// What looking for an experiment has found.
    enum Finding {
        /// Its entry.
        case found(StoreEntry)
        /// None; what has changed since it, or its like, was trained.
        case missing(because: String)
        /// A file that cannot be used and was set aside; what is wrong with it.
        case damaged(StoreEntry.Failure)
    }

    /// Looks for an experiment.
    ///
    /// - Parameter profile: of two entries that differ from the key, one of this profile tells better what has changed.
    func find(_ key: ExperimentKey, profile: Profile) throws -> Finding {
        let file = url.appending(path: try key.name() + Self.suffix)
        do {
            guard let entry = try StoreEntry(reading: file, of: key) else {
                return .missing(because: changes(to: key, profile: profile))
            }
            // Its time is that of its last use.
            try? FileManager.default.setAttributes(
                [.modificationDate: Date()], ofItemAtPath: file.path(percentEncoded: false))
            return .found(entry)
        } catch {
            setAside(file)
            return .damaged(error)
        }
    }

    /// Keeps an entry.
    func keep(_ entry: StoreEntry) throws {
        let partial = url.appending(path: Self.partial + UUID().uuidString)
        do {
            try entry.encoded().write(to: partial)
            // On the disk before it has its name.
            let handle = try FileHandle(forUpdating: partial)
            try handle.synchronize()
            try handle.close()
            try rename(partial, to: url.appending(path: try entry.head.key.name() + Self.suffix))
        } catch {
            try? FileManager.default.removeItem(at: partial)
            throw error
        }
        shrink()
    }

    private func setAside(_ file: URL) {
        let folder = url.appending(path: Self.damaged)
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        do {
            try rename(file, to: folder.appending(path: file.lastPathComponent))
        } catch {
            try? FileManager.default.removeItem(at: file)
        }
    }

    /// What differs from the latest entry of the same experiment, preferably of the same seed and profile.
    private func changes(to key: ExperimentKey, profile: Profile) -> String {
        let heads = ((try? Self.items(in: url)) ?? []).reversed().lazy
            .filter { !$0.isDamaged && $0.url.lastPathComponent.dropLast(Self.nameTail) == key.experiment.id }
            .compactMap { StoreEntry.head(reading: $0.url) }
            .filter { $0.profile == profile }
        guard let head = heads.first(where: { $0.key.seed == key.seed }) ?? heads.first else { return "first time" }
        let differences = key.differences(from: head.key)
        let shown = differences.prefix(3).joined(separator: ", ")
        return differences.count > 3 ? shown + ", …" : shown
    }

    // MARK: - Size

    /// A file of the store.
    struct Item {
        var url: URL
        var size: Int
        var date: Date
        var isDamaged: Bool
    }

    /// The entries and what was set aside, the one that was not used for the longest time first.
    static func items(in store: URL) throws -> [Item] {
        let keys: Set<URLResourceKey> = [.fileSizeKey, .contentModificationDateKey]
        func items(in folder: URL, isDamaged: Bool) throws -> [Item] {
            try files(in: folder).filter { $0.lastPathComponent.hasSuffix(suffix) }.compactMap { file in
                // Another run may have removed it.
                guard let values = try? file.resourceValues(forKeys: keys), let size = values.fileSize,
                    let date = values.contentModificationDate
                else { return nil }
                return Item(url: file, size: size, date: date, isDamaged: isDamaged)
            }
        }
        let setAside = (try? items(in: store.appending(path: damaged), isDamaged: true)) ?? []
        return (try items(in: store, isDamaged: false) + setAside).sorted { $0.date < $1.date }
    }

    private func shrink() {
        guard var items = try? Self.items(in: url) else { return }
        var size = items.reduce(0) { $0 + $1.size }
        while size > limit, !items.isEmpty {
            let item = items.removeFirst()
            try? FileManager.default.removeItem(at: item.url)
            size -= item.size
        }
    }

    // MARK: - Files

    private static let suffix = ".entry"
    private static let damaged = "damaged"
    private static let partial = ".partial-"
    /// What follows the experiment's id in a file's name: a dash, a SHA-256 and the suffix.
    private static let nameTail = 1 + 64 + suffix.utf8.count

    private static func files(in folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    }
}
