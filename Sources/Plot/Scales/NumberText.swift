import Foundation

/// Numbers as readers of a journal expect them: a true minus sign, powers of ten with superscripts. Pango markup.
enum NumberText {
    /// `index × step`, with as many decimals as the step has, so that all ticks of an axis look alike.
    static func linear(_ index: Double, step: Double, largest: Double) -> String {
        let value = index * step
        guard value != 0 else { return "0" }
        let exponent = Int(floor(log10(step) + 1e-9))
        guard largest >= 1e5 || largest < 1e-3 else { return fixed(value, decimals: max(0, -exponent)) }
        let power = Int(floor(log10(largest) + 1e-9))
        let mantissa = fixed(value / pow(10, Double(power)), decimals: max(0, power - exponent))
        return "\(mantissa)×\(superscript(power))"
    }

    /// A power of ten: `0.01` if plain, else `10⁻²` with a superscript.
    static func power(_ exponent: Int, plain: Bool) -> String {
        plain || exponent == 0 || exponent == 1
            ? fixed(pow(10, Double(exponent)), decimals: max(0, -exponent)) : superscript(exponent)
    }

    /// A number on its own, to four digits at most.
    static func general(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
        let magnitude = abs(value)
        guard magnitude >= 1e5 || magnitude < 1e-3 else {
            return String(format: "%.4g", locale: nil, value).replacing("-", with: "−")
        }
        let power = Int(floor(log10(magnitude) + 1e-9))
        let mantissa = value / pow(10, Double(power))
        let text = String(format: "%.4g", locale: nil, mantissa).replacing("-", with: "−")
        return text == "1" ? superscript(power) : "\(text)×\(superscript(power))"
    }

    private static func superscript(_ exponent: Int) -> String {
        "10<sup>\("\(exponent)".replacing("-", with: "−"))</sup>"
    }

    private static func fixed(_ value: Double, decimals: Int) -> String {
        String(format: "%.\(decimals)f", locale: nil, value).replacing("-", with: "−")
    }
}
