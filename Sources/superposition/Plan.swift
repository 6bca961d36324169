import ArgumentParser
import Foundation
import Notebook

struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what a run has to train, and about how long that takes.",
        discussion: """
            Examples:
              superposition plan                      all chapters, as in the paper
              superposition plan --seeds 100 --json   for a hundred seeds, for programs

            Chapters are run with stand-ins for what is not trained yet: models that are hardly trained. An experiment \
            that uses the models of another one comes a wave after it. Times are of one thread of a common processor, \
            right to a factor of two or three.
            """)

    @OptionGroup var work: WorkOptions
    @OptionGroup var threads: ThreadOptions

    @Option(parsing: .unconditional, help: "Also tell how long so many shares of one thread each take.")
    var shards: Int?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if let shards, !Shard.counts.contains(shards) {
            throw ValidationError("--shards is \(shards), but must be from 1 to \(Shard.counts.upperBound).")
        }
    }

    func run() async throws {
        try Processor.check()
        let planning = try work.planning(jobs: threads.count, store: RunStore(work.store.url))
        let plan = try await untilInterrupted { try await planning.plan(seeds: work.allSeeds) }
        if json { return try writeOutput(plan.json(shards: shards)) }
        let shared = shards.map { shards in
            let seconds = plan.seconds(sharedAmong: shards)
            let factor = seconds > 0 ? plan.seconds / seconds : 1
            return
                "\n\(shards) shares: about \(Int(seconds.rounded(.up))) s, \(Int(factor.rounded())) times as fast as one"
        }
        try writeOutput(plan.description + (shared ?? ""))
    }
}

/// What is to be trained.
struct WorkOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The chapters: a name, a number, or a part of a name that only one chapter has. (default: all)",
            valueName: "chapter"))
    var chapters: [String] = []

    @Option(help: "How much to compute: as the paper does, with fewer steps, or at the full scale of later works, too.")
    var profile: Profile = .paper

    @Option(parsing: .unconditional, help: "The seed of all random numbers.")
    var seed: UInt64 = 0

    @Option(parsing: .unconditional, help: "The number of seeds, beginning with --seed.")
    var seeds = 1

    @OptionGroup var store: StorePath

    func validate() throws {
        if !(1...1000).contains(seeds) {
            throw ValidationError("--seeds is \(seeds), but must be from 1 to 1000.")
        }
    }

    var allSeeds: [UInt64] { (0..<UInt64(seeds)).map { seed &+ $0 } }

    func planning(jobs: Int, store: RunStore) throws -> Planning {
        Planning(
            book: book, slugs: try selectRunnable(chapters, from: book.chapters), profile: profile,
            jobs: jobs, store: store)
    }
}
