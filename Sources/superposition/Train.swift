import ArgumentParser
import Foundation
import Notebook

struct Train: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a share of what a run needs, into the run store.",
        discussion: """
            Examples:
              superposition train                     all of it, on this machine
              superposition train --shard 3/8         the third of eight shares: run the others elsewhere
              superposition train --shard 3/8 --wave 2
                                                      what uses what the first wave has trained

            The machines need nothing in common but the run store and the same program; no pandoc, no fonts. Shares may \
            be trained in any order, twice, or be killed and begun again: the store ends the same. `superposition run` \
            then finds everything.

            Work comes in waves, as `superposition plan` tells. Without --wave all of them are gone through; where others \
            have not finished what the next one needs, the command ends, and says how much is left.
            """)

    @OptionGroup var work: WorkOptions
    @OptionGroup var threads: ThreadOptions

    @Option(help: ArgumentHelp("Which share of how many.", valueName: "i/n"))
    var shard = Shard(index: 1, count: 1)

    @Option(parsing: .unconditional, help: "The wave to train. (default: one after the other)")
    var wave: Int?

    @Flag(name: .shortAndLong, help: "Do not show progress.")
    var quiet = false

    func validate() throws {
        if let wave, wave < 1 { throw ValidationError("--wave is \(wave), and must be at least 1.") }
    }

    func run() async throws {
        try Processor.check()
        let store = try RunStore(work.store.url)
        let planning = try work.planning(jobs: threads.count, store: store)
        let training = SharedTraining(planning, store: store, profile: work.profile, jobs: threads.count) {
            if !quiet { Self.show($0) }
        }
        let left = try await untilInterrupted {
            let plan = try await planning.plan(seeds: work.allSeeds, isExact: false)
            let last = plan.items.map(\.wave).max() ?? 1
            for wave in self.wave.map({ $0...$0 }) ?? 1...last {
                let left = try await training.train(plan, wave: wave, shard: shard.index - 1, of: shard.count)
                if left > 0 { return left }
            }
            return 0
        }
        let rest =
            "\(left) of this share's groups of models use what other shares have not trained yet: run it again later."
        try writeOutput(left > 0 ? rest : "This share is trained.")
    }

    private static func show(_ event: SharedTraining.Event) {
        switch event {
        case .trained(let item, let models, let isFound, let done, let total):
            let what = isFound ? "were there" : "trained"
            writeError(
                "\(done)/\(total)   \(item.chapter), seed \(item.seed)   \(item.experiment.id): models \(models.lowerBound) to "
                    + "\(models.upperBound - 1) \(what)\n")
        case .completed(let item):
            writeError("        \(item.chapter), seed \(item.seed)   \(item.experiment.id): complete\n")
        case .waiting(let item, let models, let host, let job):
            writeError(
                "        \(item.chapter), seed \(item.seed)   \(item.experiment.id): models \(models.lowerBound) to "
                    + "\(models.upperBound - 1) are being trained on \(host) (\(job))\n")
        }
    }
}

/// A share of the work: which of how many, from 1.
struct Shard: ExpressibleByArgument {
    var index: Int
    var count: Int

    /// How many shares there may be.
    static let counts = 1...100_000

    init(index: Int, count: Int) { (self.index, self.count) = (index, count) }

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1], Self.counts.contains(count),
            (1...count).contains(index)
        else { return nil }
        self.init(index: index, count: count)
    }

    var defaultValueDescription: String { "\(index)/\(count)" }
}
