import Foundation

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
