import Foundation

/// What was measured of one setting.
struct Outcome {
    let setting: Setting
    /// Rounds of our side, and as many of PyTorch's or none.
    var ours: [Worker.Measurement] = []
    var torch: [Worker.Measurement] = []

    var name: String { setting.name }
    var oursMilliseconds: Double { milliseconds(ours) }
    var torchMilliseconds: Double? { torch.isEmpty ? nil : milliseconds(torch) }
    /// PyTorch's time over ours.
    var ratio: Double? { torchMilliseconds.map { $0 / oursMilliseconds } }
    /// Ours.
    var peakMemoryMiB: Double? { ours.compactMap(\.peakMemory).max().map { Double($0) / 1_048_576 } }
    var comparison: Comparison? { torch.isEmpty ? nil : Comparison(ours: ours, torch: torch) }

    /// The dense algorithm's multiply–adds per second of our time, as a fraction of a number per second.
    func fraction(of peak: Double) -> Double { setting.multiplyAddsPerStep / (oursMilliseconds / 1000) / peak }

    /// The last round's times.
    var summary: String {
        [(Side.ours, ours), (.torch, torch)].compactMap { side, rounds in
            perStep(rounds).last.map { "\(side) \(number($0)) ms" }
        }.joined(separator: ", ")
    }

    /// The least and the largest time per step of all rounds, in milliseconds.
    func range(_ rounds: [Worker.Measurement]) -> ClosedRange<Double>? {
        guard let low = perStep(rounds).min(), let high = perStep(rounds).max() else { return nil }
        return low...high
    }

    /// The median per step.
    private func milliseconds(_ rounds: [Worker.Measurement]) -> Double { perStep(rounds).median }

    private func perStep(_ rounds: [Worker.Measurement]) -> [Double] {
        rounds.map { 1000 * $0.seconds / Double(setting.experiment.steps) }
    }
}
