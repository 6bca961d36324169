import ArgumentParser
import Foundation
import Plot
import ToyModels

/// Measures how the cost of a sample grows, and draws it.
struct Curves: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how the cost grows with features, density, batch, models and threads, and draw it.",
        discussion: """
            Writes engine-cost.csv with the numbers, and engine-cost.svg, .png and .pdf with the figure.
            """)

    @Option(help: ArgumentHelp("The folder to write to.", valueName: "folder"), completion: .directory)
    var output = "."

    @Option(help: ArgumentHelp("Train at least so long for each point.", valueName: "seconds"))
    var seconds = 0.2

    func validate() throws {
        if !(seconds > 0 && seconds.isFinite) {
            throw ValidationError("--seconds is \(seconds), and must be positive.")
        }
    }

    func run() async throws {
        let folder = URL(filePath: output, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let peak = await measurePeak(threads: 1)
        var panels: [(panel: CostPanel, lines: [CostLine])] = []
        for panel in CostPanel.all(threads: threads) {
            var lines: [CostLine] = []
            for series in panel.series {
                FileHandle.standardError.write(Data("\(panel.name): \(series.name)\n".utf8))
                var points: [CostLine.Point] = []
                for point in series.points {
                    points.append(.init(x: point.x, cost: try await cost(of: point), work: point.multiplyAdds))
                }
                lines.append(CostLine(name: series.name, points: points))
            }
            panels.append((panel, lines))
        }
        try csv(panels).write(to: folder.appending(path: "engine-cost.csv"), atomically: true, encoding: .utf8)
        let figure = figure(panels, peak: peak)
        for format in Figure.Format.allCases {
            try figure.render(as: format).write(
                to: folder.appending(path: "engine-cost.\(format.rawValue)"), options: .atomic)
        }
        print(folder.appending(path: "engine-cost.svg").relativePath)
    }

    /// Nanoseconds of one core per sample and model; the least of several runs, as others are disturbed.
    private func cost(of point: CostPanel.Point) async throws -> Double {
        let clock = ContinuousClock()
        let trainer = Trainer(jobs: point.threads)
        var (idle, experiment) = (point.experiment, point.experiment)
        idle.steps = 0
        var best = Double.infinity
        var (spent, runs) = (0.0, 0)
        while spent < seconds || runs < 3 {
            let settingUp = try await clock.measure { _ = try await trainer.train(idle) }
            let all = try await clock.measure { _ = try await trainer.train(experiment) }
            let time = (all - settingUp) / .seconds(1)
            spent += max(time, 0)
            // What is too short for the clock is made longer.
            if time < seconds / 8 {
                experiment.steps *= 4
            } else {
                let samples = Double(experiment.steps * experiment.batchSize * experiment.models)
                best = min(best, 1e9 * time / samples)
                runs += 1
            }
        }
        return best
    }

    private func csv(_ panels: [(panel: CostPanel, lines: [CostLine])]) -> String {
        let rows = panels.flatMap { panel, lines in
            lines.flatMap { line in
                line.points.map { "\(panel.name),\(line.name),\($0.x),\($0.cost),\($0.work)" }
            }
        }
        return (["against,models,value,nanoseconds_per_sample,dense_multiply_adds_per_sample"] + rows)
            .joined(separator: "\n") + "\n"
    }

    /// - Parameter peak: multiply–adds per second of one core.
    private func figure(_ panels: [(panel: CostPanel, lines: [CostLine])], peak: Double) -> Figure {
        let colors = [Palette.blue, Palette.vermilion, Palette.green]
        return Figure {
            Grid(columns: 2, spacing: 22, rowSpacing: 14) {
                for (panel, lines) in panels {
                    Axes(
                        x: .log(label: panel.label, ticks: panel.ticks), y: .log(label: "ns per sample and model"),
                        height: 130
                    ) {
                        for (line, color) in zip(lines, colors) {
                            Line(
                                line.points.map { Point($0.x, 1e9 * $0.work / peak) }, color: color.opacity(0.55),
                                width: 0.8, dash: [3, 2])
                            Line(
                                line.points.map { Point($0.x, $0.cost) }, color: color, width: 1.25, dots: 3.5,
                                label: line.name)
                        }
                    }
                }
            }
            Legend([
                .init("measured", Color(gray: 0.3), .line),
                .init(
                    "the dense multiply–adds alone, at the peak of the cores that are used", Color(gray: 0.3), .line,
                    dash: [3, 2]),
            ])
        }
    }
}

