/// Fills blocks of eight samples for models side by side, one model in each lane of a vector.
///
/// Where most samples have no active feature only the others are computed: how many there are is drawn first, from the
/// binomial distribution, and then each of them under the condition that it has an active feature. The rest are alike,
/// and one sample stands for all of them.
struct LaneInputs {
    /// What the inputs are drawn from, by lane.
    private let sources: [InputSource]
    /// The number of features that are drawn.
    private let n: Int
    private let gates: Int
    private let setSize: Int
    // A uniform number u is drawn as 1 + u, as random bits make that; these are bounds of it, and the factor and the
    // summand that make the feature of it. Shape `[features]`.
    private let lower, upper, scale, offset: UnsafeMutablePointer<Vector>
    /// The gates of one sample. Shape `[gates]`.
    private let gate: UnsafeMutablePointer<Vector>
    // Of samples that have an active feature: see ``drawActive(_:of:into:from:)``. Shapes `[units]`.
    private let first, active: UnsafeMutablePointer<Vector>
    private let range: Vector
    private let start: Vector
    /// What samples are scaled to, by lane, if they are.
    private let norm: Vector
    private let isNormalized: Bool
    /// The probability that a sample has an active feature, by lane.
    private let share: [Double]

    /// The vectors that so many features need: there are at most as many gates as features.
    static func capacity(features n: Int) -> Int { 7 * n }

    /// - Parameter sources: what each lane draws from, all of one kind and with the same number of features.
    init(_ sources: [InputSource], buffers: Buffers) {
        self.sources = sources
        let activities = sources.map { Activity(of: $0.features) }
        (n, gates, setSize) = (sources[0].features.features, activities[0].gates, activities[0].setSize)
        lower = buffers.take(n)
        upper = buffers.take(n)
        scale = buffers.take(n)
        offset = buffers.take(n)
        gate = buffers.take(n)
        first = buffers.take(n)
        active = buffers.take(n)
        range = Vector(repeating: sources[0].features.isSigned ? 2 : 1)
        start = Vector(repeating: sources[0].features.isSigned ? -1 : 0)
        norm = Vector(sources.map { Float($0.features.norm ?? 1) })
        isNormalized = sources[0].features.norm != nil
        var share: [Double] = []
        for (lane, activity) in activities.enumerated() {
            for i in 0..<n {
                lower[i][lane] = RandomLanes.significand(of: activity.lower[i])
                upper[i][lane] = RandomLanes.significand(of: activity.upper[i])
                scale[i][lane] = activity.scale[i]
                offset[i][lane] = activity.offset[i] - activity.scale[i]
            }
            // Of each feature, or of each set of features that share a gate.
            let probability = activity.unitProbability
            let none = probability.reduce(1.0) { $0 * (1 - $1) }
            share.append(1 - none)
            var noneSoFar = 1.0
            for (unit, p) in probability.enumerated() {
                noneSoFar *= 1 - p
                first[unit][lane] = none < 1 ? RandomLanes.significand(of: Float((1 - noneSoFar) / (1 - none))) : 1
                active[unit][lane] = Float(p)
            }
        }
        self.share = share
    }

    // MARK: - Samples to compute

    /// Which of a lane's next samples are computed.
    struct Plan {
        /// The number of rows, whole blocks of which are computed.
        var rows: Int
        /// What the last row counts for.
        var last: Float
        /// By lane, the rows that have an active feature; nil if all rows are drawn alike.
        var active: Vector?
    }

    /// The distribution of the number of samples with an active feature among so many, by lane; nil if that is so often
    /// most of them that it does not pay.
    func counts(among samples: Int) -> [Binomial]? {
        guard sources[0].set == nil else { return nil }
        let greatest = share.max() ?? 1
        let (mean, total) = (greatest * Double(samples), Double(samples))
        guard mean + 2 * (mean * (1 - greatest)).squareRoot() + 5 < 0.8 * total else { return nil }
        var made: [Double: Binomial] = [:]
        return share.map { share in
            let binomial = made[share] ?? Binomial(trials: samples, probability: share)
            made[share] = binomial
            return binomial
        }
    }

