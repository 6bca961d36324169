import ArgumentParser
import Foundation
import Notebook

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Retrain chapters and compare with the references beside them.",
        discussion: """
            Examples:
              superposition verify --profile quick    all chapters, within minutes
              superposition verify 1                  the first chapter, as in the paper
              superposition verify 1 --update         make the results the reference
              superposition verify --update --seeds 10
                                                      and note how each claim fares with ten seeds

            An experiment is identical if its data have the same bits. It is equivalent if they differ but \
            every claim of its chapter holds within the range of the reference, and different otherwise; the \
            same goes for a claim. What differs is listed with the first setting, input or version that does. \
            The exit code is 0 if nothing is different.

            Ten seeds take hours. What was trained is kept in the run store: start the same command again, and it \
            goes on where it was interrupted. Without --seeds everything is trained, whatever the store has.
            """)

    @Argument(
        help: ArgumentHelp(
            "The chapters: a name, a number, or a part of a name that only one chapter has. (default: all)",
            valueName: "chapter"))
    var chapters: [String] = []

    @Option(help: "Which reference to compare with: the paper's settings, or those with fewer steps.")
    var profile: Profile = .paper

    @OptionGroup var threads: ThreadOptions

    @Flag(help: "Accept only what is identical.")
    var strict = false

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Make the results the reference, and show what has changed.")
    var update = false

    @Option(
        parsing: .unconditional,
        help: "With --update: with how many seeds to check the claims. Everything else is of the first, 0.")
    var seeds = 1

    @OptionGroup var store: StoreOptions

    @Flag(name: .shortAndLong, help: "Do not show progress.")
    var quiet = false

    func validate() throws {
        if !(1...1000).contains(seeds) { throw ValidationError("--seeds is \(seeds), but must be from 1 to 1000.") }
        if seeds > 1 && !update {
            throw ValidationError("--seeds is for --update: what is compared with a reference has its seed.")
        }
    }

    func run() async throws {
        try Processor.check()
        let verification = Verification(
            book: book, slugs: try selectRunnable(chapters, from: book.chapters), profile: profile,
            jobs: threads.count, seeds: seeds, store: seeds > 1 ? try store.open() : nil)
        let display = ProgressDisplay(quiet: quiet, threads: threads.count)
        let update = update
        let result = try await untilInterrupted {
            defer { display.clear() }
            return update
                ? try await verification.update { display.show($0) }
                : try await verification.perform { display.show($0) }
        }
        try writeOutput(try json ? result.json() : result.table(onlyChanges: update))
        let isAccepted = update || result.count(strict ? .identical : .different) == (strict ? result.rows.count : 0)
        if !isAccepted { throw ExitCode(1) }
    }
}

extension Verification.Result {
    fileprivate func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// A line per row and one that counts.
    fileprivate func table(onlyChanges: Bool) -> String {
        let shown = onlyChanges ? rows.filter { $0.outcome != .identical } : rows
        let cells = shown.map { [$0.outcome.rawValue, $0.kind.rawValue, "\($0.chapter)/\($0.id)", $0.reason ?? ""] }
        let widths = (0..<3).map { column in cells.map { $0[column].count }.max() ?? 0 }
        let lines = cells.map { cells in
            let padded = zip(cells, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
            return (padded + [cells[3]]).joined(separator: "  ").trimmingCharacters(in: .whitespaces)
        }
        let counts = Verification.Outcome.allCases.filter { count($0) > 0 }.map { "\(count($0)) \($0.rawValue)" }
        let summary = rows.isEmpty ? "nothing to compare" : counts.joined(separator: ", ")
        return (lines + ["\(profile.rawValue) profile: \(summary)"]).joined(separator: "\n")
    }
}
