import Foundation
import Synchronization
import Testing
import ToyModels

@testable import Notebook

/// A small experiment that uses everything that an entry can hold.
private func experiment(_ change: (inout Experiment) -> Void = { _ in }) -> Experiment {
    var experiment = Experiment(
        id: "e", architecture: .init(features: 2, hidden: 1, isTied: false),
        settings: [.init(features: .init(density: 0.5, features: 2), importance: [1, 0.5])], restarts: 2, steps: 3,
        batchSize: 4, learningRate: .constant(0.01), snapshots: [0, 2], evaluationSamples: 64)
    change(&experiment)
    return experiment
}

/// A laboratory with what it tells.
private struct Observed {
    let laboratory: Laboratory
    private let log = Log()

    private final class Log: Sendable { let lines = Mutex<[String]>([]) }

    init(_ store: RunStore?, seed: UInt64 = 0, profile: Profile = .quick, isFresh: Bool = false) {
        laboratory = Laboratory(
            trainer: Trainer(seed: seed, jobs: 1), profile: profile, store: store, isFresh: isFresh
        ) { [log] event in
            let line: String? =
                switch event {
                case .found: "found"
                case .trainingEnded(_, _, let reason): "trained: \(reason ?? "-")"
                case .notice(let sentence): sentence
                default: nil
                }
            if let line { log.lines.withLock { $0.append(line) } }
        }
    }

    /// What was told of one experiment, and its result.
    func run(_ experiment: Experiment) async throws -> (told: [String], result: Laboratory.Result) {
        log.lines.withLock { $0 = [] }
        let result = try await laboratory.result(of: experiment)
        return (log.lines.withLock { $0 }, result)
    }
}

private func entries(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".entry") }.sorted()
}

@Suite struct RunStoreTests {
    @Test func `what was trained is found, to the bit`() async throws {
        try await withTemporaryFolder { folder in
            for architecture in [true, false].map({ ToyModel.Architecture(features: 2, hidden: 1, isTied: $0) }) {
                let experiment = experiment { $0.architecture = architecture }
                let trained = try await Observed(RunStore(folder)).run(experiment)
                let found = try await Observed(RunStore(folder)).run(experiment)
                #expect(found.told == ["found"])
                #expect(trained.result.data == found.result.data)
                #expect(trained.result.seconds == found.result.seconds)
                #expect(found.result.isFound && !trained.result.isFound)
                let (a, b) = (trained.result.models, found.result.models)
                #expect(a.experiment == b.experiment && a.seeds == b.seeds && a.losses == b.losses)
                #expect(a.weights == b.weights && a.history == b.history && a.snapshots == b.snapshots)
            }
        }
    }

    private static let changes: [(String, @Sendable (inout Experiment) -> Void)] = [
        ("steps 3 → 5", { $0.steps = 5 }),
        ("learningRate.peak 0.01 → 0.02", { $0.learningRate = .constant(0.02) }),
        ("architecture.output relu → linear", { $0.architecture.output = .linear }),
        ("settings[0].objective.importance[1] 0.5 → 0.25", { $0.settings[0].importance[1] = 0.25 }),
        ("settings 1 value → 2 values", { $0.settings.append($0.settings[0]) }),
        (
            "settings[0].data.features.dependence independent → correlated(setSize: 2)",
            { $0.settings[0].features.dependence = .correlated(setSize: 2) }
        ),
        ("initialDecoderFromEncoder none → 1.0", { $0.initialDecoderFromEncoder = 1 }),
        (
            "steps 3 → 4, batchSize 4 → 8, snapshots 2 values → 0 values, …",
            {
                ($0.steps, $0.batchSize, $0.snapshots, $0.evaluationSamples) = (4, 8, [], 32)
            }
        ),
    ]

    @Test(arguments: changes.indices) func `a changed setting trains again and is named`(index: Int) async throws {
        let (text, change) = Self.changes[index]
        try await withTemporaryFolder { folder in
            let store = try RunStore(folder)
            #expect(try await Observed(store).run(experiment()).told == ["trained: first time"])
            #expect(try await Observed(store).run(experiment(change)).told == ["trained: " + text])
            #expect(try await Observed(store).run(experiment()).told == ["found"], "the other is still there")
        }
    }

