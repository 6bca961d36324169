import Foundation
import Testing

@testable import Plot

@Suite("Stack plots")
struct StackPlotTests {
    private let colors = [Color(0xFF0000), Color(0x00FF00), Color(0x0000FF), Color(0x00FFFF)]

    /// The colours down the middle of the only column, each with its share of the height, in order from the top.
    private func column(_ parts: [StackPlot.Part], _ domain: ClosedRange<Double>) throws -> [(UInt32, Double)] {
        let figure = Figure(width: 60) {
            Axes(x: .linear(-0.5...0.5).hidden(), y: .linear(domain).hidden(), height: 200) { StackPlot([parts]) }
        }
        let picture = try #require(Picture(png: try figure.render(as: .png)))
        var runs: [(color: UInt32, count: Int)] = []
        for y in 0..<picture.height {
            let color = picture[picture.width / 2, y]
            if runs.last?.color == color { runs[runs.count - 1].count += 1 } else { runs.append((color, 1)) }
        }
        return runs.map { ($0.color, Double($0.count) / 400) }
    }

    @Test("Positive values stack upwards and negative ones downwards, in the order given")
    func stacks() throws {
        let values = [0.4, -0.3, 0.2, -0.1]
        let column = try column(zip(values, colors).map { .init($0, $1) }, -1...1)
        // From the top: the second positive, the first; the first negative, the second. Separators are thin.
        let found = column.filter { run in colors.contains { $0.premultiplied(on: .light) == run.0 } }
        try #require(found.map(\.0) == [2, 0, 1, 3].map { colors[$0].premultiplied(on: .light) })
        for (run, value) in zip(found, [0.2, 0.4, 0.3, 0.1]) { #expect(abs(run.1 - value / 2) < 0.01) }
    }

    @Test("A thousand tiny rectangles are neither white nor light")
    func tiny() throws {
        let dark = StackPlot.Part(0.001, Palette.blue)
        let column = try column(Array(repeating: dark, count: 1000), 0...1)
        // Where rectangles of one colour overlap, rounding may cost a level.
        func isClose(_ a: UInt32, _ b: UInt32) -> Bool {
            [UInt32(0), 8, 16].allSatisfy { abs(Int(a >> $0 & 0xFF) - Int(b >> $0 & 0xFF)) <= 2 }
        }
        let blue = column.filter { isClose($0.0, Palette.blue.premultiplied(on: .light)) }.reduce(0) { $0 + $1.1 }
        #expect(blue > 0.99)
    }

    @Test("What is too thin to be seen takes the colour of its neighbour", arguments: [[1, 0.0004], [0.0004, 1]])
    func thin(_ values: [Double]) throws {
        let parts = values.map { StackPlot.Part($0, $0 == 1 ? colors[0] : colors[1]) }
        let found = try column(parts, 0...1.1).filter { $0.0 == colors[0].premultiplied(on: .light) }
        #expect(found.count == 1 && found.allSatisfy { $0.1 > 0.9 })
    }

    @Test("The domain covers the stacks, and values that are not numbers take no room")
    func domain() throws {
        let log = Probe.Log()
        _ = try Figure {
            Axes {
                StackPlot([
                    [.init(2, .black), .init(.nan, .black), .init(3, .black)],
                    [.init(-4, .black), .init(.infinity, .black)],
                ])
                Probe(name: "a", log: log)
            }
        }.render(as: .svg)
        let area = try #require(log["a"])
        #expect(area.x.domain == -0.5...1.5)
        #expect(area.y.domain.contains(5) && area.y.domain.contains(-4) && area.y.domain.upperBound < 7)
    }

    @Test("Weights too small to be seen cost nothing")
    func light() throws {
        let columns = (0..<40).map { column in
            (0..<100).map { StackPlot.Part($0 % 20 == 0 ? 0.2 : 1e-5, Palette[$0 + column]) }
        }
        let file = try Figure { Axes(height: 150) { StackPlot(columns) } }.render(as: .svg)
        // Five rectangles in each of forty columns, at some 300 bytes.
        #expect(file.count < 80_000)
    }
}

@Suite("Bipartite graphs")
struct BipartiteGraphTests {
    private func graph(_ weights: [[Double]], largest: Double? = nil, _ labels: [String] = ["", ""]) -> BipartiteGraph {
        BipartiteGraph(layers: [.init(labels), .init(labels)], weights: [weights], largest: largest)
    }

    private func figure(_ graph: BipartiteGraph) -> Figure {
        Figure(width: 120) { Axes(x: .linear().hidden(), y: .linear().hidden(), height: 60) { graph } }
    }

    /// The widths and colours of the lines between nodes, which are not closed as circles are.
    private func lines(_ graph: BipartiteGraph) throws -> [(width: Double, isRed: Bool)] {
        let text = String(decoding: try figure(graph).render(as: .svg), as: UTF8.self)
        let pattern = /stroke-width:([\d.]+);[^"]*stroke:rgb\(([\d.]+)%,[\d.]+%,([\d.]+)%\)[^"]*" d="M [^CZ"]*"/
        return text.matches(of: pattern).map { match in
            (Double(match.1) ?? .nan, (Double(match.2) ?? .nan) > (Double(match.3) ?? .nan))
        }
    }

    @Test("Lines are as wide as weights are large, red if positive and blue if negative; zero has none")
    func widths() throws {
        let lines = try lines(graph([[1, -2], [0, .nan]]))
        #expect(lines.map(\.width) == [1.5, 3] && lines.map(\.isRed) == [true, false], "weak ones first")
        let scaled = try self.lines(graph([[1, -2], [0, 8]], largest: 4))
        #expect(scaled.map(\.width) == [0.75, 1.5, 3])
        #expect(try self.lines(graph([[0, 0], [0, 0]])).isEmpty)
    }

    @Test("Labels that do not fit in the nodes stand beside them, within the figure")
    func labels() throws {
        let log = Probe.Log()
        for (name, labels) in [("inside", ["a", "b"]), ("beside", ["a", "a long name"])] {
            let graph = graph([[1, 1], [1, 1]], labels)
            _ = try Figure(width: 200) {
                Axes(x: .linear().hidden(), y: .linear().hidden(), height: 60) {
                    graph
                    Probe(name: name, log: log)
                }
            }.render(as: .svg)
        }
        let (inside, beside) = (try #require(log["inside"]?.rect), try #require(log["beside"]?.rect))
        #expect(inside.width > 190 && beside.width < inside.width - 60)
    }
}
