import Foundation
import Notebook

/// The scripts of a run on Slurm: an array for each wave, the report, and what submits them one after the other.
struct SlurmBatch {
    var program: String
    /// What is to be trained, as `superposition train` takes it.
    var arguments: [String]
    var plan: WorkPlan
    var nodes: Int
    var atOnce: Int
    var cores: Int
    var partition: String?
    var output: String
    var seeds: Int

    /// Writes the scripts.
    ///
    /// - Returns: the files.
    func write(to folder: URL) throws -> [URL] {
        let logs = folder.appending(path: "logs")
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        var files: [URL] = []
        func write(_ text: String, _ name: String) throws {
            let file = folder.appending(path: name)
            try Data(text.utf8).write(to: file, options: .atomic)
            files.append(file)
        }
        for wave in waves { try write(train(wave), "train-\(wave).sbatch") }
        try write(report, "report.sbatch")
        try write(submission, "submit.sh")
        return files
    }

    /// The waves in which something is missing; the first, if nothing is.
    private var waves: [Int] {
        let missing = Set(plan.items.filter { !$0.isThere }.map(\.wave)).sorted()
        return missing.isEmpty ? [1] : missing
    }

    // MARK: - The scripts

    /// Jobs of less than half a minute would cost the site more than they do, so few are made for little work.
    private func jobs(in wave: Int) -> Int {
        let seconds = plan.items.filter { $0.wave == wave }.reduce(0) { $0 + $1.seconds }
        return max(1, min(nodes, Int(seconds / Double(cores) / 30)))
    }

    private func train(_ wave: Int) -> String {
        let jobs = jobs(in: wave)
        let seconds = plan.items.filter { $0.wave == wave }.reduce(0) { $0 + $1.seconds }
        // Estimates are right to a factor of three, and the longest group cannot be split.
        let longest = plan.longestGroup(ofWave: wave)
        let time = 3 * (seconds / Double(jobs * cores) + longest) + 120
        return script(
            name: "superposition-\(wave)", time: time,
            options: ["--array=0-\(jobs - 1)%\(min(atOnce, jobs))", "--output=logs/%A_%a.log", "--requeue"],
            commands: """
                # The signal comes a minute before the time is over. What is trained is kept; the next try goes on from there.
                trap 'kill -TERM "$job"; wait "$job"; scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"; exit' TERM
                \(quoted(program)) train \(shell(arguments)) --wave \(wave) --jobs \(cores) \\
                    --shard "$((SLURM_ARRAY_TASK_ID + 1))/\(jobs)" &
                job=$!
                wait "$job"
                """)
    }

    private var report: String {
        script(
            name: "superposition-report", time: 1800 + 120 * Double(seeds),
            options: ["--output=logs/%j.log", "--requeue"],
            commands: """
                \(quoted(program)) run \(shell(arguments)) --jobs \(cores) --output \(quoted(URL(filePath: output).standardizedFileURL.path())) --quiet
                """)
    }

    private func script(name: String, time: Double, options: [String], commands: String) -> String {
        let minutes = Int((time / 60).rounded(.up))
        let common = [
            "--job-name=\(name)", "--nodes=1", "--ntasks=1", "--cpus-per-task=\(cores)",
            "--time=\(minutes / 60):\(String(format: "%02d", minutes % 60)):00", "--mem=\(max(2, 1 + cores))G",
            "--signal=B:TERM@60",
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
        var lines = ["#!/bin/sh", "# Submits everything, each after what it needs.", "set -eu", "cd \"$(dirname \"$0\")\""]
        var before = ""
        for wave in waves {
            let name = "wave\(wave)"
            lines.append("\(name)=$(sbatch --parsable \(before)train-\(wave).sbatch)")
            lines.append("echo \"wave \(wave): job $\(name)\"")
            before = "--dependency=afterok:\"$\(name)\" "
        }
        lines.append("report=$(sbatch --parsable \(before)report.sbatch)")
        lines.append("echo \"report: job $report\"")
        return lines.joined(separator: "\n") + "\n"
    }

    private func shell(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    private func quoted(_ word: String) -> String {
        word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=".contains($0) }
            ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