    @Test func `another seed or code trains again and is named`() async throws {
        try await withTemporaryFolder { folder in
            let store = try RunStore(folder)
            var key = ExperimentKey(experiment: experiment(), seed: 0, code: "earlier")
            try store.keep(
                StoreEntry(head: .init(key: key, profile: .quick), data: Data()),
                StoreTimes(seconds: 1, peakMemory: nil))
            #expect(try await Observed(store).run(experiment()).told == ["trained: ToyModels changed"])
            #expect(try await Observed(store, seed: 1).run(experiment()).told == ["trained: seed 0 → 1"])
            #expect(try await Observed(store, profile: .paper).run(experiment()).told == ["found"])
            key.experiment.id = "e-2"
            #expect(try await Observed(store).run(key.experiment).told == ["trained: first time"])
        }
    }

    @Test func `what was trained on from another experiment follows it`() async throws {
        try await withTemporaryFolder { folder in
            let store = try RunStore(folder)
            func run(steps: Int) async throws -> [String] {
                let observed = Observed(store)
                let first = try await observed.run(experiment { $0.steps = steps })
                let name = first.result.models.key
                #expect(name.wholeMatch(of: /e-[0-9a-f]{64}/) != nil)
                let second = try await observed.run(
                    experiment {
                        ($0.id, $0.restarts) = ("second", 3)
                        $0.start = first.result.models.selection([1, 0, 1])
                    })
                #expect(second.result.models.snapshots[0].weights["W1"].count == 6)
                #expect(second.result.models[0, second.result.models.snapshots[0]] == first.result.models[1])
                let metadata = try Safetensors(decoding: second.result.data).metadata["experiment"] ?? ""
                #expect(metadata.contains(name), "the lineage is in the data")
                return first.told + second.told
            }
            #expect(try await run(steps: 3) == ["trained: first time", "trained: first time"])
            #expect(try await run(steps: 3) == ["found", "found"])
            #expect(try await run(steps: 4) == ["trained: steps 3 → 4", "trained: e changed"])
            #expect(try await run(steps: 3) == ["found", "found"])
        }
    }

    @Test func `a start that nobody has trained is refused in a sentence`() async throws {
        let missing = experiment { $0.start = ModelSelection(experiment: "first", models: [0, 1]) }
        await #expect(throws: TrainingError.missingModel(id: "e", reference: .init(experiment: "first", model: 0))) {
            try await Observed(nil).run(missing)
        }
    }

    @Test func `the code's fingerprint is compiled in`() {
        #expect(toyModelsFingerprint.wholeMatch(of: /[0-9a-f]{16}/) != nil)
    }

    @Test func `a fresh run trains what is there and keeps it`() async throws {
        try await withTemporaryFolder { folder in
            let store = try RunStore(folder)
            _ = try await Observed(store).run(experiment())
            #expect(try await Observed(store, isFresh: true).run(experiment()).told == ["trained: --fresh"])
            #expect(try entries(in: folder).count == 1)
        }
    }

    @Test func `the least recently used goes when there is too much`() async throws {
        try await withTemporaryFolder { folder in
            let names = ["a", "b", "c"]
            for id in names { _ = try await Observed(RunStore(folder)).run(experiment { $0.id = id }) }
            for (age, id) in [(3, "b"), (2, "a"), (1, "c")] {
                let file = try #require(try entries(in: folder).first { $0.hasPrefix(id) })
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -3600 * Double(age))],
                    ofItemAtPath: folder.appending(path: file).path())
            }
            // Room for three; their sizes differ by the digits of the time that they took.
            let size = try StoreFolder(url: folder).items().size
            let store = try RunStore(folder, limit: size + 200)
            #expect(try await Observed(store).run(experiment { $0.id = "b" }).told == ["found"])
            _ = try await Observed(store).run(experiment { $0.id = "d" })
            #expect(try entries(in: folder).map { $0.prefix(1) } == ["b", "c", "d"])
        }
    }

    @Test func `a store that cannot be written to is no obstacle`() async throws {
        try await withTemporaryFolder { folder in
            let store = try RunStore(folder.appending(path: "store"))
            try FileManager.default.removeItem(at: folder.appending(path: "store"))
            let observed = Observed(store)
            let told = try await observed.run(experiment()).told
            #expect(told.count == 2)
            #expect(told.first?.hasPrefix("The run store cannot be written to (No such file or directory)") == true)
            #expect(try await observed.run(experiment()).told == ["trained: first time"], "it is said once")
        }
    }

    @Test func `a store that is a file is refused in a sentence`() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "taken")
            try Data("precious".utf8).write(to: file)
            #expect {
                try RunStore(file)
            } throws: {
                "\($0)".hasPrefix("The run store '") && "\($0)".hasSuffix("name another folder with --store.")
            }
        }
    }

    @Test func `what was begun long ago is swept, and what another run may be at is not`() async throws {
        try await withTemporaryFolder { folder in
            _ = try RunStore(folder)
            let partial = folder.appending(path: ".partial-\(UUID().uuidString)")
            let other = folder.appending(path: ".partial-thesis")
            for file in [partial, other] { try Data("half".utf8).write(to: file) }
            _ = try RunStore(folder)
            #expect(FileManager.default.fileExists(atPath: partial.path()))
            let old = Date(timeIntervalSinceNow: -2 * 86_400)
            for file in [partial, other] {
                try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: file.path())
            }
            _ = try RunStore(folder)
            #expect(!FileManager.default.fileExists(atPath: partial.path()))
            #expect(FileManager.default.fileExists(atPath: other.path()))
        }
    }

    @Test func `clean deletes entries and nothing else`() async throws {
        try await withTemporaryFolder { folder in
            let store = folder.appending(path: "store")
            #expect(try RunStore.content(of: store).isEmpty)
            _ = try await Observed(RunStore(store)).run(experiment())
            try Data("mine".utf8).write(to: store.appending(path: "notes.txt"))
            let content = try RunStore.content(of: store)
            #expect(content.description.hasPrefix("1 trained experiment, "))
            try content.delete()
            #expect(files(in: store).keys.sorted() == ["notes.txt", "run-store.txt"])
        }
    }
}

