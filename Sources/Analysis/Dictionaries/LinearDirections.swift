import RealModule
import ToyModels

/// Directions that can be had without a dictionary, which dictionaries are compared with.
public enum LinearDirections {
    /// The axes of the hidden layer, both ways. Shape `[dimensions, 2 * dimensions]`.
    public static func axes(_ dimensions: Int) -> Matrix {
        var axes = Matrix(rows: dimensions, columns: dimensions)
        for k in 0..<dimensions { axes[k, k] = 1 }
        return bothWays(axes)
    }

    /// Random directions, of uniform distribution. Shape `[dimensions, count]`.
    public static func random(_ count: Int, dimensions: Int, using stream: RandomStream) -> Matrix {
        var stream = stream
        var directions = Matrix(rows: dimensions, columns: count)
        for l in 0..<count {
            let direction = (0..<dimensions).map { _ in stream.nextNormal() }
            let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for k in 0..<dimensions { directions[k, l] = direction[k] / length }
        }
        return directions
    }

    /// The principal components, both ways. Shape `[dimensions, 2 * dimensions]`.
    ///
    /// - Parameter samples: shape `[samples][dimensions]`.
    public static func principalComponents(of samples: [[Double]]) -> Matrix {
        bothWays(eigen(ofSymmetric: covariance(of: samples)).vectors)
    }

    /// The independent components by FastICA with symmetric decorrelation and $\tanh$, both ways: the columns of the mixing
    /// matrix. (Hyvärinen, "Fast and robust fixed-point algorithms for independent component analysis", 1999.)
    ///
    /// - Parameters:
    ///   - samples: shape `[samples][dimensions]`; their covariance has full rank.
    ///   - stream: draws the start.
    public static func independentComponents(of samples: [[Double]], using stream: RandomStream) -> Matrix {
        let (values, vectors) = eigen(ofSymmetric: covariance(of: samples))
        let n = values.count
        let center = (0..<n).map { k in mean(samples.map { $0[k] }) }
        let white = samples.map { x in
            (0..<n).map { l in
                (0..<n).reduce(0) { $0 + vectors[$1, l] * (x[$1] - center[$1]) } / values[l].squareRoot()
            }
        }
        var unmixing = decorrelated(random(n, dimensions: n, using: stream))
        for _ in 0..<200 {
            var next = Matrix(rows: n, columns: n)
            for row in 0..<n {
                let w = (0..<n).map { unmixing[row, $0] }
                var slope = 0.0
                for z in white {
                    let g = Double.tanh(zip(w, z).reduce(0) { $0 + $1.0 * $1.1 })
                    slope += 1 - g * g
                    for k in 0..<n { next[row, k] += g * z[k] }
                }
                for k in 0..<n { next[row, k] = (next[row, k] - slope * w[k]) / Double(white.count) }
            }
            next = decorrelated(next)
            let change = (0..<n).map { row in
                1 - abs((0..<n).reduce(0) { $0 + next[row, $1] * unmixing[row, $1] })
            }
            unmixing = next
            if change.allSatisfy({ $0 < 1e-6 }) { break }
        }
        var mixing = Matrix(rows: n, columns: n)
        for l in 0..<n {
            let column = (0..<n).map { k in
                (0..<n).reduce(0) { $0 + vectors[k, $1] * values[$1].squareRoot() * unmixing[l, $1] }
            }
            let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for k in 0..<n { mixing[k, l] = column[k] / length }
        }
        return bothWays(mixing)
    }

    /// $(W W^T)^{-1/2} W$: the nearest matrix whose rows are at right angles, of length 1.
    private static func decorrelated(_ W: Matrix) -> Matrix {
        let n = W.rows
        var product = Matrix(rows: n, columns: n)
        for i in 0..<n { for j in 0..<n { product[i, j] = (0..<n).reduce(0) { $0 + W[i, $1] * W[j, $1] } } }
        let (values, vectors) = eigen(ofSymmetric: product)
        var result = Matrix(rows: n, columns: n)
        for i in 0..<n {
            for j in 0..<n {
                let root = (0..<n).reduce(0) { $0 + vectors[i, $1] * vectors[j, $1] / values[$1].squareRoot() }
                for k in 0..<n { result[i, k] += root * W[j, k] }
            }
        }
        return result
    }

    /// The covariance of some samples. Shape `[dimensions, dimensions]`.
    ///
    /// - Parameter samples: shape `[samples][dimensions]`; at least one.
    public static func covariance(of samples: [[Double]]) -> Matrix {
        let n = samples.first?.count ?? 0
        let center = (0..<n).map { k in mean(samples.map { $0[k] }) }
        var covariance = Matrix(rows: n, columns: n)
        for x in samples {
            for i in 0..<n {
                let a = x[i] - center[i]
                for j in i..<n { covariance[i, j] += a * (x[j] - center[j]) }
            }
        }
        covariance.elements = covariance.elements.map { $0 / Double(samples.count) }
        for i in 0..<n { for j in 0..<i { covariance[i, j] = covariance[j, i] } }
        return covariance
    }

    private static func bothWays(_ directions: Matrix) -> Matrix {
        var both = Matrix(rows: directions.rows, columns: 2 * directions.columns)
        for k in 0..<directions.rows {
            for l in 0..<directions.columns {
                both[k, l] = directions[k, l]
                both[k, directions.columns + l] = -directions[k, l]
            }
        }
        return both
    }
}
