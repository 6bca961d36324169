//: # Computation in superposition
//:
//: Can a network also *compute* with features that share neurons? Storing them and reading them back is not what
//: networks are for. The paper has a small model compute an absolute value, which takes a hidden ReLU:
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
        let sweep = try await moreFeaturesThanNeurons(page)
        try await bothKinds(page, sweep)
        try await asymmetricMotif(page)
        page.result(
            #"""
            At density 0.01, 40 neurons compute 100 absolute values, in superposition, with \(hundredth-ratio) of the
            loss of guessing the mean; without superposition it would be \(dedicated-ratio). At density 0.001 training
            gets to \(sparse-ratio).
            """#, figure: "mono-and-polysemantic")
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

        func experiment(_ id: String, _ hidden: ToyModel.Activation) -> Experiment {
            var experiment = Experiment(
                id: id, architecture: architecture(features: 3, hidden: 6),
                settings: [setting(density: 1, features: 3, decay: 1)], restarts: 16,
                steps: page.choose(paper: 4_000, quick: 2_000), batchSize: 512, learningRate: .cosine(3e-2))
            experiment.architecture.hiddenActivation = hidden
            return experiment
        }
        let runs = try await page.train(all: [
            experiment("absolute-value-basic", .relu), experiment("absolute-value-basic-linear", .linear),
        ])
        let (basic, linear) = (runs[0], runs[1])
        let small = basic.best[0].shown
        try page.figure(
            "absolute-value-basic",
            caption: """
                Three absolute values with six neurons, in three views: the weights as matrices, stacked by \
                neuron with one colour per feature, and as a graph from inputs to outputs. The best of 16 \
                models; its neurons were put in order by a program.
                """,
            alt: """
                Two matrices, two rows of stacks and a graph, of three features and six neurons. Of the three features \
                \(small.dedicatedPairs) have a neuron of their own for each side.
                """,
            data: weightTable([("best", small)])
        ) { basicFigure(small) }

        //: In the best model \(basic-dedicated) a neuron for the positive and one for the negative side, whose outputs
        //: add up: the model is off by at most \(basic-error) for single features, where the best one with a linear
        //: hidden layer is off by \(linear-error). Of the 16 starts \(basic-pairs) end with such a pair for each
        //: feature. One that does not is in a local minimum.

        let pairs = basic.models(ofSetting: 0).count { basic[$0].dedicatedPairs == 3 }
        page["basic-pairs"] = String(pairs)
        page["basic-dedicated"] =
            small.dedicatedPairs == 3 ? "each feature has" : "\(small.dedicatedPairs) of the three features have"
        page["basic-error"] = String(format: "%.1e", small.largestError)
        page["linear-error"] = fixed(linear.best[0].largestError, 1)
        let untrainedPairs = mean(
            untrained(features: 3, hidden: 6, count: 100, using: page.stream("untrained-basic"))
                .map { Double($0.dedicatedPairs) })
        page.claim(
            "abs.pairs",
            "Each feature has a neuron for its positive and one for its negative side (features, best model).",
            source: "Computation in Superposition, Basic Results", passage: "the model needs two hidden layer neurons",
            measured: Double(small.dedicatedPairs), of: 3, unit: "features", expected: 3...3, partly: 2...3,
            control: .init("untrained weights", untrainedPairs), figure: "absolute-value-basic",
            weights: ["absolute-value-basic"])
        page.claim(
            "abs.error",
            "The model adds them and so computes the absolute value (largest error for a single feature).",
            source: "Computation in Superposition, Basic Results",
            passage: "performs absolute value exactly as one might expect",
            measured: small.largestError, expected: 0...0.02, partly: 0...0.1,
            control: .init("a linear hidden layer", linear.best[0].largestError), figure: "absolute-value-basic",
            weights: ["absolute-value-basic"])
    }

    /// - Returns: the sweep over density.
    private func moreFeaturesThanNeurons(_ page: Page) async throws -> Sweep {
        //: ## More features than neurons
        //:
        //: Now $n = 100$ features of importance $I_i = 0.8^i$ and $m = 40$ neurons, enough for 20 features without
        //: superposition.
        //:
        //: From the usual random weights training may fail: an output that starts below zero for all inputs is cut off
        //: by its ReLU and never learns, and with random output weights that can be the fate of many. An absolute value
        //: needs output weights that are positive. So we start with small input weights, a tenth of the usual, and $W_2
        //: = |W_1|^T$. That departs from the paper, which does not say how it started. At the densities
        //: \(default-densities) the best of \(default-starts) models from the usual weights ends with \(default-ratios)
        //: times the loss of our best. We train every density from \(starts) starts at each of two learning rates,
        //: \(fast-rate) and \(slow-rate); the best model is from the faster one at \(fast-best) of the \(place-count)
        //: densities. Sparse features are seen rarely, so at the lowest three densities more models are trained for
        //: \(longer) times as many steps: \(longer-starts) at the slower rate, and at 0.01 as many at the faster one.

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
        let sparsest = 0.001
        var withoutReLU = experiment("absolute-value-sparsity-linear", [sparsest], rate: 1e-2, usual: true)
        withoutReLU.architecture.hiddenActivation = .linear
        // Sparse features are seen rarely; where they are, some models are trained for longer.
        let longer = 5
        func longerExperiment(_ id: String, _ densities: [Double], rate: Double) -> Experiment {
            var longest = experiment(id, densities, rate: rate)
            longest.steps *= longer
            longest.restarts = page.choose(paper: 2, quick: 1)
            return longest
        }
        let runs = try await page.train(all: [
            experiment("absolute-value-sparsity", densities, rate: 1e-2),
            experiment("absolute-value-sparsity-slow", densities, rate: 3e-3),
            experiment("absolute-value-sparsity-usual", usualDensities, rate: 1e-2, usual: true),
            withoutReLU,
            longerExperiment("absolute-value-longer", [0.01], rate: 1e-2),
            longerExperiment("absolute-value-longer-slow", [0.01, 0.003, 0.001], rate: 3e-3),
        ])
        let (fast, slow, usual, linear) = (runs[0], runs[1], runs[2], runs[3])
        let sweep = Sweep(fast: fast, slow: slow, usual: usual, longer: Array(runs[4...]))
        let shownPlaces = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001].compactMap { sweep.place($0) }
        try page.figure(
            "absolute-value-sparsity",
            caption: """
                Neurons that compute absolute values, by density: 100 features, 40 neurons, the best of all models \
                trained at each density. A stack holds the magnitudes of a neuron's input weights, largest first from \
                below, coloured by the feature's superposition. The background shows how many features the neuron \
                reads with more than \(polysemanticThreshold) of its largest weight: the more, the stronger its shade. Neurons \
                are ordered by their largest feature. Each row has a scale of its own.
                """,
            alt: """
                A row of forty stacks for each density. Monosemantic neurons by density: \
                \(shownPlaces.map { "\($0.best.monosemantic()) at \(number($0.density))" }.joined(separator: ", ")).
                """,
            data: weightTable(shownPlaces.map { ("\($0.density)", $0.best) }),
            exploring: .frames(sparsityFrames(densities.compactMap { sweep.place($0) }))
        ) { sparsityFigure(shownPlaces) }

        //: On dense features \(mono-dense) of 40 neurons read a single feature, in the mean of all models, and these
        //: features can be read directly off the neurons. (In the best model \(pairs-dense) of the 20 possible features
        //: have both of their neurons; another neuron computes one side of a feature, or the same side twice: a local
        //: minimum.) The first density at which the models have a polysemantic neuron on average is \(first-poly). At
        //: density \(sparsest) they have \(poly-sparse) of them on average, between \(poly-least) and \(poly-most) in
        //: single models; those that were trained for longer have \(poly-longer). The rank correlation of the number of
        //: polysemantic neurons with sparsity is \(shift-trend).
        //:
        //: Do they still compute? Compare with a model that outputs each feature's mean. One that computes 20 features
        //: exactly, with two neurons each, and outputs the mean of the others would have \(dedicated-ratio) of that
        //: loss. At density 0.01 our best model has \(hundredth-ratio). \(computes) At density \(sparsest) the best has
        //: \(sparse-ratio), and the best with a linear hidden layer \(linear-ratio). \(undertrained) The claim is about
        //: these, the sparsest features, and asks for less than half of what 20 features computed exactly would leave.
        //: How near to that models get is a matter of training: those that were trained for longer have
        //: \(sparse-longer), the others between \(sparse-least) and \(sparse-most).

        let (dense, sparse) = (sweep.places[0], sweep.places[sweep.places.count - 1])
        let importance = setting(density: sparsest, features: 100, decay: 0.8).importance
        // E|x|² − (E|x|)² of one feature, times the sum of the importances.
        func answeringMeans(_ density: Double) -> Double {
            (density / 3 - density * density / 4) * importance.reduce(0, +)
        }
        let dedicated = importance.dropFirst(20).reduce(0, +) / importance.reduce(0, +)
        let sparseRatio = sparse.models[0].loss / answeringMeans(sparsest)
        let hundredthRatio = (sweep.place(0.01)?.models[0].loss ?? .nan) / answeringMeans(0.01)
        let linearRatio = linear.losses[linear.best(ofSetting: 0)] / answeringMeans(sparsest)
        let means = sweep.places.map { place in place.mean { $0.polysemantic() } }
        let sparsity = sweep.places.map { 1 / $0.density }
        let trend = rankCorrelation(sparsity, means)
        var stream = page.stream("trend")
        let trendByChance = quantile(
            0.95, of: (0..<999).map { _ in rankCorrelation(sparsity.shuffled(using: &stream), means) })
        let nulls = untrained(features: 100, hidden: 40, count: 8, using: page.stream("untrained"))
        page["starts"] = String(starts)
        page["fast-rate"] = number(fast.experiment.learningRate.peak)
        page["slow-rate"] = number(slow.experiment.learningRate.peak)
        page["place-count"] = String(sweep.places.count)
        page["fast-best"] = String(
            densities.indices.count { fast.losses[fast.best(ofSetting: $0)] < slow.losses[slow.best(ofSetting: $0)] })
        page["default-starts"] = String(usual.experiment.restarts)
        page["default-densities"] = usualDensities.map { number($0) }.joined(separator: ", ")
        page["default-ratios"] = usualDensities.indices.map { index in
            let ours = sweep.place(usualDensities[index])?.models[0].loss ?? .nan
            return fixed(usual.losses[usual.best(ofSetting: index)] / ours, 1)
        }.joined(separator: ", ")
        page["mono-dense"] = fixed(dense.mean { $0.monosemantic() }, 1)
        page["pairs-dense"] = String(dense.best.dedicatedPairs)
        page["poly-sparse"] = fixed(sparse.mean { $0.polysemantic() }, 1)
        page["sparsest"] = number(sparsest)
        let longest = Sweep.models(in: runs[5], density: sparsest)
        let polysemantic = sparse.models.map { $0.model.polysemantic() }
        page["poly-least"] = String(polysemantic.min() ?? 0)
        page["poly-most"] = String(polysemantic.max() ?? 0)
        let longestCounts = longest.map { String($0.model.polysemantic()) }.joined(separator: " and ")
        page["poly-longer"] = longestCounts
        let others = [fast, slow].flatMap { Sweep.models(in: $0, density: sparsest) }
            .map { $0.loss / answeringMeans(sparsest) }
        let leastRatio = percent(others.min() ?? .nan, digits: 2)
        page["sparse-least"] = leastRatio
        page["sparse-most"] = percent(others.max() ?? .nan, digits: 2)
        let longestRatios = longest.map { percent($0.loss / answeringMeans(sparsest), digits: 2) }
            .joined(separator: " and ")
        page["sparse-longer"] = longestRatios
        page["first-poly"] = number(zip(densities, means).first { $1 >= 1 }?.0 ?? .nan)
        page["shift-trend"] = fixed(trend, 2)
        page["dedicated-ratio"] = percent(dedicated, digits: 2)
        page["sparse-ratio"] = percent(sparseRatio, digits: 2)
        page["linear-ratio"] = percent(linearRatio)
        page["hundredth-ratio"] = percent(hundredthRatio, digits: 2)
        page["longer"] = String(longer)
        page["longer-starts"] = String(runs[4].experiment.restarts)
        page["computes"] =
            hundredthRatio < dedicated
            ? "So the model applies a nonlinear function to features that it keeps in superposition, and is better off "
                + "than without superposition."
            : "So superposition does not pay here."
        page["undertrained"] =
            sparseRatio < dedicated
            ? "" : "So at this density training has far to go, and the neurons there are not yet those of a good model."
        page.claim(
            "abs.dense",
            "In the dense regime each neuron represents a single feature (neurons, mean of all models at density 1).",
            source: "Computation in Superposition, Superposition vs Sparsity",
            passage: "we end up with each neuron representing a",
            measured: dense.mean { $0.monosemantic() }, of: 40, unit: "neurons", expected: 38...40, partly: 30...40,
            control: .init("untrained weights", mean(nulls.map { Double($0.monosemantic()) })),
            figure: "absolute-value-sparsity", weights: sweep.experiments)
        page.claim(
            "abs.sparse",
            "Sufficiently sparse features share all neurons (polysemantic neurons, mean of all models at 0.001).",
            source: "Computation in Superposition, Superposition vs Sparsity",
            passage: "uses superposition to represent more features than it",
            measured: sparse.mean { $0.polysemantic() }, of: 40, unit: "neurons", expected: 38...40, partly: 20...40,
            control: .init("dense features", dense.mean { $0.polysemantic() }),
            reason: """
                Features this sparse are seen rarely, and models differ: they have between \(polysemantic.min() ?? 0) and \
                \(polysemantic.max() ?? 0) such neurons, those that were trained for longer \(longestCounts).
                """,
            figure: "absolute-value-sparsity", weights: sweep.experiments)
        page.claim(
            "abs.shift",
            """
            Neurons shift from mono- to polysemantic with sparsity (rank correlation with the mean number of \
            polysemantic neurons).
            """,
            source: "Computation in Superposition, Superposition vs Sparsity",
            passage: "once the features become sufficiently sparse",
            measured: trend, expected: 0.9...1, partly: 0.7...1,
            control: .init("the densities in random order, in 95% of the orders at most", trendByChance),
            figure: "absolute-value-sparsity", weights: sweep.experiments)
        page.claim(
            "abs.computes",
            """
            Models usefully approximate the computation in superposition (loss of the best model at density 0.001, over \
            that of outputting each feature's mean).
            """,
            source: "Computation in Superposition, Superposition vs Sparsity",
            passage: "gradient descent manages to find solutions that usefully",
            measured: sparseRatio, expected: 0...(dedicated / 2), partly: 0...(0.99 * dedicated),
            control: .init("20 features computed exactly and no superposition", dedicated),
            reason: """
                It is a matter of training, as features this sparse are rarely seen: models trained for longer have \
                \(longestRatios), the others at least \(leastRatio).
                """,
            figure: "absolute-value-sparsity", weights: sweep.experiments)
        return sweep
    }

    private func bothKinds(_ page: Page, _ sweep: Sweep) async throws {
        //: ## Both kinds in one model
        //:
        //: Do models in between have neurons of both kinds? The next figure enlarges the one that has most of both, at
        //: density \(mixed-density), and counts both kinds at all densities. A neuron counts as polysemantic if its
        //: second-largest weight is more than \(threshold) of the largest (the paper judged by eye). We call a model
        //: *mixed* if it has at least \(mixed-least) neurons of each kind. At \(mixed-places) of the \(place-count)
        //: densities half of the models are, or more: \(mixed-list).

        let shown = sweep.mostMixed
        let mixed = sweep.mixed
        let samples = page.choose(paper: 40_000, quick: 10_000)
        func profiles(
            _ stream: String, _ models: [(density: Double, model: ToyModel)], _ isPolysemantic: Bool
        ) -> ActivationProfile {
            ActivationProfile(
                models.map { density, model in
                    let counts = model.featureCounts()
                    return .init(
                        model, neurons: counts.indices.filter { (counts[$0] > 1) == isPolysemantic },
                        features: FeatureDistribution(density: density, features: 100, isSigned: true))
                }, samples: samples, using: page.stream(stream))
        }
        let poly = profiles("activations", mixed, true)
        let mono = profiles("activations-monosemantic", mixed, false)
        let nulls = untrained(features: 100, hidden: 40, count: 8, using: page.stream("untrained"))
        let random = profiles("activations-untrained", nulls.map { (shown.density, $0) }, true)
        try page.figure(
            "mono-and-polysemantic",
            caption: """
                Top: the model at density \(number(shown.density)), as in the previous figure, with the primary \
                feature of every third neuron. Bottom left: neurons of both kinds against density, in the best model \
                and on average over all models. Bottom right: among the largest activations of a neuron, the share in \
                which its primary feature is active: for each polysemantic neuron of the \(mixed.count) mixed models \
                (grey), and the means of these, of the monosemantic neurons of the same models, and of untrained \
                neurons.
                """,
            alt: """
                Forty stacks, \(shown.best.monosemantic()) of monosemantic and \(shown.best.polysemantic()) of \
                polysemantic neurons; two pairs of curves that count the kinds against density; and curves that go, for \
                polysemantic neurons, from a mean of \(percent(mean(poly.top))) among the largest hundredth of \
                activations to \(percent(mean(poly.lowerHalf))) in the smaller half.
                """,
            data: semanticsTable(sweep, shown: shown, profiles: (poly, mono, random))
        ) { semanticsFigure(sweep, shown: shown, profiles: (poly, mono, random)) }

        //: Do monosemantic neurons belong to the more important features? Take a neuron of each kind from one of the
        //: \(mixed-models) mixed models, and the monosemantic neuron's primary feature matters more in
        //: \(importance-share) of all such pairs, where chance gives half (p = \(importance-p) under random
        //: permutations of the kinds). In the mixed models of the faster rate it is \(importance-fast), in those of
        //: the slower one \(importance-slow). It cannot be more than a tendency, as an important feature may have a
        //: third neuron, which it shares.
        //:
        //: The feature with the largest weight is a neuron's *primary* feature, those with smaller weights its
        //: *secondary* features. Whoever looks at the largest activations of such a neuron may see the primary feature
        //: alone. In the mean over all \(poly-neurons) polysemantic neurons of the mixed models it is active in
        //: \(top-mean) of the largest hundredth, and in \(lower-mean) of the smaller half. In monosemantic neurons of
        //: the same models it is \(mono-lower) in the smaller half; in neurons with random weights it is \(random-top)
        //: in the largest hundredth. (Activations below a tenth of what the primary feature can cause are left out, or
        //: the smaller half would be poor in the primary feature for trivial reasons.) We read *much more polysemantic*
        //: as a smaller half in most of which the primary feature is not active. Many neurons of real language models
        //: are described in just this way, says the paper: clear at their strongest activations, and a mixture below.
        //:
        //: ## Is the mixture at 0.01 an optimum?
        //:
        //: The paper shows a mixed model at density 0.01. Of ours there, those trained at the faster rate have
        //: \(fast-counts) monosemantic neurons, those at the slower rate \(slow-counts), and those from the usual
        //: weights \(usual-counts). Which of these is due to training that ended too early? After \(longer) times as
        //: many steps the faster rate gives \(long-fast-counts) and the slower \(long-slow-counts). The best models of
        //: the two rates had a loss of \(fast-loss) and \(slow-loss), and have \(long-fast-loss) and \(long-slow-loss)
        //: after the longer training. \(mixed-conclusion)

        func counts(_ run: TrainedModels, _ density: Double) -> String {
            Sweep.models(in: run, density: density).map { String($0.model.monosemantic()) }.joined(separator: ", ")
        }
        func loss(_ run: TrainedModels) -> Double {
            Sweep.models(in: run, density: 0.01).map(\.loss).min() ?? .nan
        }
        let hundredth = sweep.place(0.01)
        let (short, long) = ([sweep.fast, sweep.slow], sweep.longer)
        let isMixed = (hundredth?.best).map(Sweep.isMixed) ?? false
        let isLonger = (long.map(loss).min() ?? .nan) < (short.map(loss).min() ?? .nan)
        page["fast-counts"] = counts(sweep.fast, 0.01)
        page["slow-counts"] = counts(sweep.slow, 0.01)
        page["usual-counts"] = counts(sweep.usual, 0.01)
        page["long-fast-counts"] = counts(long[0], 0.01)
        page["long-slow-counts"] = counts(long[1], 0.01)
        page["fast-loss"] = fixed(1000 * loss(sweep.fast), 3) + " · 10⁻³"
        page["slow-loss"] = fixed(1000 * loss(sweep.slow), 3) + " · 10⁻³"
        page["long-fast-loss"] = fixed(1000 * loss(long[0]), 3) + " · 10⁻³"
        page["long-slow-loss"] = fixed(1000 * loss(long[1]), 3) + " · 10⁻³"
        page["mixed-conclusion"] =
            (isLonger
                ? "The best model is one that was trained for longer, and it has "
                : "The best model is one of the others, and has ")
            + (hundredth.map {
                "\($0.best.monosemantic()) monosemantic neurons and \($0.best.polysemantic()) polysemantic ones. "
            }
                ?? "– ")
            + (isMixed
                ? "So the mixture is what good training leads to there, as the paper shows it; a model without "
                    + "monosemantic neurons at this density is one that was trained too little."
                : "So the mixture there is not what the best training leads to: it depends on how a model is trained.")
        func importanceTest(_ models: [ToyModel], _ stream: String) -> ImportanceTest {
            ImportanceTest(models, permutations: page.choose(paper: 999, quick: 99), using: page.stream(stream))
        }
        let test = importanceTest(mixed.map(\.model), "importance")
        let places = sweep.places.filter(\.isMixed)
        page["mixed-least"] = String(Sweep.least)
        page["mixed-places"] = String(places.count)
        page["place-count"] = String(sweep.places.count)
        page["mixed-list"] = places.map { number($0.density) }.joined(separator: ", ")
        page["mixed-models"] = String(mixed.count)
        page["threshold"] = "\(polysemanticThreshold)"
        page["mixed-density"] = number(shown.density)
        page["importance-share"] = percent(test.share)
        page["importance-p"] = fixed(test.p, 3)
        page["importance-fast"] = percent(importanceTest(Sweep.mixed(in: sweep.fast), "importance-fast").share)
        page["importance-slow"] = percent(importanceTest(Sweep.mixed(in: sweep.slow), "importance-slow").share)
        page["poly-neurons"] = String(poly.curves.count)
        page["top-mean"] = percent(mean(poly.top))
        page["lower-mean"] = percent(mean(poly.lowerHalf))
        page["mono-lower"] = percent(mean(mono.lowerHalf))
        page["random-top"] = percent(mean(random.top))
        let untrainedMixture = nulls.count { Sweep.mixture($0) >= Sweep.least } * 2 >= nulls.count
        page.claim(
            "abs.mixed",
            """
            In some regimes neurons are mono- and polysemantic in the same model (densities at which at least half of \
            all models have five or more of each kind).
            """,
            source: "Computation in Superposition, Superposition vs Sparsity",
            passage: "a subset of them will be highly polysemantic",
            measured: Double(places.count), of: Double(sweep.places.count), unit: "densities",
            expected: 2...Double(sweep.places.count - 2),
            control: .init("untrained weights", untrainedMixture ? Double(sweep.places.count) : 0),
            figure: "mono-and-polysemantic", weights: sweep.experiments)
        page.claim(
            "abs.mixed-density",
            "They are so at density 0.01 (number of the rarer kind, best model there).",
            source: "Computation in Superposition, Superposition vs Sparsity",
            passage: "Neurons can be monosemantic and polysemantic in the",
            measured: hundredth.map { Double(Sweep.mixture($0.best)) } ?? .nan, of: 20, unit: "neurons",
            expected: 8...20, partly: 2...20,
            control: .init("untrained weights", mean(nulls.map { Double(Sweep.mixture($0)) })),
            figure: "mono-and-polysemantic", weights: sweep.experiments)
        page.claim(
            "abs.importance",
            "The neurons of important features tend to be monosemantic (pairs in order, all mixed models).",
            source: "Computation in Superposition, Superposition vs Sparsity",
            passage: "the neurons representing the most important features",
            measured: test.share, expected: 0.75...1, partly: 0.6...1, control: .init("kinds at random", test.chance),
            reason: """
                It can be no more than a tendency, as an important feature may have a third neuron, which it shares.
                """,
            figure: "mono-and-polysemantic", weights: sweep.experiments)
        page.claim(
            "abs.primary",
            """
            The largest activations of many polysemantic neurons are nearly all due to the primary feature \
            (neurons of all mixed models where it is active in 90% of the largest hundredth).
            """,
            source: "Computation in Superposition, Superposition vs Sparsity",
            passage: "the largest activations of that neuron were all",
            count: poly.top.count { $0 >= 0.9 }, of: poly.top.count, unit: "neurons", expected: 0.5...1,
            partly: 0.2...1,
            control: .init(
                "untrained weights",
                Double(random.top.count { $0 >= 0.9 }) / Double(random.top.count) * Double(poly.top.count)),
            figure: "mono-and-polysemantic", weights: sweep.experiments)
        page.claim(
            "abs.secondary",
            """
            Smaller activations of polysemantic neurons are much more polysemantic (mean share with the primary \
            feature in the smaller half, all mixed models).
            """,
            source: "Computation in Superposition, Superposition vs Sparsity",
            passage: "activations were much more polysemantic",
            measured: mean(poly.lowerHalf), expected: 0...0.5,
            control: .init("monosemantic neurons", mean(mono.lowerHalf)), figure: "mono-and-polysemantic",
            weights: sweep.experiments)
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
        //: ratios between 1/2 and 2; and an inhibitor that cancels at least \(least-inhibition) of the interference.
        //: Nothing in it depends on signs, as flipping the sign of a feature changes nothing in this task: that the
        //: paper's weights have opposite signs is an accident. The detector looks at \(census-models) models of each of
        //: three sizes, at density 0.2 with $I_i = 0.8^i$.

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
                The best of \(seeds) models of 6 features and 10 neurons, taken apart by the detector. Above: its \
                neurons' input weights, and their output weights above and below zero with a scale of their own, as \
                stacks with one colour per feature, for the whole model, for the neurons that have no part in the \
                motif, and for instances of it. Below: an instance as a graph, red positive, blue negative, widths as \
                square roots of the weights on each side; the secondary output where the primary feature alone is \
                active, with and without the inhibiting weight; the loss with and without it, for all instances in \
                all models.
                """,
            alt: """
                Stacks of the weights of ten neurons, with \(instances.count) instances of the motif set apart; a \
                graph of one; a plot of the secondary output with the inhibiting weight and without; and \
                \(effects.count) points, of which \(effects.count { $0.lossWithout > $0.loss }) are above the line of \
                equal loss.
                """,
            data: effectTable(effects)
        ) { motifFigure(model, instances, effects: effects) }

        //: In the paper's small model there are two instances of the motif beside plain neurons. Our best small model
        //: has \(instance-count), and \(plain-count) neurons that have no part in one. \(secondary-own) In an instance
        //: each side of the secondary feature rides on a neuron of another feature with a small weight and a large
        //: output, and where that neuron is active for its own feature, the inhibitor, another feature's neuron,
        //: silences the output.
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

        //: The motif is in \(frequency) of the models, and in \(frequency-null) of shuffled ones. Where a neuron
        //: stores two features asymmetrically, the inhibitor is there in \(inhibited) of the cases, and by chance in
        //: \(inhibited-null). The paper says what it is for: it turns positive interference into negative, which the
        //: output's ReLU cuts off. Where the primary feature alone is active, fully, what goes into the secondary
        //: output is at or below zero in \(negative) of all \(asymmetric-count) asymmetric pairs, and in
        //: \(negative-null) with shuffled output weights; where it is not, a median of \(residual) is left of what the
        //: neuron adds. Does it matter? Without the one inhibiting weight the loss rises in \(raised) of
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
        let negative = Double(censuses.reduce(0) { $0 + $1.negative })
        let negativeByChance = censuses.reduce(0) { $0 + $1.negativeByChance }
        let raised = effects.count { $0.lossWithout > $0.loss }
        let factor = median(effects.map { $0.lossWithout / $0.loss })
        let secondaries = Set(instances.map(\.secondary))
        let primaries = Set((0..<model.W.rows).compactMap { model.features(ofNeuron: $0, threshold: 0).first })
        let own = secondaries.filter { primaries.contains($0) }
        page["census-models"] = String(seeds)
        page["least-inhibition"] = number(AsymmetricMotif.Criteria().leastInhibition)
        page["plain-count"] = String(10 - Set(instances.flatMap { [$0.neuron, $0.inhibitor] }).count)
        page["instance-count"] = String(instances.count)
        page["secondary-own"] =
            secondaries.isEmpty
            ? ""
            : own.isEmpty
                ? "A secondary feature has no neuron of its own." : "Some secondary features have neurons of their own."
        page["frequency"] = percent(found / total)
        page["frequency-null"] = percent(shuffled / total)
        page["inhibited"] = percent(inhibited / asymmetric)
        page["inhibited-null"] = percent(inhibitedByChance / asymmetric)
        page["negative"] = percent(negative / asymmetric)
        page["negative-null"] = percent(negativeByChance / asymmetric)
        let residual = percent(median(censuses.flatMap(\.residuals)))
        page["residual"] = residual
        page["asymmetric-count"] = number(asymmetric)
        page["raised"] = String(raised)
        page["effect-count"] = String(effects.count)
        page["effect-median"] = fixed(factor, 1)
        page["interference"] = fixed(median(effects.map(\.interference)), 4)
        page["interference-without"] = fixed(median(effects.map(\.interferenceWithout)), 2)
        let ids = runs.map(\.experiment.id)
        page.claim(
            "motif.exists",
            "A small model has asymmetric superposition with inhibition (instances; the paper's model has two).",
            source: "Computation in Superposition, The Asymmetric Superposition Motif",
            passage: "The model has two instances of this motif",
            measured: Double(instances.count), unit: "instances", expected: 1...5,
            control: .init(
                "weights shuffled within neurons", censuses[0].shuffled.expected / Double(censuses[0].models)),
            figure: "asymmetric-motif", weights: [ids[0]])
        page.claim(
            "motif.frequency",
            "The motif is common: models that have it, of all sizes.",
            source: "Computation in Superposition, The Asymmetric Superposition Motif",
            passage: "this asymmetric superposition and inhibition pattern appears",
            measured: found / total, expected: 0.25...1, partly: 0.05...1,
            control: .init("weights shuffled within neurons", shuffled / total), figure: "asymmetric-motif",
            weights: ids)
        page.claim(
            "motif.inhibitor",
            "Asymmetric superposition comes with an inhibitor: asymmetric pairs that have one.",
            source: "Computation in Superposition, The Asymmetric Superposition Motif",
            passage: "the model has another neuron heavily inhibit the",
            measured: inhibited / asymmetric, expected: 0.75...1, partly: 0.4...1,
            control: .init("shuffled output weights", inhibitedByChance / asymmetric), figure: "asymmetric-motif",
            weights: ids)
        page.claim(
            "motif.negative",
            """
            Positive interference becomes negative: asymmetric pairs where the primary feature alone takes the \
            secondary output to zero or below.
            """,
            source: "Computation in Superposition, The Asymmetric Superposition Motif",
            passage: "This essentially converts positive interference",
            measured: negative / asymmetric, expected: 0.75...1, partly: 0.4...1,
            control: .init("shuffled output weights", negativeByChance / asymmetric),
            reason: """
                Inhibition often stops just short: where the output is above zero, a median of \(residual) is left of what the \
                neuron adds.
                """,
            figure: "asymmetric-motif", weights: ids)
    }
}
