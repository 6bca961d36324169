import ToyModels

/// The things that directions point to, such as the words nearest to a dictionary's latents.
public struct NearestThings: Sendable {
    /// The things that are nearest to each direction by their cosine, the nearest first. Shape `[directions][count]`.
    public let nearest: [[Int]]

    /// - Parameters:
    ///   - directions: shape `[dimensions, directions]`.
    ///   - things: their directions, of length 1. Shape `[things][dimensions]`.
    ///   - candidates: the things that count.
    ///   - count: how many are kept for each direction; fewer if there are not so many.
    /// - Precondition: the shapes agree, and there are such things.
    public init(to directions: Matrix, among things: [[Double]], candidates: [Int], count: Int) {
        nearest = (0..<directions.columns).map { l in
            Self.nearest(
                to: (0..<directions.rows).map { directions[$0, l] }, among: things, candidates: candidates, count: count
            )
        }
    }

    private init(nearest: [[Int]]) { self.nearest = nearest }

    /// The things around each of some things, itself not among them. Shape `[candidates][count]`.
    ///
    /// - Precondition: there are such things.
    public static func around(_ candidates: [Int], among things: [[Double]], count: Int) -> NearestThings {
        NearestThings(
            nearest: candidates.map { thing in
                nearest(to: things[thing], among: things, candidates: candidates.filter { $0 != thing }, count: count)
            })
    }

    private static func nearest(
        to direction: [Double], among things: [[Double]], candidates: [Int], count: Int
    ) -> [Int] {
        // Of one direction the order by cosine is that by product.
        let scores = candidates.map { thing in zip(things[thing], direction).reduce(0) { $0 + $1.0 * $1.1 } }
        let order = candidates.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
        return order.prefix(count).map { candidates[$0] }
    }

    /// The purity of each direction: the share of its things that have the label which most of them have. Not a number for a
    /// direction without things. Shape `[directions]`.
    ///
    /// - Parameter labels: of every thing; all that are near have one.
    public func purities(_ labels: [Int]) -> [Double] {
        nearest.map { things in
            let counts = things.reduce(into: [Int: Int]()) { $0[labels[$1], default: 0] += 1 }
            return Double(counts.values.max() ?? 0) / Double(things.count)
        }
    }
}

/// How well two dictionaries agree: the cosines of their directions, paired one to one so that the sum is as large as it can
/// be, the greatest first; 0 for directions without length.
///
/// - Parameters:
///   - a: shape `[dimensions, latents]`.
///   - b: likewise.
/// - Precondition: both have as many dimensions.
/// - Complexity: O(*l*³) for *l* latents.
public func agreement(_ a: Matrix, _ b: Matrix) -> [Double] {
    precondition(a.rows == b.rows, "Both have as many dimensions.")
    func columns(_ matrix: Matrix) -> [[Double]] {
        (0..<matrix.columns).map { l in
            let column = (0..<matrix.rows).map { matrix[$0, l] }
            let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return column.map { length > 0 && length.isFinite ? $0 / length : 0 }
        }
    }
    let (first, second) = (columns(a), columns(b))
    var cosines = Matrix(rows: first.count, columns: second.count)
    for (i, x) in first.enumerated() {
        for (j, y) in second.enumerated() { cosines[i, j] = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    let pairs = bestAssignment(cosines).enumerated().compactMap { i, j in j.map { cosines[i, $0] } }
    return pairs.sorted(by: >)
}
