import Foundation
import ToyModels

/// A trained experiment, or some of its models, as the run store keeps it.
///
/// The same models give the same bytes, whoever trains them and however long it takes: of several writers of an entry it
/// does not matter who is last.
///
/// A file of three parts: a line with the format's version, the lengths of the other parts and their SHA-256; JSON that says
/// what was trained; and the models, as the very bytes that the output folder gets.
///
/// The checksum is for accidents: a disk that fails, a copy that ends early, an editor. It is in the file that it checks,
/// so it does not keep anybody from writing an entry with other models and the checksum of those. Who needs to know that
/// the models are what the experiment gives retrains them: `verify` never reads the store.
struct StoreEntry: Hashable, Sendable {
    /// What is known without reading the models.
    struct Head: Hashable, Codable, Sendable {
        /// What the entry is found by.
        var key: ExperimentKey
        /// The profile of the run that trained it.
        var profile: Profile
        /// The models, if it has not all of the experiment's.
        var models: Range<Int>?
    }

    /// What was trained.
    var head: Head
    /// The models as a safetensors file.
    var data: Data

    /// Changes with the layout, and with what is in the data.
    static let format = 2

    /// Why a file is not an entry that can be used.
    enum Failure: Error, Hashable, CustomStringConvertible {
        case otherFormat, damaged, ofAnother, tooLarge
        /// Something else is in the place of a file.
        case obstructed(FileKind)

        var description: String {
            switch self {
            case .otherFormat: "is of another format than this version's"
            case .damaged: "is damaged"
            case .ofAnother: "is another experiment's"
            case .tooLarge: "is larger than the experiment's can be"
            case .obstructed(let kind): "is \(kind)"
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
    ///
    /// - Parameter models: those that it must have; nil for all.
    init(decoding file: Data, of key: ExperimentKey, models: Range<Int>? = nil) throws(Failure) {
        let opening = try Opening(of: file)
        let content = file.dropFirst(opening.line.count)
        guard content.count == opening.content, sha256(content) == opening.checksum,
            let head = Self.head(content.prefix(opening.head))
        else { throw .damaged }
        guard head.key == key, head.models == models else { throw .ofAnother }
        self.init(head: head, data: Data(content.dropFirst(opening.head)))
    }

    /// Reads a file, whose every byte is checked. Takes memory for what the experiment's entry can have, whatever the file
    /// says of itself.
    ///
    /// - Returns: nil if there is no file that can be read.
    init?(
        reading file: URL, of key: ExperimentKey, models: Range<Int>? = nil, in files: any StoreFiles = SystemFiles()
    ) throws(Failure) {
        guard let (opening, handle) = try Self.open(file, in: files) else { return nil }
        guard let greatest = try? Lengths(atMostOf: key), opening.head <= greatest.head, opening.data <= greatest.data
        else { throw .tooLarge }
        guard let content = try? handle.read(upToCount: opening.content) else { return nil }
        try self.init(decoding: opening.line + content, of: key, models: models)
    }

    init(head: Head, data: Data) {
        self.head = head
        self.data = data
    }

    /// What a file says it is, unchecked; nil if it is no entry, or one of which only its own experiment can be sure that
    /// it may be so long.
    static func head(reading file: URL, in files: any StoreFiles = SystemFiles()) -> Head? {
        guard let (opening, handle) = try? open(file, in: files), opening.head <= longestUncheckedHead,
            let json = try? handle.read(upToCount: opening.head)
        else { return nil }
        return head(json)
    }

    private static let longestUncheckedHead = 1 << 24

    /// Whether a file begins as an entry does, of this format or another.
    static func isEntry(_ file: URL) -> Bool {
        guard let (handle, _) = try? FileKind.open(file) else { return false }
        return (try? handle.read(upToCount: Opening.name.utf8.count)) == Data(Opening.name.utf8)
    }

    /// A file that is as long as it says, after its first line.
    private static func open(_ file: URL, in files: any StoreFiles) throws(Failure) -> (Opening, FileHandle)? {
        let opened: (handle: FileHandle, size: Int)?
        do {
            opened = try files.open(file)
        } catch {
            throw .obstructed(error.kind)
        }
        guard let (handle, size) = opened, let start = try? handle.read(upToCount: 256) else { return nil }
        let opening = try Opening(of: start)
        guard (try? handle.seek(toOffset: UInt64(opening.line.count))) != nil else { return nil }
        guard size == opening.line.count + opening.content else { throw .damaged }
        return (opening, handle)
    }

    /// The lengths of an entry's parts after its first line, in bytes.
    private struct Lengths {
        var head: Int
        var data: Int

        /// At most those of an experiment's entry.
        init(atMostOf key: ExperimentKey) throws {
            let json = try JSONEncoder.canonical.encode(key).count
            // The profile and the range of models take less than that.
            head = json + 1024
            // In the tensors' header the experiment is a string, in which some characters take two.
            data = Safetensors.size(ofModelsOf: key.experiment) + 2 * json + 4096
        }
    }

    private static func head(_ json: Data) -> Head? { try? JSONDecoder().decode(Head.self, from: json) }

    /// The first line of a file.
    private struct Opening {
        var head: Int
        var data: Int
        var checksum: String

        /// How entries of every format begin.
        static let name = "superposition run store, format "
        private static let start = "\(name)\(format), "

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
