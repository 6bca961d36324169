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
        guard let first = seeds.first else { return WorkPlan(items: []) }
        let firsts = try await sideBySide(chapters, atMost: chapters.count) { try await items(of: $0, seed: first) }
        let runs = seeds.dropFirst().flatMap { seed in zip(chapters, firsts).map { (chapter: $0, first: $1, seed: seed) } }
        let others = try await sideBySide(runs, atMost: chapters.count) { chapter, first, seed in
            // Where nothing uses anything, another seed changes only the seed.
            guard first.allSatisfy(\.experiment.uses.isEmpty) else { return try await items(of: chapter, seed: seed) }
            return try first.map { try item($0, seed: seed) }
        }
        return WorkPlan(items: (firsts + others).flatMap(\.self))
    }

    /// The same experiment with another seed.
    private func item(_ item: WorkPlan.Item, seed: UInt64) throws -> WorkPlan.Item {
        let key = ExperimentKey(experiment: item.experiment, seed: seed)
        var item = item
        (item.seed, item.name, item.missing) = (seed, try key.lineage(), try store.missing(of: key))
        return item
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
    private let state = Mutex<(items: [WorkPlan.Item], waves: [String: Int], isThere: Set<String>)>(([], [:], []))

    init(chapter: Int) { self.chapter = chapter }

    var items: [WorkPlan.Item] { state.withLock { $0.items } }

    /// Notes an experiment.
    ///
    /// - Parameters:
    ///   - name: what others refer to it by.
    ///   - missing: the groups that the store does not have.
    func note(_ key: ExperimentKey, name: String, missing: [Range<Int>]) {
        state.withLock { state in
            let uses = key.experiment.uses
            let wave = 1 + (uses.compactMap { state.waves[$0] }.max() ?? 0)
            let isReady = uses.allSatisfy { state.isThere.contains($0) }
            state.waves[name] = wave
            if missing.isEmpty && isReady { state.isThere.insert(name) }
            state.items.append(
                .init(
                    chapter: chapter, experiment: key.experiment, seed: key.seed, wave: wave, name: name,
                    isReady: isReady, missing: missing))
        }
    }
}
