import Foundation

/// The files of a run store's folder. Whatever else is in the folder is somebody else's: it is not read, not written and not
/// removed, and no link is followed but the folder itself.
struct StoreFolder: Sendable {
    /// The folder.
    let url: URL

    // MARK: - Names

    private static let entrySuffix = ".entry"
    private static let partialPrefix = ".partial-"
    private static let marker = "run-store.txt"
    /// What follows the experiment's id in an entry's name: a dash, a SHA-256 and the suffix.
    private static let nameTail = 1 + 64 + entrySuffix.utf8.count

    /// The first line of the marker.
    private static let markerOpening = "superposition run store\n"
    private static let markerText =
        markerOpening + """

            The program `superposition` keeps in this folder what it has trained: the files `<experiment>-<SHA-256>.entry`, and in
            `damaged` those of them that could not be used. `superposition clean` deletes these, and nothing else. This file says
            that the folder is the program's.

            """

    /// Where the entry of this name is.
    func entry(_ name: String) -> URL { url.appending(path: name + Self.entrySuffix) }

    /// A new file that is to become another.
    func partial() -> URL { url.appending(path: Self.partialPrefix + UUID().uuidString) }

    /// The folder for entries that cannot be used.
    private var damaged: URL { url.appending(path: "damaged") }

    private static func isEntry(_ name: String) -> Bool {
        name.wholeMatch(of: /[a-z0-9][a-z0-9.-]*-[0-9a-f]{64}\.entry/) != nil
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
        return Self.isEntry(name) && StoreEntry.isEntry(file) || Self.isPartial(name) && FileKind(file) == .file
    }

    /// Writes the marker, at once. A folder that cannot be written to stays without.
    func mark() {
        let partial = partial()
        do {
            try Data(Self.markerText.utf8).write(to: partial, options: .withoutOverwriting)
            try rename(partial, to: url.appending(path: Self.marker))
        } catch {
            try? remove(partial)
        }
    }

    /// Removes what runs have begun to write and have not ended.
    func sweep() throws {
        for name in try names(in: url) where Self.isPartial(name) {
            let file = url.appending(path: name)
            if FileKind(file) == .file { try? remove(file) }
        }
    }

    /// Moves an entry that cannot be used out of the way; false if it stays.
    func setAside(_ file: URL) -> Bool {
        try? FileManager.default.createDirectory(at: damaged, withIntermediateDirectories: false)
        let target = damaged.appending(path: file.lastPathComponent)
        guard FileKind(damaged) == .folder, [nil, .file].contains(FileKind(target)) else { return false }
        return (try? rename(file, to: target)) != nil
    }

    /// Removes a file, or a link itself; never a folder.
    func remove(_ file: URL) throws {
        if unlink(file.path(percentEncoded: false)) != 0, errno != ENOENT {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
    }

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

    private func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
    }
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
