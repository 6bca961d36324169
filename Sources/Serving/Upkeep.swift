import Foundation

/// Keeps a report as its sources are, for as long as it is served.
///
/// Where only prose has changed, pages are woven anew. Where code has changed, the program is built and the chapters that it
/// matters to are run. What goes wrong stands on the open pages and in the terminal until the next change.
public struct Upkeep: Sendable {
    /// The files that are watched.
    public struct Files: Sendable {
        /// The folder of the chapters' folders.
        public var chapters: URL
        /// Files and folders that all chapters are woven from, such as the references.
        public var references: [URL]
        /// Files and folders of the program apart from its chapters.
        public var program: [URL]
        /// The file that every new report replaces.
        public var manifest: URL

        /// The files of a report and its sources.
        public init(chapters: URL, references: [URL], program: [URL], manifest: URL) {
            self.chapters = chapters
            self.references = references
            self.program = program
            self.manifest = manifest
        }
    }

    private let files: Files
    private let workshop: Workshop
    private let board: NoticeBoard
    private let pause: Duration

    /// - Parameters:
    ///   - files: what is watched.
    ///   - workshop: what does the work.
    ///   - board: where it is told.
    ///   - pause: the time between two looks at the files. A change is taken for complete when two looks see the same.
    public init(
        _ files: Files, workshop: Workshop, board: NoticeBoard, pause: Duration = .milliseconds(250)
    ) {
        self.files = files
        self.workshop = workshop
        self.board = board
        self.pause = pause
    }

    /// What has changed and has not been dealt with.
    private struct Changes: Hashable {
        /// Chapters with a file that has changed, by slug.
        var chapters: Set<String> = []
        var references = false
        var program = false

        var isNone: Bool { self == Changes() }

        mutating func add(_ others: Changes) {
            chapters.formUnion(others.chapters)
            references = references || others.references
            program = program || others.program
        }
    }

    private enum Outcome {
        case done, failed, cancelled
    }

    /// What one of two that run side by side gives.
    private enum Step {
        case worked(Outcome)
        case watched(FileWatch, Set<String>)
    }

    /// Works until the task is cancelled.
    public func run() async {
        var watch = FileWatch(files.all)
        let differences = workshop.differences()
        // Prose may have changed since the last run. Code that has is no reason to train: nobody has asked for that yet.
        if !differences.code.isEmpty {
            workshop.tell(
                "The code of \(Self.list(differences.code)) is not that of the last run. What changes from now on is run."
            )
        }
        var pending = Changes(chapters: differences.prose)
        var isWaiting = false
        while !Task.isCancelled {
            if pending.isNone || isWaiting {
                guard (try? await Task.sleep(for: pause)) != nil else { return }
                var paths = watch.changes()
                // An editor, or a change of branch, writes in steps.
                var more = self.changes(paths).isNone ? [] : paths
                while !more.isEmpty {
                    guard (try? await Task.sleep(for: pause)) != nil else { return }
                    more = watch.changes()
                    paths.formUnion(more)
                }
                let changes = note(paths)
                if !changes.isNone { isWaiting = false }
                pending.add(changes)
            } else {
                let (outcome, paths) = await perform(pending, watching: &watch)
                let changes = note(paths)
                switch outcome {
                case .done: pending = changes
                case .failed:
                    isWaiting = changes.isNone
                    pending.add(changes)
                case .cancelled: pending.add(changes)
                }
            }
        }
    }

    // MARK: - What has changed

    /// Has pages loaded again if the report has changed.
    private func note(_ paths: Set<String>) -> Changes {
        if paths.contains(files.manifest.path(percentEncoded: false)) { board.reportChanged() }
        return changes(paths)
    }

    private func changes(_ paths: Set<String>) -> Changes {
        var changes = Changes()
        for path in paths {
            if files.references.contains(where: { path.isBelow($0) }) {
                changes.references = true
            } else if files.program.contains(where: { path.isBelow($0) }) {
                changes.program = true
            } else if path.isBelow(files.chapters), path.hasSuffix(".swift") {
                changes.chapters.insert(URL(filePath: path).deletingLastPathComponent().lastPathComponent)
            }
        }
        return changes
    }

    /// Whether what is under way is of yesterday.
    private func outdates(_ changes: Changes) -> Bool {
        changes.program
            || !changes.chapters.isEmpty && !workshop.differences().code.isDisjoint(with: changes.chapters)
    }

    // MARK: - Work

    /// Does what changes ask for, unless further ones make that useless.
    ///
    /// - Returns: how that ended, and which files have changed since.
    private func perform(_ changes: Changes, watching watch: inout FileWatch) async -> (Outcome, Set<String>) {
        await withTaskGroup(of: Step.self) { tasks in
            tasks.addTask { .worked(await perform(changes)) }
            tasks.addTask { [watch] in
                var watch = watch
                var paths: Set<String> = []
                while (try? await Task.sleep(for: pause)) != nil {
                    let new = watch.changes()
                    paths.formUnion(new)
                    if outdates(self.changes(new)) { break }
                }
                return .watched(watch, paths)
            }
            var outcome = Outcome.cancelled
            var paths: Set<String> = []
            for await step in tasks {
                switch step {
                case .worked(let result): outcome = result
                case .watched(let later, let seen): (watch, paths) = (later, seen)
                }
                tasks.cancelAll()
            }
            // What the work itself has changed.
            paths.formUnion(watch.changes())
            return (outcome, paths)
        }
    }

    private func perform(_ changes: Changes) async -> Outcome {
        defer { board.say(nil) }
        do {
            let code = workshop.differences().code.intersection(changes.chapters)
            var done: Set<String> = []
            if changes.program || !code.isEmpty {
                try await step("Building the program", "Built") { try await workshop.build() }
                done = changes.program ? workshop.chapters() : code
                let names = Self.list(done)
                try await step("Running \(names)", "Ran \(names)") { try await workshop.run(done) }
            }
            let prose =
                (changes.references ? workshop.chapters() : workshop.differences().prose).subtracting(done)
            if !prose.isEmpty {
                let names = Self.list(prose)
                try await step("Weaving \(names)", "Wove \(names) anew") { try await workshop.weave(prose) }
            }
            board.report(nil)
            return .done
        } catch let failure as Workshop.Failure where !Task.isCancelled {
            workshop.tell(failure.problem.details.isEmpty ? failure.problem.sentence : failure.problem.details)
            if !failure.problem.details.isEmpty { workshop.tell(failure.problem.sentence) }
            board.report(failure.problem)
            return .failed
        } catch {
            if Task.isCancelled { return .cancelled }
            workshop.tell("\(error)")
            board.report(.init("\(error)"))
            return .failed
        }
    }

    private func step(_ activity: String, _ result: String, _ work: () async throws -> Void) async throws {
        board.say(activity + " …")
        workshop.tell(activity + " …")
        let start = ContinuousClock.now
        try await work()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        workshop.tell("\(result) in \(String(format: "%.1f s", seconds)).")
    }

    /// Chapters by their slugs: "01-a, 02-b".
    private static func list(_ slugs: Set<String>) -> String { slugs.sorted().joined(separator: ", ") }
}

extension Upkeep.Files {
    fileprivate var all: [URL] { [chapters] + references + program + [manifest] }
}

extension String {
    /// Whether this is the path of a file or of something below it.
    fileprivate func isBelow(_ url: URL) -> Bool {
        let path = url.path(percentEncoded: false)
        return self == path || hasPrefix(path.hasSuffix("/") ? path : path + "/")
    }
}
