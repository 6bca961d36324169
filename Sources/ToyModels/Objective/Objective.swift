/// What a model is trained for: what its output should be, how errors are weighed, and what is asked of it besides.
///
/// The loss of one input is $\sum_i I_i (t_i - x'_i)^2 + \lambda \sum_k |h_k|$. The reference and both engines take
/// their targets, weights, penalty and attacks from here.
public struct Objective: Hashable, Codable, Sendable {
    /// What the output should be.
    public enum Target: Hashable, Codable, Sendable {
        /// The input $x$.
        case input
        /// Its absolute value $|x|$. (Section "Computation in Superposition".)
        case absoluteValue
        /// What a trained model, which has as many features, answers to the input: distillation.
        case outputs(of: ModelReference)
    }

    /// Importance $I_i$ of each feature in the loss. Shape `[features]`.
    public var importance: [Double]
    /// What the output should be.
    public var target: Target
    /// Factor λ of the penalty $\lambda \sum_k |h_k|$ on the hidden layer.
    public var hiddenPenalty: Double
    /// Length of the attack on each training input: along the gradient of a random feature's output,
    /// $\pm (W^T W)_i / \|(W^T W)_i\|$. The target is that of the input before the attack.
    /// (Section "The Relationship to Adversarial Robustness".)
    public var attackNorm: Double
    /// The number $k$ of active latents per sample of a dictionary by TopK or BatchTopK.
    public var active: Int?
    /// The numbers of latents, ascending up to all of them, that shall each explain the inputs on their own, of a
    /// dictionary; nil for all of them only.
    public var prefixes: [Int]?

    /// The squared error weighed by importance, plus a penalty on the hidden layer, on inputs that may be attacked.
    public init(
        importance: [Double], target: Target = .input, hiddenPenalty: Double = 0, attackNorm: Double = 0
    ) {
        self.importance = importance
        self.target = target
        self.hiddenPenalty = hiddenPenalty
        self.attackNorm = attackNorm
    }

    /// The objective of a dictionary: the squared error, and a penalty λ on its latents or a number of active ones.
    ///
    /// - Parameters:
    ///   - dimensions: of what is explained.
    ///   - prefixes: of the latents that shall explain on their own; nil for all latents only.
    public static func dictionary(
        dimensions: Int, penalty: Double = 0, active: Int? = nil, prefixes: [Int]? = nil
    ) -> Objective {
        var objective = Objective(importance: Array(repeating: 1, count: dimensions), hiddenPenalty: penalty)
        objective.active = active
        objective.prefixes = prefixes
        return objective
    }

    /// What distinguishes the targets of models that are trained side by side: all of them are computed alike.
    var kind: Int {
        switch target {
        case .input: 0
        case .absoluteValue: 1
        case .outputs: 2
        }
    }

    /// The trained model that the target needs, if any.
    var teacher: ModelReference? { if case .outputs(let model) = target { model } else { nil } }

    /// The target of an input, both of shape `[features]`.
    ///
    /// - Parameter teacher: the model that ``Target/outputs(of:)`` names.
    func target(of x: [Double], teacher: ToyModel?) -> [Double] {
        switch target {
        case .input: x
        case .absoluteValue: x.map(abs)
        case .outputs: teacher?(x) ?? x
        }
    }
}
