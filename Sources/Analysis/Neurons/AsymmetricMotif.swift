import ToyModels

/// Asymmetric superposition with inhibition, in a model that computes $|x|$ with ReLU neurons.
/// (Section "Computation in Superposition", The Asymmetric Superposition Motif.)
///
/// One neuron reads two features, the primary one with a large and the secondary one with a small weight, and outputs
/// the primary one with a small and the secondary one with a large weight, so that both come out right where they are
/// alone. The secondary feature hardly disturbs the primary one, but the primary one disturbs the secondary one
/// heavily. There, another neuron that reads the same side of the primary feature pushes the secondary output down, to
/// where the output's ReLU cuts it off.
///
/// Features can change their sign and neurons their scale without changing what a model computes, so nothing here
/// depends on either: in particular the two input weights may have the same sign or opposite ones.
public struct AsymmetricMotif: Hashable, Sendable {
    /// The neuron that stores two features.
    public let neuron: Int
    /// The feature with its largest input weight.
    public let primary: Int
    /// The feature with a smaller input weight and a larger output weight.
    public let secondary: Int
    /// The neuron that inhibits the secondary feature's output.
    public let inhibitor: Int
    /// What the inhibitor takes from the secondary output, over what the neuron adds to it, where only the primary
    /// feature is active.
    public let inhibition: Double

    /// What counts as the motif.
    public struct Criteria: Hashable, Sendable {
        /// The secondary input weight's magnitude over the primary one's.
        public var inputRatio = 0.1...0.5
        /// The secondary output weight over the primary one, at least.
        public var leastOutputRatio = 2.0
        /// The product of both ratios, which is 1 if both features come out equally large.
        public var product = 0.5...2
        /// What the neuron outputs of the primary feature alone, at least; 1 is all of it.
        public var leastGain = 0.5
        /// The inhibition, at least; where it is below 1 the output's bias may do the rest.
        public var leastInhibition = 0.7

        /// The criteria of the book's seventh chapter.
        public init() {}
    }
}

extension ToyModel {
    /// The neurons of an untied model that store two features asymmetrically, with all pairs of such features; none if
    /// the model is tied.
    public func asymmetricNeurons(
        _ criteria: AsymmetricMotif.Criteria = .init()
    ) -> [(neuron: Int, primary: Int, secondary: Int)] {
        guard let W2 else { return [] }
        return (0..<W.rows).flatMap { k -> [(neuron: Int, primary: Int, secondary: Int)] in
            guard let p = features(ofNeuron: k, threshold: 0).first,
                W2[p, k] * abs(W[k, p]) >= criteria.leastGain
            else { return [] }
            return (0..<W.columns).filter { s in
                let (input, output) = (abs(W[k, s] / W[k, p]), W2[s, k] / W2[p, k])
                return s != p && criteria.inputRatio.contains(input) && output >= criteria.leastOutputRatio
                    && criteria.product.contains(input * output)
            }.map { (k, p, $0) }
        }
    }

    /// The neuron that takes most from the secondary feature's output where a neuron reads the primary feature, and
    /// how much of what that neuron adds; nil if none takes anything.
    public func inhibitor(neuron: Int, primary: Int, secondary: Int) -> (neuron: Int, inhibition: Double)? {
        guard let W2 else { return nil }
        let added = W2[secondary, neuron] * W[neuron, primary]
        return (0..<W.rows)
            .filter { $0 != neuron && W[$0, primary] * W[neuron, primary] > 0 && W2[secondary, $0] < 0 }
            .map { (neuron: $0, inhibition: -W2[secondary, $0] * W[$0, primary] / added) }
            .max { $0.inhibition < $1.inhibition }
    }

    /// All instances of the motif; none if the model is tied.
    ///
    /// - Complexity: O(*m* · *n* log *n*), and O(*m*) for each asymmetric pair.
    public func asymmetricMotifs(_ criteria: AsymmetricMotif.Criteria = .init()) -> [AsymmetricMotif] {
        asymmetricNeurons(criteria).compactMap { k, p, s in
            guard let (inhibitor, inhibition) = inhibitor(neuron: k, primary: p, secondary: s),
                inhibition >= criteria.leastInhibition
            else { return nil }
            return AsymmetricMotif(
                neuron: k, primary: p, secondary: s, inhibitor: inhibitor, inhibition: inhibition)
        }
    }
}
