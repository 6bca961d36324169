/// The matrix products of the wide engine, for one block of samples.
///
/// Every product keeps eight or sixteen vectors of sums in registers. Whether a product goes through lists or through
/// everything is decided by the rows alone, so the same data take the same path everywhere.
enum WideKernels {
    /// `out[s] = Σᵢ values[s][i] · matrix[i]`: a row of the matrix, `width` vectors of which `hidden` numbers count, for
    /// every column of the rows. Of the first `count` rows, in whole blocks of eight.
    static func project(
        _ rows: SampleRows, count: Int, columns n: Int, through matrix: UnsafePointer<Vector>, hidden m: Int,
        width: Int, into out: UnsafeMutablePointer<Vector>
    ) {
        let stride = rows.width &* Vector.scalarCount
        if rows.isListed {
            projectListed(rows, count: count, through: matrix, width: width, into: out)
        } else if m <= HalfVector.scalarCount {
            multiplyHalves(rows.row(0).numbers, rows: count, stride: stride, columns: n, by: matrix, into: out)
        } else {
            multiply(
                rows.row(0).numbers, rows: count, stride: stride, columns: n, by: matrix, width: width, into: out)
        }
    }

    private static func projectListed(
        _ rows: SampleRows, count: Int, through matrix: UnsafePointer<Vector>, width: Int,
        into out: UnsafeMutablePointer<Vector>
    ) {
        // The usual widths as constants, so that the inner loops are none.
        switch width {
        case 1: projectListed(rows, count: count, through: matrix, constantWidth: 1, into: out)
        case 2: projectListed(rows, count: count, through: matrix, constantWidth: 2, into: out)
        case 3: projectListed(rows, count: count, through: matrix, constantWidth: 3, into: out)
        default: projectListed(rows, count: count, through: matrix, constantWidth: width, into: out)
        }
    }

