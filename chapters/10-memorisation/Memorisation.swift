//: # Memorisation and double descent
//:
//: What does a model store that sees the same few examples again and again? The paper's toy models never see an example
//: twice. Four months later some of its authors trained them on finite sets [@henighan2023]. With few examples, they
//: report, a model stores the examples themselves in superposition, as it stores features otherwise; with many it
//: stores features; and in between it does neither, and its loss on fresh examples peaks. This chapter is beyond the
//: paper. It asks whether that holds here, and on what the peak depends.

import Analysis
import Foundation
import Notebook
import ToyModels

public struct Memorisation: Chapter {
    public let source = Source()

    public init() {}

    public func run(_ page: Page) async throws {
        let scale = Scale(page)
        let memories = try await descent(page, scale)
        try await peak(page, scale, memories)
        page.result(
            #"""
            With few examples models store the examples: \(polygons) of \(few-total) models with three or five have them at
            the corners of a polygon. With many they store \(many). \(middle) How high that loss rises depends on \(largest)
            more than on \(lesser).
            """#, figure: "double-descent")
    }

    /// How large the models and their training are.
    private struct Scale {
        let features: Int
        let density: Double
        let examples: [Int]
        let sets: Int
        let steps: Int
        let learningRate: Double
        let decay: Double
        let batch: Int

        init(_ page: Page) {
            features = page.choose(paper: 1_000, quick: 300, full: 10_000)
            density = page.choose(paper: 0.01, quick: 0.03, full: 0.001)
            examples = page.choose(
                paper: [3, 5, 6, 8, 10, 15, 30, 50, 100, 200, 300, 500, 1_000, 2_000, 10_000],
                quick: [3, 5, 8, 15, 30, 60, 100, 200, 500, 1_000, 3_000],
                full: [3, 5, 6, 8, 10, 15, 30, 50, 100, 300, 1_000, 2_000, 5_000, 10_000, 30_000, 100_000])
            sets = page.choose(paper: 3, quick: 3, full: 1)
            steps = page.choose(paper: 2_000, quick: 1_000, full: 3_000)
            // The means of 10,000 features are so small that larger steps can turn all outputs off, for good.
            learningRate = page.choose(paper: 0.01, quick: 0.01, full: 0.001)
            decay = 0.3
            batch = page.choose(paper: 1_000, quick: 500, full: 5_000)
        }

        /// Models of one number of examples, each of a set of its own.
        func experiment(
            _ id: String, examples: Int, hidden: Int = 2, sets: Int? = nil, steps: Int? = nil, decay: Double? = nil
        ) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: features, hidden: hidden),
                settings: (0..<(sets ?? self.sets)).map { number in
                    .init(
                        data: TrainingData(
                            FeatureDistribution(density: density, features: features, norm: 1),
                            sampling: .finite(samples: examples, number: number)),
                        objective: Objective(importance: Array(repeating: 1, count: features)))
                },
                // The best of some starts, where examples are few enough to be arranged.
                restarts: examples <= 10 && sets == nil ? 4 : 1, steps: steps ?? self.steps,
                batchSize: min(examples, batch), learningRate: .cosine(learningRate),
                optimizer: AdamW(weightDecay: decay ?? self.decay), evaluationSamples: 1 << 13)
        }
    }

    private func descent(_ page: Page, _ scale: Scale) async throws -> [Memory] {
        //: ## From examples to features
        //:
        //: The model is that of the [first chapter](01-demonstrating-superposition.html), with $n$ = \(features)
        //: features of equal importance in $m = 2$ dimensions at density \(density), so that about \(active) of them
        //: are active in an example. Each example is scaled to length 1. A model sees $T$ examples, all of them in
        //: every step, or batches of \(batch) where there are more; we train models on \(sets) for each $T$, and take
        //: the best of four starts, by the loss on the examples, where there are at most ten of them.
        //:
        //: The study has 10,000 features at density 0.001, and a public replication of it trains for 50,000 steps at a
        //: learning rate of 0.001 with weight decay 0.01 [@henighan2023]. Ours are \(steps) steps at \(rate), with decay
        //: \(decay). How much the weights shrink depends on the sum, over all steps, of decay times learning rate: apart
        //: from the schedule that is \(our-product) here and \(their-product) there. So our decay is \(product-ratio) times
        //: as strong. We chose it for models of 1,000 features, after a look at other values, so that both the peak and the
        //: features beyond it can be seen; the second section shows what others give. With `--profile full` the chapter
        //: has as many features as the study, and still fewer steps.

        let experiments = scale.examples.map { scale.experiment("data-points-\($0)", examples: $0) }
        let trained = try await page.train(all: experiments)
        var stream = page.stream("fresh")
        var fresh = SampleTable(features: scale.features)
        let distribution = experiments[0].settings[0].features
        for _ in 0..<max(2_000, scale.examples.max() ?? 0) { fresh.append(distribution.sample(using: &stream)) }
        let memories = trained.map { models in
            Memory(
                models,
                on: models.experiment.settings.indices.compactMap {
                    page.trainingSet(of: models.experiment, setting: $0)
                },
                fresh: fresh)
        }
        let constant = constantLoss(fresh)
        let shown = memories.filter {
            page.choose(
                paper: [3, 5, 8, 30, 500, 2_000, 10_000], quick: [3, 5, 8, 30, 200, 1_000, 3_000],
                full: [3, 5, 8, 30, 5_000, 30_000, 100_000]
            ).contains(
                $0.examples)
        }
        let few = memories.filter { $0.examples <= 5 }
        let polygons = few.reduce(0) { $0 + Memory.polygons($1.hidden) }
        let regular = few.reduce(0) { $0 + Memory.polygons($1.hidden, regular: true) }
        let chance = few.reduce(0) { $0 + Memory.polygons($1.fresh) }
        let fewTotal = few.reduce(0) { $0 + $1.hidden.count }
        let first = memories[0]
        let last = memories[memories.count - 1]
        try page.figure(
            "data-points",
            caption: """
                A model for each of several numbers of examples $T$. Above, the columns of $W$, one per feature; below, \
                the hidden vectors $W x$ of the examples that it was trained on. Each panel has a scale of its own, and \
                shows the \(Memory.shown) longest vectors at most.
                """,
            alt: """
                With at most five examples their hidden vectors are the corners of a polygon in \(polygons) of \
                \(fewTotal) models. With \(last.examples) the five features that are most on their own have a mean \
                dimensionality of \(fixed(Memory.leading(last.featureDimensionality), 2)), the five examples \
                \(fixed(Memory.leading(last.exampleDimensionality), 3)).
                """,
            data: polygonTable(shown)
        ) { polygonFigure(shown) }

        let peak = memories.peak ?? first
        let peakLoss = mean(peak.test)
        let ends = (first.test + last.test).max() ?? .nan
        try page.figure(
            "double-descent",
            caption: """
                The loss on the examples, and on fresh ones, over their number $T$: \(scale.sets == 1 ? "a model on one set" : "models on \(scale.sets) sets") of each, and \
                their mean. Dashed: a model that ignores its input and answers with the mean.
                """,
            alt: """
                The loss on the examples rises from \(fixed(mean(first.training), 2)) to \
                \(fixed(mean(last.training), 2)). That on fresh ones is \(fixed(mean(first.test), 2)) at first, peaks at \
                \(fixed(peakLoss, 2)) with \(peak.examples) examples, and ends at \(fixed(mean(last.test), 3)).
                """,
            data: descentTable(memories)
        ) { descentFigure(memories, constant: constant) }

        let leadingExamples = memories.map { Memory.leading($0.exampleDimensionality) }
        let leadingFeatures = memories.map { Memory.leading($0.featureDimensionality) }
        let leadingFresh = memories.map { Memory.leading($0.fresh.map(dimensionality(of:))) }
        let peakPlace = memories.firstIndex { $0.examples == peak.examples } ?? 0
        let atPeak = max(leadingExamples[peakPlace], leadingFeatures[peakPlace])
        let (before, after) = (0..<peakPlace, min(peakPlace + 1, memories.count)..<memories.count)
        func inOrder(_ examples: [Double]) -> Int {
            before.count { examples[$0] > leadingFeatures[$0] } + after.count { leadingFeatures[$0] > examples[$0] }
        }
        let orderly = inOrder(leadingExamples)
        let orderlyFresh = inOrder(leadingFresh)
        let (lastFeatures, lastExamples) = (leadingFeatures[memories.count - 1], leadingExamples[memories.count - 1])
        try page.figure(
            "two-dimensionalities",
            caption: """
                The dimensionality of examples, $D_h = \\lVert h \\rVert^2 / \\sum_j (\\hat h \\cdot h_j)^2$ over their \
                hidden vectors, and of features, $D_i = \\lVert W_i \\rVert^2 / \\sum_j (\\hat W_i \\cdot W_j)^2$, over \
                the number of examples $T$: the 60 largest of each model as dots, and the mean of the five largest.
                """,
            alt: """
                From the fewest examples to the most, the mean of the five largest goes from \
                \(fixed(leadingExamples[0], 2)) to \(fixed(lastExamples, 3)) for examples, and from \
                \(fixed(leadingFeatures[0], 3)) to \(fixed(lastFeatures, 2)) for features. At the peak of the loss \
                neither is above \(fixed(atPeak, 3)).
                """,
            data: dimensionalityTable(memories)
        ) { dimensionalityFigure(memories) }

        //: **Few examples.** In \(polygons) of \(few-total) models with three or five examples the hidden vectors of
        //: these are the corners of a polygon (\(figure:data-points)), by the measure of the [first
        //: chapter](01-demonstrating-superposition.html): every gap is closer to an even share of the circle than to
        //: none or to twice that, and so is every length. For as many fresh examples that is so in \(chance) of the models. In
        //: \(regular) of them the polygon is regular to within a tenth. It need not be: three examples at obtuse angles
        //: are told apart without error, and only the decay of the weights prefers an even triangle. In the figure the
        //: columns of $W$ lie on the same rays, many on each: the model treats an example as one feature that happens to
        //: be spread over about \(active) inputs. With three examples the loss on them is \(first-training), on fresh
        //: ones \(first-test); a model that answers with the mean has \(constant). From six examples on it gets harder:
        //: of the models with six to ten, \(polygons-more) have a polygon with a corner for each.
        //:
        //: **Many examples.** At $T$ = \(last-examples) the five features of \(features) that are most on their own have a
        //: dimensionality of \(last-features) on average, the five examples \(last-examples-dimensionality). The corners
        //: of a lone regular pentagon have 0.4; any weight of the other features takes from that. The loss on fresh
        //: examples is \(last-test), and on the examples \(last-training). \(last-verdict)
        //:
        //: **In between** the loss on fresh examples is highest at $T$ = \(peak-examples), with \(peak-loss)
        //: (\(figure:double-descent)). \(end-spread) At the peak neither dimensionality is above \(at-peak)
        //: (\(figure:two-dimensionalities)). A likely reading: the model needs weights for all features to tell its
        //: examples apart, and on a fresh example they all speak at once.
        //:
        //: Below the peak examples should have the larger dimensionality, above it features. That is so at \(in-order) of
        //: the \(order-total) other numbers of examples. But it says little. A cloud without any shape in $m$ dimensions has
        //: a mean of $m / T$ over its examples, whatever was learned, and $m / n$ over its features. And with as many fresh
        //: examples in place of those that were trained on, it is so at \(in-order-fresh).

        page["features"] = String(scale.features)
        page["density"] = number(scale.density)
        page["active"] = number(scale.density * Double(scale.features))
        page["batch"] = String(scale.batch)
        let (product, theirs) = (scale.decay * scale.learningRate * Double(scale.steps), 0.01 * 0.001 * 50_000)
        page["our-product"] = number(product)
        page["their-product"] = number(theirs)
        page["product-ratio"] = number(product / theirs, digits: 2)
        page["sets"] = scale.sets == 1 ? "one set" : "\(scale.sets) sets"
        page["steps"] = String(scale.steps)
        page["rate"] = number(scale.learningRate)
        page["decay"] = number(scale.decay)
        page["polygons"] = String(polygons)
        page["few-total"] = String(fewTotal)
        page["regular"] = regular == 0 ? "none" : String(regular)
        page["chance"] = chance == 0 ? "none" : String(chance)
        let several = memories.filter { (6...10).contains($0.examples) }
        let polygonsMore = several.reduce(0) { $0 + Memory.polygons($1.hidden) }
        page["polygons-more"] =
            "\(polygonsMore == 0 ? "none" : String(polygonsMore)) of \(several.reduce(0) { $0 + $1.hidden.count })"
        page["first-training"] = fixed(mean(first.training), 3)
        page["first-test"] = fixed(mean(first.test), 3)
        page["constant"] = fixed(constant, 3)
        page["last-examples"] = String(last.examples)
        page["last-features"] = fixed(lastFeatures, 2)
        page["last-examples-dimensionality"] = fixed(lastExamples, 4)
        page["last-test"] = fixed(mean(last.test), 3)
        page["last-training"] = fixed(mean(last.training), 3)
        page["last-verdict"] =
            mean(last.test) > constant
            ? "That is still above the \(fixed(constant, 3)) of a model that answers with the mean: a few stored features of "
                + "\(scale.features) gain less than the noise in all other weights loses."
            : "A model that answers with the mean has \(fixed(constant, 3))."
        page["peak-loss"] = fixed(peakLoss, 2)
        page["peak-examples"] = String(peak.examples)
        page["at-peak"] = fixed(atPeak, 3)
        let endSpread = fixed(max(ratio(first.test), ratio(last.test)), 2)
        page["end-spread"] =
            scale.sets > 1
            ? "At the ends it differs by a factor of up to \(endSpread) between sets of as many examples." : ""
        page["many"] = lastFeatures > max(0.1, 2 * lastExamples) ? "the features" : "neither these nor the features"
        page["middle"] =
            (peak.test.min() ?? .nan) > ends
            ? "In between, at \(peak.examples) examples, the loss on fresh ones peaks at \(fixed(peakLoss, 2))."
            : "In between, the loss on fresh ones has no clear peak."
        page["in-order"] = String(orderly)
        page["in-order-fresh"] = String(orderlyFresh)
        page["order-total"] = String(memories.count - 1)
        let source = "Henighan et al. 2023"
        page.claim(
            "memory.polygons",
            "A model that is trained on very few examples stores them as polygons (of models with three or five examples).",
            source: source, count: polygons, of: fewTotal, unit: "models", expected: 0.9...1, partly: 0.5...1,
            control: .init("fresh examples", Double(chance)),
            reason: "In \(fewTotal - polygons) of \(fewTotal) models two examples share a corner, or one has none.",
            figure: "data-points", weights: few.map { "data-points-\($0.examples)" })
        page.claim(
            "memory.regular",
            "With very few examples the polygons are regular, to within a tenth (of models with three or five examples).",
            source: source, count: regular, of: fewTotal, unit: "models", expected: 0.9...1, partly: 0.5...1,
            control: .init("fresh examples", Double(few.reduce(0) { $0 + Memory.polygons($1.fresh, regular: true) })),
            reason:
                "The examples are told apart without error by less even polygons, too; only weight decay prefers regular ones.",
            figure: "data-points", weights: few.map { "data-points-\($0.examples)" })
        page.claim(
            "memory.features",
            "A model that is trained on many examples stores features in superposition (mean of the five largest dimensionalities; a regular pentagon has 0.4).",
            source: source, measured: lastFeatures, expected: 0.35...0.45, partly: 0.2...0.5,
            control: .init("examples", lastExamples),
            reason:
                "The small weights of the other \(scale.features - 5) features, which are never quite zero, take a share of each corner.",
            figure: "two-dimensionalities", weights: ["data-points-\(last.examples)"])
        page.claim(
            "memory.double-descent",
            "Between the two the loss on fresh examples peaks (the least loss of all sets at the peak, over the greatest of all sets at the two ends).",
            source: source, measured: (peak.test.min() ?? .nan) / ends, expected: 1.05...(.infinity),
            control: [first, last].compactMap { lead($0.test) }.max().map {
                .init("one set at an end over the others there", $0)
            },
            reason:
                "The mean loss on fresh examples is highest with \(peak.examples) of them, at \(fixed(peakLoss, 2)).",
            figure: "double-descent", weights: [first, peak, last].map { "data-points-\($0.examples)" }.uniqued())
        page.claim(
            "memory.neither",
            "At the peak the dimensionalities of examples and of features are both low (the larger mean of the five largest; a regular pentagon has 0.4).",
            source: source, measured: atPeak, expected: 0...0.1, partly: 0...0.2,
            control: .init(
                "the lower of what examples have where they are fewest and features where they are most",
                min(leadingExamples[0], lastFeatures)),
            reason:
                "One kind has more than a quarter of a pentagon’s dimensionality there, at \(peak.examples) examples.",
            figure: "two-dimensionalities",
            weights: ["data-points-\(peak.examples)"])
        page.claim(
            "memory.crossing",
            "Below the peak examples have the larger dimensionality, above it features (numbers of examples where it is so).",
            source: source, count: orderly, of: memories.count - 1, unit: "numbers", expected: 0.9...1,
            partly: 0.75...1, control: .init("fresh examples for those trained on", Double(orderlyFresh)),
            reason:
                "The order follows from the numbers alone: few vectors have large shares of two dimensions, whatever was learned.",
            figure: "two-dimensionalities", weights: memories.map { "data-points-\($0.examples)" })
        return memories
    }

    private func peak(_ page: Page, _ scale: Scale, _ memories: [Memory]) async throws {
        //: ## What the peak depends on
        //:
        //: The phenomenon is reported as sensitive to hyperparameters [@henighan2023]. So we vary three, one at a time:
        //: weight decay, the number of dimensions and the length of training. There is one model for each cell, on the
        //: first of the sets.

        let examples = page.choose(
            paper: [30, 100, 200, 500, 1_000, 2_000], quick: [30, 60, 200, 500, 1_000],
            full: [300, 1_000, 5_000, 10_000])
        let decays = page.choose(paper: [0.01, 1, 3], quick: [0.02, 2], full: [0.01, 3])
        let widths = page.choose(paper: [5, 10], quick: [5], full: [3])
        let lengths = page.choose(paper: [500, 6_000], quick: [300], full: [500])
        func rows(_ name: String, _ values: [Double], _ experiment: (String, Int, Double) -> Experiment) -> [Experiment]
        {
            values.flatMap { value in
                examples.map { experiment("double-descent-map-\(name)-\(number(value))-\($0)", $0, value) }
            }
        }
        let byDecay = rows("decay", decays) { scale.experiment($0, examples: $1, sets: 1, decay: $2) }
        let byWidth = rows("m", widths.map(Double.init)) {
            scale.experiment($0, examples: $1, hidden: Int($2), sets: 1)
        }
        let byLength = rows("steps", lengths.map(Double.init)) {
            scale.experiment($0, examples: $1, sets: 1, steps: Int($2))
        }
        let trained = try await page.train(all: byDecay + byWidth + byLength)
        let same = memories.filter { examples.contains($0.examples) }
        /// The rows of one hyperparameter, with that of the first section among them.
        func map(_ values: [Double], from start: Int, usual: Double) -> [MapRow] {
            let rows = values.enumerated().map { index, value in
                MapRow(
                    value: value, examples: examples,
                    losses: examples.indices.map { trained[start + index * examples.count + $0].losses.first ?? .nan })
            }
            let own = MapRow(value: usual, examples: examples, losses: same.map { $0.test.first ?? .nan })
            return (rows + [own]).sorted { $0.value < $1.value }
        }
        let decay = map(decays, from: 0, usual: scale.decay)
        let hidden = map(widths.map(Double.init), from: byDecay.count, usual: 2)
        let steps = map(
            lengths.map(Double.init), from: byDecay.count + byWidth.count, usual: Double(scale.steps))
        let (weakest, strongest) = (decay[0], decay[decay.count - 1])
        let (narrow, wide) = (hidden[0], hidden[hidden.count - 1])
        let (short, long) = (steps[0], steps[steps.count - 1])
        try page.figure(
            "double-descent-map",
            caption: """
                The loss on fresh examples over the number $T$ of examples and a hyperparameter; the others are as before. \
                A cell is one model. A row whose peak is in its first or last cell may have it beyond.
                """,
            alt: """
                Without much weight decay, at \(number(weakest.value)), the loss reaches \(number(weakest.peak.loss, digits: 3)) \
                at \(weakest.peak.examples) examples; with \(number(strongest.value)) it is at most \
                \(fixed(strongest.peak.loss, 2)). With \(number(wide.value)) dimensions it peaks at \(wide.peak.examples) \
                examples, with \(number(narrow.value)) at \(narrow.peak.examples). \
                \(number(long.value)) steps lead to at most \(fixed(long.peak.loss, 2)), \(number(short.value)) to \
                \(fixed(short.peak.loss, 2)).
                """,
            data: mapTable(decay: decay, hidden: hidden, lengths: steps)
        ) { mapFigure(decay: decay, hidden: hidden, lengths: steps) }

        //: From the row with the lowest peak to that with the highest, the peak's loss changes by a factor of \(by-decay)
        //: with *weight decay*, \(by-width) with *dimensions* and \(by-length) with the *length of training*
        //: (\(figure:double-descent-map)). So \(largest) counts most, over the ranges that are shown. With decay
        //: \(weak-decay) the loss on fresh examples reaches \(weak-peak), with \(strong-decay) it is at most
        //: \(strong-peak). \(decay-reading)
        //:
        //: The peak is at most \(long-peak) with \(long-steps) steps, and \(short-peak) with \(short-steps):
        //: \(length-effect). More dimensions \(width-effect): with \(wide-m) it is at $T$ = \(wide-examples), with a
        //: loss of \(wide-peak), and with \(narrow-m) at \(narrow-examples), with \(narrow-peak). \(width-reading)
        //:
        //: What the smaller scale changes: with ten times fewer features, fewer examples are enough for each to be seen
        //: often, so that all numbers of examples are smaller than in the study. What this does not show is any mechanism
        //: of the peak beyond the two dimensionalities, nor that larger models have it for the same reason.

        let heights = [
            ("weight decay", decay), ("the number of dimensions", hidden), ("the length of training", steps),
        ]
        .map { name, rows in (name: name, ratio: ratio(rows.map(\.peak.loss))) }
        let ranked = heights.sorted { $0.ratio > $1.ratio }
        page["by-decay"] = number(heights[0].ratio, digits: 1)
        page["by-width"] = number(heights[1].ratio, digits: 1)
        page["by-length"] = number(heights[2].ratio, digits: 1)
        page["largest"] = ranked[0].name
        page["lesser"] = "\(ranked[1].name) or \(ranked[2].name)"
        page["decay-reading"] =
            weakest.peak.loss > strongest.peak.loss
            ? "Where hardly anything decays, the weights with which a model has told its examples apart stay large, and so do "
                + "its answers to fresh ones." : ""
        page["weak-decay"] = number(weakest.value)
        page["weak-peak"] = number(weakest.peak.loss, digits: weakest.peak.loss < 10 ? 2 : 0)
        page["strong-decay"] = number(strongest.value)
        page["strong-peak"] = fixed(strongest.peak.loss, 2)
        page["length-effect"] =
            long.peak.loss > short.peak.loss
            ? "longer training makes it higher" : "longer training does not make it higher"
        page["long-peak"] = fixed(long.peak.loss, 2)
        page["long-steps"] = number(long.value)
        page["short-peak"] = fixed(short.peak.loss, 2)
        page["short-steps"] = number(short.value)
        let shift = Double(wide.peak.examples) / Double(max(1, narrow.peak.examples))
        page["width-effect"] =
            shift > 1 ? "move the peak to more examples" : shift < 1 ? "move it to fewer" : "do not move the peak"
        page["wide-peak"] = fixed(wide.peak.loss, 2)
        page["narrow-peak"] = fixed(narrow.peak.loss, 2)
        page["wide-m"] = number(wide.value)
        page["wide-examples"] = String(wide.peak.examples)
        page["narrow-m"] = number(narrow.value)
        page["narrow-examples"] = String(narrow.peak.examples)
        page["width-reading"] =
            shift > 1
            ? "Perhaps a model with more room can hold more examples before it has to give them up."
            : shift < 1
                ? "Perhaps the room that more dimensions give is of more use to features than to examples."
                : "Perhaps the room that more dimensions give is of as much use to features as to examples."
        // Where the peak is on each of the sets, at the numbers of examples of the map.
        let places = (0..<scale.sets).map { set in
            Double(same.max { $0.test[set] < $1.test[set] }?.examples ?? 1)
        }
        let sets = same.peak?.test ?? []
        let source = "our question: Henighan et al. 2023 report the peak as sensitive to hyperparameters"
        page.claim(
            "memory.decay",
            "The peak depends on weight decay (highest loss with the least decay, over that with the most).",
            source: source, measured: weakest.peak.loss / strongest.peak.loss, expected: 2...(.infinity),
            control: .init("another set of examples", ratio(sets)),
            reason:
                "The peak is at \(number(weakest.peak.loss, digits: 3)) with decay \(number(weakest.value)), and at \(number(strongest.peak.loss, digits: 3)) with \(number(strongest.value)).",
            figure: "double-descent-map", weights: [byDecay[0].id])
        page.claim(
            "memory.width",
            "With more dimensions the peak is at more examples (number with the most dimensions, over that with two).",
            source: source, measured: shift, expected: 1.5...(.infinity),
            control: .init("another set of examples", ratio(places)),
            reason: "The peak is at \(narrow.peak.examples) examples with \(number(narrow.value)) dimensions, and at "
                + "\(wide.peak.examples) with \(number(wide.value)).",
            figure: "double-descent-map", weights: byWidth.map(\.id))
    }
}

/// The greatest of some values over the least.
private func ratio(_ values: [Double]) -> Double { (values.max() ?? .nan) / (values.min() ?? .nan) }

/// How far the greatest value stands above the others; nil if there are none.
private func lead(_ values: [Double]) -> Double? {
    let sorted = values.sorted(by: >)
    return sorted.count > 1 ? sorted[0] / sorted[1] : nil
}

/// The loss of a model that answers with the mean of each feature, which is the same for all: of examples of length 1.
private func constantLoss(_ fresh: SampleTable) -> Double {
    let features = Double(fresh.features)
    let average = fresh.values.reduce(0) { $0 + Double($1) } / (features * Double(max(1, fresh.count)))
    return 1 - features * average * average
}

extension [String] {
    /// Each string once, where it first occurs.
    fileprivate func uniqued() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
