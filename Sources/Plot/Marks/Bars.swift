/// Bars from a base to their values.
public struct Bars: Mark {
    /// The direction in which values grow.
    public enum Direction: Sendable { case up, right }

    private let values: [Double]
    private let positions: [Double]
    private let bases: [Double]
    private let colors: [Color]
    private let direction: Direction
    private let width: Double

    /// - Parameters:
    ///   - values: where the bars end.
    ///   - positions: along the other axis; the index of the bar if nil.
    ///   - bases: where the bars start; the last is repeated for bars without one, 0 if there is none.
    ///   - colors: one per bar; the last is repeated.
    ///   - direction: `.up` for columns, `.right` for horizontal bars.
    ///   - width: in units of the other axis.
    public init(
        _ values: [Double], at positions: [Double]? = nil, from bases: [Double] = [],
        colors: [Color] = [Palette.blue], direction: Direction = .up, width: Double = 0.8
    ) {
        self.values = values
        self.positions = positions ?? values.indices.map(Double.init)
        self.bases = bases
        self.colors = colors
        self.direction = direction
        self.width = width
    }

    private func base(_ index: Int) -> Double { bases.isEmpty ? 0 : bases[min(index, bases.count - 1)] }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {
        for (index, (value, position)) in zip(values, positions).enumerated() {
            for side in [position - 0.5, position + 0.5] {
                if direction == .up {
                    bounds.include(x: side, tight: true)
                } else {
                    bounds.include(y: side, tight: true)
                }
            }
            for (end, tight) in [(value, false), (base(index), true)] {
                if direction == .up {
                    bounds.include(y: end, tight: tight)
                } else {
                    bounds.include(x: end, tight: tight)
                }
            }
        }
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        canvas.tell(
            Reading(
                shape: .bars(values: values, bases: bases, places: positions, width: width, direction), colors: colors))
        for (index, (value, position)) in zip(values, positions).enumerated() {
            let (low, high) = (position - width / 2, position + width / 2)
            let corners =
                direction == .up
                ? (area.clampedX(low), area.clampedY(base(index)), area.clampedX(high), area.clampedY(value))
                : (area.clampedX(base(index)), area.clampedY(low), area.clampedX(value), area.clampedY(high))
            guard let x0 = corners.0, let y0 = corners.1, let x1 = corners.2, let y1 = corners.3 else { continue }
            let rect = Rect(Point(x0, y0), Point(x1, y1))
            if rect.width > 0, rect.height > 0 { canvas.fill(Path(rect), colors.item(index)) }
        }
    }
}
