/// A sparse autoencoder: a dictionary that explains activations by few of many directions,
/// $f = \sigma(E x + b)$, $x' = D f$.
///
/// The decoder's columns have length 1, and there is no bias at the output: an input of zero is explained by nothing.
/// (Cunningham et al., "Sparse Autoencoders Find Highly Interpretable Features in Language Models", 2023.)
///
/// This is the reference implementation: short, in double precision, one sample at a time. The engine computes the same
/// loss and gradient and is tested against it; it is not for training.
public struct SparseAutoencoder: Hashable, Sendable {
    /// How latents are kept from being active all the time.
    public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
        /// $\mathrm{ReLU}(z)$, with a penalty $\lambda \sum_l f_l$.
        case relu
        /// The $k$ largest of a sample's positive $z$. (Gao et al., "Scaling and evaluating sparse autoencoders", 2024.)
        case topK
        /// The largest positive $z$ of a batch, $k$ per sample on average; after training those above a threshold.
        /// (Bussmann, Leask and Nanda, "BatchTopK Sparse Autoencoders", 2024.)
        case batchTopK
        /// $z$ where it exceeds the latent's threshold θ, with a penalty λ on each active latent. (Rajamanoharan et al.,
        /// "Jumping Ahead: Improving Reconstruction Fidelity with JumpReLU Sparse Autoencoders", 2024.)
        case jumpReLU
        /// Where the gate $\pi = E x + b$ is positive, $\mathrm{ReLU}(s \odot E x + b_2)$; the penalty is on the gate.
        /// (Rajamanoharan et al., "Improving Dictionary Learning with Gated Sparse Autoencoders", 2024.)
        case gated

        /// Whether a number of active latents is given, instead of a penalty.
        public var isTopK: Bool { self == .topK || self == .batchTopK }
    }

    /// How latents are selected.
    public var kind: Kind
    /// The encoder $E$, shape `[latents, dimensions]`.
    public var encoder: Matrix
    /// The encoder's bias $b$, shape `[latents]`.
    public var bias: [Double]
    /// The decoder $D$, shape `[dimensions, latents]`; column $D_l$ is the direction of latent $l$.
    public var decoder: Matrix
    /// The thresholds above which latents are active: shape `[latents]` of a JumpReLU dictionary, `[1]` of one by BatchTopK;
    /// empty otherwise.
    public var thresholds: [Double]
    /// The factor $s$ from the gate to the magnitude, shape `[latents]`, of a gated dictionary; empty otherwise.
    public var magnitudeScale: [Double]
    /// The bias $b_2$ of the magnitude, shape `[latents]`, of a gated dictionary; empty otherwise.
    public var magnitudeBias: [Double]
    /// The number $k$ of active latents per sample; nil where there is a penalty instead.
    public var active: Int?

    /// The number of latents.
    public var latents: Int { encoder.rows }
    /// The number of dimensions of what is explained.
    public var dimensions: Int { encoder.columns }

    /// The latents $f$, shape `[latents]`, of an input of shape `[dimensions]`, as they are after training.
    public func encode(_ x: [Double]) -> [Double] {
        let z = zip(encoder.times(x), bias).map { $0 + $1 }
        switch kind {
        case .relu: return z.map { max(0, $0) }
        case .topK:
            let kept = largest(of: [z], count: active ?? latents)[0]
            return z.indices.map { kept[$0] ? z[$0] : 0 }
        case .batchTopK: return z.map { $0 > thresholds[0] ? $0 : 0 }
        case .jumpReLU: return z.indices.map { z[$0] > thresholds[$0] ? z[$0] : 0 }
        case .gated:
            return z.indices.map { z[$0] > 0 ? max(0, magnitude(ofLatent: $0, gate: z[$0])) : 0 }
        }
    }

    /// What the latents explain, shape `[dimensions]`, of an input of shape `[dimensions]`.
    public func callAsFunction(_ x: [Double]) -> [Double] { decoder.times(encode(x)) }

    /// $s_l (E x)_l + b_{2,l}$, from the gate $\pi_l$.
    private func magnitude(ofLatent l: Int, gate: Double) -> Double {
        magnitudeScale[l] * (gate - bias[l]) + magnitudeBias[l]
    }

    /// Which are the largest positive numbers of some rows, `count` in all; of equal ones the first. Shape as `rows`.
    private func largest(of rows: [[Double]], count: Int) -> [[Bool]] {
        let places = rows.indices.flatMap { s in rows[s].indices.map { (s, $0) } }.filter { rows[$0][$1] > 0 }
        var kept = rows.map { $0.map { _ in false } }
        let ranked = places.enumerated().sorted { a, b in
            let (v, w) = (rows[a.element.0][a.element.1], rows[b.element.0][b.element.1])
            return v == w ? a.offset < b.offset : v > w
        }
        for (s, l) in ranked.prefix(count).map(\.element) { kept[s][l] = true }
        return kept
    }
}