    /// What is to be computed of the next `samples` samples.
    func plan(_ samples: Int, counts: [Binomial]?, from streams: inout RandomLanes) -> Plan {
        guard let counts else { return Plan(rows: samples, last: 1, active: nil) }
        let u = streams.nextUniform()
        var active = Vector.zero
        for lane in 0..<Vector.scalarCount { active[lane] = Float(counts[lane].count(at: u[lane])) }
        // At least the last row is without an active feature in all lanes, and stands for all that are not computed.
        let size = VectorBlock.count
        let rows = (Int(active.max()) + size) / size * size
        return Plan(rows: rows, last: Float(samples - rows + 1), active: active)
    }

    // MARK: - Drawing

    /// Fills a block, shape `[features, 8]`, with the plan's rows from `row` on; beyond the last one the block is zero.
    func draw(_ plan: Plan, from row: Int, into x: UnsafeMutablePointer<Vector>, streams: inout RandomLanes) {
        let count = min(VectorBlock.count, plan.rows - row)
        if count < VectorBlock.count { x.update(repeating: .zero, count: n * VectorBlock.count) }
        if let active = plan.active {
            streams = drawActive(active - Vector(repeating: Float(row)), into: x, from: streams)
        } else {
            streams = drawAll(count, into: x, from: streams)
        }
        if isNormalized { normalize(x) }
    }

    /// Scales the samples of a block that are not zero to their norms.
    private func normalize(_ x: UnsafeMutablePointer<Vector>) {
        for s in 0..<VectorBlock.count {
            var squares = Vector.zero
            for i in 0..<n { squares.addProduct(x[i &* VectorBlock.count &+ s], x[i &* VectorBlock.count &+ s]) }
            let factor = (norm / squares.squareRoot()).replacing(with: 1, where: squares .== 0)
            for i in 0..<n { x[i &* VectorBlock.count &+ s] *= factor }
        }
    }

    /// Draws `count` samples, and returns the streams as they are then.
    ///
    /// By value, and not inlined where it is called, so that the streams' state stays in registers.
    @inline(never)
    private func drawAll(_ count: Int, into x: UnsafeMutablePointer<Vector>, from streams: RandomLanes) -> RandomLanes {
        let (n, upper, scale, offset) = (n, upper, scale, offset)
        var lanes = streams
        for s in 0..<count {
            var place = x + s
            if gates == 0 {
                for i in 0..<n {
                    let v = lanes.nextSignificand()
                    place.pointee = offset[i].addingProduct(v, scale[i]).replacing(with: 0, where: v .>= upper[i])
                    place += VectorBlock.count
                }
            } else {
                for g in 0..<gates { gate[g] = lanes.nextSignificand() }
                drawGated(into: x + s, from: &lanes)
            }
        }
        return lanes
    }

    /// Draws features whose sets' gates are drawn.
    @inline(__always)
    private func drawGated(into x: UnsafeMutablePointer<Vector>, from lanes: inout RandomLanes) {
        for i in 0..<n {
            let (v, open) = (lanes.nextSignificand(), gate[i / setSize])
            x[i &* VectorBlock.count] = offset[i].addingProduct(v, scale[i])
                .replacing(with: 0, where: (open .< lower[i]) .| (open .>= upper[i]))
        }
    }

