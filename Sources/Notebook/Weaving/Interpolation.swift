/// Replaces each `\(name)` in lines of prose by its value, but not in code spans and blocks or after a backslash.
///
/// - Throws: ``NotebookError/undefinedValue(name:file:line:)``.
func interpolate(
    _ lines: [ChapterText.ProseLine], values: [String: String], file: String
) throws(NotebookError) -> String {
    try replaceInterpolations(in: lines) { name, line throws(NotebookError) in
        guard let value = values[name] else { throw .undefinedValue(name: name, file: file, line: line) }
        return value
    }
}

/// Calls `value` for each `\(name)` in lines of prose, with the name and its line, and puts the result in its place.
func replaceInterpolations(
    in lines: [ChapterText.ProseLine], by value: (_ name: String, _ line: Int) throws(NotebookError) -> String
) throws(NotebookError) -> String {
    guard let first = lines.first else { return "" }
    let text = lines.map(\.text).joined(separator: "\n")
    var result = ""
    var rest = text[...]

    func take(_ count: Int) {
        result += rest.prefix(count)
        rest = rest.dropFirst(count)
    }
    while let character = rest.first {
        if character == "`" {
            // A code span ends with as many backticks as it starts with; without them there is no code.
            let ticks = rest.prefix { $0 == "`" }
            take(ticks.count)
            var search = rest
            while let start = search.firstIndex(of: "`") {
                let run = search[start...].prefix { $0 == "`" }
                if run.count == ticks.count {
                    result += rest[..<run.endIndex]
                    rest = rest[run.endIndex...]
                    break
                }
                search = search[run.endIndex...]
            }
        } else if rest.hasPrefix("\\("), let end = rest.firstIndex(of: ")") {
            let name = String(rest[..<end].dropFirst(2))
            // Lines of one run of prose follow each other.
            result += try value(name, first.number + text[..<rest.startIndex].count { $0 == "\n" })
            rest = rest[rest.index(after: end)...]
        } else if character == "\\" {
            take(2)
        } else {
            take(1)
        }
    }
    return result
}

/// The names that a chapter's code defines for its prose, as far as the source shows them: `page["kept"] = …`, and the
/// ids of figures, tables and claims. In `page["kept-\(density)"]` the interpolated part may be anything.
struct DefinedNames {
    /// What stands before, between and after the interpolated parts of each name.
    private let names: [[Substring]]

    /// - Parameter sources: the text of all files of the chapter.
    init(in sources: [String]) {
        names = sources.flatMap { source in
            source.matches(of: /\["((?:[^"\\]|\\.)*)"\]\s*=(?!=)/).map { Self.parts($0.output.1) }
                + source.matches(of: /\.(figure|table|claim)\(\s*"((?:[^"\\]|\\.)*)"/).map { match in
                    Self.parts("\(match.output.1):\(match.output.2)")
                }
        }
    }

    private static func parts(_ literal: some StringProtocol) -> [Substring] {
        Substring(literal).split(separator: /\\\([^)]*\)+/, omittingEmptySubsequences: false)
    }

    /// Whether a name may be one of these.
    func contains(_ name: String) -> Bool {
        names.contains { parts in
            guard parts.count > 1, let first = parts.first, let last = parts.last else {
                return parts.first.map { $0 == name } ?? false
            }
            var rest = name[...]
            guard rest.hasPrefix(first), rest.count >= first.count + last.count, rest.hasSuffix(last) else {
                return false
            }
            rest = rest.dropFirst(first.count).dropLast(last.count)
            for part in parts.dropFirst().dropLast() {
                guard let range = rest.firstRange(of: part) else { return part.isEmpty }
                rest = rest[range.upperBound...]
            }
            return true
        }
    }
}
