import Foundation
import Synchronization
import ToyModels

/// The tables of samples that chapters have provided, for training elsewhere than on their pages.
final class SampleTables: Sendable {
    private let tables = Mutex<[SampleTableReference: SampleTable]>([:])

    func insert(_ table: SampleTable, as reference: SampleTableReference) {
        tables.withLock { $0[reference] = table }
    }

    subscript(reference: SampleTableReference) -> SampleTable? { tables.withLock { $0[reference] } }
}

extension SampleTable {
    /// The SHA-256 of what is in it: the same on all processors of one byte order.
    var checksum: String {
        var data = Data()
        func append<T>(_ numbers: [T]) { numbers.withUnsafeBytes { data.append(contentsOf: $0) } }
        append([Int64(features), Int64(count)])
        append(starts.map(Int64.init))
        append(columns)
        append(values)
        return sha256(data)
    }
}
