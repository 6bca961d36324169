import Foundation
import Notebook
import Testing

/// What README.md shows is what is compiled here and runs.
@Suite struct ReadmeTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }

    /// The fenced code of one language.
    private static func code(_ language: String, in markdown: String) -> [String] {
        markdown.split(separator: "\n```" + language + "\n").dropFirst().map { rest in
            String(rest[..<(rest.firstRange(of: "\n```")?.lowerBound ?? rest.endIndex)]) + "\n"
        }
    }

    @Test func `the example chapter is the one that is compiled here`() throws {
        let examples = Self.code("swift", in: try Self.text("../../README.md"))
        #expect(examples == [try Self.text("Example/01-its-name/ItsName.swift")])
    }

    @Test func `the example chapter runs and gives what it says`() async throws {
        let chapter = ItsName()
        let output = FileManager.default.temporaryDirectory.appending(path: "readme-tests-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: output) }
        let manifest = try await BookRun(
            book: Book(title: "A book", summary: "Its summary.", chapters: [chapter]),
            slugs: [chapter.source.slug], profile: .quick, seed: 0, jobs: 2, output: output
        ).perform()

        #expect(manifest.chapters.map(\.slug) == ["01-its-name"])
        #expect(manifest.chapters.map(\.title) == ["A title"])
        #expect(manifest.chapters.flatMap(\.experiments).map(\.id) == ["pair"])
        #expect(manifest.chapters.map(\.values) == [["kept": "2"]])
        #expect(manifest.claims.map(\.id) == ["pair.antipodal"])
        #expect(manifest.claims.map(\.verdict) == [.reproduced])

        let page = try String(contentsOf: output.appending(path: "01-its-name.html"), encoding: .utf8)
        #expect(page.contains("The model keeps 2 features"))
        let files =
            ["svg", "dark.svg", "png", "pdf"].map { "figures/01-its-name/lengths.\($0)" }
            + ["data/01-its-name/lengths.csv", "data/01-its-name/pair.safetensors"]
        for path in files {
            #expect((try? Data(contentsOf: output.appending(path: path)))?.isEmpty == false, "\(path)")
        }
    }
}
