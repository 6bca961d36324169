import Analysis
import Notebook
import Plot
import ToyModels

private let weightRange = -1.25...1.25

/// The colour behind a neuron by the number of features that it reads: white for one, darker for more. Grey, as the
/// stacks in front have the colours.
private func shade(_ count: Int) -> Color { Color(gray: 1 - 0.055 * Double(min(max(count, 1), 8) - 1)) }

private func numbered(_ count: Int, _ text: (Int) -> String = { "\($0 + 1)" }) -> Axis.Ticks {
    .labelled(Dictionary(uniqueKeysWithValues: (0..<count).map { (Double($0), text($0)) }))
}

private func places(_ count: Int) -> ClosedRange<Double> { -0.5...(Double(count) - 0.5) }

// MARK: - Basic

/// The small model as matrices, as stacks and as a graph.
func basicFigure(_ model: ToyModel) -> Figure {
    let (n, m) = (model.W.columns, model.W.rows)
    let neurons = Axis.linear(places(m), label: "neuron", ticks: numbered(m))
    let features = Axis.linear(places(n), label: "feature", ticks: numbered(n)).reversed()
    let names = (0..<n).map { "<sub>\($0 + 1)</sub>" }
    let colors = (0..<n).map { Palette[$0] }
    return Figure {
        Grid(widths: [1, 1, 1.2], spacing: 26, columnTitles: ["as matrices", "as stack plots", "as a graph"]) {
            Grid(columns: 1, rowSpacing: 14) {
                Axes(title: "<i>W</i><sub>1</sub>", x: neurons, y: features, aspect: 1, border: true) {
                    HeatMap(rows: n, columns: m, .diverging, weightRange) { model.W[$1, $0] }
                }
                Axes(title: "<i>W</i><sub>2</sub>", x: neurons, y: features, aspect: 1, border: true) {
                    HeatMap(rows: n, columns: m, .diverging, weightRange) { model.W2?[$0, $1] ?? .nan }
                }
            }
            Grid(columns: 1, rowSpacing: 14) {
                Axes(title: "into the neurons", x: neurons, y: .linear(-1.2...1.2, ticks: .at([-1, 0, 1]))) {
                    StackPlot(
                        (0..<m).map { k in (0..<n).map { .init(model.W[k, $0], colors[$0], label: "<i>x</i>\($0 + 1)") }
                        })
                    Rule(y: 0)
                }
                Axes(title: "out of the neurons", x: neurons, y: .linear(-1.2...1.2, ticks: .at([-1, 0, 1]))) {
                    StackPlot(
                        (0..<m).map { k in
                            (0..<n).map { .init(model.W2?[$0, k] ?? 0, colors[$0], label: "<i>y</i>\($0 + 1)") }
                        })
                    Rule(y: 0)
                }
            }
            Axes(x: .linear().hidden(), y: .linear().hidden()) {
                BipartiteGraph(
                    layers: [
                        .init(names.map { "<i>x</i>\($0)" }, colors: colors.map(pale)),
                        .init((0..<m).map { _ in "" }, colors: [Color(gray: 0.92)]),
                        .init(names.map { "<i>y</i>\($0)" }, colors: colors.map(pale)),
                    ],
                    weights: [rows(model.W), model.W2.map(rows) ?? []], size: 20)
            }
        }
        Grid(columns: 2, spacing: 30) {
            ColorBar(.diverging, .linear(weightRange, label: "weight", ticks: .at([-1, 0, 1])))
            Legend(names.enumerated().map { .init("<i>x</i>\($1)", colors[$0]) })
        }
    }
}

private func pale(_ color: Color) -> Color { ColorMap([.white, color])(0.35) }

private func rows(_ matrix: Matrix) -> [[Double]] {
    (0..<matrix.rows).map { row in (0..<matrix.columns).map { matrix[row, $0] } }
}

/// One row per pair of a neuron and a feature, of models named by a label.
func weightTable(_ models: [(label: String, model: ToyModel)]) -> Table {
    var table = Table("model", "neuron", "feature", "input weight", "output weight", "superposition")
    for (label, model) in models {
        let superposition = model.superposition
        for k in 0..<model.W.rows {
            for i in 0..<model.W.columns {
                table.append(label, k + 1, i + 1, model.W[k, i], model.W2?[i, k] ?? .nan, superposition[i])
            }
        }
    }
    return table
}

