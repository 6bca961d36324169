/// Columns of stacked rectangles: positive values from zero upwards, negative ones from zero downwards.
///
///     Axes(x: .linear(label: "neuron"), y: .linear(label: "weight"), height: 120) {
///         StackPlot(neurons.map { neuron in neuron.weights.map { .init($0.value, $0.color) } })
///         Rule(y: 0)
///     }
public struct StackPlot: Mark {
    /// One rectangle: its signed height in units of the y axis, and its opaque colour.
    public struct Part: Sendable, Hashable {
        let value: Double
        let color: Color
        let label: String

        /// A rectangle of the given height; `label` says what it is to readers who point at it.
        public init(_ value: Double, _ color: Color, label: String = "") {
            self.value = value
            self.color = color
            self.label = label
        }
    }

    private let columns: [[Part]]
    private let backgrounds: [Color]
    private let width: Double

    /// The thinnest rectangle that is drawn, in points: a dot on paper. Thinner ones become one with their neighbours,
    /// in the colour of the largest.
    private static let thinnest = 0.24
    /// How far rectangles reach under their inner neighbours, in points.
    private static let overlap = 0.5

    /// - Parameters:
    ///   - columns: the rectangles of each, from zero outwards; column i is at i.
    ///   - backgrounds: a colour behind each column, over the height of the plot area; columns without one have none.
    ///   - width: of the rectangles, in units of the x axis.
    public init(_ columns: [[Part]], backgrounds: [Color] = [], width: Double = 0.8) {
        self.columns = columns
        self.backgrounds = backgrounds
        self.width = width
    }

    /// The values of a column where its stacks of one sign end, from zero outwards, with the colour up to there.
    private func ends(_ column: [Part], sign: Double) -> [Part] {
        var end = 0.0
        return column.filter { $0.value.isFinite && $0.value * sign > 0 }.map { part in
            end += part.value
            return Part(end, part.color)
        }
    }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {
        bounds.include(y: 0, tight: true)
        for (index, column) in columns.enumerated() {
            for side in [-0.5, 0.5] { bounds.include(x: Double(index) + side, tight: true) }
            for sign in [1.0, -1] { ends(column, sign: sign).last.map { bounds.include(y: $0.value) } }
        }
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        tell(on: canvas)
        for (index, color) in zip(columns.indices, backgrounds) {
            // Under the next one, so that no seam shows.
            let isCovered = index + 1 < min(columns.count, backgrounds.count) && backgrounds[index + 1].alpha == 1
            guard let left = area.clampedX(Double(index) - 0.5),
                let right = area.clampedX(Double(index) + (isCovered ? 1 : 0.5))
            else { continue }
            canvas.fill(Path(Rect(Point(left, area.rect.minY), Point(right, area.rect.maxY))), color)
        }
        // By width: one outline for all of a width is a smaller file than one for each.
        var separators: [Double: Path] = [:]
        for (index, column) in columns.enumerated() {
            guard let left = area.clampedX(Double(index) - width / 2),
                let right = area.clampedX(Double(index) + width / 2)
            else { continue }
            for sign in [1.0, -1] {
                draw(ends(column, sign: sign), between: (left, right), in: area, on: canvas, &separators)
            }
        }
        for (width, path) in separators.sorted(by: { $0.key < $1.key }) {
            canvas.stroke(path, Stroke(.white, width: width))
        }
    }

    private func tell(on canvas: Canvas) {
        for (index, column) in columns.enumerated() {
            for sign in [1.0, -1] {
                let parts = column.filter { $0.value.isFinite && $0.value * sign > 0 }
                let ends = ends(column, sign: sign).map(\.value)
                canvas.tell(
                    Reading(
                        shape: .bars(
                            values: ends, bases: [0] + ends.dropLast(), places: ends.map { _ in Double(index) },
                            width: width, .up), colors: parts.map(\.color),
                        labels: parts.map { part in
                            (part.label.isEmpty ? "" : part.label + ": ") + NumberText.general(part.value)
                        }, isStack: true))
            }
        }
    }

    /// Every rectangle but the innermost reaches under the next one inwards, so that no seam shows between them.
    private func draw(
        _ ends: [Part], between sides: (Double, Double), in area: PlotArea, on canvas: Canvas,
        _ separators: inout [Double: Path]
    ) {
        guard let zero = area.clampedY(0) else { return }
        var places: [(y: Double, color: Color)] = []
        var (start, largest) = (zero, (height: 0.0, color: Color.clear))
        var previous = zero
        for end in ends {
            guard let y = area.clampedY(end.value) else { continue }
            if abs(y - previous) > largest.height { largest = (abs(y - previous), end.color) }
            previous = y
            guard abs(y - start) >= Self.thinnest else { continue }
            places.append((y, largest.color))
            (start, largest) = (y, (0, .clear))
        }
        if !places.isEmpty { places[places.count - 1].y = previous }
        places.reverse()
        for (index, place) in places.enumerated() {
            let inner = index + 1 < places.count ? places[index + 1].y : zero
            let under = min(abs(inner - zero), Self.overlap) * (inner < zero ? 1 : -1)
            canvas.fill(Path(Rect(Point(sides.0, inner + under), Point(sides.1, place.y))), place.color)
        }
        // White lines between them, thin where a neighbour is low.
        for (index, place) in places.enumerated().dropFirst() {
            let outer = abs(places[index - 1].y - place.y)
            let inner = abs(place.y - (index + 1 < places.count ? places[index + 1].y : zero))
            let width = min((min(outer, inner) / 8 * 5).rounded(.down) / 5, 0.6)
            guard width > 0 else { continue }
            separators[width, default: Path()].append(Path([Point(sides.0, place.y), Point(sides.1, place.y)]))
        }
    }
}
