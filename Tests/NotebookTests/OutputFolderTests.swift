import Foundation
import Testing

@testable import Notebook

@Suite struct OutputFolderTests {
    /// Writes a file and the folders above it.
    private func write(_ text: String, to path: String, in folder: URL) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    @Test func `a commit replaces, adds, and removes what is outdated in folders of its own`() async throws {
        try await withTemporaryFolder { url in
            for path in ["index.html", "data/a/old.csv", "data/b/other.csv"] { try write("old", to: path, in: url) }
            let folder = try OutputFolder(url)
            for path in ["index.html", "data/a/new.csv"] { try folder.write(Data("new".utf8), to: path) }
            try folder.commit(last: ["index.html"], owning: ["data/a"])
            folder.close()
            #expect(
                files(in: url).mapValues { String(decoding: $0, as: UTF8.self) } == [
                    "index.html": "new", "data/a/new.csv": "new", "data/b/other.csv": "old",
                ])
        }
    }

    @Test(arguments: [("index.html/note", "index.html", "file"), ("data", "data", "folder")])
    func `what is in the way is named, and nothing is moved`(there: String, path: String, needed: String) async throws {
        try await withTemporaryFolder { url in
            try write("mine", to: there, in: url)
            try write("old", to: "a.html", in: url)
            let folder = try OutputFolder(url)
            defer { folder.close() }
            for path in ["a.html", "data/a/t.csv", "index.html"] { try folder.write(Data("new".utf8), to: path) }
            let obstructed = NotebookError.outputObstructed(
                path: url.appending(path: path).relativePath, needed: needed)
            #expect(throws: obstructed) { try folder.check(files: ["index.html"], folders: ["data/a"]) }
            #expect(throws: obstructed) { try folder.commit(last: ["index.html"], owning: []) }
            folder.close()
            #expect(files(in: url) == [there: Data("mine".utf8), "a.html": Data("old".utf8)])
        }
    }

    @Test func `a commit that fails on the way is undone`() async throws {
        try await withTemporaryFolder { url in
            for path in ["a.html", "data/a/old.csv"] { try write("old", to: path, in: url) }
            // A link to nothing is not there for those who ask, and is in the way of a folder.
            let link = url.appending(path: "z")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: url.appending(path: "nowhere"))
            let before = files(in: url)
            let folder = try OutputFolder(url)
            for path in ["a.html", "b.html", "data/a/b/new.csv", "z/t.csv"] {
                try folder.write(Data("new".utf8), to: path)
            }
            #expect(throws: NotebookError.self) { try folder.commit(last: [], owning: ["data/a"]) }
            folder.close()
            #expect(files(in: url) == before)
            #expect(!FileManager.default.fileExists(atPath: url.appending(path: "data/a/b").path()))
        }
    }

    @Test func `what is removed comes back when it is undone`() async throws {
        try await withTemporaryFolder { url in
            try write("old", to: "a", in: url)
            var exchange = FileExchange(aside: url.appending(path: "aside"))
            try exchange.remove(url.appending(path: "a"))
            #expect(files(in: url)["a"] == nil)
            exchange.undo()
            #expect(files(in: url)["a"] == Data("old".utf8))
        }
    }

    @Test func `what a killed run left is swept`() async throws {
        try await withTemporaryFolder { url in
            try write("half", to: ".staging/files/index.html", in: url)
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
                try folder.commit(last: [], owning: [])
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
}
