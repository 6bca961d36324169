import RealModule

/// The bound of compressed sensing on the dimensions that sparse features take, $m = \Omega(-n p \log p)$ for $n$ features
/// of density $p$, and so on the features that $m$ dimensions can hold. (Appendix, Connection between compressed sensing
/// lower bounds and the toy model.)
public enum SensingBound {
    /// Features per dimension, $1 / (p \ln (1/p))$, where the bound's constant is 1. It is never below $e$, which it has at
    /// $p = 1/e$, and infinite for dense features, of which it says nothing.
    ///
    /// With $p = 1 - \alpha$ it is the capacity $g(\alpha)$ of Sarkar and Deka, "Geometric limits of knowledge
    /// distillation" (2026).
    ///
    /// - Precondition: the density is above 0 and at most 1.
    public static func featuresPerDimension(density p: Double) -> Double {
        precondition(p > 0 && p <= 1, "A density is above 0 and at most 1.")
        return p == 1 ? .infinity : 1 / (-p * Double.log(p))
    }
}
