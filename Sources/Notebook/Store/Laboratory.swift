import Foundation
import Synchronization
import ToyModels

/// Where a chapter's experiments are trained, or found as an earlier run has trained them.
final class Laboratory: Sendable {
    /// What an experiment gives.
    struct Result: Sendable {
        var models: TrainedModels
        /// The models as a safetensors file.
        var data: Data
        /// How long training took, now or then: the time of its threads, added up.
        var seconds: Double
        /// The most memory that the program had then, in bytes.
        var peakMemory: Int?
        /// Whether an earlier run has trained it.
        var isFound: Bool
    }

    /// The seed from which all random numbers derive.
    var seed: UInt64 { trainer.seed }

    private let trainer: Trainer
    private let profile: Profile
    private let store: RunStore?
    private let isFresh: Bool
    /// Where it is noted what is asked for, instead of being trained; nil to train it.
    private let foreseen: Foreseen?
    private let observe: @Sendable (RunEvent.What) -> Void
    private let isKeeping = Mutex(true)
    /// What was trained or found so far, which later experiments may refer to.
    private let library = Mutex(ModelLibrary())
    private let tables: SampleTables?

    /// - Parameters:
    ///   - store: where results are looked up and kept; nil to train everything and keep nothing.
    ///   - isFresh: whether to train everything, and keep it.
    init(
        trainer: Trainer, profile: Profile, store: RunStore?, isFresh: Bool = false,
        observe: @escaping @Sendable (RunEvent.What) -> Void
    ) {
        self.trainer = trainer
        self.profile = profile
        self.store = store
        self.isFresh = isFresh
        self.observe = observe
        (foreseen, tables) = (nil, nil)
    }

    /// A laboratory that notes what it is asked for, and trains only stand-ins for what the store does not have.
    init(trainer: Trainer, profile: Profile, store: RunStore, foresee foreseen: Foreseen, tables: SampleTables) {
        self.tables = tables
        self.trainer = trainer
        self.profile = profile
        self.store = store
        self.foreseen = foreseen
        isFresh = false
        observe = { _ in }
    }

    /// Takes a table of samples, to which experiments may then refer.
    func provide(_ table: SampleTable) -> SampleTableReference {
        let reference = SampleTableReference(sha256: table.checksum)
        library.withLock { $0.insert(table, as: reference) }
        tables?.insert(table, as: reference)
        return reference
    }

    /// Trains an experiment, unless its models are in the store.
    ///
    /// - Parameter deciding: the keys of models by which it was made what it is, besides those that it uses.
    /// - Throws: `TrainingError`; `CancellationError`.
    func result(of experiment: Experiment, decidedBy deciding: [String] = []) async throws -> Result {
        try experiment.validate()
        let result = try await self.result(
            of: ExperimentKey(experiment: experiment, seed: trainer.seed), decidedBy: deciding)
        library.withLock { $0.insert(result.models) }
        return result
    }

    private func result(of key: ExperimentKey, decidedBy deciding: [String]) async throws -> Result {
        func note(_ missing: [Range<Int>]) throws {
            try foreseen?.note(key, name: key.lineage(), after: key.experiment.uses + deciding, missing: missing)
        }
        let (experiment, name) = (key.experiment, try key.lineage())
        var reason: String?
        if isFresh {
            reason = "--fresh"
        } else if let store {
            switch try store.find(key, profile: foreseen == nil ? profile : nil) {
            case .found(let entry, let times):
                if let models = try? Safetensors(decoding: entry.data).models(of: experiment, key: name) {
                    try note([])
                    observe(.found(experiment, seconds: times?.seconds ?? 0))
                    return Result(
                        models: models, data: entry.data, seconds: times?.seconds ?? 0,
                        peakMemory: times?.peakMemory, isFound: true)
                }
                reason = "its entry in the run store does not fit it"
            case .missing(let changes): reason = changes
            case .damaged(let failure, let isSetAside):
                let what = isSetAside ? "it was set aside and is not used" : "it is not used"
                observe(.notice("The run store's entry of '\(experiment.id)' \(failure): \(what)."))
                reason = "its entry in the run store \(failure)"
            }
        }
        if foreseen != nil, let missing = try store?.missing(of: key), !missing.isEmpty {
            try note(missing)
            return try standIn(for: key, name: name)
        }

        // What others have trained of it need not be trained again.
        let known = try isFresh ? [] : parts(of: key)
        let there = Set(known.map(\.models))
        let missing = experiment.groups.filter { !there.contains($0) }
        let isFound = missing.isEmpty && !known.isEmpty
        if foreseen != nil {
            try note(missing)
            // A part may have been removed meanwhile.
            guard isFound else { return try standIn(for: key, name: name) }
        }
        if !isFound { observe(.trainingStarted(experiment, because: reason)) }
        let trained = try await trainer.train(groups: missing, of: experiment, library: library.withLock(\.self)) {
            [observe] in observe(.training(experiment, $0))
        }
        let groups = (known + trained).sorted { $0.models.lowerBound < $1.models.lowerBound }
        var models = TrainedModels(joining: groups, of: experiment, seed: key.seed)
        models.key = name
        let data = try Safetensors(models).encoded()
        let memory = PeakMemory.bytes
        keep(
            StoreEntry(head: .init(key: key, profile: profile), data: data),
            StoreTimes(seconds: models.seconds, peakMemory: memory))
        if !known.isEmpty { try store?.removeParts(of: key) }
        observe(
            isFound
                ? .found(experiment, seconds: models.seconds)
                : .trainingEnded(experiment, seconds: models.seconds, because: reason))
        return Result(models: models, data: data, seconds: models.seconds, peakMemory: memory, isFound: isFound)
    }

    /// Models that are hardly trained, in place of those that are to be.
    private func standIn(for key: ExperimentKey, name: String) throws -> Result {
        var models = try trainer.standIn(for: key.experiment, library: library.withLock(\.self))
        models.key = name
        return Result(models: models, data: Data(), seconds: 0, peakMemory: nil, isFound: false)
    }

    /// The groups of models that the store has of an experiment.
    private func parts(of key: ExperimentKey) throws -> [TrainedGroup] {
        guard let store else { return [] }
        return try store.parts(of: key).compactMap { models in
            guard let part = try store.part(of: key, models), let tensors = try? Safetensors(decoding: part.entry.data)
            else { return nil }
            return try? tensors.group(models, of: key.experiment, seconds: part.times?.seconds ?? 0)
        }
    }

    /// Keeps a result. Where that cannot be done the run goes on without: what it is for does not need it.
    private func keep(_ entry: StoreEntry, _ times: StoreTimes) {
        guard let store, isKeeping.withLock({ $0 }) else { return }
        do {
            try store.keep(entry, times)
        } catch let failure as StoreEntry.Failure {
            observe(
                .notice(
                    "The run store's entry of '\(entry.head.key.experiment.id)' \(failure): it stays, and what was "
                        + "trained is not kept."))
        } catch {
            isKeeping.withLock { $0 = false }
            observe(
                .notice("The run store cannot be written to (\(reason(for: error))): the next run will train again."))
        }
    }
}
