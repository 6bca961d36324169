import Foundation
import Notebook
import Testing

@testable import superposition

/// What `superposition plan --json` prints.
private struct Plan: Decodable {
    struct Experiment: Decodable {
        let chapter, models, groups, missingGroups, wave: Int
        let id: String
        let seed: UInt64
        let seconds: Double
    }
    let experiments: [Experiment]
    let waves: Int
    let seconds: Double
    let secondsShared: Double?

    init(_ arguments: String...) async throws {
        let result = try await superposition(["plan", "--json"] + arguments)
        try #require(result.exitCode == 0, "\(result.error)")
        self = try JSONDecoder().decode(Plan.self, from: Data(result.output.utf8))
    }
}

/// The ids of the experiments that the references have, by chapter.
private func referenced(profile: String) throws -> [Int: [String]] {
    struct Reference: Decodable {
        struct Profile: Decodable {
            struct Experiment: Decodable { let id: String }
            let experiments: [Experiment]
        }
        let profiles: [String: Profile]
    }
    let chapters = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../chapters")
        .standardizedFileURL
    var ids: [Int: [String]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: chapters.path()) {
        guard let number = Int(name.prefix(2)) else { continue }
        let data = try Data(contentsOf: chapters.appending(path: "\(name)/reference.json"))
        let reference = try JSONDecoder().decode(Reference.self, from: data)
        ids[number] = reference.profiles[profile]?.experiments.map(\.id).sorted()
    }
    return ids
}

@Suite struct SharingTests {
    @Test(arguments: ["quick", "paper"]) func `a plan has all that a run trains`(profile: String) async throws {
        try await withTemporaryFolder { folder in
            let plan = try await Plan("--profile", profile, "--store", folder.appending(path: "store").path())
            let planned = Dictionary(grouping: plan.experiments, by: \.chapter).mapValues { $0.map(\.id).sorted() }
            #expect(try planned == referenced(profile: profile))
            #expect(plan.experiments.allSatisfy { $0.missingGroups == $0.groups && $0.seconds > 0 })
            #expect(plan.waves > 1, "some experiments use others")
        }
    }

    @Test func `a fleet shares the work out evenly`() async throws {
        try await withTemporaryFolder { folder in
            let store = try RunStore(folder.appending(path: "store"))
            let plan = try await Planning(
                book: book, slugs: book.chapters.map(\.source.slug), profile: .quick, jobs: 2, store: store
            ).plan(seeds: Array(0..<20))
            for (machines, least) in [(2, 1.98), (8, 7.9), (64, 55)] {
                let factor = plan.seconds / plan.seconds(sharedAmong: machines)
                print("\(machines) machines are \(factor) times as fast as one, by the plan.")
                #expect(factor > least && factor <= Double(machines) + 1e-6)
            }
        }
    }

