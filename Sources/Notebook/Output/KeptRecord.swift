import Foundation

/// What a chapter's run emitted, as the output folder keeps it: with it the page is woven anew when the prose has changed,
/// and nothing is trained, measured or drawn.
///
/// Two lines of JSON: what the record is of, which is looked at often, and the record.
struct KeptRecord: Sendable {
    /// What a record is of.
    struct Head: Hashable, Codable, Sendable {
        /// The layout of the record.
        var format = KeptRecord.format
        /// The SHA-256 of the chapter's file.
        var text: String
        /// The SHA-256 of the code in the chapter's folder.
        var code: String
        /// The numbers of the lines of code in the chapter's file.
        var codeLines: [Int]
    }

    /// Changes with the layout.
    static let format = 1

    /// What the record is of.
    let head: Head
    /// What was emitted, from the lines that the text had.
    let record: RunRecord

    /// The path in the output folder.
    static func path(of source: Source) -> String { "data/\(source.slug)/record.jsonl" }

    /// The record of a run with a text.
    init(_ record: RunRecord, of source: Source, with text: ChapterText) throws(NotebookError) {
        head = Head(text: text.checksum, code: try source.codeChecksum(), codeLines: text.codeLines)
        self.record = record
    }

    /// Reads a record; nil if it is damaged, or of another layout.
    init?(decoding data: Data) {
        guard let head = Self.head(of: data), let end = data.firstIndex(of: UInt8(ascii: "\n")),
            let record = try? JSONDecoder.report.decode(RunRecord.self, from: data[(end + 1)...])
        else { return nil }
        self.head = head
        self.record = record
    }

    /// Reads what a record is of; nil if it is of another layout.
    static func head(of data: Data) -> Head? {
        let line = data.prefix { $0 != UInt8(ascii: "\n") }
        guard let head = try? JSONDecoder.report.decode(Head.self, from: line), head.format == format else {
            return nil
        }
        return head
    }

    /// The record as a file.
    func encoded() throws -> Data {
        let encoder = JSONEncoder.report
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(head) + Data("\n".utf8) + encoder.encode(record) + Data("\n".utf8)
    }

    /// What was emitted, from the lines that the emitting calls have in a text with the same code.
    ///
    /// Prose moves lines, and a passage in the middle of a cell makes two of it. So an output keeps its place among the lines
    /// of code, whatever stands between them.
    ///
    /// - Returns: nil if the text has other code.
    func record(in text: ChapterText) -> RunRecord? {
        let lines = text.codeLines
        guard lines.count == head.codeLines.count else { return nil }
        let moved = Dictionary(uniqueKeysWithValues: zip(head.codeLines, lines))
        var record = record
        for index in record.outputs.indices {
            guard let line = moved[record.outputs[index].line] else { return nil }
            record.outputs[index].line = line
        }
        return record
    }
}

extension ChapterText {
    /// The SHA-256 of the lines.
    var checksum: String { sha256(Data(lines.joined(separator: "\n").utf8)) }

    /// The numbers, from 1, of the lines that have more than a comment or prose.
    var codeLines: [Int] {
        lines.indices.filter { index in
            let line = lines[index].drop(while: \.isWhitespace)
            return !line.isEmpty && !line.hasPrefix("//")
        }.map { $0 + 1 }
    }
}
