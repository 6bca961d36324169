import Analysis
import Foundation
import ToyModels

// MARK: - Directions of words

/// The directions that a model gives to words.
struct WordDirections {
    /// The decay of the weights in training.
    let decay: Double
    /// Whether it is of the shuffled corpus.
    let isShuffled: Bool
    /// Of length 1, or 0 where a word has none. Shape `[words][dimensions]`.
    let units: [[Double]]
    /// The length of each word's direction.
    let lengths: [Double]
    /// The squared error on glosses that were not trained on, and what an answer of zero would have.
    let loss: Double
    /// Cosines in single precision, row by row. Shape `[words, words]`.
    private let cosines: [Float]

    init(_ trained: TrainedModels, isShuffled: Bool = false) {
        let model = trained[0]
        decay = trained.experiment.optimizer.weightDecay
        self.isShuffled = isShuffled
        loss = trained.losses[0]
        let n = model.W.columns
        let columns = (0..<n).map { i in (0..<model.W.rows).map { model.W[$0, i] } }
        let lengths = columns.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        let units = zip(columns, lengths).map { column, length in
            column.map { length > 1e-9 && length.isFinite ? $0 / length : 0 }
        }
        self.lengths = lengths
        self.units = units
        let flat = units.flatMap { $0.map(Float.init) }
        let m = model.W.rows
        var cosines = [Float](repeating: 0, count: n * n)
        flat.withUnsafeBufferPointer { flat in
            for i in 0..<n {
                for j in 0..<i {
                    // Eight sums, so that they can be had at once.
                    var sums = SIMD8<Float>.zero
                    var k = 0
                    while k + 8 <= m {
                        var (a, b) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
                        for lane in 0..<8 {
                            a[lane] = flat[i * m + k + lane]
                            b[lane] = flat[j * m + k + lane]
                        }
                        sums += a * b
                        k += 8
                    }
                    var sum = sums.sum()
                    while k < m {
                        sum += flat[i * m + k] * flat[j * m + k]
                        k += 1
                    }
                    cosines[i * n + j] = sum
                    cosines[j * n + i] = sum
                }
            }
        }
        self.cosines = cosines
    }

    /// The number of words.
    var count: Int { units.count }

    /// The cosine of two words' directions; of a word with itself 0.
    func cosine(_ i: Int, _ j: Int) -> Double { Double(cosines[i * count + j]) }

    /// The other words, the nearest direction first.
    func nearest(to word: Int, count limit: Int) -> [Int] {
        let row = (0..<count).filter { $0 != word }.sorted { a, b in
            let (x, y) = (cosines[word * count + a], cosines[word * count + b])
            return x == y ? a < b : x > y
        }
        return Array(row.prefix(limit))
    }

    /// The nearest direction; nil if there is no other word.
    func neighbour(of word: Int) -> Int? {
        var best: Int?
        for other in 0..<count where other != word {
            if best.map({ cosines[word * count + other] > cosines[word * count + $0] }) ?? true { best = other }
        }
        return best
    }
}

/// Pairs of words, by how often they occur together.
struct WordPairs {
    /// In how many glosses two words must be together, or be expected to be, to be counted.
    static let least = 5
    /// Words occur together if they do so this many times as often as by chance.
    static let factor = 3.0

    /// The pairs that are in at least ``least`` glosses together, with their pointwise mutual information.
    let met: [(i: Int, j: Int, information: Double)]
    /// Those of them that occur together.
    let together: [(i: Int, j: Int)]
    /// The pairs that are expected in at least ``least`` glosses and are in fewer than that.
    let apart: [(i: Int, j: Int)]
    /// How often words occur together.
    let counts: Cooccurrence

    init(_ counts: Cooccurrence) {
        self.counts = counts
        var met: [(i: Int, j: Int, information: Double)] = []
        var apart: [(i: Int, j: Int)] = []
        for i in 0..<counts.features {
            for j in 0..<i {
                let (count, expected) = (counts.count(i, j), counts.expected(i, j))
                if count >= Self.least { met.append((j, i, counts.pointwiseInformation(i, j))) }
                if expected >= Double(Self.least) && Double(count) < expected { apart.append((j, i)) }
            }
        }
        self.met = met
        self.apart = apart
        together = met.filter { $0.information > log(Self.factor) }.map { ($0.i, $0.j) }
    }

