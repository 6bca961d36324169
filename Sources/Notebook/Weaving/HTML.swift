import Foundation

/// Pieces of HTML in Pandoc Markdown.
enum HTML {
    /// Text as HTML text or as the value of an attribute.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// HTML that pandoc passes on as it is.
    static func raw(_ html: String) -> String { fenced(html, as: "{=html}") }

    /// A block in a fence that nothing in it can close.
    static func fenced(_ text: String, as kind: String) -> String {
        let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return "\(fence) \(kind)\n\(text)\n\(fence)"
    }

    /// A badge with a standing's name, or with how many claims have it.
    static func badge(_ standing: Standing, count: Int? = nil) -> String {
        let name = standing.rawValue
        let text = count.map { "\($0) \(name)" } ?? name
        return "<span class=\"verdict \(name.replacing(" ", with: "-"))\">\(text)</span>"
    }

    /// How a claim fares with several seeds, and whether this run's value is one that the reference does not know.
    static func seeds(_ spread: SeedSpread, of claim: Claim) -> String {
        let isOutside = spread.isReference && !spread.covers(claim.measured)
        return "holds with <b\(spread.isSteady ? "" : " class=\"unsteady\"")>\(spread.share)</b>: "
            + escape(spread.range(sign: claim.sign))
            + (isOutside ? " (<b class=\"unsteady\">this run’s value is outside</b>)" : "")
    }
}
