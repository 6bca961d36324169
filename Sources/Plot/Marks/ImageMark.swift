/// A picture over a range of both axes. Its rows and columns are evenly spaced on the page, so that on a
/// logarithmic axis they are at equal ratios.
public struct ImageMark: Mark {
    private let raster: Raster
    private let x: ClosedRange<Double>
    private let y: ClosedRange<Double>
    private let map: ColorMap?
    private let telling: [CellValues]

    /// The picture's columns run from the lower to the upper end of `x`, its rows from the upper to the lower end
    /// of `y`, on reversed axes too. `telling` has the numbers behind the colours.
    public init(
        _ raster: Raster, x: ClosedRange<Double>, y: ClosedRange<Double>, telling: [CellValues] = []
    ) {
        self.init(raster, x: x, y: y, map: nil, telling: telling)
    }

    init(
        _ raster: Raster, x: ClosedRange<Double>, y: ClosedRange<Double>, map: ColorMap?, telling: [CellValues]
    ) {
        self.raster = raster
        self.x = x
        self.y = y
        self.map = map
        self.telling = telling.filter { $0.values.count == raster.width * raster.height }
    }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {
        for value in [x.lowerBound, x.upperBound] { bounds.include(x: value, tight: true) }
        for value in [y.lowerBound, y.upperBound] { bounds.include(y: value, tight: true) }
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        guard let start = area(Point(x.lowerBound, y.upperBound)), let end = area(Point(x.upperBound, y.lowerBound))
        else { return }
        let rect = Rect(start, end)
        if !telling.isEmpty {
            let cells = Reading.Cells(
                rows: raster.height, columns: raster.width, x: x, y: y, layers: telling, map: map)
            canvas.tell(Reading(shape: .cells(cells)))
        }
        let shown = raster.flipped(horizontally: end.x < start.x, vertically: end.y < start.y)
        area.clip(rect, on: canvas) { canvas.draw(shown, in: rect) }
    }
}
