import Analysis
import Foundation
import Notebook
import Plot
import ToyModels

// MARK: - Fates

private let extraColor = Palette.vermilion
private let ordinaryColor = Palette.blue

/// What a figure calls a fate.
func name(_ fate: PhaseTheory.Fate) -> String {
    switch fate {
    case .notLearned: "not learned"
    case .superposition: "superposition"
    case .dedicated: "dedicated"
    }
}

/// The colour of a fate in all diagrams.
func color(_ fate: PhaseTheory.Fate) -> Color {
    switch fate {
    case .notLearned: ColorPlane.superposition(0, 0)
    case .superposition: ColorPlane.superposition(1, 1)
    case .dedicated: ColorPlane.superposition(1, 0)
    }
}

/// What becomes of the extra feature and of the others in a natural solution, in a line each.
private func description(_ solution: PhaseTheory.Solution) -> (fate: String, others: String) {
    switch solution {
    case .extraIgnored: ("not learned", "every dimension to another feature")
    case .otherIgnored: ("dedicated", "in place of an ordinary feature")
    case .extraPaired: ("in superposition", "antipodal to an ordinary feature")
    case .othersPaired: ("dedicated", "two ordinary features antipodal")
    }
}

/// The natural solutions as weights on a line and as arrows in the plane.
func outcomes(_ theories: [PhaseTheory]) -> Figure {
    Figure {
        for theory in theories {
            let line = theory.hidden == 1
            Grid(columns: 4, spacing: 14, title: "\(theory.hidden + 1) features, <i>m</i> = \(theory.hidden)") {
                for solution in theory.solutions {
                    Axes(
                        title: description(solution).fate, x: .linear(-1.35...1.35).hidden(),
                        y: .linear(line ? -0.5...0.5 : -0.6...1.35).hidden(), aspect: 1
                    ) {
                        if line {
                            Segments(from: Point(-1.3, 0), to: [Point(1.3, 0)], colors: [Color(gray: 0.8)], width: 0.75)
                        }
                        directions(theory.model(of: solution, density: 0.1))
                        Label(description(solution).others, inside: .bottom, size: 7.5)
                    }
                }
            }
        }
        Legend([.init("extra feature", extraColor, .line), .init("ordinary features", ordinaryColor, .line)])
    }
}

/// The columns of $W$ as arrows; a feature without length as a ring at the origin.
@MarkBuilder
private func directions(_ model: ToyModel) -> [any Mark] {
    let extra = model.W.columns - 1
    for feature in 0...extra {
        let end = Point(model.W[0, feature], model.W.rows > 1 ? model.W[1, feature] : 0)
        let color = feature == extra ? extraColor : ordinaryColor
        if model.norms[feature] > 0.5 { Arrow(to: end, color: color, width: 2) }
    }
    for feature in 0...extra where model.norms[feature] < 0.5 {
        let color = feature == extra ? extraColor : ordinaryColor
        Points([.zero], color: .white, size: 7, outline: Stroke(color, width: 1.5))
    }
}

/// One row per weight of ``outcomes(_:)``.
func outcomesTable(_ theories: [PhaseTheory]) -> Table {
    var table = Table("features", "solution", "fate of the extra feature", "feature", "hidden dimension", "weight")
    for theory in theories {
        for solution in theory.solutions {
            let model = theory.model(of: solution, density: 0.1)
            for feature in 0..<model.W.columns {
                for k in 0..<model.W.rows {
                    table.append(
                        model.W.columns, solution.rawValue, name(solution.fate), feature + 1, k + 1, model.W[k, feature]
                    )
                }
            }
        }
    }
    return table
}

// MARK: - Phase diagrams

private let importanceAxis = Axis.log(0.1...10, label: "Relative importance of the extra feature")
private let densityAxis = Axis.log(0.01...1, label: "Density 1 − <i>S</i>")
private let savingRange = -0.2...0.2

/// A picture with one cell per cell of the diagram, and the boundaries of the closed forms over it.
private func panel(
    _ diagram: PhaseDiagram, title: String, boundary: Color = .white, marks: [any Mark] = [],
    numbers: [(String, (PhaseDiagram.Cell) -> Double)] = [], color: (PhaseDiagram.Cell) -> Color
) -> Axes {
    Axes(title: title, x: importanceAxis, y: densityAxis, aspect: 1, border: true) {
        ImageMark(
            Raster(width: diagram.side, height: diagram.side) { color(diagram.cells[$1 * diagram.side + $0]) },
            x: 0.1...10, y: 0.01...1, telling: numbers.map { name, value in values(diagram, name, value) })
        for line in boundaries(diagram.theory) { Line(line, color: boundary, width: 0.9, dash: [3, 2]) }
        marks
    }
}

