import Foundation
import Synchronization
import Testing
import ToyModels

@testable import Notebook

/// Results to be compared, with changes.
private func results(_ change: (inout Reference.Results) -> Void = { _ in }) -> Reference.Results {
    func experiment(_ id: String) -> Reference.Experiment {
        let value = Experiment(
            id: id, architecture: .init(features: 2, hidden: 1),
            settings: [.init(features: .init(density: 0.5, features: 2), importance: [1, 1])], steps: 3,
            batchSize: 4, learningRate: .constant(0.01))
        return .init(id: id, sha256: "bits of " + id, configuration: Configuration(value))
    }
    func claim(_ id: String, measured: Double, _ verdict: Claim.Verdict) -> Reference.Claim {
        .init(id: id, measured: measured, expected: 0...1, partly: 0...2, verdict: verdict)
    }
    var results = Reference.Results(
        origin: .init(seed: 0, toyModels: "code", swift: "6.3", architecture: "x86-64", chapter: "chapter"),
        experiments: [experiment("a"), experiment("b")],
        claims: [
            claim("good", measured: 0.5, .reproduced), claim("so-so", measured: 1.5, .partly),
            claim("bad", measured: .nan, .notReproduced),
        ])
    change(&results)
    return results
}

/// What is not identical, as text.
private func changes(_ new: Reference.Results, from old: Reference.Results = results()) -> [String] {
    Verification.compare(new, with: old, chapter: "01-a").filter { $0.outcome != .identical }
        .map { "\($0.id) \($0.outcome): \($0.reason ?? "-")" }
}

@Suite struct ComparisonTests {
    @Test func `the same results are identical, also where they are not numbers`() {
        let rows = Verification.compare(results(), with: results(), chapter: "01-a")
        #expect(rows.map(\.id) == ["a", "b", "good", "so-so", "bad"])
        #expect(rows.allSatisfy { $0.outcome == .identical && $0.reason == nil })
    }

    @Test func `other bits are equivalent while all claims hold`() {
        let new = results {
            $0.experiments[0].sha256 = "others"
            $0.claims[0].measured = 0.6
        }
        let reason = "no setting or version differs"
        #expect(changes(new) == ["a equivalent: \(reason)", "good equivalent: 0.5 → 0.6, a: \(reason)"])
    }

    @Test(arguments: [(0, 1.5), (0, 3), (0, .nan), (1, 2.5)] as [(Int, Double)])
    func `a claim with a worse verdict is different, and so is what it may rest on`(claim: Int, measured: Double) {
        let new = results {
            $0.experiments[0].sha256 = "others"
            $0.claims[claim].measured = measured
        }
        let rows = Verification.compare(new, with: results(), chapter: "01-a")
        #expect(rows.map(\.outcome).count { $0 == .different } == 2)
        #expect(rows[0].outcome == .different && rows[1].outcome == .identical)
        #expect(rows[2 + claim].outcome == .different)
    }

    @Test(arguments: [(1, 0.5), (2, 1.5), (2, 7)] as [(Int, Double)])
    func `a claim with the same verdict or a better one is equivalent`(claim: Int, measured: Double) {
        let rows = Verification.compare(
            results { $0.claims[claim].measured = measured }, with: results(), chapter: "01-a")
        #expect(rows[2 + claim].outcome == .equivalent)
    }

    @Test func `the first setting or version that differs is named`() {
        func cause(_ change: (inout Reference.Results) -> Void) -> String? {
            changes(
                results {
                    $0.experiments[0].sha256 = "others"
                    change(&$0)
                }
            ).first
        }
        #expect(cause { $0.origin.toyModels = "new" } == "a equivalent: ToyModels changed")
        #expect(cause { $0.origin.swift = "6.4" } == "a equivalent: Swift 6.3 → 6.4")
        #expect(cause { $0.origin.architecture = "arm64" } == "a equivalent: processor x86-64 → arm64")
        #expect(cause { $0.origin.seed = 7 } == "a equivalent: seed 0 → 7")
        let experiment = Experiment(
            id: "a", architecture: .init(features: 2, hidden: 1),
            settings: [.init(features: .init(density: 0.5, features: 2), importance: [1, 1])], steps: 4,
            batchSize: 4, learningRate: .constant(0.01))
        #expect(
            cause {
                $0.origin.toyModels = "new"
                $0.experiments[0].configuration = Configuration(experiment)
            } == "a equivalent: steps 3 → 4")
        #expect(
            changes(
                results {
                    $0.origin.chapter = "new"
                    $0.claims[0].measured = 0.25
                }) == ["good equivalent: 0.5 → 0.25, the chapter's code changed"])
    }

    @Test func `a range that was widened does not make a claim hold`() {
        let new = results {
            $0.claims[0].measured = 3
            $0.claims[0].expected = 0...4
            $0.claims[0].verdict = .reproduced
        }
        #expect(changes(new) == ["good different: 0.5 → 3.0, its range changed"])
        #expect(changes(results { $0.claims[0].expected = 0...4 }) == ["good equivalent: its range changed"])
    }

    @Test func `what is new or gone is different`() {
        let fewer = results {
            $0.experiments.removeLast()
            $0.claims.removeFirst()
        }
        #expect(changes(fewer) == ["b different: only in the reference", "good different: only in the reference"])
        #expect(
            changes(results(), from: fewer) == [
                "b different: not in the reference", "good different: not in the reference",
            ])
    }
}

