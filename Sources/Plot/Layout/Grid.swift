/// Blocks in rows and columns, filled row by row; their plot areas align.
///
///     Grid(columns: 3, sharing: .both) { for density in densities { Axes(…) { … } } }
public struct Grid: Block {
    /// The axes that the panels of a grid have in common: one domain for all, texts on the outer panels only.
    public enum Sharing: Sendable { case none, x, y, both }

    private let cells: [any Block]
    private let weights: [Double]
    private let spacing: Size
    private let title: String?
    private let columnTitles: [String]
    private let rowTitles: [String]

    /// A grid of equally wide columns. `spacing` is the room between the decorations of neighbours, in points.
    public init(
        columns: Int, spacing: Double = 10, rowSpacing: Double? = nil, sharing: Sharing = .none,
        title: String? = nil, columnTitles: [String] = [], rowTitles: [String] = [],
        @BlockBuilder cells: () -> [any Block]
    ) {
        self.init(
            widths: Array(repeating: 1, count: max(columns, 1)), spacing: spacing, rowSpacing: rowSpacing,
            sharing: sharing, title: title, columnTitles: columnTitles, rowTitles: rowTitles, cells: cells)
    }

    /// A grid whose columns share the width in the given proportions. A column of blocks with a width of their own
    /// (a vertical colour bar) takes that instead.
    public init(
        widths: [Double], spacing: Double = 10, rowSpacing: Double? = nil, sharing: Sharing = .none,
        title: String? = nil, columnTitles: [String] = [], rowTitles: [String] = [],
        @BlockBuilder cells: () -> [any Block]
    ) {
        weights = widths.isEmpty ? [1] : widths.map { $0.isFinite ? max($0, 0) : 0 }
        self.spacing = Size(spacing, rowSpacing ?? spacing)
        self.title = title
        self.columnTitles = columnTitles
        self.rowTitles = rowTitles
        self.cells = Self.share(sharing, among: cells(), columns: weights.count)
    }

    private static func share(_ sharing: Sharing, among cells: [any Block], columns: Int) -> [any Block] {
        guard sharing != .none else { return cells }
        let panels = cells.compactMap { $0 as? Axes }
        let x = sharing == .y ? nil : Axes.commonExtent(of: panels, \.bounds.x)
        let y = sharing == .x ? nil : Axes.commonExtent(of: panels, \.bounds.y)
        return cells.enumerated().map { index, cell in
            guard let axes = cell as? Axes else { return cell }
            let isBottom = index + columns >= cells.count
            return axes.sharing(
                x: x, y: y, hidesX: sharing != .y && !isBottom, hidesY: sharing != .x && index % columns > 0)
        }
    }
}

// MARK: - Layout

extension Grid {
    /// Where the cells' cores are, from the top left of the first one.
    private struct Arrangement {
        var x: [Double] = []
        var widths: [Double] = []
        var y: [Double] = []
        var heights: [Double] = []
        var height = BlockHeight.flexible(0)
        /// Around the cells' cores, per column (left, right) and per row (top, bottom).
        var columns: [Insets]
        var rows: [Insets]
    }

    private var rowCount: Int { (cells.count + weights.count - 1) / weights.count }

    private func row(_ index: Int) -> ArraySlice<any Block> {
        cells[(index * weights.count)..<min((index + 1) * weights.count, cells.count)]
    }

    /// Widths depend on the room for decorations, which depend on the sizes (longer axes have more ticks): three
    /// rounds settle that.
    private func arrange(width: Double, height: Double?, _ typesetter: Typesetter) -> Arrangement {
        var plan = Arrangement(
            columns: Array(repeating: Insets(), count: weights.count),
            rows: Array(repeating: Insets(), count: rowCount))
        for _ in 0..<3 {
            setWidths(&plan, width, typesetter)
            setHeights(&plan, height, typesetter)
            measure(&plan, typesetter)
        }
        setWidths(&plan, width, typesetter)
        setHeights(&plan, height, typesetter)
        return plan
    }

    private func setWidths(_ plan: inout Arrangement, _ width: Double, _ typesetter: Typesetter) {
        let fixed = weights.indices.map { column in
            stride(from: column, to: cells.count, by: weights.count).compactMap { cells[$0].width }.max()
        }
        let gaps = zip(plan.columns, plan.columns.dropFirst()).map { $0.right + spacing.width + $1.left }
        let free = width - gaps.reduce(0, +) - fixed.reduce(0) { $0 + ($1 ?? 0) }
        let shares = zip(weights, fixed).reduce(0) { $0 + ($1.1 == nil ? $1.0 : 0) }
        plan.widths = zip(weights, fixed).map { $1 ?? (shares > 0 ? free * $0 / shares : 0) }
        if shares > 0, free < Double(fixed.count { $0 == nil }) {
            typesetter.failure = typesetter.failure ?? .noRoom(width: width.rounded())
        }
        // Columns that do not want all the width stand in its middle.
        var x = shares > 0 ? 0 : free / 2
        plan.x = plan.widths.indices.map { column in
            defer { x += plan.widths[column] + (column < gaps.count ? gaps[column] : 0) }
            return x
        }
    }

