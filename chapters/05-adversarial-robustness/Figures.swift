import Analysis
import Foundation
import Notebook
import Plot
import ToyModels

// What the chapter's figures look like, and the numbers that they show.

private let sparsityLabel = "1 / (1 − <i>S</i>)"
private let plain = Color(gray: 0.45)
private let quiet = Color(gray: 0.74)

private func points(_ x: [Double], _ y: [Double]) -> [Point] { zip(x, y).map { Point($0, $1) } }

// MARK: - Vulnerability

/// A measure of harm of every model, relative to the mean of the ReLU models for dense features.
private func relative(
    _ models: [Vulnerability], _ measure: (Vulnerability) -> Vulnerability.Rise, to dense: Double
) -> [Double] {
    models.map { measure($0).perSample / dense }
}

private func denseRise(_ models: [Vulnerability]) -> Double { means(models) { $0.own.rise.perSample }[0] }

/// Vulnerability in two measures, and below it features per dimension.
func vulnerability(_ models: [Vulnerability], linear: [Vulnerability]) -> Figure {
    let inverse = means(models, \.inverseDensity)
    let all = models.map(\.inverseDensity)
    func x(_ label: String?) -> Axis { .log(1...100, label: label, ticks: .at([1, 2, 5, 10, 20, 50, 100])) }
    func panel(
        _ title: String, _ label: String?, _ measure: @escaping (Vulnerability.Harm) -> Vulnerability.Rise,
        isNamed: Bool
    ) -> Axes {
        let dense = means(models) { measure($0.own).perSample }[0]
        func curve(_ models: [Vulnerability], _ harm: (Vulnerability) -> Vulnerability.Harm) -> [Point] {
            points(inverse, means(models) { measure(harm($0)).perSample / dense })
        }
        return Axes(title: title, x: x(nil), y: .linear(0...42, label: label), height: 165) {
            Line(curve(linear, \.own), color: plain, label: isNamed ? "linear model" : nil)
            Line(
                curve(models, \.alone), color: Palette.orange, dash: [4, 2.5],
                label: isNamed ? "ReLU model\nwithout its\ninterference" : nil)
            Points(points(all, relative(models, { measure($0.own) }, to: dense)), color: Palette.blue, size: 3)
            Line(curve(models, \.own), color: Palette.blue, width: 1.6, label: isNamed ? "ReLU model" : nil)
        }
    }
    return Figure {
        Grid(widths: [1, 1.35], spacing: 20) {
            panel("Rise of the loss, Δ<i>L</i> / <i>ε</i>²", "Vulnerability", { $0.rise }, isNamed: false)
            panel("Move of the output, ‖Δ<i>x</i>′‖² / <i>ε</i>²", nil, { $0.displacement }, isNamed: true)
        }
        Axes(
            title: "Features per dimension, ‖<i>W</i>‖<span size='70%' rise='-2pt'>F</span>² / <i>m</i>",
            x: x(sparsityLabel),
            y: .linear(0...16, label: "Features per dimension"), height: 110
        ) {
            Line(points(inverse, means(linear, \.featuresPerDimension)), color: plain, label: "linear model")
            Points(points(all, models.map(\.featuresPerDimension)), color: Palette.blue, size: 3)
            Line(
                points(inverse, means(models, \.featuresPerDimension)), color: Palette.blue, width: 1.6,
                label: "ReLU model")
        }
    }
}

/// One row per model and kind of harm.
func vulnerabilityTable(_ models: [Vulnerability], linear: [Vulnerability]) -> Table {
    var table = Table(
        "model", "inverse density", "features per dimension", "attack length", "loss", "variant", "per sample",
        "one for all")
    for (name, models) in [("relu", models), ("linear", linear)] {
        for model in models {
            for (variant, rise) in [
                ("rise", model.own.rise), ("displacement", model.own.displacement),
                ("rise, moving target", model.movingTarget),
                ("displacement without ReLU", .init(perSample: model.squaredGain, oneForAll: model.squaredGain)),
                ("rise without interference", model.alone.rise),
                ("displacement without interference", model.alone.displacement),
            ] {
                table.append(
                    name, model.inverseDensity, model.featuresPerDimension, model.norm, model.own.cleanLoss, variant,
                    rise.perSample, rise.oneForAll)
            }
        }
    }
    return table
}

