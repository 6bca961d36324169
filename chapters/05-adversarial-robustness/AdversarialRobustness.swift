//: # Relationship to adversarial robustness
//:
//: Does superposition make a model easy to attack, and does training against attacks drive superposition out?
//: [@elhage2022] A feature with a dimension of its own can be reached only through itself. A feature that shares its
//: direction can be reached through every feature it shares it with, each of them a little. Someone who may change an
//: input by a fixed length will spread the change over all of them.

import Analysis
import Foundation
import Notebook
import ToyModels

/// A measure of harm at each density, relative to the models of dense features.
private struct Curves {
    let own, alone, linear: [Double]
    /// At the lowest density, with directions at random.
    let random: Double

    /// The share of the rise, at the lowest density, that is gone without interference.
    var interference: Double { gone(at: alone.last ?? .nan) }
    /// Control: the share that is gone with directions at random, which interfere as well.
    var interferenceAtRandom: Double { gone(at: random) }

    /// The share of the rise that is gone at another value.
    private func gone(at value: Double) -> Double { own.last.map { ($0 - value) / ($0 - 1) } ?? .nan }
}

public struct AdversarialRobustness: Chapter {
    public let source = Source()

    public init() {}

    public func run(_ page: Page) async throws {
        let (relu, samples, attacked, control) = try await theAttack(page)
        try howItIsMeasured(page, attacked)
        try isItTheAutoencoder(page, attacked, control)
        try await attacksByGradient(page, relu, samples)
        try await attacksOnOthers(page)
        try await trainingAgainstAttacks(page)
        page.result(
            #"""
            Superposition makes models easy to attack: an attack of a given length does up to \(rise) times the harm
            that it does without superposition. Training against attacks reduces superposition, at \(least-loss) to
            \(most-loss) times the loss.
            """#, figure: "vulnerability")
    }

    /// - Returns: the ReLU models, the number of samples that are attacked, and what that does to these models and to
    ///   the linear ones.
    private func theAttack(_ page: Page) async throws -> (TrainedModels, Int, [Vulnerability], [Vulnerability]) {
        //: ## The attack
        //:
        //: Before its ReLU, entry $i$ of the output is $(W^T W)_i \cdot x + b_i$. Among all changes $\delta$ of the
        //: input that have length $\varepsilon$, the one that moves it most is
        //:
        //: $$\delta_i = \pm\, \varepsilon \, \frac{(W^T W)_i}{\lVert (W^T W)_i \rVert}.$$
        //:
        //: With $n$ features there are $2n$ such attacks. As in the paper, $\varepsilon$ is a tenth of the mean length
        //: of an input, and only the one of the $2n$ attacks that raises the loss most counts. The model's output
        //: should be as if nothing had been done to its input: the loss is $\sum_i (x_i - x'_i(x + \delta))^2$.
        //:
        //: The paper leaves two things open. One is whether the worst attack is chosen for each sample or once for all
        //: of them. An adversarial example is made for the sample that it attacks, so we choose per sample. The other
        //: is what the rise $\Delta L$ is measured against. Sparse inputs are short, and $\varepsilon$ with them, so
        //: $\Delta L$ itself shrinks whatever the model does. We divide by $\varepsilon^2$, what the attack would do to
        //: a model that passes its input through. Last, we divide by the same quantity for the models trained on dense
        //: features, which have no superposition. \(figure:normalisations) shows where other choices lead.
        //:
        //: The models have $n = 200$ features of equal importance and density in $m = 20$ dimensions.

        let (n, m) = (200, 20)
        let inverse: [Double] = [1, 1.5, 2, 3, 4, 6, 8, 12, 16, 25, 35, 50, 70, 100]
        let settings = inverse.map { setting(inverseDensity: $0, features: n) }
        let steps = page.choose(paper: 3_000, quick: 500)
        let batch = page.choose(paper: 512, quick: 128)
        let relu = try await page.train(
            Experiment(
                id: "vulnerability",
                architecture: .init(features: n, hidden: m),
                settings: settings, restarts: page.choose(paper: 3, quick: 1),
                steps: steps, batchSize: batch, learningRate: .linear(1e-2)))

        //: Two controls keep the shape of an autoencoder with a bottleneck and have no superposition. One is the linear
        //: model, trained in the same way on the same features: it stores $m$ of them, each with a dimension of its
        //: own. The other is made from the ReLU models after training: every feature keeps its length and its bias but
        //: gets a dimension of its own, so that $W^T W$ loses everything off its diagonal. It stores as much, and
        //: nothing interferes. And there are two measures of harm: the rise of the loss, and how far the output moves,
        //: $\lVert x'(x + \delta) - x'(x) \rVert^2$, both over $\varepsilon^2$.

        let linear = try await page.train(
            Experiment(
                id: "vulnerability-linear",
                architecture: .init(features: n, hidden: m, output: .linear),
                settings: settings,
                steps: steps, batchSize: batch, learningRate: .linear(1e-2)))

        let samples = page.choose(paper: 2048, quick: 256)
        func attack(_ trained: TrainedModels) async throws -> [Vulnerability] {
            let stream = page.stream("attacked")
            let targets = trained.experiment.settings.map {
                FixedSamples($0.features, count: samples, using: stream)
            }
            return try await concurrentMap(Array(0..<trained.experiment.models)) { model in
                let setting = model / trained.experiment.restarts
                return Vulnerability(of: trained[model], density: 1 / inverse[setting], on: targets[setting])
            }
        }
        let attacked = try await attack(relu)
        let control = try await attack(linear)

        let sparsest = settings.count - 1
        var turning = page.stream("random-directions")
        let turned = relu.models(ofSetting: sparsest).map { relu[$0].withRandomDirections(using: &turning) }
        let target = FixedSamples(settings[sparsest].features, count: samples, using: page.stream("attacked"))
        let random = try await concurrentMap(turned) { Vulnerability.harm(to: $0, on: target) }

        func relative(_ measure: (Vulnerability.Harm) -> Vulnerability.Rise) -> Curves {
            let dense = means(attacked) { measure($0.own).perSample }[0]
            return Curves(
                own: means(attacked) { measure($0.own).perSample / dense },
                alone: means(attacked) { measure($0.alone).perSample / dense },
                linear: means(control) { measure($0.own).perSample / dense },
                random: mean(random.map { measure($0).perSample / dense }))
        }
        let (rise, moves) = (relative { $0.rise }, relative { $0.displacement })
        let features = means(attacked, \.featuresPerDimension)
        try page.figure(
            "vulnerability",
            caption: """
                Above, vulnerability to adversarial examples against sparsity, relative to the dense models, in two \
                measures; below, features per dimension. Dots are single models, lines their means; the linear model \
                and the ReLU models without their interference are controls that have no superposition.
                """,
            alt: """
                The curves of the ReLU models rise with sparsity: the loss to \(fixed(rise.own.max() ?? .nan, 0)) \
                times its rise for the dense model, the move of the output to \(fixed(moves.own.max() ?? .nan, 0)) \
                times, features per dimension to \(fixed(features.max() ?? .nan, 0)). The linear model stays within \
                \(fixed(rise.linear.min() ?? .nan, 2)) and \(fixed(rise.linear.max() ?? .nan, 2)). Without \
                interference the first measure reaches \(fixed(rise.alone.max() ?? .nan, 1)), the second \
                \(fixed(moves.alone.max() ?? .nan, 1)).
                """,
            data: vulnerabilityTable(attacked, linear: control)
        ) { vulnerability(attacked, linear: control) }

        //: The rise of the loss is up to \(rise) times that of a dense model, while features per dimension rise to
        //: \(features). The two have a correlation of \(correlation) over the densities. Any two curves that rise are
        //: correlated, so this needs something to compare with: the correlation of vulnerability with sparsity itself,
        //: $1/(1-S)$ or its logarithm, whichever is higher, is \(correlation-sparsity). The linear model, which meets
        //: the same data and the same attacks, stays between \(linear-least) and \(linear-rise).
        //:
        //: How much of the rise is interference depends on the measure. By the loss, vulnerability without interference
        //: is still \(alone-rise) at the sparse end, and \(share-rise) of the rise is gone. What is left is due to the
        //: shrinking $\varepsilon$: where the output is wrong anyway, pushing it further adds a loss in proportion to
        //: $\varepsilon$, not to $\varepsilon^2$, and an attack that may look at the sample pushes where its output is
        //: wrong. An attack per sample and a division by $\varepsilon^2$ do not quite fit together. How far the output
        //: moves has no such term. By that measure vulnerability rises to \(moves) times the dense models', is
        //: \(alone-moves) without interference, and \(share-moves) of the rise is gone. \(measure-verdict)
        //:
        //: Is it the interference that makes the difference, or would any change of the directions do? As a control we
        //: give the features random directions, and keep lengths and biases as before. Then \(random-rise) of the rise
        //: is gone by the loss, and \(random-moves) by the move of the output; below zero, such models are the more
        //: vulnerable ones.

        let sparsity = [inverse, inverse.map { log($0) }].map { abs(correlation(rise.own, $0)) }.max() ?? .nan
        page["measure-verdict"] =
            rise.interference < 0.9 && moves.interference >= 0.9
            ? "So what the first measure holds against the paper's explanation is a matter of the measure."
            : "So the measure does not decide how much of the rise is interference."
        page["rise"] = fixed(rise.own.max() ?? .nan, 0)
        page["moves"] = fixed(moves.own.max() ?? .nan, 0)
        page["features"] = fixed(features.max() ?? .nan, 1)
        page["correlation"] = fixed(correlation(rise.own, features), 4)
        page["correlation-sparsity"] = fixed(sparsity, 3)
        page["linear-least"] = fixed(rise.linear.min() ?? .nan, 2)
        page["linear-rise"] = fixed(rise.linear.max() ?? .nan, 2)
        page["alone-rise"] = fixed(rise.alone.last ?? .nan, 1)
        page["alone-moves"] = fixed(moves.alone.last ?? .nan, 2)
        page["share-rise"] = percent(rise.interference, digits: 0)
        page["share-moves"] = percent(moves.interference, digits: 0)
        page["random-rise"] = percent(rise.interferenceAtRandom, digits: 0).replacing("-", with: "−")
        page["random-moves"] = percent(moves.interferenceAtRandom, digits: 0).replacing("-", with: "−")
        page.claim(
            "vulnerability.rises",
            "Vulnerability rises more than threefold as superposition forms (largest, relative to dense models).",
            source: "Relationship to Adversarial Robustness",
            passage: "vulnerability to adversarial examples sharply increases",
            measured: rise.own.max() ?? .nan, expected: 3...(.infinity), partly: 1.5...(.infinity),
            control: .init("the linear model", rise.linear.max() ?? .nan), figure: "vulnerability")
        page.claim(
            "vulnerability.moves",
            "Vulnerability rises more than threefold (by how far the output moves, relative to dense models).",
            source: "Relationship to Adversarial Robustness",
            passage: "vulnerability to adversarial examples sharply increases",
            measured: moves.own.max() ?? .nan, expected: 3...(.infinity), partly: 2...(.infinity),
            control: .init("the same features without interference", moves.alone.max() ?? .nan),
            figure: "vulnerability")
        page.claim(
            "vulnerability.tracks",
            "It closely tracks the number of features per dimension (correlation over the densities).",
            source: "Relationship to Adversarial Robustness", passage: "the level of vulnerability closely tracks",
            measured: correlation(rise.own, features), expected: 0.99...1,
            control: .init("sparsity in place of features per dimension", sparsity), figure: "vulnerability",
            weights: ["vulnerability"])
        page.claim(
            "vulnerability.interference",
            "The rise is due to interference (share of it that is gone without interference, at density 0.01).",
            source: "Relationship to Adversarial Robustness",
            passage: "create an obvious way for an adversary to attack",
            measured: rise.interference, expected: 0.9...1.1, partly: 0.5...1.1,
            control: .init("random directions, which interfere", rise.interferenceAtRandom),
            reason: """
                It is this measure: an attack made for a sample also pushes outputs that are wrong anyway, where harm \
                grows with its length, not the square.
                """,
            figure: "vulnerability", weights: ["vulnerability"])
        page.claim(
            "vulnerability.interference-moves",
            "The rise is due to interference (the same, by how far the output moves).",
            source: "Relationship to Adversarial Robustness",
            passage: "create an obvious way for an adversary to attack",
            measured: moves.interference, expected: 0.9...1.1, partly: 0.5...1.1,
            control: .init("random directions, which interfere", moves.interferenceAtRandom), figure: "vulnerability",
            weights: ["vulnerability"])
        return (relu, samples, attacked, control)
    }

    private func howItIsMeasured(_ page: Page, _ attacked: [Vulnerability]) throws {
        //: ## How it is measured matters
        //:
        //: The same thing, measured in \(ways) ways, each relative to the dense models:

        let versions = Normalisation.all.map { ($0, $0.curves(attacked)) }
        let (threefold, factors) = (
            versions.filter { ($0.1.own.max() ?? 0) > 3 }, versions.map { $0.1.own.max() ?? .nan }
        )
        try page.figure(
            "normalisations",
            caption: """
                Vulnerability relative to the dense models in several normalisations, and the same without \
                interference (dashed): with the worst attack chosen per sample (above) or once for all samples \
                (below), and the rise of the loss divided by the square of the attack's length, the move of the \
                output divided by the same, the rise as a ratio of lengths, divided by the loss without attack, and \
                not divided at all.
                """,
            alt: """
                The curves' highest points lie between \(fixed(factors.min() ?? .nan, 1)) and \
                \(fixed(factors.max() ?? .nan, 0)) times the dense models; \(threefold.count) of \
                \(versions.count) pass three.
                """,
            data: normalisationTable(attacked)
        ) { normalisations(attacked) }

        var table = Table(
            "attack", "measure", "largest", "at density 0.01", "without interference",
            "correlation with features per dimension")
        let features = means(attacked, \.featuresPerDimension)
        for (version, (own, alone)) in versions {
            table.append(
                version.attack, version.plainMeasure, own.max() ?? .nan, own.last ?? .nan, alone.last ?? .nan,
                correlation(own, features))
        }
        try page.table(
            "normalisations-summary",
            caption: "The same curves in numbers, relative to the dense models.", table)

        //: The paper's “more than threefold” holds in \(threefold) of the \(ways). It does not say which it used.
        //: Whatever is divided by something that shrinks with the inputs rises by more. A single attack for all samples
        //: has its highest point at \(for-all) by the loss, against \(per-sample) with an attack per sample. It knows
        //: nothing of where the output for a sample is wrong, and negative biases catch a part of what it passes on. At
        //: the sparse end, where $\varepsilon$ is least, it has \(for-all-last).

        page["ways"] = String(versions.count)
        page["threefold"] = String(threefold.count)
        page["per-sample"] = fixed(versions[0].1.own.max() ?? .nan, 1)
        let forAll = versions[versions.count / 2].1.own
        page["for-all"] = fixed(forAll.max() ?? .nan, 1)
        page["for-all-last"] = fixed(forAll.last ?? .nan, 1)
    }

    private func isItTheAutoencoder(_ page: Page, _ attacked: [Vulnerability], _ control: [Vulnerability]) throws {
        //: ## Is it the autoencoder?
        //:
        //: A published critique [@v3rv] holds that the correlation is built in. An autoencoder without superposition
        //: passes every input through, the attacked one included, so its loss cannot rise; superposition is by
        //: construction the only thing that lets it rise. We can say how far that is so.

        try page.figure(
            "vulnerability-vs-features",
            caption: """
                Vulnerability against features per dimension $\\lambda$. Left: all models, as in the paper, coloured \
                by sparsity. Right: the same on logarithmic axes, with the same weights without ReLU and bias, the \
                same features without interference, and the linear models. Dashed: $\\lambda$ and $\\lambda^2$.
                """,
            alt: """
                Vulnerability against features per dimension has a slope of \
                \(fixed(slope(of: attacked) { $0.own.rise.perSample }, 2)) on logarithmic axes. Without ReLU the \
                slope is \(fixed(slope(of: attacked) { $0.squaredGain }, 2)), without interference \
                \(fixed(slope(of: attacked) { $0.alone.rise.perSample }, 2)); the linear models all sit at one \
                feature per dimension.
                """,
            data: vulnerabilityTable(attacked, linear: control)
        ) { vulnerabilityAgainstFeatures(attacked, linear: control) }

        //: First, the algebra. If the features are spread evenly over the dimensions, $(W^T W)^2 = \lambda W^T W$ with
        //: $\lambda$ features per dimension, and the attack on a feature moves the whole output before the ReLU by
        //: $\lambda \varepsilon$. Without the ReLU the loss would have to rise by $\lambda^2 \varepsilon^2$; the
        //: uppermost dots in \(figure:vulnerability-vs-features) have a correlation of \(square-correlation) with
        //: $\lambda^2$. So the critique is right that a relation is built in, and the figure's axes are not
        //: independent. What training adds is the ReLU and the biases, which catch \(caught) of that at the sparse end.
        //: With them vulnerability grows as $\lambda$ to the power \(slope-relu), without them to the power
        //: \(slope-bare).
        //:
        //: Second, the reading of the loss. The critique lets the target follow the attack: for the input $x + \delta$
        //: the output should be $x + \delta$. Read this way, the linear model's loss rises by at most
        //: \(moving-linear) $\varepsilon^2$, and the ReLU models' by \(moving-relu) $\varepsilon^2$ at the sparse end,
        //: where it is \(original-relu) with the original target. In the paper's reading a model without superposition
        //: does lose something, $\varepsilon^2$, and that is the unit in which we measure. What these models cannot
        //: show, and here we agree with the critique, is whether interference matters in networks that are not asked to
        //: return their input. Later work goes there. [@gorton2025]

        let sparse = attacked.filter { $0.inverseDensity == 100 }
        let dense = means(attacked) { $0.own.rise.perSample }[0]
        let bare = means(attacked) { $0.squaredGain / dense }
        let features = means(attacked, \.featuresPerDimension)
        page["square-correlation"] = fixed(correlation(bare, features.map { $0 * $0 }), 3)
        page["slope-relu"] = fixed(slope(of: attacked) { $0.own.rise.perSample }, 2)
        page["slope-bare"] = fixed(slope(of: attacked) { $0.squaredGain }, 2)
        page["caught"] = percent(1 - mean(sparse.map { $0.own.rise.perSample / $0.squaredGain }), digits: 0)
        page["moving-linear"] = fixed(control.map(\.movingTarget.perSample).max() ?? .nan, 3)
        page["moving-relu"] = fixed(mean(sparse.map(\.movingTarget.perSample)), 0)
        page["original-relu"] = fixed(mean(sparse.map(\.own.rise.perSample)), 0)
    }

    private func attacksByGradient(_ page: Page, _ relu: TrainedModels, _ samples: Int) async throws {
        //: ## Attacks by gradient
        //:
        //: The paper first attacked by gradient descent, found it hard where ReLUs are off 99% of the time, and turned
        //: to the analytic attacks. Here is the comparison: projected gradient ascent [@madry2018] of \(attack-steps)
        //: steps within the same ball, from the sample itself. Three still lower densities show where it leads. Of very
        //: sparse samples most have no active feature at all, and there is nothing to learn from those: we attack
        //: samples with at least one. The attack's length is a tenth of the mean length of all samples, as before.

        let attackSteps = GradientAttack(norm: 1).steps
        page["attack-steps"] = String(attackSteps)
        let n = relu.experiment.architecture.features
        let sparser: [Double] = [200, 400, 1000]
        let rare = try await page.train(
            Experiment(
                id: "gradient-masking",
                architecture: relu.experiment.architecture,
                settings: sparser.map { setting(inverseDensity: $0, features: n) },
                steps: relu.experiment.steps, batchSize: page.choose(paper: 4096, quick: 512),
                learningRate: .linear(1e-2)))
        let models = Array(zip(relu.experiment.settings + rare.experiment.settings, relu.best + rare.best))
        let masking = try await concurrentMap(models) { setting, model in
            Masking(of: model, setting.features, samples: samples, using: page.stream("masking"))
        }
        let ratios = masking.map { $0.gradient / $0.analytic }
        let sparsest = masking.last
        try page.figure(
            "gradient-masking",
            caption: """
                Left: the mean rise of the loss, over $\\varepsilon^2$, under the worst analytic attack of \
                each sample, under gradient ascent, and under the worst of as many random directions. Right: \
                the share of output ReLUs that are off, of samples at which the gradient is zero, and of samples at \
                which it is zero and the analytic attack does harm nevertheless. Samples have at least one active \
                feature, but for the grey line on the right.
                """,
            alt: """
                Gradient ascent does between \(fixed(ratios.min() ?? .nan, 2)) and \(fixed(ratios.max() ?? .nan, 2)) \
                times the harm of the analytic attacks. At density 0.001 \(percent(sparsest?.off ?? .nan)) of the \
                ReLUs are off, and \(percent(sparsest?.masked ?? .nan, digits: 0)) of the samples with an active \
                feature have no gradient.
                """,
            data: maskingTable(masking)
        ) { gradientMasking(masking) }

        //: At density 0.001, \(off) of the ReLUs are off on samples that are not empty; the paper speaks of 99%. As to
        //: gradients, \(masked-all) of all samples have none at that density. But \(empty) of all samples are empty. Of
        //: those that are not, \(masked) have no gradient, and a random start within the ball leaves \(masked-random)
        //: without. The analytic attacks reach beyond the plateau most often at density \(reached-density), where
        //: \(reached) of the samples are without gradient and harmed nevertheless.
        //:
        //: Does that make the attack fail? Its harm is at least \(gradient-worst) times that of the analytic attacks at
        //: every density, and \(gradient-last) times at the lowest. (The analytic attacks are the best ones for single
        //: outputs, before their ReLU; for the whole loss there may be better ones.) So why did the authors find it
        //: hard? The paper does not say how its steps were made. A step of fixed length, as taken here, uses only the
        //: direction of the gradient. One in proportion to the gradient crawls where the gradient is small. We try
        //: both, with \(attack-steps) steps in all sizes:

        let rates = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]
        let shares = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]
        let tried = [8.0, 100, 1000].compactMap { inverse in
            models.last { abs($0.0.features.density[0] * inverse - 1) < 1e-9 } ?? models.last
        }
        let sweeps = try await concurrentMap(tried) { setting, model in
            StepSizes(
                of: model, setting.features, rates: rates, shares: shares, samples: samples,
                using: page.stream("masking"))
        }
        let rare001 = sweeps[sweeps.count - 1]
        let crawling = rare001.proportional.last { $0.harm < 0.9 }
        let (leastRaw, mostRaw) = (
            rare001.proportional.map(\.harm).min() ?? .nan, rare001.proportional.map(\.harm).max() ?? .nan
        )
        try page.figure(
            "gradient-steps",
            caption: """
                Harm of gradient ascent over that of the analytic attacks against the size of its steps, on samples \
                that are not empty. Left: the step is the gradient times a rate. Right: every step has the same length.
                """,
            alt: """
                At density 0.001 steps in proportion to the gradient do from \(fixed(leastRaw, 2)) to \
                \(fixed(mostRaw, 2)) times the harm of the analytic attacks, depending on their rate; steps of one \
                length from \(fixed(rare001.fixed.map(\.harm).min() ?? .nan, 2)) to \
                \(fixed(rare001.fixed.map(\.harm).max() ?? .nan, 2)) times.
                """,
            data: stepTable(sweeps)
        ) { gradientSteps(sweeps) }

        //: Steps of less than a twentieth of the attack's length cannot reach it in \(attack-steps) steps, and neither
        //: can those in proportion to the gradient if the rate is small. \(step-verdict)

        if let crawling {
            page["step-verdict"] = """
                At density 0.001 the latter do \(fixed(crawling.harm, 2)) times the harm of the analytic attacks at a \
                rate of \(number(crawling.rate, digits: 6)), and \(fixed(mostRaw, 2)) times at the best of the rates. \
                So whether attacks by gradient fail is a matter of how their steps are chosen, which the paper does \
                not report: with steps of a suitable size they \(mostRaw >= 1 ? "do not fail" : "still do less harm").
                """
        } else {
            page["step-verdict"] = """
                But at density 0.001 no rate that was tried gives less than \(fixed(leastRaw, 2)) times the harm of \
                the analytic attacks. So the size of the steps does not explain what the paper reports.
                """
        }
        let most = masking.max { $0.reached < $1.reached }
        page["off"] = percent(sparsest?.off ?? .nan)
        page["empty"] = percent(sparsest?.empty ?? .nan, digits: 0)
        page["masked"] = percent(sparsest?.masked ?? .nan, digits: 0)
        page["masked-all"] = percent(sparsest?.maskedOfAll ?? .nan, digits: 0)
        page["masked-random"] = percent(sparsest?.maskedAtRandom ?? .nan, digits: 0)
        page["reached"] = percent(most?.reached ?? .nan, digits: 0)
        page["reached-density"] = number(1 / (most?.inverseDensity ?? .nan), digits: 3)
        page["gradient-last"] = fixed(ratios.last ?? .nan, 2)
        page["gradient-worst"] = fixed(ratios.min() ?? .nan, 2)
        page.claim(
            "masking.relus-off",
            "For extremely sparse examples ReLUs are off 99% of the time (samples that are not empty, density 0.001).",
            source: "Relationship to Adversarial Robustness",
            passage: "for extremely sparse examples where ReLU neurons",
            measured: sparsest?.off ?? .nan, expected: 0.985...1, partly: 0.9...1,
            control: .init("dense features", masking.first?.off ?? .nan), figure: "gradient-masking",
            weights: ["vulnerability", "gradient-masking"])
        page.claim(
            "masking.gradient-fails",
            "There gradient attacks do less harm than analytic ones (harm over theirs, not empty, density 0.001).",
            source: "Relationship to Adversarial Robustness",
            passage: "it worked better to analytically derive adversarial attacks",
            measured: ratios.last ?? .nan, expected: 0...0.9,
            reason: """
                It depends on the steps, which the paper does not report: those in proportion to the gradient do \
                \(fixed(leastRaw, 2)) to \(fixed(mostRaw, 2)) times the analytic harm.
                """,
            figure: "gradient-masking")
    }

    private func attacksOnOthers(_ page: Page) async throws {
        //: ## Attacks on other models
        //:
        //: Adversarial examples are known to transfer: what fools one network often fools another. The paper says that
        //: superposition could predict this, if which features are correlated or anticorrelated decides how they are
        //: arranged, since then models of different seeds have the same arrangement. We train a few models on each of
        //: three kinds of features, which are active equally often: independent, in correlated sets of five, and in
        //: anticorrelated pairs. For each sample we take the attack that is worst for one model, and make it on the
        //: models of other seeds.

        let (n, m) = (100, 40)
        let density = 0.05
        let kinds: [(id: String, title: String, features: FeatureDistribution)] = [
            ("transfer-independent", "Independent", .init(density: density, features: n)),
            (
                "transfer-correlated", "Correlated sets of 5",
                .init(density: density, features: n, dependence: .correlated(setSize: 5))
            ),
            (
                "transfer-anticorrelated", "Anticorrelated pairs",
                .init(density: 2 * density, features: n, dependence: .anticorrelated(setSize: 2))
            ),
        ]
        let trained = try await page.train(
            all: kinds.map { kind in
                Experiment(
                    id: kind.id,
                    architecture: .init(features: n, hidden: m),
                    settings: [.init(features: kind.features, importance: Array(repeating: 1, count: n))],
                    restarts: page.choose(paper: 4, quick: 2), steps: page.choose(paper: 3_000, quick: 500),
                    batchSize: page.choose(paper: 512, quick: 128), learningRate: .linear(1e-2))
            })
        let count = page.choose(paper: 1024, quick: 256)
        let results = try await concurrentMap(Array(zip(kinds, trained))) { kind, trained in
            Transfer(
                kind.title, among: (0..<trained.experiment.models).map { trained[$0] },
                on: FixedSamples(kind.features, count: count, using: page.stream("transfer")),
                using: page.stream("transfer-controls"))
        }
        let left = results.map { mean($0.toOthers) }
        try page.figure(
            "transfer",
            caption: """
                Harm that the attacks made for one model do to models of other seeds, over the harm to the model that \
                they were made for: as they were made, with their entries for all other features shuffled, and along \
                random directions. Bars are means, dots pairs of models.
                """,
            alt: """
                Attacks keep \(percent(left[0], digits: 0)) of their harm on other seeds' models with independent \
                features, \(percent(left[1], digits: 0)) with correlated sets and \(percent(left[2], digits: 0)) with \
                anticorrelated pairs. Shuffled they keep \(percent(mean(results[0].shuffled), digits: 0)), \
                \(percent(mean(results[1].shuffled), digits: 0)) and \(percent(mean(results[2].shuffled), digits: 0)).
                """,
            data: transferTable(results)
        ) { transfers(results) }

        //: We say that an attack transfers if it keeps half of its harm, and in part if it keeps twice as much as with
        //: independent features. With independent features \(left-independent) of the harm is left. That is not
        //: nothing, since an attack on a feature also pushes that feature itself, and each model stores it; with its
        //: other entries shuffled an attack does \(shuffled-independent). What goes beyond this is due to the
        //: arrangement. With correlated sets it is \(left-correlated), against \(shuffled-correlated) shuffled; with
        //: anticorrelated pairs \(left-anticorrelated), against \(shuffled-anticorrelated). \(transfer-verdict) An
        //: anticorrelated pair decides with which feature a feature shares its line. A correlated set decides only
        //: which ones are kept apart, and leaves to chance what its features share with all others.

        for (name, result) in zip(["independent", "correlated", "anticorrelated"], results) {
            page["left-\(name)"] = percent(mean(result.toOthers), digits: 0)
            page["shuffled-\(name)"] = percent(mean(result.shuffled), digits: 0)
        }
        let more = zip(["correlated sets", "anticorrelated pairs"], left.dropFirst()).filter { $0.1 > left[0] }.map(\.0)
        page["transfer-verdict"] =
            more.isEmpty
            ? "So neither dependence makes attacks transfer better than they do with independent features."
            : "So attacks transfer better with \(more.joined(separator: " and ")) than with independent features."
        let reasons = [
            "A correlated set decides only which features are kept apart, and leaves to chance what its features share with "
                + "all others.",
            "A pair decides with which feature a feature shares its line, and no more: \(n / 2) pairs interfere in "
                + "\(m) dimensions.",
        ]
        for (index, (name, value)) in zip(["correlated", "anticorrelated"], left.dropFirst()).enumerated() {
            page.claim(
                "transfer.\(name)",
                "Attacks transfer if \(name) features are arranged alike (share of harm left on other seeds' models).",
                source: "Relationship to Adversarial Robustness",
                passage: "it could arguably predict that adversarial examples transfer",
                measured: value, expected: 0.5...1, partly: min(0.5, 2 * left[0])...1,
                control: .init("independent features", left[0]), reason: reasons[index], figure: "transfer")
        }
    }

    private func trainingAgainstAttacks(_ page: Page) async throws {
        //: ## Training against attacks
        //:
        //: Can the relation be reversed? We train $n = 100$ features in $m = 20$ dimensions, and add to every training
        //: input the analytic attack on a random feature, with a random sign, as the paper did. The target remains the
        //: unchanged input. The attacks' length is given in units of the mean length of an input.

        let densities = [0.2, 0.1, 0.05, 0.03, 0.02]
        let strengths = stride(from: 0, through: 12, by: page.choose(paper: 1, quick: 2)).map { Double($0) / 10 }
        let features = densities.map { FeatureDistribution(density: $0, features: 100) }
        let hardening = features.flatMap { features in
            let norm = FixedSamples(features, count: 1 << 14, using: page.stream("norm")).meanNorm
            return strengths.map {
                Experiment.Setting(
                    features: features, importance: Array(repeating: 1, count: 100), attackNorm: $0 * norm)
            }
        }
        let hardened = try await page.train(
            Experiment(
                id: "adversarial-training",
                architecture: .init(features: 100, hidden: 20),
                settings: hardening, restarts: page.choose(paper: 2, quick: 1),
                steps: page.choose(paper: 2_500, quick: 400), batchSize: page.choose(paper: 256, quick: 128),
                learningRate: .linear(1e-2)))
        let samples = page.choose(paper: 512, quick: 128)
        let curves = try await concurrentMap(Array(densities.enumerated())) { index, density in
            let targets = FixedSamples(features[index], count: samples, using: page.stream("attacked"))
            return HardenedCurve(
                density: density, strengths: strengths,
                models: strengths.indices.map { place in
                    hardened.models(ofSetting: index * strengths.count + place).map { model in
                        Hardened(
                            hardened[model], density: density, strength: strengths[place],
                            loss: hardened.losses[model], on: targets)
                    }
                })
        }
        let strong = strengths.firstIndex { $0 >= 0.8 } ?? 0
        let strengthsOfOne = curves.map(\.strengthOfOne)
        let dedicated = curves.map { $0.dedicatedShares[strong] }
        let lossRatios = curves.map { $0.means(\.loss)[strong] / $0.means(\.loss)[0] }
        try page.figure(
            "adversarial-training",
            caption: """
                What adversarial training leaves, against the length of the attacks in mean input norms: features per \
                dimension; the number of features stored, and of those with a dimension of their own; the mean \
                dimensionality of the stored ones; and, relative to training without attacks, the loss on unattacked \
                samples and the rise of the loss under this chapter's attack. Last, the lengths at which \
                there is one feature per dimension, and at which nine in ten of the stored features are dedicated. A \
                feature counts as stored if it is longer than half the longest, and as dedicated if its dimensionality \
                is above 0.9. Grey: one feature per dimension, as many features as dimensions, antipodal pairs, no \
                change, and the paper's length.
                """,
            alt: """
                Features per dimension pass 1 at lengths of the attacks between \
                \(fixed(strengthsOfOne.min() ?? .nan, 2)) and \(fixed(strengthsOfOne.max() ?? .nan, 2)). At a length \
                of 0.8 the share of stored features that are dedicated is \
                \(dedicated.map { fixed($0, 2) }.joined(separator: ", ")), from dense to sparse, and the loss without \
                attack is \(lossRatios.map { fixed($0, 1) }.joined(separator: ", ")) times what it was.
                """,
            data: adversarialTrainingTable(curves)
        ) { adversarialTraining(curves) }

        //: Features per dimension fall in \(falls) of the steps from one length to the next. How long attacks must be
        //: to remove superposition depends on what one calls removed, and on the density, which the paper does not
        //: name. Judged by features per dimension it is gone at lengths of \(strengths-of-one), for densities of
        //: \(densities). For \(strength-count) of these densities that is the paper's 80%, to within a tenth. But
        //: features also get *shorter*, since a short $W_i$ passes on less of an attack. At density \(middle-density)
        //: and a length of 0.8 there are \(alive) stored features in 20 dimensions, with a mean length of \(length) and
        //: a mean dimensionality of \(dimensionality). Judged by dedicated features, superposition is gone at
        //: \(strengths-of-dedication). \(strength-verdict)
        //:
        //: What do the models gain and lose? After training at a length of 0.8 the attack of a tenth of the input norm
        //: raises their loss by \(robust) of what it does to models trained without attacks, from the densest to the
        //: sparsest features. The paper predicts that robust models perform worse: the loss without attack is
        //: \(loss-ratios) times what it is without such training.

        let middle = curves[2]
        func list(_ values: [String]) -> String { values.joined(separator: ", ") }
        let inRange = strengthsOfOne.count { (0.7...0.9).contains($0) }
        page["densities"] = list(densities.map { number($0) })
        page["middle-density"] = number(middle.density)
        page["strength-count"] = "\(inRange) of \(densities.count)"
        page["strengths-of-one"] = list(strengthsOfOne.map { fixed($0, 2) })
        page["strengths-of-dedication"] = list(
            curves.map { curve in
                curve.strengthOfDedication.map { fixed($0, 1) } ?? "no length up to \(number(strengths.last ?? 0))"
            })
        page["alive"] = fixed(middle.means { Double($0.stored) }[strong], 0)
        page["length"] = fixed(middle.means(\.length)[strong], 2)
        page["dimensionality"] = fixed(middle.means(\.dimensionality)[strong], 2)
        page["robust"] = list(curves.map { percent($0.means(\.rise)[strong] / $0.means(\.rise)[0], digits: 0) })
        page["loss-ratios"] = list(lossRatios.map { fixed($0, 1) })
        page["least-loss"] = fixed(lossRatios.min() ?? .nan, 1)
        page["most-loss"] = fixed(lossRatios.max() ?? .nan, 1)
        let falls = curves.map { $0.means(\.featuresPerDimension) }.flatMap { zip($0, $0.dropFirst()).map { $0 > $1 } }
        page["falls"] = "\(falls.count { $0 }) of \(falls.count)"
        page["strength-verdict"] =
            inRange == densities.count && dedicated.allSatisfy { $0 >= 0.9 }
            ? "So the paper's 80% holds at all these densities."
            : "So the paper's 80% is a matter of the density, which is a choice of the setting."
        let byChance = curves.compactMap { curve in
            curve.models.first.map { ($0.map(\.loss).max() ?? .nan) / ($0.map(\.loss).min() ?? .nan) }
        }
        page.claim(
            "training.reduces",
            "Adversarial training reduces superposition (steps of strength at which features per dimension fall).",
            source: "Relationship to Adversarial Robustness", passage: "We found that this did reduce superposition",
            count: falls.count { $0 }, of: falls.count, unit: "", expected: 0.9...1, partly: 0.75...1,
            control: .init("strengths in random order", Double(falls.count) / 2), figure: "adversarial-training")
        page.claim(
            "training.strength",
            "It takes attacks of 80% of the input norm to remove it (densities where 70% to 90% do).",
            source: "Relationship to Adversarial Robustness", passage: "attacks had to be made unreasonably large",
            count: inRange, of: densities.count, unit: "densities", expected: 0.9...1, partly: 0.5...1,
            control: .init(
                "lengths at random", Double(densities.count) * 0.2 / (strengths.last ?? .nan)),
            reason: """
                It depends on the density, which the paper does not name: over ours it takes \
                \(fixed(strengthsOfOne.min() ?? .nan, 2)) to \(fixed(strengthsOfOne.max() ?? .nan, 2)) times the input norm.
                """,
            figure: "adversarial-training")
        page.claim(
            "training.dedicated",
            "Attacks of 80% remove it fully (densities at which nine in ten stored features are then dedicated).",
            source: "Relationship to Adversarial Robustness", passage: "to fully eliminate it",
            count: dedicated.count { $0 >= 0.9 }, of: densities.count, unit: "densities", expected: 0.9...1,
            partly: 0.5...1,
            control: .init("no attacks", Double(curves.count { $0.dedicatedShares[0] >= 0.9 })),
            reason: """
                Training shortens features instead, as short ones pass on less of an attack; and the paper does not \
                name the density, on which it depends.
                """,
            figure: "adversarial-training")
        page.claim(
            "training.loss",
            "Robust models perform worse (loss without attack after training at 80% over training without; the least).",
            source: "Relationship to Adversarial Robustness",
            passage: "adversarially robust models would have worse performance",
            measured: lossRatios.min() ?? .nan, expected: 1.1...(.infinity),
            control: .init("another seed", byChance.max() ?? .nan), figure: "adversarial-training")
    }
}
