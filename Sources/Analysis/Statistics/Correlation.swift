/// Pearson's correlation coefficient of two quantities of the same things; not a number where one of them is constant.
///
/// - Precondition: both have as many values.
public func correlation(_ x: [Double], _ y: [Double]) -> Double {
    precondition(x.count == y.count, "Both quantities have a value for each thing.")
    let (a, b) = (mean(x), mean(y))
    func sum(_ u: [Double], _ v: [Double], _ a: Double, _ b: Double) -> Double {
        zip(u, v).reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) }
    }
    return sum(x, y, a, b) / (sum(x, x, a, a) * sum(y, y, b, b)).squareRoot()
}

/// Spearman's rank correlation: Pearson's of the ranks, 1 where one quantity rises whenever the other does.
///
/// - Precondition: both have as many values.
/// - Complexity: O(*k* log *k*) for *k* values.
public func rankCorrelation(_ x: [Double], _ y: [Double]) -> Double { correlation(ranks(x), ranks(y)) }

/// The rank of each value, from 0; equal values share the mean of their ranks. Takes time in $O(n \log n)$.
func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
        let end = order[start...].firstIndex { values[$0] != values[order[start]] } ?? order.count
        for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 }
        start = end
    }
    return ranks
}

/// The slope of the straight line that is closest to the points in the sum of squares; not a number where all $x$ are the
/// same.
///
/// - Precondition: both have as many values.
public func slope(_ x: [Double], _ y: [Double]) -> Double {
    precondition(x.count == y.count, "Both quantities have a value for each thing.")
    let (a, b) = (mean(x), mean(y))
    let products = zip(x, y).reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) }
    return products / x.reduce(0) { $0 + ($1 - a) * ($1 - a) }
}
