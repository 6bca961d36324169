/// Fills blocks of rows with samples of the features for one model, vectorised across features.
struct RowInputs {
    private let set: SampleSet?
    private let activity: Activity
    private let n: Int
    private let width: Int
    /// The density, where the gaps between active features are drawn instead of the features.
    private let sparseDensity: Double?
    private let range: Float
    private let norm: Float?
    /// Whether so few features are active that it pays to list them.
    private let isSparse: Bool
    // Shape `[width]` each, and the gates of one sample, spread over its features.
    private let lower: UnsafeMutablePointer<Vector>
    private let upper: UnsafeMutablePointer<Vector>
    private let scale: UnsafeMutablePointer<Vector>
    private let offset: UnsafeMutablePointer<Vector>

    /// The vectors that rows of so many features need.
    static func capacity(width: Int) -> Int { 4 * width }

    /// - Parameters:
    ///   - width: vectors per row of features.
    ///   - hiddenWidth: vectors per row of hidden dimensions.
    init(_ source: InputSource, width: Int, hiddenWidth: Int, buffers: Buffers) {
        let features = source.features
        set = source.set
        activity = Activity(of: features)
        n = features.features
        self.width = width
        range = features.isSigned ? 2 : 1
        norm = features.norm.map { Float($0) }
        let active = activity.expectedActive
        sparseDensity = Self.densityOfGaps(features, hiddenWidth: hiddenWidth)
        isSparse = SampleRows.isWorthListing(active: active, of: n, width: hiddenWidth)
        lower = buffers.take(width)
        upper = buffers.take(width)
        scale = buffers.take(width)
        offset = buffers.take(width)
        for i in 0..<n {
            lower.numbers[i] = RandomLanes.significand(of: activity.lower[i])
            upper.numbers[i] = RandomLanes.significand(of: activity.upper[i])
            scale.numbers[i] = activity.scale[i]
            offset.numbers[i] = activity.offset[i] - activity.scale[i]
        }
    }

    /// The density of features whose gaps are drawn: it must be one for all, and small enough for that to pay. Below 1e-5
    /// gaps would exceed what a float counts exactly.
    static func densityOfGaps(_ features: FeatureDistribution, hiddenWidth: Int) -> Double? {
        let p = features.density[0]
        let hasGaps =
            features.dependence == .independent && features.density.allSatisfy { $0 == p } && p >= 1e-5
            && SampleRows.isWorthDrawingGaps(
                active: Activity(of: features).expectedActive, of: features.features, width: hiddenWidth)
        return hasGaps ? p : nil
    }

    /// Draws the next inputs, up to `limit` of them, into as many rows as they need; the other rows are zero.
    ///
    /// - Parameters:
    ///   - keepsZeros: whether inputs without an active feature get a row, too, where features are drawn by their gaps.
    ///   - scratch: `width + 2` vectors.
    /// - Returns: the number of rows that were filled, and the number of inputs that were drawn.
    func draw(
        upTo limit: Int, keepsZeros: Bool, into rows: inout SampleRows, from streams: inout RandomLanes,
        scratch: UnsafeMutablePointer<Vector>
    ) -> (rows: Int, inputs: Int) {
        rows.clear()
        if let sparseDensity {
            let drawn = drawGaps(
                upTo: limit, density: sparseDensity, keepsZeros: keepsZeros, into: &rows, from: &streams,
                scratch: scratch)
            normalize(rows, count: drawn.rows)
            return drawn
        }
        let count = min(limit, SampleRows.samples)
        streams = drawAll(count, into: rows, from: streams, gates: scratch)
        normalize(rows, count: count)
        rows.isListed = false
        if isSparse { rows.list() }
        return (count, count)
    }

    /// Reads samples of the finite set into rows, as many as there are rows; the other rows are zero.
    ///
    /// - Returns: the number of rows that were filled.
    func read(_ samples: ArraySlice<Int32>, into rows: inout SampleRows) -> Int {
        rows.clear()
        guard let set else { return 0 }
        let count = min(samples.count, SampleRows.samples)
        for (s, sample) in samples.prefix(count).enumerated() {
            let row = rows.row(s).numbers
            set.forEach(of: Int(sample)) { row[$0] = $1 }
        }
        rows.isListed = false
        if isSparse { rows.list() }
        return count
    }

    /// Draws `count` rows, and returns the streams as they are then: by value, and not inlined where it is called, so that
    /// their state stays in registers.
    @inline(never)
    private func drawAll(
        _ count: Int, into rows: SampleRows, from streams: RandomLanes, gates: UnsafeMutablePointer<Vector>
    ) -> RandomLanes {
        var lanes = streams
        let (lower, upper, scale, offset) = (lower, upper, scale, offset)
        for s in 0..<count {
            let row = rows.row(s)
            if activity.gates == 0 {
                for j in 0..<width {
                    let v = lanes.nextSignificand()
                    row[j] = offset[j].addingProduct(v, scale[j]).replacing(with: 0, where: v .>= upper[j])
                }
            } else {
                spreadGates(over: gates, from: &lanes)
                for j in 0..<width {
                    let v = lanes.nextSignificand()
                    row[j] = offset[j].addingProduct(v, scale[j])
                        .replacing(with: 0, where: (gates[j] .< lower[j]) .| (gates[j] .>= upper[j]))
                }
            }
        }
        return lanes
    }