    @inline(__always)
    private static func projectListed(
        _ rows: SampleRows, count: Int, through matrix: UnsafePointer<Vector>, constantWidth width: Int,
        into out: UnsafeMutablePointer<Vector>
    ) {
        for s in 0..<SampleRows.samples {
            let (values, columns, count) = (rows.row(s).numbers, rows.columns(ofRow: s), rows.counts[s])
            for j in stride(from: 0, to: width, by: 3) {
                // Two sums each, by turns, as an addition takes longer than everything else here.
                var (a0, a1, b0, b1, c0, c1) =
                    (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
                @inline(__always)
                func add(_ entry: Int, _ a: inout Vector, _ b: inout Vector, _ c: inout Vector) {
                    let column = Int(columns[entry])
                    let value = Vector(repeating: values[column])
                    let row = matrix + (column &* width &+ j)
                    a = a.addingProduct(row[0], value)
                    if j &+ 1 < width { b = b.addingProduct(row[1], value) }
                    if j &+ 2 < width { c = c.addingProduct(row[2], value) }
                }
                var entry = 0
                while entry &+ 1 < count {
                    add(entry, &a0, &b0, &c0)
                    add(entry &+ 1, &a1, &b1, &c1)
                    entry &+= 2
                }
                if entry < count { add(entry, &a0, &b0, &c0) }
                let target = out + (s &* width &+ j)
                target[0] = a0 + a1
                if j &+ 1 < width { target[1] = b0 + b1 }
                if j &+ 2 < width { target[2] = c0 + c1 }
            }
        }
    }

    /// `out[r] = Σ_c values[r · stride + c] · matrix[c]` of vectors, `width` in a row of `matrix` and `out`, of whole
    /// blocks of eight rows: those beyond `rows` must be there.
    static func multiply(
        _ values: UnsafePointer<Float>, rows: Int, stride rowStride: Int, columns: Int,
        by matrix: UnsafePointer<Vector>, width: Int, into out: UnsafeMutablePointer<Vector>
    ) {
        // A part of the matrix at a time, which stays in the first cache while all rows go by.
        let part = max(16, 256 / width)
        for first in stride(from: 0, to: columns, by: part) {
            let end = min(columns, first &+ part)
            for r in stride(from: 0, to: rows, by: VectorBlock.count) {
                let values = EightRows(values + r &* rowStride, stride: rowStride)
                for j in stride(from: 0, to: width &- 1, by: 2) {
                    let target = out + (r &* width &+ j)
                    var (a, b) = (VectorBlock(repeating: .zero), VectorBlock(repeating: .zero))
                    if first > 0 {
                        (a, b) = (VectorBlock(at: target, stride: width), VectorBlock(at: target + 1, stride: width))
                    }
                    var row = matrix + (first &* width &+ j)
                    for i in first..<end {
                        a.add(row[0], times: values, at: i)
                        b.add(row[1], times: values, at: i)
                        row += width
                    }
                    a.store(target, stride: width)
                    b.store(target + 1, stride: width)
                }
                if width & 1 == 1 {
                    let target = out + ((r &+ 1) &* width &- 1)
                    var a = first > 0 ? VectorBlock(at: target, stride: width) : VectorBlock(repeating: .zero)
                    for i in first..<end { a.add(matrix[(i &+ 1) &* width &- 1], times: values, at: i) }
                    a.store(target, stride: width)
                }
            }
        }
    }

    /// The same sums as ``multiply(_:rows:stride:columns:by:width:into:)`` has, of rows of one vector whose upper half is
    /// zero: eight halves leave registers free, which eight vectors do not with AVX2.
    private static func multiplyHalves(
        _ values: UnsafePointer<Float>, rows: Int, stride rowStride: Int, columns: Int,
        by matrix: UnsafePointer<Vector>, into out: UnsafeMutablePointer<Vector>
    ) {
        for r in stride(from: 0, to: rows, by: VectorBlock.count) {
            let values = EightRows(values + r &* rowStride, stride: rowStride)
            var (s0, s1, s2, s3) = (HalfVector.zero, HalfVector.zero, HalfVector.zero, HalfVector.zero)
            var (s4, s5, s6, s7) = (HalfVector.zero, HalfVector.zero, HalfVector.zero, HalfVector.zero)
            for i in 0..<columns {
                let row = matrix[i].lowHalf
                s0 = s0.addingProduct(row, HalfVector(repeating: values.p0[i]))
                s1 = s1.addingProduct(row, HalfVector(repeating: values.p1[i]))
                s2 = s2.addingProduct(row, HalfVector(repeating: values.p2[i]))
                s3 = s3.addingProduct(row, HalfVector(repeating: values.p3[i]))
                s4 = s4.addingProduct(row, HalfVector(repeating: values.p4[i]))
                s5 = s5.addingProduct(row, HalfVector(repeating: values.p5[i]))
                s6 = s6.addingProduct(row, HalfVector(repeating: values.p6[i]))
                s7 = s7.addingProduct(row, HalfVector(repeating: values.p7[i]))
            }
            for (place, sum) in [s0, s1, s2, s3, s4, s5, s6, s7].enumerated() {
                out[r &+ place] = Vector(lowHalf: sum, highHalf: .zero)
            }
        }
    }

    /// What happens at the output, and what is summed there.
    struct Output {
        let isReLU: Bool
        let bias: UnsafePointer<Vector>
        let importance: UnsafePointer<Vector>

        /// Where half the gradient is added up over the samples; nil if it is not asked for. Shape `[width]`.
        let biasGradient: UnsafeMutablePointer<Vector>?

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

        /// Adds eight samples' half gradients at the outputs of a vector to the bias's.
        @inline(__always)
        func addToBias(_ block: VectorBlock, at j: Int) {
            if let biasGradient { biasGradient[j] = block.sum(from: biasGradient[j]) }
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
                let numbers = EightRows(h + s &* hStride, stride: hStride)
                var a = VectorBlock(repeating: output.bias[j])
                if j &+ 1 < width {
                    var b = VectorBlock(repeating: output.bias[j &+ 1])
                    for k in 0..<m {
                        a.add(matrix[k &* width &+ j], times: numbers, at: k)
                        b.add(matrix[k &* width &+ j &+ 1], times: numbers, at: k)
                    }
                    sums.finish(
                        &b, target: targets + (s &* width &+ j &+ 1), width: width,
                        importance: output.importance[j &+ 1],
                        count: count &- s)
                    sums.addToBias(b, at: j &+ 1)
                    b.store(delta.row(s) + (j &+ 1), stride: width)
                } else {
                    for k in 0..<m {
                        a.add(matrix[k &* width &+ j], times: numbers, at: k)
                    }
                }
                sums.finish(
                    &a, target: targets + (s &* width &+ j), width: width, importance: output.importance[j],
                    count: count &- s)
                sums.addToBias(a, at: j)
                a.store(delta.row(s) + j, stride: width)
            }
        }
        output = sums
        delta.row(count).update(repeating: .zero, count: (SampleRows.samples &- count) &* width)
    }

