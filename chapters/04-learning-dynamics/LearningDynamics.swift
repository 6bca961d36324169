//: # Superposition and learning dynamics
//:
//: How do models get into superposition? So far we have looked at finished ones. The paper describes two things that
//: happen on the way: features that jump between levels of dimensionality, and learning as a sequence of simple
//: movements of a geometric figure. [@elhage2022] It shows each on a single run. Here we look for them in many runs, by
//: rules that are written down.

import Analysis
import Foundation
import Notebook
import ToyModels

public struct LearningDynamics: Chapter {
    public let source = Source()

    public init() {}

    public func run(_ page: Page) async throws {
        let (courses, rule) = try await jumpsBetweenLevels(page)
        try fallOfTheLoss(page, courses, rule)
        try await largerModels(page, courses, rule)
        let (transformed, trajectories, samples) = try await transformations(page)
        try earlyPhase(page, trajectories)
        try await waysThere(page, transformed, trajectories, samples)
        page.result(
            #"""
            Well into training, single features jump to half a dimension or to none. While one jumps, the loss falls
            \(speed) times as fast as in runs where none does; the jumps account for \(fall-beyond) of the fall from
            then on.
            """#, figure: "energy-levels")
    }

    /// - Returns: the runs during training, and what counts as a jump.
    private func jumpsBetweenLevels(_ page: Page) async throws -> ([Course], JumpRule) {
        //: ## Jumps between energy levels
        //:
        //: A feature's dimensionality $D_i = \lVert W_i \rVert^2 / \sum_j (\hat W_i \cdot W_j)^2$ is the fraction of a
        //: dimension that it has to itself. The paper picks a model in which all features converge into digons,
        //: opposite pairs with half a dimension for each. We train $n = 40$ features of equal importance and density
        //: 0.35 in $m = 10$ dimensions. There is room for ten digons, so about half of the features cannot be stored.
        //: The learning rate is constant, 0.001 as in the authors' notebook, so that nothing but the model itself sets
        //: the pace. The weights are kept every 25 steps. The linear model, trained in the same way, is the control.

        let interval = 25
        let steps = page.choose(paper: 6_000, quick: 3_000)
        let uniform = Experiment.Setting(
            features: .init(density: 0.35, features: 40), importance: Array(repeating: 1, count: 40))
        func experiment(_ id: String, _ output: ToyModel.Activation, restarts: Int) -> Experiment {
            Experiment(
                id: id,
                architecture: .init(features: 40, hidden: 10, output: output),
                settings: [uniform], restarts: restarts,
                steps: steps, batchSize: page.choose(paper: 2048, quick: 1024), learningRate: .constant(1e-3),
                snapshots: Experiment.snapshots(every: interval, through: steps))
        }
        let trained = try await page.train(all: [
            experiment("energy-levels", .relu, restarts: page.choose(paper: 32, quick: 16)),
            experiment("energy-levels-linear", .linear, restarts: 4),
        ])

        //: **What is a jump?** A feature jumps where its dimensionality changes by more than 0.1 within 150 steps.
        //: Overlapping windows of 150 steps in which it does so count as one jump. We count from step 800, since before
        //: that all features move together. The loss is measured at every snapshot on the same samples, so that its
        //: changes come from the weights and not from the batch.
        //:
        //: **Which run is shown?** The paper's run has two jumps of the loss. We take the runs whose jumps, joined
        //: where they overlap, happen at two separate times, and of these the one with the longest time between them.

        let rule = JumpRule()
        let samples = FixedSamples(
            uniform.features, count: page.choose(paper: 8192, quick: 2048), using: page.stream("energy-levels"))
        let all = trained.map { trained in
            (0..<trained.experiment.models).map { Course(of: trained, model: $0, on: samples) }
        }
        let (courses, linear) = (all[0], all[1])
        let jumps = courses.map { $0.jumps(rule) }
        let counts = jumps.map(\.count)
        let episodes = courses.map { $0.episodes(rule) }
        func calm(_ run: Int) -> Int {
            episodes[run].count == 2 ? episodes[run][1].lowerBound - episodes[run][0].upperBound : -abs(counts[run] - 2)
        }
        let shown = courses.indices.max { calm($0) < calm($1) } ?? 0
        let course = courses[shown]
        let shownShare = fallShare(of: course, inJumpsOf: course, rule)
        try page.figure(
            "energy-levels",
            caption: """
                One run of 40 features in 10 dimensions. Above, the dimensionality of every feature, with \
                those that jump in colour; below, the loss, whose beginning is cut off. Bands are the detected \
                jumps.
                """,
            alt: """
                At the end \(percent(course.shareAtLevels(atStep: steps), digits: 0)) of the lines are near one half \
                or near zero. \(Set(jumps[shown].map(\.feature)).count) of them jump after step 800, at \
                \(episodes[shown].count) separate times, which hold \(percent(shownShare.fall, digits: 0)) of the fall \
                of the loss in \(percent(shownShare.time, digits: 0)) of the time.
                """,
            data: energyTable(course), exploring: .frames(energyFrames(course, rule))
        ) { energyLevels(course, rule) }

        //: By step 1000, \(settled) of the features of all runs are on one of two levels, ½ and 0, to within 0.05, and
        //: \(digon-runs) of \(runs) runs end with all features there. Those that are not there yet share what would be
        //: the line of a pair with more than one other, or have that line to themselves, and so more than its half.
        //: Such a state can last, and then ends quickly, as a feature is given up or one that was not stored comes in.
        //: That is the jump. In the run shown: \(shown-jumps). The runs have \(jumps-least) to \(jumps-most) jumps,
        //: with a median of \(jumps-median). Of the \(jumps-total) jumps in all \(runs) runs, \(jumps-up) end at ½ and
        //: \(jumps-down) at 0; \(jumps-above) begin above ½, \(jumps-between) between the levels. In \(jumps-swap) of
        //: them another feature of the same run jumps the other way at an overlapping time: places change hands.
        //: Transitions that are slower than the rule asks for are not counted.
        //:
        //: How discrete are the levels? Most of the time of most features would be a weak test, since features that are
        //: not stored sit at 0 all along. So we ask about two kinds of time: that of the features that jump at some
        //: time, while they do not, and that of all features while they are stored, with $D$ above 0.05. The movers are
        //: on a level in \(movers-levels) of the time, where values spread evenly up to the largest would be in
        //: \(spread-levels). The stored features are at ½ in \(stored-levels) of theirs, against \(linear-levels) in
        //: the linear model, of whose runs \(linear-jumps) have a jump.

        let flat = jumps.flatMap { $0 }
        func isSwap(_ jump: Jump, in jumps: [Jump]) -> Bool {
            jumps.contains { ($0.to - $0.from) * (jump.to - jump.from) < 0 && $0.snapshots.overlaps(jump.snapshots) }
        }
        let inTime = jumps[shown].sorted { $0.snapshots.lowerBound < $1.snapshots.lowerBound }
        let shownJumps = inTime.map { jump in
            let (start, end) = (course.steps[jump.snapshots.lowerBound], course.steps[jump.snapshots.upperBound])
            return "feature \(jump.feature + 1) goes from \(fixed(jump.from, 2)) to \(fixed(jump.to, 2)) "
                + "between steps \(start) and \(end)"
        }
        page["shown-jumps"] = shownJumps.joined(separator: "; ")
        let digons = courses.count { $0.endsInDigons }
        let highest =
            courses.flatMap(\.dimensionalities).flatMap { values in
                values.enumerated().filter { courses[0].steps[$0.offset] >= rule.after }.map(\.element)
            }.max() ?? 1
        let movers = LevelTime.share(courses.map { $0.levelsOfMovers(rule) })
        let stored = LevelTime.share(courses.map { $0.levelsOfStored(rule) })
        let linearStored = LevelTime.share(linear.map { $0.levelsOfStored(rule) })
        let linearJumps = linear.count { !$0.jumps(rule).isEmpty }
        let spread = (0.05 + 0.1) / highest
        page["settled"] = percent(mean(courses.map { $0.shareAtLevels(atStep: 1000) }), digits: 0)
        page["digon-runs"] = String(digons)
        page["jumps-least"] = String(counts.min() ?? 0)
        page["jumps-most"] = String(counts.max() ?? 0)
        page["jumps-median"] = number(median(counts.map(Double.init)))
        page["jumps-total"] = String(flat.count)
        page["runs"] = String(courses.count)
        page["jumps-up"] = String(flat.count { abs($0.to - 0.5) < 0.05 })
        page["jumps-down"] = String(flat.count { $0.to < 0.05 })
        page["jumps-above"] = String(flat.count { $0.from > 0.55 })
        page["jumps-between"] = String(flat.count { $0.from > 0.05 && $0.from < 0.45 })
        page["jumps-swap"] = String(jumps.reduce(0) { sum, jumps in sum + jumps.count { isSwap($0, in: jumps) } })
        page["movers-levels"] = percent(movers, digits: 0)
        page["spread-levels"] = percent(spread, digits: 0)
        page["stored-levels"] = percent(stored, digits: 0)
        page["linear-levels"] = percent(linearStored, digits: 0)
        page["linear-jumps"] = "\(linearJumps) of \(linear.count)"
        page.claim(
            "energy.digons",
            "Uniform features that are stored converge into digons (share of runs, all D within 0.05 of ½ or 0).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            passage: "all the features converge into digons",
            measured: Double(digons) / Double(courses.count), expected: 0.9...1, partly: 0.1...1,
            control: .init(
                "the linear model", Double(linear.count { $0.endsInDigons }) / Double(linear.count)),
            figure: "energy-levels")
        page.claim(
            "energy.jumps",
            "Features jump between dimensionalities (share of runs with a jump after step 800).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            passage: "features jump between different feature dimensionalities",
            measured: Double(counts.count { $0 > 0 }) / Double(counts.count), expected: 0.5...1, partly: 0.1...1,
            control: .init("the linear model", Double(linearJumps) / Double(linear.count)), figure: "energy-levels")
        page.claim(
            "energy.levels",
            "Features that jump sit on levels before and after (share of their time within 0.05 of ½ or 0).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            passage: "Note how the dimensionality of some features",
            measured: movers, expected: 0.9...1, partly: 0.5...1, control: .init("values spread evenly", spread),
            figure: "energy-levels", weights: ["energy-levels"])
        page.claim(
            "energy.levels-stored",
            "Stored features have one dimensionality (share of the time with D above 0.05 within 0.05 of ½).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            passage: "features ultimately arrange themselves into",
            measured: stored, expected: 0.9...1, partly: 0.5...1, control: .init("the linear model", linearStored),
            figure: "energy-levels")
        return (courses, rule)
    }

    private func fallOfTheLoss(_ page: Page, _ courses: [Course], _ rule: JumpRule) throws {
        //: ## Does the loss drop at the jumps?
        //:
        //: If the loss falls faster early on, and jumps come early, too, the two coincide even if they have nothing to
        //: do with each other. The test: for each run, what share of the loss's fall after step 800 lies in the times
        //: of its own jumps? And what share in the times at which *another* run jumps? If only the time since the start
        //: mattered, other runs' jumps would do as well. We pair losses and jumps of the runs at random, \(pairings)
        //: times, and ask how often the mean share is as large as with the right pairing.

        let pairings = 9_999
        let test = PairingTest(courses, rule, pairings: pairings, using: page.stream("pairings"))
        let around = FallAroundJumps(courses, rule, reach: 600)
        let own = courses.map { fallShare(of: $0, inJumpsOf: $0, rule) }
        let time = mean(own.map(\.time))
        try page.figure(
            "jumps-and-loss",
            caption: """
                Left: how much faster the loss of a run falls around its jumps than the losses of the other runs do \
                at the same steps; mean over all jumps, with two standard errors. Right: the share of the loss's \
                fall that lies in jumps, mean over runs: with each run's own jumps (line), and with jumps and losses \
                paired at random (bars).
                """,
            alt: """
                Around a jump the loss of the run that jumps falls faster than that of the others, by more than two \
                standard errors \
                \(around.extent.map { "from step \($0.lowerBound) to \($0.upperBound)" } ?? "nowhere"), counted from \
                the jump's middle. The share of the fall in a run's own jumps is \(fixed(test.result.observed, 2)); \
                random pairings reach at most \(fixed(test.result.null.max() ?? .nan, 2)).
                """,
            data: jumpsTable(around, test)
        ) { jumpsAndLoss(around, test) }

        var sensitivity = Table(
            "height", "from step", "jumps per run", "share of time", "share of fall", "share in others’ jumps", "p")
        for height in [0.05, 0.1, 0.15] {
            for after in [600, 800, 1000] {
                let rule = JumpRule(height: height, after: after)
                let test = PairingTest(courses, rule, pairings: pairings, using: page.stream("pairings"))
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
        //: runs hold \(fall-others): that much of the match is mere timing. Of the rest, the fall that other runs'
        //: jumps would leave, a run's own jumps hold \(fall-beyond). If the fall were composed of jumps it would be all
        //: of it; we ask for more than half. (The share without this subtraction is large wherever jumps and falls both
        //: come early.) Of the random pairings, \(as-large) reach the observed share ($p$ = \(p-value)), and one in
        //: twenty reaches \(fall-chance). How clear that is depends on which jumps the \(runs) runs happen to have: in
        //: single runs their own jumps hold between \(fall-least) and \(fall-most) of the fall. As a speed: while one
        //: of its features jumps, the loss of a run falls \(speed) times as fast as those of the runs in which nothing
        //: jumps at the same steps; random pairings have \(speed-others) as a mean, and one in twenty \(speed-chance).
        //: \(table:jump-rules) shows the test for other rules of what counts as a jump.
        //:
        //: The paper suspects that a smooth fall of the loss in larger models is made of many such small jumps. Here
        //: \(early) of the whole fall comes before step 800, where all features move together and our rule sees no
        //: single ones jump. The suspicion is about the rest.

        let chance = quantile(0.95, of: test.result.null)
        let speedChance = quantile(0.95, of: test.speed.null)
        page["pairings"] = "9,999"
        page["early"] = percent(mean(courses.map { $0.shareOfFall(before: rule.after) }), digits: 0)
        page["time"] = percent(time, digits: 0)
        page["fall"] = percent(test.result.observed, digits: 0)
        page["fall-others"] = percent(test.othersMean, digits: 0)
        page["fall-beyond"] = percent(test.beyondTiming(test.result.observed), digits: 0)
        let leastFall = percent(own.map(\.fall).min() ?? .nan, digits: 0)
        let mostFall = percent(own.map(\.fall).max() ?? .nan, digits: 0)
        page["fall-least"] = leastFall
        page["fall-most"] = mostFall
        page["fall-chance"] = percent(chance, digits: 0)
        page["speed"] = fixed(test.speed.observed, 1)
        page["speed-others"] = fixed(test.speed.expected, 1)
        page["speed-chance"] = fixed(speedChance, 1)
        page["as-large"] = String(test.result.null.count { $0 >= test.result.observed })
        page["p-value"] = fixed(test.result.pValue, 4)
        page.claim(
            "energy.drop",
            "The loss drops suddenly at the jumps (speed of its fall then over that of runs without a jump just then).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            passage: "the loss curve also undergoes a sudden drop",
            measured: test.speed.observed, expected: 3...(.infinity), partly: 1.5...(.infinity),
            control: .init("other runs' jumps", test.speed.expected),
            reason: """
                The paper shows one run. Runs differ: their own jumps hold between \(leastFall) and \(mostFall) of the \
                fall, and over all the drop is less sudden.
                """,
            figure: "jumps-and-loss",
            weights: ["energy-levels"])
        page.claim(
            "energy.composed",
            "The fall of the loss is composed of jumps (share after step 800 in a run’s own jumps, of what other runs’ would leave).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            passage: "seemingly smooth decreases of the loss curve",
            measured: test.beyondTiming(test.result.observed), expected: 0.5...1,
            control: .init("the luckiest twentieth of random pairings", test.beyondTiming(chance)),
            reason: """
                Much of the match is timing. Jumps and falls both come early, and the jumps of other runs hold \
                \(percent(test.othersMean, digits: 0)) of the fall as well.
                """,
            figure: "jumps-and-loss", weights: ["energy-levels"])
        page.claim(
            "energy.own",
            "The loss of a run drops at the run's own jumps (p of the pairing test).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            passage: "As this happens, the loss curve",
            measured: test.result.pValue, expected: 0...0.01, partly: 0...0.05,
            reason: """
                How clear it is depends on which jumps the runs happen to have: in single runs their own jumps hold between \
                \(leastFall) and \(mostFall) of the fall.
                """,
            figure: "jumps-and-loss", weights: ["energy-levels"])
    }

    private func largerModels(_ page: Page, _ small: [Course], _ rule: JumpRule) async throws {
        //: ## A larger model
        //:
        //: We test the suspicion on models with twice as many features and dimensions, trained in the same way. Several
        //: features may jump at a time there. So we ask whether the loss falls faster while *more* features jump. Both
        //: fade with time, and so we take from each the mean of the other runs at the same steps. What is left of a
        //: run's speed is then compared with what is left of its own number of jumping features, and, as a control, of
        //: other runs'.

        let steps = page.choose(paper: 6_000, quick: 2_000)
        let uniform = Experiment.Setting(
            features: .init(density: 0.35, features: 80), importance: Array(repeating: 1, count: 80))
        let large = try await page.train(
            Experiment(
                id: "larger-model",
                architecture: .init(features: 80, hidden: 20),
                settings: [uniform], restarts: page.choose(paper: 6, quick: 3),
                steps: steps, batchSize: page.choose(paper: 1024, quick: 256), learningRate: .constant(1e-3),
                snapshots: Experiment.snapshots(every: 50, through: steps)))
        let samples = FixedSamples(
            uniform.features, count: page.choose(paper: 4096, quick: 1024), using: page.stream("larger-model"))
        let courses = (0..<large.experiment.models).map { Course(of: large, model: $0, on: samples) }
        let test = CrowdTest(courses, rule, pairings: 9_999, using: page.stream("crowds"))
        let jumps = courses.map { Double($0.jumps(rule).count) }
        let busy = mean(test.jumping.map { run in mean(run.map { $0 > 0 ? 1 : 0 }) })
        let chance = quantile(0.95, of: test.result.null)
        let sudden = (small: mean(small.map { $0.steepest(rule) }), large: mean(courses.map { $0.steepest(rule) }))
        try page.figure(
            "larger-model",
            caption: """
                One run of 80 features in 20 dimensions. Above, the dimensionality of every feature, with those that \
                jump in colour; then the number of features that jump; below, the speed at which the loss falls.
                """,
            alt: """
                \(Set(courses[0].jumps(rule).map(\.feature)).count) of 80 features jump after step 800, up to \
                \(number(test.jumping[0].max() ?? 0)) at a time. Over all runs the number that jump and the speed of \
                the fall, less the other runs' means, have a correlation of \(fixed(test.result.observed, 2)).
                """,
            data: largerModelTable(courses[0], test)
        ) { largerModel(courses[0], test, rule) }

        //: The larger models have \(large-jumps) jumps each, as a mean, the small ones \(small-jumps). Some feature
        //: jumps in \(busy) of the stretches of 150 steps after step 800, and at most \(crowd-most) do at a time. The
        //: fastest stretch holds \(large-steepest) of the fall, as a mean over runs, against \(small-steepest) in the
        //: small models: \(smooth-verdict). The correlation between a run's excess speed and its excess number of
        //: jumping features is \(crowd), where the luckiest twentieth of random pairings would have \(crowd-chance). So
        //: \(crowd-verdict). In single runs the correlation is between \(crowd-least-run) and \(crowd-most-run), so
        //: that the mean of \(crowd-runs) depends on which runs these are.

        page["large-jumps"] = fixed(mean(jumps), 0)
        page["small-jumps"] = number(mean(small.map { Double($0.jumps(rule).count) }), digits: 1)
        page["crowd-most"] = number(test.jumping.flatMap(\.self).max() ?? 0)
        page["smooth-verdict"] =
            sudden.large < 0.8 * sudden.small
            ? "the loss of the larger ones is smoother"
            : "these models are not yet large enough for a loss that is much smoother"
        page["busy"] = percent(busy, digits: 0)
        page["large-steepest"] = percent(sudden.large, digits: 0)
        page["small-steepest"] = percent(sudden.small, digits: 0)
        page["crowd-runs"] = String(test.own.count)
        let leastOwn = fixed(test.own.min() ?? .nan, 2).replacing("-", with: "−")
        let mostOwn = fixed(test.own.max() ?? .nan, 2)
        page["crowd-least-run"] = leastOwn
        page["crowd-most-run"] = mostOwn
        page["crowd"] = fixed(test.result.observed, 2)
        page["crowd-chance"] = fixed(chance, 2)
        page["crowd-verdict"] =
            test.result.observed > max(0.5, chance)
            ? "in these models the fall follows the jumps of their own features, as the paper suspects"
            : test.result.observed > chance
                ? "in these models the fall follows the jumps of their own features in part, and the rest is smooth"
                : "in these models we see no sign that the fall is made of jumps"
        page.claim(
            "energy.larger",
            "The fall of larger models is made of many jumps (correlation of excess speed and excess number of jumps).",
            source: "Superposition and Learning Dynamics, Phenomenon 1",
            passage: "in fact composed of many small jumps",
            measured: test.result.observed, expected: 0.5...1, partly: max(0.2, chance.nextUp)...1,
            control: .init("the luckiest twentieth of random pairings", chance),
            reason: """
                The mean depends on which \(test.own.count) runs these are: in single runs the correlation is between \
                \(leastOwn) and \(mostOwn).
                """,
            figure: "larger-model")
    }

    /// - Returns: the trained models, each one's shape during training, and the samples on which losses are measured.
    private func transformations(_ page: Page) async throws -> (TrainedModels, [Trajectory], FixedSamples) {
        //: ## Learning as geometric transformations
        //:
        //: Two sets of three features each, in three dimensions. The features of a set are active together or not at
        //: all, with density 0.05, and have independent values. The initial weights are scaled down to a fiftieth, so
        //: that a run begins near zero, as the paper's does. Each run can then be described by four numbers: the
        //: distance between the two sets' centroids, the area of the triangle that each set forms, the *twist* by which
        //: one triangle is turned against the other about the axis between them (0° is a prism, a sixth of a turn an
        //: antiprism), and how nearly every feature has an antipode in the other set. The regimes follow from these, in
        //: units of the octahedron with vertices of length 1:
        //:
        //: | regime | ends when |
        //: |---|---|
        //: | **A**, near zero | the distance between the sets passes a tenth of the octahedron's |
        //: | **B**, the sets move apart | the mean area of the triangles passes a tenth of the octahedron's |
        //: | **C**, the triangles open | the smaller area passes nine tenths of it |
        //: | **D**, the triangles turn | every feature has an antipode in the other set, to within \(settled-angle) |

        page["settled-angle"] = fixed(acos(Regimes.antipodality) * 180 / .pi, 0) + "°"
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

        let route = trajectories.indices.filter { trajectories[$0].route == .oneAxis }
        let onAxis = route.filter { trajectories[$0].regimes.areInOrder }
        let chosen = onAxis.min { trajectories[$0].twistAtTurning < trajectories[$1].twistAtTurning } ?? 0
        let path = trajectories[chosen]
        let samples = FixedSamples(
            correlated.features, count: page.choose(paper: 1 << 16, quick: 1 << 14),
            using: page.stream("geometric-transformations"))
        let models = transformed.snapshots.map { transformed[chosen, $0] }
        let transformation = Transformation(
            steps: path.steps, models: models, shapes: path.shapes, losses: models.map(samples.meanLoss),
            ends: path.regimes.events ?? [1, 2, 3, 4])
        let events = transformation.ends
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
                At first all six features are near the origin. At the end of B, step \(path.steps[events[1]]), the two \
                sets are apart, at an angle of \(fixed(path.shapes[events[1]].angle, 0))° and each nearly a point; at \
                the end of C, step \(path.steps[events[2]]), each is a triangle, with a twist of \
                \(fixed(path.shapes[events[2]].twist, 0))°; at the end of D, step \(path.steps[events[3]]), the twist \
                is \(fixed(path.shapes[events[3]].twist, 0))° and opposite corners belong to different sets.
                """,
            data: transformationTable(transformation), exploring: .space(transformationCourse(transformation))
        ) { geometricTransformations(transformation) }

        //: In the paper's picture the sets leave the origin (A) and move apart as two points on one axis (B). Then each
        //: point opens into a triangle (C). What that leaves is more or less a prism, in which features of different
        //: sets lie over one another. It turns (D) until all features have antipodes. \(picture-verdict) The regimes
        //: end at steps \(ends), and the loss falls by \(falls) of what it was when each began.
        //:
        //: Regimes that end in order would not say much: an octahedron that grows in place passes all four limits in
        //: order, too. But its sets would be a third of the way apart when the triangles reach a tenth of their area.
        //: So we also ask that they are then more than half as far apart as in the octahedron.
        //:
        //: Can each regime be seen in the loss, as the paper says? We ask this of all \(axis-runs) runs on this route
        //: and not only of the one shown, and call a regime visible if the loss falls by at least a twentieth in it.
        //: Regime A is in \(visible-a) of these runs, B in \(visible-b), C in \(visible-c), D in \(visible-d), and all
        //: four in \(visible-all). Together that is \(visible-share) of the regimes. The loss falls a lot, so pieces of
        //: any kind may show: of four pieces cut at random from the same curves, the loss falls by a twentieth in
        //: \(visible-random). \(visible-verdict)

        var stream = page.stream("pieces")
        let random = mean(
            route.map { run in
                let losses = transformed.snapshots.map { samples.meanLoss(of: transformed[run, $0]) }
                return visibleShareOfRandomPieces(losses, cuts: 200, using: &stream)
            })
        let regimes = route.map { run -> [Double] in
            guard trajectories[run].regimes.areInOrder, let events = trajectories[run].regimes.events else { return [] }
            return regimeFalls(
                ([0] + events).map { samples.meanLoss(of: transformed[run, transformed.snapshots[$0]]) })
        }
        func visible(_ regime: Int) -> Int { regimes.count { $0.count > regime && isVisible($0[regime]) } }
        let allVisible = regimes.count { !$0.isEmpty && $0.allSatisfy(isVisible) }
        let shownRegimes = (0..<4).reduce(0) { $0 + visible($1) }
        let least = (0..<4).min { visible($0) < visible($1) } ?? 0
        page["visible-share"] = percent(Double(shownRegimes) / Double(4 * route.count), digits: 0)
        page["visible-random"] = percent(random, digits: 0)
        page["ends"] = events.map { String(path.steps[$0]) }.joined(separator: ", ")
        page["falls"] = regimeFalls(([0] + events).map { transformation.losses[$0] }).map { percent($0) }
            .joined(separator: ", ")
        page["picture-verdict"] =
            onAxis.isEmpty
            ? "None of our runs goes through these regimes in this order."
            : "So does the run shown: its triangles turn from \(fixed(path.shapes[events[2]].twist, 0))° to "
                + "\(fixed(path.shapes[events[3]].twist, 0))°."
        page["axis-runs"] = String(route.count)
        for (regime, name) in ["a", "b", "c", "d"].enumerated() { page["visible-\(name)"] = String(visible(regime)) }
        page["visible-all"] = String(allVisible)
        page["visible-verdict"] =
            allVisible == route.count
            ? "So each regime shows in the loss on this route."
            : "The one that shows least is \(["A", "B", "C", "D"][least])."
        let octahedra = trajectories.count { $0.endsInOctahedron }
        let inOrder = trajectories.count { $0.regimes.areInOrder && $0.opensApart }
        page.claim(
            "transformations.order",
            "Learning proceeds in four regimes (runs in which A to D end in order, and the sets are far apart when they open).",
            source: "Superposition and Learning Dynamics, Phenomenon 2",
            passage: "The learning proceeds in distinct regimes",
            count: inOrder, of: trajectories.count, unit: "runs", expected: 0.9...1,
            figure: "geometric-transformations", weights: ["geometric-transformations"])
        page.claim(
            "transformations.visible",
            "Each regime is visible in the loss curve (it falls by a twentieth; four regimes of all runs on one axis).",
            source: "Superposition and Learning Dynamics, Phenomenon 2", passage: "which are visible in the loss curve",
            count: shownRegimes, of: 4 * route.count, unit: "regimes", expected: 0.95...1, partly: 0.75...1,
            control: .init("pieces cut at random", random * Double(4 * route.count)),
            reason: """
                The paper shows one run. Of all \(route.count) runs on its route, regime \(["A", "B", "C", "D"][least]), which \
                shows least, is visible in \(visible(least)).
                """,
            figure: "geometric-transformations", weights: ["geometric-transformations"])
        page.claim(
            "transformations.octahedron",
            "The octahedron with antipodes from different sets is a strong attractor (runs ending in it, within 10°).",
            source: "Superposition and Learning Dynamics, Phenomenon 2", passage: "seems to be a strong attractor",
            count: octahedra, of: trajectories.count, unit: "runs", expected: 0.9...1, partly: 0.5...1,
            control: .init("untrained weights", Double(trajectories.count { $0.startsInOctahedron })),
            figure: "geometric-transformations", weights: ["geometric-transformations"])
        return (transformed, trajectories, samples)
    }

