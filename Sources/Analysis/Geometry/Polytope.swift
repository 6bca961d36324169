import RealModule
import ToyModels

/// A polytope with its vertices on the unit sphere, spread as if they repelled each other, which features in
/// superposition form. (Section "The Geometry of Superposition".)
public struct Polytope: Hashable, Sendable {
    /// Two vertices that an edge connects.
    public struct Edge: Hashable, Sendable {
        /// The vertex of lower index.
        public let first: Int
        /// The vertex of higher index.
        public let second: Int
    }

    /// Its common name, in lower case.
    public let name: String
    /// The vertices, unit vectors. Shape `[vertices][dimension]`.
    public let vertices: [[Double]]
    /// The edges.
    public let edges: [Edge]

    /// The number of dimensions that it lies in.
    public var dimension: Int { vertices[0].count }

    /// The dimensionality of each vertex, as of a feature with that direction. Shape `[vertices]`.
    ///
    /// The named polytopes are tight frames with equal vertices, so each has its share, dimension over vertices.
    public var dimensionality: [Double] { model.dimensionality }

    /// The model without bias whose features are the vertices.
    var model: ToyModel {
        ToyModel(
            W: Matrix((0..<dimension).map { k in vertices.map { $0[k] } }),
            b: Array(repeating: 0, count: vertices.count))
    }

    private init(name: String, vertices: [[Double]], isEdge: (Int, Int) -> Bool) {
        self.name = name
        self.vertices = vertices
        edges = vertices.indices.flatMap { i in
            vertices.indices.filter { $0 > i && isEdge(i, $0) }.map { Edge(first: i, second: $0) }
        }
    }
}

// MARK: - Polytopes by name

extension Polytope {
    /// One feature with a dimension of its own.
    public static let dedicated = Polytope(name: "dedicated dimension", vertices: [[1]]) { _, _ in false }
    /// An antipodal pair.
    public static let digon = simplex("digon", dimension: 1)
    /// Three in a plane.
    public static let triangle = simplex("triangle", dimension: 2)
    /// Four in three dimensions.
    public static let tetrahedron = simplex("tetrahedron", dimension: 3)
    /// Five in four dimensions.
    public static let pentachoron = simplex("4-simplex", dimension: 4)
    /// Five in a plane.
    public static let pentagon = polygon("pentagon", vertices: 5)
    /// Six in a plane.
    public static let hexagon = polygon("hexagon", vertices: 6)
    /// Eight in three dimensions: two squares, one turned by 45°, at the distance that makes a tight frame.
    public static let squareAntiprism = squareAntiprism(
        // The same sum of squares along every axis: 8 h² = 8/3.
        squareOfHeight: 1.0 / 3)

    /// Two squares at $\pm h$, one turned by 45°, given $h^2$.
    private static func squareAntiprism(squareOfHeight: Double) -> Polytope {
        let height = squareOfHeight.squareRoot()
        let radius = (1 - squareOfHeight).squareRoot()
        let vertices = (0..<8).map { vertex in
            let angle = Double(vertex) * Double.pi / 4
            return [radius * Double.cos(angle), radius * Double.sin(angle), vertex % 2 == 0 ? height : -height]
        }
        // Around the axis the squares alternate: neighbours are of both squares, every other one is of the same.
        return Polytope(name: "square antiprism", vertices: vertices) { [1, 2, 6, 7].contains($1 - $0) }
    }

    /// The polytopes that are known by name, of high dimensionality first. None of them is a tegum product of others.
    public static let all = [
        dedicated, pentachoron, tetrahedron, triangle, digon, pentagon, squareAntiprism, hexagon,
    ]

    /// ``all``, and the square antiprism at other heights, which its symmetry leaves open: from that with equal edges,
    /// $h^2 = 0.26$, to the tight frame. Features are found in between.
    static let shapes =
        all + stride(from: 0.26, to: 1.0 / 3, by: 0.005).map { squareAntiprism(squareOfHeight: $0) }

    /// The polytope of $d + 1$ vertices at equal distances.
    private static func simplex(_ name: String, dimension: Int) -> Polytope {
        /// One vertex on the first axis, the others a simplex of one dimension less at −1/d.
        func vertices(_ d: Int) -> [[Double]] {
            guard d > 1 else { return [[1], [-1]] }
            let cosine = -1 / Double(d)
            let radius = (1 - cosine * cosine).squareRoot()
            let first = [1] + Array(repeating: 0.0, count: d - 1)
            return [first] + vertices(d - 1).map { [cosine] + $0.map { radius * $0 } }
        }
        return Polytope(name: name, vertices: vertices(dimension)) { _, _ in true }
    }

    private static func polygon(_ name: String, vertices count: Int) -> Polytope {
        let vertices = (0..<count).map { vertex in
            let angle = Double(vertex) * 2 * Double.pi / Double(count)
            return [Double.cos(angle), Double.sin(angle)]
        }
        return Polytope(name: name, vertices: vertices) { $1 - $0 == 1 || $1 - $0 == count - 1 }
    }

    /// The tegum product: the factors in orthogonal subspaces, their vertices side by side. A triangle and a digon make
    /// the triangular bipyramid, three digons the octahedron. (Section "The Geometry of Superposition".)
    ///
    /// - Complexity: O(vertices²).
    public static func tegumProduct(of factors: [Polytope], name: String) -> Polytope {
        let dimension = factors.reduce(0) { $0 + $1.dimension }
        var vertices: [[Double]] = []
        // For each vertex its factor, and where that factor's vertices begin.
        var origins: [(factor: Int, first: Int)] = []
        var axis = 0
        for (index, factor) in factors.enumerated() {
            let first = vertices.count
            for vertex in factor.vertices {
                let before = Array(repeating: 0.0, count: axis)
                vertices.append(before + vertex + Array(repeating: 0, count: dimension - axis - vertex.count))
                origins.append((index, first))
            }
            axis += factor.dimension
        }
        let edges = factors.map { Set($0.edges) }
        return Polytope(name: name, vertices: vertices) { i, j in
            let (factor, first) = origins[i]
            guard factor == origins[j].factor else { return true }
            // The segment of a digon runs through the centre: it is an edge of the digon, but not of a product.
            return factors[factor].dimension > 1 && edges[factor].contains(Edge(first: i - first, second: j - first))
        }
    }
}
