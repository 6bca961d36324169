/// A part of a figure: `Axes`, a `Grid` of parts, a `ColorBar`, a `Legend`.
///
/// A block has a core, which is aligned with its neighbours' cores, and decorations around it.
public protocol Block: Sendable {
    /// The core's width in points, or nil to take what there is.
    var width: Double? { get }

    /// The core's height for a width, in points.
    func height(forWidth width: Double, _ typesetter: Typesetter) -> BlockHeight

    /// The room that the decorations around a core of this size need.
    func insets(around core: Size, _ typesetter: Typesetter) -> Insets

    /// Draws the block; `insets` is the room it was given, at least what it asked for.
    func draw(in core: Rect, insets: Insets, on canvas: Canvas)
}

extension Block {
    /// No width of its own.
    public var width: Double? { nil }
}

/// The height of a block's core, in points.
public struct BlockHeight: Sendable, Hashable {
    /// The height, in points.
    public var points: Double
    /// Whether the block takes its neighbours' height where one of them has a height of its own.
    public var isFlexible: Bool

    /// A fixed height.
    public static func fixed(_ points: Double) -> BlockHeight { BlockHeight(points: points, isFlexible: false) }
    /// A height that gives way to the neighbours.
    public static func flexible(_ points: Double) -> BlockHeight { BlockHeight(points: points, isFlexible: true) }

    /// The height of a row of blocks.
    static func row(_ heights: [BlockHeight]) -> BlockHeight {
        let fixed = heights.filter { !$0.isFlexible }
        let tallest = (fixed.isEmpty ? heights : fixed).map(\.points).max() ?? 0
        return BlockHeight(points: tallest, isFlexible: fixed.isEmpty)
    }
}

/// Collects the blocks of a figure or a grid.
@resultBuilder
public enum BlockBuilder {
    /// One block.
    public static func buildExpression(_ block: some Block) -> [any Block] { [block] }
    /// Several blocks.
    public static func buildExpression(_ blocks: [any Block]) -> [any Block] { blocks }
    /// Parts after each other.
    public static func buildBlock(_ parts: [any Block]...) -> [any Block] { parts.flatMap(\.self) }
    /// The parts of a loop.
    public static func buildArray(_ parts: [[any Block]]) -> [any Block] { parts.flatMap(\.self) }
    /// A part that may be missing.
    public static func buildOptional(_ part: [any Block]?) -> [any Block] { part ?? [] }
    /// One of two alternatives.
    public static func buildEither(first: [any Block]) -> [any Block] { first }
    /// The other of two alternatives.
    public static func buildEither(second: [any Block]) -> [any Block] { second }
}
