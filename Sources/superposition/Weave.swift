import ArgumentParser
import Notebook

struct Weave: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Weave changed prose into the report, without running anything.",
        discussion: """
            A page is woven from a chapter's prose and from what its last run emitted, which the output folder keeps. So \
            prose can be changed and looked at without a build. What has changed in code must be run.
            """)

    @Argument(
        help: ArgumentHelp(
            "The chapters: a name, a number, or a part of a name that only one chapter has. (default: those whose prose "
                + "has changed)", valueName: "chapter"))
    var chapters: [String] = []

    @OptionGroup var output: OutputPath

    func run() async throws {
        let weaving = Reweaving(book: book, output: output.url)
        _ = try Manifest(of: output.url)
        var slugs = try select(chapters, from: book.chapters.map(\.source.slug))
        if chapters.isEmpty {
            let differences = weaving.differences()
            slugs = slugs.filter { differences[$0] == .prose }
        }
        if slugs.isEmpty { return try writeOutput("No prose has changed.") }
        let chosen = slugs
        _ = try await untilInterrupted { try await weaving.perform(chosen) }
        try writeOutput(slugs.map { "Wove \($0) anew." }.joined(separator: "\n"))
    }
}
