import Analysis
import Foundation
import Notebook
import Plot
import ToyModels

private let featureColor = Palette.blue
private let exampleColor = Palette.vermilion

// MARK: - Polygons

/// A model of each number of examples: its features above, its examples below.
func polygonFigure(_ memories: [Memory]) -> Figure {
    Figure {
        Grid(
            columns: memories.count, spacing: 6, rowSpacing: 8,
            columnTitles: memories.map { "<i>T</i> = \($0.examples)" }, rowTitles: ["Features", "Examples"]
        ) {
            for memory in memories { plane(memory.features.first ?? [], featureColor, width: 0.5) }
            for memory in memories { plane(memory.hidden.first ?? [], exampleColor, width: 0.9) }
        }
    }
}

/// Vectors of the plane from the origin: the longest ones, as many as can be told apart.
private func plane(_ vectors: [[Double]], _ color: Color, width: Double) -> Axes {
    func length(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let longest = Array(vectors.filter { $0.count == 2 }.sorted { length($0) > length($1) }.prefix(Memory.shown))
    let reach = 1.12 * Swift.max(longest.first.map(length) ?? 1, 1e-6)
    let ends = longest.map { Point($0[0], $0[1]) }
    return Axes(
        x: .linear(-reach...reach).hidden(), y: .linear(-reach...reach).hidden(), aspect: 1, border: true
    ) {
        Segments(to: ends, colors: [color.opacity(0.45)], width: width)
        Points(ends, color: color, size: ends.count > 60 ? 1.4 : 2.6)
    }
}

/// One row per vector that is shown.
func polygonTable(_ memories: [Memory]) -> Table {
    var table = Table("examples", "kind", "x", "y")
    for memory in memories {
        for (kind, vectors) in [("feature", memory.features.first), ("example", memory.hidden.first)] {
            for vector in vectors ?? [] where vector.count == 2 {
                table.append(memory.examples, kind, vector[0], vector[1])
            }
        }
    }
    return table
}

// MARK: - Double descent

/// The losses over the number of examples: every model, and means.
func descentFigure(_ memories: [Memory], constant: Double) -> Figure {
    let x = memories.map { Double($0.examples) }
    func points(_ losses: (Memory) -> [Double]) -> [Point] {
        memories.flatMap { memory in losses(memory).map { Point(Double(memory.examples), $0) } }
    }
    func panel(_ title: String, _ y: Axis, of losses: @escaping (Memory) -> [Double], _ color: Color) -> Axes {
        Axes(title: title, x: .log(label: "Examples <i>T</i>"), y: y, height: 165) {
            Rule(y: constant, Stroke(.black, width: 0.9, dash: [4, 2]))
            Line(zip(x, memories.map { mean(losses($0)) }).map { Point($0, $1) }, color: color, width: 1.4)
            Points(points(losses), color: color, size: 3.2)
        }
    }
    return Figure {
        Grid(widths: [1, 1], spacing: 34) {
            panel("On the examples", .linear(label: "Loss"), of: \.training, exampleColor)
            panel("On fresh ones", .log(label: "Loss"), of: \.test, featureColor)
        }
        Legend([
            .init("one model of a set of examples", Color(gray: 0.45), .point),
            .init("a model that knows the mean only", .black, .line, dash: [4, 2]),
        ])
    }
}

/// One row per model.
func descentTable(_ memories: [Memory]) -> Table {
    var table = Table("examples", "set", "training loss", "test loss")
    for memory in memories {
        for (set, losses) in zip(memory.training, memory.test).enumerated() {
            table.append(memory.examples, set, losses.0, losses.1)
        }
    }
    return table
}

// MARK: - Dimensionality

/// The dimensionalities of features and of examples over the number of examples.
func dimensionalityFigure(_ memories: [Memory]) -> Figure {
    /// Spread a little, so that equal ones can be seen; and no more than can be told apart.
    func points(_ values: [[Double]], of memory: Memory) -> [Point] {
        let shown = values.flatMap { $0.sorted(by: >).prefix(60) }
        return shown.enumerated().map { index, value in
            Point(Double(memory.examples) * pow(1.08, 2 * Double(index) / Double(max(1, shown.count - 1)) - 1), value)
        }
    }
    func panel(
        _ title: String, _ color: Color, _ values: @escaping (Memory) -> [[Double]], polygons: Bool
    ) -> Axes {
        Axes(
            title: title, x: .log(label: "Examples <i>T</i>"),
            y: .linear(0...0.8, label: "Dimensionality"), height: 165
        ) {
            Rule(y: Memory.pentagon, Stroke(.black, width: 0.75, dash: [3, 2]), label: "pentagon")
            if polygons {
                Line(
                    memories.filter { $0.examples <= 40 }.map { Point(Double($0.examples), 2 / Double($0.examples)) },
                    color: Color(gray: 0.45), width: 0.75, dash: [3, 2])
            }
            for memory in memories { Points(points(values(memory), of: memory), color: color, size: 1.8) }
            Line(
                memories.map { Point(Double($0.examples), Memory.leading(values($0))) }, color: color, width: 1.4)
        }
    }
    return Figure {
        Grid(widths: [1, 1], spacing: 40) {
            panel("Examples", exampleColor, \.exampleDimensionality, polygons: true)
            panel("Features", featureColor, \.featureDimensionality, polygons: false)
        }
        Legend([
            .init("mean of the five largest", Color(gray: 0.45), .line),
            .init("<i>m</i> / <i>T</i>, all examples alike", Color(gray: 0.45), .line, dash: [3, 2]),
        ])
    }
}

/// One row per feature and per example, the largest of each model.
func dimensionalityTable(_ memories: [Memory]) -> Table {
    var table = Table("examples", "set", "kind", "dimensionality")
    for memory in memories {
        for (kind, models) in [
            ("example", memory.exampleDimensionality), ("feature", memory.featureDimensionality),
        ] {
            for (set, values) in models.enumerated() {
                for value in values.sorted(by: >).prefix(60) { table.append(memory.examples, set, kind, value) }
            }
        }
    }
    return table
}

// MARK: - Map

/// The loss on fresh examples over their number and a hyperparameter.
func mapFigure(decay: [MapRow], hidden: [MapRow], lengths: [MapRow]) -> Figure {
    let logs = (decay + hidden + lengths).flatMap(\.losses).map { log10(Swift.max($0, 1e-3)) }
    let domain = -0.02...Swift.max(0.1, logs.max() ?? 1)
    func map(_ title: String, _ rows: [MapRow], _ label: String) -> Axes {
        let examples = rows.first?.examples ?? []
        return Axes(
            title: title, x: .categories(examples.map(short), label: "Examples <i>T</i>"),
            y: .categories(rows.map { number($0.value) }, label: label), height: 120
        ) {
            HeatMap(
                rows: rows.count, columns: examples.count, .viridis, domain, x: -0.5...Double(examples.count) - 0.5,
                y: -0.5...Double(rows.count) - 0.5
            ) { row, column in log10(Swift.max(rows[row].losses[column], 1e-3)) }
            for (row, values) in rows.enumerated() {
                for (column, loss) in values.losses.enumerated() {
                    Label(
                        loss < 10 ? fixed(loss, 2) : fixed(loss, 0), at: Point(Double(column), Double(row)),
                        color: ColorMap.viridis(log10(Swift.max(loss, 1e-3)), in: domain).text(), size: 6)
                }
            }
        }
    }
    return Figure {
        Grid(columns: 3, spacing: 26) {
            map("Weight decay", decay, "Weight decay")
            map("Dimensions", hidden, "Dimensions <i>m</i>")
            map("Length of training", lengths, "Steps")
        }
        Grid(columns: 1) {
            ColorBar(
                .viridis,
                .linear(domain, label: "Loss on fresh examples", ticks: .labelled([0: "1", 1: "10", 2: "100"])))
        }
    }
}

/// A number with k for thousands, which fits under a cell.
private func short(_ count: Int) -> String {
    count >= 1_000 && count.isMultiple(of: 1_000) ? "\(count / 1_000)k" : String(count)
}

/// One row per cell.
func mapTable(decay: [MapRow], hidden: [MapRow], lengths: [MapRow]) -> Table {
    var table = Table("hyperparameter", "value", "examples", "test loss")
    for (name, rows) in [("weight decay", decay), ("dimensions", hidden), ("steps", lengths)] {
        for row in rows {
            for (examples, loss) in zip(row.examples, row.losses) { table.append(name, row.value, examples, loss) }
        }
    }
    return table
}
