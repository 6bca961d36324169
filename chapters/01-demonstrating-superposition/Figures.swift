import Analysis
import Notebook
import Plot
import ToyModels

// What the chapter's figures look like, and the numbers that they show.

/// A model with what a figure says about it.
typealias LabelledModel = (kind: String, density: Double, model: ToyModel)

// MARK: - Embeddings

/// Embeddings in two dimensions: a few large, and all of a sweep in a row below.
func embeddings(_ models: [ToyModel], densities: [Double], large: [Int]) -> Figure {
    let reach = 1.3
    func panel(_ index: Int, title: String, size: Double) -> Axes {
        let points = models[index].planarDirections.map { Point($0.x, $0.y) }
        // The most important feature is drawn last, on top.
        let order = points.indices.reversed()
        let colors = order.map { ColorMap.importance(1 - Double($0) / Double(points.count - 1)) }
        return Axes(
            title: title, x: .linear(-reach...reach).hidden(), y: .linear(-reach...reach).hidden(), aspect: 1,
            border: true
        ) {
            Segments(to: order.map { points[$0] }, colors: colors, width: size / 4)
            Points(order.map { points[$0] }, colors: colors, size: size)
        }
    }
    return Figure {
        Grid(columns: large.count, spacing: 22) {
            for index in large {
                panel(
                    index, title: "\(sparsity(densities[index])), 1 − <i>S</i> = \(number(densities[index]))", size: 7)
            }
        }
        Grid(columns: densities.count, spacing: 5, title: "The whole sweep, by density 1 − <i>S</i>") {
            for index in densities.indices { panel(index, title: number(densities[index]), size: 3) }
        }
        Legend(
            (0..<5).map {
                .init("feature \($0 + 1)", ColorMap.importance(1 - Double($0) / 4), .point)
            })
    }
}

/// One model of the sweep after the other: its directions, and their products.
func embeddingFrames(_ models: [ToyModel], densities: [Double]) -> Frames {
    let reach = 1.3
    return Frames(
        "Density 1 − S",
        zip(densities, models).map { density, model in
            let (points, gram) = (model.planarDirections.map { Point($0.x, $0.y) }, model.W.gram)
            let stored = listed(model.represented().map { $0 + 1 })
            let statement = "At density \(number(density)), features \(stored) are stored."
            return Frames.Frame(number(density), telling: statement) {
                Figure {
                    Grid(columns: 2, spacing: 40) {
                        Axes(
                            title: "Directions, 1 − <i>S</i> = \(number(density))",
                            x: .linear(-reach...reach).hidden(), y: .linear(-reach...reach).hidden(), aspect: 1,
                            border: true
                        ) {
                            Segments(to: points.reversed(), colors: importanceColors.reversed(), width: 2)
                            Points(points.reversed(), colors: importanceColors.reversed(), size: 8)
                        }
                        Axes(
                            title: matrixLabel, x: .linear(-0.5...4.5).hidden(),
                            y: .linear(-0.5...4.5).reversed().hidden(), aspect: 1, border: true
                        ) {
                            HeatMap(rows: 5, columns: 5, .diverging, weightRange) { gram[$0, $1] }
                        }
                    }
                    Legend((0..<5).map { .init("feature \($0 + 1)", importanceColors[$0], .point) })
                    ColorBar(.diverging, .linear(weightRange, label: matrixLabel, ticks: .at([-1, 0, 1])))
                }
            }
        })
}

/// One row per point of ``embeddings(_:densities:large:)``.
func embeddingTable(_ trained: TrainedModels, densities: [Double]) -> Table {
    var table = Table("density", "feature", "importance", "x", "y")
    for (setting, model) in trained.best.enumerated() {
        for (feature, point) in model.planarDirections.enumerated() {
            table.append(
                densities[setting], feature + 1, trained.experiment.settings[setting].importance[feature], point.x,
                point.y)
        }
    }
    return table
}

// MARK: - What is simulated

