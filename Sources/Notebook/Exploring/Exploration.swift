import Foundation
import Plot
import ToyModels

/// What readers may do with a figure besides looking at it. It needs a script; the figure itself stays without one, and on
/// paper.
public enum Exploration: Sendable {
    /// Go through drawings with a slider.
    case frames(Frames)
    /// Turn points and lines in space, and go through their course with a slider.
    case space(Space)
    /// Choose a cell of a phase diagram, and see its weights and the surface of their loss.
    case cells(PhaseCells)
}

/// Drawings that a slider goes through, each with its setting.
///
///     Frames("Density 1 − S", start: 2) {
///         for (density, model) in sweep {
///             Frames.Frame("\(density)", telling: "\(model.represented().count) features are stored.") { anatomy(model) }
///         }
///     }
public struct Frames: Sendable {
    /// One drawing.
    public struct Frame: Sendable {
        let setting: String
        let statement: String
        let figure: Figure

        /// - Parameters:
        ///   - setting: the value that the slider shows, in plain text.
        ///   - statement: what a sighted reader would conclude, in plain text.
        ///   - figure: the drawing.
        public init(_ setting: String, telling statement: String, _ figure: () throws -> Figure) rethrows {
            self.setting = setting
            self.statement = statement
            self.figure = try figure()
        }
    }

    let name: String
    let frames: [Frame]
    let isCourse: Bool

    /// - Parameters:
    ///   - name: what the slider sets, in plain text.
    ///   - isCourse: whether the drawings follow each other in time, so that they can be played.
    ///   - frames: the drawings, in the slider's order.
    public init(_ name: String, isCourse: Bool = false, _ frames: [Frame]) {
        self.name = name
        self.frames = frames
        self.isCourse = isCourse
    }
}

/// Points and lines in space at several times, which the page's script draws and readers turn.
public struct Space: Sendable {
    let names: [String]
    let colors: [String]
    let darkColors: [String]
    let edges: [[Int]]
    let faces: [[Int]]
    let frames: [Moment]
    let name: String
    let viewpoint: [Double]

    /// The points at one time.
    public struct Moment: Sendable, Encodable {
        let v: String
        let t: String
        let p: [[Double]]

        /// - Parameters:
        ///   - setting: the value that the slider shows, in plain text.
        ///   - statement: what a sighted reader would conclude, in plain text.
        ///   - points: one per vertex.
        public init(_ setting: String, telling statement: String, points: [Point3]) {
            v = setting
            t = statement
            p = points.map { [$0.x, $0.y, $0.z].map { ($0 * 1000).rounded() / 1000 } }
        }
    }

    /// - Parameters:
    ///   - name: what the slider sets, in plain text.
    ///   - vertices: their names and colours.
    ///   - edges: pairs of vertices.
    ///   - faces: polygons, by their corners.
    ///   - azimuth: from where they are seen at first, in degrees; see `Viewpoint`.
    ///   - elevation: likewise.
    ///   - moments: the points at each time.
    public init(
        _ name: String, vertices: [(name: String, color: Color)], edges: [(Int, Int)], faces: [[Int]] = [],
        azimuth: Double, elevation: Double, moments: [Moment]
    ) {
        self.name = name
        names = vertices.map(\.name)
        colors = vertices.map { $0.color.css(on: .light) }
        darkColors = vertices.map { $0.color.css(on: .dark) }
        self.edges = edges.map { [$0.0, $0.1] }
        self.faces = faces
        frames = moments
        viewpoint = [azimuth, elevation]
    }
}

/// The cells of a phase diagram of features that share too few dimensions, with the best model of each.
public struct PhaseCells: Sendable {
    let hidden: Int
    let densities, importances: [Double]
    let weights, biases, losses: [Double]

    /// - Parameters:
    ///   - densities: of the features, row by row upwards.
    ///   - importances: of the last feature, column by column; the others have 1.
    ///   - models: the best model of each cell, row by row.
    ///   - losses: their losses.
    public init(densities: [Double], importances: [Double], models: [ToyModel], losses: [Double]) {
        func short(_ values: [Double], _ digits: Int) -> [Double] {
            values.map { Double(String(format: "%.\(digits)g", $0)) ?? 0 }
        }
        func rounded(_ values: [Double]) -> [Double] { values.map { ($0 * 1000).rounded() / 1000 } }
        hidden = models.first?.W.rows ?? 0
        self.densities = short(densities, 4)
        self.importances = short(importances, 4)
        weights = rounded(
            models.flatMap { model in
                (0..<model.W.columns).flatMap { i in (0..<model.W.rows).map { model.W[$0, i] } }
            })
        biases = rounded(models.flatMap(\.b))
        self.losses = short(losses, 3)
    }
}

