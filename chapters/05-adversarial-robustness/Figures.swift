import Analysis
import Foundation
import Notebook
import Plot
import ToyModels

// What the chapter's figures look like, and the numbers that they show.

private let sparsityLabel = "1 / (1 − <i>S</i>)"
private let plain = Color(gray: 0.45)

private func points(_ x: [Double], _ y: [Double]) -> [Point] { zip(x, y).map { Point($0, $1) } }

// MARK: - Vulnerability

/// The chapter's own measure relative to its value for the dense models.
private func relative(_ models: [Vulnerability], _ rise: KeyPath<Vulnerability, Vulnerability.Rise>, to dense: Double)
    -> [Double]
{
    models.map { $0[keyPath: rise].perSample / dense }
}

private func denseRise(_ models: [Vulnerability]) -> Double { means(models) { $0.own.perSample }[0] }

/// Vulnerability, and below it features per dimension.
func vulnerability(_ models: [Vulnerability], linear: [Vulnerability]) -> Figure {
    let dense = denseRise(models)
    let inverse = means(models, \.inverseDensity)
    func curve(_ models: [Vulnerability], _ rise: KeyPath<Vulnerability, Vulnerability.Rise>) -> [Point] {
        points(inverse, means(models) { $0[keyPath: rise].perSample / dense })
    }
    func x(_ label: String?) -> Axis { .log(1...100, label: label, ticks: .at([1, 2, 5, 10, 20, 50, 100])) }
    let all = models.map(\.inverseDensity)
    return Figure {
        Axes(
            title: "Vulnerability to adversarial examples, relative to the model without superposition",
            x: x(nil), y: .linear(0...42, label: "Vulnerability"), height: 165
        ) {
            Line(curve(linear, \.own), color: plain, label: "linear model")
            Line(
                curve(models, \.withoutInterference), color: Palette.orange, dash: [4, 2.5],
                label: "ReLU model\nwithout its\ninterference")
            Points(points(all, relative(models, \.own, to: dense)), color: Palette.blue, size: 3)
            Line(curve(models, \.own), color: Palette.blue, width: 1.6, label: "ReLU model")
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
        "model", "inverse density", "features per dimension", "attack length", "loss", "variant", "rise per sample",
        "rise for all")
    for (name, models) in [("relu", models), ("linear", linear)] {
        for model in models {
            for (variant, rise) in [
                ("own", model.own), ("moving target", model.movingTarget),
                ("without ReLU", .init(perSample: model.squaredGain, oneForAll: model.squaredGain)),
                ("without interference", model.withoutInterference),
            ] {
                table.append(
                    name, model.inverseDensity, model.featuresPerDimension, model.norm, model.cleanLoss, variant,
                    rise.perSample, rise.oneForAll)
            }
        }
    }
    return table
}

// MARK: - Normalisations

/// All normalisations in panels, each relative to the dense models.
func normalisations(_ models: [Vulnerability]) -> Figure {
    let inverse = means(models, \.inverseDensity)
    return Figure {
        Grid(columns: 4, spacing: 12, rowSpacing: 14, rowTitles: ["One attack per sample", "One attack for all"]) {
            for normalisation in Normalisation.all {
                let values = relativeMeans(models, normalisation.value)
                let isLast = normalisation.attack != Normalisation.all[0].attack
                let isOurs = normalisation.measure == Normalisation.all[0].measure && !isLast
                Axes(
                    title: normalisation.measure + (isOurs ? " (ours)" : ""),
                    x: .log(1...100, label: isLast ? sparsityLabel : nil, ticks: .at([1, 10, 100])),
                    y: .linear(0...(1.15 * max(values.max() ?? 1, 1))), height: 74
                ) {
                    Rule(y: 1)
                    Line(points(inverse, values), color: isOurs ? Palette.blue : plain, width: 1.5)
                }
            }
        }
    }
}

/// One row per point of ``normalisations(_:)``.
func normalisationTable(_ models: [Vulnerability]) -> Table {
    var table = Table("attack", "measure", "inverse density", "relative vulnerability")
    for normalisation in Normalisation.all {
        for (inverse, value) in zip(means(models, \.inverseDensity), relativeMeans(models, normalisation.value)) {
            table.append(normalisation.attack, normalisation.plainMeasure, inverse, value)
        }
    }
    return table
}

// MARK: - Against features per dimension

/// Vulnerability against features per dimension, as in the paper, and on logarithmic axes with the controls.
func vulnerabilityAgainstFeatures(_ models: [Vulnerability], linear: [Vulnerability]) -> Figure {
    let dense = denseRise(models)
    func place(_ models: [Vulnerability], _ rise: KeyPath<Vulnerability, Vulnerability.Rise>) -> [Point] {
        points(models.map(\.featuresPerDimension), relative(models, rise, to: dense))
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
                Points(place(models, \.withoutInterference), color: Palette.orange, size: 4)
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
        Grid(widths: [1, 1], spacing: 24) {
            Axes(
                title: "Harm per sample", x: x, y: .log(0.1...100, label: "Δ<i>L</i> / <i>ε</i>²"), height: 170
            ) {
                Line(
                    points(inverse, results.map(\.random)), color: plain, dots: 3,
                    label: "worst of 400\nrandom\ndirections")
                Line(points(inverse, results.map(\.gradient)), color: Palette.vermilion, dots: 3, label: "gradient")
                Line(points(inverse, results.map(\.analytic)), color: Palette.blue, dots: 3, label: "analytic")
            }
            Axes(
                title: "Samples without a gradient", x: x, y: .linear(0...1, label: "Share of samples"), height: 170
            ) {
                Line(
                    points(inverse, results.map(\.masked)), color: Palette.vermilion, dots: 3,
                    label: "gradient\nis zero")
                Line(
                    points(inverse, results.map { $0.masked > 0 ? $0.masked * $0.harmedWhereMasked : 0 }),
                    color: Palette.blue, dots: 3)
                Label(
                    "and the analytic\nattack does harm", at: Point(25, 0.05), anchor: .right, offset: Point(4, -12),
                    color: Palette.blue)
            }
        }
    }
}

/// One row per density of ``gradientMasking(_:)``.
func maskingTable(_ results: [Masking]) -> Table {
    var table = Table(
        "inverse density", "analytic", "gradient", "gradient from random start", "random directions", "masked",
        "masked at random start", "analytic where masked", "harmed where masked", "analytic does more")
    for result in results {
        table.append(
            result.inverseDensity, result.analytic, result.gradient, result.gradientFromRandom, result.random,
            result.masked, result.maskedAtRandom, result.analyticWhereMasked, result.harmedWhereMasked,
            result.analyticWins)
    }
    return table
}

// MARK: - Adversarial training

/// Features per dimension, features stored and dedicated, and dimensionality, against the attacks' length.
func adversarialTraining(_ curves: [HardenedCurve]) -> Figure {
    let colors = ColorMap.viridis.colors(curves.count + 1).dropLast()
    func x(_ label: String?) -> Axis { .linear(0...1.2, label: label, ticks: .at([0, 0.4, 0.8, 1.2])) }
    func lines(_ value: @escaping (Hardened) -> Double, dash: [Double] = []) -> [any Mark] {
        zip(curves, colors).map { curve, color in
            Line(points(curve.strengths, curve.means(value)), color: color, width: 1.4, dash: dash)
        }
    }
    return Figure {
        Grid(columns: 3, spacing: 16) {
            Axes(title: "Features per dimension", x: x(nil), y: .linear(0...7), height: 150) {
                Rule(y: 1)
                lines(\.featuresPerDimension)
            }
            Axes(
                title: "Features stored, and (dashed) dedicated", x: x("Length of attacks, in mean input norms"),
                y: .linear(0...100), height: 150
            ) {
                Rule(y: 20)
                lines { Double($0.stored) }
                lines({ Double($0.dedicated) }, dash: [3, 2])
            }
            Axes(title: "Mean dimensionality of those stored", x: x(nil), y: .linear(0...1), height: 150) {
                Rule(y: 0.5)
                lines(\.dimensionality)
            }
        }
        Legend(zip(curves, colors).map { .init("1 − <i>S</i> = \($0.density)", $1, .line) })
    }
}

/// One row per model of ``adversarialTraining(_:)``.
func adversarialTrainingTable(_ curves: [HardenedCurve]) -> Table {
    var table = Table(
        "density", "attack length", "features per dimension", "stored", "dedicated", "length", "dimensionality", "loss")
    for model in curves.flatMap({ $0.models.flatMap(\.self) }) {
        table.append(
            model.density, model.strength, model.featuresPerDimension, model.stored, model.dedicated, model.length,
            model.dimensionality, model.loss)
    }
    return table
}
