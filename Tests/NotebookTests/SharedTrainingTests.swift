import Foundation
import Synchronization
import TestSupport
import Testing
import ToyModels

@testable import Notebook

/// A chapter whose second experiment goes on from the best models of its first.
private struct TwoWaves: Chapter {
    let source: Source

    init(in folder: URL) throws { source = try Source("//: # Two waves\npage.train(e)\n", in: folder) }

    static func first() -> Experiment {
        Experiment(
            id: "first", architecture: .init(features: 2, hidden: 1),
            settings: [0.2, 0.8].map { .init(features: .init(density: $0, features: 2), importance: [1, 1]) },
            restarts: 4, steps: 3, batchSize: 4, learningRate: .constant(0.01), snapshots: [0, 2], evaluationSamples: 64
        )
    }

    func run(_ page: Page) async throws {
        let first = try await page.train(Self.first(), file: source.path, line: 2)
        var second = Self.first()
        second.id = "second"
        // With each seed others.
        var stream = page.stream("samples")
        var table = SampleTable(features: 2)
        for _ in 0..<12 { table.append(FeatureDistribution(density: 0.5, features: 2).sample(using: &stream)) }
        let samples = page.provide(table)
        var third = Self.first()
        third.id = "third"
        for setting in third.settings.indices {
            third.settings[setting].data = TrainingData(table, named: samples, samples: 8, heldOut: 4)
        }
        second.start = first.selection(
            (0..<2).flatMap { setting in Array(repeating: first.best(of: setting), count: 4) })
        _ = try await page.train(all: [second, third], file: source.path, line: 2)
    }
}

extension TrainedModels {
    /// The model of a setting that has the smallest loss.
    fileprivate func best(of setting: Int) -> Int {
        let count = experiment.models / experiment.settings.count
        let models = setting * count..<(setting + 1) * count
        return models.min { losses[$0] < losses[$1] } ?? models.lowerBound
    }
}

private let quickly = Duration.milliseconds(2)

@Suite struct SharedTrainingTests {
    private func planning(_ folder: URL, _ store: RunStore) throws -> Planning {
        let chapter = try TwoWaves(in: folder)
        let book = Book(title: "B", summary: "S", paper: "https://example.org", chapters: [chapter])
        return Planning(book: book, slugs: [chapter.source.slug], profile: .quick, jobs: 1, store: store)
    }

    /// Trains a share of both waves.
    private func train(
        _ folder: URL, _ store: RunStore, shard: Int = 0, of shards: Int = 1, machine: Int = 0, seeds: [UInt64] = [0],
        observe: @escaping @Sendable (SharedTraining.Event) -> Void = { _ in }
    ) async throws -> Int {
        let planning = try planning(folder, store)
        let training = SharedTraining(
            planning, store: store, profile: .quick, jobs: 1, interval: quickly,
            holder: .init(host: "machine \(machine)", process: 1), observe: observe)
        let plan = try await planning.plan(seeds: seeds, isExact: false)
        var left = 0
        for wave in 1...2 { left += try await training.train(plan, wave: wave, shard: shard, of: shards) }
        return left
    }

    /// The entries of a store, and what else it has but times.
    private func content(_ store: URL) -> (entries: [String: Data], others: [String]) {
        let all = files(in: store)
        return (
            all.filter { $0.key.hasSuffix(".entry") },
            all.keys.filter { !$0.hasSuffix(".entry") && !$0.hasSuffix(".times") && $0 != "run-store.txt" }
        )
    }

    /// The entries that one machine leaves.
    private func expected(_ folder: URL, seeds: Int = 1) async throws -> [String: Data] {
        let store = folder.appending(path: "alone")
        let chapter = try TwoWaves(in: folder)
        let book = Book(title: "B", summary: "S", paper: "https://example.org", chapters: [chapter])
        let run = BookRun(
            book: book, slugs: [chapter.source.slug], profile: .quick, seed: 0, jobs: 1,
            output: folder.appending(path: "output", directoryHint: .isDirectory), store: try RunStore(store),
            seeds: seeds
        )
        _ = try await run.perform()
        let entries = content(store).entries
        try #require(entries.count == 3 * seeds)
        return entries
    }

