/// A symbol at every point.
public struct Points: Mark {
    /// What stands at a point.
    public enum Symbol: Sendable { case circle, square, diamond, cross }

    private let points: [Point]
    private let colors: [Color]
    private let size: Double
    private let symbol: Symbol
    private let outline: Stroke?
    private let labels: [String]

    /// One colour per point; the last is repeated for points without one. `size` is the diameter in points. `labels` say
    /// what each point is, in Pango markup, to readers who point at it.
    public init(
        _ points: [Point], colors: [Color], size: Double = 5, symbol: Symbol = .circle, outline: Stroke? = nil,
        labels: [String] = []
    ) {
        self.points = points
        self.colors = colors
        self.size = size
        self.symbol = symbol
        self.outline = outline
        self.labels = labels
    }

    /// All points in one colour. `size` is the diameter in points.
    public init(
        _ points: [Point], color: Color = Palette.blue, size: Double = 5, symbol: Symbol = .circle,
        outline: Stroke? = nil, labels: [String] = []
    ) {
        self.init(points, colors: [color], size: size, symbol: symbol, outline: outline, labels: labels)
    }

    /// A ring is known by its line.
    private var tellingColors: [Color] {
        if let outline, colors.allSatisfy({ $0.alpha == 0 || $0 == .white }) { return [outline.color] }
        return colors
    }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {
        for point in points { bounds.include(point) }
    }

    /// The points in the plot area, with their colours. A symbol on its edge is drawn whole.
    private func visible(in area: PlotArea) -> [(point: Point, color: Color)] {
        let limit = area.rect.expanded(by: 0.01)
        return points.enumerated().compactMap { index, point in
            guard let point = area(point), limit.contains(point) else { return nil }
            return (point, colors.item(index))
        }
    }

    /// What may lie beyond the plot area.
    public func reach(in area: PlotArea, _ typesetter: Typesetter) -> Rect? {
        let radius = size / 2 + (outline?.width ?? 0) / 2
        return visible(in: area).reduce(nil) { Rect($1.point, $1.point).expanded(by: radius).union($0) }
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        canvas.tell(.points(points, colors: tellingColors, labels: labels))
        drawSymbols(in: area, on: canvas)
    }

    func drawSymbols(in area: PlotArea, on canvas: Canvas) {
        for (point, color) in visible(in: area) {
            let path = path(at: point)
            if symbol == .cross {
                canvas.stroke(path, Stroke(color, width: max(size / 5, 0.75)))
            } else {
                canvas.fill(path, color)
                if let outline { canvas.stroke(path, outline) }
            }
        }
    }

    private func path(at center: Point) -> Path {
        let r = size / 2
        func at(_ dx: Double, _ dy: Double) -> Point { center + Point(dx * r, dy * r) }
        switch symbol {
        case .circle: return Path(circleAt: center, radius: r)
        case .square: return Path([at(-0.9, -0.9), at(0.9, -0.9), at(0.9, 0.9), at(-0.9, 0.9)], closed: true)
        case .diamond: return Path([at(0, -1.2), at(1.2, 0), at(0, 1.2), at(-1.2, 0)], closed: true)
        case .cross:
            var path = Path([at(-0.8, -0.8), at(0.8, 0.8)])
            path.append(Path([at(-0.8, 0.8), at(0.8, -0.8)]))
            return path
        }
    }
}
