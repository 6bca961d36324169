import Foundation

// Numbers as prose, captions and alt texts have them.

/// A number with so many digits after the point and a true minus sign, "−0.25"; a dash if it is none.
public func fixed(_ number: Double, _ digits: Int) -> String {
    guard number.isFinite else { return "–" }
    return String(format: "%.\(digits)f", number).replacing("-", with: "−")
}

/// A number with at most so many digits after the point and a true minus sign, "0.05", "3"; a dash if it is none.
public func number(_ number: Double, digits: Int = 4) -> String {
    let text = fixed(number, digits)
    guard text.contains(".") else { return text }
    let short = text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed()
    return String(short) == "−0" ? "0" : String(short)
}

/// A share in percent with at most so many digits after the point, "12.5%"; a dash if it is none.
public func percent(_ share: Double, digits: Int = 1) -> String {
    share.isFinite ? number(100 * share, digits: digits) + "%" : "–"
}
