import ArgumentParser
import Notebook

@main
struct Superposition: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reproduces Toy Models of Superposition: trains its models, draws its figures, checks its claims.",
        discussion: """
            Each section of the paper is a chapter. A run of a chapter writes a page, its figures, the numbers that \
            they show and the trained weights to the output folder.
            """,
        version: Provenance.packageVersion,
        subcommands: [Run.self, List.self])
}
