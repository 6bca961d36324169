import ArgumentParser
import Foundation
import Notebook

struct Clean: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Delete what the run store keeps.",
        discussion: "Says what would be deleted, and how much; with --yes it is. Reports stay.")

    @Option(help: "The folder of the run store.", completion: .directory)
    var store = ".store"

    @Flag(help: "Delete it.")
    var yes = false

    func run() throws {
        let content = try RunStore.content(of: URL(filePath: store))
        guard !content.isEmpty else { return print("The run store '\(store)' is empty.") }
        if yes { try content.delete() }
        print("\(yes ? "Deleted" : "Would delete") \(content.description) in '\(store)'\(yes ? "." : ": add --yes.")")
    }
}
