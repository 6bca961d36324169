import Foundation

/// How the report and the paper are cited.
enum Citation {
    /// Whose work the program and its report are.
    static let authors = "The superposition authors"
    /// The licence of both, by its SPDX name.
    static let licence = "MIT"

    /// The report, as BibTeX.
    static func bibTeX(of book: Book, _ provenance: Provenance) -> String {
        let day = provenance.date.prefix(10)
        let commit = provenance.commit.map { commit in
            "commit \(commit.prefix(12))" + (provenance.uncommittedChanges == true ? " with uncommitted changes" : "")
        }
        let run = [commit, "profile \(provenance.profile.rawValue)", "seed \(provenance.seed)", "run on \(day)"]
        return """
            @misc{superposition\(day.prefix(4)),
              author = {{\(authors)}},
              title = {\(book.title)},
              year = {\(day.prefix(4))},
              version = {\(provenance.version)},
              note = {Version \(provenance.version), \(run.compactMap(\.self).joined(separator: ", "))}
            }
            """
    }

    /// A work in the book's references.
    struct Work {
        /// The entry as it stands there; nil if there is none.
        var bibTeX: String?
        var url: String
        var title, year: String?
        /// Names as "First Last".
        var authors: [String] = []
    }

    /// The paper that a book is about, as its references have it; nil if the book names none.
    static func paper(of book: Book) -> Work? {
        guard let url = book.paper else { return nil }
        let references = book.chapters.first.flatMap { chapter in
            FileManager.default.contents(atPath: chapter.source.bibliography.path(percentEncoded: false))
        }
        let entries = entries(in: references.map { String(decoding: $0, as: UTF8.self) } ?? "")
        guard let entry = entries.first(where: { $0.contains(url) }) else { return Work(url: url) }
        func field(_ name: String) -> String? {
            let start = entry.matches(of: /\b(\w+)\s*=\s*\{/).first { $0.output.1 == name }
            guard let start else { return nil }
            return balanced(entry[start.range.upperBound...]).map { $0.filter { $0 != "{" && $0 != "}" } }
        }
        let authors = field("author")?.components(separatedBy: " and ").map { name in
            let parts = name.components(separatedBy: ", ")
            return parts.count == 2 ? "\(parts[1]) \(parts[0])" : name
        }
        return Work(bibTeX: entry, url: url, title: field("title"), year: field("year"), authors: authors ?? [])
    }

    /// The entries of a file of references.
    private static func entries(in text: String) -> [String] {
        text.matches(of: /(?m)^@\w+\{/).compactMap { match in
            balanced(text[match.range.upperBound...]).map { "\(match.output)\($0)}" }
        }
    }

    /// Text up to the brace that closes the one before it.
    private static func balanced(_ text: Substring) -> String? {
        var depth = 1
        for index in text.indices {
            if text[index] == "{" { depth += 1 }
            if text[index] == "}" { depth -= 1 }
            if depth == 0 { return String(text[..<index]) }
        }
        return nil
    }

    /// What to cite, to be copied from a page.
    static func html(of book: Book, _ provenance: Provenance) -> String {
        let paper = paper(of: book)?.bibTeX.map { "<p>The paper:</p>\n\(block($0))" } ?? ""
        return "<p>This report:</p>\n\(block(bibTeX(of: book, provenance)))\n\(paper)"
    }

    private static func block(_ text: String) -> String {
        "<pre class=\"bibtex\"><code>\(HTML.escape(text))</code></pre>"
    }
}
