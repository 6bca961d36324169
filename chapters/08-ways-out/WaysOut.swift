//: # Ways out of superposition
//:
//: Can one get rid of superposition, and at what cost? Or can the features be found afterwards? Superposition makes a
//: network hard to read. The paper ends with three ways out of it: train models without it, find the directions of the
//: features afterwards, or something between the two. [@elhage2022] It leaves them as text. In a toy model, where the
//: true features are known, each of them can be tried and judged.

import Analysis
import Foundation
import Notebook
import ToyModels

public struct WaysOut: Chapter {
    public let source = Source()

    public init() {}

    public func run(_ page: Page) async throws {
        try await penalty(page)
        try await sparseActivation(page)
        try await dictionaries(page)
        try await distillation(page)
        page.result(
            #"""
            Where features differ in importance, a penalty removes superposition, at \(clean-cost) times the loss.
            Afterwards, learned dictionaries find between \(wide-least) and \(wide-most) of the features, linear methods
            at most \(best-linear).
            """#, figure: "sae-recovery")
    }

    private func penalty(_ page: Page) async throws {
        //: ## A penalty on the hidden layer
        //:
        //: It is quite easy to get rid of superposition in toy models, says the paper: add $\lambda \lVert h \rVert_1$
        //: to the loss. The loss gets higher, and features below some importance are killed. A footnote adds that a
        //: little should be nearly free, since at the least loss the derivative with respect to superposition is zero.
        //: So we train $n = 20$ features in $m = 5$ dimensions at density 0.03, where without a penalty all that is
        //: stored is in superposition, with penalties from 0 on; once with importances $I_i = 0.7^i$, and once with all
        //: of them 1. The loss that we show is without the penalty.

        let (n, m, density) = (20, 5, 0.03)
        let features = FeatureDistribution(density: density, features: n)
        let decaying = powers(of: 0.7, count: n)
        let equal = Array(repeating: 1.0, count: n)
        func experiment(_ id: String, _ importance: [Double], _ penalties: [Double]) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: n, hidden: m),
                settings: penalties.map { .init(features: features, importance: importance, hiddenPenalty: $0) },
                restarts: page.choose(paper: 16, quick: 4), steps: page.choose(paper: 4_000, quick: 1_000),
                batchSize: page.choose(paper: 512, quick: 256), learningRate: .linear(1e-2),
                evaluationSamples: 1 << 15)
        }
        let penalties = [0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.12, 0.14, 0.17, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6]
        let equalPenalties = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75]
        let runs = try await page.train(all: [
            experiment("l1-removes-superposition", decaying, penalties),
            experiment("l1-removes-superposition-equal", equal, equalPenalties),
        ])

        //: For the footnote, the best model without a penalty is trained on, with very small ones. All losses of this
        //: section are means over the same samples, none of them empty, so that small differences can be seen.

        let slight = [0, 0.0005, 0.001, 0.002, 0.003, 0.004, 0.006, 0.008, 0.012, 0.016]
        var onward = experiment("l1-nearly-free", decaying, slight)
        onward.restarts = 1
        onward.start = runs[0].selection(slight.map { _ in runs[0].best(ofSetting: 0) })
        onward.batchSize = page.choose(paper: 2048, quick: 256)
        onward.learningRate = .linear(3e-3)
        let nearby = try await page.train(onward)

        let samples = ActiveSamples(
            features, count: page.choose(paper: 60_000, quick: 10_000), using: page.stream("l1"))
        func sweep(_ trained: TrainedModels) -> PenaltySweep { PenaltySweep(trained, on: samples) }
        let (falling, even, small) = (sweep(runs[0]), sweep(runs[1]), sweep(nearby))
        let threshold = HiddenPenalty.threshold(density: density)
        let (clean, evenClean) = (falling.cleanest(dimensions: m), even.cleanest(dimensions: m))
        let cost = falling.losses[clean] / falling.losses[0]
        let more = small.losses[0] / falling.losses[0]
        let firstTenth = small.costOfFirst(0.1, whole: falling.losses[clean] - small.losses[0])
        try page.figure(
            "l1-removes-superposition",
            caption: """
                The best models over the penalty $\\lambda$ on the hidden layer, for falling and for equal importance: \
                features represented, and those of them in superposition; features per dimension \
                $\\lVert W \\rVert_F^2 / m$; and the loss without the penalty over that of the model trained without one. \
                Thin lines: the features, and the loss, of a model that gives each feature a dimension of its own \
                if its importance is above the threshold. Right: the loss against the superposition that is left, for \
                small penalties.
                """,
            alt: """
                With falling importance the features in superposition fall from \(falling.shared[0]) to \
                \(falling.shared[clean]) at a penalty of \(number(falling.penalties[clean])), where \
                \(falling.stored[clean]) are left; the loss is then \(fixed(cost, 2)) times what it was. With equal \
                importance at least \(even.shared[evenClean]) stay in superposition for as long as the model stores \
                one per dimension.
                """,
            data: penaltyTable(falling: falling, even: even, small: small)
        ) { penaltyFigure(falling, even, small, whole: falling.losses[clean] - small.losses[0]) }

        //: With falling importance it works as the paper says. \(shared-none) of the features stored without a penalty
        //: are in superposition; with $\lambda$ = \(clean-penalty) the model stores \(clean-stored), \(clean-shared) of
        //: them in superposition, and the loss is \(clean-cost) times what it was. A closed form tells why. A feature
        //: with an axis of its own and of length $w$ costs $I v (1 - w^2)^2 + \lambda p w / 2$, with its variance
        //: $v = p/3 - p^2/4$. The penalty first shortens it and then, at
        //:
        //: $$\lambda / I = \tfrac83 \sqrt{2/3} \, \left( \tfrac13 - \tfrac p4 \right),$$
        //:
        //: here \(threshold), drops it at once, from a length of $\sqrt{2/3}$. So there is a threshold of importance,
        //: as the paper has it: at \(threshold-hits) of the \(threshold-total) penalties without superposition the
        //: model stores exactly the features above it. \(threshold-misses) The model is free of superposition when all
        //: but $m$ features are below the threshold, not because a shared direction would be penalised. Beyond that
        //: penalty, the number of best models in which features share an axis is \(shared-again). That explains the
        //: rest of the figure. With equal importance all features on axes meet the same threshold, at \(even-threshold)
        //: here. The penalty takes those that are not on axes, as they cost more for their length; antipodal pairs on
        //: the axes are left, \(even-pairs) features in all at \(even-pairs-count) penalties, from \(even-pairs-from)
        //: to \(even-pairs-to). A pair pays the same for its activations as two dedicated features would, and
        //: interferes only when both are active. Near the threshold nearly all go at once: with a feature per dimension
        //: left, the fewest in superposition are \(even-shared) of \(even-stored), at $\lambda$ = \(even-penalty). So
        //: an L1 penalty alone is no remedy for superposition as such; it buys fewer features.
        //:
        //: A little of it is cheap, as the footnote expects. The first tenth of the superposition,
        //: $\sum_{i \ne j} (W_i \cdot W_j)^2$, costs \(first-tenth) of the loss that removing it all costs, where at a
        //: fixed price it would be 10%.

        page["shared-none"] = "\(falling.shared[0]) of \(falling.stored[0])"
        page["clean-penalty"] = number(falling.penalties[clean])
        page["clean-stored"] = String(falling.stored[clean])
        page["clean-shared"] = falling.shared[clean] == 0 ? "none" : String(falling.shared[clean])
        page["clean-cost"] = fixed(cost, 2)
        page["threshold"] = fixed(threshold, 3)
        page["even-threshold"] = "$\\lambda$ = " + fixed(threshold, 2)
        let afterClean = falling.penalties.indices.filter { falling.shared[$0] == 0 }
        func hits(_ factor: Double) -> Int {
            afterClean.count { index in
                let least = falling.penalties[index] / factor
                let expected = min(m, decaying.count { $0 > least })
                return falling.models[index].represented() == Array(0..<expected)
            }
        }
        page["threshold-hits"] = String(hits(threshold))
        page["threshold-total"] = String(afterClean.count)
        page["shared-again"] = String(falling.penalties.indices.count { $0 > clean && falling.shared[$0] > 0 })
        let misses = afterClean.filter { index in
            let least = falling.penalties[index] / threshold
            return falling.models[index].represented() != Array(0..<min(m, decaying.count { $0 > least }))
        }
        let nearest = misses.map { index in
            decaying.map { abs($0 * threshold / falling.penalties[index] - 1) }.min() ?? .nan
        }
        page["threshold-misses"] =
            misses.isEmpty
            ? "The closed form is exact here."
            : "Where it is missed, at $\\lambda$ = "
                + listing(misses.map { number(falling.penalties[$0]) })
                + ", the nearest importance is within \(percent(nearest.max() ?? .nan)) of it."
        page["even-shared"] = String(even.shared[evenClean])
        page["even-stored"] = String(even.stored[evenClean])
        page["even-penalty"] = number(even.penalties[evenClean])
        let paired = even.penalties.indices.filter { even.stored[$0] == 2 * m && even.shared[$0] == 2 * m }
        page["even-pairs"] = String(2 * m)
        page["even-pairs-count"] = "\(paired.count) of \(even.penalties.count)"
        page["even-pairs-from"] = number(paired.first.map { even.penalties[$0] } ?? .nan)
        page["even-pairs-to"] = number(paired.last.map { even.penalties[$0] } ?? .nan)
        page["first-tenth"] = percent(firstTenth)
        let source = "Strategic Picture, Creating Models Without Superposition"
        page.claim(
            "l1.removes",
            "An L1 penalty on the hidden layer gets rid of superposition (fewest features in it, with one per dimension stored).",
            source: source, passage: "actually quite easy to get rid of superposition", count: falling.shared[clean],
            of: falling.stored[clean], unit: "features", expected: 0...0,
            control: .init("no penalty", Double(falling.shared[0])), figure: "l1-removes-superposition",
            weights: ["l1-removes-superposition"])
        page.claim(
            "l1.removes-equal",
            "An L1 penalty gets rid of superposition where all features are equally important (fewest in it, with one per dimension stored).",
            source: source, passage: "actually quite easy to get rid of superposition", count: even.shared[evenClean],
            of: even.stored[evenClean], unit: "features", expected: 0...0,
            control: .init("no penalty", Double(even.shared[0])),
            reason: """
                Equal features meet the same threshold and go nearly all at once. Antipodal pairs are left, as they \
                pay no more than dedicated features.
                """,
            figure: "l1-removes-superposition",
            weights: ["l1-removes-superposition-equal"])
        page.claim(
            "l1.cost",
            "Getting rid of superposition by L1 costs a higher loss (without the penalty, over the loss with superposition).",
            source: source, passage: "actually quite easy to get rid of superposition", measured: cost,
            expected: 1.1...(.infinity), control: .init("more training without a penalty instead", more),
            figure: "l1-removes-superposition", weights: ["l1-removes-superposition", "l1-nearly-free"])
        page.claim(
            "l1.threshold",
            """
            An L1 penalty kills features below a certain importance (penalties at which exactly those above the closed form’s \
            threshold are stored, of those without superposition).
            """,
            source: source, passage: "This actually has a nice interpretation in terms",
            count: hits(threshold), of: afterClean.count, unit: "penalties", expected: 0.9...1, partly: 0.7...1,
            control: .init("the penalty itself as threshold", Double(hits(1))),
            reason: """
                The closed form is close, not exact: where it is missed, the nearest importance is within \
                \(percent(nearest.max() ?? .nan)) of its threshold.
                """,
            figure: "l1-removes-superposition",
            weights: ["l1-removes-superposition"])
        page.claim(
            "l1.nearly-free",
            "A little less superposition has essentially no effect on the loss (share of the whole cost for the first tenth).",
            source: source + ", footnote", passage: "In particular, it seems like we should expect",
            measured: firstTenth, expected: 0...0.02, partly: 0...0.05, control: .init("a fixed price", 0.1),
            figure: "l1-removes-superposition", weights: ["l1-nearly-free"])
    }

    private func sparseActivation(_ page: Page) async throws {
        //: ## Neurons that are seldom used
        //:
        //: Superposition saves neurons. But computing is paid for by operations, and in a mixture of experts
        //: [@fedus2022] most neurons are not computed most of the time. What if only the activations of active neurons
        //: were paid for? Then, says the paper, superposition would hardly be worth it: by loss reduction per
        //: activation frequency it is not optimal, and only asymptotically, for sparse features, as good as a dimension
        //: for each feature.
        //:
        //: A dedicated neuron is active with probability $p$ and reduces the loss by the variance of its feature,
        //: $p/3 - p^2/4$ at importance 1, so that it yields $1/3 - p/4$ per activation. An antipodal pair on one
        //: dimension, which is active when either feature is, yields $(2/3 - 5p/6) / (2 - p)$. That is less by
        //: $p^2 / (8 - 4p)$: not optimal, and asymptotically as good, as the paper says.
        //:
        //: But such a dimension is no neuron, for it has two signs. With ReLU neurons, as in the [chapter on privileged
        //: bases](06-privileged-basis.html), features in superposition are sets of neurons, and every neuron of a set
        //: is active with the feature. We train models with 10 features of importance 1 on five neurons, and on 10, at
        //: densities from 0.5 to 0.01; and at density 0.1 with other numbers of neurons. Training that does not pay for
        //: activations does not save any, either. So all of them have a small penalty as above, $\lambda$ =
        //: \(moe-penalty). Without it ten neurons find codes without loss in which many features take two neurons:
        //: \(free-active) are active on average at density 0.1, where one would do, and that is \(free-activations)
        //: times as many as five neurons have. Weights below \(moe-least) are taken for zero, and the loss is measured
        //: without them and without the penalty.

        let densities = [0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01]
        let small = 0.02
        func experiment(
            _ id: String, features: Int = 10, hidden: Int, isReLU: Bool = true, densities: [Double],
            penalty: Double = small
        ) -> Experiment {
            Experiment(
                id: id,
                architecture: .init(features: features, hidden: hidden, hiddenActivation: isReLU ? .relu : .linear),
                settings: densities.map {
                    .init(
                        features: FeatureDistribution(density: $0, features: features),
                        importance: Array(repeating: 1, count: features), hiddenPenalty: penalty)
                }, restarts: page.choose(paper: 48, quick: 8), steps: page.choose(paper: 3_000, quick: 600),
                batchSize: page.choose(paper: 256, quick: 128), learningRate: .linear(2e-2),
                evaluationSamples: page.choose(paper: 1 << 13, quick: 1 << 11))
        }
        let widths = [2, 3, 4, 5, 6, 7, 8, 10, 12]
        let others = widths.filter { $0 != 5 && $0 != 10 }
        let trained = try await page.train(
            all: [
                experiment("moe-activation", hidden: 5, densities: densities),
                experiment("moe-activation-wide", hidden: 10, densities: densities),
                experiment(
                    "moe-activation-pair", features: 2, hidden: 1, isReLU: false, densities: densities, penalty: 0),
                experiment("moe-activation-free", hidden: 10, densities: [0.1], penalty: 0),
                experiment("moe-activation-free-5", hidden: 5, densities: [0.1], penalty: 0),
            ] + others.map { experiment("moe-activation-\($0)", hidden: $0, densities: [0.1]) })
        let count = page.choose(paper: 20_000, quick: 4_000)
        func yields(_ trained: TrainedModels) -> [ActivationYield] {
            trained.experiment.settings.indices.map {
                ActivationYield(trained, setting: $0, samples: count, using: page.stream("moe"))
            }
        }
        let (narrow, wide, pair) = (yields(trained[0]), yields(trained[1]), yields(trained[2]))
        let free = (ten: yields(trained[3])[0], five: yields(trained[4])[0])
        let atTenth = [narrow, wide].compactMap { models in models.first { $0.density == 0.1 } }
        let byWidth = (zip(others, trained.dropFirst(5)).map { yields($1)[0] } + atTenth)
            .sorted { $0.hidden < $1.hidden }
        let sparsest = (narrow: narrow[narrow.count - 1], wide: wide[wide.count - 1], pair: pair[pair.count - 1])
        let superposed = narrow.filter { $0.stored > $0.hidden }
        let pairYields = pair.filter { $0.stored == 2 }
        let five = byWidth.first { $0.hidden == 5 }
        let ten = byWidth.first { $0.hidden == 10 }
        let activations = (ten?.active ?? .nan) / (five?.active ?? .nan)
        try page.figure(
            "moe-activation",
            caption: """
                Left: how much the loss falls for each activation of a neuron, over the same for dedicated neurons: \
                10 features on five and on 10 ReLU neurons, and an antipodal pair on one linear dimension (line: its \
                closed form; dashed: if every feature activates two neurons). Right: what more neurons buy at density \
                0.1: the loss over that of no model at all, against how many neurons are active on average; numbers are \
                those of neurons there are.
                """,
            alt: """
                The pair's yield rises to \(fixed(sparsest.pair.relativeYield, 2)) of the dedicated one as features get \
                sparse; that of features in superposition on five neurons is \(fixed(sparsest.narrow.relativeYield, 2)) \
                at the sparse end. On the right the loss falls from \(percent(byWidth.first?.relativeLoss ?? .nan)) with \
                two neurons to \(percent(ten?.relativeLoss ?? .nan)) with ten, while the mean number of active neurons \
                goes from \(fixed(five?.active ?? .nan, 2)) with five to \(fixed(ten?.active ?? .nan, 2)) with ten.
                """,
            data: yieldTable(narrow: narrow, wide: wide, pair: pair, byWidth: byWidth)
        ) { yieldFigure(narrow: narrow, wide: wide, pair: pair, byWidth: byWidth) }

        //: The trained pairs follow their closed form: at density \(sparse-density) they have \(pair-yield) of a
        //: dedicated dimension's yield. Features in superposition on ReLU neurons do not get there. The models on five
        //: neurons store more features than neurons at \(superposed-count) of \(density-count) densities, and their
        //: yield is between \(yield-least) and \(yield-most) of the dedicated one; at density \(sparse-density) it is
        //: \(narrow-yield), with \(sets) active neurons for a feature that is active alone. The models on 10 neurons
        //: are at \(wide-yield) there, and at \(wide-least) or more elsewhere; where it is less than 1, training has
        //: left some features in sets of two neurons, of which there are codes without loss. So the first half of the
        //: paper's remark holds for both kinds of superposition, and the second for signed dimensions only: a code that
        //: tells features apart by sets of neurons pays for the sets. \(wide-verdict)
        //:
        //: What do more neurons buy that are used less? At density 0.1 five neurons leave \(five-loss) of the loss,
        //: with \(five-active) of them active on average; ten neurons leave \(ten-loss), with \(ten-active) active.
        //: Twice the neurons take \(activations) times the activations. If activations were all that is paid for,
        //: superposition would here have nothing to offer.
        //:
        //: What this cannot show: that such a model can be had. Real mixtures turn on whole blocks of neurons, a router
        //: has to choose them before anything is known of the neurons, and what it costs to move weights is not counted
        //: here. Nor do these models compute anything but their input.

        page["sparse-density"] = number(sparsest.pair.density)
        page["pair-yield"] = fixed(sparsest.pair.relativeYield, 3)
        page["superposed-count"] = String(superposed.count)
        page["density-count"] = String(densities.count)
        page["yield-least"] = fixed(superposed.map(\.relativeYield).min() ?? .nan, 2)
        page["yield-most"] = fixed(superposed.map(\.relativeYield).max() ?? .nan, 2)
        page["narrow-yield"] = fixed(sparsest.narrow.relativeYield, 2)
        let wideMean = mean(wide.map(\.relativeYield))
        page["wide-verdict"] =
            wideMean <= 0.95
            ? "The claim below has no verdict for it, as the models on 10 neurons, which are its control, are not at 1 "
                + "themselves, but at \(fixed(wideMean, 2)) on average."
            : "The models on 10 neurons, the control of the claim below, are at \(fixed(wideMean, 2)) on average."
        page["moe-penalty"] = number(small)
        page["moe-least"] = number(ActivationYield.leastWeight)
        page["free-active"] = fixed(free.ten.active, 2)
        page["free-activations"] = fixed(free.ten.active / free.five.active, 2)
        page["sets"] = fixed(sparsest.narrow.neuronsPerFeature, 2)
        page["wide-yield"] = fixed(sparsest.wide.relativeYield, 2)
        page["wide-least"] = fixed(wide.map(\.relativeYield).min() ?? .nan, 2)
        page["five-loss"] = percent(five?.relativeLoss ?? .nan)
        page["ten-loss"] = percent(ten?.relativeLoss ?? .nan)
        page["five-active"] = fixed(five?.active ?? .nan, 2)
        page["ten-active"] = fixed(ten?.active ?? .nan, 2)
        page["activations"] = fixed(activations, 2)
        let source = "Strategic Picture, Creating Models Without Superposition"
        page.claim(
            "moe.not-optimal",
            "Superposition is not optimal by loss reduction per activation (highest yield of features on five ReLU neurons, over a dedicated neuron’s).",
            source: source, passage: "Our preliminary investigations comparing various types",
            measured: superposed.map(\.relativeYield).max() ?? .nan, expected: 0...0.95,
            control: .init("a neuron for each feature", wideMean),
            reason: wideMean <= 0.95
                ? "No verdict: the control, which should be at 1, is at \(fixed(wideMean, 2)), as training leaves some of its "
                    + "features in sets of two neurons."
                : nil, figure: "moe-activation",
            weights: ["moe-activation", "moe-activation-wide"])
        page.claim(
            "moe.asymptotic",
            "By loss reduction per activation superposition is asymptotically as good as dedicated dimensions (yield of a sparse antipodal pair, over a dedicated dimension’s).",
            source: source, passage: "Our preliminary investigations comparing various types",
            measured: sparsest.pair.relativeYield, expected: 0.99...1.01,
            control: .init("the densest pairs", pairYields.first?.relativeYield ?? .nan), figure: "moe-activation",
            weights: ["moe-activation-pair"])
        page.claim(
            "moe.asymptotic-neurons",
            "By loss reduction per activation it is asymptotically as good on ReLU neurons, too (yield of sparse features on five neurons, over a dedicated neuron’s).",
            source: source, passage: "Our preliminary investigations comparing various types",
            measured: sparsest.narrow.relativeYield, expected: 0.95...1.05, partly: 0.85...1.05,
            control: .init("two neurons for each feature", 0.5),
            reason: """
                ReLU neurons tell features apart by sets, and every neuron of a set is paid for: \
                \(fixed(sparsest.narrow.neuronsPerFeature, 2)) for a feature that is active alone.
                """,
            figure: "moe-activation",
            weights: ["moe-activation"])
        page.claim(
            "moe.more-neurons",
            "A polysemantic neuron can be split into dedicated ones at the same cost (activations of ten neurons over those of five, at density 0.1).",
            source: source, passage: "In this world, it seems unlikely that superposition",
            measured: activations, expected: 0...1.05, control: .init("neurons counted instead", 2),
            figure: "moe-activation", weights: ["moe-activation", "moe-activation-wide"])
    }

    private func dictionaries(_ page: Page) async throws {
        //: ## Finding the features afterwards
        //:
        //: The second way out leaves the model as it is and looks for an overcomplete basis: a dictionary of
        //: directions, few of which explain each activation. To the paper this is a sparse coding problem like others.
        //: A year later it was tried on language models with sparse autoencoders [@cunningham2023; @bricken2023], and a
        //: field followed. What their latents should be, nobody knows there. Here we know: the columns of $W$.
        //:
        //: A sparse autoencoder explains an activation $h$ as $h' = D f$, with latents $f = \sigma(E h + b)$ and
        //: columns $D_l$ of length 1. What keeps latents silent is where kinds differ:
        //:
        //: - *ReLU* with a penalty $\lambda \sum_l f_l$ [@cunningham2023];
        //: - *Gated*: one ReLU decides who is active and pays the penalty, another one says how much
        //:   [@rajamanoharan2024gated];
        //: - *JumpReLU*: a threshold for each latent, and a penalty on their number [@rajamanoharan2024jump];
        //: - *TopK*: the $k$ largest latents of a sample [@gao2024];
        //: - *BatchTopK*: the largest of a batch, $k$ per sample on average [@bussmann2024];
        //: - *Matryoshka*: BatchTopK, where the first quarter and the first half of the latents must explain the
        //:   activation, too [@bussmann2025].
        //:
        //: Their input is the hidden layer of models that store $n = 100$ features of equal importance in $m = 20$
        //: dimensions, scaled to a mean length of 1. There are as many latents as features, or twice as many. Latents
        //: that stay silent begin anew on an activation that is explained badly. For comparison there are the
        //: independent and the principal components, random directions and the axes, each taken both ways where it has
        //: two.

        let (n, m) = (100, 20)
        let densities = page.choose(paper: [0.01, 0.03], quick: [0.01])
        let (steps, batchSize) = page.choose(paper: (2_000, 512), quick: (1_200, 256))
        let judged = page.choose(paper: 4_000, quick: 1_000)
        let toys = try await page.train(
            Experiment(
                id: "sae-recovery", architecture: .init(features: n, hidden: m),
                settings: densities.map {
                    .init(
                        features: FeatureDistribution(density: $0, features: n),
                        importance: Array(repeating: 1, count: n))
                },
                restarts: page.choose(paper: 4, quick: 2), steps: page.choose(paper: 4_000, quick: 1_500),
                batchSize: 1024, learningRate: .linear(1e-2), evaluationSamples: 1 << 14))
        let sources = densities.indices.map {
            ActivationSource(toys, setting: $0, count: judged, using: page.stream("activations-\($0)"))
        }
        let sizes = [n, 2 * n]
        let methods = DictionaryMethod.all
        let trained = try await page.train(
            all: sizes.flatMap { size in
                methods.map { method in
                    method.experiment(
                        "sae-recovery-\(method.id)-\(size)", on: sources, latents: size,
                        restarts: page.choose(paper: 2, quick: 1), steps: steps, batchSize: batchSize)
                }
            })
        let runs = sizes.indices.map { size in
            methods.indices.flatMap { method in
                DictionaryRun.all(methods[method], trained[size * methods.count + method], on: sources)
            }
        }
        let panels = sources.indices.map { place in
            let source = sources[place]
            return RecoveryPanel(
                density: source.density,
                runs: zip(sizes, runs).map { size, runs in
                    (size, runs.filter { $0.density == source.density }.atTrueSparsity(source.sample.meanActive))
                },
                linear: LinearMethod.all(source, latents: 2 * n, page.stream("directions-\(place)")))
        }
        let sparse = panels[0]
        let (narrow, wide) = (sparse.runs[0].runs, sparse.runs[1].runs)
        let bestLinear = sparse.linear.max { $0.match.recovered < $1.match.recovered }
        func find(_ id: String, in runs: [DictionaryRun]) -> DictionaryRun? { runs.first { $0.method.id == id } }
        let topK = (narrow: find("topk", in: narrow), wide: find("topk", in: wide))
        let random = sparse.linear.first { $0.name == "Random" }
        try page.figure(
            "sae-recovery",
            caption: """
                The share of \(sources[0].sample.represented.count) features that have a direction of their own at a \
                cosine above \(DirectionMatch.found). Features and directions are paired one to one. Of each kind of \
                dictionary the penalty, or $k$, is shown whose number of active latents is nearest to the true one. \
                Crosses: the mean, over features, of the greatest cosine with any direction.
                """,
            alt: """
                At density \(number(sparse.density)), with \(2 * n) latents, dictionaries find between \
                \(percent(wide.map(\.recovered).min() ?? .nan)) and \(percent(wide.map(\.recovered).max() ?? .nan)) of \
                the features; components, random directions and axes at most \
                \(percent(bestLinear?.match.recovered ?? .nan)).
                """,
            data: recoveryTable(panels)
        ) { recoveryFigure(panels) }

        //: At density \(recovery-density) TopK with \(recovery-latents) latents finds \(topk-wide) of the features, and
        //: the dictionaries of that size between \(wide-least), \(wide-least-name), and \(wide-most),
        //: \(wide-most-name). The best without a dictionary, \(best-linear-name), has \(best-linear). It cannot be
        //: otherwise: there are five times as many features as components. More latents than features help TopK, as
        //: some are spent on what is left over: with as many latents as features it finds \(topk-narrow). Prefixes ask
        //: the first latents to stand for what several features have in common; these have nothing in common, and the
        //: Matryoshka dictionary finds \(matryoshka-found).
        //:
        //: The crosses show why we pair directions one to one. The mean of the greatest cosines is often quoted, and
        //: \(random-latents) random directions have \(random-cosine) by that measure while they find \(random-found).
        //: It counts near misses, and one latent for many features. All measures of all dictionaries are in the
        //: figure's data: the mean cosine of the pairs, F1 of the activity, the share of latents that are alone with a
        //: feature, and those that are never active.

        page["recovery-density"] = number(sparse.density)
        page["recovery-latents"] = String(2 * n)
        page["topk-wide"] = percent(topK.wide?.recovered ?? .nan)
        page["topk-narrow"] = percent(topK.narrow?.recovered ?? .nan)
        let leastKind = wide.min { $0.recovered < $1.recovered }?.method
        page["wide-least-name"] = leastKind?.name ?? "none"
        page["wide-most-name"] = wide.max { $0.recovered < $1.recovered }?.method.name ?? "none"
        page["matryoshka-found"] = percent(find("matryoshka", in: wide)?.recovered ?? .nan)
        page["wide-least"] = percent(wide.map(\.recovered).min() ?? .nan)
        page["wide-most"] = percent(wide.map(\.recovered).max() ?? .nan)
        page["best-linear-name"] = bestLinear?.name ?? "none"
        page["best-linear"] = percent(bestLinear?.match.recovered ?? .nan)
        page["random-latents"] = String(2 * n)
        page["random-cosine"] = fixed(random?.match.meanGreatestCosine ?? .nan, 2)
        page["random-found"] = percent(random?.match.recovered ?? .nan)
        let source = "Strategic Picture, Finding an Overcomplete Basis"
        page.claim(
            "sae.recovers",
            "Features in superposition can be found afterwards (share that TopK finds with twice as many latents, at the sparser density).",
            source: source, passage: "This appears to be a relatively standard sparse coding problem",
            measured: topK.wide?.recovered ?? .nan, expected: 0.9...1, partly: 0.5...1,
            control: .init("the best of components, axes and random directions", bestLinear?.match.recovered ?? .nan),
            figure: "sae-recovery", weights: ["sae-recovery", "sae-recovery-topk-\(2 * n)"])
        page.claim(
            "sae.all-kinds",
            "Every kind of sparse autoencoder does so (the least share, with twice as many latents).",
            source: "Cunningham et al. 2023 and its successors", measured: wide.map(\.recovered).min() ?? .nan,
            expected: 0.9...1, partly: 0.5...1,
            control: .init("the best of components, axes and random directions", bestLinear?.match.recovered ?? .nan),
            reason: leastKind?.id == "matryoshka"
                ? "Matryoshka finds least: its first latents should stand for what several features have in common, and "
                    + "these have nothing in common."
                : "It is not known why \(leastKind?.name ?? "one kind") finds least; the penalty shown is the one "
                    + "whose number of active latents is nearest to the true one.",
            figure: "sae-recovery", weights: methods.map { "sae-recovery-\($0.id)-\(2 * n)" })
        try reconstruction(page, runs: zip(sizes, runs).map { ($0, $1) }, source: sources[0])
        try shrinkage(page, wide)
        try await failures(page, steps: steps, batchSize: batchSize, judged: judged)
    }

    private func reconstruction(
        _ page: Page, runs: [(latents: Int, runs: [DictionaryRun])], source: ActivationSource
    ) throws {
        //: ## The best reconstruction is not the best dictionary
        //:
        //: In a language model the features are not known, so dictionaries are compared by what can be had: how little
        //: of the activations they leave unexplained, with how few active latents. Does the better one by these
        //: measures know the features better? At the sparser density we show all that we have trained, and colour it by
        //: what it has found.

        let sparse = runs.map { ($0.latents, $0.runs.filter { $0.density == source.density }) }
        let all = sparse.flatMap(\.1)
        let best = all.min { $0.unexplained < $1.unexplained }
        let most = all.max { $0.recovered < $1.recovered }
        try page.figure(
            "sae-pareto",
            caption: """
                Unexplained variance against the number of active latents, for all penalties and $k$, at density \
                \(number(source.density)). The vertical line is the true number of active features. Colour: the share of \
                features found.
                """,
            alt: """
                The dictionary with the least unexplained variance, \(percent(best?.unexplained ?? .nan)), finds \
                \(percent(best?.recovered ?? .nan)) of the features; the one that finds most leaves \
                \(percent(most?.unexplained ?? .nan)) unexplained.
                """,
            data: paretoTable(all)
        ) { paretoFigure(sparse, active: source.sample.meanActive) }

        //: The least is left unexplained by \(best-name), \(best-unexplained) of the variance, with \(best-active)
        //: latents active where \(true-active) features are; it finds \(best-found) of these. The most, \(most-found),
        //: is found by \(most-name), which leaves \(most-unexplained). So a dictionary can explain nearly everything by
        //: directions that mean nothing: five or more of them at a time can mimic any activation of a feature. What
        //: tells the two apart is the number of active latents, but only to someone who knows the true one. Over all of
        //: these dictionaries the rank correlation of unexplained variance and recovery is \(reconstruction-rank); that
        //: of recovery and the distance to the true number of active latents is \(sparsity-rank).

        func name(_ run: DictionaryRun?) -> String {
            guard let run else { return "none" }
            let value = run.method.kind.isTopK ? "$k$ = \(number(run.value))" : "$\\lambda$ = \(number(run.value))"
            return "\(run.method.name) with \(run.latents) latents and \(value)"
        }
        let distances = all.map { abs(log(max($0.active, 1e-3) / source.sample.meanActive)) }
        page["best-name"] = name(best)
        page["best-unexplained"] = percent(best?.unexplained ?? .nan)
        page["best-active"] = fixed(best?.active ?? .nan, 1)
        page["true-active"] = fixed(source.sample.meanActive, 2)
        page["best-found"] = percent(best?.recovered ?? .nan)
        page["most-name"] = name(most)
        page["most-found"] = percent(most?.recovered ?? .nan)
        page["most-unexplained"] = percent(most?.unexplained ?? .nan)
        page["reconstruction-rank"] = fixed(rankCorrelation(all.map(\.unexplained), all.map(\.recovered)), 2)
        page["sparsity-rank"] = fixed(rankCorrelation(distances, all.map(\.recovered)), 2)
        page.claim(
            "sae.reconstruction",
            "The best reconstruction is not the best recovery (share of features that the dictionary finds which leaves least unexplained).",
            source: "our own", measured: best?.recovered ?? .nan, expected: 0...0.5,
            control: .init("the dictionary that finds most", most?.recovered ?? .nan), figure: "sae-pareto",
            weights: all.map(\.method.id).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
                .flatMap { id in runs.map { "sae-recovery-\(id)-\($0.latents)" } })
    }

    private func shrinkage(_ page: Page, _ runs: [DictionaryRun]) throws {
        //: ## What latents say
        //:
        //: Having found a feature, does a latent say how active it is? A penalty on latents makes small ones pay. Where
        //: one feature is active with value $a$, the least of $(a - f)^2 + \lambda f$ is at $f = a - \lambda / 2$:
        //: every activation comes out lower by $\lambda / 2$, and those below vanish. Gates and thresholds were made to
        //: avoid that; TopK has no penalty.

        let shown = 250
        try page.figure(
            "sae-shrinkage",
            caption: """
                Latents against the true activations of the features that they have found, for the dictionaries of the \
                figure on recovery with \(runs.first?.latents ?? 0) latents at the sparser density. Dashed: equality; \
                full lines: the slope through the origin.
                """,
            alt: """
                \(listing(runs.map { "\($0.method.name) has a slope of \(fixed($0.slope, 2))" })).
                """,
            data: shrinkageTable(runs, shown: shown)
        ) { shrinkageFigure(runs, shown: shown) }

        func find(_ id: String) -> DictionaryRun? { runs.first { $0.method.id == id } }
        let (relu, topK) = (find("relu"), find("topk"))
        let penalty = relu?.value ?? .nan
        let shift = (relu?.shortfall ?? .nan) / (penalty / 2)

        //: Several latents may share a feature, and each say a part; so we add up all that point along it. Those of the
        //: ReLU dictionary, with $\lambda$ = \(shrink-penalty), fall short by \(shrink-shortfall) in the mean, which is
        //: \(shrink-shift) times $\lambda / 2$. Slopes through the origin are \(shrink-slopes). Not all that
        //: is missing is shrinkage: latents that point between features take a part, and where two features at an acute
        //: angle are active, the latent of the one explains a part of the other.

        page["shrink-penalty"] = number(penalty)
        page["shrink-shortfall"] = fixed(relu?.shortfall ?? .nan, 3)
        page["shrink-shift"] = fixed(shift, 2)
        page["shrink-slopes"] = listing(runs.map { "\(fixed($0.slope, 2)) (\($0.method.name))" })
        let notShrinkage = """
            Not all that is missing is shrinkage: latents between features take a part, and of two features at an acute \
            angle one partly explains the other.
            """
        page.claim(
            "sae.l1-shrinks",
            "An L1 penalty shrinks activations by λ/2 (mean shortfall of ReLU latents, over λ/2).",
            source: "Rajamanoharan et al. 2024; closed form", measured: shift, expected: 0.9...1.1, partly: 0.7...1.3,
            control: .init("TopK’s shortfall, over the same", (topK?.shortfall ?? .nan) / (penalty / 2)),
            reason: notShrinkage, figure: "sae-shrinkage", weights: ["sae-recovery-relu-\(relu?.latents ?? 0)"])
        for (id, name) in [("gated", "Gated"), ("jumprelu", "JumpReLU")] {
            page.claim(
                "sae.\(id)-shrinks-little",
                "\(name) dictionaries hardly shrink activations (slope through the origin).",
                source: "Rajamanoharan et al. 2024", measured: find(id)?.slope ?? .nan, expected: 0.95...1.05,
                partly: 0.8...1.05, control: .init("ReLU with L1", relu?.slope ?? .nan), reason: notShrinkage,
                figure: "sae-shrinkage",
                weights: ["sae-recovery-\(id)-\(relu?.latents ?? 0)"])
        }
        page.claim(
            "sae.topk-shrinks-not",
            "TopK does not shrink them (slope through the origin).", source: "Gao et al. 2024",
            measured: topK?.slope ?? .nan, expected: 0.97...1.03, control: .init("ReLU with L1", relu?.slope ?? .nan),
            reason: notShrinkage, figure: "sae-shrinkage", weights: ["sae-recovery-topk-\(relu?.latents ?? 0)"])
    }

    private func failures(_ page: Page, steps: Int, batchSize: Int, judged: Int) async throws {
        //: ## Features that come together
        //:
        //: Independent features are the easy case. Two others are known to mislead dictionaries. Features that are
        //: active together are best explained together where too few latents may be active: sparse, but wrong
        //: [@chanin2025wrong]. And where a feature is active only if another one is, as *cat* is only if *animal* is, a
        //: dictionary saves a latent if the child's latent stands for both and the parent's is silent then: the parent
        //: is absorbed [@chanin2024]. If on the other hand the dictionary has no latents to spare for children, the
        //: parent's latent hedges: it takes on a part of each child, as they never come without the parent
        //: [@chanin2025hedging]. We train models on both kinds of data: 40 features in pairs that are active together,
        //: in 16 dimensions; and 36 features in families of a parent with two children, of which at most one is active,
        //: as often as none. For hedging, dictionaries of these families have only as many latents as there are parents.

        let pairFeatures = FeatureDistribution(density: 0.03, features: 40, dependence: .correlated(setSize: 2))
        let familyFeatures = FeatureDistribution(density: 0.06, features: 36, dependence: .nested(setSize: 3))
        func toy(_ id: String, _ features: FeatureDistribution) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: features.features, hidden: 16),
                settings: [.init(features: features, importance: Array(repeating: 1, count: features.features))],
                restarts: page.choose(paper: 4, quick: 2), steps: page.choose(paper: 4_000, quick: 1_500),
                batchSize: 1024, learningRate: .linear(1e-2), evaluationSamples: 1 << 14)
        }
        let toys = try await page.train(all: [
            toy("sae-failures-pairs", pairFeatures), toy("sae-failures-families", familyFeatures),
        ])
        let sources = zip(toys, ["pairs", "families"]).map {
            ActivationSource($0, setting: 0, count: judged, using: page.stream("activations-" + $1))
        }
        let kept: [Double] = [1, 2, 3, 4]
        let restarts = page.choose(paper: 3, quick: 1)
        let pairMethod = DictionaryMethod.named("topk")
        let familyMethods: [(method: DictionaryMethod, values: [Double])] = [
            (.named("relu"), [0.1, 0.2, 0.4]), (.named("topk"), [1, 2]), (.named("batchtopk"), [1, 2]),
            (.named("matryoshka"), [1, 2]),
        ]
        let trained = try await page.train(
            all: [
                pairMethod.experiment(
                    "sae-failures-pairs-topk", on: [sources[0]], latents: pairFeatures.features, values: kept,
                    restarts: restarts, steps: steps, batchSize: batchSize)
            ]
                + familyMethods.map {
                    $0.method.experiment(
                        "sae-failures-families-\($0.method.id)", on: [sources[1]], latents: familyFeatures.features,
                        values: $0.values, restarts: restarts, steps: steps, batchSize: batchSize)
                }
                + [
                    familyMethods[0].method.experiment(
                        "sae-failures-families-narrow", on: [sources[1]], latents: familyFeatures.features / 3,
                        values: familyMethods[0].values, restarts: restarts, steps: steps, batchSize: batchSize)
                ])
        let pairRuns = DictionaryRun.all(pairMethod, trained[0], values: kept, on: [sources[0]])
        func dictionaries(_ trained: TrainedModels, _ setting: Int) -> [SparseAutoencoder] {
            trained.models(ofSetting: setting).map { trained.dictionary($0) }
        }
        let pairs = pairRuns.enumerated().map { setting, run in
            (active: Int(run.value), latents: MixedLatents(run, sets: 2, dictionaries(trained[0], setting), sources[0]))
        }
        func hedging(_ trained: TrainedModels) -> Hedging {
            Hedging(trained.models(ofSetting: 0).map { trained.dictionary($0) }, sets: 3, sources[1])
        }
        let (narrow, wide) = (hedging(trained[familyMethods.count + 1]), hedging(trained[1]))
        let families = zip(familyMethods, trained.dropFirst()).flatMap { family, trained in
            DictionaryRun.all(family.method, trained, values: family.values, on: [sources[1]]).enumerated().map {
                setting, run in
                let sign = run.method.kind.isTopK ? "k" : "λ"
                return (
                    name: "\(run.method.name), <i>\(sign)</i> = \(number(run.value))",
                    latents: Absorption(run, sets: 3, dictionaries(trained, setting), sources[1])
                )
            }
        }
        let offset = familyMethods[0].values.count
        let (tight, loose) = (families[offset].latents, families[offset + 1].latents)
        let matryoshka = families[families.count - 1].latents
        let batch = families[offset + 3].latents
        try page.figure(
            "sae-failures",
            caption: """
                Left: pairs of features that are active together, with TopK: the share of features found, and of live \
                latents that have a cosine above one half with both features of a pair. Right: parents whose latent is \
                active when the parent is, alone or with a child. Dictionaries have as many latents as there are features.
                """,
            alt: """
                With one latent \(percent(pairs[0].latents.mixed)) of the latents mix a pair, with two \
                \(percent(pairs[1].latents.mixed)). With TopK and one latent the parent’s is active in \
                \(percent(tight.alone)) of samples without and \(percent(tight.withChild)) with a child, with two in \
                \(percent(loose.alone)) and \(percent(loose.withChild)).
                """,
            data: failureTable(pairs, families, hedging: [("narrow", narrow), ("wide", wide)])
        ) { failureFigure(pairs, families) }

        //: With one latent, where two features are active, TopK finds \(pairs-one) of the features, and \(mixed-one) of
        //: its latents mix a pair. With two it finds \(pairs-two), and \(mixed-two) mix. So a dictionary that is too
        //: sparse is not merely coarse; its directions are wrong, although it explains what it can.
        //:
        //: Of families, two features are active when a child is. With one latent TopK has to choose: parents' latents
        //: are active in \(tight-alone) of the samples with the parent alone, and in \(tight-child) of those with a
        //: child; \(tight-leaning) of the children's latents point rather to the sum of child and parent than to the
        //: child. With two they are active in \(loose-alone) and \(loose-child). Matryoshka dictionaries, whose first
        //: latents must do without the others, were made against absorption; theirs are active in \(matryoshka-alone)
        //: and \(matryoshka-child), those of BatchTopK without prefixes in \(batch-alone) and \(batch-child),
        //: \(protection).
        //:
        //: Of ReLU dictionaries with $\lambda$ = \(hedging-penalty) and a latent for each parent, \(hedging-latents) of
        //: the latents point rather to a parent than to a child. Their cosines with the children of that parent are
        //: greater than the parent's own by \(hedging-narrow) on average; with a latent for each feature it is
        //: \(hedging-wide).

        page["hedging-penalty"] = number(familyMethods[0].values[0])
        page["hedging-latents"] = percent(narrow.share)
        page["hedging-narrow"] = fixed(narrow.excess, 2)
        page["hedging-wide"] = fixed(wide.excess, 2)
        page["pairs-one"] = percent(pairs[0].latents.recovered)
        page["pairs-two"] = percent(pairs[1].latents.recovered)
        page["mixed-one"] = percent(pairs[0].latents.mixed)
        page["mixed-two"] = percent(pairs[1].latents.mixed)
        page["tight-alone"] = percent(tight.alone)
        page["tight-child"] = percent(tight.withChild)
        page["tight-leaning"] = percent(tight.leaning)
        page["loose-alone"] = percent(loose.alone)
        page["loose-child"] = percent(loose.withChild)
        page["matryoshka-alone"] = percent(matryoshka.alone)
        page["matryoshka-child"] = percent(matryoshka.withChild)
        page["batch-alone"] = percent(batch.alone)
        page["batch-child"] = percent(batch.withChild)
        page["protection"] =
            batch.withChild >= 0.95 * batch.alone
            ? "so that here there was nothing to protect from" : "so that here there was something to protect from"
        page.claim(
            "sae.mixes",
            "Too few active latents mix features that come together (share of latents that do, with one latent for a pair).",
            source: "Chanin and Garriga-Alonso 2025", measured: pairs[0].latents.mixed, expected: 0.5...1,
            partly: 0.2...1, control: .init("with two latents", pairs[1].latents.mixed),
            reason: pairs[1].latents.mixed >= 0.2
                ? "The control mixes as well: with two latents, enough for a pair, \(percent(pairs[1].latents.mixed)) of "
                    + "them do. So the range gives no verdict."
                : nil, figure: "sae-failures",
            weights: ["sae-failures-pairs", "sae-failures-pairs-topk"])
        page.claim(
            "sae.absorbs",
            "A parent’s latent falls silent when a child is active (share of those samples in which it is active; one latent per sample).",
            source: "Chanin et al. 2024", measured: tight.withChild, expected: 0...0.5,
            control: .init("the parent alone", tight.alone), figure: "sae-failures",
            weights: ["sae-failures-families", "sae-failures-families-topk"])
        page.claim(
            "sae.hedges",
            "Latents of parents take on a part of the children where there is no room for these (excess of their cosines with the children, ReLU, a latent for each parent).",
            source: "Chanin et al. 2025", measured: narrow.excess, expected: 0.05...1,
            control: .init("a latent for each feature", wide.excess), figure: "sae-failures",
            weights: ["sae-failures-families-narrow", "sae-failures-families-relu"])
        page.claim(
            "sae.matryoshka",
            "Prefixes of latents protect parents (share of samples with a child in which their latent is active, less that without prefixes; two latents per sample).",
            source: "Bussmann et al. 2025", measured: matryoshka.withChild - batch.withChild, expected: 0.05...1,
            control: .init("TopK, which has no prefixes either", loose.withChild - batch.withChild),
            reason: batch.withChild >= 0.95 * batch.alone
                ? "There is nothing to protect from: without prefixes, too, parents’ latents are active in "
                    + "\(percent(batch.withChild)) of the samples with a child, in \(percent(batch.alone)) of those without."
                : nil,
            figure: "sae-failures",
            weights: ["sae-failures-families-batchtopk", "sae-failures-families-matryoshka"])

        //: ## What a toy cannot show
        //:
        //: All of this rests on knowing the features. For a language model nobody does, and there the method's promise
        //: is not settled. Dictionaries of the same activations that differ in their random start share only a part of
        //: their latents [@paulo2025]; larger dictionaries split latents into finer ones rather than add what was
        //: missed [@bricken2023; @chanin2024]; and probes on latents have been no better than probes on the activations
        //: themselves [@kantamneni2025]. A toy tells what a dictionary can find if features are directions,
        //: independent, sparse and linear. Whether real ones are, it cannot tell. What it adds is a warning: the two
        //: numbers by which dictionaries are commonly compared, here, do not say whether they are right.
    }

    private func distillation(_ page: Page) async throws {
        //: ## How small a student can be
        //:
        //: If superposition is how a network stores much in little, it should also tell how far a network can be made
        //: smaller. A recent theorem says so [@sarkar2026]: a student of width $d$ can keep at most $d \cdot g(\alpha)$
        //: of the features that its teacher knows, with
        //:
        //: $$g(\alpha) = \frac{1}{(1 - \alpha) \ln \frac{1}{1 - \alpha}}$$
        //:
        //: and $\alpha$ the features' sparsity; what is beyond that is lost, and the loss has a floor given by the
        //: importance of the features left out. With $p = 1 - \alpha$ this is the bound of compressed sensing with
        //: constant 1, which the [appendix](09-appendix.html) compares with toy models. The formula has a flaw at its
        //: dense end: $g$ is never below $e$, which it has at $p = 1/e$, and diverges for dense features, where a toy
        //: model stores one per dimension. So it can hold for sparse features only. Where does it begin to?
        //:
        //: Teachers have 100 features on 40 dimensions, students from four to 16. The student's target is what the
        //: teacher answers. Importance is equal, or falls as $1/i$. As a control the same students are trained on the
        //: features themselves. We count the features that a student represents; where they are dense and equally
        //: important, and so share dimensions without any of them being stored as a whole, $\lVert W \rVert_F^2$.

        let n = 100
        let densities = [1, 0.5, 0.2, 0.1, 0.05, 0.02]
        let importances = [
            (name: "equal", values: Array(repeating: 1.0, count: n)),
            (name: "falling", values: (1...n).map { 1 / Double($0) }),
        ]
        func settings(_ target: (Int) -> Objective.Target) -> [Experiment.Setting] {
            importances.enumerated().flatMap { place, importance in
                densities.enumerated().map { index, density in
                    .init(
                        features: FeatureDistribution(density: density, features: n), importance: importance.values,
                        target: target(place * densities.count + index))
                }
            }
        }
        func experiment(_ id: String, hidden: Int, _ target: (Int) -> Objective.Target) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: n, hidden: hidden), settings: settings(target),
                steps: page.choose(paper: 1_600, quick: 200), batchSize: page.choose(paper: 512, quick: 64),
                learningRate: .cosine(page.choose(paper: 5e-3, quick: 1e-2), to: 0.01), initialScale: 0.2,
                evaluationSamples: page.choose(paper: 1 << 14, quick: 1 << 12))
        }
        let teachers = try await page.train(experiment("distillation-floor-teachers", hidden: 40) { _ in .input })
        let widths = [4, 6, 10, 16]
        let taught = try await page.train(
            all: widths.map { width in
                experiment("distillation-floor-\(width)", hidden: width) { .outputs(of: teachers.reference(to: $0)) }
            })
        let direct = try await page.train(
            all: widths.map { experiment("distillation-floor-direct-\($0)", hidden: $0) { _ in .input } })
        let samples = densities.map {
            ActiveSamples(
                FeatureDistribution(density: $0, features: n), count: page.choose(paper: 8_000, quick: 1_000),
                using: page.stream("distillation"))
        }
        let distilled = zip(widths, zip(taught, direct)).flatMap { width, runs in
            importances.indices.flatMap { place in
                densities.indices.map { index in
                    let setting = place * densities.count + index
                    return Student(
                        width: width, density: densities[index], importance: importances[place].name,
                        weights: importances[place].values, teacher: teachers[setting], student: runs.0[setting],
                        loss: runs.0.losses[setting], direct: runs.1[setting], samples: samples[index])
                }
            }
        }
        let result = DistillationResult(distilled)
        try page.figure(
            "distillation-floor",
            caption: """
                Left: features per dimension that students keep, against $1/(1-S)$, and $g$ (line); larger marks for wider \
                students. Middle: the loss of students against the floor that $d \\cdot g(\\alpha)$ predicts: the \
                importance, times the variance, of what the teacher stores beyond that many features. Right: the same \
                with the features that the student has in fact left out. Discs: equal importance; diamonds: falling.
                """,
            alt: """
                Students of dense features keep \(fixed(result.densePerDimension, 2)) features per dimension, far \
                below $g$, which diverges there; wide students of sparse ones come close to the curve. In the middle the \
                marks of sparse students lie near the diagonal, by the median at \(fixed(result.floorRatio, 2)) times the \
                prediction, and on the right at \(fixed(result.ownFloorRatio, 2)) times.
                """,
            data: studentTable(distilled)
        ) { studentFigure(distilled) }

        //: Where features are dense the formula fails as it must: students of dense, equally important features keep
        //: \(dense-kept) per dimension, and those of dense features of falling importance \(dense-falling), where $g$
        //: has no value; at density 0.5 the first keep \(ratio-half) times $d \cdot g(\alpha)$. Where they are sparse
        //: it depends on the width. With equal importance students keep \(kept-by-density) times $d \cdot g(\alpha)$
        //: features at density 0.1, 0.05 and 0.02, on the mean of the widths where neither they nor the formula run out
        //: of the teacher's. By width it is \(kept-ratios), of students of width \(widths): few dimensions hold only a
        //: few polytopes, and so fewer features, and the sparsest features leave only the narrowest students a choice.
        //: “At most” holds for \(below) of \(sparse-count) students of sparse features. With falling importance they
        //: keep \(falling-ratio) times $d \cdot g(\alpha)$ on average: features of little importance are not worth
        //: their interference, even where there is room.
        //:
        //: The floor is there. A sparse student's loss is \(own-ratio) times what the features cost that it has left
        //: out, by the median; the rest is interference among those that it keeps. Predicted by $g$, the floor has a
        //: median accuracy of \(accuracy), with equal importance \(accuracy-equal) and with falling importance
        //: \(accuracy-falling). The theorem's authors report more than 93% for their toy model [@sarkar2026]. Equal
        //: importance makes it easy: where most features are left out anyway it hardly matters how many are kept, and
        //: even a floor with one feature per dimension has \(accuracy-one) there. And it is the student's width that
        //: makes the floor, not the teacher: the same students, trained on the features themselves, have
        //: \(direct-ratio) times the loss of the distilled ones, if both are measured on the features.
        //:
        //: These students see a layer that returns its input. Whether real students are limited in this way by each of
        //: their layers is a question for networks whose features are known by estimate only.

        page["kept-ratios"] = listing(widths.map { fixed(result.keptRatio(width: $0), 2) })
        page["kept-by-density"] = listing([0.1, 0.05, 0.02].map { fixed(result.keptRatio(density: $0), 2) })
        page["widths"] = listing(widths.map { String($0) })
        page["ratio-half"] = fixed(result.halfRatio, 2)
        page["dense-kept"] = fixed(result.densePerDimension, 2)
        page["dense-falling"] = fixed(result.denseFalling, 2)
        page["below"] = String(result.sparse.count { $0.kept <= $0.predicted })
        page["sparse-count"] = String(result.sparse.count)
        page["falling-ratio"] = fixed(result.fallingRatio, 2)
        page["own-ratio"] = fixed(result.ownFloorRatio, 2)
        page["accuracy"] = percent(result.accuracy(), digits: 0)
        page["accuracy-equal"] = percent(result.accuracy(importance: "equal"), digits: 0)
        page["accuracy-falling"] = percent(result.accuracy(importance: "falling"), digits: 0)
        page["accuracy-one"] = percent(
            result.accuracy(of: \.plainFloor, importance: "equal"), digits: 0)
        page["direct-ratio"] = fixed(result.directRatio, 2)
        let byWidth = widths.map { result.keptRatio(width: $0) }.filter(\.isFinite)
        let theorem = "Sarkar and Deka 2026, the minimum-width theorem"
        let students = widths.map { "distillation-floor-\($0)" }
        page.claim(
            "distillation.kept",
            "A student of width d keeps d·g(α) sparse features (mean ratio at density 0.1, 0.05 and 0.02, equal importance, the one farthest from 1).",
            source: theorem, measured: farthest(from: 1, [0.1, 0.05, 0.02].map { result.keptRatio(density: $0) }),
            expected: 0.8...1.25, partly: 0.67...1.5,
            control: .init("density 0.5", result.halfRatio),
            reason: """
                It depends on the width: few dimensions hold only a few polytopes, and the sparsest features leave \
                only the narrowest students a choice.
                """,
            figure: "distillation-floor", weights: students)
        page.claim(
            "distillation.at-most",
            "A student of width d keeps at most d·g(α) features (students that do, of those of sparse features).",
            source: theorem, count: result.sparse.count { $0.kept <= $0.predicted }, of: result.sparse.count,
            unit: "students", expected: 1...1, partly: 0.8...1,
            control: .init("one per dimension", Double(result.sparse.count { $0.kept <= Double($0.width) })),
            reason: """
                It depends on the width: students of equally important features keep between \
                \(fixed(byWidth.min() ?? .nan, 2)) and \(fixed(byWidth.max() ?? .nan, 2)) times d·g(α).
                """,
            figure: "distillation-floor", weights: students)
        page.claim(
            "distillation.dense",
            "A student keeps d·g(α) features also where they are dense, and g is not below e (features per dimension at density 1).",
            source: theorem, measured: result.densePerDimension, expected: 2.7...(.infinity),
            control: .init("orthogonal features", 1),
            reason: "It is the formula: g diverges for dense features, of which a toy model stores one per dimension.",
            figure: "distillation-floor", weights: students)
        page.claim(
            "distillation.floor",
            "A student’s loss has a floor, the importance of the features beyond d·g(α) (median accuracy of the prediction, sparse features).",
            source: theorem, measured: result.accuracy(), expected: 0.93...1, partly: 0.75...1,
            control: .init("one feature per dimension", result.accuracy(of: \.plainFloor)),
            reason: """
                With falling importance students keep \(fixed(result.fallingRatio, 2)) times the d·g(α) features that it counts on, \
                as features of little importance are not worth their interference.
                """,
            figure: "distillation-floor",
            weights: students)
        page.claim(
            "distillation.left-out",
            "The floor of a student’s loss is the importance of the features that it leaves out (median ratio of the loss to it, sparse features).",
            source: theorem, measured: result.ownFloorRatio, expected: 0.8...1.25, partly: 0.67...1.5,
            control: .init("all that the teacher stores", result.shareOfAll), figure: "distillation-floor",
            weights: students)
        page.claim(
            "distillation.direct",
            "The floor of a student’s loss persists with another objective (loss of students trained on the features over that of distilled ones, median, sparse features).",
            source: theorem, measured: result.directRatio, expected: 0.9...1.1,
            control: .init("the next wider student", result.widerRatio), figure: "distillation-floor",
            weights: students + widths.map { "distillation-floor-direct-\($0)" })
    }
}
