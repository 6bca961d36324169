/// What a file is, by its name, in the words of HTTP.
enum ContentType {
    private static let known = [
        "bib": "text/plain; charset=utf-8",
        "css": "text/css; charset=utf-8",
        "csv": "text/csv; charset=utf-8",
        "epub": "application/epub+zip",
        "html": "text/html; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "json": "application/json",
        "jsonl": "text/plain; charset=utf-8",
        "jsonld": "application/ld+json",
        "md": "text/plain; charset=utf-8",
        "pdf": "application/pdf",
        "png": "image/png",
        "svg": "image/svg+xml",
        "txt": "text/plain; charset=utf-8",
    ]

    /// The type of a file with a name. What is not known, such as safetensors, is bytes.
    static func of(_ name: String) -> String {
        let suffix = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return known[suffix] ?? "application/octet-stream"
    }
}
