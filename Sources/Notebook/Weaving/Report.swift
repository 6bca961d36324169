import Foundation

/// The pages of a book.
struct Report {
    let book: Book
    /// The chapters that it will have, in reading order, also where they have not run yet.
    let contents: [Entry]

    /// What a chapter's neighbours know of it.
    struct Entry {
        var slug, title, page: String
        var number: Int
    }

    /// The first page's file name.
    static let index = "index.html"

    /// The page of a chapter, from its woven text.
    ///
    /// - Parameter sources: links to copies of its Swift files.
    func page(
        of chapter: Manifest.Chapter, markdown: String, bibliography: URL, sources: [(name: String, path: String)] = []
    ) -> Pandoc.Page {
        var variables = [
            "home": Self.index, "turn": turner(of: chapter.slug), "turn-first": turner(of: chapter.slug, isFirst: true),
            "number": String(chapter.number), "book": book.title,
        ]
        if !chapter.claims.isEmpty { variables["verdicts"] = badges(chapter.claims.standings(chapter.spreads)) }
        var body = markdown
        if chapter.provenance.profile == .quick {
            variables["quick"] = "true"
            body = Self.quickBanner + "\n\n" + body
        }
        return Pandoc.Page(
            name: chapter.page, title: chapter.title, body: body,
            footer: chapter.provenance.footer(
                seconds: chapter.seconds, cells: chapter.cells, sources: sources),
            bibliography: Self.existing(bibliography),
            variables: variables)
    }

    /// The page of a chapter that was rendered by an earlier run, with links to its present neighbours.
    func turned(_ page: Data, of chapter: Manifest.Chapter) -> Data {
        var text = String(decoding: page, as: UTF8.self)
        for isFirst in [true, false] {
            guard let start = text.range(of: Self.turnerStart(isFirst: isFirst)),
                let end = text.range(of: Self.turnerEnd, range: start.upperBound..<text.endIndex)
            else { return page }
            text.replaceSubrange(start.lowerBound..<end.upperBound, with: turner(of: chapter.slug, isFirst: isFirst))
        }
        return Data(text.utf8)
    }

    /// Links to the chapters before and after a chapter, at the first or at the last end of its page.
    private func turner(of slug: String, isFirst: Bool = false) -> String {
        let position = contents.firstIndex { $0.slug == slug } ?? 0
        func link(_ kind: String, _ name: String, to neighbour: Int) -> [String] {
            guard contents.indices.contains(neighbour) else { return [] }
            let chapter = contents[neighbour]
            let title = "\(chapter.number) " + HTML.escape(chapter.title)
            return ["<a class=\"\(kind)\" rel=\"\(kind)\" href=\"\(chapter.page)\"><span>\(name)</span> \(title)</a>"]
        }
        let links = link("prev", "Previous", to: position - 1) + link("next", "Next", to: position + 1)
        return ([Self.turnerStart(isFirst: isFirst)] + links + [Self.turnerEnd]).joined(separator: "\n")
    }

    private static func turnerStart(isFirst: Bool) -> String {
        isFirst
            ? "<nav class=\"turn first\" aria-label=\"Chapters before and after\">"
            : "<nav class=\"turn\" aria-label=\"Go on reading\">"
    }

    private static let turnerEnd = "</nav>"

    /// The first page: the chapters, and the claims of all of them.
    func index(of manifest: Manifest, bibliography: URL?) -> Pandoc.Page {
        let isQuick = manifest.chapters.contains { $0.provenance.profile == .quick }
        var blocks = isQuick ? [Self.quickBanner] : []
        blocks += [book.summary, HTML.raw("<ol class=\"chapters\">")]
        for chapter in manifest.chapters { blocks += card(chapter) }
        blocks.append(HTML.raw("</ol>"))
        let views = manifest.chapters.flatMap { chapter in
            [ClaimView](
                chapter.claims, figures: chapter.figures, experiments: chapter.experiments, spreads: chapter.spreads,
                chapter: (chapter.number, chapter.page), paper: book.paper)
        }
        if !views.isEmpty { blocks.append(HTML.raw(claims(views, of: manifest))) }
        blocks.append(Reproducibility.notice(book, manifest))
        return Pandoc.Page(
            name: Self.index, title: book.title, body: blocks.joined(separator: "\n\n") + "\n",
            footer: manifest.provenance.footer(
                seconds: manifest.provenance.isDateGiven
                    ? nil : manifest.chapters.reduce(0) { $0 + ($1.seconds ?? 0) }),
            bibliography: bibliography.flatMap(Self.existing), isIndex: true,
            variables: isQuick ? ["quick": "true"] : [:])
    }

