/// Nodes and the edges between them.
///
///     Axes(x: .linear().hidden(), y: .linear().hidden(), height: 160) {
///         Graph(nodes: 3, edges: [.init(0, 1, 0.5), .init(1, 2, 0.9)], colors: [Palette.blue])
///     }
public struct Graph: Mark {
    /// A line between two nodes.
    public struct Edge: Sendable, Hashable {
        let start, end: Int
        let weight: Double
        let color: Color?

        /// An edge between two nodes, by their indices. A weight of 1 or more draws the line dark and in full width, a
        /// smaller one lighter and thinner; without a positive weight there is no line.
        public init(_ start: Int, _ end: Int, _ weight: Double = 1, color: Color? = nil) {
            self.start = start
            self.end = end
            self.weight = weight
            self.color = color
        }
    }

    private let nodes: Int
    private let positions: [Point]?
    private let edges: [Edge]
    private let colors: [Color]
    private let size: Double
    private let width: Double
    private let names: [String]

    private init(
        nodes: Int, positions: [Point]?, edges: [Edge], colors: [Color], size: Double, width: Double, names: [String]
    ) {
        for edge in edges {
            precondition(
                (0..<nodes).contains(edge.start) && (0..<nodes).contains(edge.end), "an edge joins nodes that exist")
        }
        self.nodes = nodes
        self.positions = positions
        self.edges = edges
        self.colors = colors
        self.size = size
        self.width = width
        self.names = (0..<nodes).map { $0 < names.count ? names[$0] : "node \($0 + 1)" }
    }

    /// A graph that fills the plot area, its components apart: see `GraphLayout`.
    ///
    /// - Parameters:
    ///   - nodes: their number.
    ///   - edges: which nodes are joined, and how strongly.
    ///   - colors: one per node; the last is repeated.
    ///   - size: the diameter of the nodes in points, less where they are closer.
    ///   - width: of an edge of weight 1, in points.
    ///   - names: what each node is, for readers who point at it.
    /// - Precondition: the edges' indices are below `nodes`.
    /// - Complexity: the layout's, see ``GraphLayout``, at every drawing.
    public init(
        nodes: Int, edges: [Edge], colors: [Color] = [Palette.blue], size: Double = 5, width: Double = 1.5,
        names: [String] = []
    ) {
        self.init(nodes: nodes, positions: nil, edges: edges, colors: colors, size: size, width: width, names: names)
    }

    /// A graph whose nodes are at points of the data.
    ///
    /// - Precondition: the edges' indices are those of `positions`.
    public init(
        positions: [Point], edges: [Edge], colors: [Color] = [Palette.blue], size: Double = 5, width: Double = 1.5,
        names: [String] = []
    ) {
        self.init(
            nodes: positions.count, positions: positions, edges: edges, colors: colors, size: size, width: width,
            names: names)
    }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {
        for point in positions ?? [] { bounds.include(point) }
    }

    /// What may lie beyond the plot area.
    public func reach(in area: PlotArea, _ typesetter: Typesetter) -> Rect? {
        positions.flatMap { Points($0, size: size).reach(in: area, typesetter) }
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        if let positions {
            draw(positions.map { area($0) }, size: size, in: area, on: canvas)
        } else {
            // Edges of a small graph stay in proportion to its nodes.
            let layout = GraphLayout(nodes: nodes, edges: edges, in: area.rect.size, longestUnit: 4 * size)
            let corner = Point(area.rect.minX, area.rect.minY)
            draw(
                layout.positions.map { corner + $0 }, size: min(size, 0.55 * layout.unit), in: area, on: canvas)
        }
    }

    /// A node tells with how many others it is joined.
    private func tell(_ places: [Point?], on canvas: Canvas) {
        var degrees = Array(repeating: 0, count: nodes)
        for edge in edges where edge.weight > 0 {
            degrees[edge.start] += 1
            degrees[edge.end] += 1
        }
        let shown = places.indices.compactMap { index in places[index].map { (index, $0) } }
        canvas.tell(
            .places(
                shown.map(\.1), labels: shown.map { "\(names[$0.0]), joined with \(degrees[$0.0])" },
                colors: shown.map { colors.item($0.0) }))
    }

    private func draw(_ places: [Point?], size: Double, in area: PlotArea, on canvas: Canvas) {
        let width = width * size / self.size
        tell(places, on: canvas)
        // Strong edges over weak ones.
        for edge in edges.filter({ $0.weight > 0 }).sorted(by: { $0.weight < $1.weight }) {
            guard let start = places[edge.start], let end = places[edge.end] else { continue }
            let weight = min(edge.weight, 1)
            let color = edge.color ?? Color(gray: 0.25)
            area.clip(Rect(start, end), on: canvas) {
                canvas.stroke(
                    Path([start, end]),
                    Stroke(color.opacity(color.alpha * (0.25 + 0.75 * weight)), width: width * (0.25 + 0.75 * weight)))
            }
        }
        let limit = area.rect.expanded(by: 0.01)
        for (index, place) in places.enumerated() {
            guard let place, limit.contains(place) else { continue }
            canvas.fill(Path(circleAt: place, radius: size / 2), colors.item(index))
        }
    }
}