    /// The pairs in so many groups of one size, by their information, ascending.
    func groups(_ count: Int) -> [[(i: Int, j: Int, information: Double)]] {
        let sorted = met.sorted { a, b in
            a.information == b.information ? (a.i, a.j) < (b.i, b.j) : a.information < b.information
        }
        guard !sorted.isEmpty, count > 0 else { return [] }
        return (0..<count).map { group in
            Array(sorted[group * sorted.count / count..<(group + 1) * sorted.count / count])
        }.filter { !$0.isEmpty }
    }
}

/// The interference of words in one model.
struct Interference {
    let directions: WordDirections
    /// The mean cosine of pairs that occur together, that are apart, and of all.
    let together, apart, all: Double
    /// The share of the pairs that occur together, and that are apart, whose interference is positive.
    let positive, positiveApart: Double
    /// The rank correlation of cosine and pointwise mutual information.
    let rank: Double
    /// The share of words whose nearest direction is that of a word with which they occur more often than by chance.
    let neighbours: Double

    init(_ directions: WordDirections, _ pairs: WordPairs) {
        self.directions = directions
        let together = pairs.together.map { directions.cosine($0.i, $0.j) }
        let apart = pairs.apart.map { directions.cosine($0.i, $0.j) }
        (self.together, self.apart) = (mean(together), mean(apart))
        positive = Double(together.count { $0 > 0 }) / Double(together.count)
        positiveApart = Double(apart.count { $0 > 0 }) / Double(apart.count)
        rank = rankCorrelation(pairs.met.map { directions.cosine($0.i, $0.j) }, pairs.met.map(\.information))
        var sum = 0.0
        for i in 0..<directions.count { for j in 0..<i { sum += directions.cosine(i, j) } }
        all = sum / max(1, Double(directions.count * (directions.count - 1) / 2))
        let beside = (0..<directions.count).filter { word in
            guard let other = directions.neighbour(of: word) else { return false }
            return Double(pairs.counts.count(word, other)) > pairs.counts.expected(word, other)
        }
        neighbours = Double(beside.count) / Double(max(1, directions.count))
    }
}

// MARK: - Words with an order

/// Whether the directions of a set of words are alike, and in order.
struct SetGeometry {
    let set: WordSet
    /// Those of the set that are in the vocabulary.
    let words: [String]
    /// The mean cosine of two of them.
    let within: Double
    /// The same of random words of no set, nearest in frequency; one value for each draw.
    let chance: PermutationTest
    /// Whether nearer places have nearer directions.
    let order: Ordering
    /// Whether words of nearer places occur together more often, relative to chance.
    let occurrence: Ordering
    /// How many pairs of the words occur together at all, and of how many.
    let met, pairs: Int
    /// Where the words are in their own plane: their first two principal components.
    let plane: [(x: Double, y: Double)]
    /// The share of the variance that the plane has.
    let planar: Double

    /// - Parameters:
    ///   - ranked: words of no set, the most frequent first.
    ///   - counts: how often words occur together.
    init(
        _ set: WordSet, _ directions: WordDirections, _ vocabulary: [String: Int], ranked: [Int],
        counts: Cooccurrence, permutations: Int, using stream: RandomStream
    ) {
        self.set = set
        let (features, words, places) = set.found(in: vocabulary)
        self.words = words
        func meanCosine(_ features: [Int]) -> Double {
            let values = features.indices.flatMap { a in
                (0..<a).map { directions.cosine(features[a], features[$0]) }
            }
            return values.isEmpty ? .nan : mean(values)
        }
        within = meanCosine(features)
        let frequencies = ranked.map { counts.counts[$0] }
        chance = PermutationTest(observed: within, permutations: permutations, using: stream) { stream in
            var chosen: [Int] = []
            for feature in features {
                // Of the forty that are nearest in frequency.
                let place = frequencies.firstIndex { $0 <= counts.counts[feature] } ?? frequencies.count
                let width = min(40, ranked.count)
                let low = max(0, min(place - 20, ranked.count - width))
                let free = ranked[low..<low + width].filter { !chosen.contains($0) }
                if !free.isEmpty { chosen.append(free[Int(stream.next() % UInt64(free.count))]) }
            }
            return meanCosine(chosen)
        }
        var similarities = Matrix(rows: features.count, columns: features.count)
        for (a, i) in features.enumerated() {
            for (b, j) in features.enumerated() { similarities[a, b] = a == b ? 1 : directions.cosine(i, j) }
        }
        var occurrences = Matrix(rows: features.count, columns: features.count)
        var met = 0
        for (a, i) in features.enumerated() {
            for (b, j) in features.enumerated() where a != b {
                let expected = counts.expected(i, j)
                occurrences[a, b] = expected > 0 ? Double(counts.count(i, j)) / expected : 0
                if a < b && counts.count(i, j) > 0 { met += 1 }
            }
        }
        (self.met, pairs) = (met, features.count * (features.count - 1) / 2)
        func ordering(_ similarities: Matrix) -> Ordering {
            Ordering(
                similarities: similarities, places: places, period: set.period, permutations: permutations,
                using: stream)
        }
        (order, occurrence) = (ordering(similarities), ordering(occurrences))
        (plane, planar) = Self.plane(of: features.map { directions.units[$0] })
    }

