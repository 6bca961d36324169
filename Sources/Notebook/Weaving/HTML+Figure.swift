extension HTML {
    /// A figure's picture, for light and for dark pages, as large as the page allows.
    ///
    /// - Parameter answers: what the page's script tells readers who point at the picture, as JSON.
    static func plot(_ figure: Manifest.Figure, answers: String? = nil) -> String {
        let size = figure.size.map { " width=\"\(display($0.width))\" height=\"\(display($0.height))\"" } ?? ""
        let path = escape(figure.files["svg"]?.path ?? "")
        let dark = figure.files["dark.svg"].map { file in
            "<source media=\"(prefers-color-scheme: dark)\" srcset=\"\(escape(file.path))\">"
        }
        let data = answers.map { "\n<script type=\"application/json\" class=\"answers\">\($0)</script>" }
        return """
            <div class="plot"><picture>\(dark ?? "")<img src="\(path)" alt="\(escape(figure.alt))"\(size)></picture></div>
            <p class="enlarge downloads"><a href="\(path)">Figure \(escape(figure.number)) alone, to enlarge</a></p>\(data ?? "")
            """
    }
}
