import Foundation
@testable import Notebook
import Testing

/// A report that was made by the program, in the quick profile.
@Suite(.serialized) struct ReportTests {
    @Test func `the report holds together`() async throws {
        try await withTemporaryFolder { folder in
            let output = folder.appending(path: "output", directoryHint: .isDirectory)
            let store = folder.appending(path: "store")
            func run(_ output: URL, jobs: Int) async throws -> ProgramResult {
                try await superposition(
                    [
                        "run", "--profile", "quick", "--output", output.path(), "--store", store.path(), "--jobs",
                        "\(jobs)",
                        "--quiet",
                    ], environment: ["SOURCE_DATE_EPOCH": "1663113600"])
            }
            let result = try await run(output, jobs: 2)
            try #require(result.exitCode == 0, "\(result.error)")
            #expect(result.error.isEmpty)
            #expect(result.output.hasSuffix("\n" + output.appending(path: "index.html").path() + "\n" + quickWarning))

            let report = try ReportFolder(output)
            #expect(report.pages.keys.contains("index.html"))
            for (name, page) in report.pages {
                checkLinks(of: page, named: name, in: report)
                checkOffline(page, named: name)
                #expect(page.contains("class=\"profile\""), "\(name) does not say that it is quick")
                #expect(page.contains("class=\"provenance\""), "\(name) does not say where it comes from")
            }
            try checkManifest(of: report, counts: result.output)

            // All bytes again, from the run store.
            let other = folder.appending(path: "other", directoryHint: .isDirectory)
            try #require(try await run(other, jobs: 1).exitCode == 0)
            let again = try ReportFolder(other)
            #expect(Set(again.files.keys) == Set(report.files.keys))
            for (name, data) in again.files { #expect(report.files[name] == data, "\(name) has other bytes") }
        }
    }

    /// Every reference leads to a file of the report or to an anchor that exists.
    private func checkLinks(of page: String, named name: String, in report: ReportFolder) {
        for match in page.matches(of: /(href|src)="([^"]*)"/) {
            let target = String(match.output.2)
            if match.output.1 == "href", target.hasPrefix("https://") { continue }
            let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let file = parts[0].isEmpty ? name : parts[0]
            #expect(report.files[file] != nil, "\(name) refers to \(target), which is not there")
            if parts.count == 2, let page = report.pages[file] {
                #expect(page.contains("id=\"\(parts[1])\""), "\(name) refers to \(target), which has no such anchor")
            }
        }
        let ids = page.matches(of: /\sid="([^"]*)"/).map(\.output.1)
        #expect(Set(ids).count == ids.count, "\(name) has an id twice")
    }

    /// Nothing that a browser would fetch is elsewhere.
    private func checkOffline(_ page: String, named name: String) {
        for match in page.matches(of: /<(?:link|script|img|iframe|source|object)\b[^>]*>|url\([^)]*\)|@import[^;]*/) {
            let tag = match.output
            #expect(!tag.contains("//") && !tag.contains("http"), "\(name) fetches \(tag)")
        }
    }

    private func checkManifest(of report: ReportFolder, counts: String) throws {
        let manifest = try Manifest(decoding: try #require(report.files[Manifest.fileName]))
        #expect(manifest.provenance.profile == .quick)
        #expect(manifest.provenance.date == "2022-09-14T00:00:00Z")
        #expect(counts.hasPrefix("\(manifest.claims.count) claims, "))
        for chapter in manifest.chapters {
            for figure in chapter.figures {
                #expect(Set(figure.files.keys) == ["svg", "dark.svg", "png", "pdf", "csv"])
                #expect(figure.size != nil, "figure \(figure.id) has no size")
                for file in figure.files.values { try check(file, in: report) }
                #expect(try #require(report.files[figure.files["svg"]?.path ?? ""]).starts(with: Data("<?xml".utf8)))
                #expect(
                    try #require(report.files[figure.files["png"]?.path ?? ""]).starts(
                        with: Data("\u{89}PNG".unicodeScalars.map { UInt8($0.value) })))
                #expect(try #require(report.files[figure.files["pdf"]?.path ?? ""]).starts(with: Data("%PDF-".utf8)))
            }
            for table in chapter.tables { try check(table.file, in: report) }
            for experiment in chapter.experiments {
                try check(experiment.file, in: report)
                let weights = try Safetensors(decoding: try #require(report.files[experiment.file.path]))
                #expect(weights.tensors["loss"]?.shape == [experiment.models])
            }
        }
        // Everything that is there is accounted for.
        var (known, frames): ([String], [String]) = ([], [])
        for chapter in manifest.chapters {
            known += [chapter.page, "data/\(chapter.slug)/record.jsonl"]
            known += chapter.tables.map(\.file.path) + chapter.experiments.map(\.file.path)
            for figure in chapter.figures {
                known += figure.files.values.map(\.path)
                for frame in 0..<(figure.frames ?? 0) {
                    let path = "figures/\(chapter.slug)/\(figure.id).\(frame + 1)"
                    frames += [path + ".svg", path + ".dark.svg"]
                }
            }
        }
        #expect(!frames.isEmpty)
        let copies = report.files.keys.filter { $0.hasPrefix("source/") && $0.hasSuffix(".swift") }
        for chapter in manifest.chapters { #expect(copies.contains { $0.hasPrefix("source/\(chapter.slug)/") }) }
        let others = ["index.html", Reproducibility.page, SearchIndex.fileName, Manifest.fileName]
        #expect(Set(report.files.keys) == Set(known + frames + copies + others))
    }

    private func check(_ file: Manifest.File, in report: ReportFolder) throws {
        let data = try #require(report.files[file.path], "\(file.path) is in the manifest, but not there")
        #expect(!data.isEmpty)
        #expect(sha256(data) == file.sha256, "\(file.path) is not the file that the manifest describes")
    }
}

/// The last line of what a run in the quick profile prints.
let quickWarning = "Quick profile: trained for fewer steps than the paper’s, so the verdicts do not count.\n"

/// The files of an output folder.
struct ReportFolder {
    var files: [String: Data] = [:]
    var pages: [String: String] = [:]

    init(_ folder: URL) throws {
        let path = folder.path(percentEncoded: false)
        for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
            guard !isFolder.boolValue else { continue }
            files[name] = try Data(contentsOf: URL(filePath: path + "/" + name))
            if name.hasSuffix(".html") { pages[name] = String(decoding: files[name] ?? Data(), as: UTF8.self) }
        }
    }
}
