import Foundation
import Testing
import ToyModels

@testable import Notebook

/// Weaves a source with outputs that are given by line, and values.
private func weave(
    _ source: String, _ outputs: [(line: Int, content: RunRecord.Content)] = [], values: [String: String] = [:],
    seconds: Double = 0
) throws -> String {
    let outputs = outputs.map { RunRecord.Output(line: $0.line, seconds: seconds, content: $0.content) }
    return try Weaver(
        text: ChapterText(source, file: "Chapter.swift"), record: RunRecord(outputs: outputs, values: values)
    ).markdown()
}

private func figure(_ id: String, number: String = "1.1", caption: String = "A caption.", alt: String = "An alt.")
    -> RunRecord.Content
{
    let files = ["svg", "png", "pdf", "csv"].map {
        ($0, Manifest.File(path: "figures/01-a/\(id).\($0)", bytes: 0, sha256: ""))
    }
    return .figure(
        Manifest.Figure(
            id: id, number: number, caption: caption, alt: alt,
            files: Dictionary(uniqueKeysWithValues: files), size: nil))
}

/// The parts occur in the text in this order.
private func expectOrder(_ parts: [String], in text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    var rest = text[...]
    for part in parts {
        guard let range = rest.range(of: part) else {
            Issue.record("'\(part)' is missing or out of order in:\n\(text)", sourceLocation: sourceLocation)
            return
        }
        rest = rest[range.upperBound...]
    }
}

@Suite struct WeaverTests {
    @Test func `prose, code and outputs come in the order of the source`() throws {
        let source = """
            //: # Title
            //: First prose.
            let a = 1
            emit(a)
            //: Second prose.
            let b = 2
            emit(b)
            //: Last prose.
            """
        let woven = try weave(source, [(7, .note("second note")), (4, .note("first note"))])
        expectOrder(
            ["First prose.", "let a = 1", "first note", "Second prose.", "let b = 2", "second note", "Last prose."],
            in: woven)
        #expect(!woven.contains("# Title"), "the title belongs to the page, not to its text")
        #expect(!woven.contains("//:"))
    }

    @Test func `outputs of one cell come in the order of their emission`() throws {
        let source = "//: # T\nfor i in 0..<2 {\n    emit(i)\n}\nemit(9)"
        // A loop emits from one line several times, and a later line may emit first.
        let woven = try weave(source, [(5, .note("one")), (3, .note("two")), (3, .note("three"))])
        expectOrder(["one", "two", "three"], in: woven)
    }

    @Test func `what is trained together is told in one line`() async throws {
        let experiment = Experiment.tiny()
        let models = try await Trainer(seed: 0, jobs: 1).train(experiment)
        let entry = try Manifest.Experiment(of: models, file: .init(path: "", bytes: 0, sha256: ""), seconds: 2)
        let trained = RunRecord.Content.experiment(entry, experiment)
        let woven = try weave(
            "//: # T\nemit()\n//: After.", [(2, trained), (2, trained), (2, .note("a note")), (2, trained)])
        expectOrder(
            [
                ">trained 2 models of 2 experiments in 4.0 s of core time<", "a note",
                ">trained 1 model in 2.0 s of core time<",
            ], in: woven)
        #expect(woven.matches(of: /trained/).count == 2)
    }

    @Test func `a cell without output is still shown`() throws {
        let woven = try weave("//: # T\nlet silent = true\n//: After.")
        expectOrder(["<details class=\"code\" id=\"cell-2\">", "let silent = true", "</details>", "After."], in: woven)
        #expect(!woven.contains("class=\"time\""))
    }

    @Test func `blank cells are dropped`() throws {
        let woven = try weave("//: # T\n\n   \n//: After.")
        #expect(!woven.contains("<details"))
    }

    @Test(arguments: 2...5) func `any line of a multi-line call decides for the same cell`(line: Int) throws {
        let source = "//: # T\nemit(\n    1,\n    2\n)\n//: After."
        expectOrder(["emit(", "the note", "After."], in: try weave(source, [(line, .note("the note"))]))
    }

    @Test func `an output before the first prose stands before it`() throws {
        expectOrder(["emit()", "early", "Prose."], in: try weave("emit()\n//: # T\n//: Prose.", [(1, .note("early"))]))
    }