private let featureNames = (1...5).map { "<i>x</i><sub>\($0)</sub>" }
private let outputNames = (1...5).map { "<i>x</i>′<sub>\($0)</sub>" }
private let importanceColors = (0..<5).map { ColorMap.importance(1 - Double($0) / 4) }

/// Five features with a neuron each, the model that stores them in two dimensions, and what that does as a whole.
func disentangled(_ model: ToyModel) -> Figure {
    let (inputs, outputs) = (
        BipartiteGraph.Layer(featureNames, colors: importanceColors),
        BipartiteGraph.Layer(outputNames, colors: importanceColors)
    )
    let (gram, W) = (model.W.gram, model.W)
    let identity = (0..<5).map { i in (0..<5).map { $0 == i ? 1.0 : 0 } }
    let decoder = (0..<5).map { i in (0..<2).map { W[$0, i] } }
    let encoder = (0..<2).map { k in (0..<5).map { W[k, $0] } }
    func panel(_ title: String, _ layers: [BipartiteGraph.Layer], _ weights: [[[Double]]]) -> Axes {
        Axes(title: title, x: .linear(0...1).hidden(), y: .linear(0...1).hidden(), height: 150) {
            BipartiteGraph(layers: layers, weights: weights, largest: 1.2, size: 19)
        }
    }
    return Figure {
        Grid(columns: 3, spacing: 34) {
            panel("Imagined: a neuron for each", [inputs, outputs], [identity])
            panel(
                "Trained: two dimensions", [inputs, .init(["<i>h</i><sub>1</sub>", "<i>h</i><sub>2</sub>"]), outputs],
                [encoder, decoder])
            panel("The same as a whole", [inputs, outputs], [(0..<5).map { i in (0..<5).map { gram[i, $0] } }])
        }
    }
}

/// One row per weight of ``disentangled(_:)``.
func productTable(_ model: ToyModel) -> Table {
    var table = Table("weight", "from", "to", "value")
    for i in 0..<5 {
        for k in 0..<2 { table.append("W", i + 1, k + 1, model.W[k, i]) }
        for j in 0..<5 { table.append("WtW", i + 1, j + 1, model.W.gram[j, i]) }
    }
    return table
}

/// One active feature, the most important; or its two neighbours around the circle.
private func sketchedInputs(_ model: ToyModel) -> [[Double]] {
    let others = (1..<5).sorted { model.cosine(0, $0) > model.cosine(0, $1) }
    return [[0], Array(others.prefix(2))].map { active in (0..<5).map { active.contains($0) ? 1 : 0 } }
}

/// The largest value that is read for a feature that is not active, before or after bias and ReLU, from one of the
/// inputs of ``interference(_:)``.
func largestFalse(_ model: ToyModel, _ input: Int, before: Bool) -> Double {
    let x = sketchedInputs(model)[input]
    let values = before ? model.W.transposeTimes(model.hidden(x)) : model(x)
    return x.indices.filter { x[$0] == 0 }.map { values[$0] }.max() ?? .nan
}