    /// Scales the first `count` rows to the norm, if there is one.
    private func normalize(_ rows: SampleRows, count: Int) {
        guard let norm else { return }
        for s in 0..<count {
            let row = rows.row(s)
            var squares = Vector.zero
            for j in 0..<width { squares.addProduct(row[j], row[j]) }
            let length = squares.indices.reduce(Float(0)) { $0 + squares[$1] }.squareRoot()
            guard length > 0 else { continue }
            for j in 0..<width { row[j] *= norm / length }
        }
    }

    /// Draws one number per set of features and copies it to the set's features.
    @inline(__always)
    private func spreadGates(over gates: UnsafeMutablePointer<Vector>, from lanes: inout RandomLanes) {
        var open = Vector.zero
        for set in 0..<activity.gates {
            if set % Vector.scalarCount == 0 { open = lanes.nextSignificand() }
            for i in set * activity.setSize..<(set + 1) * activity.setSize {
                gates.numbers[i] = open[set % Vector.scalarCount]
            }
        }
    }

    /// Goes from active feature to active feature, over all inputs of the block: the gaps between them have the
    /// geometric distribution $\lfloor \ln u / \ln S \rfloor$. Costs what the active features cost.
    private func drawGaps(
        upTo limit: Int, density: Double, keepsZeros: Bool, into rows: inout SampleRows,
        from streams: inout RandomLanes, scratch: UnsafeMutablePointer<Vector>
    ) -> (rows: Int, inputs: Int) {
        let inverse = Vector(repeating: Float(1 / portableLog(1 - density)))
        let (gaps, values) = (scratch.numbers, (scratch + 1).numbers)
        var lanes = streams
        var (row, inputs, column, found) = (0, 0, -1, 0)
        rows.counts.update(repeating: 0, count: SampleRows.samples)
        drawing: while true {
            // 1 − u is in (0, 1], and a gap is counted exactly up to 2²².
            let gap = portableLog(1 - lanes.nextUniform()) * inverse
            scratch[0] = floor(gap.replacing(with: 4_000_000, where: gap .> 4_000_000))
            scratch[1] = lanes.nextUniform() * range + activity.offset[0]
            for lane in 0..<Vector.scalarCount {
                column &+= 1 &+ Int(gaps[lane])
                while column >= n {
                    rows.counts[row] = found
                    if found > 0 || keepsZeros { row &+= 1 }
                    (inputs, column, found) = (inputs &+ 1, column &- n, 0)
                    // What is left of a gap is forgotten: beyond any place the next gap is distributed as the first.
                    if row == SampleRows.samples || inputs == limit { break drawing }
                }
                rows.row(row).numbers[column] = values[lane]
                rows.columns(ofRow: row)[found] = Int32(truncatingIfNeeded: column)
                found &+= 1
            }
        }
        streams = lanes
        rows.isListed = true
        return (row, inputs)
    }
}

/// The largest whole numbers not above the entries, which are in 0...2²².
@inline(__always)
private func floor(_ v: Vector) -> Vector {
    let magic: Float = 12_582_912  // 1.5 · 2²³: adding it rounds to a whole number.
    let rounded = (v + magic) - magic
    return rounded.replacing(with: rounded - 1, where: rounded .> v)
}

/// The natural logarithm of entries in 2⁻²³...1, to about 1e-7 of its value; see `portableLog(_: Double)`.
@inline(__always)
private func portableLog(_ x: Vector) -> Vector {
    let bits = unsafeBitCast(x, to: SIMD16<UInt32>.self)
    var significand = unsafeBitCast((bits & 0x007F_FFFF) | 0x3F80_0000, to: Vector.self)
    // The biased exponent as the low bits of 2²³, from which it is read back exactly.
    var exponent = unsafeBitCast((bits &>> 23) | 0x4B00_0000, to: Vector.self) - (8_388_608 + 127)
    let isLarge = significand .> 1.414_213_5
    significand = significand.replacing(with: significand * 0.5, where: isLarge)
    exponent = exponent.replacing(with: exponent + 1, where: isLarge)
    let z = (significand - 1) / (significand + 1)
    let square = z * z
    var sum = Vector(repeating: 1 / 9)
    for k: Float in [7, 5, 3, 1] { sum = Vector(repeating: 1 / k).addingProduct(sum, square) }
    return (exponent * 0.693_147_2).addingProduct(z * 2, sum)
}
