import Analysis
import Testing
import ToyModels

@testable import Appendix

/// What the verdicts on the appendix rest on.
@Suite struct AppendixTests {
    @Test func `a code breaks even where its loss is the linear one's`() {
        let linear = NonlinearCompression.linearLoss()
        for zones in [3, 4, 5] {
            let width = breakEven(zones: zones, linear: linear)
            #expect(abs(NonlinearCompression(zones: zones, width: width).loss() - linear) < 1e-9)
        }
        // Sixteen zones are better with any segments.
        #expect(breakEven(zones: 16, linear: linear) == 1.0 / 16)
    }

    @Test func `losses cross in proportion on a logarithmic axis`() {
        func place(_ density: Double, _ pair: Double) -> SparseComparison {
            SparseComparison(density: density, linear: 0, pair: pair, nonlinear: 1, narrow: 4)
        }
        let places = [place(0.01, 0.1), place(0.1, 0.5), place(1, 2)]
        // Halfway between 0.1 and 1.
        #expect(abs(crossing(places, \.nonlinear) - 0.1 * 10.0.squareRoot()) < 1e-9)
        #expect(crossing(places, \.narrow).isNaN)
    }

    @Test func `exponents are slopes on logarithmic axes`() {
        let hidden = [4, 8, 16]
        let stored = StoredFeatures(
            byHidden: hidden.map { ($0, [2 * Double($0), Double($0 * $0) / 4]) }, densities: [0.2, 0.1],
            byDensity: [0.2, 0.1, 0.01].map {
                (density: $0, perDimension: SensingBound.featuresPerDimension(density: $0) / 2)
            }, byFeatures: [])
        #expect(zip(stored.slopes, [1.0, 2]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(stored.doublingSlopes.allSatisfy { abs($0[0] - 1) < 1e-12 && abs($0[1] - 2) < 1e-12 })
        #expect(stored.constants.allSatisfy { abs($0.value - 2) < 1e-12 })
        #expect(abs(stored.densitySlope - 1) < 1e-12)
    }
}
