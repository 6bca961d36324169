import Foundation
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Makes pages from Markdown with pandoc.
///
/// Pandoc takes paths for URIs, in which `#`, `?` and `%` have a meaning. So it works in the folder of its files, whose
/// names have none of them.
struct Pandoc: Sendable {
    /// What a page is made of, besides its text. Pandoc reads it as a defaults file.
    struct Settings: Encodable {
        // Prose is Markdown, not HTML or TeX: what looks like a tag is text.
        var from = "markdown-raw_html-native_divs-native_spans-raw_tex-yaml_metadata_block"
        var to = "html5"
        var template: String
        var inputFiles: [String]
        var bibliography: [String]
        var citeproc = true
        var tableOfContents: Bool
        var tocDepth = 3
        var sectionDivs = true
        var htmlMath = ["method": "mathml"]
        var failIfWarnings = true
        var metadata: Metadata
        var variables: [String: String]

        struct Metadata: Encodable {
            var title: String
            var pagetitle: String
            var lang = "en"
            var linkCitations: Bool
            var suppressBibliography: Bool

            enum CodingKeys: String, CodingKey {
                case title, pagetitle, lang
                case linkCitations = "link-citations"
                case suppressBibliography = "suppress-bibliography"
            }
        }

        enum CodingKeys: String, CodingKey {
            case from, to, template, bibliography, citeproc, metadata, variables
            case tableOfContents = "table-of-contents"
            case tocDepth = "toc-depth"
            case sectionDivs = "section-divs"
            case inputFiles = "input-files"
            case htmlMath = "html-math-method"
            case failIfWarnings = "fail-if-warnings"
        }
    }

    /// A page to make.
    struct Page {
        /// The file's name, for messages.
        var name: String
        /// The title, in plain text.
        var title: String
        /// The text, in Markdown.
        var body: String
        /// HTML that stands after the text.
        var footer: String
        /// The references that the text cites.
        var bibliography: URL?
        /// Whether the page leaves out the lists of its sections and of the references that it cites.
        var isIndex = false
        /// The template's variables, as HTML.
        var variables: [String: String] = [:]
    }

    /// The version that is installed.
    let version: String
    private let program: FilePath
    private let staging: Staging
    private let template: String

    /// Finds pandoc.
    ///
    /// - Parameter staging: a folder for temporary files.
    /// - Throws: ``NotebookError/pandocMissing``, ``NotebookError/pandocNotStarted(path:reason:)`` or
    ///   ``NotebookError/pandocTooOld(version:)``.
    init(staging: Staging) async throws {
        let (path, version) = try await Self.program()
        program = FilePath(path)
        self.version = version
        self.staging = staging
        template = try Self.stage(Data(PackageResources.page_html), ".html", in: staging)
    }

    /// A page as HTML.
    ///
    /// - Throws: ``NotebookError/pandocFailed(page:message:)``, also for what pandoc only warns of, such as a
    ///   citation that is not in the references.
    func render(_ page: Page) async throws -> Data {
        var variables = page.variables
        variables["style"] = PageStyle.text
        variables["script"] = PageScript.text
        variables["include-after"] = page.footer
        let end = "<!-- \(UUID().uuidString) -->\n"
        // A file, as a program that does not read its standard input would end this one.
        let body = try Self.stage(Data((page.body + "\n\n" + HTML.raw(end) + "\n").utf8), ".md", in: staging)
        let bibliography = try page.bibliography.map { file in
            let path = file.path(percentEncoded: false)
            guard let references = FileManager.default.contents(atPath: path) else {
                throw NotebookError.unreadableSource(path: path)
            }
            return try Self.stage(references, ".bib", in: staging)
        }
        let settings = Settings(
            template: template, inputFiles: [body], bibliography: bibliography.map { [$0] } ?? [],
            tableOfContents: !page.isIndex,
            metadata: Settings.Metadata(
                title: page.title, pagetitle: page.title, linkCitations: !page.isIndex,
                suppressBibliography: page.isIndex),
            variables: variables)
        // JSON is YAML, which pandoc expects.
        let defaults = try Self.stage(JSONEncoder().encode(settings), ".yaml", in: staging)

        func failed(_ message: String) -> NotebookError { .pandocFailed(page: page.name, message: message) }
        do {
            let result = try await Subprocess.run(
                .path(program), arguments: ["--defaults", defaults], workingDirectory: FilePath(staging.path),
                input: .none, output: .bytes(limit: 1 << 26), error: .string(limit: 1 << 20))
            guard result.terminationStatus.isSuccess else {
                try Task.checkCancellation()
                throw failed(Self.reason(result.terminationStatus, result.standardError))
            }
            let output = String(decoding: result.standardOutput, as: UTF8.self)
            guard let html = Self.page(page, in: output, end: end) else {
                throw failed("what it printed is not the whole page")
            }
            return Data(html.utf8)
        } catch let error as SubprocessError {
            throw failed("\(error)")
        }
    }

