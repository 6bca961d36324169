/// Sixteen numbers that are computed with side by side: one register with AVX-512, two with AVX2, four with NEON.
///
/// The number is fixed, whatever the processor, as it decides the order of sums and with it the last bit.
@usableFromInline package typealias Vector = SIMD16<Float>

/// Eight numbers: one register with AVX2.
typealias HalfVector = SIMD8<Float>

extension Vector {
    /// The number of vectors that hold so many numbers.
    static func count(for numbers: Int) -> Int { (numbers + scalarCount - 1) / scalarCount }
}

/// $|v|$ of each entry.
@inlinable @inline(__always)
package func magnitude(_ v: Vector) -> Vector { v.replacing(with: -v, where: v .< 0) }

extension Vector {
    /// The sum of the entries, by halves.
    @inline(__always)
    var total: Float {
        let eight = lowHalf + highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }
}

/// The square root of each entry, which must not be negative, to within a unit in the last place.
///
/// `squareRoot()` of a vector goes entry by entry, with a call for negative ones. This takes an eighth of its time:
/// Newton's method for the inverse root from a first guess by halving the exponent, and one step on the root itself.
@inlinable @inline(__always)
package func squareRoot(_ v: Vector) -> Vector {
    var inverse = unsafeBitCast(0x5F37_59DF &- (unsafeBitCast(v, to: SIMD16<UInt32>.self) &>> 1), to: Vector.self)
    let half = v * 0.5
    for _ in 0..<3 { inverse *= Vector(repeating: 1.5).addingProduct(-(half * inverse), inverse) }
    let root = v * inverse
    return root.addingProduct(inverse * 0.5, v.addingProduct(-root, root))
}

/// Sixteen random streams side by side, each with the numbers of its ``RandomStream``.
struct RandomLanes {
    private var state: (SIMD16<UInt32>, SIMD16<UInt32>, SIMD16<UInt32>, SIMD16<UInt32>)

    init(keys: [UInt64]) {
        state = (SIMD16(), SIMD16(), SIMD16(), SIMD16())
        for (lane, key) in keys.enumerated() {
            let stream = RandomStream(key: key)
            state.0[lane] = stream.state.0
            state.1[lane] = stream.state.1
            state.2[lane] = stream.state.2
            state.3[lane] = stream.state.3
        }
    }

    /// Sixteen streams for one key.
    init(key: UInt64) {
        var keys = RandomStream(key: key)
        self.init(keys: (0..<Vector.scalarCount).map { _ in keys.next() })
    }

    /// The next uniform number of each stream.
    @inline(__always)
    mutating func nextUniform() -> Vector { nextSignificand() - 1 }

    /// The least number that ``nextSignificand()`` gives and whose uniform number is not below a bound.
    static func significand(of bound: Float) -> Float { 1 + (bound * 0x1p23).rounded(.up) * 0x1p-23 }

    /// The next uniform number of each stream, plus 1: as its bits are made.
    @inline(__always)
    mutating func nextSignificand() -> Vector {
        let result = state.0 &+ state.3
        let t = state.1 &<< 9
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= t
        state.3 = (state.3 &<< 11) | (state.3 &>> 21)
        return unsafeBitCast((result &>> 9) | 0x3F80_0000, to: Vector.self)
    }
}

