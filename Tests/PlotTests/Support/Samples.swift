import Foundation
import Plot

/// Small figures that together use every mark, scale and block.
enum Samples {
    static let all: [(name: String, figure: Figure)] = [
        ("embeddings", embeddings), ("matrices", matrices), ("lines", lines), ("phases", phases),
        ("layers", layers), ("brackets", brackets), ("shared", shared), ("categories", categories),
        ("plane", plane), ("cloud", cloud), ("graphs", graphs), ("solids", solids), ("neurons", neurons),
    ]

    static let embeddings = Figure(width: 200) {
        Grid(columns: 2, spacing: 12) {
            for corners in [4, 5] {
                let points = (0..<corners).map { i in
                    let angle = 2 * Double.pi * Double(i) / Double(corners)
                    return Point(cos(angle), sin(angle))
                }
                let colors = Array(ColorMap.importance.colors(corners).reversed())
                let range = -1.3...1.3
                Axes(
                    title: "<i>n</i> = \(corners)", x: .linear(range).hidden(), y: .linear(range).hidden(), aspect: 1
                ) {
                    Segments(to: points, colors: colors, width: 1.5)
                    Points(points, colors: colors)
                    Label("<i>W</i><sub>1</sub>", at: points[0], anchor: .topRight, offset: Point(0, 5))
                }
            }
        }
        ColorBar(.importance, .linear(0...1, label: "importance"), length: 100)
    }

    static let matrices = Figure(width: 220) {
        Grid(columns: 2, spacing: 12) {
            for sign in [1.0, -1.0] {
                let rows = Axis.linear(-0.5...3.5).reversed().hidden()
                Grid(widths: [4, 1, 3], spacing: 4, title: "1 − <i>S</i>") {
                    Axes(title: "<i>Ŵ</i>", x: .linear().hidden(), y: rows, aspect: 1, border: true) {
                        HeatMap(rows: 4, columns: 4, .diverging, -1...1) { $0 == $1 ? sign : Double($0 - $1) / 5 }
                    }
                    Axes(title: "<i>b</i>", x: .linear().hidden(), y: rows, border: true) {
                        HeatMap(rows: 4, columns: 1, grid: Stroke(.white, width: 0.5)) { row, _ in
                            row == 2 ? .clear : Color(gray: Double(row) / 4)
                        }
                    }
                    Axes(x: .linear(0...1, ticks: .at([0, 1])), y: rows) {
                        Bars(
                            [1, 0.8, .nan, 0.2], colors: ColorMap.superposition.colors(4), direction: .right)
                    }
                }
            }
        }
    }

    static let lines = Figure(width: 260) {
        Axes(x: .log(label: "step"), y: .log(label: "loss"), height: 110) {
            for (index, power) in [-0.2, -0.25, -1].enumerated() {
                let steps = (0..<9).map { pow(10, Double($0) / 2) }
                Line(
                    steps.map { Point($0, $0 == 100 && index == 0 ? .nan : pow($0, power)) }, color: Palette[index],
                    dash: index == 1 ? [4, 2] : [], dots: index == 2 ? 3 : 0, label: "run \(index + 1)")
            }
            Rule(x: 1000, label: "end")
            Rule(y: 1e-3, label: "floor")
            Label("a", inside: .bottomLeft)
        }
    }

    static let phases = Figure(width: 200) {
        Grid(columns: 2) {
            Axes(
                title: "Theory", x: .log(0.01...1, label: "density").reversed(), y: .log(0.1...10, label: "importance"),
                aspect: 1
            ) {
                ImageMark(
                    Raster(width: 4, height: 4) { x, y in x < y ? Palette.blue : Palette.orange }, x: 0.01...1,
                    y: 0.1...10)
                Label("superposition", at: Point(0.1, 1), halo: .white)
            }
            ColorBar(.superposition, .linear(0...1, label: "superposition"), .vertical)
        }
    }

    static let layers = Figure(width: 220) {
        Axes(x: .linear(label: "<i>k</i>"), y: .linear(label: "share"), height: 70) {
            Area.stack(x: [0, 1, 2, 3], [[1, 2, 3, 2], [2, 1, 1, 0]], colors: ColorMap.viridis.colors(2))
            Area(x: [0, 1, 2, 3], from: [3.5, .nan, 4, 4.5], to: [4, 4, 5, 5], color: Palette.blue.opacity(0.4))
            Arrow(from: Point(0.5, 5), to: Point(1.5, 2), color: .black)
        }
        Legend([
            .init("one", ColorMap.viridis(0)), .init("two", ColorMap.viridis(1), .point),
            .init("three", Palette.blue, .line, dash: [3, 2]),
        ])
    }

    static let brackets = Figure(width: 180) {
        Axes(
            title: "Title", x: .linear(0...4, label: "x").opposite(), y: .linear(0...4, label: "y").opposite(),
            aspect: 1
        ) {
            for edge in Edge.allCases { Bracket(edge, over: 1...3, "\(edge)") }
            for (i, symbol) in [Points.Symbol.circle, .square, .diamond, .cross].enumerated() {
                Points(
                    [Point(Double(i) + 0.5, 2)], color: Palette[i], size: 8, symbol: symbol,
                    outline: Stroke(.black, width: 0.5))
            }
        }
    }

