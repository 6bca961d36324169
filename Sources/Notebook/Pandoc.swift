import Foundation
import Subprocess

/// Makes pages from Markdown with pandoc.
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
    private let scratch: URL
    private let template: URL

    /// Finds pandoc.
    ///
    /// - Parameter scratch: a folder for temporary files.
    /// - Throws: ``NotebookError/pandocMissing`` or ``NotebookError/pandocTooOld(version:)``.
    init(scratch: URL) async throws {
        guard let output = await outputOf("pandoc", ["--version"]),
            let match = output.firstMatch(of: /pandoc\S* (\d+)\.(\d+)\S*/),
            let major = Int(match.output.1), let minor = Int(match.output.2)
        else { throw NotebookError.pandocMissing }
        version = String(match.output.0.drop { $0 != " " }.dropFirst())
        guard (major, minor) >= (2, 15) else { throw NotebookError.pandocTooOld(version: version) }
        self.scratch = scratch
        template = scratch.appending(path: "page.html")
        try write(Data(PackageResources.page_html), to: template)
    }

    /// A page as HTML.
    ///
    /// - Throws: ``NotebookError/pandocFailed(page:message:)``, also for what pandoc only warns of, such as a
    ///   citation that is not in the references.
    func render(_ page: Page) async throws -> Data {
        var variables = page.variables
        variables["style"] = String(decoding: PackageResources.style_css, as: UTF8.self)
        variables["include-after"] = page.footer
        // A file, as a program that does not read its standard input would end this one.
        let body = scratch.appending(path: "body.md")
        try write(Data(page.body.utf8), to: body)
        let settings = Settings(
            template: template.path(percentEncoded: false), inputFiles: [body.path(percentEncoded: false)],
            bibliography: page.bibliography.map { [$0.path(percentEncoded: false)] } ?? [],
            tableOfContents: !page.isIndex,
            metadata: Settings.Metadata(
                title: page.title, pagetitle: page.title, linkCitations: !page.isIndex,
                suppressBibliography: page.isIndex),
            variables: variables)
        // JSON is YAML, which pandoc expects.
        let defaults = scratch.appending(path: "defaults.yaml")
        try write(JSONEncoder().encode(settings), to: defaults)

        let result = try await Subprocess.run(
            .name("pandoc"), arguments: ["--defaults", defaults.path(percentEncoded: false)],
            input: .none, output: .bytes(limit: 1 << 28), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            try Task.checkCancellation()
            let message = result.standardError.split(separator: "\n").first ?? "it gives no reason"
            throw NotebookError.pandocFailed(page: page.name, message: String(message))
        }
        return Data(result.standardOutput)
    }
}

private func write(_ data: Data, to file: URL) throws(NotebookError) {
    do {
        try data.write(to: file)
    } catch {
        throw .outputNotWritable(path: file.deletingLastPathComponent().relativePath, reason: reason(for: error))
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
