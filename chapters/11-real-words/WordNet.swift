import Foundation

/// The files of WordNet, a dictionary whose entries are sets of synonyms, each with a gloss (Miller, "WordNet: a lexical
/// database for English", 1995). Their format is described in WordNet's manual, wndb(5WN) and cntlist(5WN).
struct WordNet {
    /// An entry: a set of words with one meaning.
    struct Entry: Hashable {
        /// Where it stands in its file, by which the index names it.
        let offset: Int
        /// The number of the lexicographer's file that it is from, which is its category.
        let category: Int
        /// The definition and examples.
        let gloss: String
    }

    /// The parts of speech, in WordNet's own order, which are the names of the files.
    static let parts = ["noun", "verb", "adj", "adv"]

    /// The folder of the files.
    let folder: URL
    /// The entries of each part of speech, in the order of the files.
    let entries: [[Entry]]

    /// Reads the entries.
    ///
    /// - Throws: ``WordNetError``.
    init(in folder: URL) throws(WordNetError) {
        self.folder = folder
        var entries: [[Entry]] = []
        for part in Self.parts {
            var found: [Entry] = []
            try Self.read("data.\(part)", in: folder) { line in
                guard let entry = Entry(line) else { return false }
                found.append(entry)
                return true
            }
            entries.append(found)
        }
        self.entries = entries
    }

    /// Goes through the lines of a file, but for the licence at its beginning, whose lines start with a blank.
    ///
    /// - Parameter take: what to do with a line; false if it is not what it should be.
    private static func read(
        _ name: String, in folder: URL, take: (Substring.UTF8View) -> Bool
    ) throws(WordNetError) {
        let file = folder.appending(path: name)
        guard let data = try? Data(contentsOf: file) else { throw .unreadable(file.path) }
        // Some files have letters that are not in ASCII.
        let text = String(decoding: data, as: UTF8.self)
        var (number, taken) = (0, 0)
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            if line.isEmpty || line.first == UInt8(ascii: " ") { continue }
            guard take(line) else { throw .damaged(file.path, line: number) }
            taken += 1
        }
        if taken == 0 { throw .damaged(file.path, line: number) }
    }
}

/// Why WordNet cannot be read.
enum WordNetError: Error, Equatable, CustomStringConvertible {
    /// A file is not there, or is closed to the reader.
    case unreadable(String)
    /// A line is not as it should be.
    case damaged(String, line: Int)

    var description: String {
        switch self {
        case .unreadable(let file): "WordNet's file '\(file)' cannot be read."
        case .damaged(let file, let line):
            "Line \(line) of WordNet's file '\(file)' is not as it should be: install WordNet anew."
        }
    }
}

extension WordNet.Entry {
    /// An entry from a line of a data file; nil if it is not one.
    init?(_ line: Substring.UTF8View) {
        let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard fields.count == 3, fields[0].count == 8, let offset = Int(Substring(fields[0])),
            fields[1].count == 2, let category = Int(Substring(fields[1])),
            WordNet.categories.indices.contains(category),
            let bar = line.firstIndex(of: UInt8(ascii: "|"))
        else { return nil }
        self.offset = offset
        self.category = category
        gloss = String(Substring(line[line.index(after: bar)...])).trimmingCharacters(in: .whitespaces)
    }
}

// MARK: - Where it is

extension WordNet {
    /// The folder of the files: what the variable that WordNet's own programs heed says, or else the first of the usual places
    /// that has them.
    static func usualFolder(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> URL {
        if let given = environment["WNSEARCHDIR"], !given.isEmpty { return URL(filePath: given) }
        let places = [
            "/usr/share/wordnet", "/opt/homebrew/opt/wordnet/dict", "/usr/local/opt/wordnet/dict",
        ].map { URL(filePath: $0) }
        return places.first { absent(in: $0) == nil } ?? places[0]
    }

    /// The first of the files that is not in a folder; nil if all are there.
    static func absent(in folder: URL) -> String? {
        let names = parts.flatMap { ["data.\($0)", "index.\($0)"] } + ["cntlist.rev"]
        return names.first { !FileManager.default.isReadableFile(atPath: folder.appending(path: $0).path) }
    }
}

// MARK: - Categories

extension WordNet {
    /// What the lexicographers' files are named, by their numbers (lexnames(5WN)).
    static let categories = [
        "adj.all", "adj.pert", "adv.all", "noun.Tops", "noun.act", "noun.animal", "noun.artifact", "noun.attribute",
        "noun.body", "noun.cognition", "noun.communication", "noun.event", "noun.feeling", "noun.food", "noun.group",
        "noun.location", "noun.motive", "noun.object", "noun.person", "noun.phenomenon", "noun.plant",
        "noun.possession", "noun.process", "noun.quantity", "noun.relation", "noun.shape", "noun.state",
        "noun.substance", "noun.time", "verb.body", "verb.change", "verb.cognition", "verb.communication",
        "verb.competition", "verb.consumption", "verb.contact", "verb.creation", "verb.emotion", "verb.motion",
        "verb.perception", "verb.possession", "verb.social", "verb.stative", "verb.weather", "adj.ppl",
    ]