@Suite struct StoreEntryTests {
    /// An entry with a key and its file, of some two kilobytes.
    private func example() async throws -> (key: ExperimentKey, entry: StoreEntry) {
        let key = ExperimentKey(experiment: experiment(), seed: 0)
        let models = try await Trainer(jobs: 1).train(key.experiment)
        let data = try Safetensors(models).encoded()
        return (key, StoreEntry(head: .init(key: key, profile: .quick), data: data))
    }

    @Test func `an entry survives a round trip`() async throws {
        let (key, entry) = try await example()
        #expect(try StoreEntry(decoding: entry.encoded(), of: key) == entry)
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "entry")
            try entry.encoded().write(to: file)
            #expect(try StoreEntry(reading: file, of: key) == entry)
            #expect(StoreEntry.head(reading: file) == entry.head)
            #expect(try StoreEntry(reading: folder.appending(path: "none"), of: key) == nil)
        }
    }

    @Test func `every flipped bit and every truncation is caught`() async throws {
        let (key, entry) = try await example()
        let file = try entry.encoded()
        var cases = 0
        func expectFailure(_ data: Data, _ what: @autoclosure () -> String) {
            cases += 1
            if (try? StoreEntry(decoding: data, of: key)) != nil { Issue.record("\(what()) is not caught") }
        }
        for index in file.indices {
            for bit in 0..<8 {
                var flipped = file
                flipped[index] ^= 1 << bit
                expectFailure(flipped, "bit \(bit) of byte \(index)")
            }
            expectFailure(file.prefix(index), "the end at byte \(index)")
        }
        expectFailure(file + [0], "a byte more")
        #expect(cases >= 1000)
        print("\(cases) damaged store entries, all caught.")
    }

    @Test(arguments: [("damaged", 700), ("of another format than this version's", 30)])
    func `a damaged entry is reported, set aside and trained again`(what: String, byte: Int) async throws {
        try await withTemporaryFolder { folder in
            let store = try RunStore(folder)
            let trained = try await Observed(store).run(experiment())
            let name = try #require(try entries(in: folder).first)
            var file = try Data(contentsOf: folder.appending(path: name))
            file[byte] ^= 1
            try file.write(to: folder.appending(path: name))

            let again = try await Observed(store).run(experiment())
            #expect(
                again.told == [
                    "The run store's entry of 'e' is \(what): it was set aside and is not used.",
                    "trained: its entry in the run store is \(what)",
                ])
            #expect(again.result.data == trained.result.data)
            #expect(try Data(contentsOf: folder.appending(path: "damaged/\(name)")) == file)
            #expect(try await Observed(store).run(experiment()).told == ["found"])
            #expect(
                try RunStore.content(of: folder).description.hasPrefix("1 trained experiment and 1 unusable file, "))
        }
    }

    @Test func `an entry under another's name is not used`() async throws {
        try await withTemporaryFolder { folder in
            let store = try RunStore(folder)
            _ = try await Observed(store).run(experiment())
            let other = ExperimentKey(experiment: experiment { $0.steps = 4 }, seed: 0)
            let name = try #require(try entries(in: folder).first)
            try FileManager.default.moveItem(
                at: folder.appending(path: name), to: folder.appending(path: try other.name() + ".entry"))
            #expect(
                try await Observed(store).run(other.experiment).told.last
                    == "trained: its entry in the run store is another experiment's")
        }
    }

    @Test func `an entry whose models are not the experiment's is trained again`() async throws {
        try await withTemporaryFolder { folder in
            let store = try RunStore(folder)
            var (_, entry) = try await example()
            let models = entry.data
            for tensor in ["W1", "seed", "history.loss", "snapshots.b"] {
                var tensors = try Safetensors(decoding: models)
                tensors.tensors[tensor] = nil
                entry.data = try tensors.encoded()
                try store.keep(entry, StoreTimes(seconds: 1, peakMemory: nil))
                #expect(
                    try await Observed(store).run(experiment()).told
                        == ["trained: its entry in the run store does not fit it"])
            }
        }
    }
}

