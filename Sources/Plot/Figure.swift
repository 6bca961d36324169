import Foundation

/// A figure: a description that can be drawn as SVG, PNG or PDF, for light pages and dark ones, with the same bytes every
/// time.
///
///     Figure {
///         Grid(columns: 3, sharing: .both) {
///             for run in runs {
///                 Axes(title: run.name, aspect: 1) { Points(run.embedding, colors: ColorMap.importance.colors(5)) }
///             }
///         }
///         ColorBar(.importance, .linear(0...1, label: "importance"))
///     }
///
/// Texts are Pango markup: `<i>W</i><sub>1</sub>`; `<` and `&` are written `&lt;` and `&amp;`.
public struct Figure: Sendable {
    /// A file format.
    public enum Format: String, CaseIterable, Sendable {
        case svg
        /// Two pixels per point, on white.
        case png
        case pdf
    }

    /// The longest side of a page, in points: what PDF allows, and what fits in a PNG.
    static let largestSide = 14_400.0

    private let width: Double
    private let theme = Theme.standard
    private let blocks: [any Block]

    /// A figure of the given width in points; a column is 504 points (7 inches) wide. Its height follows from its
    /// blocks, which stand above each other with their plot areas aligned.
    public init(width: Double = 504, @BlockBuilder content: () -> [any Block]) {
        self.width = width
        blocks = content()
    }

    /// The figure as the bytes of a file.
    ///
    /// - Parameters:
    ///   - format: the kind of file.
    ///   - appearance: the kind of page that it is for.
    ///   - title: what the figure is called, for an SVG to say of itself.
    ///   - description: what a sighted reader would conclude, likewise. Plain text.
    /// - Throws: ``PlotError`` if a size makes no sense, a text is not valid markup, the texts leave no room for the
    ///   plots, or Cairo fails.
    public func render(
        as format: Format, on appearance: Appearance = .light, title: String? = nil, description: String? = nil
    ) throws(PlotError) -> Data {
        try drawing(as: format, on: appearance, title: title, description: description).file
    }

    /// What the figure tells where a reader points.
    ///
    /// - Throws: as ``render(as:on:title:description:)``.
    public func readout() throws(PlotError) -> Readout { try drawing(as: .svg).readout }

    /// A figure as the bytes of a file, with what it tells where a reader points.
    public struct Drawing: Sendable {
        /// The bytes of the file.
        public let file: Data
        /// What is where, in points from the upper left corner.
        public let readout: Readout
    }

    /// The figure as the bytes of a file, as ``render(as:on:title:description:)``, and what it tells.
    public func drawing(
        as format: Format, on appearance: Appearance = .light, title: String? = nil, description: String? = nil
    ) throws(PlotError) -> Drawing {
        try Self.checkSize(width, 1)
        let theme = theme.on(appearance)
        let typesetter = Typesetter(theme: theme)
        let stack = Grid(columns: 1, spacing: theme.blockSpacing) { blocks }

        // The insets depend on the size a little (longer axes have more ticks); the second round is exact.
        var (insets, core) = (Insets(), Size(width, 0))
        for _ in 0..<3 {
            core.width = width - 2 * theme.margin - insets.left - insets.right
            if core.width < 1 { throw typesetter.failure ?? .noRoom(width: width) }
            core.height = stack.height(forWidth: core.width, typesetter).points
            insets = stack.insets(around: core, typesetter)
        }
        core.width = width - 2 * theme.margin - insets.left - insets.right
        if core.width < 1 { throw typesetter.failure ?? .noRoom(width: width) }
        core.height = stack.height(forWidth: core.width, typesetter).points
        // Whole points, so that a PNG has whole pixels.
        let page = Size(width.rounded(.up), (2 * theme.margin + insets.top + core.height + insets.bottom).rounded(.up))
        if let failure = typesetter.failure { throw failure }
        try Self.checkSize(page.width, page.height)

        let recorder = Recorder()
        let file = try Surface.file(format, page, typesetter, recorder) { canvas in
            canvas.fill(Path(Rect(x: 0, y: 0, width: page.width, height: page.height)), theme.background)
            let rect = Rect(
                x: theme.margin + insets.left, y: theme.margin + insets.top, width: core.width, height: core.height)
            stack.draw(in: rect, insets: insets, on: canvas)
        }
        if let failure = typesetter.failure { throw failure }
        let readout = Readout(recorder, size: page)
        guard format == .svg, let title, let description else { return Drawing(file: file, readout: readout) }
        let svg = SVGDescription(title: title, text: description, texts: recorder.texts, family: theme.family)
        return Drawing(file: svg.added(to: file), readout: readout)
    }

    private static func checkSize(_ width: Double, _ height: Double) throws(PlotError) {
        guard width > 0, height > 0, width <= largestSide, height <= largestSide else {
            throw .size(width: width, height: height)
        }
    }
}
