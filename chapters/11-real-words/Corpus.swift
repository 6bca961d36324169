import Analysis
import Foundation
import ToyModels

/// Words that have an order, of which we ask whether their directions have it too.
struct WordSet {
    let name: String
    let words: [String]
    /// The place of each word.
    let places: [Int]
    /// The number of places of a circle; nil for a line.
    let period: Int?

    /// The sets that are looked for. *May* and *one* are missing: in glosses they are nearly always the verb and the pronoun.
    static let all = [
        WordSet(
            name: "months",
            words: [
                "january", "february", "march", "april", "june", "july", "august", "september", "october", "november",
                "december",
            ], places: [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11], period: 12),
        WordSet(
            name: "weekdays",
            words: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
            places: Array(0..<7), period: 7),
        WordSet(
            name: "numbers",
            words: [
                "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            ], places: Array(0..<11), period: nil),
        WordSet(
            name: "ordinals",
            words: [
                "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
            ], places: Array(0..<10), period: nil),
        WordSet(
            name: "decades", words: (140..<200).map { "\($0)0s" }, places: Array(0..<60), period: nil),
    ]

    /// The words that a vocabulary has, with their places.
    func found(in vocabulary: [String: Int]) -> (features: [Int], words: [String], places: [Int]) {
        let known = zip(words, places).compactMap { word, place in vocabulary[word].map { ($0, word, place) } }
        return (known.map(\.0), known.map(\.1), known.map(\.2))
    }
}

/// Glosses as bags of words: which of the words of a vocabulary are in each.
struct Corpus {
    /// The vocabulary, from the most frequent word to the least, the added ones last.
    let words: [String]
    /// A gloss per sample, in random order.
    let glosses: SampleTable
    /// The number of glosses that there are, also of those that have too few words of the vocabulary.
    let all: Int

    /// The places of the words.
    var places: [String: Int] {
        Dictionary(words.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The words of glosses.
    ///
    /// - Parameters:
    ///   - size: the number of words; the most frequent ones, but for those that are added.
    ///   - added: words that are in the vocabulary if they are in at least `least` glosses.
    /// - Throws: `CancellationError`.
    init(_ glosses: [String], size: Int, added: [String], least: Int, using stream: RandomStream) throws {
        all = glosses.count
        let added = Set(added)
        // Words get numbers in the order in which they are met.
        var numbers: [String: Int] = [:]
        var counts: [Int] = []
        var bags: [[Int]] = []
        for (place, gloss) in glosses.enumerated() {
            if place % 10_000 == 0 { try Task.checkCancellation() }
            var bag: [Int] = []
            for token in tokens(of: gloss) where !stopWords.contains(token) || added.contains(token) {
                let number = numbers[token] ?? counts.count
                if number == counts.count {
                    numbers[token] = number
                    counts.append(0)
                }
                if !bag.contains(number) { bag.append(number) }
            }
            for number in bag { counts[number] += 1 }
            bags.append(bag)
        }
        let ranked = numbers.sorted { a, b in
            counts[a.value] == counts[b.value] ? a.key < b.key : counts[a.value] > counts[b.value]
        }
        let rare = ranked.dropFirst(size).filter { added.contains($0.key) && counts[$0.value] >= least }
        let chosen = Array(ranked.prefix(max(0, size - rare.count)) + rare.prefix(size))
        words = chosen.map(\.key)
        var featureOfNumber = [Int?](repeating: nil, count: counts.count)
        for (feature, word) in chosen.enumerated() { featureOfNumber[word.value] = feature }
        // A gloss with a single word says nothing of what occurs together.
        let kept = bags.map { Set($0.compactMap { featureOfNumber[$0] }) }.filter { $0.count >= 2 }
        var stream = stream
        var table = SampleTable(features: chosen.count)
        for place in permutation(of: kept.count, using: &stream) { table.append(active: kept[place]) }
        self.glosses = table
    }

    /// In how many glosses a word is.
    func count(of word: Int) -> Int { glosses.columns.count { Int($0) == word } }

    /// The glosses with every word in as many as before, but in others: nothing occurs together but by chance.
    func shuffled(using stream: RandomStream) -> SampleTable {
        var stream = stream
        let density = glosses.density(of: 0..<glosses.count)
        var bags = [Set<Int>](repeating: [], count: glosses.count)
        var order = Array(0..<glosses.count)
        for feature in words.indices {
            let count = Int((density[feature] * Double(glosses.count)).rounded())
            // A partial shuffle: its first entries are a uniform choice of glosses.
            for place in 0..<min(count, order.count) {
                order.swapAt(place, place + Int(stream.next() % UInt64(order.count - place)))
                bags[order[place]].insert(feature)
            }
        }
        var table = SampleTable(features: words.count)
        for bag in bags { table.append(active: bag) }
        return table
    }
}

/// The words of a text in lower case: runs of at least two letters. Of numbers only years from 1400 to 1999 are words,
/// by their decades.
func tokens(of text: String) -> [String] {
    var found: [String] = []
    var run: [UInt8] = []
    var isNumber = false
    func end() {
        let word = String(decoding: run, as: UTF8.self)
        if isNumber {
            if run.count == 4, let year = Int(word), (1400..<2000).contains(year) {
                found.append(word.dropLast() + "0s")
            }
        } else if run.count >= 2 {
            found.append(word)
        }
        run.removeAll(keepingCapacity: true)
    }
    for byte in text.utf8 {
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        // The two cases differ in one bit.
        let letter = byte | 0x20
        let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
        if !isDigit && !isLetter || isDigit != isNumber { end() }
        if isDigit || isLetter {
            isNumber = isDigit
            run.append(isDigit ? byte : letter)
        }
    }
    end()
    return found
}

/// Words that say little of what a text is about, and those that glosses are made of.
let stopWords = Set(
    """
    about above after again against all almost along already also although always am among an and another any anything \
    are around as at away back be became because become been before being below between both but by can cannot could \
    did do does doing done down during each either else enough etc even ever every everyone everything few for from \
    further get gets getting go goes going got had has have having he hence her here hers herself him himself his how \
    however if in into is it its itself just let made make makes making many may me might more most much must my myself \
    neither no nobody non none nor not nothing now of off often on once one only onto or other others our ours out over \
    own per perhaps quite rather really same several shall she should since so some somebody someone something sometimes \
    somewhat somewhere still such than that the their theirs them themselves then there these they thing things this \
    those though through throughout thus to together too toward towards under until up upon us use used uses using \
    usually very via was way we well went were what when where whether which while who whole whom whose why will with \
    within without would yet you your yours yourself
    """.split(whereSeparator: \.isWhitespace).map(String.init))
