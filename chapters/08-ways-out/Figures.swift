import Analysis
import Foundation
import Notebook
import Plot
import ToyModels

// What the chapter's figures look like, and the numbers that they show.

private let plain = Color(gray: 0.45)

// MARK: - A penalty on the hidden layer

/// Both sweeps, and what little penalties do.
func penaltyFigure(_ falling: PenaltySweep, _ even: PenaltySweep, _ small: PenaltySweep, whole: Double) -> Figure {
    func points(_ sweep: PenaltySweep, _ values: [Double]) -> [Point] {
        zip(sweep.penalties, values).map { Point($0, $1) }
    }
    func penalty(_ sweep: PenaltySweep, _ label: String?) -> Axis {
        .linear(0...(sweep.penalties.last ?? 1) * 1.02, label: label)
    }
    let label = "Penalty <i>λ</i>"
    let fine = (0...200).map { 0.612 * Double($0) / 200 }
    func counts(_ sweep: PenaltySweep, _ title: String, _ most: Double) -> Axes {
        Axes(
            title: title, x: penalty(sweep, label),
            y: .linear(0...most, label: "Features", ticks: .at([0, 5, 10, 15, 20])),
            height: 100
        ) {
            if sweep.importance.last != 1 {
                Line(
                    fine.map { Point($0, Double(sweep.dedicated(penalty: $0, dimensions: 20).stored)) }
                        .filter { $0.y <= most },
                    color: plain, width: 0.7)
            } else {
                Rule(x: HiddenPenalty.threshold(density: sweep.density), Stroke(plain, width: 0.7))
            }
            Line(points(sweep, sweep.stored.map(Double.init)), color: Palette.blue, dots: 4)
            Line(points(sweep, sweep.shared.map(Double.init)), color: Palette.vermilion, dots: 4)
        }
    }
    func losses(_ sweep: PenaltySweep) -> Axes {
        let scale = 1 / sweep.losses[0]
        return Axes(
            x: penalty(sweep, label), y: .log(0.8...30, label: "Loss ratio", ticks: .at([1, 3, 10, 30])), height: 100
        ) {
            if sweep.importance.last != 1 {
                Line(
                    fine.map { Point($0, scale * sweep.dedicated(penalty: $0, dimensions: 5).loss) }, color: plain,
                    width: 0.7)
            }
            Line(points(sweep, sweep.losses.map { scale * $0 }), color: Palette.blue, dots: 3)
        }
    }
    let left = small.interference.map { $0 / small.interference[0] }
    return Figure {
        Grid(columns: 3, spacing: 22, rowSpacing: 14) {
            counts(falling, "Importance 0.7<span size='70%' rise='3pt'><i>i</i></span>", 12)
            counts(even, "Importance 1", 21)
            Axes(
                title: "A little of it",
                x: .linear(0.8...1.01, label: "Superposition left", ticks: .at([0.8, 0.9, 1])).reversed(),
                y: .linear(-0.005...0.11, label: "Share of the whole cost", ticks: .at([0, 0.05, 0.1])), height: 100
            ) {
                Line([Point(1, 0), Point(0.8, 0.2)], color: plain, width: 0.9, dash: [3, 2])
                Label(
                    "fixed\nprice", at: Point(0.885, 0.075), anchor: .left, offset: Point(4, 0), color: plain, size: 7.5
                )
                Line(
                    zip(left, small.losses).map { Point($0, ($1 - small.losses[0]) / whole) }, color: Palette.blue,
                    dots: 3)
            }
            losses(falling)
            losses(even)
            Axes(
                title: "Features per dimension", x: .linear(0...0.76, label: label),
                y: .linear(0...5.5, ticks: .at([0, 1, 2, 3, 4, 5])), height: 100
            ) {
                Rule(y: 1)
                Line(points(even, even.models.map(\.featuresPerDimension)), color: Palette.skyBlue, dots: 3)
                Line(points(falling, falling.models.map(\.featuresPerDimension)), color: Palette.blue, dots: 3)
                Label("importance 1", at: Point(0.24, 2.6), anchor: .left, color: Palette.skyBlue, size: 7.5)
                Label(
                    "0.7<span size='70%' rise='3pt'><i>i</i></span>", at: Point(0.1, 0.5), color: Palette.blue,
                    size: 7.5)
            }
        }
        Legend([
            .init("features represented", Palette.blue, .line),
            .init("in superposition", Palette.vermilion, .line),
            .init("closed form of dedicated features", plain, .line),
        ])
    }
}

