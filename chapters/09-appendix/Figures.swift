import Analysis
import Foundation
import Notebook
import Plot
import ToyModels

// What the chapter's figures look like, and the numbers that they show.

private let plain = Color(gray: 0.45)

// MARK: - Nonlinear compression

/// The code itself, and its losses.
func compressionFigure(
    _ code: NonlinearCompression, _ curves: [CompressionCurve], _ sparse: [SparseComparison], linear: Double
) -> Figure {
    let side = 120
    let unit = Axis.Ticks.at([0, 0.5, 1])
    let exact = NonlinearCompression(zones: code.zones, width: 0)
    /// The lines are straight between the ends of the segments, or of jumps.
    func line(
        _ code: NonlinearCompression, _ value: (Double) -> Double, _ color: Color, dash: [Double] = []
    ) -> Line {
        let half = max(code.width / 2, 1e-9)
        let ends = (1..<code.zones).flatMap { jump in
            [-half, half].map { Double(jump) / Double(code.zones) + $0 }
        }
        return Line(
            ([0] + ends + [1]).map { Point($0, value($0)) }, color: color, width: dash.isEmpty ? 1.6 : 0.9, dash: dash)
    }
    let shades = ColorMap.viridis.colors(curves.count + 1)
    func density(_ value: KeyPath<SparseComparison, Double>) -> [Point] {
        sparse.map { Point($0.density, $0[keyPath: value]) }
    }
    return Figure {
        Grid(widths: [1, 1.5], spacing: 34) {
            Axes(
                title: "The code <i>t</i>, <i>Z</i> = \(code.zones), <i>ε</i> = \(number(code.width))",
                x: .linear(0...1, label: "<i>x</i>", ticks: unit), y: .linear(0...1, label: "<i>y</i>", ticks: unit),
                height: 130, border: true
            ) {
                HeatMap(rows: side, columns: side, .viridis, 0...1, x: 0...1, y: 0...1) { row, column in
                    code.encode((Double(column) + 0.5) / Double(side), (Double(row) + 0.5) / Double(side))
                }
            }
            Axes(
                title: "What is read from it", x: .linear(0...1, label: "<i>t</i>", ticks: unit),
                y: .linear(0...1, ticks: unit), height: 130
            ) {
                line(exact, { exact.decode($0).y }, Palette.skyBlue, dash: [3, 2])
                line(exact, { exact.decode($0).x }, Palette.orange, dash: [3, 2])
                line(code, { code.decode($0).y }, Palette.blue)
                line(code, { code.decode($0).x }, Palette.vermilion)
                Label("<i>x</i>′", at: Point(0.53, 0.26), color: Palette.vermilion)
                Label("<i>y</i>′", at: Point(0.19, 0.75), color: Palette.blue)
            }
        }
        Grid(columns: 1) { ColorBar(.viridis, .linear(0...1, label: "<i>t</i>", ticks: unit)) }
        Grid(widths: [1.25, 1.25], spacing: 34) {
            Axes(
                title: "Dense numbers", x: .linear(0...0.25, label: "Width of a segment <i>ε</i>"),
                y: .linear(0...0.135, label: "Loss"), height: 160
            ) {
                Rule(y: linear, Stroke(.black, width: 1, dash: [4, 2]))
                for (index, curve) in curves.enumerated() {
                    Line(
                        curve.points.map { Point($0.width, $0.loss) }, color: shades[curves.count - 1 - index],
                        width: 1.5)
                }
            }
            Axes(
                title: "Sparse numbers", x: .log(0.01...1, label: "Density 1 − <i>S</i>").reversed(),
                y: .log(label: "Loss"), height: 160
            ) {
                Line(density(\.linear), color: .black, dash: [4, 2], label: "linear")
                Line(
                    density(\.nonlinear), color: Palette.vermilion, width: 1.5,
                    label: "<i>Z</i> = \(code.zones), <i>ε</i> = \(number(code.width))")
                Line(
                    density(\.narrow), color: Palette.orange, width: 1.5,
                    label: "<i>Z</i> = 16, <i>ε</i> = 0.001")
                Line(density(\.pair), color: Palette.blue, width: 1.5, label: "antipodal pair")
            }
        }
        Legend(
            curves.enumerated().map { .init("<i>Z</i> = \($1.zones)", shades[curves.count - 1 - $0], .line) } + [
                .init("linear compression", .black, .line, dash: [3, 2])
            ])
    }
}

