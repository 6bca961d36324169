import Foundation

/// The Swift file that a chapter is written in.
public struct Source: Hashable, Sendable {
    /// Where the file was when it was compiled.
    public let path: String

    /// The file that calls this initialiser: it reads its own path, so none is given.
    public init(path: String = #filePath) {
        self.path = path
    }

    /// The name of the chapter's folder, such as `01-demonstrating-superposition`: it names the chapter's page,
    /// its folders of figures and data, and the chapter on the command line.
    public var slug: String { folder.lastPathComponent }

    /// The page's file name in the output folder.
    var page: String { slug + ".html" }

    /// The folder in the output folder where the chapter's Swift files are copied.
    var copies: String { "source/" + slug }

    /// The number that the slug starts with, or 0.
    public var number: Int { Int(slug.prefix { $0.isASCII && $0.isNumber }) ?? 0 }

    /// The file's name.
    public var name: String { url.lastPathComponent }

    /// The first heading of the prose, `//: # …`, in plain text.
    ///
    /// - Throws: ``NotebookError`` if the file cannot be read or has no such heading.
    public func title() throws(NotebookError) -> String { try text().title }

    /// The file, split into prose and cells.
    func text() throws(NotebookError) -> ChapterText {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .unreadableSource(path: path)
        }
        return try ChapterText(String(decoding: data, as: UTF8.self), file: name)
    }

    /// Throws unless the chapter's code defines all names that its prose uses: before anything is trained, as far as
    /// the source shows it.
    func checkNames(in text: ChapterText) throws(NotebookError) {
        let defined = DefinedNames(in: try swiftFiles().map(\.text))
        for case .prose(let lines) in text.segments {
            _ = try replaceInterpolations(in: lines) { name, line throws(NotebookError) in
                guard defined.contains(name) else { throw .undefinedValue(name: name, file: self.name, line: line) }
                return ""
            }
        }
    }

    /// The references that chapters cite, kept beside the chapters' folders.
    var bibliography: URL { folder.deletingLastPathComponent().appending(path: "references.bib") }

    /// What the chapter produced when its reference was made.
    var reference: URL { folder.appending(path: Reference.fileName) }

    /// The SHA-256 of the code in the chapter's folder: of all lines but those with nothing but a comment or prose.
    func codeChecksum() throws(NotebookError) -> String {
        let code = try swiftFiles().map { file in
            file.text.split(whereSeparator: \.isNewline).filter { !$0.drop(while: \.isWhitespace).hasPrefix("//") }
                .joined(separator: "\n")
        }
        return sha256(Data(code.joined().utf8))
    }

    /// The Swift files of the chapter's folder, by name.
    func swiftFiles() throws(NotebookError) -> [(name: String, text: String)] {
        do {
            return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "swift" }
                .sorted { $0.lastPathComponent < $1.lastPathComponent }
                .map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
        } catch {
            throw .unreadableSource(path: folder.path(percentEncoded: false))
        }
    }

    /// The folder of all chapters' folders.
    public var chaptersFolder: URL { folder.deletingLastPathComponent() }

    var folder: URL { url.deletingLastPathComponent() }

    private var url: URL { URL(filePath: path) }
}
