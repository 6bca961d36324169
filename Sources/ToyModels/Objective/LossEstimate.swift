/// A loss that is known up to an error.
public struct LossEstimate: Hashable, Sendable {
    /// The estimate.
    public var value: Double
    /// Its standard error; 0 where the loss is exact, infinite where it is not known.
    public var standardError: Double

    /// An estimate with its standard error.
    public init(_ value: Double, standardError: Double) {
        self.value = value
        self.standardError = standardError
    }

    /// The mean over samples that come in parts.
    ///
    /// - Parameter parts: the number of samples of each part and the sum of their losses. There is at least one sample.
    init(parts: [(count: Int, sum: Double)]) {
        let count = Double(parts.reduce(0) { $0 + $1.count })
        let mean = parts.reduce(0) { $0 + $1.sum } / count
        let squares = parts.reduce(0) { sum, part in
            let difference = part.sum - Double(part.count) * mean
            return sum + difference * difference
        }
        value = mean
        let number = Double(parts.count)
        standardError = number > 1 ? (squares * number / (number - 1)).squareRoot() / count : .infinity
    }

    /// Whether two losses cannot be told apart: they differ by no more than the error of a difference of independent ones.
    /// Those of one setting share their samples, so that their difference has a smaller error.
    public func isTied(with other: LossEstimate) -> Bool {
        let (a, b) = (standardError, other.standardError)
        return abs(value - other.value) <= (a * a + b * b).squareRoot()
    }
}
