import Foundation

/// The folder in which runs keep what they have trained.
///
/// Several runs may use it at once. An entry is written whole or not at all, and is used only if it is as it was written.
/// The folder is the program's own: one that holds anything else, and has no marker, is refused.
public struct RunStore: Sendable {
    private let folder: StoreFolder
    private let limit: Int
    private let lock: FolderLock?

    /// Opens a store.
    ///
    /// - Parameters:
    ///   - url: the folder, or a link to it. It is made if there is none.
    ///   - limit: the bytes that it may have; what was not used for the longest time goes first.
    /// - Throws: ``NotebookError/storeNotUsable(path:reason:)``; ``NotebookError/notARunStore(path:foreign:)``.
    public init(_ url: URL, limit: Int = .max) throws(NotebookError) {
        folder = StoreFolder(url: url)
        self.limit = limit
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            // Alone, so what others have begun will not be finished.
            lock = FolderLock(url, .exclusive) ?? FolderLock(url, .shared)
            if try !folder.check() { folder.mark() }
            if let lock, lock.take(.exclusive) {
                try folder.sweep()
                lock.take(.shared)
            }
        } catch let error as NotebookError {
            throw error
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
        /// A file that cannot be used; what is wrong with it, and whether it was set aside.
        case damaged(StoreEntry.Failure, isSetAside: Bool)
    }

    /// Looks for an experiment.
    ///
    /// - Parameter profile: of two entries that differ from the key, one of this profile tells better what has changed.
    func find(_ key: ExperimentKey, profile: Profile) throws -> Finding {
        let file = folder.entry(try key.name())
        do {
            guard let entry = try StoreEntry(reading: file, of: key) else {
                return .missing(because: changes(to: key, profile: profile))
            }
            // Its time is that of its last use.
            utimensat(AT_FDCWD, file.path(percentEncoded: false), nil, AT_SYMLINK_NOFOLLOW)
            return .found(entry)
        } catch .obstructed(let kind) {
            return .missing(because: "\(kind) is in its place in the run store")
        } catch {
            return .damaged(error, isSetAside: folder.setAside(file))
        }
    }

    /// Keeps an entry.
    ///
    /// - Throws: ``StoreEntry/Failure/obstructed(_:)`` if something else is in its place, which stays.
    func keep(_ entry: StoreEntry) throws {
        let file = folder.entry(try entry.head.key.name())
        if let kind = FileKind(file), kind != .file { throw StoreEntry.Failure.obstructed(kind) }
        let partial = folder.partial()
        do {
            try entry.encoded().write(to: partial, options: .withoutOverwriting)
            // On the disk before it has its name.
            let handle = try FileHandle(forUpdating: partial)
            try handle.synchronize()
            try handle.close()
            try rename(partial, to: file)
        } catch {
            try? folder.remove(partial)
            throw error
        }
        shrink()
    }

    /// What differs from the latest entry of the same experiment, preferably of the same seed and profile.
    private func changes(to key: ExperimentKey, profile: Profile) -> String {
        let heads = ((try? folder.items()) ?? []).reversed().lazy
            .filter { !$0.isDamaged && $0.experiment == key.experiment.id }
            .compactMap { StoreEntry.head(reading: $0.url) }
            .filter { $0.profile == profile }
        guard let head = heads.first(where: { $0.key.seed == key.seed }) ?? heads.first else { return "first time" }
        let differences = key.differences(from: head.key)
        let shown = differences.prefix(3).joined(separator: ", ")
        return differences.count > 3 ? shown + ", …" : shown
    }

    private func shrink() {
        guard var items = try? folder.items()[...] else { return }
        while items.size > limit, let item = items.popFirst() { try? folder.remove(item.url) }
    }
}
