/// A drawing of a connected graph in which distances follow the numbers of edges between nodes.
///
/// It starts from classical scaling (W. Torgerson, 1952) and minimises the stress Σ (|x_i − x_j| − d_ij)² / d_ij² by
/// moving one node after the other to where the others want it (E. Gansner, Y. Koren and S. North, "Graph drawing by
/// stress majorization", 2004). Then nodes that touch are moved apart.
struct StressLayout {
    private(set) var positions: [Point]
    private let distances: [[Double]]

    private static let clearance = 0.6

    /// - Parameter neighbors: of each node, the indices.
    init(_ neighbors: [[Int]]) {
        distances = neighbors.indices.map { Self.distances(from: $0, neighbors) }
        let (x, y) = Self.principalCoordinates(distances)
        positions = zip(x, y).map { Point($0, $1) }
        minimiseStress()
        separate()
    }

    /// By breadth-first search.
    private static func distances(from start: Int, _ neighbors: [[Int]]) -> [Double] {
        var distances = Array(repeating: Double(neighbors.count), count: neighbors.count)
        distances[start] = 0
        var (queue, next) = ([start], 0)
        while next < queue.count {
            let here = queue[next]
            next += 1
            for node in neighbors[here] where node != start && distances[node] == Double(neighbors.count) {
                distances[node] = distances[here] + 1
                queue.append(node)
            }
        }
        return distances
    }

    /// The two principal axes of the points that would have these distances.
    private static func principalCoordinates(_ distances: [[Double]]) -> ([Double], [Double]) {
        let count = distances.count
        let squares = distances.map { $0.map { $0 * $0 } }
        let means = squares.map { $0.reduce(0, +) / Double(count) }
        let mean = means.reduce(0, +) / Double(count)
        func product(_ v: [Double]) -> [Double] {
            (0..<count).map { i in
                var sum = 0.0
                for j in 0..<count { sum -= 0.5 * (squares[i][j] - means[i] - means[j] + mean) * v[j] }
                return sum
            }
        }
        func axis(_ golden: Double, acrossTo other: [Double]?) -> [Double] {
            // Multiples of an irrational number: without a pattern, and the same every time.
            var v = (1...count).map { index in
                let multiple = Double(index) * golden
                return multiple - multiple.rounded(.down) - 0.5
            }
            var value = 0.0
            for _ in 0..<40 {
                if let other {
                    let share = dot(v, other) / max(dot(other, other), .leastNormalMagnitude)
                    for i in v.indices { v[i] -= share * other[i] }
                }
                let length = dot(v, v).squareRoot()
                guard length > 0 else { break }
                v = product(v.map { $0 / length })
                value = dot(v, v).squareRoot()
            }
            return v.map { $0 / max(value, .leastNormalMagnitude).squareRoot() }
        }
        let first = axis(0.6180339887, acrossTo: nil)
        return (first, axis(0.7548776662, acrossTo: first))
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    private mutating func minimiseStress() {
        let count = positions.count
        for sweep in 0..<60 {
            var largest = 0.0
            for i in 0..<count {
                let here = positions[i]
                let row = distances[i]
                var (sum, total) = (Point.zero, 0.0)
                for j in 0..<count where j != i {
                    let there = positions[j]
                    var gap = here - there
                    // Nodes on one spot part in directions of their own.
                    if gap.length < 1e-6 { gap = Point(Double(i - j), Double(i + j + 1)) }
                    let weight = 1 / (row[j] * row[j])
                    sum = sum + (there + gap * (row[j] / gap.length)) * weight
                    total += weight
                }
                let new = sum * (1 / total)
                largest = max(largest, (new - here).length)
                positions[i] = new
            }
            if sweep > 10, largest < 1e-3 { break }
        }
    }

    private mutating func separate() {
        let count = positions.count
        var nearest = Array(repeating: Double.infinity, count: count)
        for i in 0..<count {
            for j in 0..<count where j != i { nearest[i] = min(nearest[i], (positions[i] - positions[j]).length) }
        }
        nearest.sort()
        // Crowded drawings are enlarged until most nodes are clear of each other.
        let crowded = nearest[count / 10]
        let scale = min(max(Self.clearance / max(crowded, 1e-3), 1), 4)
        positions = positions.map { $0 * scale }
        for _ in 0..<40 {
            var isClear = true
            for i in 1..<count {
                for j in 0..<i {
                    var gap = positions[i] - positions[j]
                    if gap.length < 1e-6 { gap = Point(1e-6, 1e-6 * Double(i - j)) }
                    guard gap.length < Self.clearance * 0.999 else { continue }
                    isClear = false
                    let push = gap * ((Self.clearance / gap.length - 1) / 2)
                    positions[i] = positions[i] + push
                    positions[j] = positions[j] - push
                }
            }
            if isClear { break }
        }
    }
}
