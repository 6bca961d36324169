/// A plot area with its axes, title and marks.
///
///     Axes(x: .log(label: "step"), y: .log(label: "loss"), height: 160) {
///         for run in runs { Line(run.points, color: run.color, label: run.name) }
///     }
public struct Axes: Block {
    var x: Axis
    var y: Axis
    let bounds: Bounds
    private let title: String?
    private let aspect: Double?
    private let fixedHeight: Double?
    private let hasBorder: Bool
    private let marks: [any Mark]

    /// - Parameters:
    ///   - title: above the plot area, Pango markup.
    ///   - x: the axis across. Without a domain it covers the marks.
    ///   - y: the axis upwards, likewise.
    ///   - aspect: the length of a unit (a decade on a logarithmic axis) of y over that of x; 1 makes circles round.
    ///   - height: of the plot area, in points. With neither, the plot area is as high as its neighbours in a row,
    ///     or has the proportions of a page across.
    ///   - border: draws a thin frame around the plot area.
    ///   - marks: what is drawn, later ones over earlier ones.
    public init(
        title: String? = nil, x: Axis = .linear(), y: Axis = .linear(), aspect: Double? = nil,
        height: Double? = nil, border: Bool = false, @MarkBuilder marks: () -> [any Mark]
    ) {
        self.title = title
        self.x = x
        self.y = y
        self.aspect = aspect
        self.fixedHeight = height
        self.hasBorder = border
        self.marks = marks()
        var bounds = Bounds(x: x.kind, y: y.kind)
        for mark in self.marks { mark.cover(&bounds) }
        self.bounds = bounds
    }

    private var scales: (x: Scale, y: Scale) { (x.scale(covering: bounds.x), y.scale(covering: bounds.y)) }
}

// MARK: - Shared axes

extension Axes {
    /// The values that panels with a common axis cover together.
    static func commonExtent(of panels: [Axes], _ axis: (Axes) -> Bounds.Extent?) -> Bounds.Extent? {
        panels.compactMap(axis).reduce(nil) { common, extent in
            guard var common else { return extent }
            common.include(extent.lower, tight: extent.lowerIsTight)
            common.include(extent.upper, tight: extent.upperIsTight)
            return common
        }
    }

    func sharing(x: Bounds.Extent?, y: Bounds.Extent?, hidesX: Bool, hidesY: Bool) -> Axes {
        var axes = self
        if let x { axes.x.domain = axes.x.explicitDomain ?? axes.x.scale(covering: x).domain }
        if let y { axes.y.domain = axes.y.explicitDomain ?? axes.y.scale(covering: y).domain }
        if hidesX { axes.x = axes.x.withoutText() }
        if hidesY { axes.y = axes.y.withoutText() }
        return axes
    }
}

// MARK: - Block

extension Axes {
    /// The height of the core, in points.
    public func height(forWidth width: Double, _ typesetter: Typesetter) -> BlockHeight {
        guard let height = fixedHeight ?? aspect.map({ width * $0 * scales.y.length / scales.x.length }) else {
            return .flexible(min(width * 0.62, 220))
        }
        if !(height > 0 && height.isFinite) {
            typesetter.failure = typesetter.failure ?? .size(width: width, height: height)
        }
        return .fixed(height)
    }

    /// The room for titles, ticks and labels, in points.
    public func insets(around core: Size, _ typesetter: Typesetter) -> Insets {
        let rect = Rect(x: 0, y: 0, width: core.width, height: core.height)
        let layout = PanelLayout(self, in: rect, typesetter)
        return rect.insets(to: layout.bounds)
    }

    /// Draws the block with its core in `core`.
    public func draw(in core: Rect, insets: Insets, on canvas: Canvas) {
        let layout = PanelLayout(self, in: core, canvas.typesetter)
        let area = layout.area
        func drawMarks() {
            for mark in marks { mark.draw(in: area, on: canvas) }
        }
        if let recorder = canvas.recorder {
            recorder.panel(title, in: area, x: x, y: y, drawMarks)
        } else {
            drawMarks()
        }
        if hasBorder { canvas.stroke(Path(area.rect), canvas.theme.border) }

        let room = Rect(
            Point(core.minX - insets.left, core.minY), Point(core.maxX, core.maxY + insets.bottom))
        for axis in layout.axes { axis.draw(on: canvas, labelsWithin: layout.axesReachFurthest ? room : nil) }
        EndLabels.draw(layout.endLabels, on: canvas)
        if let title = layout.title {
            // At the top of the row's room, so that titles are level where something stands over one of the panels.
            var point = layout.titlePoint
            point.y -= max(0, title.bounds(at: point, .bottom).minY - (core.minY - insets.top))
            canvas.draw(title, at: point, .bottom)
        }
    }

    /// The largest rectangle of the wanted aspect in the middle of `rect`.
    private func fitted(_ rect: Rect) -> Rect {
        guard let aspect else { return rect }
        let scales = scales
        let ratio = aspect * scales.y.length / scales.x.length
        let width = min(rect.width, rect.height / ratio)
        return Rect(x: rect.midX - width / 2, y: rect.midY - width * ratio / 2, width: width, height: width * ratio)
    }

    /// Everything about a panel that measuring and drawing share.
    private struct PanelLayout {
        let area: PlotArea
        let axes: [AxisLayout]
        let endLabels: [EndLabels.Placed]
        let title: SetText?
        let titlePoint: Point
        /// Whether no mark reaches beyond the axes on the left and at the bottom.
        let axesReachFurthest: Bool
        let bounds: Rect

        init(_ panel: Axes, in core: Rect, _ typesetter: Typesetter) {
            let rect = panel.fitted(core)
            let scales = panel.scales
            axes = [
                AxisLayout(panel.x, scales.x, along: panel.x.isOpposite ? .top : .bottom, of: rect, typesetter),
                AxisLayout(panel.y, scales.y, along: panel.y.isOpposite ? .right : .left, of: rect, typesetter),
            ].compactMap { $0 }
            let axesBounds = axes.reduce(rect) { $0.union($1.bounds) }
            var area = PlotArea(rect: rect, x: scales.x, y: scales.y)
            area.axes = rect.insets(to: axesBounds)
            self.area = area

            let marksBounds = panel.marks.reduce(rect) { $0.union($1.reach(in: area, typesetter)) }
            // An axis on the right comes between the lines and their names.
            let clear = panel.y.isOpposite && !panel.y.isHidden ? rect.maxX + area.axes.right : rect.minX
            let labels = panel.marks.flatMap { $0.endLabels(in: area) }.map { label in
                EndLabel(label.text, at: Point(max(label.end.x, clear), label.end.y), color: label.color)
            }
            endLabels = EndLabels.place(labels, in: rect, typesetter)
            var bounds = axesBounds.union(marksBounds)
            for label in endLabels { bounds = bounds.union(label.bounds) }
            axesReachFurthest = marksBounds.minX >= axesBounds.minX && marksBounds.maxY <= axesBounds.maxY

            title = panel.title.map { typesetter.set($0, typesetter.theme.title) }
            // Titles of neighbours are level unless something large stands over a plot area.
            let gap = typesetter.theme.labelGap
            let namesTop = endLabels.map(\.bounds.minY).min() ?? .infinity
            let obstacle = panel.x.isOpposite ? bounds.minY : min(marksBounds.minY, namesTop)
            titlePoint = Point(rect.midX, (rect.minY - obstacle > gap / 2 ? obstacle : rect.minY) - gap)
            self.bounds = bounds.union(title?.bounds(at: titlePoint, .bottom))
        }
    }
}
