import Foundation
import ToyModels

/// A trained experiment as the run store keeps it.
///
/// A file of three parts: a line with the format's version, the lengths of the other parts and their SHA-256; JSON that says
/// what was trained; and the models, as the very bytes that the output folder gets.
struct StoreEntry: Hashable, Sendable {
    /// What is known without reading the models.
    struct Head: Hashable, Codable, Sendable {
        /// What the entry is found by.
        var key: ExperimentKey
        /// The profile of the run that trained it.
        var profile: Profile
        /// How long training took, in seconds of wall time.
        var seconds: Double
        /// The most memory that the program had until it was trained, in bytes.
        var peakMemory: Int?
    }

    /// What was trained.
    var head: Head
    /// The models as a safetensors file.
    var data: Data

    /// Changes with the layout, and with what is in the data.
    static let format = 1

    /// Why a file is not an entry that can be used.
    enum Failure: Error, Hashable, CustomStringConvertible {
        case otherFormat, damaged, ofAnother

        var description: String {
            switch self {
            case .otherFormat: "is of another format than this version's"
            case .damaged: "is damaged"
            case .ofAnother: "is another experiment's"
            }
        }
    }

    /// The entry as a file.
    func encoded() throws -> Data {
        let json = try JSONEncoder.canonical.encode(head)
        let content = json + data
        return Opening(head: json.count, data: data.count, checksum: sha256(content)).line + content
    }

    /// Reads a file, whose every byte is checked.
    init(decoding file: Data, of key: ExperimentKey) throws(Failure) {
        let opening = try Opening(of: file)
        let content = file.dropFirst(opening.line.count)
        guard content.count == opening.content, sha256(content) == opening.checksum,
            let head = Self.head(content.prefix(opening.head))
        else { throw .damaged }
        guard head.key == key else { throw .ofAnother }
        self.init(head: head, data: Data(content.dropFirst(opening.head)))
    }

    /// Reads a file, whose every byte is checked. One that is much longer than it should be takes no memory.
    ///
    /// - Returns: nil if there is no file that can be read.
    init?(reading file: URL, of key: ExperimentKey) throws(Failure) {
        guard let (_, handle) = try Self.open(file), let data = try? handle.readToEnd() else { return nil }
        try self.init(decoding: data, of: key)
    }

    init(head: Head, data: Data) {
        self.head = head
        self.data = data
    }

    /// What a file says it is, unchecked; nil if it is no entry.
    static func head(reading file: URL) -> Head? {
        guard let (opening, handle) = try? open(file), (try? handle.seek(toOffset: UInt64(opening.line.count))) != nil,
            let json = try? handle.read(upToCount: opening.head)
        else { return nil }
        return head(json)
    }

    /// A file that is as long as it says, at its start.
    private static func open(_ file: URL) throws(Failure) -> (Opening, FileHandle)? {
        guard let handle = try? FileHandle(forReadingFrom: file), let start = try? handle.read(upToCount: 256) else {
            return nil
        }
        let opening = try Opening(of: start)
        guard let size = try? handle.seekToEnd(), (try? handle.seek(toOffset: 0)) != nil else { return nil }
        guard size == UInt64(opening.line.count + opening.content) else { throw .damaged }
        return (opening, handle)
    }

    private static func head(_ json: Data) -> Head? { try? JSONDecoder().decode(Head.self, from: json) }

    /// The first line of a file.
    private struct Opening {
        var head: Int
        var data: Int
        var checksum: String

        private static let start = "superposition run store, format \(format), "

        init(head: Int, data: Int, checksum: String) {
            (self.head, self.data, self.checksum) = (head, data, checksum)
        }

        init(of file: Data) throws(Failure) {
            guard file.starts(with: Self.start.utf8) else { throw .otherFormat }
            let line = String(decoding: file.prefix(256).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            guard
                let match = line.dropFirst(Self.start.count).wholeMatch(of: /(\d{1,15}) \+ (\d{1,15}) bytes, (\w{64})/),
                let head = Int(match.output.1), let data = Int(match.output.2)
            else { throw .damaged }
            self.init(head: head, data: data, checksum: String(match.output.3))
            guard file.starts(with: self.line) else { throw .damaged }
        }

        /// The length of what follows, in bytes.
        var content: Int { head + data }

        var line: Data { Data("\(Self.start)\(head) + \(data) bytes, \(checksum)\n".utf8) }
    }
}
