import Foundation
import Testing

/// What a run may touch in the folder that it writes to. All runs are of one chapter that takes seconds, and that is found
/// in the run store after the first.
@Suite(.serialized) struct OutputSafetyTests {
    private static let environment = ["SOURCE_DATE_EPOCH": "0"]
    private static let page = "09-appendix.html"

    private func arguments(_ output: String, _ store: URL) -> [String] {
        ["run", "appendix", "--profile", "quick", "--output", output, "--store", store.path()]
    }

    private func run(
        _ output: URL, _ store: URL, environment: [String: String] = Self.environment
    ) async throws -> ProgramResult {
        try await superposition(arguments(output.path(percentEncoded: false), store), environment: environment)
    }

    private func succeed(_ output: URL, _ store: URL) async throws {
        let result = try await run(output, store)
        try #require(result.exitCode == 0, "\(result.error)")
    }

    /// Checks that a run stopped with one sentence before it trained anything.
    private func expectRefusal(_ result: ProgramResult, _ sentence: String) {
        #expect(result.exitCode == 1)
        #expect(result.error.hasPrefix("Error: ") && result.error.contains(sentence), "\(result.error)")
        #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
        #expect(result.output.isEmpty)
    }

    private func write(_ text: String, to path: String, in folder: URL) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private func program(_ script: String, in folder: URL, mode: mode_t = 0o755) throws -> String {
        try write(script, to: "bin/pandoc", in: folder)
        let path = folder.appending(path: "bin/pandoc").path()
        chmod(path, mode)
        return path
    }

    /// Variables with which a folder comes first in the path.
    private func path(_ folder: URL) -> [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return ["PATH": folder.appending(path: "bin").path() + ":" + path]
    }

    // MARK: - Files of others

