import CPangoCairo

/// What marks draw on: a page in points, y downwards.
///
/// Cairo keeps its first error and ignores what comes after, so drawing does not throw; the figure asks at the end.
public final class Canvas {
    /// Sets texts for `draw(_:at:_:angle:halo:)`.
    public let typesetter: Typesetter
    private let context: OpaquePointer
    /// Who listens to what is drawn where; nil if nobody does.
    let recorder: Recorder?

    /// The look of the figure.
    public var theme: Theme { typesetter.theme }

    init(_ surface: OpaquePointer, _ typesetter: Typesetter, _ recorder: Recorder? = nil) {
        self.typesetter = typesetter
        self.recorder = recorder
        context = cairo_create(surface)
    }

    deinit { cairo_destroy(context) }

    var status: cairo_status_t { cairo_status(context) }

    func scale(by factor: Double) { cairo_scale(context, factor, factor) }

    // MARK: - Shapes

    /// Fills a path, by the non-zero rule.
    public func fill(_ path: Path, _ color: Color) {
        guard color.alpha > 0, add(path) else { return }
        set(color)
        cairo_fill(context)
    }

    /// Draws the outline of a path.
    public func stroke(_ path: Path, _ stroke: Stroke) {
        guard stroke.color.alpha > 0, stroke.width > 0, add(path) else { return }
        set(stroke.color)
        cairo_set_line_width(context, stroke.width)
        cairo_set_dash(context, stroke.dash, Int32(stroke.dash.count), 0)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        cairo_set_line_cap(context, CAIRO_LINE_CAP_BUTT)
        cairo_stroke(context)
    }

    /// Runs `body` with everything outside `rect` left alone.
    public func clipped(to rect: Rect, _ body: () -> Void) {
        cairo_save(context)
        cairo_rectangle(context, rect.minX, rect.minY, rect.width, rect.height)
        cairo_clip(context)
        body()
        cairo_restore(context)
    }

    // MARK: - Text

    /// Draws a text with its anchor at a point; `angle` in radians, clockwise. A halo keeps it legible on pictures.
    public func draw(_ text: SetText, at point: Point, _ anchor: Anchor, angle: Double = 0, halo: Color? = nil) {
        guard point.isFinite else { return }
        let origin = text.origin(of: anchor)
        recorder?.add(
            Recorder.Text(
                markup: text.markup,
                start: point + (Point(text.box.minX, text.firstBaseline) - origin).rotated(by: angle), angle: angle,
                size: text.style.size, width: text.isOneLine ? text.width : nil))
        cairo_save(context)
        defer { cairo_restore(context) }
        cairo_translate(context, point.x, point.y)
        cairo_rotate(context, angle)
        if let halo {
            cairo_move_to(context, -origin.x, -origin.y)
            pango_cairo_layout_path(context, text.layout)
            set(halo)
            cairo_set_line_width(context, 2)
            cairo_set_dash(context, nil, 0, 0)
            cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
            cairo_stroke(context)
        }
        set(text.style.color)
        cairo_move_to(context, -origin.x, -origin.y)
        pango_cairo_show_layout(context, text.layout)
    }

    // MARK: - Pictures

    /// Fills a rectangle with a picture whose cells stay sharp.
    public func draw(_ raster: Raster, in rect: Rect) {
        guard raster.width > 0, raster.height > 0, rect.width > 0, rect.height > 0 else { return }
        // Programs that smooth pictures blur the cells' edges by one sample: enough samples make that invisible.
        func repeats(_ cells: Int, _ length: Double) -> Int {
            max(1, Int(min((4 * length / Double(cells)).rounded(.up), 4096 / Double(cells))))
        }
        let (kx, ky) = (repeats(raster.width, rect.width), repeats(raster.height, rect.height))
        let (width, height) = (raster.width * kx, raster.height * ky)
        let image = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, Int32(width), Int32(height))
        defer { cairo_surface_destroy(image) }
        guard let bytes = cairo_image_surface_get_data(image) else {
            let reason = String(cString: cairo_status_to_string(cairo_surface_status(image)))
            typesetter.failure = typesetter.failure ?? .drawing("a picture of \(width) × \(height) samples: \(reason)")
            return
        }
        cairo_surface_flush(image)
        let pixels = raster.pixels(on: theme.appearance)
        let stride = Int(cairo_image_surface_get_stride(image))
        for y in 0..<height {
            let row = UnsafeMutableRawPointer(bytes + y * stride).assumingMemoryBound(to: UInt32.self)
            let source = y / ky * raster.width
            for x in 0..<width { row[x] = pixels[source + x / kx] }
        }
        cairo_surface_mark_dirty(image)

