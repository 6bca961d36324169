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
                // A byte per lane, 1 where it is not zero.
                let ones = SIMD16<UInt32>.zero.replacing(with: 1, where: row[j] .!= 0)
                let bytes = SIMD16<UInt8>(truncatingIfNeeded: ones)
                let halves = unsafeBitCast(bytes, to: SIMD2<UInt64>.self)
                let first = j &* Vector.scalarCount
                for (half, start) in [(halves.x, first), (halves.y, first &+ 8)] {
                    var left = half
                    while left != 0 {
                        columns[count] = Int32(truncatingIfNeeded: start &+ left.trailingZeroBitCount &>> 3)
                        count &+= 1
                        left &= left &- 1
                    }
                }
            }
            counts[sample] = count
        }
        isListed = true
    }

    /// Whether it pays to list `active` numbers in each row of `n` and to go through the list in the two products with
    /// `width` vectors for each of them. The weights are processor cycles, roughly, as measured; what they decide is
    /// part of the result's definition, since the order of a sum depends on it.
    static func isWorthListing(active: Double, of n: Int, width: Int) -> Bool {
        Double(n) + active * Double(30 + 2 * width) + 60 < Double(n * width)
    }

    /// Whether it pays to draw `active` numbers in each row by the gaps between them, which lists them, too.
    static func isWorthDrawingGaps(active: Double, of n: Int, width: Int) -> Bool {
        active * Double(14 + 2 * width) + 60 < Double(n * width + n / 2)
    }
}
