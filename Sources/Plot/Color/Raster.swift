/// A picture of coloured cells, row 0 at the top.
public struct Raster: Sendable, Hashable {
    public let width, height: Int
    let pixels: [UInt32]

    /// A picture whose cell in column x and row y has the colour `color(x, y)`.
    ///
    /// - Precondition: `width` and `height` are not negative.
    public init(width: Int, height: Int, color: (_ x: Int, _ y: Int) -> Color) {
        precondition(width >= 0 && height >= 0, "a picture has no negative size")
        self.width = width
        self.height = height
        pixels = (0..<height).flatMap { y in (0..<width).map { x in color(x, y).premultiplied } }
    }
}

extension Raster {
    func flipped(horizontally: Bool, vertically: Bool) -> Raster {
        guard horizontally || vertically else { return self }
        return Raster(
            width: width, height: height,
            pixels: (0..<height).flatMap { y in
                (0..<width).map { x in
                    pixels[(vertically ? height - 1 - y : y) * width + (horizontally ? width - 1 - x : x)]
                }
            })
    }

    private init(width: Int, height: Int, pixels: [UInt32]) {
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}
