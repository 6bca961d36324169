import Foundation
import Testing

@testable import Plot

@Suite("Layouts of graphs")
struct GraphLayoutTests {
    typealias Sample = (name: String, nodes: Int, edges: [Graph.Edge])

    private static func complete(_ nodes: Range<Int>, weight: (Int, Int) -> Double = { _, _ in 1 }) -> [Graph.Edge] {
        nodes.flatMap { i in (nodes.lowerBound..<i).map { j in Graph.Edge(i, j, weight(i, j)) } }
    }

    private static func ring(_ nodes: Range<Int>) -> [Graph.Edge] {
        nodes.map { Graph.Edge($0, $0 + 1 == nodes.upperBound ? nodes.lowerBound : $0 + 1) }
    }

    /// Graphs as they come: none, single nodes, pairs, small shapes, one large component.
    private static let samples: [Sample] = [
        ("empty", 0, []), ("single", 1, []), ("singles", 37, []),
        ("a node with itself", 2, [.init(0, 0), .init(1, 1)]),
        ("digons", 400, (0..<200).map { .init($0, $0 + 200) }),
        (
            "polytopes", 40,
            complete(0..<8) + complete(8..<13) + complete(13..<17) + complete(17..<20) + complete(20..<23)
                + (0..<8).map { .init(23 + 2 * $0, 24 + 2 * $0) }
        ),
        ("tree and path", 34, (1..<31).map { .init($0, ($0 - 1) / 2) } + [.init(31, 32), .init(33, 32)]),
        ("star", 30, (1..<30).map { .init(0, $0) }),
        ("large", 300, (1..<300).flatMap { [.init($0, ($0 * 7) / 9), .init($0, $0 * $0 % 300)] }),
        ("complete, large", 40, complete(0..<40)),
    ]

    private static let sizes = [Size(1, 1), Size(3, 1), Size(0.2, 1), Size(150, 150)]

    @Test(
        "Components keep apart, nodes are in their component's box, and all is in the given box",
        arguments: samples.indices)
    func places(_ index: Int) {
        let sample = Self.samples[index]
        for size in Self.sizes {
            let layout = GraphLayout(nodes: sample.nodes, edges: sample.edges, in: size)
            let tolerance = 1e-9 * max(size.width, size.height)
            let all = Rect(x: 0, y: 0, width: size.width, height: size.height).expanded(by: tolerance)
            #expect(layout.components.flatMap(\.self).sorted() == Array(0..<sample.nodes))
            for (members, box) in zip(layout.components, layout.boxes) {
                #expect(all.contains(Point(box.minX, box.minY)) && all.contains(Point(box.maxX, box.maxY)))
                let inner = box.expanded(by: tolerance - layout.unit / 2)
                for node in members { #expect(inner.contains(layout.positions[node]), "\(sample.name), node \(node)") }
            }
            for (i, a) in layout.boxes.enumerated() {
                for b in layout.boxes[..<i] {
                    let (width, height) = (
                        min(a.maxX, b.maxX) - max(a.minX, b.minX), min(a.maxY, b.maxY) - max(a.minY, b.minY)
                    )
                    #expect(min(width, height) <= tolerance, "\(sample.name): \(a) and \(b)")
                }
            }
        }
    }

    @Test("The same graph has the same layout, and no two of its nodes are on one spot", arguments: samples.indices)
    func repeats(_ index: Int) {
        let sample = Self.samples[index]
        let layout = GraphLayout(nodes: sample.nodes, edges: sample.edges, in: Size(1, 1))
        #expect(layout == GraphLayout(nodes: sample.nodes, edges: sample.edges, in: Size(1, 1)))
        for (i, a) in layout.positions.enumerated() {
            for b in layout.positions[..<i] { #expect((a - b).length > 0.3 * layout.unit) }
        }
    }

    @Test("The box is used: a unit is about as long as the box's area allows")
    func area() {
        // 200 pairs take two square units each.
        let layout = GraphLayout(nodes: 400, edges: Self.samples[4].edges, in: Size(2, 1))
        #expect(layout.unit > 0.85 * (2.0 / 400).squareRoot())
        #expect(GraphLayout(nodes: 2, edges: [.init(0, 1)], in: Size(2, 1), longestUnit: 0.25).unit == 0.25)
    }

    /// The distances of the pairs of nodes in units, rounded, with how often they occur.
    private func distances(_ nodes: Int, _ edges: [Graph.Edge]) -> [Double: Int] {
        let layout = GraphLayout(nodes: nodes, edges: edges, in: Size(1, 1))
        let pairs = (0..<nodes).flatMap { i in (0..<i).map { (layout.positions[i] - layout.positions[$0]).length } }
        return Dictionary(pairs.map { (($0 / layout.unit * 1000).rounded() / 1000, 1) }, uniquingKeysWith: +)
    }

    @Test("Small shapes are exact")
    func shapes() {
        #expect(distances(2, [.init(1, 0)]) == [1: 1])
        #expect(distances(3, Self.ring(0..<3)) == [1: 3])
        #expect(distances(3, [.init(0, 2), .init(2, 1)]) == [1: 2, 2: 1], "a straight line")
        #expect(distances(4, Self.complete(0..<4)) == [1: 4, 1.414: 2])
        // The golden ratio is the diagonal of a pentagon.
        #expect(distances(5, Self.complete(0..<5)) == [1: 5, 1.618: 5])
        #expect(distances(6, Self.ring(0..<6)) == [1: 6, 1.732: 6, 2: 3])
    }

    @Test("In a complete graph, strong edges run through the middle, whatever the order of its nodes")
    func pentagram() {
        // Five directions in a plane, in shuffled order: next neighbours interfere by 0.31, the others by 0.81.
        let places = [0, 3, 1, 4, 2]
        func weight(_ i: Int, _ j: Int) -> Double { abs(cos(2 * .pi * Double(places[i] - places[j]) / 5)) }
        let edges = Self.complete(0..<5, weight: weight)
        let layout = GraphLayout(nodes: 5, edges: edges, in: Size(1, 1))
        for edge in edges {
            let length = (layout.positions[edge.start] - layout.positions[edge.end]).length / layout.unit
            #expect((length > 1.5) == (edge.weight > 0.5))
        }
    }

    @Test("Large components come first, those of the same shape together; edges without weight join nothing")
    func order() {
        let edges: [Graph.Edge] = [
            .init(0, 1), .init(3, 4), .init(4, 5), .init(5, 3), .init(6, 7), .init(8, 9, 0), .init(8, 9, .nan),
        ]
        let layout = GraphLayout(nodes: 10, edges: edges, in: Size(1, 1))
        #expect(layout.components == [[3, 4, 5], [0, 1], [6, 7], [2], [8], [9]])
    }

    @Test("Distances in a drawing follow those along the edges")
    func stress() {
        // A grid of 6 by 4 nodes: the ends of the long side are the furthest apart on paper too.
        let right: [Graph.Edge] = (0..<24).filter { $0 % 6 < 5 }.map { .init($0, $0 + 1) }
        let down: [Graph.Edge] = (0..<18).map { .init($0, $0 + 6) }
        let edges = right + down
        let layout = GraphLayout(nodes: 24, edges: edges, in: Size(1, 1))
        for edge in edges {
            let length = (layout.positions[edge.start] - layout.positions[edge.end]).length / layout.unit
            #expect((0.7...1.3).contains(length))
        }
        func distance(_ a: Int, _ b: Int) -> Double { (layout.positions[a] - layout.positions[b]).length / layout.unit }
        #expect(distance(0, 5) > 4 && distance(0, 18) > 2 && distance(0, 23) > distance(0, 5))
    }
}
