import Foundation
import Synchronization
import ToyModels

/// Trains one machine's share of a plan, and writes it to the store.
///
/// Any number of machines may do so at any time, each for its own share, also several for the same one: who finds that a
/// group of models is being trained by somebody else does another one first, and then waits for it, or takes it over from
/// who is gone. A result never depends on who has trained it.
public struct SharedTraining: Sendable {
    /// What happens.
    public enum Event: Sendable {
        /// A group of models is trained, or was found to be; how many of the share are.
        case trained(WorkPlan.Item, Range<Int>, isFound: Bool, done: Int, of: Int)
        /// All groups of an experiment are there, and it was put together.
        case completed(WorkPlan.Item)
        /// Somebody else trains a group: a machine's name, and the number of a job or process.
        case waiting(WorkPlan.Item, Range<Int>, host: String, job: String)
    }

    private let planning: Planning
    private let store: RunStore
    private let profile: Profile
    private let machine: Machine
    private let holder: Lease.Holder
    private let interval: Duration
    private let observe: @Sendable (Event) -> Void

    /// Training for a plan.
    ///
    /// - Parameters:
    ///   - planning: with this store.
    ///   - jobs: the number of threads that train; at least 1.
    ///   - interval: how often leases are renewed. Who has not renewed his for four times as long is taken to be gone.
    public init(
        _ planning: Planning, store: RunStore, profile: Profile, jobs: Int, interval: Duration = .seconds(20),
        observe: @escaping @Sendable (Event) -> Void
    ) {
        self.init(
            planning, store: store, profile: profile, jobs: jobs, interval: interval, holder: .own, observe: observe)
    }

    init(
        _ planning: Planning, store: RunStore, profile: Profile, jobs: Int, interval: Duration, holder: Lease.Holder,
        observe: @escaping @Sendable (Event) -> Void
    ) {
        self.planning = planning
        self.store = store
        self.profile = profile
        machine = Machine(threads: jobs)
        self.interval = interval
        self.holder = holder
        self.observe = observe
    }

    /// Trains a share of a wave.
    ///
    /// - Parameters:
    ///   - plan: of which the share is one.
    ///   - shard: the share, from 0.
    ///   - shards: how many shares there are.
    /// - Returns: how many groups of the share could not be trained, as what they use is not there yet.
    /// - Throws: `TrainingError`; what writing to the store throws; `CancellationError`.
    public func train(_ plan: WorkPlan, wave: Int, shard: Int, of shards: Int) async throws -> Int {
        let share = plan.units(ofWave: wave).shared(among: shards)[shard]
        let works = try await works(share)
        let ready = works.filter(\.isReady)
        let counter = Counter(total: ready.reduce(0) { $0 + $1.groups.count })
        try await sideBySide(ready, atMost: machine.threads + 1) { work in
            if let library = try library(for: work) { try await train(work, library, counter: counter) }
        }
        return share.count - counter.done
    }

    /// An experiment, and which groups of its models are to be trained.
    private struct Work: Sendable {
        var item: WorkPlan.Item
        var key: ExperimentKey
        var groups: [Range<Int>]
        /// The experiments that this one uses.
        var used: [WorkPlan.Item]

        var isReady: Bool { item.isReady }

        /// About how long a thread trains the groups.
        var seconds: Double {
            let models = groups.reduce(0) { $0 + $1.count }
            return item.experiment.estimatedSeconds * Double(models) / Double(item.experiment.models)
        }

        init(_ item: WorkPlan.Item, _ groups: [Range<Int>], used: [WorkPlan.Item]) {
            self.item = item
            self.groups = groups
            self.used = used
            key = ExperimentKey(experiment: item.experiment, seed: item.seed)
        }
    }

    /// The units of a share by experiment, as what that uses is read once for all its groups; the one that takes longest
    /// first. What was not known of them is now: what a later wave uses is there.
    private func works(_ share: [WorkPlan.Unit]) async throws -> [Work] {
        struct Place: Hashable {
            var chapter: Int
            var seed: UInt64
        }
        let units = Dictionary(grouping: share) { Place(chapter: $0.item.chapter, seed: $0.item.seed) }
        let works = try await sideBySide(Array(units), atMost: machine.threads) { place, units in
            let units = Dictionary(grouping: units, by: \.item.experiment.id)
            let isKnown = units.values.allSatisfy { $0[0].item.isKnown }
            let known =
                isKnown
                ? units.values.map { $0[0].item }
                : try await planning.items(ofChapter: place.chapter, seed: place.seed, until: Set(units.keys))
            return known.compactMap { item -> Work? in
                guard let units = units[item.experiment.id] else { return nil }
                let groups = Set(item.experiment.groups).intersection(units.map(\.models))
                return Work(
                    item, groups.sorted { $0.lowerBound < $1.lowerBound },
                    used: known.filter { item.experiment.uses.contains($0.name) })
            }
        }
        return works.flatMap(\.self).sorted { first, second in
            let (a, b) = (first.seconds, second.seconds)
            return a == b ? first.key.experiment.id < second.key.experiment.id : a > b
        }
    }

