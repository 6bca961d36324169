import Foundation
import Testing

@testable import Notebook
@testable import superposition

/// What CITATION.cff says is what the program says of itself.
@Suite struct CitationTests {
    private func text(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test func `version, authors, licence and title agree`() throws {
        let citation = try text("CITATION.cff")
        #expect(citation.contains("\nversion: \(Provenance.packageVersion)\n"))
        #expect(citation.contains("\n  - name: \(Citation.authors)\n"))
        #expect(citation.contains("\nlicense: \(Citation.licence)\n"))
        #expect(citation.contains("\ntitle: \(book.title)\n"))
        #expect(try text("LICENSE").contains("Copyright (c) 2026 \(Citation.authors)"))
        #expect(try text("LICENSE").hasPrefix("\(Citation.licence) License"))
    }

    @Test func `the paper is cited as in the references`() throws {
        let paper = try #require(Citation.paper(of: book))
        #expect(paper.title == "Toy Models of Superposition" && paper.year == "2022")
        let citation = try text("CITATION.cff")
        let names = citation.matches(of: /- family-names: (.+)\n +given-names: (.+)\n/).map {
            "\($0.output.2) \($0.output.1)"
        }
        #expect(names == paper.authors && names.count > 10)
        #expect(citation.contains("url: \(paper.url)\n"))
    }

    @Test(arguments: [
        (["export"], "Nothing to export"),
        (["export", "--epub", "a", "--pdf", "./a"], "both"),
        (["export", "--pdf", ""], "empty"),
        (["export", "--output", "/nowhere/there", "--epub", "a.epub"], "There is no report in '/nowhere/there'"),
    ])
    func `an export that cannot be made says why`(arguments: [String], sentence: String) async throws {
        let result = try await superposition(arguments)
        #expect(result.exitCode != 0 && result.output.isEmpty)
        #expect(result.error.contains(sentence), "\(result.error)")
    }
}
