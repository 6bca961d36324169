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
            columns: 1 + starts, spacing: 8, rowSpacing: 10, rowTitles: kinds.map(\.name)
        ) {
            for (row, kind) in kinds.enumerated() {
                let models = overlaid([kind.best] + kind.runs.prefix(starts))
                panel(row == 0 ? "Best" : nil, Array(models.prefix(1)), size: 4)
                for (index, model) in models.dropFirst().enumerated() {
                    panel(row == 0 ? "Run \(index + 1)" : nil, [model], size: 4)
                }
            }
        }
        Legend(pairEntries(kinds[0].best.W.columns / 2))
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

/// What the colours of features are.
private func pairEntries(_ pairs: Int) -> [Legend.Entry] {
    (0..<pairs).map { .init("pair \($0 + 1)", setColor($0), .point) }
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

// MARK: - Anticorrelation

/// What anticorrelation changes, at several densities.
struct AnticorrelatedPreference {
    let densities: [Double]
    /// The runs whose pairs are all opposite, of those that store all: anticorrelated and independent features with the
    /// authors' initial weights, then the same with small ones. Shape `[4][densities]`.
    let antipodal: [[Tally]]
    /// The share of partners in one factor, in the same order. Shape `[4][densities]`.
    let together: [[Double]]
    /// The densities of a single feature.
    let packDensities: [Double]
    /// Features per dimension: anticorrelated and independent. Shape `[2][densities]`.
    let stored: [[Double]]
}

private let kindNames = ["anticorrelated", "independent"]
private let kindColors = [Palette.vermilion, Color(gray: 0.5)]

/// How often partners are opposite, how often they share a factor, how many features are stored.
func anticorrelatedPreference(_ data: AnticorrelatedPreference) -> Figure {
    func lines(_ x: [Double], _ values: [[Double]]) -> [any Mark] {
        values.enumerated().map { index, values in
            Line(
                zip(x, values).map { Point($0, $1) }, color: kindColors[index % 2], dash: index < 2 ? [] : [3, 2],
                dots: 4)
        }
    }
    let density = "Density 1 − <i>S</i>"
    let ticks = Axis.Ticks.at([0.05, 0.1, 0.2, 0.5])
    return Figure {
        Grid(columns: 3, spacing: 22) {
            Axes(
                title: "Partners opposite", x: .log(label: density, ticks: ticks),
                y: .linear(0...1, label: "Share of runs that store all"), height: 130
            ) {
                lines(data.densities, data.antipodal.map { $0.map(\.share) })
            }
            Axes(
                title: "In one factor", x: .log(label: density, ticks: ticks),
                y: .linear(0...1, label: "Share of stored pairs"), height: 130
            ) {
                lines(data.densities, data.together)
            }
            Axes(
                title: "Stored per dimension",
                x: .log(label: "Density of a feature", ticks: .at(data.packDensities)),
                y: .linear(label: "Features"), height: 130
            ) { lines(data.packDensities, data.stored) }
        }
        Legend(zip(kindNames, kindColors).map { .init($0, $1, .line) })
    }
}

/// One row per point of ``anticorrelatedPreference(_:)``.
func preferenceTable(_ data: AnticorrelatedPreference) -> Table {
    var table = Table("quantity", "features are", "initial weights", "density", "value")
    for (index, tallies) in data.antipodal.enumerated() {
        for (density, tally) in zip(data.densities, tallies) {
            table.append(
                "share of runs with opposite partners", kindNames[index % 2], index < 2 ? "authors’" : "small",
                density, tally.share)
        }
    }
    for (index, shares) in data.together.enumerated() {
        for (density, share) in zip(data.densities, shares) {
            table.append(
                "share of partners in one factor", kindNames[index % 2], index < 2 ? "authors’" : "small", density,
                share)
        }
    }
    for (kind, values) in zip(kindNames, data.stored) {
        for (density, value) in zip(data.packDensities, values) {
            table.append("features per dimension", kind, "small", density, value)
        }
    }
    return table
}

// MARK: - Local bases

/// Mean superposition with features of the same set and of the others, at one density.
struct BasisMeasure {
    let density: Double
    let correlated: (within: Double, across: Double)
    let independent: (within: Double, across: Double)
}

/// $W^T W$ with two correlated sets and with independent features, and the superposition against density.
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
                title: "Superposition of a feature",
                x: .log(label: "Density 1 − <i>S</i>", ticks: .at([0.3, 0.1, 0.05, 0.02])).reversed(),
                y: .linear()
            ) {
                line(measures, Palette.vermilion, dash: [3, 2]) { $0.independent.across }
                line(measures, Palette.blue, dash: [3, 2]) { $0.independent.within }
                line(measures, Palette.vermilion, "other set") { $0.correlated.across }
                line(measures, Palette.blue, "same set") { $0.correlated.within }
            }
        }
        ColorBar(
            .diverging,
            .linear(
                -limit...limit, label: "<i>W</i><sup>T</sup><i>W</i> at density \(density)", ticks: .at([-1, 0, 1])))
    }
}

