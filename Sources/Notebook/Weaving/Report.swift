import Foundation

/// The pages of a book.
struct Report {
    let book: Book
    /// The chapters that it will have, in reading order, also where they have not run yet.
    let contents: [Entry]

    /// What a chapter's neighbours know of it.
    struct Entry {
        var slug, title, page: String
    }

    /// The first page's file name.
    static let index = "index.html"

    /// The page of a chapter, from its woven text.
    func page(of chapter: Manifest.Chapter, markdown: String, bibliography: URL) -> Pandoc.Page {
        var variables = ["home": Self.index, "turn": turner(of: chapter.slug)]
        var body = markdown
        if chapter.provenance.profile == .quick {
            variables["quick"] = "true"
            body = Self.quickBanner + "\n\n" + body
        }
        return Pandoc.Page(
            name: chapter.page, title: chapter.title, body: body,
            footer: chapter.provenance.footer(seconds: chapter.seconds, cells: chapter.cells),
            bibliography: Self.existing(bibliography),
            variables: variables)
    }

    /// The page of a chapter that was rendered by an earlier run, with links to its present neighbours.
    func turned(_ page: Data, of chapter: Manifest.Chapter) -> Data {
        let text = String(decoding: page, as: UTF8.self)
        guard let start = text.range(of: Self.turnerStart),
            let end = text.range(of: Self.turnerEnd, range: start.upperBound..<text.endIndex)
        else { return page }
        return Data(
            text.replacingCharacters(in: start.lowerBound..<end.upperBound, with: turner(of: chapter.slug)).utf8)
    }

    /// Links to the chapters before and after a chapter.
    private func turner(of slug: String) -> String {
        let position = contents.firstIndex { $0.slug == slug } ?? 0
        func link(_ kind: String, _ name: String, to neighbour: Int) -> [String] {
            guard contents.indices.contains(neighbour) else { return [] }
            let chapter = contents[neighbour]
            let title = HTML.escape(chapter.title)
            return ["<a class=\"\(kind)\" rel=\"\(kind)\" href=\"\(chapter.page)\"><span>\(name)</span> \(title)</a>"]
        }
        let links = link("prev", "Previous", to: position - 1) + link("next", "Next", to: position + 1)
        return ([Self.turnerStart] + links + [Self.turnerEnd]).joined(separator: "\n")
    }

    private static let turnerStart = "<nav class=\"turn\" aria-label=\"Chapters\">"
    private static let turnerEnd = "</nav>"

    /// The first page: the chapters, and the claims of all of them.
    func index(of manifest: Manifest, bibliography: URL?) -> Pandoc.Page {
        let isQuick = manifest.chapters.contains { $0.provenance.profile == .quick }
        var blocks = isQuick ? [Self.quickBanner] : []
        blocks += [book.summary, HTML.raw("<ol class=\"chapters\">")]
        for chapter in manifest.chapters {
            blocks += [
                HTML.raw(
                    "<li value=\"\(chapter.number)\"><a href=\"\(chapter.page)\">\(HTML.escape(chapter.title))</a>"),
                // Footnotes stay with the chapter; a link inside it leads there.
                chapter.summary.replacing(/\[\^[^\]]*\]/, with: "").replacing("](#", with: "](\(chapter.page)#"),
                HTML.raw("<p class=\"verdicts\">\(badges(chapter.claims.standings(chapter.spreads)))</p></li>"),
            ]
        }
        blocks.append(HTML.raw("</ol>"))
        let claims = manifest.chapters.filter { !$0.claims.isEmpty }.map { chapter in
            """
            <h3>\(HTML.escape(chapter.title))</h3>
            \(HTML.claims(
                chapter.claims, figures: chapter.figures, experiments: chapter.experiments, spreads: chapter.spreads,
                page: chapter.page,
                paper: book.paper))
            """
        }
        if !claims.isEmpty {
            let sections = claims.joined(separator: "\n")
            blocks.append(
                HTML.raw(
                    "<section class=\"claims\">\n<h2>Claims</h2>\n<p class=\"verdicts\">\(badges(manifest.standings))</p>\n\(seedsNote(manifest))\n\(sections)\n</section>"
                ))
        }
        blocks.append(Reproducibility.notice(book, manifest))
        return Pandoc.Page(
            name: Self.index, title: book.title, body: blocks.joined(separator: "\n\n") + "\n",
            footer: manifest.provenance.footer(
                seconds: manifest.provenance.isDateGiven
                    ? nil : manifest.chapters.reduce(0) { $0 + ($1.seconds ?? 0) }),
            bibliography: bibliography.flatMap(Self.existing), isIndex: true,
            variables: isQuick ? ["quick": "true"] : [:])
    }

    private func badges(_ standings: [(standing: Standing, count: Int)]) -> String {
        standings.map { HTML.badge($0.standing, count: $0.count) }.joined(separator: " ")
    }

    /// Where the counts of seeds come from.
    private func seedsNote(_ manifest: Manifest) -> String {
        let spreads = manifest.chapters.flatMap(\.spreads)
        guard let most = spreads.map(\.seeds.count).max() else { return "" }
        let origin =
            spreads.contains(where: \.isReference)
            ? "How claims fare with \(most) seeds was found when the book’s references were made; what is measured is this run’s."
            : "All claims were checked with \(most) seeds in this run."
        let others = manifest.claims.count - spreads.count
        let rest = others > 0 ? " (\(display(others, "claim")) were not checked that way.)" : ""
        return "<p>\(origin)\(rest) A claim counts as reproduced if it holds with at least nine of ten seeds, and as "
            + "<em>unsteady</em> if it holds with this run’s but with fewer of the others.</p>\n"
    }

    private static let quickBanner = HTML.raw(
        """
        <aside class="profile"><p><strong>Quick profile.</strong> These models were trained for fewer steps than \
        the paper’s. Do not read the verdicts as the paper’s.</p></aside>
        """)

    private static func existing(_ file: URL) -> URL? {
        FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) ? file : nil
    }
}
