import Foundation
import Testing

@testable import Plot

@Suite("Figures and their layout")
struct FigureTests {
    @Test("Every format has its signature, a PNG two pixels per point")
    func formats() throws {
        let figure = Samples.categories
        #expect(String(decoding: try figure.render(as: .svg).prefix(5), as: UTF8.self) == "<?xml")
        #expect(String(decoding: try figure.render(as: .pdf).prefix(5), as: UTF8.self) == "%PDF-")
        let picture = try #require(Picture(png: try figure.render(as: .png)))
        #expect(picture.width == 2 * 220)
    }

    @Test("Nothing touches the edge of the page, so nothing is cut off", arguments: Samples.all.indices)
    func margins(_ index: Int) throws {
        let picture = try #require(Picture(png: try Samples.all[index].figure.render(as: .png)))
        let white: UInt32 = 0xFFFF_FFFF
        let (right, bottom) = (picture.width - 1, picture.height - 1)
        #expect((0...right).allSatisfy { picture[$0, 0] == white && picture[$0, bottom] == white })
        #expect((0...bottom).allSatisfy { picture[0, $0] == white && picture[right, $0] == white })
        #expect(picture.pixels.contains { $0 != white })
    }

    @Test("Plot areas align in rows and columns, whatever their labels")
    func alignment() throws {
        let log = Probe.Log()
        _ = try Figure {
            Grid(widths: [2, 1]) {
                Axes(title: "title", x: .linear(0...1, label: "x"), y: .linear(0...1e6, label: "y")) {
                    Probe(name: "a", log: log)
                }
                Axes(x: .linear(0...1).hidden(), y: .linear(0...1).hidden()) { Probe(name: "b", log: log) }
                Axes(x: .linear(0...1), y: .categories(["a long name"]), height: 50) { Probe(name: "c", log: log) }
                Axes(x: .linear(0...1), y: .linear(0...1)) { Probe(name: "d", log: log) }
            }
        }.render(as: .svg)
        let (a, b) = (try #require(log["a"]?.rect), try #require(log["b"]?.rect))
        let (c, d) = (try #require(log["c"]?.rect), try #require(log["d"]?.rect))
        #expect(a.minX == c.minX && a.maxX == c.maxX && b.minX == d.minX && b.maxX == d.maxX)
        #expect(a.minY == b.minY && a.maxY == b.maxY && c.minY == d.minY && c.maxY == d.maxY)
        #expect(abs(a.width - 2 * b.width) < 1e-9)
        #expect(abs(d.height - 50) < 1e-9, "a panel without a height takes that of its row")
        #expect(a.maxX < b.minX && a.maxY < c.minY)
    }

    @Test("With aspect 1 a unit is as long across as upwards, also for decades")
    func aspect() throws {
        let log = Probe.Log()
        _ = try Figure(width: 300) {
            Grid(columns: 2) {
                Axes(x: .linear(0...2), y: .linear(0...1), aspect: 1) { Probe(name: "linear", log: log) }
                Axes(x: .log(0.01...1), y: .log(1...10), aspect: 1) { Probe(name: "log", log: log) }
            }
        }.render(as: .svg)
        for name in ["linear", "log"] {
            let rect = try #require(log[name]?.rect)
            #expect(abs(rect.width - 2 * rect.height) < 1e-9)
        }
    }

    @Test("Shared axes have one domain")
    func sharing() throws {
        let log = Probe.Log()
        _ = try Figure {
            Grid(columns: 2, sharing: .y) {
                Axes {
                    Line([Point(0, 0), Point(1, 1)])
                    Probe(name: "small", log: log)
                }
                Axes {
                    Line([Point(0, -5), Point(9, 20)])
                    Probe(name: "large", log: log)
                }
            }
        }.render(as: .svg)
        let (small, large) = (try #require(log["small"]), try #require(log["large"]))
        #expect(small.y.domain == large.y.domain && small.y.domain.contains(20))
        #expect(small.x.domain == 0...1 && large.x.domain == 0...9)
    }

    @Test("Labels at line ends do not touch")
    func endLabels() throws {
        let typesetter = Typesetter(theme: .standard)
        let rect = Rect(x: 0, y: 0, width: 100, height: 80)
        let heights = [10.0, 11, 11, 40, 79, 80]
        let labels = heights.enumerated().map { EndLabel("run \($0)", at: Point(100, $1), color: .black) }
        let placed = EndLabels.place(labels, in: rect, typesetter)
        #expect(placed.map(\.label.text) == labels.map(\.text), "in the order of the lines")
        for (upper, lower) in zip(placed, placed.dropFirst()) { #expect(upper.bounds.maxY <= lower.bounds.minY) }
        #expect(placed[3].y == 40, "a label with room stays at its line")
    }

    @Test("A line that leaves downwards is named where it leaves, beside it and within the plot area")
    func leavingLine() throws {
        let log = Probe.Log()
        let line = Line([Point(0, 1), Point(1, -3), Point(4, -3)], dots: 3, label: "falls")
        _ = try Figure { Axes(x: .linear(0...4), y: .linear(0...1)) { Probe(name: "a", log: log) } }.render(as: .svg)
        let area = try #require(log["a"])
        let label = try #require(line.endLabels(in: area).first)
        let leaves = try #require(area(Point(0.25, 0)))
        #expect(abs(label.end.x - leaves.x) < 0.1 && abs(label.end.y - leaves.y) < 0.1)
        let placed = try #require(EndLabels.place([label], in: area.rect, Typesetter(theme: .standard)).first)
        #expect(placed.bounds.maxY <= area.rect.maxY && placed.bounds.minX > leaves.x)

        let through = Line([Point(-1, 2), Point(3, -2)], label: "no point of it is visible")
        let end = try #require(through.endLabels(in: area).first?.end)
        #expect(abs(end.x - (try #require(area.x(1)))) < 0.1)
    }

    @Test("Values that cannot be shown are skipped, and empty panels are drawn")
    func oddities() throws {
        let odd = [Double.nan, .infinity, -.infinity, 0, -1, 1e300, -1e300, .leastNonzeroMagnitude]
        let points = odd.flatMap { x in odd.map { Point(x, $0) } }
        for axis in [Axis.linear(), .log(), .linear(0...1), .log(0.1...1), .categories([]), .log(-1...0)] {
            let figure = Figure(width: 200) {
                Axes(x: axis, y: axis) {
                    Line(points, dots: 2, label: "line")
                    Points(points)
                    Segments(to: points)
                    Rasterized { Points(points) }
                    Graph(positions: points, edges: points.indices.map { .init($0, 0, odd[$0 % odd.count]) })
                    Graph(nodes: 8, edges: odd.indices.map { .init($0, 0, odd[$0]) })
                    StackPlot([odd.map { .init($0, .black) }, []], backgrounds: [.clear, .white, .black])
                    BipartiteGraph(layers: [.init(["a"]), .init(odd.map { _ in "" })], weights: [odd.map { [$0] }])
                    BipartiteGraph(layers: [.init([])], weights: [])
                    Bars(odd, at: odd, from: odd)
                    Area(x: odd, from: odd, to: odd)
                    HeatMap(rows: 1, columns: odd.count, .viridis, 0...1) { odd[$1] }
                    HeatMap(rows: 0, columns: 0, .viridis, 0...1) { _, _ in 0 }
                    for value in odd {
                        Rule(x: value, label: "rule")
                        Rule(y: value)
                        Label("label", at: Point(value, value))
                        Arrow(to: Point(value, value))
                    }
                    Bracket(.top, over: -Double.infinity ... .infinity, "all")
                }
                Axes(x: axis, y: axis) {}
                Grid(columns: 0) {}
                Legend([])
            }
            for format in Figure.Format.allCases { #expect(try !figure.render(as: format).isEmpty) }
        }
    }
}

@Suite("Figures that cannot be drawn")
struct PlotErrorTests {
    @Test("Sizes that no page can have", arguments: [0, -1, .nan, .infinity, 20_000])
    func sizes(_ side: Double) {
        #expect(throws: PlotError.self) {
            try Figure(width: side) { Axes(height: 50) {} }.render(as: .svg)
        }
        #expect(throws: PlotError.self) {
            try Figure(width: 100) { Axes(height: side) {} }.render(as: .svg)
        }
        if side <= 0 || !side.isFinite {
            #expect(throws: PlotError.self) {
                try Figure(width: 100) { Axes(x: .linear(0...1), y: .linear(0...1), aspect: side) {} }.render(as: .svg)
            }
        }
    }

    @Test("Labels that leave no room for the plots")
    func noRoom() {
        #expect(throws: PlotError.noRoom(width: 30)) {
            try Figure(width: 30) { Axes(y: .categories(["a very long name indeed"])) {} }.render(as: .svg)
        }
    }

    @Test("Text that is not markup is named, with what to do")
    func markup() throws {
        let figure = Figure { Axes(title: "p < 0.1") {} }
        let error = try #require(throws: PlotError.self) { try figure.render(as: .png) }
        guard case .markup(text: "p < 0.1", _) = error else {
            Issue.record("unexpected error: \(error)")
            return
        }
        #expect(error.description.contains("“p < 0.1”") && error.description.contains("&lt;"))
    }
}
