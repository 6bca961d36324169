//: # Superposition as a phase change
//:
//: A feature that competes for too few dimensions has three possible fates: it is not learned, it is stored in
//: superposition with others, or it gets a dimension of its own. Nothing forbids a smooth passage from one to the
//: next. The paper finds sharp boundaries instead, and draws a phase diagram of them. [@elhage2022] Here it is drawn
//: again, with the theory beside it, and the difference between the two.

import Analysis
import Notebook
import ToyModels

public struct PhaseChange: Chapter {
    public let source = Source()

    public init() {}

    public func run(_ page: Page) async throws {
        let (two, three) = (PhaseTheory(hidden: 1), PhaseTheory(hidden: 2))
        try threeFates(page, two, three)
        try await phaseDiagrams(page, two, three)
        try await firstOrderTransition(page, two)
        try confusedFeature(page, two)
    }

    private func threeFates(_ page: Page, _ two: PhaseTheory, _ three: PhaseTheory) throws {
        //: ## Three fates
        //:
        //: Take $m$ dimensions and $m + 1$ features, all of the same density $p = 1 - S$. All but the last have
        //: importance 1; the last, the *extra* feature, has importance $r$. What becomes of it? The smallest case is
        //: $m = 1$: two features on a line. There are three natural ways to store them, and each has a loss that can be
        //: written down. For a feature that is not learned the model outputs the mean, which costs the feature's
        //: variance, $v = p/3 - p^2/4$, times its importance. Two features that share a line as an antipodal pair,
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

    private func phaseDiagrams(_ page: Page, _ two: PhaseTheory, _ three: PhaseTheory) async throws {
        //: ## Two features in one dimension
        //:
        //: The paper trains ten models at each point of a grid of densities and importances, discards the worst and
        //: averages the rest. So do we, on a grid of \(cells-2x1). We average the length $\lVert W_2 \rVert$ of the
        //: extra feature's direction, shown as the strength of the colour, and its superposition, shown as the hue. We
        //: also show the best of the ten alone, ranked by expected loss, which is computed in closed form and not from
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
                Three regions: not learned at the top left, dedicated at the top right, superposition below \
                both, which meet near density one half and importance one. The boundaries lie where the closed \
                forms put them. Along them, and most of all near the meeting point, trained models have a \
                lower loss than the closed forms.
                """,
            data: diagramTable(diagram2)
        ) { empiricalDiagram(diagram2) }

        try page.figure(
            "phase-2x1-theory",
            caption: """
                The same diagram from the closed forms, and the cells in which the trained models have another \
                fate, coloured by that fate. Dot: the triple point.
                """,
            alt: """
                The closed forms' diagram has the same three regions. The average of nine differs in speckles over \
                the sparse part of the superposition region and along its edges; the best of ten differs only along \
                the edges, where it is in superposition.
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
        //: one that is given up, and as purple where it matters more; in the best of ten it does not show at all.
        //:
        //: *The rim* is theory that is too simple. Along the boundaries, and most of all around the triple point,
        //: trained models have up to \(saving-2) less loss than any of the three natural solutions: their weights have
        //: other lengths, with biases to match. They do better by more than 1% in \(improved-2) of the cells. That is
        //: why the region of superposition is somewhat larger than the closed forms say. At equal importances the pair
        //: does not end at density 4/7 but continues with unequal weights. We see the three phases meet at density
        //: \(triple-density), but where they do depends on what we still call learned and shared: with limits of 0.3
        //: instead of 0.5 for length and superposition it is \(triple-density-low). The paper's diagram is blurred
        //: there, too.
        //:
        //: We say that two diagrams agree if they do so in 85% of the cells or more, and that a phase occurs if it
        //: fills a twentieth of the diagram. The loss is the sum over features, as in the first chapter.

        page["triple-density"] = diagram2.triplePoint().map { fixed($0.density, 2) } ?? "–"
        page["triple-density-low"] = diagram2.triplePoint(limit: 0.3).map { fixed($0.density, 2) } ?? "–"
        page["agreement-average-2"] = percent(diagram2.agreement(\.average))
        page["agreement-best-2"] = percent(diagram2.agreement(\.best))
        page["success-2"] = percent(diagram2.successRate(restarts: 10))
        page["saving-2"] = percent(diagram2.largestSaving)
        page["improved-2"] = percent(diagram2.improved(by: 0.01))
        page.claim(
            "phase.2x1.average",
            "With two features in one dimension the average of trained models agrees with the closed forms (share of cells).",
            source: "Superposition as a Phase Change",
            measured: diagram2.agreement(\.average), expected: 0.85...1, partly: 0.6...1, figure: "phase-2x1-empirical")
        page.claim(
            "phase.2x1.best",
            "So does the best trained model (share of cells).",
            source: "Superposition as a Phase Change",
            measured: diagram2.agreement(\.best), expected: 0.85...1, partly: 0.6...1, figure: "phase-2x1-empirical")
        page.claim(
            "phase.2x1.phases",
            "All three fates occur: share of the diagram of the rarest one, best models.",
            source: "Superposition as a Phase Change",
            measured: PhaseTheory.Fate.allCases.map { diagram2.share(of: $0) }.min() ?? 0,
            expected: 0.05...1, partly: 0.01...1, figure: "phase-2x1-empirical")
        page.claim(
            "phase.2x1.triple-density",
            "The three phases meet in a triple point, at density 4/7 by the closed forms.",
            source: "Superposition as a Phase Change",
            measured: diagram2.triplePoint()?.density ?? .nan,
            expected: 0.51...0.63, partly: 0.35...0.8, figure: "phase-2x1-empirical")
        page.claim(
            "phase.2x1.triple-importance",
            "The triple point is where both features matter equally, at relative importance 1.",
            source: "Superposition as a Phase Change",
            measured: diagram2.triplePoint()?.importance ?? .nan,
            expected: 0.9...1.1, partly: 0.7...1.4, figure: "phase-2x1-empirical")

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
                Again three regions. Below the triple point a vertical boundary at importance one divides \
                superposition on the left from dedicated on the right; to the right of it the average of nine \
                fades over a band, while the best of ten is sharp.
                """,
            data: diagramTable(diagram3)
        ) { empiricalDiagram(diagram3) }
        try page.figure(
            "phase-3x2-theory",
            caption: """
                The closed forms' diagram for three features in two dimensions, and where the trained models \
                have another fate.
                """,
            alt: """
                The average differs from the closed forms mostly in a band to the right of importance one, where it \
                is still in superposition; the best of ten differs along the upper boundary and in a few single \
                cells.
                """,
            data: diagramTable(diagram3)
        ) { theoreticalDiagram(diagram3) }

        //: The agreement is \(agreement-average-3) for the average and \(agreement-best-3) for the best. The vertical
        //: boundary is the weak one: there are antipodal pairs on both sides of it, of the extra feature and another on
        //: the left, of the other two on the right, and their losses differ only by the factor $2 / (1 + r)$. A model
        //: that has formed one pair would have to break it to form the other, and training often does not: below
        //: density 0.5, \(wrong-near) of the runs with $r$ from 1 to 3 end with the extra feature in a pair, and
        //: \(wrong-far) of those with $r$ above 5. The average shows the mixture, as a band whose colour is neither of
        //: the two.
        //:
        //: And there is a rim again: along the upper boundary and, at $r \ge 1$, around density 4/7 the best models
        //: have up to \(saving-3) less loss than the natural solutions. Where $r$ is large, these models lie between
        //: ignoring one of the other two and pairing them: a pair again, but with shortened or unequal weights. Near
        //: $r = 1$ they put all three features into superposition at once, which the paper leaves out; in the next
        //: chapter we meet that as a triangle.

        page["saving-3"] = percent(diagram3.largestSaving)
        page["wrong-near"] = percent(diagram3.shareOfRuns(.superposition, density: 0...0.5, importance: 1...3))
        page["wrong-far"] = percent(diagram3.shareOfRuns(.superposition, density: 0...0.5, importance: 5...10))
        page["agreement-average-3"] = percent(diagram3.agreement(\.average))
        page["agreement-best-3"] = percent(diagram3.agreement(\.best))
        page.claim(
            "phase.3x2.average",
            "With three features in two dimensions the average agrees with the closed forms (share of cells).",
            source: "Superposition as a Phase Change",
            measured: diagram3.agreement(\.average), expected: 0.85...1, partly: 0.6...1, figure: "phase-3x2-empirical")
        page.claim(
            "phase.3x2.best",
            "So does the best trained model (share of cells).",
            source: "Superposition as a Phase Change",
            measured: diagram3.agreement(\.best), expected: 0.85...1, partly: 0.6...1, figure: "phase-3x2-empirical")
        page.claim(
            "phase.3x2.phases",
            "All three fates occur: share of the diagram of the rarest one, best models.",
            source: "Superposition as a Phase Change",
            measured: PhaseTheory.Fate.allCases.map { diagram3.share(of: $0) }.min() ?? 0,
            expected: 0.05...1, partly: 0.01...1, figure: "phase-3x2-empirical")
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
                feature. Vertical: where the closed forms' losses cross.
                """,
            alt: """
                Most dots lie on the three curves or a little below, some in three rows above them. Near both \
                crossings the slope of the best loss falls in a step, and the extra feature's length jumps up from \
                0, and later its superposition down to 0.
                """,
            data: crossoverTable(crossover)
        ) { crossoverFigure(crossover) }

        //: Models without superposition are found beyond the crossings, too: a solution that is no longer the best is
        //: still a place where training stops, as water can stay liquid below freezing. (The rows of dots above the
        //: curves are models in which an output has died, or, in the top row, both: they output 0 instead of a
        //: feature's mean, which costs $p/3$ and not $v$.) The best loss itself is continuous across both boundaries
        //: and never changes faster than the steepest solution's. (The lowest possible loss must be so; that ours is
        //: shows that training found it.) Its slope falls to \(slope-first) of its size within one step of the line at
        //: the first boundary, and to \(slope-second) at the second, and the weights jump with it: both are first-order
        //: transitions. The closed forms give the places and sizes of the jumps only roughly. A pair whose weights are
        //: not quite $[1, -1]$ does better than the ideal one, so superposition reaches \(boundary-factor) times
        //: further in importance than they say, and the jumps at its ends are smaller: that of the slope is down to
        //: \(jump-share) of theirs.

        let slopes = crossover.jumps.map { crossover.places[$0 + 1].slope / crossover.places[$0].slope }
        page["boundary-factor"] = fixed(boundaryError(crossover), 2)
        page["jump-share"] = percent(slopeJump(crossover))
        page["slope-first"] = slopes.first.map { percent($0) } ?? "–"
        page["slope-second"] = slopes.last.map { percent($0) } ?? "–"
        page.claim(
            "crossover.boundaries",
            "The best model's weights jump where the closed forms' losses cross (ratio of importances, the larger at two boundaries).",
            source: "Superposition as a Phase Change",
            measured: boundaryError(crossover), expected: 1...1.1, partly: 1...1.5, figure: "loss-crossover")
        page.claim(
            "crossover.continuous",
            "The loss is continuous across them (fastest change of the best loss, over the steepest solution's slope).",
            source: "Superposition as a Phase Change",
            measured: crossover.fastestChange, expected: 0...1.05, partly: 0...1.5, figure: "loss-crossover")
        page.claim(
            "crossover.slope",
            "Its derivative is not: the slope's smaller jump within one step of the line, over the closed forms' jump.",
            source: "Superposition as a Phase Change",
            measured: slopeJump(crossover), expected: 0.5...1.5, partly: 0.1...2, figure: "loss-crossover")
        page.claim(
            "crossover.weights",
            "The weights jump: the extra feature's length at the first boundary or its superposition at the second, whichever jumps less.",
            source: "Superposition as a Phase Change",
            measured: crossover.jumps.map { crossover.weightChange(at: $0) }.min() ?? .nan, expected: 0.5...1.5,
            partly: 0.1...2, figure: "loss-crossover")
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
        let path = (1..<page.choose(paper: 100, quick: 50)).map {
            LossSurface(sparsity: 1 - Double($0) / page.choose(paper: 100, quick: 50), importance: 0.8)
        }
        try page.figure(
            "loss-surfaces",
            caption: """
                The exact expected loss of two features in one dimension without a bias, dark where it is high, in \
                even steps. Red: the global minimum and its mirror image; white: other minima. Left, an unimportant \
                feature is stored with a small weight; middle, an antipodal pair; right, the confused feature. \
                Below: the global minimum's weights as density changes.
                """,
            alt: """
                The first surface has its minimum at a large first and a small second weight of the same sign, \
                the second at opposite weights, the third at two nearly equal weights of one sign, with a \
                shallower minimum at opposite ones. As density rises the global minimum jumps suddenly from \
                opposite weights to equal ones.
                """,
            data: surfacesTable(regimes.map(\.surface), path: path)
        ) { surfaces(regimes, path: path) }

        //: That minimum is there. At $S = 0.1$ and $I_2 = 0.8$ the global minimum is at $(W_1, W_2)$ =
        //: (\(confused-weights)), with a loss of \(confused-loss), against \(confused-antipodal) at the antipodal
        //: minimum. Coming from sparse features, the global minimum moves smoothly away from $[1, -1]$ and then jumps,
        //: at density \(confused-jump): this transition, too, is of first order. It needs the bias to be missing,
        //: though. With a bias, not learning the less important feature costs $0.8\,v$ = \(ignored-loss) there, and
        //: that is what our trained models with a bias do.

        let confused = regimes[2].surface.minima
        let lowImportance = regimes[0].surface.minima.first
        let antipodal = regimes[1].surface.minima.first
        page["confused-weights"] = confused.first.map { "\(fixed($0.first, 3)), \(fixed($0.second, 3))" } ?? "–"
        page["confused-loss"] = confused.first.map { fixed($0.loss, 4) } ?? "–"
        page["confused-antipodal"] = confused.dropFirst().first.map { fixed($0.loss, 4) } ?? "–"
        page["confused-jump"] = jump(path).map { fixed($0.density, 2) } ?? "–"
        page["ignored-loss"] = fixed(two.loss(of: .extraIgnored, density: 0.9, importance: 0.8), 4)
        page.claim(
            "surfaces.confused",
            "Without a bias, at S = 0.1 and I = 0.8, the global minimum has nearly equal weights (their ratio).",
            source: "Comments and Replications, McGrath",
            measured: confused.first.map { $0.second / $0.first } ?? .nan,
            expected: 0.8...1.25, figure: "loss-surfaces")
        page.claim(
            "surfaces.two-minima",
            "That surface has two minima, up to symmetry.",
            source: "Comments and Replications, McGrath",
            measured: Double(confused.count), expected: 2...2, figure: "loss-surfaces")
        page.claim(
            "surfaces.antipodal",
            "With sparse features the global minimum is an antipodal pair (ratio of the weights).",
            source: "Comments and Replications, McGrath",
            measured: antipodal.map { $0.second / $0.first } ?? .nan,
            expected: -1.25...(-0.8), figure: "loss-surfaces")
        page.claim(
            "surfaces.low-importance",
            "Low importance leads to a low but nonzero weight (|W₂| over |W₁|).",
            source: "Comments and Replications, McGrath",
            measured: lowImportance.map { abs($0.second / $0.first) } ?? .nan,
            expected: 0.01...0.5, figure: "loss-surfaces")
        page.claim(
            "surfaces.discontinuous",
            "The transition between antipodal and confused is discontinuous (largest change of W₂ between neighbouring densities).",
            source: "Comments and Replications, McGrath",
            measured: jump(path)?.size ?? .nan, expected: 0.5...3, figure: "loss-surfaces")
    }
}
