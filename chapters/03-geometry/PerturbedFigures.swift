import Analysis
import Foundation
import Notebook
import Plot
import ToyModels

private let relativeAxis = Axis.log(label: "Relative density of the varied feature", ticks: .at([0.1, 0.2, 0.5, 1, 2]))

private func color(_ solution: PlanarSolution) -> Color {
    switch solution {
    case .pentagon: Palette.vermilion
    case .digons: Palette.blue
    case .other: Color(gray: 0.6)
    }
}

/// The two solutions overlaid over relative densities, and how the pentagon gives way.
func perturbedPentagon(_ branches: [Branch], range: ClosedRange<Double>) -> Figure {
    let logRange = log(range.lowerBound)...log(range.upperBound)
    func shade(_ place: Branch.Place) -> Color { ColorMap.viridis(log(place.relativeDensity), in: logRange) }
    let titles = [PlanarSolution.pentagon: "Pentagons", .digons: "Digons"]
    return Figure {
        Grid(widths: [1, 1, 1.05], spacing: 18) {
            for branch in branches.reversed() {
                Axes(
                    title: titles[branch.solution], x: .linear(-1.3...1.3).hidden(), y: .linear(-1.3...1.3).hidden(),
                    aspect: 1
                ) {
                    Segments(from: Point(-1.3, 0), to: [Point(1.3, 0)], colors: [Color(gray: 0.88)], width: 0.75)
                    Segments(from: Point(0, -1.3), to: [Point(0, 1.3)], colors: [Color(gray: 0.88)], width: 0.75)
                    for (place, model) in zip(branch.places, oriented(branch)) {
                        Points(
                            (0..<5).map { Point(model.W[0, $0], model.W[1, $0]) }, color: shade(place), size: 4.5)
                    }
                    if branch.solution == .pentagon {
                        Label("varied feature", at: Point(0, 1.15), anchor: .bottom, offset: Point(0, -5))
                    } else {
                        Label("varied feature", at: Point(0, 0), anchor: .bottomLeft, offset: Point(7, -9))
                    }
                }
            }
            Axes(
                title: "Room for the varied feature", x: relativeAxis,
                y: .linear(50...80, label: "Angle to its neighbours, °", ticks: .at([50, 60, 70, 80]))
            ) {
                Rule(y: 72, label: "72°")
                for branch in branches where branch.solution == .pentagon {
                    let places = branch.places.map { Point($0.relativeDensity, gapAroundFirst($0.model)) }
                    Line(places, color: Color(gray: 0.6), width: 0.75)
                    Points(places, colors: branch.places.map(shade), size: 4)
                }
            }
        }
        ColorBar(
            .viridis,
            .log(range, label: "Relative density of the varied feature", ticks: .at([0.1, 0.2, 0.5, 1, 2])))
    }
}

/// The models of a branch, turned and relabelled to lie on top of each other: a pentagon's varied feature points up,
/// digons lie on the axes.
private func oriented(_ branch: Branch) -> [ToyModel] {
    let isPentagon = branch.solution == .pentagon
    var reference = ToyModel(W: Matrix(rows: 2, columns: 5), b: Array(repeating: 0, count: 5))
    for feature in isPentagon ? 0..<5 : 1..<5 {
        let turns: Double = isPentagon ? 0.25 + Double(feature) / 5 : Double(feature) / 4
        reference.W[0, feature] = cos(2 * Double.pi * turns)
        reference.W[1, feature] = sin(2 * Double.pi * turns)
    }
    // The four others are exchangeable.
    let symmetries = ToyModel.relabellings(generatedBy: [[0, 2, 1, 3, 4], [0, 1, 3, 2, 4], [0, 1, 2, 4, 3]])
    return branch.places.map { $0.model.aligned(to: reference, relabellings: symmetries).model }
}

/// One row per feature and relative density of ``perturbedPentagon(_:range:)``.
func perturbedTable(_ branches: [Branch]) -> Table {
    var table = Table("solution", "relative density", "feature", "x", "y", "loss")
    for branch in branches {
        for (place, model) in zip(branch.places, oriented(branch)) {
            for feature in 0..<5 {
                table.append(
                    branch.solution.rawValue, place.relativeDensity, feature + 1, model.W[0, feature],
                    model.W[1, feature], place.loss)
            }
        }
    }
    return table
}

