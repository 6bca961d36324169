import Foundation

/// What an SVG says of itself to screen readers, to search and to those who open it alone.
struct SVGDescription {
    /// What the figure is called.
    let title: String
    /// What a sighted reader would conclude.
    let text: String
    /// What is written in it.
    let texts: [Recorder.Text]
    let family: String

    /// The file with the description as the root's first children, and at its end the texts.
    ///
    /// Cairo draws letters as outlines, so that they look alike everywhere. The texts lie over them, unseen and as wide as
    /// these, so that they can be searched, marked and read aloud.
    func added(to file: Data) -> Data {
        let tags = Array("<title>\(Self.escape(title))</title>\n<desc>\(Self.escape(text))</desc>\n".utf8)
        guard let root = file.range(of: Data("<svg ".utf8)),
            let end = file[root.upperBound...].firstIndex(of: UInt8(ascii: ">"))
        else { return file }
        let start = file.index(after: end)
        let body = file[start...].drop { $0 == UInt8(ascii: "\n") }
        guard let close = body.range(of: Data("</svg>".utf8), options: .backwards) else { return file }
        var described = Data(file[..<start])
        described.append(contentsOf: Array("\n".utf8) + tags)
        described.append(body[..<close.lowerBound])
        described.append(contentsOf: layer.utf8)
        described.append(body[close.lowerBound...])
        return described
    }

    private var layer: String {
        let lines = texts.compactMap { text -> String? in
            let plain = PlainText.of(text.markup)
            guard plain.contains(where: { !$0.isWhitespace }) else { return nil }
            func number(_ value: Double) -> String { String(format: "%.4g", locale: nil, value) }
            let (x, y) = (number(text.start.x), number(text.start.y))
            let width = text.width.map { " textLength=\"\(number($0))\" lengthAdjust=\"spacingAndGlyphs\"" } ?? ""
            let turn = text.angle == 0 ? "" : " transform=\"rotate(\(number(text.angle * 180 / .pi)) \(x) \(y))\""
            let size = number(text.size)
            return "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\"\(width)\(turn)>\(Self.escape(plain))</text>"
        }
        guard !lines.isEmpty else { return "" }
        return "<g font-family=\"\(Self.escape(family))\" fill-opacity=\"0\">\n" + lines.joined(separator: "\n")
            + "\n</g>\n"
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
