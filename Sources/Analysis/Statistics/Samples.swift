// What is said of a sample of numbers.

/// The mean; not a number if there are no values.
public func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// The standard error of the mean; not a number if there are fewer than two values.
public func standardError(_ values: [Double]) -> Double {
    guard values.count > 1 else { return .nan }
    let center = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    return (squares / Double(values.count * (values.count - 1))).squareRoot()
}

/// The value below which a share of the values lies, between neighbours in proportion (Hyndman and Fan, "Sample
/// quantiles in statistical packages", 1996, definition 7); not a number if there are no values.
///
/// - Parameters:
///   - share: in 0...1; 0.5 is the median.
///   - values: in any order.
/// - Complexity: O(*k* log *k*) for *k* values.
public func quantile(_ share: Double, of values: [Double]) -> Double {
    precondition((0...1).contains(share), "A share is in 0...1.")
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    let place = share * Double(sorted.count - 1)
    let (below, above) = (Int(place), min(Int(place) + 1, sorted.count - 1))
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
}

/// The middle value, or the mean of the two in the middle; not a number if there are no values.
public func median(_ values: [Double]) -> Double { quantile(0.5, of: values) }

/// The value that differs most from `reference`; not a number if there are no values.
public func farthest(from reference: Double, _ values: [Double]) -> Double {
    values.max { abs($0 - reference) < abs($1 - reference) } ?? .nan
}
