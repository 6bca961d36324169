import Analysis
import Foundation
import Notebook
import Plot
import ToyModels

// What the chapter's figures look like, and the numbers that they show.

private let quiet = Color(gray: 0.74)
private let band = Color(gray: 0.9)
private let sets = [Palette.blue, Palette.vermilion]

private func points(_ x: [Int], _ y: [Double]) -> [Point] { zip(x, y).map { Point(Double($0), $1) } }

/// A vertical band over a range of x.
private func strip(_ range: ClosedRange<Double>, _ y: ClosedRange<Double>, _ color: Color) -> Area {
    Area(
        x: [range.lowerBound, range.upperBound], from: [y.lowerBound, y.lowerBound],
        to: [y.upperBound, y.upperBound], color: color)
}

// MARK: - Energy levels

/// The dimensionality of every feature during training, above the loss; bands are jumps.
func energyLevels(_ course: Course, _ rule: JumpRule) -> Figure {
    let jumps = course.jumps(rule)
    let colors = Dictionary(
        jumps.map(\.feature).enumerated().map { ($1, Palette.all.filter { $0 != Palette.black }[$0 % 7]) }
    ) { first, _ in first }
    let counted = course.steps.firstIndex { $0 >= rule.after } ?? 0
    let (top, bottom) = (course.losses[counted], course.losses.min() ?? 0)
    let losses = (bottom - 0.1 * (top - bottom))...(bottom + 1.4 * (top - bottom))
    func x(_ label: String?) -> Axis { .linear(0...Double(course.steps.last ?? 1), label: label) }
    func strips(_ y: ClosedRange<Double>) -> [any Mark] {
        jumps.map { jump in
            let ends = [jump.snapshots.lowerBound, jump.snapshots.upperBound].map { Double(course.steps[$0]) }
            return strip(ends[0]...ends[1], y, band)
        }
    }
    // Those that jump are drawn over the others.
    let order = course.dimensionalities.indices.sorted {
        (colors[$0] == nil ? 0 : 1, $0) < (colors[$1] == nil ? 0 : 1, $1)
    }
    return Figure {
        Axes(
            title: "Dimensionality of every feature", x: x(nil),
            y: .linear(-0.035...0.8, label: "Dimensionality <i>D<sub>i</sub></i>"), height: 170
        ) {
            strips(-0.035...0.8)
            for feature in order {
                Line(
                    points(course.steps, course.dimensionalities[feature]), color: colors[feature] ?? quiet,
                    width: colors[feature] == nil ? 0.7 : 1.3)
            }
            Rule(y: 0.5, Theme.standard.rule, label: "digon, ½")
            Rule(y: 0, Theme.standard.rule, label: "not stored, 0")
        }
        Axes(title: "Loss", x: x("Training steps"), y: .linear(losses, label: "Loss"), height: 110) {
            strips(losses)
            Line(points(course.steps, course.losses), color: Palette.black, width: 1.2)
        }
    }
}

