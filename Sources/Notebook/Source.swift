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

    /// The references that chapters cite, kept beside the chapters' folders.
    var bibliography: URL { folder.deletingLastPathComponent().appending(path: "references.bib") }

    /// What the chapter produced when its reference was made.
    var reference: URL { folder.appending(path: Reference.fileName) }

    /// The SHA-256 of the code in the chapter's folder: of all lines except those with nothing but a comment or prose.
    func codeChecksum() throws(NotebookError) -> String {
        do {
            let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            var code = ""
            for file in files.sorted(by: { $0.lastPathComponent < $1.lastPathComponent })
            where file.pathExtension == "swift" {
                let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
                code += lines.filter { !$0.drop(while: \.isWhitespace).hasPrefix("//") }.joined(separator: "\n")
            }
            return sha256(Data(code.utf8))
        } catch {
            throw .unreadableSource(path: folder.path(percentEncoded: false))
        }
    }

    var folder: URL { url.deletingLastPathComponent() }

    private var url: URL { URL(filePath: path) }
}
