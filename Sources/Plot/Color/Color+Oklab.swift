import Foundation

// Oklab (B. Ottosson, "A perceptual color space for image processing", 2020): equal steps look about equal.
extension Color {
    /// Lightness 0…1, and the green–red and blue–yellow axes.
    var oklab: (lightness: Double, a: Double, b: Double) {
        let (r, g, b) = (Self.linear(red), Self.linear(green), Self.linear(blue))
        let l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
        let m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
        let s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
        return (
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
        )
    }

    /// A colour from Oklab; what sRGB cannot show is clamped.
    init(lightness: Double, a: Double, b: Double, alpha: Double = 1) {
        let l = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3)
        let m = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3)
        let s = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3)
        self.init(
            red: Self.encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            green: Self.encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            blue: Self.encoded(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s), alpha: alpha)
    }

    /// The colour `fraction` of the way to `other`, in even steps to the eye.
    func mixed(with other: Color, _ fraction: Double) -> Color {
        let (p, q, t) = (oklab, other.oklab, fraction)
        return Color(
            lightness: p.lightness + (q.lightness - p.lightness) * t, a: p.a + (q.a - p.a) * t,
            b: p.b + (q.b - p.b) * t, alpha: alpha + (other.alpha - alpha) * t)
    }
}
