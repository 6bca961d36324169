/// A bracket outside the plot area, over a range of one of its sides, with a text: “the <i>m</i> most important”.
public struct Bracket: Mark {
    private let edge: Edge
    private let range: ClosedRange<Double>
    private let label: String
    private let color: Color?

    /// A bracket on a side of the plot area, over a range of the axis along that side. Pango markup.
    public init(_ edge: Edge, over range: ClosedRange<Double>, _ label: String, color: Color? = nil) {
        self.edge = edge
        self.range = range
        self.label = label
        self.color = color
    }

    private static let gap = 3.0
    private static let depth = 3.0

    private struct Shape {
        let path: Path
        let text: SetText
        let point: Point
        let anchor: Anchor
        let angle: Double
    }

    private func shape(in area: PlotArea, _ typesetter: Typesetter) -> Shape? {
        let rect = area.rect
        let ends =
            edge.isHorizontal
            ? (area.clampedX(range.lowerBound), area.clampedX(range.upperBound))
            : (area.clampedY(range.lowerBound), area.clampedY(range.upperBound))
        guard let first = ends.0, let last = ends.1, first != last else { return nil }
        /// The point at a position along the side and a distance outwards of what the axis takes.
        func at(_ position: Double, _ distance: Double) -> Point {
            switch edge {
            case .top: Point(position, rect.minY - area.axes.top - Self.gap - distance)
            case .bottom: Point(position, rect.maxY + area.axes.bottom + Self.gap + distance)
            case .left: Point(rect.minX - area.axes.left - Self.gap - distance, position)
            case .right: Point(rect.maxX + area.axes.right + Self.gap + distance, position)
            }
        }
        let style = typesetter.theme.annotation.colored(color)
        return Shape(
            path: Path([at(first, 0), at(first, Self.depth), at(last, Self.depth), at(last, 0)]),
            text: typesetter.set(label, style), point: at((first + last) / 2, Self.depth + 3.5),
            anchor: edge == .top || edge == .left ? .bottom : .top, angle: edge.isHorizontal ? 0 : -.pi / 2)
    }

    /// What may lie beyond the plot area.
    public func reach(in area: PlotArea, _ typesetter: Typesetter) -> Rect? {
        shape(in: area, typesetter).map { $0.text.bounds(at: $0.point, $0.anchor, angle: $0.angle) }
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        guard let shape = shape(in: area, canvas.typesetter) else { return }
        var stroke = canvas.theme.axis
        if let color { stroke.color = color }
        canvas.stroke(shape.path, stroke)
        canvas.draw(shape.text, at: shape.point, shape.anchor, angle: shape.angle)
    }
}
