import ArgumentParser
import Foundation
import Notebook
import Serving

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the report to the browser, and keep it as its sources are.",
        discussion: """
            Examples:
              superposition serve                     at http://127.0.0.1:8000/, or a free port if that is taken
              superposition serve --open              opens it, too

            While it serves, it watches the sources. Where prose has changed, pages are woven anew; where code has \
            changed, the program is built and the chapters are run, with the profile and the seed of their last run, and \
            with what the run store has. Open pages load again. What does not build is told here and on the pages.

            Only this machine's browsers can read the report, and nothing outside of it. Ctrl-C ends it.
            """)

    @Option(
        parsing: .unconditional,
        help: "The port to listen on; 0 for a free one. (default: \(ReportServer.usualPort), or a free one)")
    var port: Int?

    @Flag(help: "Open the report in the browser.")
    var open = false

    @Flag(name: .customLong("no-watch"), help: "Serve the report as it is, and leave it so.")
    var isStill = false

    @OptionGroup var output: OutputPath

    @OptionGroup var store: StorePath

    func validate() throws {
        if let port, !(0...65_535).contains(port) {
            throw ValidationError("--port is \(port), but must be from 0 to 65535.")
        }
    }

    func run() async throws {
        _ = try Manifest(of: output.url)
        let board = NoticeBoard()
        let server = try ReportServer(output.url, port: port.flatMap(UInt16.init(exactly:)), board: board)
        let upkeep = upkeep(telling: board)
        try writeOutput("The report is at \(server.address)")
        writeError(
            upkeep == nil
                ? (isStill ? "" : "The chapters' sources are not where they were: nothing is watched.\n")
                    + "Ctrl-C ends this.\n"
                : "Changes of the sources are woven in or run. Ctrl-C ends this.\n")
        let opensBrowser = open
        try await untilInterrupted {
            do {
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { try await server.run() }
                    tasks.addTask { await upkeep?.run() }
                    // A report that is served can be opened by hand.
                    tasks.addTask {
                        guard opensBrowser else { return }
                        do { try await Browser.open(server.address) } catch { writeError("\(error)\n") }
                    }
                    try await tasks.waitForAll()
                }
            } catch  where Task.isCancelled {
                // That is how it is ended.
            }
        }
    }

    /// What keeps the report as its sources are; nil if they are not there, or it is to stay.
    private func upkeep(telling board: NoticeBoard) -> Upkeep? {
        guard !isStill, let chapters = book.chapters.first?.source.chaptersFolder,
            FileManager.default.fileExists(atPath: chapters.path(percentEncoded: false))
        else { return nil }
        let package = chapters.deletingLastPathComponent()
        let sources = ["ToyModels", "Analysis", "Plot", "Notebook"].map { package.appending(path: "Sources/\($0)") }
        let files = Upkeep.Files(
            chapters: chapters, references: [chapters.appending(path: "references.bib")],
            program: sources + [package.appending(path: "Package.swift")],
            manifest: output.url.appending(path: Manifest.fileName))
        return Upkeep(files, workshop: workshop(package: package), board: board)
    }

    private func workshop(package: URL) -> Workshop {
        let program = Program(package: package)
        let (output, store) = (output, store)
        return Workshop(
            differences: {
                let differences = Reweaving(book: book, output: output.url).differences()
                return (
                    Set(differences.filter { $0.value == .prose }.keys),
                    Set(differences.filter { $0.value == .code }.keys)
                )
            },
            chapters: { Set(Manifest.chapters(of: output.url)) },
            weave: { try await program.run(["weave"] + $0.sorted() + ["--output", output.path]) },
            build: { try await program.rebuild() },
            run: { slugs in
                let manifest = try Manifest(of: output.url)
                for (options, chapters) in manifest.runs(of: slugs) {
                    try await program.run(
                        ["run"] + chapters + options + ["--output", output.path, "--store", store.path])
                }
            },
            tell: { writeError($0 + "\n") })
    }
}

extension Manifest {
    /// How to run chapters again as they were run last: the options, and the chapters that share them.
    func runs(of slugs: Set<String>) -> [(options: [String], chapters: [String])] {
        var runs: [(options: [String], chapters: [String])] = []
        for chapter in chapters where slugs.contains(chapter.slug) {
            let seeds = chapter.spreads.first { !$0.isReference }?.seeds.count ?? 1
            let options =
                [
                    "--profile", chapter.provenance.profile.rawValue, "--seed", "\(chapter.provenance.seed)",
                ] + (seeds > 1 ? ["--seeds", "\(seeds)"] : [])
            if let index = runs.firstIndex(where: { $0.options == options }) {
                runs[index].chapters.append(chapter.slug)
            } else {
                runs.append((options, [chapter.slug]))
            }
        }
        return runs
    }
}
