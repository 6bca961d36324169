//: # Computation in superposition
//:
//: Storing features and reading them back is not what networks are for. Can they also *compute* with features that
//: share neurons? The paper has a small model compute an absolute value, which takes a hidden ReLU:
//: $|x| = \operatorname{ReLU}(x) + \operatorname{ReLU}(-x)$. So, unlike the model of the [previous
//: chapter](06-privileged-basis.html), this one needs its neurons. [@elhage2022]

import Analysis
import Foundation
import Notebook
import ToyModels

public struct Computation: Chapter {
    public let source = Source()

    public init() {}

    public func run(_ page: Page) async throws {
        try await absoluteValues(page)
        let (sweep, fast, slow) = try await moreFeaturesThanNeurons(page)
        try bothKinds(page, sweep, fast, slow)
        try await asymmetricMotif(page)
    }

    private func absoluteValues(_ page: Page) async throws {
        //: ## Absolute values
        //:
        //: Features now have signs: zero with probability $S$, otherwise uniform on $[-1, 1]$. The model is
        //:
        //: $$\begin{aligned}
        //: h &= \operatorname{ReLU}(W_1 x), \\
        //: y' &= \operatorname{ReLU}(W_2 h + b),
        //: \end{aligned}$$
        //:
        //: with two separate matrices, and the loss is $\sum_i I_i (|x_i| - y'_i)^2$. A neuron can be scaled by any
        //: positive factor if its outputs are scaled back, so before we look at a neuron we scale it until its largest
        //: input weight is 1, as the paper does. First, the easy case: three features, all equally important and always
        //: active, and six neurons, as many as it takes.

        let basic = try await page.train(
            Experiment(
                id: "absolute-value-basic", architecture: architecture(features: 3, hidden: 6),
                settings: [setting(density: 1, features: 3, decay: 1)], restarts: 16,
                steps: page.choose(paper: 4_000, quick: 2_000), batchSize: 512, learningRate: .cosine(3e-2)))
        let small = basic.best[0].shown
        try page.figure(
            "absolute-value-basic",
            caption: """
                Three absolute values with six neurons, in three views: the weights as matrices, stacked by \
                neuron with one colour per feature, and as a graph from inputs to outputs. The best of 16 \
                models; its neurons were put in order by a program.
                """,
            alt: """
                Each input has two neurons, one with weight plus one and one with weight minus one, and both lead to \
                the output of the same feature with weight one. There is nothing else.
                """,
            data: weightTable([("best", small)])
        ) { basicFigure(small) }

        //: Each feature gets a neuron for its positive and one for its negative side, and the output adds them: the
        //: model is off by at most \(basic-error) for single features. Of the 16 starts \(basic-pairs) end with such a
        //: pair for each feature. In the others two neurons serve the same side and one side is missing, a local
        //: minimum.

        let pairs = basic.models(ofSetting: 0).count { basic[$0].dedicatedPairs == 3 }
        page["basic-pairs"] = String(pairs)
        page["basic-error"] = String(format: "%.1e", small.largestError)
        page.claim(
            "abs.pairs",
            "Each feature has a neuron for its positive and one for its negative side (features, best model).",
            source: "Computation in Superposition, Basic Results",
            measured: Double(small.dedicatedPairs), of: 3, unit: "features", expected: 3...3, partly: 2...3,
            figure: "absolute-value-basic")
        page.claim(
            "abs.error",
            "The model adds them and so computes the absolute value (largest error for a single feature).",
            source: "Computation in Superposition, Basic Results",
            measured: small.largestError, expected: 0...0.02, partly: 0...0.1, figure: "absolute-value-basic")
    }

