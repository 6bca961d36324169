import Foundation
import ToyModels

/// How far a run has come, and how long it will still take, as far as that can be known.
///
/// A chapter says what it trains only when it gets there. If an earlier run with the same profile left its times, they tell
/// what is to come. If not, only what has been announced so far counts, and the time is a lower bound.
public struct Forecast: Sendable {
    /// What an earlier run knows of a chapter's work.
    public struct Expectation: Sendable {
        /// The chapter's number.
        public var chapter: Int
        /// How often the chapter is run: once for each seed.
        public var runs: Int
        /// The seconds of core time that each experiment took, by its id, and the seconds that all else took; nil if no
        /// earlier run tells.
        public var work: (experiments: [String: Double], other: Double)?

        /// What is expected of a chapter.
        public init(chapter: Int, runs: Int = 1, work: (experiments: [String: Double], other: Double)? = nil) {
            self.chapter = chapter
            self.runs = runs
            self.work = work
        }

        init(chapter: Int, runs: Int, known: Manifest.Chapter?) {
            self.init(chapter: chapter, runs: runs)
            // Without times, as with a given date, nothing is known.
            guard let known, let total = known.seconds else { return }
            let pairs = known.experiments.map { ($0.id, $0.seconds ?? 0) }
            let experiments = Dictionary(pairs, uniquingKeysWith: +)
            work = (experiments, max(0, total - experiments.values.reduce(0, +)))
        }
    }

    /// How long a run will still take.
    public enum Left: Hashable, Sendable {
        /// Nothing tells.
        case unknown
        /// So many seconds for what is known to come, and something that is not known.
        case atLeast(Double)
        /// So many seconds.
        case about(Double)
    }

    /// One run of a chapter.
    private struct Place: Hashable {
        var chapter: Int
        var seed: UInt64?
    }

    /// What an experiment needs, and how much of that is done.
    private struct Training {
        var work: Double
        var share = 0.0
    }

    private let expectations: [Int: Expectation]
    private let threads: Int
    private var trainings: [Place: [String: Training]] = [:]
    private var ended: [Int: Int] = [:]
    /// Core time of what was expected and has been trained: as it was, and as it was expected.
    private var taken = (actual: 0.0, expected: 0.0)

    /// The forecast for a run that begins.
    public init(_ expectations: [Expectation], threads: Int) {
        self.expectations = Dictionary(expectations.map { ($0.chapter, $0) }, uniquingKeysWith: { first, _ in first })
        self.threads = max(1, threads)
    }

    /// How many chapters there are.
    public var chapters: Int { expectations.count }

    /// How many of them have ended.
    public var chaptersEnded: Int { expectations.values.count { ended[$0.chapter, default: 0] >= $0.runs } }

    /// Takes note of what has happened.
    public mutating func note(_ event: RunEvent) {
        guard let chapter = event.chapter else { return }
        let place = Place(chapter: chapter, seed: event.seed)
        switch event.what {
        case .chapterStarted: trainings[place] = trainings[place] ?? [:]
        case .found(let experiment, _): trainings[place, default: [:]][experiment.id] = Training(work: 0, share: 1)
        case .trainingStarted(let experiment, _):
            trainings[place, default: [:]][experiment.id] = Training(work: experiment.work)
        case .training(let experiment, let progress):
            // What threads tell may come in another order than it was so.
            let share = progress.total > 0 ? Double(progress.done) / Double(progress.total) : 0
            let old = trainings[place]?[experiment.id]?.share ?? 0
            trainings[place]?[experiment.id]?.share = max(old, share)
        case .trainingEnded(let experiment, let seconds, _):
            trainings[place]?[experiment.id]?.share = 1
            if let expected = expectations[chapter]?.work?.experiments[experiment.id] {
                taken.actual += seconds
                taken.expected += expected
            }
        case .chapterEnded: ended[chapter, default: 0] += 1
        case .began, .ended, .notice: break
        }
    }

    /// How long the run will still take, after so many seconds.
    public func left(after elapsed: Double) -> Left {
        // This machine, now, against the one of the earlier run.
        let slowness = taken.actual > 0 && taken.expected > 0 ? taken.actual / taken.expected : 1
        let done = trainings.values.flatMap(\.values).reduce(0) { $0 + $1.work * $1.share }
        let speed = done > 0 && elapsed > 0 ? done / elapsed : nil

        var seconds = 0.0
        var isComplete = true
        for expectation in expectations.values {
            let runs = trainings.filter { $0.key.chapter == expectation.chapter }.map(\.value)
            for announced in runs {
                for (id, training) in announced where training.share < 1 {
                    if let expected = expectation.work?.experiments[id] {
                        seconds += slowness * expected * (1 - training.share) / Double(threads)
                    } else if let speed {
                        seconds += training.work * (1 - training.share) / speed
                    } else {
                        isComplete = false
                    }
                }
            }
            let open = expectation.runs - ended[expectation.chapter, default: 0]
            guard open > 0 else { continue }
            guard let work = expectation.work else {
                isComplete = false
                continue
            }
            let unannounced = work.experiments.reduce(0) { sum, experiment in
                sum + experiment.value * Double(expectation.runs - runs.count { $0[experiment.key] != nil })
            }
            seconds += (slowness * unannounced + work.other * Double(open)) / Double(threads)
        }
        if isComplete { return .about(seconds) }
        return seconds > 0 ? .atLeast(seconds) : .unknown
    }
}

extension Forecast.Left: CustomStringConvertible {
    /// For a reader: "about 4 min left".
    public var description: String {
        switch self {
        case .unknown: "time left not known yet"
        case .atLeast(let seconds): "at least \(Self.rough(seconds)) left"
        case .about(let seconds): "about \(Self.rough(seconds)) left"
        }
    }

    /// No finer than such a number can be.
    private static func rough(_ seconds: Double) -> String {
        guard seconds < 3_600_000 else { return "1000 hours" }
        if seconds < 55 { return "\(max(5, Int((seconds / 5).rounded(.up)) * 5)) s" }
        let minutes = Int((seconds / 60).rounded(.up))
        return minutes < 120 ? "\(minutes) min" : "\(Int((Double(minutes) / 60).rounded())) hours"
    }
}

extension Experiment {
    /// About how much training is to be done, in products of an input and a weight.
    fileprivate var work: Double {
        Double(architecture.features) * Double(architecture.hidden) * Double(batchSize) * Double(models) * Double(steps)
    }
}
