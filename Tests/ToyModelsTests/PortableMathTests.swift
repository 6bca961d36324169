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
}
