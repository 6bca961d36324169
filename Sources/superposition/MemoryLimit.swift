import Foundation

/// The limits that a program may be started with, as by `ulimit`.
enum MemoryLimit {
    private static let cores = ProcessInfo.processInfo.activeProcessorCount

    #if canImport(Darwin)
        private static let (addresses, data) = (RLIMIT_AS, RLIMIT_DATA)
    #else
        private static let (addresses, data) = (Int32(RLIMIT_AS.rawValue), Int32(RLIMIT_DATA.rawValue))
    #endif

    /// What a small run needs, in bytes, with a margin: every thread reserves addresses for its stack and for what it
    /// allocates, and a part of them is memory.
    private static let needed = [
        (limit: addresses, bytes: (512 + 128 * cores) << 20, option: "-v"),
        (limit: data, bytes: (64 + 16 * cores) << 20, option: "-d"),
    ]

    /// Throws if a limit leaves too little to work with.
    static func check() throws(TooSmall) {
        for (limit, bytes, option) in needed {
            var current = rlimit()
            guard getrlimit(limit, &current) == 0, current.rlim_cur < rlim_t(bytes) else { continue }
            throw TooSmall(option: option, kilobytes: Int(current.rlim_cur) / 1024, needed: bytes / 1024)
        }
    }

    /// A limit is too small.
    struct TooSmall: Error, CustomStringConvertible {
        let option: String
        let kilobytes: Int
        let needed: Int

        var description: String {
            "The memory limit is \(kilobytes) kB, and training needs \(needed) kB on this machine: raise it with "
                + "'ulimit \(option) \(needed)' or 'ulimit \(option) unlimited'."
        }
    }
}