/// A measured curve.
private struct CostLine {
    struct Point {
        let x: Double
        /// Nanoseconds per sample and model.
        let cost: Double
        /// Multiply–adds of the dense algorithm per sample and model, over the number of threads.
        let work: Double
    }

    let name: String
    let points: [Point]
}

/// What one panel shows: cost against one of the sizes.
private struct CostPanel {
    struct Point {
        let x: Double
        let experiment: Experiment
        let threads: Int

        var multiplyAdds: Double {
            Double(5 * experiment.architecture.features * experiment.architecture.hidden) / Double(threads)
        }
    }

    let name: String
    let label: String
    var ticks = Axis.Ticks.automatic
    let series: [(name: String, points: [Point])]

    static func all(threads: Int) -> [CostPanel] {
        func point(
            _ x: some BinaryInteger, _ n: Int, _ m: Int, density: Double = 1, batch: Int = 1024, models: Int = 16,
            threads: Int = 1
        ) -> Point {
            Point(
                x: Double(x), experiment: experiment(n, m, density: density, batch: batch, models: models),
                threads: threads)
        }
        let counts = sequence(first: 1) { 2 * $0 }.prefix { $0 < threads } + [threads]
        return [
            CostPanel(
                name: "features", label: "Features <i>n</i>, with <i>m</i> = 5",
                series: [("dense", 1), ("density 0.03", 0.03)].map { name, density in
                    (
                        name,
                        [5, 10, 20, 40, 80, 100, 160, 320].map { point($0, $0, 5, density: density) }
                    )
                }),
            CostPanel(
                name: "hidden", label: "Hidden dimensions <i>m</i>, with <i>n</i> = 40",
                series: [("dense", 1), ("density 0.03", 0.03)].map { name, density in
                    (
                        name,
                        [1, 2, 4, 8, 10, 12, 16, 24, 32].map { point($0, 40, $0, density: density) }
                    )
                }),
            CostPanel(
                name: "density", label: "Density 1 − <i>S</i>",
                series: [(5, 2), (20, 5), (400, 30)].map { n, m in
                    (
                        "\(n)×\(m)",
                        [1, 0.5, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.0025, 0.001].map { density in
                            Point(
                                x: density,
                                experiment: experiment(n, m, density: density, batch: 1024, models: n > 100 ? 1 : 16),
                                threads: 1)
                        }
                    )
                }),
            CostPanel(
                name: "batch", label: "Batch",
                series: [(5, 2), (80, 20)].map { n, m in
                    (
                        "\(n)×\(m)",
                        [16, 64, 256, 1024, 4096].map { point($0, n, m, batch: $0, models: n > 50 ? 1 : 16) }
                    )
                }),
            CostPanel(
                name: "models", label: "Models",
                ticks: .at([1, 4, 16, 64]),
                series: [(5, 2), (80, 20)].map { n, m in
                    ("\(n)×\(m)", [1, 2, 4, 8, 16, 64].map { point($0, n, m, models: $0) })
                }),
            CostPanel(
                name: "threads", label: "Threads", ticks: .at(counts.map(Double.init)),
                series: [(5, 2), (80, 20)].map { n, m in
                    ("\(n)×\(m)", counts.map { point($0, n, m, models: 16 * threads, threads: $0) })
                }),
        ]
    }

    /// A short run; more steps are taken if it is too short.
    private static func experiment(_ n: Int, _ m: Int, density: Double, batch: Int, models: Int) -> Experiment {
        Experiment(
            id: "cost", architecture: .init(features: n, hidden: m),
            settings: [
                .init(
                    features: .init(density: density, features: n), importance: Array(repeating: 1, count: n))
            ],
            restarts: models, steps: 20, batchSize: batch, learningRate: .constant(1e-3), evaluationSamples: 1)
    }
}
