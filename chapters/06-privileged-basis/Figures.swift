import Analysis
import Foundation
import Notebook
import Plot
import ToyModels

private let weightRange = -1.25...1.25
private let monosemanticColor = Palette.skyBlue
private let polysemanticColor = Palette.orange
private let neuronAxis = Axis.linear(-0.5...4.5, ticks: .none)

/// The colour behind a neuron.
private func shade(_ meaning: NeuronCode.Meaning) -> Color {
    switch meaning {
    case .nothing: .white
    case .monosemantic: ColorMap([.white, monosemanticColor])(0.28)
    case .polysemantic: ColorMap([.white, polysemanticColor])(0.32)
    }
}

private func meaningLegend() -> Legend {
    Legend([.init("monosemantic neuron", shade(.monosemantic)), .init("polysemantic neuron", shade(.polysemantic))])
}

/// $W$ with features as rows, from most to least important, and neurons as columns; `shade` may bend the colours'
/// scale.
private func weights(
    _ W: Matrix, title: String? = nil, features: Axis? = nil, neurons: Axis? = nil, marks: [any Mark] = [],
    range: ClosedRange<Double> = weightRange, shade: @escaping (Double) -> Double = { $0 }
) -> Axes {
    let n = W.columns
    return Axes(
        title: title, x: neurons ?? .linear(-0.5...(Double(W.rows) - 0.5)).hidden(),
        y: features ?? .linear(-0.5...(Double(n) - 0.5)).hidden().reversed(), aspect: 1, border: true
    ) {
        // Readers who point at a cell are told the weight, whatever bends its shade.
        HeatMap(
            rows: n, columns: W.rows, grid: Stroke(Color(gray: 0.9), width: 0.4),
            telling: [CellValues("weight", rows: n, columns: W.rows) { W[$1, $0] }]
        ) { ColorMap.diverging(shade(W[$1, $0]), in: range) }
        marks
    }
}

private func numbered(_ count: Int) -> Axis.Ticks {
    .labelled(Dictionary(uniqueKeysWithValues: (0..<count).map { (Double($0), "\($0 + 1)") }))
}

private func weightBar() -> ColorBar {
    ColorBar(.diverging, .linear(weightRange, label: "weight", ticks: .at([-1, 0, 1])))
}

// MARK: - Two kinds of bases

/// The directions of two features in two hidden dimensions, of all models.
func arrowFigure(linear: [ToyModel], relu: [ToyModel]) -> Figure {
    Figure {
        Grid(columns: 3, spacing: 26) {
            arrows(linear, "no privileged basis (linear)", "hidden dimension", Palette.blue)
            arrows(relu, "a privileged basis (ReLU)", "neuron", Palette.vermilion)
            Axes(
                title: "Angle to the nearest axis", x: .linear(0...45, label: "degrees", ticks: .at([0, 15, 30, 45])),
                y: .linear(0...1, label: "share of features below")
            ) {
                steps(linear.flatMap(anglesToAxes).sorted(), Palette.blue, in: 0...45)
                steps(relu.flatMap(anglesToAxes).sorted(), Palette.vermilion, in: 0...45)
            }
        }
        Legend([.init("linear", Palette.blue, .line), .init("ReLU", Palette.vermilion, .line)])
    }
}

private func arrows(_ models: [ToyModel], _ title: String, _ axis: String, _ color: Color) -> Axes {
    func own(_ model: ToyModel, _ color: Color, width: Double) -> [Arrow] {
        (0..<2).map { Arrow(to: Point(model.W[0, $0], model.W[1, $0]), color: color, width: width) }
    }
    return Axes(
        title: title, x: .linear(-1.2...1.2, label: "\(axis) 1", ticks: .at([-1, 0, 1])),
        y: .linear(-1.2...1.2, label: "\(axis) 2", ticks: .at([-1, 0, 1])), aspect: 1
    ) {
        Rule(x: 0)
        Rule(y: 0)
        models.dropFirst().flatMap { own($0, ColorMap([.white, color])(0.4), width: 0.9) }
        models.prefix(1).flatMap { own($0, color, width: 1.8) }
    }
}

