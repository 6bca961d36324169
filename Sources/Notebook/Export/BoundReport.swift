import Foundation

/// All pages of a report as one HTML document: links between pages become links inside it, and each page's ids begin with
/// the page's name, so that they stay unique.
struct BoundReport {
    /// What the document is for.
    enum Purpose {
        /// A browser: figures are inside, scripts run.
        case browser
        /// An e-book, which pandoc makes of it: plain elements, figures by their paths, no scripts, no code.
        case book
    }

    let report: SavedReport
    let purpose: Purpose

    /// One page, ready to be put beside others.
    private struct Part {
        /// The page's id in the document.
        var id: String
        /// The title, as HTML.
        var title: String
        /// The text, as HTML.
        var body: String
        /// The sections of the first level: their ids, and their titles as HTML.
        var sections: [(id: String, title: String)] = []
    }

    /// The document for a browser.
    func html() throws(ExportError) -> String {
        let pages = try texts()
        var parts: [Part] = []
        for (path, text) in pages { parts.append(try part(path, text)) }
        var (styles, scripts): ([String], [String]) = ([], [])
        for (_, text) in pages {
            // What stands in the text itself is kept there.
            let main = HTMLRewriter.content(of: "main", in: text) ?? ""
            let around = text.replacing(main, with: "", maxReplacements: 1)
            styles += HTMLRewriter.contents(of: "style", in: around).filter { !styles.contains($0) }
            scripts += HTMLRewriter.contents(of: "script", in: around).filter { !scripts.contains($0) }
        }
        let contents = parts.dropFirst().map { part in
            let sections = part.sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" }.joined()
            return "<li><a href=\"#\(part.id)\">\(HTMLRewriter.plain(part.title))</a>"
                + (sections.isEmpty ? "" : "<ul>\(sections)</ul>") + "</li>"
        }
        let articles = parts.map { part in
            """
            <article id="\(part.id)">
            <header class="title">
            \(part.id == Self.firstID ? "" : Self.back)
            <h1>\(part.title)</h1>
            \(part.id == Self.firstID ? "<p class=\"note\">\(note)</p>" : "")
            </header>
            \(part.body)
            </article>
            """
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="generator" content="superposition \(HTML.escape(Provenance.packageVersion))">
            <title>\(HTMLRewriter.plain(parts.first?.title ?? ""))</title>
            <style>
            \(styles.joined(separator: "\n"))
            \(Self.style)
            </style>
            </head>
            <body class="bound">
            <a class="skip" href="#text">Skip to the text</a>
            <nav class="contents" aria-label="Contents">
            <details>
            <summary>Contents</summary>
            <ul>
            \(contents.joined(separator: "\n"))
            </ul>
            </details>
            </nav>
            <main id="text" tabindex="-1">
            \(articles.joined(separator: "\n"))
            </main>
            \(scripts.map { "<script>\($0)</script>" }.joined(separator: "\n"))
            </body>
            </html>

            """
    }

    /// The document for pandoc: titles at the top level, where it divides a book into chapters.
    func book() throws(ExportError) -> String {
        var body = ""
        for (path, text) in try texts() {
            let part = try part(path, text)
            let title = part.id == Self.firstID ? "About this report" : part.title
            body += "<h1 id=\"\(part.id)\">\(title)</h1>\n\(part.body)\n"
        }
        // Pandoc keeps the ids of some elements only, and a link must lead somewhere.
        let ids = Set(body.matches(of: /\sid="([^"]+)"/).map { String($0.output.1) })
        let linked = HTMLRewriter.rewrite(body) { tag in
            guard tag.name == "a", let target = tag["href"], target.hasPrefix("#") else { return .keep }
            return ids.contains(String(target.dropFirst())) ? .keep : .unwrap
        }
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title></title></head><body>
            \(linked)</body></html>

            """
    }

    /// The title of the report, in plain text.
    func title() throws(ExportError) -> String {
        let text = try report.text(Report.index)
        return HTMLRewriter.plain(HTMLRewriter.content(of: "h1", in: text, isFirst: true) ?? "")
            .replacing("&amp;", with: "&").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
            .replacing("&quot;", with: "\"").replacing("\n", with: " ")
    }

    // MARK: - Parts

    private static let firstID = "report"
    private static let back = "<p><a href=\"#\(firstID)\">All chapters</a></p>"

    private static let style = """
        .bound article + article { margin-top: 6rem; border-top: 3px double var(--rule); }
        .bound .title { padding-top: 2.5rem; }
        .bound .note { margin: 1rem 0 0; color: var(--quiet); font-weight: 400; }
        @media print { .bound article + article { margin-top: 0; border: 0; break-before: page; } }
        """

    /// What the reader of the one file does not have.
    private var note: String {
        let provenance = report.manifest.provenance
        let commit = provenance.commit.map { ", commit <code>\(HTML.escape(String($0.prefix(12))))</code>" } ?? ""
        return
            "The whole report in one file, of version \(HTML.escape(provenance.version))\(commit). The trained weights, "
            + "and the numbers behind the figures, are in the folder of the report."
    }

    private func texts() throws(ExportError) -> [(path: String, text: String)] {
        var texts: [(path: String, text: String)] = []
        for path in report.pages { texts.append((path, try report.text(path))) }
        return texts
    }

    private func id(ofPage path: String) -> String {
        path == Report.index ? Self.firstID : String(path.dropLast(".html".count))
    }

    /// What a page's ids begin with.
    private func prefix(ofPage path: String) -> String { path == Report.index ? "" : id(ofPage: path) + "--" }

    private func part(_ path: String, _ text: String) throws(ExportError) -> Part {
        guard let main = HTMLRewriter.content(of: "main", in: text),
            let title = HTMLRewriter.content(of: "h1", in: text, isFirst: true)
        else { throw .pageUnreadable(path: report.tree.name(path)) }
        let body = try HTMLRewriter.rewrite(main) { (tag) throws(ExportError) in try change(&tag, of: path) }
        let sections = body.matches(of: /<section id="([^"]*)"[^>]*>\s*<h2[^>]*>(.*?)<\/h2>/.dotMatchesNewlines()).map {
            (id: String($0.output.1), title: HTMLRewriter.plain(String($0.output.2)))
        }
        return Part(id: id(ofPage: path), title: title, body: body, sections: sections)
    }

    /// Attributes that name other elements of the page by their ids.
    private static let references: Set = [
        "for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details", "aria-owns", "aria-flowto",
        "aria-activedescendant", "headers", "list", "form", "popovertarget",
    ]

    private func change(_ tag: inout HTMLRewriter.Tag, of page: String) throws(ExportError) -> HTMLRewriter.Action {
        let prefix = prefix(ofPage: page)
        if tag.isOf("downloads") { return .remove }
        if purpose == .book, let action = simplify(&tag) { return action }
        if tag.name == "a", let target = tag["href"] {
            guard let link = link(target, from: page) else { return .unwrap }
            tag["href"] = link
        }
        for (name, value) in tag.attributes {
            switch name {
            case "id": tag["id"] = prefix + value
            case let name where Self.references.contains(name):
                tag[name] = value.split(separator: " ").map { prefix + $0 }.joined(separator: " ")
            case "srcset":
                tag[name] = try value.split(separator: ",").map { (choice) throws(ExportError) in
                    let parts = choice.split(separator: " ", maxSplits: 1)
                    guard let path = parts.first else { return "" }
                    return ([try inline(String(path)) ?? String(path)] + parts.dropFirst().map(String.init))
                        .joined(separator: " ")
                }.joined(separator: ", ")
            case "src", "poster", "data":
                if let inlined = try inline(value) { tag[name] = inlined }
            case let name where name.hasPrefix("data-"):
                // What a script is going to show.
                if let inlined = try inline(value) { tag[name] = inlined }
            default: break
            }
        }
        if purpose == .book, !["div", "h2", "h3", "h4"].contains(tag.name), let id = tag["id"] {
            // Pandoc keeps the ids of spans.
            tag["id"] = nil
            tag.content = "<span id=\"\(HTML.escape(id))\"></span>"
        }
        return .keep
    }

    /// Where a link of a page leads in the document; nil if that is not in it.
    private func link(_ target: String, from page: String) -> String? {
        if target.hasPrefix("#") {
            let isTop = target == "#" || target == "#text"
            return "#" + (isTop ? id(ofPage: page) : prefix(ofPage: page) + target.dropFirst())
        }
        if target.contains(/^([A-Za-z][A-Za-z0-9+.-]*:|\/\/)/) { return target }
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].split(separator: "?", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        guard report.pages.contains(path) else { return nil }
        return parts.count > 1 && parts[1] != "text" && !parts[1].isEmpty
            ? "#" + prefix(ofPage: path) + parts[1] : "#" + id(ofPage: path)
    }

    /// A file of the report as a data URI, if it is one to be shown; for an e-book its path, of the bitmap if there is one.
    private func inline(_ path: String) throws(ExportError) -> String? {
        guard report.files[path] != nil, let kind = Self.mediaTypes[URL(filePath: path).pathExtension] else {
            return nil
        }
        if purpose == .book {
            let bitmap = path.replacing(/\.svg$/, with: ".png")
            return report.files[bitmap] == nil ? path : bitmap
        }
        return "data:\(kind);base64,\(try report.data(path).base64EncodedString())"
    }

    private static let mediaTypes = [
        "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp",
        "json": "application/json",
    ]

    /// Makes an element plain; nil if it stays as it is.
    private func simplify(_ tag: inout HTMLRewriter.Tag) -> HTMLRewriter.Action? {
        switch tag.name {
        case "script", "style", "nav", "button", "input", "select", "textarea", "output", "canvas", "template",
            "noscript", "dialog", "source", "svg", "summary", "form", "label":
            return .remove
        case "picture", "header": return .unwrap
        case "details" where tag.isOf("code"): return .remove
        case _ where tag.isOf("time") || tag.isOf("panel"): return .remove
        case "figure", "figcaption", "aside", "footer", "article", "details", "section":
            // Pandoc makes figures of its own of some of these.
            let kind = tag.name == "section" ? tag["class"] : "\(tag["class"] ?? "") \(tag.name)"
            tag.attributes = tag.attributes.filter { $0.name == "id" }
            tag["class"] = kind
            tag.name = "div"
        default:
            break
        }
        for (name, _) in tag.attributes {
            if name.contains(/^(data-|aria-|style$|tabindex$|role$)/) { tag[name] = nil }
        }
        return nil
    }
}
