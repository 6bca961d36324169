import Foundation
import Testing

@testable import Plot

@Suite("Marks rasterised inside a figure")
struct RasterizedTests {
    /// A scatter as wide as a column: 40 settings of 400 features.
    private func scatter(@MarkBuilder _ marks: ([Point]) -> [any Mark]) -> Figure {
        // Multiples of irrational numbers have no pattern; the sum of two fractions is most often near 1.
        func fraction(_ value: Double) -> Double { value - value.rounded(.down) }
        let points = (0..<16_000).map { index in
            let sum = fraction(Double(index) * 0.6180339887) + fraction(Double(index) * 0.4142135624)
            return Point(Double(index / 400), 0.2 + 0.3 * sum)
        }
        let marks = marks(points)
        return Figure { Axes(x: .linear(-1...40), y: .linear(0...1, label: "y"), height: 220) { marks } }
    }

    @Test("A large scatter is a light file, texts stay texts", arguments: [Figure.Format.svg, .pdf])
    func light(_ format: Figure.Format) throws {
        let file = try scatter { points in Rasterized { Points(points, color: Palette.blue.opacity(0.2), size: 3) } }
            .render(
                as: format)
        #expect(file.count < 300_000)
        if format == .svg {
            let text = String(decoding: file, as: UTF8.self)
            #expect(text.ranges(of: "<image ").count == 1)
            #expect(text.contains("<use "), "glyphs")
        }
    }

    private func picture(@MarkBuilder _ marks: () -> [any Mark]) throws -> Picture {
        let figure = Figure(width: 60) {
            Axes(x: .linear(0...1).hidden(), y: .linear(0...1).hidden(), aspect: 1, marks: marks)
        }
        let text = String(decoding: try figure.render(as: .svg), as: UTF8.self)
        let data = try #require(text.firstMatch(of: /base64,([^"]*)"/)).1
        return try #require(Data(base64Encoded: String(data)).flatMap(Picture.init))
    }

    @Test("Translucent marks add up, opaque ones keep their colour, the faintest do not vanish")
    func opacity() throws {
        let color = Color(red: 0.2, green: 0.5, blue: 0.7)
        func middle(_ opacities: [Double]) throws -> UInt32 {
            let picture = try picture {
                Rasterized {
                    for opacity in opacities { Points([Point(0.5, 0.5)], color: color.opacity(opacity), size: 20) }
                }
            }
            return picture[picture.width / 2, picture.height / 2]
        }
        #expect(try middle([1]) == color.premultiplied(on: .light))
        #expect(try middle([0.01]) >> 24 > 0)
        let (once, thrice) = (try middle([0.4]) >> 24, try middle([0.4, 0.4, 0.4]) >> 24)
        // 1 − 0.6³ = 0.784; opacity has levels of 8.
        #expect(abs(Int(once) - 102) <= 4 && abs(Int(thrice) - 200) <= 4)
        #expect(try middle([]) == 0)
        let translucent = try middle([0.6])
        for (shift, component) in [(16, color.red), (8, color.green), (0, color.blue)] {
            let share = Double(translucent >> UInt32(shift) & 0xFF) / Double(translucent >> 24)
            #expect(abs(share - component) < 0.03)
        }
    }

    @Test("A symbol on the edge of the plot area stays whole")
    func edge() throws {
        let picture = try picture { Rasterized(resolution: 144) { Points([Point(0, 0.5)], color: .black, size: 10) } }
        // Ten points at two dots each, and the half dots at the ends.
        let row = (0..<picture.width).count { picture[$0, picture.height / 2] >> 24 > 128 }
        #expect((19...21).contains(row))
    }

    @Test("A PNG draws the marks themselves")
    func png() throws {
        let points = [Point(0.2, 0.3), Point(0.21, 0.35)]
        let plain = Figure(width: 80) { Axes(height: 40) { Points(points) } }
        let wrapped = Figure(width: 80) { Axes(height: 40) { Rasterized { Points(points) } } }
        #expect(try plain.render(as: .png) == wrapped.render(as: .png))
    }
}