/// The angle of each of two features to the nearest axis, in degrees.
private func anglesToAxes(_ model: ToyModel) -> [Double] {
    (0..<2).map { i in
        let sides = [abs(model.W[0, i]), abs(model.W[1, i])].sorted()
        return atan2(sides[0], sides[1]) * 180 / .pi
    }
}

/// One row per model and feature.
func arrowTable(linear: [ToyModel], relu: [ToyModel]) -> Table {
    var table = Table("hidden layer", "model", "feature", "first dimension", "second dimension")
    for (name, models) in [("linear", linear), ("ReLU", relu)] {
        for (index, model) in models.enumerated() {
            for i in 0..<2 { table.append(name, index + 1, i + 1, model.W[0, i], model.W[1, i]) }
        }
    }
    return table
}

// MARK: - A privileged basis

/// A model of each kind, and how all of them lie relative to their axes.
func basisFigure(linear: ToyModel, relu: CodedModel, tests: BasisTests) -> Figure {
    let features = Axis.linear(-0.5...9.5, label: "feature", ticks: numbered(10)).reversed()
    let hidden = Axis.linear(-0.5...4.5, label: "hidden dimension", ticks: numbered(5))
    let neurons = Axis.linear(-0.5...4.5, label: "neuron", ticks: numbered(5))
    return Figure {
        Grid(widths: [1, 1, 2.2], spacing: 20) {
            weights(linear.W, title: "<i>W</i>, linear", features: features, neurons: hidden)
            weights(relu.model.W, title: "<i>W</i>, ReLU", features: features, neurons: neurons)
            Axes(
                title: "Alignment of all models", x: .linear(0.25...1, label: "alignment with single dimensions"),
                y: .linear(0...1, label: "share of models below")
            ) {
                Rule(x: 3.0 / 7)
                steps(tests.linear.turned, Color(gray: 0.45), dash: [3, 2])
                steps(tests.descent.trained, Palette.skyBlue)
                steps(tests.linear.trained, Palette.blue)
                steps(tests.relu.trained, Palette.vermilion)
            }
        }
        Grid(widths: [2, 2.2], spacing: 20) {
            weightBar()
            Legend([
                .init("linear", Palette.blue, .line),
                .init("linear, by gradient descent", Palette.skyBlue, .line),
                .init("linear, turned", Color(gray: 0.45), .line, dash: [3, 2]),
                .init("ReLU", Palette.vermilion, .line),
            ])
        }
    }
}

/// The empirical distribution of ascending values.
private func steps(
    _ values: [Double], _ color: Color, dash: [Double] = [], in range: ClosedRange<Double> = 0.25...1
) -> Line {
    var points = [Point(range.lowerBound, 0)]
    for (index, value) in values.enumerated() {
        points.append(Point(value, Double(index) / Double(values.count)))
        points.append(Point(value, Double(index + 1) / Double(values.count)))
    }
    return Line(points + [Point(range.upperBound, 1)], color: color, dash: dash)
}

/// One row per weight of the models shown and per model of the distributions of ``basisFigure(linear:relu:tests:)``.
func basisTable(linear: ToyModel, relu: CodedModel, tests: BasisTests) -> Table {
    var table = Table("model", "quantity", "feature", "neuron", "value")
    let none = Table.Cell.text("")
    for (name, W) in [("linear", linear.W), ("relu", relu.model.W)] {
        for i in 0..<W.columns {
            for k in 0..<W.rows { table.append(name, "weight", i + 1, k + 1, W[k, i]) }
        }
    }
    for (name, values) in [
        ("linear", tests.linear.trained), ("linear, turned", tests.linear.turned),
        ("linear, by gradient descent", tests.descent.trained), ("relu", tests.relu.trained),
    ] {
        for value in values { table.append(name, "alignment", none, none, value) }
    }
    return table
}

