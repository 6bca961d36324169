// The training path calls no libm function: the last bit of those differs between C libraries, and the same seed
// must give the same bits everywhere. These use only operations that IEEE 754 defines exactly.

/// The first `count` powers of a number, from the zeroth: importance that falls geometrically. By products, as a power
/// function's last bit depends on the C library, and importances decide the weights' bits.
///
/// - Precondition: `count` is not negative.
public func powers(of base: Double, count: Int) -> [Double] {
    var power = 1.0
    return (0..<count).map { index in
        if index > 0 { power *= base }
        return power
    }
}

/// `count` numbers at equal ratios from `first` to `last`, to five decimal places: the densities of a sweep.
///
/// - Precondition: `first` and `last` are positive, `count` is not negative.
public func geometricSequence(from first: Double, to last: Double, count: Int) -> [Double] {
    let logarithm = portableLog(last / first)
    return (0..<count).map { index in
        let share = count > 1 ? Double(index) / Double(count - 1) : 0
        return (first * portableExp(share * logarithm) * 100_000).rounded() / 100_000
    }
}

/// $e^x$ of a number that is not extreme, to within a few units in the last place.
func portableExp(_ x: Double) -> Double {
    // eˣ = 2ᵏ eʳ with |r| ≤ (ln 2)/2, where 16 terms of the series are enough.
    let k = (x / 0.693_147_180_559_945_31).rounded()
    let r = x - k * 0.693_147_180_559_945_31
    var sum = 1.0
    for j in stride(from: 16.0, through: 1, by: -1) { sum = 1 + sum * r / j }
    return sum * Double(sign: .plus, exponent: Int(k), significand: 1)
}

/// The natural logarithm of a positive, normal number, to within a few units in the last place.
func portableLog(_ x: Double) -> Double {
    var (exponent, significand) = (Double(x.exponent), x.significand)
    if significand > 1.414_213_562_373_095_1 {
        significand /= 2
        exponent += 1
    }
    // ln s = 2 artanh z, z = (s − 1)/(s + 1); |z| < 0.172, so z²¹ is below 10⁻¹⁶.
    let z = (significand - 1) / (significand + 1)
    var sum = 0.0
    for k in stride(from: 21, through: 1, by: -2) { sum = sum * (z * z) + 1 / Double(k) }
    return exponent * 0.693_147_180_559_945_31 + 2 * z * sum
}

/// $\cos(\pi t)$ for $t$ in 0...1, to within a few units in the last place.
func portableCosPi(_ t: Double) -> Double {
    // cos πt = sin y with y = π(1/2 − t) in ±π/2, where the sine's series converges fast.
    let y = Double.pi * (0.5 - t)
    var sum = 0.0
    for k in stride(from: 23, through: 3, by: -2) { sum = (1 - sum) * y * y / Double(k * (k - 1)) }
    return y * (1 - sum)
}
