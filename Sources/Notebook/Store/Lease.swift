import Foundation

/// A note that somebody is training a group of models, so that others do something else meanwhile. It saves work and decides
/// nothing: if two have it, both train the same bits.
///
/// Its file says who has it and counts the times that the holder has renewed it. Whether the holder is still there, another
/// one sees by that number alone: it changes, or it does not, by the other's own clock.
final class Lease {
    /// Who has a lease.
    struct Holder: Hashable, Codable, Sendable {
        /// The machine's name.
        var host: String
        /// The job's or the process's number.
        var job: String

        /// This process: by its Slurm job, if it is one.
        static var own: Holder {
            let environment = ProcessInfo.processInfo.environment
            let job = ["SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID", "SLURM_RESTART_COUNT"]
                .compactMap { environment[$0] }.joined(separator: "_")
            return Holder(
                host: ProcessInfo.processInfo.hostName,
                job: "\(job.isEmpty ? environment["SLURM_JOB_ID"] ?? "process" : job)/\(getpid())")
        }
    }

    /// What a lease's file says.
    struct Note: Hashable, Codable, Sendable {
        var holder: Holder
        /// How often it was renewed.
        var heartbeat: Int

        init(holder: Holder, heartbeat: Int) {
            self.holder = holder
            self.heartbeat = heartbeat
        }

        /// What a file says; nil if there is none that can be read.
        init?(reading file: URL, in files: any StoreFiles) {
            guard let (handle, size) = try? files.open(file), size < 1 << 12,
                let data = try? handle.read(upToCount: size), let note = try? JSONDecoder().decode(Note.self, from: data)
            else { return nil }
            self = note
        }
    }

    private let file: URL
    private let files: any StoreFiles
    private var note: Note

    /// Takes a lease; nil if there is one already.
    init?(_ file: URL, by holder: Holder, in files: any StoreFiles) {
        self.file = file
        self.files = files
        note = Note(holder: holder, heartbeat: 0)
        guard let data = try? JSONEncoder.canonical.encode(note), (try? files.create(file, data)) != nil else {
            return nil
        }
    }

    /// Says that the holder is still there.
    func renew() {
        note.heartbeat += 1
        let partial = file.deletingLastPathComponent().appending(path: ".partial-" + UUID().uuidString)
        guard let data = try? JSONEncoder.canonical.encode(note) else { return }
        do {
            try files.create(partial, data)
            try files.rename(partial, to: file)
        } catch {
            try? files.remove(partial)
        }
    }

    /// Gives it up, unless somebody else has taken it.
    func end() {
        guard Note(reading: file, in: files)?.holder == note.holder else { return }
        try? files.remove(file)
    }
}
