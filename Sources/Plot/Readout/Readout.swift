import Foundation

/// What a figure tells where a reader points: the marks of each plot area, with their places and numbers.
///
/// It comes from the same description as the drawing, so that it cannot tell anything else. What is so close to another
/// mark that no one can point at it is left out; a figure has at most ``mostMarks``, and pictures tell as grids.
public struct Readout: Sendable, Hashable, Encodable {
    /// How many single marks a figure tells of.
    public static let mostMarks = 2400
    /// How many numbers of pictures a figure tells.
    static let mostCells = 60_000

    /// A plot area.
    struct Panel: Sendable, Hashable, Encodable {
        var r: [Number]
        var t: String?
        var x, y: Side
        var s: [Series]
    }

    /// An axis.
    struct Side: Sendable, Hashable, Encodable {
        /// What it shows.
        var l: String?
        /// The scale: 0 for a linear one, 1 for a logarithmic one.
        var k: Int
        /// The values at both ends, where it starts first.
        var d: [Number]
        /// The names of categories.
        var c: [String]?
        /// 1 if there is no axis.
        var h: Int?
        /// What texts at ticks add to the values, where these count from 0 and the texts from 1.
        var o: Number?
        /// Values with texts of their own, and these.
        var tv: [Number]?
        var tl: [String]?
    }

    /// Marks of a kind.
    struct Series: Sendable, Hashable, Encodable {
        /// p: points, b: bars upwards, h: bars to the right, n: places on the page, g: a grid.
        var k: String
        var n: String?
        var x: [Number]?
        var y: [Number]?
        /// Labels; one for all is given once.
        var l: [String]?
        /// Where bars start.
        var f: [Number]?
        var w: Number?
        /// 1 if labels tell the values, and ends would only confuse.
        var u: Int?
        /// Rows and columns of a grid, and its numbers.
        var m: [Int]?
        var v: [Layer]?
    }

    /// Numbers of a grid, each in two letters: 4094 steps between two ends.
    struct Layer: Sendable, Hashable, Encodable {
        var n: String?
        var d: [Number]
        var v: String
    }

    /// A number with four digits.
    struct Number: Sendable, Hashable, Encodable {
        let value: Double
        init(_ value: Double) { self.value = value }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            // Through its text, as the nearest double to four digits has no more of them.
            try container.encode(Double(String(format: "%.4g", locale: nil, value)) ?? 0)
        }
    }

    let size: [Number]
    let panels: [Panel]

    enum CodingKeys: String, CodingKey {
        case size = "z"
        case panels = "p"
    }

    /// Whether there is nothing to tell.
    public var isEmpty: Bool { panels.isEmpty }

    /// The number of single marks.
    public var marks: Int { panels.reduce(0) { $0 + $1.s.reduce(0) { $0 + ($1.x?.count ?? 0) } } }
}

// MARK: - From what was drawn

extension Readout {
    init(_ recorder: Recorder, size: Size) {
        self.size = [Number(size.width), Number(size.height)]
        var distance = 1.5
        var panels = Self.panels(of: recorder, apart: distance)
        while Self.count(panels) > Self.mostMarks {
            distance *= 1.4
            panels = Self.panels(of: recorder, apart: distance)
        }
        let cells = panels.reduce(0) { $0 + $1.s.reduce(0) { $0 + ($1.m ?? [0]).reduce(1, *) * ($1.v?.count ?? 0) } }
        if cells > Self.mostCells {
            for index in panels.indices { panels[index].s.removeAll { $0.k == "g" } }
        }
        self.panels = panels.filter { !$0.s.isEmpty }
    }

    private static func count(_ panels: [Panel]) -> Int {
        panels.reduce(0) { $0 + $1.s.reduce(0) { $0 + ($1.x?.count ?? 0) } }
    }

