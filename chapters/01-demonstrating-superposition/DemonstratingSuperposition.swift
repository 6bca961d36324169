//: # Demonstrating superposition
//:
//: Can a network keep more features than it has dimensions? We ask the smallest model that could do so: it squeezes $n$
//: features into $m < n$ hidden dimensions with a matrix $W$ and reads them back with the transpose of the same matrix.
//: If nothing else happens, it does what principal component analysis does and keeps the best $m$ features. With one
//: ReLU at the end it does something else. [@elhage2022]

import Analysis
import Notebook
import ToyModels

public struct DemonstratingSuperposition: Chapter {
    public let source = Source()

    public init() {}

    public func run(_ page: Page) async throws {
        let densities = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001]
        let (pentagon, density) = try await fiveFeatures(page)
        try whatIsSimulated(page, pentagon, density: density)
        let linear = try await linearModel(page, densities: densities)
        let relu = try await reluModel(page, beside: linear, densities: densities)
        try await largerModels(page, densities: densities)
        try whySuperposition(page, relu, densities: densities)
        try misleadingCosines(page, relu, beside: linear, densities: densities)
        page.result(
            #"""
            A ReLU lets a model store more features than it has dimensions, if they are rare: in two dimensions
            \(count-dense) of five that are always active, but \(count-pentagon) of five that are active a tenth of the
            time.
            """#, figure: "intro")
    }

    /// - Returns: the model that is a pentagon, and the density of its features.
    private func fiveFeatures(_ page: Page) async throws -> (ToyModel, density: Double) {
        //: ## The experiment
        //:
        //: A feature vector $x$ stands for what a much larger network would know about its input. Feature $x_i$ is zero
        //: with probability $S$, its sparsity, and otherwise uniform on $[0, 1]$; we speak of the density $1 - S$ where
        //: it reads better. The hidden layer is $h = W x$, and the output is
        //:
        //: $$\begin{aligned}
        //: x' &= W^T h + b && \text{in the linear model,} \\
        //: x' &= \operatorname{ReLU}(W^T h + b) && \text{in the ReLU output model.}
        //: \end{aligned}$$
        //:
        //: Not all features matter equally: feature $i$ has the importance $I_i$, and the loss is
        //: $L = \sum_i I_i (x_i - x'_i)^2$, averaged over samples but summed, not averaged, over features. Column $W_i$
        //: is the direction in which the model stores feature $i$. Its length shows whether the feature is stored at
        //: all, and the angles between the columns show at whose cost.
        //:
        //: Everything is trained with AdamW [@loshchilov2019] on fresh samples at every step, as the authors did. Their
        //: notebook takes 10,000 steps of 1024 samples at a rate of 0.001. Our rate starts at 0.01 and falls along a
        //: cosine; the code of each experiment gives its steps and samples. We train each setting from several random
        //: starts and show the one that ended with the lowest loss. The paper does not say how many starts it looked
        //: at. The number matters: see below. Where the paper says what models do, we ask all starts and not only the
        //: best, and call the statement reproduced if nine in ten of them do it.

        //: ## Five features, two dimensions
        //:
        //: First, the smallest case that can be drawn: $n = 5$, $m = 2$, $I_i = 0.9^i$, and densities from 1 (nothing
        //: is ever zero) down to 0.05.

        let sweep: [Double] = [1, 0.6, 0.4, 0.3, 0.2, 0.15, 0.1, 0.08, 0.065, 0.05]
        let five = try await page.train(
            Experiment(
                id: "intro",
                architecture: .init(features: 5, hidden: 2),
                settings: sweep.map { settings(density: $0, features: 5, decay: 0.9) },
                restarts: 16,
                steps: page.choose(paper: 10_000, quick: 1_500), batchSize: 1024,
                learningRate: .cosine(1e-2)))

        let shown = [1, 0.2, 0.1].compactMap { sweep.firstIndex(of: $0) }
        let (dense, pairs, pentagon) = (five.best[shown[0]], five.best[shown[1]], five.best[shown[2]])
        try page.figure(
            "intro",
            caption: """
                Five features in two dimensions. Each point is the column of $W$ of one feature, with a line \
                from the origin; darker features matter more. Above, the densities that the paper shows; \
                below, the whole sweep. Each is the best of 16 starts, turned so that the most important \
                feature points to the right.
                """,
            alt: """
                In the three large panels \(listed([dense, pairs, pentagon].map { $0.represented().count })) of the \
                five features have a direction. The gaps between them are \(degrees(storedGaps(dense))) at density \
                1, \(degrees(storedGaps(pairs))) at 0.2 and \(degrees(storedGaps(pentagon))) at 0.1.
                """,
            data: embeddingTable(five, densities: sweep),
            exploring: .frames(embeddingFrames(five.best, densities: sweep))
        ) { embeddings(five.best, densities: sweep, large: shown) }

        //: At density 1 the best model stores \(stored-dense), with gaps of \(gaps-dense) around the circle; it would
        //: do the same without a ReLU. At density 0.2 it stores \(stored-pairs), with gaps of \(gaps-pairs). Two
        //: features that point in opposite directions disturb each other only when both are active; when only one is,
        //: the ReLU cuts off the other's negative output. At density 0.1 it stores \(stored-pentagon), with gaps of
        //: \(gaps-pentagon). Now a feature's output responds to its neighbours, too, and a negative bias
        //: counteracts that. Over the whole sweep the models store \(sweep-counts) features.
        //:
        //: The paper calls the last arrangement a pentagon, not a regular one, and features that differ in importance
        //: have no reason to form a regular one. We call five stored features a pentagon if every gap is closer to 72°
        //: than to none at all, where two features would coincide, or to twice that, where one would be missing.
        //:
        //: Not every start finds the best arrangement. At density 0.2 the worst of the 16 ended with \(spread-pairs)
        //: times the loss of the best, and at 0.1 with \(spread-pentagon) times.

        page.panel(
            .training(
                "five-features", like: five.experiment, setting: shown[2], steps: 4_000,
                title: "Train it yourself: five features in two dimensions",
                hint: """
                    At density 0.1 this start finds a place for all five features. Move the density up while it trains: \
                    which of them are left at 0.3, and at 1? Do the others come back when you move it down again? And do all \
                    starts end alike?
                    """))
        for (name, model) in [("dense", dense), ("pairs", pairs), ("pentagon", pentagon)] {
            page["stored-\(name)"] = "features " + listed(model.represented().map { $0 + 1 })
            page["count-\(name)"] = String(model.represented().count)
            page["gaps-\(name)"] = degrees(storedGaps(model))
        }
        page["sweep-counts"] = listed(five.best.map { $0.represented().count })
        page["spread-pairs"] = spread(five, setting: shown[1])
        page["spread-pentagon"] = spread(five, setting: shown[2])
        let random = page.stream("random-directions")
        page.claim(
            "intro.dense",
            "At 0% sparsity the two most important features alone are stored, at a right angle (deviation from it).",
            source: "Introduction, first figure", passage: "The two most important features are given",
            measured: dense.represented() == [0, 1] ? abs(dense.angle(0, 1) - 90) : .nan, unit: "°",
            expected: 0...2,
            control: .init("random directions", chance(of: 2, in: 2, using: random) { abs($0.angle(0, 1) - 90) }),
            figure: "intro")
        page.claim(
            "intro.pairs",
            "At 80% sparsity the four most important features alone are stored, as antipodal pairs (deviation from 180°).",
            source: "Introduction, first figure", passage: "The four most important features are represented",
            measured: pairs.represented() == [0, 1, 2, 3] ? fromAntipodal(pairs, features: 4) : .nan,
            unit: "°", expected: 0...5,
            control: .init("random directions", chance(of: 4, in: 2, using: random) { fromAntipodal($0, features: 4) }),
            figure: "intro")
        page.claim(
            "intro.pentagon",
            "At 90% sparsity all five features are stored, as a pentagon (largest deviation of a gap from 72°).",
            source: "Introduction, first figure", passage: "All five features are embedded as a pentagon",
            measured: fromPentagon(pentagon), unit: "°", expected: 0...36,
            control: .init("random directions", chance(of: 5, in: 2, using: random, fromPentagon)), figure: "intro")

        //: The paper explains why the points of a pentagon are not on the unit circle: a negative bias cuts off
        //: positive interference, and longer directions make up for what the bias takes from the active feature. The
        //: paper's formula is $\lVert W_i \rVert = 1 / (1 - b_i)$, where its $b_i$ is subtracted and ours is added. At
        //: density 0.05 the best model's features have a mean length of \(pentagon-length), where the formula gives
        //: \(pentagon-predicted), and a mean squared length of \(pentagon-square). The formula is closer to the
        //: \(pentagon-closer). One would expect the square, as what an active feature adds to its own output is
        //: $\lVert W_i \rVert^2$. We read the formula as exact within a twentieth, partly within a fifth.

        let last = five.best[sweep.count - 1]
        let predicted = mean(last.b.map { 1 / (1 + $0) })
        let squares = mean(last.norms.map { $0 * $0 })
        page["pentagon-length"] = fixed(mean(last.norms), 2)
        page["pentagon-square"] = fixed(squares, 2)
        page["pentagon-predicted"] = fixed(predicted, 2)
        let closer = abs(squares - predicted) < abs(mean(last.norms) - predicted) ? "squared length" : "length"
        page["pentagon-closer"] = closer
        page.claim(
            "intro.compensation",
            "Directions are longer to make up for a negative bias: their length is 1/(1 − b) (length times 1 − b, mean).",
            source: "The Geometry of Superposition, Perturbing a Single Feature",
            passage: "The reason pentagonal solutions are not on the unit circle",
            measured: mean(zip(last.norms, last.b).map { $0 * (1 + $1) }), expected: 0.95...1.05, partly: 0.8...1.2,
            control: .init("directions of length one", mean(last.b.map { 1 + $0 })),
            reason: """
                An active feature adds the square of its length to its own output, so the square should stand here; \
                the formula is closer to the \(closer).
                """,
            figure: "intro")
        return (pentagon, density: sweep[shown[2]])
    }

    private func whatIsSimulated(_ page: Page, _ model: ToyModel, density: Double) throws {
        //: ## What the model simulates
        //:
        //: The paper's picture of this is a larger network that is imagined: it has a neuron for each feature, and
        //: nothing disturbs anything. The small network that is there behaves like it, with noise.
        //: \(figure:disentangled) draws both for the model of five features at density \(simulated-density).

        page["simulated-density"] = number(density)
        try page.figure(
            "disentangled",
            caption: """
                Left: the imagined, disentangled model, in which each of five features has a neuron. Middle: the \
                trained model squeezes them through two hidden dimensions. Right: what it does as a whole, $W^T W$; \
                the lines that are not level are interference. Red lines are positive, blue ones negative weights, \
                wider where they are larger.
                """,
            alt: """
                Three networks. In the first each input leads to its own output alone. In the second all five inputs \
                lead through two nodes. In the third each input leads to its own output and, by thinner lines, to \
                others.
                """,
            data: productTable(model)
        ) { disentangled(model) }

        //: The noise is shown in \(figure:interference). If one feature is active, reading along the other directions
        //: gives some of them a part of it. Bias and ReLU filter that out, as long as it is small. If two features are
        //: active whose directions have a third one between them, their parts add up, and the hidden vector is about
        //: the same as if the third feature were active alone: no filter can tell these two cases apart.

        try page.figure(
            "interference",
            caption: """
                Interference in the model of five features at density \(number(density)). Left of each pair: the \
                directions, and the hidden vector $h$ as an arrow. Right: for each feature what is there (ring), what \
                $W^T h$ reads (grey bar), and what is left of it after bias and ReLU (blue bar). One feature is \
                active, then two, on both sides of a third.
                """,
            alt: """
                With one active feature, up to \(fixed(largestFalse(model, 0, before: true), 2)) is read for others, of \
                which bias and ReLU leave \(fixed(largestFalse(model, 0, before: false), 2)). With two active features \
                \(fixed(largestFalse(model, 1, before: true), 2)) is read for another one, of which \
                \(fixed(largestFalse(model, 1, before: false), 2)) is left.
                """,
            data: interferenceTable(model)
        ) { interference(model) }
    }

    private func linearModel(_ page: Page, densities: [Double]) async throws -> TrainedModels {
        //: ## How to read a model
        //:
        //: With more than two dimensions there is nothing to draw directly, but $W^T W$ shows everything: its diagonal
        //: holds the squared lengths of the features' directions, and the rest how much each feature disturbs every
        //: other. We train $n = 20$ features with importance $I_i = 0.7^i$ in $m = 5$ dimensions, beginning with the
        //: linear model.

        let small = densities.map { settings(density: $0, features: 20, decay: 0.7) }
        let linear = try await page.train(
            Experiment(
                id: "basic-small-linear",
                architecture: .init(features: 20, hidden: 5, output: .linear),
                settings: small, restarts: 16,
                steps: page.choose(paper: 6_000, quick: 2_000), batchSize: 512,
                learningRate: .cosine(1e-2), evaluationSamples: 1 << 18))

        let shownLinear = linear.best[0]
        try page.figure(
            "anatomy",
            caption: """
                How to read a model, shown for the linear model at density 1. Left: $W^T W$, features from \
                most to least important. Middle: the bias $b$. Right: the length $\\lVert W_i \\rVert$ of each \
                feature's direction, coloured by superposition, the share \
                $\\sum_{j \\ne i} (\\hat W_i \\cdot W_j)^2$ that other features have in that direction.
                """,
            alt: """
                A linear model of 20 features in 5 dimensions. The matrix has a diagonal of \
                \(shownLinear.represented().count) ones and is close to zero elsewhere; the bias is about \
                \(fixed(mean(shownLinear.b.suffix(15)), 1)) for the other features; \
                \(shared(shownLinear).count) of the bars are coloured as in superposition.
                """,
            data: anatomyTable([("linear", 1, shownLinear)])
        ) { anatomy(shownLinear, kept: 5) }

        //: A linear model can do no better than to keep the five most important features, each in a dimension of its
        //: own, and to output the mean of the others, $(1 - S)/2$, through the bias. Sparsity changes nothing in that.
        //: \(linear-hits) of \(linear-models) starts, over all densities, end there. Where features are rare,
        //: individual biases scatter about that mean, by up to a factor of \(bias-worst) in the models shown, as each
        //: has seen few samples of the feature; we compare averages over features and starts, at the worst density. We
        //: read *orthogonal* as within about a degree.

        let linearSweep = Sweep([linear])
        let linearHits = linearSweep.storing(exactly: 5).reduce(0, +)
        let starts = linear.experiment.models
        page["linear-hits"] = String(linearHits)
        page["bias-worst"] = fixed(
            farthest(from: 1, relativeBiases(linear.best.map { [$0] }, 5..<20, densities: densities)), 2)
        page["linear-models"] = String(starts)
        let storedBiases = meanBiases(linearSweep.models, 0..<5, densities: densities)
        let otherBiases = meanBiases(linearSweep.models, 5..<20, densities: densities)
        page.claim(
            "linear.top-m",
            "The linear model stores exactly the m most important features, at every density.",
            source: "Demonstrating Superposition, Basic Results", passage: "the linear model always learns",
            count: linearHits, of: starts, unit: "models", expected: 0.9...1, partly: 0.5...1,
            control: .init("five features chosen at random", Double(starts) / choices(of: 5, from: 20)),
            figure: "anatomy", weights: ["basic-small-linear"])
        page.claim(
            "linear.orthogonal",
            "It stores them orthogonally (largest |cos| between two of them, in any model).",
            source: "Introduction", passage: "learns to represent an orthogonal basis",
            measured: linearSweep.models.joined().map { largestCosine($0, among: 0..<5) }.max() ?? .nan,
            expected: 0...0.02,
            control: .init(
                "random directions",
                chance(of: 5, in: 5, using: page.stream("random-directions")) { largestCosine($0, among: 0..<5) }),
            figure: "anatomy", weights: ["basic-small-linear"])
        page.claim(
            "linear.bias-stored",
            "Its bias is zero for the features it stores (over (1 − S)/2, mean of all starts, worst density).",
            source: "Demonstrating Superposition, Basic Results", passage: "The bias is zero for features learned",
            measured: farthest(from: 0, storedBiases).magnitude, expected: 0...0.1,
            control: .init("the features that it does not store", mean(otherBiases)), figure: "anatomy",
            weights: ["basic-small-linear"])
        page.claim(
            "linear.bias-mean",
            "Its bias is the expected value for the others (over (1 − S)/2, mean of all starts, worst density).",
            source: "Demonstrating Superposition, Basic Results", passage: "and the expected value (a positive number)",
            measured: farthest(from: 1, otherBiases), expected: 0.9...1.1, partly: 0.5...1.5,
            control: .init("the features that it stores", mean(storedBiases)), figure: "anatomy",
            weights: ["basic-small-linear"])

        return linear
    }

    private func reluModel(_ page: Page, beside linear: TrainedModels, densities: [Double]) async throws -> Sweep {
        //: ## ReLU makes room
        //:
        //: Now the same with a ReLU at the output. One more thing varies: how sparse the features are, over three
        //: decades. The sparsest settings get larger batches, since a feature that is active once in a thousand samples
        //: is hardly ever seen in a small one.

        let small = linear.experiment.settings
        let (common, rare) = (small[..<4], small[4...])
        let steps = page.choose(paper: 10_000, quick: 1_000)
        let relu = Sweep(
            try await page.train(all: [
                Experiment(
                    id: "basic-small",
                    architecture: .init(features: 20, hidden: 5),
                    settings: Array(common), restarts: 16,
                    steps: steps, batchSize: 1024,
                    learningRate: .cosine(1e-2), evaluationSamples: 1 << 18),
                Experiment(
                    id: "basic-small-sparse",
                    architecture: .init(features: 20, hidden: 5),
                    settings: Array(rare), restarts: 16,
                    steps: steps, batchSize: page.choose(paper: 4096, quick: 1024),
                    learningRate: .cosine(1e-2), evaluationSamples: page.choose(paper: 1 << 21, quick: 1 << 18)),
            ]))

        let models = [("linear", 1.0, linear.best[0])] + zip(densities, relu.best).map { ("relu", $0, $1) }
        try page.figure(
            "basic-small",
            caption: """
                Twenty features in five dimensions: the linear model, and the ReLU output model on ever \
                sparser features. In each panel $W^T W$, the bias, and the lengths $\\lVert W_i \\rVert$ \
                coloured by superposition, as in the previous figure. Importance falls from top to bottom.
                """,
            alt: """
                Eight panels. The linear model stores \(linear.best[0].represented().count) features. The ReLU models \
                store, from dense to sparse, \(listed(relu.counts)), of which \
                \(listed(relu.best.map { shared($0).count })) are in superposition.
                """,
            data: anatomyTable(models), exploring: .frames(anatomyFrames(relu.best, densities: densities))
        ) { gallery(models, features: 20) }

        //: \(table:counts) counts. The sparser the features, the more of them a ReLU can hide behind each other. In the
        //: order of the table the best models have \(shared-counts) features in superposition, and \(dedicated) with a
        //: dimension of their own. Does it spread from the bottom, as the paper says? Of a dedicated and a shared
        //: feature of the same model the dedicated one is the more important in \(in-order) of \(pairs) pairs, over all
        //: starts. Of the features that share a direction, \(antipodal-share) have an antipode at density
        //: \(antipodal-density), where sharing begins; at density 0.001 \(antipodal-last) do.
        //:
        //: How we read the paper: *more features with sparsity* is a rise at each step between neighbouring densities,
        //: partly if one is missing. Superposition *starts with less important features* if the order holds in nine
        //: pairs of ten, partly if it is closer to that of importance than to none, three in four. It *gradually
        //: affects the most important ones* if, among the features that a dense model stores, the less important are
        //: in superposition in more of the models: a rank correlation near one. It *begins as antipodal pairs* if nine
        //: in ten shared features have an antipode where sharing begins.

        let reluModels = Array(relu.models.joined())
        let order = superpositionOrder(reluModels)
        let beginning = firstShared(relu.models)
        page["shared-counts"] = listed(relu.best.map { shared($0).count })
        page["dedicated"] = listed(relu.best.map { $0.represented().count - shared($0).count })
        page["in-order"] = String(order.inOrder)
        page["pairs"] = String(order.pairs)
        page["antipodal-share"] = percent(beginning.map { antipodalShare(relu.models[$0]) } ?? .nan)
        page["antipodal-density"] = beginning.map { number(densities[$0]) } ?? "–"
        page["antipodal-last"] = percent(antipodalShare(relu.models[6]))
        var table = Table("density", "stored", "in superposition", "stored, mean of all starts")
        for (density, (best, mean)) in zip(densities, zip(relu.best, relu.meanCounts)) {
            table.append(density, best.represented().count, shared(best).count, mean)
        }
        try page.table(
            "counts",
            caption:
                "Features stored ($\\lVert W_i \\rVert > 1/2$) by the ReLU output model with $m = 5$, in the best of 16 starts and on average.",
            table)

        let linearSweep = Sweep([linear])
        let weights = ["basic-small", "basic-small-sparse"]
        page.claim(
            "relu.dense",
            "On dense features the ReLU output model, too, stores exactly the m most important.",
            source: "Demonstrating Superposition, Basic Results",
            passage: "The ReLU output model behaves the same on dense features",
            count: relu.storing(exactly: 5)[0], of: 16, unit: "models", expected: 0.9...1, partly: 0.5...1,
            control: .init("five features chosen at random", 16 / choices(of: 5, from: 20)),
            figure: "basic-small", weights: ["basic-small"])
        page.claim(
            "relu.more",
            "The number of stored features rises with sparsity (steps at which the mean over the starts rises).",
            source: "The Geometry of Superposition", passage: "the number of extra features increases",
            measured: Double(relu.rises), of: 6, expected: 6...6, partly: 5...6,
            control: .init("the linear model", Double(linearSweep.rises)), figure: "basic-small", weights: weights)
        page.claim(
            "relu.beyond-m",
            "More features are stored than there are dimensions (features per dimension at density 0.001, mean).",
            source: "Demonstrating Superposition, Basic Results",
            passage: "The model represents more features by having",
            measured: relu.meanCounts[6] / 5, expected: 1.2...4,
            control: .init("the linear model", linearSweep.meanCounts[6] / 5), figure: "basic-small", weights: weights)
        page.claim(
            "relu.order",
            "Superposition starts with the less important features (pairs whose dedicated feature matters more, all starts).",
            source: "Demonstrating Superposition, Basic Results", passage: "It starts with less important features",
            count: order.inOrder, of: order.pairs, unit: "pairs", expected: 0.9...1, partly: 0.75...1,
            control: .init("a random order of features", Double(order.pairs) / 2), figure: "basic-small",
            weights: weights)
        page.claim(
            "relu.gradual",
            "Superposition gradually affects the most important features (rank correlation of unimportance and models with it shared, first m).",
            source: "Demonstrating Superposition, Basic Results", passage: "gradually affects the most important ones",
            measured: entryOrder(reluModels, of: 5), expected: 0.9...1,
            // Of the orders of five, 96% have a rank correlation of 0.8 at most.
            control: .init("a random order of features, in 95% of the orders at most", 0.8), figure: "basic-small",
            weights: weights)
        page.claim(
            "relu.antipodal",
            "Superposition begins as antipodal pairs (share of its features with an antipode, all starts where it begins).",
            source: "Demonstrating Superposition, Basic Results",
            passage: "Initially this involves arranging them in antipodal pairs",
            measured: beginning.map { antipodalShare(relu.models[$0]) } ?? .nan, expected: 0.9...1, partly: 0.5...1,
            control: .init(
                "random directions",
                chance(of: 7, in: 5, using: page.stream("random-directions")) { antipodalShare([$0]) }),
            figure: "basic-small", weights: weights)

        return relu
    }

    private func largerModels(_ page: Page, densities: [Double]) async throws {
        //: ## The same, larger
        //:
        //: Does anything depend on the numbers 20 and 5? Here $n = 80$, $m = 20$ and $I_i = 0.9^i$, so that neighbours
        //: in importance differ less.

        let large = densities.map { settings(density: $0, features: 80, decay: 0.9) }
        let largeRuns = try await page.train(all: [
            Experiment(
                id: "basic-large-linear",
                architecture: .init(features: 80, hidden: 20, output: .linear),
                settings: large, restarts: 4,
                steps: page.choose(paper: 8_000, quick: 600), batchSize: 512,
                learningRate: .cosine(1e-2)),
            Experiment(
                id: "basic-large",
                architecture: .init(features: 80, hidden: 20),
                settings: large, restarts: 4,
                steps: page.choose(paper: 8_000, quick: 600), batchSize: page.choose(paper: 1024, quick: 512),
                learningRate: .cosine(1e-2)),
        ])
        let (largeLinear, largeReLU) = (Sweep([largeRuns[0]]), Sweep([largeRuns[1]]))

        let largeModels =
            [("linear", 1.0, largeLinear.best[0])] + zip(densities, largeReLU.best).map { ("relu", $0, $1) }
        try page.figure(
            "basic-large",
            caption: """
                Eighty features in twenty dimensions, drawn like the twenty in five. Importance falls as \
                $0.9^i$ from top to bottom. Each is the best of four starts.
                """,
            alt: """
                The same eight panels with eighty features. The ReLU models store, from dense to sparse, \
                \(listed(largeReLU.counts)), of which \(listed(largeReLU.best.map { shared($0).count })) are in \
                superposition.
                """,
            data: anatomyTable(largeModels),
            exploring: .frames(anatomyFrames(largeReLU.best, densities: densities))
        ) { gallery(largeModels, features: 80) }

        //: Looked at closely, the order can blur: between features whose importances differ by a tenth, the luck of the
        //: random start may decide which one keeps its dimension. Of a dedicated and a shared feature of the same model
        //: the dedicated one is the more important in \(large-in-order) of \(large-pairs) pairs, over all starts. For
        //: the same reason it costs a linear model little to store the next feature instead of the last of the top 20,
        //: and where features are rare, so are the samples that would tell. \(large-hits) of \(large-models) linear
        //: models store exactly the top 20\(large-misplaced). The paper, too, says that the linear model does not
        //: depend on sparsity *if optimized well enough*.

        let reluModels = Array(largeReLU.models.joined())
        let largeOrder = superpositionOrder(reluModels)
        let hits = largeLinear.storing(exactly: 20).reduce(0, +)
        let misplaced = largeLinear.models.joined().map { Double(Set(0..<20).subtracting($0.represented()).count) }
            .filter { $0 > 0 }
        page["large-in-order"] = String(largeOrder.inOrder)
        page["large-pairs"] = String(largeOrder.pairs)
        page["large-hits"] = String(hits)
        page["large-models"] = String(largeRuns[0].experiment.models)
        page["large-misplaced"] =
            misplaced.isEmpty ? "" : "; the others have \(fixed(mean(misplaced), 1)) of them wrong on average"
        page.claim(
            "large.linear",
            "With n = 80, m = 20 the linear model stores exactly the top 20 (all starts).",
            source: "Demonstrating Superposition, Basic Results", passage: "the linear model always learns",
            count: hits, of: largeRuns[0].experiment.models, unit: "models", expected: 0.9...1, partly: 0.5...1,
            control: .init(
                "20 features chosen at random", Double(largeRuns[0].experiment.models) / choices(of: 20, from: 80)),
            figure: "basic-large", weights: ["basic-large-linear"])
        page.claim(
            "large.more",
            "The larger ReLU model, too, stores more with sparsity (steps at which the mean over the starts rises).",
            source: "Demonstrating Superposition, Basic Results",
            passage: "The results are qualitatively similar for models with more",
            measured: Double(largeReLU.rises), of: 6, expected: 6...6, partly: 5...6,
            control: .init("the linear model", Double(largeLinear.rises)), figure: "basic-large",
            weights: ["basic-large"])
        page.claim(
            "large.order",
            "There, too, superposition starts with the less important features (pairs, as above).",
            source: "Demonstrating Superposition, Basic Results",
            passage: "The results are qualitatively similar for models with more",
            count: largeOrder.inOrder, of: largeOrder.pairs, unit: "pairs", expected: 0.9...1, partly: 0.75...1,
            control: .init("a random order of features", Double(largeOrder.pairs) / 2), figure: "basic-large",
            weights: ["basic-large"])
        page.claim(
            "large.gradual",
            "There, too, it gradually affects the most important features (rank correlation, first 20).",
            source: "Demonstrating Superposition, Basic Results",
            passage: "The results are qualitatively similar for models with more",
            measured: entryOrder(reluModels, of: 20), expected: 0.9...1, partly: 0.8...1,
            control: .init(
                "a random order of features, in 95% of the orders at most",
                entryOrderByChance(reluModels, of: 20, using: page.stream("random-orders"))),
            figure: "basic-large", weights: ["basic-large"])
    }

    private func whySuperposition(_ page: Page, _ relu: Sweep, densities: [Double]) throws {
        //: ## Why
        //:
        //: The paper's answer sorts the loss by how many features are active at once. With $k$ of $n$ features
        //: active the loss is $L_k$ on average, and
        //:
        //: $$L = \sum_{k=0}^{n} \binom{n}{k} (1-S)^k S^{n-k} L_k.$$
        //:
        //: As $S \to 1$ only $L_0$ and $L_1$ count. $L_0 = \sum_i I_i \, \operatorname{ReLU}(b_i)^2$ is a penalty on
        //: positive biases, and $L_1$ has two parts,
        //:
        //: $$\begin{aligned}
        //: L_1 = {} & \frac1n \sum_i \int_0^1
        //: I_i \bigl(x - \operatorname{ReLU}(\lVert W_i \rVert^2 x + b_i)\bigr)^2 dx \\
        //: & + \frac1n \sum_i \sum_{j \ne i} \int_0^1 I_j \, \operatorname{ReLU}(W_j \cdot W_i \, x + b_j)^2 dx,
        //: \end{aligned}$$
        //:
        //: the error that remains at the active feature, which a longer $W_i$ makes smaller (*feature benefit*), and
        //: the error that it causes in the others (*interference*). The paper takes this split from the learning
        //: dynamics of linear networks [@saxe2014]. There, interference has a cost whatever its sign, and never pays:
        //: the best linear model keeps the principal components [@baldi1989]. Behind a ReLU, negative interference
        //: costs nothing.
        //:
        //: Both integrals have closed forms, so these terms are exact here; $L_2$ and higher terms are averages over
        //: random choices of the active features.

        let importance = relu.runs[0].experiment.settings[0].importance
        let expansions = zip(densities, relu.best).enumerated().map { index, item in
            LossExpansion(
                of: item.1, importance: importance, density: item.0,
                samples: page.choose(paper: 20_000, quick: 2_000), using: page.stream("loss-terms-\(index)"))
        }
        let negativeCost =
            zip(expansions, relu.best).filter { !shared($1).isEmpty }.map { expansion, _ in
                expansion.oneSparse.negativeInterference / expansion.oneSparse.negativeInterferenceIfLinear
            }.max() ?? .nan
        try page.figure(
            "loss-terms",
            caption: """
                Where the loss of the small ReLU models comes from. Left: shares of the loss by the number $k$ \
                of active features. Right: the 1-sparse term $L_1$, split into the error at the active \
                feature, at features that are not stored and whose mean is output, and at stored ones that the \
                active one disturbs, by the sign of $W_i \\cdot W_j$; the smallest values are left out. \
                Dashed: what the negative products would cost with a linear output.
                """,
            alt: """
                The share of the loss with at most one active feature rises from \
                \(percent(share(expansions[0], ofActive: 0...1), digits: 0)) at density 1 to \
                \(percent(share(expansions[6], ofActive: 0...1), digits: 0)) at 0.001. In the 1-sparse term the line of \
                negative interference lies below that of a linear output by a factor of \
                \(number(1 / negativeCost, digits: 2)) or more.
                """,
            data: lossTable(expansions, densities: densities)
        ) { lossTerms(expansions, densities: densities) }

        //: The left panel shows why sparsity matters at all: the sparser the features, the more of the loss is decided
        //: where only one is active, and there a ReLU model can hide one feature behind another. The right panel shows
        //: what that saves. That negative interference is free needs no measurement: where $W_i \cdot W_j$ is negative,
        //: an active feature $i$ only lowers output $j$, so that it never exceeds $\operatorname{ReLU}(b_j)$, what it
        //: is with nothing active at all. What remains of the curve is the penalty on small positive biases; it is
        //: \(free-worst) of what a linear output would pay, at the worst density with superposition.
        //:
        //: The paper draws two conclusions that can fail. The first is that models prefer negative interference where
        //: they can have it. In $m$ dimensions up to $2m$ features can do with negative interference alone, as
        //: antipodal pairs. So we take all starts with superposition and at most that many features, and ask how much
        //: of the interference between them, $\sum (W_i \cdot W_j)^2$, is negative: \(negative-share). In the models
        //: with more features it is \(negative-share-more). The second is that a negative bias turns small positive
        //: interference into negative: in the models at density 0.001, \(cut-share) of the positive products between
        //: stored features are cut off entirely, and of what positive interference would cost without the bias
        //: \(positive-share) is left with one active feature. A bias cuts off what is small, so this is also a matter
        //: of the directions: with the same lengths and biases and random directions \(positive-random) would be left.
        //: We call both reproduced from nine parts in ten on, and partly from three in four.

        let (few, many) = sharing(in: relu.models.joined(), limit: 10)
        let sparsest = relu.models[6]
        page["free-worst"] = percent(negativeCost)
        page["negative-share"] = percent(negativeShare(few))
        page["negative-share-more"] = percent(negativeShare(many))
        page["cut-share"] = percent(cutShare(sparsest))
        let left = positiveInterferenceLeft(sparsest, importance: importance)
        var turning = page.stream("random-directions-biased")
        let leftAtRandom = positiveInterferenceLeft(
            sparsest.flatMap { model in (0..<64).map { _ in model.withRandomDirections(using: &turning) } },
            importance: importance)
        page["positive-share"] = percent(left)
        page["positive-random"] = percent(leftAtRandom, digits: 0)
        let weights = ["basic-small", "basic-small-sparse"]
        page.claim(
            "terms.one-sparse",
            "The 0- and 1-sparse terms dominate as S goes to 1 (their share of the loss at density 0.001).",
            source: "Demonstrating Superposition, Mathematical Understanding",
            passage: "decomposes into a term for each sparsity pattern",
            measured: share(expansions[6], ofActive: 0...1), expected: 0.8...1, partly: 0.5...1,
            control: .init("dense features", share(expansions[0], ofActive: 0...1)), figure: "loss-terms",
            weights: weights)
        page.claim(
            "terms.negative",
            "Models prefer negative interference when possible (its share, all starts with m < stored features ≤ 2m).",
            source: "Demonstrating Superposition, Mathematical Understanding",
            passage: "prefer to only have negative interference when possible",
            measured: negativeShare(few), expected: 0.9...1, partly: 0.75...1,
            control: .init(
                "random directions",
                chance(of: 10, in: 5, using: page.stream("random-directions")) { negativeShare([$0]) }),
            figure: "basic-small", weights: weights)
        page.claim(
            "terms.bias",
            "A negative bias turns small positive interference into negative (share of it that costs nothing, density 0.001).",
            source: "Demonstrating Superposition, Mathematical Understanding",
            passage: "using a negative bias can convert small positive",
            measured: 1 - left, expected: 0.9...1, partly: 0.75...1,
            control: .init("random directions and the same biases", 1 - leftAtRandom), figure: "loss-terms",
            weights: ["basic-small-sparse"])
    }

    private func misleadingCosines(
        _ page: Page, _ relu: Sweep, beside linear: TrainedModels, densities: [Double]
    ) throws {
        //: ## What it does to cosines
        //:
        //: Positive interference has a price for whoever looks inside. To find out whether an input has to do with
        //: others, one may compare hidden vectors by their cosine. The paper warns that superposition makes this
        //: misleading, as features that are unrelated, like all features here, come to have positive products.
        //: \(figure:cosines) asks each stored feature for the stored feature most similar to it.

        let cosines = relu.models.map(meanNearestCosine)
        let linearCosines = Sweep([linear]).models.map(meanNearestCosine)
        try page.figure(
            "cosines",
            caption: """
                How similar two unrelated features can look: the largest cosine of a stored feature's direction with \
                that of another, averaged over stored features and all starts.
                """,
            alt: """
                With ReLU the average cosine is \(cosines.map { fixed($0, 2) }.joined(separator: ", ")) from dense to \
                sparse; in linear models it is at most \(fixed(linearCosines.max() ?? .nan, 2)).
                """,
            data: cosineTable(relu: cosines, linear: linearCosines, densities: densities)
        ) { cosineFigure(relu: cosines, linear: linearCosines, densities: densities) }

        //: Two opposite features are not taken for related, so antipodal pairs alone do not mislead: at density
        //: \(cosine-pairs-density) the average is \(cosine-pairs). At density 0.001 it is \(cosine-last). We read
        //: *positive products* as a cosine of a tenth or more.

        page["cosine-pairs-density"] = number(densities[1])
        page["cosine-pairs"] = fixed(cosines[1], 2)
        page["cosine-last"] = fixed(cosines[6], 2)
        page.claim(
            "cosines.mislead",
            "In superposition unrelated features have positive products (mean largest cosine with another, density 0.001).",
            source: "The Strategic Picture of Superposition",
            passage: "superposition means that cosine similarity has the potential",
            measured: cosines[6], expected: 0.1...1, control: .init("the linear model", linearCosines[6]),
            figure: "cosines", weights: ["basic-small-sparse", "basic-small-linear"])
    }
}
