/// What pages do beyond being read. Everything on them is there without it.
enum PageScript {
    /// The parts of the script, each of which finds its own elements.
    private static var parts: [[UInt8]] {
        [
            PackageResources.page_js, PackageResources.notes_js, PackageResources.claims_js, PackageResources.search_js,
            PackageResources.figures_js,
            PackageResources.training_js,
        ]
    }

    /// The script that stands in every page.
    static var text: String { parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n") }
}