/// The same run, one snapshot after the other: where every feature is, and the loss so far.
func energyFrames(_ course: Course, _ rule: JumpRule) -> Frames {
    let jumps = course.jumps(rule)
    let movers = Set(jumps.map(\.feature)).sorted()
    let palette = Palette.all.filter { $0 != Palette.black }
    let colors = Dictionary(uniqueKeysWithValues: movers.enumerated().map { ($1, palette[$0 % palette.count]) })
    let last = course.steps.count - 1
    // Features that end on the same level stand beside each other.
    let order = course.dimensionalities.indices.sorted {
        course.dimensionalities[$0][last] > course.dimensionalities[$1][last]
    }
    let counted = course.steps.firstIndex { $0 >= rule.after } ?? 0
    let (top, bottom) = (course.losses[counted], course.losses.min() ?? 0)
    let losses = (bottom - 0.1 * (top - bottom))...(bottom + 1.4 * (top - bottom))
    let frames = min(last, 32)
    return Frames(
        "Training steps", isCourse: true,
        (0...frames).map { index in
            let snapshot = index * last / max(frames, 1)
            let step = course.steps[snapshot]
            let values = order.map { course.dimensionalities[$0][snapshot] }
            let (high, low) = (values.count { abs($0 - 0.5) < 0.05 }, values.count { $0 < 0.05 })
            let statement =
                "After \(step) steps, \(high) of \(values.count) features are near one half and \(low) near zero; the "
                + "loss is \(fixed(course.losses[snapshot], 3))."
            return Frames.Frame("\(step)", telling: statement) {
                Figure {
                    Axes(
                        title: "Dimensionality of every feature after \(step) steps",
                        x: .linear(
                            -1...Double(order.count), label: "Features, by their place at the end", ticks: .none),
                        y: .linear(-0.035...0.8, label: "Dimensionality <i>D<sub>i</sub></i>"), height: 170
                    ) {
                        Rule(y: 0.5, Theme.standard.rule, label: "digon, ½")
                        Rule(y: 0, Theme.standard.rule, label: "not stored, 0")
                        Points(
                            values.enumerated().map { Point(Double($0), $1) },
                            colors: order.map { colors[$0] ?? Color(gray: 0.55) }, size: 5.5,
                            labels: order.map { "feature \($0 + 1)" })
                    }
                    Axes(
                        title: "Loss", x: .linear(0...Double(course.steps.last ?? 1), label: "Training steps"),
                        y: .linear(losses, label: "Loss"), height: 80
                    ) {
                        Line(points(course.steps, course.losses), color: quiet, width: 1)
                        Line(
                            points(Array(course.steps[...snapshot]), Array(course.losses[...snapshot])),
                            color: Palette.black, width: 1.4)
                        Points([Point(Double(step), course.losses[snapshot])], color: Palette.vermilion, size: 6)
                    }
                }
            }
        })
}

/// One row per point of ``energyLevels(_:_:)``.
func energyTable(_ course: Course) -> Table {
    var table = Table("step", "quantity", "feature", "value")
    for (index, step) in course.steps.enumerated() {
        table.append(step, "loss", "", course.losses[index])
        for (feature, values) in course.dimensionalities.enumerated() {
            table.append(step, "dimensionality", feature + 1, values[index])
        }
    }
    return table
}

// MARK: - Jumps and the loss

/// The excess speed of the loss around jumps, and the test's statistic against its null distribution.
func jumpsAndLoss(_ around: FallAroundJumps, _ test: PairingTest) -> Figure {
    let histogram = test.histogram(bins: 60)
    let counts = histogram.map { Double($0.count) }
    let bounds = zip(around.excess, around.error).map { (low: $0 - 2 * $1, high: $0 + 2 * $1) }
    let zero = Stroke(Color(gray: 0.6), width: 0.6, dash: [2, 2])
    return Figure {
        Grid(widths: [1.15, 1], spacing: 30) {
            Axes(
                title: "The loss around jumps", x: .linear(label: "Steps from the middle of a jump"),
                y: .linear(label: "Excess fall of the loss per 1000 steps"), height: 170
            ) {
                Area(
                    x: around.offsets.map(Double.init), from: bounds.map(\.low), to: bounds.map(\.high),
                    color: Palette.blue.opacity(0.18))
                Rule(y: 0, zero)
                Rule(x: 0, zero)
                Line(points(around.offsets, around.excess), color: Palette.blue, width: 1.6)
            }
            Axes(
                title: "The test", x: .linear(0...1, label: "Share of the fall during jumps, mean over runs"),
                y: .linear(label: "Random pairings"), height: 170
            ) {
                Bars(counts, at: histogram.map(\.share), colors: [quiet], width: 1 / Double(histogram.count))
                Rule(x: test.result.observed, Stroke(Palette.blue, width: 1.5))
                Label(
                    "own jumps", at: Point(test.result.observed, 0.93 * (counts.max() ?? 1)), anchor: .left,
                    offset: Point(4, 0), color: Palette.blue)
            }
        }
    }
}

/// One row per point of the left panel of ``jumpsAndLoss(_:_:)``, and bar of the right one.
func jumpsTable(_ around: FallAroundJumps, _ test: PairingTest) -> Table {
    var table = Table("quantity", "step from jump", "excess fall", "standard error", "share of fall", "pairings")
    for (index, offset) in around.offsets.enumerated() {
        table.append("speed", offset, around.excess[index], around.error[index], "", "")
    }
    table.append("own jumps", "", "", "", test.result.observed, "")
    for bin in test.histogram(bins: 60) { table.append("random pairings", "", "", "", bin.share, bin.count) }
    return table
}