    /// Trains those groups of an experiment that nobody has trained.
    private func train(_ work: Work, _ library: ModelLibrary, counter: Counter) async throws {
        let results = try await sideBySide(work.groups, atMost: machine.threads + 1) { group in
            guard try store.isMissing(group, of: work.key) else {
                tell(work, group, isFound: true, counter)
                return (group, isHeld: false)
            }
            guard let lease = try store.lease(work.key, group, by: holder) else { return (group, isHeld: true) }
            try await train(group, of: work, library, lease: lease, counter: counter)
            return (group, isHeld: false)
        }
        try await sideBySide(results.filter(\.isHeld).map(\.0), atMost: machine.threads + 1) { group in
            if try await isLeftAlone(group, of: work) {
                let lease = try store.lease(work.key, group, by: holder)
                try await train(group, of: work, library, lease: lease, counter: counter)
            } else {
                tell(work, group, isFound: true, counter)
            }
        }
        try complete(work)
    }

    private func train(
        _ group: Range<Int>, of work: Work, _ library: ModelLibrary, lease: Lease?, counter: Counter
    ) async throws {
        let renewing = Task { [interval] in
            while (try? await Task.sleep(for: interval)) != nil { lease?.renew() }
        }
        defer {
            renewing.cancel()
            lease?.end()
        }
        let trainer = Trainer(seed: work.item.seed, on: machine)
        for trained in try await trainer.train(groups: [group], of: work.item.experiment, library: library) {
            try keep(trained, of: work.key)
        }
        tell(work, group, isFound: false, counter)
    }

    private func tell(_ work: Work, _ group: Range<Int>, isFound: Bool, _ counter: Counter) {
        observe(.trained(work.item, group, isFound: isFound, done: counter.next(), of: counter.total))
    }

    /// Waits until somebody else has trained a group, or is seen to be gone.
    ///
    /// - Returns: whether it is still to be trained.
    private func isLeftAlone(_ group: Range<Int>, of work: Work) async throws -> Bool {
        var last = try store.leaseNote(work.key, group)
        var seen = ContinuousClock.now
        if let holder = last?.holder {
            observe(.waiting(work.item, group, host: holder.host, job: holder.job ?? "process \(holder.process)"))
        }
        while try store.isMissing(group, of: work.key) {
            let note = try store.leaseNote(work.key, group)
            if note != last { (last, seen) = (note, .now) }
            // A lease that has ended and what it was for may be seen in either order, some time apart.
            let patience = note == nil ? interval : interval * 4
            if note?.holder.isGone(by: holder) == true || ContinuousClock.now - seen > patience {
                try store.endLease(work.key, group)
                return true
            }
            try await Task.sleep(for: interval / 4)
        }
        return false
    }

    /// Keeps a group of an experiment's models.
    private func keep(_ group: TrainedGroup, of key: ExperimentKey) throws {
        let times = StoreTimes(seconds: group.seconds, peakMemory: PeakMemory.bytes)
        let data = try Safetensors(group, of: key.experiment).encoded()
        try store.keep(StoreEntry(head: .init(key: key, profile: profile, models: group.models), data: data), times)
    }

    /// Puts an experiment together if all its groups are there.
    private func complete(_ work: Work) throws {
        let key = work.key
        // Somebody who did not see it yet may have trained a group once more.
        if try store.has(key) { return try store.removeParts(of: key) }
        guard try store.missing(of: key).isEmpty else { return }
        let parts = try key.experiment.groups.map { try store.part(of: key, $0) }
        let groups = zip(key.experiment.groups, parts).compactMap { models, part in
            try? part.flatMap {
                try Safetensors(decoding: $0.entry.data).group(
                    models, of: key.experiment, seconds: $0.times?.seconds ?? 0)
            }
        }
        // Otherwise somebody else has just put it together, or a part was damaged.
        guard groups.count == parts.count else { return }
        var models = TrainedModels(joining: groups, of: key.experiment, seed: key.seed)
        models.key = try key.lineage()
        let entry = StoreEntry(head: .init(key: key, profile: profile), data: try Safetensors(models).encoded())
        try store.keep(entry, StoreTimes(joining: parts.compactMap { $0?.times }))
        try store.removeParts(of: key)
        observe(.completed(work.item))
    }

    /// The models that an experiment uses; nil if they are not seen.
    private func library(for work: Work) throws -> ModelLibrary? {
        var library = ModelLibrary()
        for reference in Set(work.item.experiment.settings.compactMap(\.data.table)) {
            guard let table = planning.tables[reference] else { return nil }
            library.insert(table, as: reference)
        }
        for used in work.used {
            let key = ExperimentKey(experiment: used.experiment, seed: used.seed)
            guard case .found(let entry, _) = try store.find(key, profile: nil) else { return nil }
            library.insert(try Safetensors(decoding: entry.data).models(of: used.experiment, key: used.name))
        }
        return library
    }
}

/// Counts what is done.
private final class Counter: Sendable {
    let total: Int
    private let count = Mutex(0)

    init(total: Int) { self.total = total }

    var done: Int { count.withLock(\.self) }

    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
