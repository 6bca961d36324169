import Foundation
import Testing
import ToyModels

@testable import Notebook

@Suite struct HTMLRewriterTests {
    private func rewritten(_ html: String, _ visit: (inout HTMLRewriter.Tag) -> HTMLRewriter.Action) -> String {
        HTMLRewriter.rewrite(html, visit: visit)
    }

    @Test func `what is not changed keeps its bytes`() {
        let html = """
            <!DOCTYPE html><p CLASS='a'  id=x hidden>5 < 6 &amp; <br/>ü<!-- <b> --></p>
            <script>if (a < b && c) "</p>"</script><style>p > a {}</style>
            """
        #expect(rewritten(html) { _ in .keep } == html)
    }

    @Test func `elements are unwrapped, removed and renamed with their ends`() {
        let html = "<div><a href='#x'>one <a2>two</a2></a><div class=\"gone far\">three<div>four</div><img></div></div>"
        let changed = rewritten(html) { tag in
            if tag.isOf("gone") { return .remove }
            if tag.name == "a2" { tag.name = "em" }
            return tag.name == "a" ? .unwrap : .keep
        }
        #expect(changed == "<div>one <em>two</em></div>")
    }

    @Test func `attributes are read as text and written as HTML`() {
        var seen: [String?] = []
        let changed = rewritten("<img alt=\"\" src=\"a&amp;b&#x2B;&quot;\" data-x>") { tag in
            seen = [tag["alt"], tag["src"], tag["data-x"], tag["none"]]
            tag["src"] = "<\"&"
            tag.content = "!"
            return .keep
        }
        #expect(seen == ["", "a&b+\"", "", nil])
        #expect(changed == "<img alt=\"\" src=\"&lt;&quot;&amp;\" data-x>!")
    }
}

@Suite struct SealTests {
    @Test(arguments: Seal.allCases) func `a file that was changed has no seal`(seal: Seal) {
        let data = seal.sealed(Data("PK content".utf8) + Data([0, 0]))
        #expect(seal.isIntact(data))
        #expect(!seal.isIntact(Data()) && !seal.isIntact(Data("mine".utf8)))
        for index in data.indices {
            var changed = data
            changed[index] ^= 1
            #expect(!seal.isIntact(changed), "byte \(index)")
        }
        #expect(!seal.isIntact(data + Data("\n".utf8)) && !seal.isIntact(data.dropLast()))
    }
}

@Suite struct ZipArchiveTests {
    @Test func `the checksum is CRC-32`() {
        // The check value that the catalogue of CRCs gives.
        #expect(ZipArchive.checksum(Data("123456789".utf8)) == 0xCBF4_3926)
        #expect(ZipArchive.checksum(Data()) == 0)
    }
}

@Suite struct ExportTests {
    private struct Small: Chapter {
        let source: Source
        func run(_ page: Page) async throws {
            _ = try await page.train(.tiny(), file: source.path, line: 2)
            var table = Table("x")
            table.append(1)
            try page.table("t", caption: "C", table, file: source.path, line: 2)
            page.claim("c", "So.", source: "P", measured: 1, expected: 0...2, file: source.path, line: 2)
        }
    }

    /// A report of two chapters, and its book.
    private func report(in folder: URL) async throws -> (Book, URL) {
        let text = """
            //: # One & two
            page.train(e); page.table(t); page.claim(c)
            //: ## A section
            //: See [there](02-b.html#a-section).
            """
        let chapters = try ["01-a", "02-b"].map { try Small(source: Source(text, slug: $0, in: folder)) }
        let book = Book(title: "A book", summary: "It is short.", paper: "https://example.org/p", chapters: chapters)
        let output = folder.appending(path: "output", directoryHint: .isDirectory)
        _ = try await BookRun(
            book: book, slugs: ["01-a", "02-b"], profile: .quick, seed: 3, jobs: 1, output: output
        ).perform()
        return (book, output)
    }

