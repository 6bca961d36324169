import Foundation

/// A report as a Process Run Crate: its files, and a description of the run that made them, which other programs read.
struct ResearchCrate {
    let report: SavedReport
    let book: Book

    /// The name of the description.
    static let metadataName = "ro-crate-metadata.json"

    /// The description: JSON-LD by RO-Crate 1.1, with the run as Process Run Crate 0.5 has it.
    func metadata() throws -> Data {
        let manifest = report.manifest
        let paths = [Manifest.fileName] + manifest.files.map(\.path)
        let standings = manifest.standings.map { "\($0.count) \($0.standing.rawValue)" }.joined(separator: ", ")
        let paper = Citation.paper(of: book)
        let run = manifest.provenance
        let references: ([String]) -> Node = { .list($0.map(Node.reference)) }

        var root: [String: Node] = [
            "@id": "./", "@type": "Dataset", "name": .text(book.title),
            "description": .text(
                "\(manifest.claims.count) statements of the paper checked against what was measured: \(standings)."),
            "datePublished": .text(Self.time(run.date)), "license": .reference(Self.licence),
            "author": .reference(Self.authors), "conformsTo": .reference(Self.profile), "hasPart": references(paths),
            "mentions": .reference(Self.action(0)),
        ]
        if let paper { root["citation"] = .reference(paper.url) }

        var graph: [[String: Node]] = [
            [
                "@id": .text(Self.metadataName), "@type": "CreativeWork", "about": .reference("./"),
                "conformsTo": .reference("https://w3id.org/ro/crate/1.1"),
            ],
            root,
            ["@id": .text(Self.profile), "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"],
            [
                "@id": .text(Self.licence), "@type": "CreativeWork", "name": .text(Citation.licence),
                "description": "The licence of the program, and of what it makes.",
            ],
            ["@id": .text(Self.authors), "@type": "Organization", "name": .text(Citation.authors)],
        ]
        if let paper {
            var entity: [String: Node] = [
                "@id": .text(paper.url), "@type": "ScholarlyArticle", "name": .text(paper.title ?? paper.url),
                "url": .text(paper.url),
            ]
            if let year = paper.year { entity["datePublished"] = .text(year) }
            if !paper.authors.isEmpty {
                entity["author"] = .list(paper.authors.indices.map { .reference("#author-\($0 + 1)") })
                for (index, name) in paper.authors.enumerated() {
                    graph.append(["@id": .text("#author-\(index + 1)"), "@type": "Person", "name": .text(name)])
                }
            }
            graph.append(entity)
        }
        graph += actions(paths: paths)
        graph.append(file(Manifest.File(path: Manifest.fileName, report.manifestData), of: nil))
        for entry in manifest.files {
            graph.append(file(entry, of: manifest.chapters.first { $0.owns(entry.path) }))
        }

        let crate: [String: Node] = [
            // RO-Crate's terms, and one of those that the profiles of runs add.
            "@context": .list([
                "https://w3id.org/ro/crate/1.1/context",
                .object(["sha256": "https://w3id.org/ro/terms/workflow-run#sha256"]),
            ]),
            "@graph": .list(graph.map(Node.object)),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(crate) + Data("\n".utf8)
    }

    // MARK: - Entities

    private static let licence = "https://spdx.org/licenses/MIT"
    private static let profile = "https://w3id.org/ro/wfrun/process/0.5"
    private static let authors = "#authors"

    private static func action(_ index: Int) -> String { index == 0 ? "#run" : "#run-\(index + 1)" }

    /// A time as the profile has it: with seconds and an offset.
    private static func time(_ date: String) -> String { date.replacing(/Z$/, with: "+00:00") }

    /// The run, with the program and its settings. Chapters that an earlier run left are told of by the manifest.
    private func actions(paths: [String]) -> [[String: Node]] {
        let run = report.manifest.provenance
        var program: [String: Node] = [
            "@id": "#superposition", "@type": "SoftwareApplication", "name": "superposition",
            "softwareVersion": .text(run.version), "license": .reference(Self.licence),
            "author": .reference(Self.authors),
        ]
        let needs = run.tools.merging(run.swift.map { ["swift": $0] } ?? [:]) { first, _ in first }
            .sorted { $0.key < $1.key }
        program["softwareRequirements"] = .list(needs.map { .reference("#\($0.key)") })
        if let commit = run.commit {
            let state = run.uncommittedChanges == true ? " with uncommitted changes" : ""
            program["description"] = .text("Commit \(commit)\(state).")
        }
        let settings: [(name: String, value: String)] = [
            ("profile", run.profile.rawValue), ("seed", String(run.seed)),
        ]
        var action: [String: Node] = [
            "@id": .text(Self.action(0)), "@type": "CreateAction", "name": .text("superposition run"),
            "description": .text(
                "Trained the models of \(display(report.manifest.chapters.count, "chapter")), drew the figures and checked "
                    + "the claims."
                    + (run.operatingSystem.map { " On \($0), \(run.cpu ?? "unknown processor")." } ?? "")),
            "instrument": .reference("#superposition"),
            "object": .list(settings.map { .reference("#setting-\($0.name)") }),
            "result": .list(paths.map(Node.reference)),
            "actionStatus": .reference("http://schema.org/CompletedActionStatus"),
        ]
        if let start = try? Date(run.date, strategy: .iso8601), !run.isDateGiven {
            action["startTime"] = .text(Self.time(start.formatted(.iso8601)))
            if let seconds = run.utilisation?.seconds {
                action["endTime"] = .text(Self.time(start.addingTimeInterval(seconds).formatted(.iso8601)))
            }
        }
        return [program, action]
            + needs.map { name, version in
                [
                    "@id": .text("#\(name)"), "@type": "SoftwareApplication", "name": .text(name),
                    "softwareVersion": .text(version),
                ]
            }
            + settings.map { name, value in
                [
                    "@id": .text("#setting-\(name)"), "@type": "PropertyValue", "name": .text(name),
                    "value": .text(value),
                ]
            }
    }

    private func file(_ file: Manifest.File, of chapter: Manifest.Chapter?) -> [String: Node] {
        let kind = URL(filePath: file.path).pathExtension
        var entity: [String: Node] = [
            "@id": .text(file.path), "@type": "File", "name": .text(file.path),
            "contentSize": .text(String(file.bytes)), "sha256": .text(file.sha256),
            "encodingFormat": .text(Self.mediaTypes[kind] ?? "application/octet-stream"),
        ]
        if let chapter {
            let caption = chapter.figures.first { $0.files.values.contains { $0.path == file.path } }
            let table = chapter.tables.first { $0.file.path == file.path }
            let experiment = chapter.experiments.first { $0.file.path == file.path }
            entity["description"] = .text(
                caption.map { kind == "csv" ? "The numbers of figure \($0.number)." : "Figure \($0.number). \($0.alt)" }
                    ?? table.map { "Table \($0.number)." }
                    ?? experiment.map {
                        "The weights of experiment '\($0.id)': \(display($0.models, "trained model"))."
                    }
                    ?? "Chapter \(chapter.number): \(chapter.title).")
        } else if file.path == Manifest.fileName {
            entity["description"] = "Settings, losses, checksums, claims and verdicts."
        }
        return entity
    }

    private static let mediaTypes = [
        "html": "text/html", "json": "application/json", "svg": "image/svg+xml", "png": "image/png",
        "pdf": "application/pdf", "csv": "text/csv", "safetensors": "application/octet-stream",
    ]

    /// A value of JSON-LD.
    private enum Node: Encodable, ExpressibleByStringLiteral {
        case text(String)
        case reference(String)
        case list([Node])
        case object([String: Node])

        init(stringLiteral text: String) { self = .text(text) }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .reference(let id): try container.encode(["@id": id])
            // One value is no list, by RO-Crate's advice.
            case .list(let nodes):
                if nodes.count == 1 { try container.encode(nodes[0]) } else { try container.encode(nodes) }
            case .object(let nodes): try container.encode(nodes)
            }
        }
    }
}

