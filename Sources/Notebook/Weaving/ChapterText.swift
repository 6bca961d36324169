import Foundation

/// A chapter's source, split into prose and cells.
struct ChapterText: Hashable, Sendable {
    /// A line of prose without its marker.
    struct ProseLine: Hashable, Sendable {
        /// The line's number in the source, from 1.
        var number: Int
        /// The Markdown.
        var text: String
    }

    /// A passage of prose, or the code between two of them.
    enum Segment: Hashable, Sendable {
        case prose([ProseLine])
        /// Code, ready to show; empty if there is nothing to show. The lines' numbers count from 1.
        case cell(code: String, lines: ClosedRange<Int>)
    }

    /// The source file's name, for messages.
    let file: String
    /// The first heading, in plain text. It is not part of the segments.
    let title: String
    /// The source's lines.
    let lines: [Substring]
    /// Prose and cells in the order of the source.
    let segments: [Segment]

    /// Splits a source.
    ///
    /// - Throws: ``NotebookError/missingTitle(file:)``.
    init(_ source: String, file: String) throws(NotebookError) {
        self.file = file
        let lines = source.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        var segments: [Segment] = []
        var title: String?
        var prose: [ProseLine] = []
        var code: [Substring] = []

        func endProse() {
            if !prose.isEmpty { segments.append(.prose(prose)) }
            prose = []
        }
        func endCell(before number: Int) {
            if !code.isEmpty {
                segments.append(.cell(code: Self.layOut(code), lines: number - code.count...number - 1))
            }
            code = []
        }
        for (index, line) in lines.enumerated() {
            guard let text = Self.prose(in: line) else {
                endProse()
                code.append(line)
                continue
            }
            endCell(before: index + 1)
            if title == nil, text.hasPrefix("# ") {
                title = text.dropFirst(2).trimmingCharacters(in: .whitespaces)
                prose.append(ProseLine(number: index + 1, text: ""))
            } else {
                prose.append(ProseLine(number: index + 1, text: text))
            }
        }
        endProse()
        endCell(before: lines.count + 1)

        guard let title, !title.isEmpty else { throw .missingTitle(file: file) }
        self.title = title
        self.lines = lines
        self.segments = segments
    }

    /// The first paragraph of prose.
    var firstParagraph: [ProseLine] {
        for case .prose(let lines) in segments {
            let paragraph = lines.drop { $0.text.allSatisfy(\.isWhitespace) || $0.text.hasPrefix("#") }
                .prefix { !$0.text.allSatisfy(\.isWhitespace) }
            if !paragraph.isEmpty { return Array(paragraph) }
        }
        return []
    }

    /// The Markdown of a line of prose; nil for a line of code.
    private static func prose(in line: Substring) -> String? {
        let text = line.drop { $0 == " " || $0 == "\t" }
        guard text.hasPrefix("//:") else { return nil }
        let content = text.dropFirst(3)
        return String(content.hasPrefix(" ") ? content.dropFirst() : content)
    }

    /// Code as the page shows it. Where one section's method ends and the next begins, the declaration says nothing
    /// that the headings do not.
    private static func layOut(_ lines: [Substring]) -> String {
        var parts: [[Substring]] = [[]]
        var isDeclaring = false
        for line in lines {
            if line.contains(/^ {4}(private )?func \w+\((_ page: Page|$)/) {
                while let last = parts[parts.count - 1].last, last.contains(/^ {4}\/\/\/|^\s*$/) {
                    parts[parts.count - 1].removeLast()
                }
                isDeclaring = true
                parts.append([])
            }
            if !isDeclaring { parts[parts.count - 1].append(line) }
            if line.hasSuffix("{") { isDeclaring = false }
        }
        return parts.map(trim).filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// Code without blank lines around it and without the indentation that all its lines share.
    private static func trim(_ lines: [Substring]) -> String {
        let isBlank = { (line: Substring) in line.allSatisfy(\.isWhitespace) }
        var lines = lines.drop(while: isBlank)
        func indentation(_ line: Substring) -> Int { line.prefix { $0 == " " || $0 == "\t" }.count }
        func closes(_ line: Substring) -> Bool { line.trimmingCharacters(in: .whitespaces) == "}" }

        // A final brace that closes what an earlier cell has opened says nothing here.
        while let last = lines.last {
            let rest = lines.dropLast().filter { !isBlank($0) && !closes($0) }
            let inner = rest.map(indentation).min() ?? .max
            guard isBlank(last) || closes(last) && indentation(last) < inner else { break }
            lines.removeLast()
        }
        let shared = lines.filter { !isBlank($0) }.map(indentation).min() ?? 0
        return lines.map { isBlank($0) ? "" : String($0.dropFirst(shared)) }.joined(separator: "\n")
    }
}