// MARK: - Normalisations

/// All normalisations in panels, each relative to the dense models, with the control without interference.
func normalisations(_ models: [Vulnerability]) -> Figure {
    let inverse = means(models, \.inverseDensity)
    return Figure {
        Grid(columns: 5, spacing: 12, rowSpacing: 14, rowTitles: ["One attack per sample", "One attack for all"]) {
            for normalisation in Normalisation.all {
                let (own, alone) = normalisation.curves(models)
                let isLast = normalisation.attack != Normalisation.all[0].attack
                let isOurs = normalisation.measure == Normalisation.all[0].measure && !isLast
                Axes(
                    title: normalisation.measure + (isOurs ? " (ours)" : ""),
                    x: .log(1...100, label: isLast ? sparsityLabel : nil, ticks: .at([1, 10, 100])),
                    y: .linear(0...(1.15 * max((own + alone).max() ?? 1, 1))), height: 74
                ) {
                    Rule(y: 1)
                    Line(points(inverse, alone), color: Palette.orange, width: 1.2, dash: [3, 2])
                    Line(points(inverse, own), color: Palette.blue, width: 1.5)
                }
            }
        }
        Legend([.init("ReLU model", Palette.blue, .line), .init("without its interference", Palette.orange, .line)])
    }
}

/// One row per point of ``normalisations(_:)``.
func normalisationTable(_ models: [Vulnerability]) -> Table {
    var table = Table("attack", "measure", "inverse density", "relative vulnerability", "without interference")
    for normalisation in Normalisation.all {
        let (own, alone) = normalisation.curves(models)
        for (index, inverse) in means(models, \.inverseDensity).enumerated() {
            table.append(normalisation.attack, normalisation.plainMeasure, inverse, own[index], alone[index])
        }
    }
    return table
}

// MARK: - Against features per dimension

/// Vulnerability against features per dimension, as in the paper, and on logarithmic axes with the controls.
func vulnerabilityAgainstFeatures(_ models: [Vulnerability], linear: [Vulnerability]) -> Figure {
    let dense = denseRise(models)
    func place(_ models: [Vulnerability], _ harm: (Vulnerability) -> Vulnerability.Harm) -> [Point] {
        points(models.map(\.featuresPerDimension), relative(models, { harm($0).rise }, to: dense))
    }
    let shades = ColorMap.viridis
    let colors = models.map { shades(0.9 * (1 - log10($0.inverseDensity) / 2)) }
    let x = "Features per dimension <i>λ</i>"
    let powers = [1, 16.0]
    return Figure {
        Grid(widths: [1, 1], spacing: 30) {
            Axes(
                title: "Every model", x: .linear(0...16, label: x), y: .linear(0...44, label: "Vulnerability"),
                height: 190
            ) {
                Points(place(models, \.own), colors: colors, size: 5)
            }
            Axes(
                title: "With its controls", x: .log(0.9...18, label: x, ticks: .at([1, 2, 5, 10])),
                y: .log(0.08...400, label: "Vulnerability"), height: 190
            ) {
                Line(
                    points(powers, powers.map { $0 * $0 }), color: plain, width: 0.8, dash: [3, 2], label: "<i>λ</i>²")
                Line(points(powers, powers), color: plain, width: 0.8, dash: [3, 2], label: "<i>λ</i>")
                Points(
                    points(models.map(\.featuresPerDimension), models.map { $0.squaredGain / dense }),
                    color: Palette.purple, size: 4)
                Points(place(models, \.alone), color: Palette.orange, size: 4)
                Points(place(linear, \.own), color: plain, size: 8)
                Points(place(models, \.own), color: Palette.blue, size: 4)
            }
        }
        Legend([
            .init("ReLU model", Palette.blue, .point), .init("without ReLU", Palette.purple, .point),
            .init("without interference", Palette.orange, .point), .init("linear model", plain, .point),
        ])
        ColorBar(
            ColorMap(shades.colors(9).reversed()),
            .log(1...100, label: "Left: \(sparsityLabel)", ticks: .at([1, 10, 100])))
    }
}

// MARK: - Gradient masking

