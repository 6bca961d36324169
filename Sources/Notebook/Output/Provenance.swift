import CPangoCairo
import Foundation

/// What a run was made with.
public struct Provenance: Hashable, Codable, Sendable {
    /// The version of this package.
    public let version: String
    /// The commit of the chapters' sources; nil outside a git repository.
    public let commit: String?
    /// Whether the sources differ from that commit.
    public internal(set) var uncommittedChanges: Bool?
    /// Where the repository can be read; nil if it was cloned from nowhere on the web, or if the date was given.
    public let repository: String?
    /// The version of the Swift compiler on the path.
    public let swift: String?
    /// The operating system and its version; nil if the date was given.
    public let operatingSystem: String?
    /// The processor's name; nil if the date was given.
    public let cpu: String?
    /// The versions of what draws and sets the report: cairo, pango and pandoc.
    public let tools: [String: String]
    /// How much computing the run could take.
    public let profile: Profile
    /// The seed from which all random numbers derive.
    public let seed: UInt64
    /// The number of threads that trained: what was asked for, at most one per core; nil if the date was given.
    public let threads: Int?
    /// When the run began, or the date that was given instead, by ISO 8601.
    public let date: String
    /// Whether the date was given, so that the same results have the same provenance: nothing is reported about the
    /// machine.
    public let isDateGiven: Bool
    /// How long the run took, and how busy it kept the cores; nil for a chapter's, and if the date was given.
    public internal(set) var utilisation: Utilisation?

    /// This package's version.
    public static let packageVersion = "0.1.0"
}

extension Provenance {
    /// What a run is made with on this machine, given the git repository that has the sources.
    init(
        sources: URL, pandoc: String, profile: Profile, seed: UInt64, threads: Int, givenDate: Date?
    ) async {
        let folder = sources.path(percentEncoded: false)
        let commit = await outputOf("git", ["-C", folder, "rev-parse", "HEAD"])
        let status = await outputOf("git", ["-C", folder, "status", "--porcelain"])
        self.init(
            version: Self.packageVersion, commit: commit?.trimmingCharacters(in: .newlines),
            uncommittedChanges: status.map { !$0.isEmpty },
            repository: givenDate == nil
                ? await outputOf("git", ["-C", folder, "remote", "get-url", "origin"]).flatMap {
                    webAddress(ofOrigin: $0)
                } : nil,
            swift: await Self.swiftVersion(),
            operatingSystem: givenDate == nil ? Self.operatingSystem : nil, cpu: givenDate == nil ? Self.cpu : nil,
            tools: [
                "cairo": String(cString: cairo_version_string()), "pango": String(cString: pango_version_string()),
                "pandoc": pandoc,
            ],
            profile: profile, seed: seed, threads: givenDate == nil ? threads : nil,
            date: (givenDate ?? Date()).formatted(.iso8601), isDateGiven: givenDate != nil)
    }

    /// The same, as the sources are now: they may differ from the commit that they were then.
    func ofChangedSources(in sources: URL) async -> Provenance {
        guard let commit, uncommittedChanges == false else { return self }
        let folder = sources.path(percentEncoded: false)
        var provenance = self
        provenance.uncommittedChanges = await outputOf("git", ["-C", folder, "diff", "--quiet", commit]) == nil
        return provenance
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
    /// - Parameters:
    ///   - seconds: what the cells of what the page shows took.
    ///   - cells: what each cell of the page took.
    ///   - sources: links to copies of the chapter's Swift files.
    func footer(
        seconds: Double?, cells: [Manifest.Cell] = [], sources: [(name: String, path: String)] = []
    ) -> String {
        let commit =
            self.commit.map { commit in
                ", commit " + Self.link("<code>\(HTML.escape(String(commit.prefix(12))))</code>", to: page(of: commit))
                    + (uncommittedChanges == true ? " with uncommitted changes" : ", nothing uncommitted")
            } ?? ""
        let tools = self.tools.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let run = ["profile \(profile.rawValue)", "seed \(seed)"] + (threads.map { [display($0, "thread")] } ?? [])
        let entries: [(String, String?)] = [
            ("Version", HTML.escape(version) + commit),
            (
                "Source",
                sources.isEmpty
                    ? nil
                    : sources.map { Self.link(HTML.escape($0.name), to: $0.path) }.joined(separator: ", ")
            ),
            ("Manifest", Self.link(Manifest.fileName, to: Manifest.fileName)),
            ("Swift", HTML.escape(swift ?? "unknown")),
            ("Tools", HTML.escape(tools.joined(separator: ", "))),
            ("System", operatingSystem.map(HTML.escape)),
            ("Processor", cpu.map(HTML.escape)),
            ("Run", run.joined(separator: ", ")),
            ("Date", HTML.escape(date)),
            ("Core time", seconds.map { display(seconds: $0) }),
            ("Run time", utilisation?.description),
        ]
        let list = entries.compactMap { name, text in text.map { "<dt>\(name)</dt><dd>\($0)</dd>" } }
        return """
            <footer class="provenance" id="provenance">
            <h2>Provenance</h2>
            <dl>
            \(list.joined(separator: "\n"))
            </dl>\(table(of: cells))
            </footer>
            """
    }

    private static func link(_ html: String, to address: String?) -> String {
        address.map { "<a href=\"\(HTML.escape($0))\">\(html)</a>" } ?? html
    }

    /// The page of a commit, at the address that the common hosts of repositories give it.
    private func page(of commit: String) -> String? { repository.map { "\($0)/commit/\(commit)" } }

    private func table(of cells: [Manifest.Cell]) -> String {
        guard !cells.isEmpty else { return "" }
        let rows = cells.map { cell in
            let memory = cell.peakMemory.map { display(bytes: $0) } ?? "unknown"
            return """
                <tr><td class="numeric">\(cell.lines.lowerBound)–\(cell.lines.upperBound)</td>\
                <td>\(cell.gives.map(HTML.escape).joined(separator: ", "))</td>\
                <td class="numeric">\(display(seconds: cell.seconds))</td><td class="numeric">\(memory)</td></tr>
                """
        }
        return """

            <details class="cells">
            <summary>Core time per cell, and peak memory by then</summary>
            <table>
            <thead><tr><th scope="col" class="numeric">Lines</th><th scope="col">Gives</th>\
            <th scope="col" class="numeric">Core time</th><th scope="col" class="numeric">Peak memory</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table>
            <p>The time of training is that of all threads, added up. What was found in the run store counts with the time
            and memory that its training took.</p>
            </details>
            """
    }
}

/// The web address of a repository, from what git has as its origin: without credentials, a port of ssh, or `.git`; nil if
/// it is a path.
func webAddress(ofOrigin origin: String) -> String? {
    let origin = origin.trimmingCharacters(in: .whitespacesAndNewlines)
    guard
        let match = origin.firstMatch(
            of:
                /^(?:https:\/\/(?:[^@\/]*@)?|ssh:\/\/(?:[^@\/]*@)?|[\w.-]+@)([\w-]+(?:\.[\w-]+)+)(?::\d+)?[:\/](.+?)(?:\.git)?\/?$/
        )
    else { return nil }
    return "https://\(match.output.1)/\(match.output.2)"
}