// MARK: - A larger model

/// The dimensionality of every feature, how many jump, and how fast the loss falls, in one run.
func largerModel(_ course: Course, _ test: CrowdTest, _ rule: JumpRule) -> Figure {
    let movers = Set(course.jumps(rule).map(\.feature))
    let colors = Palette.all.filter { $0 != Palette.black }
    func x(_ label: String?) -> Axis { .linear(0...Double(course.steps.last ?? 1), label: label) }
    return Figure {
        Axes(
            title: "Dimensionality of every feature", x: x(nil),
            y: .linear(-0.035...0.85, label: "Dimensionality <i>D<sub>i</sub></i>"), height: 170
        ) {
            for (feature, values) in course.dimensionalities.enumerated() where !movers.contains(feature) {
                Line(points(course.steps, values), color: quiet, width: 0.5)
            }
            for (feature, values) in course.dimensionalities.enumerated() where movers.contains(feature) {
                Line(points(course.steps, values), color: colors[feature % colors.count], width: 0.8)
            }
        }
        Axes(title: "Features that jump", x: x(nil), y: .linear(label: "Number"), height: 80) {
            Line(points(test.steps, test.jumping[0]), color: Palette.blue, width: 1.2)
        }
        Axes(title: "Fall of the loss", x: x("Training steps"), y: .linear(label: "Per 1000 steps"), height: 80) {
            Line(points(test.steps, test.speeds[0]), color: Palette.black, width: 1.2)
        }
    }
}

/// One row per point of ``largerModel(_:_:_:)``.
func largerModelTable(_ course: Course, _ test: CrowdTest) -> Table {
    var table = Table("step", "quantity", "feature", "value")
    for (index, step) in test.steps.enumerated() {
        table.append(step, "features that jump", "", test.jumping[0][index])
        table.append(step, "fall per 1000 steps", "", test.speeds[0][index])
    }
    for (feature, values) in course.dimensionalities.enumerated() {
        for (step, value) in zip(course.steps, values) { table.append(step, "dimensionality", feature + 1, value) }
    }
    return table
}

// MARK: - Geometric transformations

/// One run through the four regimes.
struct Transformation {
    let steps: [Int]
    let models: [ToyModel]
    let shapes: [TwoTriangles]
    let losses: [Double]
    /// The snapshots at which the regimes A, B, C and D end.
    let ends: [Int]

    /// The mean loss after regime D.
    var finalLoss: Double { mean(Array(losses[ends[3]...])) }

    /// The snapshots that are drawn: the middle of each regime on a logarithmic axis, and the end.
    var shown: [Int] {
        let starts = [steps.firstIndex { $0 >= 8 } ?? 0] + ends.dropLast()
        var middles = zip(starts, ends).map { start, end in
            let middle = (Double(steps[start]) * Double(steps[end])).squareRoot()
            return steps.firstIndex { Double($0) >= middle } ?? end
        }
        // The triangles when they are half open.
        middles[2] = shapes.firstIndex { $0.areas[0] + $0.areas[1] > TwoTriangles.octahedron.area } ?? middles[2]
        return middles + [steps.count - 1]
    }
}

