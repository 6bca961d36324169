import ToyModels

/// Which of some directions stand for which of a toy model's features.
public struct DirectionMatch: Sendable {
    /// The cosine from which on a direction has found a feature.
    public static let found = 0.95

    /// The direction that is paired with each feature, one to one; nil where there are too few.
    public let directionOfFeature: [Int?]
    /// The cosine of each pair; 0 where there is none. Shape `[features]`.
    public let cosines: [Double]
    /// The greatest cosine of each feature with any direction, whether others have it, too. Shape `[features]`.
    public let greatestCosines: [Double]
    /// The share of the directions that are alone in being nearest to a feature, or the first of several.
    public let uniqueness: Double
    /// Shape `[features, directions]`.
    private let allCosines: Matrix

    /// The cosine of a feature and a direction.
    public func cosine(ofFeature feature: Int, _ direction: Int) -> Double { allCosines[feature, direction] }

    /// Pairs directions with features so that the sum of the cosines is greatest.
    ///
    /// - Parameters:
    ///   - directions: shape `[dimensions, directions]`, of length 1, or 0 for those that count for nothing.
    ///   - features: shape `[dimensions, features]`, of length 1.
    public init(_ directions: Matrix, features: Matrix) {
        var cosines = Matrix(rows: features.columns, columns: directions.columns)
        for k in 0..<features.rows {
            for i in 0..<features.columns {
                let entry = features[k, i]
                for l in 0..<directions.columns { cosines[i, l] += entry * directions[k, l] }
            }
        }
        allCosines = cosines
        let isUsed = (0..<directions.columns).map { l in (0..<directions.rows).contains { directions[$0, l] != 0 } }
        let used = isUsed.indices.filter { isUsed[$0] }
        let assignment = used.isEmpty ? cosines.columnless : bestAssignment(cosines)
        directionOfFeature = assignment.map { $0.flatMap { isUsed[$0] ? $0 : nil } }
        self.cosines = directionOfFeature.enumerated().map { i, l in l.map { cosines[i, $0] } ?? 0 }
        greatestCosines = (0..<features.columns).map { i in used.map { cosines[i, $0] }.max() ?? 0 }
        let nearest = used.map { l in (0..<features.columns).max { cosines[$0, l] < cosines[$1, l] } }
        uniqueness = used.isEmpty ? 0 : Double(Set(nearest).count) / Double(used.count)
    }

    /// The mean cosine of the pairs: the mean correlation coefficient of the field of independent component analysis.
    public var meanCosine: Double { mean(cosines) }
    /// The mean of the greatest cosines, which counts a direction for every feature it is nearest to.
    public var meanGreatestCosine: Double { mean(greatestCosines) }
    /// The share of the features that a direction of their own has found.
    public var recovered: Double { Double(cosines.count { $0 > Self.found }) / Double(cosines.count) }
}

extension Matrix {
    /// No pair for any row.
    fileprivate var columnless: [Int?] { Array(repeating: nil, count: rows) }
}
