extension HTML {
    /// A figure's picture, for light and for dark pages, as large as the page allows.
    static func plot(_ figure: Manifest.Figure) -> String {
        let size = figure.size.map { " width=\"\(display($0.width))\" height=\"\(display($0.height))\"" } ?? ""
        let path = escape(figure.files["svg"]?.path ?? "")
        let dark = figure.files["dark.svg"].map { file in
            "<source media=\"(prefers-color-scheme: dark)\" srcset=\"\(escape(file.path))\">"
        }
        return """
            <div class="plot"><picture>\(dark ?? "")<img src="\(path)" alt="\(escape(figure.alt))"\(size)></picture></div>
            """
    }
}