// MARK: - Sparsity

/// Superposition that has the last colour of the scale. Colours follow its square root, as it is below 1 for dense
/// features and several times that for sparse ones.
private let mostSuperposition = 9.0

private func superpositionColor(_ superposition: Double) -> Color {
    ColorMap.superposition(superposition.squareRoot(), in: 0...mostSuperposition.squareRoot())
}

/// The stacks of absolute input weights of one model, features coloured by superposition.
private func stacks(
    _ model: ToyModel, title: String, height: Double, x: Axis, isRasterized: Bool = false
) -> Axes {
    let colors = model.superposition.map(superpositionColor)
    let top = (0..<model.W.rows).map { k in (0..<model.W.columns).reduce(0.0) { $0 + abs(model.W[k, $1]) } }.max() ?? 1
    let plot = StackPlot(
        (0..<model.W.rows).map { k in
            model.features(ofNeuron: k, threshold: 0).map {
                .init(abs(model.W[k, $0]), colors[$0], label: "feature \($0 + 1)")
            }
        },
        backgrounds: model.featureCounts().map(shade), width: 0.62)
    return Axes(title: title, x: x, y: .linear(0...max(1.2, 1.08 * top)), height: height) {
        if isRasterized { Rasterized(resolution: 240) { plot } } else { plot }
    }
}

private func sparsityKeys() -> [any Block] {
    [
        Grid(columns: 2, spacing: 30) {
            ColorBar(
                .superposition,
                .linear(
                    0...mostSuperposition.squareRoot(), label: "superposition of a feature",
                    ticks: .labelled([0: "0", 1: "1", 2: "4", 3: "≥ 9"])))
            Legend(
                [(2, "2 features"), (4, "4"), (8, "8 and more")].map { .init($0.1, shade($0.0)) })
        }
    ]
}

private let fortyNeurons = Axis.linear(
    -0.5...39.5, label: "neuron, by the importance of its largest feature",
    ticks: .labelled([0: "1", 9: "10", 19: "20", 29: "30", 39: "40"]))

/// One density after the other, large.
func sparsityFrames(_ places: [Sweep.Place]) -> Frames {
    Frames(
        "Density 1 − S",
        places.map { place in
            let (mono, poly) = (place.best.monosemantic(), place.best.polysemantic())
            let statement =
                "At density \(number(place.density)), \(mono) neurons are monosemantic and \(poly) polysemantic."
            return Frames.Frame(number(place.density), telling: statement) {
                Figure {
                    stacks(
                        place.best,
                        title: "1 − <i>S</i> = \(number(place.density)): \(mono) mono-, \(poly) polysemantic",
                        height: 200, x: fortyNeurons, isRasterized: true)
                    sparsityKeys()
                }
            }
        })
}

/// One row of stacks per density.
func sparsityFigure(_ places: [Sweep.Place]) -> Figure {
    let labelled = fortyNeurons
    let neurons = labelled.hidden()
    return Figure {
        Grid(columns: 1, rowSpacing: 6) {
            for (index, place) in places.enumerated() {
                stacks(
                    place.best,
                    title:
                        "1 − <i>S</i> = \(number(place.density)): \(place.best.monosemantic()) mono-, "
                        + "\(place.best.polysemantic()) polysemantic",
                    height: 60, x: index == places.count - 1 ? labelled : neurons)
            }
        }
        sparsityKeys()
    }
}

// MARK: - Mono- and polysemantic

