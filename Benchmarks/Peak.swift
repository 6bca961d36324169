/// Measures the processor's peak: single-precision multiply–adds per second, on all cores.
///
/// Every core runs independent chains of fused multiply–adds in registers. How many it takes to hide their latency, and how
/// many fit, depends on the processor, so that the better of six and twelve counts. The best of many short runs is
/// one that nothing disturbed.
func measurePeak(threads: Int) async -> Double {
    let clock = ContinuousClock()
    var best = 0.0
    for _ in 0..<20 {
        for chains in [sixChains, twelveChains] {
            let start = clock.now
            let count = await withTaskGroup(of: Double.self) { tasks in
                for _ in 0..<threads { tasks.addTask { chains(10_000_000) } }
                return await tasks.reduce(0, +)
            }
            best = max(best, count / ((clock.now - start) / .seconds(1)))
        }
    }
    return best
}

/// Runs a number of rounds, and returns the number of multiply–adds.
@inline(never)
private func sixChains(_ rounds: Int) -> Double {
    var chains = Chains()
    for _ in 0..<rounds { chains.advance() }
    return chains.isBounded ? Double(6 * 16 * rounds) : 0
}

/// Runs half as many rounds of twice as many chains, and returns the number of multiply–adds.
@inline(never)
private func twelveChains(_ rounds: Int) -> Double {
    var (first, second) = (Chains(), Chains())
    for _ in 0..<rounds / 2 {
        first.advance()
        second.advance()
    }
    return first.isBounded && second.isBounded ? Double(12 * 16 * (rounds / 2)) : 0
}

private struct Chains {
    private var c0, c1, c2, c3, c4, c5: SIMD16<Float>
    private let factor = SIMD16<Float>(repeating: 0.5)
    private let addend = SIMD16<Float>(repeating: 1)

    init() {
        (c0, c1, c2) = (.zero, .one, -.one)
        (c3, c4, c5) = (.one * 3, .one * 4, .one * 5)
    }

    @inline(__always)
    mutating func advance() {
        c0 = addend.addingProduct(c0, factor)
        c1 = addend.addingProduct(c1, factor)
        c2 = addend.addingProduct(c2, factor)
        c3 = addend.addingProduct(c3, factor)
        c4 = addend.addingProduct(c4, factor)
        c5 = addend.addingProduct(c5, factor)
    }

    /// True, as the chains converge; asking for it keeps the compiler from leaving them out.
    var isBounded: Bool { (c0 + c1 + c2 + c3 + c4 + c5).max() < 100 }
}
