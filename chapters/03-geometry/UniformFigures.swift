import Analysis
import Foundation
import Notebook
import Plot
import ToyModels

/// The colour of a polytope in all figures.
private func color(_ polytope: Polytope?) -> Color {
    switch polytope?.name {
    case Polytope.dedicated.name: Color(0x1B2F7E)
    case Polytope.tetrahedron.name: Palette.green
    case Polytope.triangle.name: Palette.vermilion
    case Polytope.digon.name: Palette.blue
    case Polytope.pentagon.name: Palette.purple
    case Polytope.squareAntiprism.name: Palette.orange
    case nil: Palette.skyBlue
    default: Color(gray: 0.25)
    }
}

/// The colour of features that are not learned.
private let notLearned = Color(gray: 0.75)

/// The polytopes that the paper names, with their dimensionality as a fraction.
private let named: [(polytope: Polytope, fraction: String)] = [
    (.dedicated, "1"), (.tetrahedron, "3/4"), (.triangle, "2/3"), (.digon, "1/2"), (.pentagon, "2/5"),
    (.squareAntiprism, "3/8"),
]

/// Their dimensionalities below 1.
let namedPolytopes = named.map(\.polytope).filter { $0.name != Polytope.dedicated.name }

/// Dimensions per feature over the sweep, where they stay at one half, and a curve that stays nowhere.
func dimensionsPerFeature(
    _ curve: [(x: Double, y: Double)], even: [(x: Double, y: Double)], plateau half: ClosedRange<Double>?
) -> Figure {
    Figure {
        Axes(
            x: .log(1...100, label: "1/(1 − <i>S</i>)"),
            y: .linear(0...1.1, label: "<i>D</i>* = <i>m</i> / ‖<i>W</i>‖²", ticks: .at([0, 0.25, 0.5, 0.75, 1])),
            height: 190
        ) {
            if let half {
                Area(
                    x: [half.lowerBound, half.upperBound], from: [0, 0], to: [1.1, 1.1],
                    color: Palette.blue.opacity(0.1))
            }
            Rule(y: 1)
            Rule(y: 0.5)
            Line(even.map { Point($0.x, $0.y) }, color: Color(gray: 0.5), width: 1, dash: [3, 2])
            Line(curve.map { Point($0.x, $0.y) }, color: Palette.blue, width: 1.5, dots: 3.5)
            Label("a dimension\nper feature", at: Point(60, 1), anchor: .topRight, offset: Point(0, 5))
            Label("antipodal pairs", at: Point(60, 0.5), anchor: .bottomRight, offset: Point(0, -4))
        }
    }
}

/// Dimensionality of all features over the sweep, and graphs of some of the models above.
func featureDimensionality(_ sweep: UniformSweep, graphsAt places: [Double]) -> Figure {
    let shown = places.compactMap { place in
        sweep.models.min { abs($0.inverseDensity - place) < abs($1.inverseDensity - place) }
    }
    /// The features of the models in a range.
    func scatter(_ range: ClosedRange<Double>, names: Bool) -> [any Mark] {
        let models = sweep.models.filter { range.contains($0.inverseDensity) }
        var marks: [any Mark] = named.map { polytope, fraction in
            Rule(
                y: polytope.dimensionality[0], Stroke(Color(gray: 0.55), width: 0.5),
                label: names ? "\(fraction)  \(polytope.name)" : nil)
        }
        marks.append(Rule(y: 0, Stroke(Color(gray: 0.55), width: 0.5), label: names ? "0  not learned" : nil))
        marks.append(
            Rasterized {
                for entry in models {
                    Points(
                        entry.features.indices.map { feature in
                            // The direction of what is hardly there is chance.
                            let (dimensionality, norm) = entry.features[feature]
                            return Point(entry.inverseDensity, norm < 0.05 ? 0 : dimensionality)
                        },
                        colors: entry.features.indices.map { feature in
                            entry.features[feature].norm <= 0.5
                                ? notLearned : color(entry.polytopeOfFeature[feature]).opacity(0.6)
                        }, size: 2.8)
                }
            })
        marks.append(Line(models.map { Point($0.inverseDensity, $0.dimensionsPerFeature) }, color: .black, width: 1))
        return marks
    }
    return Figure {
        Grid(columns: 3, spacing: 14, rowSpacing: 14) {
            for entry in shown {
                Axes(
                    title: "1/(1 − <i>S</i>) = \(number(entry.inverseDensity, digits: 3))", x: .linear(0...1).hidden(),
                    y: .linear(0...1).hidden(), height: 78
                ) { graph(entry) }
            }
        }
        Grid(widths: [3, 1], spacing: 8) {
            Axes(
                x: .linear(1...6.2, label: "1/(1 − <i>S</i>)", ticks: .at([1, 2, 3, 4, 5, 6])),
                y: .linear(0...1.05, label: "Dimensionality <i>D<sub>i</sub></i>"), height: 330
            ) { scatter(1...6.2, names: false) }
            Axes(
                x: .log(6...100, label: "log scale", ticks: .at([6, 10, 20, 50, 100])),
                y: .linear(0...1.05, ticks: .none), height: 330
            ) { scatter(6...100, names: true) }
        }
        Legend(
            namedPolytopes.map { .init($0.name, color($0), .point) }
                + [
                    .init("by itself", color(.dedicated), .point),
                    .init("none of these", color(nil), .point),
                    .init("not learned", notLearned, .point),
                    .init("<i>D</i>*", .black, .line),
                ]
        )
    }
}

