import Foundation
import Synchronization
import Testing
import ToyModels

@testable import Notebook

private func claim(_ measured: Double) -> Claim {
    Claim(id: "c", statement: "S", source: "P", measured: measured, expected: 0...1, partly: 0...2)
}

/// A chapter with a claim about a loss, of which every seed has its own.
private struct Lossy: Chapter {
    let source: Source
    var expected = 0.0...10

    init(in folder: URL) throws {
        source = try Source("//: # T\npage.train(e); page.claim(c)\n", in: folder)
    }

    func run(_ page: Page) async throws {
        let models = try await page.train(
            .tiny(),
            file: source.path, line: 2)
        page.claim(
            "c", "It is small.", source: "P", measured: models.losses[0], expected: expected, file: source.path, line: 2
        )
    }
}

@Suite struct SeedSpreadTests {
    @Test func `a spread tells how many hold, the range and the median`() {
        let spread = SeedSpread("c", over: [0.5, 3, 1, 0.25].enumerated().map { (UInt64($0), [claim($1)]) })
        #expect(spread.seeds == [0, 1, 2, 3] && spread.measured == [0.5, 3, 1, 0.25])
        #expect(spread.share == "3 of 4 seeds")
        #expect(spread.range == "0.25 to 3, median 0.75")
        #expect(SeedSpread("c", over: [(0, [claim(1)]), (1, [claim(1)])]).range == "1")
        #expect(SeedSpread("c", over: [(0, [claim(.nan)])]).range == "not a number")
    }

    @Test func `a claim that a seed does not make does not hold with it`() {
        let spread = SeedSpread("c", over: [(0, [claim(1)]), (1, [])])
        #expect(spread.share == "1 of 2 seeds")
        #expect(spread.range == "1, not a number with 1 seed")
    }

    @Test func `claims are checked with each seed, and found again`() async throws {
        try await withTemporaryFolder { folder in
            var chapter = try Lossy(in: folder)
            func run(seed: UInt64, seeds: Int) async throws -> (manifest: Manifest, found: Int) {
                let found = Mutex(0)
                let run = BookRun(
                    book: Book(title: "T", summary: "S", chapters: [chapter]), slugs: ["01-a"], profile: .quick,
                    seed: seed, jobs: 1, output: folder.appending(path: "output"),
                    store: try RunStore(folder.appending(path: "store")), seeds: seeds)
                let manifest = try await run.perform { if case .found = $0.what { found.withLock { $0 += 1 } } }
                return (manifest, found.withLock { $0 })
            }
            let single = try await run(seed: 7, seeds: 1).manifest
            #expect(single.chapters[0].spreads.isEmpty)
            let (manifest, found) = try await run(seed: 6, seeds: 3)
            #expect(found == 1, "seed 7 was trained before")
            let spread = try #require(manifest.chapters[0].spreads.first)
            #expect(spread.seeds == [6, 7, 8] && spread.holds == 3)
            #expect(Set(spread.measured).count == 3)
            #expect(spread.measured[0] == manifest.claims[0].measured, "the verdict is the first seed's")
            #expect(spread.measured[1] == single.claims[0].measured, "the seed is what counts, not its place")

            // One that holds for a lucky seed is shown as that.
            chapter.expected = spread.measured[0]...spread.measured[0]
            let lucky = try await run(seed: 6, seeds: 3)
            #expect(lucky.found == 3)
            #expect(lucky.manifest.claims[0].verdict == .reproduced)
            for page in ["index.html", "01-a.html"] {
                let text = try String(contentsOf: folder.appending(path: "output/\(page)"), encoding: .utf8)
                #expect(text.contains("holds with <b class=\"unsteady\">1 of 3 seeds</b>: "))
            }
        }
    }
}
