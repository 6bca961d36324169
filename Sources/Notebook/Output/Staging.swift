import Foundation
import Synchronization

/// Files of a run that are not yet, or no longer, the report's: beside it, on the same volume.
///
/// The name of each starts with the SHA-256 of its bytes. That is how a later run knows what a killed one left, and
/// leaves alone what else is in the folder.
final class Staging: Sendable {
    /// The folder's path in the output folder.
    static let folder = ".staging"

    private let tree: FileTree
    private let names = Mutex<[String]>([])

    /// Makes the folder, if there is none.
    init(in tree: FileTree) throws {
        self.tree = tree
        try tree.checkFolder(Self.folder)
        try tree.makeFolder(Self.folder)
    }

    /// The folder as a place for programs to work in.
    var path: String { tree.name(Self.folder) }

    /// Writes a file.
    ///
    /// - Parameter checksum: its SHA-256, if that is known.
    /// - Returns: its path in the output folder.
    func add(_ data: Data, checksum: String? = nil, suffix: String = "") throws -> String {
        let path = reserve(checksum ?? sha256(data), suffix: suffix)
        try tree.write(data, to: path)
        return path
    }

    /// A path for a file with a checksum.
    func reserve(_ checksum: String, suffix: String = "") -> String {
        names.withLock { names in
            names.append("\(checksum).\(names.count)\(suffix)")
            return Self.path(names[names.count - 1])
        }
    }

    /// Removes what this run has put there, and the folder if nothing else is in it.
    func empty() {
        for name in names.withLock({ $0 }) {
            for suffix in ["", FileTree.partSuffix] { try? tree.remove(Self.path(name + suffix)) }
        }
        tree.removeEmptyFolders(from: Self.folder)
    }

    /// Leaves what this run has put there to a later one.
    func abandon() {
        names.withLock { $0 = [] }
    }

    /// What a killed run has left.
    func remains(suffix: String = "") -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: tree.name(Self.folder))) ?? []
        return names.filter { $0.hasSuffix(suffix) }.map(Self.path).filter(isOurs)
    }

    /// Whether the name of a file shows that it is ours.
    private func isOurs(_ path: String) -> Bool {
        let name = path.dropFirst(Self.folder.count + 1)
        guard let match = name.firstMatch(of: /^([0-9a-f]{64})\.[0-9]+(\.[a-z]+)*$/), tree.item(path) == .file else {
            return false
        }
        // What was cut short has other bytes than it was to have, and a name that nobody else would give.
        return name.hasSuffix(FileTree.partSuffix) || tree.checksum(path) == String(match.output.1)
    }

    private static func path(_ name: String) -> String { folder + "/" + name }
}
