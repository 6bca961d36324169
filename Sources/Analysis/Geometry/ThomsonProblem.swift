import ToyModels

/// The Thomson problem: where equal charges on a sphere come to rest. Features of the same length that interfere as
/// little as they can solve a problem like it. (Section "Demonstrating Superposition", Mathematical Understanding, and
/// "The Geometry of Superposition".)
public enum ThomsonProblem {
    /// The places of the least energy $\sum_{i<j} 1/|r_i - r_j|$ that descents from random places find: unit vectors.
    /// Shape `[points][dimension]`.
    ///
    /// With few points nearly every descent ends at the least energy; with more there are many local minima.
    ///
    /// - Precondition: there are at least two points, and at least two dimensions.
    /// - Complexity: O(starts · steps · points²), with some hundred steps.
    public static func solution(
        points: Int, dimension: Int = 3, starts: Int = 8, using stream: RandomStream
    ) -> [[Double]] {
        var stream = stream
        let rests = (0..<starts).map { _ in
            descent(from: (0..<points).map { _ in unit((0..<dimension).map { _ in stream.nextNormal() }) })
        }
        return rests.min { energy($0) < energy($1) } ?? []
    }

    /// The energy of charges at some places.
    static func energy(_ places: [[Double]]) -> Double {
        var sum = 0.0
        for (i, place) in places.enumerated() {
            for other in places[..<i] { sum += 1 / norm(zip(place, other).map { $0 - $1 }) }
        }
        return sum
    }

    /// Follows the forces along the sphere, in steps that grow while the energy falls and shrink where it would rise.
    private static func descent(from start: [[Double]]) -> [[Double]] {
        var (places, step) = (start, 0.1)
        var least = energy(places)
        while step > 1e-9 {
            let moved = zip(places, forces(places)).map { place, force in
                unit(zip(place, force).map { $0 + step * $1 })
            }
            let energy = energy(moved)
            (places, least, step) = energy < least ? (moved, energy, step * 1.2) : (places, least, step / 2)
        }
        return places
    }

    private static func forces(_ places: [[Double]]) -> [[Double]] {
        places.indices.map { i in
            places.indices.filter { $0 != i }.reduce(places[i].map { _ in 0 }) { sum, j in
                let difference = zip(places[i], places[j]).map { $0 - $1 }
                let distance = norm(difference)
                return zip(sum, difference).map { $0 + $1 / (distance * distance * distance) }
            }
        }
    }

    private static func norm(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    private static func unit(_ v: [Double]) -> [Double] {
        let length = norm(v)
        return v.map { $0 / length }
    }
}
