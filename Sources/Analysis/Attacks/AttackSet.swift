import ToyModels

/// Attacks on a model along given directions, forwards and backwards.
///
/// An attack adds a vector $\delta$ of some length to the input, and the model's output should be as if it had not. For
/// tied models with a linear hidden layer and features of equal importance. (Section "Relationship to Adversarial
/// Robustness".)
public struct AttackSet: Sendable {
    /// What the output for an attacked input $x + \delta$ should be.
    public enum Target: Sendable {
        /// The input before the attack, $x$: the attack is an error.
        case original
        /// The input that the model sees, $x + \delta$: the attack is a part of the data.
        case attacked
        /// The output without attack, $x'(x)$: the loss is the square of how far the attack moves the output.
        case unmoved
    }

    /// What the attacks do to samples, for one length of attack. Losses are $\sum_i (t_i - x'_i)^2$.
    public struct Harm: Sendable {
        /// The loss of each sample without attack. Shape `[samples]`.
        public var cleanLosses: [Double]
        /// The rise of each sample's loss under the attack that is worst for it. Shape `[samples]`.
        public var worstRises: [Double]
        /// Which attack that is: $2i$ along direction $i$, $2i + 1$ against it. Shape `[samples]`.
        public var worstAttacks: [Int]
        /// The rise of the mean loss under the one attack that is worst for all samples together.
        public var worstForAll: Double
    }

    /// Unit directions, as rows; zero where there is nothing to attack. Row $i$ attacks feature $i$. Shape
    /// `[features, features]`.
    public let directions: Matrix
    /// How far the whole output moves before its activation function, per unit of each attack, $\|W^T W \delta_i\|$.
    /// Shape `[features]`.
    public let gains: [Double]
    private let kernel: GroupKernel
    /// How the output before its activation function moves per unit of each attack. Shape `[features, features]`.
    private let responses: [Float]

    /// The paper's analytic attacks: the direction in which a feature's output before its activation function grows
    /// fastest, $(W^T W)_i / \|(W^T W)_i\|$.
    ///
    /// - Precondition: the model is tied; its hidden layer is linear, without bias.
    public static func analytic(on model: ToyModel) -> AttackSet {
        AttackSet(on: model, along: model.W.gram)
    }

    /// Attacks along the rows of a matrix of shape `[features, features]`, which need not be of unit length.
    ///
    /// - Precondition: there is a row per feature; the model is tied; its hidden layer is linear, without bias.
    /// - Complexity: O(*n*² *m*).
    public init(on model: ToyModel, along rows: Matrix) {
        let n = model.W.columns
        precondition(rows.rows == n && rows.columns == n, "There is one attack per feature.")
        kernel = GroupKernel(model)
        var directions = rows
        var responses: [Float] = []
        var gains: [Double] = []
        for i in 0..<n {
            let row = (0..<n).map { rows[i, $0] }
            let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let unit = row.map { norm > 0 ? $0 / norm : 0 }
            for j in 0..<n { directions[i, j] = unit[j] }
            let response = model.W.transposeTimes(model.W.times(unit))
            responses += response.map { Float($0) }
            gains.append(response.reduce(0) { $0 + $1 * $1 }.squareRoot())
        }
        self.directions = directions
        self.gains = gains
        self.responses = responses
    }

    /// What the attacks of a length do to samples: all of them, forwards and backwards, are tried on every sample.
    ///
    /// - Parameters:
    ///   - samples: of the model's features.
    ///   - norm: the length $\|\delta\|$ of every attack.
    ///   - target: what the output should be.
    /// - Complexity: O(samples · *n*²).
    public func harm(to samples: FixedSamples, norm: Double, target: Target = .original) -> Harm {
        let (n, size) = (kernel.n, VectorBlock.count)
        let length = Float(norm)
        let unit = directions.elements.map { Float($0) }
        let buffers = Buffers(capacity: 2 * kernel.outputSize + kernel.hiddenSize + 4 * size)
        let (z, h) = (buffers.take(kernel.outputSize), buffers.take(kernel.hiddenSize))
        let goal = buffers.take(kernel.outputSize)
        let (clean, rise) = (buffers.take(size), buffers.take(size))
        let (worst, which) = (buffers.take(size), buffers.take(size))
        var harm = Harm(cleanLosses: [], worstRises: [], worstAttacks: [], worstForAll: 0)
        var sums = [Double](repeating: 0, count: 2 * n)
        samples.forEachGroup { x in
            kernel.outputs(of: x, hidden: h, into: z)
            for place in 0..<kernel.outputSize {
                goal[place] = target == .unmoved ? kernel.activated(z[place]) : x[place]
            }
            kernel.losses(z, of: goal).store(clean)
            worst.update(repeating: Vector(repeating: -.infinity), count: size)
            for attack in 0..<2 * n {
                let (i, signed) = (attack / 2, attack % 2 == 0 ? length : -length)
                var losses = VectorBlock(repeating: .zero)
                for j in 0..<n {
                    let push = Vector(repeating: signed * responses[i &* n &+ j])
                    let shift = Vector(repeating: target == .attacked ? signed * unit[i &* n &+ j] : 0)
                    losses.replaceEach { s, sum in
                        let place = j &* size &+ s
                        let error = kernel.activated(z[place] + push) - goal[place] - shift
                        return sum.addingProduct(error, error)
                    }
                }
                losses.store(rise)
                for s in 0..<size {
                    rise[s] -= clean[s]
                    which[s] = which[s].replacing(with: Float(attack), where: rise[s] .> worst[s])
                    worst[s] = pointwiseMax(worst[s], rise[s])
                }
                sums[attack] += total(rise)
            }
            harm.cleanLosses += numbers(clean)
            harm.worstRises += numbers(worst)
            harm.worstAttacks += numbers(which).map { Int($0) }
        }
        harm.worstForAll = (sums.max() ?? 0) / Double(samples.count)
        return harm
    }

    /// The rise of each sample's loss $\sum_i (x_i - x'_i)^2$ under an attack of one's choice: such as one that was
    /// made for another model.
    ///
    /// - Parameters:
    ///   - attacks: one for each sample, numbered as in ``Harm/worstAttacks``. Shape `[samples]`.
    ///   - samples: of the model's features.
    ///   - norm: the length $\|\delta\|$ of every attack.
    /// - Returns: shape `[samples]`.
    /// - Precondition: there is an attack for each sample.
    /// - Complexity: O(samples · *n m*).
    public func rises(under attacks: [Int], of samples: FixedSamples, norm: Double) -> [Double] {
        precondition(attacks.count == samples.count, "There is one attack for each sample.")
        let n = kernel.n
        let buffers = Buffers(capacity: kernel.outputSize + kernel.hiddenSize)
        let (z, h) = (buffers.take(kernel.outputSize), buffers.take(kernel.hiddenSize))
        var rises: [Double] = []
        samples.forEachGroup { x in
            kernel.outputs(of: x, hidden: h, into: z)
            for sample in 0..<FixedSamples.groupSize {
                let (s, lane) = sample.quotientAndRemainder(dividingBy: Vector.scalarCount)
                let attack = attacks[rises.count]
                let signed = Float(attack % 2 == 0 ? norm : -norm)
                var rise = 0.0
                for j in 0..<n {
                    let (before, value) = (z[j &* VectorBlock.count &+ s][lane], x[j &* VectorBlock.count &+ s][lane])
                    let after = before + signed * responses[attack / 2 &* n &+ j]
                    let (old, new) = (kernel.activated(before) - value, kernel.activated(after) - value)
                    rise += Double(new * new - old * old)
                }
                rises.append(rise)
            }
        }
        return rises
    }
}
