import Foundation
import Testing

@testable import Plot

@Suite("Space")
struct WireframeTests {
    private func close(_ a: Point, _ b: Point) -> Bool { (a - b).length < 1e-12 }

    @Test("The axes are where the viewpoint says")
    func axes() {
        let front = Viewpoint(azimuth: 0, elevation: 0)
        #expect(close(front.project(Point3(1, 0, 0)), .zero) && front.depth(Point3(1, 0, 0)) == 1)
        #expect(
            close(front.project(Point3(0, 1, 0)), Point(1, 0)) && close(front.project(Point3(0, 0, 1)), Point(0, 1)))
        let side = Viewpoint(azimuth: 90, elevation: 0)
        #expect(close(side.project(Point3(1, 0, 0)), Point(-1, 0)) && abs(side.depth(Point3(0, 1, 0)) - 1) < 1e-12)
        let above = Viewpoint(azimuth: 0, elevation: 90)
        #expect(close(above.project(Point3(0, 0, 1)), .zero) && abs(above.depth(Point3(0, 0, 1)) - 1) < 1e-12)
        #expect(close(above.project(Point3(1, 0, 0)), Point(0, -1)), "what is near from the front is at the bottom")
    }

    @Test("Every viewpoint is a rotation, so lengths in the figure and depth make up lengths in space")
    func rotation() {
        let point = Point3(0.3, -1.2, 2)
        for azimuth in stride(from: -180.0, through: 180, by: 20) {
            for elevation in stride(from: -90.0, through: 90, by: 15) {
                let view = Viewpoint(azimuth: azimuth, elevation: elevation)
                let (flat, depth) = (view.project(point).length, view.depth(point))
                #expect(abs((flat * flat + depth * depth).squareRoot() - point.length) < 1e-12)
                #expect(close(view.project(point), view.project(point * -1) * -1), "opposite points stay opposite")
            }
        }
    }

    /// The plot area of a figure of a scene with radius 1.
    private func area() throws -> PlotArea {
        let log = Probe.Log()
        let axis = Axis.linear(-1.2...1.2).hidden()
        _ = try Figure(width: 120) { Axes(x: axis, y: axis, aspect: 1) { Probe(name: "a", log: log) } }.render(as: .svg)
        return try #require(log["a"])
    }

    @Test("Nearer vertices are larger, and labels keep clear of them and within the figure")
    func discs() throws {
        let vertices = [Point3(1, 0, 0), Point3(0, 1, 0), Point3(-1, 0, 0), Point3(0, 0, 1)]
        let view = Viewpoint(azimuth: 10, elevation: 5)
        let wireframe = Wireframe(vertices: vertices, edges: [], viewpoint: view, size: 8)
        let area = try area()
        let discs = WireframeScene(wireframe, in: area).discs.compactMap(\.self)
        try #require(discs.count == 4)
        #expect(discs[0].radius > discs[1].radius && discs[1].radius > discs[2].radius)
        #expect(abs(discs[0].radius + discs[2].radius - 8) < 1e-9, "the size is that at the origin")

        let typesetter = Typesetter(theme: .standard)
        let plain = try #require(wireframe.reach(in: area, typesetter))
        let labelled = Wireframe(
            vertices: vertices, edges: [], viewpoint: view, size: 8, labels: ["", "right", "", "up"])
        let reach = try #require(labelled.reach(in: area, typesetter))
        #expect(reach.maxX > plain.maxX + 10 && reach.minY < plain.minY - 5 && reach.maxY == plain.maxY)
    }

    @Test("Of two crossing edges, the nearer one is seen, whatever their order", arguments: [0.0, 180])
    func crossing(_ azimuth: Double) throws {
        // Red is in front at azimuth 0, green at 180; both pass the middle of the figure.
        let vertices = [Point3(1, -1, -1), Point3(1, 1, 1), Point3(-1, -1, 1), Point3(-1, 1, -1)]
        let colors = [Color(0xFF0000), Color(0xFF0000), Color(0x00FF00), Color(0x00FF00)]
        let axis = Axis.linear(-1.2...1.2).hidden()
        for edges in [[(0, 1), (2, 3)], [(2, 3), (0, 1)]] {
            let figure = Figure(width: 120) {
                Axes(x: axis, y: axis, aspect: 1) {
                    Wireframe(
                        vertices: vertices, edges: edges, colors: colors,
                        viewpoint: Viewpoint(azimuth: azimuth, elevation: 0), width: 3)
                }
            }
            let picture = try #require(Picture(png: try figure.render(as: .png)))
            let middle = picture[picture.width / 2, picture.height / 2]
            let (red, green) = (middle >> 16 & 0xFF, middle >> 8 & 0xFF)
            #expect((red > green) == (azimuth == 0))
        }
    }

    @Test("Scenes that collapse, or are not numbers, are drawn")
    func oddities() throws {
        let odd = [
            Point3.zero, .zero, Point3(.nan, 0, 0), Point3(.infinity, 0, 0), Point3(1e300, 0, 0), Point3(0, 1, 0),
        ]
        let edges = odd.indices.flatMap { i in (0..<i).map { (i, $0) } }
        for format in Figure.Format.allCases {
            let figure = Figure(width: 100) {
                Axes(x: .linear(-1...1), y: .linear(-1...1), aspect: 1) {
                    Wireframe(vertices: odd, edges: edges, faces: [[0, 1, 2], []], spokes: true, labels: ["a", "b"])
                    Wireframe(vertices: [], edges: [], labels: ["a"])
                    Wireframe(vertices: [.zero], edges: [], colors: [], spokes: true, labels: ["a"])
                }
            }
            #expect(try !figure.render(as: format).isEmpty)
        }
    }
}
