import Analysis
import Foundation
import Notebook
import Plot
import ToyModels

// What the figures look like, and the numbers that they show.

private let plain = Color(gray: 0.45)
private let chanceColor = Color(gray: 0.6)

// MARK: - Structures

/// The directions of models with two hidden dimensions, and how far interference follows occurrence.
func structureFigure(shown: [[StructureFit]], curves: [StructureFit], hidden: [Int]) -> Figure {
    let shades = ColorMap.viridis.colors(Structure.features)
    let lines = [Palette.blue, Palette.orange, Palette.green, Palette.purple]
    let decays = Set(curves.map(\.decay)).sorted()
    func embedding(_ fit: StructureFit, reach: Double) -> Axes {
        let ends = (0..<fit.best.W.columns).map { Point(fit.best.W[0, $0], fit.best.W[1, $0]) }
        return Axes(
            x: .linear(-reach...reach).hidden(), y: .linear(-reach...reach).hidden(), aspect: 1, border: true
        ) {
            Segments(to: ends, colors: shades, width: 1)
            Points(ends, colors: shades, size: 5, labels: ends.indices.map { "feature \($0 + 1)" })
        }
    }
    func reach(_ row: [StructureFit]) -> Double {
        1.12 * max(1e-3, row.flatMap { $0.best.W.elements.map(abs) }.filter(\.isFinite).max() ?? 1)
    }
    return Figure {
        Grid(
            columns: Structure.allCases.count, spacing: 12, columnTitles: Structure.allCases.map(\.title),
            rowTitles: shown.map { "decay \(number($0.first?.decay ?? .nan))" }
        ) {
            for row in shown { for fit in row { embedding(fit, reach: reach(row)) } }
        }
        Grid(columns: Structure.allCases.count, spacing: 12, sharing: .y) {
            for structure in Structure.allCases {
                Axes(
                    x: .linear(-0.3...6.3, label: "Weight decay", ticks: .at(decays)),
                    y: .linear(-0.2...1.05, label: "Correlation", ticks: .at([0, 0.5, 1])), height: 95
                ) {
                    Rule(y: 0, Stroke(plain, width: 0.6))
                    for (index, size) in hidden.enumerated() {
                        let own = curves.filter { $0.structure == structure && $0.hidden == size }
                        Line(
                            own.map { Point($0.decay, $0.correlation) }, color: lines[index % lines.count], width: 1.4,
                            dots: 4)
                    }
                }
            }
        }
        Legend(hidden.enumerated().map { .init("<i>m</i> = \($1)", lines[$0 % lines.count], .line) })
    }
}

/// One row per direction and per point.
func structureTable(shown: [[StructureFit]], curves: [StructureFit]) -> Table {
    var table = Table(
        "structure", "hidden", "weight decay", "feature", "x", "y", "correlation of interference and occurrence",
        "share of pairs that occur together with positive interference", "loss on other samples")
    let none = Table.Cell.text("")
    for fit in shown.flatMap(\.self) {
        for i in 0..<fit.best.W.columns {
            table.append(
                fit.structure.title, fit.hidden, fit.decay, i + 1, fit.best.W[0, i], fit.best.W[1, i], none, none, none)
        }
    }
    for fit in curves {
        table.append(
            fit.structure.title, fit.hidden, fit.decay, none, none, none, fit.correlation, fit.positive, fit.loss)
    }
    return table
}

// MARK: - Neighbours

/// The name of a model in legends.
private func name(_ directions: WordDirections) -> String {
    directions.isShuffled ? "shuffled" : "decay \(number(directions.decay))"
}

/// From little decay to much, by colours that no kind of pairs has; what is shuffled is grey.
private func shades(_ all: [WordDirections]) -> [Color] {
    let count = all.count { !$0.isShuffled }
    return all.enumerated().map { index, one in
        one.isShuffled ? chanceColor : ColorMap.viridis(0.85 * (1 - Double(index) / Double(max(1, count - 1))))
    }
}

/// Some pairs of a model, evenly taken over their information.
struct ShownPairs {
    let pairs: [(words: String, information: Double, cosine: Double)]

    init(_ directions: WordDirections, _ pairs: WordPairs, words: [String], count: Int) {
        let sorted = pairs.groups(1).flatMap(\.self)
        let step = max(1, sorted.count / max(1, count))
        self.pairs = stride(from: step / 2, to: sorted.count, by: step).map { place in
            let (i, j, information) = sorted[place]
            return ("\(words[i]), \(words[j])", information, directions.cosine(i, j))
        }
    }
}

