import Analysis
import Notebook
import Plot
import ToyModels

private let range = -1.45...1.45
/// The colours of the sets.
private func setColor(_ set: Int) -> Color { [Palette.vermilion, Palette.green, Palette.blue][set % 3] }

/// The directions of a model's features, coloured by their pair.
@MarkBuilder
private func embedding(_ model: ToyModel, size: Double = 5) -> [any Mark] {
    let ends = (0..<model.W.columns).map { Point(model.W[0, $0], model.W[1, $0]) }
    let colors = ends.indices.map { setColor($0 / 2) }
    Segments(to: ends, colors: colors)
    Points(ends, colors: colors, size: size)
}

private func panel(_ title: String?, _ models: [ToyModel], size: Double = 5) -> Axes {
    Axes(title: title, x: .linear(range).hidden(), y: .linear(range).hidden(), aspect: 1) {
        for model in models { embedding(model, size: size) }
    }
}

/// Two kinds of data side by side: the best model and the first random starts of each, and how often each arrangement came
/// out.
func arrangements(_ kinds: [Arrangements], shown: [Arrangement], starts: Int = 6) -> Figure {
    return Figure {
        Grid(
            widths: [1.5] + Array(repeating: 1, count: starts), spacing: 8, rowSpacing: 10, rowTitles: kinds.map(\.name)
        ) {
            for (row, kind) in kinds.enumerated() {
                let models = overlaid([kind.best] + kind.runs.prefix(starts))
                panel(row == 0 ? "Best" : nil, Array(models.prefix(1)), size: 6)
                for (index, model) in models.dropFirst().enumerated() {
                    panel(row == 0 ? "Run \(index + 1)" : nil, [model], size: 4)
                }
            }
        }
        Axes(
            x: .linear(0...1, label: "Share of \(kinds[0].runs.count) runs"),
            y: .categories(kinds.map(\.name)).reversed(), height: 22 * Double(kinds.count)
        ) {
            for (index, arrangement) in shown.enumerated() {
                let bases = kinds.map { kind in shown[..<index].reduce(0) { $0 + share($1, kind, among: shown) } }
                Bars(
                    zip(bases, kinds).map { $0 + share(arrangement, $1, among: shown) }, from: bases,
                    colors: [color(arrangement)], direction: .right, width: 0.6)
            }
        }
        Legend(shown.map { .init($0.rawValue, color($0)) })
    }
}

/// The share of runs with an arrangement; all that are stored but not shown by name are "otherwise".
private func share(_ arrangement: Arrangement, _ kind: Arrangements, among shown: [Arrangement]) -> Double {
    guard arrangement == .mixed else { return kind.share(of: arrangement) }
    return 1 - shown.filter { $0 != .mixed }.reduce(0) { $0 + kind.share(of: $1) }
}

private func color(_ arrangement: Arrangement) -> Color {
    switch arrangement {
    case .orthogonal: Palette.orange
    case .antipodal: Palette.purple
    case .sideBySide: Palette.skyBlue
    case .mixed: Color(gray: 0.55)
    case .incomplete: Color(gray: 0.85)
    }
}

/// One row per feature of every shown model, and one per share of ``arrangements(_:shown:starts:)``.
func arrangementsTable(_ kinds: [Arrangements], starts: Int = 6) -> Table {
    var table = Table("features are", "kind", "name", "feature", "x", "y", "value")
    let none = Table.Cell.text("")
    for kind in kinds {
        for (index, model) in overlaid([kind.best] + kind.runs.prefix(starts)).enumerated() {
            for feature in 0..<model.W.columns {
                table.append(
                    kind.name, "embedding", index == 0 ? "best" : "run \(index)", feature + 1, model.W[0, feature],
                    model.W[1, feature], none)
            }
        }
        for arrangement in Arrangement.allCases {
            table.append(
                kind.name, "share of runs", arrangement.rawValue, none, none, none, kind.share(of: arrangement))
        }
    }
    return table
}

// MARK: - Local bases

/// Mean |cos| at one density.
struct BasisMeasure {
    let density: Double
    let correlated: (within: Double, across: Double)
    let independent: (within: Double, across: Double)
}

