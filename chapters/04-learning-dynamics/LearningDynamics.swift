//: # Superposition and learning dynamics
//:
//: So far we have looked at finished models. How do they get there? The paper describes two things that happen on the
//: way: features that jump between levels of dimensionality, and learning as a sequence of simple movements of a
//: geometric figure. [@elhage2022] It shows each on a single run. Here we look for them in many runs, by rules that are
//: written down.

import Analysis
import Notebook
import ToyModels

public struct LearningDynamics: Chapter {
    public let source = Source()

    public init() {}

    public func run(_ page: Page) async throws {
        let (courses, rule) = try await jumpsBetweenLevels(page)
        try fallOfTheLoss(page, courses, rule)
        let (transformed, trajectories, samples) = try await transformations(page)
        try await waysThere(page, transformed, trajectories, samples)
    }

    /// - Returns: the runs during training, and what counts as a jump.
    private func jumpsBetweenLevels(_ page: Page) async throws -> ([Course], JumpRule) {
        //: ## Jumps between energy levels
        //:
        //: A feature's dimensionality $D_i = \lVert W_i \rVert^2 / \sum_j (\hat W_i \cdot W_j)^2$ is the fraction of a
        //: dimension that it has to itself. Among features of equal importance and density it takes only a few values.
        //: We train $n = 40$ features of density 0.35 in $m = 10$ dimensions, where models end up with digons: twenty
        //: features in ten opposite pairs with $D = 1/2$, and twenty not stored, with $D = 0$. The learning rate is
        //: constant, 0.001 as in the authors' notebook, so that nothing but the model itself sets the pace. The weights
        //: are kept every 25 steps.

        let interval = 25
        let steps = page.choose(paper: 6_000, quick: 3_000)
        let uniform = Experiment.Setting(
            features: .init(density: 0.35, features: 40), importance: Array(repeating: 1, count: 40))
        let energy = try await page.train(
            Experiment(
                id: "energy-levels",
                architecture: .init(features: 40, hidden: 10),
                settings: [uniform], restarts: page.choose(paper: 32, quick: 16),
                steps: steps, batchSize: page.choose(paper: 2048, quick: 1024), learningRate: .constant(1e-3),
                snapshots: Experiment.snapshots(every: interval, through: steps)))

        //: **What is a jump?** A feature jumps where its dimensionality changes by more than 0.1 within 150 steps.
        //: Overlapping windows of 150 steps in which it does so count as one jump. We count from step 800, since before
        //: that all features rise together. The loss is measured at every snapshot on the same samples, so that its
        //: changes come from the weights and not from the batch.
        //:
        //: **Which run is shown?** The number of jumps differs from run to run. We take the runs with the median
        //: number, and of these the one whose last jump comes latest, as its jumps are the most clearly separated.

        let rule = JumpRule()
        let samples = FixedSamples(
            uniform.features, count: page.choose(paper: 8192, quick: 2048), using: page.stream("energy-levels"))
        let courses = (0..<energy.experiment.models).map { Course(of: energy, model: $0, on: samples) }
        let jumps = courses.map { $0.jumps(rule) }
        let counts = jumps.map(\.count)
        let typical = counts.sorted()[(counts.count - 1) / 2]
        func lastJump(_ run: Int) -> Int { jumps[run].map(\.snapshots.upperBound).max() ?? 0 }
        let shown = courses.indices.filter { counts[$0] == typical }.max { lastJump($0) < lastJump($1) } ?? 0
        let course = courses[shown]
        try page.figure(
            "energy-levels",
            caption: """
                One run of 40 features in 10 dimensions. Above, the dimensionality of every feature, with \
                those that jump in colour; below, the loss, whose beginning is cut off. Bands are the detected \
                jumps.
                """,
            alt: """
                Most lines settle early at one half or at zero. A few stay between them and then move to one of the \
                two within a few hundred steps, and at those times the loss, flat otherwise, drops.
                """,
            data: energyTable(course)
        ) { energyLevels(course, rule) }

        //: Most features settle within the first thousand steps, at ½ or at 0. Some stay in between: more than two of
        //: them share what would be the line of a pair, or one has that line to itself, and so more than its half. Such
        //: a state can last, and then ends quickly, as a feature is given up or one that was not stored comes in. That
        //: is the jump, and the loss drops there. In the run shown: \(shown-jumps). The runs have \(jumps-least) to
        //: \(jumps-most) jumps, with a median of \(jumps-median). Of the \(jumps-total) jumps in all \(runs) runs,
        //: \(jumps-up) end at ½ and \(jumps-down) at 0, within 0.05. In \(jumps-swap) of them another feature of the
        //: same run jumps the other way at an overlapping time: places change hands. Transitions that are slower than
        //: the rule asks for are not counted.

        let all = jumps.flatMap { $0 }
        func isSwap(_ jump: Jump, in jumps: [Jump]) -> Bool {
            jumps.contains { ($0.to - $0.from) * (jump.to - jump.from) < 0 && $0.snapshots.overlaps(jump.snapshots) }
        }
        page["shown-jumps"] = jumps[shown].map { jump in
            let (start, end) = (course.steps[jump.snapshots.lowerBound], course.steps[jump.snapshots.upperBound])
            return "feature \(jump.feature + 1) goes from \(fixed(jump.from, 2)) to \(fixed(jump.to, 2)) "
                + "between steps \(start) and \(end)"
        }.joined(separator: "; ")
        page["jumps-least"] = String(counts.min() ?? 0)
        page["jumps-most"] = String(counts.max() ?? 0)
        page["jumps-median"] = String(typical)
        page["jumps-total"] = String(all.count)
        page["runs"] = String(courses.count)
        page["jumps-up"] = String(all.count { abs($0.to - 0.5) < 0.05 })
        page["jumps-down"] = String(all.count { $0.to < 0.05 })
        page["jumps-swap"] = String(jumps.reduce(0) { sum, jumps in sum + jumps.count { isSwap($0, in: jumps) } })
        let digons = courses.count { $0.endsInDigons }
        let atLevels = mean(courses.map { $0.shareAtLevels(rule) })
        page.claim(
            "energy.digons",
            "Uniform features that are stored converge into digons (share of runs, all D within 0.05 of ½ or 0).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            measured: Double(digons) / Double(courses.count), expected: 0.9...1, partly: 0.1...1,
            figure: "energy-levels")
        page.claim(
            "energy.jumps",
            "Features jump between dimensionalities (share of runs with a jump after step 800).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            measured: Double(counts.count { $0 > 0 }) / Double(counts.count), expected: 0.5...1, partly: 0.1...1,
            figure: "energy-levels")
        page.claim(
            "energy.levels",
            "Between jumps features sit on discrete levels (share of time within 0.05 of ½ or 0, all runs).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            measured: atLevels, expected: 0.9...1, partly: 0.5...1, figure: "energy-levels")
        return (courses, rule)
    }

    private func fallOfTheLoss(_ page: Page, _ courses: [Course], _ rule: JumpRule) throws {
        //: ## Does the loss drop at the jumps?
        //:
        //: In the picture it does. But the loss falls faster early on, and jumps come early, too, so the two would
        //: coincide even if they had nothing to do with each other. The test: for each run, what share of the loss's
        //: fall after step 800 lies in the times of its own jumps? And what share in the times at which *another* run
        //: jumps? If only the time since the start mattered, other runs' jumps would do as well. We pair losses and
        //: jumps of the runs at random, 9,999 times, and ask how often the mean share is as large as with the right
        //: pairing.

        let test = PairingTest(courses, rule, using: page.stream("pairings"))
        let around = FallAroundJumps(courses, rule, reach: 600)
        try page.figure(
            "jumps-and-loss",
            caption: """
                Left: how much faster the loss of a run falls around its jumps than the losses of the other runs do \
                at the same steps; mean over all jumps, with two standard errors. Right: the share of the loss's \
                fall that lies in jumps, mean over runs: with each run's own jumps (line), and with jumps and losses \
                paired at random (bars).
                """,
            alt: """
                Around a jump the loss of the run that jumps falls faster than that of the others, for some 400 \
                steps and not before or after. The share of the fall in a run's own jumps lies far above all random \
                pairings.
                """,
            data: jumpsTable(around, test)
        ) { jumpsAndLoss(around, test) }

        let own = courses.map { fallShare(of: $0, inJumpsOf: $0, rule) }
        let time = mean(own.map(\.time))
        var sensitivity = Table(
            "height", "from step", "jumps per run", "share of time", "share of fall", "share in others’ jumps", "p")
        for height in [0.05, 0.1, 0.15] {
            for after in [600, 800, 1000] {
                let rule = JumpRule(height: height, after: after)
                let test = PairingTest(courses, rule, using: page.stream("pairings"))
                let own = courses.map { fallShare(of: $0, inJumpsOf: $0, rule) }
                sensitivity.append(
                    height, after, mean(courses.map { Double($0.jumps(rule).count) }), mean(own.map(\.time)),
                    test.result.observed, test.othersMean, test.result.pValue)
            }
        }
        try page.table(
            "jump-rules",
            caption: """
                The test with other rules for what a jump is: the least change of dimensionality and the step from \
                which jumps count. The chapter's rule is 0.1 from step 800.
                """, sensitivity)

        //: Jumps take up \(time) of all time after step 800 and hold \(fall) of the loss's fall. The jumps of other
        //: runs hold \(fall-others): a good part of the match is indeed mere timing, but not the rest. Of 9,999 random
        //: pairings \(as-large) reach the observed share ($p$ = \(p-value)). The speed of the fall shows the same: it
        //: is above the other runs' for as long as the jump takes, and only then. The result does not depend on what
        //: exactly counts as a jump (\(tab-jump-rules)).
        //:
        //: So the paper's suspicion, that a smooth fall of the loss in larger models is made of many such small jumps,
        //: has something to it for the late fall of the loss in these models. But \(early) of the whole fall comes
        //: before step 800, and that is not made of jumps of single features: all move at once.

        page["early"] = percent(mean(courses.map { $0.shareOfFall(before: rule.after) }), digits: 0)
        page["time"] = percent(time, digits: 0)
        page["fall"] = percent(test.result.observed, digits: 0)
        page["fall-others"] = percent(test.othersMean, digits: 0)
        page["as-large"] = String(test.result.null.count { $0 >= test.result.observed })
        page["p-value"] = fixed(test.result.pValue, 4)
        page.claim(
            "energy.drop",
            "The loss drops suddenly at the jumps (speed of its fall during jumps over the speed elsewhere, all runs).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            measured: test.result.observed / (1 - test.result.observed) * (1 - time) / time, expected: 3...(.infinity),
            partly: 1.2...(.infinity), figure: "jumps-and-loss")
        page.claim(
            "energy.composed",
            "The fall of the loss is composed of jumps (share of the fall after step 800 in jumps, mean of all runs).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            measured: test.result.observed, expected: 0.5...1, partly: 0.2...1, figure: "jumps-and-loss")
        page.claim(
            "energy.own",
            "The loss of a run drops at the run's own jumps (p of the pairing test).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            measured: test.result.pValue, expected: 0...0.01, partly: 0...0.1, figure: "jumps-and-loss")
    }

    /// - Returns: the trained models, each one's shape during training, and the samples on which losses are measured.
    private func transformations(_ page: Page) async throws -> (TrainedModels, [Trajectory], FixedSamples) {
        //: ## Learning as geometric transformations
        //:
        //: Two sets of three features each, in three dimensions. The features of a set are active together or not at
        //: all, with density 0.05, and have independent values. The initial weights are scaled down to a fiftieth, so
        //: that a run begins near zero, as the paper's does. Each run can then be described by four numbers: the
        //: distance between the two sets' centroids, the area of the triangle that each set forms, the *twist* by which
        //: one triangle is turned against the other about the axis between them (0° is a prism, 60° an antiprism), and
        //: how nearly every feature has an antipode in the other set. The regimes follow from these, in units of the
        //: octahedron in which everything ends:
        //:
        //: | regime | ends when |
        //: |---|---|
        //: | **A**, near zero | the distance between the sets passes a tenth of the octahedron's |
        //: | **B**, the sets move apart | the mean area of the triangles passes a tenth of the octahedron's |
        //: | **C**, the triangles open | the smaller area passes nine tenths of it |
        //: | **D**, the triangles turn | every feature has an antipode in the other set, to within 8° |

        let correlated = Experiment.Setting(
            features: .init(density: 0.05, features: 6, dependence: .correlated(setSize: 3)),
            importance: Array(repeating: 1, count: 6))
        let long = 20_000
        let transformed = try await page.train(
            Experiment(
                id: "geometric-transformations",
                architecture: .init(features: 6, hidden: 3),
                settings: [correlated], restarts: page.choose(paper: 256, quick: 64),
                steps: long, batchSize: page.choose(paper: 1024, quick: 512), learningRate: .constant(1e-3),
                initialScale: 0.02, snapshots: Experiment.snapshots(growingBy: 1.05, through: long)))
        let trajectories = (0..<transformed.experiment.models).map { Trajectory(of: transformed, model: $0) }

        //: Not every run goes the paper's way. In the paper the sets are on one axis through the origin before they
        //: open; we say that a run takes this route if the angle between the centroids is then more than 154° (a cosine
        //: below −0.9). Of those runs we show the one that has to turn most in regime D: the one with the smallest
        //: twist when D begins.

        let onAxis = trajectories.indices.filter {
            trajectories[$0].route == .oneAxis && trajectories[$0].regimes.areInOrder
        }
        let chosen = onAxis.min { trajectories[$0].twistAtTurning < trajectories[$1].twistAtTurning } ?? 0
        let path = trajectories[chosen]
        let samples = FixedSamples(
            correlated.features, count: page.choose(paper: 1 << 16, quick: 1 << 14),
            using: page.stream("geometric-transformations"))
        let models = transformed.snapshots.map { transformed[chosen, $0] }
        let transformation = Transformation(
            steps: path.steps, models: models, shapes: path.shapes, losses: models.map(samples.meanLoss),
            ends: path.regimes.events ?? [1, 2, 3, 4])
        try page.figure(
            "geometric-transformations",
            caption: """
                Two sets of three correlated features in three dimensions. Above, the embedding in the middle \
                of each regime and at the end, seen from the same side. Below, the loss, and the measures that \
                tell the regimes apart, as fractions of their values in the octahedron. Both axes of the loss \
                are logarithmic. The last regime is a small part of the loss, and shows in what is left above \
                the final value (dashed).
                """,
            alt: """
                At first all six features are near the origin. Then the two sets move apart along one axis, each a \
                single point; then each opens into a triangle; then one triangle turns against the other until they \
                form an octahedron whose opposite corners belong to different sets. The loss has a step at each of \
                the first three.
                """,
            data: transformationTable(transformation)
        ) { geometricTransformations(transformation) }

        //: This is the paper's picture. The sets leave the origin (A) and move apart as two points on one axis (B),
        //: where the loss stays level for a while. Then each point opens into a triangle (C), and the loss falls until
        //: only its last digits change. What is left is more or less a prism, in which features of different sets lie
        //: over one another. It turns slowly (D), in the run shown from \(twist-start) to \(twist-end), until all
        //: features have antipodes. The regimes end at steps \(ends). The loss falls by \(falls) in them: the last
        //: regime takes most of the time and shows least.

        let events = transformation.ends
        let bounds = [0] + events
        let regimeFalls = zip(bounds, bounds.dropFirst()).map {
            1 - transformation.losses[$1] / transformation.losses[$0]
        }
        page["twist-start"] = fixed(path.shapes[events[2]].twist, 0) + "°"
        page["twist-end"] = fixed(path.shapes[events[3]].twist, 0) + "°"
        page["ends"] = events.map { String(path.steps[$0]) }.joined(separator: ", ")
        page["falls"] = regimeFalls.map { percent($0) }.joined(separator: ", ")
        let octahedra = trajectories.count { $0.endsInOctahedron }
        let inOrder = trajectories.count { $0.regimes.areInOrder }
        page.claim(
            "transformations.order",
            "Learning proceeds in the four regimes in order (runs in which A, B, C and D end one after the other).",
            source: "Superposition and Learning Dynamics, Phenomenon 2",
            count: inOrder, of: trajectories.count, unit: "runs", expected: 0.9...1, partly: 0.1...1,
            figure: "geometric-transformations")
        page.claim(
            "transformations.visible",
            "Each regime is visible in the loss curve (smallest fall within one, relative to the loss at its start).",
            source: "Superposition and Learning Dynamics, Phenomenon 2",
            measured: regimeFalls.min() ?? .nan, expected: 0.05...1, partly: 0.005...1,
            figure: "geometric-transformations")
        page.claim(
            "transformations.octahedron",
            "The octahedron with antipodes from different sets is a strong attractor (runs that end in it, to within 10°).",
            source: "Superposition and Learning Dynamics, Phenomenon 2",
            count: octahedra, of: trajectories.count, unit: "runs", expected: 0.9...1, partly: 0.5...1,
            figure: "geometric-transformations")
        return (transformed, trajectories, samples)
    }

    private func waysThere(
        _ page: Page, _ transformed: TrainedModels, _ trajectories: [Trajectory], _ samples: FixedSamples
    ) async throws {
        //: ## The way there
        //:
        //: All runs meet at the end; most take another way. The paper says that there are a few ways, and that they
        //: differ in C. Ours do differ there: when D begins the twist is below 20° in \(low-twist) of the runs, and
        //: above 40°, nearly an antiprism already, in \(high-twist). But they part earlier, in B:

        let descent = try await page.train(
            Experiment(
                id: "geometric-transformations-descent",
                architecture: .init(features: 6, hidden: 3),
                settings: transformed.experiment.settings, restarts: page.choose(paper: 128, quick: 32),
                steps: page.choose(paper: 8_000, quick: 3_000), batchSize: page.choose(paper: 1024, quick: 256),
                learningRate: .constant(1), optimizer: AdamW(epsilon: 1, weightDecay: 1e-5), initialScale: 0.02,
                snapshots: Experiment.snapshots(growingBy: 1.05, through: page.choose(paper: 8_000, quick: 3_000))))
        let descents = (0..<descent.experiment.models).map { Trajectory(of: descent, model: $0) }
        let panels = [
            RunsOfOptimizer(title: "AdamW", runs: trajectories),
            RunsOfOptimizer(title: "Gradient descent", runs: descents),
        ]
        try page.figure(
            "paths",
            caption: """
                The angle at the origin between the two sets' centroids over training, in the first runs of \
                each kind (64 at most): with AdamW, as everywhere here, and with gradient descent with \
                momentum. Coloured by how the sets lie when they open.
                """,
            alt: """
                With AdamW the angles leave the random start in four bundles, near 0, 71, 109 and 180 degrees; the \
                one at 180 stays, the others go to 90 degrees. With gradient descent they spread evenly and nearly \
                all go to 90. In the end all reach 180 degrees.
                """,
            data: pathTable(panels)
        ) { paths(panels) }

        var ways = Table(
            "optimiser", "route", "runs", "A ends", "B ends", "C ends", "D ends", "twist at the start of D", "octahedra"
        )
        for panel in panels {
            for route in Route.allCases where !panel.runs(on: route).isEmpty {
                let runs = panel.runs(on: route)
                ways.append(
                    panel.title, route.rawValue, runs.count, medianEnd(runs, \.apart), medianEnd(runs, \.opening),
                    medianEnd(runs, \.turning), medianEnd(runs, \.settled),
                    median(runs.map(\.twistAtTurning).filter(\.isFinite)), runs.count { $0.endsInOctahedron })
            }
        }
        try page.table(
            "routes",
            caption:
                "Runs on each route, and medians of the steps at which the regimes end and of the twist in degrees.",
            ways)

        //: \(axis-runs) of \(path-runs) runs have both sets on one axis when they open, as in the paper. In
        //: \(right-runs) the centroids are at a right angle, which is what principal component analysis would do with
        //: two sets. A right angle is also the better of the two: at step 1000, while both are waiting, the median loss
        //: is \(right-plateau), against \(axis-plateau) on one axis.
        //:
        //: Why one axis at all, then? The left panel gives the answer: the angles start in four bundles, at 0°, 71°,
        //: 109° and 180°. Those are the angles between the corners of a cube. AdamW divides the gradient of each weight
        //: by its own size. From a start near zero all coordinates therefore grow equally fast, and each set runs to
        //: the corner of a cube that has the signs of its centroid at the start. Two random corners are opposite one
        //: time in eight, which would be \(opposite-expected) of \(path-runs) runs. Opposite corners pull in exactly
        //: opposite directions, so they stay on their axis, and the rest turn to 90°. In \(sign-hits) of the
        //: \(sign-opposite) runs whose centroids start with opposite signs in all three coordinates the sets open on
        //: one axis; of the other \(sign-rest), \(sign-misses) do.
        //:
        //: If that is the reason, gradient descent should not do it, as it prefers no coordinates. We take the same
        //: optimiser with an $\epsilon$ of 1 in its denominator, far above any gradient here, which makes it gradient
        //: descent with momentum. Now the angles start anywhere, and \(descent-axis) of \(descent-runs) runs open on
        //: one axis. Of all these runs \(descent-octahedra) end in the octahedron within the \(descent-steps) steps
        //: that they get. The paper's first movement, one axis, belongs to the optimiser as much as to the problem; its
        //: triangles and its turning are common to all routes.

        let opposite = trajectories.filter { $0.startSigns == 3 }
        let rest = trajectories.filter { $0.startSigns < 3 }
        let axisRuns = trajectories.count { $0.route == .oneAxis }
        let waiting = transformed.snapshots.first { $0.step >= 1000 } ?? transformed.snapshots[0]
        func plateau(_ route: Route) -> String {
            let runs = trajectories.indices.filter { trajectories[$0].route == route }.prefix(16)
            return fixed(median(runs.map { samples.meanLoss(of: transformed[$0, waiting]) }), 4)
        }
        page["axis-plateau"] = plateau(.oneAxis)
        page["right-plateau"] = plateau(.rightAngle)
        page["low-twist"] = String(trajectories.count { $0.twistAtTurning < 20 })
        page["high-twist"] = String(trajectories.count { $0.twistAtTurning > 40 })
        page["axis-runs"] = String(axisRuns)
        page["right-runs"] = String(trajectories.count { $0.route == .rightAngle })
        page["path-runs"] = String(trajectories.count)
        page["opposite-expected"] = String(trajectories.count / 8)
        page["sign-hits"] = String(opposite.count { $0.route == .oneAxis })
        page["sign-opposite"] = String(opposite.count)
        page["sign-misses"] = String(rest.count { $0.route == .oneAxis })
        page["sign-rest"] = String(rest.count)
        page["descent-axis"] = String(descents.count { $0.route == .oneAxis })
        page["descent-runs"] = String(descents.count)
        page["descent-octahedra"] = String(descents.count { $0.endsInOctahedron })
        page["descent-steps"] = String(descent.experiment.steps)
        let routes = Route.allCases.count { panels[0].share(of: $0) >= 0.05 }
        page.claim(
            "transformations.routes",
            "The trajectory shown is one of a few that lead there (routes taken by a twentieth of the runs or more).",
            source: "Superposition and Learning Dynamics, Phenomenon 2",
            measured: Double(routes), expected: 2...5, figure: "paths")
        page.claim(
            "transformations.one-axis",
            "First the sets move apart along an axis (share of runs with both on one axis when they open).",
            source: "Superposition and Learning Dynamics, Phenomenon 2",
            measured: panels[0].share(of: .oneAxis), expected: 0.5...1, partly: 0.02...1,
            figure: "paths")
    }
}
