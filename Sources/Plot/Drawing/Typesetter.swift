import CPangoCairo

/// Sets and measures texts with Pango, alike for every output format.
///
/// Measuring cannot fail half-way through a layout, so the first text that is not valid markup is remembered in
/// `failure`, and the figure throws it.
public final class Typesetter {
    /// The look of the figure.
    public let theme: Theme
    var failure: PlotError?

    private let context: OpaquePointer
    private var cache: [Key: SetText] = [:]

    private struct Key: Hashable {
        let markup: String
        let style: TextStyle
    }

    init(theme: Theme) {
        self.theme = theme
        context = pango_font_map_create_context(pango_cairo_font_map_get_default())
        // One point is one unit, and nothing is rounded to pixels: the layout is the same on paper and on screen.
        pango_cairo_context_set_resolution(context, 72)
        pango_context_set_round_glyph_positions(context, 0)
        let options = cairo_font_options_create()
        defer { cairo_font_options_destroy(options) }
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        pango_cairo_context_set_font_options(context, options)
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(context)) }

    /// A text in Pango markup, ready to be measured and drawn.
    public func set(_ markup: String, _ style: TextStyle) -> SetText {
        let key = Key(markup: markup, style: style)
        if let known = cache[key] { return known }
        let text = SetText(layout(markup, style), markup: markup, style: style)
        cache[key] = text
        return text
    }

    private func layout(_ markup: String, _ style: TextStyle) -> OpaquePointer {
        let layout: OpaquePointer = pango_layout_new(context)
        let font = pango_font_description_new()
        defer { pango_font_description_free(font) }
        pango_font_description_set_family(font, theme.family)
        pango_font_description_set_weight(font, PangoWeight(rawValue: UInt32(style.weight.rawValue)))
        pango_font_description_set_size(font, Int32((min(max(0.1, style.size), 1000) * Double(PANGO_SCALE)).rounded()))
        pango_layout_set_font_description(layout, font)
        let text = Self.withLegibleScripts(markup, size: style.size)
        if let reason = markupError(text) {
            failure = failure ?? .markup(text: markup, reason: reason)
        } else {
            pango_layout_set_markup(layout, text, -1)
        }
        return layout
    }

    /// Pango's own sub- and superscripts are half as large as the text, too small to read at the sizes of a figure.
    private static func withLegibleScripts(_ markup: String, size: Double) -> String {
        func span(_ ems: Double) -> String {
            "<span size=\"72%\" rise=\"\(Int(ems * min(max(0.1, size), 1000) * Double(PANGO_SCALE)))\">"
        }
        return markup.replacing("<sub>", with: span(-0.16)).replacing("</sub>", with: "</span>")
            .replacing("<sup>", with: span(0.36)).replacing("</sup>", with: "</span>")
    }

    private func markupError(_ text: String) -> String? {
        var error: UnsafeMutablePointer<GError>?
        guard pango_parse_markup(text, -1, 0, nil, nil, nil, &error) == 0 else { return nil }
        defer { g_error_free(error) }
        return error.map { String(cString: $0.pointee.message) } ?? "unknown reason"
    }
}

/// A text with known measures.
public final class SetText {
    let layout: OpaquePointer
    let style: TextStyle
    /// From the top of the first line's capitals to the last baseline; the origin is the layout's top left corner.
    let box: Rect
    /// Everything that is inked, and the room for sub- and superscripts even where there are none, so that texts
    /// next to each other are level.
    let reach: Rect

    /// What was set.
    let markup: String
    let firstBaseline: Double
    var isOneLine: Bool { box.maxY == firstBaseline }

    fileprivate init(_ layout: OpaquePointer, markup: String, style: TextStyle) {
        self.layout = layout
        self.markup = markup
        self.style = style
        var (ink, logical) = (PangoRectangle(), PangoRectangle())
        pango_layout_get_extents(layout, &ink, &logical)
        func points(_ v: Int32) -> Double { Double(v) / Double(PANGO_SCALE) }
        let capHeight = 0.727 * style.size  // Inter's; other sans-serifs are within 2%
        let first = points(pango_layout_get_baseline(layout))
        firstBaseline = first
        let iterator = pango_layout_get_iter(layout)
        defer { pango_layout_iter_free(iterator) }
        while pango_layout_iter_next_line(iterator) != 0 {}
        let last = points(pango_layout_iter_get_baseline(iterator))
        box = Rect(
            Point(points(logical.x), first - capHeight), Point(points(logical.x) + points(logical.width), last))
        let inked = Rect(x: points(ink.x), y: points(ink.y), width: points(ink.width), height: points(ink.height))
        let size = style.size
        let scripts = Rect(
            x: box.minX, y: first - 0.88 * size, width: box.width, height: last - first + (0.88 + 0.3) * size)
        reach = box.union(ink.width > 0 ? inked.union(scripts) : nil)
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(layout)) }

    /// The advance of the longest line, in points.
    public var width: Double { box.width }
    /// From the top of the capitals to the last baseline.
    public var height: Double { box.height }

    /// What the text covers when its anchor is at a point; `angle` in radians, clockwise.
    public func bounds(at point: Point, _ anchor: Anchor, angle: Double = 0) -> Rect {
        let pivot = origin(of: anchor)
        let corners = [
            Point(reach.minX, reach.minY), Point(reach.maxX, reach.minY), Point(reach.maxX, reach.maxY),
            Point(reach.minX, reach.maxY),
        ].map { (($0 - pivot).rotated(by: angle)) + point }
        return corners.dropFirst().reduce(Rect(corners[0], corners[0])) { $0.union(Rect($1, $1)) }
    }

    func origin(of anchor: Anchor) -> Point {
        Point(box.minX + anchor.x * box.width, box.minY + anchor.y * box.height)
    }
}