/// The hidden vector of one active feature and of two, and what is read from it along each direction.
func interference(_ model: ToyModel) -> Figure {
    let reach = 1.75
    let directions = (0..<5).map { Point(model.W[0, $0], model.W[1, $0]) }
    func plane(_ x: [Double], title: String) -> Axes {
        let h = model.hidden(x)
        return Axes(
            title: title, x: .linear(-reach...reach).hidden(), y: .linear(-reach...reach).hidden(), aspect: 1,
            border: true
        ) {
            Segments(to: directions, colors: importanceColors, width: 1.5)
            Points(directions, colors: importanceColors, size: 6)
            for (feature, point) in directions.enumerated() {
                Label(featureNames[feature], at: Point(1.4 * point.x, 1.4 * point.y), size: 8)
            }
            Arrow(to: Point(h[0], h[1]), color: Palette.vermilion, width: 1.75)
        }
    }
    func readOut(_ x: [Double]) -> Axes {
        let products = model.W.transposeTimes(model.hidden(x))
        return Axes(
            x: .categories(featureNames), y: .linear(-1.3...1.3, label: "Output", ticks: .at([-1, 0, 1])), height: 120
        ) {
            Bars(products, colors: [Color(gray: 0.8)])
            Bars(model(x), colors: [Palette.blue], width: 0.4)
            Rule(y: 0)
            Points(
                x.enumerated().map { Point(Double($0), $1) }, color: .clear, size: 6,
                outline: Stroke(Palette.vermilion, width: 1.5))
        }
    }
    let inputs = sketchedInputs(model)
    return Figure {
        Grid(widths: [1, 1.1, 1, 1.1], spacing: 14) {
            for (x, title) in zip(inputs, ["One active feature", "Two active features"]) {
                plane(x, title: title)
                readOut(x)
            }
        }
        Legend([
            .init("<i>h</i> = <i>Wx</i>", Palette.vermilion, .line),
            .init("<i>W</i><sup>T</sup><i>h</i>", Color(gray: 0.8)),
            .init("ReLU(<i>W</i><sup>T</sup><i>h</i> + <i>b</i>)", Palette.blue),
        ])
    }
}

/// One row per bar of ``interference(_:)``.
func interferenceTable(_ model: ToyModel) -> Table {
    var table = Table("active features", "feature", "input", "read", "output")
    for x in sketchedInputs(model) {
        let (products, outputs) = (model.W.transposeTimes(model.hidden(x)), model(x))
        for i in 0..<5 { table.append(x.count { $0 > 0 }, i + 1, x[i], products[i], outputs[i]) }
    }
    return table
}

// MARK: - Anatomy

private let weightRange = -1.4...1.4
private let matrixLabel = "<i>W</i><sup>T</sup><i>W</i>"
private let lengthLabel = "‖<i>W</i><sub><i>i</i></sub>‖"

/// The three panels of one model: $W^T W$, $b$, and the lengths as bars.
private func panels(
    _ model: ToyModel, titles: (matrix: String, bias: String, lengths: String)? = nil,
    rows: Axis? = nil, lengths: Axis = .linear(0...1.25).hidden(), notes: [Label] = [], lengthNotes: [Label] = []
) -> [any Block] {
    let n = model.b.count
    let (gram, superposition) = (model.W.gram, model.superposition)
    let places = -0.5...(Double(n) - 0.5)
    let down = Axis.linear(places).hidden().reversed()
    return [
        Axes(title: titles?.matrix, x: .linear(places).hidden(), y: rows ?? down, aspect: 1, border: true) {
            HeatMap(rows: n, columns: n, .diverging, weightRange) { gram[$0, $1] }
            notes
        },
        Axes(title: titles?.bias, x: .linear(-0.5...0.5).hidden(), y: down, border: true) {
            HeatMap(rows: n, columns: 1, .diverging, weightRange) { row, _ in model.b[row] }
        },
        Axes(title: titles?.lengths, x: lengths, y: down) {
            // Many bars overlap a little: the background would shine through between bars that only touch.
            Bars(
                model.norms.map { $0 > 0.01 ? $0 : .nan },
                colors: superposition.map { ColorMap.superposition($0, in: 0...1) }, direction: .right,
                width: n > 40 ? 1.4 : 0.8)
            lengthNotes
        },
    ]
}

private func colorBars() -> Grid {
    Grid(columns: 2, spacing: 40) {
        ColorBar(
            .diverging, .linear(weightRange, label: "\(matrixLabel) and <i>b</i>", ticks: .at([-1, 0, 1])))
        ColorBar(
            .superposition,
            .linear(0...1, label: "Superposition of a feature", ticks: .labelled([0: "0", 0.5: "0.5", 1: "≥ 1"])))
    }
}