private func line(
    _ measures: [BasisMeasure], _ color: Color, _ label: String? = nil, dash: [Double] = [],
    _ value: (BasisMeasure) -> Double
) -> Line {
    Line(measures.map { Point($0.density, value($0)) }, color: color, dash: dash, dots: 4, label: label)
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
            table.append(name, "superposition within a set", measure.density, none, none, value.within)
            table.append(name, "superposition across sets", measure.density, none, none, value.across)
        }
    }
    return table
}

// MARK: - Collapse

private let collapseAxis = Axis.log(label: "Density 1 − <i>S</i>", ticks: .at([0.02, 0.05, 0.1, 0.2, 0.5]))

/// A model of every regime, the distances within the pairs of the best runs, how many pairs have collapsed in the best and
/// in median runs, and the loss over that of PCA; against density.
func collapse(
    _ runs: [CollapseRuns], _ plain: [CollapseRuns], shown: [(title: String, stage: CollapseStage)], papers: [Double]
) -> Figure {
    let stages = runs.map(\.best)
    func medians(_ runs: [CollapseRuns], _ color: Color) -> Line {
        Line(runs.map { Point($0.density, Double($0.median)) }, color: color, width: 1)
    }
    let boundaries: [any Mark] = papers.map { Rule(x: $0, Stroke(Color(gray: 0.5), width: 0.5)) }
    return Figure {
        Grid(columns: shown.count, spacing: 8) {
            for (title, stage) in shown {
                panel(
                    "\(title)\n1 − <i>S</i> = \(number(stage.density, digits: 2))",
                    overlaid([stage.model], on: hexagonOfPairs))
            }
        }
        Legend(pairEntries(3))
        Grid(columns: 1, rowSpacing: 10, sharing: .x) {
            Axes(
                x: collapseAxis,
                y: .linear(0...1.55, label: "Distance within a pair,\nover its length", ticks: .at([0, 0.5, 1])),
                height: 100
            ) {
                for boundary in papers {
                    Rule(x: boundary, Stroke(Color(gray: 0.5), width: 0.5), label: "\(boundary)")
                }
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
                boundaries
                medians(runs, Palette.orange)
                medians(plain, Palette.green)
                Points(stages.map { Point($0.density, Double($0.collapsed)) }, color: Palette.blue, size: 4)
            }
            Axes(x: collapseAxis, y: .linear(label: "Loss over\nthat of PCA"), height: 70) {
                boundaries
                Rule(y: 1)
                Line(stages.map { Point($0.density, $0.lossOverPCA) }, color: Palette.blue, dots: 3.5)
            }
        }
        Legend([
            .init("best run", Palette.blue, .point), .init("median run", Palette.orange, .line),
            .init("median run, constant rate", Palette.green, .line),
        ])
    }
}

/// The best run of one density after the other: its directions, and the distances within its pairs.
func collapseFrames(_ stages: [CollapseStage]) -> Frames {
    Frames(
        "Density 1 − S",
        stages.map { stage in
            let density = number(stage.density, digits: 3)
            // The pairs have their places from stage to stage.
            let model = overlaid([stage.model], on: hexagonOfPairs)[0]
            let distances = CollapseStage(density: stage.density, model: model).distances
            let statement =
                "At density \(density), \(stage.collapsed) of three pairs have collapsed; the loss is "
                + "\(fixed(stage.lossOverPCA, 2)) times that of PCA."
            return Frames.Frame(density, telling: statement) {
                Figure {
                    Grid(widths: [1, 1], spacing: 34) {
                        panel("1 − <i>S</i> = \(density)", [model], size: 7)
                        Axes(
                            x: .categories((1...3).map { "pair \($0)" }),
                            y: .linear(
                                0...1.55, label: "Distance within a pair, over its length", ticks: .at([0, 0.5, 1]))
                        ) {
                            Bars(distances, colors: (0..<3).map(setColor), width: 0.55)
                            Rule(y: 0.3, label: "collapsed\nbelow")
                        }
                    }
                    Legend(pairEntries(3))
                }
            }
        })
}

/// One row per feature and density of ``collapse(_:_:shown:papers:)``, for the best runs, and one per density for the
/// median runs.
func collapseTable(_ runs: [CollapseRuns], _ plain: [CollapseRuns]) -> Table {
    var table = Table(
        "run", "density", "feature", "x", "y", "distance within its pair", "collapsed pairs", "principal share",
        "loss over that of PCA")
    for stage in runs.map(\.best) {
        let model = overlaid([stage.model], on: hexagonOfPairs)[0]
        for feature in 0..<model.W.columns {
            table.append(
                "best", stage.density, feature + 1, model.W[0, feature], model.W[1, feature],
                stage.distances[feature / 2], stage.collapsed, stage.principalShare, stage.lossOverPCA)
        }
    }
    let none = Table.Cell.text("")
    for (name, runs) in [("median", runs), ("median, constant rate", plain)] {
        for run in runs { table.append(name, run.density, none, none, none, none, run.median, none, none) }
    }
    return table
}
