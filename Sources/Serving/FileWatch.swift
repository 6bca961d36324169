import Foundation

/// Sees which files change, by looking at them again and again: that is the same on every system and volume, and some hundred
/// files are looked at within a few milliseconds.
public struct FileWatch: Sendable {
    /// What tells one version of a file from another.
    private struct Signature: Hashable {
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    private let roots: [String]
    private var seen: [String: Signature] = [:]

    /// A watch over files and what is below folders, but for hidden files, an
    /// editor's copies and documentation. They need not be there.
    public init(_ roots: [URL]) {
        self.roots = roots.map { $0.path(percentEncoded: false) }
        seen = Self.look(at: self.roots)
    }

    /// The paths of what has changed, come or gone since the last look, with those folders as their start that were named.
    public mutating func changes() -> Set<String> {
        let now = Self.look(at: roots)
        defer { seen = now }
        return Set(now.filter { seen[$0.key] != $0.value }.keys).union(seen.keys.filter { now[$0] == nil })
    }

    private static func look(at roots: [String]) -> [String: Signature] {
        var found: [String: Signature] = [:]
        for root in roots { look(at: root, into: &found) }
        return found
    }

    private static func look(at path: String, into found: inout [String: Signature]) {
        var status = stat()
        // What an editor puts beside a file while it is open may be a link to nowhere.
        guard lstat(path, &status) == 0 else { return }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            #if canImport(Darwin)
                let time = status.st_mtimespec
            #else
                let time = status.st_mtim
            #endif
            found[path] = Signature(
                inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: Int(time.tv_sec),
                nanoseconds: Int(time.tv_nsec))
        case S_IFDIR:
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            let prefix = path.hasSuffix("/") ? path : path + "/"
            for name in names where !name.hasPrefix(".") && !name.hasSuffix("~") && !name.hasSuffix(".docc") {
                look(at: prefix + name, into: &found)
            }
        default: break
        }
    }
}