    /// - Returns: the sweep over density, and the models of its faster and of its slower learning rate.
    private func moreFeaturesThanNeurons(_ page: Page) async throws -> (Sweep, TrainedModels, TrainedModels) {
        //: ## More features than neurons
        //:
        //: Now $n = 100$ features of importance $I_i = 0.8^i$ and $m = 40$ neurons, enough for 20 features without
        //: superposition.
        //:
        //: These models are hard to train from the usual random weights: an output that starts below zero for all
        //: inputs is cut off by its ReLU and never learns, and with random output weights that is the fate of many. An
        //: absolute value needs output weights that are positive. So we start with small input weights, a tenth of the
        //: usual, and $W_2 = |W_1|^T$. That departs from the paper, which does not say how it started. At the densities
        //: \(default-densities) the best of \(default-starts) models from the usual weights ends with \(default-ratios)
        //: times the loss of our best: dense features do well with the usual weights, sparse ones do not. We train
        //: every density from \(starts) starts at each of two learning rates, 0.01 and 0.003, as dense features do
        //: better with the faster one and sparse ones with the slower.

        let densities = [1, 0.3, 0.1, 0.06, 0.03, 0.02, 0.01, 0.003, 0.001]
        let starts = page.choose(paper: 4, quick: 1)
        func experiment(_ id: String, _ densities: [Double], rate: Double, usual: Bool = false) -> Experiment {
            Experiment(
                id: id, architecture: architecture(features: 100, hidden: 40),
                settings: densities.map { setting(density: $0, features: 100, decay: 0.8) },
                restarts: usual ? 2 : starts, steps: page.choose(paper: 5_000, quick: 600),
                batchSize: page.choose(paper: 1024, quick: 512), learningRate: .cosine(rate, to: 0.03),
                initialScale: usual ? 1 : 0.1, initialDecoderFromEncoder: usual ? nil : 1,
                evaluationSamples: 1 << 17)
        }
        let usualDensities = [1, 0.1, 0.01]
        let runs = try await page.train(all: [
            experiment("absolute-value-sparsity", densities, rate: 1e-2),
            experiment("absolute-value-sparsity-slow", densities, rate: 3e-3),
            experiment("absolute-value-sparsity-usual", usualDensities, rate: 1e-2, usual: true),
        ])
        let (fast, slow, usual) = (runs[0], runs[1], runs[2])
        let sweep = Sweep(fast, slow)
        let shownPlaces = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001].compactMap { sweep.place($0) }
        try page.figure(
            "absolute-value-sparsity",
            caption: """
                Neurons that compute absolute values, by density: 100 features, 40 neurons, the best of \
                \(2 * starts) models each. A stack holds the magnitudes of a neuron's input weights, largest \
                first from below, coloured by the feature's superposition. The background shows how many \
                features the neuron reads with more than \(polysemanticThreshold) of its largest weight. \
                Neurons are ordered by their largest feature. Stacks are cut off at 5.
                """,
            alt: """
                On dense features every neuron reads a single feature. As density falls, neurons fill with \
                several features, beginning on the right, with those of less important features, until at the \
                lowest densities all neurons read many. Monosemantic neurons by density: \
                \(shownPlaces.map { "\($0.best.monosemantic())" }.joined(separator: ", ")).
                """,
            data: weightTable(shownPlaces.map { ("\($0.density)", $0.best) })
        ) { sparsityFigure(shownPlaces) }

        //: On dense features \(mono-dense) of 40 neurons read a single feature, and these features can be read directly
        //: off the neurons. (\(pairs-dense) of the 20 possible features have both of their neurons; the other neurons
        //: compute one side of a feature, or the same side twice: a local minimum.) Then superposition sets in, at
        //: density 0.1 among the neurons of less important features, and at density 0.001 there are \(mono-sparse)
        //: monosemantic neurons. On average over all models the number of polysemantic neurons rises or stays the same
        //: at \(shift-steps) of the \(all-steps) steps of the sweep; at the sparse end, where nearly all are
        //: polysemantic, it goes up and down a little. The models still compute: at density 0.01 the loss is
        //: \(zero-ratio) of what it would cost to output each feature's mean. They apply a nonlinear function to
        //: features that they keep in superposition.

