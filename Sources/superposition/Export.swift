import ArgumentParser
import Foundation
import Notebook

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Export a report: as one file, a PDF, an e-book or a research object.",
        discussion: """
            Examples:
              superposition export --single-file report.html   all pages and figures in one HTML file
              superposition export --pdf report.pdf            the same, printed by Chromium or Chrome
              superposition export --epub report.epub          for e-readers
              superposition export --ro-crate report.zip       all files with a description of the run (RO-Crate 1.1,
                                                               Process Run Crate 0.5); without '.zip' a folder

            Exports are made of what the output folder has: nothing is trained or drawn. Several can be asked for at \
            once. An earlier export is replaced if nobody has changed it since; what else is in the way stops the \
            export, unless --force is given. A folder that holds no RO-Crate is never replaced.
            """)

    @Option(help: "The folder of the report.", completion: .directory)
    var output = "output"

    @Option(help: ArgumentHelp("Write all pages to one HTML file.", valueName: "file"), completion: .file())
    var singleFile: String?

    @Option(help: ArgumentHelp("Write a PDF.", valueName: "file"), completion: .file())
    var pdf: String?

    @Option(help: ArgumentHelp("Write an EPUB.", valueName: "file"), completion: .file())
    var epub: String?

    @Option(
        help: ArgumentHelp("Write an RO-Crate: a folder, or a ZIP archive.", valueName: "place"), completion: .file())
    var roCrate: String?

    @Flag(help: "Replace what is in the way.")
    var force = false

    private var exports: [(format: ReportExport.Format, option: String, place: String)] {
        [
            (.singleFile, "--single-file", singleFile), (.pdf, "--pdf", pdf), (.epub, "--epub", epub),
            (.crate, "--ro-crate", roCrate),
        ].compactMap { format, option, place in place.map { (format, option, $0) } }
    }

    func validate() throws {
        if exports.isEmpty {
            throw ValidationError("Nothing to export: give --single-file, --pdf, --epub or --ro-crate.")
        }
        if output.isEmpty { throw ValidationError("--output is empty, but must name a folder.") }
        var places: [URL: String] = [:]
        for (_, option, place) in exports {
            if place.isEmpty { throw ValidationError("\(option) is empty, but must name a file.") }
            let url = URL(filePath: place).standardizedFileURL
            if let other = places.updateValue(option, forKey: url) {
                throw ValidationError("\(other) and \(option) are both '\(place)': give each a place of its own.")
            }
        }
    }

    func run() async throws {
        let export = try ReportExport(of: book, in: URL(filePath: output, directoryHint: .isDirectory), isForced: force)
        // Before any is written, so that one that cannot be does not leave the others alone.
        for (format, _, place) in exports { try export.check(format, to: URL(filePath: place)) }
        for (format, _, place) in exports {
            try await untilInterrupted { try await export.write(format, to: URL(filePath: place)) }
            try writeOutput(place)
        }
    }
}
