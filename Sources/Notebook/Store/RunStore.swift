import Foundation

/// The folder in which runs keep what they have trained.
///
/// Several runs may use it at once, also on several machines that share a file system. An entry is named after all that its
/// bytes depend on, written whole or not at all, and used only if it is as it was written; who writes it a second time
/// writes the same bytes. So nothing has to be locked. An experiment may also be kept in parts, group by group, until
/// somebody has them all and puts them together.
///
/// The folder is the program's own: one that holds anything else, and has no marker, is refused.
public struct RunStore: Sendable {
    private let folder: StoreFolder
    private let limit: Int

    /// Opens a store.
    ///
    /// - Parameters:
    ///   - url: the folder, or a link to it. It is made if there is none.
    ///   - limit: the bytes that it may have; what was not used for the longest time goes first.
    /// - Throws: ``NotebookError/storeNotUsable(path:reason:)``; ``NotebookError/notARunStore(path:foreign:)``.
    public init(_ url: URL, limit: Int = .max) throws(NotebookError) {
        try self.init(url, limit: limit, files: SystemFiles())
    }

    init(_ url: URL, limit: Int = .max, files: any StoreFiles) throws(NotebookError) {
        folder = StoreFolder(url: url, files: files)
        self.limit = limit
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            if try !folder.check() { folder.mark() }
            // What cannot be removed only takes room.
            try? folder.sweep()
        } catch let error as NotebookError {
            throw error
        } catch {
            throw .storeNotUsable(path: url.relativePath, reason: reason(for: error))
        }
    }

    // MARK: - Entries

    /// What looking for an experiment has found.
    enum Finding {
        /// Its entry, and what training took, if that is known.
        case found(StoreEntry, StoreTimes?)
        /// None; what has changed since it, or its like, was trained.
        case missing(because: String)
        /// A file that cannot be used; what is wrong with it, and whether it was set aside.
        case damaged(StoreEntry.Failure, isSetAside: Bool)
    }

    /// Looks for an experiment.
    ///
    /// - Parameter profile: of two entries that differ from the key, one of this profile tells better what has changed; nil
    ///   not to tell, which looks at the entries' names.
    func find(_ key: ExperimentKey, profile: Profile?) throws -> Finding {
        let name = try key.name()
        let file = folder.entry(name)
        do {
            guard let entry = try StoreEntry(reading: file, of: key, in: folder.files) else {
                return .missing(because: changes(to: key, profile: profile))
            }
            // Its time is that of its last use.
            utimensat(AT_FDCWD, file.path(percentEncoded: false), nil, AT_SYMLINK_NOFOLLOW)
            return .found(entry, StoreTimes(reading: folder.times(name), in: folder.files))
        } catch .obstructed(let kind) {
            return .missing(because: "\(kind) is in its place in the run store")
        } catch {
            return .damaged(error, isSetAside: folder.setAside(file))
        }
    }

    /// Whether there seems to be an entry of an experiment. Nothing of it is checked.
    func has(_ key: ExperimentKey) throws -> Bool { folder.files.kind(of: folder.entry(try key.name())) == .file }

    /// Keeps an entry, or a part of one, and what its training took.
    ///
    /// - Throws: ``StoreEntry/Failure/obstructed(_:)`` if something else is in its place, which stays.
    func keep(_ entry: StoreEntry, _ times: StoreTimes) throws {
        let name = try entry.head.key.name()
        let file = entry.head.models.map { folder.part(name, $0) } ?? folder.entry(name)
        if let kind = folder.files.kind(of: file), kind != .file { throw StoreEntry.Failure.obstructed(kind) }
        // The times first: who finds an entry finds them. They differ from writer to writer, and nothing needs them.
        try? folder.write(times.encoded(), to: entry.head.models == nil ? folder.times(name) : Self.times(ofPart: file))
        try folder.write(entry.encoded(), to: file)
        if entry.head.models == nil { shrink() }
    }

    // MARK: - Parts

    private static func times(ofPart file: URL) -> URL { file.appendingPathExtension("times") }

    /// Which groups of an experiment's models seem to be there. Nothing of them is checked.
    func parts(of key: ExperimentKey) throws -> [Range<Int>] {
        let name = try key.name()
        return key.experiment.groups.filter { folder.files.kind(of: folder.part(name, $0)) == .file }
    }

    /// Whether a group of an experiment's models seems to be missing.
    func isMissing(_ models: Range<Int>, of key: ExperimentKey) throws -> Bool {
        let name = try key.name()
        return [folder.entry(name), folder.part(name, models)].allSatisfy { folder.files.kind(of: $0) != .file }
    }

    /// The groups of an experiment that seem to be missing.
    func missing(of key: ExperimentKey) throws -> [Range<Int>] {
        if try has(key) { return [] }
        let parts = Set(try parts(of: key))
        return key.experiment.groups.filter { !parts.contains($0) }
    }

    /// The names of what seems to be there.
    func names() throws -> Set<String> { Set(try folder.files.names(in: folder.url)) }

    /// The groups of an experiment that are missing among names of what is there: of many experiments that is found out
    /// sooner than one by one.
    func missing(of key: ExperimentKey, among names: Set<String>) throws -> [Range<Int>] {
        let name = try key.name()
        if names.contains(folder.entry(name).lastPathComponent) { return [] }
        return key.experiment.groups.filter { !names.contains(folder.part(name, $0).lastPathComponent) }
    }

    /// A group of an experiment's models; nil if it is not there, or cannot be used.
    func part(of key: ExperimentKey, _ models: Range<Int>) throws -> (entry: StoreEntry, times: StoreTimes?)? {
        let file = folder.part(try key.name(), models)
        do {
            guard let entry = try StoreEntry(reading: file, of: key, models: models, in: folder.files) else {
                return nil
            }
            return (entry, StoreTimes(reading: Self.times(ofPart: file), in: folder.files))
        } catch .obstructed {
            return nil
        } catch {
            // Nothing can be learnt from it, and in its place it would be taken for trained.
            try? folder.remove(file)
            return nil
        }
    }

    /// Removes the parts of an experiment, if it is there as a whole.
    func removeParts(of key: ExperimentKey) throws {
        guard try has(key) else { return }
        let name = try key.name()
        for models in key.experiment.groups {
            let file = folder.part(name, models)
            try? folder.remove(file)
            try? folder.remove(Self.times(ofPart: file))
            try? folder.remove(folder.lease(name, models))
        }
    }

    /// A lease of a group of models; nil if somebody else has it, or none can be had.
    func lease(_ key: ExperimentKey, _ models: Range<Int>, by holder: Lease.Holder) throws -> Lease? {
        let file = folder.lease(try key.name(), models)
        if let lease = Lease(file, by: holder, in: folder) { return lease }
        guard let note = Lease.Note(reading: file, in: folder.files), note.holder.isGone(by: holder) else { return nil }
        try? folder.remove(file)
        return Lease(file, by: holder, in: folder)
    }

    /// What is noted of who trains a group of models; nil if nothing is.
    func leaseNote(_ key: ExperimentKey, _ models: Range<Int>) throws -> Lease.Note? {
        Lease.Note(reading: folder.lease(try key.name(), models), in: folder.files)
    }

    /// Takes the lease of a group of models away from a holder that is gone.
    func endLease(_ key: ExperimentKey, _ models: Range<Int>) throws {
        try? folder.remove(folder.lease(try key.name(), models))
    }

    /// What differs from the latest entry of the same experiment, preferably of the same seed and profile.
    private func changes(to key: ExperimentKey, profile: Profile?) -> String {
        guard let profile else { return "not in the run store" }
        let heads = ((try? folder.items()) ?? []).reversed().lazy
            .filter { !$0.isDamaged && $0.experiment == key.experiment.id }
            .compactMap { StoreEntry.head(reading: $0.url, in: folder.files) }
            .filter { $0.profile == profile }
        guard let head = heads.first(where: { $0.key.seed == key.seed }) ?? heads.first else { return "first time" }
        let differences = key.differences(from: head.key)
        let shown = differences.prefix(3).joined(separator: ", ")
        return differences.count > 3 ? shown + ", …" : shown
    }

    private func shrink() {
        guard limit < .max, var items = try? folder.items()[...] else { return }
        while items.size > limit, let item = items.popFirst() {
            try? folder.remove(item.url)
            try? folder.remove(item.url.deletingPathExtension().appendingPathExtension("times"))
        }
    }
}
