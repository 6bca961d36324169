//: # Superposition as a phase change
//:
//: When is a feature stored in superposition, and is there a sharp boundary? A feature that competes for too few
//: dimensions has three possible fates: it is not learned, it shares dimensions with others, or it gets one of its own.
//: Nothing forbids a smooth passage from one to the next. The paper finds sharp boundaries instead, and draws a phase
//: diagram of them. [@elhage2022] Here it is drawn again, with the theory beside it, and the difference between the two.

import Analysis
import Foundation
import Notebook
import ToyModels

public struct PhaseChange: Chapter {
    public let source = Source()

    public init() {}

    public func run(_ page: Page) async throws {
        let (two, three) = (PhaseTheory(hidden: 1), PhaseTheory(hidden: 2))
        try threeFates(page, two, three)
        let trained = try await phaseDiagrams(page, two, three)
        try await firstOrderTransition(page, two)
        try confusedFeature(page, two)
        try activationFunctions(page, trained)
        page.result(
            #"""
            How rare and how important a feature is decides whether it is ignored, shares a dimension or gets its own,
            with sharp boundaries. Simple formulas predict this for the best models in \(agreement-best-2) of the cases.
            """#, figure: "phase-2x1-empirical")
    }

    private func threeFates(_ page: Page, _ two: PhaseTheory, _ three: PhaseTheory) throws {
        //: ## Three fates
        //:
        //: Take $m$ dimensions and $m + 1$ features, all of the same density $p = 1 - S$. All but the last have
        //: importance 1; the last, the *extra* feature, has importance $r$. What becomes of it? The smallest case is
        //: $m = 1$: two features on a line. There are three natural ways to store them, and each has a loss that can be
        //: written down. For a feature that is not learned the model outputs the mean, which costs the feature's
        //: variance, $v = p/3 - (p/2)^2$, times its importance. Two features that share a line as an antipodal pair,
        //: $W = [1, -1]$, disturb each other only where both are active: the ReLU cuts off the one that loses, the
        //: other is wrong by the smaller of the two values, and each costs $p^2/6$ times its importance. So
        //:
        //: $$\begin{aligned}
        //: W = [1, 0]\colon && L &= r\,v && \text{not learned,} \\
        //: W = [0, 1]\colon && L &= v && \text{dedicated,} \\
        //: W = [1, -1]\colon && L &= (1 + r)\, p^2/6 && \text{in superposition.}
        //: \end{aligned}$$
        //:
        //: Three features in two dimensions have four natural solutions. The extra one is not learned, $L = r v$; or
        //: another one is not, $L = v$; or the extra one and another form an antipodal pair, $L = (1 + r)\,p^2/6$; or
        //: the other two do, $L = p^2/3$, and the extra one has a dimension of its own. Which solution is best depends
        //: on $p$ and $r$, and where two of them cost the same there is a boundary.

        try page.figure(
            "outcomes",
            caption: """
                The natural solutions: directions of the features as arrows, a ring for a feature that has none. The \
                title says what becomes of the extra feature.
                """,
            alt: """
                On a line: the ordinary feature alone, the extra feature alone, or both pointing in opposite \
                directions. In the plane: the extra feature missing, another one missing, the extra one opposite to \
                another, or the other two opposite to each other and the extra one at a right angle.
                """,
            data: outcomesTable([two, three])
        ) { outcomes([two, three]) }
    }

    /// - Returns: the diagram of the trained models with two features in one dimension.
    private func phaseDiagrams(
        _ page: Page, _ two: PhaseTheory, _ three: PhaseTheory
    ) async throws -> PhaseDiagram {
        //: ## Two features in one dimension
        //:
        //: The paper trains ten models at each point of a grid of densities and importances, discards the worst and
        //: averages the rest. So do we, on a grid of \(cells-2x1). We average the length $\lVert W_2 \rVert$ of the
        //: extra feature's direction, shown as the strength of the colour, and its superposition, shown as the hue. We
        //: also show the best of the ten alone, by expected loss, which is computed in closed form and not from
        //: samples.

        let cells = page.choose(paper: 64, quick: 16)
        let densities = twoDecades(from: 0.01, cells: cells).reversed()
        let importances = twoDecades(from: 0.1, cells: cells)
        page["cells-2x1"] = "\(cells) × \(cells)"
        func diagram(_ id: String, hidden: Int, steps: Int) -> Experiment {
            Experiment(
                id: id, architecture: .init(features: hidden + 1, hidden: hidden),
                settings: densities.flatMap { density in
                    importances.map { setting(hidden: hidden, density: density, importance: $0) }
                },
                restarts: 10, steps: page.choose(paper: steps, quick: 1_000), batchSize: 256,
                learningRate: .linear(0.1), evaluationSamples: 1 << 15)
        }
        let trained2 = try await page.train(diagram("phase-2x1-empirical", hidden: 1, steps: 2_500))
        let diagram2 = PhaseDiagram(two, trained: trained2)

        try page.figure(
            "phase-2x1-empirical",
            caption: """
                The fate of the extra feature, with two features in one dimension. Ten models for every cell. \
                Left: the average of the nine better ones. Middle: the best one. Right: the expected loss of \
                the best one relative to that of the best closed form; blue is where training found something \
                better. Dashed: where the closed forms put the boundaries.
                """,
            alt: """
                Three diagrams. Among the best models, the extra feature is not learned in \(shares(diagram2)[0]) of \
                the cells, in superposition in \(shares(diagram2)[1]) and dedicated in \(shares(diagram2)[2]). The \
                average is as the closed forms say in \(percent(diagram2.agreement(\.average), digits: 0)) of the \
                cells, the best model in \(percent(diagram2.agreement(\.best), digits: 0)). In \
                \(percent(diagram2.improved(by: 0.01), digits: 0)) of the cells its loss is lower by more than 1%.
                """,
            data: diagramTable(diagram2), exploring: .cells(phaseCells(trained2))
        ) { empiricalDiagram(diagram2) }

        try page.figure(
            "phase-2x1-theory",
            caption: """
                The same diagram from the closed forms, and the cells in which the trained models have another \
                fate, coloured by that fate. Dot: the triple point.
                """,
            alt: """
                The closed forms' diagram has three regions: not learned at the top left, dedicated at the top right, \
                superposition below both. The average differs from it in \
                \(percent(1 - diagram2.agreement(\.average), digits: 0)) of the cells, the best model in \
                \(percent(1 - diagram2.agreement(\.best), digits: 0)).
                """,
            data: diagramTable(diagram2)
        ) { theoreticalDiagram(diagram2) }

        //: The diagrams agree in \(agreement-average-2) of the cells for the average and in \(agreement-best-2) for the
        //: best model. The two kinds of disagreement have different causes.
        //:
        //: *Speckles* are training that got stuck. Only \(success-2) of all models come within 1% of the best in their
        //: cell. In one dimension a weight cannot turn around; it can only pass through zero. If both weights start
        //: with the same sign, which half of them do, one feature has to be given up before it can come back on the
        //: other side, and where features are rare and the ReLU already silences it, it does not come back. In the
        //: average of nine this shows as a washed-out colour where the extra feature matters less, for then it is the
        //: one that is given up, and as purple where it matters more. The average of nine has another fate than the
        //: best model in \(speckles-2) of the cells.
        //:
        //: *The rim* is theory that is too simple. Trained models have up to \(saving-2) less loss than any of the
        //: three natural solutions: their weights have other lengths, with biases to match. They do better by more than
        //: 1% in \(improved-2) of the cells, and \(rim-2) of those are at a boundary of the closed forms, within a
        //: factor of two in importance. Superposition fills \(share-trained-2) of the diagram, where the closed forms
        //: say \(share-theory-2). The three phases of the best models meet at density \(triple-density), by symmetry at
        //: equal importance. In the cells beside it we also minimise the expected loss without training. The least one
        //: is that of a pair up to density \(triple-density-exact). So the closed forms are not exact at their triple
        //: point; and where it is depends on what we still call learned and shared: with limits of 0.3 instead of 0.5
        //: for length and superposition the best models have it at \(triple-density-low). The paper's diagram is
        //: blurred there, too.
        //:
        //: How much agreement is agreement? The paper compares its two diagrams by eye. A diagram that shows
        //: superposition everywhere is right in \(constant-2) of the cells, as most of it *is* superposition. So we say
        //: that two diagrams agree if they do so in at least half of the cells that the best diagram of a single fate
        //: gets wrong, partly if it is a quarter. A phase occurs if it fills a twentieth of the diagram; with a linear
        //: output, whose least loss we find by descent, the rarest one fills \(linear-phases). The triple point is
        //: where the closed forms say if it is within a tenth, partly within a quarter. The loss is the sum over
        //: features, as in the first chapter.

        page["triple-density"] = diagram2.triplePoint().map { fixed($0.density, 2) } ?? "–"
        let endOfPairs = fixed(
            exactEndOfPairs(
                two, densities: densities.reversed(), importance: importances[cells / 2]), 2)
        page["triple-density-exact"] = endOfPairs
        page["triple-density-low"] = diagram2.triplePoint(limit: 0.3).map { fixed($0.density, 2) } ?? "–"
        let constant2 = diagram2.constantAgreement
        let linearPhases = [two, three].map { rarestLinearFate($0, importances: importances) }
        page["linear-phases"] = percent(linearPhases[0], digits: 0)
        page["constant-2"] = percent(constant2)
        page["speckles-2"] = percent(diagram2.speckles)
        page["rim-2"] = percent(diagram2.rim(margin: 0.01))
        page["share-trained-2"] = percent(diagram2.share(of: .superposition))
        page["share-theory-2"] = percent(diagram2.theoreticalShare(of: .superposition))
        page["agreement-average-2"] = percent(diagram2.agreement(\.average))
        page["agreement-best-2"] = percent(diagram2.agreement(\.best))
        page["success-2"] = percent(diagram2.successRate(restarts: 10))
        page["saving-2"] = percent(diagram2.largestSaving)
        page["improved-2"] = percent(diagram2.improved(by: 0.01))
        page.claim(
            "phase.2x1.average",
            "With two features in one dimension the average of trained models agrees with the closed forms (share of cells).",
            source: "Superposition as a Phase Change", passage: "We can compare this to a theoretical",
            measured: diagram2.agreement(\.average), expected: (1 + constant2) / 2...1,
            partly: (1 + 3 * constant2) / 4...1, control: .init("the best diagram of a single fate", constant2),
            figure: "phase-2x1-empirical")
        page.claim(
            "phase.2x1.best",
            "So does the best trained model (share of cells).",
            source: "Superposition as a Phase Change", passage: "observed in both the empirical and theoretical",
            measured: diagram2.agreement(\.best), expected: (1 + constant2) / 2...1,
            partly: (1 + 3 * constant2) / 4...1, control: .init("the best diagram of a single fate", constant2),
            figure: "phase-2x1-empirical")
        page.claim(
            "phase.2x1.phases",
            "All three fates occur: share of the diagram of the rarest one, best models.",
            source: "Superposition as a Phase Change", passage: "there are three outcomes for a feature",
            measured: PhaseTheory.Fate.allCases.map { diagram2.share(of: $0) }.min() ?? 0,
            expected: 0.05...1, control: .init("a linear output", linearPhases[0]), figure: "phase-2x1-empirical")
        page.claim(
            "phase.2x1.triple-density",
            "The three phases meet in a triple point, at density 4/7 by the closed forms.",
            source: "Comments and Replications, McGrath", passage: "around the triple point in the phase diagram",
            measured: diagram2.triplePoint()?.density ?? .nan,
            expected: 0.9 * 4 / 7...1.1 * 4 / 7, partly: 0.75 * 4 / 7...1.25 * 4 / 7,
            reason: """
                The closed forms are not exact there: without training, too, pairs are best up to density \
                \(endOfPairs). And it depends on what counts as learned.
                """,
            figure: "phase-2x1-empirical")

        //: ## Three features in two dimensions
        //:
        //: One more feature and one more dimension. Now there are two ways to use superposition, and in one of them the
        //: extra feature is the one that profits: if it matters more than the others, those can share a dimension.

        let trained3 = try await page.train(diagram("phase-3x2-empirical", hidden: 2, steps: 3_000))
        let diagram3 = PhaseDiagram(three, trained: trained3)

        try page.figure(
            "phase-3x2-empirical",
            caption: """
                The fate of the extra feature, with three features in two dimensions, drawn as for two in one.
                """,
            alt: """
                Three diagrams. Among the best models, the extra feature is not learned in \(shares(diagram3)[0]) of \
                the cells, in superposition in \(shares(diagram3)[1]) and dedicated in \(shares(diagram3)[2]). The \
                average is as the closed forms say in \(percent(diagram3.agreement(\.average), digits: 0)) of the \
                cells, the best model in \(percent(diagram3.agreement(\.best), digits: 0)).
                """,
            data: diagramTable(diagram3), exploring: .cells(phaseCells(trained3))
        ) { empiricalDiagram(diagram3) }
        try page.figure(
            "phase-3x2-theory",
            caption: """
                The closed forms' diagram for three features in two dimensions, and where the trained models \
                have another fate.
                """,
            alt: """
                In the closed forms' diagram a vertical boundary at importance one divides superposition on the left \
                from dedicated on the right, below the triple point. The average differs in \
                \(percent(1 - diagram3.agreement(\.average), digits: 0)) of the cells, the best model in \
                \(percent(1 - diagram3.agreement(\.best), digits: 0)).
                """,
            data: diagramTable(diagram3)
        ) { theoreticalDiagram(diagram3) }

        //: The agreement is \(agreement-average-3) for the average and \(agreement-best-3) for the best, where a
        //: diagram of a single fate gets \(constant-3). The vertical boundary is the hard one: there are antipodal
        //: pairs on both sides of it, of the extra feature and another on the left, of the other two on the right, and
        //: their losses differ only by the factor $2 / (1 + r)$. A model that has formed one pair would have to break
        //: it to form the other: below density 0.5, \(wrong-near) of the runs with $r$ from 1 to 3 end with the extra
        //: feature in a pair, and \(wrong-far) of those with $r$ above 5. The average shows the mixture, as a band
        //: whose colour is neither of the two.
        //:
        //: And there is a rim again: the best models have up to \(saving-3) less loss than the natural solutions. Some
        //: lie between two natural solutions: a pair, but with shortened or unequal weights. Near $r = 1$ all three
        //: features may be in superposition at once, which the paper leaves out; in the next chapter we meet that as a
        //: triangle.

        let constant3 = diagram3.constantAgreement
        page["constant-3"] = percent(constant3)
        page["saving-3"] = percent(diagram3.largestSaving)
        page["wrong-near"] = percent(diagram3.shareOfRuns(.superposition, density: 0...0.5, importance: 1...3))
        page["wrong-far"] = percent(diagram3.shareOfRuns(.superposition, density: 0...0.5, importance: 5...10))
        page["agreement-average-3"] = percent(diagram3.agreement(\.average))
        page["agreement-best-3"] = percent(diagram3.agreement(\.best))
        page.claim(
            "phase.3x2.average",
            "With three features in two dimensions the average agrees with the closed forms (share of cells).",
            source: "Superposition as a Phase Change", passage: "We can ask this same question of embedding",
            measured: diagram3.agreement(\.average), expected: (1 + constant3) / 2...1,
            partly: (1 + 3 * constant3) / 4...1, control: .init("the best diagram of a single fate", constant3),
            figure: "phase-3x2-empirical")
        page.claim(
            "phase.3x2.best",
            "So does the best trained model (share of cells).",
            source: "Superposition as a Phase Change", passage: "These diagrams suggest that there really is",
            measured: diagram3.agreement(\.best), expected: (1 + constant3) / 2...1,
            partly: (1 + 3 * constant3) / 4...1, control: .init("the best diagram of a single fate", constant3),
            figure: "phase-3x2-empirical")
        page.claim(
            "phase.3x2.phases",
            "All three fates occur: share of the diagram of the rarest one, best models.",
            source: "Superposition as a Phase Change", passage: "These diagrams suggest that there really is",
            measured: PhaseTheory.Fate.allCases.map { diagram3.share(of: $0) }.min() ?? 0,
            expected: 0.05...1, control: .init("a linear output", linearPhases[1]), figure: "phase-3x2-empirical")
        return diagram2
    }

    private func firstOrderTransition(_ page: Page, _ two: PhaseTheory) async throws {
        //: ## A first-order transition
        //:
        //: Is this a phase change in the sense of physics? In the closed forms it is: the lowest loss is the lower
        //: envelope of curves that cross, so that at a boundary the loss is continuous, its slope jumps, and the
        //: weights jump. We follow one line through the diagram of two features, at density \(line-density), with
        //: models trained for it: \(line-restarts) at each of \(line-places) importances. The slope in $r$ needs no
        //: differences between neighbours: at a minimum a change of the weights does not count to first order, and
        //: $\partial L / \partial r$ is what the extra feature alone costs.

        let line = twoDecades(from: 0.1, cells: page.choose(paper: 128, quick: 32))
        let restarts = page.choose(paper: 32, quick: 16)
        let trainedLine = try await page.train(
            Experiment(
                id: "loss-crossover",
                architecture: .init(features: 2, hidden: 1),
                settings: line.map { setting(hidden: 1, density: 0.25, importance: $0) },
                restarts: restarts, steps: page.choose(paper: 3_000, quick: 1_000),
                batchSize: page.choose(paper: 1024, quick: 256),
                learningRate: .linear(0.1), evaluationSamples: 1 << 15))
        let crossover = Crossover(two, trained: trainedLine)
        let exact = Crossover(minimising: two, density: crossover.density, importances: line)
        page["line-density"] = "\(crossover.density)"
        page["line-restarts"] = String(restarts)
        page["line-places"] = String(line.count)
        try page.figure(
            "loss-crossover",
            caption: """
                Along a line through the phase diagram, at density \(crossover.density). Top: the closed \
                forms' losses as lines, the expected loss of every trained model as a dot, coloured by the \
                fate of its extra feature. Middle: the slope of the best model's loss with respect to \
                importance, and that of the best closed form. Bottom: how the best model stores the extra \
                feature. The thin line: the least expected loss of all, found without training. Vertical: where the closed \
                forms' losses cross.
                """,
            alt: """
                The loss against importance, its slope, and the extra feature's weights. The best model's weights jump \
                at importances \(jumpPlaces(crossover)), where the closed forms cross at \
                \(crossover.boundaries.map { number($0.importance, digits: 2) }.joined(separator: " and ")); there the \
                slope falls in steps.
                """,
            data: crossoverTable(crossover, exact: exact)
        ) { crossoverFigure(crossover, exact: exact) }

        //: Training also ends in solutions that are no longer the best, as water can stay liquid below freezing:
        //: \(stuck-share) of the models have more than 1% more loss than the best of their place. (Some dots above the
        //: curves are models in which an output has died, or both: they output 0 instead of a feature's mean, which
        //: costs $p/3$ and not $v$.) The best loss is continuous, as any least loss must be; whether the transition is
        //: of first order shows in its slope. That falls to \(slope-first) of its size within one step of the line at
        //: the first boundary, and to \(slope-second) at the second, and the weights jump with it. Away from the
        //: boundaries no step changes the slope by more than \(slope-elsewhere) of the closed forms' smaller jump, or a
        //: weight by more than \(weights-elsewhere).
        //:
        //: The jumps are not where the closed forms cross but \(boundary-factor) times further out in importance. Is
        //: that our training? With two features in one dimension there are four parameters, and their expected loss can
        //: be minimised directly. The optimum that this finds jumps \(exact-factor) times further out, and the best
        //: trained models have at most \(excess) more loss. So it is \(jump-cause): a pair whose weights are not quite
        //: $[1, -1]$ does better than the ideal one, superposition reaches further, and the jumps at its ends are
        //: smaller. That of the slope is \(jump-share) of the closed forms', and \(exact-jump-share) at the optimum;
        //: the smaller jump of a weight is \(weight-jump), and \(exact-weight-jump) at the optimum, where the closed
        //: forms' is 1. We read *at the same place* as within a tenth, partly within a half, and a *jump* as at least
        //: half of the closed forms', partly a quarter.

        let slopes = crossover.jumps.map { crossover.places[$0 + 1].slope / crossover.places[$0].slope }
        let elsewhere = crossover.largestStepElsewhere
        page["stuck-share"] = percent(crossover.stuckShare)
        page["boundary-factor"] = fixed(boundaryError(crossover), 2)
        page["exact-factor"] = fixed(boundaryError(exact), 2)
        page["jump-cause"] =
            abs(boundaryError(exact) / boundaryError(crossover) - 1) < 0.02
            ? "the closed forms that are too simple, which the paper chose to compare with, and not the training"
            : "in part the training"
        page["weight-jump"] = fixed(smallestWeightJump(crossover), 2)
        page["exact-weight-jump"] = fixed(smallestWeightJump(exact), 2)
        page["excess"] = percent(
            zip(crossover.places, exact.places).map { $0.loss / $1.loss - 1 }.max() ?? .nan, digits: 2)
        page["jump-share"] = percent(slopeJump(crossover))
        page["exact-jump-share"] = percent(slopeJump(exact))
        page["slope-first"] = slopes.first.map { percent($0) } ?? "–"
        page["slope-second"] = slopes.last.map { percent($0) } ?? "–"
        page["slope-elsewhere"] = percent(elsewhere.slope)
        page["weights-elsewhere"] = fixed(elsewhere.weights, 2)
        page.claim(
            "crossover.boundaries",
            "The best model's weights jump where the closed forms' losses cross (ratio of importances, the larger at two boundaries).",
            source: "Superposition as a Phase Change", passage: "crossover between the functions",
            measured: boundaryError(crossover), expected: 1...1.1, partly: 1...1.16,
            control: .init("places at random within a factor of two", pow(2, 2 / 3.0)),
            reason: """
                The closed forms are too simple: a pair with weights not quite 1 and −1 is better. The optimum, \
                without training, jumps \(fixed(boundaryError(exact), 2)) times further out.
                """,
            figure: "loss-crossover")
        page.claim(
            "crossover.slope",
            "The derivative of the least loss is not continuous: its smaller jump within one step of the line, over the closed forms'.",
            source: "Superposition as a Phase Change", passage: "causing a discontinuity in the derivative",
            measured: slopeJump(crossover), expected: 0.5...1.5, partly: 0.25...2,
            control: .init("a step away from the boundaries", elsewhere.slope), figure: "loss-crossover")
        page.claim(
            "crossover.weights",
            "The weights jump: the extra feature's length at the first boundary or its superposition at the second, whichever jumps less.",
            source: "Superposition as a Phase Change",
            passage: "discontinuously changes in magnitude and superposition",
            measured: smallestWeightJump(crossover), expected: 0.5...1.5,
            partly: 0.25...2, control: .init("a step away from the boundaries", elsewhere.weights),
            reason: """
                A pair with weights not quite 1 and −1 beats the ideal one, so weights jump by less: by \
                \(fixed(smallestWeightJump(exact), 2)) at the optimum, without training.
                """,
            figure: "loss-crossover")
    }

    private func confusedFeature(_ page: Page, _ two: PhaseTheory) throws {
        //: ## Without a bias: the confused feature
        //:
        //: A comment in the paper, by Tom McGrath, adds that for two features in one dimension the expected loss can be
        //: integrated exactly if there is no bias, and that its surface over $(W_1, W_2)$ has a minimum that is none of
        //: the natural solutions: where both features are dense and important, $W_1 \approx W_2$. One number then
        //: stands for both features, a *confused feature*.

        let regimes = [
            (title: "<i>S</i> = 0.5, <i>I</i><sub>2</sub> = 0.2", surface: LossSurface(sparsity: 0.5, importance: 0.2)),
            (title: "<i>S</i> = 0.9, <i>I</i><sub>2</sub> = 0.8", surface: LossSurface(sparsity: 0.9, importance: 0.8)),
            (title: "<i>S</i> = 0.1, <i>I</i><sub>2</sub> = 0.8", surface: LossSurface(sparsity: 0.1, importance: 0.8)),
        ]
        let steps = page.choose(paper: 100, quick: 50)
        let path = (1..<steps).map { LossSurface(sparsity: 1 - Double($0) / Double(steps), importance: 0.8) }
        let smooth = [steps, 2 * steps].map { globalMinima(from: (0.5, 0.2), to: (0.9, 0.8), steps: $0) }
        let sudden = [steps, 2 * steps].map { globalMinima(from: (0.9, 0.8), to: (0.1, 0.8), steps: $0) }
        let confused = regimes[2].surface.minima
        try page.figure(
            "loss-surfaces",
            caption: """
                The exact expected loss of two features in one dimension without a bias, dark where it is high, in \
                even steps. Red: the global minimum and its mirror image; white: other minima. Below, left: the global \
                minimum's weights as density changes, at the importance of the two surfaces on the right. Middle: the \
                same on the straight line of settings from the first surface to the second. Right: how much of the \
                surface descends to the global minimum, over how much to the other one, where there are two.
                """,
            alt: """
                Three surfaces, whose global minima are at weights \
                \(regimes.map { weights($0.surface.minima.first) }.joined(separator: "; ")). As density rises the global \
                minimum moves by up to \(fixed(largestChange(sudden[0]), 2)) in one step; from the first surface to the \
                second by \(fixed(largestChange(smooth[0]), 2)) at most.
                """,
            data: surfacesTable(regimes.map(\.surface), path: path, smooth: smooth[0])
        ) { surfaces(regimes, path: path, smooth: smooth[0]) }

        //: At $S = 0.1$ and $I_2 = 0.8$ the global minimum is at $(W_1, W_2)$ = (\(confused-weights)), with a loss of
        //: \(confused-loss), against \(confused-antipodal) at the other minimum. Coming from sparse features, the
        //: global minimum jumps at density \(confused-jump). It is a matter of the missing bias. With one, not learning
        //: the less important feature costs $0.8\,v$ = \(ignored-loss) there, which is \(ignored-comparison).
        //:
        //: The comment also says that the way from low importance to the antipodal pair is smooth, and sees in this the
        //: reason why the phase diagram is blurred around its triple point. We ask what halving the steps along the
        //: line from the first surface to the second does to the largest change of a weight: for a smooth motion it
        //: halves, for a jump it stays. It becomes \(smooth-ratio) times as large, and \(sudden-ratio) times on the way
        //: from the pair to the confused feature. The comment does not give the settings of its first two surfaces, so
        //: \(table:transitions) looks at other importances: the smallest jump of the global minimum there is
        //: \(least-jump). Nothing is trained here, so this \(smooth-is). The two minima are on different sides of
        //: $W_2 = 0$, which is none: there, a small positive $W_2$ always helps, as the second output then follows the
        //: first feature a little, and with it its own mean.
        //:
        //: Near a transition, says the comment, the global minimum can have a considerably smaller basin than a local
        //: one. We follow the surface downhill from all places with weights up to 1.5. The smallest ratio of the global
        //: minimum's basin to the other's, beside any of these jumps, is \(basin-least), at importance
        //: \(basin-importance). The comment gives no number, and it matters from how far out one starts. We read
        //: *considerably smaller* as half of the other or less, partly as smaller by a tenth, and *smooth* as a largest
        //: change that halves with the steps, within a fifth.

        let transitions = [0.1, 0.2, 0.4, 0.8].map { Transition(importance: $0, steps: steps) }
        var table = Table("importance", "density of the jump", "largest change of a weight", "basin over the other's")
        for place in transitions { table.append(place.importance, place.density, place.jump, place.basinRatio) }
        try page.table(
            "transitions",
            caption: """
                Where the global minimum of two features without a bias jumps as density rises, at four importances; and \
                how large its basin is beside the jump, over that of the other minimum.
                """,
            table)

        let lowImportance = regimes[0].surface.minima.first
        let antipodal = regimes[1].surface.minima.first
        let least = transitions.filter { !$0.basinRatio.isNaN }.min { $0.basinRatio < $1.basinRatio }
        let ignored = two.loss(of: .extraIgnored, density: 0.9, importance: 0.8)
        let smoothRatio = largestChange(smooth[1]) / largestChange(smooth[0])
        let suddenRatio = largestChange(sudden[1]) / largestChange(sudden[0])
        page["confused-weights"] = weights(confused.first)
        page["confused-loss"] = confused.first.map { fixed($0.loss, 4) } ?? "–"
        page["confused-antipodal"] = confused.dropFirst().first.map { fixed($0.loss, 4) } ?? "–"
        page["confused-jump"] = jump(path).map { fixed($0.density, 2) } ?? "–"
        page["ignored-loss"] = fixed(ignored, 4)
        page["ignored-comparison"] = confused.first.map { ignored < $0.loss ? "less" : "more" } ?? "–"
        page["smooth-ratio"] = fixed(smoothRatio, 2)
        page["sudden-ratio"] = fixed(suddenRatio, 2)
        page["least-jump"] = fixed(transitions.map(\.jump).min() ?? .nan, 2)
        page["smooth-is"] =
            smoothRatio < 0.6 ? "agrees with the comment" : "is a difference to the comment and not to our training"
        page["basin-least"] = least.map { fixed($0.basinRatio, 2) } ?? "–"
        page["basin-importance"] = least.map { number($0.importance) } ?? "–"
        let source = "Comments and Replications, McGrath"
        page.claim(
            "surfaces.confused",
            "Without a bias, at S = 0.1 and I = 0.8, the global minimum has nearly equal weights (their ratio).",
            source: source, passage: "weights are similar rather than antipodal",
            measured: confused.first.map { $0.second / $0.first } ?? .nan, expected: 0.8...1.25,
            control: .init("sparse features", antipodal.map { $0.second / $0.first } ?? .nan),
            figure: "loss-surfaces", weights: [])
        page.claim(
            "surfaces.two-minima",
            "That surface has two minima, up to symmetry.",
            source: source, passage: "lead to loss surfaces with two minima",
            measured: Double(confused.count), expected: 2...2, figure: "loss-surfaces", weights: [])
        page.claim(
            "surfaces.antipodal",
            "With sparse features the global minimum is an antipodal pair (ratio of the weights).",
            source: source, passage: "have minima qualitatively similar to one",
            measured: antipodal.map { $0.second / $0.first } ?? .nan, expected: -1.25...(-0.8),
            control: .init("dense features", confused.first.map { $0.second / $0.first } ?? .nan),
            figure: "loss-surfaces", weights: [])
        page.claim(
            "surfaces.low-importance",
            "Low importance leads to a low but nonzero weight (|W₂| over |W₁|).",
            source: source, passage: "they can be quantitatively different",
            measured: lowImportance.map { abs($0.second / $0.first) } ?? .nan, expected: 0.01...0.5,
            control: .init("importance 0.8", antipodal.map { abs($0.second / $0.first) } ?? .nan),
            figure: "loss-surfaces", weights: [])
        page.claim(
            "surfaces.discontinuous",
            "The transition between antipodal and confused is discontinuous (largest change of a weight in one step).",
            source: source, passage: "The transition between the antipodal and confused-feature",
            measured: largestChange(sudden[0]), expected: 0.5...3,
            control: .init("the next largest step", changes(sudden[0]).sorted().dropLast().last ?? .nan),
            figure: "loss-surfaces", weights: [])
        page.claim(
            "surfaces.smooth",
            "The transition from low importance to antipodal is continuous (largest change of a weight, over that with steps twice as long).",
            source: source, passage: "the minima moves smoothly in weight space",
            measured: smoothRatio, expected: 0.4...0.6, control: .init("the discontinuous transition", suddenRatio),
            reason: """
                Nothing is trained here, so it is the statement: the two minima lie on different sides of W₂ = 0, and the \
                global one jumps across.
                """,
            figure: "loss-surfaces", weights: [])
        page.claim(
            "surfaces.basin",
            "Near a transition the global minimum can have a considerably smaller basin (over the other's, least of four transitions).",
            source: source, passage: "the global minimum can have a considerably smaller basin",
            measured: least?.basinRatio ?? .nan, expected: 0...0.5, partly: 0...0.9,
            control: .init("S = 0.1", regimes[2].surface.basinRatio),
            reason: """
                The comment gives no number for “considerably smaller”, and the ratio depends on how far out one starts. \
                Nothing is trained here.
                """,
            figure: "loss-surfaces", weights: [])
    }

    private func activationFunctions(_ page: Page, _ trained: PhaseDiagram) throws {
        //: ## Other activation functions
        //:
        //: Another comment, by Kshitij Sachan, reports without a figure that phase diagrams look quite different with
        //: other activation functions, and that some make models more polysemantic than others. With two features in
        //: one dimension we need no training to see that: we minimise the expected loss in each cell.

        let diagrams = OutputFunction.allCases.map { ActivationDiagram($0, side: page.choose(paper: 16, quick: 4)) }
        let shares = diagrams.map { $0.share(of: .superposition) }
        let named = zip(diagrams, shares).map { "\($0.function.rawValue) \(percent($1, digits: 0))" }
        try page.figure(
            "activations",
            caption: """
                The phase diagram of two features in one dimension for six activation functions of the output: the \
                solution of least expected loss, in the colours of the diagrams above. The leaky ReLU has a slope of \
                0.1 below zero.
                """,
            alt: "Shares of the diagram in superposition: \(named.joined(separator: ", ")).",
            data: activationTable(diagrams)
        ) { activationFigure(diagrams) }

        //: The share of the diagram in which the extra feature is in superposition is, by function:
        //: \(activation-shares). Between the nonlinear functions it differs by up to \(activation-spread) of the
        //: diagram. Two diagrams of the same function differ, too, if they are made in different ways: that of ReLU and
        //: that of the trained models above by \(activation-same). We read *quite different* as a fifth of the diagram,
        //: partly as a tenth.

        let nonlinear = zip(diagrams, shares).filter { $0.0.function != .linear }.map(\.1)
        let spread = (nonlinear.max() ?? .nan) - (nonlinear.min() ?? .nan)
        page["activation-shares"] = named.joined(separator: ", ")
        let relu = zip(diagrams, shares).first { $0.0.function == .relu }?.1 ?? .nan
        let same = abs(relu - trained.share(of: .superposition))
        page["activation-spread"] = percent(spread)
        page["activation-same"] = percent(same)
        page.claim(
            "activations.differ",
            "The phase diagram depends on the activation function (largest difference in the share in superposition, nonlinear ones).",
            source: "Comments and Replications, Sachan",
            passage: "We found the phase diagrams look quite different", measured: spread, expected: 0.2...1,
            partly: 0.1...1, control: .init("ReLU twice, minimised and trained", same), figure: "activations",
            weights: [])
    }
}
