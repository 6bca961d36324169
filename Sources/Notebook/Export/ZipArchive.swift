import Foundation

/// Writes a ZIP archive whose files are stored as they are: nearly all of a report's bytes are weights and images, which
/// hardly get smaller.
struct ZipArchive {
    /// A file of the archive.
    private struct Entry {
        var name: [UInt8]
        var checksum: UInt32
        var size, offset: Int
    }

    private let file: FileHandle
    private let path: String
    private let time: [UInt8]
    private var entries: [Entry] = []
    private var offset = 0

    /// An archive in a file that is there and empty; its files are of one date.
    init(_ file: FileHandle, path: String, date: Date) {
        self.file = file
        self.path = path
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        let clock = (parts.hour ?? 0) << 11 | (parts.minute ?? 0) << 5 | (parts.second ?? 0) / 2
        // The format's years are from 1980 to 2107.
        let day = min(max((parts.year ?? 1980) - 1980, 0), 127) << 9 | (parts.month ?? 1) << 5 | (parts.day ?? 1)
        time = Self.bytes(clock, 2) + Self.bytes(day, 2)
    }

    /// Adds a file.
    mutating func add(_ name: String, _ data: Data) throws {
        let entry = Entry(name: Array(name.utf8), checksum: Self.checksum(data), size: data.count, offset: offset)
        let header = Self.bytes(0x0403_4B50, 4) + fields(of: entry) + entry.name
        offset += header.count + data.count
        guard offset <= 0xFFFF_FFFE - 1 << 20, entries.count < 0xFFFE else { throw ExportError.tooLarge(path: path) }
        try file.write(contentsOf: Data(header))
        try file.write(contentsOf: data)
        entries.append(entry)
    }

    /// Writes the list of all files, with which an archive ends.
    func finish() throws {
        var directory: [UInt8] = []
        for entry in entries {
            directory += Self.bytes(0x0201_4B50, 4) + Self.bytes(3 << 8 | 20, 2) + fields(of: entry)
            // No comment, one disk, no internal attributes; a regular file that its owner may change.
            directory += Self.bytes(0, 6) + Self.bytes(0o100644 << 16, 4) + Self.bytes(entry.offset, 4) + entry.name
        }
        let end =
            Self.bytes(0x0605_4B50, 4) + Self.bytes(0, 4) + Self.bytes(entries.count, 2) + Self.bytes(entries.count, 2)
            + Self.bytes(directory.count, 4) + Self.bytes(offset, 4) + Self.bytes(0, 2)
        try file.write(contentsOf: Data(directory + end))
    }

    /// What both descriptions of a file have: version 2, UTF-8 names, stored, time, checksum, sizes, lengths of the name
    /// and of nothing else.
    private func fields(of entry: Entry) -> [UInt8] {
        Self.bytes(20, 2) + Self.bytes(1 << 11, 2) + Self.bytes(0, 2) + time + Self.bytes(Int(entry.checksum), 4)
            + Self.bytes(entry.size, 4) + Self.bytes(entry.size, 4) + Self.bytes(entry.name.count, 2) + Self.bytes(0, 2)
    }

    private static func bytes(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// CRC-32, as ZIP has it.
    static func checksum(_ data: Data) -> UInt32 {
        data.withUnsafeBytes { bytes in
            ~bytes.reduce(0xFFFF_FFFF as UInt32) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
        }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }
}
