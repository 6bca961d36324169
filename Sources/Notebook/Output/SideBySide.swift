/// What `work` gives for each item, in the order of the items.
///
/// At most `limit` items are worked on at the same time; they are begun in order. The first error ends all of them.
@discardableResult func sideBySide<Item: Sendable, Result: Sendable>(
    _ items: [Item], atMost limit: Int, _ work: @escaping @Sendable (Item) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { tasks in
        var waiting = items.indices.makeIterator()
        func startNext() {
            guard let index = waiting.next() else { return }
            tasks.addTask { (index, try await work(items[index])) }
        }
        for _ in 0..<min(max(1, limit), items.count) { startNext() }
        var results = [Result?](repeating: nil, count: items.count)
        while let (index, result) = try await tasks.next() {
            results[index] = result
            startNext()
        }
        return results.compactMap(\.self)
    }
}
