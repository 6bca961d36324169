import Foundation

/// A claim as the report shows it.
struct ClaimView {
    let claim: Claim
    /// How it fares with several seeds; nil if that is not known.
    let spread: SeedSpread?
    /// The number of its figure, such as "1.2".
    let figureNumber: String?
    /// The files with the weights that it is measured on.
    let weights: [(id: String, path: String)]
    /// Where the paper can be read.
    let paper: String?
    /// The number of its chapter, and its page, where it is shown elsewhere.
    var chapter: (number: Int, page: String)?

    var standing: Standing { Standing(of: claim, spread: spread) }

    /// A paragraph where the claim is checked.
    var paragraph: String {
        """
        <div class="claim" id="claim-\(claim.id)">
        <p>\(HTML.badge(standing)) \(HTML.escape(claim.statement))\(reason)</p>
        <p class="measured">\(strip)\(([measured] + results + links + [permalink, entry]).joined(separator: " · "))</p>
        </div>
        """
    }

    /// A row of a table.
    var row: String {
        let number = chapter.map { "<span class=\"ordinal\">\($0.number)</span> " } ?? ""
        let place = chapter.map { " data-chapter=\"\($0.number)\"" } ?? ""
        return """
            <tr data-standing="\(standing.rawValue)"\(place)><td>\(HTML.badge(standing))</td>\
            <td>\(number)<a href="\(page)#claim-\(claim.id)">\(HTML.escape(claim.statement))</a>\(reason) \
            <span class="measured">\(strip)\(([measured] + results + links).joined(separator: " · "))</span></td></tr>
            """
    }

    /// A table of claims.
    static func table(_ views: [ClaimView]) -> String {
        """
        <table>
        <thead><tr><th scope="col">Verdict</th><th scope="col">Claim, with what was measured</th></tr></thead>
        <tbody>
        \(views.map(\.row).joined(separator: "\n"))
        </tbody>
        </table>
        """
    }

    private var page: String { HTML.escape(chapter?.page ?? "") }

    private var measured: String {
        "<b>\(HTML.escape(claim.measuredText))</b>, expected \(HTML.escape(claim.expectedText))"
    }

    private var results: [String] {
        [claim.controlText.map(HTML.escape), spread.map { HTML.seeds($0, of: claim) }].compactMap(\.self)
    }

    private var reason: String {
        claim.reason.map { " <span class=\"reason\">\(HTML.escape($0))</span>" } ?? ""
    }

    // MARK: - Links

    private var links: [String] {
        let figure = claim.figure.map { "<a href=\"\(page)#fig-\($0)\">Figure \(figureNumber ?? $0)</a>" }
        return [passage, figure, weightLinks].compactMap(\.self)
    }

    /// The section of the paper in which the claim is, linked to the claim's own words there, or else to the first place
    /// where the paper has the section's name.
    private var passage: String {
        let words = claim.passage ?? claim.source.split(separator: ", ").last.map(String.init) ?? ""
        // A dash would end the text that the link looks for.
        guard let paper, let text = words.addingPercentEncoding(withAllowedCharacters: .alphanumerics) else {
            return HTML.escape(claim.source)
        }
        let name = chapter == nil ? "the paper" : claim.source
        return "<a href=\"\(HTML.escape(paper))#:~:text=\(text)\">\(HTML.escape(name))</a>"
    }

    /// The files of weights, numbered where there are several.
    private var weightLinks: String? {
        let links = weights.enumerated().map { index, file in
            let name = weights.count == 1 ? "weights" : String(index + 1)
            return "<a href=\"\(HTML.escape(file.path))\" title=\"\(HTML.escape(file.id))\">\(name)</a>"
        }
        if links.isEmpty { return nil }
        return links.count == 1 ? links[0] : "weights " + links.joined(separator: " ")
    }

    private var permalink: String { "<a href=\"#claim-\(claim.id)\">link to this claim</a>" }

