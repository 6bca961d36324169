import Foundation
import ToyModels

@testable import Notebook

/// Calls with a new folder, which is gone afterwards.
func withTemporaryFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "notebook-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

/// All files of a folder, hidden ones too, with their content.
func files(in folder: URL) -> [String: Data] {
    let path = folder.path(percentEncoded: false)
    var files: [String: Data] = [:]
    for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() {
        files[name] = FileManager.default.contents(atPath: path + "/" + name)
    }
    return files
}

extension Source {
    /// Writes `chapters/<slug>/Test.swift` in a folder.
    init(_ text: String, slug: String = "01-a", in folder: URL) throws {
        let file = folder.appending(path: "chapters/\(slug)/Test.swift")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        self.init(path: file.path(percentEncoded: false))
    }
}

extension Experiment {
    /// An experiment that takes no time.
    static func tiny(steps: Int = 3) -> Experiment {
        Experiment(
            id: "e", architecture: .init(features: 2, hidden: 1),
            settings: [.init(features: .init(density: 0.5, features: 2), importance: [1, 1])], steps: steps,
            batchSize: 4, learningRate: .constant(0.01), evaluationSamples: 64)
    }
}
