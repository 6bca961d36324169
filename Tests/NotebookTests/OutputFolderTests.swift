import Foundation
import Testing

@testable import Notebook

/// Writes a file and the folders above it.
private func write(_ text: String, to path: String, in folder: URL) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
}

/// The files of a folder as text, without the manifest.
private func texts(in folder: URL) -> [String: String] {
    files(in: folder).filter { $0.key != Manifest.fileName }.mapValues { String(decoding: $0, as: UTF8.self) }
}

extension OutputFolder {
    /// Stages files and a manifest that lists them.
    fileprivate func stage(_ texts: [String: String], keeping isKept: (String) -> Bool = { _ in false }) throws
        -> [Manifest.File]
    {
        for (path, text) in texts { try write(Data(text.utf8), to: path) }
        let files = files(keeping: isKept)
        let json = try JSONEncoder.report.encode(["files": files])
        try write(Manifest.sealed(json), to: Manifest.fileName)
        return files
    }
}

/// A run that leaves these files.
private func run(
    _ texts: [String: String], in url: URL, keeping isKept: (String) -> Bool = { _ in false }
) throws {
    let folder = try OutputFolder(url)
    defer { folder.close() }
    try folder.check(files: [Manifest.fileName] + texts.keys)
    try folder.commit(try folder.stage(texts, keeping: isKept), last: [Manifest.fileName])
}

/// A run that is killed when some files are in place.
private func runKilled(_ texts: [String: String], after steps: Int, in url: URL) throws {
    let folder = try OutputFolder(url)
    var exchange = try folder.exchange(try folder.stage(texts), last: [Manifest.fileName])
    _ = try folder.note(exchange)
    exchange.steps.removeLast(max(0, exchange.steps.count - steps))
    try exchange.perform(in: FileTree(root: url.relativePath))
}

@Suite struct OutputFolderTests {
    @Test func `a commit replaces, adds, and removes what earlier runs left`() async throws {
        try await withTemporaryFolder { url in
            try run(["index.html": "old", "data/a/old.csv": "old", "data/b/other.csv": "old"], in: url)
            try run(["index.html": "new", "data/c/new.csv": "new"], in: url) { $0.hasPrefix("data/b/") }
            let expected = ["index.html": "new", "data/c/new.csv": "new", "data/b/other.csv": "old"]
            #expect(texts(in: url) == expected)
            let folders = try FileManager.default.contentsOfDirectory(atPath: url.appending(path: "data").path())
            #expect(Set(folders) == ["b", "c"], "a folder that becomes empty goes")
            let listed = try OutputFolder(url).listed
            #expect(Set(listed.map(\.path)) == Set(expected.keys).union([Manifest.fileName]))
            #expect(listed.allSatisfy { FileTree(root: url.path()).has($0) })
        }
    }

