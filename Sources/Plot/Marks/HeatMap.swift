/// A matrix as coloured cells.
///
///     Axes(x: .linear().hidden(), y: .linear().reversed().hidden(), aspect: 1) {
///         HeatMap(rows: 20, columns: 20, .diverging, -1...1) { row, column in product[row, column] }
///     }
public struct HeatMap: Mark {
    private let image: ImageMark
    private let grid: Stroke?
    private let x: ClosedRange<Double>
    private let y: ClosedRange<Double>
    private let rows, columns: Int

    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - columns: the number of columns.
    ///   - map: the colours of the values.
    ///   - domain: the values at the ends of the map.
    ///   - x: what the columns span, from the first to the last; −½…columns−½ if nil, so that column j is at j.
    ///   - y: what the rows span, from row 0 to the last. Reverse the axis to have row 0 at the top.
    ///   - grid: lines between the cells.
    ///   - value: the matrix; cells that are not a number stay empty.
    /// - Precondition: `rows` and `columns` are not negative.
    public init(
        rows: Int, columns: Int, _ map: ColorMap, _ domain: ClosedRange<Double>, x: ClosedRange<Double>? = nil,
        y: ClosedRange<Double>? = nil, grid: Stroke? = nil, value: (_ row: Int, _ column: Int) -> Double
    ) {
        let values = (0..<max(rows, 0)).flatMap { row in (0..<max(columns, 0)).map { value(row, $0) } }
        self.init(
            rows: rows, columns: columns, x: x, y: y, grid: grid, map: map,
            telling: [CellValues(name: nil, values: values)]
        ) { map(values[$0 * columns + $1], in: domain) }
    }

    /// Cells with colours of their own, for instance of two quantities at once; `telling` has the numbers behind them.
    public init(
        rows: Int, columns: Int, x: ClosedRange<Double>? = nil, y: ClosedRange<Double>? = nil, grid: Stroke? = nil,
        telling: [CellValues] = [], color: (_ row: Int, _ column: Int) -> Color
    ) {
        self.init(
            rows: rows, columns: columns, x: x, y: y, grid: grid, map: nil, telling: telling, color: color)
    }

    private init(
        rows: Int, columns: Int, x: ClosedRange<Double>?, y: ClosedRange<Double>?, grid: Stroke?, map: ColorMap?,
        telling: [CellValues], color: (_ row: Int, _ column: Int) -> Color
    ) {
        self.rows = rows
        self.columns = columns
        self.x = x ?? -0.5...(Double(columns) - 0.5)
        self.y = y ?? -0.5...(Double(rows) - 0.5)
        self.grid = grid
        let raster = Raster(width: columns, height: rows) { x, y in color(rows - 1 - y, x) }
        image = ImageMark(raster, x: self.x, y: self.y, map: map, telling: telling)
    }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) { image.cover(&bounds) }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        image.draw(in: area, on: canvas)
        guard let grid, let start = area(Point(x.lowerBound, y.lowerBound)),
            let end = area(Point(x.upperBound, y.upperBound))
        else { return }
        let rect = Rect(start, end)
        var path = Path()
        for column in 1..<max(columns, 1) {
            let x = rect.minX + rect.width * Double(column) / Double(columns)
            path.append(Path([Point(x, rect.minY), Point(x, rect.maxY)]))
        }
        for row in 1..<max(rows, 1) {
            let y = rect.minY + rect.height * Double(row) / Double(rows)
            path.append(Path([Point(rect.minX, y), Point(rect.maxX, y)]))
        }
        area.clip(rect, on: canvas) { canvas.stroke(path, grid) }
    }
}