/// Numbers of all cells of a diagram, for readers who point at one.
private func values(
    _ diagram: PhaseDiagram, _ name: String, _ value: (PhaseDiagram.Cell) -> Double
) -> CellValues {
    CellValues(name, rows: diagram.side, columns: diagram.side) { row, column in
        value(diagram.cells[(diagram.side - 1 - row) * diagram.side + column])
    }
}

private func numbers(
    _ storage: @escaping (PhaseDiagram.Cell) -> Storage
) -> [(String, (PhaseDiagram.Cell) -> Double)] {
    [("length ‖<i>W</i>‖", { storage($0).norm }), ("superposition", { storage($0).superposition })]
}

/// The best model of every cell, for readers who choose one.
func phaseCells(_ trained: TrainedModels) -> PhaseCells {
    let settings = trained.experiment.settings
    let side = Int(Double(settings.count).squareRoot().rounded())
    // The settings go from the highest density down.
    let order = (0..<side).reversed().flatMap { row in (0..<side).map { row * side + $0 } }
    let best = order.map { trained.ranked(ofSetting: $0)[0] }
    return PhaseCells(
        densities: (0..<side).reversed().map { settings[$0 * side].features.density[0] },
        importances: (0..<side).compactMap { settings[$0].importance.last }, models: best.map(\.model),
        losses: best.map(\.loss))
}

/// The lines on which the best natural solution's fate changes.
func boundaries(_ theory: PhaseTheory) -> [[Point]] {
    let places = (0...400).map { pow(10, -1 + 2 * Double($0) / 400) }
    func isLowest(_ a: PhaseTheory.Solution, _ b: PhaseTheory.Solution, _ p: Double, _ r: Double) -> Bool {
        let least = theory.loss(of: theory.best(density: p, importance: r), density: p, importance: r)
        return [a, b].allSatisfy { theory.loss(of: $0, density: p, importance: r) <= least * (1 + 1e-9) + 1e-12 }
    }
    var lines = [[Point]]()
    let solutions = theory.solutions
    for (index, a) in solutions.enumerated() {
        for b in solutions[(index + 1)...] where a.fate != b.fate {
            let falling = places.compactMap { r -> Point? in
                guard let p = theory.boundaryDensity(between: a, and: b, importance: r), isLowest(a, b, p, r) else {
                    return nil
                }
                return Point(r, p)
            }
            let upright = places.compactMap { r -> Point? in
                let p = pow(10, -2 + (log10(r) + 1))
                guard let r = theory.boundaryImportance(between: a, and: b, density: p), isLowest(a, b, p, r) else {
                    return nil
                }
                return Point(r, p)
            }
            lines.append(falling.count > upright.count ? falling : upright)
        }
    }
    return lines.filter { $0.count > 1 }
}

/// What was trained: the paper's average, the best model, and the best model's loss relative to the closed form's.
func empiricalDiagram(_ diagram: PhaseDiagram) -> Figure {
    func plane(_ storage: Storage) -> Color { ColorPlane.superposition(storage.norm, storage.superposition) }
    return Figure {
        Grid(columns: 3, spacing: 12, sharing: .both) {
            panel(diagram, title: "Average of the best nine of ten", numbers: numbers(\.average)) { plane($0.average) }
            panel(diagram, title: "Best of ten", marks: phaseNames(diagram.theory), numbers: numbers(\.best)) {
                plane($0.best)
            }
            panel(
                diagram, title: "Its loss over the closed form’s", boundary: Color(gray: 0.35),
                numbers: [("loss over the closed form’s", { $0.bestLoss / $0.naturalLoss })]
            ) {
                ColorMap.diverging($0.bestLoss / $0.naturalLoss - 1, in: savingRange)
            }
        }
        Grid(columns: 2, spacing: 90) {
            colorKey()
            ColorBar(
                .diverging,
                .linear(
                    savingRange, label: "loss of best", ticks: .labelled([-0.2: "−20%", 0: "same", 0.2: "+20%"])),
                .vertical, length: 56)
        }
    }
}

private func colorKey() -> ColorPlaneKey {
    ColorPlaneKey(
        .superposition, strength: .linear(0...1, label: "‖<i>W</i>‖", ticks: .at([0, 1])),
        fraction: .linear(0...1, label: "superposition", ticks: .at([0, 1])))
}

