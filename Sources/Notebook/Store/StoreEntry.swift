import Foundation
import ToyModels

/// A trained experiment as the run store keeps it.
///
/// A file of three parts: a line with the format's version and the SHA-256 of all that follows; a line of JSON that says what
/// was trained; and the models, as the very bytes that the output folder gets.
struct StoreEntry: Hashable, Sendable {
    /// What is known without reading the models.
    struct Head: Hashable, Codable, Sendable {
        /// What the entry is found by.
        var key: ExperimentKey
        /// The profile of the run that trained it.
        var profile: Profile
        /// How long training took, in seconds of wall time.
        var seconds: Double
    }

    /// What was trained.
    var head: Head
    /// The models as a safetensors file.
    var data: Data

    /// Changes with the layout, and with what is in the data.
    static let format = 1

    private static let opening = "superposition run store, format \(format), "
    private static let newline = UInt8(ascii: "\n")

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
        let content = try JSONEncoder.canonical.encode(head) + [Self.newline] + data
        return Data("\(Self.opening)\(sha256(content))\n".utf8) + content
    }

    /// Reads a file, whose every byte is checked.
    init(decoding file: Data, of key: ExperimentKey) throws(Failure) {
        let (content, checksum) = try Self.opened(file)
        guard Data(sha256(content).utf8) == checksum else { throw .damaged }
        let head = try Self.head(content)
        guard head.key == key else { throw .ofAnother }
        self.init(head: head, data: Data(content[content.index(after: Self.endOfHead(content))...]))
    }

    init(head: Head, data: Data) {
        self.head = head
        self.data = data
    }

    /// What a file says it is, unchecked.
    static func head(ofFile file: Data) -> Head? { try? head(opened(file).content) }

    /// What follows the first line, and the checksum in that.
    private static func opened(_ file: Data) throws(Failure) -> (content: Data, checksum: Data) {
        let length = opening.utf8.count + 64
        guard file.starts(with: opening.utf8) else { throw .otherFormat }
        guard file.count > length, file[file.startIndex + length] == newline else { throw .damaged }
        return (file.dropFirst(length + 1), file.prefix(length).suffix(64))
    }

    private static func endOfHead(_ content: Data) -> Data.Index { content.firstIndex(of: newline) ?? content.endIndex }

    private static func head(_ content: Data) throws(Failure) -> Head {
        let json = content[..<endOfHead(content)]
        guard json.count < content.count, let head = try? JSONDecoder().decode(Head.self, from: json) else {
            throw .damaged
        }
        return head
    }
}