/// One row per penalty and sweep.
func penaltyTable(falling: PenaltySweep, even: PenaltySweep, small: PenaltySweep) -> Table {
    var table = Table(
        "sweep", "penalty", "features represented", "in superposition", "features per dimension", "interference",
        "loss",
        "dedicated features in closed form", "their loss")
    for (name, sweep) in [("falling importance", falling), ("equal importance", even), ("trained on", small)] {
        let interference = sweep.interference
        for (index, penalty) in sweep.penalties.enumerated() {
            let dedicated = sweep.dedicated(penalty: penalty, dimensions: sweep.models[index].W.rows)
            table.append(
                name, penalty, sweep.stored[index], sweep.shared[index], sweep.models[index].featuresPerDimension,
                interference[index], sweep.losses[index], dedicated.stored, dedicated.loss)
        }
    }
    return table
}

// MARK: - Neurons that are seldom used

/// What activations are worth over density, and what more neurons buy.
func yieldFigure(
    narrow: [ActivationYield], wide: [ActivationYield], pair: [ActivationYield], byWidth: [ActivationYield]
) -> Figure {
    func points(_ models: [ActivationYield]) -> [Point] { models.map { Point($0.density, $0.relativeYield) } }
    let fine = (0...100).map { pow(10, -2 + Double($0) / 100 * 1.79) }
    return Figure {
        Grid(widths: [1.15, 1], spacing: 70) {
            Axes(
                title: "Loss reduction per activation",
                x: .log(0.0093...0.62, label: "Density 1 − <i>S</i>", ticks: .at([0.01, 0.03, 0.1, 0.3])).reversed(),
                y: .linear(0...1.1, label: "Over a dedicated neuron’s"), height: 170
            ) {
                Rule(y: 1)
                Line([Point(0.62, 0.5), Point(0.0115, 0.5)], color: plain, width: 0.9, dash: [3, 2])
                Line(
                    fine.map { Point($0, ActivationYield.ofPair(density: $0)) }, color: Palette.green, width: 1)
                Points(points(pair.filter { $0.stored == 2 }), color: Palette.green, size: 5)
                Line(points(wide), color: Palette.skyBlue, dots: 4, label: "10 neurons")
                Line(points(narrow), color: Palette.vermilion, dots: 4, label: "5 neurons")
                Label("antipodal pair", at: Point(0.4, 0.8), anchor: .topLeft, color: Palette.green)
            }
            Axes(
                title: "More neurons, at density 0.1",
                x: .linear(0...(1.15 * (byWidth.map(\.active).max() ?? 2)), label: "Active neurons on average"),
                y: .linear(0...1, label: "Loss over that of no model"), height: 170
            ) {
                Rule(x: 1, Stroke(plain, width: 0.7))
                Line(byWidth.map { Point($0.active, $0.relativeLoss) }, color: plain, width: 0.7)
                Points(byWidth.map { Point($0.active, $0.relativeLoss) }, color: Palette.blue, size: 5)
                for model in byWidth {
                    let isRight = ![6, 8, 10].contains(model.hidden)
                    Label(
                        "\(model.hidden)", at: Point(model.active, model.relativeLoss),
                        anchor: isRight ? .bottomLeft : .bottomRight, offset: Point(isRight ? 4 : -4, -1),
                        color: Palette.blue)
                }
            }
        }
    }
}

