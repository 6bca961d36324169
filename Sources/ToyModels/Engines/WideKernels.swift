/// The matrix products of the wide engine, for one block of samples.
///
/// Every product keeps eight or sixteen vectors of sums in registers. Whether a product goes through lists or through
/// everything is decided by the rows alone, so the same data take the same path everywhere.
enum WideKernels {
    /// `out[s] = Σᵢ values[s][i] · matrix[i]`: a row of the matrix, `width` vectors, for every column of the rows.
    static func project(
        _ rows: SampleRows, columns n: Int, through matrix: UnsafePointer<Vector>, width: Int,
        into out: UnsafeMutablePointer<Vector>
    ) {
        rows.isListed
            ? projectListed(rows, through: matrix, width: width, into: out)
            : projectAll(rows, columns: n, through: matrix, width: width, into: out)
    }

    private static func projectListed(
        _ rows: SampleRows, through matrix: UnsafePointer<Vector>, width: Int, into out: UnsafeMutablePointer<Vector>
    ) {
        for s in 0..<SampleRows.samples {
            let (values, columns, count) = (rows.row(s).numbers, rows.columns(ofRow: s), rows.counts[s])
            for j in stride(from: 0, to: width &- 1, by: 2) {
                var (a, b) = (Vector.zero, Vector.zero)
                for entry in 0..<count {
                    let column = Int(columns[entry])
                    let value = Vector(repeating: values[column])
                    a = a.addingProduct(matrix[column &* width &+ j], value)
                    b = b.addingProduct(matrix[column &* width &+ j &+ 1], value)
                }
                out[s &* width &+ j] = a
                out[s &* width &+ j &+ 1] = b
            }
            if width & 1 == 1 {
                var a = Vector.zero
                for entry in 0..<count {
                    let column = Int(columns[entry])
                    a = a.addingProduct(matrix[(column &+ 1) &* width &- 1], Vector(repeating: values[column]))
                }
                out[(s &+ 1) &* width &- 1] = a
            }
        }
    }

    private static func projectAll(
        _ rows: SampleRows, columns n: Int, through matrix: UnsafePointer<Vector>, width: Int,
        into out: UnsafeMutablePointer<Vector>
    ) {
        let rowStride = rows.width &* Vector.scalarCount
        for s in stride(from: 0, to: SampleRows.samples, by: VectorBlock.count) {
            let values = rows.row(s).numbers
            for j in stride(from: 0, to: width &- 1, by: 2) {
                var (a, b) = (VectorBlock(repeating: .zero), VectorBlock(repeating: .zero))
                for i in 0..<n {
                    a.add(matrix[i &* width &+ j], timesNumbersAt: values + i, stride: rowStride)
                    b.add(matrix[i &* width &+ j &+ 1], timesNumbersAt: values + i, stride: rowStride)
                }
                a.store(out + (s &* width &+ j), stride: width)
                b.store(out + (s &* width &+ j &+ 1), stride: width)
            }
            if width & 1 == 1 {
                var a = VectorBlock(repeating: .zero)
                for i in 0..<n {
                    a.add(matrix[(i &+ 1) &* width &- 1], timesNumbersAt: values + i, stride: rowStride)
                }
                a.store(out + ((s &+ 1) &* width &- 1), stride: width)
            }
        }
    }

    /// What happens at the output, and what is summed there.
    struct Output {
        let isReLU: Bool
        let bias: UnsafePointer<Vector>
        let importance: UnsafePointer<Vector>

        /// The sum of the losses so far.
        var loss = Vector.zero
        /// The number of outputs that pass a gradient on, so far.
        var active = SIMD16<Int32>.zero

        /// Turns eight samples' outputs before the activation function into half the gradient there, for targets that
        /// are `width` vectors apart.
        @inline(__always)
        mutating func finish(
            _ block: inout VectorBlock, target: UnsafePointer<Vector>, width: Int, importance: Vector, count: Int
        ) {
            var (loss, active) = (loss, active)
            block.replaceEach { sample, z in
                let isOff = isReLU ? z .<= 0 : SIMDMask(repeating: false)
                let error = z.replacing(with: 0, where: isOff) - target[sample &* width]
                // Samples after the batch's last count for nothing.
                let weighted = (sample < count ? importance : .zero) * error
                loss.addProduct(weighted, error)
                active &+= SIMD16<Int32>(repeating: 1).replacing(with: 0, where: isOff)
                return weighted.replacing(with: 0, where: isOff)
            }
            (self.loss, self.active) = (loss, active)
        }
    }

