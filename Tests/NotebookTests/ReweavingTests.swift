import Foundation
import Plot
import Synchronization
import Testing

@testable import Notebook

/// A chapter with two cells, whose source a test changes after its run.
private struct WovenChapter: Chapter {
    let source: Source
    /// How often it was run.
    let runs = Count()

    final class Count: Sendable {
        let value = Mutex(0)
    }

    static let text = """
        //: # Its title
        //:
        //: The first prose keeps \\(kept).

        let models = try await page.train(experiment)
        page.note("the first note")

        //: ## A section
        page.table("t", caption: "C", table)
        page.claim("c", "It is so.", measured: 1)
        page["kept"] = "5"
        //: The end.
        """

    init(_ slug: String, in folder: URL) throws { source = try Source(Self.text, slug: slug, in: folder) }

    func run(_ page: Page) async throws {
        runs.value.withLock { $0 += 1 }
        _ = try await page.train(.tiny(), file: source.path, line: 5)
        page.note("the first note", file: source.path, line: 6)
        var table = Table("x")
        table.append(Double.infinity)
        table.append(0.1)
        try page.table("t", caption: "C", table, file: source.path, line: 9)
        page.claim(
            "c", "It is so.", source: "P", measured: .nan, expected: 0.5...Double.infinity, file: source.path, line: 10)
        page["kept"] = "5"
    }

    /// Changes the source.
    func change(_ old: String, to new: String) throws {
        let text = try String(contentsOfFile: source.path, encoding: .utf8)
        #expect(text.contains(old))
        try Data(text.replacing(old, with: new).utf8).write(to: URL(filePath: source.path))
    }
}

