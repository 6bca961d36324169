import ArgumentParser
import Notebook

struct Clean: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Delete what the run store keeps.",
        discussion: "Says what would be deleted, and how much; with --yes it is. Reports stay.")

    @OptionGroup var store: StorePath

    @Flag(help: "Delete it.")
    var yes = false

    func run() throws {
        let content = try RunStore.content(of: store.url)
        guard !content.isEmpty else { return try writeOutput("The run store '\(store.path)' is empty.") }
        if yes { try content.delete() }
        try writeOutput(
            yes
                ? "Deleted \(content.description) in '\(store.path)'."
                : "Would delete \(content.description) in '\(store.path)': add --yes.")
    }
}
