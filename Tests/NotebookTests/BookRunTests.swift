import Foundation
import Synchronization
import Testing
import ToyModels

@testable import Notebook

/// A chapter whose source is written for a test.
private struct TestChapter: Chapter {
    let source: Source
    let body: Body

    /// A cell with all the calls that a body may make.
    static let code = #"page.train(e); page.table(t); page.claim(c); page["kind"] = k"#

    /// What the chapter does, from the path of its source.
    typealias Body = @Sendable (Page, String) async throws -> Void

    /// Writes `chapters/<slug>/Test.swift` in a folder; its line 2 is the only cell.
    init(_ slug: String, in folder: URL, text: String, _ body: @escaping Body) throws {
        source = try Source(text, slug: slug, in: folder)
        self.body = body
    }

    func run(_ page: Page) async throws { try await body(page, source.path) }
}

private struct Failure: Error {}

@Suite struct BookRunTests {
    private func chapter(
        _ slug: String, in folder: URL, title: String = "A chapter", table: String = "t", measured: Double = 1
    ) throws -> TestChapter {
        try TestChapter(slug, in: folder, text: "//: # \(title)\n\(TestChapter.code)\n//: It is \\(kind) $x^2$.") {
            page, file in
            _ = try await page.train(
                .tiny(),
                file: file, line: 2)
            var data = Table("x")
            data.append(1)
            try page.table(table, caption: "C", data, file: file, line: 2)
            page.claim("c", "It is <so>.", source: "P", measured: measured, expected: 0...2, file: file, line: 2)
            page["kind"] = "*good*"
        }
    }

    private func run(_ chapters: [TestChapter], _ slugs: [String]? = nil, in folder: URL) -> BookRun {
        let book = Book(
            title: "The <book>", summary: "Its summary.", paper: "https://example.org/paper", chapters: chapters)
        return BookRun(
            book: book, slugs: slugs ?? chapters.map(\.source.slug), profile: .quick, seed: 0, jobs: 1,
            output: folder.appending(path: "output", directoryHint: .isDirectory))
    }

