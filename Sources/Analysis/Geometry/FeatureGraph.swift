import ToyModels

/// Which features of a model interfere: a graph of the represented features, with an edge where two directions are far
/// from orthogonal. Its components are the factors of a tegum product, polytopes in orthogonal subspaces.
/// (Section "The Geometry of Superposition".)
public struct FeatureGraph: Hashable, Sendable {
    /// Two features that interfere.
    public struct Edge: Hashable, Sendable {
        /// The feature of lower index.
        public let first: Int
        /// The feature of higher index.
        public let second: Int
        /// How much they interfere, $|W_i \cdot W_j|$.
        public let weight: Double
    }

    /// The $|\hat W_i \cdot \hat W_j|$ above which features are connected, unless another one is asked for. In the
    /// polytopes that trained models form, neighbours have 0.18 and more.
    public static let threshold = 0.15

    /// The nodes. Ascending.
    public let features: [Int]
    /// The edges, in ascending order of their features.
    public let edges: [Edge]
    /// The features that are connected: those with the most features first, otherwise by their first feature; each
    /// ascending.
    public let components: [[Int]]
    /// The largest $|\hat W_i \cdot \hat W_j|$ of features of different components: 0 if these are orthogonal. It is at
    /// most the threshold; how far below shows how clearly the components are apart.
    public let largestCosineAcross: Double

    /// The graph of some features of a model.
    ///
    /// Edges are decided by the cosine and not by $|W_i \cdot W_j|$, which is their weight as in the paper: whether two
    /// features share a subspace is a matter of direction, and a short feature would lose its edges.
    ///
    /// - Parameters:
    ///   - model: its encoder's columns are the directions.
    ///   - features: the nodes; those that the model represents if nil.
    ///   - threshold: features are connected if $|\hat W_i \cdot \hat W_j|$ is larger.
    /// - Complexity: O(*n*² *m*) for the model's *n* features.
    public init(of model: ToyModel, features: [Int]? = nil, threshold: Double = Self.threshold) {
        let nodes = features?.sorted() ?? model.represented()
        let gram = model.W.gram
        var graph = DisjointSets(count: nodes.count)
        var edges: [Edge] = []
        var cosines: [(a: Int, b: Int, cosine: Double)] = []
        for a in nodes.indices {
            for b in a + 1..<nodes.count {
                let (i, j) = (nodes[a], nodes[b])
                let lengths = (gram[i, i] * gram[j, j]).squareRoot()
                let cosine = lengths > 0 ? abs(gram[i, j]) / lengths : 0
                if cosine > threshold {
                    edges.append(Edge(first: i, second: j, weight: abs(gram[i, j])))
                    graph.join(a, b)
                } else {
                    cosines.append((a, b, cosine))
                }
            }
        }
        let sets = nodes.indices.map { graph.representative(of: $0) }
        self.features = nodes
        self.edges = edges
        components = Dictionary(grouping: nodes.indices) { sets[$0] }.values
            .map { $0.map { nodes[$0] } }
            .sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
        largestCosineAcross = cosines.reduce(0) { sets[$1.a] == sets[$1.b] ? $0 : max($0, $1.cosine) }
    }
}

/// Sets that can be joined.
private struct DisjointSets {
    private var parents: [Int]

    init(count: Int) { parents = Array(0..<count) }

    mutating func representative(of element: Int) -> Int {
        var element = element
        while parents[element] != element {
            parents[element] = parents[parents[element]]
            element = parents[element]
        }
        return element
    }

    mutating func join(_ a: Int, _ b: Int) {
        parents[representative(of: a)] = representative(of: b)
    }
}
