import Foundation
import Testing

@Suite struct CommandLineTests {
    @Test func `the chapters are listed with their titles`() async throws {
        let result = try await superposition("list")
        #expect(result.exitCode == 0)
        #expect(result.output.hasPrefix(" 1  Demonstrating superposition"))
    }

    @Test func `the list is there for programs, and tells of the last run`() async throws {
        try await withTemporaryFolder { folder in
            struct Line: Decodable {
                struct LastRun: Decodable {
                    let date, profile: String
                    let seed: UInt64
                    let seconds: Double?
                }
                let number: Int
                let name, title: String
                let lastRun: LastRun?
            }
            let output = folder.appending(path: "output")
            func list() async throws -> [Line] {
                let result = try await superposition("list", "--json", "--output", output.path())
                return try JSONDecoder().decode([Line].self, from: Data(result.output.utf8))
            }
            let before = try await list()
            #expect(before.map(\.number) == Array(1...before.count) && before.allSatisfy { $0.lastRun == nil })
            #expect(before.contains { $0.name == "09-appendix" })
            let run = try await superposition(
                "run", "appendix", "--profile", "quick", "--seed", "3", "--quiet", "--output", output.path(),
                "--store",
                folder.appending(path: "store").path())
            try #require(run.exitCode == 0)
            let after = try await list()
            #expect(after.filter { $0.lastRun != nil }.map(\.number) == [9])
            let last = try #require(after[8].lastRun)
            #expect(last.profile == "quick" && last.seed == 3 && last.date.hasPrefix("20") && last.seconds ?? 0 > 0)
            let text = try await superposition("list", "--output", output.path()).output
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(" 9  ") })
            #expect(line.contains(" of core time, quick profile, seed 3, 20"))
        }
    }

    @Test func `the version is printed`() async throws {
        let result = try await superposition("--version")
        #expect(result.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }

    @Test func `help has an example of every way to name a chapter`() async throws {
        let result = try await superposition("run", "--help")
        #expect(result.exitCode == 0)
        for example in [
            "superposition run 1 ", "--profile quick", "--seed", "--seeds", "--jobs", "--output", "--store", "--fresh",
            "--quiet",
        ] {
            #expect(result.output.contains(example))
        }
    }

    @Test(arguments: [
        (["no-such-chapter"], "There is no chapter 'no-such-chapter': name one of 01-demonstrating-superposition"),
        (["demonstratig"], "did you mean 01-demonstrating-superposition?"),
        (["99"], "There is no chapter '99'"),
        ([""], "There is no chapter ''"),
        (["--profile", "fast"], "'fast' is invalid"),
        (["--jobs", "-1"], "--jobs is -1"),
        (["--jobs", "0"], "--jobs is 0"),
        (["--jobs", "two"], "'two' is invalid"),
        (["--jobs", "1025"], "--jobs is 1025, and must be at most 1024."),
        (["--jobs", "1000000000000"], "--jobs is 1000000000000, and must be at most 1024."),
        (["--output", ""], "--output is empty"),
        (["--seeds", "0"], "--seeds is 0"),
        (["--store", ""], "--store is empty"),
        (["--store-limit", "-1"], "--store-limit is -1.0"),
        (["--store-limit", "nan"], "--store-limit is nan"),
        (["--seed", "-1"], "'-1' is invalid"),
        (["--sed", "1"], "Unknown option '--sed'"),
    ]) func `bad input is refused in a sentence and leaves the output alone`(
        arguments: [String], sentence: String
    ) async throws {
        try await withTemporaryFolder { folder in
            let output = folder.appending(path: "output")
            try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
            try Data("precious".utf8).write(to: output.appending(path: "index.html"))
            let result = try await superposition(
                ["run", "--output", output.path(), "--store", folder.appending(path: "store").path()] + arguments)
            #expect(result.exitCode != 0)
            #expect(result.output.isEmpty)
            #expect(result.error.hasPrefix("Error: ") && result.error.contains(sentence))
            #expect(result.error.split(separator: "\n").count == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: output.path()) == ["index.html"])
        }
    }

    @Test func `an output folder that is a file is refused`() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "taken")
            try Data("precious".utf8).write(to: file)
            let result = try await superposition(
                "run", "--output", file.path(), "--store", folder.appending(path: "store").path())
            #expect(result.exitCode == 1)
            #expect(result.error.contains("is a file: name another with --output.\n"))
            #expect(try Data(contentsOf: file) == Data("precious".utf8))
        }
    }

    @Test func `an output folder that cannot be made is refused before training`() async throws {
        try await withTemporaryFolder { folder in
            // Below a file, so that it holds for the superuser too.
            let file = folder.appending(path: "taken")
            try Data().write(to: file)
            let result = try await superposition(
                "run", "--output", file.appending(path: "output").path(), "--store",
                folder.appending(path: "store").path())
            #expect(result.exitCode == 1)
            #expect(result.error.hasPrefix("Error: The output folder "))
            #expect(result.error.contains("cannot be written to"))
            #expect(result.error.split(separator: "\n").count == 1)
        }
    }

    @Test func `a missing pandoc is named before training, with the way to install it`() async throws {
        try await withTemporaryFolder { folder in
            let output = folder.appending(path: "output")
            let result = try await superposition(
                ["run", "--output", output.path(), "--store", folder.appending(path: "store").path()],
                environment: ["PATH": folder.path()])
            #expect(result.exitCode == 1)
            #expect(result.error.contains("apt-get install pandoc"))
            #expect(result.error.split(separator: "\n").count == 1)
            #expect(!FileManager.default.fileExists(atPath: output.path()))
        }
    }

    // Of one chapter, which is over well within the two seconds that it has, also on a busy machine.
    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func `an interrupted run leaves nothing behind`(signal: Int32, exitCode: Int32) async throws {
        try await withTemporaryFolder { folder in
            let output = folder.appending(path: "output")
            try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
            try Data("precious".utf8).write(to: output.appending(path: "notes.txt"))
            let result = try await superposition(
                ["run", "computation", "--output", output.path(), "--store", folder.appending(path: "store").path()],
                signal: signal, whenErrorContains: " steps")
            #expect(result.exitCode == exitCode)
            #expect(result.error.hasSuffix("\nInterrupted; earlier results are untouched.\n"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: output.path()) == ["notes.txt"])
        }
    }

    @Test(arguments: ["0", "1025", "1000000000000"]) func `so is a number of threads to verify with`(
        jobs: String
    ) async throws {
        let result = try await superposition("verify", "computation", "--profile", "quick", "--jobs", jobs)
        #expect(result.exitCode != 0)
        #expect(result.error.hasPrefix("Error: --jobs is \(jobs), and must be at "))
    }

    #if os(Linux)
        @Test(.timeLimit(.minutes(10)), arguments: [1, 2])
        func `a signal ends a run that does not listen, in seconds, or at once the second time`(
            signals: Int
        ) async throws {
            try await withTemporaryFolder { folder in
                // A run that waits for a reader of standard error, as a pipe has room for 64 kB.
                let result = try await shell(
                    """
                    cd "$FOLDER"; mkfifo full; exec 3<>full; head -c 65536 /dev/zero >&3
                    "$0" "$@" 2>&3 & program=$!
                    sleep 1; start=$(date +%s%N)
                    for signal in \(Array(repeating: "TERM", count: signals).joined(separator: " ")); do
                        kill -$signal $program; sleep 0.1
                    done
                    wait $program; code=$?
                    echo $(( ($(date +%s%N) - start) / 1000000 )); exit $code
                    """, ["run", "computation", "--profile", "quick", "--output", "output", "--store", "store"],
                    environment: ["FOLDER": folder.path()])
                #expect(result.exitCode == 143)
                let milliseconds = try #require(Int(result.output.trimmingCharacters(in: .newlines)))
                #expect(milliseconds < (signals == 1 ? 5000 : 1500))
            }
        }

        @Test(arguments: [
            ["list"], ["--help"], ["--version"], ["run", "--help"], ["help", "verify"], ["clean", "--store", "none"],
            ["verify", "appendix", "--profile", "quick", "--quiet"],
            ["verify", "appendix", "--profile", "quick", "--quiet", "--json"],
        ]) func `a full device is told`(arguments: [String]) async throws {
            let result = try await shell("exec \"$0\" \"$@\" >/dev/full", arguments)
            #expect(result.exitCode == 1)
            #expect(result.error == "Error: Standard output cannot be written to (No space left on device).\n")
        }

        @Test func `a run whose last words cannot be written says so, and has made its report`() async throws {
            try await withTemporaryFolder { folder in
                let output = folder.appending(path: "output")
                let result = try await shell(
                    "exec \"$0\" \"$@\" >/dev/full",
                    [
                        "run", "appendix", "--profile", "quick", "--quiet", "--output", output.path(), "--store",
                        folder.appending(path: "store").path(),
                    ])
                #expect(result.exitCode == 1)
                #expect(result.error == "Error: Standard output cannot be written to (No space left on device).\n")
                #expect(FileManager.default.fileExists(atPath: output.appending(path: "index.html").path()))
            }
        }

        @Test(.timeLimit(.minutes(10)), arguments: [100_000, 200_000, 300_000, 500_000])
        func `a small memory limit is told`(kilobytes: Int) async throws {
            let script = "ulimit -v \(kilobytes); exec \"$0\" \"$@\""
            let result = try await shell(script, ["verify", "computation", "--profile", "quick", "--quiet"])
            #expect(result.exitCode == 1)
            #expect(result.error.hasPrefix("Error: The memory limit is \(kilobytes) kB, and training needs "))
            #expect(result.error.split(separator: "\n").count == 1)
            #expect(try await shell(script, ["list"]).exitCode == 0)
        }
    #endif

    @Test func `a reader that has gone ends the program quietly, or with a sentence where that is ignored`()
        async throws
    {
        let quiet = try await shell("\"$0\" \"$@\" | true", ["list"])
        #expect(quiet.exitCode == 0 && quiet.error.isEmpty)
        let told = try await shell("trap '' PIPE; { sleep 0.2; \"$0\" \"$@\"; echo $? >&2; } | true", ["list"])
        #expect(told.error == "Error: Standard output cannot be written to (Broken pipe).\n1\n")
    }

    @Test func `clean takes a missing folder for empty, and a file or a link to itself for an error`() async throws {
        try await withTemporaryFolder { folder in
            let (file, loop) = (folder.appending(path: "file"), folder.appending(path: "loop"))
            try Data("precious".utf8).write(to: file)
            try FileManager.default.createSymbolicLink(at: loop, withDestinationURL: loop)
            for (path, reason) in [
                (file, "Not a directory"), (loop, "Too many levels of symbolic links"),
                (file.appending(path: "below"), "Not a directory"),
            ] {
                let result = try await superposition("clean", "--yes", "--store", path.path())
                #expect(result.exitCode == 1)
                #expect(result.error.hasPrefix("Error: The run store '"))
                #expect(result.error.hasSuffix("cannot be used (\(reason)): name another folder with --store.\n"))
            }
            #expect(try Data(contentsOf: file) == Data("precious".utf8))
            let missing = try await superposition("clean", "--store", folder.appending(path: "none").path())
            #expect(missing.exitCode == 0 && missing.output.hasSuffix("is empty.\n"))
            #expect(try await superposition("clean", "--store", "").exitCode != 0)
        }
    }

    @Test func `every package is pinned to one version, also those that others ask for`() throws {
        var root = URL(filePath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let manifest = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
        let packages = manifest.matches(of: #/\.package\(url: "[^"]+/([^"/]+)", (\w+): /#)
        #expect(packages.allSatisfy { $0.output.2 == "exact" })
        let resolved = try String(contentsOf: root.appending(path: "Package.resolved"), encoding: .utf8)
        let identities = resolved.matches(of: /"identity" : "([^"]+)"/).map { String($0.output.1) }
        // The documentation plugin's own dependency cannot be named: no target uses it, and each build would warn of that.
        let pinned = Set(packages.map { $0.output.1.lowercased() }).union(["swift-docc-symbolkit"])
        #expect(!identities.isEmpty && Set(identities) == pinned)
    }
}