// MARK: - Stack plots

/// A model's $W$ beside its stack plot, explained.
func stackAnatomy(_ coded: CodedModel) -> Figure {
    let W = coded.model.W
    let colors = featureColors
    let shown = (0..<W.columns).filter { i in (0..<W.rows).contains { abs(W[$0, i]) > 0.15 } }
    let polysemantic = coded.code.features.indices.filter { coded.code.meaning(ofNeuron: $0) == .polysemantic }
    return Figure {
        Grid(widths: [1, 2.6], spacing: 24) {
            weights(
                W, title: "<i>W</i>", features: .linear(-0.5...9.5, label: "feature", ticks: numbered(10)).reversed(),
                neurons: .linear(-0.5...4.5, label: "neuron", ticks: numbered(5)))
            Axes(
                title: "Each column becomes a stack",
                x: .linear(-0.5...4.5, label: "neuron", ticks: numbered(5)),
                y: .linear(
                    min(-1.2, 1.1 * stackEnds([coded]).lowerBound)...max(2.4, 1.1 * stackEnds([coded]).upperBound),
                    label: "weight")
            ) {
                StackPlot(
                    (0..<W.rows).map { k in
                        (0..<W.columns).map { .init(W[k, $0], colors[$0], label: "feature \($0 + 1)") }
                    },
                    backgrounds: coded.code.features.indices.map { shade(coded.code.meaning(ofNeuron: $0)) },
                    width: 0.5)
                Rule(y: 0)
                featureLabels(W, shown)
                Label("one rectangle:\na neuron for one feature", at: Point(-0.3, 1.35), anchor: .left, size: 7.5)
                if let first = polysemantic.first {
                    let edge = Double(first) - 0.6
                    Label("several: a neuron for\nseveral features", at: Point(edge, 1.9), anchor: .right, size: 7.5)
                    Label(
                        "below zero: the feature\nholds the neuron down", at: Point(edge, -0.7), anchor: .right,
                        size: 7.5)
                }
            }
        }
        meaningLegend()
    }
}

/// The number of a feature in its rectangle.
private func featureLabels(_ W: Matrix, _ shown: [Int]) -> [any Mark] {
    (0..<W.rows).flatMap { k -> [any Mark] in
        shown.filter { abs(W[k, $0]) > 0.15 }.map { i in
            // The rectangle starts where those of its sign before it end.
            let base = (0..<i).reduce(0.0) { $0 + (W[k, $1] * W[k, i] > 0 ? W[k, $1] : 0) }
            let color = featureColors[i].text()
            return Label(
                "<i>x</i><sub>\(i + 1)</sub>", at: Point(Double(k), base + W[k, i] / 2), color: color, size: 7.5)
        }
    }
}

private let featureColors = ColorMap.viridis.colors(10)

/// One row per weight.
func weightTable(_ models: [(density: Double, coded: CodedModel)]) -> Table {
    var table = Table("density", "neuron", "meaning", "feature", "weight", "in code", "superposition")
    for (density, coded) in models {
        let superposition = coded.superposition
        for k in 0..<coded.model.W.rows {
            for i in 0..<coded.model.W.columns {
                table.append(
                    density, k + 1, "\(coded.code.meaning(ofNeuron: k))", i + 1, coded.model.W[k, i],
                    coded.code.neurons[i].contains(k) ? 1 : 0, superposition[i])
            }
        }
    }
    return table
}

/// How far the stacks of some models reach below and above zero.
private func stackEnds(_ models: [CodedModel]) -> ClosedRange<Double> {
    var (low, high) = (0.0, 0.0)
    for W in models.map(\.model.W) {
        for k in 0..<W.rows {
            let weights = (0..<W.columns).map { W[k, $0] }
            low = min(low, weights.filter { $0 < 0 }.reduce(0, +))
            high = max(high, weights.filter { $0 > 0 }.reduce(0, +))
        }
    }
    return low...high
}