/// The closed forms' diagram, and where training disagrees with it.
func theoreticalDiagram(_ diagram: PhaseDiagram) -> Figure {
    let theory = diagram.theory
    return Figure {
        Grid(columns: 3, spacing: 12, sharing: .both) {
            panel(
                diagram, title: "Closed forms",
                marks: phaseNames(theory) + triplePoint(theory)
            ) { color($0.solution.fate) }
            panel(diagram, title: "Where the average differs", boundary: Color(gray: 0.35)) {
                $0.average.fate == $0.solution.fate ? .white : color($0.average.fate)
            }
            panel(diagram, title: "Where the best differs", boundary: Color(gray: 0.35)) {
                $0.best.fate == $0.solution.fate ? .white : color($0.best.fate)
            }
        }
        Legend(PhaseTheory.Fate.allCases.map { .init(name($0), color($0)) })
    }
}

@MarkBuilder
private func triplePoint(_ theory: PhaseTheory) -> [any Mark] {
    if let point = theory.triplePoint {
        Points([Point(point.importance, point.density)], color: .white, size: 5, outline: Stroke(.black, width: 1))
    }
}

/// The name of each phase in its middle.
private func phaseNames(_ theory: PhaseTheory) -> [any Mark] {
    PhaseTheory.Fate.allCases.compactMap { fate in
        place(of: fate, theory).map { Label(name(fate), at: $0, color: color(fate).text(), size: 8) }
    }
}

/// The middle of a phase on the diagram.
private func place(of fate: PhaseTheory.Fate, _ theory: PhaseTheory) -> Point? {
    let grid = (0..<40).flatMap { i in (0..<40).map { j in (Double(i) / 39, Double(j) / 39) } }
    let members = grid.filter { x, y in
        theory.best(density: pow(10, 2 * y - 2), importance: pow(10, 2 * x - 1)).fate == fate
    }
    guard !members.isEmpty else { return nil }
    let count = Double(members.count)
    // Not so near a side that the name would reach it.
    let x = min(max(members.reduce(0) { $0 + $1.0 } / count, 0.23), 0.77)
    let y = members.reduce(0) { $0 + $1.1 } / count
    return Point(pow(10, 2 * x - 1), pow(10, 2 * y - 2))
}

/// One row per cell of the diagrams.
func diagramTable(_ diagram: PhaseDiagram) -> Table {
    var table = Table(
        "density", "importance", "closed form", "closed form's loss", "average norm", "average superposition",
        "average",
        "best norm", "best superposition", "best", "best loss", "models within 1% of the best")
    for cell in diagram.cells {
        table.append(
            cell.density, cell.importance, name(cell.solution.fate), cell.naturalLoss, cell.average.norm,
            cell.average.superposition, name(cell.average.fate), cell.best.norm, cell.best.superposition,
            name(cell.best.fate), cell.bestLoss, cell.successes)
    }
    return table
}

// MARK: - Crossover

/// A line through the diagram: losses, their slope, and weights.
func crossoverFigure(_ crossover: Crossover, exact: Crossover) -> Figure {
    let (theory, p) = (crossover.theory, crossover.density)
    let axis = Axis.log(0.1...10, label: "Relative importance of the extra feature")
    let fine = (0...200).map { pow(10, -1 + 2 * Double($0) / 200) }
    let shades: [PhaseTheory.Fate: Color] = [
        .notLearned: Color(gray: 0.55), .superposition: Palette.orange, .dedicated: ordinaryColor,
    ]
    func shade(_ fate: PhaseTheory.Fate) -> Color { shades[fate] ?? .black }
    let rules = crossover.boundaries.map { Rule(x: $0.importance) }
    func optimum(_ quantity: (Crossover.Place) -> Double, label: String? = nil) -> Line {
        Line(exact.places.map { Point($0.importance, quantity($0)) }, color: .black, width: 0.75, label: label)
    }
    return Figure {
        Grid(columns: 1, rowSpacing: 12, sharing: .x) {
            Axes(x: axis, y: .log(label: "Loss"), height: 150) {
                rules
                for solution in theory.solutions {
                    Line(
                        fine.map { Point($0, theory.loss(of: solution, density: p, importance: $0)) },
                        color: shade(solution.fate), label: description(solution).fate)
                }
                Rasterized {
                    for place in crossover.places {
                        Points(
                            place.models.map { Point(place.importance, $0.loss) },
                            colors: place.models.map { shade($0.fate).opacity(0.5) }, size: 2.2)
                    }
                }
            }
            Axes(x: axis, y: .linear(label: "Slope ∂<i>L</i>/∂<i>r</i>"), height: 90) {
                rules
                for (index, range) in ranges(crossover).enumerated() {
                    let solution = theory.best(
                        density: p, importance: (range.lowerBound * range.upperBound).squareRoot())
                    let slope = theory.slopes(of: solution, density: p, importance: 1).importance
                    Line(
                        [Point(range.lowerBound, slope), Point(range.upperBound, slope)], color: shade(solution.fate),
                        width: 1.25, label: index == 2 ? "closed forms" : nil)
                }
                optimum(\.slope)
                Points(
                    crossover.places.map { Point($0.importance, $0.slope) },
                    colors: crossover.places.map { shade($0.best.fate) }, size: 3)
            }
            Axes(x: axis, y: .linear(-0.2...1.2, label: "Extra feature", ticks: .at([0, 0.5, 1])), height: 90) {
                rules
                optimum(\.best.norm)
                optimum(\.best.shared)
                Line(
                    crossover.places.map { Point($0.importance, $0.best.norm) }, color: extraColor, dots: 2.5,
                    label: "‖<i>W</i>‖")
                Line(
                    crossover.places.map { Point($0.importance, $0.best.shared) },
                    color: Palette.purple, dots: 2.5, label: "‖<i>W</i>‖ ×\nsuperposition")
            }
        }
    }
}