/// One model enlarged; kinds of neurons against density; what activations are about.
func semanticsFigure(_ sweep: Sweep, shown: Sweep.Place, profiles: SemanticsProfiles) -> Figure {
    let axis = Axis.log(label: "Density 1 − <i>S</i>").reversed()
    func line(
        _ color: Color, dash: [Double] = [], width: Double = 1.25, dots: Double = 0, _ value: (Sweep.Place) -> Double
    )
        -> Line
    {
        Line(sweep.places.map { Point($0.density, value($0)) }, color: color, width: width, dash: dash, dots: dots)
    }
    return Figure {
        stacks(
            shown.best, title: "1 − <i>S</i> = \(number(shown.density))", height: 130,
            x: .linear(
                -0.5...39.5, label: "primary feature of the neuron, positive or negative side",
                ticks: .labelled(
                    Dictionary(
                        uniqueKeysWithValues: (0..<40).filter { $0 % 3 == 0 }.map { k in
                            let primary = shown.best.features(ofNeuron: k, threshold: 0).first ?? 0
                            return (Double(k), "\(shown.best.W[k, primary] > 0 ? "+" : "−")\(primary + 1)")
                        }))))
        sparsityKeys()
        Grid(columns: 2, spacing: 30) {
            Axes(
                title: "Kinds of neurons", x: axis,
                y: .linear(0...41, label: "neurons", ticks: .at([0, 10, 20, 30, 40])), height: 140
            ) {
                Rule(x: shown.density)
                for threshold in [0.1, 0.5] {
                    line(Palette.orange, dash: [1.5, 2], width: 0.8) {
                        Double($0.best.polysemantic(threshold: threshold))
                    }
                }
                line(Palette.blue, dash: [4, 2]) { $0.mean { $0.monosemantic() } }
                line(Palette.orange, dash: [4, 2]) { $0.mean { $0.polysemantic() } }
                line(Palette.blue, dots: 3.5) { Double($0.best.monosemantic()) }
                line(Palette.orange, dots: 3.5) { Double($0.best.polysemantic()) }
            }
            Axes(
                title: "What activations are about",
                x: .log(
                    0.001...1, label: "largest activations, up to this share of all above 0.1",
                    ticks: .labelled([0.001: "0.1%", 0.01: "1%", 0.1: "10%", 1: "all"])),
                y: .linear(0...1.02, label: "with the primary feature", ticks: .at([0, 0.5, 1])), height: 140
            ) {
                for curve in profiles.poly.curves { profileLine(curve, Color(gray: 0.85), width: 0.3) }
                profileLine(profiles.random.mean, Color(gray: 0.35), dash: [3, 2])
                profileLine(profiles.mono.mean, Palette.blue)
                profileLine(profiles.poly.mean, Palette.orange)
            }
        }
        Legend([
            .init("monosemantic", Palette.blue, .line), .init("polysemantic", Palette.orange, .line),
            .init("untrained", Color(gray: 0.35), .line, dash: [3, 2]),
            .init("monosemantic, mean of all models", Palette.blue, .line, dash: [4, 2]),
            .init("polysemantic, mean of all models", Palette.orange, .line, dash: [4, 2]),
            .init("polysemantic by other thresholds, 0.1 and 0.5", Palette.orange, .line, dash: [1.5, 2]),
        ])
    }
}

/// What the activations of poly- and monosemantic neurons of the mixed models are about, and of untrained neurons.
typealias SemanticsProfiles = (poly: ActivationProfile, mono: ActivationProfile, random: ActivationProfile)

private func profileLine(_ curve: [Double], _ color: Color, width: Double = 2, dash: [Double] = []) -> Line {
    Line(zip(ActivationProfile.shares, curve).map { Point($0, $1) }, color: color, width: width, dash: dash)
}

/// One row per density, and per neuron and share of its activations, of ``semanticsFigure(_:shown:profiles:)``.
func semanticsTable(_ sweep: Sweep, shown: Sweep.Place, profiles: SemanticsProfiles) -> Table {
    var table = Table("quantity", "density", "neuron", "threshold or share", "value")
    let none = Table.Cell.text("")
    for place in sweep.places {
        for threshold in [0.1, polysemanticThreshold, 0.5] {
            table.append(
                "monosemantic neurons, best model", place.density, none, threshold,
                place.best.monosemantic(threshold: threshold))
            table.append(
                "polysemantic neurons, best model", place.density, none, threshold,
                place.best.polysemantic(threshold: threshold))
        }
        table.append(
            "monosemantic neurons, mean of all models", place.density, none, polysemanticThreshold,
            place.mean { $0.monosemantic() })
        table.append(
            "polysemantic neurons, mean of all models", place.density, none, polysemanticThreshold,
            place.mean { $0.polysemantic() })
    }
    for (neuron, curve) in profiles.poly.curves.enumerated() {
        for (share, value) in zip(ActivationProfile.shares, curve) {
            table.append(
                "largest activations with the primary feature, polysemantic neuron", none, neuron + 1, share, value)
        }
    }
    for (name, profile) in [("monosemantic", profiles.mono), ("untrained", profiles.random)] {
        for (share, value) in zip(ActivationProfile.shares, profile.mean) {
            table.append("largest activations with the primary feature, mean, \(name)", none, none, share, value)
        }
    }
    return table
}

