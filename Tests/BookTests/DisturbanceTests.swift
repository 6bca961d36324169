import Foundation
import TestSupport
import Testing

/// Random sequences of what users and machines do to a report and a run store, tried on the program.
@Suite(.serialized) struct DisturbanceTests {
    private static let sequences = times(200)
    /// Without a repository, whose state a report tells and somebody may change while this runs.
    private static let environment = ["SOURCE_DATE_EPOCH": "0", "GIT_DIR": "/nowhere"]

    @Test func `whatever is done to the folders, no foreign byte changes and every report is whole`() async throws {
        try await withTemporaryFolder { folder in
            // Reports with two seeds, so that an old one can be told from the new one, and a store that has both.
            var reports: [[String: Data]] = []
            let calm = Place(folder.appending(path: "calm", directoryHint: .isDirectory))
            try calm.make()
            for seed in 0...1 {
                let result = try await superposition(calm.run(seed: seed), environment: Self.environment)
                try #require(result.exitCode == 0, "\(result.error)")
                reports.append(try ReportFolder(calm.output).files)
            }
            let areDifferent = reports[0] != reports[1] && Set(reports[0].keys) == Set(reports[1].keys)
            try #require(areDifferent)

            let counts = try await withThrowingTaskGroup(of: [String: Int].self) { [reports] tasks in
                for worker in 0..<2 {
                    tasks.addTask {
                        var counts: [String: Int] = [:]
                        for number in stride(from: worker, to: Self.sequences, by: 2) {
                            let place = Place(folder.appending(path: "\(worker)", directoryHint: .isDirectory))
                            try? FileManager.default.removeItem(at: place.folder)
                            try FileManager.default.copyItem(at: calm.folder, to: place.folder)
                            var sequence = Sequence(number, in: place, reports: reports)
                            for _ in 0..<3 { counts[try await sequence.step(), default: 0] += 1 }
                        }
                        return counts
                    }
                }
                return try await tasks.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
            }
            #expect(counts.count == 8, "everything was tried: \(counts)")
            let text = counts.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
            print("\(Self.sequences) random sequences: \(text).")
        }
    }

    /// The folders of a user.
    private struct Place: Sendable {
        let folder: URL
        var output: URL { folder.appending(path: "output", directoryHint: .isDirectory) }
        var store: URL { folder.appending(path: "store", directoryHint: .isDirectory) }
        /// Outside of both, where no link may lead.
        var elsewhere: URL { folder.appending(path: "elsewhere", directoryHint: .isDirectory) }

        init(_ folder: URL) { self.folder = folder }

        func make() throws {
            try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
            try Data("precious".utf8).write(to: elsewhere.appending(path: "thesis.txt"))
        }

        func run(seed: Int) -> [String] {
            [
                "run", "appendix", "--profile", "quick", "--quiet", "--seed", "\(seed)", "--output", output.path(),
                "--store", store.path(),
            ]
        }
    }

    /// One sequence of events.
    private struct Sequence {
        private let number: Int
        private let place: Place
        private let reports: [[String: Data]]
        private var random: UInt64
        /// What is not the program's, by its path in the place's folder.
        private var foreign: [String: Data] = ["elsewhere/thesis.txt": Data("precious".utf8)]
        private var log: [String] = []

        init(_ number: Int, in place: Place, reports: [[String: Data]]) {
            (self.number, self.place, self.reports) = (number, place, reports)
            random = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        }

        /// A number below `limit`, by Knuth's generator.
        private mutating func draw(_ limit: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % limit
        }

        /// Lets something happen and checks what is left; returns what it was.
        mutating func step() async throws -> String {
            let before = try report()
            let event = draw(10)
            let name: String
            switch event {
            case 0: name = try addFile()
            case 1: name = try editFile()
            case 2: name = try link()
            case 3: name = try damage()
            case 4: name = try await clean()
            case 5, 6: name = try await kill()
            default: name = try await run(before)
            }
            log.append(name)
            try check(name, before)
            return name
        }

        // MARK: - Events

        private mutating func addFile() throws -> String {
            let slug = "09-appendix"
            let paths = [
                "output/notes.txt", "output/data/\(slug)/mine.csv", "output/figures/\(slug)/mine.png",
                "output/.staging/mine", "output/figures/\(slug)/nonlinear-compression.svg.bak", "store/mine.txt",
                "store/mine.entry/thesis.txt", "store/damaged/mine.entry",
            ]
            try put("foreign \(draw(1000))", at: paths[draw(paths.count)])
            return "a foreign file"
        }

        private mutating func editFile() throws -> String {
            let ours = try report().keys.sorted()
            if !ours.isEmpty { try put("edited \(draw(1000))", at: "output/" + ours[draw(ours.count)]) }
            return "an edited file"
        }