/// The square root with its sign: shades tell large weights apart, too.
private func compressed(_ weight: Double) -> Double { abs(weight).squareRoot() * (weight < 0 ? -1 : 1) }

/// The six regimes: weights, stacks, and the codes as sets of neurons.
func codesFigure(_ regimes: [(density: Double, paper: String, coded: CodedModel)]) -> Figure {
    let largest = regimes.flatMap(\.coded.model.W.elements).map { abs($0) }.max() ?? 1
    let range = -largest.squareRoot()...largest.squareRoot()
    let shown = [-4.0, -1, 0, 1, 4].filter { abs($0) <= largest }
    let ends = stackEnds(regimes.map(\.coded))
    return Figure {
        Grid(
            columns: regimes.count, spacing: 12, rowSpacing: 10,
            rowTitles: ["<i>W</i>", "the code", "above zero", "below zero"]
        ) {
            for (density, paper, coded) in regimes {
                weights(
                    coded.model.W,
                    title: "<b>1 − <i>S</i> = \(density)</b>\npaper: \(paper)\nhere: \(coded.code.name)",
                    range: range, shade: compressed)
            }
            for regime in regimes { codePanel(regime.coded) }
            for (index, regime) in regimes.enumerated() {
                stackPanel(regime.coded, 0...1.05 * ends.upperBound, isFirst: index == 0)
            }
            for (index, regime) in regimes.enumerated() {
                stackPanel(regime.coded, 1.05 * min(ends.lowerBound, -0.1)...0, isFirst: index == 0)
            }
        }
        Grid(columns: 2, spacing: 30) {
            ColorBar(
                .diverging,
                .linear(
                    range, label: "weight",
                    ticks: .labelled(
                        Dictionary(uniqueKeysWithValues: shown.map { (compressed($0), number($0)) }))))
            ColorBar(
                .superposition,
                .linear(
                    0...1, label: "superposition of a stored feature", ticks: .labelled([0: "0", 0.5: "0.5", 1: "≥ 1"]))
            )
        }
        meaningLegend()
    }
}

/// One regime after the other, large.
func codeFrames(_ regimes: [(density: Double, paper: String, coded: CodedModel)]) -> Frames {
    let largest = regimes.flatMap(\.coded.model.W.elements).map { abs($0) }.max() ?? 1
    let range = -largest.squareRoot()...largest.squareRoot()
    let ends = stackEnds(regimes.map(\.coded))
    let shown = [-4.0, -1, 0, 1, 4].filter { abs($0) <= largest }
    return Frames(
        "Density 1 − S",
        regimes.map { density, paper, coded in
            let statement =
                "At density \(density) the code is \(coded.code.name); \(coded.code.count(.polysemantic)) of five neurons "
                + "are polysemantic. The paper’s: \(paper)."
            return Frames.Frame("\(density)", telling: statement) {
                Figure {
                    Grid(
                        widths: [1, 1, 1.3], spacing: 24,
                        title: "1 − <i>S</i> = \(density), paper: \(paper), here: \(coded.code.name)"
                    ) {
                        weights(coded.model.W, title: "<i>W</i>", range: range, shade: compressed)
                        codePanel(coded)
                        stackPanel(
                            coded, 1.05 * min(ends.lowerBound, -0.1)...(1.05 * ends.upperBound), isFirst: true)
                    }
                    Grid(columns: 2, spacing: 30) {
                        ColorBar(
                            .diverging,
                            .linear(
                                range, label: "weight",
                                ticks: .labelled(
                                    Dictionary(uniqueKeysWithValues: shown.map { (compressed($0), number($0)) }))))
                        ColorBar(
                            .superposition,
                            .linear(
                                0...1, label: "superposition of a stored feature",
                                ticks: .labelled([0: "0", 0.5: "0.5", 1: "≥ 1"])))
                    }
                    meaningLegend()
                }
            }
        })
}

