/// What a mark tells of itself while it is drawn, for readers who point at it.
///
///     canvas.tell(.points(points, in: area, name: "loss", color: color))
public struct Reading: Sendable {
    /// What is where.
    enum Shape: Sendable {
        /// Points of the data.
        case points([Point])
        /// Bars from their bases to their values, at places along the other axis.
        case bars(values: [Double], bases: [Double], places: [Double], width: Double, Bars.Direction)
        /// Points of the canvas, where places have no meaning.
        case places([Point])
        /// Cells over ranges of both axes, row by row from the lower end of y.
        case cells(Cells)
    }

    /// A matrix over a part of the plot area.
    struct Cells: Sendable {
        let rows, columns: Int
        let x, y: ClosedRange<Double>
        let layers: [CellValues]
        /// The colours, by which a colour bar is found that names the values.
        var map: ColorMap?
    }

    let shape: Shape
    /// What the marks have in common, in Pango markup.
    var name: String?
    /// One per mark; the last goes on. A legend or a named line may have a name for it.
    var colors: [Color] = []
    /// One per mark, in Pango markup; empty for those without.
    var labels: [String] = []
    /// Whether the bars stand on each other, so that their labels tell the values.
    var isStack = false

    /// Marks at points of the data.
    ///
    /// - Parameters:
    ///   - points: the points; those that the axes cannot show tell nothing.
    ///   - name: what they have in common, in Pango markup.
    ///   - colors: one per point; the last goes on. Where a legend has a colour, its text is told.
    ///   - labels: what each is, in Pango markup.
    public static func points(
        _ points: [Point], name: String? = nil, colors: [Color] = [], labels: [String] = []
    ) -> Reading { Reading(shape: .points(points), name: name, colors: colors, labels: labels) }

    /// Marks at points of the canvas, where the axes have no meaning.
    public static func places(_ places: [Point], labels: [String], colors: [Color] = []) -> Reading {
        Reading(shape: .places(places), colors: colors, labels: labels)
    }
}

/// Numbers of the cells of a picture, under a name.
public struct CellValues: Sendable, Hashable {
    /// What the numbers are, in Pango markup; nil to take the name of a colour bar with the same colours.
    let name: String?
    /// Row by row.
    let values: [Double]

    /// A matrix of numbers, row 0 at the lower end of the y axis.
    public init(_ name: String, rows: Int, columns: Int, value: (_ row: Int, _ column: Int) -> Double) {
        self.init(name: name, values: (0..<rows).flatMap { row in (0..<columns).map { value(row, $0) } })
    }

    init(name: String?, values: [Double]) {
        self.name = name
        self.values = values
    }
}
