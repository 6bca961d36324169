extension ToyModel {
    /// What is applied to each entry of a layer.
    public enum Activation: String, Hashable, Codable, Sendable {
        /// Nothing.
        case linear
        /// $\max(0, \cdot)$, with derivative 0 at 0.
        case relu

        func callAsFunction(_ z: Double) -> Double { self == .relu ? max(0, z) : z }
        func derivative(at z: Double) -> Double { self == .relu && z <= 0 ? 0 : 1 }
    }

    /// Everything about a model but the values of its parameters.
    public struct Architecture: Hashable, Codable, Sendable {
        /// Number of features $n$.
        public var features: Int
        /// Number of hidden dimensions $m$.
        public var hidden: Int
        /// The hidden layer's activation function.
        public var hiddenActivation: Activation
        /// The output's activation function.
        public var output: Activation
        /// Whether the decoder is the encoder's transpose.
        public var isTied: Bool
        /// Whether the hidden layer has a bias.
        public var hasHiddenBias: Bool
        /// How the latents of a dictionary, which are its hidden layer, are selected; nil for a toy model.
        public var dictionary: SparseAutoencoder.Kind?

        /// A model of `features` features in `hidden` dimensions.
        public init(
            features: Int, hidden: Int, hiddenActivation: Activation = .linear, output: Activation = .relu,
            isTied: Bool = true, hasHiddenBias: Bool = false
        ) {
            self.features = features
            self.hidden = hidden
            self.hiddenActivation = hiddenActivation
            self.output = output
            self.isTied = isTied
            self.hasHiddenBias = hasHiddenBias
        }

        /// A dictionary of `latents` directions in `dimensions` dimensions.
        public static func dictionary(_ kind: SparseAutoencoder.Kind, dimensions: Int, latents: Int) -> Self {
            var architecture = Self(
                features: dimensions, hidden: latents, hiddenActivation: .relu, output: .linear, isTied: false,
                hasHiddenBias: true)
            architecture.dictionary = kind
            return architecture
        }

        /// The parameters of a model, always in this order: the encoder, the decoder unless it is tied, the output's
        /// bias, and the hidden layer's if it has one. A dictionary has no bias at the output, and what its kind needs.
        public var parameters: [Parameter] {
            if let dictionary { return parameters(of: dictionary) }
            var parameters = [Parameter(.encoder, name: isTied ? "W" : "W1", shape: [hidden, features])]
            if !isTied { parameters.append(Parameter(.decoder, name: "W2", shape: [features, hidden])) }
            parameters.append(Parameter(.bias, name: "b", shape: [features]))
            if hasHiddenBias { parameters.append(Parameter(.hiddenBias, name: "b1", shape: [hidden])) }
            return parameters
        }

        private func parameters(of dictionary: SparseAutoencoder.Kind) -> [Parameter] {
            let common = [
                Parameter(.encoder, name: "W1", shape: [hidden, features]),
                Parameter(.decoder, name: "W2", shape: [features, hidden]),
                Parameter(.hiddenBias, name: "b1", shape: [hidden]),
            ]
            return switch dictionary {
            case .relu, .topK: common
            case .batchTopK: common + [Parameter(.threshold, name: "threshold", shape: [1])]
            case .jumpReLU: common + [Parameter(.threshold, name: "threshold", shape: [hidden])]
            case .gated:
                common + [
                    Parameter(.magnitudeScale, name: "s", shape: [hidden]),
                    Parameter(.magnitudeBias, name: "b2", shape: [hidden]),
                ]
            }
        }
    }

    /// A named tensor among a model's parameters.
    public struct Parameter: Hashable, Sendable {
        /// What a parameter does in a model.
        public enum Role: Hashable, Sendable {
            /// $W$ of the hidden layer.
            case encoder
            /// $W_2$ of an untied output.
            case decoder
            /// $b$ of the output.
            case bias
            /// $b_1$ of the hidden layer.
            case hiddenBias
            /// θ of a dictionary's latents.
            case threshold
            /// $s$ of a gated dictionary.
            case magnitudeScale
            /// $b_2$ of a gated dictionary.
            case magnitudeBias
        }

        /// What it does.
        public let role: Role
        /// Its name where weights are kept: `W`, `W1`, `W2`, `b`, `b1`; of a dictionary also `threshold`, `s`, `b2`.
        public let name: String
        /// Its extents; numbers are in row-major order.
        public let shape: [Int]

        init(_ role: Role, name: String, shape: [Int]) {
            (self.role, self.name, self.shape) = (role, name, shape)
        }

        /// The number of values.
        public var count: Int { shape.reduce(1, *) }
    }
}
