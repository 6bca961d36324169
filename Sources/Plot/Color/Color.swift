import Foundation

/// An sRGB colour with straight alpha; components from 0 to 1.
public struct Color: Sendable, Hashable {
    public let red, green, blue, alpha: Double

    /// Components outside 0…1 are clamped; those that are not numbers count as 0.
    public init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
        func unit(_ v: Double) -> Double { v.isNaN ? 0 : min(max(v, 0), 1) }
        self.red = unit(red)
        self.green = unit(green)
        self.blue = unit(blue)
        self.alpha = unit(alpha)
    }

    /// A colour from `0xRRGGBB`.
    public init(_ hex: UInt32) {
        self.init(
            red: Double(hex >> 16 & 0xFF) / 255, green: Double(hex >> 8 & 0xFF) / 255, blue: Double(hex & 0xFF) / 255)
    }

    /// A grey; 0 is black.
    public init(gray: Double) { self.init(red: gray, green: gray, blue: gray) }

    /// White.
    public static let white = Color(gray: 1)
    /// Black.
    public static let black = Color(gray: 0)
    /// Nothing at all.
    public static let clear = Color(red: 0, green: 0, blue: 0, alpha: 0)

    /// The same colour, seen through.
    public func opacity(_ alpha: Double) -> Color { Color(red: red, green: green, blue: blue, alpha: alpha) }

    /// WCAG relative luminance of the opaque colour: 0 for black, 1 for white.
    public var luminance: Double {
        0.2126 * Self.linear(red) + 0.7152 * Self.linear(green) + 0.0722 * Self.linear(blue)
    }

    static func linear(_ v: Double) -> Double { v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4) }
    static func encoded(_ v: Double) -> Double { v <= 0.0031308 ? v * 12.92 : 1.055 * pow(v, 1 / 2.4) - 0.055 }

    /// Premultiplied `0xAARRGGBB`, the layout of Cairo's images.
    var premultiplied: UInt32 {
        func byte(_ v: Double) -> UInt32 { UInt32((v * 255).rounded()) }
        return byte(alpha) << 24 | byte(red * alpha) << 16 | byte(green * alpha) << 8 | byte(blue * alpha)
    }
}
