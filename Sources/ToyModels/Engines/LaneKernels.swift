/// The matrix products of the lane engine, for one block of eight samples.
///
/// Every array has a vector per entry and sample: `[features, 8]` or `[hidden, 8]`. Matrices are `[hidden, features]`.
enum LaneKernels {
    /// `out[r] = start(r) + Σ_c matrix[r · rowStride + c · columnStride] · values[c]`, and what `finish` makes of it.
    @inline(__always)
    static func project(
        _ values: UnsafePointer<Vector>, columns: Int, through matrix: UnsafePointer<Vector>, rows: Int,
        rowStride: Int, columnStride: Int, into out: UnsafeMutablePointer<Vector>, start: (_ row: Int) -> Vector,
        finish: (_ row: Int, _ block: inout VectorBlock) -> Void
    ) {
        for row in 0..<rows {
            var block = VectorBlock(repeating: start(row))
            var (weight, value) = (matrix + row &* rowStride, values)
            for _ in 0..<columns {
                block.add(weight.pointee, times: value)
                weight += columnStride
                value += VectorBlock.count
            }
            finish(row, &block)
            block.store(out + row &* VectorBlock.count)
        }
    }

    /// Adds `Σₛ factors[k][s] · values[i][s]` to the gradient at (k, i).
    ///
    /// In tiles of two by four sums, so that six vectors are loaded for eight multiply–adds and none waits for another; a
    /// sum's order is the same in and outside of tiles.
    @inline(__always)
    static func accumulate(
        _ factors: UnsafePointer<Vector>, rows: Int, times values: UnsafePointer<Vector>, columns: Int,
        into gradient: UnsafeMutablePointer<Vector>
    ) {
        let size = VectorBlock.count
        let tiled = columns & ~3
        var row = 0
        while row &+ 1 < rows {
            let (first, second) = (factors + row &* size, factors + (row &+ 1) &* size)
            let (upper, lower) = (gradient + row &* columns, gradient + (row &+ 1) &* columns)
            for column in stride(from: 0, to: tiled, by: 4) {
                let value = values + column &* size
                var tile = VectorBlock(at: upper + column, and: lower + column)
                for s in 0..<size { tile.add(first[s], second[s], timesFourAt: value + s, stride: size) }
                tile.store(upper + column, and: lower + column)
            }
            for column in tiled..<columns {
                let value = values + column &* size
                var (a, b) = (upper[column], lower[column])
                for s in 0..<size {
                    a.addProduct(first[s], value[s])
                    b.addProduct(second[s], value[s])
                }
                (upper[column], lower[column]) = (a, b)
            }
            row &+= 2
        }
        guard row < rows else { return }
        // The last of an odd number of rows, in tiles of one by eight.
        let (factor, sums) = (factors + row &* size, gradient + row &* columns)
        let eights = columns & ~7
        for column in stride(from: 0, to: eights, by: 8) {
            let value = values + column &* size
            var tile = VectorBlock(at: sums + column)
            for s in 0..<size { tile.add(factor[s], timesEightAt: value + s, stride: size) }
            tile.store(sums + column)
        }
        for column in eights..<columns {
            let value = values + column &* size
            var sum = sums[column]
            for s in 0..<size { sum.addProduct(factor[s], value[s]) }
            sums[column] = sum
        }
    }
}