/// The feature graph of a model, its components coloured by polytope.
private func graph(_ entry: UniformModel, size: Double = 4) -> Graph {
    let nodes = Dictionary(uniqueKeysWithValues: entry.graph.features.enumerated().map { ($1, $0) })
    let edges = entry.graph.edges.compactMap { edge -> Graph.Edge? in
        guard let first = nodes[edge.first], let second = nodes[edge.second] else { return nil }
        return Graph.Edge(first, second, edge.weight)
    }
    return Graph(
        nodes: nodes.count, edges: edges, colors: entry.graph.features.map { color(entry.polytopeOfFeature[$0]) },
        size: size, width: 0.3 * size, names: entry.graph.features.map { "feature \($0 + 1)" })
}

/// One density after the other: the graph of the features that a model stores, and how much of a dimension each has.
func uniformFrames(_ sweep: UniformSweep) -> Frames {
    // Enough to go through, at about equal ratios; the first model of each density.
    let most = 20
    let places = Set(sweep.models.map(\.inverseDensity)).sorted()
    let shown = places.indices.filter { $0 * most / places.count != ($0 - 1) * most / places.count || $0 == 0 }
    let entries = shown.compactMap { index in sweep.models.first { $0.inverseDensity == places[index] } }
    return Frames(
        "1/(1 − S)",
        entries.map { entry in
            let inverse = number(entry.inverseDensity, digits: 3)
            let stored = entry.represented.sorted {
                entry.features[$0].dimensionality > entry.features[$1].dimensionality
            }
            let found = Dictionary(grouping: entry.polytopes.compactMap(\.self), by: \.name).mapValues(\.count)
            let list = found.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) × \($0.key)" }
            let statement =
                "At 1/(1 − S) = \(inverse), \(stored.count) features are stored"
                + (list.isEmpty ? "." : ", with " + list.joined(separator: ", ") + ".")
            return Frames.Frame(inverse, telling: statement) {
                Figure {
                    Axes(
                        title: "1/(1 − <i>S</i>) = \(inverse): the features as a graph", x: .linear(0...1).hidden(),
                        y: .linear(0...1).hidden(), height: 230
                    ) { Rasterized { graph(entry, size: 7) } }
                    Axes(
                        x: .linear(label: "Stored features, in the order of their dimensionality", ticks: .none),
                        y: .linear(0...1.05, label: "Dimensionality <i>D<sub>i</sub></i>"), height: 130
                    ) {
                        for (polytope, fraction) in named {
                            Rule(y: polytope.dimensionality[0], Stroke(Color(gray: 0.55), width: 0.5), label: fraction)
                        }
                        Points(
                            stored.enumerated().map { Point(Double($0), entry.features[$1].dimensionality) },
                            colors: stored.map { color(entry.polytopeOfFeature[$0]) }, size: 3.5,
                            labels: stored.map { "feature \($0 + 1)" })
                    }
                    Legend(
                        namedPolytopes.map { .init($0.name, color($0), .point) }
                            + [
                                .init("by itself", color(.dedicated), .point),
                                .init("none of these", color(nil), .point),
                            ])
                }
            }
        })
}