    /// Whether a category is one of meaning: all adjectives but participles are in two files, and all adverbs in one.
    static func isOfMeaning(_ category: Int) -> Bool {
        categories.indices.contains(category)
            && (categories[category].hasPrefix("noun.") || categories[category].hasPrefix("verb."))
    }

    /// The category of the first sense of each word; nil for words that WordNet does not have.
    ///
    /// The first sense is the one that was counted most often in the texts that WordNet's authors have tagged; of words that
    /// were not counted, the first in the index, nouns before verbs, adjectives and adverbs. A word that is no entry is looked
    /// up without its ending.
    ///
    /// - Throws: ``WordNetError``.
    func categories(of words: [String]) throws(WordNetError) -> [Int?] {
        let needed = Set(words.flatMap(Self.forms))
        /// The best sense so far: its count, and the place of its part of speech.
        var senses: [String: (count: Int, part: Int, category: Int)] = [:]
        func consider(_ lemma: String, _ count: Int, _ part: Int, _ category: Int) {
            if let other = senses[lemma], (other.count, -other.part) >= (count, -part) { return }
            senses[lemma] = (count, part, category)
        }
        try Self.read("cntlist.rev", in: folder) { line in
            // lemma%type:file:id:head:head_id sense count
            let fields = line.split(separator: UInt8(ascii: " "))
            guard fields.count == 3, let count = Int(Substring(fields[2])),
                let mark = fields[0].firstIndex(of: UInt8(ascii: "%"))
            else { return false }
            let lemma = String(Substring(fields[0][..<mark]))
            guard needed.contains(lemma) else { return true }
            let key = fields[0][fields[0].index(after: mark)...].split(separator: UInt8(ascii: ":"))
            guard key.count >= 2, let type = Int(Substring(key[0])), let category = Int(Substring(key[1])),
                Self.categories.indices.contains(category), (1...5).contains(type)
            else { return false }
            // A satellite adjective, 5, is an adjective.
            consider(lemma, count, type == 5 ? 2 : type - 1, category)
            return true
        }
        for (part, name) in Self.parts.enumerated() {
            let category = Dictionary(
                entries[part].map { ($0.offset, $0.category) }, uniquingKeysWith: { first, _ in first })
            try Self.read("index.\(name)", in: folder) { line in
                // lemma pos synsets pointers [pointer…] senses tagged offset…
                let fields = line.split(separator: UInt8(ascii: " "))
                guard fields.count >= 4, let pointers = Int(Substring(fields[3])), pointers >= 0,
                    fields.count > 6 + pointers, let offset = Int(Substring(fields[6 + pointers])),
                    let first = category[offset]
                else { return false }
                let lemma = String(Substring(fields[0]))
                if needed.contains(lemma) { consider(lemma, 0, part, first) }
                return true
            }
        }
        return words.map { word in
            Self.forms(of: word).lazy.compactMap { senses[$0]?.category }.first
        }
    }

    /// A word, and what it may be a form of: WordNet's own rules of detachment (morphy(7WN)), without its exceptions.
    static func forms(of word: String) -> [String] {
        let endings = [
            ("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"),
            ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", ""), ("er", ""),
            ("est", ""), ("er", "e"), ("est", "e"),
        ]
        return [word]
            + endings.compactMap { ending, other in
                word.hasSuffix(ending) && word.count > ending.count + 1 ? word.dropLast(ending.count) + other : nil
            }
    }
}
