import Foundation

/// A number for reading: four significant digits, a true minus sign, powers of ten where it is very large or small.
func display(_ number: Double) -> String {
    guard number.isFinite else { return number.isNaN ? "not a number" : number < 0 ? "−∞" : "∞" }
    let isWhole = number == number.rounded() && abs(number) < 1e9
    let text = isWhole ? String(Int(number)) : String(format: "%.4g", number)
    let parts = text.replacing("-", with: "−").split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1].replacing("−", with: "-").replacing("+", with: "")) else {
        return String(parts[0])
    }
    return "\(parts[0]) × 10" + superscript(exponent)
}

/// A duration in seconds for reading: "3.2 s", "2 min 5 s".
func display(seconds: Double) -> String {
    if seconds < 0.05 { return "less than 0.1 s" }
    if seconds < 59.95 { return String(format: "%.1f s", seconds) }
    let whole = Int(seconds.rounded())
    return whole % 60 == 0 ? "\(whole / 60) min" : "\(whole / 60) min \(whole % 60) s"
}

/// A number of things for reading: "1 model", "16 models".
func display(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// A number of bytes for reading: "512 B", "12.5 MB".
func display(bytes: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var (size, unit) = (Double(bytes), 0)
    while size >= 999.95, unit < units.count - 1 { (size, unit) = (size / 1000, unit + 1) }
    return unit == 0 ? "\(bytes) B" : String(format: "%.1f ", size) + units[unit]
}

private func superscript(_ number: Int) -> String {
    let digits: [Character: Character] = [
        "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]
    return String(String(number).compactMap { digits[$0] })
}