    @Test func `files of others stay beside the report`() async throws {
        try await withTemporaryFolder { folder in
            let (output, store) = (folder.appending(path: "output"), folder.appending(path: "store"))
            let foreign = [
                "notes.txt", "data/mine.csv", "data/09-appendix/mine.csv", "data/other/mine.csv",
                "figures/09-appendix/mine/mine.svg", "01-demonstrating-superposition.html", ".staging/thesis.tex",
                ".staging/files/index.html", ".staging/scratch/body.md",
            ]
            for path in foreign { try write("mine", to: path, in: output) }
            for _ in 0..<2 {
                try await succeed(output, store)
                let files = try ReportFolder(output).files
                for path in foreign { #expect(files[path] == Data("mine".utf8), "\(path) has changed") }
                #expect(files["index.html"] != nil)
            }
        }
    }

    @Test(arguments: ["index.html", "manifest.json", page])
    func `a file of others in the way stops the run before training`(path: String) async throws {
        try await withTemporaryFolder { folder in
            let (output, store) = (folder.appending(path: "output"), folder.appending(path: "store"))
            try write("{\"mine\": 1}", to: path, in: output)
            expectRefusal(try await run(output, store), "'\(output.path())/\(path)' is in the way")
            #expect(try ReportFolder(output).files == [path: Data("{\"mine\": 1}".utf8)])
        }
    }

    @Test func `an edited file of the report stops the run before training`() async throws {
        try await withTemporaryFolder { folder in
            let (output, store) = (folder.appending(path: "output"), folder.appending(path: "store"))
            try await succeed(output, store)
            let report = try ReportFolder(output).files
            let data = try #require(report.keys.first { $0.hasSuffix(".csv") })
            for path in ["index.html", "manifest.json", Self.page, data] {
                let file = output.appending(path: path)
                let original = try Data(contentsOf: file)
                var edited = original
                edited[original.count / 2] ^= 1
                try edited.write(to: file)
                expectRefusal(try await run(output, store), "'\(file.path())' is in the way")
                #expect(try Data(contentsOf: file) == edited)
                try original.write(to: file)
            }
            try await succeed(output, store)
            #expect(try ReportFolder(output).files == report)
        }
    }

    @Test func `a link inside the folder is not followed, and the folder may be one`() async throws {
        try await withTemporaryFolder { folder in
            let (output, store) = (folder.appending(path: "output"), folder.appending(path: "store"))
            let (elsewhere, link) = (folder.appending(path: "elsewhere"), folder.appending(path: "link"))
            try write("precious", to: "09-appendix/thesis.csv", in: elsewhere)
            for path in ["data", "figures", "data/09-appendix", "index.html", "manifest.json", ".staging"] {
                let place = output.appending(path: path)
                try FileManager.default.createDirectory(
                    at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                try FileManager.default.createSymbolicLink(at: place, withDestinationURL: elsewhere)
                expectRefusal(try await run(output, store), "'\(place.path(percentEncoded: false))' is a link")
                #expect(try ReportFolder(elsewhere).files == ["09-appendix/thesis.csv": Data("precious".utf8)])
                try FileManager.default.removeItem(at: output)
            }
            try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: output)
            try await succeed(link, store)
            #expect(try ReportFolder(output).files["index.html"] != nil)
        }
    }

    @Test(.timeLimit(.minutes(10))) func `a pipe as a manifest does not hang the run`() async throws {
        try await withTemporaryFolder { folder in
            let (output, store) = (folder.appending(path: "output"), folder.appending(path: "store"))
            try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
            try #require(mkfifo(output.appending(path: "manifest.json").path(), 0o600) == 0)
            expectRefusal(
                try await run(output, store), "manifest.json' is in the way, as the report needs a file there")
        }
    }

    // MARK: - Paths

    @Test func `the output folder may have any name that is UTF-8`() async throws {
        try await withTemporaryFolder { folder in
            let (calm, store) = (folder.appending(path: "calm"), folder.appending(path: "store"))
            try await succeed(calm, store)
            let expected = try ReportFolder(calm).files
            for name in ["x#f", "what?", "100%41", "a b", "new\nline", "é漢😀", "a:b", "http:%2F", "'\"\\$*;"] {
                let output = folder.appending(path: name)
                let result = try await run(output, store)
                #expect(result.exitCode == 0, "\(name): \(result.error)")
                let page = output.path(percentEncoded: false) + "/index.html"
                #expect(result.output.hasSuffix("\n\(page)\n\(quickWarning)"))
                #expect(try ReportFolder(output).files == expected)
            }
        }
    }

    @Test(arguments: ["--output", "--store"])
    func `a path that is not UTF-8 is refused`(option: String) async throws {
        try await withTemporaryFolder { folder in
            let script = "cd '\(folder.path())' && exec \"$0\" run appendix --profile quick "
            let named = try await shell(script + "\(option) \"$(printf 'x\\377')\"", [])
            #expect(named.exitCode != 0)
            #expect(named.error.hasPrefix("Error: The argument 'x\u{FFFD}' is not UTF-8"), "\(named.error)")
            let inside =
                "mkdir \"$(printf 'x\\377')\" && cd \"$(printf 'x\\377')\" && exec \"$0\" run 7 --profile quick"
            let started = try await shell("cd '\(folder.path())' && " + inside, [])
            #expect(started.exitCode != 0)
            #expect(started.error.contains("is not UTF-8: start from another"), "\(started.error)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()).count == 1)
        }
    }

    @Test func `the run store and the output have a folder each`() async throws {
        try await withTemporaryFolder { folder in
            let result = try await superposition(
                arguments(folder.path() + "/a/../same/", folder.appending(path: "same")))
            #expect(result.exitCode != 0)
            #expect(result.error.contains("--output and --store are both"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()).isEmpty)
        }
    }

    // MARK: - What the report is made with

    @Test(arguments: [
        ("exit 0", "it gives none"),
        ("echo 'no memory' >&2; exit 3", "does not start: no memory."),
        ("exit 3", "does not start: it ends with exit code 3"),
        ("kill -SEGV $$", "does not start: it was ended by signal 11 (Segmentation fault)"),
    ]) func `a pandoc that fails to start is told with its own message`(script: String, message: String) async throws {
        try await withTemporaryFolder { folder in
            let path = try program("#!/bin/sh\n\(script)\n", in: folder)
            let result = try await run(
                folder.appending(path: "output"), folder.appending(path: "store"), environment: self.path(folder))
            expectRefusal(result, "is installed as '\(path)' and does not start")
            #expect(result.error.contains(message), "\(result.error)")
        }
    }

    @Test func `a pandoc that cannot be run is not called missing`() async throws {
        try await withTemporaryFolder { folder in
            let (output, store) = (folder.appending(path: "output"), folder.appending(path: "store"))
            _ = try program("#!/no/such/interpreter\n", in: folder)
            expectRefusal(
                try await run(output, store, environment: path(folder)),
                "it is no program, or its interpreter is missing")
            _ = try program("\u{1}", in: folder)
            expectRefusal(try await run(output, store, environment: path(folder)), "does not start: ")
            _ = try program("", in: folder, mode: 0o644)
            let alone = ["PATH": folder.appending(path: "bin").path()]
            expectRefusal(try await run(output, store, environment: alone), "does not start: Permission denied.")
            // As a shell does it: the next one on the path.
            #expect(try await run(output, store, environment: path(folder)).exitCode == 0)
        }
    }

    @Test(arguments: [
        "exit 0", "echo", "\"$pandoc\" \"$@\" | head -c 20000", "\"$pandoc\" \"$@\" | sed 's/<!-- [0-9A-F-]* -->//'",
        "\"$pandoc\" \"$@\"; echo more", "\"$pandoc\" \"$@\" | sed '/<footer/,/<.footer>/d'",
    ]) func `a page that is not whole is refused`(script: String) async throws {
        try await withTemporaryFolder { folder in
            let (output, store) = (folder.appending(path: "output"), folder.appending(path: "store"))
            let pandoc = "pandoc=$(PATH=${PATH#*:} command -v pandoc)"
            _ = try program(
                "#!/bin/sh\n\(pandoc)\n[ \"$1\" = --version ] && exec \"$pandoc\" --version\n\(script)\n", in: folder)
            let result = try await run(output, store, environment: path(folder))
            #expect(result.exitCode == 1)
            #expect(
                result.error.hasSuffix(
                    "Error: Pandoc could not make the page '\(Self.page)': what it printed is not the whole page\n"),
                "\(result.error)")
            #expect(!FileManager.default.fileExists(atPath: output.path()))
        }
    }

    #if os(Linux)
        @Test func `a missing typeface is named before training, with the way to install it`() async throws {
            try await withTemporaryFolder { folder in
                let fonts = folder.appending(path: "fonts.conf")
                let none = "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig></fontconfig>"
                try Data(none.utf8).write(to: fonts)
                let output = folder.appending(path: "output")
                let result = try await run(
                    output, folder.appending(path: "store"), environment: ["FONTCONFIG_FILE": fonts.path()])
                expectRefusal(result, "The typeface Inter, in which figures are set, is not installed")
                #expect(result.error.contains("make setup") && result.error.contains("apt-get install fonts-inter"))
                #expect(!FileManager.default.fileExists(atPath: output.path()))
            }
        }
    #endif
}
