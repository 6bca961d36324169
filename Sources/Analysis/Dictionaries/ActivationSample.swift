import ToyModels

/// Activations of a toy model, with the features that they are made of: what a dictionary is judged on.
public struct ActivationSample: Sendable {
    /// The features. Shape `[samples][features]`.
    public let features: [[Double]]
    /// The hidden activations, times the scale. Shape `[samples][hidden]`.
    public let activations: [[Double]]
    /// The direction of each feature that the model represents, of length 1. Shape `[hidden, represented]`.
    public let directions: Matrix
    /// How long an activation each of these gives at the value 1. Shape `[represented]`.
    public let lengths: [Double]
    /// The represented features among all.
    public let represented: [Int]
    /// The factor on the activations.
    public let scale: Double

    /// Draws a sample.
    ///
    /// - Parameters:
    ///   - model: whose hidden layer is linear, without a bias.
    ///   - distribution: of the features.
    ///   - scale: a factor on the activations.
    ///   - least: the norm from which on a feature counts as represented.
    public init(
        of model: ToyModel, _ distribution: FeatureDistribution, scale: Double, least: Double = 0.5, count: Int,
        using stream: RandomStream
    ) {
        var stream = stream
        features = (0..<count).map { _ in distribution.sample(using: &stream) }
        activations = features.map { model.hidden($0).map { scale * $0 } }
        let norms = model.norms
        let represented = norms.indices.filter { norms[$0] >= least }
        self.represented = represented
        self.scale = scale
        var directions = Matrix(rows: model.W.rows, columns: represented.count)
        for (place, feature) in represented.enumerated() {
            for k in 0..<model.W.rows { directions[k, place] = model.W[k, feature] / norms[feature] }
        }
        self.directions = directions
        lengths = represented.map { scale * norms[$0] }
    }

    /// The factor that gives activations a mean length of 1, over samples that are not zero.
    public static func unitScale(
        of model: ToyModel, _ distribution: FeatureDistribution, count: Int, using stream: RandomStream
    ) -> Double {
        var stream = stream
        let lengths = (0..<count).map { _ in
            model.hidden(distribution.sample(using: &stream)).reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        return 1 / mean(lengths.filter { $0 > 0 })
    }

    /// The mean number of active represented features.
    public var meanActive: Double {
        mean(features.map { x in Double(represented.count { x[$0] > 0 }) })
    }
}
