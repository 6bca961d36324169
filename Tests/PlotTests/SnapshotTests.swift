import Foundation
import Plot
import Testing

@Suite("Snapshots of figures")
struct SnapshotTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots")

    @Test("A figure looks as it did", arguments: Samples.all.indices)
    func snapshot(_ index: Int) throws {
        let (name, figure) = Samples.all[index]
        try check(figure.render(as: .svg), name)
    }

    @Test("So does it on a dark page", arguments: ["matrices", "plane"])
    func darkSnapshot(_ name: String) throws {
        let figure = try #require(Samples.all.first { $0.name == name }?.figure)
        try check(figure.render(as: .svg, on: .dark), name + ".dark")
    }

    private func check(_ file: Data, _ name: String) throws {
        let snapshot = Self.folder.appending(path: "\(name).svg")
        let changed = Self.folder.appending(path: "\(name).actual.svg")

        guard let expected = try? Data(contentsOf: snapshot) else {
            try file.write(to: snapshot)
            Issue.record("There was no snapshot of “\(name)”. It is recorded now: look at it, then test again.")
            return
        }
        guard let difference = SVGComparison.difference(expected: expected, actual: file) else {
            try? FileManager.default.removeItem(at: changed)
            return
        }
        try file.write(to: changed)
        Issue.record("“\(name)” has changed, see \(name).actual.svg beside the snapshot: \(difference).")
    }

    @Test("A change of a figure is noticed, and said where")
    func noticesChanges() throws {
        let file = try Samples.categories.render(as: .svg)
        let text = String(decoding: file, as: UTF8.self)

        func difference(_ change: (String) -> String) throws -> String? {
            let changed = change(text)
            try #require(changed != text)
            return SVGComparison.difference(expected: file, actual: Data(changed.utf8))
        }
        // Rounding is not a change, a tenth of a point is.
        #expect(try difference { $0.replacing("stroke-width:0.6", with: "stroke-width:0.62") } == nil)
        let width = try difference { $0.replacing("stroke-width:0.6", with: "stroke-width:0.7") }
        #expect(width?.contains("attribute style: expected") == true)
        let color = try difference { $0.replacing("rgb(0%,61.960784%,45.098039%)", with: "rgb(0%,0%,0%)") }
        #expect(color?.contains("rgb(0%,0%,0%)") == true)
        let missing = try difference { $0.replacing(/\s*<use [^\n]*\n<\/g>\n<\/g>\n<\/svg>/, with: "</g></g></svg>") }
        #expect(missing?.contains("elements, got") == true)
    }

    @Test("A changed picture inside a figure is noticed")
    func noticesPictures() throws {
        func figure(_ last: Double) throws -> Data {
            try Figure(width: 60) {
                Axes(x: .linear().hidden(), y: .linear().hidden(), aspect: 1) {
                    HeatMap(rows: 3, columns: 3, .viridis, 0...1) { $0 == 2 && $1 == 2 ? last : 0.5 }
                }
            }.render(as: .svg)
        }
        #expect(SVGComparison.difference(expected: try figure(0.5), actual: try figure(0.5)) == nil)
        let difference = SVGComparison.difference(expected: try figure(0.5), actual: try figure(0.6))
        #expect(difference?.contains("<image>") == true)
    }
}
