import Foundation
import Synchronization

/// A note that somebody is training a group of models, so that others do something else meanwhile. It saves work and decides
/// nothing: if two have it, both train the same bits.
///
/// Its file says who has it and counts the times that the holder has renewed it. Whether the holder is still there, another
/// one sees by that number alone: it changes, or it does not, by the other's own clock.
final class Lease: Sendable {
    /// Who has a lease.
    struct Holder: Hashable, Codable, Sendable {
        /// The machine's name.
        var host: String
        /// The number of the process on that machine.
        var process: Int32
        /// The Slurm job; nil if it is none.
        var job: String?
        /// How often Slurm has started the job again.
        var restarts = 0

        /// This process.
        static var own: Holder {
            let environment = ProcessInfo.processInfo.environment
            let array = ["SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID"].compactMap { environment[$0] }
            return Holder(
                host: ProcessInfo.processInfo.hostName, process: getpid(),
                job: array.isEmpty ? environment["SLURM_JOB_ID"] : array.joined(separator: "_"),
                restarts: environment["SLURM_RESTART_COUNT"].flatMap { Int($0) } ?? 0)
        }

        /// Whether this one is certainly gone, as far as another one can know: an earlier start of the other's own job, or a
        /// process of the other's machine that has ended.
        func isGone(by other: Holder) -> Bool {
            if let job, job == other.job { return restarts < other.restarts }
            return host == other.host && process != other.process && kill(process, 0) != 0 && errno == ESRCH
        }
    }

    /// What a lease's file says.
    struct Note: Hashable, Codable, Sendable {
        var holder: Holder
        /// How often it was renewed.
        var heartbeat = 0

        init(holder: Holder) { self.holder = holder }

        /// What a file says; nil if there is none that can be read.
        init?(reading file: URL, in files: any StoreFiles) {
            guard let (handle, size) = try? files.open(file), size < 1 << 12,
                let data = try? handle.read(upToCount: size),
                let note = try? JSONDecoder().decode(Note.self, from: data)
            else { return nil }
            self = note
        }
    }

    private let folder: StoreFolder
    private let file: URL
    /// What it says; nil when it has ended.
    private let note: Mutex<Note?>

    /// Takes a lease; nil if there is one already, or none can be had.
    init?(_ file: URL, by holder: Holder, in folder: StoreFolder) {
        let note = Note(holder: holder)
        self.file = file
        self.folder = folder
        self.note = Mutex(note)
        guard let data = try? JSONEncoder.canonical.encode(note), (try? folder.files.create(file, data)) != nil else {
            return nil
        }
    }

    /// Says that the holder is still there, unless somebody else has taken the lease.
    func renew() {
        note.withLock { note in
            guard var next = note, Note(reading: file, in: folder.files)?.holder == next.holder else { return }
            next.heartbeat += 1
            note = next
            // If it cannot be written, others may train the same, too.
            if let data = try? JSONEncoder.canonical.encode(next) { try? folder.write(data, to: file) }
        }
    }

    /// Gives it up, unless somebody else has taken it.
    func end() {
        note.withLock { note in
            guard let last = note else { return }
            note = nil
            if Note(reading: file, in: folder.files)?.holder == last.holder { try? folder.remove(file) }
        }
    }
}
