import Analysis
import Foundation
import Notebook
import Plot
import ToyModels

// What the figures of dictionaries look like, and the numbers that they show.

private let plain = Color(gray: 0.45)
private let colors: [String: Color] = [
    "relu": Palette.vermilion, "gated": Palette.orange, "jumprelu": Palette.purple, "topk": Palette.blue,
    "batchtopk": Palette.skyBlue, "matryoshka": Palette.green,
]

private func color(_ method: DictionaryMethod) -> Color { colors[method.id] ?? plain }

private func rows(_ names: [String]) -> Axis {
    .linear(
        -0.6...(Double(names.count) - 0.4),
        ticks: .labelled(Dictionary(uniqueKeysWithValues: names.enumerated().map { (Double($0), $1) }))
    ).reversed()
}

// MARK: - Recovery

/// What one set of activations gives, by method.
struct RecoveryPanel {
    let density: Double
    /// By the number of latents, ascending; the runs at the true sparsity.
    let runs: [(latents: Int, runs: [DictionaryRun])]
    let linear: [LinearMethod]
}

/// The share of features that each method finds.
func recoveryFigure(_ panels: [RecoveryPanel]) -> Figure {
    let names = DictionaryMethod.all.map(\.name) + (panels.first?.linear.map(\.name) ?? [])
    let sizes = panels.first?.runs.map(\.latents) ?? []
    let shades = [Palette.skyBlue, Palette.blue]
    return Figure {
        Grid(columns: panels.count, spacing: 26, sharing: .y) {
            for panel in panels {
                Axes(
                    title: "1 − <i>S</i> = \(number(panel.density))",
                    x: .linear(0...1.02, label: "Share of features found", ticks: .at([0, 0.25, 0.5, 0.75, 1])),
                    y: rows(names), height: 165
                ) {
                    for (index, size) in panel.runs.enumerated() {
                        for run in size.runs {
                            let row = Double(DictionaryMethod.all.firstIndex(of: run.method) ?? 0)
                            let offset = (Double(index) - 0.5) * 0.28
                            Points(
                                [Point(run.greatestCosine, row + offset)], color: plain, size: 4.5, symbol: .cross)
                            Line(
                                [Point(0, row + offset), Point(run.recovered, row + offset)],
                                color: shades[index % 2], width: 3.2)
                        }
                    }
                    for (index, method) in panel.linear.enumerated() {
                        let row = Double(DictionaryMethod.all.count + index)
                        Points([Point(method.match.meanGreatestCosine, row)], color: plain, size: 4.5, symbol: .cross)
                        Line([Point(0, row), Point(method.match.recovered, row)], color: Color(gray: 0.6), width: 3.2)
                    }
                }
            }
        }
        Legend(
            sizes.enumerated().map { .init("found, with \($1) latents", shades[$0 % 2], .line) } + [
                .init("found without a dictionary", Color(gray: 0.6), .line)
            ])
    }
}

/// One row per method, size and density.
func recoveryTable(_ panels: [RecoveryPanel]) -> Table {
    var table = Table(
        "density", "method", "latents", "setting", "active", "unexplained", "recovered", "mean cosine of pairs",
        "mean greatest cosine", "F1", "uniqueness", "dead")
    for panel in panels {
        for size in panel.runs {
            for run in size.runs {
                table.append(
                    panel.density, run.method.name, size.latents, run.value, run.active, run.unexplained,
                    run.recovered, run.meanCosine, run.greatestCosine, run.f1, run.uniqueness, run.dead)
            }
        }
        for method in panel.linear {
            let match = method.match
            table.append(
                panel.density, method.name, Double.nan, Double.nan, Double.nan, Double.nan, match.recovered,
                match.meanCosine, match.meanGreatestCosine, Double.nan, match.uniqueness, Double.nan)
        }
    }
    return table
}

// MARK: - Reconstruction

/// Unexplained variance against active latents, recovery as colour.
func paretoFigure(_ sizes: [(latents: Int, runs: [DictionaryRun])], active: Double) -> Figure {
    Figure {
        Grid(columns: sizes.count, spacing: 22, sharing: .y) {
            for (latents, runs) in sizes {
                Axes(
                    title: "\(latents) latents",
                    x: .log(0.4...30, label: "Active latents", ticks: .at([0.5, 1, 2, 5, 10, 20])),
                    y: .log(0.02...1, label: "Unexplained variance", ticks: .at([0.03, 0.1, 0.3, 1])), height: 190
                ) {
                    Rule(x: active, Stroke(plain, width: 0.7))
                    for method in DictionaryMethod.all {
                        let own = runs.filter { $0.method == method }.sorted { $0.active < $1.active }
                        Line(
                            own.map { Point($0.active, $0.unexplained) }, color: color(method).opacity(0.7),
                            width: 1.1)
                        Points(
                            own.map { Point($0.active, $0.unexplained) },
                            colors: own.map { ColorMap.viridis($0.recovered) }, size: 6.5,
                            outline: Stroke(color(method), width: 1.2))
                    }
                }
            }
        }
        Grid(columns: 2, spacing: 24) {
            ColorBar(.viridis, .linear(0...1, label: "share of features found", ticks: .at([0, 0.5, 1])))
            Legend(DictionaryMethod.all.map { .init($0.name, color($0), .line) })
        }
    }
}

