import ArgumentParser
import Dispatch
import Foundation
import Notebook

@main
struct Superposition: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reproduces Toy Models of Superposition: trains its models, draws its figures, checks its claims.",
        discussion: """
            Each section of the paper is a chapter. A run of a chapter writes a page, its figures, the numbers that \
            they show and the trained weights to the output folder.
            """,
        version: Provenance.packageVersion,
        subcommands: [
            Run.self, Serve.self, Open.self, Weave.self, Verify.self, Export.self, List.self, Plan.self, Train.self,
            Slurm.self, Clean.self,
        ])

    /// Runs what the arguments ask for. An error is one sentence on standard error, without the usage.
    static func main() {
        // A file that outgrows its limit is an error to be told, as is a disk that is full.
        signal(SIGXFSZ, SIG_IGN)
        letSignalsThrough()
        do {
            try checkArgumentBytes()
            var command = try parseAsRoot()
            if let command = command as? any AsyncParsableCommand {
                // Where threads cannot be made, the first task would wait for one for ever.
                try MemoryLimit.check()
                start(command)
            }
            try command.run()
            exit()
        } catch {
            end(with: error)
        }
    }

    private static func start(_ command: sending any AsyncParsableCommand) -> Never {
        Task {
            var command = command
            do {
                try await command.run()
                exit()
            } catch {
                end(with: error)
            }
        }
        dispatchMain()
    }

    /// Tells what an error says and ends the program with its exit code.
    private static func end(with error: any Error) -> Never {
        var error = error
        if exitCode(for: error).isSuccess {
            // Help and the version are what was asked for.
            do {
                try writeOutput(fullMessage(for: error))
                exit()
            } catch let failure {
                error = failure
            }
        }
        let message = message(for: error)
        // An interruption has said what it is.
        if !message.isEmpty { writeError("Error: \(message)\n") }
        Foundation.exit(exitCode(for: error).rawValue)
    }
}
