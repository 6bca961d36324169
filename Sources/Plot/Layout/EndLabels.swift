/// A text at the end of a line, which names it without a legend.
public struct EndLabel: Sendable {
    /// Where the line ends, on the canvas.
    public var end: Point
    /// Pango markup.
    public var text: String
    /// The line's colour.
    public var color: Color

    /// A label for a line that ends at a point of the canvas.
    public init(_ text: String, at end: Point, color: Color) {
        self.end = end
        self.text = text
        self.color = color
    }
}

/// Sets the labels of all lines of a panel so that none touches another.
enum EndLabels {
    struct Placed {
        let label: EndLabel
        let text: SetText
        var y: Double

        static let gap = 4.0
        var point: Point { Point(label.end.x + Self.gap, y) }
        var bounds: Rect { text.bounds(at: point, .left) }
        var height: Double { 1.2 * text.style.size * Double(label.text.count { $0 == "\n" } + 1) }
    }

    static func place(_ labels: [EndLabel], in rect: Rect, _ typesetter: Typesetter) -> [Placed] {
        let placed = labels.map { label in
            let style = typesetter.theme.annotation.colored(label.color)
            var placed = Placed(label: label, text: typesetter.set(label.text, style), y: label.end.y)
            // Where a line leaves upwards or downwards, its label stays beside it and clear of the axis.
            if label.end.x < rect.maxX - Placed.gap {
                let (bounds, gap) = (placed.bounds, Placed.gap / 2)
                placed.y += max(0, rect.minY + gap - bounds.minY) - max(0, bounds.maxY + gap - rect.maxY)
            }
            return placed
        }.enumerated().sorted { ($0.element.y, $0.offset) < ($1.element.y, $1.offset) }.map(\.element)

        // Labels that would touch form a pile, which is centred on where its labels want to be.
        var piles: [[Placed]] = []
        for label in placed {
            var pile = [label]
            while let above = piles.last, bottom(above) > top(pile) {
                piles.removeLast()
                pile = stacked(above + pile, in: rect)
            }
            piles.append(pile)
        }
        return piles.flatMap(\.self)
    }

    private static func top(_ pile: [Placed]) -> Double { pile.first.map { $0.y - $0.height / 2 } ?? 0 }
    private static func bottom(_ pile: [Placed]) -> Double { pile.last.map { $0.y + $0.height / 2 } ?? 0 }

    private static func stacked(_ pile: [Placed], in rect: Rect) -> [Placed] {
        let height = pile.reduce(0) { $0 + $1.height }
        let middle = pile.reduce(0) { $0 + $1.label.end.y } / Double(pile.count)
        var y = max(min(middle - height / 2, rect.maxY - height), rect.minY)
        return pile.map { label in
            var label = label
            label.y = y + label.height / 2
            y += label.height
            return label
        }
    }

    static func draw(_ labels: [Placed], on canvas: Canvas) {
        for label in labels { canvas.draw(label.text, at: label.point, .left) }
    }
}
