/// What the colours of a plane mean: a small square with strength upwards and the map across.
///
///     ColorPlaneKey(
///         .superposition, strength: .linear(0...1, label: "Length"), fraction: .linear(0...1, label: "Superposition"))
///
/// It stands beside the panels of a row in a column of a `Grid`, or below them, in their middle.
public struct ColorPlaneKey: Block {
    private static let steps = 64
    private let axes: Axes
    private let side: Double

    /// A key for the given axes, whose domains are what 0…1 stands for. `side` is in points.
    public init(_ plane: ColorPlane, strength: Axis, fraction: Axis, side: Double = 56) {
        self.side = side
        let (x, y) = (fraction.scale(covering: nil).domain, strength.scale(covering: nil).domain)
        axes = Axes(x: fraction.with { $0.domain = x }, y: strength.with { $0.domain = y }, border: true) {
            let last = Double(Self.steps - 1)
            ImageMark(
                Raster(width: Self.steps, height: Self.steps) { plane(1 - Double($1) / last, Double($0) / last) },
                x: x, y: y)
        }
    }

    /// The side of the square, in points.
    public var width: Double? { side }

    /// The height of the core, in points.
    public func height(forWidth width: Double, _ typesetter: Typesetter) -> BlockHeight { .fixed(side) }

    /// The room for ticks and labels, in points.
    public func insets(around core: Size, _ typesetter: Typesetter) -> Insets {
        axes.insets(around: Size(side, side), typesetter)
    }

    /// Draws the block with its core in `core`.
    public func draw(in core: Rect, insets: Insets, on canvas: Canvas) {
        let square = Rect(x: core.midX - side / 2, y: core.midY - side / 2, width: side, height: side)
        axes.draw(in: square, insets: Insets(), on: canvas)
    }
}
