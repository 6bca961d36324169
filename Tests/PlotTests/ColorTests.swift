import Testing

@testable import Plot

@Suite("Colours")
struct ColorTests {
    @Test("Mixing passes through Oklab and back")
    func roundTrip() {
        for color in Palette.all + [.white, .black] {
            let same = color.mixed(with: .white, 0)
            #expect(abs(same.red - color.red) + abs(same.green - color.green) + abs(same.blue - color.blue) < 1e-6)
        }
        #expect(Color.black.mixed(with: .white, 0.5).lightness.rounded(to: 6) == 0.5)
    }

    @Test("Maps have their ends, and go on beyond them")
    func ends() {
        func close(_ a: Color, _ b: Color) -> Bool { a.premultiplied(on: .light) == b.premultiplied(on: .light) }
        #expect(close(ColorMap.viridis(0), Color(0x440154)) && close(ColorMap.viridis(1), Color(0xFDE725)))
        #expect(
            close(ColorMap.viridis(-3), ColorMap.viridis(0)) && close(ColorMap.viridis(.infinity), ColorMap.viridis(1)))
        #expect(close(ColorMap.diverging(0, in: -1...1), .white), "zero is white")
        #expect(ColorMap.viridis(.nan) == .clear && ColorMap.viridis(.nan, in: 2...2) == .clear)
        #expect(ColorMap.viridis.colors(3).count == 3 && ColorMap.viridis.colors(0).isEmpty)
    }

    @Test(
        "Sequential maps change in lightness all the way, so they survive a grey printer",
        arguments: [
            (ColorMap.viridis, 1.0), (.importance, -1), (.superposition, 1),
        ])
    func monotone(_ map: ColorMap, _ sign: Double) {
        let lightness = map.colors(101).map(\.lightness)
        for (a, b) in zip(lightness, lightness.dropFirst()) { #expect((b - a) * sign > 0) }
    }

    @Test("Equal magnitudes are equally light in the diverging map")
    func symmetric() {
        for value in stride(from: 0.0, through: 1, by: 0.125) {
            let (low, high) = (ColorMap.diverging(-value, in: -1...1), ColorMap.diverging(value, in: -1...1))
            #expect(abs(low.lightness - high.lightness) < 0.05)
        }
    }

    @Test("A plane is grey where nothing is, has the map's colours where all is, and goes on beyond")
    func plane() {
        let plane = ColorPlane.superposition
        func close(_ a: Color, _ b: Color) -> Bool { a.premultiplied(on: .light) == b.premultiplied(on: .light) }
        for fraction in [0, 0.3, 1] {
            #expect(close(plane(0, fraction), plane(-1, 0)) && close(plane(0, fraction), plane(0, .nan)))
            #expect(close(plane(1, fraction), ColorMap.superposition(fraction)))
            #expect(close(plane(1.5, fraction), plane(1, fraction)))
            let lightness = [0, 0.25, 0.5, 0.75, 1].map { plane($0, fraction).lightness }
            for (a, b) in zip(lightness, lightness.dropFirst()) { #expect(b < a) }
        }
        #expect(close(plane(0.5, 7), plane(0.5, 1)) && close(plane(0.5, -7), plane(0.5, 0)))
        #expect(plane(.nan, 0.5) == .clear && plane(0.5, .nan) == .clear)
        #expect(!close(plane(0, 0), .white), "nothing is not the same as no answer")
    }

    @Test("The least important feature is visible on white")
    func visible() {
        // WCAG contrast against white; below about 1.5 a thin line is lost.
        #expect(1.05 / (ColorMap.importance(0).luminance + 0.05) > 1.7)
    }

    @Test("White is the page and black is ink on pages of both kinds, and greys are between them in order")
    func pages() {
        for appearance in Appearance.allCases {
            #expect(Color.white.rgb(on: appearance) == appearance.paper)
            let levels = stride(from: 0.0, through: 1, by: 0.05).map { gray in
                Color(gray: gray).luminance(on: appearance)
            }
            let sign = appearance == .light ? 1.0 : -1
            for (a, b) in zip(levels, levels.dropFirst()) { #expect((b - a) * sign > 0) }
        }
        #expect(Color.white.fixed.luminance(on: .dark) == 1)
    }

    @Test("What is drawn in lines can be seen on pages of both kinds", arguments: Appearance.allCases)
    func contrast(_ appearance: Appearance) {
        func contrast(_ a: Color, _ b: Color) -> Double {
            let (p, q) = (a.luminance(on: appearance) + 0.05, b.luminance(on: appearance) + 0.05)
            return max(p, q) / min(p, q)
        }
        let theme = Theme.standard
        for color in [theme.tick.color, theme.annotation.color] { #expect(contrast(color, .white) > 4.5) }
        #expect(contrast(theme.axis.color, .white) > 3)
        let colors = [ColorMap.importance, .superposition].flatMap { $0.colors(9) } + Palette.all
        for color in colors {
            #expect(contrast(color, .white) > (appearance == .light ? 1.25 : 3))
            // A text on a mark is read, whatever the mark's colour.
            #expect(contrast(color.text(), color) > 3)
        }
    }

    @Test("Maps keep their order on dark pages, and zero is the page")
    func dark() {
        for (map, sign) in [(ColorMap.viridis, 1.0), (.importance, -1), (.superposition, 1)] {
            let levels = map.colors(33).map { $0.luminance(on: .dark) }
            for (a, b) in zip(levels, levels.dropFirst()) { #expect((b - a) * sign > 0) }
        }
        #expect(ColorMap.diverging(0, in: -1...1).premultiplied(on: .dark) == 0xFF16_181B)
        for value in stride(from: 0.0, through: 1, by: 0.125) {
            let (low, high) = (ColorMap.diverging(-value, in: -1...1), ColorMap.diverging(value, in: -1...1))
            let (a, b) = (Oklab(low.rgb(on: .dark)).lightness, Oklab(high.rgb(on: .dark)).lightness)
            #expect(abs(a - b) < 0.05)
        }
    }
}

extension Color {
    /// Oklab's, on light pages.
    fileprivate var lightness: Double { Oklab(rgb(on: .light)).lightness }
}

extension Double {
    fileprivate func rounded(to digits: Int) -> Double {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        return (self * scale).rounded() / scale
    }
}
