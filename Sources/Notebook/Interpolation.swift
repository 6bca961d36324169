/// Replaces each `\(name)` in lines of prose by its value, but not in code spans and blocks or after a backslash.
///
/// - Throws: ``NotebookError/undefinedValue(name:file:line:)``.
func interpolate(
    _ lines: [ChapterText.ProseLine], values: [String: String], file: String
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
            guard let value = values[name] else {
                // The lines of one passage of prose follow each other.
                let line = first.number + text[..<rest.startIndex].count { $0 == "\n" }
                throw .undefinedValue(name: name, file: file, line: line)
            }
            result += value
            rest = rest[rest.index(after: end)...]
        } else if character == "\\" {
            take(2)
        } else {
            take(1)
        }
    }
    return result
}