    @Test func `what is not on the list stays, beside ours and in an outdated one's place`() async throws {
        try await withTemporaryFolder { url in
            try run(["index.html": "old", "data/a/one.csv": "old", "data/a/two.csv": "old"], in: url)
            for path in ["mine", "data/a/mine.csv", "data/a/two.csv"] { try write("mine", to: path, in: url) }
            try run(["index.html": "new"], in: url)
            #expect(
                texts(in: url) == [
                    "index.html": "new", "mine": "mine", "data/a/mine.csv": "mine", "data/a/two.csv": "mine",
                ])
            // It is no longer on the list.
            try run(["index.html": "newer"], in: url)
            #expect(texts(in: url)["data/a/two.csv"] == "mine")
        }
    }

    @Test(arguments: [true, false], ["index.html", "data/a/t.csv", "manifest.json"])
    func `what is foreign or edited is named, and nothing is moved`(isEdited: Bool, path: String) async throws {
        try await withTemporaryFolder { url in
            let report = ["a.html": "old", "index.html": "old", "data/a/t.csv": "old"]
            if isEdited { try run(report, in: url) }
            // As long as what was there.
            let length = isEdited ? try #require(files(in: url)[path]).count : 4
            try write(String(repeating: "m", count: length), to: path, in: url)
            let before = files(in: url)
            let foreign = NotebookError.outputForeign(path: url.appending(path: path).relativePath)
            #expect(throws: foreign) {
                let folder = try OutputFolder(url)
                defer { folder.close() }
                try folder.check(files: ["manifest.json", "index.html", "data/a/t.csv"])
            }
            #expect(files(in: url) == before)
            // Also if that is known only when all is staged.
            let new = path == "manifest.json" ? ["manifest.json": "new"] : report.mapValues { _ in "new" }
            #expect(throws: foreign) {
                let folder = try OutputFolder(url)
                defer { folder.close() }
                for (path, text) in new { try folder.write(Data(text.utf8), to: path) }
                try folder.commit([], last: [path])
            }
            #expect(files(in: url) == before)
        }
    }

    @Test(arguments: [
        ("index.html/note", "index.html", "file"), ("data", "data", "folder"), (".staging", ".staging", "folder"),
    ])
    func `what is in the way is named, and nothing is moved`(there: String, path: String, needed: String) async throws {
        try await withTemporaryFolder { url in
            try run(["a.html": "old"], in: url)
            try write("mine", to: there, in: url)
            let before = files(in: url)
            let obstructed = NotebookError.outputObstructed(
                path: url.appending(path: path).relativePath, needed: needed)
            #expect(throws: obstructed) {
                let folder = try OutputFolder(url)
                defer { folder.close() }
                try folder.check(files: ["index.html"], folders: ["data/a"])
            }
            #expect(throws: obstructed) {
                try run(["a.html": "new", "data/a/t.csv": "new", "index.html": "new"], in: url)
            }
            #expect(files(in: url) == before)
        }
    }

    @Test(arguments: ["data", "data/a", "data/a/t.csv", "index.html", "manifest.json", ".staging"], [true, false])
    func `no link leads out of the folder`(path: String, isOldReport: Bool) async throws {
        try await withTemporaryFolder { folder in
            let (url, elsewhere) = (folder.appending(path: "output"), folder.appending(path: "elsewhere"))
            let report = ["index.html": "old", "data/a/t.csv": "old"]
            try run(isOldReport ? report : ["other": "old"], in: url)
            // What the link leads to looks like ours.
            let target = elsewhere.appending(path: path)
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            let place = url.appending(path: path)
            if (try? FileManager.default.moveItem(at: place, to: target)) == nil {
                try FileManager.default.createDirectory(
                    at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                if path.contains(".") && path != ".staging" {
                    try Data("old".utf8).write(to: target)
                } else {
                    try write("old", to: "t.csv", in: target)
                }
            }
            try FileManager.default.createSymbolicLink(at: place, withDestinationURL: target)
            let (before, outside) = (files(in: url), files(in: elsewhere))
            let linked = NotebookError.outputLinked(path: place.relativePath)
            #expect(throws: linked) {
                let folder = try OutputFolder(url)
                defer { folder.close() }
                try folder.check(files: ["manifest.json", "index.html", "data/a/t.csv"])
            }
            #expect(throws: NotebookError.self) {
                let folder = try OutputFolder(url)
                defer { folder.close() }
                let files = try folder.stage(report.mapValues { _ in "new" })
                try folder.commit(files, last: ["manifest.json"])
            }
            #expect(files(in: url) == before)
            #expect(files(in: elsewhere) == outside)
        }
    }

    @Test func `the folder itself may be a link`() async throws {
        try await withTemporaryFolder { folder in
            let (url, link) = (folder.appending(path: "output"), folder.appending(path: "link"))
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: url)
            try run(["data/a/t.csv": "old"], in: link)
            try run(["data/a/t.csv": "new"], in: link)
            #expect(texts(in: url) == ["data/a/t.csv": "new"])
        }
    }

    @Test(.timeLimit(.minutes(10))) func `a pipe in a file's place is not waited for`() async throws {
        try await withTemporaryFolder { url in
            try #require(mkfifo(url.appending(path: "manifest.json").path(), 0o600) == 0)
            let folder = try OutputFolder(url)
            defer { folder.close() }
            #expect(folder.existing("manifest.json") == nil)
            let path = url.appending(path: "manifest.json").relativePath
            #expect(throws: NotebookError.outputObstructed(path: path, needed: "file")) {
                try folder.check(files: ["manifest.json"])
            }
        }
    }

    @Test func `a commit that fails on the way is undone`() async throws {
        try await withTemporaryFolder { url in
            try run(["a.html": "old", "data/a/old.csv": "old"], in: url)
            let before = files(in: url)
            let folder = try OutputFolder(url)
            let staged = try folder.stage(["a.html": "new", "b.html": "new", "data/c/d/new.csv": "new"])
            // The file that comes last is lost.
            let exchange = try folder.exchange(staged, last: [Manifest.fileName])
            try FileManager.default.removeItem(at: url.appending(path: try #require(exchange.steps.last).staged))
            #expect(throws: NotebookError.self) { try folder.commit(staged, last: [Manifest.fileName]) }
            folder.close()
            #expect(files(in: url) == before)
            #expect(!FileManager.default.fileExists(atPath: url.appending(path: "data/c").path()))
        }
    }

    @Test func `what turns up after the last check is not overwritten`() async throws {
        try await withTemporaryFolder { url in
            try run(["a.html": "old", "b.html": "old"], in: url)
            let folder = try OutputFolder(url)
            defer { folder.close() }
            let exchange = try folder.exchange(
                try folder.stage(["a.html": "new", "b.html": "new", "c.html": "new"]), last: [])
            for path in ["b.html", "c.html"] { try write("mine", to: path, in: url) }
            let tree = FileTree(root: url.path())
            #expect(throws: NotebookError.outputForeign(path: url.path() + "/b.html")) {
                try exchange.perform(in: tree)
            }
            try exchange.undo(in: tree)
            #expect(
                texts(in: url).filter { !$0.key.hasPrefix(".") } == [
                    "a.html": "old", "b.html": "mine", "c.html": "mine",
                ])
        }
    }

    @Test(arguments: 0...6) func `a commit that was killed on the way is undone by the next run`(
        steps: Int
    ) async throws {
        try await withTemporaryFolder { url in
            let old = ["a.html": "old", "same.html": "same", "data/a/old.csv": "old", "data/a/gone.csv": "old"]
            let new = ["a.html": "new", "same.html": "same", "data/a/old.csv": "new", "data/b/new.csv": "new"]
            try run(old, in: url)
            let before = files(in: url)
            try runKilled(new, after: steps, in: url)
            try OutputFolder(url).close()
            #expect(files(in: url) == before)
            try runKilled(new, after: steps, in: url)
            try run(new, in: url)
            #expect(texts(in: url) == new)
        }
    }

    @Test func `what somebody wrote since a run was killed stays`() async throws {
        try await withTemporaryFolder { url in
            try run(["a.html": "old", "b.html": "old", "gone.html": "old"], in: url)
            try runKilled(["a.html": "new", "b.html": "new", "c.html": "new"], after: 4, in: url)
            for path in ["a.html", "c.html", "gone.html"] { try write("mine", to: path, in: url) }
            try OutputFolder(url).close()
            #expect(
                texts(in: url) == ["a.html": "mine", "b.html": "old", "c.html": "mine", "gone.html": "mine"])
        }
    }

    @Test func `what a killed run left is swept, and what is not ours stays`() async throws {
        try await withTemporaryFolder { url in
            let name = String(repeating: "0", count: 64) + ".0"
            for path in ["thesis.txt", "files/index.html", "scratch/body.md", name] {
                try write("mine", to: ".staging/" + path, in: url)
            }
            let before = files(in: url)
            try OutputFolder(url).write(Data("half".utf8), to: "index.html")
            try write("ha", to: ".staging/\(sha256(Data("half".utf8))).1.part", in: url)
            #expect(files(in: url).count == before.count + 2)
            try OutputFolder(url).close()
            #expect(files(in: url) == before)
            try FileManager.default.removeItem(at: url.appending(path: ".staging"))
            try OutputFolder(url).write(Data("half".utf8), to: "index.html")
            try OutputFolder(url).close()
            #expect(try FileManager.default.contentsOfDirectory(atPath: url.path()).isEmpty)
        }
    }

    @Test func `a folder has one writer at a time`() async throws {
        try await withTemporaryFolder { url in
            do {
                let folder = try OutputFolder(url)
                try folder.write(Data("new".utf8), to: "a")
                #expect(throws: NotebookError.outputInUse(path: url.relativePath)) { try OutputFolder(url) }
                try folder.commit([], last: [])
                folder.close()
            }
            #expect(files(in: url) == ["a": Data("new".utf8)])
            try OutputFolder(url).close()
        }
    }

    @Test func `folders that were made for nothing go, those that were there stay`() async throws {
        try await withTemporaryFolder { url in
            try OutputFolder(url.appending(path: "d/e/f")).close()
            #expect(try FileManager.default.contentsOfDirectory(atPath: url.path()).isEmpty)
            let folder = try OutputFolder(url.appending(path: "d/e/f"))
            try write("kept", to: "d/kept", in: url)
            folder.close()
            #expect(files(in: url) == ["d/kept": Data("kept".utf8)])
        }
    }

    @Test func `a manifest lists nothing if one byte of it has changed`() throws {
        let file = Manifest.File(path: "a", Data("a".utf8))
        let sealed = Manifest.sealed(try JSONEncoder.report.encode(["files": [file]]))
        #expect(Manifest.sealedFiles(in: sealed) == [file])
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(Manifest.sealedFiles(in: changed) == nil)
            #expect(Manifest.sealedFiles(in: sealed.prefix(index)) == nil)
        }
        #expect(Manifest.sealedFiles(in: sealed + Data("\n".utf8)) == nil)
    }

    /// Runs, kills, foreign files, edits and links in any order: what is foreign never changes, and the report is the old one
    /// or the new one.
    @Test(arguments: 0..<300) func `whatever happens, no foreign byte changes`(seed: UInt64) async throws {
        var random = SplitMix(state: seed)
        let paths = ["index.html", "a.html", "data/a/1.csv", "data/a/2.csv", "data/b/1.csv", "figures/a/1.svg"]
        let places = paths + ["data/a/mine", "mine", ".staging/mine", "data", "figures/a", ".staging", "manifest.json"]
        try await withTemporaryFolder { folder in
            let (url, elsewhere) = (folder.appending(path: "output"), folder.appending(path: "elsewhere"))
            try write("precious", to: "1.csv", in: elsewhere)
            try write("precious", to: "mine", in: elsewhere)
            let outside = files(in: elsewhere)
            var report: [String: String] = [:]
            var foreign: [String: String] = [:]
            for number in 0..<12 {
                var next: [String: String] = [:]
                for path in paths where Bool.random(using: &random) {
                    next[path] = Bool.random(using: &random) ? "same" : "\(number)"
                }
                switch Int.random(in: 0..<6, using: &random) {
                case 0...2:
                    if (try? run(next, in: url)) != nil { report = next }
                case 3:
                    try? runKilled(next, after: Int.random(in: 0..<8, using: &random), in: url)
                    // The next run undoes it, unless something is in its way.
                    if (try? OutputFolder(url).close()) == nil { continue }
                case 4:
                    guard let path = places.randomElement(using: &random) else { continue }
                    guard (try? write("mine \(number)", to: path, in: url)) != nil else { continue }
                    guard files(in: elsewhere) == outside else {
                        // It went through a link.
                        try FileManager.default.removeItem(at: elsewhere)
                        for path in ["1.csv", "mine"] { try write("precious", to: path, in: elsewhere) }
                        continue
                    }
                    foreign[path] = "mine \(number)"
                    if path != Manifest.fileName { report[path] = nil } else { report = [:] }
                default:
                    guard let path = places.randomElement(using: &random) else { continue }
                    let place = url.appending(path: path)
                    try? FileManager.default.createSymbolicLink(at: place, withDestinationURL: elsewhere)
                }
                let now = files(in: url).mapValues { String(decoding: $0, as: UTF8.self) }
                for (path, text) in foreign { #expect(now[path] == text, "\(path) has changed, seed \(seed)") }
                for (path, text) in report { #expect(now[path] == text, "\(path) is not the report's, seed \(seed)") }
                #expect(files(in: elsewhere) == outside)
            }
        }
    }
}

/// Random numbers for tests.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
