/// What pages look like.
enum PageStyle {
    /// The parts of the style sheet, later ones over earlier ones.
    private static var parts: [[UInt8]] {
        [
            PackageResources.style_css, PackageResources.figures_css, PackageResources.training_css,
            PackageResources.reproducibility_css,
        ]
    }

    /// The style sheet that stands in every page.
    static var text: String { parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n") }
}
