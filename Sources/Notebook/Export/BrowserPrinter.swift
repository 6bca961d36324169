import Foundation
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Prints HTML with a browser that has no window.
struct BrowserPrinter {
    private let program: String

    /// Finds a browser.
    ///
    /// - Throws: ``ExportError/browserMissing``.
    init(path: String? = ProcessInfo.processInfo.environment["PATH"]) throws(ExportError) {
        let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
        let folders = (path ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
        let applications = ["Google Chrome", "Chromium"].map { "/Applications/\($0).app/Contents/MacOS/\($0)" }
        let candidates = names.flatMap { name in folders.map { $0 + "/" + name } } + applications
        guard let found = candidates.first(where: { access($0, X_OK) == 0 }) else { throw .browserMissing }
        program = found
    }

    /// A PDF of an HTML document.
    func print(_ html: String) async throws -> Data {
        try await withScratchFolder { folder in
            let (page, pdf) = (folder.appending(path: "report.html"), folder.appending(path: "report.pdf"))
            try Data(html.utf8).write(to: page)
            var arguments = [
                "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-dev-shm-usage",
                "--no-pdf-header-footer", "--generate-pdf-document-outline", "--export-tagged-pdf",
                "--user-data-dir=" + folder.appending(path: "profile").path(percentEncoded: false),
                "--print-to-pdf=" + pdf.path(percentEncoded: false),
            ]
            // The browser's sandbox refuses to be run by root. All that it shows here is the report.
            if geteuid() == 0 { arguments.append("--no-sandbox") }
            func failed(_ message: String) -> ExportError { .browserFailed(program: program, message: message) }
            do {
                let result = try await Subprocess.run(
                    .path(FilePath(program)), arguments: Arguments(arguments + [page.absoluteString]), input: .none,
                    output: .discarded, error: .string(limit: 1 << 20))
                try Task.checkCancellation()
                let data = FileManager.default.contents(atPath: pdf.path(percentEncoded: false)) ?? Data()
                guard result.terminationStatus.isSuccess, data.starts(with: Data("%PDF-".utf8)),
                    data.suffix(16).contains(UInt8(ascii: "%"))
                else {
                    let lines = result.standardError.split(separator: "\n").map(String.init)
                    throw failed(lines.last ?? "it gave no reason.")
                }
                return data
            } catch let error as SubprocessError {
                throw failed("\(error)")
            }
        }
    }
}
