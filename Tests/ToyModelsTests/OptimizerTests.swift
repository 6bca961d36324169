import Testing

@testable import ToyModels

@Suite struct OptimizerTests {
    /// Runs AdamW on one parameter and returns it after each step.
    private func path(_ optimizer: AdamW, from start: Float, gradients: [Float], learningRate: Double) -> [Float] {
        let storage = UnsafeMutablePointer<Vector>.allocate(capacity: 4)
        storage.initialize(repeating: .zero, count: 4)
        defer { storage.deallocate() }
        var state = AdamWState(optimizer, count: 1, storage: storage)
        storage[2] = Vector(repeating: start)
        return gradients.map { gradient in
            storage[3] = Vector(repeating: gradient)
            state.update(storage + 2, gradient: storage + 3, gradientScale: 1, learningRate: learningRate)
            return storage[2][5]
        }
    }

    @Test("Three steps computed by hand")
    func handComputed() {
        // β = (0.9, 0.99), ε = 0, decay 0.1, rate 0.1, θ₀ = 1, gradients 1, −1, 2.
        // 1: θ ← 0.99 θ = 0.99; m = 0.1, v = 0.01; m̂ = 1, v̂ = 1: θ = 0.99 − 0.1 = 0.89.
        // 2: 0.99 · 0.89 = 0.8811; m = −0.01, v = 0.0199; m̂ = −0.01/0.19, v̂ = 0.0199/0.0199 = 1: θ = 0.8811 + 0.1/19.
        // 3: m = 0.191, v = 0.059701; m̂ = 0.191/0.271, v̂ = 0.059701/0.029701.
        let path = path(
            AdamW(beta1: 0.9, beta2: 0.99, epsilon: 0, weightDecay: 0.1), from: 1, gradients: [1, -1, 2],
            learningRate: 0.1)
        let second = 0.8811 + 0.1 / 19
        let third = 0.99 * second - 0.1 * (0.191 / 0.271) / (0.059701 / 0.029701).squareRoot()
        for (got, want) in zip(path, [0.89, second, third]) { #expect(abs(Double(got) - want) < 2e-6) }
    }

    @Test("ε stands beside the corrected root, so a tiny first gradient is damped by exactly half when it equals ε")
    func epsilon() {
        // m̂ = g, √v̂ = g = ε: step = rate · g / (g + ε) = rate / 2.
        let path = path(
            AdamW(epsilon: 1e-3, weightDecay: 0), from: 0, gradients: [1e-3], learningRate: 0.5)
        #expect(abs(path[0] + 0.25) < 1e-5)
    }

    @Test("The schedules' first, middle and last rates")
    func schedules() {
        #expect(LearningRate.constant(0.3).rate(step: 77, of: 100) == 0.3)
        #expect(LearningRate.linear(0.4).rate(step: 0, of: 100) == 0.4)
        #expect(abs(LearningRate.linear(0.4).rate(step: 50, of: 100) - 0.2) < 1e-15)
        #expect(abs(LearningRate.linear(0.4, to: 0.5).rate(step: 50, of: 100) - 0.3) < 1e-15)
        #expect(LearningRate.cosine(0.4).rate(step: 0, of: 100) == 0.4)
        #expect(abs(LearningRate.cosine(0.4).rate(step: 50, of: 100) - 0.2) < 1e-15)
        #expect(abs(LearningRate.cosine(0.4, to: 0.1).rate(step: 100, of: 100) - 0.04) < 1e-15)
    }
}
