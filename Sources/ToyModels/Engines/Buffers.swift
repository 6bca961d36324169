/// Zeroed arrays of vectors, cut from one allocation that lives as long as this object.
package final class Buffers {
    private let storage: UnsafeMutablePointer<Vector>
    private let capacity: Int
    private var used = 0

    /// Room for `capacity` vectors in all.
    package init(capacity: Int) {
        self.capacity = capacity
        storage = .allocate(capacity: capacity)
        storage.initialize(repeating: .zero, count: capacity)
    }

    deinit { storage.deallocate() }

    /// The next `count` vectors.
    package func take(_ count: Int) -> UnsafeMutablePointer<Vector> {
        precondition(used + count <= capacity)
        defer { used += count }
        return storage + used
    }
}

extension UnsafeMutablePointer<Vector> {
    /// The same memory as single numbers.
    package var numbers: UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: Float.self)
    }
}