/// The mean cosine of the pairs of each group, over their mean information.
func curve(_ directions: WordDirections, _ groups: [[(i: Int, j: Int, information: Double)]]) -> [Point] {
    groups.map { group in
        Point(mean(group.map(\.information)), mean(group.map { directions.cosine($0.i, $0.j) }))
    }
}

/// Cosine over co-occurrence.
func neighbourFigure(
    _ all: [Interference], curves: [[Point]], shown: ShownPairs, of model: WordDirections
) -> Figure {
    let colors = shades(all.map(\.directions))
    let names = all.map { $0.directions.isShuffled ? "shuffled" : number($0.directions.decay) }
    let information = Axis.linear(-2...6.5, label: "Pointwise mutual information", ticks: .at([-2, 0, 2, 4, 6]))
    let places = all.indices.map(Double.init)
    return Figure {
        Grid(widths: [1, 1, 0.9], spacing: 26) {
            Axes(title: "Means", x: information, y: .linear(-0.05...0.5, label: "Cosine"), height: 165) {
                Rule(y: 0, Stroke(plain, width: 0.6))
                for (index, points) in curves.enumerated() {
                    Line(points, color: colors[index], width: 1.4, dots: 3.5)
                }
            }
            Axes(
                title: "Pairs, \(name(model))", x: information, y: .linear(-0.4...1, label: "Cosine"), height: 165
            ) {
                Rule(y: 0, Stroke(plain, width: 0.6))
                Points(
                    shown.pairs.map { Point($0.information, $0.cosine) }, color: Palette.blue.opacity(0.4), size: 3,
                    labels: shown.pairs.map(\.words))
            }
            Axes(
                title: "Mean cosine",
                x: .linear(
                    -0.5...(Double(all.count) - 0.2), label: "Weight decay",
                    ticks: .labelled(Dictionary(zip(places, names), uniquingKeysWith: { first, _ in first }))),
                y: .linear(-0.05...0.25), height: 165
            ) {
                Rule(y: 0, Stroke(plain, width: 0.6))
                Points(
                    zip(places, all).map { Point($0, $1.together) }, color: Palette.blue, size: 6,
                    labels: all.map { name($0.directions) })
                Points(
                    zip(places, all).map { Point($0, $1.all) }, color: plain, size: 6,
                    labels: all.map { name($0.directions) })
                Points(
                    zip(places, all).map { Point($0, $1.apart) }, color: Palette.vermilion, size: 6,
                    labels: all.map { name($0.directions) })
            }
        }
        Grid(columns: 1, rowSpacing: 4) {
            Legend(all.enumerated().map { .init(name($1.directions), colors[$0], .line) })
            Legend([
                .init("pairs that occur together", Palette.blue, .point), .init("all pairs", plain, .point),
                .init("pairs less often together than by chance", Palette.vermilion, .point),
            ])
        }
    }
}

/// One row per mark.
func neighbourTable(_ all: [Interference], curves: [[Point]], shown: ShownPairs, of model: WordDirections) -> Table {
    var table = Table("model", "what", "pointwise mutual information", "cosine", "share above 0")
    let none = Table.Cell.text("")
    for (one, points) in zip(all, curves) {
        for point in points {
            table.append(name(one.directions), "mean of a tenth of the pairs", point.x, point.y, none)
        }
        table.append(name(one.directions), "pairs that occur together", none, one.together, one.positive)
        table.append(
            name(one.directions), "pairs less often together than by chance", none, one.apart, one.positiveApart)
        table.append(name(one.directions), "all pairs", none, one.all, none)
    }
    for pair in shown.pairs { table.append(name(model), pair.words, pair.information, pair.cosine, none) }
    return table
}