/// One model, large and labelled.
func anatomy(_ model: ToyModel, kept: Int) -> Figure {
    let n = model.b.count
    let marked = [1, kept, n / 2, n].map { (Double($0 - 1), "\($0)") }
    let rows = Axis.linear(
        -0.5...(Double(n) - 0.5), label: "Feature, from most to least important",
        ticks: .labelled(Dictionary(marked) { $1 }))
    let middle = Double(n + kept) / 2
    return Figure {
        Grid(widths: [20, 2, 20], spacing: 16) {
            panels(
                model, titles: (matrixLabel, "<i>b</i>", lengthLabel), rows: rows.reversed(),
                lengths: .linear(0...1.25, label: "Length", ticks: .at([0, 0.5, 1])),
                notes: [
                    Label("diagonal: ‖<i>W<sub>i</sub></i>‖²\nis the feature stored?", at: Point(middle, 2), size: 8),
                    Label(
                        "off it: <i>W<sub>i</sub></i> · <i>W<sub>j</sub></i>\nhow much does one\nfeature disturb another?",
                        at: Point(middle, middle), size: 8),
                ],
                lengthNotes: [
                    Label(
                        "A bar’s length: is the feature stored?\nIts colour: do others share its direction?",
                        at: Point(0.62, middle), size: 8)
                ])
        }
        colorBars()
    }
}

/// One model of a sweep after the other, large.
func anatomyFrames(_ models: [ToyModel], densities: [Double]) -> Frames {
    Frames(
        "Density 1 − S",
        zip(densities, models).map { density, model in
            let n = model.b.count
            let ticks = [1, n / 4, n / 2, n].map { (Double($0 - 1), "\($0)") }
            let rows = Axis.linear(
                -0.5...(Double(n) - 0.5), label: "Feature, from most to least important",
                ticks: .labelled(Dictionary(ticks) { $1 }))
            let statement =
                "At density \(number(density)), \(model.represented().count) features are stored, "
                + "\(shared(model).count) of them in superposition."
            return Frames.Frame(number(density), telling: statement) {
                Figure {
                    Grid(widths: [20, 2, 20], spacing: 16, title: "ReLU, 1 − <i>S</i> = \(number(density))") {
                        panels(
                            model, titles: (matrixLabel, "<i>b</i>", lengthLabel), rows: rows.reversed(),
                            lengths: .linear(0...1.25, label: "Length", ticks: .at([0, 0.5, 1])))
                    }
                    colorBars()
                }
            }
        })
}

/// Many models in rows of four.
func gallery(_ models: [LabelledModel], features: Int) -> Figure {
    Figure {
        Grid(columns: 4, spacing: 12, rowSpacing: 16) {
            for entry in models {
                Grid(
                    widths: [20, 1.6, 11], spacing: 3,
                    title: "\(entry.kind == "linear" ? "Linear" : "ReLU"), 1 − <i>S</i> = \(number(entry.density))"
                ) { panels(entry.model) }
            }
        }
        colorBars()
    }
}

/// One row per cell and bar of ``gallery(_:features:)``: for a cell of $W^T W$ its row and column, for a bias and a bar
/// the feature as row. Features count from 1.
func anatomyTable(_ models: [LabelledModel]) -> Table {
    var table = Table("model", "density", "quantity", "row", "column", "value", "superposition")
    let none = Table.Cell.text("")
    for (kind, density, model) in models {
        let (gram, norms, superposition) = (model.W.gram, model.norms, model.superposition)
        for i in model.b.indices {
            for j in model.b.indices { table.append(kind, density, "WtW", i + 1, j + 1, gram[i, j], none) }
            table.append(kind, density, "b", i + 1, none, model.b[i], none)
            table.append(kind, density, "norm", i + 1, none, norms[i], superposition[i])
        }
    }
    return table
}

// MARK: - Loss terms

private let activeGroups: [(label: String, range: ClosedRange<Int>)] = [
    ("<i>k</i> = 0", 0...0), ("1", 1...1), ("2", 2...2), ("3–5", 3...5), ("6 and more", 6...1000),
]