/// What a figure answers, for the page's script.
struct FigureAnswers: Encodable {
    /// What is where.
    var marks: Readout?
    /// What readers may do.
    var exploration: DrawnExploration?

    /// The same figure has the same bytes. Nothing in it ends a script's element.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self).replacing("<", with: "\\u003c")
        }
    }
}

/// What readers may do, with its drawings saved.
enum DrawnExploration: Encodable {
    /// A drawing that is saved.
    struct Frame: Encodable {
        let v, t: String
        let light, dark: String
        let w, h: Double
        var m: Readout?
    }

    case frames(name: String, isCourse: Bool, [Frame])
    case space(Space)
    case cells(PhaseCells)

    /// How many bytes of marks the frames of a figure may have; with more they have none.
    static let mostBytes = 400_000

    /// How many drawings are saved, if any are.
    var count: Int? { if case .frames(_, _, let frames) = self { frames.count } else { nil } }

    enum CodingKeys: String, CodingKey {
        case kind, name, play, frames, names, colors, dark, edges, faces, view, hidden
        case densities = "d", importances = "i", weights = "w", biases = "b", losses = "l"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .frames(let name, let isCourse, let frames):
            try container.encode("frames", forKey: .kind)
            try container.encode(name, forKey: .name)
            try container.encode(isCourse, forKey: .play)
            try container.encode(frames, forKey: .frames)
        case .space(let space):
            try container.encode("space", forKey: .kind)
            try container.encode(space.name, forKey: .name)
            try container.encode(space.names, forKey: .names)
            try container.encode(space.colors, forKey: .colors)
            try container.encode(space.darkColors, forKey: .dark)
            try container.encode(space.edges, forKey: .edges)
            try container.encode(space.faces, forKey: .faces)
            try container.encode(space.viewpoint, forKey: .view)
            try container.encode(space.frames, forKey: .frames)
        case .cells(let cells):
            try container.encode("cells", forKey: .kind)
            try container.encode(cells.hidden, forKey: .hidden)
            try container.encode(cells.densities, forKey: .densities)
            try container.encode(cells.importances, forKey: .importances)
            try container.encode(cells.weights, forKey: .weights)
            try container.encode(cells.biases, forKey: .biases)
            try container.encode(cells.losses, forKey: .losses)
        }
    }
}

extension Exploration {
    /// The exploration with its drawings saved as `<id>.<n>.svg`, and for dark pages as `<id>.<n>.dark.svg`.
    ///
    /// - Parameters:
    ///   - title: what the figure is called.
    ///   - save: keeps a file of the given name, and returns its path in the output folder.
    func drawn(
        id: String, title: String, save: (_ file: String, Data) throws -> String
    ) throws -> DrawnExploration {
        switch self {
        case .space(let space): return .space(space)
        case .cells(let cells): return .cells(cells)
        case .frames(let series):
            var frames = try series.frames.enumerated().map { index, frame in
                try Task.checkCancellation()
                let title = "\(title), \(series.name) \(frame.setting)"
                let name = "\(id).\(index + 1)"
                let light = try frame.figure.drawing(as: .svg, title: title, description: frame.statement)
                let dark = try frame.figure.render(as: .svg, on: .dark, title: title, description: frame.statement)
                let size = SVGSize(ofSVG: light.file)
                return DrawnExploration.Frame(
                    v: frame.setting, t: frame.statement, light: try save(name + ".svg", light.file),
                    dark: try save(name + ".dark.svg", dark), w: size?.width ?? 0, h: size?.height ?? 0,
                    m: light.readout)
            }
            let bytes = try JSONEncoder().encode(frames.compactMap(\.m)).count
            if bytes > DrawnExploration.mostBytes {
                for index in frames.indices { frames[index].m = nil }
            }
            return .frames(name: series.name, isCourse: series.isCourse, frames)
        }
    }
}