// MARK: - Motif

/// A model, its plain neurons and its instances of the motif; one instance as a graph, and what its inhibition does.
func motifFigure(_ model: ToyModel, _ motifs: [AsymmetricMotif], effects: [InhibitionEffect]) -> Figure {
    let involved = Set(motifs.flatMap { [$0.neuron, $0.inhibitor] })
    let plain = (0..<model.W.rows).filter { !involved.contains($0) }
    let groups =
        [("the whole model", Array(0..<model.W.rows)), ("plain neurons", plain)]
        + motifs.prefix(2).map { ("motif", [$0.neuron, $0.inhibitor]) }
    let outputs = model.W2.map(rows) ?? []
    let ends = (
        below: min(1.05 * stackEnd(outputs, below: true), -0.1), above: max(1.05 * stackEnd(outputs, below: false), 0.1)
    )
    return Figure {
        Grid(widths: groups.map { Double($0.1.count) + 0.6 }, spacing: 14, rowSpacing: 12) {
            for (index, group) in groups.enumerated() {
                featureStacks(
                    group.1, title: group.0,
                    y: .linear(-1.75...1.75, label: index == 0 ? "input weight" : nil, ticks: .at([-1, 0, 1])),
                    isFirst: index == 0, hasTicks: false
                ) { model.W[$0, $1] }
            }
            // A scale of its own on each side of zero: what inhibits may be many times larger.
            for (index, group) in groups.enumerated() {
                featureStacks(
                    group.1, title: nil, y: .linear(0...ends.above, label: index == 0 ? "output above 0" : nil),
                    isFirst: index == 0, hasTicks: false
                ) { model.W2?[$1, $0] ?? 0 }
            }
            for (index, group) in groups.enumerated() {
                featureStacks(
                    group.1, title: nil, y: .linear(ends.below...0, label: index == 0 ? "output below 0" : nil),
                    isFirst: index == 0
                ) { model.W2?[$1, $0] ?? 0 }
            }
        }
        Legend((0..<model.W.columns).map { .init("<i>x</i><sub>\($0 + 1)</sub>", Palette[$0]) })
        if let motif = motifs.first {
            Grid(widths: [1.15, 1, 1], spacing: 26) {
                motifGraph(model, motif)
                response(model, motif)
                effectPanel(effects)
            }
            Legend([
                .init("as trained", Palette.blue, .line),
                .init("without the inhibiting weight", Palette.vermilion, .line),
            ])
        }
    }
}

/// How far the stacks of some output weights `[features][neurons]` reach below or above zero.
private func stackEnd(_ outputs: [[Double]], below: Bool) -> Double {
    let ends = (outputs.first ?? []).indices.map { k in
        outputs.reduce(0.0) { $0 + (below ? min($1[k], 0) : max($1[k], 0)) }
    }
    return (below ? ends.min() : ends.max()) ?? 0
}

/// Neurons as stacks with one colour per feature.
private func featureStacks(
    _ neurons: [Int], title: String?, y: Axis, isFirst: Bool, hasTicks: Bool = true,
    _ weight: (_ neuron: Int, _ feature: Int) -> Double
) -> Axes {
    let x = Axis.linear(
        places(neurons.count), label: hasTicks && isFirst ? "neuron" : nil,
        ticks: .labelled(Dictionary(uniqueKeysWithValues: neurons.enumerated().map { (Double($0), "\($1 + 1)") })))
    return Axes(
        title: title, x: hasTicks ? x : x.hidden(), y: isFirst ? y : y.hidden(), height: 80
    ) {
        StackPlot(neurons.map { k in (0..<6).map { .init(weight(k, $0), Palette[$0], label: "feature \($0 + 1)") } })
        Rule(y: 0)
    }
}