/// Analytic against gradient attacks, and the share of samples without a gradient.
func gradientMasking(_ results: [Masking]) -> Figure {
    let inverse = results.map(\.inverseDensity)
    let x = Axis.log(1...1000, label: sparsityLabel, ticks: .at([1, 10, 100, 1000]))
    return Figure {
        Grid(widths: [1, 1.1], spacing: 24) {
            Axes(
                title: "Harm per sample", x: x, y: .log(0.1...300, label: "Δ<i>L</i> / <i>ε</i>²"), height: 180
            ) {
                Line(
                    points(inverse, results.map(\.random)), color: plain, dots: 3,
                    label: "worst of\nas many\nrandom\ndirections")
                Line(points(inverse, results.map(\.gradient)), color: Palette.vermilion, dots: 3, label: "gradient")
                Line(points(inverse, results.map(\.analytic)), color: Palette.blue, dots: 3, label: "analytic")
            }
            Axes(
                title: "What is silent", x: x, y: .linear(0...1.04, label: "Share", ticks: .at([0, 0.5, 1])),
                height: 180
            ) {
                Line(points(inverse, results.map(\.off)), color: Palette.green, dots: 3, label: "ReLUs\nthat are off")
                Line(
                    points(inverse, results.map(\.maskedOfAll)), color: plain, dots: 3,
                    label: "all samples\nwithout\ngradient")
                Line(
                    points(inverse, results.map(\.masked)), color: Palette.vermilion, dots: 3,
                    label: "without\ngradient")
                Line(points(inverse, results.map(\.reached)), color: Palette.blue, dots: 3)
                Label(
                    "without gradient\nbut harmed", at: Point(330, 0.11), color: Palette.blue)
            }
        }
    }
}

/// One row per density of ``gradientMasking(_:)``.
func maskingTable(_ results: [Masking]) -> Table {
    var table = Table(
        "inverse density", "analytic", "gradient", "gradient from random start", "random directions", "masked",
        "masked at random start", "masked and harmed", "ReLUs off", "empty samples", "masked of all", "ReLUs off of all"
    )
    for result in results {
        table.append(
            result.inverseDensity, result.analytic, result.gradient, result.gradientFromRandom, result.random,
            result.masked, result.maskedAtRandom, result.reached, result.off, result.empty, result.maskedOfAll,
            result.offOfAll)
    }
    return table
}

/// Harm of gradient ascent against the size of its steps.
func gradientSteps(_ sweeps: [StepSizes]) -> Figure {
    let colors = Array(ColorMap.viridis.colors(sweeps.count + 1).dropLast())
    let y = Axis.linear(0...1.4, label: "Harm over the analytic attacks’")
    func lines(_ points: (StepSizes) -> [Point]) -> [any Mark] {
        [Rule(y: 1)]
            + zip(sweeps, colors).map { sweep, color in Line(points(sweep), color: color, width: 1.4, dots: 3) }
    }
    return Figure {
        Grid(widths: [1, 1], spacing: 24) {
            Axes(title: "Steps in proportion to the gradient", x: .log(label: "Rate"), y: y, height: 160) {
                lines { $0.proportional.map { Point($0.rate, $0.harm) } }
            }
            Axes(
                title: "Steps of one length",
                x: .log(label: "Length of a step over the attack’s"), y: y, height: 160
            ) { lines { $0.fixed.map { Point($0.share, $0.harm) } } }
        }
        Legend(zip(sweeps, colors).map { .init("1 − <i>S</i> = \(number($0.density))", $1, .line) })
    }
}

/// One row per point of ``gradientSteps(_:)``.
func stepTable(_ sweeps: [StepSizes]) -> Table {
    var table = Table("density", "kind of step", "size", "harm over the analytic attacks'")
    for sweep in sweeps {
        for (rate, harm) in sweep.proportional { table.append(sweep.density, "proportional", rate, harm) }
        for (share, harm) in sweep.fixed { table.append(sweep.density, "one length", share, harm) }
    }
    return table
}

// MARK: - Transfer