    @Test func `one file has all pages, and links between them lead inside it`() async throws {
        try await withTemporaryFolder { folder in
            let (book, output) = try await report(in: folder)
            let place = folder.appending(path: "one.html")
            let export = try ReportExport(of: book, in: output)
            try await export.write(.singleFile, to: place)
            let html = try String(contentsOf: place, encoding: .utf8)
            #expect(html.contains("id=\"01-a--claim-c\"") && html.contains("id=\"02-b--claim-c\""))
            #expect(html.contains("href=\"#02-b--a-section\""))
            #expect(html.contains("<article id=\"reproducibility\">"))
            #expect(!html.contains("href=\"data/") && !html.contains(".html\""))
            // An export of the same report replaces it; not if somebody has written to it.
            try await export.write(.singleFile, to: place)
            try Data((html + "mine").utf8).write(to: place)
            await #expect(throws: ExportError.inTheWay(path: place.relativePath)) {
                try await export.write(.singleFile, to: place)
            }
            try await ReportExport(of: book, in: output, isForced: true).write(.singleFile, to: place)
            #expect(try String(contentsOf: place, encoding: .utf8) == html)
        }
    }

    @Test func `a crate has the report's files, and replaces only a crate`() async throws {
        try await withTemporaryFolder { folder in
            let (book, output) = try await report(in: folder)
            let crate = folder.appending(path: "crate")
            let export = try ReportExport(of: book, in: output)
            try await export.write(.crate, to: crate)
            try await export.write(.crate, to: crate)
            var copied = files(in: crate)
            let description = copied.removeValue(forKey: "ro-crate-metadata.json")
            let metadata = try #require(description)
            #expect(copied == files(in: output))
            #expect(String(decoding: metadata, as: UTF8.self).contains("\"value\" : \"3\""), "the seed")
            try Data("mine".utf8).write(to: crate.appending(path: "notes.txt"))
            await #expect(throws: ExportError.inTheWay(path: crate.relativePath)) {
                try await export.write(.crate, to: crate)
            }
            let other = folder.appending(path: "other")
            try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: other.appending(path: "thesis.tex"))
            let forced = try ReportExport(of: book, in: output, isForced: true)
            await #expect(throws: ExportError.foreignFolder(path: other.relativePath)) {
                try await forced.write(.crate, to: other)
            }
            for place in [output, output.appending(path: "data"), output.appending(path: "index.html"), folder] {
                await #expect(throws: ExportError.insideReport(path: place.relativePath)) {
                    try await forced.write(.crate, to: place)
                }
            }
            #expect(!files(in: folder).keys.contains { $0.hasPrefix(".") }, "nothing half-written is left")
        }
    }

    @Test func `without a report, or with one that was changed, nothing is exported`() async throws {
        try await withTemporaryFolder { folder in
            let empty = folder.appending(path: "empty", directoryHint: .isDirectory)
            let (book, output) = try await report(in: folder)
            #expect(throws: ExportError.noReport(folder: empty.relativePath)) { try ReportExport(of: book, in: empty) }
            let page = output.appending(path: "01-a.html")
            try Data("mine".utf8).write(to: page)
            let place = folder.appending(path: "one.html")
            await #expect(throws: ExportError.fileChanged(path: output.relativePath + "/01-a.html")) {
                try await ReportExport(of: book, in: output).write(.singleFile, to: place)
            }
            #expect(!FileManager.default.fileExists(atPath: place.path(percentEncoded: false)))
            try Data("{}".utf8).write(to: output.appending(path: "manifest.json"))
            #expect(throws: ExportError.self) { try ReportExport(of: book, in: output) }
        }
    }

    @Test func `without a browser there is a sentence`() {
        #expect(throws: ExportError.browserMissing) { try BrowserPrinter(path: "/nowhere") }
    }

    @Test func `the citation of the paper is the one of the references`() async throws {
        try await withTemporaryFolder { folder in
            let (book, _) = try await report(in: folder)
            let entry = """
                @article{paper,
                  title = {A {Title}},
                  author = {Doe, Jane and Roe, Richard},
                  year = {2020},
                  url = {https://example.org/p}
                }
                """
            let references = "@misc{other,\n  title = {Other},\n  url = {https://example.org/q}\n}\n\n\(entry)\n"
            try Data(references.utf8).write(to: folder.appending(path: "chapters/references.bib"))
            let paper = try #require(Citation.paper(of: book))
            #expect(paper.bibTeX == entry)
            #expect(paper.title == "A Title" && paper.year == "2020")
            #expect(paper.authors == ["Jane Doe", "Richard Roe"])
        }
    }
}
