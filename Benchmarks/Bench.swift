import ArgumentParser
import Foundation

@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time training beside the same training in PyTorch.",
        usage: "bench [--only <names>] [--rounds <count>] [--json]",
        discussion: """
            Both sides train the same settings in turns, on all cores. Without PyTorch our side is timed alone; the PyTorch \
            of python3 is used, or of Benchmarks/.venv, or of the Python that PYTHON names.

            Examples:
              make bench
              make bench ARGS='--only 5x2,20x5'
              make bench ARGS=--json PYTHON=~/torch/bin/python
              make bench ARGS=curves
            """,
        subcommands: [Curves.self, Train.self])

    @Option(help: ArgumentHelp("Time only these settings, separated by commas.", valueName: "names"))
    var only: String?

    @Option(
        help: ArgumentHelp("Train each setting this often, instead of 5 times (400x30: 3 times).", valueName: "count"))
    var rounds: Int?

    @Flag(help: "Print nothing but the numbers, as JSON.")
    var json = false

    func validate() throws {
        if let rounds, rounds < 1 { throw ValidationError("--rounds is \(rounds), and must be positive.") }
    }

    func run() async throws {
        // A process that has ended is reported as such, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        let settings = try Setting.select(only)
        let python = try Python.withTorch()
        if python == nil { note(Python.advice) }
        let results = try await measure(settings, python: python)
        print(json ? try results.json() : results.text)
        let differing = results.outcomes.filter { $0.comparison?.agrees == false }
        if !differing.isEmpty { throw BenchError.curvesDiffer(settings: differing.map(\.name)) }
    }

    private func measure(_ settings: [Setting], python: Python?) async throws -> Results {
        var results = Results()
        for setting in settings {
            results.peak = max(results.peak, await measurePeak(threads: ProcessInfo.processInfo.activeProcessorCount))
            let ours = try Worker.ours(setting)
            let torch = try python?.worker(setting)
            results.threads = (ours.ready.threads, torch?.ready.threads)
            results.torchVersion = torch?.ready.version
            results.outcomes.append(try alternate(ours, torch, in: setting))
        }
        return results
    }

    /// Lets both sides train in turns, so that whatever else the machine does slows both.
    private func alternate(_ ours: Worker, _ torch: Worker?, in setting: Setting) throws -> Outcome {
        var outcome = Outcome(setting: setting)
        let rounds = rounds ?? setting.rounds
        for round in 1...rounds {
            outcome.ours.append(try ours.train(seed: round))
            if let torch { outcome.torch.append(try torch.train(seed: round)) }
            note("\(setting.name): round \(round) of \(rounds), \(outcome.summary)")
        }
        return outcome
    }

    private func note(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