    private func setHeights(_ plan: inout Arrangement, _ height: Double?, _ typesetter: Typesetter) {
        let rows = (0..<rowCount).map { index in
            BlockHeight.row(zip(row(index), plan.widths).map { $0.height(forWidth: max($1, 1), typesetter) })
        }
        let gaps = zip(plan.rows, plan.rows.dropFirst()).map { $0.bottom + spacing.height + $1.top }
        let natural = rows.reduce(0) { $0 + $1.points } + gaps.reduce(0, +)
        let flexible = rows.filter(\.isFlexible).reduce(0) { $0 + $1.points }
        plan.height = BlockHeight(points: natural, isFlexible: flexible > 0)

        let surplus = (height ?? natural) - natural
        let stretch = flexible > 0 ? max(0, (flexible + surplus) / flexible) : 1
        plan.heights = rows.map { $0.isFlexible ? $0.points * stretch : $0.points }
        var y = flexible > 0 ? 0 : surplus / 2
        plan.y = plan.heights.indices.map { index in
            defer { y += plan.heights[index] + (index < gaps.count ? gaps[index] : 0) }
            return y
        }
    }

    private func measure(_ plan: inout Arrangement, _ typesetter: Typesetter) {
        plan.columns = plan.columns.map { _ in Insets() }
        plan.rows = plan.rows.map { _ in Insets() }
        for (index, cell) in cells.enumerated() {
            let (row, column) = index.quotientAndRemainder(dividingBy: weights.count)
            let insets = cell.insets(
                around: Size(max(plan.widths[column], 1), max(plan.heights[row], 1)), typesetter)
            plan.columns[column].left = max(plan.columns[column].left, insets.left)
            plan.columns[column].right = max(plan.columns[column].right, insets.right)
            plan.rows[row].top = max(plan.rows[row].top, insets.top)
            plan.rows[row].bottom = max(plan.rows[row].bottom, insets.bottom)
        }
    }
}

// MARK: - Block

extension Grid {
    /// The height of the core, in points.
    public func height(forWidth width: Double, _ typesetter: Typesetter) -> BlockHeight {
        arrange(width: width, height: nil, typesetter).height
    }

    /// The room for titles, ticks and labels, in points.
    public func insets(around core: Size, _ typesetter: Typesetter) -> Insets {
        let plan = arrange(width: core.width, height: core.height, typesetter)
        var insets = Insets(
            top: plan.rows.first?.top ?? 0, left: plan.columns.first?.left ?? 0, bottom: plan.rows.last?.bottom ?? 0,
            right: plan.columns.last?.right ?? 0)
        insets.top += titleRoom(columnTitles, typesetter) + titleRoom(title.map { [$0] } ?? [], typesetter)
        insets.left += titleRoom(rowTitles, typesetter)
        return insets
    }

    /// Draws the block with its core in `core`.
    public func draw(in core: Rect, insets: Insets, on canvas: Canvas) {
        let (typesetter, gap) = (canvas.typesetter, canvas.theme.labelGap)
        let plan = arrange(width: core.width, height: core.height, typesetter)
        for (index, cell) in cells.enumerated() {
            let (row, column) = index.quotientAndRemainder(dividingBy: weights.count)
            let rect = Rect(
                x: core.minX + plan.x[column], y: core.minY + plan.y[row], width: plan.widths[column],
                height: plan.heights[row])
            let room = Insets(
                top: plan.rows[row].top, left: plan.columns[column].left, bottom: plan.rows[row].bottom,
                right: plan.columns[column].right)
            let titles = [title, item(rowTitles, row), item(columnTitles, column)]
            if let recorder = canvas.recorder {
                recorder.under(titles) { cell.draw(in: rect, insets: room, on: canvas) }
            } else {
                cell.draw(in: rect, insets: room, on: canvas)
            }
        }

        var top = core.minY - (plan.rows.first?.top ?? 0) - gap
        for (column, text) in columnTitles.enumerated() where column < weights.count {
            let x = core.minX + plan.x[column] + plan.widths[column] / 2
            canvas.draw(typesetter.set(text, canvas.theme.heading), at: Point(x, top), .bottom)
        }
        let left = core.minX - (plan.columns.first?.left ?? 0) - gap
        for (row, text) in rowTitles.enumerated() where row < rowCount {
            let y = core.minY + plan.y[row] + plan.heights[row] / 2
            canvas.draw(typesetter.set(text, canvas.theme.heading), at: Point(left, y), .bottom, angle: -.pi / 2)
        }
        top -= titleRoom(columnTitles, typesetter)
        if let title {
            canvas.draw(typesetter.set(title, canvas.theme.heading), at: Point(core.midX, top), .bottom)
        }
    }

    private func item(_ titles: [String], _ index: Int) -> String? {
        titles.indices.contains(index) ? titles[index] : nil
    }

    /// The height of a line of titles with the gap to what is under it.
    private func titleRoom(_ titles: [String], _ typesetter: Typesetter) -> Double {
        let tallest = titles.map { text in
            let bounds = typesetter.set(text, typesetter.theme.heading).bounds(at: .zero, .bottom)
            return -bounds.minY
        }.max()
        return tallest.map { $0 + typesetter.theme.labelGap } ?? 0
    }
}