    @Test func `a plan lists what a run trains, in waves, and what is there`() async throws {
        try await withTemporaryFolder { folder in
            let store = try RunStore(folder.appending(path: "store"))
            let before = try await planning(folder, store).plan(seeds: [0, 1])
            let ids = ["first", "third", "second"]
            #expect(before.items.map(\.experiment.id) == ids + ids)
            #expect(before.items.map(\.wave) == [1, 1, 2, 1, 1, 2])
            #expect(before.items.map(\.seed) == [0, 0, 0, 1, 1, 1])
            #expect(before.items.map(\.isReady) == [true, true, false, true, true, false])
            #expect(before.items.allSatisfy { $0.missing == $0.experiment.groups && $0.missing.count > 1 })
            #expect(before.waves == 2 && before.description.contains("in 2 waves"))

            #expect(try await train(folder, store) == 0)
            let after = try await planning(folder, store).plan(seeds: [0, 1])
            #expect(after.items.map(\.isThere) == [true, true, true, false, false, false])
            #expect(after.description.hasPrefix("1, seed 0   first: 8 models, in the run store\n"))
        }
    }

    @Test func `shares in any order, twice, leave what one machine leaves`() async throws {
        try await withTemporaryFolder { folder in
            let url = folder.appending(path: "store")
            let store = try RunStore(url)
            #expect(try await train(folder, store, shard: 2, of: 3) > 0, "the second wave waits for the others' shares")
            for shard in [1, 0, 0, 2, 1] { _ = try await train(folder, store, shard: shard, of: 3, machine: shard) }
            let content = content(url)
            #expect(try await content.entries == expected(folder) && content.others == [])
        }
    }

    @Test func `each of several seeds has its own settings and its own winners`() async throws {
        try await withTemporaryFolder { folder in
            let url = folder.appending(path: "store")
            let store = try RunStore(url)
            let seeds: [UInt64] = [0, 1, 2, 3]
            for shard in [0, 1, 0, 1] { _ = try await train(folder, store, shard: shard, of: 2, seeds: seeds) }
            let content = content(url)
            #expect(try await content.entries == expected(folder, seeds: 4) && content.others == [])
            #expect(try await planning(folder, store).plan(seeds: seeds).items.allSatisfy(\.isThere))
        }
    }

    @Test func `a run goes on from parts, and removes them`() async throws {
        try await withTemporaryFolder { folder in
            let url = folder.appending(path: "store")
            let store = try RunStore(url)
            _ = try await train(folder, store, shard: 0, of: 3)
            #expect(content(url).others.contains { $0.hasSuffix(".part") })
            #expect(try RunStore.content(of: url).description.contains("part"))
            let laboratory = Laboratory(
                trainer: Trainer(jobs: 1), profile: .quick, store: store, observe: { _ in })
            let result = try await laboratory.result(of: TwoWaves.first())
            let whole = try await Trainer(jobs: 1).train(TwoWaves.first())
            #expect(result.models.weights == whole.weights && result.models.losses == whole.losses)
            #expect(result.models.snapshots == whole.snapshots && result.models.history == whole.history)
            #expect(!content(url).others.contains { $0.hasPrefix("first") })
        }
    }

    @Test func `a part that is damaged is trained again`() async throws {
        try await withTemporaryFolder { folder in
            let url = folder.appending(path: "store")
            let store = try RunStore(url)
            _ = try await train(folder, store, shard: 0, of: 3)
            let parts = content(url).others.filter { $0.hasSuffix(".part") }
            for part in parts {
                let file = url.appending(path: part)
                var data = try Data(contentsOf: file)
                data[data.count / 2] ^= 1
                try data.write(to: file)
            }
            try #require(!parts.isEmpty)
            for shard in [1, 2, 0, 1, 2, 0] { _ = try await train(folder, store, shard: shard, of: 3) }
            #expect(try await content(url).entries == expected(folder))
        }
    }

