import Foundation
import Notebook

/// The scripts of a run on Slurm: an array of jobs for each wave, the report, and what submits them one after the other.
struct SlurmBatch {
    /// The program's file, as the nodes see it.
    var program: String
    /// The chapters that were asked for; none for all.
    var chapters: [String]
    /// What else `superposition train` and `superposition run` take.
    var options: [String]
    var plan: WorkPlan
    /// The jobs in an array, at most.
    var nodes: Int
    /// The jobs of an array that may run at a time.
    var atOnce: Int
    /// The cores of each job.
    var cores: Int
    var partition: String?
    /// The folder of the report.
    var output: String
    var seeds: Int

    /// Writes the scripts.
    ///
    /// - Returns: the files.
    func write(to folder: URL) throws -> [URL] {
        let logs = folder.appending(path: "logs")
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        let scripts =
            waves.map { ("train-\($0).sbatch", train($0)) }
            + [("report.sbatch", report), ("submit.sh", submission)]
        return try scripts.map { name, text in
            let file = folder.appending(path: name)
            try Data(text.utf8).write(to: file, options: .atomic)
            return file
        }
    }

    /// The waves in which something is missing; the first, if nothing is.
    private var waves: [Int] {
        let missing = Set(plan.items.filter { !$0.isThere }.map(\.wave)).sorted()
        return missing.isEmpty ? [1] : missing
    }

    // MARK: - The scripts

    /// The jobs of a wave: few for little work, as sites object to many jobs of some seconds.
    private func jobs(in wave: Int) -> Int {
        max(1, min(nodes, Int((plan.seconds(ofWave: wave) / Double(cores) / Self.leastSeconds).rounded(.up))))
    }

    /// What a job should have to do, in seconds: more than it takes to start it and to plan.
    private static let leastSeconds = 60.0

    /// Estimates are right to a factor of three, and a processor may be slower than a common one.
    private static let margin = 5.0

    private func train(_ wave: Int) -> String {
        let jobs = jobs(in: wave)
        // Each job plans anew. The chapters that have nothing in this wave need not be gone through.
        let chapters = Set(plan.items.filter { $0.wave == wave }.map(\.chapter)).sorted().map(String.init)
        let work = plan.seconds(ofWave: wave) / Double(jobs * cores) + plan.longestGroup(ofWave: wave)
        return script(
            name: "superposition-\(wave)", seconds: Self.margin * work, bytes: plan.memory(ofWave: wave, jobs: cores),
            options: ["--array=0-\(jobs - 1)%\(min(atOnce, jobs))", "--output=logs/%A_%a.log"],
            commands: """
                # A minute before its time is over the job is told, and begins anew: what is trained is kept. Twenty times at
                # most, as a group of models that takes longer than that would never be ready.
                again() {
                    kill -TERM "$trainer" 2>/dev/null || true
                    wait "$trainer" || true
                    [ "${SLURM_RESTART_COUNT:-0}" -lt 20 ] || exit 1
                    scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
                    exit 0
                }
                trap again TERM
                \(quoted(program)) train \(shell(chapters + options)) \\
                    --wave \(wave) --shard "$((SLURM_ARRAY_TASK_ID + 1))/\(jobs)" --jobs \(cores) &
                trainer=$!
                wait "$trainer"
                """)
    }

    private var report: String {
        // What could not be foreseen is trained here.
        let folder = URL(filePath: output).standardizedFileURL.path(percentEncoded: false)
        return script(
            name: "superposition-report", seconds: 1800 + 120 * Double(seeds), bytes: 2 * Self.gigabyte,
            options: ["--output=logs/%j.log"],
            commands: """
                exec \(quoted(program)) run \(shell(chapters + options)) \\
                    --store-limit 1000000 --jobs \(cores) --quiet --output \(quoted(folder))
                """)
    }

    private static let gigabyte = 1_073_741_824.0

    private func script(name: String, seconds: Double, bytes: Double, options: [String], commands: String) -> String {
        // Every job begins with a plan, and is told a minute before its end.
        let minutes = Int(((300 + seconds) / 60).rounded(.up))
        let time = "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60):00"
        let memory = 2 + Int((bytes / Self.gigabyte).rounded(.up))
        let common = [
            "--job-name=\(name)", "--nodes=1", "--ntasks=1", "--cpus-per-task=\(cores)", "--time=\(time)",
            "--mem=\(memory)G", "--requeue", "--signal=B:TERM@60",
        ]
        let lines = (common + options + (partition.map { ["--partition=\($0)"] } ?? [])).map { "#SBATCH \($0)" }
        return """
            #!/bin/sh
            \(lines.joined(separator: "\n"))
            set -eu
            \(commands)

            """
    }

    private var submission: String {
        var lines = [
            "#!/bin/sh", "# Submits everything, each job after those that it needs.", "set -eu",
            "cd \"$(dirname \"$0\")\"",
        ]
        var before = ""
        for wave in waves {
            lines.append("wave\(wave)=$(sbatch --parsable \(before)train-\(wave).sbatch)")
            lines.append("echo \"wave \(wave): job $wave\(wave)\"")
            before = "--dependency=\"afterok:$wave\(wave)\" "
        }
        lines.append("report=$(sbatch --parsable \(before)report.sbatch)")
        lines.append("echo \"report: job $report\"")
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: - Words for the shell

    private func shell(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    private func quoted(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.utf8.allSatisfy { "-_./=,0123456789".utf8.contains($0) || isLetter($0) }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }

    private func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte & 0xdf) }
}
