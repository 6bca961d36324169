/// Layers of nodes, and the weights between one layer and the next as lines: their colour shows the sign, colour and
/// width the magnitude.
///
///     Axes(x: .linear().hidden(), y: .linear().hidden(), height: 140) {
///         BipartiteGraph(
///             layers: [.init(["<i>x</i><sub>1</sub>", "<i>x</i><sub>2</sub>"]), .init(["", "", ""])],
///             weights: [[[1, 0], [-1, 0.5], [0, 2]]])
///     }
public struct BipartiteGraph: Mark {
    /// Nodes beside each other.
    public struct Layer: Sendable, Hashable {
        let labels: [String]
        let colors: [Color]

        /// A node per label, in Pango markup or empty. Where they do not fit in the
        /// nodes, they stand beside them. One colour per node; the last is repeated.
        public init(_ labels: [String], colors: [Color] = [Color(gray: 0.9)]) {
            self.labels = labels
            self.colors = colors
        }
    }

    private let layers: [Layer]
    private let weights: [[[Double]]]
    private let largest: Double
    private let direction: Bars.Direction
    private let size: Double
    private let width: Double

    /// - Parameters:
    ///   - layers: at least one.
    ///   - weights: from each layer to the next, a matrix `[to][from]`. Weights of zero and those that are not numbers
    ///     have no line.
    ///   - largest: the magnitude with the full width and colour; the largest of all if nil.
    ///   - direction: in which layers follow each other: `.right` for columns, `.up` for rows.
    ///   - size: the diameter of the nodes in points, less where they are closer.
    ///   - width: of the widest line, in points.
    /// - Precondition: each matrix has a row for each node of the next layer, and there a number for each of its own.
    public init(
        layers: [Layer], weights: [[[Double]]], largest: Double? = nil, direction: Bars.Direction = .right,
        size: Double = 14, width: Double = 3
    ) {
        precondition(weights.count + 1 == layers.count, "there are weights from every layer to the next")
        for (index, matrix) in weights.enumerated() {
            let (from, to) = (layers[index].labels.count, layers[index + 1].labels.count)
            precondition(
                matrix.count == to && matrix.allSatisfy { $0.count == from },
                "weights are from every node to every next")
        }
        self.layers = layers
        self.weights = weights
        self.largest =
            largest ?? weights.joined().joined().filter(\.isFinite).map(\.magnitude).max() ?? 0
        self.direction = direction
        self.size = size
        self.width = width
    }

    // MARK: - Places

    /// The distance of neighbours in the fullest layer, in points.
    private func spacing(in area: PlotArea) -> Double {
        let length = direction == .right ? area.rect.height : area.rect.width
        return length / Double(max(layers.map(\.labels.count).max() ?? 1, 1))
    }

    private func radius(in area: PlotArea) -> Double { min(size, 0.8 * spacing(in: area)) / 2 }

    /// Where a node is on the canvas. Every layer is spread from side to side.
    private func place(_ layer: Int, _ node: Int, in area: PlotArea) -> Point {
        let rect = area.rect
        let radius = radius(in: area)
        let share = layers.count > 1 ? Double(layer) / Double(layers.count - 1) : 0.5
        let count = Double(layers[layer].labels.count)
        let length = direction == .right ? rect.height : rect.width
        let offset = ((Double(node) + 0.5) / count - 0.5) * length
        switch direction {
        case .right: return Point(rect.minX + radius + share * (rect.width - 2 * radius), rect.midY + offset)
        case .up: return Point(rect.midX + offset, rect.maxY - radius - share * (rect.height - 2 * radius))
        }
    }

    // MARK: - Labels

    private struct PlacedLabel {
        let text: SetText
        let point: Point
        let anchor: Anchor
        var halo: Color? = .white
    }

