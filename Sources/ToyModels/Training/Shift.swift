/// The time in which a group of models has a thread, and those that it borrows.
///
/// Training does not wait for anything, so it would keep the thread from all else that waits for one, such as the drawing
/// of a chapter. Now and then it steps back for that. The clock decides when, and how many threads share the work: the
/// result does not depend on either.
struct Shift {
    /// The number of threads that work on the group now.
    private(set) var threads = 1
    private let machine: Machine
    private let most: Int
    private var start = ContinuousClock.now
    private var earlier = 0.0

    /// For how long it does not step back.
    private static let turn = Duration.milliseconds(50)

    /// Begins for a group on which at most so many threads can work.
    init(on machine: Machine, threads most: Int) {
        (self.machine, self.most) = (machine, most)
        borrow()
    }

    /// How long threads have worked on the group, added up.
    var seconds: Double { earlier + (ContinuousClock.now - start) / .seconds(1) * Double(threads) }

    /// Lets others in, if it is time.
    mutating func stepBack() async {
        guard ContinuousClock.now - start >= Self.turn else { return }
        earlier = seconds
        end()
        await Task.yield()
        start = .now
        borrow()
    }

    /// Gives back what is borrowed.
    mutating func end() {
        machine.give(.init(threads: threads - 1))
        threads = 1
    }

    private mutating func borrow() { threads += machine.borrow(threads: most - 1) }
}
