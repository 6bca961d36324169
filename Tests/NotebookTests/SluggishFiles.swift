import Foundation
import Synchronization
import ToyModels

@testable import Notebook

/// A file system that several machines share, as bad as NFS may be: what one machine does to a name, another one sees some
/// operations later; a rename that has succeeded may report a failure; and there are no locks.
final class SluggishServer: Sendable {
    /// What last happened to a name.
    private struct Change {
        /// The machine that did it.
        var machine: Int
        /// What the name had before; nil if there was none.
        var before: Data?
        /// The operation after which another machine sees it.
        var seen: [Int: Int]
    }

    /// What a machine that was switched off meets.
    struct Off: Error {}

    private struct State {
        var operations = 0
        /// How many operations a machine has left until it is switched off.
        var left: [Int: Int] = [:]
        var changes: [String: Change] = [:]
        var random: RandomStream
    }

    private let state: Mutex<State>

    /// - Parameter seed: of all that is random here.
    init(seed: UInt64) { state = Mutex(State(random: RandomStream(seed: seed, measurement: "sluggish"))) }

    /// The most operations for which a change is not seen by others.
    fileprivate static let longest = 40

    /// The files as a machine sees them.
    func files(of machine: Int) -> Files { Files(server: self, machine: machine) }

    /// Switches a machine off after so many operations.
    func switchOff(_ machine: Int, after operations: Int) { state.withLock { $0.left[machine] = operations } }

    /// Lets all machines see what has happened.
    func settle() { state.withLock { $0.changes = [:] } }

    struct Files: StoreFiles {
        let server: SluggishServer
        let machine: Int

        /// Counts an operation; false if the machine is off.
        private func isOn(_ state: inout State) -> Bool {
            state.operations += 1
            guard let left = state.left[machine] else { return true }
            state.left[machine] = left - 1
            return left > 0
        }

        /// What a machine sees in place of what is there; nil for what is there.
        private func past(_ file: URL, _ state: inout State) -> Change? {
            guard var change = state.changes[file.lastPathComponent], change.machine != machine else { return nil }
            let seen = change.seen[machine] ?? state.operations + state.random.integer(below: SluggishServer.longest)
            change.seen[machine] = seen
            state.changes[file.lastPathComponent] = change
            return state.operations < seen ? change : nil
        }

        private func note(_ file: URL, before: Data?, _ state: inout State) {
            state.changes[file.lastPathComponent] = Change(machine: machine, before: before, seen: [:])
        }

        private func content(_ file: URL) -> Data? { try? Data(contentsOf: file) }

        func names(in folder: URL) throws -> [String] {
            try server.state.withLock { state in
                guard isOn(&state) else { throw Off() }
                let names = Set(try SystemFiles().names(in: folder)).union(state.changes.keys)
                return names.filter { name in
                    let file = folder.appending(path: name)
                    if let past = past(file, &state) { return past.before != nil }
                    return FileKind(file) != nil
                }
            }
        }

        func open(_ file: URL) throws(FileKind.NotAFile) -> (handle: FileHandle, size: Int)? {
            let (isOn, past) = server.state.withLock { (self.isOn(&$0), self.past(file, &$0)) }
            guard isOn else { return nil }
            guard let past else { return try SystemFiles().open(file) }
            guard let before = past.before else { return nil }
            let copy = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            try? before.write(to: copy)
            defer { unlink(copy.path()) }
            return try SystemFiles().open(copy)
        }

        func kind(of file: URL) -> FileKind? {
            server.state.withLock { state in
                guard isOn(&state) else { return nil }
                if let past = past(file, &state) { return past.before == nil ? nil : .file }
                return FileKind(file)
            }
        }

        func create(_ file: URL, _ data: Data) throws {
            try server.state.withLock { state in
                guard isOn(&state) else {
                    // What was begun stays.
                    try? data.prefix(data.count / 2).write(to: file, options: .withoutOverwriting)
                    throw Off()
                }
                // Also if it was not seen: that it is created once is all that can be relied on.
                try data.write(to: file, options: .withoutOverwriting)
                note(file, before: nil, &state)
            }
        }

        func rename(_ file: URL, to target: URL) throws {
            try server.state.withLock { state in
                guard isOn(&state) else { throw Off() }
                let before = content(target)
                try SystemFiles().rename(file, to: target)
                note(file, before: nil, &state)
                note(target, before: before, &state)
                if state.random.integer(below: 6) == 0 { throw POSIXError(.ENOENT) }
            }
        }

        func remove(_ file: URL) throws {
            try server.state.withLock { state in
                guard isOn(&state) else { throw Off() }
                let before = content(file)
                try SystemFiles().remove(file)
                if let before { note(file, before: before, &state) }
            }
        }

        func date(of file: URL) -> Date? { SystemFiles().date(of: file) }
    }
}

extension RandomStream {
    /// A whole number from 0.
    fileprivate mutating func integer(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