    @Test func `a run leaves pages, data and a manifest that agree`() async throws {
        try await withTemporaryFolder { folder in
            let chapters = [try chapter("01-a", in: folder, title: "A & <b>"), try chapter("02-b", in: folder)]
            let manifest = try await run(chapters, in: folder).perform()
            let files = files(in: folder.appending(path: "output"))
            #expect(
                Set(files.keys) == [
                    "01-a.html", "02-b.html", "index.html", "reproducibility.html", "manifest.json",
                    "data/01-a/e.safetensors",
                    "data/01-a/t.csv", "data/01-a/record.jsonl", "data/02-b/e.safetensors", "data/02-b/t.csv",
                    "data/02-b/record.jsonl", "search-index.js", "source/01-a/Test.swift", "source/02-b/Test.swift",
                ])
            #expect(try Manifest(decoding: try #require(files["manifest.json"])) == manifest)
            #expect(Set(manifest.files.map(\.path)) == Set(files.keys).subtracting(["manifest.json"]))
            for file in manifest.files { #expect(sha256(try #require(files[file.path])) == file.sha256) }
            for chapter in manifest.chapters {
                for file in chapter.experiments.map(\.file) + chapter.tables.map(\.file) {
                    #expect(sha256(try #require(files[file.path])) == file.sha256)
                }
            }
            let cell = try #require(manifest.chapters[0].cells.first)
            #expect(cell.lines == 2...2 && cell.gives == ["e", "t", "c"])
            #expect(cell.seconds >= manifest.chapters[0].experiments[0].seconds ?? .infinity)
            #expect((1 << 20...1 << 36).contains(cell.peakMemory ?? 0), "a process has some megabytes")
            let page = String(decoding: try #require(files["01-a.html"]), as: UTF8.self)
            #expect(page.contains("<td class=\"numeric\">2–2</td><td>e, t, c</td>"))
            #expect(page.contains("<h1><span class=\"ordinal\">1</span> A &amp; &lt;b&gt;</h1>"))
            #expect(page.contains("It is <em>good</em>"))
            #expect(page.contains("It is &lt;so&gt;."))
            #expect(page.contains("<math"))
            #expect(page.contains("class=\"provenance\""))
            let utilisation = try #require(manifest.provenance.utilisation)
            #expect(utilisation.seconds > 0 && utilisation.share > 0 && utilisation.cores == 1)
            #expect(manifest.chapters.allSatisfy { $0.provenance.utilisation == nil })
            #expect(page.contains("class=\"profile\""), "a quick page says so")
            #expect(page.contains("href=\"02-b.html\""))
            let index = String(decoding: try #require(files["index.html"]), as: UTF8.self)
            #expect(index.contains("<a href=\"https://example.org/paper#:~:text=P\">P</a>"))
            #expect(index.contains("A &amp; &lt;b&gt;"))
            #expect(index.contains("1 reproduced"))
        }
    }

    @Test func `a run of one chapter keeps the other's results and drops its own old files`() async throws {
        try await withTemporaryFolder { folder in
            let (a, b) = (try chapter("01-a", in: folder), try chapter("02-b", in: folder))
            _ = try await run([a, b], in: folder).perform()
            let changed = try chapter("02-b", in: folder, table: "renamed", measured: 9)
            let manifest = try await run([a, changed], ["02-b"], in: folder).perform()
            #expect(manifest.chapters.map(\.slug) == ["01-a", "02-b"])
            #expect(manifest.claims.map(\.verdict) == [.reproduced, .notReproduced])
            let files = files(in: folder.appending(path: "output"))
            #expect(files["data/01-a/t.csv"] != nil)
            #expect(files["data/02-b/renamed.csv"] != nil)
            #expect(files["data/02-b/t.csv"] == nil)
        }
    }

    @Test func `pages of other runs turn to the chapters that are there now`() async throws {
        try await withTemporaryFolder { folder in
            let chapters = [try chapter("01-a", in: folder, title: "A"), try chapter("02-b", in: folder, title: "B")]
            let next = "<a class=\"next\" rel=\"next\" href=\"02-b.html\"><span>Next</span> 2 B</a>"
            func page() throws -> String {
                try String(contentsOf: folder.appending(path: "output/01-a.html"), encoding: .utf8)
            }
            _ = try await run(chapters, ["01-a"], in: folder).perform()
            let alone = try page()
            #expect(!alone.contains("rel=\"next\""))
            _ = try await run(chapters, ["02-b"], in: folder).perform()
            let turned = try page()
            #expect(turned.ranges(of: next).count == 2, "at both ends")
            #expect(turned.replacing(next + "\n", with: "") == alone)
        }
    }

    @Test(arguments: ["page.note(1)\n", "\n"])
    func `a source whose lines have moved is refused before training`(inserted: String) async throws {
        try await withTemporaryFolder { folder in
            let chapter = try chapter("01-a", in: folder)
            let text = try String(contentsOfFile: chapter.source.path, encoding: .utf8)
            let moved = text.replacing("\n" + TestChapter.code, with: "\n" + inserted + TestChapter.code)
            try Data(moved.utf8).write(to: URL(filePath: chapter.source.path))
            await #expect(throws: NotebookError.staleSource(file: "Test.swift", line: 2)) {
                try await run([chapter], in: folder).perform { event in
                    if case .trainingStarted = event.what { Issue.record("Training has started.") }
                }
            }
        }
    }

    @Test func `more threads than there are cores are not claimed`() async throws {
        try await withTemporaryFolder { folder in
            let book = Book(title: "T", summary: "S", chapters: [try chapter("01-a", in: folder)])
            let run = BookRun(
                book: book, slugs: ["01-a"], profile: .quick, seed: 0, jobs: 1000,
                output: folder.appending(path: "output"))
            #expect(try await run.perform().provenance.threads == ProcessInfo.processInfo.activeProcessorCount)
        }
    }

    @Test func `a run with a given date leaves the same bytes, trained or found`() async throws {
        try await withTemporaryFolder { folder in
            let chapters = [try chapter("01-a", in: folder), try chapter("02-b", in: folder)]
            var outputs: [[String: Data]] = []
            for (name, jobs) in [("one", 1), ("two", 2)] {
                for output in ["\(name)-trained", "\(name)-found"] {
                    let run = BookRun(
                        book: Book(title: "T", summary: "S", chapters: chapters), slugs: ["01-a", "02-b"],
                        profile: .quick, seed: 0, jobs: jobs, output: folder.appending(path: output),
                        store: try RunStore(folder.appending(path: name)), date: Date(timeIntervalSince1970: 86_400))
                    let manifest = try await run.perform()
                    #expect(manifest.provenance.date == "1970-01-02T00:00:00Z")
                    outputs.append(files(in: folder.appending(path: output)))
                }
            }
            #expect(outputs.dropFirst().allSatisfy { $0 == outputs[0] })
            let page = String(decoding: try #require(outputs[0]["01-a.html"]), as: UTF8.self)
            #expect(page.contains("<dd>1970-01-02T00:00:00Z</dd>"))
            for word in ["thread", "Processor", "System", "Core time", "Run time", "eak memory", "class=\"time\">less"]
            {
                #expect(!page.contains(word))
            }
        }
    }

    @Test func `a chapter's page is made while others are still running`() async throws {
        try await withTemporaryFolder { folder in
            let (ended, end) = AsyncStream.makeStream(of: Void.self)
            let waiting = try TestChapter("01-a", in: folder, text: "//: # T") { _, _ in
                for await _ in ended { return }
            }
            let log = Mutex<[String]>([])
            _ = try await run([waiting, try chapter("02-b", in: folder)], in: folder).perform { event in
                guard case .chapterEnded = event.what else { return }
                log.withLock { $0.append("\(event.chapter ?? 0)") }
                let staged = files(in: folder.appending(path: "output"))
                #expect(staged.values.contains { String(decoding: $0, as: UTF8.self).contains("It is <em>good</em>") })
                end.yield()
            }
            #expect(log.withLock(\.self) == ["2", "1"])
        }
    }

    @Test func `a chapter that fails ends those that train and those that wait`() async throws {
        try await withTemporaryFolder { folder in
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let training = try (1...3).map { number in
                try TestChapter("0\(number)-a", in: folder, text: "//: # T\n\(TestChapter.code)") { page, file in
                    start.yield()
                    _ = try await page.train(.tiny(steps: 1_000_000_000), file: file, line: 2)
                }
            }
            let failing = try TestChapter("04-b", in: folder, text: "//: # T") { _, _ in
                for await _ in started.prefix(3) {}
                throw Failure()
            }
            await #expect(throws: Failure.self) { try await run(training + [failing], in: folder).perform() }
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "output").path()))
        }
    }

    @Test func `with several seeds a claim is counted in all of them, whatever ends first`() async throws {
        try await withTemporaryFolder { folder in
            let text = "//: # T\n\(TestChapter.code)\n"
            let chapters = try ["01-a", "02-b"].map { slug in
                try TestChapter(slug, in: folder, text: text) { page, file in
                    let seed = try await page.train(.tiny(), file: file, line: 2).seeds[0]
                    try await Task.sleep(for: .milliseconds(seed % 20))
                    page.claim(
                        "c", "S", source: "P", measured: Double(seed % 1000), expected: 0...500, file: file, line: 2)
                }
            }
            func manifest(jobs: Int) async throws -> Manifest {
                try await BookRun(
                    book: Book(title: "T", summary: "S", chapters: chapters), slugs: ["01-a", "02-b"],
                    profile: .quick, seed: 7, jobs: jobs, output: folder.appending(path: "output"),
                    date: Date(timeIntervalSince1970: 0), seeds: 5
                ).perform()
            }
            let one = try await manifest(jobs: 1)
            #expect(one.chapters.map(\.slug) == ["01-a", "02-b"])
            #expect(one.chapters.allSatisfy { $0.spreads.map(\.seeds) == [[7, 8, 9, 10, 11]] })
            #expect(try await manifest(jobs: 3) == one)
        }
    }

    @Test func `a manifest of another version is rebuilt with a notice`() async throws {
        try await withTemporaryFolder { folder in
            let chapters = [try chapter("01-a", in: folder), try chapter("02-b", in: folder)]
            let output = folder.appending(path: "output")
            try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
            let other = Manifest.sealed(Data("{\n  \"files\" : []\n}\n".utf8))
            try other.write(to: output.appending(path: "manifest.json"))
            let notices = Mutex<[String]>([])
            let manifest = try await run(chapters, ["01-a"], in: folder).perform { event in
                if case .notice(let sentence) = event.what { notices.withLock { $0.append(sentence) } }
            }
            #expect(manifest.chapters.map(\.slug) == ["01-a"])
            #expect(notices.withLock { $0.count } == 1)
        }
    }

    @Test func `a name that no code defines is refused before training`() async throws {
        try await withTemporaryFolder { folder in
            let text = "//: # T\n\(TestChapter.code)\n//: It is\n//: \\(kin)."
            let chapter = try TestChapter("01-a", in: folder, text: text) { _, _ in Issue.record("It was run.") }
            await #expect(throws: NotebookError.undefinedValue(name: "kin", file: "Test.swift", line: 4)) {
                try await run([chapter], in: folder).perform()
            }
        }
    }

    @Test(arguments: ["index.html", "manifest.json", "01-a.html", "02-b.html", "data/02-b/t.csv"])
    func `an edited file where the report must go stops the run before training`(path: String) async throws {
        try await withTemporaryFolder { folder in
            let chapters = [try chapter("01-a", in: folder), try chapter("02-b", in: folder)]
            _ = try await run(chapters, in: folder).perform()
            let output = folder.appending(path: "output")
            let file = output.appending(path: path)
            try (Data(contentsOf: file) + Data(" ".utf8)).write(to: file)
            let before = files(in: output)
            await #expect(throws: NotebookError.outputForeign(path: file.relativePath)) {
                try await run(chapters, ["02-b"], in: folder).perform { event in
                    if case .trainingStarted = event.what { Issue.record("Training has started.") }
                }
            }
            #expect(files(in: output) == before)
        }
    }

    @Test func `an edited file of a chapter that is not run stays, and stays edited`() async throws {
        try await withTemporaryFolder { folder in
            let chapters = [try chapter("01-a", in: folder), try chapter("02-b", in: folder)]
            _ = try await run(chapters, in: folder).perform()
            let file = folder.appending(path: "output/data/01-a/t.csv")
            try Data("mine".utf8).write(to: file)
            _ = try await run(chapters, ["02-b"], in: folder).perform()
            #expect(try Data(contentsOf: file) == Data("mine".utf8))
            await #expect(throws: NotebookError.outputForeign(path: file.relativePath)) {
                try await run(chapters, in: folder).perform()
            }
        }
    }

    @Test func `a foreign file that turns out to be in the way leaves the folder as it was`() async throws {
        try await withTemporaryFolder { folder in
            let output = folder.appending(path: "output")
            _ = try await run([try chapter("01-a", in: folder)], in: folder).perform()
            let file = output.appending(path: "data/01-a/other.csv")
            try Data("mine".utf8).write(to: file)
            let before = files(in: output)
            let changed = try chapter("01-a", in: folder, table: "other", measured: 9)
            await #expect(throws: NotebookError.outputForeign(path: file.relativePath)) {
                try await run([changed], in: folder).perform()
            }
            #expect(files(in: output) == before)
        }
    }

    @Test func `chapters that have left the book leave the report`() async throws {
        try await withTemporaryFolder { folder in
            let (a, b) = (try chapter("01-a", in: folder), try chapter("02-b", in: folder))
            _ = try await run([a, b], in: folder).perform()
            _ = try await run([a], in: folder).perform()
            #expect(files(in: folder.appending(path: "output")).keys.allSatisfy { !$0.contains("02-b") })
        }
    }

    @Test(arguments: ["a#b", "a?b", "a%41%", "a b", "a\nb", "é漢\u{1F600}", "e\u{301}", "a:b", "--a", "'\"\\$*", "~a"])
    func `sources and output may be anywhere`(name: String) async throws {
        try await withTemporaryFolder { folder in
            let odd = folder.appending(path: name)
            let chapter = try TestChapter("01-a", in: odd, text: "//: # T\n//: See [@elhage2022].") { _, _ in }
            let references = "@article{elhage2022, title={Toy Models}, author={Elhage, N.}, year={2022}}"
            try Data(references.utf8).write(to: odd.appending(path: "chapters/references.bib"))
            _ = try await run([chapter], in: odd).perform()
            let page = try String(contentsOf: odd.appending(path: "output/01-a.html"), encoding: .utf8)
            #expect(page.contains("Elhage") && page.hasSuffix("</html>\n"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == [name])
        }
    }

    @Test func `a run that fails leaves everything as it was`() async throws {
        try await withTemporaryFolder { folder in
            let good = try chapter("01-a", in: folder)
            _ = try await run([good], in: folder).perform()
            let before = files(in: folder.appending(path: "output"))
            let text = "//: # T\n\(TestChapter.code)\n//: It is \\(kind)."
            let failing: [TestChapter.Body] = [
                { page, file in
                    try page.table("new", caption: "C", Table("x"), file: file, line: 2)
                    throw Failure()
                },
                { page, file in
                    try page.table("new", caption: "C", Table("x"), file: file, line: 2)
                },
                { page, _ in
                    // As when Ctrl-C comes.
                    withUnsafeCurrentTask { $0?.cancel() }
                    page["kind"] = "defined"
                },
            ]
            for body in failing {
                let chapters = [good, try TestChapter("02-b", in: folder, text: text, body)]
                let run = run(chapters, in: folder)
                let task = Task { try await run.perform() }
                await #expect(throws: (any Error).self) { try await task.value }
                #expect(files(in: folder.appending(path: "output")) == before)
            }
        }
    }

    @Test func `a run that fails leaves no new folder`() async throws {
        try await withTemporaryFolder { folder in
            let chapter = try TestChapter("01-a", in: folder, text: "//: # T") { _, _ in throw Failure() }
            await #expect(throws: Failure.self) { try await run([chapter], in: folder).perform() }
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "output").path()))
        }
    }

    @Test func `what is in the way of the report is named before training`() async throws {
        try await withTemporaryFolder { folder in
            let index = folder.appending(path: "output/index.html")
            try FileManager.default.createDirectory(at: index, withIntermediateDirectories: true)
            let chapter = try TestChapter("01-a", in: folder, text: "//: # T") { _, _ in
                Issue.record("The chapter has run.")
            }
            await #expect(throws: NotebookError.outputObstructed(path: index.relativePath, needed: "file")) {
                try await run([chapter], in: folder).perform()
            }
        }
    }

    @Test func `a citation that is not in the references is an error`() async throws {
        try await withTemporaryFolder { folder in
            let chapter = try TestChapter("01-a", in: folder, text: "//: # T\n//: See [@nobody1900].") { _, _ in }
            await #expect {
                try await run([chapter], in: folder).perform()
            } throws: {
                guard case NotebookError.pandocFailed(let page, let message) = $0 else { return false }
                return page == "01-a.html" && message.contains("nobody1900")
            }
        }
    }
}

