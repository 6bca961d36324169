import Foundation
@testable import Notebook
import Testing

/// What the run store takes for the code that a trained bit depends on.
@Suite struct FingerprintTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    /// The fingerprint of all Swift files of a folder, by the tool that the build uses.
    private func fingerprint(of folder: URL) async throws -> String {
        try await withTemporaryFolder { scratch in
            let path = folder.path(percentEncoded: false) + "/"
            let files = try #require(FileManager.default.enumerator(atPath: path)).compactMap { $0 as? String }
                .filter { $0.hasSuffix(".swift") }.map { path + $0 }
            #expect(!files.isEmpty)
            let output = scratch.appending(path: "Fingerprint.swift")
            let result = try await tool("fingerprint", [output.path(percentEncoded: false), path] + files)
            #expect(result.exitCode == 0, "\(result.error)")
            let text = try String(contentsOf: output, encoding: .utf8)
            return String(try #require(text.firstMatch(of: /"([0-9a-f]{16})"/)).output.1)
        }
    }

    @Test func `an edit to an analysis, a figure or a chapter trains nothing, as ToyModels alone counts`() async throws
    {
        let science = Self.sources.appending(path: "ToyModels")
        #expect(try await fingerprint(of: science) == toyModelsFingerprint)
    }

    @Test(arguments: [
        ("let rate = 1\n", "let rate = 2\n", true), ("let rate = 1\n", "// Why.\nlet rate = 1\n", false),
        ("let rate = 1\n", "\nlet rate = 1\n", false),
    ]) func `an edit to training counts, a comment does not`(before: String, after: String, counts: Bool) async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "Trainer.swift")
            try Data(before.utf8).write(to: file)
            let first = try await fingerprint(of: folder)
            try Data(after.utf8).write(to: file)
            #expect((try await fingerprint(of: folder) != first) == counts)
        }
    }
}
