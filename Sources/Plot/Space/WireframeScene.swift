/// A wireframe as it is seen in a plot area: flat shapes on the canvas, from the farthest to the nearest.
struct WireframeScene {
    /// A vertex on the canvas.
    struct Disc {
        let place: Point
        let radius: Double
        /// Whether it is in the plot area; the lines of one that is not are cut there.
        let isShown: Bool
    }

    /// One per vertex; nil where the scales cannot show it.
    let discs: [Disc?]
    /// The origin on the canvas.
    let center: Point?

    private let wireframe: Wireframe
    private let area: PlotArea
    /// The distance of the farthest vertex from the origin.
    private let radius: Double

    /// How much nearness adds to sizes, and how far distance goes towards the page's colour.
    private static let growth = 0.3
    private static let fading = 0.32
    private static let gap = 1.3

    init(_ wireframe: Wireframe, in area: PlotArea) {
        self.wireframe = wireframe
        self.area = area
        let viewpoint = wireframe.viewpoint
        let radius = wireframe.vertices.map(\.length).filter(\.isFinite).max() ?? 0
        self.radius = radius
        center = area(viewpoint.project(.zero))
        let limit = area.rect.expanded(by: 0.01)
        discs = wireframe.vertices.map { vertex in
            guard let place = area(viewpoint.project(vertex)) else { return nil }
            let depth = Self.depth(of: vertex, from: viewpoint, radius: radius)
            return Disc(
                place: place, radius: wireframe.size / 2 * (1 + Self.growth * depth), isShown: limit.contains(place))
        }
    }

    /// The smallest rectangle with all vertices in it.
    var placesBounds: Rect? {
        discs.compactMap(\.self).reduce(nil) { Rect($1.place, $1.place).union($0) }
    }

    /// The smallest rectangle with all discs in it that are shown.
    var discsBounds: Rect? {
        discs.compactMap(\.self).filter(\.isShown).reduce(nil) {
            Rect($1.place, $1.place).expanded(by: $1.radius).union($0)
        }
    }

    // MARK: - Depth

    /// From −1, as far behind the origin as the farthest vertex is from it, to 1.
    private static func depth(of point: Point3, from viewpoint: Viewpoint, radius: Double) -> Double {
        let depth = viewpoint.depth(point) / radius
        return depth.isNaN ? 0 : min(max(depth, -1), 1)
    }

    private func depth(_ point: Point3) -> Double { Self.depth(of: point, from: wireframe.viewpoint, radius: radius) }

    private func faded(_ color: Color, at depth: Double) -> Color {
        color.mixed(with: .white, Self.fading * (1 - depth)).opacity(color.alpha)
    }

    // MARK: - Shapes

    /// Shapes that are drawn over each other, all at one depth.
    private struct Item {
        let depth: Double
        let fills: [(path: Path, color: Color)]
    }

    func draw(on canvas: Canvas) {
        let spokes = wireframe.spokes ? wireframe.vertices.indices.flatMap(spoke) : []
        let items = wireframe.faces.compactMap(face) + spokes + wireframe.edges.flatMap(edge) + vertices()
        // The sort is stable by the index, so that the same scene is the same file.
        let order = items.enumerated().sorted { ($0.element.depth, $0.offset) < ($1.element.depth, $1.offset) }
        for (_, item) in order {
            for fill in item.fills { canvas.fill(fill.path, fill.color) }
        }
    }

    private func face(_ corners: [Int]) -> Item? {
        let places = corners.compactMap { discs[$0]?.place }
        guard places.count == corners.count, !corners.isEmpty else { return nil }
        let share = 1 / Double(corners.count)
        let depth = depth(corners.reduce(.zero) { $0 + wireframe.vertices[$1] * share })
        let mixture = corners.enumerated().dropFirst().reduce(wireframe.colors.item(corners[0])) { color, corner in
            color.mixed(with: wireframe.colors.item(corner.element), 1 / Double(corner.offset + 1))
        }
        return Item(depth: depth, fills: [(Path(places, closed: true), faded(mixture, at: depth).opacity(0.16))])
    }

    private func vertices() -> [Item] {
        discs.enumerated().compactMap { index, disc in
            guard let disc, disc.isShown, disc.radius > 0 else { return nil }
            let depth = depth(wireframe.vertices[index])
            let color = faded(wireframe.colors.item(index), at: depth)
            let light = disc.place - Point(0.28, 0.3) * disc.radius
            return Item(
                depth: depth,
                fills: [
                    (Path(circleAt: disc.place, radius: disc.radius), color),
                    (Path(circleAt: light, radius: 0.38 * disc.radius), color.mixed(with: .white.fixed, 0.4)),
                ])
        }
    }

    private func edge(_ ends: (Int, Int)) -> [Item] {
        guard let start = discs[ends.0], let end = discs[ends.1] else { return [] }
        let colors = (wireframe.colors.item(ends.0), wireframe.colors.item(ends.1))
        return line(
            from: wireframe.vertices[ends.0], start, to: wireframe.vertices[ends.1], end, colors, wireframe.width,
            gap: wireframe.faces.isEmpty ? Self.gap : 0)
    }

    private func spoke(_ index: Int) -> [Item] {
        guard let center, let end = discs[index] else { return [] }
        let color = wireframe.colors.item(index)
        return line(
            from: .zero, Disc(place: center, radius: 0, isShown: true), to: wireframe.vertices[index], end,
            (color, color),
            wireframe.width / 2, gap: 0)
    }

    /// A line between two vertices, as pieces short enough to be sorted by depth, each tapered. It ends at the
    /// vertices' discs. With a gap, what is behind it is cut, except near the ends, where other lines come together.
    private func line(
        from start: Point3, _ first: Disc, to end: Point3, _ last: Disc, _ colors: (Color, Color), _ width: Double,
        gap: Double
    ) -> [Item] {
        let way = last.place - first.place
        let length = way.length
        guard length.isFinite, length > first.radius + last.radius else { return [] }
        let along = way * (1 / length)
        let across = Point(-along.y, along.x)
        // Lines end under the discs, so that nothing shows between them.
        let (from, to) = (0.5 * first.radius / length, 1 - 0.5 * last.radius / length)
        let count = Int(min(max(length / 8, 2), 14))

        func at(_ share: Double) -> Point3 { start + (end - start) * share }
        func half(_ share: Double) -> Double { width / 2 * (1 + Self.growth * depth(at(share))) }
        func band(_ a: Double, _ b: Double, margin: Double, overlap: Double) -> Path {
            let (p, q) = (first.place + way * a - along * overlap, first.place + way * b + along * overlap)
            let (m, n) = (half(a) + margin, half(b) + margin)
            return Path([p + across * m, q + across * n, q - across * n, p - across * m], closed: true)
        }
        return (0..<count).map { index in
            let a = from + (to - from) * Double(index) / Double(count)
            let b = from + (to - from) * Double(index + 1) / Double(count)
            let middle = (a + b) / 2
            let depth = depth(at(middle))
            let color = faded(colors.0.mixed(with: colors.1, middle), at: depth)
            let isInside = min(middle, 1 - middle) * length > 3 * wireframe.size / 2 + 2
            let cut = gap > 0 && isInside ? [(band(a, b, margin: gap, overlap: 0), Color.white)] : []
            return Item(depth: depth, fills: cut + [(band(a, b, margin: 0, overlap: 0.2), color)])
        }
    }
}
