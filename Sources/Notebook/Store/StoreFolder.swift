import Foundation

/// The files of a run store's folder. Whatever else is in the folder is somebody else's: it is not read, not written and not
/// removed, and no link is followed but the folder itself.
struct StoreFolder: Sendable {
    /// The folder.
    let url: URL
    /// How its files are read and written.
    var files: any StoreFiles = SystemFiles()

    // MARK: - Names

    private static let entrySuffix = ".entry"
    private static let partSuffix = ".part"
    private static let timesSuffix = ".times"
    private static let leaseSuffix = ".lease"
    private static let partialPrefix = ".partial-"
    private static let marker = "run-store.txt"
    /// What follows the experiment's id in an entry's name: a dash, a SHA-256 and the suffix.
    private static let nameTail = 1 + 64 + entrySuffix.utf8.count

    /// The first line of the marker.
    private static let markerOpening = "superposition run store\n"
    private static let markerText =
        markerOpening + """

            The program `superposition` keeps in this folder what it has trained: the files `<experiment>-<SHA-256>.entry`, beside
            each how long that took (`.times`), parts of experiments (`.part`) and who trains them (`.lease`), and in `damaged` what
            could not be used. `superposition clean` deletes these, and nothing else. This file says that the folder is the
            program's.

            """

    /// Where the entry of this name is.
    func entry(_ name: String) -> URL { url.appending(path: name + Self.entrySuffix) }

    /// Where what the training of the entry of this name took is.
    func times(_ name: String) -> URL { url.appending(path: name + Self.timesSuffix) }

    /// Where some models of the entry of this name are, until all of them are there.
    func part(_ name: String, _ models: Range<Int>) -> URL {
        url.appending(path: "\(name).\(models.lowerBound)-\(models.upperBound)\(Self.partSuffix)")
    }

    /// Where it stands who trains some models of the entry of this name.
    func lease(_ name: String, _ models: Range<Int>) -> URL {
        url.appending(path: "\(name).\(models.lowerBound)-\(models.upperBound)\(Self.leaseSuffix)")
    }

    /// A new file that is to become another.
    func partial() -> URL { url.appending(path: Self.partialPrefix + UUID().uuidString) }

    /// The folder for entries that cannot be used.
    private var damaged: URL { url.appending(path: "damaged") }

    private static func isEntry(_ name: String) -> Bool {
        name.wholeMatch(of: /[a-z0-9][a-z0-9.-]*-[0-9a-f]{64}\.entry/) != nil
    }

    /// What may stand beside entries.
    private static func isBeside(_ name: String) -> Bool {
        name.wholeMatch(of: /[a-z0-9][a-z0-9.-]*-[0-9a-f]{64}(\.times|\.\d+-\d+\.(part|lease)(\.times)?)/) != nil
    }

    private static func isPartial(_ name: String) -> Bool {
        name.hasPrefix(partialPrefix) && UUID(uuidString: String(name.dropFirst(partialPrefix.count))) != nil
    }

    // MARK: - The folder

    /// Throws unless the folder is a store's: the marker says so, or there is nothing that is not a store's own. So an empty
    /// folder may become a store, and the stores of versions that wrote no marker stay theirs.
    ///
    /// - Returns: whether there is a marker.
    @discardableResult
    func check() throws -> Bool {
        let marker = url.appending(path: Self.marker)
        if FileKind(marker) == .file, let (handle, _) = try? FileKind.open(marker) {
            let start = try handle.read(upToCount: Self.markerOpening.utf8.count)
            if start == Data(Self.markerOpening.utf8) { return true }
        }
        if let foreign = try names(in: url).sorted().first(where: { !isOwn($0) }) {
            throw NotebookError.notARunStore(path: url.relativePath, foreign: foreign)
        }
        return false
    }

    private func isOwn(_ name: String) -> Bool {
        let file = url.appending(path: name)
        if name == damaged.lastPathComponent {
            let names = FileKind(file) == .folder ? try? names(in: file) : nil
            return names?.allSatisfy { Self.isEntry($0) && FileKind(file.appending(path: $0)) == .file } == true
        }
        return Self.isEntry(name) && StoreEntry.isEntry(file)
            || (Self.isPartial(name) || Self.isBeside(name)) && FileKind(file) == .file
    }