        let dense = sweep.places[0]
        let sparse = sweep.places[sweep.places.count - 1]
        let hundredth = sweep.place(0.01)
        // E|x|² − (E|x|)² of one feature, times the sum of the importances.
        let variance = 0.01 / 3 - 0.0025 * 0.01
        let answeringMeans = variance * setting(density: 0.01, features: 100, decay: 0.8).importance.reduce(0, +)
        let means = sweep.places.map { place in place.mean { $0.polysemantic() } }
        let (rises, steps) = (zip(means, means.dropFirst()).count { $0 <= $1 }, means.count - 1)
        page["shift-steps"] = String(rises)
        page["all-steps"] = String(steps)
        page["starts"] = String(starts)
        page["default-starts"] = String(usual.experiment.restarts)
        page["default-densities"] = usualDensities.map { number($0) }.joined(separator: ", ")
        page["default-ratios"] = usualDensities.indices.map { index in
            let ours = sweep.place(usualDensities[index])?.models[0].loss ?? .nan
            return fixed(usual.losses[usual.best(ofSetting: index)] / ours, 1)
        }.joined(separator: ", ")
        page["mono-dense"] = String(dense.best.monosemantic())
        page["pairs-dense"] = String(dense.best.dedicatedPairs)
        page["mono-sparse"] = String(sparse.best.monosemantic())
        page["zero-ratio"] = percent((hundredth?.models[0].loss ?? .nan) / answeringMeans)
        page.claim(
            "abs.dense",
            "In the dense regime each neuron represents a single feature (neurons of the best model).",
            source: "Computation in Superposition, Superposition vs Sparsity",
            measured: Double(dense.best.monosemantic()), of: 40, unit: "neurons", expected: 38...40, partly: 30...40,
            figure: "absolute-value-sparsity")
        page.claim(
            "abs.sparse",
            "Sufficiently sparse features share all neurons (polysemantic neurons at density 0.001).",
            source: "Computation in Superposition, Superposition vs Sparsity",
            measured: Double(sparse.best.polysemantic()), of: 40, unit: "neurons", expected: 38...40, partly: 20...40,
            figure: "absolute-value-sparsity")
        page.claim(
            "abs.shift",
            "Neurons shift from mono- to polysemantic with sparsity (steps at which the mean number rises or stays).",
            source: "Computation in Superposition, Superposition vs Sparsity",
            measured: Double(rises), of: Double(steps), unit: "steps", expected: Double(steps)...Double(steps),
            partly: Double(steps - 2)...Double(steps), figure: "absolute-value-sparsity")
        return (sweep, fast, slow)
    }

    private func bothKinds(_ page: Page, _ sweep: Sweep, _ fast: TrainedModels, _ slow: TrainedModels) throws {
        //: ## Both kinds in one model
        //:
        //: In between, models have neurons of both kinds. The next figure enlarges the one that has most of both, at
        //: density \(mixed-density), and counts both kinds at all densities. A neuron counts as polysemantic if its
        //: second-largest weight is more than \(threshold) of the largest (the paper judged by eye).

        let mixed = sweep.mostMixed
        let profile = ActivationProfile(
            mixed.best, features: FeatureDistribution(density: mixed.density, features: 100, isSigned: true),
            samples: page.choose(paper: 200_000, quick: 20_000), using: page.stream("activations"))
        try page.figure(
            "mono-and-polysemantic",
            caption: """
                Top: the model at density \(number(mixed.density)), as in the previous figure, with the \
                primary feature of every third neuron. Bottom left: neurons of both kinds against density, in \
                the best model (dots) and on average over all \(mixed.models.count) models. Bottom right: among the \
                largest activations of a polysemantic neuron, the share in which its primary feature is \
                active, for each such neuron of the model and on average.
                """,
            alt: """
                The neurons of important features, on the left, read one feature; those on the right have one \
                large weight and several smaller ones. The count of monosemantic neurons falls with density as \
                that of polysemantic ones rises; both are present over about a decade. The largest activations \
                of polysemantic neurons are nearly all due to the primary feature, the smaller ones much less.
                """,
            data: semanticsTable(sweep, shown: mixed, profile: profile)
        ) { semanticsFigure(sweep, shown: mixed, profile: profile) }

        //: Here \(mixed-mono) neurons are monosemantic and \(mixed-poly) polysemantic, and monosemantic ones tend to
        //: belong to the more important features: take a neuron of each kind from one of the \(mixed-models) models of
        //: the sweep that have at least five of each, and the monosemantic neuron's primary feature matters more in
        //: \(importance-share) of all such pairs, where chance gives half (p = \(importance-p) under random
        //: permutations of the kinds). It is only a tendency, as an important feature may have a third neuron, which it
        //: shares.
        //:
        //: The polysemantic neurons mostly have one large weight, for their *primary* feature, and smaller ones, for
        //: their *secondary* features. Anyone who looks at the largest activations of such a neuron sees the primary
        //: feature: on average it is active in \(top-mean) of the largest hundredth, but in \(lower-mean) of the
        //: smaller half. (Activations below a tenth of what the primary feature can cause are left out, or the second
        //: number would be nearly zero for trivial reasons.) Many neurons of real language models are described in just
        //: this way: clear at their strongest activations, and a mixture below.
        //:
        //: The paper shows such a model at density 0.01. Of our models at that density, those trained at the faster
        //: rate have \(fast-counts) monosemantic neurons, and those at the slower rate \(slow-counts); but the best of
        //: the former has \(rate-ratio) times the loss of the best of the latter. So a model with both kinds is easy to
        //: get at this density, from training that ends in a poorer solution. The best that we find has no monosemantic
        //: neuron, and we count this claim as not reproduced.

        let candidates = sweep.places.flatMap { $0.models.map(\.model) }.filter { Sweep.mixture($0) >= 5 }
        let test = ImportanceTest(
            candidates, permutations: page.choose(paper: 999, quick: 99), using: page.stream("importance"))
        let (mono, poly) = (mixed.best.monosemantic(), mixed.best.polysemantic())
        func atHundredth(_ run: TrainedModels) -> (counts: String, loss: Double) {
            let setting = sweep.places.firstIndex { $0.density == 0.01 } ?? 0
            return (
                run.models(ofSetting: setting).map { String(run[$0].monosemantic()) }.joined(separator: ", "),
                run.losses[run.best(ofSetting: setting)]
            )
        }
        page["fast-counts"] = atHundredth(fast).counts
        page["slow-counts"] = atHundredth(slow).counts
        page["rate-ratio"] = fixed(atHundredth(fast).loss / atHundredth(slow).loss, 1)
        page["mixed-models"] = String(candidates.count)
        page["threshold"] = "\(polysemanticThreshold)"
        page["mixed-density"] = number(mixed.density)
        page["mixed-mono"] = String(mono)
        page["mixed-poly"] = String(poly)
        page["importance-share"] = percent(test.share)
        page["importance-p"] = fixed(test.p, 3)
        page["top-mean"] = percent(mean(profile.top))
        page["lower-mean"] = percent(mean(profile.lowerHalf))
        page.claim(
            "abs.mixed",
            "Neurons can be mono- and polysemantic in the same model (number of the rarer kind, most mixed model).",
            source: "Computation in Superposition, Superposition vs Sparsity",
            measured: Double(min(mono, poly)), of: 20, unit: "neurons", expected: 8...20, partly: 2...20,
            figure: "mono-and-polysemantic")
        page.claim(
            "abs.mixed-density",
            "They are so at density 0.01 (number of the rarer kind, best model there).",
            source: "Computation in Superposition, Superposition vs Sparsity",
            measured: sweep.place(0.01).map { Double(Sweep.mixture($0)) } ?? .nan, of: 20, unit: "neurons",
            expected: 8...20, partly: 2...20, figure: "mono-and-polysemantic")
        page.claim(
            "abs.importance",
            "The neurons of important features tend to be monosemantic (pairs in order, all mixed models; chance: 0.5).",
            source: "Computation in Superposition, Superposition vs Sparsity",
            measured: test.share, expected: 0.75...1, partly: 0.6...1, figure: "mono-and-polysemantic")
        page.claim(
            "abs.primary",
            """
            The largest activations of many polysemantic neurons are nearly all due to the primary feature \
            (neurons where it is active in 90% of the largest hundredth).
            """,
            source: "Computation in Superposition, Superposition vs Sparsity",
            count: profile.top.count { $0 >= 0.9 }, of: profile.top.count, unit: "neurons", expected: 0.5...1,
            partly: 0.2...1, figure: "mono-and-polysemantic")
        page.claim(
            "abs.secondary",
            "Smaller activations are much more polysemantic (mean share with the primary feature in the smaller half).",
            source: "Computation in Superposition, Superposition vs Sparsity",
            measured: mean(profile.lowerHalf), expected: 0...0.7, partly: 0...0.85, figure: "mono-and-polysemantic")
    }

    private func asymmetricMotif(_ page: Page) async throws {
        //: ## The asymmetric motif
        //:
        //: How do neurons compute two absolute values at once? The paper takes one small model apart and finds a motif.
        //: One neuron stores two features *asymmetrically*: it reads the primary feature with a large weight and the
        //: secondary one with a small weight, say $[2, -\frac12]$, and writes them to the outputs with $[\frac12, 2]$.
        //: When active alone, both come out right. The secondary feature hardly disturbs the primary one, but the
        //: primary one disturbs the secondary one four times as much as it should. Here a second neuron *inhibits*: it
        //: reads the same side of the primary feature and pushes the secondary output far below zero, where the
        //: output's ReLU cuts it off. Positive interference, which has a cost, becomes negative interference, which has
        //: none.
        //:
        //: We do not look for it by eye. A detector goes through all neurons and pairs of features and asks for a
        //: primary feature that has the neuron's largest weight and of which the neuron outputs at least half; a
        //: secondary one with 0.1 to 0.5 of that weight, an output at least twice as large, and the product of both
        //: ratios between 1/2 and 2; and an inhibitor that cancels at least 0.7 of the interference. Nothing in it
        //: depends on signs, as flipping the sign of a feature changes nothing in this task: that the paper's weights
        //: have opposite signs is an accident. The detector looks at \(census-models) models of each of three sizes, at
        //: density 0.2 with $I_i = 0.8^i$.

        let sizes = [(6, 10), (8, 14), (10, 16)]
        let seeds = page.choose(paper: 256, quick: 48)
        func motifs(_ id: String, _ features: Int, _ hidden: Int) -> Experiment {
            Experiment(
                id: id, architecture: architecture(features: features, hidden: hidden),
                settings: [setting(density: 0.2, features: features, decay: 0.8)], restarts: seeds,
                steps: page.choose(paper: 4_000, quick: 1_500), batchSize: page.choose(paper: 512, quick: 256),
                learningRate: .cosine(1e-2, to: 0.03), initialScale: 0.3, initialDecoderFromEncoder: 1)
        }
        let runs = try await page.train(
            all: sizes.map { motifs("asymmetric-motif-\($0)x\($1)", $0, $1) })
        let censuses = runs.map {
            MotifCensus($0, shuffles: page.choose(paper: 199, quick: 19), using: page.stream("shuffles"))
        }
        let effects = zip(runs, censuses).flatMap { run, census in
            census.instances.enumerated().flatMap { index, motifs in
                motifs.map {
                    InhibitionEffect(
                        $0, of: run[index], setting: run.experiment.settings[0], loss: run.losses[index],
                        samples: page.choose(paper: 4_000, quick: 1_000), using: page.stream("inhibition"))
                }
            }
        }
        let taken = runs[0].best(ofSetting: 0)
        let model = runs[0][taken].shown
        let instances = model.asymmetricMotifs()
        try page.figure(
            "asymmetric-motif",
            caption: """
                The best of \(seeds) models of 6 features and 10 neurons, taken apart by the detector. Above: \
                its neurons' input and output weights as stacks with one colour per feature, for the whole \
                model, for the neurons that have no part in the motif, and for instances of it. Below: an \
                instance as a graph, red positive, blue negative, widths as square roots of the weights on \
                each side; the secondary output where the primary feature alone is active, with and without \
                the inhibiting weight; the loss with and without it, for all instances in all models.
                """,
            alt: """
                Most neurons are plain pairs. The others form two pairs of a neuron with one large and one small \
                input weight, whose outputs are small and large, and a neuron with a strongly negative output to the \
                secondary feature. Without the negative weight the secondary output rises steeply with the primary \
                feature; with it, it stays near zero. Every instance's loss is higher without the weight.
                """,
            data: effectTable(effects)
        ) { motifFigure(model, instances, effects: effects) }

        //: The best small model is just what the paper shows: \(plain-count) plain neurons and \(instance-count)
        //: instances of the motif. The least important feature has no neuron of its own. Each of its sides rides on a
        //: neuron of another feature with a small weight and a large output, and where that neuron is active for its
        //: own feature, the inhibitor, which is itself a plain neuron of a third feature, silences the output.
        //:
        //: How often does this happen by chance? Two null models answer that. One deals each neuron's input weights to
        //: the features at random, and its output weights, too, so that all magnitudes are kept. The other keeps
        //: everything except the output weights to the secondary feature, which it deals to the other neurons at
        //: random: it tests whether asymmetric neurons have their inhibitor by chance.

        var table = Table(
            "features", "neurons", "models", "with the motif", "with it, shuffled", "p", "asymmetric pairs",
            "inhibited",
            "inhibited, shuffled", "p of inhibition")
        for census in censuses {
            table.append(
                census.features, census.hidden, census.models, census.withMotif, census.shuffled.expected,
                census.shuffled.pValue,
                census.asymmetric, census.count, census.inhibited.expected, census.inhibited.pValue)
        }
        try page.table(
            "motif-frequency",
            caption: """
                The motif in models of three sizes, beside the two null models: models with an instance, and \
                asymmetrically stored pairs with an inhibitor. The p-values are the shares of random shuffles \
                that reach as many, with the actual weights counted as one of them.
                """, table)

        //: The motif is in \(frequency) of the models, and in \(frequency-null) of shuffled ones. Where a neuron stores
        //: two features asymmetrically, the inhibitor is there in \(inhibited) of the cases, and by chance in
        //: \(inhibited-null). And it matters: without the one inhibiting weight the loss rises in \(raised) of
        //: \(effect-count) instances, by a median factor of \(effect-median). The mean square of the secondary output
        //: where only the primary feature is active has a median of \(interference), and of \(interference-without)
        //: without the weight.

        let total = Double(censuses.reduce(0) { $0 + $1.models })
        let (found, shuffled) = (
            Double(censuses.reduce(0) { $0 + $1.withMotif }), censuses.reduce(0) { $0 + $1.shuffled.expected }
        )
        let asymmetric = Double(censuses.reduce(0) { $0 + $1.asymmetric })
        let inhibited = Double(censuses.reduce(0) { $0 + $1.count })
        let inhibitedByChance = censuses.reduce(0) { $0 + $1.inhibited.expected }
        let raised = effects.count { $0.lossWithout > $0.loss }
        let factor = median(effects.map { $0.lossWithout / $0.loss })
        page["census-models"] = String(seeds)
        page["plain-count"] = String(10 - Set(instances.flatMap { [$0.neuron, $0.inhibitor] }).count)
        page["instance-count"] = String(instances.count)
        page["frequency"] = percent(found / total)
        page["frequency-null"] = percent(shuffled / total)
        page["inhibited"] = percent(inhibited / asymmetric)
        page["inhibited-null"] = percent(inhibitedByChance / asymmetric)
        page["raised"] = String(raised)
        page["effect-count"] = String(effects.count)
        page["effect-median"] = fixed(factor, 1)
        page["interference"] = fixed(median(effects.map(\.interference)), 4)
        page["interference-without"] = fixed(median(effects.map(\.interferenceWithout)), 2)
        page.claim(
            "motif.exists",
            "A small model has asymmetric superposition with inhibition (instances; the paper's model has two).",
            source: "Computation in Superposition, The Asymmetric Superposition Motif",
            measured: Double(instances.count), unit: "instances", expected: 1...5, figure: "asymmetric-motif")
        page.claim(
            "motif.frequency",
            "The motif is common: models that have it, of all sizes.",
            source: "Computation in Superposition, The Asymmetric Superposition Motif",
            measured: found / total, expected: 0.25...1, partly: 0.05...1, figure: "asymmetric-motif")
        page.claim(
            "motif.null",
            "It is not there by chance: models that have it when weights are shuffled, over those that have it as trained.",
            source: "Computation in Superposition, The Asymmetric Superposition Motif",
            measured: shuffled / found, expected: 0...0.1, partly: 0...0.5, figure: "asymmetric-motif")
        page.claim(
            "motif.inhibitor",
            "Asymmetric superposition comes with an inhibitor: asymmetric pairs that have one.",
            source: "Computation in Superposition, The Asymmetric Superposition Motif",
            measured: inhibited / asymmetric, expected: 0.75...1, partly: 0.4...1, figure: "asymmetric-motif")
        page.claim(
            "motif.inhibitor-null",
            "The inhibitor is not there by chance: pairs with one when output weights are shuffled, over those as trained.",
            source: "Computation in Superposition, The Asymmetric Superposition Motif",
            measured: inhibitedByChance / inhibited, expected: 0...0.5, partly: 0...0.8, figure: "asymmetric-motif")
        page.claim(
            "motif.effect",
            "Without the inhibition the consequences of interference are felt: instances in which the loss rises.",
            source: "Computation in Superposition, The Asymmetric Superposition Motif",
            count: raised, of: effects.count, unit: "instances", expected: 0.99...1, partly: 0.8...1,
            figure: "asymmetric-motif")
    }
}
