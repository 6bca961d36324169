/// A table of numbers and text with named columns: what a figure shows, or a result in itself.
///
///     var table = Table("density", "model", "loss")
///     table.append(0.1, "relu", 0.0123)
public struct Table: Hashable, Codable, Sendable {
    /// One entry.
    public enum Cell: Hashable, Codable, Sendable {
        /// A number. Not a number and infinities are written as `nan`, `inf` and `-inf`.
        case number(Double)
        /// Text.
        case text(String)
    }

    /// A type whose values can stand in a table.
    public protocol Entry {
        /// The value as an entry.
        var cell: Cell { get }
    }

    /// The names of the columns.
    public let columns: [String]
    /// The entries. Shape `[rows][columns]`.
    public private(set) var rows: [[Cell]] = []

    /// A table without rows, by the names of its columns.
    ///
    /// - Precondition: there is at least one column.
    public init(_ columns: String...) {
        self.init(columns: columns)
    }

    /// A table without rows, by the names of its columns.
    ///
    /// - Precondition: there is at least one column.
    public init(columns: [String]) {
        precondition(!columns.isEmpty, "A table has at least one column.")
        self.columns = columns
    }

    /// Adds a row, one entry per column.
    ///
    /// - Precondition: there is one entry per column.
    public mutating func append(_ entries: any Entry...) {
        append(row: entries.map(\.cell))
    }

    /// Adds a row, one entry per column.
    ///
    /// - Precondition: there is one entry per column.
    public mutating func append(row: [Cell]) {
        precondition(row.count == columns.count, "A row has one entry per column.")
        rows.append(row)
    }
}

extension Table.Cell: Table.Entry {
    /// The entry itself.
    public var cell: Table.Cell { self }
}

extension Double: Table.Entry {
    /// The number as an entry.
    public var cell: Table.Cell { .number(self) }
}

extension Float: Table.Entry {
    /// The number as an entry.
    public var cell: Table.Cell { .number(Double(self)) }
}

extension Int: Table.Entry {
    /// The number as an entry.
    public var cell: Table.Cell { .number(Double(self)) }
}

extension String: Table.Entry {
    /// The text as an entry.
    public var cell: Table.Cell { .text(self) }
}
