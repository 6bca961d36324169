import RealModule
import ToyModels

extension ToyModel {
    /// The cosine of the angle between two features' directions; 0 if one has no length.
    ///
    /// - Complexity: O(*m*).
    public func cosine(_ i: Int, _ j: Int) -> Double {
        var (product, first, second) = (0.0, 0.0, 0.0)
        for k in 0..<W.rows {
            product += W[k, i] * W[k, j]
            first += W[k, i] * W[k, i]
            second += W[k, j] * W[k, j]
        }
        return first > 0 && second > 0 ? product / (first * second).squareRoot() : 0
    }

    /// The angle between two features' directions, in degrees.
    public func angle(_ i: Int, _ j: Int) -> Double {
        Double.acos(min(max(cosine(i, j), -1), 1)) * 180 / .pi
    }

    /// The features' directions in a model with two hidden dimensions, turned and mirrored so that feature 0 points to
    /// the right and feature 1 not downwards. The loss does not change under a rotation of the hidden space, so neither
    /// should a comparison of two models. Shape `[features]`, or empty if the model does not have two hidden
    /// dimensions.
    public var planarDirections: [(x: Double, y: Double)] {
        guard W.rows == 2 else { return [] }
        let angle = Double.atan2(y: W[1, 0], x: W[0, 0])
        let (cosine, sine) = (Double.cos(angle), Double.sin(angle))
        let turned = (0..<W.columns).map { i in
            (x: cosine * W[0, i] + sine * W[1, i], y: cosine * W[1, i] - sine * W[0, i])
        }
        let isMirrored = turned.count > 1 && turned[1].y < 0
        return turned.map { ($0.x, isMirrored ? -$0.y : $0.y) }
    }

    /// The angles between neighbours among the features of a model with two hidden dimensions, around the circle, in
    /// degrees. Shape `[features]`, in the order around the circle.
    public var planarGaps: [Double] {
        let angles = planarDirections.map { Double.atan2(y: $0.y, x: $0.x) * 180 / .pi }.sorted()
        return angles.indices.map { $0 == 0 ? angles[0] + 360 - angles[angles.count - 1] : angles[$0] - angles[$0 - 1] }
    }
}

extension ToyModel {
    /// The model with directions drawn at random, of the same lengths, and the same biases: a null of what training does to
    /// directions.
    public func withRandomDirections(using stream: inout RandomStream) -> ToyModel {
        var result = self
        for k in result.W.elements.indices { result.W.elements[k] = stream.nextNormal() }
        for (i, (length, drawn)) in zip(norms, result.norms).enumerated() {
            for k in 0..<W.rows { result.W[k, i] *= length / drawn }
        }
        return result
    }
}
