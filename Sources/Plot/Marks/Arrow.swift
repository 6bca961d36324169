/// A straight arrow from one point to another.
public struct Arrow: Mark {
    private let start: Point
    private let end: Point
    private let stroke: Stroke
    private let head: Double

    /// `head` is the length of the arrow's head in points.
    public init(
        from start: Point = .zero, to end: Point, color: Color = Palette.blue, width: Double = 1.25, head: Double = 6.5
    ) {
        self.start = start
        self.end = end
        stroke = Stroke(color, width: width)
        self.head = head
    }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {
        bounds.include(start)
        bounds.include(end)
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        canvas.tell(.points([end], colors: [stroke.color]))
        guard let start = area(start), let tip = area(end) else { return }
        let length = (tip - start).length
        guard length > 0 else { return }
        let along = (tip - start) * (1 / length)
        let across = Point(-along.y, along.x)
        // A short arrow is all head.
        let head = min(head, length)
        let base = tip - along * head
        canvas.stroke(Path([start, tip - along * (head * 0.8)]), stroke)
        let (left, right) = (base + across * (head * 0.38), base - across * (head * 0.38))
        canvas.fill(Path([tip, left, right], closed: true), stroke.color)
    }
}