    @Test func `who is being waited for is named, and taken over from when it is gone`() async throws {
        try await withTemporaryFolder { folder in
            let store = try RunStore(folder.appending(path: "store"))
            let key = ExperimentKey(experiment: TwoWaves.first(), seed: 0)
            let group = key.experiment.groups[0]
            let gone = Lease.Holder(host: "elsewhere", process: 1, job: "17_3")
            let lease = try #require(try store.lease(key, group, by: gone))
            #expect(try store.lease(key, group, by: .own) == nil)
            let waits = Mutex<[String]>([])
            #expect(
                try await train(folder, store) { event in
                    if case .waiting(_, let models, let host, let job) = event, models == group {
                        waits.withLock { $0.append("\(host), \(job)") }
                    }
                } == 0)
            #expect(waits.withLock(\.self) == ["elsewhere, 17_3"])
            lease.renew()
            lease.end()
            #expect(try store.leaseNote(key, group) == nil)
        }
    }

    @Test func `a lease of an earlier start of the same job, or of a process that has ended, is nobody's`() async throws
    {
        try await withTemporaryFolder { folder in
            let store = try RunStore(folder.appending(path: "store"))
            let key = ExperimentKey(experiment: TwoWaves.first(), seed: 0)
            let group = key.experiment.groups[0]
            let first = Lease.Holder(host: "a", process: 1, job: "17_3")
            var second = Lease.Holder(host: "b", process: 1, job: "17_3", restarts: 1)
            let lease = try #require(try store.lease(key, group, by: first))
            let other = try #require(try store.lease(key, group, by: second))
            #expect(try store.lease(key, group, by: first) == nil)
            // The earlier one does not take it away from the later one.
            lease.renew()
            lease.end()
            #expect(try store.leaseNote(key, group)?.holder == second)
            other.renew()
            #expect(try store.leaseNote(key, group)?.heartbeat == 1)
            other.end()

            let process = Process()
            process.executableURL = URL(filePath: "/bin/true")
            try process.run()
            process.waitUntilExit()
            second = Lease.Holder(host: Lease.Holder.own.host, process: process.processIdentifier)
            _ = try #require(try store.lease(key, group, by: second))
            #expect(try store.lease(key, group, by: .own) != nil)
        }
    }

    /// Each with other delays, other shares and other machines that are switched off in the middle.
    @Test func `three machines on the worst of file systems lose nothing and use nothing half-written`() async throws {
        try await withTemporaryFolder { folder in
            let expected = try await expected(folder)
            let count = times(1000)
            var (late, off) = (0, 0)
            for seed in 0..<UInt64(count) {
                let url = folder.appending(path: "store-\(seed)")
                let server = SluggishServer(seed: seed)
                _ = try RunStore(url)
                var random = RandomStream(seed: seed, measurement: "machines")
                let shards = Int.random(in: 1...3, using: &random)
                let lives = (0..<3).map { _ in
                    Bool.random(using: &random) ? Int.random(in: 1...200, using: &random) : nil
                }
                for (machine, life) in lives.enumerated() {
                    if let life { server.switchOff(machine, after: life) }
                }
                let ends = try await sideBySide([0, 1, 2], atMost: 3) { machine in
                    do {
                        let store = try RunStore(url, files: server.files(of: machine))
                        _ = try await train(folder, store, shard: machine % shards, of: shards, machine: machine)
                        return true
                    } catch is SluggishServer.Off {
                        return false
                    } catch is NotebookError {
                        // It was switched off before it could open the store.
                        return false
                    }
                }
                off += ends.count { !$0 }
                server.settle()
                // Who has gone to the end has lost nothing: a machine that comes later finds all of the first wave.
                let store = try RunStore(url, files: server.files(of: 9))
                let plan = try await planning(folder, store).plan(seeds: [0])
                if ends.allSatisfy(\.self) {
                    #expect(plan.items[0].isThere && plan.items[1].isThere, "something was lost, seed \(seed)")
                    late += plan.items[2].isThere ? 0 : 1
                }
                for _ in 0..<2 { _ = try await train(folder, store, machine: 9) }
                let content = content(url)
                #expect(content.entries == expected, "other bytes, seed \(seed)")
                #expect(content.others.allSatisfy { $0.hasPrefix(".partial-") }, "\(content.others), seed \(seed)")
                try FileManager.default.removeItem(at: url)
            }
            #expect(off > count / 2, "machines were switched off in the middle")
            print(
                "\(count) interleavings; \(off) machines were switched off, \(late) second waves were left for later.")
        }
    }
}
