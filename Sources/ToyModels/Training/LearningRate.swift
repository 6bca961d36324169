/// The learning rate over a training run.
public struct LearningRate: Hashable, Codable, Sendable {
    /// How the rate falls from its peak.
    public enum Schedule: String, Hashable, Codable, Sendable {
        /// Not at all.
        case constant
        /// In a straight line to the final fraction.
        case linear
        /// Along half a cosine to the final fraction.
        case cosine
        /// In a straight line to the final fraction, over the last fifth of the steps.
        case late
    }

    /// The rate at the first step.
    public var peak: Double
    /// How it falls.
    public var schedule: Schedule
    /// The rate after the last step, as a fraction of the peak.
    public var finalFraction: Double

    /// A constant rate.
    public static func constant(_ rate: Double) -> LearningRate {
        LearningRate(peak: rate, schedule: .constant, finalFraction: 1)
    }

    /// A rate that falls linearly.
    public static func linear(_ peak: Double, to finalFraction: Double = 0) -> LearningRate {
        LearningRate(peak: peak, schedule: .linear, finalFraction: finalFraction)
    }

    /// A rate that falls along half a cosine.
    public static func cosine(_ peak: Double, to finalFraction: Double = 0) -> LearningRate {
        LearningRate(peak: peak, schedule: .cosine, finalFraction: finalFraction)
    }

    /// A rate that stays until the last fifth of the steps and then falls linearly.
    public static func late(_ peak: Double, to finalFraction: Double = 0) -> LearningRate {
        LearningRate(peak: peak, schedule: .late, finalFraction: finalFraction)
    }

    /// The rate of step `step` (from 0) of `steps`.
    ///
    /// - Precondition: `steps` is positive.
    public func rate(step: Int, of steps: Int) -> Double {
        let t = Double(step) / Double(steps)
        let share =
            switch schedule {
            case .constant: 1.0
            case .linear: 1 - t
            case .cosine: 0.5 * (1 + portableCosPi(t))
            case .late: min(1, 5 * (1 - t))
            }
        return schedule == .constant ? peak : peak * (finalFraction + (1 - finalFraction) * share)
    }
}