/// The parts of the stacks on one side of zero.
private func stackPanel(_ coded: CodedModel, _ range: ClosedRange<Double>, isFirst: Bool) -> Axes {
    let W = coded.model.W
    let superposition = coded.superposition
    let colors = coded.code.neurons.indices.map { i in
        coded.code.neurons[i].isEmpty ? Color(gray: 0.75) : ColorMap.superposition(superposition[i], in: 0...1)
    }
    return Axes(
        x: neuronAxis, y: isFirst ? .linear(range, label: "weight") : .linear(range).hidden(), height: 80
    ) {
        StackPlot(
            (0..<W.rows).map { k in (0..<W.columns).map { .init(W[k, $0], colors[$0], label: "feature \($0 + 1)") } },
            backgrounds: (0..<W.rows).map { shade(coded.code.meaning(ofNeuron: $0)) }, width: 0.7)
        Rule(y: 0)
    }
}

/// A dot where a neuron belongs to a feature's set.
private func codePanel(_ coded: CodedModel) -> Axes {
    let n = coded.model.W.columns
    let superposition = coded.superposition
    return Axes(
        x: .linear(-0.5...4.5).hidden(), y: .linear(-0.5...(Double(n) - 0.5)).hidden().reversed(), aspect: 1,
        border: true
    ) {
        for i in coded.code.stored {
            let set = coded.code.neurons[i]
            let ends = (Double(set.min() ?? 0), Double(set.max() ?? 0))
            let color = ColorMap.superposition(superposition[i], in: 0...1)
            Segments(from: Point(ends.0, Double(i)), to: [Point(ends.1, Double(i))], colors: [color], width: 1)
            Points(set.map { Point(Double($0), Double(i)) }, color: color, size: 7)
        }
    }
}

// MARK: - Code diagram

private let densityTicks = Axis.Ticks.labelled(
    [
        0.8: "0.8", 0.5: "0.5", 0.3: "0.3", 0.2: "0.2", 0.15: "0.15", 0.1: "0.1", 0.07: "0.07", 0.05: "0.05",
        0.04: "0.04", 0.03: "0.03",
    ])

/// What the paper samples at six densities, over all of them.
func codeDiagram(_ sweep: CodeSweep, regimes: [(density: Double, paper: String)], families: [Code]) -> Figure {
    let places = sweep.places
    let high = places[0].density, low = places[places.count - 1].density
    let axis = Axis.log(low / 1.02...high * 1.02, label: "Density 1 − <i>S</i>", ticks: densityTicks).reversed()
    func line(
        _ color: Color, _ label: String?, dash: [Double] = [], dots: Double = 0, _ value: (CodeSweep.Place) -> Double
    )
        -> Line
    {
        Line(places.map { Point($0.density, value($0)) }, color: color, dash: dash, dots: dots, label: label)
    }
    let sizes = [Color(gray: 0.97), ColorMap.superposition(0)] + [0.45, 0.7, 0.95].map { ColorMap.superposition($0) }
    return Figure {
        Grid(columns: 1, rowSpacing: 12, sharing: .x) {
            Axes(x: axis, y: .linear(0...10.5, label: "Number", ticks: .at([0, 5, 10])), height: 120) {
                for regime in regimes { Rule(x: regime.density, label: regime.paper) }
                line(Palette.blue, nil, dash: [2, 2]) { $0.meanStored }
                line(Palette.vermilion, nil, dash: [2, 2]) { $0.meanPolysemantic }
                line(Palette.blue, "features\nstored", dots: 2.5) { Double($0.best.code.stored.count) }
                line(Palette.vermilion, "polysemantic\nneurons", dots: 2.5) {
                    Double($0.best.code.count(.polysemantic))
                }
            }
            Axes(
                x: axis, y: .linear(0.5...10.5, label: "Feature", ticks: .at([1, 5, 10])).reversed(), height: 120,
                border: true
            ) {
                codeImage(places, sizes)
                for regime in regimes { Rule(x: regime.density) }
            }
            Axes(
                x: axis, y: .linear(-0.2...5, label: "Loss above the least (%)", ticks: .at([0, 1, 2, 3, 4, 5])),
                height: 130
            ) {
                for regime in regimes { Rule(x: regime.density) }
                for (index, family) in families.enumerated() {
                    Line(
                        places.compactMap { place in place.excess(of: family).map { Point(place.density, $0) } },
                        color: Palette[index], dots: 2.2)
                }
            }
        }
        Legend(
            [
                ("not stored", sizes[0]), ("a neuron of its own", sizes[1]), ("one shared neuron", sizes[2]),
                ("two", sizes[3]),
                ("three or more", sizes[4]),
            ].map { .init($0.0, $0.1) })
        Legend(families.enumerated().map { .init($1.name, Palette[$0], .line) })
    }
}