/// The embedding in each regime, the loss, and the measures that tell the regimes apart.
func geometricTransformations(_ run: Transformation) -> Figure {
    let frame = Frame(run.models[run.models.count - 1])
    let view = Viewpoint(azimuth: 28, elevation: 14)
    let names = ["A", "B", "C", "D", "End"]
    let first = Double(run.steps.first { $0 > 0 } ?? 1)
    let last = Double(run.steps.last ?? 1)
    let borders = [first] + run.ends.map { Double(run.steps[$0]) } + [last]
    let shades = [band, .white, band, .white, band]
    func x(_ label: String?) -> Axis { .log(first...last, label: label) }
    func strips(_ y: ClosedRange<Double>) -> [any Mark] {
        zip(zip(borders, borders.dropFirst()), shades).map { strip($0.0...$0.1, y, $1) }
    }
    let losses = 1e-5...0.5
    let octahedron = TwoTriangles.octahedron
    func share(_ value: (TwoTriangles) -> Double) -> [Point] { points(run.steps, run.shapes.map(value)) }
    let opening = run.ends[1]
    return Figure {
        Grid(columns: 5, spacing: 4) {
            for (name, snapshot) in zip(names, run.shown) {
                Axes(
                    title: "\(name): step \(run.steps[snapshot])", x: .linear(-1.12...1.12).hidden(),
                    y: .linear(-1.12...1.12).hidden(), aspect: 1, border: true
                ) {
                    embedding(run.models[snapshot], frame, view, isWhole: name == "End")
                }
            }
        }
        Axes(x: x(nil), y: .log(losses, label: "Loss"), height: 130) {
            strips(losses)
            Line(points(run.steps, run.losses), color: Palette.black, width: 1.4, label: "loss")
            Line(
                points(run.steps, run.losses.map { $0 - run.finalLoss }).filter { $0.x <= borders[4] },
                color: Color(gray: 0.4), width: 1.1, dash: [3, 2], label: "above its\nfinal value")
            for (name, range) in zip(names, zip(borders, borders.dropFirst())) {
                Label(name, at: Point((range.0 * range.1).squareRoot(), 0.24), color: Color(gray: 0.35))
            }
        }
        Axes(x: x("Training steps"), y: .linear(0...1.1, label: "Relative to the octahedron"), height: 130) {
            strips(0...1.1)
            Line(
                share { $0.distance / octahedron.distance }, color: Palette.green, width: 1.4,
                label: "distance of\nthe sets")
            Line(share { $0.areas[0] / octahedron.area }, color: sets[0], width: 1.4, label: "area of set 1")
            Line(share { $0.areas[1] / octahedron.area }, color: sets[1], width: 1.4, label: "area of set 2")
            Line(
                Array(share { $0.twist / 60 }[opening...]), color: Palette.purple, width: 1.4,
                label: "twist / 60°")
            Line(
                Array(share(\.antipodality)[opening...]), color: Palette.black, width: 1.1, dash: [3, 2],
                label: "antipodality")
        }
    }
}

/// Two sets of three features in space.
private func embedding(_ model: ToyModel, _ frame: Frame, _ view: Viewpoint, isWhole: Bool) -> Wireframe {
    let triangles = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)]
    let across = (0..<3).flatMap { i in
        (3..<6).filter { model.cosine(i, $0) > -0.5 }.map { (i, $0) }
    }
    return Wireframe(
        vertices: frame.points(model), edges: triangles + (isWhole ? across : []), faces: [[0, 1, 2], [3, 4, 5]],
        colors: [0, 0, 0, 1, 1, 1].map { sets[$0] }, viewpoint: view, size: 6.5, width: 1.4, spokes: !isWhole)
}

/// An orientation of the hidden space in which two sets of three lie above each other: the loss does not change when it
/// is turned.
private struct Frame {
    private let front, side, up: SIMD3<Double>

    /// The axis between the sets' centroids upwards, the first feature in front.
    init(_ model: ToyModel) {
        let directions = model.spatialDirections
        let first = directions[0] + directions[1] + directions[2]
        let second = directions[3] + directions[4] + directions[5]
        up = (first - second) / length(first - second)
        let ahead = directions[0] - dot(directions[0], up) * up
        front = ahead / length(ahead)
        side = cross(up, front)
    }

    func points(_ model: ToyModel) -> [Point3] {
        model.spatialDirections.map { Point3(dot($0, front), dot($0, side), dot($0, up)) }
    }
}

/// The run in space, snapshot after snapshot.
func transformationCourse(_ run: Transformation) -> Space {
    let frame = Frame(run.models[run.models.count - 1])
    let names = ["in A", "in B", "in C", "in D", "at the end"]
    return Space(
        "Training steps",
        vertices: (0..<6).map { ("\($0 + 1)", sets[$0 / 3]) }, edges: [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)],
        faces: [[0, 1, 2], [3, 4, 5]], azimuth: 28, elevation: 14,
        moments: run.steps.indices.map { snapshot in
            let regime = names[run.ends.count { $0 < snapshot }]
            let (step, loss) = (run.steps[snapshot], number(run.losses[snapshot], digits: 5))
            let twist = fixed(run.shapes[snapshot].twist, 0)
            return Space.Moment(
                "\(step)", telling: "After \(step) steps, \(regime): the loss is \(loss), the twist \(twist)°.",
                points: frame.points(run.models[snapshot]))
        })
}

