//: # Real words
//:
//: What becomes of superposition when features occur together, as words do? So far features were independent or came
//: in sets that we had made [@elhage2022]. Interference was harm, and the best that a model could do was to keep it small.
//: Prieto et al. train the same model on bags of words and find something else: the directions of words that occur together
//: interfere *constructively*, and lie side by side, the more so with weight decay [@prieto2026]. We check that, first where
//: the structure is known, then on text. Then we ask of the words' directions what is asked of language models: does a
//: dictionary find directions that mean something [@cunningham2023]?

import Analysis
import Foundation
import Notebook
import ToyModels

public struct RealWords: Chapter {
    public let source = Source()

    /// Where WordNet's files are.
    private let folder: URL

    public init() { self.init(wordNet: WordNet.usualFolder()) }

    init(wordNet folder: URL) { self.folder = folder }

    public var missing: String? {
        WordNet.absent(in: folder).map {
            """
            It reads WordNet, whose file '\($0)' is not in \(folder.path(percentEncoded: false)): install it (on Debian and \
            Ubuntu the package wordnet-base, which ./setup.sh does), or set WNSEARCHDIR to the folder that has it.
            """
        }
    }

    public func run(_ page: Page) async throws {
        try await structures(page)
        let text = try await glosses(page)
        try cycles(page, text)
        try await dictionaries(page, text)
        page.result(
            #"""
            Words that occur together interfere constructively, with strong weight decay in \(positive) of the pairs, and
            \(result-cycles). Dictionaries of their directions find \(result-dictionaries).
            """#, figure: "words-neighbours")
    }

    private func structures(_ page: Page) async throws {
        //: ## Where the structure is known
        //:
        //: Twelve features have places on a circle, a figure of eight, or a sphere. For each sample a point $z$ of the
        //: structure is drawn, and feature $i$, at the place $f_i$, is 1 with probability
        //:
        //: $$P(x_i = 1) = \frac{1}{1 + e^{-10 \langle f_i, z \rangle}}$$
        //:
        //: and 0 otherwise. So each feature is active half of the time, and neighbours are active together. As a control
        //: the features are independent. There are 10,000 samples, of which 8,000 are trained on, as in the study.
        //: [@prieto2026] The model is that of [chapter 1](01-demonstrating-superposition.html), $x' =
        //: \operatorname{ReLU}(W^T W x + b)$, with the mean squared error and no importance.
        //:
        //: Weight decay here means what it means in AdamW: each step takes from each weight a share of it, the decay
        //: times the learning rate [@loshchilov2019].

        let (count, trained, sharpness) = (10_000, 8_000, 10.0)
        let (hidden, decays, shown) = ([2, 4, 8, 12], [0.0, 1, 3, 6], [1.0, 6])
        let tables = Structure.allCases.map {
            $0.samples(count, sharpness: sharpness, using: page.stream("structure-\($0.rawValue)"))
        }
        let settings = tables.map { table in
            Experiment.Setting(
                data: TrainingData(
                    table, named: page.provide(table), samples: trained, heldOut: count - trained),
                objective: Objective(importance: Array(repeating: 1, count: Structure.features)))
        }
        let experiments = hidden.flatMap { size in
            decays.map { decay in
                Experiment(
                    id: "words-synthetic-\(size)-\(Int(decay))",
                    architecture: .init(features: Structure.features, hidden: size), settings: settings,
                    restarts: page.choose(paper: 8, quick: 2), steps: page.choose(paper: 6_000, quick: 1_500),
                    batchSize: 256, learningRate: .cosine(1e-2), optimizer: AdamW(weightDecay: decay),
                    evaluationSamples: 1 << 12)
            }
        }
        let runs = try await page.train(all: experiments)
        let pairs = tables.map { OccurrenceOfPairs($0, samples: trained) }
        let fits = runs.flatMap { run in
            Structure.allCases.enumerated().map { setting, structure in
                // Independent features do not occur together: they are asked whether they follow the circle.
                StructureFit(structure, run, setting: setting, pairs: pairs[structure == .independent ? 0 : setting])
            }
        }
        func fit(_ structure: Structure, _ size: Int, _ decay: Double) -> StructureFit? {
            fits.first { $0.structure == structure && $0.hidden == size && $0.decay == decay }
        }
        let planes = shown.map { decay in Structure.allCases.compactMap { fit($0, 2, decay) } }
        let wide = hidden.filter { $0 > 2 }
        let structured = Structure.allCases.filter { $0 != .independent }
        func average(
            _ value: KeyPath<StructureFit, Double>, _ structures: [Structure], decay: Double
        ) -> Double {
            mean(structures.flatMap { one in wide.compactMap { fit(one, $0, decay)?[keyPath: value] } })
        }
        let (none, most) = (decays[0], decays[decays.count - 1])
        let circle = fit(.circle, 2, shown[0])
        try page.figure(
            "words-synthetic",
            caption: """
                Twelve features with places on a structure, coloured in their order. Above: their directions in two hidden \
                dimensions, of the model with the least loss, at two weight decays; each row has its own scale. Below: the \
                correlation, over pairs of features, of interference $W_i \\cdot W_j$ with that of their occurrence, for \
                more hidden dimensions, on the mean over \(runs[0].experiment.restarts) models. Independent features \
                are compared with the pairs of the circle.
                """,
            alt: """
                In two dimensions with decay \(number(shown[0])) the circle’s features have a correlation of interference \
                and occurrence of \(fixed(circle?.correlation ?? .nan, 2)). With more dimensions the correlation of the \
                structured features is \(fixed(average(\.correlation, structured, decay: none), 2)) without decay and \
                \(fixed(average(\.correlation, structured, decay: most), 2)) with decay \(number(most)); that of independent \
                features is \(fixed(average(\.correlation, [.independent], decay: most), 2)).
                """,
            data: structureTable(shown: planes, curves: fits)
        ) { structureFigure(shown: planes, curves: fits, hidden: hidden) }

        //: Two dimensions have room for the circle. With decay 1 the features of the circle
        //: \(circle-order): the correlation, over all pairs, of their interference with that of their occurrence is
        //: \(circle-fit). With decay 6 it is \(circle-strong)\(circle-collapse).
        //:
        //: With four, eight and twelve dimensions there is room for other solutions; with twelve, even for a dimension of
        //: its own for each feature. Without decay the correlation is \(fit-none) on the mean over the three structures
        //: and these sizes, with decay 6 it is \(fit-most); with twelve dimensions alone \(fit-none-roomy) and
        //: \(fit-most-roomy)\(roomy-verdict). Of the pairs that occur together, with a correlation above 0.1,
        //: \(positive-none) have positive interference without decay, and \(positive-most) with decay 6. If the features
        //: are *independent*, \(independent-positive) of the circle’s pairs have, with decay 6\(independent-verdict) The
        //: correlation of their interference with the occurrence of the circle’s pairs is
        //: \(independent-fit). By symmetry that is zero but for noise, whatever the decay.

        let common = average(\.positive, [.independent], decay: most)
        page["independent-verdict"] =
            common > 0.75
            ? ". So that share alone would mislead: features that are active half of the time have a mean in common, and strong "
                + "decay leaves them little more than its direction."
            : "."
        page["circle-order"] =
            (circle?.correlation ?? 0) > 0.9
            ? "lie in a ring, in their order" : "lie in something that is not quite their ring"
        page["circle-fit"] = fixed(circle?.correlation ?? .nan, 2)
        page["circle-strong"] = fixed(fit(.circle, 2, most)?.correlation ?? .nan, 2)
        page["circle-collapse"] =
            (fit(.circle, 2, most)?.correlation ?? 0) < (circle?.correlation ?? 0) - 0.1
            ? ": too strong a decay makes features share directions, at the ring’s expense" : ""
        let roomy = [none, most].map { decay in
            mean(structured.compactMap { fit($0, hidden[hidden.count - 1], decay)?.correlation })
        }
        page["fit-none-roomy"] = fixed(roomy[0], 2)
        page["fit-most-roomy"] = fixed(roomy[1], 2)
        page["roomy-verdict"] =
            roomy[1] > max(0.5, roomy[0] + 0.1)
            ? ": features that occur together share directions because decay makes that cheaper, not for want of room"
            : ""
        page["fit-none"] = fixed(average(\.correlation, structured, decay: none), 2)
        page["fit-most"] = fixed(average(\.correlation, structured, decay: most), 2)
        page["positive-none"] = percent(average(\.positive, structured, decay: none), digits: 0)
        page["positive-most"] = percent(average(\.positive, structured, decay: most), digits: 0)
        page["independent-positive"] = percent(common, digits: 0)
        page["independent-fit"] = fixed(average(\.correlation, [.independent], decay: most), 2)
        page.claim(
            "words.circle",
            "Features of a circle are arranged by how they occur together (correlation of interference and occurrence over pairs, two dimensions, decay 1, mean of all models).",
            source: "Prieto et al. 2026, synthetic data", measured: circle?.correlation ?? .nan, expected: 0.9...1,
            partly: 0.7...1,
            control: .init("independent features", fit(.independent, 2, shown[0])?.correlation ?? .nan),
            figure: "words-synthetic", weights: ["words-synthetic-2-1"])
        page.claim(
            "words.synthetic",
            "Interference follows occurrence also where there are more dimensions (correlation over pairs, decay 6, mean of three structures with four, eight and twelve dimensions).",
            source: "Prieto et al. 2026, synthetic data", measured: average(\.correlation, structured, decay: most),
            expected: 0.7...1, partly: 0.5...1,
            control: .init("independent features", average(\.correlation, [.independent], decay: most)),
            figure: "words-synthetic", weights: wide.map { "words-synthetic-\($0)-\(Int(most))" })
        page.claim(
            "words.synthetic-decay",
            "The more so with weight decay (correlation with decay 6 less that without, mean of three structures with four, eight and twelve dimensions).",
            source: "Prieto et al. 2026, synthetic data",
            measured: average(\.correlation, structured, decay: most) - average(\.correlation, structured, decay: none),
            expected: 0.1...1, partly: 0.05...1,
            control: .init(
                "independent features",
                average(\.correlation, [.independent], decay: most)
                    - average(\.correlation, [.independent], decay: none)),
            figure: "words-synthetic",
            weights: wide.flatMap { ["words-synthetic-\($0)-\(Int(none))", "words-synthetic-\($0)-\(Int(most))"] })
    }

    /// What the sections on text share.
    private struct Text {
        let corpus: Corpus
        /// The category of each word's first sense.
        let categories: [Int?]
        let places: [String: Int]
        /// How often the words occur together in what was trained on.
        let counts: Cooccurrence
        /// The model with the strongest decay.
        let strongest: TrainedModels
        /// The directions by decay, ascending; those with the strongest, and those of the shuffled corpus.
        let byDecay: [WordDirections]
        let directions, shuffledDirections: WordDirections
    }

    private func glosses(_ page: Page) async throws -> Text {
        //: ## Glosses
        //:
        //: The text is that of WordNet [@miller1995; @fellbaum1998]: a dictionary with \(glosses) entries, each with a
        //: gloss, that is a definition and sometimes examples. A gloss becomes a bag of words: a feature per word, 1 if
        //: it is in the gloss. Words are runs of letters in lower case; nothing is done about inflection. We leave out
        //: words of one letter, and \(stop-words) that say little of what a gloss is about. Of numbers only years from
        //: 1400 on and before 2000 count, by their decades. The 2,000 most frequent words are kept, but some of them make room
        //: for words whose order we ask for below (months, weekdays, numbers, ordinals, decades) if they are in at least
        //: 5 glosses. \(kept-glosses) glosses have two or more of these words, \(words-per-gloss) on average. The model
        //: has $m = 100$ dimensions for the 2,000 words. 16,000 glosses are held out.
        //:
        //: The study has 10,000 words in 1,000 dimensions, and windows of twenty records of internet text [@prieto2026].
        //: Glosses are much shorter.

        let wordNet = try WordNet(in: folder)
        let (size, least, dimensions) = (2_000, 5, 100)
        let corpus = try Corpus(
            wordNet.entries.flatMap { $0.map(\.gloss) }, size: size, added: WordSet.all.flatMap(\.words), least: least,
            using: page.stream("glosses"))
        let categories = try wordNet.categories(of: corpus.words)
        let available = max(0, corpus.glosses.count - 16_000)
        let trained = page.choose(paper: available, quick: min(available, 24_000))
        let heldOut = min(page.choose(paper: 16_000, quick: 4_000), corpus.glosses.count - trained)
        let decays = [0.0, 1, 4, 8]
        func experiment(_ id: String, _ table: SampleTable, decay: Double) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: corpus.words.count, hidden: dimensions),
                settings: [
                    .init(
                        data: TrainingData(table, named: page.provide(table), samples: trained, heldOut: heldOut),
                        objective: Objective(importance: Array(repeating: 1, count: corpus.words.count)))
                ],
                steps: page.choose(paper: 1_000, quick: 150), batchSize: page.choose(paper: 512, quick: 256),
                learningRate: .cosine(page.choose(paper: 5e-3, quick: 1e-2)), optimizer: AdamW(weightDecay: decay),
                evaluationSamples: 1 << 12)
        }
        try Task.checkCancellation()
        let mixed = corpus.shuffled(using: page.stream("shuffled-glosses"))
        let runs = try await page.train(
            all: decays.map { experiment("words-neighbours-\(Int($0))", corpus.glosses, decay: $0) } + [
                experiment("words-neighbours-shuffled", mixed, decay: decays[decays.count - 1])
            ])
        let counts = Cooccurrence(of: corpus.glosses, samples: 0..<trained)
        let pairs = WordPairs(counts)
        let groups = pairs.groups(10)
        let all = try runs.enumerated().map { index, run in
            try Task.checkCancellation()
            return Interference(WordDirections(run, isShuffled: index == decays.count), pairs)
        }
        let (free, strong, shuffled) = (all[0], all[decays.count - 1], all[decays.count])
        let shown = ShownPairs(strong.directions, pairs, words: corpus.words, count: 900)
        let curves = all.map { curve($0.directions, groups) }
        let atZero =
            Double(corpus.glosses.starts[trained + heldOut] - corpus.glosses.starts[trained])
            / Double(max(1, heldOut))
        try page.figure(
            "words-neighbours",
            caption: """
                Directions of words, and how often these occur together. Left: the mean cosine of the pairs that are \
                in at least \(WordPairs.least) glosses together, in tenths by their pointwise mutual information, for \
                models with different weight decay, and for one of glosses among which every word’s occurrences were \
                shuffled. Middle: some of the pairs, with the strongest decay. Right: the mean cosine of the pairs that \
                occur together (in at least \(WordPairs.least) glosses, and \(number(WordPairs.factor)) times as often as by \
                chance), of all pairs, and of those that are together less often than by chance (and expected to be in at least \
                \(WordPairs.least) glosses).
                """,
            alt: """
                Curves of cosine over mutual information go from \(fixed(curves[decays.count - 1].first?.y ?? .nan, 2)) \
                to \(fixed(curves[decays.count - 1].last?.y ?? .nan, 2)) with decay \(number(decays[decays.count - 1])), and to \
                \(fixed(curves[0].last?.y ?? .nan, 2)) without; that of the shuffled glosses ends at \
                \(fixed(curves[decays.count].last?.y ?? .nan, 2)).
                """,
            data: neighbourTable(all, curves: curves, shown: shown, of: strong.directions)
        ) { neighbourFigure(all, curves: curves, shown: shown, of: strong.directions) }

        //: \(pairs) pairs of words are in five or more glosses together; \(together) of them at least three times as often
        //: as by chance. How often two words occur together, relative to chance, is their pointwise mutual information,
        //: $\ln \frac{p_{ij}}{p_i p_j}$ [@church1990]. The figure has it against the cosine of their directions. Without
        //: decay the rank correlation of the two is \(rank-none), with decay 8 it is \(rank-strong). Of the pairs that
        //: occur together \(positive-none-text) have positive interference without decay, and \(positive) with it; their
        //: mean cosine goes from \(together-none) to \(together-strong), while that of all pairs comes to
        //: \(all-strong)\(crowd-verdict).
        //:
        //: The control has the same words, as often, in as many glosses, but shuffled, so that only chance brings them
        //: together. (Their lengths are then left to chance, too.) Trained in the same way, its directions have a rank correlation of \(rank-shuffled) with the
        //: occurrence in the real glosses, and the same pairs have a mean cosine of \(together-shuffled).
        //:
        //: \(price) The squared error on held-out glosses is \(loss-none) without decay and \(loss-strong) with
        //: the strongest; an answer of zero has \(loss-zero). \(rare-verdict): the rank correlation of a
        //: direction’s length and the word’s frequency is \(length-none) without decay and \(length-strong) with decay 8.

        let names = [
            "king", "river", "blood", "music", "winter", "tree", "ship", "money", "disease", "war", "july", "third",
        ]
        try page.table(
            "words-nearest",
            caption: """
                The nearest directions of some words that we chose by hand, by model. *Shuffled* is what chance gives.
                """,
            nearestTable([free, strong, shuffled], words: corpus.words, shown: names, count: 5))

        let frequency = counts.counts.map(Double.init)
        let lengths = [free, strong].map { rankCorrelation($0.directions.lengths, frequency) }
        page["price"] =
            strong.directions.loss > free.directions.loss ? "There is a price." : "Decay does not cost any accuracy."
        page["rare-verdict"] =
            lengths[1] > lengths[0] ? "Decay bears most on rare words" : "Decay does not bear more on rare words"
        page["length-none"] = fixed(lengths[0], 2)
        page["length-strong"] = fixed(lengths[1], 2)
        page["crowd-verdict"] =
            strong.all < 0.3 * strong.together
            ? ": directions do not merely crowd together"
            : ", so a part of the rise is that all directions crowd together"
        page["glosses"] = grouped(corpus.all)
        page["stop-words"] = String(stopWords.count)
        page["kept-glosses"] = grouped(corpus.glosses.count)
        page["words-per-gloss"] = fixed(
            Double(corpus.glosses.columns.count) / Double(max(1, corpus.glosses.count)), 1)
        page["pairs"] = grouped(pairs.met.count)
        page["together"] = grouped(pairs.together.count)
        page["rank-none"] = fixed(free.rank, 2)
        page["rank-strong"] = fixed(strong.rank, 2)
        page["rank-shuffled"] = fixed(shuffled.rank, 2)
        page["positive-none-text"] = percent(free.positive, digits: 0)
        page["positive"] = percent(strong.positive, digits: 0)
        page["together-none"] = fixed(free.together, 2)
        page["together-strong"] = fixed(strong.together, 2)
        page["together-shuffled"] = fixed(shuffled.together, 3)
        page["all-strong"] = fixed(strong.all, 3)
        page["loss-none"] = fixed(free.directions.loss, 2)
        page["loss-strong"] = fixed(strong.directions.loss, 2)
        page["loss-zero"] = fixed(atZero, 2)
        let strongest = "words-neighbours-\(Int(decays[decays.count - 1]))"
        page.claim(
            "words.constructive",
            "Words that occur together interfere constructively (share of these pairs with positive interference, decay 8).",
            source: "Prieto et al. 2026, bags of words", measured: strong.positive, expected: 0.9...1, partly: 0.75...1,
            control: .init("shuffled glosses", shuffled.positive), figure: "words-neighbours", weights: [strongest])
        page.claim(
            "words.side-by-side",
            "The more often words occur together, the nearer their directions (rank correlation of cosine and pointwise mutual information, over pairs in at least five glosses, decay 8).",
            source: "Prieto et al. 2026, bags of words", measured: strong.rank, expected: 0.5...1, partly: 0.3...1,
            control: .init("shuffled glosses", shuffled.rank), figure: "words-neighbours", weights: [strongest])
        page.claim(
            "words.nearest",
            "The nearest direction is that of a word which occurs together with the first more often than by chance (share of words, decay 8).",
            source: "Prieto et al. 2026, bags of words", measured: strong.neighbours, expected: 0.5...1,
            partly: 0.3...1,
            control: .init("shuffled glosses", shuffled.neighbours), figure: "words-neighbours", weights: [strongest])
        page.claim(
            "words.decay",
            "Weight decay brings words that occur together nearer (rise of their mean cosine from decay 0 to decay 8).",
            source: "Prieto et al. 2026, bags of words", measured: strong.together - free.together,
            expected: 0.03...1, partly: 0.015...1, control: .init("all pairs", strong.all - free.all),
            figure: "words-neighbours", weights: ["words-neighbours-0", strongest])
        return Text(
            corpus: corpus, categories: categories, places: corpus.places, counts: counts,
            strongest: runs[decays.count - 1],
            byDecay: all.prefix(decays.count).map(\.directions), directions: strong.directions,
            shuffledDirections: shuffled.directions)
    }

    private func cycles(_ page: Page, _ text: Text) throws {
        //: ## Cycles, lines, or clusters?
        //:
        //: Prieto et al. find cyclic structures such as that of the months in their bags of words [@prieto2026]. In glosses
        //: these words are rare: \(rarest) is in \(rarest-count). We take the months but *May*, the weekdays, the numbers
        //: from two to twelve, the ordinals from first to tenth, and the decades, and ask two things of each set. Are its
        //: words alike, more than words of no set whose frequency is nearest to theirs? (The rarest of the months and weekdays
        //: are rarer than any of these.) And are they in order: is the cosine of two words the greater the nearer they are,
        //: around the circle or along the line? Both are compared with chance, the first with random words, the second with
        //: the same words in random order and with shuffled glosses. To see whether the text has the order at all, we apply
        //: the same measure to how often two words occur together, relative to chance.

        let permutations = page.choose(paper: 999, quick: 199)
        let inSets = Set(WordSet.all.flatMap(\.words))
        let ranked = text.corpus.words.indices.filter { !inSets.contains(text.corpus.words[$0]) }.sorted { a, b in
            let (x, y) = (text.counts.counts[a], text.counts.counts[b])
            return x == y ? a < b : x > y
        }
        func sets(_ directions: WordDirections, _ permutations: Int) throws -> [SetGeometry] {
            try WordSet.all.map {
                try Task.checkCancellation()
                return SetGeometry(
                    $0, directions, text.places, ranked: ranked, counts: text.counts, permutations: permutations,
                    using: page.stream("sets-\($0.name)"))
            }
        }
        let own = try sets(text.directions, permutations)
        let shuffled = try sets(text.shuffledDirections, permutations)
        let orders = try text.byDecay.map { directions in try sets(directions, 0).map(\.order.test.observed) }
        let alike = own.filter(\.isAlike)
        let ordered = own.filter(\.isOrdered)
        let named = Dictionary(own.map { ($0.set.name, $0) }, uniquingKeysWith: { first, _ in first })
        try page.figure(
            "words-cycles",
            caption: """
                Sets of words in their own planes, the first two principal components of their directions (decay 8). Lines \
                follow the words’ order, and so do colours. Last: the rank correlation of cosine and nearness, by weight \
                decay, that of occurrence and nearness (crosses), and those of the same words in random order.
                """,
            alt: """
                \(own.map {
                    "For \($0.set.name) the rank correlation is \(fixed($0.order.test.observed, 2)), above "
                        + "\(percent($0.order.share, digits: 0)) of random orders."
                }.joined(separator: " "))
                """,
            data: cycleTable(own, orders: orders, models: text.byDecay)
        ) { cycleFigure(own, orders: orders, models: text.byDecay) }

        //: \(Alike) are more alike than random words: the mean cosine within \(set-names) is \(within), of random words
        //: \(within-chance). We call a set ordered if its rank correlation is at least one half, and fewer than one in
        //: twenty random orders reach it: \(ordered). The months have \(months-order), the weekdays \(weekdays-order), the
        //: numbers \(numbers-order), the ordinals \(ordinals-order), and the decades \(decades-order); with shuffled
        //: glosses it is \(shuffled-orders). In how often they occur together the same sets have \(occurrence-orders).
        //:
        //: \(cycle-verdict) \(months-verdict) \(decades-verdict)

        let rarest = WordSet.all.prefix(2).flatMap(\.words).compactMap { word in
            text.places[word].map { (word, $0) }
        }.map { word, place in (word, text.corpus.count(of: place)) }.min { $0.1 < $1.1 }
        page["rarest"] = (rarest?.0 ?? "none").capitalized
        page["rarest-count"] = String(rarest?.1 ?? 0)
        let likeness = Self.told(alike, of: own)
        page["Alike"] = likeness.prefix(1).uppercased() + likeness.dropFirst()
        page["ordered"] = "these are " + Self.told(ordered, of: own)
        page["shuffled-orders"] = spelled(shuffled.map { fixed($0.order.test.observed, 2) })
        page["set-names"] = spelled(own.map(\.set.name))
        page["within"] = spelled(own.map { fixed($0.within, 2) })
        page["within-chance"] = spelled(own.map { fixed($0.chance.expected, 2) })
        page["occurrence-orders"] = spelled(own.map { fixed($0.occurrence.test.observed, 2) })
        for set in own { page["\(set.set.name)-order"] = fixed(set.order.test.observed, 2) }
        let rings = ["months", "weekdays"].compactMap { named[$0] }
        let ringsAlike = rings.filter(\.isAlike)
        page["cycle-verdict"] =
            rings.contains(where: \.isOrdered)
            ? "So there is a ring: \(spelled(rings.filter(\.isOrdered).map(\.set.name))) are in order."
            : "So neither months nor weekdays form a ring here"
                + (ringsAlike.isEmpty
                    ? ", nor a cluster." : "; \(spelled(ringsAlike.map(\.set.name))) form a cluster.")
        let monthsByDecay = orders.compactMap { zip(own, $0).first { $0.0.set.name == "months" }?.1 }
        let isLost = (monthsByDecay.first ?? 0) >= 0.3 && (monthsByDecay.last ?? 1) < 0.3
        page["months-verdict"] =
            named["months"].map { months in
                """
                The text has an order of the months of \(fixed(months.occurrence.test.observed, 2)), although only \(months.met) of \
                their \(months.pairs) pairs share a gloss. By decay, from none to the strongest, the directions have \
                \(spelled(monthsByDecay.map { fixed($0, 2) }))\(isLost
                    ? ": perhaps decay costs these rare words their order, and leaves them the direction of their family. "
                        + "But these are single models."
                    : ".")
                """
            } ?? ""
        page["decades-verdict"] =
            named["decades"]?.isOrdered == true
            ? "The decades lie along a curve: a gloss of a person has the years of birth and death."
            : "The decades, too, are in no order, although the years of birth and death stand in one gloss."
        page["result-cycles"] =
            "\(alike.count) of \(own.count) sets such as months or numbers form clusters, "
            + (ordered.isEmpty
                ? "none of them in order"
                : ordered.count == own.count
                    ? "all of them in order" : "but only \(Self.told(ordered, of: own)) are in order")
        page.claim(
            "words.clusters",
            "Words of one set form clusters (sets whose mean cosine is above that of 95% of random words of no set, nearest in frequency).",
            source: "Prieto et al. 2026, semantic clusters", count: alike.count, of: own.count, unit: "sets",
            expected: 1...1, partly: 0.6...1,
            control: .init("shuffled glosses", Double(shuffled.count(where: \.isAlike))),
            reason: "No cluster: \(spelled(own.filter { !$0.isAlike }.map { "the " + $0.set.name })).",
            figure: "words-cycles", weights: ["words-neighbours-8"])
        let (study, question) = ("Prieto et al. 2026, cyclical structures", "our question, after Prieto et al. 2026")
        for (name, statement, source) in [
            ("months", "Months form a cycle", study), ("weekdays", "Weekdays form a cycle", question),
            ("decades", "Decades form a line", question),
        ] {
            guard let set = named[name] else { continue }
            let luck = quantile(0.95, of: set.order.test.null.filter(\.isFinite))
            let mixed = zip(own, shuffled).first { $0.0.set.name == name }?.1.order.test.observed ?? .nan
            let occurrence = fixed(set.occurrence.test.observed, 2)
            let free = orders.first.flatMap { values in zip(own, values).first { $0.0.set.name == name }?.1 } ?? .nan
            page.claim(
                "words.\(name)",
                "\(statement) (rank correlation of the cosine of two words with their nearness).",
                source: source, measured: set.order.test.observed,
                expected: 0.5...1, partly: 0.3...1,
                control: .init(
                    "the 95th percentile of random orders, or shuffled glosses if these have more", max(luck, mixed)),
                reason: set.occurrence.test.observed >= 0.5
                    ? "How often they occur together is in order (\(occurrence)); without decay the directions have \(fixed(free, 2)), and with decay 8 a mean cosine of \(fixed(set.within, 2)), so that they differ less."
                    : "Our text does not have the order either (\(occurrence), of how often they occur together).",
                figure: "words-cycles", weights: ["words-neighbours-8"])
        }
    }

    /// Which of some sets are so.
    private static func told(_ sets: [SetGeometry], of all: [SetGeometry]) -> String {
        if sets.isEmpty { return "none of the sets" }
        if sets.count == all.count { return "all of the sets" }
        return spelled(sets.map { "the " + $0.set.name })
    }

    private func dictionaries(_ page: Page, _ text: Text) async throws {
        //: ## Do dictionaries of the directions mean something?
        //:
        //: For language models it is reported that dictionaries find directions that are easier to interpret than
        //: neurons, principal components or random directions [@cunningham2023]. Here we can ask how much of that is
        //: chance. The samples are the directions of the words (decay 8), of length 1. A dictionary has \(latents) latents,
        //: of which TopK keeps 5 [@gao2024]. 200 words are held out. The strongest null that we train is dictionaries of
        //: random vectors of the same mean and covariance, which are then scaled to length 1, as the words are. All that
        //: they have in common with the words is what a covariance knows.
        //:
        //: We measure four things. *Purity*: of the ten words nearest to a latent’s direction, the share of the most common
        //: category. Categories are WordNet’s, of a word’s first sense, such as *noun.food* or *verb.motion*; words without
        //: one of them do not count. *Agreement*: the cosine of the latents of dictionaries that differ in their random
        //: start, paired one to one. *Pseudo-words*: the sum of two words’ directions is a word with two senses. Are the
        //: strongest latents of both active? And *held-out words*: how much of the length of new words is explained?

        let (heldOut, active) = (200, 5)
        let latents = page.choose(paper: 512, quick: 128)
        let dimensions = text.directions.units.first?.count ?? 1
        let samples = DictionarySamples(units: text.directions.units, heldOut: heldOut, using: page.stream("words"))
        func experiment(_ id: String, _ rows: [[Double]]) -> Experiment {
            let table = DictionarySamples.table(rows)
            return Experiment(
                id: id, architecture: .dictionary(.topK, dimensions: dimensions, latents: latents),
                settings: [
                    .init(
                        data: TrainingData(
                            table, named: page.provide(table), samples: samples.trained,
                            heldOut: rows.count - samples.trained),
                        objective: .dictionary(dimensions: dimensions, penalty: 0, active: active))
                ],
                restarts: page.choose(paper: 3, quick: 2), steps: page.choose(paper: 2_000, quick: 300),
                batchSize: 256, learningRate: .late(3e-3), optimizer: AdamW(weightDecay: 0),
                dictionary: DictionaryRecipe(), evaluationSamples: 1 << 10)
        }
        let runs = try await page.train(
            all: [
                experiment("words-dictionaries", samples.words),
                experiment("words-dictionaries-gaussian", samples.gaussian),
            ], decidedBy: [text.strongest])
        let categories = text.categories
        let candidates = categories.indices.filter { categories[$0].map(WordNet.isOfMeaning) ?? false }
        let labels = categories.map { $0 ?? -1 }
        let units = text.directions.units
        let (words, gaussian) = (
            LatentQuality(runs[0], units, candidates: candidates),
            LatentQuality(runs[1], units, candidates: candidates)
        )
        try Task.checkCancellation()
        func nearest(_ directions: Matrix) -> NearestThings {
            NearestThings(to: directions, among: units, candidates: candidates, count: LatentQuality.told)
        }
        let axes = mean(nearest(LinearDirections.axes(dimensions)).purities(labels))
        let components = mean(nearest(LinearDirections.principalComponents(of: units)).purities(labels))
        let random = mean(
            nearest(LinearDirections.random(latents, dimensions: dimensions, using: page.stream("directions")))
                .purities(labels))
        try Task.checkCancellation()
        let own = NearestThings.around(candidates, among: units, count: LatentQuality.told)
        let around = mean(own.purities(labels))
        let purity = words.purity(labels)
        try Task.checkCancellation()
        let labelled = PermutationTest(
            observed: purity, permutations: page.choose(paper: 99, quick: 19), using: page.stream("labels")
        ) { stream in
            var mixed = labels
            for (place, other) in zip(candidates, permutation(of: candidates.count, using: &stream)) {
                mixed[place] = labels[candidates[other]]
            }
            return words.purity(mixed)
        }
        func dictionaries(_ run: TrainedModels) -> [SparseAutoencoder] {
            run.models(ofSetting: 0).map { run.dictionary($0) }
        }
        let (known, new) = (
            Array(samples.words.prefix(samples.trained)), Array(samples.words.dropFirst(samples.trained))
        )
        let sums = page.choose(paper: 400, quick: 100)
        try Task.checkCancellation()
        let pseudo = PseudoWords(dictionaries(runs[0]), known, count: sums, using: page.stream("pseudo-words"))
        let pseudoNew = PseudoWords(dictionaries(runs[0]), new, count: sums, using: page.stream("new-pseudo-words"))
        // On what they were trained on, too.
        let pseudoNull = PseudoWords(
            dictionaries(runs[1]), Array(samples.gaussian.prefix(samples.trained)), count: sums,
            using: page.stream("pseudo-words"))
        let panels = [
            NamedValues(
                title: "Purity", label: "Mean share of one category",
                values: [
                    ("dictionary", purity), ("Gaussian", gaussian.purity(labels)), ("neuron basis", axes),
                    ("principal components", components), ("random directions", random),
                    ("shuffled labels", labelled.expected),
                    ("around words", around),
                ], own: ["dictionary"], upper: 0.5),
            NamedValues(
                title: "Pseudo-words", label: "Share with both senses",
                values: [
                    ("trained words", pseudo.both), ("held-out words", pseudoNew.both), ("Gaussian", pseudoNull.both),
                    ("two other words", pseudo.others),
                ], own: ["trained words", "held-out words"], upper: 1),
            NamedValues(
                title: "Explained", label: "Share of squared length",
                values: [
                    ("trained words", 1 - words.unexplained), ("held-out words", 1 - words.unexplainedHeldOut),
                    ("Gaussian, trained", 1 - gaussian.unexplained),
                    ("Gaussian, held out", 1 - gaussian.unexplainedHeldOut),
                ], own: ["trained words", "held-out words"], upper: 1),
        ]
        try page.figure(
            "words-dictionaries",
            caption: """
                Dictionaries of word directions (\(latents) latents, TopK with \(active)) beside what they are compared \
                with: dictionaries of Gaussian vectors with the same mean and covariance, the axes of the hidden \
                layer, principal components, random directions, shuffled categories, and the words themselves, each with \
                the ten words around it. Agreement: the cosines of the latents of two dictionaries, paired; above \
                the horizontal line, at \(number(LatentQuality.same)), they count as the same.
                """,
            alt: """
                Purity is \(fixed(purity, 3)) against \(fixed(gaussian.purity(labels), 3)) for the Gaussian and \
                \(fixed(labelled.expected, 3)) with shuffled labels. The mean agreement of two seeds is \
                \(fixed(words.agreement, 2)) against \(fixed(gaussian.agreement, 2)). Both senses of a pseudo-word come out in \
                \(percent(pseudo.both, digits: 0)) against \(percent(pseudoNull.both, digits: 0)). Of held-out words \
                \(percent(1 - words.unexplainedHeldOut, digits: 0)) is explained, against \
                \(percent(1 - gaussian.unexplainedHeldOut, digits: 0)).
                """,
            data: dictionaryTable(panels, words: words.cosines, gaussian: gaussian.cosines)
        ) { dictionaryFigure(panels, words: words.cosines, gaussian: gaussian.cosines) }

        //: The latents’ words are \(purity) of one category, those of Gaussian dictionaries \(purity-gaussian), those of
        //: the neuron basis \(purity-axes), of principal components \(purity-components), of random directions
        //: \(purity-random), and with shuffled categories \(purity-shuffled). So the dictionary has \(purity-gain) beyond the
        //: strongest of these nulls. Of what it has beyond shuffled categories, that null has \(null-share): words that
        //: occur together lie side by side, so many directions have words around them that are alike. The ten words around a
        //: single word are \(purity-around) of one category, \(around-verdict).
        //:
        //: The latents of two seeds have a mean cosine of \(agreement), those of Gaussian dictionaries \(agreement-gaussian);
        //: above 0.7 are \(shared). From there on we count two latents as the same, by their decoders; in dictionaries of
        //: language models, too, many latents have no counterpart with another seed [@paulo2025]. Pseudo-words come apart in
        //: \(pseudo) of the cases, with two words that were held out in \(pseudo-new); Gaussian dictionaries take sums of
        //: their own vectors apart in \(pseudo-gaussian), and the latents of two other words are active in \(pseudo-other).
        //: Of the length of words that were trained on \(explained) is explained, of held-out words \(explained-new),
        //: of Gaussian vectors that were held out \(explained-gaussian).

        let examples = Self.examples(words.nearest.first, labels)
        try page.table(
            "words-latents",
            caption: """
                Latents of the first dictionary with their ten nearest words, and the most common category of these: the four \
                purest, and four from the middle of the ranking.
                """,
            Self.latentTable(examples, words.nearest.first, labels, text.corpus.words))

        //: *What is weak.* The table shows the best, and what is usual: the median purity of a latent is
        //: \(purity-median). Two thousand words are few to train on: what is explained of new words is \(new-share) of what is
        //: explained of trained ones. \(unshared) of the latents have no counterpart with another seed. Categories are
        //: crude, and glosses bring together what has one topic rather than what is of one kind. Only \(category-words) of the
        //: words have a category of meaning, and words with several senses have only that of the first. A list of good examples
        //: would show none of this.

        let strongestNull = max(gaussian.purity(labels), axes, components, random, labelled.expected)
        page["latents"] = String(latents)
        page["purity-median"] = percent(median(words.nearest.flatMap { $0.purities(labels) }.filter(\.isFinite)))
        page["null-share"] = percent(
            (strongestNull - labelled.expected) / (purity - labelled.expected), digits: 0)
        page["new-share"] = percent((1 - words.unexplainedHeldOut) / (1 - words.unexplained), digits: 0)
        page["unshared"] = percent(1 - words.shared)
        page["purity"] = percent(purity)
        page["purity-gaussian"] = percent(gaussian.purity(labels))
        page["purity-axes"] = percent(axes)
        page["purity-components"] = percent(components)
        page["purity-random"] = percent(random)
        page["purity-shuffled"] = percent(labelled.expected)
        page["purity-around"] = percent(around)
        page["purity-gain"] =
            purity > strongestNull ? "\(fixed(100 * (purity - strongestNull), 1)) points" : "nothing"
        page["around-verdict"] =
            around > purity ? "more than those of the latents" : "less than those of the latents"
        page["agreement"] = fixed(words.agreement, 2)
        page["agreement-gaussian"] = fixed(gaussian.agreement, 2)
        page["shared"] = percent(words.shared)
        page["pseudo"] = percent(pseudo.both, digits: 0)
        page["pseudo-new"] = percent(pseudoNew.both, digits: 0)
        page["pseudo-gaussian"] = percent(pseudoNull.both, digits: 0)
        page["pseudo-other"] = percent(pseudo.others)
        page["explained"] = percent(1 - words.unexplained, digits: 0)
        page["explained-new"] = percent(1 - words.unexplainedHeldOut, digits: 0)
        page["explained-gaussian"] = percent(1 - gaussian.unexplainedHeldOut, digits: 0)
        page["category-words"] = percent(
            Double(candidates.count) / Double(max(1, text.corpus.words.count)), digits: 0)
        page["result-dictionaries"] =
            (purity > 1.1 * strongestNull
                ? "more than their covariance explains" : "little that their covariance does not explain")
            + (words.shared < 0.2 ? ", in latents that hardly ever come again with another seed" : "")
        let weights = ["words-dictionaries", "words-dictionaries-gaussian"]
        let study = "Cunningham et al. 2023, asked of word directions"
        let question = "our question"
        page.claim(
            "words.purity",
            "Latents are easier to interpret than neurons, principal components, random directions and latents of Gaussian vectors (mean purity of their ten nearest words, over that with shuffled categories).",
            source: study, measured: purity / labelled.expected, expected: 1.25...(.infinity),
            partly: 1.1...(.infinity),
            control: .init(
                "the best of Gaussian dictionaries, neurons, principal components and random directions",
                max(gaussian.purity(labels), axes, components, random) / labelled.expected),
            reason: """
                Words that occur together lie side by side, so any direction has words of one category around it: the best \
                null has \(fixed(max(gaussian.purity(labels), axes, components, random) / labelled.expected, 2)). The \
                words around a single word have \(fixed(around / labelled.expected, 2)).
                """,
            figure: "words-dictionaries", weights: weights)
        page.claim(
            "words.agreement",
            "Dictionaries find the same latents from another random start (share of paired latents with a cosine above 0.7).",
            source: question, measured: words.shared, expected: 0.5...1, partly: 0.2...1,
            control: .init("Gaussian vectors", gaussian.shared),
            reason: """
                Some two thousand words are too few to determine so many latents: they are fitted to single words, and which these are \
                depends on the start.
                """,
            figure: "words-dictionaries", weights: weights)
        page.claim(
            "words.pseudo-words",
            "Both senses of a pseudo-word come out (of sums of two words with different strongest latents, the share in which both of these are active).",
            source: question, measured: pseudo.both, expected: 0.7...1, partly: 0.4...1,
            control: .init("dictionaries and sums of Gaussian vectors", pseudoNull.both),
            reason:
                "With \(active) active latents for two words, one of which alone takes as many, the weaker sense is often left out.",
            figure: "words-dictionaries", weights: weights)
        page.claim(
            "words.held-out",
            "Dictionaries explain words that they were not trained on (explained share of squared length).",
            source: question, measured: 1 - words.unexplainedHeldOut, expected: 0.5...1, partly: 0.25...1,
            control: .init("Gaussian vectors", 1 - gaussian.unexplainedHeldOut),
            reason: """
                Of the words that they were trained on they explain \(percent(1 - words.unexplained, digits: 0)): much of a \
                dictionary is fitted to single words.
                """,
            figure: "words-dictionaries", weights: weights)
    }

    /// The four purest latents, and four from the middle of the ranking.
    private static func examples(_ nearest: NearestThings?, _ labels: [Int]) -> [Int] {
        guard let nearest else { return [] }
        let purities = nearest.purities(labels).map { $0.isFinite ? $0 : 0 }
        let ranked = purities.indices.sorted { purities[$0] == purities[$1] ? $0 < $1 : purities[$0] > purities[$1] }
        let middle = ranked.count / 2
        return ranked.count < 12 ? ranked : Array(ranked.prefix(4)) + ranked[middle - 2..<middle + 2]
    }

    private static func latentTable(
        _ latents: [Int], _ nearest: NearestThings?, _ labels: [Int], _ words: [String]
    ) -> Table {
        var table = Table("latent", "nearest words", "category", "purity")
        guard let nearest else { return table }
        let purities = nearest.purities(labels)
        for latent in latents {
            let things = nearest.nearest[latent]
            let counts = things.reduce(into: [Int: Int]()) { $0[labels[$1], default: 0] += 1 }
            let most = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? -1
            table.append(
                latent, things.map { words[$0] }.joined(separator: ", "),
                WordNet.categories.indices.contains(most) ? WordNet.categories[most] : "none", purities[latent])
        }
        return table
    }
}
