import Foundation

extension Results {
    /// The report: times, their mean ratio, and loss curves.
    var text: String {
        var blocks = [machine, timesTable]
        if let mean = meanRatio { blocks.append("Geometric mean of the ratios: \(number(mean))") }
        if outcomes.contains(where: { $0.comparison != nil }) { blocks += [curvesIntroduction, curvesTable] }
        return blocks.joined(separator: "\n\n")
    }

    private var meanRatio: Double? {
        let ratios = outcomes.compactMap(\.ratio)
        return ratios.isEmpty ? nil : exp(ratios.map(log).mean)
    }

    private var machine: String {
        let torch = torchVersion.map { "; PyTorch \($0) on \(threads.torch ?? 0)" } ?? ""
        return """
            \(threads.ours) threads\(torch). Peak: \(number(peak / 1e9)) billion multiply–adds per second. "Of peak" counts \
            those of the
            dense algorithm, 5 n m per sample and model; an engine that skips zeros may do with fewer. Times are medians over
            rounds; wide ranges tell that the machine was busy with something else.
            """
    }

    private var timesTable: String {
        table(
            [
                "setting", "models", "batch", "ms/step", "(range)", "PyTorch", "(range)", "ratio", "of peak", "steps/s",
                "peak MiB",
            ],
            outcomes.map {
                [
                    $0.name, "\($0.setting.experiment.models)", "\($0.setting.experiment.batchSize)",
                    number($0.oursMilliseconds), span($0.range($0.ours)), number($0.torchMilliseconds),
                    span($0.range($0.torch)), number($0.ratio),
                    number(100 * $0.fraction(of: peak)) + " %", number(1000 / $0.oursMilliseconds),
                    number($0.peakMemoryMiB),
                ]
            })
    }

    private var curvesIntroduction: String {
        """
        Loss in the first, fifth and last tenth of the steps: geometric mean over models and rounds. Both sides agree if the
        mean difference of the pairs (same density and importance, other random numbers) is within \
        \(number(Comparison.limit)) standard errors.
        """
    }

    private var curvesTable: String {
        table(
            ["setting", "steps", "pairs", "tenth", "ours", "PyTorch", "difference", "std. error", ""],
            outcomes.flatMap { outcome in
                (outcome.comparison?.parts ?? []).enumerated().map { index, part in
                    let steps = "\(outcome.setting.experiment.steps)"
                    let pairs = "\(outcome.ours.count * outcome.setting.experiment.models)"
                    return (index == 0 ? [outcome.name, steps, pairs] : ["", "", ""]) + [
                        part.name, number(part.ours), number(part.torch), percent(part.difference),
                        number(100 * part.error) + " %", part.agrees ? "agree" : "DIFFER",
                    ]
                }
            })
    }
}

/// Three significant digits; a dash for nothing.
func number(_ value: Double?) -> String {
    guard let value else { return "–" }
    guard value != 0, value.isFinite else { return "\(value)" }
    let digits = max(0, 2 - Int(log10(abs(value)).rounded(.down)))
    return digits > 6 ? String(format: "%.2e", value) : String(format: "%.\(digits)f", value)
}

private func span(_ range: ClosedRange<Double>?) -> String {
    range.map { "(\(number($0.lowerBound))–\(number($0.upperBound)))" } ?? ""
}

private func percent(_ value: Double) -> String {
    String(format: "%+.2f %%", 100 * value)
}

/// Columns under their heads: the first flush left, the others flush right.
private func table(_ head: [String], _ rows: [[String]]) -> String {
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    return ([head] + rows).map { row in
        zip(row, widths).enumerated().map { column, cell in
            let padding = String(repeating: " ", count: cell.1 - cell.0.count)
            return column == 0 ? cell.0 + padding : padding + cell.0
        }.joined(separator: "  ")
    }.joined(separator: "\n")
}
