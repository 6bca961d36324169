/// Marks that become one picture in a vector file: thousands of points stay a light file, while axes and texts
/// around them stay vectors. A PNG, which is a picture anyway, draws them as they are.
///
///     Axes(x: .log(label: "1 / (1 − <i>S</i>)"), y: .linear(label: "dimensionality")) {
///         Rasterized { Points(features, color: Palette.blue.opacity(0.15), size: 3) }
///         Line(mean)
///     }
public struct Rasterized: Mark {
    private let resolution: Double
    private let marks: [any Mark]

    /// The picture has `resolution` dots per inch: 200 are twice what a screen shows, and enough on paper for points.
    /// It covers the plot area, and what of the marks reaches beyond.
    ///
    /// - Precondition: `resolution` is positive.
    public init(resolution: Double = 200, @MarkBuilder marks: () -> [any Mark]) {
        precondition(resolution > 0, "a picture has a positive resolution")
        self.resolution = resolution
        self.marks = marks()
    }

    /// Adds the values of the data to `bounds`.
    public func cover(_ bounds: inout Bounds) {
        for mark in marks { mark.cover(&bounds) }
    }

    /// What may lie beyond the plot area.
    public func reach(in area: PlotArea, _ typesetter: Typesetter) -> Rect? {
        marks.reduce(nil) { reach, mark in mark.reach(in: area, typesetter).map { $0.union(reach) } ?? reach }
    }

    /// The names of the lines among the marks, which stay texts.
    public func endLabels(in area: PlotArea) -> [EndLabel] { marks.flatMap { $0.endLabels(in: area) } }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        let rect = area.rect.union(reach(in: area, canvas.typesetter))
        canvas.rasterized(rect, resolution: resolution) { canvas in
            for mark in marks { mark.draw(in: area, on: canvas) }
        }
    }
}