/// $W^T W$ with two correlated sets and with independent features, and the mean cosines against density.
func localBases(correlated: ToyModel, independent: ToyModel, density: Double, _ measures: [BasisMeasure]) -> Figure {
    let n = correlated.W.columns
    let limit = 1.3
    func matrix(_ title: String, _ model: ToyModel, marks: [any Mark]) -> Axes {
        let gram = model.W.gram
        let places = Axis.linear(-0.5...(Double(n) - 0.5)).hidden()
        return Axes(title: title, x: places, y: places.reversed(), aspect: 1, border: true) {
            HeatMap(rows: n, columns: n, .diverging, -limit...limit) { gram[$0, $1] }
            marks
        }
    }
    let middle = Double(n) / 2 - 0.5
    let brackets: [any Mark] = [
        Rule(x: middle, Stroke(Color(gray: 0.4), width: 0.75)), Rule(y: middle, Stroke(Color(gray: 0.4), width: 0.75)),
        Bracket(.bottom, over: -0.4...(middle - 0.1), "one set"),
        Bracket(.bottom, over: (middle + 0.1)...(Double(n) - 0.6), "the other"),
    ]
    return Figure {
        Grid(widths: [1, 1, 1.1], spacing: 20) {
            matrix("Two correlated sets", correlated, marks: brackets)
            matrix("Independent features", independent, marks: [])
            Axes(
                title: "Mean |cos| of two features",
                x: .log(label: "Density 1 − <i>S</i>", ticks: .at([0.3, 0.1, 0.05, 0.02])).reversed(),
                y: .linear(0...0.3)
            ) {
                line(measures, Palette.vermilion, "other set") { $0.correlated.across }
                line(measures, Palette.blue, "same set") { $0.correlated.within }
                line(measures, Color(gray: 0.6), "independent") { $0.independent.across }
            }
        }
        ColorBar(
            .diverging,
            .linear(
                -limit...limit, label: "<i>W</i><sup>T</sup><i>W</i> at density \(density)", ticks: .at([-1, 0, 1])))
    }
}

private func line(
    _ measures: [BasisMeasure], _ color: Color, _ label: String, _ value: (BasisMeasure) -> Double
) -> Line {
    Line(measures.map { Point($0.density, value($0)) }, color: color, dots: 4, label: label)
}

/// One row per cell of the matrices and per point of the lines of ``localBases(correlated:independent:density:_:)``.
func localBasesTable(
    correlated: ToyModel, independent: ToyModel, density: Double, _ measures: [BasisMeasure]
) -> Table {
    var table = Table("features are", "quantity", "density", "row", "column", "value")
    let none = Table.Cell.text("")
    for (name, model) in [("correlated", correlated), ("independent", independent)] {
        let gram = model.W.gram
        for i in 0..<gram.rows {
            for j in 0..<gram.columns { table.append(name, "WtW", density, i + 1, j + 1, gram[i, j]) }
        }
    }
    for measure in measures {
        for (name, value) in [("correlated", measure.correlated), ("independent", measure.independent)] {
            table.append(name, "mean |cos| within a set", measure.density, none, none, value.within)
            table.append(name, "mean |cos| across sets", measure.density, none, none, value.across)
        }
    }
    return table
}

// MARK: - Collapse

private let collapseAxis = Axis.log(label: "Density 1 − <i>S</i>", ticks: .at([0.02, 0.05, 0.1, 0.2, 0.5]))

/// A model of every regime, and the distances within the pairs against density.
func collapse(_ stages: [CollapseStage], shown: [(title: String, stage: CollapseStage)], papers: [Double]) -> Figure {
    Figure {
        Grid(columns: shown.count, spacing: 8) {
            for (title, stage) in shown {
                panel(
                    "\(title)\n1 − <i>S</i> = \(number(stage.density, digits: 2))",
                    overlaid([stage.model], on: hexagonOfPairs))
            }
        }
        Grid(columns: 1, rowSpacing: 10, sharing: .x) {
            Axes(
                x: collapseAxis,
                y: .linear(0...1.55, label: "Distance within a pair,\nover its length", ticks: .at([0, 0.5, 1])),
                height: 110
            ) {
                for boundary in papers { Rule(x: boundary, Stroke(Color(gray: 0.5), width: 0.5)) }
                Rule(y: 0.3, label: "collapsed\nbelow")
                for set in 0..<3 {
                    // Which pair collapses first is chance: show them in order of their distance.
                    Points(
                        stages.map { Point($0.density, $0.distances.sorted()[set]) }, color: Palette.blue, size: 4)
                }
            }
            Axes(
                x: collapseAxis, y: .linear(0...3.2, label: "Collapsed pairs", ticks: .at([0, 1, 2, 3])), height: 70
            ) {
                for boundary in papers {
                    Rule(
                        x: boundary, Stroke(Color(gray: 0.5), width: 0.5), label: boundary == 0.2 ? nil : "\(boundary)")
                }
                Points(stages.map { Point($0.density, Double($0.collapsed)) }, color: Palette.vermilion, size: 4)
            }
        }
    }
}

/// One row per feature and density of ``collapse(_:shown:papers:)``.
func collapseTable(_ stages: [CollapseStage]) -> Table {
    var table = Table("density", "feature", "x", "y", "distance within its pair", "collapsed pairs", "principal share")
    for stage in stages {
        let model = overlaid([stage.model], on: hexagonOfPairs)[0]
        for feature in 0..<model.W.columns {
            table.append(
                stage.density, feature + 1, model.W[0, feature], model.W[1, feature], stage.distances[feature / 2],
                stage.collapsed, stage.principalShare)
        }
    }
    return table
}