// MARK: - Loss and gradient

extension SparseAutoencoder {
    /// The loss's gradient, in the shapes of the weights.
    public struct Gradient: Hashable, Sendable {
        /// By the encoder, shape `[latents, dimensions]`.
        public var encoder: Matrix
        /// By the encoder's bias, shape `[latents]`.
        public var bias: [Double]
        /// By the decoder, shape `[dimensions, latents]`.
        public var decoder: Matrix
        /// By the thresholds of a JumpReLU dictionary, shape `[latents]`: that of a kernel estimate of the expected loss, as
        /// the loss of a sample is constant in the threshold, but for jumps.
        public var thresholds: [Double]
        /// By the factor from the gate to the magnitude, shape `[latents]`.
        public var magnitudeScale: [Double]
        /// By the magnitude's bias, shape `[latents]`.
        public var magnitudeBias: [Double]
    }

    /// The mean training loss over a batch, shape `[samples][dimensions]`, and its gradient.
    ///
    /// The loss of a sample is $\|x - x'\|^2$ and its penalty, added up over the prefixes of the latents where the
    /// objective has some ("Learning Multi-Level Features with Matryoshka Sparse Autoencoders", Bussmann et al., 2025). That
    /// of a gated dictionary has what its gate alone explains, $\|x - D\,\mathrm{ReLU}(\pi)\|^2$, from which the decoder
    /// does not learn.
    ///
    /// - Parameters:
    ///   - objective: the penalty, or the number of active latents, and the prefixes.
    ///   - bandwidth: the width ε of the kernel for the gradient by thresholds.
    public func lossAndGradient(
        _ inputs: [[Double]], _ objective: Objective, bandwidth: Double
    ) -> (loss: Double, gradient: Gradient) {
        let (m, d, λ) = (latents, dimensions, objective.hiddenPenalty)
        let scale = 1 / Double(inputs.count)
        let zeros = [Double](repeating: 0, count: m)
        var loss = 0.0
        var gradient = Gradient(
            encoder: Matrix(rows: m, columns: d), bias: zeros, decoder: Matrix(rows: d, columns: m),
            thresholds: kind == .jumpReLU ? zeros : [], magnitudeScale: kind == .gated ? zeros : [],
            magnitudeBias: kind == .gated ? zeros : [])
        let gates = inputs.map { x in zip(encoder.times(x), bias).map { $0 + $1 } }
        let kept: [[Bool]]? =
            kind == .batchTopK
            ? largest(of: gates, count: (objective.active ?? m) * inputs.count)
            : kind == .topK ? gates.map { largest(of: [$0], count: objective.active ?? m)[0] } : nil
        for (s, x) in inputs.enumerated() {
            let z = gates[s]
            let isOn = (0..<m).map { l in
                kept?[s][l] ?? (z[l] > (kind == .jumpReLU ? thresholds[l] : 0))
            }
            let f = (0..<m).map { l in
                isOn[l] ? (kind == .gated ? max(0, magnitude(ofLatent: l, gate: z[l])) : z[l]) : 0
            }
            // The error of each prefix, 2 Σ of which the decoder's part of the gradient is made of.
            var errors = [Double](repeating: 0, count: m * d)
            for end in objective.prefixes ?? [m] {
                let error = (0..<d).map { i in (0..<end).reduce(-x[i]) { $0 + decoder[i, $1] * f[$1] } }
                loss += scale * error.reduce(0) { $0 + $1 * $1 }
                for l in 0..<end { for i in 0..<d { errors[l * d + i] += 2 * error[i] } }
            }
            var gateError = [Double](repeating: 0, count: d)
            if kind == .gated {
                gateError = (0..<d).map { i in (0..<m).reduce(-x[i]) { $0 + decoder[i, $1] * max(0, z[$1]) } }
                loss += scale * gateError.reduce(0) { $0 + $1 * $1 }
            }
            for l in 0..<m {
                let byLatent = scale * (0..<d).reduce(0) { $0 + decoder[$1, l] * errors[l * d + $1] }
                for i in 0..<d { gradient.decoder[i, l] += scale * errors[l * d + i] * f[l] }
                var byGate = isOn[l] ? byLatent : 0
                switch kind {
                case .relu:
                    loss += scale * λ * f[l]
                    if isOn[l] { byGate += scale * λ }
                case .topK, .batchTopK: break
                case .jumpReLU:
                    if isOn[l] { loss += scale * λ }
                    if abs(z[l] - thresholds[l]) < bandwidth / 2 {
                        gradient.thresholds[l] -= (thresholds[l] * byLatent + scale * λ) / bandwidth
                    }
                case .gated:
                    loss += scale * λ * max(0, z[l])
                    let byMagnitude = f[l] > 0 ? byLatent : 0
                    gradient.magnitudeScale[l] += byMagnitude * (z[l] - bias[l])
                    gradient.magnitudeBias[l] += byMagnitude
                    let byPi =
                        isOn[l] ? scale * (λ + (0..<d).reduce(0) { $0 + 2 * decoder[$1, l] * gateError[$1] }) : 0
                    gradient.bias[l] += byPi
                    byGate = byPi + byMagnitude * magnitudeScale[l]
                }
                if kind != .gated { gradient.bias[l] += byGate }
                for i in 0..<d { gradient.encoder[l, i] += byGate * x[i] }
            }
        }
        return (loss, gradient)
    }
}

