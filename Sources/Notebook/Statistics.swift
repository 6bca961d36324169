// What chapters compute from many numbers, in one place.

/// The mean; not a number if there is none.
public func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// The middle value, or the mean of the two in the middle; not a number if there is none.
public func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// The value that differs most from `reference`; not a number if there is none.
public func farthest(from reference: Double, _ values: [Double]) -> Double {
    values.max { abs($0 - reference) < abs($1 - reference) } ?? .nan
}

/// A share as prose writes it, to a tenth of a percent: "12.5%".
public func percent(_ share: Double) -> String {
    let tenths = (share * 1000).rounded()
    guard let whole = Int(exactly: tenths) else { return "–" }
    return whole % 10 == 0 ? "\(whole / 10)%" : "\(tenths / 10)%"
}
