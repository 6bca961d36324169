import Foundation

/// Why there is no report. Every case is described by one sentence that says what to do.
public enum NotebookError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A chapter's source is not where it was when it was compiled.
    case unreadableSource(path: String)
    /// A chapter has no `//: # ` heading.
    case missingTitle(file: String)
    /// Prose uses a value that the run does not define.
    case undefinedValue(name: String, file: String, line: Int)
    /// A call on a page comes from another file than the chapter's.
    case foreignFile(file: String, line: Int, chapter: String)
    /// Something was emitted from a line that is not, or no longer, the call that emits it.
    case staleSource(file: String, line: Int)
    /// An id that cannot name a file.
    case invalidID(kind: String, id: String)
    /// An id that the chapter has used before.
    case duplicateID(kind: String, id: String)
    /// A figure without alternative text.
    case missingAlt(figure: String)
    /// A figure without content.
    case emptyFigure(id: String, format: String)
    /// A claim that refers to a figure that the chapter does not have.
    case unknownFigure(claim: String, figure: String)
    /// A claim says that it is measured on an experiment that the chapter does not train.
    case unknownExperiment(claim: String, experiment: String)
    /// The output folder's path is taken by a file.
    case outputIsFile(path: String)
    /// The output folder cannot be made or written to.
    case outputNotWritable(path: String, reason: String)
    /// A folder is where the report needs a file, or the other way round.
    case outputObstructed(path: String, needed: String)
    /// The report needs a place where there is a file that no earlier run left, or not with these bytes.
    case outputForeign(path: String)
    /// A link is where the report needs a file or a folder.
    case outputLinked(path: String)
    /// Another run is writing to the output folder.
    case outputInUse(path: String)
    /// There is no report in a folder, or its manifest cannot be read.
    case noReport(path: String)
    /// The report does not have a chapter.
    case notInReport(chapter: String)
    /// A page cannot be woven anew, as more than prose has changed since the chapter's run.
    case codeChanged(chapter: String)
    /// The run store's folder cannot be made or read.
    case storeNotUsable(path: String, reason: String)
    /// A folder that is to be the run store holds something else.
    case notARunStore(path: String, foreign: String)
    /// A chapter has no reference to be verified against.
    case referenceMissing(chapter: String, profile: Profile)
    /// A chapter's reference cannot be read.
    case referenceUnreadable(path: String, reason: String)
    /// A chapter's reference cannot be written.
    case referenceNotWritable(path: String, reason: String)
    /// There is no pandoc.
    case pandocMissing
    /// There is a pandoc that does not start.
    case pandocNotStarted(path: String, reason: String)
    /// Pandoc is too old.
    case pandocTooOld(version: String)
    /// Pandoc did not make a page.
    case pandocFailed(page: String, message: String)
    /// There is no typeface of the family that figures are set in.
    case typefaceMissing(family: String)

    /// A sentence that says what was wrong.
    public var description: String {
        switch self {
        case .unreadableSource(let path):
            "The chapter's source '\(path)' cannot be read, and the report is woven from it: build again from where "
                + "the source is now."
        case .foreignFile(let file, let line, let chapter):
            "\(file):\(line) adds to the page of \(chapter), where outputs stand under the cells that emit them: make "
                + "the call in \(chapter)."
        case .missingTitle(let file):
            "\(file) has no title: start its prose with a line '//: # Title'."
        case .undefinedValue(let name, let file, let line):
            "\(file):\(line): the prose uses \\(\(name)), which the chapter does not define: set page[\"\(name)\"]."
        case .staleSource(let file, let line):
            "\(file):\(line) is not the call that emitted an output there: the source has changed since it was "
                + "compiled, so build again."
        case .invalidID(let kind, let id):
            "The \(kind) id '\(id)' cannot name a file: use lower-case letters, digits, '-' and '.', "
                + "and start with a letter or digit."
        case .duplicateID(let kind, let id):
            "The \(kind) id '\(id)' is used twice: give each its own."
        case .missingAlt(let figure):
            "Figure '\(figure)' has no alt text: say what a sighted reader would conclude from it."
        case .emptyFigure(let id, let format):
            "Figure '\(id)' is empty as \(format): check what it draws."
        case .unknownFigure(let claim, let figure):
            "Claim '\(claim)' refers to figure '\(figure)', which the chapter does not have."
        case .unknownExperiment(let claim, let experiment):
            "Claim '\(claim)' refers to experiment '\(experiment)', which the chapter does not train."
        case .outputIsFile(let path):
            "The output folder '\(path)' is a file: name another with --output."
        case .outputNotWritable(let path, let reason):
            "The output folder '\(path)' cannot be written to (\(reason)): name another with --output."
        case .outputObstructed(let path, let needed):
            "'\(path)' is in the way, as the report needs a \(needed) there: move it, or name another folder with "
                + "--output."
        case .outputForeign(let path):
            "'\(path)' is in the way: it is not as an earlier run left it, so it may be yours, and is not overwritten. "
                + "Move it, or name another folder with --output."
        case .outputLinked(let path):
            "'\(path)' is a link, and a run writes through none inside its output folder: remove it, or name another "
                + "folder with --output."
        case .outputInUse(let path):
            "Another run is writing to the output folder '\(path)': wait until it has ended, or name another with "
                + "--output."
        case .noReport(let path):
            "There is no report in '\(path)': make one with 'superposition run' (in seconds with '--profile quick'), or "
                + "name another folder with --output."
        case .notInReport(let chapter):
            "The report does not have chapter '\(chapter)': run it with 'superposition run \(chapter)'."
        case .codeChanged(let chapter):
            "The code of chapter '\(chapter)' is not that of its last run, so its page cannot be woven from prose alone: "
                + "build, and run it with 'superposition run \(chapter)'."
        case .storeNotUsable(let path, let reason):
            "The run store '\(path)' cannot be used (\(reason)): name another folder with --store."
        case .notARunStore(let path, let foreign):
            "The folder '\(path)' is not a run store, as it has '\(foreign)', which is not of a run store: name another "
                + "folder with --store, or move that elsewhere."
        case .referenceMissing(let chapter, let profile):
            "Chapter '\(chapter)' has no reference for the \(profile.rawValue) profile: make one with "
                + "'superposition verify \(chapter) --profile \(profile.rawValue) --update'."
        case .referenceUnreadable(let path, let reason):
            "The reference '\(path)' cannot be read (\(reason)): get it from the repository again, or make a new one "
                + "with 'superposition verify --update'."
        case .referenceNotWritable(let path, let reason):
            "The reference '\(path)' cannot be written (\(reason))."
        case .pandocMissing:
            "Pandoc, which makes the report's pages, is not installed: install it with 'apt-get install pandoc' "
                + "(Debian, Ubuntu) or 'brew install pandoc' (macOS)."
        case .pandocNotStarted(let path, let reason):
            "Pandoc, which makes the report's pages, is installed as '\(path)' and does not start: \(reason). Install it "
                + "again, or put one that does first in PATH."
        case .pandocTooOld(let version):
            "Pandoc \(version) is too old: install version 2.15 or later."
        case .pandocFailed(let page, let message):
            "Pandoc could not make the page '\(page)': \(message)"
        case .typefaceMissing(let family):
            "The typeface \(family), in which figures are set, is not installed: install it with 'make setup', or with "
                + "'apt-get install fonts-inter' (Debian, Ubuntu) or 'brew install --cask font-inter' (macOS)."
        }
    }
}

/// Why a file operation failed, in the system's words.
func reason(for error: any Error) -> String {
    guard let error = error as? POSIXError ?? (error as? CocoaError)?.underlying as? POSIXError else {
        return error.localizedDescription
    }
    return String(cString: strerror(error.code.rawValue))
}

extension DecodingError {
    /// What is wrong, without a full stop.
    var sentence: String {
        let context: Context? =
            switch self {
            case .dataCorrupted(let context), .typeMismatch(_, let context), .keyNotFound(_, let context),
                .valueNotFound(_, let context):
                context
            @unknown default: nil
            }
        let path = context?.codingPath.map(\.stringValue).joined(separator: ".") ?? ""
        return path.isEmpty ? "it is not valid JSON" : "its entry '\(path)' is wrong"
    }
}

/// Throws unless an id can name a file on every system.
func validate(id: String, kind: String) throws(NotebookError) {
    let isLetterOrDigit = { (byte: UInt8) in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    guard let first = id.utf8.first, isLetterOrDigit(first),
        id.utf8.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") })
    else { throw .invalidID(kind: kind, id: id) }
}
