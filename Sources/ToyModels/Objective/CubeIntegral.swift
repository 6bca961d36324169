/// Integrates one output's squared error over the values $u \in [0, 1]^k$ of the active features:
/// $\int (x - f(b + a \cdot u))^2 du$, where $x$ is one of the $u_j$, or 0.
///
/// Where $f$ = ReLU has its kink outside the cube, the integrand is a quadratic, and mean and variance suffice.
/// Otherwise ReLU's powers are integrated one variable after the other:
///
/// - one variable, $x$'s own if there is one, in a form without cancellation;
/// - the others by differences, as $\int_0^1 z_+^d du_j = \Delta_j z_+^{d+1} / ((d + 1) a_j)$, a signed sum over the
///   corners of the cube, which loses $1 / \prod a_j$ of the precision;
/// - those whose $a_j$ is too small for that, together, by the three points that have the same five moments.
public struct CubeIntegral {
    private var slopes: [Double] = []
    /// Where in `slopes` the variable is that is the target $x$.
    private var own: Int?
    /// The slopes that are integrated by differences, steepest first.
    private var steep: [Double] = []
    /// $a \cdot u$ at the corners of their cube, with the sign in the sum.
    private var corners: [(value: Double, sign: Double)] = []

    /// An integral over up to `capacity` variables.
    public init(capacity: Int) {
        slopes.reserveCapacity(capacity)
        steep.reserveCapacity(capacity)
        corners.reserveCapacity(1 << max(0, capacity - 1))
    }

    /// Starts over, without variables.
    public mutating func removeAll() {
        slopes.removeAll(keepingCapacity: true)
        own = nil
    }

    /// Adds a variable with slope $a_j$.
    public mutating func append(_ slope: Double, isOwn: Bool) {
        if isOwn { own = slopes.count }
        slopes.append(slope)
    }

    /// The mean squared error.
    public mutating func meanSquaredError(bias: Double, output: ToyModel.Activation) -> Double {
        let low = slopes.reduce(bias) { $0 + min($1, 0) }
        let high = slopes.reduce(bias) { $0 + max($1, 0) }
        if output == .linear || low >= 0 { return quadratic(bias: bias) }
        let square = own == nil ? 0 : 1.0 / 3
        if high <= 0 { return square }
        let (edge, rest) = prepare(reach: max(-low, high))
        // The moments of the rest, as if drawn at three points.
        let points: [(shift: Double, weight: Double)] =
            if rest.fourth > 0 {
                [-1, 0, 1].map { side in
                    let share = rest.variance * rest.variance / (2 * rest.fourth)
                    let distance = (rest.fourth / rest.variance).squareRoot()
                    return (rest.mean + side * distance, side == 0 ? 1 - 2 * share : share)
                }
            } else {
                [(rest.mean, 1)]
            }
        return points.reduce(square) { $0 + $1.weight * clipped(bias: bias + $1.shift, edge: edge) }
    }

    /// The integral of $(x - b - a \cdot u)^2$.
    private func quadratic(bias: Double) -> Double {
        var (mean, variance) = (-bias, 0.0)
        for (j, slope) in slopes.enumerated() {
            let difference = (j == own ? 1 : 0) - slope
            mean += difference / 2
            variance += difference * difference / 12
        }
        return mean * mean + variance
    }

    /// The integral of $z_+^2 - 2 x z_+$ over the edge's variable and the steep ones, for $z = b + a \cdot u$.
    private func clipped(bias: Double, edge: Double) -> Double {
        let count = steep.count
        var (squares, products) = (0.0, 0.0)
        for (value, sign) in corners {
            let edge = Edge(from: bias + value, slope: edge)
            squares += sign * edge.integral(power: count + 2)
            if own != nil { products += sign * edge.weightedIntegral(power: count + 1) }
        }
        // 2! / (count + 2)! and 1! / (count + 1)!, and the slopes that each difference divides by.
        var factor = 1.0
        for (j, slope) in steep.enumerated() { factor /= Double(j + 2) * slope }
        return 2 * factor * (squares / Double(count + 2) - products)
    }

