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

    /// A table of claims with their verdicts.
    ///
    /// - Parameters:
    ///   - figures: where the claims' figures have their numbers.
    ///   - spreads: how the claims fare with several seeds, where that was tried.
    ///   - experiments: where the claims' weights have their files.
    ///   - page: the page of the claims; nil for that of the table.
    ///   - paper: where the paper can be read, to which the sections are linked.
    static func claims(
        _ claims: [Claim], figures: [Manifest.Figure], experiments: [Manifest.Experiment], spreads: [SeedSpread],
        page: String? = nil, paper: String? = nil
    ) -> String {
        let files = Dictionary(experiments.map { ($0.id, $0.file.path) }, uniquingKeysWith: { first, _ in first })
        let numbers = Dictionary(figures.map { ($0.id, $0.number) }, uniquingKeysWith: { first, _ in first })
        let seeds = Dictionary(spreads.map { ($0.claim, $0) }, uniquingKeysWith: { first, _ in first })
        let prefix = escape(page ?? "")
        let rows = claims.map { claim in
            let spread = seeds[claim.id]
            let figure = claim.figure.map { id in
                "<a href=\"\(prefix)#fig-\(id)\">Figure \(numbers[id] ?? id)</a>"
            }
            let details = [
                "<b>\(escape(claim.measuredText))</b>, expected \(escape(claim.expectedText))",
                claim.controlText.map(escape),
                spread.map { Self.seeds($0, of: claim) },
                place(of: claim, in: paper, name: page == nil ? "the paper" : claim.source),
                figure,
                weights(of: claim, files: files),
            ]
            return """
                <tr><td>\(badge(Standing(of: claim, spread: spread)))</td>\
                <td><a href="\(prefix)#claim-\(claim.id)">\(escape(claim.statement))</a> \
                <span class="measured">\(details.compactMap(\.self).joined(separator: " · "))</span></td></tr>
                """
        }
        return """
            <table>
            <thead><tr><th scope="col">Verdict</th><th scope="col">Claim, with what was measured</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table>
            """
    }
}

extension HTML {
    /// Links to the weights that a claim is measured on, numbered where there are several; nil where there are none.
    fileprivate static func weights(of claim: Claim, files: [String: String]) -> String? {
        let links = claim.weights.enumerated().compactMap { index, id in
            files[id].map { path in
                let name = claim.weights.count == 1 ? "weights" : String(index + 1)
                return "<a href=\"\(escape(path))\" title=\"\(escape(id))\">\(name)</a>"
            }
        }
        if links.isEmpty { return nil }
        return links.count == 1 ? links[0] : "weights " + links.joined(separator: " ")
    }

    /// The section of the paper in which a claim is, such as "Its Chapter, Its Section", linked to the claim's own words
    /// there, or else to the first place where the paper has the section's name.
    ///
    /// - Parameter name: what the link is called.
    fileprivate static func place(of claim: Claim, in paper: String?, name: String) -> String {
        let words = claim.passage ?? claim.source.split(separator: ", ").last.map(String.init) ?? ""
        // A dash would end the text that the link looks for.
        let allowed = CharacterSet.alphanumerics
        guard let paper, let text = words.addingPercentEncoding(withAllowedCharacters: allowed) else {
            return escape(claim.source)
        }
        return "<a href=\"\(escape(paper))#:~:text=\(text)\">\(escape(name))</a>"
    }
}

extension Claim {
    /// The measured value as a reader wants it: "16 of 16 models".
    var measuredText: String {
        let value = display(measured) + (total.map { " of \(display($0))" } ?? "") + sign
        return unit == sign ? value : value + " " + unit
    }

    /// What the control gives as a reader wants it: "0.5 with independent features".
    var controlText: String? {
        control.map { control in
            let isInside = expected.contains(control.measured) || control.measured.isNaN
            return "\(display(control.measured))\(sign) with \(control.name)"
                + (isInside ? ", so that the range says nothing" : "")
        }
    }

    /// The expected range as a reader wants it, in the measured value's unit: "15 to 16".
    var expectedText: String {
        let (low, high) = (expected.lowerBound, expected.upperBound)
        let range =
            if low == high {
                display(low)
            } else if high == .infinity {
                low == -.infinity ? "any" : "≥ " + display(low)
            } else if low == -.infinity {
                "≤ " + display(high)
            } else {
                display(low) + " to " + display(high)
            }
        return range + sign
    }

    /// The unit, if it is a sign that stands right after a number.
    fileprivate var sign: String { ["", "%", "°", "×"].contains(unit) ? unit : "" }
}