/// One row per model.
func yieldTable(
    narrow: [ActivationYield], wide: [ActivationYield], pair: [ActivationYield], byWidth: [ActivationYield]
) -> Table {
    var table = Table(
        "models", "density", "features", "hidden", "features represented", "loss", "loss over that of no model",
        "active neurons", "neurons per feature", "yield over a dedicated neuron's")
    for (name, models) in [
        ("five neurons", narrow), ("ten neurons", wide), ("antipodal pair", pair), ("by neurons", byWidth),
    ] {
        for model in models {
            table.append(
                name, model.density, model.features, model.hidden, model.stored, model.loss, model.relativeLoss,
                model.active, model.neuronsPerFeature, model.relativeYield)
        }
    }
    return table
}

// MARK: - Distillation

/// What students keep, and what floors predict of their loss.
func studentFigure(_ students: [Student]) -> Figure {
    let densities = Set(students.map(\.density)).sorted(by: >)
    let shades = ColorMap.viridis.colors(densities.count + 1)
    func color(_ student: Student) -> Color { shades[densities.firstIndex(of: student.density) ?? 0] }
    let inverse = (1...100).map { pow(10, 0.005 + Double($0) / 100 * 1.85) }
    func floors(_ title: String, _ label: String, _ floor: KeyPath<Student, Double>, isWhole: Bool = false) -> Axes {
        let shown = students.filter { $0[keyPath: floor] > 0 && ($0.isWhole || !isWhole) }
        func marks(_ importance: String) -> [Student] { shown.filter { $0.importance == importance } }
        return Axes(
            title: title, x: .log(1e-3...30, label: label, ticks: .at([0.01, 0.1, 1, 10])),
            y: .log(1e-3...30, label: "Loss", ticks: .at([0.01, 0.1, 1, 10])), aspect: 1
        ) {
            Line([Point(1e-3, 1e-3), Point(30, 30)], color: plain, width: 0.9, dash: [3, 2])
            for (importance, symbol) in [("equal", Points.Symbol.circle), ("falling", .diamond)] {
                Points(
                    marks(importance).map { Point($0[keyPath: floor], $0.loss) }, colors: marks(importance).map(color),
                    size: 4.5, symbol: symbol)
            }
        }
    }
    let widest = Double(students.map(\.width).max() ?? 1)
    return Figure {
        Grid(columns: 3, spacing: 18) {
            Axes(
                title: "Features kept",
                x: .log(0.9...70, label: "1 / (1 − <i>S</i>)", ticks: .at([1, 2, 5, 10, 20, 50])),
                y: .log(0.7...30, label: "Per dimension", ticks: .at([1, 2, 5, 10, 20]))
            ) {
                Line(
                    inverse.map { Point($0, SensingBound.featuresPerDimension(density: 1 / $0)) }, color: plain,
                    width: 1)
                for (importance, symbol) in [("equal", Points.Symbol.circle), ("falling", .diamond)] {
                    let own = students.filter { $0.importance == importance && $0.kept < 0.8 * $0.known }
                    for student in own {
                        Points(
                            [Point(1 / student.density, student.kept / Double(student.width))], color: color(student),
                            size: 2.5 + 3.5 * (Double(student.width) / widest).squareRoot(), symbol: symbol)
                    }
                }
            }
            floors("Floor by <i>g</i>", "Importance × variance beyond <i>d</i>·<i>g</i>", \.predictedFloor)
            floors("Floor by what is left out", "Importance × variance left out", \.ownFloor, isWhole: true)
        }
        Legend(
            densities.enumerated().map { .init("1 − <i>S</i> = \(number($1))", shades[$0], .point) })
    }
}

/// One row per student.
func studentTable(_ students: [Student]) -> Table {
    var table = Table(
        "importance", "density", "width", "teacher's features", "features kept", "predicted number", "loss",
        "predicted floor", "floor of what is left out", "loss on the features", "loss on the features without a teacher"
    )
    for student in students {
        table.append(
            student.importance, student.density, student.width, student.known, student.kept, student.predicted,
            student.loss, student.predictedFloor, student.ownFloor, student.trueLoss, student.directLoss)
    }
    return table
}