        cairo_save(context)
        defer { cairo_restore(context) }
        cairo_translate(context, rect.minX, rect.minY)
        cairo_scale(context, rect.width / Double(width), rect.height / Double(height))
        cairo_rectangle(context, 0, 0, Double(width), Double(height))
        cairo_set_source_surface(context, image, 0, 0)
        cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
        cairo_fill(context)
    }

    /// Runs `body` on a picture of `rect` with `resolution` dots per inch, and draws that; on a canvas that is a
    /// picture itself, runs it there.
    func rasterized(_ rect: Rect, resolution: Double, _ body: (Canvas) -> Void) {
        guard cairo_surface_get_type(cairo_get_target(context)) != CAIRO_SURFACE_TYPE_IMAGE else { return body(self) }
        // Cairo's pictures have at most 32,767 dots on a side. Round symbols on an edge need the dot beyond it.
        let scale = min(resolution / 72, 32_000 / max(rect.width, rect.height))
        let rect = rect.expanded(by: 1 / scale)
        let (width, height) = ((rect.width * scale).rounded(.up), (rect.height * scale).rounded(.up))
        guard width >= 1, height >= 1 else { return }
        let image = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, Int32(width), Int32(height))
        defer { cairo_surface_destroy(image) }
        guard let image, cairo_surface_status(image) == CAIRO_STATUS_SUCCESS else {
            typesetter.failure = typesetter.failure ?? .drawing("no memory for a picture of \(width) × \(height) dots")
            return
        }
        let canvas = Canvas(image, typesetter, recorder)
        cairo_scale(canvas.context, scale, scale)
        cairo_translate(canvas.context, -rect.minX, -rect.minY)
        body(canvas)
        cairo_surface_flush(image)
        if let bytes = cairo_image_surface_get_data(image) {
            let count = Int(cairo_image_surface_get_stride(image)) / 4 * Int(height)
            let dots = UnsafeMutableRawPointer(bytes).assumingMemoryBound(to: UInt32.self)
            for index in 0..<count { dots[index] = withFewerLevels(dots[index]) }
        }
        cairo_surface_mark_dirty(image)

        cairo_save(context)
        defer { cairo_restore(context) }
        cairo_translate(context, rect.minX, rect.minY)
        cairo_scale(context, 1 / scale, 1 / scale)
        cairo_rectangle(context, 0, 0, width, height)
        cairo_set_source_surface(context, image, 0, 0)
        cairo_fill(context)
    }

    // MARK: - Readers

    /// Tells readers who point at a mark what it is. Marks of a chapter may do so when they draw.
    public func tell(_ reading: Reading) { recorder?.add(reading) }

    // MARK: - Cairo

    private func set(_ color: Color) {
        let rgb = color.rgb(on: theme.appearance)
        cairo_set_source_rgba(context, rgb.x, rgb.y, rgb.z, color.alpha)
    }

    private func add(_ path: Path) -> Bool {
        cairo_new_path(context)
        // Cairo's coordinates overflow; a million points is far enough off any page for all slopes to be right.
        func within(_ p: Point) -> Point { Point(min(max(p.x, -1e6), 1e6), min(max(p.y, -1e6), 1e6)) }
        for element in path.elements {
            switch element.map(within) {
            case .move(let p): cairo_move_to(context, p.x, p.y)
            case .line(let p): cairo_line_to(context, p.x, p.y)
            case .curve(let a, let b, let p): cairo_curve_to(context, a.x, a.y, b.x, b.y, p.x, p.y)
            case .close: cairo_close_path(context)
            }
        }
        return !path.isEmpty
    }
}

/// A translucent dot (premultiplied `0xAARRGGBB`) with 32 levels of opacity and colour: no eye sees the difference at
/// the edges of symbols, and files are half as large. The faintest keep their opacity, opaque ones all.
private func withFewerLevels(_ dot: UInt32) -> UInt32 {
    func rounded(_ level: UInt32) -> UInt32 { min((level + 4) & ~7, 255) }
    let alpha = dot >> 24
    guard alpha > 0, alpha < 255 else { return dot }
    let fewer = alpha < 32 ? alpha : rounded(alpha)
    func component(_ shift: UInt32) -> UInt32 {
        let straight = ((dot >> shift & 0xFF) * 255 + alpha / 2) / alpha
        return ((rounded(straight) * fewer + 127) / 255) << shift
    }
    return fewer << 24 | component(16) | component(8) | component(0)
}
