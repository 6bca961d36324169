import Foundation
import Testing

@testable import ToyModels

@Suite struct PortableMathTests {
    @Test("The logarithm agrees with the C library's to a few units in the last place")
    func logarithm() {
        for exponent in stride(from: -300.0, through: 300, by: 0.37) {
            let x = pow(10, exponent)
            #expect(abs(portableLog(x) - log(x)) <= 4e-16 * max(1, abs(log(x))))
        }
        #expect(portableLog(1) == 0)
    }

    @Test("The cosine agrees with the C library's, and its ends are exact enough to end a schedule at zero")
    func cosine() {
        for t in stride(from: 0.0, through: 1, by: 1 / 512) {
            #expect(abs(portableCosPi(t) - cos(Double.pi * t)) < 4e-16)
        }
    }

    @Test("The vectors' square root is the exact one to a unit in the last place")
    func vectorSquareRoot() {
        for exponent in stride(from: -37.0, through: 38, by: 0.013) {
            let x = Float(pow(10, exponent))
            let root = squareRoot(Vector(repeating: x))[3]
            #expect(abs(root - x.squareRoot()) <= x.squareRoot().ulp, "of \(x)")
        }
        #expect(squareRoot(Vector.zero) == .zero)
        // Below the normal numbers the root need only be small beside Adam's ε.
        #expect(squareRoot(Vector(repeating: .leastNonzeroMagnitude))[0] < 1e-18)
    }

    @Test("Powers are products, and a sweep has equal ratios to five places")
    func sequences() {
        #expect(powers(of: 0.75, count: 4) == [1, 0.75, 0.5625, 0.421875] && powers(of: 2, count: 0).isEmpty)
        let sweep = geometricSequence(from: 0.8, to: 0.025, count: 48)
        #expect(sweep.first == 0.8 && sweep.last == 0.025 && sweep.count == 48)
        for (index, value) in sweep.enumerated() {
            #expect(value == (0.8 * pow(0.025 / 0.8, Double(index) / 47) * 100_000).rounded() / 100_000)
        }
        #expect(geometricSequence(from: 3, to: 5, count: 1) == [3])
    }

    @Test("The exponential agrees with the C library's", arguments: [-30, -2.5, -1e-9, 0, 0.3, 1, 17])
    func exponential(x: Double) {
        #expect(abs(portableExp(x) / exp(x) - 1) < 1e-14)
    }
}