extension Manifest.Chapter {
    fileprivate func owns(_ path: String) -> Bool {
        path == page || path.hasPrefix("figures/\(slug)/") || path.hasPrefix("data/\(slug)/")
    }
}

// MARK: - Writing

extension ResearchCrate {
    /// Writes the crate as a ZIP archive.
    func write(toArchive place: ExportPlace) throws {
        let path = place.url.relativePath
        let part = place.url.deletingLastPathComponent().appending(path: ".\(place.url.lastPathComponent).unsealed")
        defer { try? FileManager.default.removeItem(at: part) }
        do {
            try Data().write(to: part)
            let file = try FileHandle(forUpdating: part)
            let date = try? Date(report.manifest.provenance.date, strategy: .iso8601)
            var archive = ZipArchive(file, path: path, date: date ?? Date(timeIntervalSince1970: 0))
            try archive.add(Self.metadataName, try metadata())
            try archive.add(Manifest.fileName, report.manifestData)
            for entry in report.manifest.files { try archive.add(entry.path, try report.data(entry.path)) }
            try archive.finish()
            try file.close()
            let data = try Data(contentsOf: part, options: .mappedIfSafe)
            try place.write(data)
        } catch let error as ExportError {
            throw error
        } catch {
            throw ExportError.notWritable(path: path, reason: reason(for: error))
        }
    }

