import Foundation
import Notebook
import Testing

@testable import superposition

/// Results belong into prose by their names: a number that is typed goes stale with the next seed. So a number in the
/// prose, a caption, an alt text or a claim's reason must be a setting, that is, stand in the code of its section, of the
/// chapter's `run` or of its measures, or be the paper's, that is, stand in a sentence that names or cites it. What sums
/// the chapter up may have the settings of all its sections.
@Suite struct TypedNumbersTests {
    @Test("No chapter has a result typed into its prose, captions or alt texts", arguments: book.chapters.map(\.source))
    func noneIsTyped(source: Source) throws {
        let folder = URL(filePath: source.path).deletingLastPathComponent()
        let code = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            // What figures are made with is sizes and places on the page.
            .filter { $0.pathExtension == "swift" && !$0.lastPathComponent.hasSuffix("Figures.swift") }
            .filter { $0.lastPathComponent != URL(filePath: source.path).lastPathComponent }
            .map { try String(contentsOf: $0, encoding: .utf8) }
        let text = try String(contentsOfFile: source.path, encoding: .utf8)
        let found = TypedNumbers(in: text, settings: TypedNumbers.literals(in: code.joined(separator: "\n")))
        #expect(found.unexplained.isEmpty, "\(source.slug):\n\(found.unexplained.joined(separator: "\n"))")
    }

    @Test func `a number is a setting, the paper's, or typed`() {
        func unexplained(_ prose: String, code: String = "") -> [String] {
            TypedNumbers(in: prose + "\n" + code, settings: []).unexplained
        }
        #expect(unexplained("//: We find 3.7 times.").count == 1)
        #expect(unexplained("//: We find \\(times) times.").isEmpty)
        #expect(unexplained("//: The paper has 2.5. We find 3.7 times.").count == 1)
        #expect(unexplained("//: It has 2.5 [@elhage2022].").isEmpty)
        #expect(unexplained("//: Within 20,000 steps and 5%.", code: "f(20_000, 0.05)").isEmpty)
        #expect(unexplained("//: Density 0.01.", code: "f(1e-2)").isEmpty)
        #expect(unexplained("//: Density 0.01.", code: "f(\"0.01\") // 0.01").count == 1)
        #expect(unexplained("//: It is $p^2$ times.").isEmpty)
        let elsewhere = [
            "    func run(_ page: Page) {", "    }", "    func a() {", "//: It is 0.3.", "    }", "    func b() {",
            "0.3",
        ].joined(separator: "\n")
        #expect(unexplained(elsewhere).count == 1)
        #expect(unexplained(elsewhere.replacing("Page) {", with: "Page) {\n0.3")).isEmpty)
        #expect(unexplained("//: It fell to\n//: 0.12 here.").count == 1)
        #expect(unexplained("caption: \"A rise to 12.5\", alt: \"B \\(x, 0.3)\"").count == 1)
        #expect(unexplained("caption: \"\"\"\n    It is \\\n    0.25.\n    \"\"\"").count == 1)
        #expect(unexplained("reason: \"By 3.7 times.\"").count == 1)
        #expect(unexplained("page.result(#\"It is \\(times), 3.7 at 0.3.\"#)").count == 1)
        #expect(unexplained("page.result(\n#\"\"\"\nAt\n0.3 it is \\(times).\n\"\"\"#)", code: "f(0.3)").isEmpty)
        #expect(unexplained(elsewhere + "\npage.result(#\"At 0.3.\"#)").count == 1)
    }
}

/// The numbers that are typed into a chapter's text.
private struct TypedNumbers {
    /// The sentences that have one without an explanation, with the numbers.
    var unexplained: [String] = []

    /// - Parameter settings: numbers that are settings in all sections.
    init(in source: String, settings: Set<Double>) {
        let sections = Self.sections(of: source)
        let common = settings.union(sections.filter { $0.contains("func run(_ page") }.flatMap(Self.literals))
        for section in sections {
            check(Self.passages(in: section), settings: common.union(Self.literals(in: section)))
        }
        check(Self.results(in: source), settings: settings.union(Self.literals(in: source)))
    }

