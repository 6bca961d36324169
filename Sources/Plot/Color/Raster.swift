/// A picture of coloured cells, row 0 at the top.
public struct Raster: Sendable, Hashable {
    public let width, height: Int
    private let light, dark: [UInt32]

    /// A picture whose cell in column x and row y has the colour `color(x, y)`.
    ///
    /// - Precondition: `width` and `height` are not negative.
    public init(width: Int, height: Int, color: (_ x: Int, _ y: Int) -> Color) {
        precondition(width >= 0 && height >= 0, "a picture has no negative size")
        self.width = width
        self.height = height
        let colors = (0..<height).flatMap { y in (0..<width).map { x in color(x, y) } }
        light = colors.map { $0.premultiplied(on: .light) }
        dark = colors.map { $0.premultiplied(on: .dark) }
    }
}

extension Raster {
    /// Premultiplied `0xAARRGGBB`, row by row.
    func pixels(on appearance: Appearance) -> [UInt32] { appearance == .light ? light : dark }

    func flipped(horizontally: Bool, vertically: Bool) -> Raster {
        guard horizontally || vertically else { return self }
        func flipped(_ pixels: [UInt32]) -> [UInt32] {
            (0..<height).flatMap { y in
                (0..<width).map { x in
                    pixels[(vertically ? height - 1 - y : y) * width + (horizontally ? width - 1 - x : x)]
                }
            }
        }
        return Raster(width: width, height: height, light: flipped(light), dark: flipped(dark))
    }

    private init(width: Int, height: Int, light: [UInt32], dark: [UInt32]) {
        self.width = width
        self.height = height
        self.light = light
        self.dark = dark
    }
}