    static let shared = Figure(width: 240) {
        Grid(columns: 2, sharing: .both, title: "All", columnTitles: ["left", "right"], rowTitles: ["up", "down"]) {
            for height in [1.0, 3, 100, 20] {
                Axes(x: .linear(label: "t"), y: .linear(label: "value"), height: 40) {
                    Line([Point(0, 0), Point(height, height)])
                }
            }
        }
    }

    static let categories = Figure(width: 220) {
        Axes(x: .categories(["one", "two", "three"]), y: .linear(label: "change"), height: 60) {
            Bars([2, -1, 3], from: [0, 0, 1], colors: [Palette.green, Palette.vermilion, Palette.blue])
            Rule(y: 0)
        }
    }

    static let plane = Figure(width: 200) {
        Grid(columns: 2) {
            Axes(x: .log(0.1...10), y: .log(0.01...1).reversed(), aspect: 1, border: true) {
                ImageMark(
                    Raster(width: 4, height: 4) { ColorPlane.superposition(Double($0) / 3, Double($1) / 3) },
                    x: 0.1...10, y: 0.01...1)
            }
            ColorPlaneKey(
                .superposition, strength: .linear(0...1, label: "length"),
                fraction: .linear(0...1, label: "sharing", ticks: .at([0, 1])), side: 30)
        }
    }

    static let cloud = Figure(width: 160) {
        Axes(x: .linear(0...1), y: .linear(0...1, label: "y"), height: 40) {
            Rasterized(resolution: 100) {
                Points([Point(0, 0.5), Point(0.5, 0.5), Point(0.52, 0.5)], color: Palette.blue.opacity(0.5), size: 9)
                Line([Point(0.6, 0.2), Point(0.8, 0.8)], label: "name")
            }
        }
    }

    static let graphs = Figure(width: 200) {
        let ring = (0..<5).map { 2 * Double.pi * Double($0) / 5 }.map { Point(cos($0), sin($0)) }
        let edges = (0..<5).flatMap { i in (0..<i).map { Graph.Edge(i, $0, (i - $0) % 3 == 1 ? 0.3 : 0.8) } }
        Grid(columns: 2, spacing: 12) {
            Axes(x: .linear().hidden(), y: .linear().hidden(), border: true) {
                Graph(nodes: 10, edges: edges + [.init(5, 6), .init(8, 7, color: Palette.vermilion)])
            }
            Axes(x: .linear().hidden(), y: .linear().hidden(), aspect: 1) {
                Graph(positions: ring, edges: edges, colors: ColorMap.importance.colors(5), size: 8, width: 2)
            }
        }
    }

    static let solids = Figure(width: 200) {
        let ring = (0..<3).map { 2 * Double.pi * Double($0) / 3 }.map { Point3(cos($0), sin($0), 0) }
        let vertices = ring + [Point3(0, 0, 1), Point3(0, 0, -1)]
        let sides = [(0, 1), (1, 2), (2, 0)]
        let edges = sides + (0..<3).flatMap { [($0, 3), ($0, 4)] }
        let colors = [Palette.blue, Palette.blue, Palette.blue, Palette.vermilion]
        let axis = Axis.linear(-1.1...1.1).hidden()
        Grid(columns: 2) {
            Axes(x: axis, y: axis, aspect: 1) {
                Wireframe(
                    vertices: vertices, edges: edges, colors: colors, spokes: true, labels: ["⅔", "⅔", "⅔", "½", "½"])
            }
            Axes(x: axis, y: axis, aspect: 1) {
                Wireframe(
                    vertices: vertices, edges: [], faces: sides.map { [$0.0, $0.1, 3] }, colors: colors,
                    viewpoint: Viewpoint(azimuth: 50, elevation: 10))
            }
        }
    }

    static let neurons = Figure(width: 240) {
        let weights = [[1, 0, 0.5], [-0.4, 0.8, 0.02]]
        Grid(columns: 3, spacing: 12) {
            Axes(x: .categories(["1", "2"]), y: .linear(label: "weight"), height: 70) {
                StackPlot(
                    weights.map { $0.enumerated().map { .init($1, Palette[$0]) } },
                    backgrounds: [.clear, Color(gray: 0.93)])
                Rule(y: 0)
            }
            Axes(x: .linear().hidden(), y: .linear().hidden()) {
                BipartiteGraph(
                    layers: [.init(["a", "b", "c"]), .init(["one", "two"], colors: [Palette.green])], weights: [weights]
                )
            }
            Axes(x: .linear().hidden(), y: .linear().hidden()) {
                BipartiteGraph(
                    layers: [.init(["a", "b", "c"]), .init(["", ""], colors: [.black]), .init(["out"])],
                    weights: [weights, [[1, -1]]], direction: .up, size: 10)
            }
        }
    }
}
