import Foundation

// Numbers as prose, captions and alt texts have them.

/// A number with so many digits after the point and a true minus sign: "−0.25".
public func fixed(_ number: Double, _ digits: Int) -> String {
    guard number.isFinite else { return "–" }
    return String(format: "%.\(digits)f", number).replacing("-", with: "−")
}

/// A share as prose has it, to a tenth of a percent: "12.5%".
public func percent(_ share: Double) -> String {
    let tenths = (share * 1000).rounded()
    guard let whole = Int(exactly: tenths) else { return "–" }
    return whole % 10 == 0 ? "\(whole / 10)%" : "\(tenths / 10)%"
}
