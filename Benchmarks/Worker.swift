import Foundation
import ToyModels

/// One side's training of one setting, in a process of its own, so that its peak memory is its own.
///
/// The process gets the experiment as a line of JSON and answers ``Ready`` once it has warmed up; from then on it answers
/// each line, a seed, by training and a ``Measurement``. It ends with its input.
struct Worker {
    struct Ready: Codable {
        /// Threads that it trains on.
        var threads: Int
        /// Of PyTorch.
        var version: String?
    }

    struct Measurement: Codable {
        /// For all steps, without setting up.
        var seconds: Double
        /// Each model's mean loss in each tenth of the steps. Shape `[tenths][models]`.
        var losses: [[Double]]
        /// In bytes, so far. Ours only.
        var peakMemory: Int?
    }

    let side: Side
    let setting: Setting
    let ready: Ready
    private let process: LineProcess

    /// Starts a process, and waits until it is ready to train.
    init(_ side: Side, _ setting: Setting, executable: URL, arguments: [String]) throws {
        self.side = side
        self.setting = setting
        do {
            process = try LineProcess(executable, arguments: arguments)
        } catch {
            throw BenchError.notStarted(side: side, reason: error.localizedDescription)
        }
        process.write(try JSONEncoder().encode(setting.experiment))
        guard let answer = process.readLine(), let ready = try? JSONDecoder().decode(Ready.self, from: answer) else {
            throw BenchError.failed(side: side, setting: setting.name)
        }
        self.ready = ready
    }

    /// Our side: this program again.
    static func ours(_ setting: Setting) throws -> Worker {
        let executable = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        return try Worker(.ours, setting, executable: executable, arguments: ["train"])
    }

    /// Trains once.
    func train(seed: Int) throws(BenchError) -> Measurement {
        process.write(Data("\(seed)".utf8))
        guard let answer = process.readLine(),
            let measurement = try? JSONDecoder().decode(Measurement.self, from: answer),
            measurement.losses.count == 10,
            measurement.losses.allSatisfy({ $0.count == setting.experiment.models })
        else {
            throw .failed(side: side, setting: setting.name)
        }
        return measurement
    }
}