/// The nearest directions of some words, by model.
func nearestTable(_ all: [Interference], words: [String], shown: [String], count: Int) -> Table {
    let places = Dictionary(words.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var table = Table(columns: ["word"] + all.map { name($0.directions) })
    for word in shown {
        guard let place = places[word] else { continue }
        table.append(
            row: [.text(word)]
                + all.map { one in
                    .text(one.directions.nearest(to: place, count: count).map { words[$0] }.joined(separator: ", "))
                })
    }
    return table
}

// MARK: - Words with an order

/// A place for each name beside its point, so that names lie over as few points and other names as can be: one after the
/// other, the best of eight places.
///
/// - Parameters:
///   - middle: of the panel.
///   - reach: from there to its sides.
///   - half: the same in points of the page.
private func placed(
    _ names: [String?], at points: [Point], middle: Point, reach: Double, half: Double
) -> [(anchor: Anchor, offset: Point)] {
    let places: [(anchor: Anchor, offset: Point, x: Double, y: Double)] = [
        (.left, Point(4, 0), 0, -0.5), (.right, Point(-4, 0), -1, -0.5), (.bottom, Point(0, -4), -0.5, -1),
        (.top, Point(0, 4), -0.5, 0), (.bottomLeft, Point(3, -2), 0, -1), (.topLeft, Point(3, 2), 0, 0),
        (.bottomRight, Point(-3, -2), -1, -1), (.topRight, Point(-3, 2), -1, 0),
    ]
    let at = points.map { Point(($0.x - middle.x) / reach * half, (middle.y - $0.y) / reach * half) }
    var taken: [Rect] = []
    return names.enumerated().map { index, name in
        guard let name else { return (.left, .zero) }
        let size = (width: 4.4 * Double(name.count) + 2, height: 8.5)
        let boxes = places.map { place in
            Rect(
                x: at[index].x + place.offset.x + place.x * size.width,
                y: at[index].y + place.offset.y + place.y * size.height, width: size.width, height: size.height)
        }
        func cost(_ box: Rect) -> Int {
            10
                * taken.count {
                    box.minX < $0.maxX && box.maxX > $0.minX && box.minY < $0.maxY && box.maxY > $0.minY
                }
                + at.count {
                    box.minX - 2 < $0.x && box.maxX + 2 > $0.x && box.minY - 2 < $0.y && box.maxY + 2 > $0.y
                }
                + (max(-box.minX, box.maxX, -box.minY, box.maxY) > half ? 20 : 0)
        }
        let costs = boxes.map(cost)
        let best = costs.indices.min { costs[$0] == costs[$1] ? $0 < $1 : costs[$0] < costs[$1] } ?? 0
        taken.append(boxes[best])
        return (places[best].anchor, places[best].offset)
    }
}

/// Each set of words in its own plane, and how far their order is in the directions, by model.
func cycleFigure(_ sets: [SetGeometry], orders: [[Double]], models: [WordDirections]) -> Figure {
    /// What is written beside a word's point.
    func label(_ set: SetGeometry, _ place: Int) -> String? {
        let word = set.words[place]
        switch set.set.name {
        case "decades": return Int(word.prefix(4)).flatMap { $0 % 100 == 0 ? word : nil }
        case "months", "weekdays": return word.prefix(3).capitalized
        default: return word
        }
    }
    let colors = shades(models)
    return Figure {
        Grid(columns: 3, spacing: 14, rowSpacing: 20) {
            for set in sets {
                let points = set.plane.map { Point($0.x, $0.y) }
                let shades = points.indices.map { index in
                    ColorMap.viridis(0.9 * Double(index) / Double(max(1, points.count - 1)))
                }
                let (x, y) = (points.map(\.x), points.map(\.y))
                let middle = Point(
                    ((x.min() ?? 0) + (x.max() ?? 0)) / 2, ((y.min() ?? 0) + (y.max() ?? 0)) / 2)
                let reach = 0.62 * max(1e-3, (x.max() ?? 1) - (x.min() ?? 0), (y.max() ?? 1) - (y.min() ?? 0))
                let names = points.indices.map { label(set, $0) }
                let places = placed(names, at: points, middle: middle, reach: reach, half: 68)
                Axes(
                    title: set.set.name, x: .linear(middle.x - reach...middle.x + reach).hidden(),
                    y: .linear(middle.y - reach...middle.y + reach).hidden(), aspect: 1, border: true
                ) {
                    Line(
                        set.set.period == nil ? points : points + points.prefix(1), color: plain.opacity(0.4),
                        width: 0.7)
                    Points(points, colors: shades, size: points.count > 12 ? 4 : 5, labels: set.words)
                    for place in points.indices {
                        if let name = names[place] {
                            Label(
                                name, at: points[place], anchor: places[place].anchor, offset: places[place].offset,
                                size: 7.5, halo: .white)
                        }
                    }
                }
            }
            Axes(
                title: "Order",
                x: .linear(-0.4...0.9, label: "Rank correlation", ticks: .at([0, 0.5])),
                y: .linear(
                    -0.6...(Double(sets.count) - 0.4),
                    ticks: .labelled(
                        Dictionary(
                            sets.enumerated().map { (Double($0), $1.set.name) },
                            uniquingKeysWith: { first, _ in first }))
                ).reversed()
            ) {
                for (index, set) in sets.enumerated() {
                    let (low, high) = orderNull(set)
                    Line(
                        [Point(low, Double(index)), Point(high, Double(index))], color: chanceColor.opacity(0.6),
                        width: 8)
                    Points(
                        [Point(set.occurrence.test.observed, Double(index))], color: Palette.vermilion, size: 6.5,
                        symbol: .cross, labels: ["occurrence"])
                    Points(
                        orders.map { Point($0[index], Double(index)) }, colors: colors, size: 5,
                        labels: models.map(name))
                }
            }
        }
        Legend(
            zip(models, colors).map { .init(name($0), $1, .point) } + [
                .init("occurrence", Palette.vermilion, .point), .init("random orders, 5 to 95%", chanceColor, .line),
            ])
    }
}

/// Between which values nine of ten random orders are.
private func orderNull(_ set: SetGeometry) -> (low: Double, high: Double) {
    let null = set.order.test.null.filter(\.isFinite)
    return (quantile(0.05, of: null), quantile(0.95, of: null))
}

/// One row per word and per set.
func cycleTable(_ sets: [SetGeometry], orders: [[Double]], models: [WordDirections]) -> Table {
    var table = Table(
        "set", "word", "x", "y", "mean cosine", "of random words", "p", "rank correlation", "5% of random orders",
        "95% of random orders", "p of the order", "share of variance in the plane", "rank correlation of occurrence")
    let none = Table.Cell.text("")
    for set in sets {
        for (word, point) in zip(set.words, set.plane) {
            table.append(
                row: [.text(set.set.name), .text(word), point.x.cell, point.y.cell] + Array(repeating: none, count: 9))
        }
        let (low, high) = orderNull(set)
        table.append(
            set.set.name, none, none, none, set.within, set.chance.expected, set.chance.pValue,
            set.order.test.observed, low, high, set.order.test.pValue, set.planar, set.occurrence.test.observed)
    }
    for (model, values) in zip(models, orders) {
        for (set, value) in zip(sets, values) {
            table.append(
                row: [.text(set.set.name), .text(name(model))] + Array(repeating: none, count: 5) + [value.cell]
                    + Array(repeating: none, count: 5))
        }
    }
    return table
}

// MARK: - Dictionaries

/// Numbers with names: those of dictionaries of words, and what they are compared with.
struct NamedValues {
    let title: String
    let label: String
    let values: [(name: String, value: Double)]
    /// The values of dictionaries of words; the others are what they are compared with.
    let own: Set<String>
    let upper: Double
}

/// Dictionaries of word directions beside what they are compared with.
func dictionaryFigure(_ panels: [NamedValues], words: [Double], gaussian: [Double]) -> Figure {
    func sorted(_ cosines: [Double]) -> [Point] {
        cosines.enumerated().map { Point((Double($0) + 0.5) / Double(max(1, cosines.count)), $1) }
    }
    func bars(_ panel: NamedValues) -> Axes {
        let rows = panel.values.enumerated().map { (row: Double($0), name: $1.name, value: $1.value) }
        return Axes(
            title: panel.title, x: .linear(0...panel.upper, label: panel.label),
            y: .linear(
                -0.6...(Double(rows.count) - 0.4),
                ticks: .labelled(
                    Dictionary(rows.map { ($0.row, $0.name) }, uniquingKeysWith: { first, _ in first }))
            ).reversed(), height: 118
        ) {
            Bars(
                rows.map { $0.value.isFinite ? $0.value : 0 }, at: rows.map(\.row),
                colors: rows.map { panel.own.contains($0.name) ? Palette.blue : chanceColor }, direction: .right,
                width: 0.62)
        }
    }
    return Figure {
        Grid(widths: [1, 1.3], spacing: 30) {
            if let first = panels.first { bars(first) }
            Axes(
                title: "Agreement of two seeds",
                x: .linear(0...1, label: "Share of latents", ticks: .at([0, 0.25, 0.5, 0.75, 1])),
                y: .linear(0...1, label: "Cosine", ticks: .at([0, 0.5, 1])), height: 118
            ) {
                Rule(y: LatentQuality.same, Stroke(plain, width: 0.6))
                Line(sorted(words), color: Palette.blue, width: 1.6)
                Line(sorted(gaussian), color: chanceColor, width: 1.6)
            }
        }
        Grid(columns: 2, spacing: 30) { for panel in panels.dropFirst() { bars(panel) } }
        Legend([
            .init("dictionaries of words", Palette.blue), .init("what they are compared with", chanceColor),
        ])
    }
}

/// One row per bar and per pair of latents.
func dictionaryTable(_ panels: [NamedValues], words: [Double], gaussian: [Double]) -> Table {
    var table = Table("what", "of", "value")
    for panel in panels { for (name, value) in panel.values { table.append(panel.title, name, value) } }
    for value in words { table.append("cosine of two seeds' latents", "words", value) }
    for value in gaussian { table.append("cosine of two seeds' latents", "Gaussian", value) }
    return table
}
