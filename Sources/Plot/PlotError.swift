import Foundation

/// Why a figure could not be drawn.
public enum PlotError: Error, Sendable, Equatable {
    /// Cairo gave up; its own words.
    case drawing(String)
    /// A text is not valid Pango markup; the text, and Pango's own words.
    case markup(text: String, reason: String)
    /// A width or height that no page can have, in points.
    case size(width: Double, height: Double)
    /// The texts around the plot areas leave less than a point for a plot area.
    case noRoom(width: Double)
}

extension PlotError: LocalizedError, CustomStringConvertible {
    /// The sentence for the user.
    public var description: String {
        switch self {
        case .drawing(let reason):
            "Cairo could not draw the figure: \(reason)."
        case .markup(let text, let reason):
            "The text “\(text)” is not valid markup: \(reason) Write < and & as &lt; and &amp;."
        case .size(let width, let height):
            "A figure of \(width) × \(height) points cannot be drawn: sizes must be above 0 and at most "
                + "\(Figure.largestSide) points."
        case .noRoom(let width):
            "A width of \(width) points leaves no room for the plots beside their labels: "
                + "make the figure wider or use fewer columns."
        }
    }

    /// The sentence for the user.
    public var errorDescription: String? { description }
}
