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
        /// A group of models is trained.
        case trained(WorkPlan.Item, Range<Int>, done: Int, of: Int)
        /// All groups of an experiment are there, and it was put together.
        case completed(WorkPlan.Item)
        /// Somebody else trains a group.
        case waiting(WorkPlan.Item, Range<Int>, host: String, job: String)
    }

    private let plan: WorkPlan
    private let store: RunStore
    private let profile: Profile
    private let machine: Machine
    private let holder = Lease.Holder.own
    private let interval: Duration
    private let observe: @Sendable (Event) -> Void

    /// - Parameters:
    ///   - plan: made with this store.
    ///   - jobs: the number of threads that train; at least 1.
    ///   - interval: how often leases are renewed. Who has not renewed his for four times as long is taken to be gone.
    public init(
        _ plan: WorkPlan, store: RunStore, profile: Profile, jobs: Int, interval: Duration = .seconds(20),
        observe: @escaping @Sendable (Event) -> Void
    ) {
        self.plan = plan
        self.store = store
        self.profile = profile
        machine = Machine(threads: jobs)
        self.interval = interval
        self.observe = observe
    }

    /// Trains a share of a wave.
    ///
    /// - Parameters:
    ///   - shard: the share, from 0.
    ///   - shards: how many shares there are.
    /// - Returns: how many groups of the share could not be trained, as what they use is not there yet.
    /// - Throws: `TrainingError`; what writing to the store throws; `CancellationError`.
    public func train(wave: Int, shard: Int, of shards: Int) async throws -> Int {
        let share = plan.units(ofWave: wave).shared(among: shards)[shard]
        // By experiment, as what it uses is read once for all its groups.
        let works = Dictionary(grouping: share) { "\($0.item.seed) \($0.item.name)" }.values
            .sorted { ($1[0].seconds, $0[0].item.name) < ($0[0].seconds, $1[0].item.name) }
        var later = 0
        var total = 0
        for units in works where !units[0].item.isReady { later += units.count }
        let ready = works.filter { $0[0].item.isReady }
        total = ready.reduce(0) { $0 + $1.count }
        let counter = Counter(total: total)
        try await sideBySide(Array(ready), atMost: machine.threads + 1) { units in
            try await train(units[0].item, units.map(\.models), counter: counter)
        }
        return later
    }

    /// Trains groups of an experiment that nobody has trained.
    private func train(_ item: WorkPlan.Item, _ groups: [Range<Int>], counter: Counter) async throws {
        let key = ExperimentKey(experiment: item.experiment, seed: item.seed)
        let library = try library(for: item)
        let trainer = Trainer(seed: item.seed, on: machine)
        var held: [Range<Int>] = []
        func missing(_ group: Range<Int>) throws -> Bool { try store.missing(of: key).contains(group) }
        func work(_ group: Range<Int>, _ lease: Lease?) async throws {
            let renewing = lease.map { lease in renew(lease) }
            defer {
                renewing?.cancel()
                lease?.end()
            }
            let trained = try await trainer.train(groups: [group], of: item.experiment, library: library)
            for group in trained { try keep(group, of: key) }
            observe(.trained(item, group, done: counter.next(), of: counter.total))
        }
        for group in groups {
            guard try missing(group) else {
                _ = counter.next()
                continue
            }
            guard let lease = try store.lease(key, group, by: holder) else {
                held.append(group)
                continue
            }
            try await work(group, lease)
        }
        for group in held {
            if try await isLeftAlone(key, group, item: item) { try await work(group, try store.lease(key, group, by: holder)) }
        }
        try complete(item, key)
    }

    /// Waits until somebody else has trained a group, or is seen to be gone.
    ///
    /// - Returns: whether it is still to be trained.
    private func isLeftAlone(_ key: ExperimentKey, _ group: Range<Int>, item: WorkPlan.Item) async throws -> Bool {
        var last = try store.leaseNote(key, group)
        var seen = ContinuousClock.now
        if let last { observe(.waiting(item, group, host: last.holder.host, job: last.holder.job)) }
        while try store.missing(of: key).contains(group) {
            let note = try store.leaseNote(key, group)
            if note != last { (last, seen) = (note, .now) }
            if note == nil && ContinuousClock.now - seen > interval || ContinuousClock.now - seen > interval * 4 {
                try store.removeLease(key, group)
                return true
            }
            try await Task.sleep(for: interval / 4)
        }
        return false
    }

    private func renew(_ lease: Lease) -> Task<Void, Never> {
        Task { [interval] in
            while (try? await Task.sleep(for: interval)) != nil { lease.renew() }
        }
    }

    /// Keeps a group, or the whole experiment if it is all of it.
    private func keep(_ group: TrainedGroup, of key: ExperimentKey) throws {
        let times = StoreTimes(seconds: group.seconds, peakMemory: PeakMemory.bytes)
        let data = try Safetensors(group, of: key.experiment).encoded()
        try store.keep(StoreEntry(head: .init(key: key, profile: profile, models: group.models), data: data), times)
    }

    /// Puts an experiment together if all its groups are there.
    private func complete(_ item: WorkPlan.Item, _ key: ExperimentKey) throws {
        guard try !store.has(key), try store.missing(of: key).isEmpty else { return }
        var groups: [TrainedGroup] = []
        var times: [StoreTimes] = []
        for models in key.experiment.groups {
            // Somebody else may just have put it together.
            guard let part = try store.part(of: key, models),
                let group = try? Safetensors(decoding: part.entry.data).group(
                    models, of: key.experiment, seconds: part.times?.seconds ?? 0)
            else { return }
            groups.append(group)
            if let time = part.times { times.append(time) }
        }
        let models = TrainedModels(joining: groups, of: key.experiment, seed: key.seed)
        let entry = StoreEntry(head: .init(key: key, profile: profile), data: try Safetensors(models).encoded())
        try store.keep(entry, StoreTimes(joining: times))
        try store.removeParts(of: key)
        observe(.completed(item))
    }

    /// The models that an experiment uses.
    private func library(for item: WorkPlan.Item) throws -> ModelLibrary {
        var library = ModelLibrary()
        for name in item.experiment.uses {
            guard let used = plan.items.first(where: { $0.name == name && $0.seed == item.seed }) else { continue }
            let key = ExperimentKey(experiment: used.experiment, seed: used.seed)
            guard case .found(let entry, _) = try store.find(key, profile: profile) else { continue }
            library.insert(try Safetensors(decoding: entry.data).models(of: used.experiment, key: name))
        }
        return library
    }
}

/// Counts what is done.
private final class Counter: Sendable {
    let total: Int
    private let done = Mutex(0)

    init(total: Int) { self.total = total }

    func next() -> Int {
        done.withLock {
            $0 += 1
            return $0
        }
    }
}
