import Foundation
import Synchronization
import Testing

@testable import Serving

/// A workshop that notes what it is asked to do. A page is the text of its chapter's prose at the time.
private final class Notes: Sendable {
    struct State {
        var calls: [String] = []
        /// What fails when it is asked for next.
        var failing: Set<String> = []
        /// What takes until it is cancelled.
        var hanging: Set<String> = []
        var cancelled = 0
        /// The sources' code and prose that the pages were made of, by chapter.
        var made: [String: [String: String]] = [:]
    }

    let folder: URL
    let state = Mutex(State())

    init(_ folder: URL) throws {
        self.folder = folder
        for slug in ["01-a", "02-b"] { try source(slug) }
        try put("@book", to: "chapters/references.bib", in: folder)
        try put("engine", to: "Sources/Engine.swift", in: folder)
        try put("0", to: "output/manifest.json", in: folder)
        state.withLock { $0.made = ["01-a": sources("01-a"), "02-b": sources("02-b")] }
    }

    /// Writes a chapter.
    func source(_ slug: String, prose: String = "old", code: String = "old") throws {
        try put("//: \(prose)\n\(code)", to: "chapters/\(slug)/A.swift", in: folder)
    }

    private func sources(_ slug: String) -> [String: String] {
        let file = folder.appending(path: "chapters/\(slug)/A.swift")
        let lines = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
        return ["prose": lines.first ?? "", "code": lines.last ?? ""]
    }

    private func differing(_ part: String) -> Set<String> {
        let made = state.withLock { $0.made }
        return Set(made.keys.filter { made[$0]?[part] != sources($0)[part] })
    }

    /// Does a thing: notes it, fails or hangs as is wanted, and leaves a new manifest if pages were made.
    private func act(_ name: String, _ slugs: Set<String>? = nil) async throws {
        let call = ([name] + (slugs.map { $0.sorted() } ?? [])).joined(separator: " ")
        let (fails, hangs) = state.withLock { state in
            state.calls.append(call)
            return (state.failing.remove(name) != nil, state.hanging.remove(name) != nil)
        }
        if hangs {
            do {
                try await Task.sleep(for: .seconds(60))
            } catch {
                state.withLock { $0.cancelled += 1 }
                throw error
            }
        }
        if fails { throw Workshop.Failure("The \(name) failed.", details: "A.swift:2:1: error: no") }
        guard let slugs else { return }
        for slug in slugs {
            let now = sources(slug)
            state.withLock { state in
                if name == "run" { state.made[slug] = now } else { state.made[slug]?["prose"] = now["prose"] }
            }
        }
        try put(UUID().uuidString, to: "output/manifest.json", in: folder)
    }

    var workshop: Workshop {
        Workshop(
            differences: {
                let code = self.differing("code")
                return (self.differing("prose").subtracting(code), code)
            },
            chapters: { ["01-a", "02-b"] },
            weave: { try await self.act("weave", $0) },
            build: { try await self.act("build") },
            run: { try await self.act("run", $0) },
            tell: { _ in })
    }

    var calls: [String] { state.withLock { $0.calls } }
}

private func put(_ text: String, to path: String, in folder: URL) throws {
    try write(text, to: path, in: folder)
}