        private mutating func put(_ text: String, at path: String) throws {
            let file = place.folder.appending(path: path)
            // Through a link it would land elsewhere, which is the user's own doing.
            var above = file
            while above.pathComponents.count > place.folder.pathComponents.count {
                // With a slash at its end, a path would name what the link leads to.
                let name = above.pathComponents.dropFirst().reduce("") { $0 + "/" + $1 }
                let attributes = try? FileManager.default.attributesOfItem(atPath: name)
                if attributes?[.type] as? FileAttributeType == .typeSymbolicLink { return }
                above.deleteLastPathComponent()
            }
            try? FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            if (try? Data(text.utf8).write(to: file)) != nil { foreign[path] = Data(text.utf8) }
        }

        private mutating func link() throws -> String {
            let files = FileManager.default
            let paths = [
                "output/data", "output/figures/09-appendix", "output/index.html", "store/damaged", "output/.staging",
            ]
            let path = paths[draw(paths.count)]
            let (from, aside) = (place.folder.appending(path: path), place.folder.appending(path: "aside-\(log.count)"))
            if (try? files.attributesOfItem(atPath: from.path())) != nil { try files.moveItem(at: from, to: aside) }
            for (old, data) in foreign where old == path || old.hasPrefix(path + "/") {
                foreign[old] = nil
                foreign["aside-\(log.count)" + old.dropFirst(path.count)] = data
            }
            try files.createSymbolicLink(at: from, withDestinationURL: place.elsewhere)
            return "a link"
        }

        private mutating func damage() throws -> String {
            let names = try FileManager.default.contentsOfDirectory(atPath: place.store.path()).sorted()
            let entries = names.filter { $0.wholeMatch(of: /.+-[0-9a-f]{64}\.entry/) != nil }
            if !entries.isEmpty {
                let file = place.store.appending(path: entries[draw(entries.count)])
                var data = try Data(contentsOf: file)
                data[draw(data.count)] ^= 1
                try data.write(to: file)
            }
            return "a damaged entry"
        }

        private func clean() async throws -> String {
            let result = try await superposition(["clean", "--yes", "--store", place.store.path()])
            #expect([0, 1].contains(result.exitCode), "\(result.error)")
            return "a cleaned store"
        }

        private mutating func kill() async throws -> String {
            let moment = Duration.milliseconds(draw(1500))
            _ = try await isKilled(place.run(seed: draw(2)), after: moment, environment: DisturbanceTests.environment)
            return "a kill"
        }

        private mutating func run(_ before: [String: Data]) async throws -> String {
            let seed = draw(2)
            let result = try await superposition(place.run(seed: seed), environment: DisturbanceTests.environment)
            if result.exitCode == 0 {
                let now = try report()
                let other = Set(now.keys).union(reports[seed].keys).filter { now[$0] != reports[seed][$0] }
                #expect(other.isEmpty, "sequence \(number), \(log): the report is whole")
                return "a run"
            }
            #expect(result.exitCode == 1 && result.error.hasPrefix("Error: "), "sequence \(number): \(result.error)")
            return "a refused run"
        }

        // MARK: - Checks

        /// The program's files in the output folder.
        private func report() throws -> [String: Data] {
            var files: [String: Data] = [:]
            let root = place.output.path()
            for case let name as String in FileManager.default.enumerator(atPath: root) ?? .init() {
                let attributes = try FileManager.default.attributesOfItem(atPath: root + name)
                guard attributes[.type] as? FileAttributeType == .typeRegular, !name.hasPrefix(".staging/"),
                    foreign["output/" + name] == nil
                else { continue }
                files[name] = try Data(contentsOf: URL(filePath: root + name))
            }
            return files
        }

        private func check(_ name: String, _ before: [String: Data]) throws {
            for (path, data) in foreign {
                let now = FileManager.default.contents(atPath: place.folder.appending(path: path).path())
                #expect(now == data, "sequence \(number), \(log): '\(path)' is somebody's, and has changed")
            }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: place.elsewhere.path()) == ["thesis.txt"],
                "sequence \(number), \(log): a link was followed")
            let now = try report()
            if name == "a refused run" || name == "a cleaned store" {
                // A killed run that was undone first brings back what was there before it.
                #expect(
                    now == before || log.contains("a kill"),
                    "sequence \(number), \(log): what is refused changes nothing"
                )
            }
            for (path, data) in now {
                let isWhole = reports.contains { $0[path] == data }
                #expect(isWhole, "sequence \(number), \(log): '\(path)' is not whole")
            }
        }
    }
}