@Suite struct ConfigurationTests {
    @Test func `a configuration survives a round trip`() throws {
        let configuration = results().experiments[0].configuration
        let json = try JSONEncoder.report.encode(configuration)
        let read = try JSONDecoder.report.decode(Configuration.self, from: json)
        #expect(read.differences(from: configuration).isEmpty && configuration.differences(from: read).isEmpty)
        #expect(String(decoding: json, as: UTF8.self).contains(#""learningRate.peak" : "0.01""#))
    }

    @Test func `a long list is one setting that tells that it differs`() {
        func configuration(_ snapshots: [Int]) -> Configuration {
            Configuration(
                Experiment(
                    id: "a", architecture: .init(features: 2, hidden: 1), settings: [], steps: 3, batchSize: 4,
                    learningRate: .constant(0.01), snapshots: snapshots))
        }
        let changes = configuration(Array(1...40)).differences(from: configuration(Array(0..<40)))
        #expect(changes.count == 1)
        #expect(changes.first?.wholeMatch(of: /snapshots 40 values \(\w{12}\) → 40 values \(\w{12}\)/) != nil)
    }

    @Test func `other samples are told by the first digits of their checksums`() {
        func configuration(_ digit: Character) -> Configuration {
            var table = SampleTable(features: 2)
            for _ in 0..<4 { table.append([1, 0]) }
            let reference = SampleTableReference(sha256: String(repeating: digit, count: 64))
            return Configuration(TrainingData(table, named: reference, samples: 3, heldOut: 1))
        }
        let changes = configuration("b").differences(from: configuration("a"))
        #expect(
            changes == [
                "sampling given(SampleTableReference(sha256: \"aaaaaaaaaaaa\"), samples: 3, heldOut: 1)"
                    + " → given(SampleTableReference(sha256: \"bbbbbbbbbbbb\"), samples: 3, heldOut: 1)"
            ])
    }
}

/// A chapter that trains one experiment and checks one claim.
private struct SmallChapter: Chapter {
    let source: Source
    var steps = 3
    var measured = 1.0
    /// Whether what is measured is a trained weight, plus an offset, of which every seed has its own.
    var isSeeded = false
    var offset = 0.0

    init(in folder: URL) throws {
        source = try Source("//: # T\npage.train(e); page.figure(f); page.claim(c)\n", in: folder)
    }

    func run(_ page: Page) async throws {
        let models = try await page.train(
            .tiny(steps: steps),
            file: source.path, line: 2)
        if isSeeded {
            page.claim(
                "c", "S", source: "P", measured: models[0].W[0, 0] + offset, expected: -9...9, file: source.path,
                line: 2)
            return
        }
        try page.figure("f", caption: "C", alt: "A", data: Table("x"), file: source.path, line: 2) {
            Issue.record("A verification draws nothing.")
            throw CancellationError()
        }
        page.claim(
            "c", "S", source: "P", measured: measured, expected: 0...2, figure: "f", file: source.path, line: 2)
    }

    func verification(_ profile: Profile = .quick, seeds: Int = 1, store: RunStore? = nil) -> Verification {
        Verification(
            book: Book(title: "T", summary: "S", chapters: [self]), slugs: ["01-a"], profile: profile, jobs: 1,
            seeds: seeds, store: store)
    }
}