    /// Throws unless there is no folder, an empty one, or a crate that an earlier export left; any crate, if it is to be
    /// replaced anyway.
    func check(folder: URL, isForced: Bool) throws(ExportError) {
        try report.checkOutside(folder)
        let path = folder.relativePath
        let tree = FileTree(root: path)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
        guard isFolder.boolValue else { throw .notWritable(path: path, reason: "it is not a folder") }
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? ["unreadable"]
        if names.isEmpty { return }
        guard tree.item(Self.metadataName) == .file else { throw .foreignFolder(path: path) }
        if isForced { return }
        guard let data = tree.data(Manifest.fileName), let files = Manifest.sealedFiles(in: data),
            let saved = try? ResearchCrate(report: SavedReport(in: folder), book: book),
            (try? saved.metadata()) == tree.data(Self.metadataName)
        else { throw .inTheWay(path: path) }
        let known = Set(files.map(\.path) + [Manifest.fileName, Self.metadataName])
        let isForeign = names.contains { tree.item($0) != .folder && !known.contains($0) }
        if isForeign || !files.allSatisfy({ tree.has($0) }) { throw .inTheWay(path: path) }
    }

    /// Writes the crate as a folder, in place of the crate that is there.
    func write(toFolder folder: URL) throws {
        let path = folder.relativePath
        let above = folder.standardizedFileURL.deletingLastPathComponent()
        let name = folder.standardizedFileURL.lastPathComponent
        let part = above.appending(path: ".\(name).part-\(UUID().uuidString)", directoryHint: .isDirectory)
        let old = above.appending(path: ".\(name).old-\(UUID().uuidString)", directoryHint: .isDirectory)
        do {
            defer { try? FileManager.default.removeItem(at: part) }
            try FileManager.default.createDirectory(at: part, withIntermediateDirectories: false)
            let tree = FileTree(root: part.path(percentEncoded: false))
            try tree.write(try metadata(), to: Self.metadataName)
            try tree.write(report.manifestData, to: Manifest.fileName)
            for entry in report.manifest.files {
                try tree.makeFolder(FileTree.parent(of: entry.path))
                try tree.write(try report.data(entry.path), to: entry.path)
            }
            let target = folder.standardizedFileURL
            if FileManager.default.fileExists(atPath: target.path(percentEncoded: false)) {
                try rename(target, to: old)
                do {
                    try rename(part, to: target)
                } catch {
                    try rename(old, to: target)
                    throw error
                }
                try FileManager.default.removeItem(at: old)
            } else {
                try rename(part, to: target)
            }
        } catch let error as ExportError {
            throw error
        } catch {
            throw ExportError.notWritable(path: path, reason: reason(for: error))
        }
    }
}
