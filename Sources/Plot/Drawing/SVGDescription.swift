import Foundation

/// What an SVG says of itself to screen readers, to search and to those who open it alone.
struct SVGDescription {
    /// What the figure is called.
    let title: String
    /// What a sighted reader would conclude.
    let text: String

    /// The file with the description as the root's first children.
    func added(to file: Data) -> Data {
        let tags = Array("<title>\(Self.escape(title))</title>\n<desc>\(Self.escape(text))</desc>\n".utf8)
        guard let root = file.firstRange(of: Data("<svg ".utf8)),
            let end = file[root.upperBound...].firstIndex(of: UInt8(ascii: ">"))
        else { return file }
        let start = file.index(after: end)
        return file[..<start] + Data("\n".utf8) + tags + file[start...].drop { $0 == UInt8(ascii: "\n") }
    }

    /// Text as XML text; what XML cannot have is left out.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\n", "\t": escaped += " "
            case _ where scalar.value < 0x20: break
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
