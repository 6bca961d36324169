import Foundation
import TestSupport
import Testing

/// What the program leaves when it is killed, starved or disturbed. All runs are of one chapter that takes seconds, with a
/// given date, so that whole reports can be compared to the byte.
@Suite(.serialized) struct FaultTests {
    private static let chapter = "appendix"
    /// Without a repository, whose state a report tells and somebody may change while this runs.
    private static let environment = ["SOURCE_DATE_EPOCH": "0", "GIT_DIR": "/nowhere"]

    private func run(_ output: URL, _ store: URL, _ more: [String] = []) -> [String] {
        ["run", Self.chapter, "--profile", "quick", "--output", output.path(), "--store", store.path()] + more
    }

    /// A run that must succeed, and how long it took.
    private func succeed(_ output: URL, _ store: URL, _ more: [String] = []) async throws -> Double {
        let start = ContinuousClock.now
        let result = try await superposition(run(output, store, more), environment: Self.environment)
        try #require(result.exitCode == 0, "\(result.error)")
        return (ContinuousClock.now - start) / .seconds(1)
    }

    @Test func `killed at random moments, the report is that of an undisturbed run`() async throws {
        try await withTemporaryFolder { folder in
            let (calm, calmStore) = (folder.appending(path: "calm"), folder.appending(path: "calm-store"))
            // A run takes no longer than that from nothing, and than that from the store.
            var trained = try await succeed(calm, calmStore)
            var found = try await succeed(calm, calmStore)
            let expected = try reportFiles(in: calm)
            let (output, store) = (folder.appending(path: "output"), folder.appending(path: "store"))

            let count = times(100)
            var (kills, attempts, resumed) = (0, 0, 0)
            while kills < count, attempts < 4 * count {
                attempts += 1
                // Each tenth from nothing; the others go on where the one before was killed.
                let isFromNothing = kills % 10 == 0
                if isFromNothing {
                    for url in [output, store] { try? FileManager.default.removeItem(at: url) }
                }
                let moment = Double.random(in: 0...(isFromNothing ? trained : found))
                guard
                    try await isKilled(run(output, store), after: .seconds(moment), environment: Self.environment)
                else {
                    // It has ended by itself: other tests no longer take its time.
                    if isFromNothing { trained = moment } else { found = min(found, moment) }
                    continue
                }
                kills += 1
                for (name, data) in try reportFiles(in: output) {
                    #expect(expected[name] == data, "\(name) is not whole after \(moment) s")
                }
                if kills % 10 == 0 {
                    // What was begun may be another machine's, and is swept when it is old.
                    try age(store)
                    _ = try await succeed(output, store)
                    #expect(try reportFiles(in: output) == expected)
                    let left = try content(ofStore: store)
                    #expect(
                        left.allSatisfy { $0.hasSuffix(".entry") || $0.hasSuffix(".times") },
                        "nothing half-written stays in \(left)")
                    resumed += 1
                }
            }
            #expect(kills == count)
            print("Killed \(kills) times at random moments, resumed \(resumed) times with the same report.")
        }
    }

    @Test func `two runs share a store, and a third is kept from the folder of the first`() async throws {
        try await withTemporaryFolder { folder in
            let store = folder.appending(path: "store")
            let outputs = ["a", "b"].map { folder.appending(path: $0) }
            async let first = succeed(outputs[0], store)
            async let second = succeed(outputs[1], store)
            while !FileManager.default.fileExists(atPath: outputs[0].appending(path: ".staging").path()) {
                try await Task.sleep(for: .milliseconds(2))
            }
            let third = try await superposition(run(outputs[0], folder.appending(path: "other")))
            _ = try await (first, second)
            #expect(third.exitCode == 1)
            #expect(third.error.hasPrefix("Error: Another run is writing to the output folder "))
            #expect(try reportFiles(in: outputs[0]) == reportFiles(in: outputs[1]))
        }
    }

    @Test func `a full disk is told, and nothing is changed`() async throws {
        try await withTemporaryFolder { folder in
            let (output, store) = (folder.appending(path: "output"), folder.appending(path: "store"))
            try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
            try Data("precious".utf8).write(to: output.appending(path: "notes.txt"))
            // In blocks of 512 bytes, or of 1024: either way less than the data of this chapter, which begins with them.
            var arguments = run(output, store)
            arguments[1] = "computation"
            let result = try await shell("ulimit -f 200; exec \"$0\" \"$@\"", arguments)
            #expect(result.exitCode == 1)
            #expect(result.error.contains("The run store cannot be written to (File too large)"))
            #expect(result.error.hasSuffix("cannot be written to (File too large): name another with --output.\n"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: output.path()) == ["notes.txt"])
            let kept = try content(ofStore: store)
            #expect(
                kept.allSatisfy { $0.hasSuffix(".entry") || $0.hasSuffix(".times") },
                "nothing half-written stays in \(kept)")
        }
    }

    #if os(Linux)
        @Test(arguments: ["/proc/self", "/proc/superposition"])
        func `an output folder that nobody can write to is told before training`(output: String) async throws {
            try await withTemporaryFolder { folder in
                let result = try await superposition(run(URL(filePath: output), folder))
                #expect(result.exitCode == 1)
                #expect(result.error.hasPrefix("Error: The output folder '\(output)' cannot be written to ("))
                #expect(result.error.split(separator: "\n").count == 1)
            }
        }

        @Test func `hostile store entries of any size are set aside in bounded memory`() async throws {
            try await withTemporaryFolder { folder in
                let (output, store) = (folder.appending(path: "output"), folder.appending(path: "store"))
                _ = try await succeed(output, store)
                let expected = try reportFiles(in: output)
                for name in try content(ofStore: store) {
                    // An entry, and then a terabyte of nothing.
                    try #require(truncate(store.appending(path: name).path(), 1 << 40) == 0)
                }
                let result = try await shell(
                    "ulimit -d 1000000; exec \"$0\" \"$@\"", run(output, store), environment: Self.environment)
                #expect(result.exitCode == 0, "\(result.error)")
                // Those that are too large for the store may be gone before they are looked at.
                #expect(result.error.contains("it was set aside and is not used"))
                let trained = result.error.matches(of: /: trained in/).count
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: store.path()).count { $0.hasSuffix(".entry") }
                        == trained)
                #expect(try reportFiles(in: output) == expected)
            }
        }
    #endif

    @Test(.timeLimit(.minutes(10))) func `hostile entries are told and never waited for, and the rest is kept`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let (output, store) = (folder.appending(path: "output"), folder.appending(path: "store"))
            _ = try await succeed(output, store)
            let expected = try reportFiles(in: output)
            let names = try content(ofStore: store).filter { $0.hasSuffix(".entry") }.sorted()
            let places = names.prefix(3).map { store.appending(path: $0) }
            try #require(places.count == 3 && names.count > 3)
            for place in places { try FileManager.default.removeItem(at: place) }
            // As long as it says: 64 GB of nothing.
            let line =
                "superposition run store, format 2, 1000 + 64000000000 bytes, \(String(repeating: "0", count: 64))\n"
            try Data(line.utf8).write(to: places[0])
            try #require(truncate(places[0].path(), line.utf8.count + 64_000_001_000) == 0)
            try #require(mkfifo(places[1].path(), 0o600) == 0)
            try FileManager.default.createDirectory(at: places[2], withIntermediateDirectories: false)
            try Data("precious".utf8).write(to: places[2].appending(path: "thesis.txt"))

            let result = try await shell(
                "ulimit -d 1000000; exec \"$0\" \"$@\"", run(output, store, ["--store-limit", "1000000"]),
                environment: Self.environment)
            #expect(result.exitCode == 0, "\(result.error)")
            #expect(result.error.contains("is larger than the experiment's can be: it was set aside and is not used"))
            #expect(result.error.contains("is a pipe: it stays, and what was trained is not kept"))
            #expect(result.error.contains("is a folder: it stays, and what was trained is not kept"))
            #expect(result.error.matches(of: /: found \(trained/).count == names.count - 3)
            #expect(try reportFiles(in: output) == expected)
            #expect(try content(ofStore: store).filter { $0.hasSuffix(".entry") }.sorted() == names)
            let thesis = places[2].appending(path: "thesis.txt")
            #expect(try Data(contentsOf: thesis) == Data("precious".utf8))

            let clean = try await superposition("clean", "--yes", "--store", store.path())
            #expect(clean.exitCode == 0)
            #expect(try Data(contentsOf: thesis) == Data("precious".utf8))
            #expect(try content(ofStore: store).count { $0.hasSuffix(".entry") } == 2)
        }
    }

    @Test func `a folder of somebody's is no run store`() async throws {
        try await withTemporaryFolder { folder in
            let thesis = folder.appending(path: "mine.entry/thesis.txt")
            try FileManager.default.createDirectory(
                at: thesis.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("precious".utf8).write(to: thesis)
            let output = folder.appending(path: "mine.entry/output")
            for arguments in [
                ["clean", "--store", folder.path()], ["clean", "--yes", "--store", folder.path()],
                run(output, folder), run(output, folder, ["--store-limit", "0"]),
            ] {
                let result = try await superposition(arguments)
                #expect(result.exitCode == 1)
                #expect(result.error.contains("is not a run store, as it has 'mine.entry'"))
                #expect(result.error.split(separator: "\n").count == 1)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["mine.entry"])
            #expect(try Data(contentsOf: thesis) == Data("precious".utf8))
        }
    }

    @Test func `a failing pandoc is told, and what was trained is kept`() async throws {
        try await withTemporaryFolder { folder in
            let (output, store) = (folder.appending(path: "output"), folder.appending(path: "store"))
            let pandoc = folder.appending(path: "bin/pandoc")
            try FileManager.default.createDirectory(
                at: pandoc.deletingLastPathComponent(), withIntermediateDirectories: true)
            let script =
                "#!/bin/sh\n[ \"$1\" = --version ] && echo 'pandoc 3.1' && exit\necho 'out of order' >&2; exit 3\n"
            try Data(script.utf8).write(to: pandoc)
            chmod(pandoc.path(), 0o755)
            let path =
                pandoc.deletingLastPathComponent().path() + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
            let result = try await superposition(run(output, store), environment: ["PATH": path])
            #expect(result.exitCode == 1)
            #expect(
                result.error.hasSuffix("Error: Pandoc could not make the page '09-appendix.html': out of order\n"))
            #expect(!FileManager.default.fileExists(atPath: output.path()))
            let again = try await superposition(run(output, store))
            #expect(again.exitCode == 0)
            let kept = try content(ofStore: store).count { $0.hasSuffix(".entry") }
            #expect(kept > 0 && again.error.matches(of: /: found \(trained/).count == kept)
            #expect(!again.error.contains("steps"))
        }
    }
}

/// The names of what is in a run store, but for its marker.
private func content(ofStore store: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: store.path()).filter { $0 != "run-store.txt" }
}

/// Dates what was begun to be written in a run store two days back.
private func age(_ store: URL) throws {
    for name in try content(ofStore: store) where name.hasPrefix(".partial-") {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -2 * 86_400)],
            ofItemAtPath: store.appending(path: name).path(percentEncoded: false))
    }
}

/// The files of a report, without what a run that was killed has staged.
private func reportFiles(in folder: URL) throws -> [String: Data] {
    try ReportFolder(folder).files.filter { !$0.key.hasPrefix(".staging/") }
}
