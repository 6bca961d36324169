import Synchronization
import ToyModels

/// Finds out what a run of some chapters has to train.
public struct Planning: Sendable {
    private let chapters: [any Chapter]
    private let profile: Profile
    private let machine: Machine
    private let store: RunStore

    /// A plan for some chapters of a book.
    ///
    /// - Parameters:
    ///   - slugs: the chapters, in any order.
    ///   - jobs: the number of threads that train stand-ins; at least 1.
    ///   - store: where what is trained already is looked up.
    public init(book: Book, slugs: [String], profile: Profile, jobs: Int, store: RunStore) {
        chapters = book.chapters.filter { slugs.contains($0.source.slug) }
        self.profile = profile
        machine = Machine(threads: jobs)
        self.store = store
    }

    /// What is to be trained with some seeds.
    ///
    /// - Throws: ``NotebookError``; what chapters throw; `CancellationError`.
    public func plan(seeds: [UInt64]) async throws -> WorkPlan {
        let runs = seeds.flatMap { seed in chapters.map { (chapter: $0, seed: seed) } }
        let items = try await sideBySide(runs, atMost: chapters.count) { chapter, seed in
            try await items(of: chapter, seed: seed)
        }
        return WorkPlan(items: items.flatMap(\.self))
    }

    /// What one chapter trains with one seed.
    func items(of chapter: any Chapter, seed: UInt64) async throws -> [WorkPlan.Item] {
        let text = try chapter.source.text()
        let foreseen = Foreseen(chapter: chapter.source.number)
        let laboratory = Laboratory(
            trainer: Trainer(seed: seed, on: machine), profile: profile, store: store, foresee: foreseen)
        let page = Page(
            chapter.source, lines: text.lines, profile: profile, laboratory: laboratory, folder: nil, isTimed: false)
        try await chapter.run(page)
        try Task.checkCancellation()
        return foreseen.items
    }
}

/// What a chapter was seen to ask for.
final class Foreseen: Sendable {
    private let chapter: Int
    private let state = Mutex<(items: [WorkPlan.Item], waves: [String: Int])>(([], [:]))

    init(chapter: Int) { self.chapter = chapter }

    var items: [WorkPlan.Item] { state.withLock { $0.items } }

    /// Notes an experiment.
    ///
    /// - Parameters:
    ///   - name: what others refer to it by.
    ///   - missing: the groups that the store does not have.
    func note(_ key: ExperimentKey, name: String, missing: [Range<Int>]) {
        state.withLock { state in
            // What is there is of no wave, and what uses only such is of the first.
            let wave = 1 + (key.experiment.uses.compactMap { state.waves[$0] }.max() ?? 0)
            if !missing.isEmpty { state.waves[name] = wave }
            state.items.append(
                .init(chapter: chapter, experiment: key.experiment, seed: key.seed, wave: wave, missing: missing))
        }
    }
}