@Suite struct ManifestTests {
    @Test func `numbers that JSON lacks survive a round trip`() throws {
        let claim = Claim(
            id: "c", statement: "S", source: "P", measured: -.infinity, expected: 0 ... .infinity, figure: "f")
        let provenance = Provenance.example
        let manifest = Manifest(
            provenance: provenance,
            chapters: [
                Manifest.Chapter(
                    slug: "01-a", number: 1, title: "A", summary: "S", result: "R", resultFigure: nil,
                    page: "01-a.html", provenance: provenance,
                    seconds: 1.5,
                    cells: [.init(lines: 2...3, gives: ["c"], seconds: 1.25, peakMemory: 1 << 20)], experiments: [],
                    figures: [], tables: [], claims: [claim],
                    spreads: [SeedSpread("c", over: [(0, [claim]), (1, [claim])])], values: ["a": "b"])
            ])
        let json = try manifest.encoded()
        #expect(try Manifest(decoding: json) == manifest)
        #expect(try manifest.encoded() == json)
        let text = String(decoding: json, as: UTF8.self)
        #expect(text.contains("\"verdict\" : \"not reproduced\""))
        #expect(text.contains("\n \"chapters\" : [\n  {\n"), "one space for each level")
        let lines = text.split(separator: "\n")
        #expect(
            lines.count { $0.hasPrefix("    {") && $0.contains("\"verdict\"") && $0.hasSuffix("}") } == 1,
            "a line for each claim")
        #expect(text.contains("\"measured\" : \"-inf\""))
    }

    @Test func `checksums are SHA-256`() {
        // The standard's own examples (FIPS 180-4).
        #expect(sha256(Data()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(sha256(Data("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test(
        arguments: [
            (#"<svg width="504pt" height="252pt" version="1.1">"#, 672, 336),
            (#"<?xml version="1.0"?><svg xmlns="u" width="7in" height="96" >"#, 672, 96),
            (#"<svg width="672px" height="33.4px" stroke-width="3">"#, 672, 33),
        ] as [(String, Double, Double)])
    func `an SVG's size is read in CSS pixels`(svg: String, width: Double, height: Double) throws {
        let size = try #require(SVGSize(ofSVG: Data(svg.utf8)))
        #expect(size.width == width)
        #expect(size.height == height)
    }

    @Test func `an SVG without a size has none`() {
        #expect(SVGSize(ofSVG: Data("<svg viewBox=\"0 0 1 1\"><rect width=\"1\" height=\"1\"/></svg>".utf8)) == nil)
    }
}

extension Provenance {
    fileprivate static var example: Provenance {
        Provenance(
            version: "1", commit: nil, uncommittedChanges: nil, repository: nil, swift: "6.3",
            operatingSystem: "System", cpu: "CPU",
            tools: ["pandoc": "3"], profile: .paper, seed: .max, threads: 2,
            date: "2022-09-14T00:00:00Z", isDateGiven: false)
    }
}