@Suite struct ReweavingTests {
    private func withReport(
        _ body: (_ chapters: [WovenChapter], _ weaving: Reweaving, _ output: URL) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let chapters = [try WovenChapter("01-a", in: folder), try WovenChapter("02-b", in: folder)]
            let book = Book(title: "The book", summary: "Its summary.", chapters: chapters)
            let output = folder.appending(path: "output", directoryHint: .isDirectory)
            _ = try await BookRun(
                book: book, slugs: ["01-a", "02-b"], profile: .quick, seed: 3, jobs: 1, output: output
            ).perform()
            try await body(chapters, Reweaving(book: book, output: output), output)
            #expect(chapters.allSatisfy { $0.runs.value.withLock { $0 } == 1 }, "nothing is run again")
        }
    }

    /// The text of a page without its markup, so that it can be compared.
    private func page(_ name: String, in output: URL) throws -> String {
        try String(contentsOf: output.appending(path: name), encoding: .utf8)
    }

    private func expectOrder(_ parts: [String], in text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        var rest = text[...]
        for part in parts {
            guard let range = rest.range(of: part) else {
                Issue.record("'\(part)' is missing or out of order", sourceLocation: sourceLocation)
                return
            }
            rest = rest[range.upperBound...]
        }
    }

    @Test func `what is unchanged is woven into the same bytes`() async throws {
        try await withReport { _, weaving, output in
            let before = files(in: output)
            #expect(weaving.differences().isEmpty)
            try await weaving.perform(["01-a", "02-b"])
            #expect(files(in: output) == before)
        }
    }

    @Test func `changed prose is on the page, and the outputs stay under their cells`() async throws {
        try await withReport { chapters, weaving, output in
            let before = files(in: output)
            try chapters[0].change("//: The first prose", to: "//: A new line.\n//:\n//: The changed prose")
            try chapters[0].change("//: The end.", to: "//: Another end.")
            #expect(weaving.differences() == ["01-a": .prose])
            let manifest = try await weaving.perform(["01-a"])

            let page = try page("01-a.html", in: output)
            expectOrder(
                [
                    "A new line.", "The changed prose keeps 5", "models", "the first note", "A section",
                    "id=\"tab-t\"", "Another end.",
                ], in: page)
            let entry = manifest.chapters[0]
            #expect(entry.cells.map(\.lines) == [6...9, 11...13], "the lines are those where the code is now")
            #expect(weaving.differences().isEmpty)

            // All else is as it was, and the manifest says what there is.
            let after = files(in: output)
            let changed = Set(after.keys.filter { after[$0] != before[$0] })
            #expect(
                changed == [
                    "01-a.html", "index.html", "search-index.js", "manifest.json", "data/01-a/record.jsonl",
                    "source/01-a/Test.swift",
                ])
            #expect(Set(after.keys) == Set(before.keys))
            #expect(after["manifest.json"] == (try manifest.encoded()))
            for file in manifest.files { #expect(sha256(try #require(after[file.path])) == file.sha256) }
            #expect(Manifest.sealedFiles(in: try #require(after["manifest.json"])) != nil)
            #expect(manifest.chapters[0].summary == "A new line.")
            let index = String(decoding: try #require(after["index.html"]), as: UTF8.self)
            #expect(index.contains("A new line."))
        }
    }

    @Test func `it can be done again and again`() async throws {
        try await withReport { chapters, weaving, output in
            for word in ["one", "two", "three"] {
                try chapters[1].change("//: The end.", to: "//: And \(word).\n//: The end.")
                try await weaving.perform(["02-b"])
                expectOrder(["id=\"tab-t\"", "And \(word).", "The end."], in: try page("02-b.html", in: output))
            }
        }
    }

    @Test func `a passage in the middle of a cell makes two of it`() async throws {
        try await withReport { chapters, weaving, output in
            try chapters[0].change(
                "page.note", to: "\n//: Between.\n// a comment\npage.note")
            #expect(weaving.differences() == ["01-a": .prose])
            try await weaving.perform(["01-a"])
            expectOrder(
                ["models", "Between.", "the first note"], in: try page("01-a.html", in: output))
        }
    }

    @Test func `a changed title is on the first page and beside its neighbours`() async throws {
        try await withReport { chapters, weaving, output in
            try chapters[1].change("# Its title", to: "# Its new title")
            try await weaving.perform(["02-b"])
            #expect(try page("01-a.html", in: output).contains("Its new title"))
            #expect(try page("index.html", in: output).contains("Its new title"))
            #expect(try page("02-b.html", in: output).contains(/<h1>[^\n]*Its new title[^\n]*<\/h1>/))
        }
    }

    @Test(arguments: [("page.note", "page.notes"), ("//: The end.", "let more = 1"), ("page[\"kept\"] = \"5\"\n", "")])
    func `changed code is refused, and leaves the report as it was`(old: String, new: String) async throws {
        try await withReport { chapters, weaving, output in
            let before = files(in: output)
            try chapters[0].change(old, to: new)
            #expect(weaving.differences() == ["01-a": .code])
            await #expect(throws: (any Error).self) { try await weaving.perform(["01-a"]) }
            #expect(files(in: output) == before)
        }
    }

    @Test func `prose with an undefined value is refused with its line`() async throws {
        try await withReport { chapters, weaving, output in
            let before = files(in: output)
            try chapters[0].change("//: The end.", to: "//: The \\(lost).")
            await #expect(throws: NotebookError.undefinedValue(name: "lost", file: "Test.swift", line: 12)) {
                try await weaving.perform(["01-a"])
            }
            #expect(files(in: output) == before)
        }
    }

    @Test func `a record that is damaged, foreign or missing asks for a run`() async throws {
        for content in ["{}", "{\"format\":99}", "not JSON", nil] {
            try await withReport { chapters, weaving, output in
                let record = output.appending(path: "data/01-a/record.jsonl")
                if let content {
                    try Data(content.utf8).write(to: record)
                } else {
                    try FileManager.default.removeItem(at: record)
                }
                #expect(weaving.differences() == ["01-a": .code])
                await #expect(throws: NotebookError.self) { try await weaving.perform(["01-a"]) }
            }
        }
    }

    @Test func `a page that somebody has edited is not overwritten`() async throws {
        try await withReport { chapters, weaving, output in
            let file = output.appending(path: "01-a.html")
            try Data("mine".utf8).write(to: file)
            try chapters[0].change("The end", to: "An end")
            await #expect(throws: NotebookError.outputForeign(path: output.relativePath + "/01-a.html")) {
                try await weaving.perform(["01-a"])
            }
            #expect(try page("01-a.html", in: output) == "mine")
        }
    }

    @Test func `without a report nothing is made`() async throws {
        try await withTemporaryFolder { folder in
            let output = folder.appending(path: "output", directoryHint: .isDirectory)
            let chapter = try WovenChapter("01-a", in: folder)
            let weaving = Reweaving(book: Book(title: "T", summary: "S", chapters: [chapter]), output: output)
            #expect(weaving.differences().isEmpty)
            await #expect(throws: NotebookError.noReport(path: output.relativePath)) {
                try await weaving.perform(["01-a"])
            }
            #expect(!FileManager.default.fileExists(atPath: output.path()))
        }
    }

    @Test func `a record keeps all that was emitted, also what JSON lacks`() async throws {
        try await withReport { chapters, _, output in
            let data = try Data(contentsOf: output.appending(path: "data/01-a/record.jsonl"))
            let kept = try #require(KeptRecord(decoding: data))
            #expect(kept.record.outputs.map(\.line) == [5, 6, 9, 10])
            #expect(kept.head.codeLines == [5, 6, 9, 10, 11])
            #expect(try kept.encoded() == data)
            let claim = try #require(kept.record.claims.first)
            #expect(claim.measured.isNaN && claim.expected.upperBound == .infinity)
        }
    }
}