// MARK: - Weights

extension SparseAutoencoder {
    /// A dictionary of a kind that has no further parameters.
    ///
    /// - Precondition: the shapes agree: the encoder is latents × dimensions, the decoder dimensions × latents, and the bias
    ///   has one entry per latent.
    public init(kind: Kind, encoder: Matrix, bias: [Double], decoder: Matrix, active: Int? = nil) {
        precondition(
            encoder.rows == decoder.columns && encoder.columns == decoder.rows && bias.count == encoder.rows,
            "The encoder is latents × dimensions, the decoder dimensions × latents.")
        precondition(kind == .relu || kind == .topK, "The other kinds have further parameters.")
        (self.kind, self.encoder, self.bias, self.decoder, self.active) = (kind, encoder, bias, decoder, active)
        (thresholds, magnitudeScale, magnitudeBias) = ([], [], [])
    }

    /// The dictionary with the values of its parameters.
    init(_ architecture: ToyModel.Architecture, active: Int?, values: (ToyModel.Parameter) -> [Double]) {
        let (d, m) = (architecture.features, architecture.hidden)
        kind = architecture.dictionary ?? .relu
        encoder = Matrix(rows: m, columns: d)
        decoder = Matrix(rows: d, columns: m)
        bias = Array(repeating: 0, count: m)
        (thresholds, magnitudeScale, magnitudeBias) = ([], [], [])
        self.active = active
        for parameter in architecture.parameters {
            let values = values(parameter)
            switch parameter.role {
            case .encoder: encoder.elements = values
            case .decoder: decoder.elements = values
            case .hiddenBias: bias = values
            case .threshold: thresholds = values
            case .magnitudeScale: magnitudeScale = values
            case .magnitudeBias: magnitudeBias = values
            case .bias: break
            }
        }
    }
}

extension TrainedModels {
    /// One trained dictionary.
    ///
    /// - Precondition: the experiment trains dictionaries, and `model` is the index of one.
    public func dictionary(_ model: Int) -> SparseAutoencoder {
        precondition(experiment.architecture.dictionary != nil, "The experiment trains dictionaries.")
        return SparseAutoencoder(experiment.architecture, active: experiment.setting(ofModel: model).objective.active) {
            weights.values(of: $0, inModel: model).map(Double.init)
        }
    }
}
