/// What training dictionaries takes besides what all models take.
public struct DictionaryRecipe: Hashable, Codable, Sendable {
    /// The share of the steps in which the learning rate and the penalty rise from 0.
    public var warmUp: Double
    /// Latents that were never active for so many steps begin anew, on a sample that is explained badly; nil if they stay as
    /// they are. In the last quarter of training they do. (Bricken et al., "Towards Monosemanticity", 2023.)
    public var resampleInterval: Int?
    /// The width ε of the kernel through which a JumpReLU dictionary learns its thresholds.
    public var bandwidth: Double

    /// A recipe for toys: rates and thresholds that suit language models are too small for them.
    public init(warmUp: Double = 0.05, resampleInterval: Int? = 500, bandwidth: Double = 0.05) {
        self.warmUp = warmUp
        self.resampleInterval = resampleInterval
        self.bandwidth = bandwidth
    }

    /// How far the rise has come at a step of `steps`, from 0 to 1.
    func warmth(step: Int, of steps: Int) -> Double {
        let rise = warmUp * Double(steps)
        return rise > 0 ? min(1, Double(step + 1) / rise) : 1
    }

    /// Whether idle latents begin anew after a number of steps of `steps`.
    func isResampling(after done: Int, of steps: Int) -> Bool {
        guard let resampleInterval else { return false }
        return done % resampleInterval == 0 && 4 * done <= 3 * steps
    }
}