/// The two neurons of an instance, with the features that they read or write.
private func motifGraph(_ model: ToyModel, _ motif: AsymmetricMotif) -> Axes {
    let third = model.features(ofNeuron: motif.inhibitor, threshold: 0)[0]
    let features =
        [motif.primary, motif.secondary] + (third == motif.primary || third == motif.secondary ? [] : [third])
    let neurons = [motif.neuron, motif.inhibitor]
    func names(_ letter: String) -> [String] { features.map { "<i>\(letter)</i><sub>\($0 + 1)</sub>" } }
    let input = neurons.map { k in features.map { model.W[k, $0] } }
    let output = features.map { i in neurons.map { model.W2?[i, $0] ?? 0 } }
    // Output weights are larger; they get a scale of their own.
    let (most, mostOut) = (largest(input), largest(output))
    return Axes(title: "One instance as a graph", x: .linear().hidden(), y: .linear().hidden(), height: 125) {
        BipartiteGraph(
            layers: [
                .init(names("x"), colors: features.map { pale(Palette[$0]) }),
                .init(neurons.map { "\($0 + 1)" }, colors: [Color(gray: 0.92)]),
                .init(names("y"), colors: features.map { pale(Palette[$0]) }),
            ],
            weights: [
                input.map { $0.map { compressed($0 / most) } }, output.map { $0.map { compressed($0 / mostOut) } },
            ],
            largest: 1, size: 20)
    }
}

/// The square root with its sign: widths tell small weights, too.
private func compressed(_ share: Double) -> Double {
    abs(share) < 0.01 ? 0 : abs(share).squareRoot() * (share < 0 ? -1 : 1)
}

private func largest(_ matrix: [[Double]]) -> Double { matrix.joined().map { abs($0) }.max() ?? 1 }

/// The secondary output where the primary feature alone is active.
private func response(_ model: ToyModel, _ motif: AsymmetricMotif) -> Axes {
    let values = stride(from: -1.0, through: 1, by: 0.02)
    func line(_ model: ToyModel, _ color: Color) -> Line {
        Line(
            values.map { value in
                var x = Array(repeating: 0.0, count: model.W.columns)
                x[motif.primary] = value
                return Point(value, model(x)[motif.secondary])
            }, color: color, width: 1.5)
    }
    let (p, s) = ("<i>x</i><sub>\(motif.primary + 1)</sub>", "<i>y</i><sub>\(motif.secondary + 1)</sub>")
    return Axes(
        title: "Output \(s) where only \(p) is active", x: .linear(-1...1, label: p, ticks: .at([-1, 0, 1])),
        y: .linear(label: s), height: 125
    ) {
        line(model.withoutInhibition(motif), Palette.vermilion)
        line(model, Palette.blue)
    }
}

/// The loss of the models with and without each instance's inhibiting weight.
private func effectPanel(_ effects: [InhibitionEffect]) -> Axes {
    Axes(
        title: "All instances", x: .log(label: "loss as trained", ticks: .automatic),
        y: .log(label: "loss without the weight"), height: 125
    ) {
        let low = effects.map(\.loss).min() ?? 0.01
        let high = effects.map(\.loss).max() ?? 0.1
        Line([Point(low, low), Point(high, high)], color: Color(gray: 0.5), width: 0.6)
        Label("no change", at: Point(high, high), anchor: .topRight, offset: Point(0, 7), size: 7.5)
        Points(effects.map { Point($0.loss, $0.lossWithout) }, color: Palette.vermilion.opacity(0.4), size: 3)
    }
}

/// One row per instance in all models.
func effectTable(_ effects: [InhibitionEffect]) -> Table {
    var table = Table(
        "loss", "loss without the weight", "interference", "interference without the weight")
    for effect in effects {
        table.append(effect.loss, effect.lossWithout, effect.interference, effect.interferenceWithout)
    }
    return table
}
