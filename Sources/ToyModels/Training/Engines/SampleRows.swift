/// One row of numbers for each sample of a block, and where they are not zero, if they are few.
///
/// The rows are padded with zeros to whole vectors.
struct SampleRows {
    /// The number of samples in a block.
    static let samples = 32

    /// Shape `[samples, width]`.
    let values: UnsafeMutablePointer<Vector>
    /// Vectors per row.
    let width: Int
    /// The columns that are not zero, ascending, `16 * width` places per sample.
    let columns: UnsafeMutablePointer<Int32>
    /// How many there are in each row. Shape `[samples]`.
    let counts: UnsafeMutablePointer<Int>
    /// Whether `columns` and `counts` are filled in. Where they are not, the rows are taken as dense.
    var isListed = false

    /// The values of one sample.
    func row(_ sample: Int) -> UnsafeMutablePointer<Vector> { values + sample &* width }

    /// The columns of one sample that are not zero.
    func columns(ofRow sample: Int) -> UnsafeMutablePointer<Int32> { columns + sample &* width &* Vector.scalarCount }

    /// Sets all values to zero.
    func clear() { values.update(repeating: .zero, count: Self.samples * width) }

    /// Fills in where the values are not zero.
    mutating func list() {
        for sample in 0..<Self.samples {
            let (row, columns) = (row(sample), columns(ofRow: sample))
            var count = 0
            for j in 0..<width {
                var bits = bitmask(row[j] .!= 0)
                while bits != 0 {
                    columns[count] = Int32(truncatingIfNeeded: j &* Vector.scalarCount &+ bits.trailingZeroBitCount)
                    count &+= 1
                    bits &= bits &- 1
                }
            }
            counts[sample] = count
        }
        isListed = true
    }

    /// Rows are worth listing if fewer than one in this many numbers is not zero. Measured: below a quarter a list of
    /// products is faster than all of them.
    static let sparseRatio = 4
}

/// A bit per lane: whether it is true.
@inline(__always)
private func bitmask(_ mask: SIMDMask<SIMD16<Int32>>) -> UInt32 {
    let powers = SIMD16<UInt32>(
        1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768)
    let bits = SIMD16<UInt32>.zero.replacing(with: powers, where: mask)
    let eight = bits.lowHalf | bits.highHalf
    let four = eight.lowHalf | eight.highHalf
    let two = four.lowHalf | four.highHalf
    return two.x | two.y
}
