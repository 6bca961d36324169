//: # Appendix: other codes, and a bound
//:
//: Could a network store more if features were not directions? And how many can it store at most? The toy model leaves
//: both open, and the paper's appendix asks them. [@elhage2022] The first leads to a code that is not linear and puts
//: two numbers into one, the second to compressed sensing, which recovers sparse vectors from few numbers: does it put a
//: limit on superposition?

import Analysis
import Foundation
import Notebook
import ToyModels

public struct Appendix: Chapter {
    public let source = Source()

    public init() {}

    public func run(_ page: Page) async throws {
        try twoInOne(page)
        try await boundOfCompressedSensing(page)
        page.result(
            #"""
            The number of sparse features that models store keeps to a bound of compressed sensing, which is
            \(constant-least) to \(constant-most) times as large. Above a density of \(sparse-crossing) a simple code
            that is not linear does better.
            """#, figure: "compressed-sensing-bound")
    }

    private func twoInOne(_ page: Page) throws {
        //: ## Two numbers in one
        //:
        //: The simplest code that is not linear puts two numbers $x$ and $y$ from $[0, 1)$ into one. Divide the range
        //: of $x$ into $Z$ zones, round $x$ down to the start of its zone, and use the room up to the next one for $y$:
        //:
        //: $$t = \frac{\lfloor Z x \rfloor + y}{Z}, \qquad x' = \frac{\lfloor Z t \rfloor}{Z}, \qquad
        //: y' = Z t - \lfloor Z t \rfloor.$$
        //:
        //: $y$ comes back as it was, and $x$ to within a zone. The more zones, the better. But a network computes no
        //: jumps, and so the paper replaces each of them by a steep segment of width $\varepsilon$. Where the input or
        //: $t$ falls into one, what is read is wrong, and there are $Z - 1$ of them in each of the two floors. We
        //: centre each segment on its jump. The loss, of two independent numbers that are uniform on $[0, 1)$, is then
        //: a sum of integrals of quadratics, which we add up exactly. A linear code keeps one of the two, or their
        //: average; either costs the variance of one number, \(linear-loss).

        let linear = NonlinearCompression.linearLoss()
        let widths = (0...100).map { 0.25 * Double($0) / 100 }
        let zones = [2, 3, 4, 5, 8, 16]
        func loss(_ zones: Int, _ width: Double, readsMiddle: Bool = false) -> Double {
            NonlinearCompression(zones: zones, width: width, readsMiddle: readsMiddle).loss()
        }
        let curves = zones.map { count in
            CompressionCurve(
                zones: count,
                points: widths.filter { $0 <= 1 / Double(count) }.map { (width: $0, loss: loss(count, $0)) })
        }
        let shown = NonlinearCompression(zones: 3, width: 0.1)
        let densities = (0...40).map { pow(10, -2 + Double($0) / 20) }
        /// With whichever place of the segments in t is better.
        func sparseLoss(_ zones: Int, _ width: Double, _ density: Double) -> Double {
            [false, true].map {
                NonlinearCompression(zones: zones, width: width, readsEarly: $0).loss(density: density)
            }.min() ?? .nan
        }
        let sparse = densities.map { density in
            SparseComparison(
                density: density, linear: NonlinearCompression.linearLoss(density: density),
                pair: PhaseTheory(hidden: 1).loss(of: .extraPaired, density: density, importance: 1),
                nonlinear: sparseLoss(shown.zones, shown.width, density), narrow: sparseLoss(16, 0.001, density))
        }
        let ratio = shown.loss() / linear
        try page.figure(
            "nonlinear-compression",
            caption: """
                Above, the code with $Z = 3$ and $\\varepsilon = 0.1$: the one number $t$ that stands for $x$ and $y$, and \
                what is read from $t$ (dashed: with jumps). Below, its loss: against $\\varepsilon$ for several $Z$, \
                and for sparse numbers against density, beside linear compression and superposition, an antipodal pair \
                read through a ReLU.
                """,
            alt: """
                A staircase of \(shown.zones) coloured bands, and a stair and a sawtooth with slanted edges. With \
                \(shown.zones) zones and segments of 0.1 the loss is \(fixed(ratio, 2)) times the linear one. Over \
                density the lines of superposition and of the code cross at \
                \(fixed(crossing(sparse, \.nonlinear), 2)).
                """,
            data: compressionTable(shown, curves, sparse)
        ) { compressionFigure(shown, curves, sparse, linear: linear) }

        //: With three zones and $\varepsilon = 0.1$, where segments take \(segment-share) of what $x$ can be, the loss
        //: is \(ratio) times the linear one. The paper says that the code wins even there, \(wins). Two zones do not
        //: win with any $\varepsilon$: without segments they have \(two-zones) times the linear loss, and with
        //: $\varepsilon = 0.1$ \(two-zones-wide) times. More zones round less and have more segments, so that there is
        //: a best number of them for each $\varepsilon$: it is \(best-zones) for 0.1 and \(best-zones-narrow) for 0.01.
        //: The losses of three, four and five zones reach the linear one at $\varepsilon$ = \(break-even).
        //:
        //: What does it cost? By the universal approximation of a piecewise linear function the paper counts two
        //: neurons for a line segment and 12 for a zone, so that the code starts to win at 36 neurons. This is the
        //: number for the first $Z$ that wins, \(first-zones). It fits the code only as it is written above: if $x'$
        //: were read as the middle of its zone instead of the start, two zones would do, with \(middle-ratio) times the
        //: linear loss at $\varepsilon = 0.1$. The count itself is generous. A floor with segments is a sum of steps,
        //: each the difference of two ReLUs, and the remainder is what the floor leaves of its argument. With a linear
        //: path beside the neurons that makes $4 (Z - 1)$ of them, \(kinks) for three zones. So the number of neurons
        //: is a weaker argument against such codes than it seems.
        //:
        //: The paper's other argument is stronger: superposition is much more powerful for sparse features. In one
        //: dimension an antipodal pair is all there is of it. It costs $p^2/3$, for it errs only where both are active,
        //: while rounding costs whenever $x$ is active, and segments whenever one of them is. (Where $y$ is zero $t$ is
        //: just at a jump. For sparse numbers we let the segments in $t$ end there, where that is better.) Dense
        //: numbers are for the code; below a density of \(sparse-crossing) the pair is better, and at 0.01 its loss is
        //: \(sparse-ratio) of the code's. More zones and narrower segments push that point down, to \(narrow-crossing)
        //: for 16 zones and $\varepsilon = 0.001$, at the price of slopes of a thousand that training would have to
        //: find. Whether it can find any of this is a question that one-layer models cannot answer.

        let twoInLimit = NonlinearCompression(zones: 2, width: 0).limit() / linear
        // One zone is linear compression itself, but for rounding.
        let first = (2...10).first { loss($0, 0.1) < linear }
        let firstWithMiddle = (2...10).first { loss($0, 0.1, readsMiddle: true) < linear }
        func best(_ width: Double) -> Int {
            (1...24).filter { Double($0) * width <= 1 }.min { loss($0, width) < loss($1, width) } ?? 0
        }
        let sparsest = sparse[0].pair / sparse[0].nonlinear
        page["linear-loss"] = fixed(linear, 4)
        page["segment-share"] = percent(2 * shown.width, digits: 0)
        page["ratio"] = fixed(ratio, 2)
        page["wins"] = ratio < 1 ? "and so it does" : "and it does not"
        page["two-zones"] = fixed(twoInLimit, 2)
        page["two-zones-wide"] = fixed(loss(2, 0.1) / linear, 2)
        page["best-zones"] = String(best(0.1))
        page["best-zones-narrow"] = String(best(0.01))
        page["break-even"] =
            listing([3, 4, 5].map { fixed(breakEven(zones: $0, linear: linear), 3) })
        page["first-zones"] = first.map { String($0) } ?? "none"
        page["middle-ratio"] = fixed(loss(2, 0.1, readsMiddle: true) / linear, 2)
        page["kinks"] = String(shown.neuronsByKinks)
        page["sparse-crossing"] = fixed(crossing(sparse, \.nonlinear), 2)
        page["narrow-crossing"] = fixed(crossing(sparse, \.narrow), 3)
        page["sparse-ratio"] = percent(sparsest)
        page.claim(
            "nonlinear.beats-linear",
            "With ε = 0.1 and Z = 3 nonlinear compression outperforms linear compression (ratio of the losses).",
            source: "Appendix, Nonlinear Compression", passage: "We can compare the mean squared error loss",
            measured: ratio, expected: 0...0.99, control: .init("two zones", loss(2, 0.1) / linear),
            figure: "nonlinear-compression")
        page.claim(
            "nonlinear.neurons",
            "Nonlinear compression starts to beat linear compression at 36 neurons, 12 for each zone (for the first Z that does, at ε = 0.1).",
            source: "Appendix, Nonlinear Compression", passage: "Representing the piecewise linear functions in the",
            measured: Double(first.map { NonlinearCompression(zones: $0, width: 0).neuronsBySegments } ?? 0),
            unit: "neurons", expected: 36...36, partly: 30...42,
            control: .init(
                "x′ read as the middle of its zone",
                Double(firstWithMiddle.map { NonlinearCompression(zones: $0, width: 0).neuronsBySegments } ?? 0)),
            figure: "nonlinear-compression")
        page.claim(
            "nonlinear.sparse",
            "Superposition is much more powerful for sparse features (its loss over that of Z = 3, ε = 0.1, at density 0.01).",
            source: "Appendix, Nonlinear Compression", passage: "This comparison has only one hidden dimension and",
            measured: sparsest, expected: 0...0.5,
            control: .init("dense features", sparse.last.map { $0.pair / $0.nonlinear } ?? .nan),
            figure: "nonlinear-compression")
    }

    private func boundOfCompressedSensing(_ page: Page) async throws {
        //: ## A bound from compressed sensing
        //:
        //: Suppose that a toy model gets back every vector of $n$ features of which at most $k$ are active. Then it is
        //: a method of compressed sensing, and a theorem on those says that it takes $m = \Omega(k \log (n/k))$
        //: dimensions. [@doba2010] This looks as if $m$ dimensions might hold a number of features that is exponential
        //: in $m$. It is not so, says the paper: with a density of $p = 1 - S$ about $k = p n$ features are active at
        //: once, the bound becomes $m = \Omega(-n p \log p)$, and the number of features is linear in $m$,
        //:
        //: $$n = O \left( \frac{m}{p \log (1/p)} \right).$$
        //:
        //: The theorem is about a model that recovers everything. Ours chooses what to store, and where there are many
        //: more features than it can hold the number that it stores is what we compare: with $m$, at several densities,
        //: with the density, and with $n$. All features have importance 1. We count by $\lVert W \rVert_F^2$, as in
        //: [chapter 3](03-geometry.html), since dense features of equal importance share dimensions without any of them
        //: being stored as a whole. There are 24 features for each dimension, unless $n$ itself is varied.

        let hidden = [4, 8, 16, 32]
        let densities = [0.2, 0.1, 0.05, 0.03]
        func experiment(_ id: String, features: Int, hidden: Int, densities: [Double], restarts: Int) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: features, hidden: hidden),
                settings: densities.map {
                    .init(
                        features: FeatureDistribution(density: $0, features: features),
                        importance: Array(repeating: 1, count: features))
                }, restarts: page.choose(paper: restarts, quick: 1), steps: page.choose(paper: 2_500, quick: 500),
                batchSize: page.choose(paper: 512, quick: 128),
                learningRate: .cosine(page.choose(paper: 5e-3, quick: 1e-2), to: 0.01), initialScale: 0.2,
                evaluationSamples: 1 << 12)
        }
        let counts = [15, 30, 60, 120, 300, 600, 1200]
        let curveDensities = [0.8, 0.5, 0.4, 0.3, 0.15, 0.07, 0.02]
        let runs = try await page.train(
            all: hidden.map {
                experiment(
                    "compressed-sensing-bound-\($0)", features: 24 * $0, hidden: $0, densities: densities,
                    restarts: 32 / $0)
            } + [
                experiment(
                    "compressed-sensing-bound-density", features: 384, hidden: 16, densities: curveDensities,
                    restarts: 1)
            ]
                + counts.map {
                    experiment(
                        "compressed-sensing-bound-of-\($0)", features: $0, hidden: 10, densities: [0.1], restarts: 2)
                })
        let inSixteen = storedCounts(runs[2]) + storedCounts(runs[hidden.count])
        let byDensity = zip(densities + curveDensities, inSixteen)
            .map { (density: $0, perDimension: $1 / 16) }.sorted { $0.density > $1.density }
        let stored = StoredFeatures(
            byHidden: zip(hidden, runs).map { ($0, storedCounts($1)) }, densities: densities, byDensity: byDensity,
            byFeatures: zip(counts, runs.dropFirst(hidden.count + 1))
                .map { (features: $0, stored: storedCounts($1)[0], model: $1.best[0]) })
        let slopes = stored.slopes
        let constants = stored.constants
        try page.figure(
            "compressed-sensing-bound",
            caption: """
                Left: features represented, as $\\lVert W \\rVert_F^2$, against the number of dimensions (hollow: more than \
                half of all features). Dashed: the bound with constant 1, $m / (p \\ln (1/p))$. Middle: features per \
                dimension in 16 dimensions against $1/(1-S)$, and the same bound. Right: features represented \
                against how many there are, in 10 dimensions at density 0.1; stored features are a little longer than 1.
                """,
            alt: """
                Four parallel lines that rise with slopes from \(fixed(slopes.min() ?? .nan, 2)) to \
                \(fixed(slopes.max() ?? .nan, 2)) on logarithmic axes, close to the dashed ones. Features per dimension \
                are one where features are dense, and rise along the bound where they are sparse. Over the number of \
                features there are, a line that rises with it, reaches \(fixed(stored.byFeatures.map(\.stored).max() ?? .nan, 0)) \
                and ends at \(fixed(stored.byFeatures.last?.stored ?? .nan, 0)).
                """,
            data: boundTable(stored)
        ) { boundFigure(stored) }

        //: Is the number linear in $m$? On logarithmic axes its slope over all $m$ is \(slopes), from density 0.2 to
        //: 0.03; but it falls from one doubling to the next. At density 0.03 it is \(slopes-sparsest), and from 16 to
        //: 32 dimensions \(slopes-last) at the four densities. So the number becomes linear where $m$ is large, and the
        //: sparser the features, the later. In four dimensions \(active-few) of the stored features are active at once
        //: on average at density 0.03, in 32 dimensions \(active-many). While there is hardly more than one, what
        //: limits their number is how many directions fit at large angles, which is the exponential packing that the
        //: bound seemed to allow; a bound that counts active features takes over when there are many of them.
        //:
        //: The number of features there are should not matter at all once they are more than the model can use, for
        //: those that it does not store leave the others alone. In training it matters. Of 15 and 30 features all are
        //: stored; the number is greatest with \(most-at) features, and from 300 to 600 and from 600 to 1200 it changes
        //: by factors of \(more-features). ([Chapter 3](03-geometry.html) doubles a smaller number, and finds little
        //: change.) The best number is the same, by that argument: of 1200 features the model could store those that it
        //: stores of 120, and leave the rest alone. It would hardly gain, though. All that a model stores of 1200
        //: features lowers its loss by \(benefit) of what the 120 do. So near its greatest value the number is not
        //: worth much, and chance and crowding decide it.
        //:
        //: The bound leaves its constant open. For density 0.2 and less, $m / (n p \ln (1/p))$ with the number of
        //: stored features for $n$ is between \(constant-least) and \(constant-most): the toy model keeps to the
        //: bound's form, with a constant near 1. Features per dimension against $1/(p \ln (1/p))$ have a slope of
        //: \(density-slope) on logarithmic axes. That is remarkable, as the model's decoder is one layer and compressed
        //: sensing may compute what it likes; and it is no proof, for two reasons. The theorem bounds what can be
        //: recovered, and a feature that our model stores it does not recover where others interfere. And on dense
        //: features, for which $-p \log p$ goes to 0, it sets no bound at all, where the model has one per dimension:
        //: \(dense-stored) at density 0.8, where the dashed line is at \(dense-bound).

        page["slopes"] = listing(slopes.map { fixed($0, 2) })
        let most = stored.byFeatures.suffix(3).map { $0.stored }
        let factors = [most[1] / most[0], most[2] / most[1]]
        page["more-features"] = factors.map { fixed($0, 2) }.joined(separator: " and ")
        let last = stored.doublingSlopes[hidden.count - 2]
        let sparsestSlopes = stored.doublingSlopes.map { fixed($0[densities.count - 1], 2) }
        page["slopes-sparsest"] = listing(sparsestSlopes)
        page["slopes-last"] = listing(last.map { fixed($0, 2) })
        let active = stored.byHidden.map { 0.03 * $0.stored[densities.count - 1] }
        page["active-few"] = fixed(active[0], 1)
        page["active-many"] = fixed(active[hidden.count - 1], 1)
        page["most-at"] = stored.byFeatures.max { $0.stored < $1.stored }.map { String($0.features) } ?? "none"
        let benefits = [1200, 120].map { stored.benefit(of: $0, density: 0.1, using: page.stream("benefit")) }
        let benefit = percent(benefits[0] / benefits[1], digits: 0)
        page["benefit"] = benefit
        page["dense-stored"] = fixed(byDensity[0].perDimension, 2)
        page["dense-bound"] = fixed(SensingBound.featuresPerDimension(density: byDensity[0].density), 1)
        let sparseConstants = constants.filter { $0.density <= 0.2 }.map { $0.value }
        page["constant-least"] = fixed(sparseConstants.min() ?? .nan, 2)
        page["constant-most"] = fixed(sparseConstants.max() ?? .nan, 2)
        page["density-slope"] = fixed(stored.densitySlope, 2)
        page.claim(
            "bound.linear",
            "The number of features is linear in m at fixed density (exponent of m from 4 to 32, where it is farthest from 1).",
            source: "Related Work, Compressed Sensing", passage: "Therefore, the number of features is linear",
            measured: farthest(from: 1, slopes), expected: 0.9...1.1, partly: 0.8...1.2,
            control: .init("n in place of m", stored.featuresSlope),
            reason: """
                The number becomes linear where m is large, later for sparser features: at density 0.03 the exponent \
                goes from \(sparsestSlopes.first ?? "–") to \(sparsestSlopes.last ?? "–") as m doubles.
                """,
            figure: "compressed-sensing-bound",
            weights: hidden.map { "compressed-sensing-bound-\($0)" })
        page.claim(
            "bound.features-irrelevant",
            "The number of features does not matter if it is much larger than m (number stored, of twice as many, farthest from 1).",
            source: "The Geometry of Superposition, Uniform Superposition",
            passage: "In particular, it turns out that the number", measured: farthest(from: 1, factors),
            expected: 0.95...1.05, control: .init("twice the dimensions instead", stored.doubling),
            reason: benefits[0] >= 0.9 * benefits[1]
                ? "Near its greatest value the number is worth little, so chance and crowding decide it: what is stored of "
                    + "1200 features gains \(benefit) of what 120 do."
                : "It is training: of 1200 features models could store those that they store of 120, and leave the rest "
                    + "alone, but they get \(benefit) of the benefit.",
            figure: "compressed-sensing-bound",
            weights: counts.suffix(3).map { "compressed-sensing-bound-of-\($0)" })
        page.claim(
            "bound.form",
            "The number of features is modulated by sparsity as 1/(p log(1/p)) (exponent, for density 0.2 and less).",
            source: "Related Work, Compressed Sensing", passage: "Therefore, the number of features is linear",
            measured: stored.densitySlope, expected: 0.9...1.1, partly: 0.75...1.25,
            control: .init("1/p in its place", stored.inverseSlope),
            reason: """
                It is not known why. The theorem bounds what can be recovered, and a feature that is stored is not recovered \
                where others interfere.
                """,
            figure: "compressed-sensing-bound",
            weights: ["compressed-sensing-bound-16", "compressed-sensing-bound-density"])
    }
}
