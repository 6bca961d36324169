import Foundation
import Testing

@testable import Notebook
@testable import ToyModels

@Suite struct ForecastTests {
    /// An experiment of which one step is one unit of work, but for a factor that all share.
    private func experiment(_ id: String, steps: Int) -> Experiment {
        var experiment = Experiment.tiny(steps: steps)
        experiment.id = id
        return experiment
    }

    private func note(_ forecast: inout Forecast, _ chapter: Int, _ events: RunEvent.What...) {
        for what in events { forecast.note(RunEvent(chapter: chapter, what: what)) }
    }

    private func seconds(_ left: Forecast.Left) -> Double? {
        switch left {
        case .unknown: nil
        case .atLeast(let seconds), .about(let seconds): seconds
        }
    }

    @Test func `at first nothing is known`() {
        var forecast = Forecast([.init(chapter: 1), .init(chapter: 2)], threads: 2)
        #expect(forecast.left(after: 0) == .unknown)
        note(&forecast, 1, .chapterStarted(title: "A"), .trainingStarted(experiment("a", steps: 100), because: nil))
        #expect(forecast.left(after: 10) == .unknown, "no step has been made that would tell of the speed")
        #expect((forecast.chaptersEnded, forecast.chapters) == (0, 2))
    }

    @Test func `what has been announced is the least that is to come`() {
        var forecast = Forecast([.init(chapter: 1), .init(chapter: 2)], threads: 2)
        let (a, b) = (experiment("a", steps: 100), experiment("b", steps: 300))
        note(&forecast, 1, .trainingStarted(a, because: nil), .training(a, .init(done: 50, total: 100)))
        note(&forecast, 2, .trainingStarted(b, because: nil))
        // 50 units of work in 10 s; 50 and 300 are left.
        guard case .atLeast(let left) = forecast.left(after: 10) else {
            Issue.record("It is a lower bound.")
            return
        }
        #expect(abs(left - 70) < 1e-9)
    }

    @Test func `with an earlier run all is known`() {
        var forecast = Forecast(
            [
                .init(chapter: 1, work: (["a": 40, "b": 60], other: 20)),
                .init(chapter: 2, work: (["c": 80], other: 0)),
            ], threads: 2)
        // 200 s of core time on two threads.
        #expect(forecast.left(after: 0) == .about(100))
        note(&forecast, 1, .found(experiment("a", steps: 1), seconds: 40))
        #expect(forecast.left(after: 0) == .about(80))
        let b = experiment("b", steps: 10)
        note(&forecast, 1, .trainingStarted(b, because: nil), .training(b, .init(done: 5, total: 10)))
        #expect(forecast.left(after: 15) == .about(65))
        // It took twice as long as the last time, and so will the rest of training.
        note(&forecast, 1, .trainingEnded(b, seconds: 120, because: nil))
        #expect(forecast.left(after: 60) == .about(90))
        note(&forecast, 1, .chapterEnded(title: "A"))
        #expect(forecast.left(after: 70) == .about(80) && forecast.chaptersEnded == 1)
        note(&forecast, 2, .found(experiment("c", steps: 1), seconds: 80), .chapterEnded(title: "B"))
        #expect(forecast.left(after: 70) == .about(0) && forecast.chaptersEnded == 2)
    }

    @Test func `one chapter that has never run makes it a lower bound`() {
        let forecast = Forecast([.init(chapter: 1, work: ([:], other: 30)), .init(chapter: 2)], threads: 1)
        #expect(forecast.left(after: 0) == .atLeast(30))
    }

    @Test func `every seed is a run of its own`() {
        var forecast = Forecast([.init(chapter: 1, runs: 3, work: (["a": 10], other: 0))], threads: 1)
        #expect(forecast.left(after: 0) == .about(30))
        forecast.note(RunEvent(chapter: 1, seed: 7, what: .found(experiment("a", steps: 1), seconds: 10)))
        forecast.note(RunEvent(chapter: 1, seed: 7, what: .chapterEnded(title: "A")))
        #expect(forecast.left(after: 5) == .about(20) && forecast.chaptersEnded == 0)
    }

    @Test(arguments: [
        (Forecast.Left.unknown, "time left not known yet"), (.about(0), "about 5 s left"),
        (.about(31), "about 35 s left"), (.atLeast(61), "at least 2 min left"), (.about(7_199), "about 2 hours left"),
        (.about(.infinity), "about 1000 hours left"),
    ]) func `it is told no finer than it is known`(left: Forecast.Left, text: String) {
        #expect(left.description == text)
    }

    @Test func `an earlier run of the same profile tells what is to come`() async throws {
        try await withTemporaryFolder { folder in
            let source = try Source("//: # T\npage.train(e)\n", in: folder)
            struct Training: Chapter {
                let source: Source
                func run(_ page: Page) async throws {
                    _ = try await page.train(.tiny(), file: source.path, line: 2)
                }
            }
            let book = Book(title: "T", summary: "S", chapters: [Training(source: source)])
            func expected(_ profile: Profile) async throws -> [Forecast.Expectation] {
                let (stream, continuation) = AsyncStream.makeStream(of: [Forecast.Expectation].self)
                _ = try await BookRun(
                    book: book, slugs: ["01-a"], profile: profile, seed: 0, jobs: 1,
                    output: folder.appending(path: "output")
                ).perform { if case .began(let expectations) = $0.what { continuation.yield(expectations) } }
                continuation.finish()
                return await stream.reduce(into: []) { $0 += $1 }
            }
            let first = try await expected(.quick)
            #expect(first.map(\.chapter) == [1] && first[0].work == nil)
            let second = try await expected(.quick)
            #expect(second[0].work?.experiments.keys.sorted() == ["e"])
            #expect(try await expected(.paper)[0].work == nil, "the paper's scale is another matter")
        }
    }
}
