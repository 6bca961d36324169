/// The rectangle in which marks are drawn, with the scales that map data to it.
public struct PlotArea: Sendable {
    /// On the canvas, in points.
    public let rect: Rect
    /// The scale of the x axis.
    public let x: Scale
    /// The scale of the y axis.
    public let y: Scale
    /// What the axes take around the rectangle, for marks that annotate it from outside.
    public internal(set) var axes = Insets()

    init(rect: Rect, x: Scale, y: Scale) {
        self.rect = rect
        self.x = x
        self.y = y
    }

    /// Where a value of the x axis is on the canvas; nil for what the scale cannot show.
    public func x(_ value: Double) -> Double? { x.fraction(of: value).map { rect.minX + $0 * rect.width } }

    /// Where a value of the y axis is on the canvas; nil for what the scale cannot show.
    public func y(_ value: Double) -> Double? { y.fraction(of: value).map { rect.maxY - $0 * rect.height } }

    /// Where a point of the data is on the canvas; nil for what the scales cannot show.
    public func callAsFunction(_ point: Point) -> Point? {
        guard let x = x(point.x), let y = y(point.y) else { return nil }
        return Point(x, y)
    }

    /// Like `x(_:)`, but what lies beyond an end (zero on a logarithmic axis) is moved to it.
    func clampedX(_ value: Double) -> Double? {
        value.isNaN ? nil : x(min(max(value, x.domain.lowerBound), x.domain.upperBound))
    }

    func clampedY(_ value: Double) -> Double? {
        value.isNaN ? nil : y(min(max(value, y.domain.lowerBound), y.domain.upperBound))
    }

    /// Draws `body`, cut at the plot area only if `bounds` reaches beyond it.
    func clip(_ bounds: Rect?, on canvas: Canvas, _ body: () -> Void) {
        let limit = rect.expanded(by: 0.01)
        guard let bounds, bounds != limit.intersection(bounds) else { return body() }
        canvas.clipped(to: rect, body)
    }
}

extension Rect {
    fileprivate func intersection(_ other: Rect) -> Rect {
        Rect(
            Point(max(minX, other.minX), max(minY, other.minY)), Point(min(maxX, other.maxX), min(maxY, other.maxY)))
    }
}