/// One row per point of the code's curves and of the losses.
func compressionTable(
    _ code: NonlinearCompression, _ curves: [CompressionCurve], _ sparse: [SparseComparison]
) -> Table {
    var table = Table("curve", "zones", "width", "density", "at", "value")
    let none = Table.Cell.text("")
    for place in stride(from: 0.0, through: 1, by: 0.005) {
        let read = code.decode(place)
        table.append("x read from t", code.zones, code.width, none, place, read.x)
        table.append("y read from t", code.zones, code.width, none, place, read.y)
        table.append("t of x for y = 0", code.zones, code.width, none, place, code.encode(place, 0))
    }
    for curve in curves {
        for (width, loss) in curve.points { table.append("loss", curve.zones, width, 1, none, loss) }
    }
    for place in sparse {
        table.append("loss", code.zones, code.width, place.density, none, place.nonlinear)
        table.append("loss", 16, 0.001, place.density, none, place.narrow)
        table.append("loss of linear compression", none, none, place.density, none, place.linear)
        table.append("loss of an antipodal pair", none, none, place.density, none, place.pair)
    }
    return table
}

// MARK: - Compressed sensing

/// Features represented over dimensions, density and features.
func boundFigure(_ stored: StoredFeatures) -> Figure {
    let shades = ColorMap.viridis.colors(stored.densities.count + 1)
    let hidden = stored.byHidden.map(\.hidden)
    func bound(_ density: Double) -> [Point] {
        [3.4, 38].map { Point($0, $0 * SensingBound.featuresPerDimension(density: density)) }
    }
    let inverse = (0...200).map { pow(10, 0.01 + Double($0) / 200 * 1.8) }
    let scale = Axis.Ticks.at([10, 20, 50, 100, 200, 500, 1000])
    return Figure {
        Grid(widths: [1.1, 1, 1], spacing: 26) {
            Axes(
                title: "Dimensions",
                x: .log(
                    3.4...38, label: "Dimensions <i>m</i>",
                    ticks: .labelled(Dictionary(uniqueKeysWithValues: hidden.map { (Double($0), "\($0)") }))),
                y: .log(7...420, label: "Features represented", ticks: scale), height: 165
            ) {
                for (setting, density) in stored.densities.enumerated() {
                    let points = stored.byHidden.map { Point(Double($0.hidden), $0.stored[setting]) }
                    let isPlenty = stored.byHidden.map { stored.isPlenty($0.stored[setting], hidden: $0.hidden) }
                    Line(bound(density), color: shades[setting], width: 0.9, dash: [3, 2])
                    Line(points, color: shades[setting], width: 1.4)
                    Points(zip(points, isPlenty).filter { $1 }.map { $0.0 }, color: shades[setting], size: 5)
                    Points(
                        zip(points, isPlenty).filter { !$1 }.map { $0.0 }, color: .white, size: 5,
                        outline: Stroke(shades[setting], width: 1.2))
                }
            }
            Axes(
                title: "Density", x: .log(1...65, label: "1 / (1 − <i>S</i>)", ticks: .at([1, 2, 5, 10, 20, 50])),
                y: .log(0.8...20, label: "Features per dimension", ticks: .at([1, 2, 5, 10, 20])), height: 165
            ) {
                Line(
                    inverse.map { Point($0, SensingBound.featuresPerDimension(density: 1 / $0)) }, color: plain,
                    width: 0.9, dash: [3, 2])
                Points(
                    stored.byDensity.map { Point(1 / $0.density, $0.perDimension) }, color: Palette.blue, size: 4)
            }
            Axes(
                title: "Features",
                x: .log(10...1500, label: "Features there are <i>n</i>", ticks: .at([10, 100, 1000])),
                y: .log(10...100, label: "Features represented", ticks: .at([10, 20, 50, 100])), height: 165
            ) {
                Line([Point(10, 10), Point(100, 100)], color: plain, width: 0.9, dash: [3, 2])
                Label("all", at: Point(75, 75), anchor: .bottomRight, offset: Point(-3, -2), color: plain)
                Line(
                    stored.byFeatures.map { Point(Double($0.features), $0.stored) }, color: Palette.blue, width: 1.4)
                Points(
                    stored.byFeatures.map { Point(Double($0.features), $0.stored) }, color: Palette.blue, size: 4)
            }
        }
        Legend(
            stored.densities.enumerated().map { .init("1 − <i>S</i> = \(number($1))", shades[$0], .line) } + [
                .init("bound with constant 1", plain, .line, dash: [3, 2])
            ])
    }
}

/// One row per point.
func boundTable(_ stored: StoredFeatures) -> Table {
    var table = Table("panel", "features", "hidden", "density", "features represented", "bound with constant 1")
    func row(_ panel: String, _ features: Int, _ hidden: Int, _ density: Double, _ count: Double) {
        table.append(
            panel, features, hidden, density, count,
            Double(hidden) * SensingBound.featuresPerDimension(density: density))
    }
    for (hidden, counts) in stored.byHidden {
        for (density, count) in zip(stored.densities, counts) {
            row("dimensions", 24 * hidden, hidden, density, count)
        }
    }
    for (density, perDimension) in stored.byDensity { row("density", 384, 16, density, 16 * perDimension) }
    for place in stored.byFeatures { row("features", place.features, 10, 0.1, place.stored) }
    return table
}
