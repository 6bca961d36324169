import Foundation

/// Exports of a report: files to keep and to pass on, made of what an output folder has.
public struct ReportExport: Sendable {
    /// What can be made.
    public enum Format: Sendable {
        /// All pages in one HTML file, with the figures inside.
        case singleFile
        /// The same, printed.
        case pdf
        /// An e-book.
        case epub
        /// The files of the report with a description of the run: a folder, or a ZIP archive if the name ends so.
        case crate
    }

    private let report: SavedReport
    private let book: Book
    private let isForced: Bool

    /// - Parameters:
    ///   - book: what the report is of.
    ///   - folder: the output folder.
    ///   - isForced: whether to replace what no export has left.
    /// - Throws: ``ExportError`` if there is no report that can be read.
    public init(of book: Book, in folder: URL, isForced: Bool = false) throws {
        report = try SavedReport(in: folder)
        self.book = book
        self.isForced = isForced
    }

    /// Throws if something is at a place that is not to be replaced, or what makes the format is missing.
    public func check(_ format: Format, to place: URL) throws {
        switch format {
        case .crate where !isArchive(place): try crate.check(folder: place, isForced: isForced)
        case .pdf:
            _ = try BrowserPrinter()
            fallthrough
        case .singleFile, .epub, .crate:
            try ExportPlace(url: place, seal: seal(of: format)).check(against: report, isForced: isForced)
        }
    }

    /// Exports the report, all of it or nothing.
    public func write(_ format: Format, to place: URL) async throws {
        try check(format, to: place)
        let file = ExportPlace(url: place, seal: seal(of: format))
        switch format {
        case .singleFile: try file.write(Data(try BoundReport(report: report, purpose: .browser).html().utf8))
        case .pdf:
            let html = try BoundReport(report: report, purpose: .browser).html()
            try file.write(try await BrowserPrinter().print(html))
        case .epub: try file.write(try await ElectronicBook(report: report).data())
        case .crate: if isArchive(place) { try crate.write(toArchive: file) } else { try crate.write(toFolder: place) }
        }
    }

    private var crate: ResearchCrate { ResearchCrate(report: report, book: book) }

    private func isArchive(_ place: URL) -> Bool { place.pathExtension.lowercased() == "zip" }

    private func seal(of format: Format) -> Seal {
        switch format {
        case .singleFile: .html
        case .pdf: .pdf
        case .epub, .crate: .zip
        }
    }
}
