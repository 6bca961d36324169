import Notebook

/// Why a chapter that was asked for cannot be run.
enum SelectionError: Error, CustomStringConvertible {
    /// No chapter has this name or number.
    case unknown(name: String, nearest: String?, chapters: [String])
    /// Several chapters have this in their names.
    case ambiguous(name: String, matches: [String])
    /// The chapter needs something that is not there, as the sentence says.
    case missing(slug: String, sentence: String)

    var description: String {
        switch self {
        case .unknown(let name, let nearest, let chapters):
            "There is no chapter '\(name)'\(nearest.map { " (did you mean \($0)?)" } ?? ""): "
                + "name one of \(chapters.joined(separator: ", "))."
        case .ambiguous(let name, let matches):
            "'\(name)' fits several chapters: name one of \(matches.joined(separator: ", "))."
        case .missing(let slug, let sentence):
            "Chapter \(slug) cannot be run. \(sentence)"
        }
    }
}

/// The slugs of the chapters to run: those that are asked for, in reading order; all that can be run if none is asked for.
///
/// - Parameter skip: is told of each chapter that cannot be run and was not asked for by name.
/// - Throws: also if a chapter that is asked for cannot be run.
func selectRunnable(
    _ names: [String], from chapters: [any Chapter], skip: (String) -> Void = { writeError($0 + "\n") }
) throws(SelectionError) -> [String] {
    let selected = try select(names, from: chapters.map(\.source.slug))
    var runnable: [String] = []
    for chapter in chapters where selected.contains(chapter.source.slug) {
        let slug = chapter.source.slug
        guard let sentence = chapter.missing else {
            runnable.append(slug)
            continue
        }
        if !names.isEmpty { throw .missing(slug: slug, sentence: sentence) }
        skip("Chapter \(slug) is skipped. \(sentence)")
    }
    return runnable
}

/// The slugs of the chapters that are asked for, in reading order; all of them if none is asked for.
///
/// A chapter is asked for by its slug, its number, or a part of its slug that no other has.
func select(_ names: [String], from slugs: [String]) throws(SelectionError) -> [String] {
    if names.isEmpty { return slugs }
    var selected: Set<String> = []
    for name in names { selected.insert(try select(name, from: slugs)) }
    return slugs.filter(selected.contains)
}

private func select(_ name: String, from slugs: [String]) throws(SelectionError) -> String {
    let name = name.lowercased()
    if slugs.contains(name) { return name }
    let matches =
        if let number = Int(name) {
            slugs.filter { Int($0.prefix { $0.isNumber }) == number }
        } else {
            slugs.filter { !name.isEmpty && $0.contains(name) }
        }
    if matches.count == 1 { return matches[0] }
    if matches.count > 1 { throw .ambiguous(name: name, matches: matches) }
    let distances = slugs.map { slug in (slug, distance: nearness(of: name, to: slug)) }
    let nearest = distances.min { $0.distance < $1.distance }.flatMap { $0.distance <= 2 ? $0.0 : nil }
    throw .unknown(name: name, nearest: nearest, chapters: slugs)
}

/// The least number of edits that separate a name from a slug or from one of its words.
private func nearness(of name: String, to slug: String) -> Int {
    let candidates = [slug] + slug.split(separator: "-").map(String.init).filter { $0.count > 3 }
    return candidates.map { editDistance(Array(name), Array($0)) }.min() ?? .max
}

/// Levenshtein's distance.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, character) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in b.enumerated() {
            let substituted = diagonal + (character == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
        }
    }
    return row[b.count]
}