/// How much harm attacks do to models of other seeds.
func transfers(_ results: [Transfer]) -> Figure {
    Figure {
        Grid(columns: results.count, spacing: 16) {
            for (index, result) in results.enumerated() {
                let rows = [result.toOthers, result.shuffled, result.random]
                Axes(
                    title: result.title,
                    x: .linear(
                        0.4...3.6, ticks: .labelled([1: "as made", 2: "shuffled", 3: "random"])),
                    y: .linear(0...1.04, label: index == 0 ? "Harm to other seeds’ models" : nil), height: 150
                ) {
                    Bars(
                        rows.map(mean), at: [1, 2, 3], colors: [Palette.blue, quiet, quiet], width: 0.6)
                    for (place, values) in rows.enumerated() {
                        Points(values.map { Point(Double(place + 1), $0) }, color: Palette.black, size: 2)
                    }
                }
            }
        }
    }
}

/// One row per pair of models of ``transfers(_:)``.
func transferTable(_ results: [Transfer]) -> Table {
    var table = Table("features", "pair", "as made", "shuffled", "random")
    for result in results {
        for pair in result.toOthers.indices {
            table.append(
                result.title, pair + 1, result.toOthers[pair], result.shuffled[pair], result.random[pair])
        }
    }
    return table
}

// MARK: - Adversarial training

/// What adversarial training leaves, against the attacks' length, and the lengths that remove superposition.
func adversarialTraining(_ curves: [HardenedCurve]) -> Figure {
    let colors = ColorMap.viridis.colors(curves.count + 1).dropLast()
    func x(_ label: String?) -> Axis { .linear(0...1.2, label: label, ticks: .at([0, 0.4, 0.8, 1.2])) }
    func lines(_ value: @escaping (Hardened) -> Double, dash: [Double] = [], isRelative: Bool = false) -> [any Mark] {
        zip(curves, colors).map { curve, color in
            let values = curve.means(value)
            return Line(
                points(curve.strengths, isRelative ? values.map { $0 / values[0] } : values), color: color, width: 1.4,
                dash: dash)
        }
    }
    let inverse = curves.map { 1 / $0.density }
    let length = "Length of attacks in training"
    return Figure {
        Grid(columns: 3, spacing: 16, rowSpacing: 16) {
            Axes(title: "Features per dimension", x: x(nil), y: .linear(0...7.6), height: 130) {
                Rule(y: 1)
                lines(\.featuresPerDimension)
            }
            Axes(title: "Stored, and (dashed) dedicated", x: x(nil), y: .linear(0...108), height: 130) {
                Rule(y: 20)
                lines { Double($0.stored) }
                lines({ Double($0.dedicated) }, dash: [3, 2])
            }
            Axes(
                title: "Mean dimensionality of those stored", x: x(nil),
                y: .linear(0...1.08, ticks: .at([0, 0.5, 1])), height: 130
            ) {
                Rule(y: 0.5)
                lines(\.dimensionality)
            }
            Axes(title: "Loss without attack", x: x(length), y: .linear(0...5.4), height: 130) {
                Rule(y: 1)
                lines(\.loss, isRelative: true)
            }
            Axes(title: "Vulnerability", x: x(length), y: .linear(0...1.2), height: 130) {
                Rule(y: 1)
                lines(\.rise, isRelative: true)
            }
            Axes(
                title: "Length that removes superposition",
                x: .log(label: sparsityLabel, ticks: .at([5, 10, 20, 50])), y: .linear(0...1.3), height: 130
            ) {
                Rule(y: 0.8)
                Line(
                    points(inverse, curves.map(\.strengthOfOne)).filter { $0.y.isFinite }, color: Palette.blue,
                    width: 1.4, dots: 3, label: "one per\ndimension")
                Line(
                    points(inverse, curves.map { $0.strengthOfDedication ?? .nan }).filter { $0.y.isFinite },
                    color: Palette.vermilion, width: 1.4, dots: 3, label: "all\ndedicated")
            }
        }
        Legend(zip(curves, colors).map { .init("1 − <i>S</i> = \(number($0.density))", $1, .line) })
    }
}

/// One row per model of ``adversarialTraining(_:)``.
func adversarialTrainingTable(_ curves: [HardenedCurve]) -> Table {
    var table = Table(
        "density", "attack length", "features per dimension", "stored", "dedicated", "length", "dimensionality", "loss",
        "rise under attack")
    for model in curves.flatMap({ $0.models.flatMap(\.self) }) {
        table.append(
            model.density, model.strength, model.featuresPerDimension, model.stored, model.dedicated, model.length,
            model.dimensionality, model.loss, model.rise)
    }
    return table
}