@Suite struct StoreFolderTests {
    private static let hash = String(repeating: "0", count: 64)

    private static let foreign = [
        "thesis.txt", "mine.entry", "mine.entry/thesis.txt", "e-\(hash).entry", "e-\(hash).entry/thesis.txt",
        ".partial-1",
        "damaged", "damaged/thesis.txt", "run-store.txt", "run-store.txt/thesis.txt",
    ]

    @Test(arguments: foreign) func `a folder that has anything else is refused, and stays as it is`(
        path: String
    ) async throws {
        try await withTemporaryFolder { folder in
            let thesis = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: thesis.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("precious".utf8).write(to: thesis)
            let name = String(path.prefix { $0 != "/" })
            let error = NotebookError.notARunStore(path: folder.relativePath, foreign: name)
            #expect(error.description.contains("'\(name)'"))
            #expect(throws: error) { try RunStore(folder) }
            #expect(throws: error) { try RunStore.content(of: folder) }
            #expect(files(in: folder)[path] == Data("precious".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == [name])
        }
    }

    @Test func `a store that an earlier version left, without a marker, is a store`() async throws {
        try await withTemporaryFolder { folder in
            _ = try await Observed(RunStore(folder)).run(experiment())
            let marker = folder.appending(path: "run-store.txt")
            try FileManager.default.removeItem(at: marker)
            try Data().write(to: folder.appending(path: ".partial-\(UUID().uuidString)"))
            #expect(try RunStore.content(of: folder).description.hasPrefix("1 trained experiment, "))
            #expect(try await Observed(RunStore(folder)).run(experiment()).told == ["found"])
            #expect(try Data(contentsOf: marker).starts(with: Data("superposition run store\n".utf8)))
        }
    }

    @Test func `only files with the store's own names are removed`() async throws {
        try await withTemporaryFolder { folder in
            let store = try RunStore(folder, limit: 0)
            var precious = ["mine.entry", "mine.entry.d/e-\(Self.hash).entry", "damaged/notes.txt"]
            precious += ["a-\(Self.hash).entry/thesis.txt", "damaged/b-\(Self.hash).entry/thesis.txt"]
            for path in precious {
                let file = folder.appending(path: path)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(path.utf8).write(to: file)
            }
            try Data("own".utf8).write(to: folder.appending(path: "damaged/c-\(Self.hash).entry"))
            _ = try await Observed(store).run(experiment())
            #expect(try entries(in: folder) == ["a-\(Self.hash).entry", "mine.entry"])
            _ = try await Observed(RunStore(folder)).run(experiment())
            try RunStore.content(of: folder).delete()
            let left = files(in: folder).keys.filter { $0.contains("e-") || $0.contains("c-") }
            #expect(left == ["mine.entry.d/e-\(Self.hash).entry"])
            for path in precious { #expect(files(in: folder)[path] == Data(path.utf8)) }
        }
    }

    @Test func `no link in a store leads outside`() async throws {
        try await withTemporaryFolder { folder in
            let manager = FileManager.default
            let (url, other) = (folder.appending(path: "store"), folder.appending(path: "other"))
            for url in [url, other] { _ = try await Observed(RunStore(url)).run(experiment()) }
            let name = try #require(try entries(in: url).first)
            let before = files(in: other)

            // The folder for what is damaged is a link to another store: its entry is not counted, replaced or removed.
            try manager.createSymbolicLink(at: url.appending(path: "damaged"), withDestinationURL: other)
            #expect(try RunStore.content(of: url).description.hasPrefix("1 trained experiment, "))
            var damaged = try Data(contentsOf: url.appending(path: name))
            damaged[700] ^= 1
            try damaged.write(to: url.appending(path: name))
            #expect(
                try await Observed(RunStore(url)).run(experiment()).told.first
                    == "The run store's entry of 'e' is damaged: it is not used.")
            #expect(files(in: other) == before)
            #expect(try await Observed(RunStore(url)).run(experiment()).told == ["found"])

            // An entry is a link to one.
            try manager.removeItem(at: url.appending(path: name))
            try manager.createSymbolicLink(
                at: url.appending(path: name), withDestinationURL: other.appending(path: name))
            #expect(try await Observed(RunStore(url, limit: 0)).run(experiment()).told.count == 2)
            try RunStore.content(of: url).delete()
            #expect(FileKind(url.appending(path: name)) == .link)
            #expect(files(in: other) == before)

            // The marker is a link to one.
            let marker = url.appending(path: "run-store.txt")
            try manager.removeItem(at: marker)
            try manager.createSymbolicLink(at: marker, withDestinationURL: other.appending(path: "run-store.txt"))
            #expect(throws: NotebookError.self) { try RunStore(url) }
            #expect(throws: NotebookError.self) { try RunStore.content(of: url) }

            // The store itself may be a link.
            let link = folder.appending(path: "link")
            try manager.createSymbolicLink(at: link, withDestinationURL: other)
            #expect(try await Observed(RunStore(link)).run(experiment()).told == ["found"])
            #expect(try RunStore.content(of: link).description.hasPrefix("1 trained experiment, "))
        }
    }

