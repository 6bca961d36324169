import ArgumentParser
import Foundation
import Notebook

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the chapters.",
        discussion: "Beside each stands how long its last run took and what it was, if the report has it.")

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var output: OutputPath

    func run() throws {
        let report = try? Manifest(of: output.url)
        let lines = try book.chapters.map { chapter in
            Line(chapter.source, try chapter.source.title(), in: report)
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return try writeOutput(String(decoding: try encoder.encode(lines), as: UTF8.self))
        }
        let width = lines.map(\.title.count).max() ?? 0
        try writeOutput(lines.map { $0.text(titleWidth: width) }.joined(separator: "\n"))
    }

    /// What is told of a chapter.
    struct Line: Encodable {
        let number: Int
        let name: String
        let title: String
        /// The last run; nil if the report does not have the chapter.
        let lastRun: LastRun?

        struct LastRun: Encodable {
            let date: String
            let profile: String
            let seed: UInt64
            /// Of core time; nil if the run was told to leave times out.
            let seconds: Double?
        }

        init(_ source: Source, _ title: String, in report: Manifest?) {
            number = source.number
            name = source.slug
            self.title = title
            lastRun = report?.chapters.first { $0.slug == source.slug }.map { chapter in
                LastRun(
                    date: chapter.provenance.date, profile: chapter.provenance.profile.rawValue,
                    seed: chapter.provenance.seed, seconds: chapter.seconds)
            }
        }

        /// For a reader: " 1  A title  2 min 5 s of core time, paper profile, 2026-11-22".
        func text(titleWidth: Int) -> String {
            let digits = String(number)
            let head = String(repeating: " ", count: max(0, 2 - digits.count)) + digits + "  " + title
            guard let lastRun else { return head }
            let padding = String(repeating: " ", count: max(0, titleWidth - title.count))
            let time = lastRun.seconds.map { "\(duration($0)) of core time, " } ?? ""
            let seed = lastRun.seed == 0 ? "" : ", seed \(lastRun.seed)"
            return "\(head)\(padding)  \(time)\(lastRun.profile) profile\(seed), \(lastRun.date.prefix(10))"
        }

        private func duration(_ seconds: Double) -> String {
            if seconds < 59.95 { return String(format: "%.1f s", seconds) }
            let whole = Int(seconds.rounded())
            return "\(whole / 60) min \(whole % 60) s"
        }
    }
}
