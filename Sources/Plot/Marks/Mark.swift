/// Something drawn in a plot area from data.
///
/// Values that the scales cannot show (not a number, infinite, not positive on a logarithmic axis) are skipped.
public protocol Mark: Sendable {
    /// Adds to `bounds` what automatic domains must cover.
    func cover(_ bounds: inout Bounds)

    /// What the mark covers on the canvas, if that may reach beyond the plot area: margins make room for it.
    func reach(in area: PlotArea, _ typesetter: Typesetter) -> Rect?

    /// Names for the ends of lines.
    func endLabels(in area: PlotArea) -> [EndLabel]

    /// Draws the mark.
    func draw(in area: PlotArea, on canvas: Canvas)
}

extension Mark {
    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {}
    /// What may lie beyond the plot area.
    public func reach(in area: PlotArea, _ typesetter: Typesetter) -> Rect? { nil }
    /// The names of lines, where these leave the plot area or end.
    public func endLabels(in area: PlotArea) -> [EndLabel] { [] }
}

/// Collects the marks of a panel; later marks are drawn over earlier ones.
@resultBuilder
public enum MarkBuilder {
    /// One mark.
    public static func buildExpression(_ mark: some Mark) -> [any Mark] { [mark] }
    /// Several marks.
    public static func buildExpression(_ marks: [any Mark]) -> [any Mark] { marks }
    /// Parts after each other.
    public static func buildBlock(_ parts: [any Mark]...) -> [any Mark] { parts.flatMap(\.self) }
    /// The parts of a loop.
    public static func buildArray(_ parts: [[any Mark]]) -> [any Mark] { parts.flatMap(\.self) }
    /// A part that may be missing.
    public static func buildOptional(_ part: [any Mark]?) -> [any Mark] { part ?? [] }
    /// One of two alternatives.
    public static func buildEither(first: [any Mark]) -> [any Mark] { first }
    /// The other of two alternatives.
    public static func buildEither(second: [any Mark]) -> [any Mark] { second }
}

extension [Color] {
    /// The colour of the i-th item; the last one goes on for items without one.
    func item(_ index: Int) -> Color { isEmpty ? Palette.blue : self[Swift.min(index, count - 1)] }
}