/// How each feature is stored at each density: one column per density, which reaches half-way to its neighbours, and
/// below those to its right, so that no seam shows.
private func codeImage(_ places: [CodeSweep.Place], _ sizes: [Color]) -> [any Mark] {
    let edges = places.indices.dropLast().map { (places[$0].density * places[$0 + 1].density).squareRoot() }
    return places.enumerated().map { index, place in
        let upper = index == 0 ? place.density * 1.02 : edges[index - 1]
        let code = place.best.code
        return HeatMap(rows: 10, columns: 1, x: places[places.count - 1].density / 1.02...upper, y: 0.5...10.5) {
            feature, _ in
            let set = code.neurons[feature]
            let isShared = code.superposed.contains(feature)
            return sizes[set.isEmpty ? 0 : isShared ? min(set.count + 1, 4) : 1]
        }
    }
}

/// One row per density and feature of ``codeDiagram(_:regimes:families:)``.
func codeTable(_ sweep: CodeSweep) -> Table {
    var table = Table(
        "density", "code", "loss", "features stored", "monosemantic neurons", "polysemantic neurons",
        "features stored, mean of all starts", "polysemantic neurons, mean of all starts", "feature",
        "neurons of the feature",
        "is shared")
    for place in sweep.places {
        let code = place.best.code
        for i in code.neurons.indices {
            table.append(
                place.density, code.name, place.best.loss, code.stored.count, code.count(.monosemantic),
                code.count(.polysemantic), place.meanStored, place.meanPolysemantic, i + 1, code.neurons[i].count,
                code.superposed.contains(i) ? 1 : 0)
        }
    }
    return table
}

// MARK: - Pairs

/// What pairs of neurons cost beside the best other code.
func pairFigure(_ curve: PairCurve, paper: Double) -> Figure {
    func line(_ color: Color, _ label: String, _ value: (PairCurve.Place) -> Double) -> Line {
        Line(
            curve.places.filter { value($0).isFinite }.map { Point($0.density, value($0)) }, color: color, dots: 4,
            label: label)
    }
    return Figure {
        Axes(
            x: .log(label: "Density 1 − <i>S</i>", ticks: densityTicks).reversed(),
            y: .linear(label: "loss above the best other code (%)"), height: 140
        ) {
            Rule(y: 0)
            Rule(x: paper, label: "paper")
            line(Palette.blue, "pairs, by search") { $0.search }
            line(Palette.vermilion, "pairs, dealt by hand") { $0.dealt }
        }
    }
}

/// One row per density of ``pairFigure(_:paper:)``.
func pairTable(_ curve: PairCurve) -> Table {
    var table = Table("density", "by search (%)", "dealt by hand (%)")
    for place in curve.places { table.append(place.density, place.search, place.dealt) }
    return table
}

// MARK: - Hidden bias

