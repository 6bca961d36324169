import Foundation
import Testing

@Suite struct CommandLineTests {
    @Test func `the chapters are listed with their titles`() async throws {
        let result = try await superposition("list")
        #expect(result.exitCode == 0)
        #expect(result.output.hasPrefix("01-demonstrating-superposition\tDemonstrating "))
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
                ["run", "--output", output.path(), "--store", folder.path()] + arguments)
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
            let result = try await superposition("run", "--output", file.path(), "--store", folder.path())
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
                "run", "--output", file.appending(path: "output").path(), "--store", folder.path())
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
                ["run", "--output", output.path(), "--store", folder.path()], environment: ["PATH": folder.path()])
            #expect(result.exitCode == 1)
            #expect(result.error.contains("apt-get install pandoc"))
            #expect(result.error.split(separator: "\n").count == 1)
            #expect(!FileManager.default.fileExists(atPath: output.path()))
        }
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func `an interrupted run leaves nothing behind`(signal: Int32, exitCode: Int32) async throws {
        try await withTemporaryFolder { folder in
            let output = folder.appending(path: "output")
            try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
            try Data("precious".utf8).write(to: output.appending(path: "notes.txt"))
            let result = try await superposition(
                ["run", "--output", output.path(), "--store", folder.path()], signal: signal,
                whenErrorContains: " steps")
            #expect(result.exitCode == exitCode)
            #expect(result.error.hasSuffix("\nInterrupted; earlier results are untouched.\n"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: output.path()) == ["notes.txt"])
        }
    }
}