    @Test(arguments: [1, 3, 99]) func `an output from a line that is not code means a stale build`(line: Int) {
        #expect(throws: NotebookError.staleSource(file: "Chapter.swift", line: line)) {
            try weave("//: # T\nemit()\n//: After.", [(line, .note("stray"))])
        }
    }

    @Test func `a bare marker is a blank line, and indentation within prose stays`() throws {
        let woven = try weave("//: # T\n    //: One.\n    //:\n    //:     indented\n    //:no blank")
        expectOrder(["One.\n\n    indented\nno blank"], in: woven)
    }

    @Test func `line ends of either kind give the same page`() throws {
        let source = "//: # T\n//: Prose.\nlet a = 1\n\nemit(a)\n//: End."
        let unix = try weave(source, [(5, .note("note"))])
        #expect(try weave(source.replacing("\n", with: "\r\n"), [(5, .note("note"))]) == unix)
    }

    @Test func `code loses the indentation that all its lines share`() throws {
        expectOrder(
            ["``` swift\nif x {\n    y()\n}\n```"],
            in: try weave("//: # T\n\n        if x {\n            y()\n        }\n\n"))
    }

    @Test func `braces that close an earlier cell are not shown`() throws {
        let woven = try weave("//: # T\n        emit()\n    }\n}\n")
        expectOrder(["``` swift\nemit()\n```"], in: woven)
        #expect(!(try weave("//: # T\n//: End.\n    }\n}\n").contains("<details")))
    }

    @Test func `where one section's method ends and the next begins nothing is shown`() throws {
        let woven = try weave(
            """
            //: # T
                private func first(_ page: Page) async throws -> Int {
                    //: One.
                    let a = 1
                    return a
                }

                /// The second section.
                private func second(
                    _ page: Page, a: Int
                ) async throws {
                    let b = 2
                    //: Two.
                    let c = 3
                }
            """)
        #expect(woven.contains("let a = 1\nreturn a\n\nlet b = 2\n```"))
        #expect(!woven.contains("func") && !woven.contains("second section") && woven.contains("let c = 3\n```"))
    }

    @Test func `a fence is longer than any in the code`() throws {
        expectOrder(["````` swift\nlet a = \"````\"\n`````"], in: try weave("//: # T\nlet a = \"````\""))
    }

    @Test func `a source without a title is an error`() {
        #expect(throws: NotebookError.missingTitle(file: "Chapter.swift")) { try weave("//: Prose.\n//: ## Section") }
    }

    @Test func `the time of a cell is shown once, if it can be felt`() throws {
        let source = "//: # T\nemit()\nemit()"
        let outputs: [(Int, RunRecord.Content)] = [(2, .note("a")), (3, .note("b"))]
        expectOrder(["b", "<p class=\"time\">2.4 s</p>"], in: try weave(source, outputs, seconds: 1.2))
        // 2 × 0.02 s is below the twentieth of a second that is worth a mention.
        #expect(!(try weave(source, outputs, seconds: 0.02).contains("class=\"time\"")))
    }

    @Test func `markup in plain text comes out as text`() throws {
        let claim = Claim(
            id: "c", statement: "a < b & \"c\"", source: "<i>", measured: 1, expected: 0...2, figure: "f")
        let woven = try weave(
            "//: # T\nemit()", [(2, figure("f", alt: "x < y & \"z\"")), (2, .claim(claim))])
        #expect(woven.contains("alt=\"x &lt; y &amp; &quot;z&quot;\""))
        #expect(woven.contains("a &lt; b &amp; &quot;c&quot;"))
        #expect(!woven.contains("<i>"))
    }

    @Test func `a table's cells are text, its numbers are short`() throws {
        var table = Table("a<b", "value")
        table.append("<b>", 1.0 / 3)
        let printed = Manifest.Table(
            id: "t", number: "1.1", caption: "C.", file: Manifest.File(path: "data/t.csv", bytes: 0, sha256: ""))
        let woven = try weave("//: # T\nemit()", [(2, .table(printed, table))])
        expectOrder(
            ["id=\"tab-t\"", "a&lt;b", "&lt;b&gt;", "0.3333", "[Table 1.1]{.number} C.", "data/t.csv"], in: woven)
    }

    @Test func `claims stand where they are checked, and in a list at the end`() throws {
        let claim = Claim(
            id: "c", statement: "S.", source: "P", measured: 9, expected: 0...2, reason: "Because.", figure: "f")
        let woven = try weave(
            "//: # T\n//: Prose.\nemit()\n//: End.", [(3, figure("f", number: "1.4")), (3, .claim(claim))])
        let told = [
            "verdict not-reproduced\">not reproduced<", "S.", "Because.", "<b>9</b>, expected 0 to 2",
            "#fig-f\">Figure 1.4</a>",
        ]
        expectOrder(
            ["Prose.", "<div class=\"claim\" id=\"claim-c\">"] + told + ["href=\"#claim-c\"", "manifest.json#"],
            in: woven)
        expectOrder(["End.", "## Claims {#claims", "<a href=\"#claim-c\">S.</a>", "Because."], in: woven)
    }

    @Test func `a reason is kept only where the claim does not hold`() {
        func claim(_ measured: Double) -> Claim {
            Claim(id: "c", statement: "S.", source: "P", measured: measured, expected: 0...2, reason: "Because.")
        }
        #expect(claim(1).reason == nil)
        #expect(claim(3).reason == "Because.")
    }

    @Test func `a figure tells which code and numbers it is made from`() throws {
        let woven = try weave("//: # T\n//: Prose.\nlet a = 1\nemit()", [(4, figure("f"))])
        expectOrder(
            [
                "<details class=\"code\" id=\"cell-3\">", "how it was made",
                "href=\"#cell-3\">the code above</a>, lines 3 to 4",
                "figures/01-a/f.csv\">its numbers",
            ], in: woven)
    }

    @Test func `prose can refer to claims by what they measured`() throws {
        let claim = Claim(id: "c", statement: "S.", source: "P", measured: 0.25, unit: "%", expected: 0...2)
        let woven = try weave("//: # T\n//: It is \\(claim:c).\nemit()", [(3, .claim(claim))])
        #expect(woven.contains("It is [0.25%](#claim-c)."))
    }

    @Test func `the result has the values of the prose filled in`() throws {
        let record = RunRecord(values: ["n": "5"], result: .init(sentence: #"It keeps \(n)."#, figure: "f"))
        let text = try ChapterText("//: # T\n//: Prose.", file: "Chapter.swift")
        #expect(try Weaver(text: text, record: record).result() == "It keeps 5.")
        #expect(try Weaver(text: text, record: RunRecord()).result() == nil)
    }

    @Test func `references are listed only where something is cited`() throws {
        #expect(try weave("//: # T\n//: As shown [@elhage2022].").contains("{#refs}"))
        #expect(try weave("//: # T\n//: As @elhage2022 show.").contains("{#refs}"))
        #expect(!(try weave("//: # T\n//: Write to a@example.org.").contains("{#refs}")))
    }

    @Test func `the summary is the first paragraph of prose`() throws {
        let source = "//: # T\n//:\n//: ## Section\nlet a = 1\n//: It keeps \\(n)\n//: of them.\n//:\n//: More."
        let weaver = Weaver(
            text: try ChapterText(source, file: "Chapter.swift"), record: RunRecord(values: ["n": "5"]))
        #expect(try weaver.summary() == "It keeps 5\nof them.")
    }
}

@Suite struct InterpolationTests {
    @Test func `values stand in prose before and after they are defined`() throws {
        let woven = try weave("//: # T\n//: Before \\(n).\ncode()\n//: After $\\(n)$.", values: ["n": "5"])
        expectOrder(["Before 5.", "After $5$."], in: woven)
    }

    @Test func `figures and tables can be referred to`() throws {
        let woven = try weave("//: # T\n//: See \\(figure:f).\nemit()", [(3, figure("f", number: "1.2"))])
        #expect(woven.contains("See [Figure 1.2](#fig-f)."))
    }

    @Test func `code keeps what looks like a value`() throws {
        let source = """
            //: # T
            //: Inline `\\(x)` and ``a ` \\(x)`` but \\(x).
            //: ```
            //: \\(x)
            //: ```
            print("\\(x)")
            """
        let woven = try weave(source, values: ["x": "7"])
        expectOrder(["`\\(x)` and ``a ` \\(x)`` but 7.", "```\n\\(x)\n```", "print(\"\\(x)\")"], in: woven)
    }

    @Test func `an unpaired backtick does not hide a value`() throws {
        #expect(try weave("//: # T\n//: A ` and \\(x).", values: ["x": "7"]).contains("A ` and 7."))
    }

    @Test func `an escaped backslash is not a value`() throws {
        #expect(try weave("//: # T\n//: A \\\\(x).").contains("A \\\\(x)."))
    }

    @Test(arguments: ["missing", "x + 1", ""]) func `an undefined value names the file and the line`(name: String) {
        #expect(throws: NotebookError.undefinedValue(name: name, file: "Chapter.swift", line: 4)) {
            try weave("//: # T\ncode()\n//: First line.\n//: Second \\(\(name)).")
        }
    }

    @Test func `a value is not interpolated again`() throws {
        #expect(try weave("//: # T\n//: \\(a)", values: ["a": "\\(b)"]).contains("\\(b)"))
    }
}
