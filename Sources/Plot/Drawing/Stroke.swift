/// How a line is drawn. Widths and dash lengths are in points.
public struct Stroke: Sendable, Hashable {
    /// The colour of the line.
    public var color: Color
    /// In points.
    public var width: Double
    /// Lengths of dashes and gaps, in points; empty for a solid line.
    public var dash: [Double]

    /// A solid or dashed line.
    public init(_ color: Color, width: Double = 1, dash: [Double] = []) {
        self.color = color
        self.width = width
        self.dash = dash
    }
}