    private static func panels(of recorder: Recorder, apart distance: Double) -> [Panel] {
        recorder.panels.map { panel in
            let rect = panel.area.rect
            var builder = SeriesBuilder(panel, recorder, apart: distance)
            for reading in panel.readings { builder.add(reading) }
            builder.finish()
            let title = panel.titles.map(PlainText.of).joined(separator: ", ")
            return Panel(
                r: [rect.minX, rect.minY, rect.width, rect.height].map { Number(($0 * 10).rounded() / 10) },
                t: title.isEmpty ? nil : title, x: side(panel.x, panel.area.x), y: side(panel.y, panel.area.y),
                s: builder.series)
        }
    }

    private static func side(_ axis: Axis, _ scale: Scale) -> Side {
        let ends = [scale.domain.lowerBound, scale.domain.upperBound]
        var names: [String]?
        if case .categories(let texts) = scale.kind { names = texts.map(PlainText.of) }
        var (offset, values, labels): (Number?, [Number]?, [String]?)
        if case .labelled(let ticks) = axis.ticks, !ticks.isEmpty {
            let texts = ticks.sorted { $0.key < $1.key }.map { (value: $0, text: PlainText.of($1)) }
            let offsets = texts.map { tick in
                Double(tick.text.replacing("−", with: "-")).map { $0 - tick.value }
            }
            if let first = offsets[0], offsets.allSatisfy({ $0.map { abs($0 - first) < 1e-6 } ?? false }) {
                offset = first == 0 ? nil : Number(first)
            } else {
                (values, labels) = (texts.map { Number($0.value) }, texts.map(\.text))
            }
        }
        return Side(
            l: axis.label.map(PlainText.of), k: scale.kind == .log ? 1 : 0,
            d: (scale.isReversed ? ends.reversed() : ends).map(Number.init), c: names,
            h: axis.isHidden ? 1 : nil, o: offset, tv: values, tl: labels)
    }
}

/// Sorts the marks of a panel by their meaning.
private struct SeriesBuilder {
    private struct Item {
        var x, y: Double
        var base = 0.0
        var label: String
    }

    private struct Draft {
        let kind, name: String
        let width: Double
        let isStack: Bool
        var items: [Item]
    }

    private let panel: Recorder.Panel
    private let recorder: Recorder
    private let names: [Color: String]
    private let distance: Double
    private var drafts: [Draft] = []
    private var grids: [Readout.Series] = []
    /// Which places are taken, by squares of the page: the draft and the item there.
    private var taken: [SIMD2<Int>: (draft: Int, item: Int)] = [:]

    init(_ panel: Recorder.Panel, _ recorder: Recorder, apart distance: Double) {
        self.panel = panel
        self.recorder = recorder
        self.distance = distance
        // A named line names the points of its colour.
        var names = recorder.names
        for reading in panel.readings {
            if let name = reading.name, let color = reading.colors.first { names[color.opacity(1)] = name }
        }
        self.names = names
    }

    var series: [Readout.Series] {
        grids
            + drafts.filter { !$0.items.isEmpty }.map { draft in
                let labels = draft.items.map(\.label)
                let isBar = draft.kind == "b" || draft.kind == "h"
                return Readout.Series(
                    k: draft.kind, n: draft.name.isEmpty ? nil : draft.name,
                    x: draft.items.map { Readout.Number($0.x) }, y: draft.items.map { Readout.Number($0.y) },
                    l: labels.allSatisfy(\.isEmpty) ? nil : Set(labels).count == 1 ? [labels[0]] : labels,
                    f: isBar && draft.items.contains { $0.base != 0 }
                        ? draft.items.map { Readout.Number($0.base) } : nil,
                    w: isBar ? Readout.Number(draft.width) : nil, u: draft.isStack ? 1 : nil)
            }
    }

