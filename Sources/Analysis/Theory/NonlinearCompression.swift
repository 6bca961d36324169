/// Two numbers in [0, 1) in one, $t = (\lfloor Z x \rfloor + y) / Z$: $x$ is rounded down to one of $Z$ zones, and $y$
/// goes between the zones. Reading it back, $x' = \lfloor Z t \rfloor / Z$ and $y' = Z t - \lfloor Z t \rfloor$. As a
/// network has no jumps, each jump of the floor is a segment of width $\varepsilon$, centred where the jump was.
/// (Appendix, Nonlinear Compression.)
public struct NonlinearCompression: Hashable, Sendable {
    /// The number of zones $Z$.
    public let zones: Int
    /// The width $\varepsilon$ of the segments that replace jumps, in $x$ and in $t$; 0 leaves the jumps.
    public let width: Double
    /// Whether $x'$ is the middle of its zone instead of the start.
    public let readsMiddle: Bool
    /// Whether the segments in $t$ end at their jumps instead of being centred on them. A $y$ that is exactly 0, as of sparse
    /// numbers most are, puts $t$ just on a jump.
    public let readsEarly: Bool

    /// A scheme.
    ///
    /// - Precondition: there is a zone, and a segment is not wider than a zone, $0 \le \varepsilon \le 1/Z$.
    public init(zones: Int, width: Double, readsMiddle: Bool = false, readsEarly: Bool = false) {
        precondition(zones > 0 && width >= 0 && width * Double(zones) <= 1 + 1e-12, "Segments fit into zones.")
        self.zones = zones
        self.width = width
        self.readsMiddle = readsMiddle
        self.readsEarly = readsEarly
    }

    /// Half a segment's width in units of a zone.
    private var reach: Double { Double(zones) * width / 2 }
    /// How far before its jump the middle of a segment in $t$ is, in units of a zone.
    private var lead: Double { readsEarly ? reach : 0 }

    /// $\lfloor v \rfloor$ of $v$ in $[0, Z]$, with segments for jumps. It is a sum of steps, each the difference of two
    /// ReLUs; of those only the nearest is not 0 or 1.
    private func floor(_ v: Double) -> Double {
        guard zones > 1 else { return 0 }
        let jump = min(max(v.rounded(), 1), Double(zones - 1))
        if width == 0 { return v < jump ? jump - 1 : jump }
        return jump - 1 + min(max((v - jump + reach) / (2 * reach), 0), 1)
    }

    /// The one number $t$ that stands for two.
    public func encode(_ x: Double, _ y: Double) -> Double {
        (floor(Double(zones) * x) + y) / Double(zones)
    }

    /// The two numbers that are read from $t$.
    public func decode(_ t: Double) -> (x: Double, y: Double) {
        let v = Double(zones) * t
        let zone = floor(v + lead)
        return ((zone + (readsMiddle ? 0.5 : 0)) / Double(zones), v - zone)
    }

    // MARK: - Neurons

    /// The number of ReLU neurons by the paper's count: two for each line segment, of which each zone has two in each of
    /// three functions, the floor of $Z x$, that of $Z t$, and the remainder.
    public var neuronsBySegments: Int { 12 * zones }

    /// The number of ReLU neurons of this construction, one per kink of the two floors; the remainder is the second floor
    /// taken from its argument.
    public var neuronsByKinks: Int { 4 * (zones - 1) }

    // MARK: - Loss

    /// The expected loss $(x - x')^2 + (y - y')^2$ of two independent features that are zero with probability $1 - p$,
    /// otherwise uniform on [0, 1].
    ///
    /// It is exact but for rounding: the error is a quadratic between kinks, and so integrated by two points.
    public func loss(density p: Double = 1) -> Double {
        /// The mean over $y$ at one value of $x$.
        func meanError(_ x: Double) -> Double {
            func error(_ y: Double) -> Double {
                let read = decode(encode(x, y))
                return (x - read.x) * (x - read.x) + (y - read.y) * (y - read.y)
            }
            let start = floor(Double(zones) * x)
            let kinks = (1..<max(zones, 1)).flatMap { jump in
                [-reach, reach].map { Double(jump) - lead - start + $0 }
            }
            return (1 - p) * error(0) + p * Self.integral(error, kinks: kinks)
        }
        // Within a segment in x, also where a kink of the second floor comes to an end of y.
        let kinks = readsEarly ? [-1, 1 - 4 * reach, 1] : [-1, 2 * reach - 1, 1 - 2 * reach, 1]
        let ends = (1..<max(zones, 1)).flatMap { jump in
            kinks.map { Double(jump) / Double(zones) + $0 * width / 2 }
        }
        return (1 - p) * meanError(0) + p * Self.integral(meanError, kinks: ends)
    }

    /// The expected loss without segments, nothing but the rounding of $x$. It is the limit for $\varepsilon \to 0$ where
    /// segments end at their jumps; where they are centred on them, of dense numbers only.
    public func limit(density p: Double = 1) -> Double {
        let square = Double(zones * zones)
        return readsMiddle ? p / (12 * square) + (1 - p) / (4 * square) : p / (3 * square)
    }

    /// The expected loss of the best linear compression of the two: one of them, or their average. Either costs the
    /// variance of one, $p/3 - p^2/4$.
    public static func linearLoss(density p: Double = 1) -> Double { p / 3 - p * p / 4 }

    /// The integral over [0, 1] of a function that is a polynomial of degree three or less between its kinks, by Gauss's
    /// rule of two points.
    private static func integral(_ f: (Double) -> Double, kinks: [Double]) -> Double {
        let ends = [0] + kinks.filter { $0 > 0 && $0 < 1 }.sorted() + [1]
        let offset = 0.5 / 3.0.squareRoot()
        return zip(ends, ends.dropFirst()).reduce(0) { sum, piece in
            let (middle, length) = ((piece.0 + piece.1) / 2, piece.1 - piece.0)
            return sum + length / 2 * (f(middle - offset * length) + f(middle + offset * length))
        }
    }
}