    @Test func `shares in any order leave the store of a run, and the run finds everything`() async throws {
        try await withTemporaryFolder { folder in
            let shared = folder.appending(path: "shared").path()
            let alone = folder.appending(path: "alone").path()
            let options = ["privileged", "--profile", "quick"]
            func train(_ shard: String) async throws -> ProgramResult {
                try await superposition(["train", "--shard", shard, "--quiet", "--store", shared] + options)
            }
            let first = try await train("2/2")
            #expect(first.exitCode == 0)
            #expect(first.output.contains("use what other shares have not trained yet: run it again later."))
            // Each share goes as far as the other one lets it.
            var outputs: [String] = []
            for _ in 0..<6 { outputs = [try await train("1/2").output, try await train("2/2").output] }
            #expect(outputs == ["This share is trained.\n", "This share is trained.\n"])

            let run = try await superposition(
                ["run", "--store", shared, "--output", folder.appending(path: "a").path()] + options)
            #expect(run.exitCode == 0 && run.error.contains(": found (trained in "), "\(run.error)")
            #expect(!run.error.contains(": trained in "), "the run finds everything: \(run.error)")
            let other = try await superposition(
                ["run", "--quiet", "--store", alone, "--output", folder.appending(path: "b").path()] + options)
            try #require(other.exitCode == 0)
            func entries(_ store: String) throws -> [String: Data] {
                let names = try FileManager.default.contentsOfDirectory(atPath: store).filter {
                    !$0.hasSuffix(".times")
                }
                return try Dictionary(
                    uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: store + "/" + $0))) })
            }
            #expect(try entries(shared) == entries(alone))
            let plan = try await superposition(["plan", "--store", shared] + options)
            #expect(plan.output.hasSuffix("\neverything is in the run store\n"))
        }
    }

    @Test func `the scripts for Slurm have what a site expects, and any path`() async throws {
        try await withTemporaryFolder { folder in
            let scripts = folder.appending(path: "my scripts")
            let result = try await superposition([
                "slurm", "computation", "--profile", "quick", "--seeds", "40", "--nodes", "3", "--at-once", "2",
                "--cores",
                "2", "--partition", "long", "--store", folder.appending(path: "it's here").path(percentEncoded: false),
                "--scripts", scripts.path(percentEncoded: false),
            ])
            #expect(result.exitCode == 0 && result.output.contains("Submit them with: sh "), "\(result.error)")
            let train = try String(contentsOf: scripts.appending(path: "train-1.sbatch"), encoding: .utf8)
            for line in [
                "--array=0-2%2", "--requeue", "--signal=B:TERM@60", "--cpus-per-task=2", "--partition=long",
                "--output=logs/%A_%a.log",
            ] {
                #expect(train.contains("#SBATCH \(line)\n"))
            }
            #expect(train.contains(/#SBATCH --time=\d+:\d\d:00\n/) && train.contains(/#SBATCH --mem=\d+G\n/))
            #expect(train.contains("it'\\''s here'"))
            #expect(train.contains("train 7 --profile quick"), "Only the chapters of the wave are planned again.")
            let submit = try String(contentsOf: scripts.appending(path: "submit.sh"), encoding: .utf8)
            #expect(submit.contains(#"report=$(sbatch --parsable --dependency="afterok:$wave1" report.sbatch)"#))
            for name in try FileManager.default.contentsOfDirectory(atPath: scripts.path(percentEncoded: false)) {
                guard name != "logs" else { continue }
                let file = scripts.appending(path: name).path(percentEncoded: false)
                #expect(try await shell("sh -n \"$1\"", [file]).exitCode == 0, "\(name)")
            }
        }
    }

    @Test(arguments: [
        (["train", "--shard", "0/3"], "0/3"), (["train", "--shard", "4/3"], "4/3"),
        (["train", "--shard", "one"], "one"),
        (["train", "--wave", "0"], "--wave is 0"), (["train", "--store", "/dev/null"], "/dev/null"),
        (["plan", "--seeds", "0"], "--seeds is 0"), (["plan", "--shards", "0"], "--shards is 0"),
        (["plan", "nothing"], "nothing"), (["slurm", "--nodes", "0"], "--nodes is 0"),
        (["slurm", "--cores", "0"], "--cores is 0"), (["slurm", "--partition", "a b"], "a b"),
    ])
    func `what cannot be shared is refused in a sentence`(arguments: [String], part: String) async throws {
        let result = try await superposition(arguments)
        #expect(result.exitCode != 0 && result.output == "")
        #expect(result.error.contains(part) && !result.error.contains("Fatal"), "\(result.error)")
    }

    @Test func `without Slurm, submitting says so`() async throws {
        try await withTemporaryFolder { folder in
            let result = try await superposition(
                [
                    "slurm", "computation", "--profile", "quick", "--submit", "--store",
                    folder.appending(path: "store").path(), "--scripts", folder.appending(path: "slurm").path(),
                ], environment: ["PATH": "/nowhere"])
            #expect(result.exitCode != 0 && result.error.contains("Slurm"), "\(result.error)")
        }
    }
}
