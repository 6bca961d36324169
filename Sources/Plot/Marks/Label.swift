/// A text in a plot area, in Pango markup. The margins make room for one that reaches beyond it.
public struct Label: Mark {
    private enum Place {
        case data(Point)
        case fraction(Point)
    }

    private let text: String
    private let place: Place
    private let anchor: Anchor
    private let offset: Point
    private let color: Color?
    private let size: Double?
    private let halo: Color?

    /// A text at a point of the data: `anchor` is the part of the text that sits there, moved by `offset` points
    /// (x to the right, y downwards). `size` is in points, the theme's if nil. A halo keeps it legible on pictures.
    public init(
        _ text: String, at point: Point, anchor: Anchor = .center, offset: Point = .zero, color: Color? = nil,
        size: Double? = nil, halo: Color? = nil
    ) {
        self.text = text
        place = .data(point)
        self.anchor = anchor
        self.offset = offset
        self.color = color
        self.size = size
        self.halo = halo
    }

    /// A text in a corner, at a side or in the middle of the plot area.
    public init(
        _ text: String, inside anchor: Anchor, color: Color? = nil, size: Double? = nil, halo: Color? = nil
    ) {
        self.text = text
        place = .fraction(Point(anchor.x, anchor.y))
        self.anchor = anchor
        offset = Point((0.5 - anchor.x) * 8, (0.5 - anchor.y) * 8)
        self.color = color
        self.size = size
        self.halo = halo
    }

    private func point(in area: PlotArea) -> Point? {
        switch place {
        case .data(let point):
            // A label belongs to data that is shown; `offset` may take it out of the plot area, the data may not.
            area(point).flatMap { area.rect.expanded(by: 0.01).contains($0) ? $0 + offset : nil }
        case .fraction(let p):
            Point(area.rect.minX + p.x * area.rect.width, area.rect.minY + p.y * area.rect.height) + offset
        }
    }

    private func set(_ typesetter: Typesetter) -> SetText {
        var style = typesetter.theme.annotation.colored(color)
        if let size { style.size = size }
        return typesetter.set(text, style)
    }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {
        if case .data(let point) = place { bounds.include(point) }
    }

    /// What may lie beyond the plot area.
    public func reach(in area: PlotArea, _ typesetter: Typesetter) -> Rect? {
        point(in: area).map { set(typesetter).bounds(at: $0, anchor) }
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        guard let point = point(in: area) else { return }
        canvas.draw(set(canvas.typesetter), at: point, anchor, halo: halo)
    }
}
