/// What the colours of a map mean.
///
///     ColorBar(.superposition, .linear(0...1, label: "superposition"))
public struct ColorBar: Block {
    /// The direction in which values grow: to the right, or upwards.
    public enum Orientation: Sendable { case horizontal, vertical }

    private static let thickness = 7.0
    private let axes: Axes
    private let orientation: Orientation
    private let length: Double
    private let map: ColorMap
    private let label: String?

    /// A bar for the given axis, whose domain is the map's. A horizontal bar is `length` points long and centred;
    /// a vertical one is as high as its neighbours in a row.
    public init(_ map: ColorMap, _ axis: Axis, _ orientation: Orientation = .horizontal, length: Double = 150) {
        self.orientation = orientation
        self.length = length
        self.map = map
        label = axis.label
        let domain = axis.scale(covering: nil).domain
        let steps = 128
        let across = Axis.linear(0...1).hidden()
        let along = axis.with { $0.domain = domain }
        let colors = map.colors(steps)
        axes =
            switch orientation {
            case .horizontal:
                Axes(x: along, y: across, border: true) {
                    ImageMark(Raster(width: steps, height: 1) { x, _ in colors[x] }, x: domain, y: 0...1)
                }
            case .vertical:
                Axes(x: across, y: along.opposite(), border: true) {
                    ImageMark(
                        Raster(width: 1, height: steps) { _, y in colors[steps - 1 - y] }, x: 0...1, y: domain)
                }
            }
    }

    /// The thickness of a vertical bar.
    public var width: Double? { orientation == .vertical ? Self.thickness : nil }

    /// The height of the core, in points.
    public func height(forWidth width: Double, _ typesetter: Typesetter) -> BlockHeight {
        orientation == .vertical ? .flexible(length) : .fixed(Self.thickness)
    }

    /// The room for titles, ticks and labels, in points.
    public func insets(around core: Size, _ typesetter: Typesetter) -> Insets {
        let outer = Rect(x: 0, y: 0, width: core.width, height: core.height)
        let bar = bar(in: outer)
        let insets = axes.insets(around: bar.size, typesetter)
        return outer.insets(
            to: Rect(
                Point(bar.minX - insets.left, bar.minY - insets.top),
                Point(bar.maxX + insets.right, bar.maxY + insets.bottom)))
    }

    /// Draws the block with its core in `core`.
    public func draw(in core: Rect, insets: Insets, on canvas: Canvas) {
        canvas.recorder?.add(map, label: label)
        axes.draw(in: bar(in: core), insets: Insets(), on: canvas)
    }

    private func bar(in core: Rect) -> Rect {
        guard orientation == .horizontal else { return core }
        let width = min(length, core.width)
        return Rect(
            x: core.midX - width / 2, y: core.midY - Self.thickness / 2, width: width, height: Self.thickness)
    }
}