    /// A chapter's picture, its result, and its verdicts.
    private func card(_ chapter: Manifest.Chapter) -> [String] {
        let picture = chapter.figures.first { $0.id == chapter.resultFigure }.flatMap { figure in
            figure.files["svg"].map { file in
                let dark = figure.files["dark.svg"].map { file in
                    "<source media=\"(prefers-color-scheme: dark)\" srcset=\"\(HTML.escape(file.path))\">"
                }
                // The heading beside it is the link that is read out.
                return """
                    <a class="picture" href="\(chapter.page)#fig-\(figure.id)" tabindex="-1" aria-hidden="true">\
                    <picture>\(dark ?? "")<img src="\(HTML.escape(file.path))" alt="" loading="lazy"></picture></a>
                    """
            }
        }
        // Footnotes stay with the chapter; a link inside it leads there.
        let text = (chapter.result ?? chapter.summary).replacing(/\[\^[^\]]*\]/, with: "")
            .replacing("](#", with: "](\(chapter.page)#")
        return [
            HTML.raw(
                """
                <li>\(picture ?? "")<div>
                <h2><a href="\(chapter.page)"><span class="ordinal">\(chapter.number)</span> \(HTML.escape(chapter.title))</a></h2>
                """),
            text,
            HTML.raw("<p class=\"verdicts\">\(badges(chapter.claims.standings(chapter.spreads)))</p></div></li>"),
        ]
    }

    /// All claims, those first that do not hold, and what chooses among them.
    private func claims(_ views: [ClaimView], of manifest: Manifest) -> String {
        func options(_ names: [(value: String, name: String)]) -> String {
            names.map { "<option value=\"\($0.value)\">\(HTML.escape($0.name))</option>" }.joined()
        }
        let standings = Standing.allCases.reversed().filter { standing in views.contains { $0.standing == standing } }
        let sections = standings.map { standing in
            let views = views.filter { $0.standing == standing }
            let heading =
                "<h3>\(standing.rawValue.prefix(1).uppercased() + standing.rawValue.dropFirst()) (\(views.count))</h3>"
            // What holds need not be read to see where the book stands.
            let (opening, closing) =
                standing == .reproduced
                ? ("<details><summary>\(heading)</summary>", "</details>") : (heading, "")
            return "<section class=\"group\">\n\(opening)\n\(ClaimView.table(views))\n\(closing)</section>"
        }
        return """
            <section class="claims" id="claims">
            <h2>Claims</h2>
            <p class="verdicts">\(badges(manifest.standings))</p>
            \(seedsNote(manifest))<p>\(ClaimView.key)</p>
            <form class="filter" hidden>
            <label>Verdict <select name="standing"><option value="">all</option>\
            \(options(standings.map { ($0.rawValue, $0.rawValue) }))</select></label>
            <label>Chapter <select name="chapter"><option value="">all</option>\
            \(options(manifest.chapters.map { (String($0.number), "\($0.number) \($0.title)") }))</select></label>
            <label>With the words <input name="words" type="search" autocomplete="off"></label>
            <output aria-live="polite"></output>
            </form>
            \(sections.joined(separator: "\n"))
            </section>
            """
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
        let rest =
            others > 0 ? " (\(display(others, "claim")) \(others == 1 ? "was" : "were") not checked that way.)" : ""
        return "<p>\(origin)\(rest) A claim counts as reproduced if it holds with at least nine of ten seeds, and as "
            + "<em>unsteady</em> if it holds with this run’s but with fewer of the others.</p>\n"
    }

    static let quickBanner = HTML.raw(
        """
        <aside class="profile"><p><strong>Quick profile.</strong> These models were trained for fewer steps than \
        the paper’s. Do not read the verdicts as the paper’s.</p></aside>
        """)

    private static func existing(_ file: URL) -> URL? {
        FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) ? file : nil
    }
}