/// One row per snapshot of ``geometricTransformations(_:)``.
func transformationTable(_ run: Transformation) -> Table {
    var table = Table("step", "loss", "distance", "cosine", "area 1", "area 2", "twist", "antipodality")
    for (index, shape) in run.shapes.enumerated() {
        table.append(
            run.steps[index], run.losses[index], shape.distance, shape.cosine, shape.areas[0], shape.areas[1],
            shape.twist, shape.antipodality)
    }
    return table
}

// MARK: - The early phase

private let routeColors: [Route: Color] = [
    .oneAxis: Palette.vermilion, .rightAngle: Palette.blue, .other: Palette.orange,
]

/// How near runs are to principal component analysis over training.
func likenessDuringTraining(_ runs: [Trajectory]) -> Figure {
    Figure {
        Axes(
            x: .log(label: "Training steps"), y: .linear(0...1.04, label: "Cosine to principal component analysis"),
            height: 190
        ) {
            Rule(y: 0.5.squareRoot(), Theme.standard.rule, label: "one axis")
            Rule(y: 1 / 6.0.squareRoot(), Theme.standard.rule, label: "octahedron")
            for route in [Route.rightAngle, .other, .oneAxis] {
                for run in runs where run.route == route {
                    let color = routeColors[route] ?? quiet
                    Line(
                        points(run.steps, run.likenessToPCA).filter { $0.x > 0 },
                        color: color.opacity(route == .rightAngle ? 0.3 : 0.75), width: 0.7)
                    if let nearest = run.nearestInB {
                        Points([Point(Double(run.steps[nearest]), run.likenessToPCA[nearest])], color: color, size: 3)
                    }
                }
            }
        }
        Legend(Route.allCases.map { route in .init(route.rawValue, routeColors[route] ?? quiet, .line) })
    }
}

/// One row per run and snapshot.
func earlyPhaseTable(_ runs: [Trajectory]) -> Table {
    var table = Table("run", "path", "nearest step in B", "step", "cosine")
    for (index, run) in runs.enumerated() {
        let nearest = run.nearestInB.map { String(run.steps[$0]) } ?? ""
        for (step, value) in zip(run.steps, run.likenessToPCA) {
            table.append(index, run.route.rawValue, nearest, step, value)
        }
    }
    return table
}

// MARK: - Paths

/// The angle between the sets' centroids during training, for every run, with two optimisers.
func paths(_ panels: [RunsOfOptimizer]) -> Figure {
    Figure {
        Grid(widths: panels.map { _ in 1 }, spacing: 24) {
            for (index, panel) in panels.enumerated() {
                Axes(
                    title: panel.title, x: .log(label: "Training steps"),
                    y: .linear(
                        -3...183, label: index == 0 ? "Angle between the centroids" : nil,
                        ticks: .labelled([0: "0°", 90: "90°", 180: "180°"])), height: 180
                ) {
                    for route in [Route.rightAngle, .other, .oneAxis] {
                        for run in panel.shown.filter({ $0.route == route }) {
                            Line(
                                points(run.steps, run.shapes.map(\.angle))
                                    .filter { $0.x > 0 },
                                color: (routeColors[route] ?? quiet).opacity(route == .rightAngle ? 0.3 : 0.75),
                                width: 0.7)
                        }
                    }
                }
            }
        }
        Legend(
            Route.allCases.map { route in .init(route.rawValue, routeColors[route] ?? quiet, .line) })
    }
}

/// One row per run and snapshot of ``paths(_:)``.
func pathTable(_ panels: [RunsOfOptimizer]) -> Table {
    var table = Table("optimiser", "run", "path", "step", "angle")
    for panel in panels {
        for (index, run) in panel.shown.enumerated() {
            for (step, shape) in zip(run.steps, run.shapes) {
                table.append(
                    panel.title, index, run.route.rawValue, step, shape.angle)
            }
        }
    }
    return table
}
