/// A line through points in the order given, with gaps where one cannot be shown.
public struct Line: Mark {
    private let points: [Point]
    private let color: Color
    private let width: Double
    private let dash: [Double]
    private let dots: Double
    private let label: String?

    /// - Parameters:
    ///   - points: in the units of the data.
    ///   - color: of the line, its dots and its label.
    ///   - width: in points.
    ///   - dash: lengths of dashes and gaps, in points.
    ///   - dots: the diameter of a dot at every point, in points; 0 for none.
    ///   - label: the line's name, set at its end in its colour. Pango markup.
    public init(
        _ points: [Point], color: Color = Palette.blue, width: Double = 1.25, dash: [Double] = [], dots: Double = 0,
        label: String? = nil
    ) {
        self.points = points
        self.color = color
        self.width = width
        self.dash = dash
        self.dots = dots
        self.label = label
    }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {
        for point in points where bounds.canShow(point) {
            bounds.include(x: point.x, tight: true)
            bounds.include(y: point.y)
        }
    }

    /// The label, where the line leaves the plot area or ends.
    public func endLabels(in area: PlotArea) -> [EndLabel] {
        let rect = area.rect.expanded(by: 0.01)
        let shown = points.map { area($0) }
        let points = shown.compactMap(\.self).filter(rect.contains)
        let ends = points.map { $0 + Point(dots / 2, 0) } + zip(shown, shown.dropFirst()).flatMap(rect.crossings)
        guard let label, let end = ends.max(by: { $0.x < $1.x }) else { return [] }
        return [EndLabel(label, at: end, color: color)]
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        canvas.tell(.points(points, name: label, colors: [color]))
        var path = Path()
        var bounds: Rect?
        var isDrawing = false
        for point in points {
            guard let point = area(point) else {
                isDrawing = false
                continue
            }
            if isDrawing { path.line(to: point) } else { path.move(to: point) }
            isDrawing = true
            bounds = Rect(point, point).union(bounds)
        }
        area.clip(bounds, on: canvas) { canvas.stroke(path, Stroke(color, width: width, dash: dash)) }
        if dots > 0 { Points(points, color: color, size: dots).drawSymbols(in: area, on: canvas) }
    }
}

extension Rect {
    /// Where a segment crosses the sides.
    fileprivate func crossings(from start: Point?, to end: Point?) -> [Point] {
        guard let start, let end else { return [] }
        let (dx, dy) = (end.x - start.x, end.y - start.y)
        let shares = [(minX - start.x) / dx, (maxX - start.x) / dx, (minY - start.y) / dy, (maxY - start.y) / dy]
        return shares.filter { (0...1).contains($0) }.map { Point(start.x + $0 * dx, start.y + $0 * dy) }
            .filter(expanded(by: 0.01).contains)
    }
}
