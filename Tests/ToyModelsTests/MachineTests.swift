import Synchronization
import Testing

@testable import ToyModels

/// What happened, in order.
private final class Log: Sendable {
    private let entries = Mutex<[String]>([])
    func add(_ entry: String) { entries.withLock { $0.append(entry) } }
    var all: [String] { entries.withLock(\.self) }
}

/// Counts how many are at work.
private final class Workers: Sendable {
    private let count = Mutex((now: 0, most: 0))
    func begin() { count.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
    func end() { count.withLock { $0.now -= 1 } }
    var most: Int { count.withLock { $0.most } }
}

private struct Failure: Error {}

/// Returns when so many requests wait.
private func untilWaiting(_ count: Int, on machine: Machine) async {
    while machine.waiting != count { await Task.yield() }
}

@Suite(.timeLimit(.minutes(10))) struct MachineTests {
    private let thread = Machine.Share(threads: 1)

    @Test func `the most expensive comes first, and of equals the one that came first`() async throws {
        let machine = Machine(threads: 1, memory: .infinity)
        let log = Log()
        try await withThrowingTaskGroup { tasks in
            try await machine.with(thread, priority: .init()) {
                for (index, cost) in [1.0, 3, 2, 3].enumerated() {
                    let priority = Machine.Priority(experiment: cost)
                    tasks.addTask {
                        try await machine.with(thread, priority: priority) { log.add("\(cost) #\(index)") }
                    }
                    await untilWaiting(index + 1, on: machine)
                }
            }
            try await tasks.waitForAll()
        }
        #expect(log.all == ["3.0 #1", "3.0 #3", "2.0 #2", "1.0 #0"])
        #expect(machine.free.threads == 1)
    }

    @Test func `a trainer's small experiments come with its large ones`() {
        let (large, small) = (Machine.Priority(trainer: 9, experiment: 9), Machine.Priority(trainer: 9, experiment: 1))
        #expect([small, .init(trainer: 5, experiment: 5), large].sorted(by: >).map(\.experiment) == [9, 1, 5])
    }

    @Test func `what is cancelled while it waits, or fails, leaves its share to others`() async throws {
        let machine = Machine(threads: 2, memory: .infinity)
        let cancelled = Log()
        try await machine.with(.init(threads: 2), priority: .init()) {
            let tasks = (0..<20).map { index in
                Task {
                    do {
                        try await machine.with(thread, priority: .init()) { cancelled.add("not \(index)") }
                    } catch is CancellationError {
                        cancelled.add("\(index)")
                    }
                }
            }
            // Some before they wait, some while.
            for task in tasks[..<10] { task.cancel() }
            await untilWaiting(10, on: machine)
            for task in tasks[10...] { task.cancel() }
            for task in tasks { try await task.value }
        }
        #expect(Set(cancelled.all) == Set((0..<20).map(String.init)))
        await #expect(throws: Failure.self) { try await machine.with(thread, priority: .init()) { throw Failure() } }
        #expect(machine.waiting == 0 && machine.free.threads == 2)
    }

    @Test func `never more threads are given than there are, whoever comes, fails and is cancelled`() async throws {
        let machine = Machine(threads: 3, memory: .infinity)
        let workers = Workers()
        await withTaskGroup { tasks in
            for index in 0..<300 {
                tasks.addTask {
                    let task = Task {
                        try await machine.with(thread, priority: .init(experiment: Double(index % 7))) {
                            workers.begin()
                            await Task.yield()
                            workers.end()
                            if index % 5 == 0 { throw Failure() }
                        }
                    }
                    if index % 3 == 0 { task.cancel() }
                    _ = await task.result
                }
            }
        }
        #expect(workers.most <= 3)
        #expect(machine.waiting == 0 && machine.free.threads == 3)
    }

    @Test func `what does not fit into the memory beside others waits for them`() async throws {
        let machine = Machine(threads: 2, memory: 100)
        let log = Log()
        try await withThrowingTaskGroup { tasks in
            try await machine.with(.init(memory: 60), priority: .init()) {
                tasks.addTask { try await machine.with(.init(memory: 50), priority: .init()) { log.add("large") } }
                await untilWaiting(1, on: machine)
                try await machine.with(.init(memory: 40), priority: .init()) { log.add("small") }
                log.add("end")
            }
            try await tasks.waitForAll()
        }
        #expect(log.all == ["small", "end", "large"])
        #expect(machine.free.memory == 100)
    }

    @Test func `only idle threads are lent`() async throws {
        let machine = Machine(threads: 3, memory: .infinity)
        try await machine.with(thread, priority: .init()) {
            #expect(machine.borrow(threads: 1) == 1)
            #expect(machine.borrow(threads: 5) == 1)
            #expect(machine.borrow(threads: 5) == 0)
            machine.give(.init(threads: 2))
        }
        #expect(machine.free.threads == 3)
    }

    @Test func `training steps back for what else wants a thread`() async throws {
        let machine = Machine(threads: 64)
        let training = Task {
            try await Trainer(on: machine).train(experiment(settings: 64, restarts: 16, steps: 1_000_000_000))
        }
        while machine.free.threads > 0 { await Task.yield() }
        // With a thread for each group there would be none left, and this would not return before the time limit.
        await Task {}.value
        training.cancel()
        await #expect(throws: CancellationError.self) { try await training.value }
        #expect(machine.waiting == 0 && machine.free.threads == 64)
    }

    @Test func `a failing experiment ends, and leaves the machine to others`() async throws {
        let machine = Machine(threads: 2)
        let diverging = experiment(settings: 40, steps: 200, learningRate: .constant(1e30))
        async let other = Trainer(on: machine).train(experiment(settings: 20))
        await #expect(throws: TrainingError.self) { try await Trainer(on: machine).train(diverging) }
        let alone = try await Trainer(jobs: 1).train(experiment(settings: 20))
        #expect(try await other.weights == alone.weights)
        #expect(machine.waiting == 0 && machine.free.threads == 2)
    }

    @Test func `experiments that share a machine have the bits that they have alone`() async throws {
        let machine = Machine(threads: 3)
        // A step of the wide engine is worth sharing, one of the lane engine never is.
        let wide = experiment(.init(features: 100, hidden: 20), settings: 1, restarts: 1, steps: 12, batchSize: 16384)
        let lanes = experiment(.init(features: 20, hidden: 8), settings: 8, steps: 12, batchSize: 4096)
        #expect(wide.isWorthSharing && !lanes.isWorthSharing)
        async let first = Trainer(on: machine).train(wide)
        async let second = Trainer(on: machine).train(lanes)
        for (shared, value) in [(try await first, wide), (try await second, lanes)] {
            let alone = try await Trainer(jobs: 1).train(value)
            #expect(shared.weights == alone.weights && shared.losses == alone.losses)
            #expect(shared.history == alone.history)
            #expect(shared.seconds > 0)
        }
    }
}
