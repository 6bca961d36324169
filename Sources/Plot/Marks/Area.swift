/// The area between two curves.
public struct Area: Mark {
    private let x: [Double]
    private let lower: [Double]
    private let upper: [Double]
    private let color: Color

    /// The area from `lower` (0 where it has no value) up to `upper`, at the values of `x`; gaps where one of them
    /// is not a number.
    public init(x: [Double], from lower: [Double] = [], to upper: [Double], color: Color = Palette.blue) {
        self.x = x
        self.lower = lower
        self.upper = upper
        self.color = color
    }

    /// One area on top of the other, in the order given. A layer that is not a number counts as empty.
    public static func stack(x: [Double], _ layers: [[Double]], colors: [Color]) -> [Area] {
        var base = x.map { _ in 0.0 }
        return layers.enumerated().map { index, layer in
            let top = zip(base, layer).map { $1.isFinite ? $0 + $1 : $0 }
            defer { base = top }
            return Area(x: x, from: base, to: top, color: colors.item(index))
        }
    }

    private func lower(_ index: Int) -> Double { index < lower.count ? lower[index] : 0 }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {
        for (index, (x, upper)) in zip(x, upper).enumerated() {
            bounds.include(x: x, tight: true)
            bounds.include(y: upper)
            bounds.include(y: lower(index), tight: lower(index) == 0)
        }
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        canvas.tell(.points(zip(x, upper).map { Point($0, $1) }, colors: [color]))
        var path = Path()
        var bounds: Rect?
        var run: [(low: Point, high: Point)] = []
        func close() {
            if run.count > 1 { path.append(Path(run.map(\.high) + run.reversed().map(\.low), closed: true)) }
            run = []
        }
        for (index, (x, upper)) in zip(x, upper).enumerated() {
            // The lower curve may be 0 on a logarithmic axis, which lies beyond its end; the upper one may not.
            guard let top = area(Point(x, upper)), let bottom = area.y(lower(index)) ?? area.clampedY(lower(index))
            else {
                close()
                continue
            }
            run.append((Point(top.x, bottom), top))
            bounds = Rect(Point(top.x, bottom), top).union(bounds)
        }
        close()
        area.clip(bounds, on: canvas) { canvas.fill(path, color) }
    }
}