/// One row per model and feature of ``featureDimensionality(_:graphsAt:)``.
func uniformTable(_ sweep: UniformSweep) -> Table {
    var table = Table("density", "feature", "dimensionality", "norm", "polytope")
    for entry in sweep.models {
        for (feature, value) in entry.features.enumerated() {
            table.append(
                1 / entry.inverseDensity, feature + 1, value.dimensionality, value.norm,
                entry.polytopeOfFeature[feature]?.name ?? "")
        }
    }
    return table
}

/// One row per model of ``dimensionsPerFeature(_:)``.
func sweepTable(_ sweep: UniformSweep) -> Table {
    var table = Table("density", "1/(1-S)", "dimensions per feature", "represented", "sum of dimensionalities")
    for entry in sweep.models {
        table.append(
            1 / entry.inverseDensity, entry.inverseDensity, entry.dimensionsPerFeature, entry.represented.count,
            entry.features.reduce(0) { $0 + $1.dimensionality })
    }
    return table
}

// MARK: - Tegum products

/// Exact products above, trained ones below, each vertex with its dimensionality.
func tegumProducts(_ exact: [Polytope], trained: [TrainedProduct?]) -> Figure {
    Figure {
        Grid(columns: exact.count, spacing: 14, columnTitles: exact.map(\.name), rowTitles: ["Exact", "Trained"]) {
            for polytope in exact {
                solid(polytope, vertices: polytope.vertices, dimensionality: polytope.dimensionality) { fraction($0) }
            }
            for product in trained {
                if let product {
                    solid(
                        product.exact, vertices: product.vertices, dimensionality: product.dimensionality
                    ) { number($0, digits: 3) }
                } else {
                    Axes(x: .linear(0...1).hidden(), y: .linear(0...1).hidden(), aspect: 1) {
                        Label("not found", inside: .center)
                    }
                }
            }
        }
    }
}

private func solid(
    _ polytope: Polytope, vertices: [[Double]], dimensionality: [Double], text: (Double) -> String
) -> Axes {
    let range = -1.45...1.45
    return Axes(x: .linear(range).hidden(), y: .linear(range).hidden(), aspect: 1) {
        Wireframe(
            vertices: vertices.map { Point3($0[0], $0[1], $0[2]) }, edges: polytope.edges.map { ($0.first, $0.second) },
            colors: dimensionality.map { value in
                color(namedPolytopes.min { abs($0.dimensionality[0] - value) < abs($1.dimensionality[0] - value) })
            }, viewpoint: Viewpoint(azimuth: 24, elevation: 22), labels: dimensionality.map(text))
    }
}

/// A dimensionality as one of the named fractions.
private func fraction(_ value: Double) -> String {
    named.first { abs($0.polytope.dimensionality[0] - value) < 1e-9 }?.fraction ?? number(value, digits: 3)
}

/// What equal charges form, where equal features form the same, and what they form elsewhere.
func thomsonTable(_ solids: [SolidSweep]) -> Table {
    func text(_ indices: [Int], _ densities: [Double]) -> String {
        indices.isEmpty ? "–" : indices.map { number(densities[$0], digits: 2) }.joined(separator: ", ")
    }
    var table = Table("features", "charges form", "densities with the same", "elsewhere")
    for solid in solids {
        let others = solid.densities.indices.compactMap { index in
            solid.atRest.contains(index) ? nil : factors(of: solid.best[index]).map { (product($0), index) }
        }
        let names = Dictionary(grouping: others, by: \.0).sorted { $0.value[0].1 < $1.value[0].1 }
            .map { name, places in "\(name) (\(text(places.map(\.1), solid.densities)))" }
        table.append(
            solid.best[0].W.columns, solid.solution.map(product) ?? "no product of known polytopes",
            text(solid.atRest, solid.densities), names.joined(separator: "; "))
    }
    return table
}

/// Factors as a product: "3 digon".
private func product(_ factors: [String]) -> String {
    Set(factors).sorted().map { name in
        let count = factors.count { $0 == name }
        return count == 1 ? name : "\(count) \(name)s"
    }.joined(separator: " × ")
}

/// One row per vertex of ``tegumProducts(_:trained:)``.
func tegumTable(_ exact: [Polytope], trained: [TrainedProduct?]) -> Table {
    var table = Table("polytope", "kind", "vertex", "x", "y", "z", "dimensionality")
    for (polytope, product) in zip(exact, trained) {
        let solids =
            [("exact", polytope.vertices, polytope.dimensionality)]
            + [product.map { ("trained", $0.vertices, $0.dimensionality) }].compactMap { $0 }
        for (kind, vertices, dimensionality) in solids {
            for (index, vertex) in vertices.enumerated() {
                table.append(polytope.name, kind, index + 1, vertex[0], vertex[1], vertex[2], dimensionality[index])
            }
        }
    }
    return table
}

