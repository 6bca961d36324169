import Dispatch

/// A batch cut into chunks of samples, each with random numbers and a gradient of its own. The cut depends on nothing
/// but the batch, and the results of the chunks are added in order, so the bits do not depend on the number of threads.
struct Chunks {
    /// The usual number of samples in a full chunk.
    static let usualSize = 256

    private let samples: Int
    private let size: Int
    /// The number of chunks.
    let count: Int

    init(of samples: Int, size: Int = usualSize) {
        self.samples = samples
        self.size = size
        count = (samples + size - 1) / size
    }

    /// The number of samples in one chunk: all chunks but the last are full.
    func count(of chunk: Int) -> Int { min(size, samples - chunk * size) }

    /// Calls `body` for every chunk, on several threads at a time, each with a number of its own from 0 up.
    func forEach(threads: Int, _ body: (_ chunk: Int, _ thread: Int) -> Void) {
        if threads <= 1 {
            for chunk in 0..<count { body(chunk, 0) }
        } else {
            // The callers' chunks and threads write to places of their own, and `body` does not outlive this call.
            withoutActuallyEscaping(body) { body in
                nonisolated(unsafe) let body = body
                DispatchQueue.concurrentPerform(iterations: threads) { thread in
                    for chunk in stride(from: thread, to: count, by: threads) { body(chunk, thread) }
                }
            }
        }
    }
}