@Suite struct UpkeepTests {
    /// Keeps a report while a test changes its sources.
    private func withUpkeep(
        pause: Duration = .milliseconds(20), prepare: (Notes) throws -> Void = { _ in },
        _ body: (Notes, NoticeBoard) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let (notes, board) = (try Notes(folder), NoticeBoard())
            try prepare(notes)
            let files = Upkeep.Files(
                chapters: folder.appending(path: "chapters"),
                references: [folder.appending(path: "chapters/references.bib")],
                program: [folder.appending(path: "Sources")],
                manifest: folder.appending(path: "output/manifest.json"))
            let upkeep = Upkeep(files, workshop: notes.workshop, board: board, pause: pause)
            let running = Task { await upkeep.run() }
            // It has looked at the files before a test changes them.
            try await Task.sleep(for: .milliseconds(200))
            try await body(notes, board)
            running.cancel()
            await running.value
        }
    }

    @Test func `changed prose is woven, and open pages are loaded again`() async throws {
        try await withUpkeep { notes, board in
            let before = board.notice.version
            try notes.source("02-b", prose: "new")
            #expect(try await eventually { notes.calls == ["weave 02-b"] && board.notice.version != before })
            #expect(board.notice.problem == nil && board.notice.activity == nil)
        }
    }

    @Test func `prose that changed before is woven at the start`() async throws {
        try await withUpkeep(prepare: { try $0.source("01-a", prose: "new") }) { notes, _ in
            let isWoven = try await eventually { notes.calls == ["weave 01-a"] }
            #expect(isWoven)
        }
    }

    @Test func `code that changed before is not run at the start`() async throws {
        try await withUpkeep(prepare: { try $0.source("01-a", code: "new") }) { notes, _ in
            try notes.source("02-b", prose: "new")
            #expect(try await eventually { notes.calls == ["weave 02-b"] })
        }
    }

    @Test func `changed code is built, and its chapter is run`() async throws {
        try await withUpkeep { notes, board in
            let before = board.notice.version
            try notes.source("02-b", prose: "new", code: "new")
            #expect(try await eventually { notes.calls == ["build", "run 02-b"] && board.notice.version != before })
        }
    }

    @Test func `what all chapters stand on has all of them run, or woven`() async throws {
        try await withUpkeep { notes, _ in
            try write("new", to: "Sources/Engine.swift", in: notes.folder)
            #expect(try await eventually { notes.calls == ["build", "run 01-a 02-b"] })
            try write("@book{x}", to: "chapters/references.bib", in: notes.folder)
            #expect(try await eventually { notes.calls.dropFirst(2) == ["weave 01-a 02-b"] })
        }
    }

    @Test func `what matters to no page has nothing done`() async throws {
        try await withUpkeep { notes, board in
            let before = board.notice
            for path in [
                "chapters/01-a/reference.json", "chapters/01-a/.A.swift.swp", "chapters/01-a/A.swift~",
                "chapters/notes.md", "Sources/Engine.docc/Engine.md", "output/index.html",
            ] { try write("new", to: path, in: notes.folder) }
            try await Task.sleep(for: .milliseconds(500))
            #expect(notes.calls.isEmpty && board.notice == before)
        }
    }

    @Test func `a run in another terminal has open pages loaded again`() async throws {
        try await withUpkeep { notes, board in
            let before = board.notice.version
            try write("another", to: "output/manifest.json", in: notes.folder)
            #expect(try await eventually { board.notice.version != before })
            #expect(notes.calls.isEmpty)
        }
    }

    @Test func `what does not build is told until the next change, and then built`() async throws {
        try await withUpkeep { notes, board in
            let before = board.notice.version
            notes.state.withLock { _ = $0.failing.insert("build") }
            try notes.source("01-a", code: "wrong")
            #expect(try await eventually { board.notice.problem != nil })
            #expect(board.notice.problem == .init("The build failed.", details: "A.swift:2:1: error: no"))
            #expect(notes.calls == ["build"] && board.notice.version == before && board.notice.activity == nil)
            try notes.source("01-a", code: "right")
            #expect(try await eventually { board.notice.problem == nil && board.notice.version != before })
            #expect(notes.calls == ["build", "build", "run 01-a"])
        }
    }

    @Test func `a mistake that is taken back is no problem any more`() async throws {
        try await withUpkeep { notes, board in
            notes.state.withLock { _ = $0.failing.insert("build") }
            try notes.source("01-a", code: "wrong")
            #expect(try await eventually { board.notice.problem != nil })
            try notes.source("01-a")
            #expect(try await eventually { board.notice.problem == nil })
            #expect(notes.calls == ["build"])
        }
    }

    @Test func `a run that fails is told, and is tried again with the next change`() async throws {
        try await withUpkeep { notes, board in
            notes.state.withLock { _ = $0.failing.insert("run") }
            try notes.source("01-a", code: "new")
            #expect(try await eventually { board.notice.problem?.sentence == "The run failed." })
            try notes.source("02-b", prose: "new")
            #expect(try await eventually { board.notice.problem == nil })
            #expect(notes.calls == ["build", "run 01-a", "build", "run 01-a", "weave 02-b"])
        }
    }

    @Test func `code that changes while it is run has that run ended and another begun`() async throws {
        try await withUpkeep { notes, board in
            notes.state.withLock { _ = $0.hanging.insert("run") }
            try notes.source("01-a", code: "new")
            #expect(try await eventually { notes.calls == ["build", "run 01-a"] })
            // Other prose can wait for it.
            try notes.source("02-b", prose: "new")
            try await Task.sleep(for: .milliseconds(200))
            #expect(notes.state.withLock { $0.cancelled } == 0)
            try notes.source("01-a", code: "newer")
            #expect(try await eventually { notes.calls.last == "weave 02-b" })
            #expect(notes.calls == ["build", "run 01-a", "build", "run 01-a", "weave 02-b"])
            #expect(notes.state.withLock { $0.cancelled } == 1 && board.notice.problem == nil)
        }
    }

    @Test func `a change in steps is one`() async throws {
        // Long, so that also a busy machine makes each step within it.
        try await withUpkeep(pause: .seconds(1)) { notes, _ in
            for step in 0..<10 {
                try notes.source("01-a", prose: "step \(step)")
                try notes.source("02-b", prose: "step \(step)")
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(try await eventually { notes.state.withLock { $0.made["02-b"]?["prose"] } == "//: step 9" })
            #expect(notes.calls == ["weave 01-a 02-b"])
        }
    }
}

@Suite struct FileWatchTests {
    @Test func `a file that comes, changes, is replaced or goes is seen once`() async throws {
        try await withTemporaryFolder { folder in
            try write("a", to: "below/a", in: folder)
            let path = folder.path(percentEncoded: false)
            var watch = FileWatch([folder])
            #expect(watch.changes().isEmpty)
            try write("longer", to: "below/a", in: folder)
            try write("b", to: "b", in: folder)
            #expect(watch.changes() == [path + "below/a", path + "b"].asPaths(of: path))
            #expect(watch.changes().isEmpty)
            // As editors do it: another file of the same length under the same name.
            try write("c", to: "c", in: folder)
            _ = watch.changes()
            #expect(rename(path + "/c", path + "/b") == 0)
            #expect(watch.changes() == [path + "b", path + "c"].asPaths(of: path))
            try FileManager.default.removeItem(at: folder)
            #expect(watch.changes().count == 2)
        }
    }

    @Test func `a link is not followed, so that a circle has an end`() async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: "circle"), withDestinationURL: folder)
            var watch = FileWatch([folder, folder.appending(path: "missing")])
            try write("a", to: "a", in: folder)
            #expect(watch.changes().count == 1)
        }
    }
}

extension [String] {
    /// These, which were joined without a slash, as paths in a folder.
    fileprivate func asPaths(of folder: String) -> Set<String> {
        Set(map { folder.hasSuffix("/") ? $0 : folder + "/" + $0.dropFirst(folder.count) })
    }
}
