import ArgumentParser
import Foundation
import Notebook
import Subprocess

struct Slurm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the jobs with which Slurm trains a run on many machines.",
        discussion: """
            Examples:
              superposition slurm --nodes 8                   scripts in slurm/, to look at and submit
              superposition slurm --nodes 8 --seeds 100 --submit

            Writes an array of jobs for each wave of the plan, and a job that makes the report, each after the one before. \
            Every job of an array trains its share and ends; one that is killed, requeued or submitted twice does no harm. \
            The run store must be in a folder that all machines see.
            """)

    @OptionGroup var work: WorkOptions

    @Option(parsing: .unconditional, help: "The number of jobs in an array.")
    var nodes = 4

    @Option(parsing: .unconditional, help: "How many jobs of an array may run at a time. (default: all)")
    var atOnce: Int?

    @Option(parsing: .unconditional, help: "The cores of each job.")
    var cores = 4

    @Option(help: "The partition to submit to. (default: the site's)")
    var partition: String?

    @Option(help: "The folder to write the report to.", completion: .directory)
    var output = "output"

    @Option(help: "The folder to write the scripts to.", completion: .directory)
    var scripts = "slurm"

    @Flag(help: "Submit the jobs.")
    var submit = false

    func validate() throws {
        if !(1...10_000).contains(nodes) { throw ValidationError("--nodes is \(nodes), but must be from 1 to 10000.") }
        if let atOnce, atOnce < 1 { throw ValidationError("--at-once is \(atOnce), and must be at least 1.") }
        if !(1...1024).contains(cores) { throw ValidationError("--cores is \(cores), but must be from 1 to 1024.") }
        if let partition, partition.contains(where: { !($0.isLetter || $0.isNumber || "-_.,".contains($0)) }) {
            throw ValidationError("--partition is '\(partition)', which is no name of a partition.")
        }
    }

    func run() async throws {
        try Processor.check()
        let planning = try work.planning(jobs: ThreadOptions.cores, store: RunStore(work.store.url))
        let plan = try await untilInterrupted { try await planning.plan(seeds: work.allSeeds) }
        let batch = SlurmBatch(
            program: (Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])).path(percentEncoded: false),
            chapters: work.chapters, options: options, plan: plan, nodes: nodes, atOnce: atOnce ?? nodes, cores: cores,
            partition: partition, output: output, seeds: work.seeds)
        let files = try batch.write(to: URL(filePath: scripts))
        guard submit else {
            let list = files.map { "  \($0.relativePath)" }.joined(separator: "\n")
            return try writeOutput("\(list)\nSubmit them with: sh \(files.last?.relativePath ?? "")")
        }
        let result = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: [URL(filePath: scripts).appending(path: "submit.sh").path(percentEncoded: false)],
            output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else {
            throw ValidationError(
                "Slurm does not take the jobs: \(result.standardError.trimmingCharacters(in: .newlines))")
        }
        try writeOutput(result.standardOutput.trimmingCharacters(in: .newlines))
    }

    /// The options that say what is to be trained.
    private var options: [String] {
        [
            "--profile", work.profile.rawValue, "--seed", "\(work.seed)", "--seeds", "\(work.seeds)",
            "--store", work.store.url.standardizedFileURL.path(percentEncoded: false),
        ]
    }
}
