import Foundation

/// A marked value; minor ones carry no label.
struct Tick: Sendable, Hashable {
    var value: Double
    /// Pango markup.
    var label: String?
}

extension Scale {
    /// Round values in the domain, about `count` of them with labels.
    func ticks(about count: Int) -> [Tick] {
        switch kind {
        case .linear: linearTicks(about: max(count, 1))
        case .log: logTicks(about: max(count, 1))
        case .categories(let names): names.enumerated().map { Tick(value: Double($0), label: $1) }
        }
    }

    // MARK: - Linear

    private func linearTicks(about count: Int) -> [Tick] {
        let (low, high) = (domain.lowerBound, domain.upperBound)
        let rough = (high - low) / Double(count)
        let power = pow(10, floor(log10(rough)))
        let step = ([1, 2, 5, 10].first { $0 * power >= rough * 0.85 } ?? 10) * power
        let (first, last) = (ceil(low / step - 1e-9), floor(high / step + 1e-9))
        // A domain far from zero and too narrow for its magnitude has no representable steps.
        guard step.isNormal, first.isFinite, last.isFinite, last - first >= 0, last - first < 1000,
            abs(first) < 0x1p52
        else { return [] }
        let largest = max(abs(first), abs(last)) * step
        return stride(from: first, through: last, by: 1).map { index in
            Tick(value: index * step, label: NumberText.linear(index, step: step, largest: largest))
        }
    }

    // MARK: - Logarithmic

    private func logTicks(about count: Int) -> [Tick] {
        let (low, high) = (log10(domain.lowerBound), log10(domain.upperBound))
        let (first, last) = (Int(ceil(low - 1e-9)), Int(floor(high + 1e-9)))
        let decades = max(last - first + 1, 0)
        guard decades >= 2 else { return narrowLogTicks(about: count) }

        let stride = (decades + count - 1) / count
        let plain = domain.lowerBound >= 0.99e-3 && domain.upperBound <= 1.01e4
        var ticks = (first...last).map { exponent in
            let shown = exponent.quotientAndRemainder(dividingBy: stride).remainder == 0
            return Tick(
                value: pow(10, Double(exponent)), label: shown ? NumberText.power(exponent, plain: plain) : nil)
        }
        if stride == 1 {
            for exponent in (first - 1)...last {
                for factor in 2...9 { ticks.append(Tick(value: Double(factor) * pow(10, Double(exponent)))) }
            }
        }
        return ticks.filter { contains($0.value) }
    }

    /// Fewer than two powers of ten: the steps between them carry labels too.
    private func narrowLogTicks(about count: Int) -> [Tick] {
        let exponents = Int(floor(log10(domain.lowerBound)))...Int(ceil(log10(domain.upperBound)))
        let all = exponents.flatMap { e in (1...9).map { (factor: $0, value: Double($0) * pow(10, Double(e))) } }
            .filter { contains($0.value) }
        for labelled in [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]] {
            let shown = all.filter { labelled.contains($0.factor) }
            guard shown.count >= 2, shown.count <= max(count, 2) else { continue }
            return all.map { tick in
                Tick(value: tick.value, label: labelled.contains(tick.factor) ? NumberText.general(tick.value) : nil)
            }
        }
        return linearTicks(about: count)
    }

    /// Whether a value lies in the domain, up to rounding.
    func contains(_ value: Double) -> Bool {
        guard let fraction = fraction(of: value) else { return false }
        return fraction >= -1e-9 && fraction <= 1 + 1e-9
    }
}
