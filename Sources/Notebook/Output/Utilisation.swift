import Foundation

/// How long a run took, and how busy it kept the cores.
public struct Utilisation: Hashable, Codable, Sendable {
    /// Wall time in seconds.
    public let seconds: Double
    /// The number of cores that it could train on.
    public let cores: Int
    /// Processor time, also that of pandoc, over the wall time of these cores. What is drawn beside training on more cores
    /// than may train can make it larger than one.
    public let share: Double
}

extension Utilisation: CustomStringConvertible {
    /// For a reader: "4 min 52 s, both cores 97% busy".
    public var description: String {
        let cores = self.cores == 2 ? "both cores" : display(self.cores, "core")
        return "\(display(seconds: seconds)), \(cores) \(Int((100 * share).rounded()))% busy"
    }
}

/// Measures a run from its making on.
struct Stopwatch {
    private let start = ContinuousClock.now
    private let before = Self.processorTime

    /// What has passed, where so many threads could train.
    func utilisation(threads: Int) -> Utilisation {
        let seconds = (ContinuousClock.now - start).seconds
        let cores = max(1, min(threads, ProcessInfo.processInfo.activeProcessorCount))
        return Utilisation(
            seconds: seconds, cores: cores, share: (Self.processorTime - before) / (seconds * Double(cores)))
    }

    /// Seconds of this process and of those that it has waited for.
    private static var processorTime: Double {
        #if canImport(Darwin)
            let both = [RUSAGE_SELF, RUSAGE_CHILDREN]
        #else
            let both = [RUSAGE_SELF.rawValue, RUSAGE_CHILDREN.rawValue]
        #endif
        return both.reduce(0.0) { (sum: Double, who) -> Double in
            var usage = rusage()
            getrusage(who, &usage)
            let seconds = Double(usage.ru_utime.tv_sec) + Double(usage.ru_stime.tv_sec)
            let microseconds = Double(usage.ru_utime.tv_usec) + Double(usage.ru_stime.tv_usec)
            return sum + seconds + microseconds / 1_000_000
        }
    }
}
