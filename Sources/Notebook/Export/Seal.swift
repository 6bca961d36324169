import Foundation

/// The mark that an export leaves at the end of its file: the SHA-256 of what stands before. So a later export knows that
/// the file is of an earlier one and that nobody has changed it since.
enum Seal: String, CaseIterable {
    /// A comment at the end of an HTML file.
    case html
    /// A comment after the end of a PDF.
    case pdf
    /// The comment of a ZIP archive, as an EPUB is one.
    case zip

    /// A file with its mark.
    func sealed(_ data: Data) -> Data {
        let mark = mark(for: data)
        // The last two bytes of an archive are the length of its comment.
        guard self == .zip else { return data + mark }
        return data.dropLast(2) + Data([UInt8(mark.count), 0]) + mark
    }

    /// Whether a file has its mark, and has not changed since it got it.
    func isIntact(_ data: Data) -> Bool {
        let mark = mark(for: Data())
        guard data.count > mark.count + 2 else { return false }
        let content = data.dropLast(mark.count)
        return sealed(self == .zip ? content.dropLast(2) + Data([0, 0]) : content) == data
    }

    private func mark(for data: Data) -> Data {
        let text = "superposition export, sha256 \(sha256(data))"
        return switch self {
        case .html: Data("<!-- \(text) -->\n".utf8)
        case .pdf: Data("%\(text)\n".utf8)
        case .zip: Data(text.utf8)
        }
    }
}
