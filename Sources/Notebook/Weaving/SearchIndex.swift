import Foundation

/// What a reader can search for: the text of all pages by section, figure, table and claim.
struct SearchIndex {
    /// The file's name in the output folder.
    static let fileName = "search-index.js"

    private var pages: [Page] = []

    /// What is found on a page.
    struct Page: Encodable {
        var page, title: String
        /// Each an id, what it is, a heading, and the text.
        var entries: [[String]]
    }

    /// Adds a page.
    ///
    /// - Parameters:
    ///   - name: the page's file name.
    ///   - title: how results call the page.
    mutating func add(_ html: Data, name: String, title: String) {
        pages.append(Page(page: name, title: title, entries: Self.entries(of: String(decoding: html, as: UTF8.self))))
    }

    /// A script that defines `bookIndex`: pages that are read from files cannot fetch anything else.
    func script() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Data("globalThis.bookIndex = ".utf8) + (try encoder.encode(pages)) + Data(";\n".utf8)
    }

    // MARK: - Reading a page

    /// What the text of an element belongs to.
    private struct Entry {
        var id, kind: String
        var heading = ""
        var text = ""
    }

    /// Elements that are never closed.
    private static let void: Set = ["img", "br", "hr", "meta", "link", "input", "col", "source", "wbr", "area", "base"]
    /// Elements whose text is not the page's.
    private static let silent: Set = ["script", "style", "nav", "pre", "annotation", "svg", "form", "template"]

    /// The entries of a page that pandoc has made, in the order of the text.
    static func entries(of html: String) -> [[String]] {
        guard let start = html.range(of: "<main") else { return [] }
        var entries = [Entry(id: "", kind: "page")]
        // Open elements, each with the entry that its text belongs to, and whether it is left out.
        var open: [(name: Substring, entry: Int, isSilent: Bool, isHeading: Bool)] = []
        var rest = html[start.lowerBound...]

        while let bracket = rest.firstIndex(of: "<") {
            add(rest[..<bracket])
            guard let end = rest[bracket...].firstIndex(of: ">") else { break }
            let tag = rest[rest.index(after: bracket)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("!") { continue }
            if tag.hasPrefix("/") {
                let name = tag.dropFirst()
                if let place = open.lastIndex(where: { $0.name == name }) { open.removeSubrange(place...) }
                if name == "main" { break }
                // Words of different blocks stay apart.
                append(" ")
                continue
            }
            let name = tag.prefix { !$0.isWhitespace && $0 != "/" }
            if name == "img", let alt = attribute("alt", of: tag) { add(alt + " ") }
            guard !void.contains(String(name)), !tag.hasSuffix("/") else {
                if name == "br" { append(" ") }
                continue
            }
            let outer = open.last
            var entry = outer?.entry ?? 0
            if let kind = kind(name, tag), let id = attribute("id", of: tag) {
                entries.append(Entry(id: String(id), kind: kind))
                entry = entries.count - 1
            }
            let isHeading = name.count == 2 && name.hasPrefix("h") || attribute("class", of: tag) == "number"
            let isSilent =
                outer?.isSilent == true || silent.contains(String(name))
                || attribute("class", of: tag)?.contains("downloads") == true
                || attribute("class", of: tag)?.hasPrefix("verdict") == true
                || attribute("id", of: tag) == "claims" || attribute("class", of: tag) == "made"
            open.append((name, entry, isSilent, isHeading || outer?.isHeading == true))
        }
        return entries.map { entry in
            let text = squeezed(entry.text)
            let heading = squeezed(entry.heading)
            // A claim is called by its first words.
            return [
                entry.id, entry.kind, heading.isEmpty && entry.kind == "claim" ? claimHeading(text) : heading, text,
            ]
        }.filter { !$0[3].isEmpty || !$0[2].isEmpty }

        func add(_ text: Substring) {
            guard open.last?.isSilent == false else { return }
            append(unescaped(text))
        }
        func append(_ text: String) {
            guard let place = open.last, !place.isSilent else { return }
            // Headings outside of sections, such as those of the front page's chapters, are not the page's.
            if place.isHeading && entries[place.entry].kind != "page" {
                entries[place.entry].heading += text
            } else {
                entries[place.entry].text += text
            }
        }
    }

    private static func kind(_ name: Substring, _ tag: Substring) -> String? {
        switch name {
        case "section": "section"
        case "figure": attribute("class", of: tag) == "table" ? "table" : "figure"
        case "footer": "section"
        default: attribute("class", of: tag) == "claim" ? "claim" : nil
        }
    }

    private static func attribute(_ name: String, of tag: Substring) -> Substring? {
        guard let start = tag.range(of: " \(name)=\""),
            let end = tag[start.upperBound...].firstIndex(of: "\"")
        else { return nil }
        return tag[start.upperBound..<end]
    }

    private static func claimHeading(_ text: String) -> String {
        guard let end = text.firstIndex(of: "(") ?? text.firstIndex(of: ".") else { return text }
        return text[..<end].trimmingCharacters(in: .whitespaces)
    }

    private static func squeezed(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func unescaped(_ text: Substring) -> String {
        // The ampersand comes last, so that nothing is read twice.
        let names = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")]
        return text.contains("&") ? names.reduce(String(text)) { $0.replacing($1.0, with: $1.1) } : String(text)
    }
}
