import Analysis
import Foundation
import Notebook
import Testing
import ToyModels

@testable import RealWords
@testable import superposition

/// What the chapter on real words rests on.
@Suite struct RealWordsTests {
    /// A WordNet of a few entries, in a folder of its own.
    private func folder(_ change: (inout [String: String]) -> Void = { _ in }) throws -> URL {
        var files = [
            "data.noun": """
              1 This is the licence.
            00000100 13 n 01 apple 0 000 | fruit with red or yellow skin
            00000200 20 n 02 apple 1 apple_tree 0 001 @ 00000300 n 0000 | native Eurasian tree
            00000300 28 n 01 march 0 000 | the month following February and preceding April

            """,
            "data.verb": "00000400 38 v 01 march 0 000 01 + 01 00 | march in a procession; \"they marched in 1944\"\n",
            "data.adj": "00000500 00 a 01 big 0 000 | above average in size (Painter, 1840-1926)\n",
            "data.adv": "00000600 02 r 01 well 0 000 | in a good way\n",
            "index.noun": """
              1 This is the licence.
            apple n 2 1 @ 2 0 00000100 00000200
            march n 1 0 1 0 00000300

            """,
            "index.verb": "march v 1 1 @ 1 0 00000400\n",
            "index.adj": "big a 1 0 1 0 00000500\n",
            "index.adv": "well r 1 0 1 0 00000600\n",
            "cntlist.rev": "apple%1:20:00:: 2 7\nmarch%2:38:00:: 1 3\nbig%5:00:00:: 1 2\n",
        ]
        change(&files)
        let folder = FileManager.default.temporaryDirectory.appending(path: "wordnet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        return folder
    }

    // MARK: - Reading

    @Test func `entries have an offset, a category and a gloss`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let wordNet = try WordNet(in: folder)
        #expect(wordNet.entries.map(\.count) == [3, 1, 1, 1])
        #expect(
            wordNet.entries[0][1] == .init(offset: 200, category: 20, gloss: "native Eurasian tree"))
        #expect(WordNet.categories.count == 45 && WordNet.categories[20] == "noun.plant")
        #expect(
            WordNet.isOfMeaning(20) && !WordNet.isOfMeaning(0) && !WordNet.isOfMeaning(44) && !WordNet.isOfMeaning(45))
    }

    @Test func `a word has the category of the sense that was counted most often`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let wordNet = try WordNet(in: folder)
        // Of apple the second sense is counted, of march the verb; well is in the index only.
        let words = ["apple", "apples", "march", "marched", "big", "well", "xyzzy"]
        #expect(try wordNet.categories(of: words) == [20, 20, 38, 38, 0, 2, nil])
        #expect(WordNet.forms(of: "berries").contains("berry") && WordNet.forms(of: "as") == ["as"])
    }

    @Test(arguments: [
        ("data.noun", "0000010x 13 n 01 apple 0 000 | fruit\n"),
        ("data.noun", "00000100 99 n 01 apple 0 000 | fruit\n"),
        ("data.noun", "00000100 13 n 01 apple 0 000 fruit\n"), ("data.noun", ""), ("data.noun", "00000100\n"),
        ("data.verb", "\u{0}\u{0}\u{0}\n"),
    ])
    func `a damaged file is named with the line`(file: String, text: String) throws {
        let folder = try folder { $0[file] = text }
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect {
            try WordNet(in: folder)
        } throws: {
            guard case WordNetError.damaged(let path, let line) = $0 else { return false }
            return path.hasSuffix(file) && line == 1
        }
    }

    @Test(arguments: [
        ("index.noun", "apple n 2 1 @\n"), ("index.noun", "apple n 1 -9 1 0 00000100\n"),
        ("index.noun", "apple n 1 0 1 0 00000777\n"), ("cntlist.rev", "apple%1:99:00:: 1 1\n"),
        ("cntlist.rev", "apple 1 1\n"),
    ])
    func `so is a damaged index`(file: String, text: String) throws {
        let folder = try folder { $0[file] = text }
        defer { try? FileManager.default.removeItem(at: folder) }
        let wordNet = try WordNet(in: folder)
        #expect(throws: WordNetError.damaged(folder.appending(path: file).path, line: 1)) {
            try wordNet.categories(of: ["apple"])
        }
    }

    @Test func `texts become words in lower case, and years decades`() {
        #expect(
            tokens(of: "(Painter; 1840-1926) a boy's \"Red\"hat, 12 x 12345 and 1399")
                == ["painter", "1840s", "1920s", "boy", "red", "hat", "and"])
        #expect(tokens(of: "naïve") == ["na", "ve"])
        #expect(tokens(of: "") == [] && tokens(of: "... 7") == [])
    }

    @Test func `a vocabulary has the most frequent words, and added ones`() throws {
        let corpus = try Corpus(
            ["red tree", "red tree and house", "tree", "red house with march", "march red"], size: 3,
            added: ["march", "april"], least: 2, using: RandomStream(key: 1))
        // red 4, tree 3, house and march 2: march is added, and takes the place of house.
        #expect(corpus.words == ["red", "tree", "march"])
        #expect(corpus.glosses.count == 4 && corpus.all == 5)
        #expect(corpus.count(of: 0) == 4 && corpus.count(of: 1) == 2)
        let rare = try Corpus(
            ["red tree", "red tree", "red house", "house march"], size: 3, added: ["march"], least: 2,
            using: RandomStream(key: 1))
        #expect(rare.words == ["red", "house", "tree"])
    }

    @Test func `shuffled glosses have each word as often, but not together`() throws {
        let glosses = (0..<400).map { $0 % 2 == 0 ? "red tree" : "blue sea" }
        let corpus = try Corpus(glosses, size: 4, added: [], least: 1, using: RandomStream(key: 2))
        let shuffled = corpus.shuffled(using: RandomStream(key: 3))
        #expect(shuffled.count == corpus.glosses.count)
        #expect(shuffled.density(of: 0..<400) == corpus.glosses.density(of: 0..<400))
        let (before, after) = (
            Cooccurrence(of: corpus.glosses, samples: 0..<400), Cooccurrence(of: shuffled, samples: 0..<400)
        )
        let places = corpus.places
        let (red, tree) = (places["red"] ?? 0, places["tree"] ?? 0)
        #expect(before.count(red, tree) == 200 && abs(after.count(red, tree) - 100) < 40)
    }

    // MARK: - Measures

    @Test func `features of a circle occur with their neighbours`() {
        let table = Structure.circle.samples(4000, sharpness: 10, using: RandomStream(key: 4))
        let counts = Cooccurrence(of: table, samples: 0..<4000)
        #expect(counts.correlation(0, 1) > 0.5 && counts.correlation(0, 6) < -0.7)
        #expect(table.density(of: 0..<4000).allSatisfy { abs($0 - 0.5) < 0.05 })
        let independent = Structure.independent.samples(4000, sharpness: 10, using: RandomStream(key: 4))
        #expect(abs(Cooccurrence(of: independent, samples: 0..<4000).correlation(0, 1)) < 0.06)
        #expect(Structure.sphere.places.allSatisfy { abs($0.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12 })
    }

    @Test func `a plane shows points of a plane as they are`() {
        let square = [[1.0, 1, 5, 0], [1, -1, 5, 0], [-1, -1, 5, 0], [-1, 1, 5, 0]]
        let (points, share) = SetGeometry.plane(of: square)
        #expect(abs(share - 1) < 1e-9)
        #expect(points.allSatisfy { abs($0.x * $0.x + $0.y * $0.y - 2) < 1e-9 })
        #expect(SetGeometry.plane(of: []).points.isEmpty)
        #expect(SetGeometry.plane(of: [[0, 0], [0, 0]]).share.isNaN)
    }

    @Test func `Gaussian vectors have the mean and the covariance of the words`() {
        var stream = RandomStream(key: 5)
        var table: [[Double]] = []
        for _ in 0..<3000 {
            let x = [3 * stream.nextNormal(), stream.nextNormal(), 0.1 * stream.nextNormal()]
            let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
            table.append(x.map { $0 / length })
        }
        let samples = DictionarySamples(units: table, heldOut: 100, using: RandomStream(key: 6))
        #expect(samples.trained == 2900 && samples.order.sorted() == Array(0..<3000))
        #expect(samples.gaussian.allSatisfy { abs($0.reduce(0) { $0 + $1 * $1 } - 1) < 1e-9 })
        func square(_ rows: [[Double]], _ k: Int) -> Double { mean(rows.map { $0[k] * $0[k] }) }
        #expect(square(samples.gaussian, 0) > square(samples.gaussian, 1))
        #expect(square(samples.gaussian, 2) < 0.05)
    }

    @Test func `a dictionary of the words takes their sums apart`() {
        var axes = Matrix(rows: 8, columns: 8)
        for k in 0..<8 { axes[k, k] = 1 }
        let own = SparseAutoencoder(
            kind: .topK, encoder: axes, bias: Array(repeating: 0, count: 8), decoder: axes, active: 2)
        let words = (0..<8).map { i in (0..<8).map { $0 == i ? 1.0 : 0 } }
        let pseudo = PseudoWords([own], words, count: 50, using: RandomStream(key: 7))
        #expect(pseudo.both == 1 && pseudo.others == 0)
        var one = own
        one.active = 1
        #expect(PseudoWords([one], words, count: 50, using: RandomStream(key: 7)).both == 0)
        #expect(PseudoWords([own], [], count: 50, using: RandomStream(key: 7)).both.isNaN)
    }

    @Test func `counts have commas`() {
        #expect([7, 1234, 117_659, 1_000_000, -5].map(grouped) == ["7", "1,234", "117,659", "1,000,000", "−5"])
    }

    // MARK: - Where WordNet is missing

    @Test func `without WordNet the chapter says what to do`() throws {
        let nowhere = URL(filePath: "/nowhere/wordnet")
        let sentence = try #require(RealWords(wordNet: nowhere).missing)
        #expect(sentence.contains("/nowhere/wordnet") && sentence.contains("wordnet-base"))
        #expect(!sentence.contains("\n"))
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(RealWords(wordNet: folder).missing == nil)
        #expect(WordNet.usualFolder(["WNSEARCHDIR": "/elsewhere"]).path == "/elsewhere")
    }

    @Test func `it is skipped, but not if it is asked for`() throws {
        let chapters: [any Chapter] = [Fine(), RealWords(wordNet: URL(filePath: "/nowhere/wordnet"))]
        var told: [String] = []
        let own = chapters[0].source.slug
        #expect(try selectRunnable([], from: chapters) { told.append($0) } == [own])
        #expect(told.count == 1 && told[0].contains("is skipped") && told[0].contains("wordnet-base"))
        #expect(try selectRunnable([own], from: chapters) { told.append($0) } == [own])
        #expect(told.count == 1)
        #expect {
            try selectRunnable(["real-words"], from: chapters) { told.append($0) }
        } throws: {
            "\($0)".contains("cannot be run") && "\($0)".contains("wordnet-base")
        }
        #expect(told.count == 1)
    }

    /// A chapter that needs nothing.
    private struct Fine: Chapter {
        let source = Source(path: "/chapters/01-fine/Fine.swift")
        func run(_ page: Page) {}
    }
}
