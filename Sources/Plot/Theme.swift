/// The look of all figures: one family, one scale of sizes, thin axes. Sizes are in points.
public struct Theme: Sendable, Hashable {
    /// The kind of page that figures stand on.
    public var appearance = Appearance.light

    /// The families to try, in order; see `TextStyle` for sizes.
    public var family = "Inter, sans-serif"

    /// Over a grid, its columns and its rows.
    public var heading = TextStyle(size: 8.5, weight: .semibold)
    /// Over a panel.
    public var title = TextStyle(size: 8, weight: .medium)
    /// What an axis shows.
    public var axisLabel = TextStyle(size: 8)
    /// The numbers at ticks.
    public var tick = TextStyle(size: 7, color: Color(gray: 0.3))
    /// Labels among the marks, names of lines, legends.
    public var annotation = TextStyle(size: 7.5)

    /// Axes, ticks and brackets.
    public var axis = Stroke(Color(gray: 0.35), width: 0.6)
    /// Frames around plot areas and colour bars.
    public var border = Stroke(Color(gray: 0.72), width: 0.5)
    /// Reference lines.
    public var rule = Stroke(Color(gray: 0.5), width: 0.6)
    /// The page.
    public var background = Color.white

    /// The length of a tick with a label.
    public var tickLength = 3.0
    /// The length of a tick without a label.
    public var minorTickLength = 1.8
    /// Between a tick and its label.
    public var tickGap = 2.5
    /// Between the ticks' labels and the axis' label, and between a title and what it is above.
    public var labelGap = 4.0
    /// Between blocks that stand above each other.
    public var blockSpacing = 12.0
    /// Around the figure.
    public var margin = 3.0

    /// The theme of all figures unless said otherwise.
    public static let standard = Theme()

    /// The same theme on a page of another kind.
    public func on(_ appearance: Appearance) -> Theme {
        var theme = self
        theme.appearance = appearance
        return theme
    }
}

/// Size in points, weight and colour of a text.
public struct TextStyle: Sendable, Hashable {
    /// How bold letters are, in the numbers of CSS.
    public enum Weight: Int, Sendable { case regular = 400, medium = 500, semibold = 600 }

    /// The font size, in points.
    public var size: Double
    /// How bold the letters are.
    public var weight: Weight
    /// The colour of the letters.
    public var color: Color

    /// A style; `size` in points.
    public init(size: Double, weight: Weight = .regular, color: Color = Color(gray: 0.13)) {
        self.size = size
        self.weight = weight
        self.color = color
    }

    func colored(_ color: Color?) -> TextStyle { TextStyle(size: size, weight: weight, color: color ?? self.color) }
}
