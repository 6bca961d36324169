/// Collects what is where while a figure is drawn.
final class Recorder {
    /// A plot area with what its marks tell.
    struct Panel {
        let titles: [String]
        let area: PlotArea
        let x, y: Axis
        var readings: [Reading] = []
    }

    /// A text as it stands on the page.
    struct Text {
        let markup: String
        /// Where the first baseline starts.
        let start: Point
        let angle, size: Double
        /// Of a text of one line.
        let width: Double?
    }

    private(set) var panels: [Panel] = []
    private(set) var texts: [Text] = []
    /// The meanings of colours.
    private(set) var names: [Color: String] = [:]
    private(set) var bars: [(map: ColorMap, label: String)] = []
    private var titles: [String] = []
    private var isInPanel = false

    /// Runs `body` under titles that tell its panels from others.
    func under(_ titles: [String?], _ body: () -> Void) {
        let count = self.titles.count
        self.titles += titles.compactMap(\.self)
        body()
        self.titles.removeSubrange(count...)
    }

    func panel(_ title: String?, in area: PlotArea, x: Axis, y: Axis, _ body: () -> Void) {
        panels.append(Panel(titles: titles + (title.map { [$0] } ?? []), area: area, x: x, y: y))
        isInPanel = true
        body()
        isInPanel = false
        if panels.last?.readings.isEmpty == true { panels.removeLast() }
    }

    func add(_ reading: Reading) {
        if isInPanel { panels[panels.count - 1].readings.append(reading) }
    }

    func add(_ text: Text) { texts.append(text) }

    /// The first meaning of a colour stays.
    func name(_ color: Color, _ meaning: String) {
        let opaque = color.opacity(1)
        if names[opaque] == nil { names[opaque] = meaning }
    }

    func add(_ map: ColorMap, label: String?) { if let label { bars.append((map, label)) } }
}