/// One row per run.
func paretoTable(_ runs: [DictionaryRun]) -> Table {
    var table = Table("method", "latents", "setting", "active", "unexplained", "recovered", "mean cosine of pairs")
    for run in runs {
        table.append(
            run.method.name, run.latents, run.value, run.active, run.unexplained, run.recovered, run.meanCosine)
    }
    return table
}

// MARK: - Shrinkage

/// What latents say of the features that they found.
func shrinkageFigure(_ runs: [DictionaryRun], shown: Int) -> Figure {
    Figure {
        Grid(columns: 3, spacing: 18, rowSpacing: 14, sharing: .both) {
            for run in runs {
                Axes(
                    title: run.method.name,
                    x: .linear(0...1.9, label: "True activation", ticks: .at([0, 0.5, 1, 1.5])),
                    y: .linear(0...1.9, label: "Latent", ticks: .at([0, 0.5, 1, 1.5])), aspect: 1
                ) {
                    Line([Point(0, 0), Point(1.9, 1.9)], color: plain, width: 0.8, dash: [3, 2])
                    Points(
                        run.shownValues(shown).map { Point($0.truth, $0.found) },
                        color: color(run.method).opacity(0.35),
                        size: 2.2)
                    if run.slope.isFinite {
                        Line([Point(0, 0), Point(1.9, 1.9 * run.slope)], color: color(run.method), width: 1.4)
                        Label(
                            "slope \(fixed(run.slope, 2))", at: Point(0.06, 1.84), anchor: .topLeft,
                            color: color(run.method))
                    }
                }
            }
        }
    }
}

/// One row per shown mark.
func shrinkageTable(_ runs: [DictionaryRun], shown: Int) -> Table {
    var table = Table("method", "true activation", "latent", "slope of the method")
    for run in runs {
        for value in run.shownValues(shown) { table.append(run.method.name, value.truth, value.found, run.slope) }
    }
    return table
}

extension DictionaryRun {
    /// Some of the values, evenly taken.
    fileprivate func shownValues(_ count: Int) -> [(truth: Double, found: Double)] {
        let values = qualities.flatMap(\.values)
        let step = max(1, values.count / max(count, 1))
        return stride(from: 0, to: values.count, by: step).prefix(count).map { values[$0] }
    }
}

// MARK: - Failures

/// What features that come together do to dictionaries.
func failureFigure(
    _ pairs: [(active: Int, latents: MixedLatents)], _ families: [(name: String, latents: Absorption)]
) -> Figure {
    Figure {
        Grid(widths: [1, 1.25], spacing: 70) {
            Axes(
                title: "Pairs that are active together",
                x: .linear(
                    0.5...(Double(pairs.last?.active ?? 4) + 0.5), label: "Latents <i>k</i> that TopK keeps",
                    ticks: .at(pairs.map { Double($0.active) })),
                y: .linear(-0.02...1.05, label: "Share", ticks: .at([0, 0.5, 1])), height: 150
            ) {
                Line(
                    pairs.map { Point(Double($0.active), $0.latents.recovered) }, color: Palette.blue, dots: 5,
                    label: "features\nfound")
                Line(
                    pairs.map { Point(Double($0.active), $0.latents.mixed) }, color: Palette.vermilion, dots: 5,
                    label: "latents\nthat mix")
            }
            Axes(
                title: "A parent and its children",
                x: .linear(
                    0...1.03, label: "Share of samples with the parent’s latent active", ticks: .at([0, 0.5, 1])),
                y: rows(families.map(\.name)), height: 150
            ) {
                for (index, family) in families.enumerated() {
                    Line(
                        [
                            Point(family.latents.withChild, Double(index)), Point(family.latents.alone, Double(index)),
                        ], color: Color(gray: 0.75), width: 1.4)
                    Points([Point(family.latents.alone, Double(index))], color: Palette.blue, size: 6)
                    Points([Point(family.latents.withChild, Double(index))], color: Palette.vermilion, size: 6)
                }
            }
        }
        Legend([
            .init("parent alone", Palette.blue, .point), .init("parent with a child", Palette.vermilion, .point),
        ])
    }
}

/// One row per run.
func failureTable(
    _ pairs: [(active: Int, latents: MixedLatents)], _ families: [(name: String, latents: Absorption)],
    hedging: [(name: String, latents: Hedging)]
) -> Table {
    var table = Table(
        "features", "dictionary", "recovered", "latents that mix", "parent's latent alone",
        "parent's latent with a child",
        "children's latents that lean to the parent", "parents found", "excess cosine with children")
    let none = Double.nan
    for pair in pairs {
        table.append(
            "pairs", "TopK \(pair.active)", pair.latents.recovered, pair.latents.mixed, none, none, none, none, none)
    }
    for family in families {
        table.append(
            "parents and children", family.name, none, none, family.latents.alone, family.latents.withChild,
            family.latents.leaning, family.latents.parents, none)
    }
    for (name, latents) in hedging {
        table.append("parents and children", "ReLU, \(name)", none, none, none, none, none, none, latents.excess)
    }
    return table
}
