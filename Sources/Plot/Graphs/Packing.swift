/// Rectangles in a box, row by row, none over another.
struct Packing {
    /// The top left corner of each rectangle, in the order given.
    let origins: [Point]
    let size: Size

    /// The arrangement that shows the rectangles largest in a box of the given width over height.
    init(_ sizes: [Size], aspect: Double) {
        let area = sizes.reduce(0) { $0 + $1.width * $1.height }
        let widest = sizes.map(\.width).max() ?? 0
        func height(_ packing: Packing) -> Double { max(packing.size.height, packing.size.width / aspect) }
        let least = (area * aspect).squareRoot()
        let packings = (0..<48).map { Packing(sizes, width: max(widest, least * (0.9 + 0.02 * Double($0)))) }
        self = packings.min { height($0) < height($1) } ?? Packing(sizes, width: widest)
    }

    /// Each rectangle goes as high up as there is room, and there as far to the left.
    private init(_ sizes: [Size], width: Double) {
        let tolerance = 1e-9 * max(width, 1)
        /// The lower edge of what has been placed, from left to right: where each stretch starts, and its height.
        var skyline = [(x: 0.0, y: 0.0)]
        func end(_ index: Int) -> Double { index + 1 < skyline.count ? skyline[index + 1].x : width }

        origins = sizes.map { size in
            var best: Point?
            for (index, stretch) in skyline.enumerated() where stretch.x + size.width <= width + tolerance {
                let covered = skyline[index...].prefix { $0.x < stretch.x + size.width - tolerance }
                let y = covered.reduce(0) { max($0, $1.y) }
                if best.map({ y < $0.y - tolerance }) ?? true { best = Point(stretch.x, y) }
            }
            let origin = best ?? .zero
            let right = origin.x + size.width
            // What the rectangle covers of the skyline is as low as the rectangle now.
            let after = skyline.indices.last { skyline[$0].x <= right + tolerance }.map { (right, skyline[$0].y) }
            skyline =
                skyline.filter { $0.x < origin.x - tolerance } + [(origin.x, origin.y + size.height)]
                + (right < width - tolerance ? [after].compactMap(\.self) : [])
                + skyline.filter { $0.x > right + tolerance }
            return origin
        }
        let corners = zip(origins, sizes).map { Point($0.x + $1.width, $0.y + $1.height) }
        size = Size(corners.map(\.x).max() ?? 0, corners.map(\.y).max() ?? 0)
    }
}