/// The parts of the line between the boundaries.
private func ranges(_ crossover: Crossover) -> [ClosedRange<Double>] {
    let ends = [0.1] + crossover.boundaries.map(\.importance) + [10]
    return zip(ends, ends.dropFirst()).map { $0...$1 }
}

/// One row per model of ``crossoverFigure(_:exact:)``, and one per place of the optimum.
func crossoverTable(_ crossover: Crossover, exact: Crossover) -> Table {
    var table = Table(
        "density", "importance", "rank", "fate", "loss", "slope of the best", "norm of the best",
        "superposition of the best")
    for place in crossover.places {
        for (rank, model) in place.models.enumerated() {
            table.append(
                crossover.density, place.importance, rank + 1, name(model.fate), model.loss, place.slope,
                place.best.norm, place.best.superposition)
        }
    }
    for place in exact.places {
        table.append(
            exact.density, place.importance, "optimum", name(place.best.fate), place.loss, place.slope, place.best.norm,
            place.best.superposition)
    }
    return table
}

// MARK: - Loss surfaces

/// Surfaces side by side; below them where the global minimum is as the density changes, and on the way from the first
/// surface to the second, and the basins along the first of these paths.
func surfaces(
    _ surfaces: [(title: String, surface: LossSurface)], path: [LossSurface], smooth: [LossSurface.Minimum]
) -> Figure {
    func weights(_ places: [(Double, LossSurface.Minimum)]) -> [any Mark] {
        [
            Rule(y: 0),
            Line(places.map { Point($0.0, $0.1.first) }, color: ordinaryColor, dots: 2, label: "<i>W</i><sub>1</sub>"),
            Line(places.map { Point($0.0, $0.1.second) }, color: extraColor, dots: 2, label: "<i>W</i><sub>2</sub>"),
        ]
    }
    let density = Axis.linear(0...1, label: "Density 1 − <i>S</i>", ticks: .at([0, 0.5, 1]))
    let weight = Axis.linear(-1.2...1.2, label: "Weight", ticks: .at([-1, 0, 1]))
    return Figure {
        Grid(columns: 3, spacing: 12, sharing: .y) {
            for (title, surface) in surfaces { surfacePanel(title, surface) }
        }
        ColorBar(
            ColorMap(Array(ColorMap.viridis.colors(16).reversed())),
            .linear(0...1, label: "Loss, from the surface’s least to that of no weights at all", ticks: .none))
        Grid(columns: 3, spacing: 12) {
            Axes(title: "Global minimum", x: density, y: weight, height: 100) {
                weights(path.compactMap { surface in surface.minima.first.map { (1 - surface.sparsity, $0) } })
            }
            Axes(
                title: "From first to second surface", x: .linear(0...1, label: "Part of the way", ticks: .at([0, 1])),
                y: weight, height: 100
            ) { weights(smooth.enumerated().map { (Double($0) / Double(smooth.count - 1), $1) }) }
            Axes(title: "Its basin over the other", x: density, y: .log(label: "Ratio"), height: 100) {
                Rule(y: 1)
                Points(
                    path.map { Point(1 - $0.sparsity, $0.basinRatio) }.filter { !$0.y.isNaN }, color: .black, size: 2.5)
            }
        }
    }
}

