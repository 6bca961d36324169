import Foundation

/// The most memory that this process has had.
enum PeakMemory {
    /// The peak in bytes; nil where it is not known.
    static var bytes: Int? {
        #if os(Linux)
            let status = FileManager.default.contents(atPath: "/proc/self/status").map {
                String(decoding: $0, as: UTF8.self)
            }
            let kilobytes = status?.firstMatch(of: /VmHWM:\s*(\d+) kB/).flatMap { Int($0.output.1) }
            return kilobytes.map { $0 * 1024 }
        #else
            var usage = rusage()
            return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : nil
        #endif
    }
}
