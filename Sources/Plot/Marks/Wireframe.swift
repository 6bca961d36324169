/// A polyhedron, or any points and lines in space.
///
/// What is nearer to the eye is drawn over what is farther; it is darker, lines are wider and vertices larger there.
/// A near edge leaves a gap in what it crosses, unless there are faces.
///
///     Wireframe(vertices: octahedron, edges: [(0, 2), (0, 3)], colors: colors, spokes: true, labels: dimensionalities)
public struct Wireframe: Mark {
    let vertices: [Point3]
    let edges: [(Int, Int)]
    let faces: [[Int]]
    let colors: [Color]
    let viewpoint: Viewpoint
    let size: Double
    let width: Double
    let spokes: Bool
    let labels: [String]

    /// - Parameters:
    ///   - vertices: in the units of the data. The axes want an aspect of 1.
    ///   - edges: pairs of indices of vertices. An edge passes from the colour of one to that of the other.
    ///   - faces: translucent polygons, by the indices of their corners along the outline.
    ///   - colors: one per vertex; the last is repeated.
    ///   - viewpoint: where the eye is.
    ///   - size: the diameter of a vertex at the depth of the origin, in points; 0 for none.
    ///   - width: of an edge at the depth of the origin, in points.
    ///   - spokes: whether a thin line joins every vertex to the origin.
    ///   - labels: Pango markup beside the vertices, on the side away from the origin; a vertex without a text has
    ///     none.
    /// - Precondition: the indices are below the number of vertices.
    public init(
        vertices: [Point3], edges: [(Int, Int)], faces: [[Int]] = [], colors: [Color] = [Palette.blue],
        viewpoint: Viewpoint = Viewpoint(), size: Double = 6, width: Double = 1.5, spokes: Bool = false,
        labels: [String] = []
    ) {
        let indices = edges.flatMap { [$0.0, $0.1] } + faces.flatMap(\.self)
        precondition(indices.allSatisfy(vertices.indices.contains), "edges and faces join vertices that exist")
        self.vertices = vertices
        self.edges = edges
        self.faces = faces
        self.colors = colors
        self.viewpoint = viewpoint
        self.size = size
        self.width = width
        self.spokes = spokes
        self.labels = labels
    }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {
        for vertex in vertices { bounds.include(viewpoint.project(vertex)) }
    }

    /// What may lie beyond the plot area.
    public func reach(in area: PlotArea, _ typesetter: Typesetter) -> Rect? {
        let scene = WireframeScene(self, in: area)
        let texts = placedLabels(in: scene, typesetter).map { $0.text.bounds(at: $0.point, .center) }
        return texts.reduce(scene.discsBounds) { $1.union($0) }
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        let scene = WireframeScene(self, in: area)
        let shown = scene.discs.enumerated().compactMap { index, disc in disc.map { (index, $0.place) } }
        canvas.tell(
            .places(
                shown.map(\.1),
                labels: shown.map { index, _ in
                    let text = labels.indices.contains(index) ? labels[index] : ""
                    return "vertex \(index + 1)" + (text.isEmpty ? "" : ": " + text)
                }, colors: shown.map { colors.item($0.0) }))
        area.clip(scene.placesBounds, on: canvas) { scene.draw(on: canvas) }
        for label in placedLabels(in: scene, canvas.typesetter) {
            canvas.draw(label.text, at: label.point, .center, halo: .white)
        }
    }

    /// The labels, each pushed away from the origin until it is clear of its vertex.
    private func placedLabels(in scene: WireframeScene, _ typesetter: Typesetter) -> [(text: SetText, point: Point)] {
        zip(labels, scene.discs).compactMap { label, disc in
            guard let disc, disc.isShown, let center = scene.center, !label.isEmpty else { return nil }
            let text = typesetter.set(label, typesetter.theme.annotation)
            let way = disc.place - center
            let away = way.length > 1 ? way * (1 / way.length) : Point(0, -1)
            let half = abs(away.x) * text.width / 2 + abs(away.y) * text.height / 2
            return (text, disc.place + away * (disc.radius + 3 + half))
        }
    }
}
