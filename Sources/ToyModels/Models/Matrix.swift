/// A dense matrix of doubles in row-major order, for analysis and for the reference implementation.
public struct Matrix: Hashable, Sendable {
    /// Number of rows.
    public let rows: Int
    /// Number of columns.
    public let columns: Int
    /// The entries, row after row.
    public var elements: [Double]

    /// A matrix of zeros.
    ///
    /// - Precondition: `rows` and `columns` are not negative.
    public init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        self.elements = Array(repeating: 0, count: rows * columns)
    }

    /// A matrix from its rows.
    ///
    /// - Precondition: the rows are of the same length.
    public init(_ rows: [[Double]]) {
        let columns = rows.first?.count ?? 0
        precondition(rows.allSatisfy { $0.count == columns }, "The rows of a matrix are of one length.")
        self.rows = rows.count
        self.columns = columns
        self.elements = rows.flatMap { $0 }
    }

    /// The entry in one row and column.
    public subscript(row: Int, column: Int) -> Double {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }

    /// The product with a vector of shape `[columns]`. Shape `[rows]`.
    ///
    /// - Complexity: O(rows · columns).
    public func times(_ x: [Double]) -> [Double] {
        (0..<rows).map { row in (0..<columns).reduce(0) { $0 + self[row, $1] * x[$1] } }
    }

    /// The transpose's product with a vector of shape `[rows]`. Shape `[columns]`.
    ///
    /// - Complexity: O(rows · columns).
    public func transposeTimes(_ y: [Double]) -> [Double] {
        (0..<columns).map { column in (0..<rows).reduce(0) { $0 + self[$1, column] * y[$1] } }
    }

    /// The inner products of all pairs of columns, $W^T W$. Shape `[columns, columns]`.
    ///
    /// - Complexity: O(rows · columns²), at every call.
    public var gram: Matrix {
        var gram = Matrix(rows: columns, columns: columns)
        for i in 0..<columns {
            for j in i..<columns {
                var sum = 0.0
                for k in 0..<rows { sum += self[k, i] * self[k, j] }
                gram[i, j] = sum
                gram[j, i] = sum
            }
        }
        return gram
    }
}
