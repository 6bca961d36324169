import Foundation

/// An sRGB colour with straight alpha; components from 0 to 1.
///
/// A colour knows how it looks on light and on dark pages. White is the page, black is ink, greys are between them:
/// on dark pages they trade places. Other colours become lighter there, unless they are given both ways.
public struct Color: Sendable, Hashable {
    /// On light pages.
    private let light: RGB
    /// On dark pages; nil if it follows from the other.
    private let dark: RGB?
    /// From 0 (nothing at all) to 1 (opaque).
    public let alpha: Double

    private init(light: RGB, dark: RGB?, alpha: Double) {
        self.light = light
        self.dark = dark
        self.alpha = alpha
    }

    /// Components outside 0…1 are clamped; those that are not numbers count as 0.
    public init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
        self.init(light: RGB(red, green, blue).map(Self.unit), dark: nil, alpha: Self.unit(alpha))
    }

    /// A colour from `0xRRGGBB`; `dark` is the one for dark pages.
    public init(_ hex: UInt32, dark: UInt32? = nil) {
        func rgb(_ hex: UInt32) -> RGB {
            RGB(Double(hex >> 16 & 0xFF), Double(hex >> 8 & 0xFF), Double(hex & 0xFF)) / 255
        }
        self.init(light: rgb(hex), dark: dark.map(rgb), alpha: 1)
    }

    /// A grey; 0 is black.
    public init(gray: Double) { self.init(red: gray, green: gray, blue: gray) }

    /// White, the colour of the page.
    public static let white = Color(gray: 1)
    /// Black, the colour of ink.
    public static let black = Color(gray: 0)
    /// Nothing at all.
    public static let clear = Color(red: 0, green: 0, blue: 0, alpha: 0)

    /// On light pages.
    public var red: Double { light.x }
    /// On light pages.
    public var green: Double { light.y }
    /// On light pages.
    public var blue: Double { light.z }

    /// The same colour, seen through.
    public func opacity(_ alpha: Double) -> Color { Color(light: light, dark: dark, alpha: Self.unit(alpha)) }

    /// The same colour with another one, `0xRRGGBB`, on dark pages.
    public func onDark(_ hex: UInt32) -> Color { Color(light: light, dark: Color(hex).light, alpha: alpha) }

    /// The colour as it is on light pages, on dark ones too: for what lies on a picture that does not change.
    public var fixed: Color { Color(light: light, dark: light, alpha: alpha) }

    /// WCAG relative luminance of the opaque colour on light pages: 0 for black, 1 for white.
    public var luminance: Double { luminance(on: .light) }

    /// WCAG relative luminance of the opaque colour on a page.
    public func luminance(on appearance: Appearance) -> Double { Self.luminance(rgb(on: appearance)) }

    /// The colour for a text that stands on this one: `ink`, or the page's colour where that is read better.
    public func text(_ ink: Color = .black) -> Color {
        func choice(_ appearance: Appearance) -> RGB {
            let (mine, ink) = (rgb(on: appearance), ink.rgb(on: appearance))
            if appearance == .light { return Self.luminance(mine) < 0.3 ? appearance.paper : ink }
            return Self.contrast(mine, ink) >= Self.contrast(mine, appearance.paper) ? ink : appearance.paper
        }
        return Color(light: choice(.light), dark: choice(.dark), alpha: 1)
    }

    private static func unit(_ v: Double) -> Double { v.isNaN ? 0 : min(max(v, 0), 1) }
    static func linear(_ v: Double) -> Double { v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4) }
    static func encoded(_ v: Double) -> Double { v <= 0.0031308 ? v * 12.92 : 1.055 * pow(v, 1 / 2.4) - 0.055 }

    private static func luminance(_ rgb: RGB) -> Double {
        0.2126 * linear(rgb.x) + 0.7152 * linear(rgb.y) + 0.0722 * linear(rgb.z)
    }

    /// The contrast ratio of WCAG.
    private static func contrast(_ a: RGB, _ b: RGB) -> Double {
        let (p, q) = (luminance(a), luminance(b))
        return (max(p, q) + 0.05) / (min(p, q) + 0.05)
    }
}

// MARK: - Pages

extension Color {
    /// Red, green and blue on a page.
    func rgb(on appearance: Appearance) -> RGB { appearance == .light ? light : dark ?? Self.onDark(light) }

    /// Premultiplied `0xAARRGGBB`, the layout of Cairo's images.
    func premultiplied(on appearance: Appearance) -> UInt32 {
        func byte(_ v: Double) -> UInt32 { UInt32((v * 255).rounded()) }
        let rgb = rgb(on: appearance)
        return byte(alpha) << 24 | byte(rgb.x * alpha) << 16 | byte(rgb.y * alpha) << 8 | byte(rgb.z * alpha)
    }

    /// The colour `fraction` of the way to `other`, in even steps to the eye, on every page.
    func mixed(with other: Color, _ fraction: Double) -> Color {
        let isPlain = dark == nil && other.dark == nil && light == other.light
        return Color(
            light: Oklab(light).mixed(with: Oklab(other.light), fraction).rgb,
            dark: isPlain
                ? nil : Oklab(rgb(on: .dark)).mixed(with: Oklab(other.rgb(on: .dark)), fraction).rgb,
            alpha: Self.unit(alpha + (other.alpha - alpha) * fraction))
    }

    /// Greys go from the page to ink; colours keep their hue and become light enough to be seen.
    private static func onDark(_ light: RGB) -> RGB {
        let (paper, ink) = (Appearance.dark.paper, Appearance.dark.ink)
        if light == Appearance.light.paper { return paper }
        let color = Oklab(light)
        // Eyes tell dark greys apart less well, so the steps near the page are larger.
        let grey = Oklab(ink).mixed(with: Oklab(paper), pow(min(max(color.lightness, 0), 1), 1.5))
        let share = min(max((color.chroma - 0.02) / 0.08, 0), 1)
        if share == 0 { return grey.rgb }
        let vivid = Oklab(lightness: 0.6 + 0.3 * color.lightness, a: color.a, b: color.b)
        return grey.mixed(with: vivid, share * share * (3 - 2 * share)).rgb
    }
}

extension RGB {
    fileprivate func map(_ change: (Double) -> Double) -> RGB { RGB(change(x), change(y), change(z)) }
}

extension Color {
    /// The opaque colour on a page, as style sheets write it: `#rrggbb`.
    public func css(on appearance: Appearance) -> String {
        let rgb = opacity(1).premultiplied(on: appearance) & 0xFF_FFFF
        let digits = String(rgb, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