    /// Writes the marker, at once. A folder that cannot be written to stays without.
    func mark() {
        let partial = partial()
        do {
            try files.create(partial, Data(Self.markerText.utf8))
            try files.rename(partial, to: url.appending(path: Self.marker))
        } catch {
            try? remove(partial)
        }
    }

    /// Removes what was begun to be written long ago and has not been ended. What is young may be another machine's, which is
    /// still at it; how old it is, the clock of the file system tells, and no other.
    func sweep() throws {
        let old = try names(in: url).filter { Self.isPartial($0) }.map { url.appending(path: $0) }
        guard !old.isEmpty else { return }
        let own = partial()
        try files.create(own, Data())
        defer { try? remove(own) }
        guard let now = files.date(of: own) else { return }
        for file in old where FileKind(file) == .file {
            if let date = files.date(of: file), now.timeIntervalSince(date) > Self.oldAge { try? remove(file) }
        }
    }

    /// In seconds. No write takes a day.
    private static let oldAge = 86_400.0

    /// Writes a file, whole or not at all, in place of one that is there.
    func write(_ data: Data, to file: URL) throws {
        let partial = partial()
        do {
            try files.create(partial, data)
            do {
                try files.rename(partial, to: file)
            } catch {
                // A call that was sent again fails after it has succeeded: then it did not find the old name, which is nobody
                // else's, or the new name has what was written.
                let isMoved = (error as? POSIXError)?.code == .ENOENT && files.kind(of: partial) == nil
                guard isMoved || has(data, at: file) else { throw error }
            }
        } catch {
            try? remove(partial)
            throw error
        }
    }

    private func has(_ data: Data, at file: URL) -> Bool {
        guard let (handle, size) = try? files.open(file), size == data.count else { return false }
        return (try? handle.read(upToCount: size + 1)) == data
    }

    /// Moves an entry that cannot be used out of the way; false if it stays.
    func setAside(_ file: URL) -> Bool {
        try? FileManager.default.createDirectory(at: damaged, withIntermediateDirectories: false)
        let target = damaged.appending(path: file.lastPathComponent)
        guard FileKind(damaged) == .folder, [nil, .file].contains(FileKind(target)) else { return false }
        return (try? files.rename(file, to: target)) != nil
    }

    /// Removes a file, or a link itself; never a folder.
    func remove(_ file: URL) throws { try files.remove(file) }

    // MARK: - Entries

    /// An entry, or one that was set aside.
    struct Item {
        var url: URL
        /// Its experiment, by its name.
        var experiment: Substring
        var size: Int
        var date: Date
        var isDamaged: Bool
    }

    /// The entries and what was set aside, the one that was not used for the longest time first.
    func items() throws -> [Item] {
        let setAside = FileKind(damaged) == .folder ? try? items(in: damaged, isDamaged: true) : nil
        return (try items(in: url, isDamaged: false) + (setAside ?? [])).sorted { $0.date < $1.date }
    }

    private func items(in folder: URL, isDamaged: Bool) throws -> [Item] {
        try names(in: folder).filter(Self.isEntry).compactMap { name in
            let file = folder.appending(path: name)
            // Another run may have removed it.
            guard let values = try? FileManager.default.attributesOfItem(atPath: file.path(percentEncoded: false)),
                values[.type] as? FileAttributeType == .typeRegular, let size = (values[.size] as? NSNumber)?.intValue,
                let date = values[.modificationDate] as? Date
            else { return nil }
            return Item(
                url: file, experiment: name.dropLast(Self.nameTail), size: size, date: date, isDamaged: isDamaged)
        }
    }

    /// What stands beside entries: times, parts and leases.
    func beside() throws -> [URL] {
        try names(in: url).filter(Self.isBeside).map { url.appending(path: $0) }.filter { FileKind($0) == .file }
    }

    private func names(in folder: URL) throws -> [String] { try files.names(in: folder) }
}

extension Sequence<StoreFolder.Item> {
    /// The bytes of all; the greatest number if there are more, as sparse files may have.
    var size: Int {
        reduce(0) { sum, item in
            let (size, isMore) = sum.addingReportingOverflow(item.size)
            return isMore ? .max : size
        }
    }
}
