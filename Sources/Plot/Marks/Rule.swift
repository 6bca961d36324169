/// A line across the plot area at one value.
public struct Rule: Mark {
    private let value: Double
    private let isVertical: Bool
    private let stroke: Stroke
    private let label: String?

    /// A vertical line; its label stands at the top, on its right.
    public init(x: Double, _ stroke: Stroke = Theme.standard.rule, label: String? = nil) {
        value = x
        isVertical = true
        self.stroke = stroke
        self.label = label
    }

    /// A horizontal line; its label stands above it, at its right end.
    public init(y: Double, _ stroke: Stroke = Theme.standard.rule, label: String? = nil) {
        value = y
        isVertical = false
        self.stroke = stroke
        self.label = label
    }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {
        if isVertical { bounds.include(x: value) } else { bounds.include(y: value) }
    }

    private func ends(in area: PlotArea) -> (Point, Point)? {
        let rect = area.rect
        guard let at = isVertical ? area.x(value) : area.y(value) else { return nil }
        let ends =
            isVertical
            ? (Point(at, rect.maxY), Point(at, rect.minY)) : (Point(rect.minX, at), Point(rect.maxX, at))
        return rect.expanded(by: 0.01).contains(ends.0) ? ends : nil
    }

    private func text(in area: PlotArea, _ typesetter: Typesetter) -> (SetText, Point, Anchor)? {
        guard let label, let ends = ends(in: area) else { return nil }
        let text = typesetter.set(label, typesetter.theme.annotation.colored(stroke.color))
        return isVertical
            ? (text, ends.1 + Point(3, 1), .topLeft) : (text, ends.1 + Point(0, -3), .bottomRight)
    }

    /// What may lie beyond the plot area.
    public func reach(in area: PlotArea, _ typesetter: Typesetter) -> Rect? {
        text(in: area, typesetter).map { $0.0.bounds(at: $0.1, $0.2) }
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        guard let ends = ends(in: area) else { return }
        canvas.stroke(Path([ends.0, ends.1]), stroke)
        if let (text, point, anchor) = text(in: area, canvas.typesetter) {
            canvas.draw(text, at: point, anchor, halo: canvas.theme.background)
        }
    }
}