    /// What pandoc printed, if it is all of a page, without the mark at the end of its text.
    private static func page(_ page: Page, in output: String, end: String) -> String? {
        let parts = output.components(separatedBy: end)
        // Pandoc breaks long lines, also in titles.
        let title = "\(HTML.escape(page.title))</h1>".split(whereSeparator: \.isWhitespace)
        guard parts.count == 2, output.hasPrefix("<!DOCTYPE html>"), output.hasSuffix("</html>\n"),
            parts[0].split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(
                title.joined(separator: " ")),
            parts[1].contains(page.footer)
        else { return nil }
        return accessible(parts.joined())
    }

    /// A page without the roles that are no longer to be used, and with code that the keyboard can scroll.
    private static func accessible(_ page: String) -> String {
        // Pandoc breaks lines between attributes.
        page.replacing(/\srole="doc-biblioentry"/, with: " role=\"listitem\"")
            .replacing(/\srole="doc-bibliography"/, with: " role=\"list\"")
            .replacing(/\srole="doc-endnote"/, with: "")
            .replacing(/<pre(\s+class="sourceCode)/) { "<pre tabindex=\"0\"\($0.1)" }
    }

    // MARK: - The program

    /// Where pandoc is, and its version, which is new enough.
    static func program() async throws -> (path: String, version: String) {
        guard let path else { throw NotebookError.pandocMissing }
        let output = try await version(of: path)
        guard let match = output.firstMatch(of: /pandoc\S* (\d+)\.(\d+)\S*/),
            let major = Int(match.output.1), let minor = Int(match.output.2)
        else { throw NotebookError.pandocNotStarted(path: path, reason: "asked for its version, it gives none") }
        let version = String(match.output.0.drop { $0 != " " }.dropFirst())
        guard (major, minor) >= (2, 15) else { throw NotebookError.pandocTooOld(version: version) }
        return (path, version)
    }

    /// Where pandoc is: the first on the path that can be run, or the first that cannot.
    private static var path: String? {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? ["/usr/bin", "/bin"]
        let candidates = folders.map { URL(filePath: String($0)).appending(path: "pandoc").path(percentEncoded: false) }
            .filter {
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
            }
        return candidates.first { access($0, X_OK) == 0 } ?? candidates.first
    }

    /// What pandoc says of its version.
    private static func version(of path: String) async throws -> String {
        guard access(path, X_OK) == 0 else {
            throw NotebookError.pandocNotStarted(path: path, reason: String(cString: strerror(errno)))
        }
        do {
            let result = try await Subprocess.run(
                .path(FilePath(path)), arguments: ["--version"], input: .none, output: .string(limit: 1 << 20),
                error: .string(limit: 1 << 20))
            if result.terminationStatus.isSuccess { return result.standardOutput }
            try Task.checkCancellation()
            throw NotebookError.pandocNotStarted(
                path: path, reason: reason(result.terminationStatus, result.standardError))
        } catch let error as SubprocessError {
            // The file is there, so what is not found is what it asks to be run with.
            let reason =
                error.code == .executableNotFound
                ? "it is no program, or its interpreter is missing" : error.underlyingError?.description ?? "\(error)"
            throw NotebookError.pandocNotStarted(path: path, reason: reason)
        }
    }

    /// Why pandoc failed: what it says first, or how it ended.
    private static func reason(_ status: TerminationStatus, _ error: String) -> String {
        if let line = error.split(separator: "\n").first { return String(line) }
        return switch status {
        case .exited(let code): "it ends with exit code \(code) and gives no reason"
        case .signaled(let signal): "it was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
        }
    }

    /// Writes a file for pandoc.
    ///
    /// - Returns: its name in the folder.
    private static func stage(_ data: Data, _ suffix: String, in staging: Staging) throws(NotebookError) -> String {
        do {
            let path = try staging.add(data, suffix: suffix)
            return String(path.dropFirst(Staging.folder.count + 1))
        } catch {
            throw .outputNotWritable(path: staging.path, reason: Notebook.reason(for: error))
        }
    }
}

/// What a program prints; nil if it is not there or fails.
func outputOf(_ program: String, _ arguments: [String]) async -> String? {
    guard
        let result = try? await Subprocess.run(
            .name(program), arguments: Arguments(arguments), output: .string(limit: 1 << 20)),
        result.terminationStatus.isSuccess
    else { return nil }
    return result.standardOutput
}