@Suite struct VerificationTests {
    @Test func `a reference that was just made is met to the bit, in both profiles`() async throws {
        try await withTemporaryFolder { folder in
            let chapter = try SmallChapter(in: folder)
            await #expect(throws: NotebookError.referenceMissing(chapter: "01-a", profile: .quick)) {
                try await chapter.verification().perform()
            }
            for profile in Profile.allCases {
                #expect(try await chapter.verification(profile).update().count(.different) == 2)
            }
            for profile in Profile.allCases {
                #expect(try await chapter.verification(profile).perform().count(.identical) == 2)
            }
            let reference = try Data(contentsOf: chapter.source.reference)
            #expect(try await chapter.verification().update().count(.identical) == 2)
            #expect(try Data(contentsOf: chapter.source.reference) == reference, "the same results, the same file")
        }
    }

    @Test func `a changed chapter is told from its reference`() async throws {
        try await withTemporaryFolder { folder in
            var chapter = try SmallChapter(in: folder)
            _ = try await chapter.verification().update()
            chapter.steps = 4
            let result = try await chapter.verification().perform()
            #expect(result.rows.map(\.outcome) == [.equivalent, .identical])
            #expect(result.rows[0].reason == "steps 3 → 4")
            chapter.measured = 5
            #expect(try await chapter.verification().perform().count(.different) == 2)
        }
    }

    @Test func `a reference notes how claims fare with several seeds, and keeps that while the result is the same`()
        async throws
    {
        try await withTemporaryFolder { folder in
            var chapter = try SmallChapter(in: folder)
            chapter.isSeeded = true
            let store = try RunStore(folder.appending(path: "store"))
            func update(seeds: Int, store: RunStore?) async throws -> (found: Int, notices: Int) {
                let counts = Mutex((found: 0, notices: 0))
                _ = try await chapter.verification(seeds: seeds, store: store).update { event in
                    counts.withLock { counts in
                        if case .found = event.what { counts.found += 1 }
                        if case .notice = event.what { counts.notices += 1 }
                    }
                }
                return counts.withLock(\.self)
            }
            func spread() throws -> Reference.Spread? { try Reference(of: chapter.source)[.quick]?.claims[0].spread }

            #expect(try await update(seeds: 1, store: nil) == (0, 0))
            #expect(try spread() == nil)
            #expect(try await update(seeds: 3, store: store) == (0, 0))
            let made = try #require(try spread())
            #expect(made.seeds == [0, 1, 2] && Set(made.measured).count == 3 && made.holds == [0, 1, 2])
            #expect(try await update(seeds: 3, store: store) == (3, 0), "the second time all is in the store")
            #expect(try await update(seeds: 1, store: nil) == (0, 0))
            #expect(try spread() == made)
            #expect(try await chapter.verification().perform().count(.identical) == 2)

            // A run with one seed shows what the reference knows.
            func run(seed: UInt64) async throws -> (manifest: Manifest, index: String) {
                let output = folder.appending(path: "output")
                let run = BookRun(
                    book: Book(title: "T", summary: "S", chapters: [chapter]), slugs: ["01-a"], profile: .quick,
                    seed: seed, jobs: 1, output: output)
                let manifest = try await run.perform()
                return (manifest, try String(contentsOf: output.appending(path: "index.html"), encoding: .utf8))
            }
            let inside = try await run(seed: 0)
            #expect(inside.manifest.chapters[0].spreads.map(\.measured) == [made.measured])
            #expect(inside.index.contains("holds with <b>3 of 3 seeds</b>") && !inside.index.contains("is outside"))
            let outside = made.measured.map { abs($0) }.max() ?? 0
            chapter.offset = outside
            let changed = try await run(seed: 0)
            #expect(changed.index.contains("this run’s value is outside"))

            #expect(try await update(seeds: 1, store: nil).notices == 1, "the result is another one")
            #expect(try spread() == nil)
        }
    }

    private static let hostile: [(content: String, reason: String)] = [
        ("", "it is not valid JSON"), ("{", "it is not valid JSON"), ("[]", "it is not valid JSON"),
        ("\u{0}\u{1}", "it is not valid JSON"), ("{}", "it is not valid JSON"),
        (#"{"format":2,"profiles":{}}"#, "its format is 2"),
        (#"{"format":"1","profiles":{}}"#, "its entry 'format' is wrong"),
        (#"{"format":1e400,"profiles":{}}"#, "it is not valid JSON"),
        (#"{"format":1,"profiles":{"quick":[]}}"#, "its entry 'profiles.quick' is wrong"),
        (
            #"{"format":1,"profiles":{"quick":{"origin":{"seed":"0"}}}}"#,
            "its entry 'profiles.quick.origin.seed' is wrong"
        ),
        (String(repeating: "[", count: 1 << 20), "it is not valid JSON"),
        (String(repeating: " ", count: (1 << 25) + 1), "it is too long"),
    ]

    @Test(arguments: hostile.indices) func `a corrupt or hostile reference is refused in a sentence`(index: Int)
        async throws
    {
        let (content, reason) = Self.hostile[index]
        try await withTemporaryFolder { folder in
            let chapter = try SmallChapter(in: folder)
            try Data(content.utf8).write(to: chapter.source.reference)
            let path = chapter.source.reference.path(percentEncoded: false)
            await #expect(throws: NotebookError.referenceUnreadable(path: path, reason: reason)) {
                try await chapter.verification().perform()
            }
            _ = try await chapter.verification().update()
            #expect(try await chapter.verification().perform().count(.identical) == 2)
        }
    }

    @Test func `a chapter's prose and comments are not its code`() async throws {
        try await withTemporaryFolder { folder in
            let chapter = try SmallChapter(in: folder)
            func checksum(_ text: String) throws -> String {
                try Data(text.utf8).write(to: URL(filePath: chapter.source.path))
                return try chapter.source.codeChecksum()
            }
            let code = try checksum("//: # A\n// Note.\nlet x = 1\n")
            #expect(try checksum("//: # B\n\nlet x = 1\n") == code)
            #expect(try checksum("//: # A\nlet x = 2\n") != code)
        }
    }
}