    /// Draws eight samples; in each lane the first `count` of them have an active feature, and the others none.
    ///
    /// One number says which is the first active feature (or set of features), by the probabilities
    /// $P(\text{first} \le i \mid \text{any})$ in `first`. Those before it are not active, it is, and those after it are
    /// independent of it.
    @inline(never)
    private func drawActive(
        _ count: Vector, into x: UnsafeMutablePointer<Vector>, from streams: RandomLanes
    ) -> RandomLanes {
        let (n, upper, scale, offset, first) = (n, upper, scale, offset, first)
        let (range, start) = (range, start - range)
        var lanes = streams
        for s in 0..<VectorBlock.count {
            // Beyond the bounds of all where the lane's samples are exhausted.
            let choice = lanes.nextSignificand().replacing(with: 2, where: count .<= Float(s))
            var wasBefore = SIMDMask<SIMD16<Int32>>(repeating: false)
            if gates == 0 {
                var place = x + s
                for i in 0..<n {
                    let v = lanes.nextSignificand()
                    let isNotAfter = choice .< first[i]
                    let drawn = offset[i].addingProduct(v, scale[i])
                        .replacing(with: 0, where: .!(wasBefore .& (v .< upper[i])))
                    place.pointee = drawn.replacing(
                        with: start.addingProduct(v, range), where: isNotAfter .& .!wasBefore)
                    wasBefore = isNotAfter
                    place += VectorBlock.count
                }
            } else {
                for g in 0..<gates {
                    let v = lanes.nextSignificand()
                    let isNotAfter = choice .< first[g]
                    let open = (1 - active[g]).addingProduct(v, active[g])
                    gate[g] = v.replacing(with: open, where: .!wasBefore).replacing(with: 2, where: .!isNotAfter)
                    wasBefore = isNotAfter
                }
                drawGated(into: x + s, from: &lanes)
            }
        }
        return lanes
    }

    // MARK: - Finite sets

    /// Fills a block with samples of the finite sets, `count` per lane; further samples of the block are zero.
    ///
    /// - Parameter sample: the sample of a lane's set for each of the `count` places.
    func read(_ count: Int, into x: UnsafeMutablePointer<Vector>, sample: (_ lane: Int, _ place: Int) -> Int) {
        x.update(repeating: .zero, count: n * VectorBlock.count)
        for (lane, source) in sources.enumerated() {
            guard let set = source.set else { continue }
            for s in 0..<count {
                set.forEach(of: sample(lane, s)) { x[$0 &* VectorBlock.count &+ s][lane] = $1 }
            }
        }
    }
}

extension Activity {
    /// The probability that a feature is active, or that a set of features has an active one. Shape `[features]`, or
    /// `[gates]`.
    fileprivate var unitProbability: [Double] {
        gates == 0
            ? upper.map(Double.init)
            : (0..<gates).map { Double(upper[($0 + 1) * setSize - 1]) }
    }
}

/// A binomial distribution, to draw from it.
struct Binomial {
    // P(count ≤ k) of k from `least` on, the last 1; and the place among them where a search for i/64 may begin.
    private let cumulative: [Float]
    private let least: Int
    private let guide: [Int32]

    /// The number of successes in so many trials.
    init(trials: Int, probability p: Double) {
        // From the most likely number outwards by ratios of neighbours: no power that underflows, no logarithm whose last
        // bit depends on the C library.
        let mode = min(trials, Int(Double(trials + 1) * p))
        let negligible = 1e-12
        var (below, above): ([Double], [Double]) = ([], [1])
        var (weight, k) = (1.0, mode)
        while k < trials, weight > negligible, p < 1 {
            weight *= Double(trials - k) / Double(k + 1) * (p / (1 - p))
            above.append(weight)
            k += 1
        }
        (weight, k) = (1.0, mode)
        while k > 0, weight > negligible, p > 0 {
            weight *= Double(k) / Double(trials - k + 1) * ((1 - p) / p)
            below.append(weight)
            k -= 1
        }
        least = k
        let weights = below.reversed() + above
        let total = weights.reduce(0, +)
        var sum = 0.0
        var cumulative = weights.map { weight in
            sum += weight
            return Float(sum / total)
        }
        cumulative[cumulative.count - 1] = 1
        self.cumulative = cumulative
        guide = (0..<64).map { i in Int32(cumulative.firstIndex { $0 > Float(i) / 64 } ?? cumulative.count - 1) }
    }

    /// The least number whose cumulative probability exceeds `u`, in 0..<1: a draw from the distribution if `u` is
    /// uniform.
    func count(at u: Float) -> Int {
        var place = Int(guide[Int(u * 64)])
        while cumulative[place] <= u { place += 1 }
        return least + place
    }
}