    /// A chapter's functions, each of which is a section.
    private static func sections(of source: String) -> [String] {
        var sections = [""]
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.prefixMatch(of: /\x20{4}(?:private |public )?func\x20/) != nil { sections.append("") }
            sections[sections.count - 1] += line + "\n"
        }
        return sections
    }

    private mutating func check(_ passages: [String], settings: Set<Double>) {
        for text in passages {
            let plain = text.replacing(/\]\([^)]*\)/, with: "]")
            let marked = plain.replacing(/([.!?)])\s+([A-Z\\*$…])/) { "\($0.output.1)\n\($0.output.2)" }
            for sentence in marked.split(separator: "\n") {
                if sentence.contains(/(?i)\bpaper|\bauthors\b|\[[^\]]*@\w/) { continue }
                let typed = Self.numbers(in: sentence).filter { !settings.contains($0.value) }
                // Two of a percentage: as it stands, and as a share.
                let left = typed.filter { !$0.text.hasSuffix("%") || !settings.contains($0.value / 100) }
                if !left.isEmpty { unexplained.append("\(left.map(\.text)): \(sentence)") }
            }
        }
    }

    /// What sums a chapter up, without what is filled in.
    private static func results(in source: String) -> [String] {
        source.matches(of: /\.result\(\s*#(?:"""((?s:.)*?)"""|"([^"\n]*)")#/)
            .map { withoutInterpolations(String($0.output.1 ?? $0.output.2 ?? "").replacing(/\s+/, with: " ")) }
    }

    /// The paragraphs of prose, captions, alt texts and reasons, without what is filled in.
    private static func passages(in source: String) -> [String] {
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        var prose = ""
        for line in lines {
            let text = line.drop(while: \.isWhitespace)
            prose += text.hasPrefix("//:") ? text.dropFirst(3) + "\n" : "\n\n"
        }
        let paragraphs = prose.replacing(/\n[ \t]*\n/, with: "\n\n").split(separator: "\n\n")
            .map { $0.replacing("\n", with: " ") }
        let strings = source.matches(of: /\b(?:caption|alt|reason):\s*(?:"""((?s:.)*?)"""|"((?:[^"\\\n]|\\.)*)")/)
            .map { String($0.output.1 ?? $0.output.2 ?? "").replacing(/\\\n\s*/, with: "").replacing("\n", with: " ") }
        return paragraphs.map { withoutInterpolations(String($0)) } + strings.map(withoutInterpolations)
    }

    private static func withoutInterpolations(_ text: String) -> String {
        var result = ""
        var depth = 0
        var rest = text[...]
        while let character = rest.first {
            if depth == 0, rest.hasPrefix("\\(") {
                depth = 1
                rest = rest.dropFirst(2)
                continue
            }
            if depth > 0 {
                depth += character == "(" ? 1 : character == ")" ? -1 : 0
                if depth == 0 { result += "…" }
            } else {
                result.append(character)
            }
            rest = rest.dropFirst()
        }
        return result
    }

    private static func numbers(in text: some StringProtocol) -> [(text: String, value: Double)] {
        // What follows a `^` is an exponent.
        let number = /(?:^|[^\w.,^])(10\^\{?[-−]?\d+|(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?)/
        return String(text).matches(of: number).compactMap {
            let text = String($0.output.1)
            let plain = text.replacing(",", with: "").replacing("%", with: "")
            let power = plain.split(separator: /\^\{?/)
            let value = power.count == 2 ? Double("1e" + power[1].replacing("−", with: "-")) : Double(plain)
            return value.map { (text, $0) }
        }
    }

    /// The numbers in Swift code, outside of comments and strings.
    static func literals(in code: String) -> Set<Double> {
        let plain = code.split(separator: "\n").map { $0.replacing(/\/\/.*/, with: "") }.joined(separator: "\n")
            .replacing(/"""((?s:.)*?)"""|"(?:[^"\\\n]|\\.)*"/, with: "\"\"")
        return Set(
            plain.matches(of: /(?:^|[^\w.]|\.\.)(\d[\d_]*(?:\.\d[\d_]*)?(?:e-?\d+)?)/).compactMap {
                Double($0.output.1.replacing("_", with: ""))
            })
    }
}
