/// Why a report cannot be exported. Every case is described by one sentence that says what to do.
public enum ExportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The folder has no report.
    case noReport(folder: String)
    /// The manifest cannot be read, or is not as it was written.
    case manifestUnreadable(path: String, reason: String)
    /// A file of the report is missing, or is not as the run left it.
    case fileChanged(path: String)
    /// A page has no text where pages have it.
    case pageUnreadable(path: String)
    /// There is something at the place to write to that no export left.
    case inTheWay(path: String)
    /// There is a folder at the place to write to that is no RO-Crate.
    case foreignFolder(path: String)
    /// The place to write to is a part of the report.
    case insideReport(path: String)
    /// The place cannot be written to.
    case notWritable(path: String, reason: String)
    /// The report is too large for a ZIP archive.
    case tooLarge(path: String)
    /// There is no browser that prints.
    case browserMissing
    /// The browser made no PDF.
    case browserFailed(program: String, message: String)

    /// A sentence that says what was wrong.
    public var description: String {
        switch self {
        case .noReport(let folder):
            "There is no report in '\(folder)': make one with 'superposition run', or name its folder with --output."
        case .manifestUnreadable(let path, let reason):
            "'\(path)' cannot be read (\(reason)): make the report again with 'superposition run', in a new folder."
        case .fileChanged(let path):
            "'\(path)' is missing or not as the run left it, so what is exported would not be the report: make it again "
                + "with 'superposition run'."
        case .pageUnreadable(let path):
            "'\(path)' is not a page as this version makes them: make the report again with 'superposition run'."
        case .inTheWay(let path):
            "'\(path)' is there already, and is not as an earlier export left it: name another, or replace it with --force."
        case .foreignFolder(let path):
            "The folder '\(path)' holds something other than an RO-Crate, and is not replaced: name another."
        case .insideReport(let path):
            "'\(path)' is a part of the report itself: name another place."
        case .notWritable(let path, let reason):
            "'\(path)' cannot be written (\(reason))."
        case .tooLarge(let path):
            "The report is too large for the ZIP archive '\(path)': name a folder instead, without '.zip' at its end."
        case .browserMissing:
            "A PDF is printed by Chromium or Chrome, and neither is installed: install one with 'apt-get install chromium' "
                + "(Debian), 'apt-get install chromium-browser' (Ubuntu) or 'brew install --cask chromium' (macOS)."
        case .browserFailed(let program, let message):
            "'\(program)' printed no PDF: \(message)"
        }
    }
}
