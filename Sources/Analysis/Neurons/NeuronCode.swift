import ToyModels

/// How a model whose hidden layer is ReLU stores features in sets of neurons, read off its weights.
/// (Section "Superposition in a Privileged Basis", Visualizing Superposition in Terms of Neurons.)
///
/// A feature can excite a neuron only through a positive weight, so the positive weights are the code; negative ones
/// keep features apart that share a neuron. A feature is stored if the length of its positive weights is above
/// `threshold`: active alone, it is output times the square of that. Its neurons are those whose weight is at least
/// `share` of its largest. Few weights are near that: of the positive weights of the best models in chapter 6, 2% are
/// between 0.2 and 0.5 of the feature's largest.
public struct NeuronCode: Hashable, Sendable {
    /// What a neuron stands for.
    public enum Meaning: Hashable, Sendable {
        /// No feature.
        case nothing
        /// One feature.
        case monosemantic
        /// Several features.
        case polysemantic
    }

    /// Features and neurons that are connected with each other and with no others.
    public struct Group: Hashable, Sendable {
        /// The features, ascending.
        public var features: [Int]
        /// The neurons, ascending.
        public var neurons: [Int]
    }

    /// The neurons of each feature, ascending; none if it is not stored. Shape `[features]`.
    public let neurons: [[Int]]
    /// The features of each neuron, ascending. Shape `[neurons]`.
    public let features: [[Int]]

    /// The length of a feature's positive weights above which it is stored, unless another one is asked for.
    public static let threshold = 0.5
    /// The least weight in a feature's neuron, as a share of its largest one, unless another one is asked for.
    public static let share = 0.35

    /// Reads a code off the encoder `[neurons, features]` of a model.
    ///
    /// - Complexity: O(neurons · features).
    public init(_ W: Matrix, threshold: Double = Self.threshold, share: Double = Self.share) {
        let neurons = (0..<W.columns).map { feature -> [Int] in
            let weights = (0..<W.rows).map { max(0, W[$0, feature]) }
            let gain = weights.reduce(0) { $0 + $1 * $1 }
            guard gain > threshold * threshold, let largest = weights.max() else { return [] }
            return weights.indices.filter { weights[$0] >= share * largest }
        }
        self.neurons = neurons
        features = (0..<W.rows).map { neuron in neurons.indices.filter { neurons[$0].contains(neuron) } }
    }

    /// The features that are stored, ascending.
    public var stored: [Int] { neurons.indices.filter { !neurons[$0].isEmpty } }

    /// What a neuron stands for.
    public func meaning(ofNeuron neuron: Int) -> Meaning {
        switch features[neuron].count {
        case 0: .nothing
        case 1: .monosemantic
        default: .polysemantic
        }
    }

    /// The number of neurons with one meaning.
    public func count(_ meaning: Meaning) -> Int { features.indices.count { self.meaning(ofNeuron: $0) == meaning } }

    /// The features that are stored in polysemantic neurons, ascending.
    public var superposed: [Int] {
        stored.filter { neurons[$0].contains { meaning(ofNeuron: $0) == .polysemantic } }
    }

    /// The parts of the code that share no neuron, in the order of their most important feature.
    public var groups: [Group] {
        var groups: [Group] = []
        for feature in stored {
            var merged = Group(features: [feature], neurons: neurons[feature])
            groups.removeAll { group in
                guard !Set(group.neurons).isDisjoint(with: neurons[feature]) else { return false }
                merged.features += group.features
                merged.neurons += group.neurons
                return true
            }
            groups.append(Group(features: merged.features.sorted(), neurons: Set(merged.neurons).sorted()))
        }
        return groups.sorted { $0.features[0] < $1.features[0] }
    }

    /// The neurons in an order that depends on the code and not on chance: those of the most important feature first,
    /// among them those of the second, and so on. With features numbered by importance, monosemantic neurons of
    /// important features come out first. Neurons with the same features keep their order.
    public var neuronOrder: [Int] {
        features.indices.sorted { a, b in
            let (first, second) = (Set(features[a]), Set(features[b]))
            guard let decisive = first.symmetricDifference(second).min() else { return a < b }
            return first.contains(decisive)
        }
    }
}
