import Analysis
import Foundation
import ToyModels

/// What models do with one number of examples: for each set of examples the model that ends with the least loss on it.
struct Memory {
    /// The number of examples $T$.
    let examples: Int
    /// The loss on the examples, and on fresh ones, of each model.
    let training, test: [Double]
    /// The columns of $W$ of each model. Shape `[models][features][hidden]`.
    let features: [[[Double]]]
    /// The hidden vectors of the examples. Shape `[models][examples][hidden]`.
    let hidden: [[[Double]]]
    /// The hidden vectors of as many fresh examples. Shape as `hidden`.
    let fresh: [[[Double]]]

    /// - Parameters:
    ///   - trained: models of one number of examples, a setting for each set.
    ///   - sets: the examples, by setting.
    ///   - fresh: examples that no model has seen, at least as many as are compared.
    init(_ trained: TrainedModels, on sets: [SampleTable], fresh: SampleTable) {
        examples = trained.experiment.settings[0].data.samples ?? 0
        let losses = trained.trainingLosses ?? trained.losses
        let best = trained.experiment.settings.indices.map { setting in
            let models = trained.models(ofSetting: setting)
            return models.min { losses[$0] < losses[$1] } ?? models.lowerBound
        }
        training = best.map { losses[$0] }
        test = best.map { trained.losses[$0] }
        let models = best.map { trained[$0] }
        features = models.map { model in
            (0..<model.W.columns).map { i in (0..<model.W.rows).map { model.W[$0, i] } }
        }
        hidden = zip(features, sets).map { columns, set in hiddenVectors(of: set, columns, count: set.count) }
        let count = min(examples, fresh.count)
        self.fresh = features.map { hiddenVectors(of: fresh, $0, count: count) }
    }

    /// Dimensionality $D_i$ of the features. Shape `[models][features]`.
    var featureDimensionality: [[Double]] { features.map(dimensionality(of:)) }

    /// Dimensionality $D_h$ of the examples' hidden vectors. Shape `[models][examples]`.
    var exampleDimensionality: [[Double]] { hidden.map(dimensionality(of:)) }

    /// The dimensionality of each corner of a regular pentagon on its own.
    static let pentagon = 0.4
    /// The vectors that a panel shows at most.
    static let shown = 400

    /// The mean of the five largest dimensionalities, over all models: those of a pentagon's corners.
    static func leading(_ dimensionalities: [[Double]]) -> Double {
        mean(dimensionalities.map { mean(Array($0.sorted(by: >).prefix(5))) })
    }

    /// How many models have put the given vectors at the corners of a polygon; see ``Corners``.
    static func polygons(_ vectors: [[[Double]]], regular: Bool = false) -> Int {
        vectors.compactMap(Corners.init).count { regular ? $0.isRegular : $0.isPolygon }
    }
}

/// The hidden vectors $W x$ of the first `count` examples. Shape `[count][hidden]`.
private func hiddenVectors(of table: SampleTable, _ columns: [[Double]], count: Int) -> [[Double]] {
    let hidden = columns.first?.count ?? 0
    return (0..<min(count, table.count)).map { sample in
        var sum = [Double](repeating: 0, count: hidden)
        for entry in table.entries(of: sample) {
            let column = columns[Int(table.columns[entry])]
            for k in 0..<hidden { sum[k] += Double(table.values[entry]) * column[k] }
        }
        return sum
    }
}

/// Three or more vectors of the plane, as the corners of a polygon around the origin.
struct Corners {
    /// The gaps between neighbouring directions, over a whole turn divided by their number.
    let gaps: [Double]
    /// The lengths over their mean.
    let lengths: [Double]

    /// Nil if there are fewer, or they are not of the plane, or have no length.
    init?(_ vectors: [[Double]]) {
        guard vectors.count > 2, vectors.allSatisfy({ $0.count == 2 }) else { return nil }
        let angles = vectors.map { atan2($0[1], $0[0]) }.sorted()
        let even = 2 * Double.pi / Double(vectors.count)
        gaps = zip(angles, angles.dropFirst() + [(angles.first ?? 0) + 2 * .pi]).map { ($1 - $0) / even }
        let all = vectors.map { ($0[0] * $0[0] + $0[1] * $0[1]).squareRoot() }
        let length = mean(all)
        guard length > 0 else { return nil }
        lengths = all.map { $0 / length }
    }

    /// Whether every gap is closer to an even share than to none, where two corners would coincide, or to twice that, where
    /// one would be missing; and likewise every length.
    var isPolygon: Bool { (gaps + lengths).allSatisfy { abs($0 - 1) < 0.5 } }

    /// Whether all gaps and lengths are within a tenth of even.
    var isRegular: Bool { (gaps + lengths).allSatisfy { abs($0 - 1) <= 0.1 } }
}

/// A value of a hyperparameter, and the losses on fresh examples with it, by number of examples.
struct MapRow {
    let value: Double
    let examples: [Int]
    let losses: [Double]

    /// The highest loss, and with how many examples.
    var peak: (examples: Int, loss: Double) {
        let highest = losses.indices.max { losses[$0] < losses[$1] } ?? 0
        return (examples[highest], losses[highest])
    }
}

extension [Memory] {
    /// Where the mean loss on fresh examples is highest.
    var peak: Memory? { self.max { mean($0.test) < mean($1.test) } }
}
