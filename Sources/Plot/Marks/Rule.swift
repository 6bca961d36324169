/// A line across the plot area at one value.
public struct Rule: Mark {
    private let value: Double
    private let isVertical: Bool
    private let stroke: Stroke
    private let label: String?

    /// A vertical line; its label stands above the plot area.
    public init(x: Double, _ stroke: Stroke = Theme.standard.rule, label: String? = nil) {
        value = x
        isVertical = true
        self.stroke = stroke
        self.label = label
    }

    /// A horizontal line; its label stands at its right end, beside the plot area.
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

    /// A vertical line's label: above the plot area, where no mark is.
    private func text(in area: PlotArea, _ typesetter: Typesetter) -> (SetText, Point)? {
        guard isVertical, let label, let ends = ends(in: area) else { return nil }
        let style = typesetter.theme.annotation.colored(stroke.color)
        return (typesetter.set(label, style), ends.1 - Point(0, area.axes.top + 3))
    }

    /// What may lie beyond the plot area.
    public func reach(in area: PlotArea, _ typesetter: Typesetter) -> Rect? {
        text(in: area, typesetter).map { $0.0.bounds(at: $0.1, .bottom) }
    }

    /// A horizontal line's label keeps clear of those of other lines.
    public func endLabels(in area: PlotArea) -> [EndLabel] {
        guard !isVertical, let label, let ends = ends(in: area) else { return [] }
        return [EndLabel(label, at: ends.1, color: stroke.color)]
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        guard let ends = ends(in: area) else { return }
        canvas.stroke(Path([ends.0, ends.1]), stroke)
        if let (text, point) = text(in: area, canvas.typesetter) { canvas.draw(text, at: point, .bottom) }
    }
}
