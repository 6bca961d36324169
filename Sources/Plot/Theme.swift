/// The look of all figures: one family, one scale of sizes, thin axes. Sizes are in points.
public struct Theme: Sendable, Hashable {
    /// The families to try, in order; see `TextStyle` for sizes.
    public var family = "Inter, sans-serif"

    public var title = TextStyle(size: 8.5, weight: .semibold)
    public var axisLabel = TextStyle(size: 8)
    public var tick = TextStyle(size: 7, color: Color(gray: 0.3))
    public var annotation = TextStyle(size: 7.5)

    public var ink = Color(gray: 0.13)
    public var axis = Stroke(Color(gray: 0.35), width: 0.6)
    public var border = Stroke(Color(gray: 0.72), width: 0.5)
    public var rule = Stroke(Color(gray: 0.5), width: 0.6)
    public var background = Color.white

    public var tickLength = 3.0
    public var minorTickLength = 1.8
    /// Between a tick and its label.
    public var tickGap = 2.5
    /// Between the ticks' labels and the axis' label, and between a title and what it is above.
    public var labelGap = 5.0
    /// Between blocks that stand above each other.
    public var blockSpacing = 12.0
    /// Around the figure.
    public var margin = 3.0

    public static let standard = Theme()
}

/// Size in points, weight and colour of a text.
public struct TextStyle: Sendable, Hashable {
    public enum Weight: Int, Sendable { case regular = 400, medium = 500, semibold = 600 }

    public var size: Double
    public var weight: Weight
    public var color: Color

    public init(size: Double, weight: Weight = .regular, color: Color = Color(gray: 0.13)) {
        self.size = size
        self.weight = weight
        self.color = color
    }

    func colored(_ color: Color?) -> TextStyle { TextStyle(size: size, weight: weight, color: color ?? self.color) }
}
