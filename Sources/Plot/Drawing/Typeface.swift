import CPangoCairo

extension Theme {
    /// The first family to try, if the system lacks it. Figures would have other letters then, and other bytes.
    public var missingFamily: String? {
        let wanted = String(family.prefix { $0 != "," })
        var families: UnsafeMutablePointer<UnsafeMutablePointer<PangoFontFamily>?>?
        var count: Int32 = 0
        pango_font_map_list_families(pango_cairo_font_map_get_default(), &families, &count)
        defer { g_free(families) }
        let names = UnsafeMutableBufferPointer(start: families, count: Int(count)).compactMap { family in
            family.flatMap(pango_font_family_get_name).map { String(cString: $0) }
        }
        return names.contains { $0.lowercased() == wanted.lowercased() } ? nil : wanted
    }
}
