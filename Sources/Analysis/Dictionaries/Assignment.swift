import ToyModels

/// Pairs rows with columns one to one, so that the sum of their scores is as large as it can be: the Hungarian algorithm, by
/// shortest augmenting paths (Kuhn, 1955; Jonker and Volgenant, 1987).
///
/// - Parameter scores: shape `[rows, columns]`, all finite.
/// - Returns: the column of each row; nil for rows that are left over where there are more rows than columns.
/// - Complexity: O(*r*² *c*) for the smaller number *r* of rows or columns and the larger one *c*.
public func bestAssignment(_ scores: Matrix) -> [Int?] {
    let isWide = scores.rows <= scores.columns
    let (rows, columns) = isWide ? (scores.rows, scores.columns) : (scores.columns, scores.rows)
    // One-based, with a column 0 from which each path starts.
    var rowPotential = [Double](repeating: 0, count: rows + 1)
    var columnPotential = [Double](repeating: 0, count: columns + 1)
    var rowOfColumn = [Int](repeating: 0, count: columns + 1)
    for row in 0..<rows {
        var column = 0
        rowOfColumn[0] = row + 1
        var distance = [Double](repeating: .infinity, count: columns + 1)
        var previous = [Int](repeating: 0, count: columns + 1)
        var isDone = [Bool](repeating: false, count: columns + 1)
        while rowOfColumn[column] != 0 {
            isDone[column] = true
            let current = rowOfColumn[column]
            var (least, next) = (Double.infinity, 0)
            for candidate in 1...columns where !isDone[candidate] {
                let score = isWide ? scores[current - 1, candidate - 1] : scores[candidate - 1, current - 1]
                let reduced = -score - rowPotential[current] - columnPotential[candidate]
                if reduced < distance[candidate] { (distance[candidate], previous[candidate]) = (reduced, column) }
                if distance[candidate] < least { (least, next) = (distance[candidate], candidate) }
            }
            for candidate in 0...columns {
                if isDone[candidate] {
                    rowPotential[rowOfColumn[candidate]] += least
                    columnPotential[candidate] -= least
                } else {
                    distance[candidate] -= least
                }
            }
            column = next
        }
        while column != 0 {
            rowOfColumn[column] = rowOfColumn[previous[column]]
            column = previous[column]
        }
    }
    var assignment = [Int?](repeating: nil, count: scores.rows)
    for column in 1..<columns + 1 where rowOfColumn[column] != 0 {
        let row = rowOfColumn[column] - 1
        if isWide { assignment[row] = column - 1 } else { assignment[column - 1] = row }
    }
    return assignment
}