    /// Its place in the manifest, which a browser looks for by the words.
    private var entry: String {
        let text = "\"id\" : \"\(claim.id)\"".addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return
            "<a href=\"\(Manifest.fileName)#:~:text=\(text)\"><code>\(HTML.escape(claim.id))</code> in the manifest</a>"
    }

    // MARK: - A small picture

    /// The expected range as a band, what other seeds gave as dots, the control as a cross and what was measured as a
    /// diamond. The words beside it say all of it.
    private var strip: String {
        let values = ([claim.measured] + (spread?.measured ?? []) + [claim.control?.measured].compactMap(\.self))
            .filter(\.isFinite)
        let ends = [claim.expected.lowerBound, claim.expected.upperBound].filter(\.isFinite)
        guard claim.measured.isFinite, let least = (values + ends).min(), let greatest = (values + ends).max() else {
            return ""
        }
        let (width, height, margin) = (108.0, 14.0, 6.0)
        let length = greatest > least ? greatest - least : max(abs(least), 1)
        func x(_ value: Double) -> Double {
            if value == -.infinity { return 0 }
            if value == .infinity { return width }
            let place = greatest > least ? (value - least) / length : 0.5
            return margin + (width - 2 * margin) * place
        }
        func text(_ value: Double) -> String { String(format: "%.1f", value) }
        let (start, end) = (x(claim.expected.lowerBound), x(claim.expected.upperBound))
        let middle = height / 2
        var marks = [
            "<rect class=\"range\" x=\"\(text(start))\" y=\"1\" width=\"\(text(max(end - start, 2)))\" height=\"\(text(height - 2))\"/>",
            "<path class=\"axis\" d=\"M0 \(text(middle))H\(text(width))\"/>",
        ]
        if let control = claim.control?.measured, control.isFinite {
            let (x, y) = (x(control), middle)
            marks.append(
                "<path class=\"control\" d=\"M\(text(x - 3)) \(text(y - 3))l6 6m0 -6l-6 6\"/>")
        }
        marks += (spread?.measured ?? []).filter(\.isFinite).map {
            "<circle cx=\"\(text(x($0)))\" cy=\"\(text(middle))\" r=\"2\"/>"
        }
        marks.append(
            "<path class=\"own\" d=\"M\(text(x(claim.measured))) \(text(middle - 5))l3.5 5l-3.5 5l-3.5 -5z\"/>")
        return """
            <svg class="strip" viewBox="0 0 \(text(width)) \(text(height))" width="\(text(width))" height="\(text(height))" \
            aria-hidden="true">\(marks.joined())</svg>
            """
    }

    /// What the small pictures show.
    static let key =
        "Small pictures show the expected range (band), what was measured (diamond), other seeds (dots) and the control (cross)."
}

extension [ClaimView] {
    /// Claims of a chapter.
    ///
    /// - Parameters:
    ///   - figures: where the claims' figures have their numbers.
    ///   - experiments: where the claims' weights have their files.
    ///   - spreads: how the claims fare with several seeds, where that was tried.
    ///   - chapter: the number and page of the chapter, where they are shown elsewhere.
    ///   - paper: where the paper can be read.
    init(
        _ claims: [Claim], figures: [Manifest.Figure], experiments: [Manifest.Experiment], spreads: [SeedSpread],
        chapter: (number: Int, page: String)? = nil, paper: String?
    ) {
        let files = Dictionary(experiments.map { ($0.id, $0.file.path) }, uniquingKeysWith: { first, _ in first })
        let numbers = Dictionary(figures.map { ($0.id, $0.number) }, uniquingKeysWith: { first, _ in first })
        let seeds = Dictionary(spreads.map { ($0.claim, $0) }, uniquingKeysWith: { first, _ in first })
        self = claims.map { claim in
            ClaimView(
                claim: claim, spread: seeds[claim.id], figureNumber: claim.figure.flatMap { numbers[$0] },
                weights: claim.weights.compactMap { id in files[id].map { (id, $0) } }, paper: paper, chapter: chapter)
        }
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
    var sign: String { ["", "%", "°", "×"].contains(unit) ? unit : "" }
}
