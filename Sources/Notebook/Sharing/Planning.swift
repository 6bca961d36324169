import Synchronization
import ToyModels

/// Finds out what a run of some chapters has to train.
///
/// A chapter is run with stand-ins for what the store does not have: models that are hardly trained. So its later calls come
/// into sight, too.
public struct Planning: Sendable {
    private let chapters: [any Chapter]
    private let profile: Profile
    private let jobs: Int
    private let store: RunStore
    /// What chapters have provided so far.
    let tables = SampleTables()

    /// A plan for some chapters of a book.
    ///
    /// - Parameters:
    ///   - slugs: the chapters, in any order.
    ///   - jobs: how many chapters are run at the same time; at least 1.
    ///   - store: where what is trained already is looked up.
    public init(book: Book, slugs: [String], profile: Profile, jobs: Int, store: RunStore) {
        chapters = book.chapters.filter { slugs.contains($0.source.slug) }
        self.profile = profile
        self.jobs = jobs
        self.store = store
    }

    /// What is to be trained with some seeds.
    ///
    /// Chapters are run with the first two. With another one the same is trained, but for what differs between those, and for
    /// which of an earlier experiment's models a later one uses.
    ///
    /// - Parameter isExact: whether to find out, for all seeds, what those are where that can be known. It takes a run of a
    ///   chapter for each seed.
    /// - Throws: ``NotebookError``; what chapters throw; `CancellationError`.
    public func plan(seeds: [UInt64], isExact: Bool = true) async throws -> WorkPlan {
        guard !seeds.isEmpty else { return WorkPlan(items: []) }
        let names = try store.names()
        let runs = seeds.prefix(2).flatMap { seed in chapters.map { (chapter: $0, seed: seed) } }
        let run = try await sideBySide(runs, atMost: jobs) { try await items(of: $0.chapter, seed: $0.seed) }
        let firsts = run.prefix(chapters.count)
        let differing = zip(firsts, run.dropFirst(chapters.count)).map { first, second in
            Set(first.map(\.experiment)).subtracting(second.map(\.experiment)).map(\.id)
        }
        let later = seeds.dropFirst(2).flatMap { seed in
            chapters.indices.map { (chapter: chapters[$0], items: firsts[$0], differing: differing[$0], seed: seed) }
        }
        let others = try await sideBySide(later, atMost: jobs) { chapter, items, differing, seed in
            let items = try items.map { item in
                try self.item(item, seed: seed, isKnown: !differing.contains(item.experiment.id), among: names)
            }
            // What uses others cannot be known before something is there.
            let canBeKnown = items.contains { !$0.isKnown && $0.wave == 1 || $0.isKnown && $0.isThere }
            let isAllKnown = items.allSatisfy(\.isKnown)
            return isExact && canBeKnown && !isAllKnown ? try await self.items(of: chapter, seed: seed) : items
        }
        // Chapters may have an experiment in common.
        var seen: Set<String> = []
        return WorkPlan(
            items: (run + others).flatMap(\.self).filter {
                !$0.isKnown || seen.insert("\($0.seed) \($0.name)").inserted
            })
    }

    /// The same experiment with another seed.
    private func item(
        _ item: WorkPlan.Item, seed: UInt64, isKnown: Bool, among names: Set<String>
    ) throws -> WorkPlan.Item {
        var item = item
        item.seed = seed
        item.isKnown = isKnown && item.wave == 1
        if item.isKnown {
            let key = ExperimentKey(experiment: item.experiment, seed: seed)
            (item.name, item.missing) = (try key.lineage(), try store.missing(of: key, among: names))
        } else {
            (item.name, item.isReady, item.missing) = (item.experiment.id, false, item.experiment.groups)
        }
        return item
    }

    /// What a chapter trains with one seed.
    ///
    /// - Parameter wanted: the ids of experiments after which the rest does not matter; nil for all.
    func items(of chapter: any Chapter, seed: UInt64, until wanted: Set<String>? = nil) async throws -> [WorkPlan.Item]
    {
        let text = try chapter.source.text()
        let foreseen = Foreseen(chapter: chapter.source.number, wanted: wanted)
        let laboratory = Laboratory(
            trainer: Trainer(seed: seed, jobs: 1), profile: profile, store: store, foresee: foreseen, tables: tables)
        let page = Page(
            chapter.source, lines: text.lines, profile: profile, laboratory: laboratory, folder: nil, isTimed: false)
        do {
            try await chapter.run(page)
        } catch is Foreseen.Enough {}
        try Task.checkCancellation()
        // Experiments that are trained side by side are asked for in any order, and all who share must count alike.
        return foreseen.items.sorted { ($0.wave, $0.experiment.id) < ($1.wave, $1.experiment.id) }
    }

    /// What a chapter trains with one seed, by its number.
    func items(ofChapter number: Int, seed: UInt64, until wanted: Set<String>) async throws -> [WorkPlan.Item] {
        guard let chapter = chapters.first(where: { $0.source.number == number }) else { return [] }
        return try await items(of: chapter, seed: seed, until: wanted)
    }
}

/// What a chapter was seen to ask for.
final class Foreseen: Sendable {
    /// All that is wanted was seen.
    struct Enough: Error {}

    private let chapter: Int
    private let wanted: Set<String>?
    private let state = Mutex<(items: [WorkPlan.Item], waves: [String: Int], isThere: Set<String>)>(([], [:], []))

    init(chapter: Int, wanted: Set<String>?) { (self.chapter, self.wanted) = (chapter, wanted) }

    var items: [WorkPlan.Item] { state.withLock { $0.items } }

    /// Notes an experiment.
    ///
    /// - Parameters:
    ///   - name: what others refer to it by.
    ///   - before: the names of those that come first.
    ///   - missing: the groups that the store does not have.
    /// - Throws: ``Enough``.
    func note(_ key: ExperimentKey, name: String, after before: [String], missing: [Range<Int>]) throws {
        let isEnough = state.withLock { state in
            let wave = 1 + (before.compactMap { state.waves[$0] }.max() ?? 0)
            let isReady = before.allSatisfy { state.isThere.contains($0) }
            state.waves[name] = wave
            if missing.isEmpty && isReady { state.isThere.insert(name) }
            state.items.append(
                .init(
                    chapter: chapter, experiment: key.experiment, seed: key.seed, wave: wave, name: name,
                    isKnown: wave == 1,
                    isReady: isReady, missing: missing))
            return wanted?.isSubset(of: state.items.map(\.experiment.id)) ?? false
        }
        if isEnough { throw Enough() }
    }
}