    @Test(arguments: [FileKind.folder, .link, .pipe, .socket])
    func `what is in the place of an entry is told and stays, and the rest is kept`(kind: FileKind) async throws {
        try await withTemporaryFolder { folder in
            _ = try RunStore(folder)
            let name = try ExperimentKey(experiment: experiment(), seed: 0).name() + ".entry"
            // A socket's path may not be long.
            let place = folder.appending(path: name)
            switch kind {
            case .folder: try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
            case .link: try FileManager.default.createSymbolicLink(at: place, withDestinationURL: folder)
            case .pipe: try #require(mkfifo(place.path(), 0o600) == 0)
            default: try makeSocket(at: place)
            }
            for isFresh in [false, true] {
                let observed = Observed(try RunStore(folder), isFresh: isFresh)
                let reason = isFresh ? "--fresh" : "\(kind) is in its place in the run store"
                #expect(
                    try await observed.run(experiment()).told == [
                        "The run store's entry of 'e' is \(kind): it stays, and what was trained is not kept.",
                        "trained: \(reason)",
                    ])
                _ = try await observed.run(experiment { $0.steps = 4 })
                #expect(try await Observed(RunStore(folder)).run(experiment { $0.steps = 4 }).told == ["found"])
            }
            #expect(FileKind(place) == kind)
        }
    }

    private func makeSocket(at place: URL) throws {
        let short = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        #if canImport(Darwin)
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #else
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: short.path().utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
        try FileManager.default.moveItem(at: short, to: place)
    }

    @Test func `an entry that declares more than its experiment can have is not read`() async throws {
        try await withTemporaryFolder { folder in
            let key = ExperimentKey(experiment: experiment(), seed: 0)
            let file = folder.appending(path: "entry")
            for (head, data) in [(100, 64_000_000_000), (64_000_000_000, 100), (100, 1_000_000), (1_000_000, 100)] {
                let line = "superposition run store, format 2, \(head) + \(data) bytes, \(Self.hash)\n"
                try Data(line.utf8).write(to: file)
                try #require(truncate(file.path(), line.utf8.count + head + data) == 0)
                #expect(throws: StoreEntry.Failure.tooLarge) { try StoreEntry(reading: file, of: key) }
                #expect(StoreEntry.head(reading: file) == nil)
            }
        }
    }

    @Test func `entries of any shape are within their bounds`() async throws {
        try await withTemporaryFolder { folder in
            for isTied in [true, false] {
                for steps in [0, 3, 1000] {
                    var experiment = experiment {
                        $0.architecture.isTied = isTied
                        $0.steps = steps
                        $0.snapshots = Array(0...min(steps, 500))
                    }
                    let models = try await Observed(RunStore(folder)).run(experiment).result.models
                    let data = try Safetensors(models).encoded()
                    let header = data.withUnsafeBytes { Int(UInt64(littleEndian: $0.load(as: UInt64.self))) }
                    #expect(Safetensors.size(ofModelsOf: experiment) == data.count - 8 - header)
                    let again = try Observed(RunStore(folder))
                    #expect(try await again.run(experiment).told == ["found"])
                    experiment.start = models.selection()
                    _ = try await again.run(experiment)
                    #expect(try await again.run(experiment).told == ["found"])
                }
            }
        }
    }

    @Test func `sizes that no number can add up are many`() throws {
        let item = StoreFolder.Item(
            url: URL(filePath: "/"), experiment: "e", size: .max / 2 + 1, date: Date(), isDamaged: false)
        #expect([item, item, item].size == .max)
    }
}