    private func earlyPhase(_ page: Page, _ trajectories: [Trajectory]) throws {
        //: ## First principal components
        //:
        //: The paper says that the network learns a linear solution first, that of principal component analysis, and
        //: then moves to a better one that is not linear. The first two principal components of these features are the
        //: means of the two sets. We take the cosine between $W^T W$ and the projection on these two: it is 1 if a
        //: model is principal component analysis, $1/\sqrt2$ if the sets are opposite, where one direction serves both,
        //: and $1/\sqrt6$ in the octahedron.

        let known = trajectories.filter { $0.likenessInB.isFinite }
        try page.figure(
            "early-phase",
            caption: """
                The cosine between $W^T W$ and principal component analysis over training, for the first runs (64 at \
                most), coloured by how the sets lie when B ends. Dots mark the highest value in regime B. Grey: both \
                sets on one axis, and the octahedron.
                """,
            alt: """
                The median cosine is \(fixed(median(trajectories.map { $0.likenessToPCA.first ?? .nan }), 2)) at the \
                start, \(fixed(median(known.map(\.likenessInB)), 2)) at its highest in B, and \
                \(fixed(median(trajectories.map { $0.likenessToPCA.last ?? .nan }), 2)) at the end of training.
                """,
            data: earlyPhaseTable(trajectories)
        ) { likenessDuringTraining(Array(trajectories.prefix(64))) }

        //: At the start the cosine is \(pca-start), as a median; at its highest in regime B it is \(pca-opening); at
        //: the end of training \(pca-end). In B it comes above 0.95 in \(pca-runs) of \(path-runs) runs. To take the
        //: highest point is a choice that favours the claim. So the control makes the same choice: of as many sets of
        //: random weights as a run has snapshots in B, the one with the highest cosine is above 0.95 in \(pca-random)
        //: of as many cases. And in the middle of B, a point that is chosen without looking, the cosine is above 0.95
        //: in \(pca-middle) runs. \(pca-axis) of the \(pca-runs) are on the route that the paper shows, where the sets
        //: are opposite: two opposite sets on one axis can be told apart by a ReLU, but by no linear model.

        let close = trajectories.filter { $0.likenessInB > 0.95 }
        var stream = page.stream("untrained-likeness")
        let atRandom = trajectories.count { $0.highestOfUntrained(using: &stream) > 0.95 }
        page["pca-random"] = String(atRandom)
        page["pca-middle"] = String(trajectories.count { $0.likenessInMiddleOfB > 0.95 })
        page["pca-start"] = fixed(median(trajectories.map { $0.likenessToPCA.first ?? .nan }), 2)
        page["pca-opening"] = fixed(median(known.map(\.likenessInB)), 2)
        page["pca-end"] = fixed(median(trajectories.map { $0.likenessToPCA.last ?? .nan }), 2)
        page["pca-runs"] = String(close.count)
        let closeOnAxis = close.count { $0.route == .oneAxis }
        page["pca-axis"] = closeOnAxis > 0 ? String(closeOnAxis) : "None"
        page.claim(
            "transformations.pca",
            "An early phase of training is principal component analysis (runs in which its cosine passes 0.95 in B).",
            source: "Superposition and Learning Dynamics, Phenomenon 2", passage: "learns a linear PCA solution",
            count: close.count, of: trajectories.count, unit: "runs", expected: 0.5...1, partly: 0.1...1,
            control: .init("the highest of as many untrained weights", Double(atRandom)), figure: "early-phase",
            weights: ["geometric-transformations"])
    }