    /// Moments of the variables that are not steep: those of $\sum a_j u_j$.
    private struct Rest {
        var mean = 0.0
        var variance = 0.0
        /// The fourth central moment.
        var fourth = 0.0
    }

    /// Divides the variables: which is the edge's, which are steep, and the rest.
    ///
    /// - Parameter reach: the largest $|z|$ in the cube.
    private mutating func prepare(reach: Double) -> (edge: Double, rest: Rest) {
        // Without an own variable the flattest one, where differences would be worst.
        let edge = own ?? slopes.indices.min { abs(slopes[$0]) < abs(slopes[$1]) } ?? 0
        steep.removeAll(keepingCapacity: true)
        for j in slopes.indices where j != edge { steep.append(slopes[j]) }
        steep.sort { abs($0) > abs($1) }

        // Steep are as many as leave the rounding error of the sum small: 2ᵏ corners of size reachᵏ⁺²/(k+2)!, over
        // ∏ a_j.
        var error = 0x1p-53 * reach * reach
        var count = 0
        while count < steep.count {
            error *= 2 * reach / (Double(count + 3) * abs(steep[count]))
            guard error < Self.tolerance * reach * reach else { break }
            count += 1
        }
        var rest = Rest()
        var fourthCumulant = 0.0
        for slope in steep[count...] {
            let square = slope * slope
            rest.mean += slope / 2
            rest.variance += square / 12
            fourthCumulant -= square * square / 120
        }
        rest.fourth = 3 * rest.variance * rest.variance + fourthCumulant
        steep.removeSubrange(count...)

        corners.removeAll(keepingCapacity: true)
        corners.append((0, 1))
        for slope in steep {
            for j in corners.indices {
                corners.append((corners[j].value + slope, corners[j].sign))
                corners[j].sign = -corners[j].sign
            }
        }
        return (slopes[edge], rest)
    }

    /// The rounding error that differences may make, relative to the square of the largest $|z|$.
    static let tolerance = 1e-11
}

/// ReLU's powers along one edge of the cube, $z = c + a u$ for $u$ in 0...1. All terms are positive, so nothing
/// cancels, however small $a$ is.
private struct Edge {
    private let low: Double
    private let high: Double
    private let isRising: Bool

    init(from start: Double, slope: Double) {
        let end = start + slope
        (low, high, isRising) = slope >= 0 ? (start, end, true) : (end, start, false)
    }

    /// $\int_0^1 z_+^d du$
    func integral(power d: Int) -> Double {
        guard high > 0 else { return 0 }
        guard low >= 0 else { return raised(high, d) * (high / (high - low)) / Double(d + 1) }
        // Σ low^q high^(d−q)
        var (sum, power) = (1.0, 1.0)
        for _ in 0..<d {
            power *= low
            sum = sum * high + power
        }
        return sum / Double(d + 1)
    }

    /// $\int_0^1 u z_+^d du$
    func weightedIntegral(power d: Int) -> Double {
        guard high > 0 else { return 0 }
        let norm = Double((d + 1) * (d + 2))
        guard low >= 0 else {
            let share = high / (high - low)
            let atStart = raised(high, d) * share * share / norm
            // Rising from the kink, u is one minus what falling towards it has.
            return isRising ? raised(high, d) * share / Double(d + 1) - atStart : atStart
        }
        // Σ (q + 1) rising^q falling^(d−q), by how the powers of both ends weigh u.
        let (first, last) = isRising ? (low, high) : (high, low)
        var (sum, power) = (1.0, 1.0)
        for q in 0..<d {
            power *= last
            sum = sum * first + Double(q + 2) * power
        }
        return sum / norm
    }

    private func raised(_ x: Double, _ d: Int) -> Double { (0..<d).reduce(1) { product, _ in product * x } }
}
