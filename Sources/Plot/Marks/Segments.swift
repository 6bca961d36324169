/// Straight lines between pairs of points.
public struct Segments: Mark {
    private let starts: [Point]
    private let ends: [Point]
    private let colors: [Color]
    private let width: Double

    /// One line from each start to the end of the same index; the last colour goes on. `width` is in points.
    public init(from starts: [Point], to ends: [Point], colors: [Color] = [Palette.blue], width: Double = 1.25) {
        self.starts = starts
        self.ends = ends
        self.colors = colors
        self.width = width
    }

    /// Lines that all start at one point.
    public init(
        from start: Point = .zero, to ends: [Point], colors: [Color] = [Palette.blue], width: Double = 1.25
    ) {
        self.init(from: ends.map { _ in start }, to: ends, colors: colors, width: width)
    }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {
        for point in starts + ends { bounds.include(point) }
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        for (index, pair) in zip(starts, ends).enumerated() {
            guard let start = area(pair.0), let end = area(pair.1) else { continue }
            area.clip(Rect(start, end), on: canvas) {
                canvas.stroke(Path([start, end]), Stroke(colors.item(index), width: width))
            }
        }
    }
}
