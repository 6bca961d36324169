import ToyModels

/// The eigenvalues of a symmetric matrix, the greatest first, and its eigenvectors: column $l$ belongs to value $l$, and has
/// length 1. By Jacobi's rotations.
///
/// - Parameter matrix: shape `[n, n]`; only what is on and above the diagonal counts.
/// - Complexity: O(*n*³) for each of some ten rounds.
public func eigen(ofSymmetric matrix: Matrix) -> (values: [Double], vectors: Matrix) {
    precondition(matrix.rows == matrix.columns, "The matrix is square.")
    let n = matrix.rows
    var a = matrix
    for i in 0..<n { for j in 0..<i { a[i, j] = a[j, i] } }
    var v = Matrix(rows: n, columns: n)
    for i in 0..<n { v[i, i] = 1 }
    let size = a.elements.reduce(0) { $0 + $1 * $1 }
    for _ in 0..<60 {
        var rest = 0.0
        for i in 0..<n { for j in i + 1..<max(n, i + 1) { rest += a[i, j] * a[i, j] } }
        if rest <= 1e-28 * size { break }
        for p in 0..<n {
            for q in p + 1..<max(n, p + 1) where a[p, q] != 0 {
                let theta = (a[q, q] - a[p, p]) / (2 * a[p, q])
                let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
                let c = 1 / (t * t + 1).squareRoot()
                let s = t * c
                for k in 0..<n { (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]) }
                for k in 0..<n { (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k]) }
                for k in 0..<n { (v[k, p], v[k, q]) = (c * v[k, p] - s * v[k, q], s * v[k, p] + c * v[k, q]) }
            }
        }
    }
    let order = (0..<n).sorted { a[$0, $0] > a[$1, $1] }
    var vectors = Matrix(rows: n, columns: n)
    for (place, column) in order.enumerated() { for k in 0..<n { vectors[k, place] = v[k, column] } }
    return (order.map { a[$0, $0] }, vectors)
}