    private func waysThere(
        _ page: Page, _ transformed: TrainedModels, _ trajectories: [Trajectory], _ samples: FixedSamples
    ) async throws {
        //: ## The way there
        //:
        //: The paper says that there are a few ways to the octahedron, that they differ in C, where some models go
        //: straight to an antiprism, and that this presumably depends on the geometry at the end of B. In ours, the
        //: twist when D begins is below 20° in \(low-twist) of \(path-runs) runs, and above 40°, nearly an antiprism
        //: already, in \(high-twist); at the end of training it is \(low-twist-end) and \(high-twist-end). The twist at
        //: the end of B, when the triangles are still small, has a rank correlation of \(twist-correlation) with it,
        //: where the luckiest twentieth of shuffled runs would have \(twist-chance). In B we can see how the sets lie
        //: to each other:

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
        let (cubeBundle, descentBundle) = (cubeShare(trajectories), cubeShare(descents))
        try page.figure(
            "paths",
            caption: """
                The angle at the origin between the two sets' centroids over training, in the first runs of \
                each kind (64 at most): with AdamW, as everywhere here, and with gradient descent with \
                momentum. Coloured by how the sets lie when they open.
                """,
            alt: """
                With AdamW \(percent(cubeBundle, digits: 0)) of the runs leave the random start at an angle near one \
                of those between the corners of a cube, with gradient descent \(percent(descentBundle, digits: 0)). \
                \(percent(panels[0].share(of: .oneAxis), digits: 0)) and \
                \(percent(panels[1].share(of: .oneAxis), digits: 0)) of them open on one axis, \
                \(percent(panels[0].share(of: .rightAngle), digits: 0)) and \
                \(percent(panels[1].share(of: .rightAngle), digits: 0)) at a right angle.
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
        //: \(right-runs) the centroids are at a right angle. At step 1000 the median loss of these is \(right-plateau),
        //: against \(axis-plateau) on one axis.
        //:
        //: Why one axis at all? The left panel may have a hint: \(cube-share) of the angles are within 5° of 0°,
        //: \(cube-angles) or 180° at the end of A. Those are the angles between the corners of a cube. AdamW divides
        //: the gradient of each weight by its own size. From a start near zero all coordinates should therefore grow
        //: equally fast, and each set run to the corner of a cube that has the signs of its centroid at the start. Two
        //: random corners are opposite one time in eight, which would be \(opposite-expected) of \(path-runs) runs. In
        //: \(sign-hits) of the \(sign-opposite) runs whose centroids start with opposite signs in all three coordinates
        //: the sets open on one axis; of the other \(sign-rest), \(sign-misses) do.
        //:
        //: If that is the reason, gradient descent should not do it, as it prefers no coordinates, and the size of the
        //: start should matter little as long as it is small. We take the same optimiser with an $\epsilon$ of 1 in its
        //: denominator, far above any gradient here, which makes it gradient descent with momentum, and both with
        //: starts a tenth and ten times as large (\(table:starts)). With gradient descent \(cube-descent) of the angles
        //: are near those of a cube, and \(descent-axis) of \(descent-runs) runs open on one axis. Two random
        //: directions in space would be so near one axis in \(axis-chance) of all cases. \(starts-verdict)

        let scales = [0.002, 0.2]
        let cells = scales.flatMap { scale in [(scale, true), (scale, false)] }
        let others = try await page.train(
            all: cells.map { scale, isAdaptive in
                let steps = isAdaptive ? 4_000 : page.choose(paper: 8_000, quick: 3_000)
                return Experiment(
                    id: "starts-\(isAdaptive ? "adamw" : "descent")-\(scale)",
                    architecture: .init(features: 6, hidden: 3),
                    settings: transformed.experiment.settings, restarts: page.choose(paper: 64, quick: 32),
                    steps: steps, batchSize: page.choose(paper: 1024, quick: 256),
                    learningRate: .constant(isAdaptive ? 1e-3 : 1),
                    optimizer: isAdaptive ? AdamW() : AdamW(epsilon: 1, weightDecay: 1e-5), initialScale: scale,
                    snapshots: Experiment.snapshots(growingBy: 1.05, through: steps))
            })
        var starts = cells.indices.map { cell in
            StartCell(
                optimizer: panels[cells[cell].1 ? 0 : 1].title, scale: cells[cell].0,
                runs: (0..<others[cell].experiment.models).map { Trajectory(of: others[cell], model: $0) })
        }
        starts += panels.map {
            StartCell(optimizer: $0.title, scale: transformed.experiment.initialScale, runs: $0.runs)
        }
        starts.sort { ($0.optimizer, $0.scale) < ($1.optimizer, $1.scale) }
        try page.table(
            "starts",
            caption: """
                Runs by optimiser and by the factor on their initial weights: how many open within the steps that they \
                get, and how the sets then lie.
                """, startTable(starts))

        let opposite = trajectories.filter { $0.startSigns == 3 }
        let rest = trajectories.filter { $0.startSigns < 3 }
        let waiting = transformed.snapshots.first { $0.step >= 1000 } ?? transformed.snapshots[0]
        func plateau(_ route: Route) -> String {
            let runs = trajectories.indices.filter { trajectories[$0].route == route }.prefix(16)
            return fixed(median(runs.map { samples.meanLoss(of: transformed[$0, waiting]) }), 4)
        }
        page["axis-plateau"] = plateau(.oneAxis)
        page["right-plateau"] = plateau(.rightAngle)
        let turned = trajectories.filter { $0.twistAtTurning.isFinite && $0.twistAtOpening.isFinite }
        let (before, after) = (turned.map(\.twistAtOpening), turned.map(\.twistAtTurning))
        let same = PermutationTest(
            observed: rankCorrelation(before, after), permutations: 999, using: page.stream("twists")
        ) { rankCorrelation(before.shuffled(using: &$0), after) }
        let chance = quantile(0.95, of: same.null)
        let (low, high) = (
            trajectories.count { $0.twistAtTurning < 20 }, trajectories.count { $0.twistAtTurning > 40 }
        )
        let (lowAtEnd, highAtEnd) = (
            trajectories.count { $0.twistAtEnd < 20 }, trajectories.count { $0.twistAtEnd > 40 }
        )
        page["low-twist"] = String(low)
        page["high-twist"] = String(high)
        page["low-twist-end"] = String(lowAtEnd)
        page["high-twist-end"] = String(highAtEnd)
        page["twist-correlation"] = fixed(same.observed, 2)
        page["twist-chance"] = fixed(chance, 2)
        page["right-runs"] = String(trajectories.count { $0.route == .rightAngle })
        page["path-runs"] = String(trajectories.count)
        page["cube-share"] = percent(cubeBundle, digits: 0)
        page["cube-descent"] = percent(descentBundle, digits: 0)
        page["cube-angles"] = cubeAngles[1...2].map { fixed($0, 0) + "°" }.joined(separator: ", ")
        page["opposite-expected"] = String(trajectories.count / 8)
        page["sign-hits"] = String(opposite.count { $0.route == .oneAxis })
        page["sign-opposite"] = String(opposite.count)
        page["sign-misses"] = String(rest.count { $0.route == .oneAxis })
        page["sign-rest"] = String(rest.count)
        page["descent-axis"] = String(descents.count { $0.route == .oneAxis })
        page["descent-runs"] = String(descents.count)
        page["axis-chance"] = percent((1 - 0.9) / 2, digits: 0)
        func shares(_ panel: Int) -> [Double] {
            starts.filter { $0.optimizer == panels[panel].title }.map { $0.share(of: .oneAxis) }.filter(\.isFinite)
        }
        func range(_ shares: [Double]) -> String {
            "\(percent(shares.min() ?? .nan, digits: 0)) to \(percent(shares.max() ?? .nan, digits: 0))"
        }
        let isOptimizer = (shares(0).min() ?? 0) > (shares(1).max() ?? 1)
        page["starts-verdict"] = """
            Over the three sizes, \(range(shares(0))) of the runs that open do so on one axis with AdamW, and \
            \(range(shares(1))) with gradient descent. So how often the paper's first movement happens \
            \(isOptimizer ? "belongs to the optimiser more than to the size of the start" : "is not settled by this").
            """
        let routes = Route.allCases.count { panels[0].share(of: $0) >= 0.05 }
        page.claim(
            "transformations.routes",
            "The trajectory shown is one of a few that lead there (routes taken by a twentieth of the runs or more).",
            source: "Superposition and Learning Dynamics, Phenomenon 2",
            passage: "one of a few different learning trajectories",
            measured: Double(routes), expected: 2...5, figure: "paths", weights: ["geometric-transformations"])
        page.claim(
            "transformations.vary",
            "Trajectories vary in C (runs with a twist below 20° or above 40° after it, whichever are fewer).",
            source: "Superposition and Learning Dynamics, Phenomenon 2",
            passage: "The different trajectories vary at step",
            count: min(low, high), of: trajectories.count, unit: "runs", expected: 0.05...0.5, partly: 0.01...0.5,
            control: .init("the same runs at the end of training", Double(min(lowAtEnd, highAtEnd))), figure: "paths",
            weights: ["geometric-transformations"])
        page.claim(
            "transformations.closest",
            "That depends on the geometry at the end of B (rank correlation of the twist then and after C).",
            source: "Superposition and Learning Dynamics, Phenomenon 2",
            passage: "Presumably this depends on which feature geometry",
            measured: same.observed, expected: 0.5...1, partly: 0.2...1,
            control: .init("the luckiest twentieth of shuffled runs", chance), figure: "paths",
            weights: ["geometric-transformations"])
    }
}
