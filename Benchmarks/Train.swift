import ArgumentParser
import Foundation
import ToyModels

/// Our side of the benchmark: the process behind a ``Worker``.
struct Train: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train what standard input asks for.", shouldDisplay: false)

    func run() async throws {
        guard let line = readLine() else { return }
        let experiment = try JSONDecoder().decode(Experiment.self, from: Data(line.utf8))
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let trainer = Trainer(jobs: threads)
        let library = try await encoders(of: experiment, from: trainer)
        _ = try await trainer.train(experiment.with(steps: 2), library: library)  // Warm-up.
        try answer(Worker.Ready(threads: threads))
        while let line = readLine() {
            guard let seed = UInt64(line) else { throw ValidationError("'\(line)' is not a seed.") }
            try answer(await measure(experiment, with: Trainer(seed: seed, jobs: threads)))
        }
    }

    /// Trains, over and over if it is too short for the clock.
    private func measure(_ experiment: Experiment, with trainer: Trainer) async throws -> Worker.Measurement {
        let idle = experiment.with(steps: 0)
        let library = try await encoders(of: experiment, from: trainer)
        let clock = ContinuousClock()
        var (seconds, repetitions) = (0.0, 0)
        while true {
            let settingUp = try await clock.measure { _ = try await trainer.train(idle, library: library) }
            let start = clock.now
            let trained = try await trainer.train(experiment, library: library)
            seconds += (clock.now - start - settingUp) / .seconds(1)
            repetitions += 1
            if seconds > 0.25 {
                return Worker.Measurement(
                    seconds: seconds / Double(repetitions), losses: trained.history.tenths, peakMemory: peakMemory())
            }
        }
    }

    /// The random models whose activations dictionaries explain, one for each setting.
    private func encoders(of experiment: Experiment, from trainer: Trainer) async throws -> ModelLibrary {
        guard let encoder = experiment.settings.first?.data.encoder else { return ModelLibrary() }
        let setting = experiment.settings[0]
        let models = Experiment(
            id: encoder.experiment,
            architecture: .init(features: setting.features.features, hidden: experiment.architecture.features),
            settings: [
                .init(
                    features: setting.features, importance: Array(repeating: 1, count: setting.features.features))
            ],
            restarts: experiment.settings.count, steps: 0, batchSize: 1, learningRate: .constant(0),
            evaluationSamples: 1)
        return ModelLibrary([try await trainer.train(models)])
    }

    private func answer(_ value: some Encodable) throws {
        try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(value) + [UInt8(ascii: "\n")])
    }
}

extension Experiment {
    fileprivate func with(steps: Int) -> Experiment {
        var copy = self
        copy.steps = steps
        return copy
    }
}

extension TrainedModels.LossHistory {
    /// The mean loss in each tenth of the steps. Shape `[tenths][models]`.
    fileprivate var tenths: [[Double]] {
        let length = (steps.last ?? 0) / 10
        return (0..<10).map { tenth in
            let entries = steps.indices.filter { (steps[$0] - 1) / length == tenth }
            return losses.map { model in entries.reduce(0) { $0 + model[$1] } / Double(entries.count) }
        }
    }
}

/// The most memory that this process has held, in bytes, or nil if that cannot be known.
private func peakMemory() -> Int? {
    #if os(Linux)
        // Not `getrusage`: it counts what the parent had held when it started this process.
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    #else
        var usage = rusage()
        getrusage(RUSAGE_SELF, &usage)
        return usage.ru_maxrss
    #endif
}