    /// Computes the output of the first `count` samples from the hidden layer, `z[s] = bias + Σₖ h[s][k] · matrix[k]`
    /// with a row of the matrix, `delta.width` vectors, for every hidden dimension, and from there half the gradient,
    /// for targets of shape `[samples, delta.width]`. The rows after the first `count` become zero.
    static func decode(
        _ h: UnsafeMutablePointer<Vector>, hidden m: Int, hiddenWidth: Int, matrix: UnsafePointer<Vector>,
        targets: UnsafePointer<Vector>, count: Int, output: inout Output, into delta: SampleRows
    ) {
        let (width, hStride, h) = (delta.width, hiddenWidth &* Vector.scalarCount, h.numbers)
        var sums = output
        for j in stride(from: 0, to: width, by: 2) {
            for s in stride(from: 0, to: count, by: VectorBlock.count) {
                let numbers = h + s &* hStride
                var a = VectorBlock(repeating: output.bias[j])
                if j &+ 1 < width {
                    var b = VectorBlock(repeating: output.bias[j &+ 1])
                    for k in 0..<m {
                        a.add(matrix[k &* width &+ j], timesNumbersAt: numbers + k, stride: hStride)
                        b.add(matrix[k &* width &+ j &+ 1], timesNumbersAt: numbers + k, stride: hStride)
                    }
                    sums.finish(
                        &b, target: targets + (s &* width &+ j &+ 1), width: width,
                        importance: output.importance[j &+ 1],
                        count: count &- s)
                    b.store(delta.row(s) + (j &+ 1), stride: width)
                } else {
                    for k in 0..<m {
                        a.add(matrix[k &* width &+ j], timesNumbersAt: numbers + k, stride: hStride)
                    }
                }
                sums.finish(
                    &a, target: targets + (s &* width &+ j), width: width, importance: output.importance[j],
                    count: count &- s)
                a.store(delta.row(s) + j, stride: width)
            }
        }
        output = sums
        delta.row(count).update(repeating: .zero, count: (SampleRows.samples &- count) &* width)
    }

    /// Adds `Σₛ values[s][i] · factors[s][k]` to the gradient at (i, k): by rows of features where the rows are listed,
    /// otherwise by rows of hidden dimensions.
    static func accumulate(
        _ rows: SampleRows, times factors: UnsafePointer<Vector>, hidden m: Int, hiddenWidth: Int,
        byFeature: UnsafeMutablePointer<Vector>, byHidden: UnsafeMutablePointer<Vector>
    ) {
        rows.isListed
            ? accumulateListed(rows, times: factors, hiddenWidth: hiddenWidth, into: byFeature)
            : accumulateAll(rows, times: factors, hidden: m, hiddenWidth: hiddenWidth, into: byHidden)
    }

    private static func accumulateListed(
        _ rows: SampleRows, times factors: UnsafePointer<Vector>, hiddenWidth: Int,
        into gradient: UnsafeMutablePointer<Vector>
    ) {
        for s in 0..<SampleRows.samples {
            let (values, columns) = (rows.row(s).numbers, rows.columns(ofRow: s))
            let factor = factors + s &* hiddenWidth
            for entry in 0..<rows.counts[s] {
                let column = Int(columns[entry])
                let value = Vector(repeating: values[column])
                let target = gradient + column &* hiddenWidth
                for j in 0..<hiddenWidth { target[j] = target[j].addingProduct(factor[j], value) }
            }
        }
    }

    private static func accumulateAll(
        _ rows: SampleRows, times factors: UnsafePointer<Vector>, hidden m: Int, hiddenWidth: Int,
        into gradient: UnsafeMutablePointer<Vector>
    ) {
        let width = rows.width
        let factors = UnsafeMutablePointer(mutating: factors).numbers
        let factorStride = hiddenWidth &* Vector.scalarCount
        // Hidden dimensions beyond m are zero in the factors, and their rows of the gradient are there to take that.
        for j in stride(from: 0, to: width, by: 2) {
            let hasTwo = j &+ 1 < width
            for k in stride(from: 0, to: m, by: VectorBlock.count) {
                let target = gradient + (k &* width &+ j)
                var a = VectorBlock(at: target, stride: width)
                if hasTwo {
                    var b = VectorBlock(at: target + 1, stride: width)
                    for s in 0..<SampleRows.samples {
                        let (row, factor) = (rows.row(s) + j, factors + (s &* factorStride &+ k))
                        a.add(row[0], timesNumbersAt: factor, stride: 1)
                        b.add(row[1], timesNumbersAt: factor, stride: 1)
                    }
                    b.store(target + 1, stride: width)
                } else {
                    for s in 0..<SampleRows.samples {
                        a.add(rows.row(s)[j], timesNumbersAt: factors + (s &* factorStride &+ k), stride: 1)
                    }
                }
                a.store(target, stride: width)
            }
        }
    }

    /// `into[column][row] = from[row][column]`, of numbers in padded rows.
    static func transpose(
        _ from: UnsafeMutablePointer<Vector>, rows: Int, columns: Int, width: Int,
        into: UnsafeMutablePointer<Vector>, intoWidth: Int, adding: Bool
    ) {
        let (from, into) = (from.numbers, into.numbers)
        let (fromStride, intoStride) = (width &* Vector.scalarCount, intoWidth &* Vector.scalarCount)
        for row in 0..<rows {
            for column in 0..<columns {
                let place = column &* intoStride &+ row
                into[place] = from[row &* fromStride &+ column] + (adding ? into[place] : 0)
            }
        }
    }
}