/// The loss by the number of active features, and the parts of the 1-sparse term.
func lossTerms(_ expansions: [LossExpansion], densities: [Double]) -> Figure {
    let places = Axis.categories(densities.map { number($0) }, label: "Density 1 − <i>S</i>")
    let shades = ColorMap.viridis.colors(activeGroups.count + 1).dropLast()
    let terms = expansions.map(\.oneSparse)
    func line(
        _ term: (LossExpansion.OneSparse) -> Double, _ color: Color, _ label: String, width: Double = 1.25,
        dash: [Double] = []
    ) -> Line {
        Line(
            zip(densities, terms.map(term)).map { Point($0, $1) }, color: color, width: width, dash: dash, dots: 3,
            label: label)
    }
    return Figure {
        Grid(widths: [1, 0.8], spacing: 26) {
            Axes(
                title: "The loss by number of active features", x: places, y: .linear(0...1, label: "Share"),
                height: 190
            ) {
                for (index, (group, shade)) in zip(activeGroups, shades).enumerated() {
                    let bases = expansions.map { index == 0 ? 0 : share($0, ofActive: 0...group.range.lowerBound - 1) }
                    Bars(
                        expansions.map { share($0, ofActive: 0...group.range.upperBound) }, from: bases, colors: [shade]
                    )
                }
            }
            Axes(
                title: "The 1-sparse loss <i>L</i><sub>1</sub>",
                x: .log(label: "Density 1 − <i>S</i>").reversed(),
                y: .log(1e-7...1, label: "Contribution to <i>L</i><sub>1</sub>"), height: 190
            ) {
                line(
                    \.negativeInterferenceIfLinear, Palette.vermilion, "interference,\nnegative,\nif linear",
                    dash: [3, 2])
                // Wide, as the line of positive interference may lie on it.
                line(\.negativeInterference, Palette.vermilion, "interference,\nnegative", width: 3.5)
                line(\.positiveInterference, Palette.orange, "interference,\npositive")
                line(\.unrepresented, Palette.skyBlue, "not stored\nfeatures")
                line(\.ownError, Palette.blue, "active\nfeature")
            }
        }
        Legend(zip(activeGroups, shades).map { .init($0.label, $1) })
    }
}

/// One row per bar of ``lossTerms(_:densities:)``.
func lossTable(_ expansions: [LossExpansion], densities: [Double]) -> Table {
    var table = Table("density", "term", "value")
    for (density, expansion) in zip(densities, expansions) {
        for (k, contribution) in expansion.contributions.enumerated() {
            table.append(density, "contribution of k = \(k)", contribution)
        }
        table.append(density, "L1 active feature", expansion.oneSparse.ownError)
        table.append(density, "L1 features not stored", expansion.oneSparse.unrepresented)
        table.append(density, "L1 positive interference", expansion.oneSparse.positiveInterference)
        table.append(density, "L1 negative interference", expansion.oneSparse.negativeInterference)
        table.append(
            density, "L1 negative interference, linear output", expansion.oneSparse.negativeInterferenceIfLinear)
    }
    return table
}

/// A density as the paper writes it: "80% sparsity".
private func sparsity(_ density: Double) -> String { "\(percent(1 - density, digits: 0)) sparsity" }

// MARK: - Cosines

/// The mean largest cosine against density.
func cosineFigure(relu: [Double], linear: [Double], densities: [Double]) -> Figure {
    func line(_ values: [Double], _ color: Color, _ label: String) -> Line {
        Line(zip(densities, values).map { Point($0, $1) }, color: color, dots: 4, label: label)
    }
    return Figure {
        Axes(
            x: .log(label: "Density 1 − <i>S</i>").reversed(), y: .linear(label: "Mean largest cosine"),
            height: 150
        ) {
            Rule(y: 0)
            line(relu, Palette.vermilion, "ReLU output")
            line(linear, Palette.blue, "linear")
        }
    }
}

/// One row per point of ``cosineFigure(relu:linear:densities:)``.
func cosineTable(relu: [Double], linear: [Double], densities: [Double]) -> Table {
    var table = Table("model", "density", "mean largest cosine")
    for (density, value) in zip(densities, relu) { table.append("relu", density, value) }
    for (density, value) in zip(densities, linear) { table.append("linear", density, value) }
    return table
}
