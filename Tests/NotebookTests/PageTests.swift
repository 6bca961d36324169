import Foundation
import Plot
import Synchronization
import Testing
import ToyModels

@testable import Notebook

/// Calls with a page of a chapter that is written in this file, and that writes into a temporary folder.
private func withPage(
    of path: String = #filePath, profile: Profile = .quick, _ body: (Page) async throws -> Void
) async throws {
    try await withTemporaryFolder { url in
        let folder = try OutputFolder(url)
        // `#expect` moves lines, so any will do for any call.
        let lines = Array(repeating: ".train( .figure( .table( .claim( .note("[...], count: 1000)
        defer { folder.close() }
        try await body(
            Page(
                Source(path: path), lines: lines, profile: profile,
                laboratory: Laboratory(
                    trainer: Trainer(seed: 0, jobs: 1), profile: profile, store: nil, observe: { _ in }),
                folder: folder))
    }
}

private struct Drawn: Error {}
private let table = Table("x")

@Suite struct PageTests {
    @Test func `the profile chooses`() async throws {
        try await withPage(profile: .paper) { #expect($0.choose(paper: 1, quick: 2) == 1) }
        try await withPage(profile: .quick) { #expect($0.choose(paper: 1, quick: 2) == 2) }
    }

    @Test func `a claim is measured on the experiments named after its figure, or on those it names`() async throws {
        try await withPage { page in
            for id in ["f", "f-control", "fx"] {
                var experiment = Experiment.tiny()
                experiment.id = id
                _ = try await page.train(experiment)
            }
            try page.figure("f", caption: "C", alt: "A", data: table) {
                Figure { Axes(height: 20) { Bars([1]) } }
            }
            page.claim("a", "S", source: "P", measured: 1, expected: 0...1, figure: "f")
            page.claim("b", "S", source: "P", measured: 1, expected: 0...1, figure: "f", weights: ["fx"])
            page.claim("c", "S", source: "P", measured: 1, expected: 0...1)
            #expect(try page.finish().claims.map(\.weights) == [["f", "f-control"], ["fx"], []])
            page.claim("d", "S", source: "P", measured: 1, expected: 0...1, weights: ["g"])
            #expect(throws: NotebookError.unknownExperiment(claim: "d", experiment: "g")) { try page.finish() }
        }
    }

    @Test(arguments: ["", "A", "a b", "../a", ".a", "-a", "a/b", "a_b", "é", "a\n", "a\u{0}", "１"])
    func `an id that cannot name a file is refused`(id: String) async throws {
        try await withPage { page in
            #expect(throws: NotebookError.invalidID(kind: "table", id: id)) {
                try page.table(id, caption: "C", table)
            }
        }
    }

    @Test(arguments: ["a", "0", "basic-small", "basic.linear.top-m", "a--b.."])
    func `an id of letters, digits, dots and dashes will do`(id: String) async throws {
        try await withPage { try $0.table(id, caption: "C", table) }
    }

    @Test func `figures and tables share their ids, as both have a CSV`() async throws {
        try await withPage { page in
            try page.table("a", caption: "C", table)
            #expect(throws: NotebookError.duplicateID(kind: "figure", id: "a")) {
                try page.figure("a", caption: "C", alt: "A", data: table) { throw Drawn() }
            }
            page.claim("a", "S", source: "P", measured: 1, expected: 0...1)
            _ = try page.finish()
        }
    }

    @Test(arguments: ["", " \n"]) func `a figure needs an alt text`(alt: String) async throws {
        try await withPage { page in
            #expect(throws: NotebookError.missingAlt(figure: "a")) {
                try page.figure("a", caption: "C", alt: alt, data: table) { throw Drawn() }
            }
        }
    }

    @Test func `an error in drawing is the chapter's`() async throws {
        try await withPage { page in
            #expect(throws: Drawn.self) { try page.figure("a", caption: "C", alt: "A", data: table) { throw Drawn() } }
        }
    }

    @Test func `a repeated claim is an error at the end`() async throws {
        try await withPage { page in
            page.claim("a", "S", source: "P", measured: 1, expected: 0...1)
            page.claim("a", "S", source: "P", measured: 1, expected: 0...1)
            #expect(throws: NotebookError.duplicateID(kind: "claim", id: "a")) { try page.finish() }
        }
    }

    @Test func `a claim must refer to a figure that there is`() async throws {
        try await withPage { page in
            page.claim("a", "S", source: "P", measured: 1, expected: 0...1, figure: "gone")
            #expect(throws: NotebookError.unknownFigure(claim: "a", figure: "gone")) { try page.finish() }
        }
    }

    @Test func `outputs are recorded with the line of their call`() async throws {
        try await withPage { page in
            let line = #line
            try page.table(
                "a",
                caption: "C",
                table)
            page.note("N")
            page.claim("c", "S", source: "P", measured: 1, expected: 0...1)
            try page
                .table("b", caption: "C", table)
            #expect(try page.finish().outputs.map(\.line) == [line + 1, line + 5, line + 6, line + 8])
        }
    }

    @Test func `a call from another file than the chapter's is an error that says where it belongs`() async throws {
        let file = URL(filePath: #filePath).lastPathComponent
        func foreign(_ line: Int) -> NotebookError { .foreignFile(file: file, line: line, chapter: "Other.swift") }
        try await withPage(of: "/nowhere/01-a/Other.swift") { page in
            #expect(throws: foreign(#line)) { try page.table("a", caption: "C", table) }
            #expect(throws: foreign(#line)) {
                try page.figure("a", caption: "C", alt: "A", data: table) { throw Drawn() }
            }
            page.note("N")
            #expect(throws: foreign(#line - 1)) { try page.finish() }
        }
        try await withPage(of: "/nowhere/01-a/Other.swift") { page in
            page.claim("a", "S", source: "P", measured: 1, expected: 0...1)
            #expect(throws: foreign(#line - 1)) { try page.finish() }
        }
    }

    @Test func `values can be set, read and changed`() async throws {
        try await withPage { page in
            #expect(page["kept"] == nil)
            page["kept"] = "4"
            page["kept"] = "5"
            #expect(page["kept"] == "5")
            let record = try page.finish()
            #expect(record.values == ["kept": "5"])
        }
    }

    @Test func `training time does not count as the cell's`() async throws {
        try await withPage { page in
            let experiment = Experiment(
                id: "e", architecture: .init(features: 2, hidden: 1),
                settings: [.init(features: .init(density: 0.5, features: 2), importance: [1, 1])], steps: 5,
                batchSize: 8, learningRate: .constant(0.01), evaluationSamples: 1 << 16)
            let start = ContinuousClock.now
            _ = try await page.train(experiment)
            let wall = (ContinuousClock.now - start).seconds
            let output = try #require(try page.finish().outputs.first)
            let trained = try #require(try page.finish().experiments.first?.entry.seconds)
            let drawn = try #require(output.seconds)
            #expect(trained > 0)
            #expect(drawn + trained <= wall + 0.05)
        }
    }

    @Test func `experiments that are trained together come in their order`() async throws {
        try await withPage { page in
            let experiments = [300, 3, 30].map { steps in
                var experiment = Experiment.tiny(steps: steps)
                experiment.id = "e\(steps)"
                return experiment
            }
            let models = try await page.train(all: experiments)
            #expect(models.map(\.experiment) == experiments)
            #expect(try page.finish().experiments.map(\.value) == experiments)
            await #expect(throws: NotebookError.duplicateID(kind: "experiment", id: "e3")) {
                _ = try await page.train(all: [experiments[1]])
            }
        }
    }
}
