//: # The geometry of superposition
//:
//: More features than dimensions: where do they go? Not just anywhere. The paper found that trained models arrange them
//: as the vertices of polytopes, and that the number of dimensions per feature favours certain fractions. [@elhage2022]
//: This chapter looks for them: first where all features are alike, then where one of them is rarer than the rest, and
//: finally where features depend on each other.

import Analysis
import Foundation
import Notebook
import ToyModels

public struct GeometryOfSuperposition: Chapter {
    public let source = Source()

    public init() {}

    public func run(_ page: Page) async throws {
        try await uniformSuperposition(page)
        try await productsAndMatrices(page)
        try await perturbedFeature(page)
        try await dependentFeatures(page)
        try await orthogonalBases(page)
        try await collapsingPairs(page)
        page.result(
            #"""
            Features settle at the corners of polytopes, such as pairs, triangles and pentagons: at moderate sparsity
            \(near-lines) have the share of a dimension that such a corner has; an even spread would give
            \(near-chance).
            """#, figure: "tegum-products")
    }

    private func uniformSuperposition(_ page: Page) async throws {
        //: ## Features that are all alike
        //:
        //: Take $n$ = \(uniform-features) features of importance 1 in $m$ = \(uniform-hidden) dimensions, all of the
        //: same density. How many does the model store? As a stored feature has about unit length,
        //: $\lVert W \rVert_F^2$ is about the number of stored features, and
        //:
        //: $$D^* = m / \lVert W \rVert_F^2$$
        //:
        //: is the number of dimensions per feature. We train \(uniform-runs) models at \(uniform-densities) densities,
        //: from 2.25 to 4 three at each, of which we draw that of the least loss. Where features are dense the loss is
        //: flat and the noise of the gradient decides: between $1/(1-S) = 1.35$ and $2.1$ training takes more steps and
        //: larger batches than elsewhere (the code gives them), and short features may still be giving up their
        //: directions when we stop.

        let uniformFeatures = page.choose(paper: 400, quick: 100)
        let uniformHidden = page.choose(paper: 30, quick: 10)
        func sweep(
            _ id: String, _ inverseDensities: [Double], restarts: Int = 1, steps: Int, batchSize: Int
        ) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: uniformFeatures, hidden: uniformHidden),
                settings: inverseDensities.map { uniform(density: 1 / $0, features: uniformFeatures) },
                restarts: restarts, steps: page.choose(paper: steps, quick: 1_500),
                batchSize: page.choose(paper: batchSize, quick: 256), learningRate: .cosine(1e-2, to: 0.01),
                initialScale: 0.2, evaluationSamples: 1 << 16)
        }
        let runs = try await page.train(all: [
            sweep("dimensions-per-feature-dense", [1, 1.05, 1.1, 1.15, 1.2, 1.3], steps: 3_000, batchSize: 1024),
            sweep("dimensions-per-feature-slowest", [1.35, 1.4, 1.45, 1.5, 1.55], steps: 8_000, batchSize: 4096),
            sweep(
                "dimensions-per-feature-slow", [1.6, 1.65, 1.7, 1.75, 1.8, 1.9, 2, 2.1], steps: 8_000, batchSize: 2048),
            sweep(
                "dimensions-per-feature-pairs", [2.25, 2.5, 2.75, 3, 3.25, 3.5, 3.75, 4], restarts: 3, steps: 3_000,
                batchSize: 1024),
            sweep(
                "dimensions-per-feature", [4.2, 4.4, 4.6, 4.75, 4.9, 5, 5.1, 5.25, 5.5, 6, 6.5],
                steps: 6_000, batchSize: 1024),
            sweep(
                "dimensions-per-feature-sparse", [7, 8, 9, 10, 12.5, 16, 20, 25, 32, 40, 50, 64, 80, 100],
                steps: 3_000, batchSize: 1024),
        ])
        let uniformSweep = UniformSweep(runs)

        let curve = uniformSweep.curve
        let half = plateau(curve, at: 0.5, within: 0.02)
        let one = plateau(curve, at: 1, within: 0.02)
        let evenHalf = plateau(evenFall(curve), at: 0.5, within: 0.02)
        let evenOne = plateau(evenFall(curve), at: 1, within: 0.02)
        func ratio(_ plateau: ClosedRange<Double>?) -> Double {
            plateau.map { $0.upperBound / $0.lowerBound } ?? .nan
        }
        let halfFrom = number(half?.lowerBound ?? .nan, digits: 3)
        let halfTo = number(half?.upperBound ?? .nan, digits: 3)
        page["half-from"] = halfFrom
        page["half-to"] = halfTo
        page["half-ratio"] = number(ratio(half), digits: 2)
        page["even-ratio"] = number(ratio(evenHalf), digits: 3)
        page["one-to"] = number(one?.upperBound ?? .nan, digits: 3)
        page["uniform-features"] = String(uniformFeatures)
        page["uniform-hidden"] = String(uniformHidden)
        page["uniform-densities"] = String(uniformSweep.models.count)
        page["uniform-runs"] = String(uniformSweep.runs.count)
        try page.figure(
            "dimensions-per-feature",
            caption: """
                Dimensions per feature of \(uniformFeatures) features in \(uniformHidden) dimensions, against \
                $1/(1-S)$, mean of all runs. Shaded: where $D^*$ is within 0.02 of one half. Dashed: a power law between \
                the same ends.
                """,
            alt: """
                A falling curve that stays near one half from \(halfFrom) to \(halfTo), and a dashed power law between \
                the same ends.
                """,
            data: sweepTable(uniformSweep)
        ) { dimensionsPerFeature(curve, even: evenFall(curve), plateau: half) }

        //: The curve stays within 0.02 of 1 at its dense end up to $1/(1-S)$ = \(one-to), where the model keeps as many
        //: directions as it has dimensions, and within 0.02 of 1/2 from \(half-from) to \(half-to), while sparsity
        //: rises by a factor of \(half-ratio). A power law between the same ends would be there for a factor of
        //: \(even-ratio).

        page.claim(
            "uniform.sticky-half",
            "Dimensions per feature stick to 1/2 over a wide range of sparsity (last over first 1/(1 − S) within 0.02 of it).",
            source: "The Geometry of Superposition, Uniform Superposition",
            passage: "antipodal pairs are so effective that the model",
            measured: ratio(half), expected: 1.5...(.infinity),
            control: .init("a power law", ratio(evenHalf)), figure: "dimensions-per-feature",
            weights: runs.map(\.experiment.id))
        page.claim(
            "uniform.sticky-one",
            "They stick to 1 at the dense end (last 1/(1 − S) within 0.02 of it).",
            source: "The Geometry of Superposition, Uniform Superposition",
            passage: "Surprisingly, we find that this graph is",
            measured: one?.upperBound ?? .nan, expected: 1.2...(.infinity),
            control: .init("a power law", evenOne?.upperBound ?? .nan),
            figure: "dimensions-per-feature", weights: runs.map(\.experiment.id))

        //: The paper leaves to the eye what counts as *wide*, and later as a *cluster* or as a *preference*. We ask for
        //: a plateau over a factor of at least 1.5, for a line that at least three models have, and for three standard
        //: errors of the difference between two shares. The loss is the sum over features, as in the first chapter.

        //: The paper says, too, that neither number of this experiment matters much: doubling $m$ doubles the number of
        //: stored features, and $n$ is irrelevant as long as it is much larger than $m$. So we train 200 features in 5,
        //: 10 and 20 dimensions, and 100 in 10, at three densities each.

        let sizes = [
            (features: 200, hidden: 5), (features: 200, hidden: 10), (features: 200, hidden: 20),
            (features: 100, hidden: 10),
        ]
        let sizeDensities = [1.0 / 3, 0.2, 0.1]
        let sizeRuns = try await page.train(
            all: sizes.map { size in
                Experiment(
                    id: "doubling-\(size.features)-\(size.hidden)",
                    architecture: .init(features: size.features, hidden: size.hidden),
                    settings: sizeDensities.map { uniform(density: $0, features: size.features) }, restarts: 4,
                    steps: page.choose(paper: 3_000, quick: 1_000), batchSize: 256,
                    learningRate: .cosine(1e-2, to: 0.01), initialScale: 0.2, evaluationSamples: 1 << 14)
            })
        /// $\|W\|_F^2$, about the number of stored features, at each density, mean of all runs.
        let storedCounts = sizeRuns.map { trained in
            sizeDensities.indices.map { setting in
                mean(trained.models(ofSetting: setting).map { trained[$0].featuresPerDimension })
                    * Double(trained.experiment.architecture.hidden)
            }
        }
        func ratios(_ a: Int, _ b: Int) -> [Double] { zip(storedCounts[a], storedCounts[b]).map { $0 / $1 } }
        let (withDoubleHidden, withDoubleFeatures) = (ratios(2, 1), ratios(1, 3))
        page["double-hidden"] = listing(withDoubleHidden.map { fixed($0, 2) })
        page["double-hidden-small"] = listing(ratios(1, 0).map { fixed($0, 2) })
        page["per-dimension"] = listing(
            zip(storedCounts, sizes).prefix(3).map { number($0[2] / Double($1.hidden), digits: 2) })
        page["per-dimension-most"] = curve.first { $0.x == 10 }.map { number(1 / $0.y, digits: 2) }
        page["double-features"] = listing(withDoubleFeatures.map { fixed($0, 2) })

        //: At densities 1/3, 0.2 and 0.1, 20 dimensions store \(double-hidden) times as many features as 10, and 10
        //: store \(double-hidden-small) times as many as 5. A few dimensions hold only a few polytopes, and those must
        //: fit, so if the paper's statement holds, then for many dimensions: at density 0.1, models in 5, 10 and 20
        //: dimensions store \(per-dimension) features per dimension, and those above in \(uniform-hidden) dimensions
        //: \(per-dimension-most). The paper makes no such reservation, and the claim takes both doublings. Twice the
        //: features, in 10 dimensions, leave the number at \(double-features) times what it was.

        page.claim(
            "uniform.doubling",
            "Twice the dimensions store twice the features (ratio of ‖W‖² for 5, 10 and 20, where it is farthest from 2).",
            source: "The Geometry of Superposition, Uniform Superposition",
            passage: "Doubling the number of hidden dimensions just doubles",
            measured: farthest(from: 2, withDoubleHidden + ratios(1, 0)), expected: 1.9...2.1,
            control: .init("twice the features instead", farthest(from: 1, withDoubleFeatures)),
            reason: """
                A few dimensions hold few polytopes, and those must fit. If the statement holds, then for many \
                dimensions; the paper makes no such condition.
                """,
            weights: sizeRuns.map(\.experiment.id))
        page.claim(
            "uniform.features-irrelevant",
            "The number of features does not matter if it is much larger than m (ratio of ‖W‖² for twice as many, farthest from 1).",
            source: "The Geometry of Superposition, Uniform Superposition",
            passage: "In particular, it turns out that the number", measured: farthest(from: 1, withDoubleFeatures),
            expected: 0.95...1.05, control: .init("twice the dimensions instead", farthest(from: 2, withDoubleHidden)),
            reason: """
                It is not known why; the appendix finds that near its greatest value the number stored is worth \
                little, so that chance may decide it.
                """,
            weights: sizeRuns.map(\.experiment.id))

        //: ## Every feature for itself
        //:
        //: An average of one half could hide anything. The paper gives each feature its own share,
        //:
        //: $$D_i = \lVert W_i \rVert^2 \Big/ \sum_j (\hat W_i \cdot W_j)^2,$$
        //:
        //: how much of the feature there is, over how much of everything there is along its direction: 1 for a
        //: dedicated dimension, 1/2 in an antipodal pair, 0 if it is not stored. And it joins features that are not
        //: orthogonal into a graph. We go one step further and ask a program for the name of each component of the
        //: graph: it is a *triangle*, say, if the cosines between its features are those of a triangle's vertices to
        //: within 0.1, in some order. The program may well answer that a component is none of those it knows.

        let withLines = uniformSweep.withLines
        let belowLines = uniformSweep.belowLines
        let randomised = uniformSweep.randomDirections(using: page.stream("random-directions"))
        try page.figure(
            "feature-dimensionality",
            caption: """
                Above: the features that some of the models store, as graphs, with an edge where two \
                directions have $|\\cos| > 0.15$, wider for a larger $|W_i \\cdot W_j|$. Below: the \
                dimensionality of every feature of every model, coloured by the polytope that its component \
                forms; thin lines at the polytopes' own values, the unbroken line is $D^*$. The axis is stretched on the \
                left, where the lines are.
                """,
            alt: """
                Six graphs, from dense to sparse, and under them a scatter of dimensionalities over sparsity with \
                horizontal lines at one, three quarters, two thirds, one half, two fifths, three eighths and zero.
                """,
            data: uniformTable(uniformSweep), exploring: .frames(uniformFrames(uniformSweep))
        ) { featureDimensionality(uniformSweep, graphsAt: [1.5, 1.65, 3, 4.2, 4.9, 10]) }

        //: From dense to sparse, runs have tetrahedra at $1/(1-S)$ = \(where-tetrahedra), triangles at
        //: \(where-triangles), antipodal pairs at \(where-antipodal-pairs), pentagons at \(where-pentagons), and square
        //: antiprisms at \(where-square-antiprisms). (A polytope counts where all its vertices have its dimensionality
        //: to within 0.02: many short features together can pull a feature far below its line.) The lines of the
        //: pentagon and of the antiprism are so close to each other that the number alone would not tell them apart,
        //: but the shape does. What counts as a line? At least three models should have the polytope.

        for (name, polytope, fraction) in [
            ("tetrahedra", Polytope.tetrahedron, "3/4"), ("triangles", .triangle, "2/3"),
            ("antipodal-pairs", .digon, "1/2"),
            ("pentagons", .pentagon, "2/5"), ("square-antiprisms", .squareAntiprism, "3/8"),
        ] {
            let places = uniformSweep.runs.filter { $0.count(of: polytope) >= polytope.vertices.count }
                .map(\.inverseDensity)
            page["where-\(name)"] =
                places.isEmpty
                ? "no place"
                : Set([places.first, places.last].compactMap { $0 }).sorted()
                    .map { number($0, digits: 3) }.joined(separator: " to ")
            page.claim(
                "cluster.\(name)",
                "There is a line at \(fraction) (runs with a \(polytope.name), all vertices within 0.02).",
                source: "The Geometry of Superposition, Feature Dimensionality",
                passage: "there are distinct lines corresponding to dimensionality",
                measured: Double(uniformSweep.count(of: polytope)), of: Double(uniformSweep.runs.count), unit: "runs",
                expected: 3...Double(uniformSweep.runs.count), partly: 1...Double(uniformSweep.runs.count),
                control: .init("random directions", Double(randomised.count(of: polytope))),
                reason: polytope == .tetrahedron
                    ? "Where tetrahedra form, short features that training has not yet given up can pull their vertices "
                        + "off the line."
                    : nil,
                figure: "feature-dimensionality", weights: runs.map(\.experiment.id))
        }

        //: Is this more than what a willing eye sees? We take all runs in which lines could be: those where the model
        //: has given up a dimension per feature, $D^* < 0.98$, and its mean dimensionality is not yet below the lowest
        //: line. There, \(near-lines) of the stored features have a dimensionality within 0.02 of one of the five
        //: fractions. Values spread evenly from 1/3 to 4/5 would hit them \(near-chance) of the time, and directions
        //: drawn at random, of the same lengths, hit them \(near-random) of the time. The share differs along the axis:
        //: it is \(near-pairs) from 2 to 4.2, \(near-between) from 4.4 to 4.9, and \(near-antiprisms) from 5 to 5.5. In
        //: the middle one of these ranges \(unnamed-between) of the stored features are in components that have no
        //: name.
        //:
        //: Where the mean is below the lowest line, \(vertices-below) of the stored features are at the vertices of a
        //: polytope with its dimensionality; in the runs before it is \(vertices-lines). In the paper's scatter they
        //: spread there. At the other end, where there is a dimension per feature, is there a line at 1? The paper says
        //: not, as dense features are no better a basis than any other directions. What to count is not obvious: if
        //: \(uniform-hidden) of \(uniform-features) features had a dimension each, the others would have next to
        //: nothing, and if none has, few or no features count as stored. So we count dimensions: \(near-one) of them
        //: are those of features within 0.02 of 1. By the same count the line at 1/2, in the runs on the plateau above,
        //: has \(near-half).
        //:
        //: It also says where lines are missing. The three-dimensional bipyramids of five and of seven vertices would
        //: give each feature 3/5 or 3/7 on average. Of the stored features \(near-three-fifths) are within 0.02 of 3/5,
        //: and \(near-three-sevenths) within 0.02 of 3/7, where an even spread would have \(near-one-chance). Of those
        //: near 3/7 \(sevenths-unnamed) are in components without a name.
        //:
        //: The dimensionalities of all features add up to the number of dimensions, \(uniform-hidden), in all our runs
        //: to within \(worst-sum). This need not be so: those of random unit vectors, as many as the pairs' model
        //: stores features, add up to \(random-sum).

        let fractions = namedPolytopes.map { $0.dimensionality[0] }
        let evenly = 1.0 / 3...0.8
        let chance = coverage(of: fractions, within: 0.02, in: evenly)
        let chanceOfOne = coverage(of: [0.6], within: 0.02, in: evenly)
        page["near-lines"] = percent(withLines.share(near: fractions))
        page["near-chance"] = percent(chance)
        page["near-random"] = percent(randomised.withLines.share(near: fractions))
        page["near-pairs"] = percent(uniformSweep.within(2...4.2).share(near: fractions))
        page["near-between"] = percent(uniformSweep.within(4.4...4.9).share(near: fractions))
        page["unnamed-between"] = percent(uniformSweep.within(4.4...4.9).shareUnnamed)
        page["near-antiprisms"] = percent(uniformSweep.within(5...5.5).share(near: fractions))
        page["vertices-below"] = percent(belowLines.shareAtVertices)
        page["vertices-lines"] = percent(withLines.shareAtVertices)
        let atOne = uniformSweep.dense.dimensions(near: 1)
        let atHalf = half.map { uniformSweep.within($0).dimensions(near: 0.5) } ?? .nan
        page["near-one"] = percent(atOne)
        page["near-half"] = percent(atHalf)
        page["near-three-fifths"] = percent(withLines.share(near: [0.6]))
        page["near-three-sevenths"] = percent(withLines.share(near: [3.0 / 7]))
        page["near-one-chance"] = percent(chanceOfOne)
        let seventhsUnnamed = percent(withLines.shareLeaning(near: 3.0 / 7))
        page["sevenths-unnamed"] = seventhsUnnamed
        page["worst-sum"] = percent(uniformSweep.worstSum)
        var sumStream = page.stream("random-sum")
        let unitVectors = model(
            ofDirections: (0..<2 * uniformHidden).map { _ in [1] + Array(repeating: 0.0, count: uniformHidden - 1) }
        ).withRandomDirections(using: &sumStream)
        let randomSum = unitVectors.dimensionality.reduce(0, +)
        page["random-sum"] = fixed(randomSum, 1)
        page.claim(
            "cluster.lines",
            "Dimensionalities cluster at these fractions (share of stored features within 0.02 of one, where lines could be).",
            source: "The Geometry of Superposition, Feature Dimensionality",
            passage: "The feature dimensionalities cluster at certain fractions",
            measured: withLines.share(near: fractions), expected: 0.5...1, control: .init("an even spread", chance),
            figure: "feature-dimensionality", weights: runs.map(\.experiment.id))
        page.claim(
            "cluster.spread",
            "Where features have less than 3/8 of a dimension on average they leave the lines (share at vertices of polytopes).",
            source: "The Geometry of Superposition, Feature Dimensionality",
            measured: belowLines.shareAtVertices, expected: 0...0.1,
            control: .init("fewer features per dimension", withLines.shareAtVertices),
            figure: "feature-dimensionality", weights: runs.map(\.experiment.id))
        page.claim(
            "cluster.no-line-at-one",
            "There is no line at 1 in the dense regime (share of all dimensions that features within 0.02 of 1 have).",
            source: "The Geometry of Superposition, Why These Geometric Structures",
            passage: "We believe there would also be a", measured: atOne, expected: 0...0.05,
            control: .init("the line at 1/2, in the runs on its plateau", atHalf),
            figure: "feature-dimensionality", weights: runs.map(\.experiment.id))
        for (name, fraction, text) in [("three-fifths", 0.6, "3/5"), ("three-sevenths", 3.0 / 7, "3/7")] {
            page.claim(
                "cluster.no-\(name)",
                "There is no line at \(text), a bipyramid’s mean (share of stored features within 0.02, where lines could be).",
                source: "The Geometry of Superposition, Why These Geometric Structures",
                passage: "line for triangular bipyramids we see",
                measured: withLines.share(near: [fraction]), expected: 0...(chanceOfOne / 2),
                control: .init("an even spread", chanceOfOne),
                reason: name == "three-sevenths"
                    ? "There are features near 3/7, but they need not be a bipyramid’s: \(seventhsUnnamed) of them are in "
                        + "components without a name."
                    : nil,
                figure: "feature-dimensionality", weights: runs.map(\.experiment.id))
        }
        page.claim(
            "uniform.sum",
            "The dimensionalities of all features add up to the number of dimensions (largest relative difference of all runs).",
            source: "The Geometry of Superposition, Feature Dimensionality",
            passage: "the dimensionality of all features add up",
            measured: uniformSweep.worstSum, expected: 0...0.02,
            control: .init("random unit vectors", abs(randomSum / Double(uniformHidden) - 1)),
            figure: "feature-dimensionality", weights: runs.map(\.experiment.id))

        let identified = uniformSweep.identified
        var turning = page.stream("turned-factors")
        let groups = identified.map(\.components)
        let across = interferenceAcross(identified, groups: groups)
        let acrossAtRandom = interferenceAcross(
            identified.map { $0.withFactorsTurned(using: &turning) }, groups: groups)
        page["identified-models"] = String(identified.count)
        page["apart"] = number(FeatureGraph.threshold)
        page["across-share"] = percent(across)
        page["across-random"] = percent(acrossAtRandom)
        page["leaning-most"] = fixed(identified.map(\.graph.largestCosineAcross).max() ?? .nan, 2)
        page.claim(
            "uniform.factors",
            "Polytopes lie in orthogonal subspaces (share of the interference that is across, in models of known polytopes).",
            source: "The Geometry of Superposition, Why These Geometric Structures",
            passage: "The orthogonality of factors in tegum products",
            measured: across, expected: 0...0.05,
            control: .init("the same polytopes turned at random, as far as they stay apart", acrossAtRandom),
            figure: "feature-dimensionality", weights: runs.map(\.experiment.id))

        //: In \(identified-models) of the \(uniform-densities) models shown all features are at vertices of known
        //: polytopes. The paper expects no interference across polytopes. In these models \(across-share) of it is, by
        //: squares of cosines, and the largest $|\cos|$ across is \(leaning-most). Part of that is how we chose them:
        //: features with a $|\cos|$ above \(apart) would be in one component. How much would that alone leave? We turn
        //: each polytope of these models as a whole, at random, as far as no feature comes nearer than that to one of
        //: another polytope. Of such arrangements, which we would have chosen as well, \(across-random) of the
        //: interference is across.
    }

    private func productsAndMatrices(_ page: Page) async throws {
        //: ## Tegum products
        //:
        //: The vertices of polytopes in orthogonal subspaces, taken together, are those of a larger one, the *tegum
        //: product*. A triangle with an antipodal pair at right angles to its plane is a triangular bipyramid. As there
        //: is no interference across factors, its five features do not have 3/5 of a dimension each: the triangle's
        //: have 2/3, and the pair's 1/2. In the paper's eyes these solids stand out as solutions of the *Thomson
        //: problem*, how equal charges come to rest on a sphere. We let a program find where charges rest, and train
        //: four to eight features in three dimensions at densities from 0.9 to 0.05.

        let solidDensities = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05]
        let starts = page.choose(paper: 16, quick: 8)
        func small(_ id: String, features: Int, hidden: Int, densities: [Double]) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: features, hidden: hidden),
                settings: densities.map { uniform(density: $0, features: features) }, restarts: starts,
                steps: page.choose(paper: 4_000, quick: 2_000), batchSize: page.choose(paper: 512, quick: 256),
                learningRate: .linear(0.03))
        }
        let counts = [4, 5, 6, 7, 8]
        let solidRuns = try await page.train(
            all: counts.map { small("tegum-products-\($0)", features: $0, hidden: 3, densities: solidDensities) })
        var drawn = page.stream("random-solids")
        let solids = zip(counts, solidRuns).map { count, trained in
            SolidSweep(
                trained, densities: solidDensities,
                charges: ThomsonProblem.solution(points: count, using: page.stream("thomson-\(count)")), &drawn)
        }
        let products: [(name: String, factors: [Polytope])] = [
            ("triangular bipyramid", [.triangle, .digon]), ("octahedron", [.digon, .digon, .digon]),
            ("pentagonal bipyramid", [.pentagon, .digon]),
        ]
        let exact = products.map { Polytope.tegumProduct(of: $0.factors, name: $0.name) }
        let found = zip(products, solids[1...3]).map { product, solid in
            solid.atRest.compactMap { TrainedProduct(solid.best[$0], factors: product.factors, name: product.name) }
                .first
        }
        try page.figure(
            "tegum-products",
            caption: """
                Three tegum products with the dimensionality of each vertex. Above: exact, computed from their \
                vertices. Below: the model of the least loss at the largest density where it has these factors, \
                turned to lie like the exact one.
                """,
            alt: """
                A triangular bipyramid with two thirds at the triangle's vertices and one half at the tips, an \
                octahedron with one half everywhere, and a pentagonal bipyramid with two fifths at the pentagon's \
                vertices and one half at the tips; under them what was trained, with numbers of three digits.
                """,
            data: tegumTable(exact, trained: found)
        ) { tegumProducts(exact, trained: found) }

        try page.table(
            "thomson",
            caption: """
                The polytopes whose tegum product the charges form, and where the model of the least loss, of \
                \(starts) at each of \(solidDensities.count) densities, forms the same; what it forms elsewhere, if that \
                has a name.
                """,
            thomsonTable(solids))

        //: Of the five solutions, \(thomson-count) are the model of the least loss at some density. The
        //: dimensionalities of the trained solids above differ from the exact ones by \(solid-difference) at most.

        let thomsonCount = solids.count { !$0.atRest.isEmpty }
        page["thomson-count"] = String(thomsonCount)
        page["solid-difference"] = number(largestDifference(found), digits: 4)
        page.claim(
            "tegum.thomson",
            "Features form solutions of the Thomson problem (numbers of features, 4 to 8, whose solution has the least loss somewhere).",
            source: "The Geometry of Superposition, Why These Geometric Structures",
            passage: "Several of these configurations may jump out", measured: Double(thomsonCount), of: 5,
            expected: 5...5, partly: 3...5,
            control: .init("random unit vectors", Double(solids.count { !$0.randomAtRest.isEmpty })),
            figure: "tegum-products")

        //: ## Polytopes and matrices
        //:
        //: Everything that the model does is in $W^T W$, and $W^T W$ is the polytope: the inner products of its
        //: vertices. The polytope is also given by what is missing: the directions of feature space that $W$ maps to
        //: zero. Three features in two dimensions can only miss one. If that is $(1, 1, 1)$, the triangle is what is
        //: left of the basis vectors when the direction in which all are active is projected out. A square misses
        //: $(1, 0, 1, 0)$ and $(0, 1, 0, 1)$: two pairs, which have nothing to do with each other. In general, missing
        //: $(1, …, 1)$ gives a regular simplex, and the paper calls this the best direction to miss, if features are
        //: alike. We train three to six features, in one dimension less each.

        let simplexCounts = [3, 4, 5, 6]
        let simplexRuns = try await page.train(
            all: simplexCounts.map {
                small("polytopes-and-matrices-\($0)", features: $0, hidden: $0 - 1, densities: solidDensities)
            })
        let square = try await page.train(
            small("polytopes-and-matrices-square", features: 4, hidden: 2, densities: [0.2]))
        let simplexPlaces = simplexRuns.map { trained in solidDensities.indices.filter { isSimplex(trained.best[$0]) } }
        let correspondences =
            [simplexPlaces[0].last.map { ("Triangle", simplexRuns[0].best[$0], [[1.0, 1, 1]]) }].compactMap { $0 }
            + [("Square", withAntipodesAcross(square.best[0]), [[1, 0, 1, 0], [0, 1, 0, 1.0]])]
        try page.figure(
            "polytopes-and-matrices",
            caption: """
                Two polytopes, seen as four things: the columns of $W$; the graph of the features, edges as \
                wide as $|W_i \\cdot W_j|$; the matrix $W^T W$; and the directions $v$ of feature space that \
                the polytope does not represent, with the measured length of $W v$.
                """,
            alt: """
                A triangle: three vectors, a graph, a matrix of three rows, and the direction (1, 1, 1). A square: four \
                vectors, a graph of two pairs, a matrix of four rows, and the directions (1, 0, 1, 0) and (0, 1, 0, 1). \
                The length of W v stands beside each direction.
                """,
            data: matricesTable(correspondences)
        ) { polytopesAndMatrices(correspondences) }

        /// The numbers of features and densities at which a model misses (1, …, 1).
        func missing(_ models: [[ToyModel]]) -> Int {
            models.joined().count { lengthRepresented($0, along: $0.b.map { _ in 1 }) < 0.1 }
        }
        var simplexStream = page.stream("random-simplices")
        let simplexModels = simplexRuns.map(\.best)
        let randomSimplices = simplexModels.map { $0.map { $0.withRandomDirections(using: &simplexStream) } }
        let places = simplexCounts.count * solidDensities.count
        page["simplex-places"] = zip(simplexCounts, simplexPlaces).map { count, places in
            "\(places.isEmpty ? "nowhere" : "at densities \(listing(places.map { "\(solidDensities[$0])" }))") for \(count) features"
        }.joined(separator: ", ")
        page["missing-share"] = percent(Double(missing(simplexModels)) / Double(places))
        page.claim(
            "matrices.simplex",
            "Missing (1, …, 1) gives a regular simplex (numbers of features, 3 to 6, whose model of least loss is one somewhere).",
            source: "The Geometry of Superposition, Polytopes and Low-Rank Matrices",
            passage: "gives us a regular", measured: Double(simplexPlaces.count { !$0.isEmpty }), of: 4,
            expected: 4...4, partly: 2...4,
            control: .init("random directions", Double(randomSimplices.count { $0.contains(where: isSimplex) })),
            figure: "polytopes-and-matrices")
        page.claim(
            "matrices.best-direction",
            "Of equal features the best direction not to represent is (1, …, 1) (share of densities and numbers of features).",
            source: "The Geometry of Superposition, Polytopes and Low-Rank Matrices",
            passage: "the best possible direction to not represent", count: missing(simplexModels), of: places,
            unit: "places", expected: 0.9...1,
            control: .init("random directions", Double(missing(randomSimplices))),
            reason: """
                The paper sets no condition on density. For sparse features an antipodal pair beside dedicated ones is \
                better, as it errs only when both are active.
                """,
            figure: "polytopes-and-matrices")

        //: The model of the least loss is a regular simplex \(simplex-places). The paper's words have no condition on
        //: density; $(1, …, 1)$ is what models miss in \(missing-share) of the cases. The rival is an antipodal pair
        //: beside dedicated features. It errs only when both of the pair are active, which sparse features rarely are.
    }

    private func perturbedFeature(_ page: Page) async throws {
        //: ## One feature out of step
        //:
        //: Five equal features in two dimensions at density 0.05: the paper has them form a regular pentagon. Now the
        //: density of one of them is varied, from a tenth of the others' to twice. Gradient descent is bad at this, as
        //: the paper warns: in two dimensions features cannot pass each other. We train \(perturbed-starts) models at
        //: each of \(perturbed-places) relative densities, and rank them by their expected loss in closed form. To see
        //: each geometry also where training does not find it by itself, we train the pentagon further, from that of
        //: equal features, at every relative density. The digons need no training: four features in two pairs do not
        //: depend on a fifth one that is not stored, and the best output for that one is its mean.

        let relativeDensities = multiples(
            of: 0.1, by: page.choose(paper: 1.05, quick: 1.1025), count: page.choose(paper: 62, quick: 31))
        let relativeImportances = multiples(
            of: 0.1, by: page.choose(paper: 1.1, quick: 1.2), count: page.choose(paper: 33, quick: 18))
        let perturbedStarts = page.choose(paper: 32, quick: 8)
        func vary(_ id: String, _ settings: [Experiment.Setting], restarts: Int) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: 5, hidden: 2), settings: settings, restarts: restarts,
                steps: page.choose(paper: 3_000, quick: 1_500), batchSize: page.choose(paper: 512, quick: 256),
                learningRate: .linear(0.02), evaluationSamples: 1 << 14)
        }
        let varied = try await page.train(all: [
            vary(
                "perturbed-pentagon", relativeDensities.map { perturbed(baseline: 0.05, relativeDensity: $0) },
                restarts: perturbedStarts),
            vary(
                "perturbed-pentagon-importance",
                relativeImportances.map { perturbed(baseline: 0.05, relativeImportance: $0) },
                restarts: perturbedStarts / 2),
        ])
        let byDensity = PerturbedRun.all(of: varied[0], at: relativeDensities)
        let byImportance = PerturbedRun.all(of: varied[1], at: relativeImportances)

        let baselines = [0.01, 0.025, 0.05, 0.075, 0.1]
        func origins(_ id: String, relativeDensity: Double) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: 5, hidden: 2),
                settings: baselines.map { perturbed(baseline: $0, relativeDensity: relativeDensity) },
                restarts: page.choose(paper: 32, quick: 16), steps: page.choose(paper: 3_000, quick: 1_500),
                batchSize: page.choose(paper: 1024, quick: 512), learningRate: .linear(0.02))
        }
        let ends = try await page.train(all: [
            origins("pentagon-digon-crossover-equal", relativeDensity: 1),
            origins("pentagon-digon-crossover-rare", relativeDensity: 0.1),
        ])
        let (equal, rare) = (ends[0], ends[1])
        let pentagonRuns = try await page.train(
            Experiment(
                id: "pentagon-digon-crossover", architecture: .init(features: 5, hidden: 2),
                settings: baselines.flatMap { baseline in
                    relativeDensities.map { perturbed(baseline: baseline, relativeDensity: $0) }
                },
                steps: page.choose(paper: 3_000, quick: 1_500), batchSize: page.choose(paper: 2048, quick: 512),
                learningRate: .linear(0.01),
                start: equal.selection(
                    best(.pentagon, of: equal).flatMap { Array(repeating: $0, count: relativeDensities.count) }),
                evaluationSamples: 1 << 14))
        let allBranches = zip(baselines, best(.digons, of: rare).map { rare[$0] }).enumerated().map { index, entry in
            [
                pentagonBranch(pentagonRuns, baseline: index, relativeDensities: relativeDensities),
                digonBranch(entry.1, baseline: entry.0, relativeDensities: relativeDensities),
            ]
        }
        let crossings = zip(baselines, allBranches).map { (density: $0, crossing: Crossing($1)) }
        let (followed, crossing) = (allBranches[2], crossings[2].crossing)
        func times(_ index: Int) -> String {
            crossings[index].crossing.map { fixed($0.timesRarer, 1) } ?? "–"
        }
        for (name, index) in [("rarest", 0), ("rarer", 2), ("next", 3), ("densest", 4)] {
            page["times-\(name)"] = times(index)
        }
        let pentagons = followed[0].places
        let digons = digonRuns(varied[0], relativeDensities: relativeDensities)

        try page.figure(
            "perturbed-pentagon",
            caption: """
                Five features in two dimensions, one of which is rarer or more common than the others. Left \
                and middle: the best digons and the pentagon at all relative densities at which they hold, on top of \
                each other, coloured by relative density, turned so that the varied feature points up. Right: the \
                angle between the varied feature and its neighbours in the pentagon.
                """,
            alt: """
                Two embeddings, of digons and of pentagons, coloured by relative density, and the angle between the \
                varied feature and its neighbours against relative density.
                """,
            data: perturbedTable([followed[0], digons])
        ) { perturbedPentagon([followed[0], digons], range: 0.1...2) }

        //: The paper says that a more common feature pushes its neighbours away, and that a rarer one is crowded by
        //: them, as interference with it costs less. From the rarest to the most common feature that has a pentagon,
        //: the angle between it and its neighbours goes from \(gap-rare)° to \(gap-common)°. In the best digons the
        //: varied feature has a length of at most \(digon-length).
        //:
        //: The paper's pentagon is not on the unit circle, as longer directions make up for negative biases. [The first
        //: chapter](01-demonstrating-superposition.html) tests its formula. With the square that we put in its place,
        //: $\lVert W_i \rVert^2 (1 + b_i)$ is \(compensated) on average in the pentagons followed here, at biases
        //: around \(pentagon-bias).

        try page.figure(
            "pentagon-digon-crossover",
            caption: """
                Left: the expected loss of every run against relative density, coloured by the geometry it \
                ended in, and, as lines, the losses of both geometries when they are followed. Circle: where \
                the lines cross. Right: how many times rarer than the others the feature is at that point, for \
                several densities of the others. Runs with a loss above 0.02 are left out. Below: the length of the \
                varied feature's direction in the best runs, if its density or its importance is varied.
                """,
            alt: """
                Two curves, of pentagons and of digons, that cross where the varied feature is \(times(2)) times rarer \
                than the others, and many runs as points. Beside them the factor at several densities of the others, \
                from \(times(0)) at 0.01 to \(times(4)) at 0.1. Below, the length of the varied feature's direction \
                against its relative density and importance.
                """,
            data: crossoverTable(byDensity, byImportance: byImportance, branches: followed, baselines: crossings)
        ) {
            crossover(
                byDensity, byImportance: byImportance, branches: followed, crossing: crossing, baselines: crossings)
        }

        let halvings = page.choose(paper: 10, quick: 5)
        let variants: [(Varied, Biases)] = [
            (.density, .own), (.density, .shared), (.density, .none), (.importance, .own),
        ]
        let exactCrossings = variants.map { varied, biases in
            exactCrossing(varied, biases, baseline: 0.05, halvings: halvings)
        }
        for ((varied, biases), crossing) in zip(variants, exactCrossings) {
            page["exact-\(varied)-\(biases)"] = crossing.map { fixed($0, 1) } ?? "no place"
        }

        //: The losses of both geometries cross where the feature is \(times-rarer) times rarer than the others. There
        //: the slope of the digons' loss is \(slope-ratio) times that of the pentagon's. A continuous transition would
        //: have the same slope on both sides; along the pentagon of least expected loss, found by descent on the exact
        //: loss, the slope before the crossing is \(slope-pentagon) times that after it. The paper puts the crossing at
        //: about 2.5 times. Is it training that decides? The least expected loss of either geometry, found by descent
        //: on the exact loss of pentagons and digons with an axis of symmetry, crosses at \(exact-density-own) times.
        //: Is it the biases? With one bias for all it is \(exact-density-shared) times, and without any
        //: \(exact-density-none). Is it how rare the others are? It is \(times-rarest) times at density 0.01,
        //: \(times-next) at 0.075 and \(times-densest) at 0.1. Is it what is varied? The importance of the feature
        //: instead of its density gives \(exact-importance-own) times. So the place is a matter of the
        //: setting\(training-too), and with the setting that the paper gives the crossing \(crossing-verdict). (A run
        //: can end as digons a little above the line if it has lost the output of the varied feature: it outputs 0
        //: where the mean would be better.)
        //:
        //: Do the best runs snap? From one relative density to the next, the largest change of the varied feature's
        //: length is \(abrupt-density) times the second largest; where its importance is varied instead,
        //: \(abrupt-importance) times. We speak of a snap from three times on, if that is more than of the pentagon of
        //: least expected loss, which only deforms, up to where there is none any more: \(deform-density) and
        //: \(deform-importance) times. And \(stuck) of all runs do not end as the geometry that is best where they are.
        //: Of those that are followed from a pentagon, \(stuck-followed) leave it where it is the best.

        page["perturbed-starts"] = String(perturbedStarts)
        page["perturbed-places"] = String(relativeDensities.count)
        let agrees = abs((exactCrossings[0] ?? .nan) / (crossing?.timesRarer ?? .nan) - 1) < 0.05
        page["training-too"] = agrees ? ", not of training" : " and of training"
        let aboutThePapers = 2.25...2.75
        page["crossing-verdict"] =
            crossing.map { aboutThePapers.contains($0.timesRarer) } ?? false
            ? "is where the paper has it" : "is elsewhere"
        page["gap-rare"] = pentagons.first.map { fixed(gapAroundFirst($0.model), 0) }
        page["gap-common"] = pentagons.last.map { fixed(gapAroundFirst($0.model), 0) }
        page["digon-length"] = number(digons.places.map { $0.model.norms[0] }.max() ?? .nan, digits: 3)
        let lengthsAndBiases = pentagons.flatMap { place in zip(place.model.norms, place.model.b).map { ($0, $1) } }
        let compensated = mean(lengthsAndBiases.map { $0 * $0 * (1 + $1) })
        page["compensated"] = fixed(compensated, 2)
        page["pentagon-bias"] = fixed(mean(lengthsAndBiases.map(\.1)), 2).replacing("-", with: "−")
        page["slope-ratio"] = crossing.map { fixed($0.slopes.digons / $0.slopes.pentagon, 1) }
        let deformed = ExactPentagon(.density, baseline: 0.05, at: relativeDensities)
        let deformedByImportance = ExactPentagon(.importance, baseline: 0.05, at: relativeImportances)
        let slopeOfPentagon = crossing.map { deformed.slopeRatio(around: $0.relativeDensity) } ?? .nan
        page["slope-pentagon"] = fixed(slopeOfPentagon, 2)
        page["abrupt-density"] = fixed(abruptness(byDensity), 0)
        page["abrupt-importance"] = fixed(abruptness(byImportance), 0)
        page["deform-density"] = fixed(abruptness(ofLengths: deformed.lengths), 1)
        page["deform-importance"] = fixed(abruptness(ofLengths: deformedByImportance.lengths), 1)
        page["stuck"] = percent(shareStuck(byDensity))
        // Runs that start from the geometry that is best at their place.
        let fromPentagon = zip(relativeDensities, byDensity).filter { $1[0].solution == .pentagon }.map(\.0)
        let stuckFromBest =
            Double(fromPentagon.count { place in !pentagons.contains { $0.relativeDensity == place } })
            / Double(fromPentagon.count)
        page["stuck-followed"] = percent(stuckFromBest)
        let section = "The Geometry of Superposition, Perturbing a Single Feature"
        var turning = page.stream("random-pentagon")
        let randomGaps = (0..<999).map { _ in
            farthest(from: 72, equal.best[2].withRandomDirections(using: &turning).planarGaps)
        }
        .sorted { abs($0 - 72) < abs($1 - 72) }
        let gapsOfRarity = pentagons.map { gapAroundFirst($0.model) }
        let shuffledDensities = PermutationTest(
            observed: rankCorrelation(pentagons.map(\.relativeDensity), gapsOfRarity), permutations: 999,
            using: page.stream("shuffled-relative-densities")
        ) { rankCorrelation(pentagons.map(\.relativeDensity).shuffled(using: &$0), gapsOfRarity) }
        page.claim(
            "perturbed.regular",
            "Five equal features at density 0.05 form a regular pentagon (gap that differs most from 72°, least loss).",
            source: section, passage: "we get a regular pentagon",
            measured: farthest(from: 72, equal.best[2].planarGaps), unit: "°", expected: 70...74, partly: 65...79,
            control: .init("the most regular twentieth of random directions", randomGaps[randomGaps.count / 20]),
            figure: "perturbed-pentagon", weights: ["pentagon-digon-crossover-equal"])
        page.claim(
            "perturbed.repels",
            "A more common feature repels its neighbours, a rarer one is crowded (rank correlation of angle and density).",
            source: section, passage: "the other features repel from it",
            measured: shuffledDensities.observed, expected: 0.95...1, partly: 0.5...1,
            control: .init("the luckiest twentieth of shuffled densities", quantile(0.95, of: shuffledDensities.null)),
            figure: "perturbed-pentagon", weights: ["pentagon-digon-crossover"])
        page.claim(
            "perturbed.crossing",
            "The pentagon gives way to digons where the feature is about 2.5 times rarer than the others.",
            source: section, passage: "it collapses from a pentagon to a pair",
            measured: crossing?.timesRarer ?? .nan, unit: "times", expected: aboutThePapers,
            reason: """
                The place depends on how rare the others are: \(times(0)) times at density 0.01, \(times(4)) at 0.1. \
                At 0.05 the exact loss, without training, gives \(exactCrossings[0].map { fixed($0, 1) } ?? "none").
                """,
            figure: "pentagon-digon-crossover")
        page.claim(
            "perturbed.first-order",
            "The loss curves cross, a first-order change: slope of the digons’ over that of the pentagon’s where they do.",
            source: section, passage: "The phase change corresponds to loss curves",
            measured: crossing.map { $0.slopes.digons / $0.slopes.pentagon } ?? .nan,
            expected: max(1.2, slopeOfPentagon.nextUp)...(.infinity),
            control: .init("the pentagon of least expected loss on both sides", slopeOfPentagon),
            figure: "pentagon-digon-crossover")
        for (id, runs, pentagon, name, experiment) in [
            ("perturbed.snaps", byDensity, deformed, "density", "perturbed-pentagon"),
            (
                "perturbed.importance-snaps", byImportance, deformedByImportance, "importance",
                "perturbed-pentagon-importance"
            ),
        ] {
            let deformation = abruptness(ofLengths: pentagon.lengths)
            page.claim(
                id,
                "Varying \(name) deforms a polytope up to a point where it snaps (largest step of the varied length over the next).",
                source: "The Geometry of Superposition, Non-Uniform Superposition",
                passage: "Features varying in importance or sparsity causes", measured: abruptness(runs),
                expected: max(3, deformation.nextUp)...(.infinity),
                control: .init("the pentagon of least expected loss, which only deforms", deformation),
                figure: "pentagon-digon-crossover", weights: [experiment])
        }
        page.claim(
            "perturbed.stuck",
            "Fitting often yields the geometry that is not the best (share of all runs).",
            source: section, passage: "Gradient descent has trouble moving between solutions",
            measured: shareStuck(byDensity), expected: 0.1...1,
            control: .init("runs that start from a pentagon where it is the best", stuckFromBest),
            figure: "pentagon-digon-crossover", weights: ["perturbed-pentagon", "pentagon-digon-crossover"])
    }

    private func dependentFeatures(_ page: Page) async throws {
        //: ## Features that depend on each other
        //:
        //: So far, features came and went independently. In a *correlated set* one draw decides whether all of its
        //: features are active; their values stay independent. In an *anticorrelated set* at most one is active at a
        //: time. The paper shows a handful of models for each and says what models prefer. We show the first six runs
        //: as they come, count \(pair-runs) of them, and set independent features beside them: what those do just as
        //: often is not an effect of correlation. A preference, in our reading, is what most runs do that store all
        //: features: at least halfway between chance and always.

        let section = "The Geometry of Superposition, Organization of Correlated and Anticorrelated Features"
        let pairRuns = page.choose(paper: 256, quick: 64)
        page["pair-runs"] = String(pairRuns)
        func pairs(_ id: String, pairs: Int, density: Double, _ dependence: FeatureDistribution.Dependence)
            -> Experiment
        {
            Experiment(
                id: id, architecture: .init(features: 2 * pairs, hidden: 2),
                settings: [uniform(density: density, features: 2 * pairs, dependence: dependence)],
                restarts: pairRuns, steps: page.choose(paper: 4_000, quick: 2_000),
                batchSize: page.choose(paper: 1024, quick: 256), learningRate: .linear(0.05), evaluationSamples: 1 << 14
            )
        }
        let twoPairs = try await page.train(all: [
            pairs("correlated-orthogonal", pairs: 2, density: 0.05, .correlated(setSize: 2)),
            pairs("correlated-orthogonal-control", pairs: 2, density: 0.05, .independent),
            pairs("anticorrelated-opposite", pairs: 2, density: 0.05, .anticorrelated(setSize: 2)),
        ])
        let together = Arrangements("Correlated", twoPairs[0], setting: 0)
        let alone = Arrangements("Independent", twoPairs[1], setting: 0)
        let apart = Arrangements("Anticorrelated", twoPairs[2], setting: 0)

        try page.figure(
            "correlated-orthogonal",
            caption: """
                Two pairs of features in two dimensions, one colour per pair. Above, both features of a pair \
                are active together; below, all are independent and the colours are only names. The run of the least \
                loss and the first six, turned and relabelled to match it. Bars: how often each arrangement occurs.
                """,
            alt: """
                Two rows of embeddings, of correlated pairs and of independent features, and bars with the share of \
                runs in which pairs are orthogonal, antipodal, or not all stored.
                """,
            data: arrangementsTable([together, alone])
        ) { arrangements([together, alone], shown: [.orthogonal, .antipodal, .incomplete]) }

        //: Four features in two dimensions can form a square, two antipodal pairs. Who is opposite to whom? Two
        //: features that are active together would disturb each other every time, so partners should not be opposites.
        //: Of the runs that store all four features, partners are orthogonal in \(orthogonal-correlated) and opposite
        //: in \(antipodal-correlated). Two of the three ways to pair up four features at random make partners
        //: orthogonal, and with independent features they are so in \(orthogonal-independent).

        page.panel(
            .training(
                "two-pairs", like: twoPairs[0].experiment, steps: 2_000,
                title: "Train it yourself: two pairs of features in two dimensions",
                hint: """
                    Features 1 and 2 are partners, and so are 3 and 4. Make a few new starts with partners that are always \
                    active together: do they ever become opposites? Then choose a density of 0.5, and partners that are \
                    never active together. How often now?
                    """))
        page["orthogonal-correlated"] = percent(together.amongComplete(.orthogonal).share)
        page["antipodal-correlated"] = percent(together.amongComplete(.antipodal).share)
        page["orthogonal-independent"] = percent(alone.amongComplete(.orthogonal).share)
        page.claim(
            "correlated.orthogonal",
            "Models prefer to represent correlated features in orthogonal dimensions (share of the runs that store all).",
            source: section, passage: "Models prefer to represent correlated features in",
            measured: together.amongComplete(.orthogonal).share, expected: 5.0 / 6...1,
            control: .init("independent features", alone.amongComplete(.orthogonal).share),
            figure: "correlated-orthogonal")

        try page.figure(
            "anticorrelated-opposite",
            caption: """
                The same with anticorrelated pairs: of the two features of a colour at most one is active at a time.
                """,
            alt: """
                Two rows of embeddings, of anticorrelated pairs and of independent features, and bars with the share of \
                runs in which pairs are antipodal, orthogonal, or not all stored.
                """,
            data: arrangementsTable([apart, alone])
        ) { arrangements([apart, alone], shown: [.antipodal, .orthogonal, .incomplete]) }

        //: Two features that are never active together can share a dimension as opposites at no cost at all. At this
        //: density the least loss of a run with opposite partners is \(antipodal-loss), and with partners at right
        //: angles \(orthogonal-loss). But a preference in the loss need not be one in training: of the runs that store
        //: all features, \(antipodal-anticorrelated) find the antipodal arrangement, and \(antipodal-independent) with
        //: independent features. The paper does not say at which density its examples were trained, or how they were
        //: chosen, so we do the same at more densities, with the authors' initial weights and with weights a twentieth
        //: of their size.

        let pairDensities = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5]
        let densityRuns = page.choose(paper: 128, quick: 32)
        func opposites(_ id: String, scale: Double, _ dependence: FeatureDistribution.Dependence) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: 4, hidden: 2),
                settings: pairDensities.map { uniform(density: $0, features: 4, dependence: dependence) },
                restarts: densityRuns, steps: page.choose(paper: 2_500, quick: 1_500), batchSize: 256,
                learningRate: .linear(0.01), initialScale: scale, evaluationSamples: 1 << 14)
        }
        func factorModels(_ id: String, scale: Double, _ dependence: FeatureDistribution.Dependence) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: 10, hidden: 5),
                settings: pairDensities.map { uniform(density: $0, features: 10, dependence: dependence) },
                restarts: 16, steps: page.choose(paper: 3_000, quick: 1_500),
                batchSize: page.choose(paper: 512, quick: 256), learningRate: .linear(0.01), initialScale: scale,
                evaluationSamples: 1 << 14)
        }
        let packDensities = [0.2, 0.1, 0.05, 0.025]
        /// Sets of four have four times the density of their features.
        func packed(_ id: String, _ dependence: FeatureDistribution.Dependence) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: 60, hidden: 6),
                settings: packDensities.map { density in
                    uniform(
                        density: dependence == .independent ? density : 4 * density, features: 60,
                        dependence: dependence)
                },
                restarts: 4, steps: page.choose(paper: 3_000, quick: 1_000),
                batchSize: page.choose(paper: 512, quick: 256), learningRate: .cosine(1e-2, to: 0.01),
                initialScale: 0.2, evaluationSamples: 1 << 14)
        }
        let settled = try await page.train(all: [
            opposites("anticorrelated-densities", scale: 1, .anticorrelated(setSize: 2)),
            opposites("anticorrelated-densities-control", scale: 1, .independent),
            opposites("anticorrelated-densities-small", scale: 0.05, .anticorrelated(setSize: 2)),
            opposites("anticorrelated-densities-small-control", scale: 0.05, .independent),
            factorModels("anticorrelated-densities-factors", scale: 1, .anticorrelated(setSize: 2)),
            factorModels("anticorrelated-densities-factors-control", scale: 1, .independent),
            factorModels("anticorrelated-densities-factors-small", scale: 0.05, .anticorrelated(setSize: 2)),
            factorModels("anticorrelated-densities-factors-small-control", scale: 0.05, .independent),
            packed("anticorrelated-densities-packed", .anticorrelated(setSize: 4)),
            packed("anticorrelated-densities-packed-control", .independent),
        ])
        let arrangementsByDensity = zip(
            settled[..<4], ["Anticorrelated", "Independent", "Anticorrelated", "Independent"]
        )
        .map { trained, name in
            pairDensities.indices.map { Arrangements(name, trained, setting: $0) }
        }
        let antipodal = arrangementsByDensity.map { $0.map { $0.amongComplete(.antipodal) } }
        func models(_ trained: TrainedModels, _ setting: Int) -> [ToyModel] {
            trained.models(ofSetting: setting).map { trained[$0] }
        }
        let partners = sets(of: 2, features: 10)
        let together10 = settled[4...7].map { trained in
            pairDensities.indices.map { shareInOneFactor(models(trained, $0), sets: partners) }
        }
        let stored = settled[8...9].map { trained in
            packDensities.indices.map { mean(models(trained, $0).map(\.featuresPerDimension)) }
        }
        let preference = AnticorrelatedPreference(
            densities: pairDensities, antipodal: antipodal, together: together10, packDensities: packDensities,
            stored: stored)
        try page.figure(
            "anticorrelated-densities",
            caption: """
                What anticorrelation changes, against density. Left: the share of the runs of four features in two \
                dimensions, of those that store all four, in which partners are opposite; solid with the authors' \
                initial weights, dashed with weights 0.05 times as large. Middle: the share of partners that are in \
                the same factor, ten features in five dimensions, likewise. Right: stored features per dimension, 60 \
                features in six dimensions, sets of four, against the density of a single feature.
                """,
            alt: """
                Three panels with lines for anticorrelated and for independent features: how often partners are \
                opposite, how often they share a factor, and how many features are stored.
                """,
            data: preferenceTable(preference)
        ) { anticorrelatedPreference(preference) }

        let pooled = stratifiedZ(Array(zip(antipodal[0], antipodal[1])))
        let pooledSmall = stratifiedZ(Array(zip(antipodal[2], antipodal[3])))
        func pooledShare(_ tallies: [Tally]) -> Double {
            Double(tallies.reduce(0) { $0 + $1.count }) / Double(tallies.reduce(0) { $0 + $1.of })
        }
        let bestOpposite = arrangementsByDensity.map { $0.count { Arrangement($0.best) == .antipodal } }
        let packing = zip(stored[0], stored[1]).map { $0 / $1 }
        let pooledByChance = stratifiedZByChance(
            Array(zip(antipodal[0], antipodal[1])), using: page.stream("dealt-runs"))
        // By how much partners are opposite more often, at each density and from each kind of start.
        let oppositeExcess = [0, 2].flatMap { kind in
            zip(antipodal[kind], antipodal[kind + 1]).map { $0.share - $1.share }.filter(\.isFinite)
        }
        page["opposite-conclusion"] =
            (oppositeExcess.max() ?? 0) - (oppositeExcess.min() ?? 0) > 0.2
            ? "So what a count at one density shows depends on that density and on where training starts."
            : "So it hardly matters at which density one counts, or where training starts."
        page["opposite-z-chance"] = fixed(pooledByChance, 1)
        page["opposite-z"] = fixed(pooled, 1)
        page["opposite-z-small"] = fixed(pooledSmall, 1)
        page["opposite-share"] = percent(pooledShare(antipodal[0]))
        page["opposite-share-alone"] = percent(pooledShare(antipodal[1]))
        page["opposite-densest"] = percent(antipodal[0][pairDensities.count - 1].share)
        page["opposite-densest-alone"] = percent(antipodal[1][pairDensities.count - 1].share)
        page["opposite-rarest-small"] = percent(antipodal[2][0].share)
        page["opposite-rarest-small-alone"] = percent(antipodal[3][0].share)
        page["opposite-best"] = "\(bestOpposite[0]) of the \(pairDensities.count)"
        page["factor-share"] = percent(mean(together10[0]))
        page["factor-share-alone"] = percent(mean(together10[1]))
        page["factor-share-small"] = percent(mean(together10[2]))
        page["factor-share-small-alone"] = percent(mean(together10[3]))
        page["packing"] = listing(packing.map { fixed($0, 2) })

        //: The run of the least loss has opposite partners at \(opposite-best) densities. Single runs, with the
        //: authors' weights and over all densities, have them in \(opposite-share) of the cases, independent features
        //: in \(opposite-share-alone): a difference of \(opposite-z) standard errors, within densities. At density 0.5
        //: it is \(opposite-densest) against \(opposite-densest-alone). With small initial weights the difference is
        //: \(opposite-z-small) standard errors, and \(opposite-rarest-small) against \(opposite-rarest-small-alone) at
        //: density 0.05. \(opposite-conclusion) If the runs of both kinds are dealt to two groups at random, within
        //: densities, their difference is at most \(opposite-z-chance) standard errors in 95% of the cases.
        //:
        //: The paper says, more generally, that anticorrelated features prefer to be in the same tegum factor. Ten
        //: features in five dimensions must share: partners are in the same factor in \(factor-share) of the cases, on
        //: average over the densities, and independent features with the same names in \(factor-share-alone); with
        //: small initial weights it is \(factor-share-small) against \(factor-share-small-alone). By chance it would be
        //: one of nine. We speak of a preference from halfway to always, 5/9. Among its open
        //: questions the paper asks whether superposition packs features more efficiently if they are anticorrelated.
        //: At densities 0.2, 0.1, 0.05 and 0.025 of a feature, sets of four store \(packing) times as many as
        //: independent ones of that density.

        page["antipodal-loss"] = scientific(apart.losses[.antipodal])
        page["orthogonal-loss"] = scientific(apart.losses[.orthogonal])
        page["antipodal-anticorrelated"] = percent(apart.amongComplete(.antipodal).share)
        page["antipodal-independent"] = percent(alone.amongComplete(.antipodal).share)
        page.claim(
            "anticorrelated.opposite",
            "Models prefer to represent anticorrelated features in opposite directions (densities at which the least loss does).",
            source: section, passage: "Models prefer to represent anticorrelated features in",
            measured: Double(bestOpposite[0]), of: Double(pairDensities.count), unit: "densities",
            expected: Double(pairDensities.count)...Double(pairDensities.count),
            control: .init("independent features", Double(bestOpposite[1])), figure: "anticorrelated-densities",
            weights: ["anticorrelated-densities", "anticorrelated-densities-control"])
        page.claim(
            "anticorrelated.opposite-runs",
            "Single runs do so more often than with independent features (standard errors, over all densities).",
            source: section, passage: "Models prefer to represent anticorrelated features in",
            measured: pooled, expected: 3...(.infinity),
            control: .init("the luckiest twentieth of runs dealt at random", pooledByChance),
            figure: "anticorrelated-densities",
            weights: ["anticorrelated-densities", "anticorrelated-densities-control"])
        page.claim(
            "anticorrelated.same-factor",
            "Anticorrelated features prefer to be in the same tegum factor (share of partners, mean over densities).",
            source: "The Geometry of Superposition, Non-Uniform Superposition",
            passage: "features prefer to be in the same tegum", measured: mean(together10[0]), expected: 5.0 / 9...1,
            control: .init("independent features", mean(together10[1])),
            reason: """
                It depends on where training starts: with initial weights a twentieth of the authors’ it is \
                \(percent(mean(together10[2]))), with independent features \(percent(mean(together10[3]))).
                """,
            figure: "anticorrelated-densities",
            weights: ["anticorrelated-densities-factors", "anticorrelated-densities-factors-control"])
        //: Three correlated pairs cannot all be orthogonal in two dimensions.

        let threePairs = try await page.train(all: [
            pairs("correlated-side-by-side", pairs: 3, density: 0.02, .correlated(setSize: 2)),
            pairs("correlated-side-by-side-control", pairs: 3, density: 0.02, .independent),
        ])
        let crowded = Arrangements("Correlated", threePairs[0], setting: 0)
        let crowdedAlone = Arrangements("Independent", threePairs[1], setting: 0)
        try page.figure(
            "correlated-side-by-side",
            caption: """
                Three pairs of features in two dimensions, drawn as before.
                """,
            alt: """
                Two rows of embeddings, of correlated pairs and of independent features, and bars with the share of \
                runs in which all pairs are side by side, all features stored otherwise, or not all stored.
                """,
            data: arrangementsTable([crowded, crowdedAlone])
        ) { arrangements([crowded, crowdedAlone], shown: [.sideBySide, .mixed, .incomplete]) }

        let hexagonDensities = [0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15]
        let hexagonRuns = try await page.train(
            Experiment(
                id: "correlated-side-by-side-densities", architecture: .init(features: 6, hidden: 2),
                settings: hexagonDensities.map { uniform(density: $0, features: 6) },
                restarts: page.choose(paper: 64, quick: 16), steps: page.choose(paper: 3_000, quick: 1_500),
                batchSize: page.choose(paper: 512, quick: 256), learningRate: .linear(0.05)))
        let hexagons = hexagonDensities.indices.map { Arrangements("Independent", hexagonRuns, setting: $0) }
        let hexagonPlaces = zip(hexagonDensities, hexagons).filter { $1.best.represented().count == 6 }.map(\.0)

        //: Where all six features are stored, every pair stands side by side in \(beside-correlated) of the correlated
        //: runs, and in \(beside-independent) of the independent ones, whose colours are only names. There are 15 ways
        //: to divide the six places of a hexagon into pairs, and in two of them all pairs are side by side:
        //: \(beside-chance) by chance, and halfway from there to always is 0.57, from where on we speak of a
        //: preference. The best correlated run has gaps of \(gap-within)° within a pair and \(gap-across)° between
        //: pairs\(gap-verdict).
        //:
        //: The paper adds that independent features do not form a hexagon like this. In our runs all six are stored in
        //: \(hexagon-independent) of the cases, and with correlated pairs in \(hexagon-correlated). The best
        //: independent run is \(hexagon-best), so \(hexagon-reason). Of the densities from 0.01 to 0.15, the
        //: independent model of the least loss stores all six at \(hexagon-places), and between \(hexagon-least) and
        //: \(hexagon-most) of the single runs do. The paper gives no density for its remark: \(hexagon-holds).

        let crowdedGaps =
            crowded.best.represented().count == 6 ? gapsOfPairs(crowded.best) : (within: .nan, across: .nan)
        let isHexagonBest = crowdedAlone.best.represented().count == 6
        page["beside-chance"] = percent(2.0 / 15)
        page["gap-verdict"] =
            Arrangement(crowded.best) == .sideBySide
            ? ": positive interference between features that come together anyway is the lesser evil" : ""
        page["gap-within"] = fixed(crowdedGaps.within, 0)
        page["gap-across"] = fixed(crowdedGaps.across, 0)
        page["hexagon-best"] = isHexagonBest ? "a hexagon" : "no hexagon"
        page["hexagon-reason"] =
            isHexagonBest
            ? "it is training that misses what has the least loss, and a count depends on how one trains"
            : "the loss is a reason"
        page["hexagon-places"] = hexagonPlaces.isEmpty ? "none" : listing(hexagonPlaces.map { "\($0)" })
        let rareHexagons = zip(hexagonDensities, hexagons).filter { $1.complete <= 0.05 }.map { "\($0.0)" }
        page["hexagon-holds"] =
            rareHexagons.isEmpty
            ? "it holds at none of these densities"
            : "it holds at \(listing(rareHexagons)), where at most one run in twenty stores all six"
        let leastHexagons = percent(hexagons.map(\.complete).min() ?? .nan)
        let mostHexagons = percent(hexagons.map(\.complete).max() ?? .nan)
        page["hexagon-least"] = leastHexagons
        page["hexagon-most"] = mostHexagons
        page["beside-correlated"] = percent(crowded.amongComplete(.sideBySide).share)
        page["beside-independent"] = percent(crowdedAlone.amongComplete(.sideBySide).share)
        page["hexagon-correlated"] = percent(crowded.complete)
        page["hexagon-independent"] = percent(crowdedAlone.complete)
        page.claim(
            "correlated.side-by-side",
            "Models arrange correlated features side by side if they cannot be orthogonal (share of the runs that store all).",
            source: section, passage: "Models prefer to arrange correlated features side",
            measured: crowded.amongComplete(.sideBySide).share, expected: 0.57...1,
            control: .init("independent features", crowdedAlone.amongComplete(.sideBySide).share),
            figure: "correlated-side-by-side",
            weights: ["correlated-side-by-side", "correlated-side-by-side-control"])
        page.claim(
            "independent.no-hexagon",
            "Six independent features are not embedded as a hexagon (share of runs that store all six).",
            source: section, passage: "models will not embed 6 independent features",
            measured: crowdedAlone.complete, expected: 0...0.05,
            control: .init("correlated pairs", crowded.complete),
            reason: """
                The paper names no density, and the share depends on it: of runs at densities from 0.01 to 0.15, \
                \(leastHexagons) to \(mostHexagons) store all six.
                """,
            figure: "correlated-side-by-side",
            weights: ["correlated-side-by-side", "correlated-side-by-side-control"])
    }

    private func orthogonalBases(_ page: Page) async throws {
        //: ## Local bases
        //:
        //: In a larger model, twenty features in ten dimensions, let ten form one correlated set and ten another. Each
        //: set alone would fit: ten features, ten dimensions.

        let basisDensities = [0.3, 0.2, 0.1, 0.05, 0.03, 0.02]
        let shownBasis = 3
        func bases(_ id: String, _ dependence: FeatureDistribution.Dependence) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: 20, hidden: 10),
                settings: basisDensities.map { uniform(density: $0, features: 20, dependence: dependence) },
                restarts: 16, steps: page.choose(paper: 5_000, quick: 2_000),
                batchSize: page.choose(paper: 512, quick: 256),
                learningRate: .linear(1e-2))
        }
        let twoBases = try await page.train(all: [
            bases("local-bases", .correlated(setSize: 10)), bases("local-bases-control", .independent),
        ])
        let (correlatedBases, independentBases) = (twoBases[0], twoBases[1])
        let tens = sets(of: 10, features: 20)
        func models(_ trained: TrainedModels, _ setting: Int) -> [ToyModel] {
            trained.models(ofSetting: setting).map { trained[$0] }
        }
        let measures = basisDensities.enumerated().map { index, density in
            BasisMeasure(
                density: density, correlated: meanSuperposition(models(correlatedBases, index), sets: tens),
                independent: meanSuperposition(models(independentBases, index), sets: tens))
        }
        let agreements = twoBases.map { trained in basisDensities.indices.map { agreement(models(trained, $0)) } }
        let (basis, control) = (correlatedBases.best[shownBasis], independentBases.best[shownBasis])
        try page.figure(
            "local-bases",
            caption: """
                $W^T W$ of twenty features in ten dimensions, the run of the least loss of 16 at density \
                \(basisDensities[shownBasis]). Left: two correlated sets of ten. Middle: independent features. \
                Right: the superposition of a stored feature with features of the same set and of the other one, \
                against density, mean of all runs; dashed, of independent features.
                """,
            alt: """
                Two matrices of twenty rows, one of two correlated sets and one of independent features, and the \
                superposition within and across sets as lines against density.
                """,
            data: localBasesTable(
                correlated: basis, independent: control, density: basisDensities[shownBasis], measures)
        ) { localBases(correlated: basis, independent: control, density: basisDensities[shownBasis], measures) }

        //: How much is a feature in superposition, $\sum_{j \ne i} (\hat W_i \cdot W_j)^2$, and with whom? With
        //: correlated sets it is \(basis-within) with the features of the same set and \(basis-across) with those of
        //: the other, on average over all runs and densities. With independent features, divided into the same two
        //: groups, it is \(basis-within-alone) and \(basis-across-alone). An antipodal pair would make it 1. The paper
        //: says of such models that a set by itself has very little superposition; we ask for less than a tenth.
        //:
        //: Do models that are trained anew interfere in the same places? The $|\cos|$ of all pairs of features
        //: correlates between two runs with a coefficient of \(agreement), and of \(agreement-alone) with independent
        //: features. That is the paper's question whether different models group the same features together; a
        //: coefficient of 0.3 is a medium effect by the usual convention, and 0.1 a small one.

        let (within, across) = (mean(measures.map(\.correlated.within)), mean(measures.map(\.correlated.across)))
        let (withinAlone, acrossAlone) = (
            mean(measures.map(\.independent.within)), mean(measures.map(\.independent.across))
        )
        page["basis-within"] = fixed(within, 3)
        page["basis-across"] = fixed(across, 3)
        page["basis-within-alone"] = fixed(withinAlone, 3)
        page["basis-across-alone"] = fixed(acrossAlone, 3)
        page["agreement"] = number(mean(agreements[0]), digits: 2)
        page["agreement-alone"] = number(mean(agreements[1]), digits: 2)
        let section = "The Geometry of Superposition, Local Almost-Orthogonal Bases"
        page.claim(
            "local-bases.within",
            "Correlated sets by themselves have very little superposition (mean within the set, all runs and densities).",
            source: section, passage: "the correlated feature sets considered in isolation",
            measured: within, expected: 0...0.1, control: .init("independent features", withinAlone),
            figure: "local-bases")
        page.claim(
            "local-bases.across",
            "The model as a whole is in superposition, between the sets (share of it that is across).",
            source: section, passage: "even though the model as a whole", measured: across / (within + across),
            expected: 0.9...1, partly: 0.75...1,
            control: .init("independent features", acrossAlone / (withinAlone + acrossAlone)), figure: "local-bases")
        page.claim(
            "local-bases.same-grouping",
            "Correlations decide which features are grouped together, also across models (correlation of |cos| between runs).",
            source: "The Geometry of Superposition, Correlated and Anticorrelated Features",
            passage: "correlational structure strongly influences which features are", measured: mean(agreements[0]),
            expected: 0.3...1, partly: 0.1...1, control: .init("independent features", mean(agreements[1])),
            reason: """
                Correlation keeps the features of a set apart; with which of the other set one interferes differs from \
                run to run.
                """,
            figure: "local-bases")
    }

    private func collapsingPairs(_ page: Page) async throws {
        //: ## Collapse
        //:
        //: If two features always come together and there is room for only one, a model can store their sum and give up
        //: the difference. That is what principal component analysis would do. Three correlated pairs in two dimensions
        //: again, now from sparse to dense: the best of \(collapse-starts) models at each of \(collapse-densities)
        //: densities. We call a pair collapsed when the distance between its features is less than 0.3 of their length.
        //: The paper does not say how it trained or chose its models, so we set single runs beside the best, and train
        //: a second time at the constant rate of the authors' notebook, 0.001.

        let collapseDensities = multiples(
            of: 0.02, by: page.choose(paper: 1.1, quick: 1.21), count: page.choose(paper: 41, quick: 21))
        let plainDensities = [0.03, 0.05, 0.07, 0.1, 0.14, 0.18, 0.22, 0.26, 0.3, 0.35, 0.4, 0.5, 0.6]
        let collapseStarts = page.choose(paper: 32, quick: 16)
        func collapsing(
            _ id: String, _ densities: [Double], restarts: Int, steps: Int, _ learningRate: LearningRate
        ) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: 6, hidden: 2),
                settings: densities.map { uniform(density: $0, features: 6, dependence: .correlated(setSize: 2)) },
                restarts: restarts, steps: page.choose(paper: steps, quick: 2_000),
                batchSize: page.choose(paper: 512, quick: 256), learningRate: learningRate, evaluationSamples: 1 << 14)
        }
        let collapseRuns = try await page.train(all: [
            collapsing(
                "correlated-collapse", collapseDensities, restarts: collapseStarts, steps: 5_000, .linear(0.05)),
            collapsing(
                "correlated-collapse-constant", plainDensities, restarts: 16, steps: 10_000, .constant(1e-3)),
        ])
        let all = CollapseRuns.all(of: collapseRuns[0], at: collapseDensities)
        let plain = CollapseRuns.all(of: collapseRuns[1], at: plainDensities)
        let stages = all.map(\.best)
        let regimes = [
            ("None", middleStage(stages, collapsed: 0)), ("One", middleStage(stages, collapsed: 1)),
            ("Two", middleStage(stages, collapsed: 2)), ("All", middleStage(stages, collapsed: 3)),
            ("Like PCA", stages.min { abs($0.density - 0.8) < abs($1.density - 0.8) }),
        ].compactMap { entry in entry.1.map { (title: entry.0, stage: $0) } }
        let boundaries = [1, 2, 3].map { boundary(stages, collapsed: $0) }
        func medianBoundary(_ runs: [CollapseRuns], _ count: Int) -> Double? {
            boundary(runs.map(\.density), runs.map { Double($0.median) }, least: Double(count))
        }
        func text(_ place: Double?) -> String { place.map { number($0, digits: 2) } ?? "no density" }
        let pcaBoundary = boundary(stages.map(\.density), stages.map(\.lossOverPCA), least: 0.95)
        for count in 1...3 {
            page["collapse-\(count)"] = text(boundaries[count - 1])
            page["median-\(count)"] = text(medianBoundary(all, count))
            page["plain-\(count)"] = text(medianBoundary(plain, count))
        }
        let thirds = [
            ("the best runs", boundaries[2]), ("the median runs", medianBoundary(all, 3)),
            ("the median runs at the constant rate", medianBoundary(plain, 3)),
        ]
        page["third-nearest"] =
            thirds.compactMap { name, place in place.map { (name, abs(log($0 / 0.225))) } }
            .min { $0.1 < $1.1 }?.0 ?? "none"
        let thirdPlaces = thirds.compactMap(\.1)
        page["third-conclusion"] =
            (thirdPlaces.max() ?? 1) > 1.25 * (thirdPlaces.min() ?? 1)
            ? "So its place depends on how one trains and which run one takes: near a boundary both solutions are "
                + "local minima."
            : "So its place is not a matter of how one trains or which run one takes."
        page["pca-from"] = text(pcaBoundary)
        for (name, density) in [("quarter", 0.26), ("more", 0.3), ("most", 0.4)] {
            page["plain-\(name)"] = plain.first { $0.density == density }.map {
                "\($0.tally(3).count) of \($0.tally(3).of)"
            }
        }
        try page.figure(
            "correlated-collapse",
            caption: """
                Three correlated pairs in two dimensions. Above: a model of each regime, by the number of pairs that \
                have collapsed. Below: the distance within the pairs (in ascending order) of the best run; how many pairs \
                have collapsed in it, and in the median run of both kinds of training; and its loss over that of PCA; \
                against density. Thin lines: the boundaries that the paper gives, 0.05, 0.15, 0.2 to 0.25, and 0.5.
                """,
            alt: """
                Embeddings of \(listing(regimes.map { String($0.stage.collapsed) })) collapsed pairs, and three panels \
                against density: distances within the pairs, the number of collapsed pairs, and the loss over that of \
                PCA.
                """,
            data: collapseTable(all, plain), exploring: .frames(collapseFrames(stages))
        ) { collapse(all, plain, shown: regimes, papers: [0.05, 0.15, 0.2, 0.25, 0.5]) }

        //: In the best runs the first pair collapses at \(collapse-1), the second at \(collapse-2), and the third at
        //: \(collapse-3). The paper says approximately 0.05, 0.15, and somewhere between 0.2 and 0.25. What would a
        //: single run have shown? The median run has one, two and three pairs collapsed from \(median-1), \(median-2)
        //: and \(median-3) on, and at the authors' constant rate from \(plain-1), \(plain-2) and \(plain-3) on. At that
        //: rate all three pairs have collapsed in \(plain-quarter) runs at density 0.26, in \(plain-more) at 0.3, and
        //: in \(plain-most) at 0.4. Of these, the third boundary that is nearest to the paper's is that of
        //: \(third-nearest). \(third-conclusion)

        page["collapse-starts"] = String(collapseStarts)
        page["collapse-densities"] = String(stages.count)
        page["principal"] = percent(stages.last?.principalShare ?? .nan)
        page["principal-sparse"] = percent(stages.first?.principalShare ?? .nan)
        let section = "The Geometry of Superposition, Collapsing of Correlated Features"
        let order = PermutationTest(
            observed: Double(risesByOne(stages)), permutations: 999, using: page.stream("shuffled-densities")
        ) { Double(risesByOne(stages.shuffled(using: &$0))) }
        page.claim(
            "collapse.order",
            "As density rises pairs collapse one after the other: none, one, two, all (steps in which the count rises by one; none falls).",
            source: section, passage: "As we decrease sparsity, the features progressively",
            measured: order.observed, of: 3, expected: 3...3,
            control: .init("the luckiest twentieth of shuffled densities", quantile(0.95, of: order.null)),
            figure: "correlated-collapse", weights: ["correlated-collapse"])

        //: We read the paper's boundaries as right to within a fifth or less. There is no *partly*: it gives four, and
        //: wider ranges would leave hardly a place for a wrong one. Above the last, it has the solution that is most
        //: like PCA. We say that a model is like PCA when its loss is at least 0.95 of what PCA has, which keeps two of
        //: the pairs' three sums: that is so from \(pca-from) on. At the dense end \(principal) of $\lVert W
        //: \rVert_F^2$ lies along the pairs' sums, and \(principal-sparse) at the sparse end. For PCA any plane in the
        //: space of the three sums is as good as any other.

        for (name, count, place, expected) in [
            ("first", 1, "0.05", 0.04...0.06), ("second", 2, "0.15", 0.13...0.17),
            ("third", 3, "0.2 to 0.25", 0.18...0.27),
        ] {
            page.claim(
                "collapse.\(name)",
                "The \(name) pair collapses at a density of about \(place).",
                source: section,
                passage: ["No Features Collapsed", "One Set of Features Collapsed", "Two Sets of Features Collapsed"][
                    count - 1],
                measured: boundaries[count - 1] ?? .nan, expected: expected,
                reason: count == 2
                    ? nil
                    : "The paper does not say how it trained or chose its models. At the authors’ constant rate the "
                        + "median run’s \(name) pair collapses at \(text(medianBoundary(plain, count))).",
                figure: "correlated-collapse", weights: ["correlated-collapse"])
        }
        page.claim(
            "collapse.pca-like",
            "From a density of about 0.5 on the solution is most like PCA (loss at least 0.95 of PCA’s).",
            source: section, passage: "Most PCA-like Solution", measured: pcaBoundary ?? .nan, expected: 0.45...0.55,
            reason: """
                The paper gives no measure of what is like PCA. By ours, a loss of at least 0.95 of PCA’s, the place \
                is elsewhere.
                """,
            figure: "correlated-collapse", weights: ["correlated-collapse"])
        page.claim(
            "collapse.pca",
            "In very dense regimes the solution is that of PCA (share of ‖W‖² along the pairs’ sums, densest model).",
            source: section, passage: "In very dense regimes, the solution becomes equivalent",
            measured: stages.last?.principalShare ?? .nan, expected: 0.98...1, partly: 0.9...1,
            control: .init("the sparsest model", stages.first?.principalShare ?? .nan),
            figure: "correlated-collapse", weights: ["correlated-collapse"])
    }
}
