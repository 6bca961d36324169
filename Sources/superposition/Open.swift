import ArgumentParser
import Foundation
import Notebook

struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open the report in the browser.",
        discussion: "The report needs no server: what is opened is its file.")

    @OptionGroup var output: OutputPath

    func run() async throws {
        _ = try Manifest(of: output.url)
        let page = output.url.appending(path: "index.html").path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: page) else { throw NotebookError.noReport(path: output.path) }
        try await Browser.open(page)
    }
}