/// What a bias in the hidden layer does, by density.
func biasFigure(_ results: [BiasResult]) -> Figure {
    let axis = Axis.categories(results.map { "\($0.density)" }, label: "Density 1 − <i>S</i>")
    func panel(
        _ title: String, _ y: Axis, rule: Double?, _ relu: (BiasResult) -> Double, _ biased: (BiasResult) -> Double
    )
        -> Axes
    {
        func line(_ color: Color, _ value: (BiasResult) -> Double) -> Line {
            Line(results.enumerated().map { Point(Double($0), value($1)) }, color: color, dots: 4)
        }
        return Axes(title: title, x: axis, y: y, height: 120) {
            if let rule { Rule(y: rule) }
            line(Palette.vermilion, relu)
            line(Palette.green, biased)
        }
    }
    let ratio = Axis.log(label: "ratio", ticks: ratioTicks)
    return Figure {
        Grid(columns: 2, spacing: 30, rowSpacing: 14) {
            panel("Loss over that of the linear model", .linear(label: "ratio"), rule: 1) {
                $0.reluLoss / $0.linearLoss
            } _: {
                $0.biasedLoss / $0.linearLoss
            }
            panel("Loss without the ReLU, over the loss", ratio, rule: 1) {
                $0.relu.lossWithoutReLU
            } _: {
                $0.biased.lossWithoutReLU
            }
            panel("Neurons’ inputs above zero", .linear(0...1, label: "share"), rule: nil) {
                $0.relu.share
            } _: {
                $0.biased.share
            }
            Axes(title: "The five hidden biases", x: axis, y: .linear(label: "bias"), height: 120) {
                Rule(y: 0)
                for (index, result) in results.enumerated() {
                    Points(result.biased.biases.map { Point(Double(index), $0) }, color: Palette.green, size: 4)
                }
            }
        }
        Legend([
            .init("ReLU hidden layer", Palette.vermilion, .line), .init("with a hidden bias", Palette.green, .line),
        ])
    }
}

private let ratioTicks = Axis.Ticks.labelled(
    Dictionary(uniqueKeysWithValues: [1.0, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map { ($0, number($0)) }))

/// One row per density and quantity of ``biasFigure(_:)``.
func biasTable(_ results: [BiasResult]) -> Table {
    var table = Table("density", "quantity", "value")
    for result in results {
        table.append(result.density, "loss, linear", result.linearLoss)
        table.append(result.density, "loss, ReLU", result.reluLoss)
        table.append(result.density, "loss, ReLU with bias", result.biasedLoss)
        table.append(result.density, "loss without the ReLU over the loss, ReLU", result.relu.lossWithoutReLU)
        table.append(
            result.density, "loss without the ReLU over the loss, ReLU with bias", result.biased.lossWithoutReLU)
        table.append(result.density, "inputs above zero, ReLU", result.relu.share)
        table.append(result.density, "inputs above zero, ReLU with bias", result.biased.share)
        for bias in result.biased.biases { table.append(result.density, "hidden bias", bias) }
    }
    return table
}

/// What more features do to neurons without a bias.
func manyFigure(_ rows: [ManyFeatures]) -> Figure {
    let axis = Axis.categories(rows.map { "\($0.features)" }, label: "features")
    func panel(_ title: String, _ y: Axis, rule: Double?, _ value: (ManyFeatures) -> Double) -> Axes {
        Axes(title: title, x: axis, y: y, height: 120) {
            if let rule { Rule(y: rule) }
            Line(rows.enumerated().map { Point(Double($0), value($1)) }, color: Palette.vermilion, dots: 4)
        }
    }
    return Figure {
        Grid(columns: 3, spacing: 24) {
            panel("Loss over the linear model’s", .linear(label: "ratio"), rule: 1) { $0.lossRatio }
            panel("Loss without the ReLU, over the loss", .linear(label: "ratio"), rule: 1) {
                $0.linearity.lossWithoutReLU
            }
            panel("Neurons’ inputs above zero", .linear(0...1, label: "share"), rule: nil) { $0.linearity.share }
        }
    }
}

/// One row per number of features.
func manyTable(_ rows: [ManyFeatures]) -> Table {
    var table = Table(
        "features", "loss over the linear model's", "loss without the ReLU over the loss", "inputs above zero")
    for row in rows {
        table.append(row.features, row.lossRatio, row.linearity.lossWithoutReLU, row.linearity.share)
    }
    return table
}
