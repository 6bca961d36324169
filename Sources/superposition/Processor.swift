import Foundation

/// The processor that the training engines were compiled for.
enum Processor {
    #if !arch(x86_64) || DEBUG
        static let needed: [String] = []
    #elseif AVX512
        static let needed = ["avx2", "fma", "bmi2", "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
    #else
        static let needed = ["avx2", "fma", "bmi2"]
    #endif

    /// Throws if this processor lacks an instruction set that the engines use. Linux only: elsewhere this is not known.
    static func check(has flags: Set<Substring>? = Processor.flags, needs needed: [String] = needed) throws {
        guard let flags, let missing = needed.first(where: { !flags.contains(Substring($0)) }) else { return }
        throw Missing(instructions: missing)
    }

    /// What the kernel says this processor has.
    static var flags: Set<Substring>? {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
        else { return nil }
        return Set(line.split(separator: " "))
    }

    /// The processor lacks some instructions.
    struct Missing: Error, CustomStringConvertible {
        let instructions: String

        var description: String {
            instructions.hasPrefix("avx512")
                ? "This program was built for a processor with AVX-512 (\(instructions)), which this one does not have. "
                    + "Build it again on this machine: `make report`."
                : "Training needs an x86-64 processor with AVX2 and FMA (or arm64); this one lacks \(instructions)."
        }
    }
}
