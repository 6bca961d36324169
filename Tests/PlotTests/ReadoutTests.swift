import Foundation
import Testing

@testable import Plot

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("What figures tell")
struct ReadoutTests {
    /// Where the page's script looks for a mark, from the panel's place and its axes alone.
    private func place(_ panel: Readout.Panel, _ x: Double, _ y: Double) -> Point {
        func fraction(_ side: Readout.Side, _ value: Double) -> Double {
            let ends = side.d.map { side.k == 1 ? log($0.value) : $0.value }
            return ((side.k == 1 ? log(value) : value) - ends[0]) / (ends[1] - ends[0])
        }
        return Point(
            panel.r[0].value + fraction(panel.x, x) * panel.r[2].value,
            panel.r[1].value + (1 - fraction(panel.y, y)) * panel.r[3].value)
    }

    @Test("Marks are where they are drawn, on linear, logarithmic and reversed axes")
    func places() throws {
        let points = [Point(0.01, 2), Point(0.1, 5), Point(1, 9)]
        for (x, y) in [
            (Axis.log(label: "density"), Axis.linear(label: "loss")), (.log().reversed(), .linear(0...10)),
            (.linear(0...1), .linear(0...10).reversed()),
        ] {
            let log = Probe.Log()
            let figure = Figure(width: 300) {
                Axes(title: "a panel", x: x, y: y, height: 100) {
                    Points(points)
                    Probe(name: "a", log: log)
                }
            }
            let readout = try figure.readout()
            let panel = try #require(readout.panels.first)
            let area = try #require(log["a"])
            let series = try #require(panel.s.first)
            #expect(panel.s.count == 1 && series.k == "p" && panel.t == "a panel")
            let marks = zip(series.x ?? [], series.y ?? []).map { Point($0.value, $1.value) }
            #expect(marks == points)
            for point in points {
                let drawn = try #require(area(point))
                // Places are told to a tenth of a point.
                #expect((place(panel, point.x, point.y) - drawn).length < 0.15)
            }
        }
    }

    @Test("Axes tell what they show; legends and named lines name the marks of their colour")
    func names() throws {
        let readout = try Figure(width: 300) {
            Axes(
                x: .linear(label: "<i>W</i><sub>1</sub>", ticks: .labelled([0: "1", 4: "5"])),
                y: .log(label: "loss"), height: 100
            ) {
                Line([Point(0, 1), Point(4, 10)], color: Palette.green, label: "pairs")
                Points([Point(2, 3)], color: Palette.green.opacity(0.5), labels: ["feature 7"])
                Points([Point(3, 5)], color: Palette.purple)
            }
            Legend([.init("none", Palette.purple, .point)])
        }.readout()
        let panel = try #require(readout.panels.first)
        #expect(panel.x.l == "W₁" && panel.y.l == "loss" && panel.y.k == 1)
        #expect(panel.x.o?.value == 1, "the texts at the ticks count from 1")
        #expect(panel.s.map(\.n) == ["pairs", "none"])
        #expect(panel.s[0].l == ["", "", "feature 7"])
    }

    @Test("Panels of a grid are told apart by the titles over them")
    func titles() throws {
        let readout = try Figure(width: 300) {
            Grid(columns: 2, title: "All", columnTitles: ["first", "second"]) {
                for value in 1...2 { Axes(height: 50) { Points([Point(0, Double(value))]) } }
            }
        }.readout()
        #expect(readout.panels.map(\.t) == ["All, first", "All, second"])
    }