    /// Whether the words are alike: more than nineteen of twenty sets of random words.
    var isAlike: Bool { within.isFinite && chance.pValue < 0.05 }

    /// Whether they are in order, and clearly so.
    var isOrdered: Bool { order.test.observed >= 0.5 && order.test.pValue < 0.05 }

    /// The first two principal components of some points, and their share of the variance.
    static func plane(of points: [[Double]]) -> (points: [(x: Double, y: Double)], share: Double) {
        guard points.count > 1, let dimensions = points.first?.count else {
            return (points.map { _ in (0, 0) }, .nan)
        }
        let center = (0..<dimensions).map { k in mean(points.map { $0[k] }) }
        let centered = points.map { zip($0, center).map { $0 - $1 } }
        // The points' products have the same spectrum as their covariance, and fewer rows.
        var products = Matrix(rows: points.count, columns: points.count)
        for (a, x) in centered.enumerated() {
            for (b, y) in centered.enumerated() { products[a, b] = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
        }
        let (values, vectors) = eigen(ofSymmetric: products)
        let total = values.reduce(0) { $0 + max(0, $1) }
        func component(_ l: Int) -> [Double] {
            let column = points.indices.map { vectors[$0, l] * max(0, values[l]).squareRoot() }
            // Eigenvectors have no sign of their own: the first point's is positive.
            return (column.first ?? 0) < 0 ? column.map { -$0 } : column
        }
        let share = total > 0 ? (max(0, values[0]) + max(0, values[1])) / total : .nan
        return (zip(component(0), component(1)).map { (x: $0, y: $1) }, share)
    }
}

// MARK: - Dictionaries

/// Word directions to train dictionaries on, and as many random ones of the same mean and covariance.
struct DictionarySamples {
    /// The words in random order: the first are trained on, the last are held out.
    let order: [Int]
    /// Of length 1. Shape `[words][dimensions]`.
    let words, gaussian: [[Double]]
    /// How many are trained on.
    let trained: Int

    /// - Parameter units: the words' directions, of length 1.
    init(units: [[Double]], heldOut: Int, using stream: RandomStream) {
        var stream = stream
        order = permutation(of: units.count, using: &stream)
        let words = order.map { units[$0] }
        self.words = words
        trained = max(1, words.count - heldOut)
        let dimensions = words.first?.count ?? 0
        let center = (0..<dimensions).map { k in mean(words.map { $0[k] }) }
        let (values, vectors) = eigen(ofSymmetric: LinearDirections.covariance(of: words))
        gaussian = words.map { _ in
            let draw = values.map { max(0, $0).squareRoot() * stream.nextNormal() }
            let x = (0..<dimensions).map { k in
                center[k] + (0..<dimensions).reduce(0) { $0 + vectors[k, $1] * draw[$1] }
            }
            let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return x.map { length > 1e-9 ? $0 / length : 0 }
        }
    }

