import ArgumentParser
import Foundation
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
        subcommands: [Run.self, Verify.self, List.self, Clean.self])

    /// Runs what the arguments ask for. An error is one sentence on standard error, without the usage.
    static func main() async {
        // A file that outgrows its limit is an error to be told, as is a disk that is full.
        signal(SIGXFSZ, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            let message = message(for: error)
            // Help and the version are not errors, and an interruption has said what it is.
            guard !exitCode(for: error).isSuccess, !message.isEmpty else { exit(withError: error) }
            writeError("Error: \(message)\n")
            exit(withError: exitCode(for: error))
        }
    }
}