// MARK: - Polytopes and matrices

/// Each model as points, as a graph, as a matrix, and by the directions that it does not represent.
func polytopesAndMatrices(_ models: [(name: String, model: ToyModel, orthogonal: [[Double]])]) -> Figure {
    Figure {
        Grid(
            columns: 4, spacing: 16, rowSpacing: 14,
            columnTitles: [
                "Columns of <i>W</i>", "<i>W</i><sup>T</sup><i>W</i> as a graph",
                "<i>W</i><sup>T</sup><i>W</i> as a matrix",
                "Not represented",
            ], rowTitles: models.map(\.name)
        ) {
            for (_, model, orthogonal) in models {
                let directions = model.planarDirections.map { Point($0.x, $0.y) }
                let range = -1.35...1.35
                let n = directions.count
                let gram = model.W.gram
                Axes(x: .linear(range).hidden(), y: .linear(range).hidden(), aspect: 1) {
                    Segments(to: directions, colors: [Color(gray: 0.7)])
                    Points(directions, colors: (0..<n).map { Palette[$0] }, size: 7)
                    for (feature, place) in directions.enumerated() {
                        Label(
                            "<i>W</i><sub>\(feature + 1)</sub>", at: labelPlace(place), size: 7.5)
                    }
                }
                Axes(x: .linear(range).hidden(), y: .linear(range).hidden(), aspect: 1) {
                    Graph(
                        positions: directions,
                        edges: (0..<n).flatMap { i in
                            (i + 1..<n).map { Graph.Edge(i, $0, max(0, abs(gram[i, $0]) - 0.02)) }
                        },
                        colors: (0..<n).map { Palette[$0] }, size: 9, width: 3)
                }
                let places = Axis.linear(-0.5...(Double(n) - 0.5)).hidden()
                Axes(x: places, y: places.reversed(), aspect: 1, border: true) {
                    HeatMap(
                        rows: n, columns: n, .diverging, -1.4...1.4, grid: Stroke(.white, width: 1)
                    ) { gram[$0, $1] }
                    for i in 0..<n {
                        for j in 0..<n {
                            let value = gram[i, j]
                            Label(
                                number(value, digits: 2), at: Point(Double(j), Double(i)),
                                color: abs(value) > 0.75 ? .white : .black, size: 7)
                        }
                    }
                }
                Axes(x: .linear(0...1).hidden(), y: .linear(0...1).hidden()) {
                    for (index, v) in orthogonal.enumerated() {
                        Label(
                            "<i>v</i> = (\(v.map { String(Int($0)) }.joined(separator: ", ")))\n"
                                + "‖<i>Wv</i>‖/‖<i>v</i>‖ = \(fixed(lengthRepresented(model, along: v), 3))",
                            at: Point(0.5, 0.5 + 0.22 * (Double(orthogonal.count - 1) - 2 * Double(index))), size: 8)
                    }
                }
            }
        }
    }
}

/// Beyond the end of a direction.
private func labelPlace(_ end: Point) -> Point {
    let length = (end.x * end.x + end.y * end.y).squareRoot()
    let scale = length > 0 ? 1 + 0.24 / length : 1
    return Point(end.x * scale, end.y * scale)
}

/// One row per entry of the matrices, the weights, and the test vectors of ``polytopesAndMatrices(_:)``.
func matricesTable(_ models: [(name: String, model: ToyModel, orthogonal: [[Double]])]) -> Table {
    var table = Table("polytope", "quantity", "row", "column", "value")
    for (name, model, orthogonal) in models {
        let gram = model.W.gram
        for i in 0..<model.W.columns {
            for k in 0..<model.W.rows { table.append(name, "W", k + 1, i + 1, model.W[k, i]) }
            for j in 0..<model.W.columns { table.append(name, "WtW", i + 1, j + 1, gram[i, j]) }
        }
        for (index, v) in orthogonal.enumerated() {
            table.append(name, "length of Wv", index + 1, 1, lengthRepresented(model, along: v))
        }
    }
    return table
}