    /// The samples as a table.
    static func table(_ samples: [[Double]]) -> SampleTable {
        var table = SampleTable(features: samples.first?.count ?? 0)
        for sample in samples { table.append(sample) }
        return table
    }
}

/// What the latents of one kind of dictionary are like.
struct LatentQuality {
    /// The words nearest to each latent of each dictionary. Shape `[dictionaries]`.
    let nearest: [NearestThings]
    /// The mean cosine of the latents of two dictionaries, paired, over all pairs of dictionaries, and the share above
    /// ``LatentQuality/same``.
    let agreement, shared: Double
    /// The paired cosines of the first two dictionaries, the greatest first.
    let cosines: [Double]
    /// The share of squared length that dictionaries leave unexplained, of what they were trained on and of what not.
    let unexplained, unexplainedHeldOut: Double

    /// Two latents are the same from this cosine on. (Paulo and Belrose, "Sparse autoencoders trained on the same data learn
    /// different features", 2025.)
    static let same = 0.7
    /// How many words tell what a latent is about.
    static let told = 10

    /// - Parameters:
    ///   - things: the words' directions.
    ///   - candidates: the words that have a category.
    init(_ trained: TrainedModels, _ things: [[Double]], candidates: [Int]) {
        let dictionaries = trained.models(ofSetting: 0).map { trained.dictionary($0) }
        nearest = dictionaries.map {
            NearestThings(to: $0.decoder, among: things, candidates: candidates, count: Self.told)
        }
        let pairs = dictionaries.indices.flatMap { a in (0..<a).map { ($0, a) } }
        let cosines = pairs.map { Analysis.agreement(dictionaries[$0.0].decoder, dictionaries[$0.1].decoder) }
        agreement = mean(cosines.map(mean))
        shared = mean(cosines.map { values in Double(values.count { $0 > Self.same }) / Double(max(1, values.count)) })
        self.cosines = cosines.first ?? []
        unexplainedHeldOut = mean(trained.models(ofSetting: 0).map { trained.losses[$0] })
        unexplained = mean(trained.models(ofSetting: 0).map { trained.trainingLosses?[$0] ?? .nan })
    }

    /// The mean purity of the latents of all dictionaries.
    func purity(_ labels: [Int]) -> Double { mean(nearest.map { mean($0.purities(labels)) }) }
}

/// Whether dictionaries take sums of two words' directions apart.
struct PseudoWords {
    /// The share of the sums in which the strongest latents of both words are active, and in which those of two other words
    /// are.
    let both, others: Double

    /// - Parameters:
    ///   - words: the directions to choose from. Shape `[words][dimensions]`.
    ///   - count: the number of sums.
    init(_ dictionaries: [SparseAutoencoder], _ words: [[Double]], count: Int, using stream: RandomStream) {
        var stream = stream
        var (sums, both, others) = (0, 0, 0)
        for dictionary in dictionaries {
            let strongest = words.map { word -> Int? in
                let latents = dictionary.encode(word)
                return latents.indices.max { latents[$0] < latents[$1] }.flatMap { latents[$0] > 0 ? $0 : nil }
            }
            for _ in 0..<count where words.count >= 4 {
                let four = Self.four(of: words.count, using: &stream)
                let sum = zip(words[four[0]], words[four[1]]).map { $0 + $1 }
                let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
                let senses = four.map { strongest[$0] }
                // Words of one latent would be one sense.
                guard length > 1e-9, let a = senses[0], let b = senses[1], a != b else { continue }
                let latents = dictionary.encode(sum.map { $0 / length })
                sums += 1
                if latents[a] > 0 && latents[b] > 0 { both += 1 }
                if let c = senses[2], let d = senses[3], c != d, latents[c] > 0, latents[d] > 0 { others += 1 }
            }
        }
        self.both = sums > 0 ? Double(both) / Double(sums) : .nan
        self.others = sums > 0 ? Double(others) / Double(sums) : .nan
    }

    /// Four different numbers below a count of at least four.
    private static func four(of count: Int, using stream: inout RandomStream) -> [Int] {
        var chosen: [Int] = []
        while chosen.count < 4 {
            let next = Int(stream.next() % UInt64(count))
            if !chosen.contains(next) { chosen.append(next) }
        }
        return chosen
    }
}

// MARK: - Texts

/// Words as a list in a sentence.
func spelled(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
}

/// A count with commas, "117,659".
func grouped(_ count: Int) -> String {
    let digits = Array(String(abs(count)))
    let text = digits.enumerated().map { place, digit in
        (digits.count - place) % 3 == 0 && place > 0 ? ",\(digit)" : "\(digit)"
    }.joined()
    return (count < 0 ? "−" : "") + text
}
