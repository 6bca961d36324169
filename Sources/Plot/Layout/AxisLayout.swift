import Foundation

/// An axis along one side of a plot area, with its ticks placed and its texts set.
struct AxisLayout {
    private struct Mark {
        /// Along the axis, on the canvas.
        let position: Double
        let text: SetText?
        let length: Double
    }

    private let rect: Rect
    private let edge: Edge
    private let theme: Theme
    private let marks: [Mark]
    private let label: SetText?

    /// - Returns: nil for a hidden axis.
    init?(_ axis: Axis, _ scale: Scale, along edge: Edge, of rect: Rect, _ typesetter: Typesetter) {
        guard !axis.isHidden else { return nil }
        self.rect = rect
        self.edge = edge
        theme = typesetter.theme
        label = axis.hasText ? axis.label.map { typesetter.set($0, typesetter.theme.axisLabel) } : nil
        marks = Self.marks(axis, scale, edge, rect, typesetter)
    }

    // MARK: - Ticks

    private static func marks(
        _ axis: Axis, _ scale: Scale, _ edge: Edge, _ rect: Rect, _ typesetter: Typesetter
    ) -> [Mark] {
        let theme = typesetter.theme
        let length = edge.isHorizontal ? rect.width : rect.height
        func place(_ ticks: [Tick]) -> [Mark] {
            ticks.compactMap { tick in
                guard scale.contains(tick.value), let fraction = scale.fraction(of: tick.value) else { return nil }
                let position = edge.isHorizontal ? rect.minX + fraction * length : rect.maxY - fraction * length
                guard position.isFinite else { return nil }
                let isCategory = if case .categories = scale.kind { true } else { false }
                return Mark(
                    position: position,
                    text: axis.hasText ? tick.label.map { typesetter.set($0, theme.tick) } : nil,
                    length: isCategory ? 0 : tick.label == nil ? theme.minorTickLength : theme.tickLength)
            }
        }
        switch axis.ticks {
        case .none: return []
        case .at(let values):
            return thinned(place(values.map { Tick(value: $0, label: NumberText.general($0)) }), edge)
        case .labelled(let labels):
            return thinned(place(labels.sorted { $0.key < $1.key }.map { Tick(value: $0, label: $1) }), edge)
        case .automatic:
            var count = length.isFinite ? Int(min(max(2, length / (edge.isHorizontal ? 30 : 22)), 7)) : 2
            while count > 1 {
                let marks = place(scale.ticks(about: count))
                if thinned(marks, edge).count == marks.count { return marks }
                count -= 1
            }
            return thinned(place(scale.ticks(about: 1)), edge)
        }
    }

    /// The marks without those whose text would touch an earlier one's.
    private static func thinned(_ marks: [Mark], _ edge: Edge) -> [Mark] {
        var taken: [ClosedRange<Double>] = []
        return marks.filter { mark in
            guard let text = mark.text else { return true }
            let half = edge.isHorizontal ? text.width / 2 + 2.5 : text.height / 2 + 1.25
            let span = (mark.position - half)...(mark.position + half)
            guard !taken.contains(where: { $0.overlaps(span) }) else { return false }
            taken.append(span)
            return true
        }
    }

    // MARK: - Geometry

    /// The point at a distance outwards of the plot area's side.
    private func point(_ position: Double, _ distance: Double) -> Point {
        switch edge {
        case .top: Point(position, rect.minY - distance)
        case .bottom: Point(position, rect.maxY + distance)
        case .left: Point(rect.minX - distance, position)
        case .right: Point(rect.maxX + distance, position)
        }
    }

    private var tickAnchor: Anchor {
        switch edge {
        case .top: .bottom
        case .bottom: .top
        case .left: .right
        case .right: .left
        }
    }

    private func textPoint(_ mark: Mark) -> Point { point(mark.position, mark.length + theme.tickGap) }

    /// What line, ticks and their texts cover.
    private var ticksBounds: Rect {
        marks.reduce(rect) { bounds, mark in
            let end = point(mark.position, mark.length)
            let text = mark.text.map { $0.bounds(at: textPoint(mark), tickAnchor) }
            return bounds.union(Rect(end, end)).union(text)
        }
    }

    private var labelAngle: Double { edge.isHorizontal ? 0 : -.pi / 2 }

    /// Rotated text reads upwards, so that its baseline is towards the right.
    private var labelAnchor: Anchor { edge == .bottom || edge == .right ? .top : .bottom }

    private func labelPoint() -> Point {
        let insets = rect.insets(to: ticksBounds)
        return switch edge {
        case .top: point(rect.midX, insets.top + theme.labelGap)
        case .bottom: point(rect.midX, insets.bottom + theme.labelGap)
        case .left: point(rect.midY, insets.left + theme.labelGap)
        case .right: point(rect.midY, insets.right + theme.labelGap)
        }
    }

    /// What the axis covers together with the plot area.
    var bounds: Rect { ticksBounds.union(label?.bounds(at: labelPoint(), labelAnchor, angle: labelAngle)) }

    /// - Parameter room: the outer end of the room there is, so that labels of panels above each other align;
    ///   nil sets the label next to the ticks.
    func draw(on canvas: Canvas, labelsWithin room: Rect?) {
        var path = Path()
        switch edge {
        case .top, .bottom:
            path.move(to: point(rect.minX, 0))
            path.line(to: point(rect.maxX, 0))
        case .left, .right:
            path.move(to: point(rect.minY, 0))
            path.line(to: point(rect.maxY, 0))
        }
        for mark in marks where mark.length > 0 {
            path.move(to: point(mark.position, 0))
            path.line(to: point(mark.position, mark.length))
        }
        canvas.stroke(path, theme.axis)
        for mark in marks {
            if let text = mark.text { canvas.draw(text, at: textPoint(mark), tickAnchor) }
        }
        guard let label else { return }
        var at = labelPoint()
        if let room {
            let reach = label.bounds(at: at, labelAnchor, angle: labelAngle)
            if edge == .left { at.x -= max(0, reach.minX - room.minX) }
            if edge == .bottom { at.y += max(0, room.maxY - reach.maxY) }
        }
        canvas.draw(label, at: at, labelAnchor, angle: labelAngle)
    }
}
