/// Samples that are not drawn but given, such as words of texts. Zeros are not kept.
public struct SampleTable: Hashable, Sendable {
    /// The number of features.
    public let features: Int
    /// Where each sample's entries begin, and where the last one's end. Shape `[samples + 1]`.
    public private(set) var starts: [Int] = [0]
    /// The features of the entries, ascending within a sample. Shape `[entries]`.
    public private(set) var columns: [Int32] = []
    /// The values of the entries, in single precision as all training. Shape `[entries]`.
    public private(set) var values: [Float] = []

    /// A table without samples.
    public init(features: Int) { self.features = features }

    /// The number of samples.
    public var count: Int { starts.count - 1 }

    /// Adds a sample, shape `[features]`.
    ///
    /// - Precondition: it has so many features.
    public mutating func append(_ sample: [Double]) {
        precondition(sample.count == features, "A sample has a value for each feature.")
        for (column, value) in sample.enumerated() where Float(value) != 0 {
            columns.append(Int32(column))
            values.append(Float(value))
        }
        starts.append(columns.count)
    }

    /// Adds a sample that is 1 in some features and 0 in the others.
    ///
    /// - Precondition: there are such features.
    public mutating func append(active: Set<Int>) {
        precondition(active.allSatisfy((0..<features).contains), "Features are counted from 0.")
        columns += active.sorted().map(Int32.init)
        values += active.map { _ in 1 }
        starts.append(columns.count)
    }

    /// The places of a sample's entries.
    ///
    /// - Precondition: there is such a sample.
    public func entries(of sample: Int) -> Range<Int> { starts[sample]..<starts[sample + 1] }

    /// A sample, shape `[features]`.
    ///
    /// - Precondition: there is such a sample.
    public subscript(sample: Int) -> [Double] {
        var values = [Double](repeating: 0, count: features)
        for entry in entries(of: sample) { values[Int(columns[entry])] = Double(self.values[entry]) }
        return values
    }

    /// How often each feature is active among some samples. Shape `[features]`.
    ///
    /// - Precondition: there are such samples.
    public func density(of samples: Range<Int>) -> [Double] {
        var counts = [Int](repeating: 0, count: features)
        for entry in starts[samples.lowerBound]..<starts[samples.upperBound] { counts[Int(columns[entry])] += 1 }
        return counts.map { Double($0) / Double(max(1, samples.count)) }
    }
}

/// A table of samples, by name: an experiment does not contain it.
public struct SampleTableReference: Hashable, Codable, Sendable {
    /// The SHA-256 of what is in the table.
    public var sha256: String

    /// The table whose content has that checksum.
    public init(sha256: String) { self.sha256 = sha256 }
}
