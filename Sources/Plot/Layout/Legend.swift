/// Names for colours, where the marks cannot be labelled directly.
public struct Legend: Block {
    /// A colour with its meaning.
    public struct Entry: Sendable {
        /// What stands before the text.
        public enum Symbol: Sendable { case line, point, area }

        let text: String
        let color: Color
        let symbol: Symbol
        let dash: [Double]

        /// An entry with a text in Pango markup; `dash` (in points) is for lines.
        public init(_ text: String, _ color: Color, _ symbol: Symbol = .area, dash: [Double] = []) {
            self.text = text
            self.color = color
            self.symbol = symbol
            self.dash = dash
        }
    }

    private let entries: [Entry]

    /// A legend of the given entries, from left to right, in lines as wide as the figure.
    public init(_ entries: [Entry]) { self.entries = entries }

    private static let symbolWidth = 12.0
    private static let gap = 4.0
    private static let spacing = 14.0
    private static let lineHeight = 12.0

    /// The entries in centred lines: each with its x from the line's start, and the line's width.
    private func lines(_ width: Double, _ typesetter: Typesetter) -> [(entries: [(Entry, Double)], width: Double)] {
        var lines: [(entries: [(Entry, Double)], width: Double)] = []
        for entry in entries {
            let own = Self.symbolWidth + Self.gap + text(entry, typesetter).width
            if let last = lines.last, last.width + Self.spacing + own <= width {
                lines[lines.count - 1].entries.append((entry, last.width + Self.spacing))
                lines[lines.count - 1].width += Self.spacing + own
            } else {
                lines.append(([(entry, 0)], own))
            }
        }
        return lines
    }

    private func text(_ entry: Entry, _ typesetter: Typesetter) -> SetText {
        typesetter.set(entry.text, typesetter.theme.annotation)
    }

    /// The height of the core, in points.
    public func height(forWidth width: Double, _ typesetter: Typesetter) -> BlockHeight {
        .fixed(Double(lines(width, typesetter).count) * Self.lineHeight)
    }

    /// The room for titles, ticks and labels, in points.
    public func insets(around core: Size, _ typesetter: Typesetter) -> Insets {
        let overhang = max(0, ((lines(core.width, typesetter).map(\.width).max() ?? 0) - core.width) / 2)
        return Insets(left: overhang, right: overhang)
    }

    /// Draws the block with its core in `core`.
    public func draw(in core: Rect, insets: Insets, on canvas: Canvas) {
        var y = core.minY + Self.lineHeight / 2
        for line in lines(core.width, canvas.typesetter) {
            let start = core.midX - line.width / 2
            for (entry, offset) in line.entries {
                canvas.recorder?.name(entry.color, entry.text)
                let x = start + offset
                draw(entry, Rect(x: x, y: y - 3.5, width: Self.symbolWidth, height: 7), on: canvas)
                let text = text(entry, canvas.typesetter)
                canvas.draw(text, at: Point(x + Self.symbolWidth + Self.gap, y), .left)
            }
            y += Self.lineHeight
        }
    }

    private func draw(_ entry: Entry, _ rect: Rect, on canvas: Canvas) {
        switch entry.symbol {
        case .area: canvas.fill(Path(rect), entry.color)
        case .point: canvas.fill(Path(circleAt: Point(rect.midX, rect.midY), radius: 3), entry.color)
        case .line:
            let path = Path([Point(rect.minX, rect.midY), Point(rect.maxX, rect.midY)])
            canvas.stroke(path, Stroke(entry.color, width: 1.5, dash: entry.dash))
        }
    }
}
