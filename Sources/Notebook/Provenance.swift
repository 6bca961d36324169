import CPangoCairo
import Foundation

/// What a run was made with.
public struct Provenance: Hashable, Codable, Sendable {
    /// The version of this package.
    public let version: String
    /// The commit of the chapters' sources; nil outside a git repository.
    public let commit: String?
    /// Whether the sources differ from that commit.
    public let uncommittedChanges: Bool?
    /// The version of the Swift compiler on the path.
    public let swift: String?
    /// The operating system and its version.
    public let operatingSystem: String
    /// The processor's name.
    public let cpu: String
    /// The versions of what draws and sets the report: cairo, pango and pandoc.
    public let tools: [String: String]
    /// How much computing the run could take.
    public let profile: Profile
    /// The seed from which all random numbers derive.
    public let seed: UInt64
    /// The number of threads that trained: what was asked for, at most one per core.
    public let threads: Int

    /// This package's version.
    public static let packageVersion = "0.1.0"
}

extension Provenance {
    /// What a run is made with on this machine, by the git repository that has the sources.
    init(sources: URL, pandoc: String, profile: Profile, seed: UInt64, threads: Int) async {
        let folder = sources.path(percentEncoded: false)
        let commit = await outputOf("git", ["-C", folder, "rev-parse", "HEAD"])
        let status = await outputOf("git", ["-C", folder, "status", "--porcelain"])
        self.init(
            version: Self.packageVersion, commit: commit?.trimmingCharacters(in: .newlines),
            uncommittedChanges: status.map { !$0.isEmpty },
            swift: await Self.swiftVersion(),
            operatingSystem: Self.operatingSystem, cpu: Self.cpu,
            tools: [
                "cairo": String(cString: cairo_version_string()), "pango": String(cString: pango_version_string()),
                "pandoc": pandoc,
            ],
            profile: profile, seed: seed, threads: threads)
    }

    /// The version of the Swift compiler on the path.
    static func swiftVersion() async -> String? {
        await outputOf("swift", ["--version"])?.firstMatch(of: /Swift version (\S+)/).map { String($0.output.1) }
    }

    private static var operatingSystem: String {
        let version = ProcessInfo.processInfo.operatingSystemVersionString
        #if os(macOS)
            return "macOS " + version
        #else
            return version
        #endif
    }

    private static var cpu: String {
        #if os(macOS)
            var size = 0
            sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0)
            var name = [UInt8](repeating: 0, count: size)
            sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0)
            return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        #else
            let info = FileManager.default.contents(atPath: "/proc/cpuinfo").map { String(decoding: $0, as: UTF8.self) }
            return info?.firstMatch(of: /model name\s*: (.+)/).map { String($0.output.1) } ?? "unknown"
        #endif
    }
}

extension Provenance {
    /// A footer for a page.
    ///
    /// - Parameter seconds: wall time of what the page shows.
    func footer(seconds: Double) -> String {
        let commit =
            self.commit.map { commit in
                ", commit <code>\(HTML.escape(String(commit.prefix(12))))</code>"
                    + (uncommittedChanges == true ? " with uncommitted changes" : "")
            } ?? ""
        let tools = self.tools.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let entries = [
            ("Version", HTML.escape(version) + commit),
            ("Swift", HTML.escape(swift ?? "unknown")),
            ("Tools", HTML.escape(tools.joined(separator: ", "))),
            ("System", HTML.escape(operatingSystem)),
            ("Processor", HTML.escape(cpu)),
            ("Run", "profile \(profile.rawValue), seed \(seed), \(display(threads, "thread"))"),
            ("Total time", display(seconds: seconds)),
        ]
        return """
            <footer class="provenance">
            <h2>Provenance</h2>
            <dl>
            \(entries.map { "<dt>\($0)</dt><dd>\($1)</dd>" }.joined(separator: "\n"))
            </dl>
            </footer>
            """
    }
}