    /// Adds `Σₛ values[s][i] · factors[s][k]` to the gradient at (i, k): by rows of features where the rows are listed,
    /// otherwise by rows of hidden dimensions. Of the first `count` rows.
    static func accumulate(
        _ rows: SampleRows, count: Int, times factors: UnsafePointer<Vector>, hidden m: Int, hiddenWidth: Int,
        byFeature: UnsafeMutablePointer<Vector>, byHidden: UnsafeMutablePointer<Vector>
    ) {
        if rows.isListed {
            accumulateListed(rows, count: count, times: factors, hiddenWidth: hiddenWidth, into: byFeature)
        } else if m <= 2 {
            accumulateTwo(
                rows.values, width: rows.width, count: count,
                times: UnsafeMutablePointer(mutating: factors).numbers, stride: hiddenWidth &* Vector.scalarCount,
                into: byHidden)
        } else {
            // Hidden dimensions beyond m are zero in the factors, and their rows of the gradient are there to take that.
            accumulate(
                rows.values, width: rows.width, count: count,
                times: UnsafeMutablePointer(mutating: factors).numbers, stride: hiddenWidth &* Vector.scalarCount,
                rows: m, into: byHidden)
        }
    }

    private static func accumulateListed(
        _ rows: SampleRows, count: Int, times factors: UnsafePointer<Vector>, hiddenWidth width: Int,
        into gradient: UnsafeMutablePointer<Vector>
    ) {
        switch width {
        case 1: accumulateListed(rows, count: count, times: factors, constantWidth: 1, into: gradient)
        case 2: accumulateListed(rows, count: count, times: factors, constantWidth: 2, into: gradient)
        case 3: accumulateListed(rows, count: count, times: factors, constantWidth: 3, into: gradient)
        default: accumulateListed(rows, count: count, times: factors, constantWidth: width, into: gradient)
        }
    }

    @inline(__always)
    private static func accumulateListed(
        _ rows: SampleRows, count: Int, times factors: UnsafePointer<Vector>, constantWidth width: Int,
        into gradient: UnsafeMutablePointer<Vector>
    ) {
        for s in 0..<count {
            let (values, columns, count) = (rows.row(s).numbers, rows.columns(ofRow: s), rows.counts[s])
            for j in stride(from: 0, to: width, by: 3) {
                let factor = factors + (s &* width &+ j)
                let a = factor[0]
                let b = j &+ 1 < width ? factor[1] : .zero
                let c = j &+ 2 < width ? factor[2] : .zero
                for entry in 0..<count {
                    let column = Int(columns[entry])
                    let value = Vector(repeating: values[column])
                    let target = gradient + (column &* width &+ j)
                    target[0] = target[0].addingProduct(a, value)
                    if j &+ 1 < width { target[1] = target[1].addingProduct(b, value) }
                    if j &+ 2 < width { target[2] = target[2].addingProduct(c, value) }
                }
            }
        }
    }

    /// `gradient[k] += Σₛ factors[s · stride + k] · values[s]` of vectors, `width` in a row of `values` and `gradient`, for
    /// whole blocks of eight rows k: those beyond `rows` must be there.
    static func accumulate(
        _ values: UnsafePointer<Vector>, width: Int, count: Int, times factors: UnsafePointer<Float>,
        stride factorStride: Int, rows: Int, into gradient: UnsafeMutablePointer<Vector>
    ) {
        for j in stride(from: 0, to: width, by: 2) {
            let hasTwo = j &+ 1 < width
            for k in stride(from: 0, to: rows, by: VectorBlock.count) {
                let target = gradient + (k &* width &+ j)
                var a = VectorBlock(at: target, stride: width)
                if hasTwo {
                    var b = VectorBlock(at: target + 1, stride: width)
                    for s in 0..<count {
                        let (value, factor) = (values + (s &* width &+ j), factors + (s &* factorStride &+ k))
                        a.add(value[0], timesNumbersAt: factor)
                        b.add(value[1], timesNumbersAt: factor)
                    }
                    b.store(target + 1, stride: width)
                } else {
                    for s in 0..<count {
                        a.add(
                            values[s &* width &+ j], timesNumbersAt: factors + (s &* factorStride &+ k))
                    }
                }
                a.store(target, stride: width)
            }
        }
    }

    /// The same sums as ``accumulate(_:width:count:times:stride:rows:into:)`` has, for the first two rows k: in the plane
    /// the other six of a block would be zero.
    private static func accumulateTwo(
        _ values: UnsafePointer<Vector>, width: Int, count: Int, times factors: UnsafePointer<Float>,
        stride factorStride: Int, into gradient: UnsafeMutablePointer<Vector>
    ) {
        for j in 0..<width {
            var (a, b) = (gradient[j], gradient[width &+ j])
            for s in 0..<count {
                let (value, factor) = (values[s &* width &+ j], factors + s &* factorStride)
                a = a.addingProduct(value, Vector(repeating: factor[0]))
                b = b.addingProduct(value, Vector(repeating: factor[1]))
            }
            (gradient[j], gradient[width &+ j]) = (a, b)
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
