/// Places for the nodes of a graph, its connected components apart from each other.
///
/// Each component is laid out on its own, with neighbours about a unit apart (`GraphShape` says how). The components,
/// from the largest to the smallest and those of one shape together, fill a box from its top left corner. The same
/// graph always has the same layout.
public struct GraphLayout: Sendable, Hashable {
    /// The place of every node in the box, y downwards.
    public let positions: [Point]
    /// The connected components in the order of their places: the indices of their nodes.
    public let components: [[Int]]
    /// What each component takes of the box, with half a unit or more of air around its nodes. No two overlap.
    public let boxes: [Rect]
    /// The distance of neighbours.
    public let unit: Double

    /// A layout in a box of the given size, as large as fits there with a `unit` of at most `longestUnit`.
    ///
    /// Edges without a positive weight join nothing. The time grows with the square of the largest component's nodes
    /// (some 40 ms for 300).
    ///
    /// - Precondition: the edges' indices are below `nodes`.
    public init(nodes: Int, edges: [Graph.Edge], in size: Size, longestUnit: Double = .infinity) {
        let shapes = GraphShape.components(nodes: nodes, edges: edges).sorted { $0.precedes($1) }
        let sizes = shapes.map(\.size)
        let packing = Packing(sizes, aspect: size.width / size.height)
        let fit = min(size.width / packing.size.width, size.height / packing.size.height)
        let unit = shapes.isEmpty ? 0 : max(min(fit, longestUnit), 0)

        let start = Point((size.width - unit * packing.size.width) / 2, (size.height - unit * packing.size.height) / 2)
        var positions = Array(repeating: Point.zero, count: nodes)
        for (shape, origin) in zip(shapes, packing.origins) {
            for (node, position) in zip(shape.nodes, shape.positions) {
                positions[node] = start + (origin + position) * unit
            }
        }
        self.positions = positions
        components = shapes.map(\.nodes)
        boxes = zip(packing.origins, sizes).map { origin, size in
            let corner = start + origin * unit
            return Rect(x: corner.x, y: corner.y, width: size.width * unit, height: size.height * unit)
        }
        self.unit = unit
    }
}