    @Test("A heat map tells as a grid, with the name of its colour bar, from the lower end of the axis")
    func grids() throws {
        let readout = try Figure(width: 300) {
            Axes(y: .linear().reversed(), height: 60) {
                HeatMap(rows: 2, columns: 3, .viridis, 0...5) { $0 == 1 && $1 == 2 ? .nan : Double(3 * $0 + $1) }
            }
            ColorBar(.viridis, .linear(0...5, label: "<i>b</i>"))
        }.readout()
        let series = try #require(readout.panels.first?.s.first)
        let layer = try #require(series.v?.first)
        #expect(series.k == "g" && series.m == [2, 3] && layer.n == "b")
        #expect(layer.d.map(\.value) == [0, 4])
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let steps = stride(from: 0, to: layer.v.count, by: 2).map { index in
            let pair = Array(layer.v).dropFirst(index).prefix(2).compactMap { letters.firstIndex(of: $0) }
            return pair[0] * 64 + pair[1]
        }
        #expect(steps.count == 6 && steps[5] == 4095, "what is not a number has a sign of its own")
        for (index, step) in steps.dropLast().enumerated() {
            #expect(abs(Double(step) / 4094 * 4 - Double(index)) < 1e-3)
        }
    }

    @Test("Bars, stacks, nodes and vertices tell as well; what rasterising hides does not hide them")
    func kinds() throws {
        func series(@MarkBuilder _ marks: () -> [any Mark]) throws -> [Readout.Series] {
            try Figure(width: 200) { Axes(height: 100, marks: marks) }.readout().panels.flatMap(\.s)
        }
        let bars = try series { Bars([1, 3], from: [0, 1], direction: .right) }
        #expect(bars.first?.k == "h" && bars.first?.f?.map(\.value) == [0, 1])
        let parts = [StackPlot.Part(1, .black, label: "feature 1"), .init(2, .black, label: "feature 2")]
        let stack = try series { StackPlot([parts]) }
        #expect(stack.first?.l == ["feature 1: 1", "feature 2: 2"] && stack.first?.u == 1)
        let graph = try series { Graph(nodes: 3, edges: [.init(0, 1), .init(1, 2)], names: ["a", "b"]) }
        #expect(graph.first?.k == "n")
        #expect(graph.first?.l == ["a, joined with 1", "b, joined with 2", "node 3, joined with 1"])
        let cloud = try series { Rasterized { Points([Point(0, 0), Point(1, 1)]) } }
        #expect(cloud.first?.x?.count == 2)
    }

    @Test("What no one can point at is left out, and there are never too many marks")
    func limits() throws {
        let crowd = (0..<20_000).map { Point(Double($0 % 200), Double($0 / 200)) }
        let figure = Figure(width: 504) { Axes(height: 300) { Points(crowd, size: 1) } }
        let readout = try figure.readout()
        #expect(readout.marks <= Readout.mostMarks && readout.marks > Readout.mostMarks / 4)
        #expect(try readout == figure.readout())
        let outside = try Figure(width: 100) {
            Axes(x: .linear(0...1), y: .linear(0...1), height: 50) { Points([Point(2, 2), Point(0.5, .nan)]) }
        }.readout()
        #expect(outside.isEmpty)
    }

    @Test("Markup becomes plain text")
    func plainText() {
        for (markup, text) in [
            ("<i>W</i><sup>T</sup><i>W</i>", "WᵀW"), ("10<sup>−3</sup>", "10⁻³"), ("‖<i>W<sub>i</sub></i>‖", "‖Wᵢ‖"),
            ("a &lt; b &amp; c", "a < b & c"), ("two\nlines", "two lines"), ("x<sub>AB</sub>", "x_AB"),
            ("1 < 2", "1 < 2"),
        ] {
            #expect(PlainText.of(markup) == text)
        }
    }

    @Test("An SVG says what it is, and has its texts as text")
    func description() throws {
        let figure = Figure(width: 200) { Axes(x: .linear(0...1, label: "<i>x</i> &lt; 1"), height: 50) {} }
        let file = try figure.render(as: .svg, title: "Figure 1.2", description: "Two lines, a < b")
        let text = String(decoding: file, as: UTF8.self)
        #expect(text.contains("<title>Figure 1.2</title>\n<desc>Two lines, a &lt; b</desc>"))
        #expect(text.contains(">x &lt; 1</text>") && text.contains("fill-opacity=\"0\""))
        #expect(XMLParser(data: file).parse())
        #expect(try file == figure.render(as: .svg, title: "Figure 1.2", description: "Two lines, a < b"))
    }
}
