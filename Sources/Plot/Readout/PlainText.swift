/// Pango markup as plain text: `<i>W</i><sub>1</sub>` is W₁.
enum PlainText {
    static func of(_ markup: String) -> String {
        var text = ""
        var scripts: [(tag: String, start: String.Index)] = []
        var rest = markup[...]
        while let character = rest.first {
            if character == "<", let end = rest.firstIndex(of: ">") {
                let tag = rest[rest.index(after: rest.startIndex)..<end]
                if tag == "sub" || tag == "sup" {
                    scripts.append((String(tag), text.endIndex))
                } else if tag == "/sub" || tag == "/sup", let script = scripts.popLast() {
                    text = text[..<script.start] + scripted(String(text[script.start...]), script.tag)
                }
                rest = rest[rest.index(after: end)...]
            } else if character == "&", let end = rest.firstIndex(of: ";"),
                let entity = entities[String(rest[rest.index(after: rest.startIndex)..<end])]
            {
                text.append(entity)
                rest = rest[rest.index(after: end)...]
            } else {
                text.append(character == "\n" ? " " : character)
                rest = rest.dropFirst()
            }
        }
        return text
    }

    private static let entities: [String: Character] = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]

    /// A sub- or superscript in letters of its own, or behind a sign where there are none.
    private static func scripted(_ text: String, _ tag: String) -> String {
        let known = text.compactMap { letters[tag]?[$0] }
        return known.count == text.count ? String(known) : (tag == "sub" ? "_" : "^") + text
    }

    private static let letters: [String: [Character: Character]] = [
        "sub": table("0123456789+−()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"),
        "sup": table("0123456789+−()inT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁱⁿᵀ"),
    ]

    private static func table(_ plain: String, _ script: String) -> [Character: Character] {
        Dictionary(uniqueKeysWithValues: zip(plain, script))
    }
}
