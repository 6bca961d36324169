import ArgumentParser
import Foundation
import Notebook

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run chapters and write the report.",
        discussion: """
            Examples:
              superposition run                       all chapters, as in the paper
              superposition run 1                     the first chapter
              superposition run demonstrating         the same, by a part of its name
              superposition run --profile quick       fewer steps: a look within seconds
              superposition run --seeds 10            counts with how many of ten seeds each claim holds

            The same seed gives the same results, with any number of threads. What was trained is kept in the \
            run store, and is trained again only if a setting, the seed or the training code changes. Chapters \
            that are not run keep what earlier runs left, and an interrupted run changes nothing but the run \
            store. In the output folder a run overwrites and deletes only what an earlier one left there.

            If the environment variable SOURCE_DATE_EPOCH is set, to seconds since 1970, the report states \
            that date and leaves out the machine, times and memory: the same results give the same bytes.
            """)

    @Argument(
        help: ArgumentHelp(
            "The chapters: a name, a number, or a part of a name that only one chapter has. (default: all)",
            valueName: "chapter"))
    var chapters: [String] = []

    @Option(help: "How much to compute: as the paper does, with fewer steps, or at the full scale of later works, too.")
    var profile: Profile = .paper

    @Option(parsing: .unconditional, help: "The seed of all random numbers.")
    var seed: UInt64 = 0

    @Option(
        parsing: .unconditional,
        help: "With how many seeds to check the claims, beginning with --seed. Figures show the first.")
    var seeds = 1

    @OptionGroup var threads: ThreadOptions

    @Option(help: "The folder to write to.", completion: .directory)
    var output = "output"

    @OptionGroup var store: StoreOptions

    @Flag(help: "Train everything, even what the run store holds.")
    var fresh = false

    @Flag(name: .shortAndLong, help: "Do not show progress.")
    var quiet = false

    func validate() throws {
        if !(1...1000).contains(seeds) {
            throw ValidationError("--seeds is \(seeds), but must be from 1 to 1000.")
        }
        if output.isEmpty {
            throw ValidationError("--output is empty, but must name a folder.")
        }
        let folders = [output, store.folder.path].map {
            URL(filePath: $0).standardizedFileURL.resolvingSymlinksInPath().path
        }
        if folders[0] == folders[1] {
            throw ValidationError("--output and --store are both '\(output)': give each a folder of its own.")
        }
    }

    func run() async throws {
        try Processor.check()
        let run = BookRun(
            book: book, slugs: try selectRunnable(chapters, from: book.chapters), profile: profile,
            seed: seed, jobs: threads.count, output: URL(filePath: output),
            store: try store.open(), isFresh: fresh, date: try SourceDate.given(), seeds: seeds)
        let display = ProgressDisplay(quiet: quiet, threads: threads.count)
        let manifest = try await untilInterrupted {
            defer { display.clear() }
            return try await run.perform { display.show($0) }
        }
        let claims = manifest.claims
        let verdicts = manifest.standings.map { "\($0.count) \($0.standing.rawValue)" }
        var lines = [(["\(claims.count) claims"] + verdicts).joined(separator: ", ")]
        let spreads = manifest.chapters.flatMap(\.spreads).filter { !$0.isReference }
        if !spreads.isEmpty {
            let unsteady = spreads.filter { $0.holds < $0.seeds.count }
            lines.append(
                "\(spreads.count - unsteady.count) of \(spreads.count) claims hold with every seed that was tried")
            lines += unsteady.map { "  \($0.claim) with \($0.share): \($0.range)" }
        }
        lines.append(run.report.relativePath)
        if manifest.chapters.contains(where: { $0.provenance.profile == .quick }) {
            lines.append("Quick profile: trained for fewer steps than the paper’s, so the verdicts do not count.")
        }
        try writeOutput(lines.joined(separator: "\n"))
    }
}

extension Profile: ExpressibleByArgument {}
