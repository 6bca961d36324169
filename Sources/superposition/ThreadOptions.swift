import ArgumentParser
import Foundation

/// How many threads train.
struct ThreadOptions: ParsableArguments {
    /// More than most machines have cores. Beyond the cores a thread gains nothing, and each takes memory.
    private static let greatest = 1024

    @Option(parsing: .unconditional, help: "The number of threads that train. (default: one per core)")
    var jobs: Int?

    /// The number of threads.
    var count: Int { jobs ?? Self.cores }

    /// One thread per core of this machine.
    static var cores: Int { min(ProcessInfo.processInfo.activeProcessorCount, greatest) }

    func validate() throws {
        if let jobs, jobs < 1 {
            throw ValidationError("--jobs is \(jobs), and must be at least 1.")
        }
        if let jobs, jobs > Self.greatest {
            throw ValidationError("--jobs is \(jobs), and must be at most \(Self.greatest).")
        }
    }
}