private func surfacePanel(_ title: String, _ surface: LossSurface) -> Axes {
    let side = LossSurface.side
    let least = surface.minima.first?.loss ?? 0
    let none = surface.losses[(side * side - 1) / 2]
    let half = (LossSurface.weight(1) - LossSurface.weight(0)) / 2
    let span = (LossSurface.range.lowerBound - half)...(LossSurface.range.upperBound + half)
    let map = ColorMap(Array(ColorMap.viridis.colors(16).reversed()))
    let others = surface.minima.dropFirst().flatMap { [Point($0.first, $0.second), Point(-$0.first, -$0.second)] }
    let lowest = surface.minima.prefix(1).flatMap { [Point($0.first, $0.second), Point(-$0.first, -$0.second)] }
    return Axes(
        title: title, x: .linear(LossSurface.range, label: "<i>W</i><sub>1</sub>", ticks: .at([-1, 0, 1])),
        y: .linear(LossSurface.range, label: "<i>W</i><sub>2</sub>", ticks: .at([-1, 0, 1])), aspect: 1, border: true
    ) {
        ImageMark(
            Raster(width: side, height: side) { x, y in
                let loss = surface.losses[(side - 1 - y) * side + x]
                // In even steps, whose edges are level lines.
                let fraction = (loss - least) / (none - least)
                return map(((min(fraction, 1) - 1e-9) * 15).rounded(.down) / 15)
            }, x: span, y: span)
        Points(others, color: .white.fixed, size: 5, outline: Stroke(.black.fixed, width: 1))
        Points(lowest, color: extraColor, size: 6, outline: Stroke(.white.fixed, width: 1))
    }
}

/// One row per point of the surfaces, and one per global minimum along the paths.
func surfacesTable(_ surfaces: [LossSurface], path: [LossSurface], smooth: [LossSurface.Minimum]) -> Table {
    var table = Table("kind", "sparsity", "importance", "W1", "W2", "loss", "basin ratio")
    let none = Table.Cell.text("")
    for surface in surfaces {
        for (index, loss) in surface.losses.enumerated() {
            table.append(
                "surface", surface.sparsity, surface.importance, LossSurface.weight(index % LossSurface.side),
                LossSurface.weight(index / LossSurface.side), loss, none)
        }
        for minimum in surface.minima {
            table.append(
                "minimum", surface.sparsity, surface.importance, minimum.first, minimum.second, minimum.loss, none)
        }
    }
    for surface in path {
        guard let minimum = surface.minima.first else { continue }
        table.append(
            "global minimum", surface.sparsity, surface.importance, minimum.first, minimum.second, minimum.loss,
            surface.basinRatio)
    }
    for minimum in smooth {
        table.append("from first to second", none, none, minimum.first, minimum.second, minimum.loss, none)
    }
    return table
}

// MARK: - Activation functions

/// The phase diagrams of several activation functions.
func activationFigure(_ diagrams: [ActivationDiagram]) -> Figure {
    Figure {
        Grid(columns: 3, spacing: 12, sharing: .both) {
            for diagram in diagrams {
                Axes(
                    title: diagram.function.rawValue, x: .log(0.1...10, label: "Relative importance"), y: densityAxis,
                    aspect: 1, border: true
                ) {
                    ImageMark(
                        Raster(width: diagram.side, height: diagram.side) { x, y in
                            let cell = diagram.cells[y * diagram.side + x]
                            return ColorPlane.superposition(min(1, cell.norm), cell.superposition)
                        }, x: 0.1...10, y: 0.01...1,
                        telling: [
                            CellValues("length ‖<i>W</i>‖", rows: diagram.side, columns: diagram.side) {
                                diagram.cells[(diagram.side - 1 - $0) * diagram.side + $1].norm
                            },
                            CellValues("superposition", rows: diagram.side, columns: diagram.side) {
                                diagram.cells[(diagram.side - 1 - $0) * diagram.side + $1].superposition
                            },
                        ])
                }
            }
        }
        Grid(columns: 1) { colorKey() }
    }
}

/// One row per cell of ``activationFigure(_:)``.
func activationTable(_ diagrams: [ActivationDiagram]) -> Table {
    var table = Table("activation", "density", "importance", "norm", "superposition", "fate")
    for diagram in diagrams {
        let densities = twoDecades(from: 0.01, cells: diagram.side).reversed()
        let places = densities.flatMap { density in
            twoDecades(from: 0.1, cells: diagram.side).map { (density, $0) }
        }
        for ((density, importance), cell) in zip(places, diagram.cells) {
            table.append(
                diagram.function.rawValue, density, importance, cell.norm, cell.superposition, name(cell.fate))
        }
    }
    return table
}
