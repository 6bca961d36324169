import CPangoCairo
import Foundation

/// A Cairo surface that becomes the bytes of a file.
struct Surface {
    /// Pixels per point of a PNG.
    static let pixelScale = 2.0

    /// The file that `draw` leaves on a page of the given size, in points.
    static func file(
        _ format: Figure.Format, _ size: Size, _ typesetter: Typesetter, _ recorder: Recorder?, draw: (Canvas) -> Void
    ) throws(PlotError) -> Data {
        let sink = Sink()
        let closure = Unmanaged.passUnretained(sink).toOpaque()
        let surface =
            switch format {
            case .svg: cairo_svg_surface_create_for_stream(Sink.write, closure, size.width, size.height)
            case .pdf: cairo_pdf_surface_create_for_stream(Sink.write, closure, size.width, size.height)
            case .png:
                cairo_image_surface_create(
                    CAIRO_FORMAT_RGB24, Int32(size.width * pixelScale), Int32(size.height * pixelScale))
            }
        guard let surface else { throw .drawing("out of memory") }
        defer {
            // The stream outlives the surface, which may write until it is gone.
            cairo_surface_destroy(surface)
            withExtendedLifetime(sink) {}
        }
        try check(cairo_surface_status(surface))
        if format == .pdf {
            // The only clock in the file.
            cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2022-09-14T00:00:00Z")
        }

        do {
            let canvas = Canvas(surface, typesetter, recorder)
            if format == .png { canvas.scale(by: pixelScale) }
            draw(canvas)
            try check(canvas.status)
        }
        if format == .png {
            try check(cairo_surface_write_to_png_stream(surface, Sink.write, closure))
        } else {
            cairo_surface_finish(surface)
            try check(cairo_surface_status(surface))
        }
        return format == .svg ? SVGIdentifiers.normalised(sink.data) : sink.data
    }

    private static func check(_ status: cairo_status_t) throws(PlotError) {
        guard status != CAIRO_STATUS_SUCCESS else { return }
        throw .drawing(String(cString: cairo_status_to_string(status)))
    }
}

/// Collects what Cairo writes.
private final class Sink {
    var data = Data()

    static let write: cairo_write_func_t = { closure, bytes, count in
        guard let closure, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
        Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue().data.append(bytes, count: Int(count))
        return CAIRO_STATUS_SUCCESS
    }
}
