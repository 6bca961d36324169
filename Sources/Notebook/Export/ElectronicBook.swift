import Foundation
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Makes an EPUB of a report with pandoc.
struct ElectronicBook {
    let report: SavedReport

    func data() async throws -> Data {
        let bound = BoundReport(report: report, purpose: .book)
        let (text, title) = (try bound.book(), try bound.title())
        // What pandoc takes from the report's folder is as the manifest says.
        for match in text.matches(of: /<img[^>]*\ssrc="([^"]+)"/) { _ = try report.data(String(match.output.1)) }
        let program = try await Pandoc.program().path
        let provenance = report.manifest.provenance
        return try await withScratchFolder { folder in
            func file(_ name: String, _ content: String) throws -> String {
                let url = folder.appending(path: name)
                try Data(content.utf8).write(to: url)
                return url.path(percentEncoded: false)
            }
            let input = try file("report.html", text)
            let style = try file("style.css", String(decoding: PackageResources.epub_css, as: UTF8.self))
            let metadata = try file(
                "metadata.xml",
                """
                <dc:identifier id="epub-id-1">urn:sha256:\(sha256(report.manifestData))</dc:identifier>
                <dc:creator id="creator">\(HTML.escape(Citation.authors))</dc:creator>
                <dc:rights>\(HTML.escape(Citation.licence))</dc:rights>
                """)
            let output = folder.appending(path: "report.epub").path(percentEncoded: false)
            let root = URL(filePath: report.tree.root).standardizedFileURL.path(percentEncoded: false)
            let arguments = [
                "--from=html", "--to=epub3", "--standalone", "--mathml", "--toc", "--toc-depth=2",
                "--metadata=title:" + title, "--metadata=lang:en", "--metadata=date:" + provenance.date.prefix(10),
                "--epub-metadata=" + metadata, "--css=" + style,
                "--output=" + output, input,
            ]
            // Newer pandocs date the files in the archive by this, so that the same report gives the same bytes.
            let date = (try? Date(provenance.date, strategy: .iso8601)) ?? Date(timeIntervalSince1970: 0)
            let result = try await Subprocess.run(
                .path(FilePath(program)), arguments: Arguments(arguments),
                environment: .inherit.updating(["SOURCE_DATE_EPOCH": String(Int(date.timeIntervalSince1970))]),
                workingDirectory: FilePath(root), input: .none, output: .discarded, error: .string(limit: 1 << 20))
            try Task.checkCancellation()
            guard result.terminationStatus.isSuccess, result.standardError.isEmpty,
                let data = FileManager.default.contents(atPath: output)
            else {
                let line = result.standardError.split(separator: "\n").first.map(String.init)
                throw NotebookError.pandocFailed(page: "the e-book", message: line ?? "it gave no reason")
            }
            return data
        }
    }
}