/// Losses of all runs and of both branches, where the branches cross at other baseline densities, and the length of the
/// varied feature in the best runs.
func crossover(
    _ byDensity: [[PerturbedRun]], byImportance: [[PerturbedRun]], branches: [Branch], crossing: Crossing?,
    baselines: [(density: Double, crossing: Crossing?)]
) -> Figure {
    let runs = byDensity.flatMap(\.self)
    func lengths(_ runs: [[PerturbedRun]], _ color: Color, _ label: String) -> Line {
        Line(
            runs.compactMap(\.first).map { Point($0.relative, $0.length) }, color: color, width: 1, dots: 3.5,
            label: label)
    }
    let limit = branches.flatMap(\.places).map(\.loss).max() ?? 1
    return Figure {
        Grid(widths: [1.75, 1], spacing: 30) {
            Axes(
                title: "Loss of each geometry", x: relativeAxis,
                y: .linear(0...0.02, label: "Expected loss"), height: 210
            ) {
                for branch in branches {
                    Line(
                        branch.places.map { Point($0.relativeDensity, $0.loss) }, color: color(branch.solution),
                        width: 1.5, label: branch.solution.rawValue)
                }
                Rasterized {
                    Points(
                        runs.filter { $0.loss < limit * 1.5 }.map { Point($0.relative, $0.loss) },
                        colors: runs.filter { $0.loss < limit * 1.5 }.map { color($0.solution).opacity(0.35) }, size: 3)
                }
                if let crossing {
                    Rule(x: crossing.relativeDensity)
                    Points(
                        [Point(crossing.relativeDensity, crossing.loss)], color: .white, size: 6,
                        outline: Stroke(.black, width: 1.25))
                    Label(
                        "\(number(crossing.timesRarer, digits: 1))× rarer",
                        at: Point(crossing.relativeDensity, crossing.loss), anchor: .topLeft, offset: Point(7, 6))
                }
            }
            Axes(
                title: "Where they cross",
                x: .log(label: "Density of the others", ticks: .at([0.01, 0.02, 0.05, 0.1])),
                y: .linear(0...8, label: "Times rarer"), height: 210
            ) {
                Rule(y: 2.5, label: "paper")
                Line(
                    baselines.compactMap { entry in entry.crossing.map { Point(entry.density, $0.timesRarer) } },
                    color: .black, dots: 5)
            }
        }
        Axes(
            x: .log(label: "Relative density or importance of the varied feature", ticks: .at([0.1, 0.2, 0.5, 1, 2])),
            y: .linear(0...1.4, label: "Its length,\nbest run", ticks: .at([0, 0.5, 1])), height: 80
        ) {
            lengths(byDensity, .black, "density")
            lengths(byImportance, Palette.purple, "importance")
        }
        Legend(
            [PlanarSolution.pentagon, .digons].map { .init("ended as \($0.rawValue)", color($0), .point) }
                + [.init("ended otherwise", color(.other), .point)])
    }
}

/// One row per run, branch point and crossing of ``crossover(_:byImportance:branches:crossing:baselines:)``.
func crossoverTable(
    _ byDensity: [[PerturbedRun]], byImportance: [[PerturbedRun]], branches: [Branch],
    baselines: [(density: Double, crossing: Crossing?)]
) -> Table {
    var table = Table(
        "kind", "baseline density", "relative density", "relative importance", "solution", "loss",
        "length of the varied feature")
    let none = Table.Cell.text("")
    for run in byDensity.joined() {
        table.append("run", 0.05, run.relative, 1, run.solution.rawValue, run.loss, run.length)
    }
    for run in byImportance.joined() {
        table.append("run", 0.05, 1, run.relative, run.solution.rawValue, run.loss, run.length)
    }
    for branch in branches {
        for place in branch.places {
            table.append(
                "branch", 0.05, place.relativeDensity, 1, branch.solution.rawValue, place.loss, place.model.norms[0])
        }
    }
    for (density, crossing) in baselines {
        guard let crossing else { continue }
        table.append("crossing", density, crossing.relativeDensity, 1, "both", crossing.loss, none)
    }
    return table
}