    private func placedLabels(in area: PlotArea, _ typesetter: Typesetter) -> [PlacedLabel] {
        let radius = radius(in: area)
        func set(_ label: String, _ color: Color? = nil) -> SetText {
            typesetter.set(label, typesetter.theme.annotation.colored(color))
        }
        return layers.indices.flatMap { layer -> [PlacedLabel] in
            let (labels, colors) = (layers[layer].labels, layers[layer].colors)
            let fit = labels.allSatisfy { Point(set($0).width, set($0).height).length < 1.9 * radius }
            return labels.enumerated().filter { !$1.isEmpty }.map { node, label in
                let place = place(layer, node, in: area)
                if fit {
                    let color = colors.item(node).text(typesetter.theme.annotation.color)
                    return PlacedLabel(text: set(label, color), point: place, anchor: .center, halo: nil)
                }
                let (way, anchor) = outside(layer)
                return PlacedLabel(text: set(label), point: place + way * (radius + 3), anchor: anchor)
            }
        }
    }

    /// On which side of its nodes a layer has its labels: where no lines are, if there is such a side.
    private func outside(_ layer: Int) -> (way: Point, anchor: Anchor) {
        let (isFirst, isLast) = (layer == 0, layer + 1 == layers.count)
        switch direction {
        case .right: return isFirst ? (Point(-1, 0), .right) : isLast ? (Point(1, 0), .left) : (Point(0, -1), .bottom)
        case .up: return isFirst ? (Point(0, 1), .top) : isLast ? (Point(0, -1), .bottom) : (Point(1, 0), .left)
        }
    }

    /// What may lie beyond the plot area.
    public func reach(in area: PlotArea, _ typesetter: Typesetter) -> Rect? {
        placedLabels(in: area, typesetter).reduce(nil) { $1.text.bounds(at: $1.point, $1.anchor).union($0) }
    }

    // MARK: - Drawing

    /// A node tells the weights that lead to it.
    private func tell(in area: PlotArea, on canvas: Canvas) {
        func name(_ layer: Int, _ node: Int) -> String {
            let label = layers[layer].labels[node]
            return label.isEmpty ? "\(node + 1)" : label
        }
        for layer in layers.indices {
            let nodes = layers[layer].labels.indices
            let labels = nodes.map { node in
                guard layer > 0 else { return name(layer, node) }
                let weights = weights[layer - 1][node].enumerated().filter { $1.isFinite && $1 != 0 }
                let shown = weights.sorted { $0.element.magnitude > $1.element.magnitude }.prefix(6)
                let list = shown.map { "\(NumberText.general($1)) × \(name(layer - 1, $0))" }
                return name(layer, node) + (list.isEmpty ? "" : ": " + list.joined(separator: ", "))
            }
            canvas.tell(.places(nodes.map { place(layer, $0, in: area) }, labels: labels))
        }
    }

    /// Draws the mark.
    public func draw(in area: PlotArea, on canvas: Canvas) {
        var lines: [(path: Path, share: Double)] = []
        for (layer, matrix) in weights.enumerated() {
            for (to, row) in matrix.enumerated() {
                for (from, weight) in row.enumerated() where weight.isFinite && weight != 0 {
                    let path = Path([place(layer, from, in: area), place(layer + 1, to, in: area)])
                    lines.append((path, min(max(weight / largest, -1), 1)))
                }
            }
        }
        // Strong ones over weak ones.
        let order = lines.enumerated().sorted {
            ($0.element.share.magnitude, $0.offset) < ($1.element.share.magnitude, $1.offset)
        }
        for (_, line) in order {
            // The map has the page's colour at zero, its ends are too strong for lines.
            let color = ColorMap.diverging(0.75 * line.share, in: -1...1)
            canvas.stroke(line.path, Stroke(color, width: width * line.share.magnitude))
        }
        tell(in: area, on: canvas)
        let radius = radius(in: area)
        for (index, layer) in layers.enumerated() {
            for node in layer.labels.indices {
                let circle = Path(circleAt: place(index, node, in: area), radius: radius)
                canvas.fill(circle, layer.colors.item(node))
                canvas.stroke(circle, canvas.theme.border)
            }
        }
        for label in placedLabels(in: area, canvas.typesetter) {
            canvas.draw(label.text, at: label.point, label.anchor, halo: label.halo)
        }
    }
}
