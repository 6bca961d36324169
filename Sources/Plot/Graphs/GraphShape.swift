import Foundation

/// A connected component of a graph, laid out with neighbours about a unit apart.
///
/// Cycles are regular polygons, and so are complete graphs and small ones that nearly are. There the strongest edges
/// run through the middle, where they are seen best. All others are drawn so that distances on the page follow
/// distances along the edges.
struct GraphShape {
    /// The indices of the nodes in the graph, ascending.
    let nodes: [Int]
    /// The places of the nodes in a box from zero to `size`, with half a unit or more of air around them.
    let positions: [Point]
    let size: Size
    private let edgeCount: Int

    private init(nodes: [Int], weights: [[Double]]) {
        self.nodes = nodes
        let neighbors = weights.map { row in row.indices.filter { row[$0] > 0 } }
        edgeCount = neighbors.reduce(0) { $0 + $1.count } / 2
        let count = nodes.count
        let pairs = count * (count - 1) / 2
        let places: [Point] =
            if count > 2, neighbors.allSatisfy({ $0.count == 2 }) {
                Self.polygon(Self.cycle(neighbors))
            } else if edgeCount == pairs || ((5...16).contains(count) && 5 * edgeCount >= 3 * pairs) {
                Self.polygon(Self.orderWithStrongDiagonals(weights))
            } else {
                StressLayout(neighbors).positions
            }
        let low = Point(places.map(\.x).min() ?? 0, places.map(\.y).min() ?? 0)
        let high = Point(places.map(\.x).max() ?? 0, places.map(\.y).max() ?? 0)
        // Whole units, so that shapes in neighbouring rows and columns are level.
        size = Size((high.x - low.x - 1e-6).rounded(.up) + 1, (high.y - low.y - 1e-6).rounded(.up) + 1)
        let start = Point((size.width - low.x - high.x) / 2, (size.height - low.y - high.y) / 2)
        positions = places.map { start + $0 }
    }

    /// The components of a graph, in the order of their first nodes.
    static func components(nodes: Int, edges: [Graph.Edge]) -> [GraphShape] {
        let edges = edges.filter { $0.weight > 0 && $0.start != $0.end }
        var neighbors = Array(repeating: [(node: Int, weight: Double)](), count: nodes)
        for edge in edges {
            neighbors[edge.start].append((edge.end, edge.weight))
            neighbors[edge.end].append((edge.start, edge.weight))
        }
        var isKnown = Array(repeating: false, count: nodes)
        return (0..<nodes).compactMap { first in
            guard !isKnown[first] else { return nil }
            isKnown[first] = true
            var members = [first]
            var next = 0
            while next < members.count {
                for (node, _) in neighbors[members[next]] where !isKnown[node] {
                    isKnown[node] = true
                    members.append(node)
                }
                next += 1
            }
            members.sort()
            let index = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) })
            let weights = members.map { member in
                var row = Array(repeating: 0.0, count: members.count)
                for (node, weight) in neighbors[member] { index[node].map { row[$0] = weight } }
                return row
            }
            return GraphShape(nodes: members, weights: weights)
        }
    }

    /// Larger components come first, and those of the same shape together.
    func precedes(_ other: GraphShape) -> Bool {
        if nodes.count != other.nodes.count { return nodes.count > other.nodes.count }
        if edgeCount != other.edgeCount { return edgeCount > other.edgeCount }
        if size.height != other.size.height { return size.height > other.size.height }
        return (nodes.first ?? 0) < (other.nodes.first ?? 0)
    }

    // MARK: - Polygons

    /// A regular polygon with sides of length 1 that stands on a side (a single node, two beside each other), where
    /// node `order[k]` is in the k-th corner.
    private static func polygon(_ order: [Int]) -> [Point] {
        var positions = Array(repeating: Point.zero, count: order.count)
        for (corner, node) in order.enumerated() { positions[node] = Self.corner(corner, of: order.count) }
        return positions
    }

    private static func corner(_ index: Int, of count: Int) -> Point {
        guard count > 2 else { return Point(Double(index), 0) }
        let angle = 2 * Double.pi * (Double(index) + (count.isMultiple(of: 2) ? 0.5 : 0)) / Double(count)
        let radius = 0.5 / sin(.pi / Double(count))
        return Point(radius * sin(angle), -radius * cos(angle))
    }

    /// The nodes along a cycle.
    private static func cycle(_ neighbors: [[Int]]) -> [Int] {
        var order = [0]
        var previous = -1
        while order.count < neighbors.count {
            let here = order[order.count - 1]
            order.append(neighbors[here].first { $0 != previous } ?? 0)
            previous = here
        }
        return order
    }

    /// An order around the circle that cannot be improved by swapping two nodes, where the sum over the edges of weight
    /// times length is large.
    private static func orderWithStrongDiagonals(_ weights: [[Double]]) -> [Int] {
        let count = weights.count
        var order = Array(0..<count)
        // Among many nodes nobody sees single edges.
        guard (4...24).contains(count) else { return order }
        let lengths = (0..<count).map { (corner(0, of: count) - corner($0, of: count)).length }
        func total(_ order: [Int]) -> Double {
            var sum = 0.0
            for k in 1..<count { for j in 0..<k { sum += weights[order[j]][order[k]] * lengths[k - j] } }
            return sum
        }
        var best = total(order)
        var isImproving = true
        while isImproving {
            isImproving = false
            for k in 1..<count {
                for j in 0..<k {
                    order.swapAt(j, k)
                    let new = total(order)
                    if new > best * (1 + 1e-9) {
                        (best, isImproving) = (new, true)
                    } else {
                        order.swapAt(j, k)
                    }
                }
            }
        }
        return order
    }
}