/// Eight vectors: what the kernels hold in registers. Eight sums at a time hide an addition's latency, and a vector
/// that is loaded once is used eight times.
@usableFromInline @frozen package struct VectorBlock {
    /// The number of vectors.
    @inlinable package static var count: Int { 8 }

    @usableFromInline var s0, s1, s2, s3, s4, s5, s6, s7: Vector

    /// The same vector eight times.
    @inlinable @inline(__always)
    package init(repeating v: Vector) {
        (s0, s1, s2, s3) = (v, v, v, v)
        (s4, s5, s6, s7) = (v, v, v, v)
    }

    /// Adds `weight` times the eight vectors at `p`.
    @inlinable @inline(__always)
    package mutating func add(_ weight: Vector, times p: UnsafePointer<Vector>) {
        s0 = s0.addingProduct(weight, p[0])
        s1 = s1.addingProduct(weight, p[1])
        s2 = s2.addingProduct(weight, p[2])
        s3 = s3.addingProduct(weight, p[3])
        s4 = s4.addingProduct(weight, p[4])
        s5 = s5.addingProduct(weight, p[5])
        s6 = s6.addingProduct(weight, p[6])
        s7 = s7.addingProduct(weight, p[7])
    }

    /// Adds `vector` times each of the eight numbers at `p`.
    @inlinable @inline(__always)
    package mutating func add(_ vector: Vector, timesNumbersAt p: UnsafePointer<Float>) {
        s0 = s0.addingProduct(vector, Vector(repeating: p[0]))
        s1 = s1.addingProduct(vector, Vector(repeating: p[1]))
        s2 = s2.addingProduct(vector, Vector(repeating: p[2]))
        s3 = s3.addingProduct(vector, Vector(repeating: p[3]))
        s4 = s4.addingProduct(vector, Vector(repeating: p[4]))
        s5 = s5.addingProduct(vector, Vector(repeating: p[5]))
        s6 = s6.addingProduct(vector, Vector(repeating: p[6]))
        s7 = s7.addingProduct(vector, Vector(repeating: p[7]))
    }

    /// Adds `vector` times the number at `index` of each of eight rows.
    @inlinable @inline(__always)
    package mutating func add(_ vector: Vector, times rows: EightRows, at index: Int) {
        s0 = s0.addingProduct(vector, Vector(repeating: rows.p0[index]))
        s1 = s1.addingProduct(vector, Vector(repeating: rows.p1[index]))
        s2 = s2.addingProduct(vector, Vector(repeating: rows.p2[index]))
        s3 = s3.addingProduct(vector, Vector(repeating: rows.p3[index]))
        s4 = s4.addingProduct(vector, Vector(repeating: rows.p4[index]))
        s5 = s5.addingProduct(vector, Vector(repeating: rows.p5[index]))
        s6 = s6.addingProduct(vector, Vector(repeating: rows.p6[index]))
        s7 = s7.addingProduct(vector, Vector(repeating: rows.p7[index]))
    }

    /// Adds `vector` times each of the eight vectors at `p`, `stride` apart.
    @inlinable @inline(__always)
    package mutating func add(_ vector: Vector, timesEightAt p: UnsafePointer<Vector>, stride: Int) {
        s0 = s0.addingProduct(vector, p[0])
        s1 = s1.addingProduct(vector, p[stride])
        s2 = s2.addingProduct(vector, p[2 &* stride])
        s3 = s3.addingProduct(vector, p[3 &* stride])
        s4 = s4.addingProduct(vector, p[4 &* stride])
        s5 = s5.addingProduct(vector, p[5 &* stride])
        s6 = s6.addingProduct(vector, p[6 &* stride])
        s7 = s7.addingProduct(vector, p[7 &* stride])
    }

    /// Adds each of two vectors times each of the four at `p`, `stride` apart: a tile of two by four.
    @inlinable @inline(__always)
    package mutating func add(
        _ first: Vector, _ second: Vector, timesFourAt p: UnsafePointer<Vector>, stride: Int
    ) {
        let (p0, p1, p2, p3) = (p[0], p[stride], p[2 &* stride], p[3 &* stride])
        s0 = s0.addingProduct(first, p0)
        s1 = s1.addingProduct(first, p1)
        s2 = s2.addingProduct(first, p2)
        s3 = s3.addingProduct(first, p3)
        s4 = s4.addingProduct(second, p0)
        s5 = s5.addingProduct(second, p1)
        s6 = s6.addingProduct(second, p2)
        s7 = s7.addingProduct(second, p3)
    }

    /// Replaces each of the eight, in order.
    @inlinable @inline(__always)
    package mutating func replaceEach(_ replacement: (_ index: Int, _ vector: Vector) -> Vector) {
        (s0, s1, s2, s3) = (replacement(0, s0), replacement(1, s1), replacement(2, s2), replacement(3, s3))
        (s4, s5, s6, s7) = (replacement(4, s4), replacement(5, s5), replacement(6, s6), replacement(7, s7))
    }

    /// Zero where the other block is not positive.
    @inlinable @inline(__always)
    package func whereActive(_ h: VectorBlock) -> VectorBlock {
        var result = self
        result.s0 = s0.replacing(with: 0, where: h.s0 .<= 0)
        result.s1 = s1.replacing(with: 0, where: h.s1 .<= 0)
        result.s2 = s2.replacing(with: 0, where: h.s2 .<= 0)
        result.s3 = s3.replacing(with: 0, where: h.s3 .<= 0)
        result.s4 = s4.replacing(with: 0, where: h.s4 .<= 0)
        result.s5 = s5.replacing(with: 0, where: h.s5 .<= 0)
        result.s6 = s6.replacing(with: 0, where: h.s6 .<= 0)
        result.s7 = s7.replacing(with: 0, where: h.s7 .<= 0)
        return result
    }

    /// `start` plus the sum of the eight.
    @inlinable @inline(__always)
    package func sum(from start: Vector) -> Vector {
        start + (((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)))
    }

    /// Writes the eight vectors to `p`, `stride` apart.
    @inlinable @inline(__always)
    package func store(_ p: UnsafeMutablePointer<Vector>, stride: Int = 1) {
        (p[0], p[stride], p[2 &* stride], p[3 &* stride]) = (s0, s1, s2, s3)
        (p[4 &* stride], p[5 &* stride], p[6 &* stride], p[7 &* stride]) = (s4, s5, s6, s7)
    }

    /// Reads the eight vectors at `p`, `stride` apart.
    @inlinable @inline(__always)
    package init(at p: UnsafePointer<Vector>, stride: Int = 1) {
        (s0, s1, s2, s3) = (p[0], p[stride], p[2 &* stride], p[3 &* stride])
        (s4, s5, s6, s7) = (p[4 &* stride], p[5 &* stride], p[6 &* stride], p[7 &* stride])
    }
    /// Writes the first four vectors to `p`, and the others to `q`.
    @inlinable @inline(__always)
    package func store(_ p: UnsafeMutablePointer<Vector>, and q: UnsafeMutablePointer<Vector>) {
        (p[0], p[1], p[2], p[3]) = (s0, s1, s2, s3)
        (q[0], q[1], q[2], q[3]) = (s4, s5, s6, s7)
    }

    /// Reads four vectors at `p` and four at `q`.
    @inlinable @inline(__always)
    package init(at p: UnsafePointer<Vector>, and q: UnsafePointer<Vector>) {
        (s0, s1, s2, s3) = (p[0], p[1], p[2], p[3])
        (s4, s5, s6, s7) = (q[0], q[1], q[2], q[3])
    }
}

/// Eight rows of numbers, each with a pointer of its own: arithmetic with addresses would compete with that of vectors.
@usableFromInline @frozen package struct EightRows {
    @usableFromInline let p0, p1, p2, p3, p4, p5, p6, p7: UnsafePointer<Float>

    /// The rows at `p`, `stride` numbers apart.
    @inlinable @inline(__always)
    package init(_ p: UnsafePointer<Float>, stride: Int) {
        (p0, p1, p2, p3) = (p, p + stride, p + 2 &* stride, p + 3 &* stride)
        (p4, p5, p6, p7) = (p + 4 &* stride, p + 5 &* stride, p + 6 &* stride, p + 7 &* stride)
    }
}