    mutating func add(_ reading: Reading) {
        switch reading.shape {
        case .cells(let cells): add(cells, name: reading.name)
        case .points(let points):
            for (index, point) in points.enumerated() {
                add(Item(x: point.x, y: point.y, label: ""), at: panel.area(point), "p", reading, index)
            }
        case .places(let places):
            for (index, place) in places.enumerated() {
                let place = Point((place.x * 10).rounded() / 10, (place.y * 10).rounded() / 10)
                add(Item(x: place.x, y: place.y, label: ""), at: place, "n", reading, index)
            }
        case .bars(let values, let bases, let places, let width, let direction):
            let area = panel.area
            for (index, (value, place)) in zip(values, places).enumerated() {
                let base = bases.isEmpty ? 0 : bases[min(index, bases.count - 1)]
                let isUp = direction == .up
                let at = isUp ? Point(place, value) : Point(value, place)
                guard let x = area.clampedX(at.x), let y = area.clampedY(at.y) else { continue }
                add(
                    Item(x: at.x, y: at.y, base: base, label: ""), at: Point(x, y), isUp ? "b" : "h", reading, index,
                    width: width)
            }
        }
    }

    private mutating func add(
        _ item: Item, at place: Point?, _ kind: String, _ reading: Reading, _ index: Int, width: Double = 0
    ) {
        guard let place, panel.area.rect.expanded(by: 0.5).contains(place) else { return }
        var item = item
        item.label = index < reading.labels.count ? PlainText.of(reading.labels[index]) : ""
        let color = reading.colors.isEmpty ? nil : reading.colors.item(index)
        // What cannot be seen is told only if it is named.
        let name = PlainText.of(reading.name ?? color.flatMap { names[$0.opacity(1)] } ?? "")
        let square = SIMD2(Int((place.x / distance).rounded()), Int((place.y / distance).rounded()))
        if let other = taken[square] {
            // The mark that tells more stays.
            let known = drafts[other.draft]
            let tellsMore = known.name.isEmpty && known.items[other.item].label.isEmpty
            guard tellsMore, !name.isEmpty || !item.label.isEmpty, kind == known.kind else { return }
            drafts[other.draft].items[other.item].x = .nan
        }
        let draft: Int
        let same = drafts.firstIndex {
            $0.kind == kind && $0.name == name && $0.width == width && $0.isStack == reading.isStack
        }
        if let known = same {
            draft = known
        } else {
            drafts.append(Draft(kind: kind, name: name, width: width, isStack: reading.isStack, items: []))
            draft = drafts.count - 1
        }
        taken[square] = (draft, drafts[draft].items.count)
        drafts[draft].items.append(item)
    }

    /// Drops what was replaced.
    mutating func finish() {
        for index in drafts.indices { drafts[index].items.removeAll { $0.x.isNaN } }
    }

    private mutating func add(_ cells: Reading.Cells, name: String?) {
        let layers = cells.layers.map { layer in
            let bar = cells.map.flatMap { map in recorder.bars.first { $0.map == map }?.label }
            let name = layer.name ?? name ?? bar
            let finite = layer.values.filter(\.isFinite)
            let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
            return Readout.Layer(
                n: name.map(PlainText.of), d: [Readout.Number(low), Readout.Number(high)],
                v: TwoLetters.encode(layer.values, low, high))
        }
        grids.append(
            Readout.Series(
                k: "g", x: [cells.x.lowerBound, cells.x.upperBound].map(Readout.Number.init),
                y: [cells.y.lowerBound, cells.y.upperBound].map(Readout.Number.init), m: [cells.rows, cells.columns],
                v: layers))
    }
}

/// Numbers between two ends, each in two letters of base 64; what is not a number is the last value.
enum TwoLetters {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    static let steps = 4094.0

    static func encode(_ values: [Double], _ low: Double, _ high: Double) -> String {
        let span = high > low ? high - low : 1
        let bytes = values.flatMap { value -> [UInt8] in
            let step = value.isFinite ? Int(((value - low) / span * steps).rounded()) : 4095
            return [letters[step >> 6 & 63], letters[step & 63]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
