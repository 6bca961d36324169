import Testing

@testable import ToyModels

@Suite struct RandomTests {
    @Test("xoshiro128++ gives the numbers of its published definition from state 1, 2, 3, 4")
    func publishedSequence() {
        var stream = RandomStream(key: 0)
        stream.state = (1, 2, 3, 4)
        // By hand from the definition: rotl(s0 + s3, 7) + s0 = rotl(5, 7) + 1 = 641, then the state moves to
        // s = (7, 0, 1026, rotl(6, 11) = 12288): rotl(7 + 12288, 7) + 7 = 1573760 + 7.
        #expect(stream.next32() == 641)
        #expect(stream.next32() == 1_573_767)
    }

    @Test("A lane gives the numbers of its stream")
    func lanes() {
        let keys = (0..<16).map { UInt64($0) &* 7919 }
        var lanes = RandomLanes(keys: keys)
        var streams = keys.map(RandomStream.init(key:))
        for _ in 0..<100 {
            let draw = lanes.nextUniform()
            for lane in 0..<16 { #expect(draw[lane] == streams[lane].nextUniform()) }
        }
    }

    @Test("Streams differ by seed, experiment, purpose and index")
    func keys() {
        let keys: [UInt64] = [
            StreamKey(seed: 0, experiment: "a").appending(.training, 0),
            StreamKey(seed: 1, experiment: "a").appending(.training, 0),
            StreamKey(seed: 0, experiment: "b").appending(.training, 0),
            StreamKey(seed: 0, experiment: "a").appending(.evaluation, 0),
            StreamKey(seed: 0, experiment: "a").appending(.training, 1),
        ]
        #expect(Set(keys).count == keys.count)
    }

    @Test("A feature's activity, mean and variance", arguments: [1, 0.3, 0.03])
    func moments(density p: Double) {
        // x = 0 with probability 1 − p, else uniform: mean p/2, variance p/3 − p²/4, and pairs are independent.
        let features = FeatureDistribution(density: [p, p])
        let count = 200_000
        var stream = RandomStream(key: 42)
        var (active, sum, squares, products) = (0.0, 0.0, 0.0, 0.0)
        for _ in 0..<count {
            let x = features.sample(using: &stream)
            #expect(x.allSatisfy { (0...1).contains($0) })
            active += x[0] > 0 ? 1 : 0
            sum += x[0]
            squares += x[0] * x[0]
            products += x[0] * x[1]
        }
        let n = Double(count)
        // Five standard errors of each mean.
        #expect(abs(active / n - p) <= 5 * (p * (1 - p) / n).squareRoot() + 1e-6)
        #expect(abs(sum / n - p / 2) < 5 * ((p / 3 - p * p / 4) / n).squareRoot())
        #expect(abs(squares / n - p / 3) < 5 * ((p / 5 - p * p / 9) / n).squareRoot())
        #expect(abs(products / n - p * p / 4) < 5 * ((p * p / 9) / n).squareRoot())
    }

    @Test("Densities may differ, and the ends are exact")
    func mixedDensities() {
        let features = FeatureDistribution(density: [0, 1, 0.5])
        var stream = RandomStream(key: 3)
        let samples = (0..<2000).map { _ in features.sample(using: &stream) }
        #expect(samples.allSatisfy { $0[0] == 0 })
        #expect(samples.filter { $0[1] > 0 }.count >= 1999)  // 0 itself is one of 2²³ values.
        #expect((900...1100).contains(samples.filter { $0[2] > 0 }.count))
    }

    @Test(
        "Correlated sets are active together, anticorrelated ones one at a time; values are independent",
        arguments: [0.3, 1])
    func dependence(density p: Double) {
        let count = 100_000
        func draws(_ dependence: FeatureDistribution.Dependence) -> [[Double]] {
            var stream = RandomStream(key: 4)
            let features = FeatureDistribution(density: p, features: 6, dependence: dependence)
            return (0..<count).map { _ in features.sample(using: &stream) }
        }
        func mean(_ draws: [[Double]], _ f: ([Double]) -> Double) -> Double {
            draws.reduce(0) { $0 + f($1) } / Double(count)
        }
        let tolerance = 5 * (0.25 / Double(count)).squareRoot()  // Five standard errors of any share.

        let correlated = draws(.correlated(setSize: 3))
        #expect(abs(mean(correlated) { $0[0] > 0 ? 1 : 0 } - p) < tolerance)
        #expect(mean(correlated) { ($0[0] > 0) == ($0[1] > 0) ? 1 : 0 } > 0.999)
        #expect(abs(mean(correlated) { $0[0] > 0 && $0[3] > 0 ? 1 : 0 } - p * p) < tolerance)
        #expect(abs(mean(correlated) { $0[0] * $0[1] } - p / 4) < tolerance)  // E[uv] = 1/4 when active.

        let anticorrelated = draws(.anticorrelated(setSize: 3))
        #expect(anticorrelated.allSatisfy { $0[0...2].count { $0 > 0 } <= 1 })
        for i in 0..<6 { #expect(abs(mean(anticorrelated) { $0[i] > 0 ? 1 : 0 } - p / 3) < tolerance) }
        #expect(abs(mean(anticorrelated) { $0[0] > 0 && $0[4] > 0 ? 1 : 0 } - p * p / 9) < tolerance)
    }

    @Test("A signed feature is uniform on [−1, 1] where it is active")
    func signed() {
        let features = FeatureDistribution(density: 0.5, features: 1, isSigned: true)
        var stream = RandomStream(key: 8)
        let x = (0..<100_000).map { _ in features.sample(using: &stream)[0] }.filter { $0 != 0 }
        let mean = x.reduce(0, +) / Double(x.count)
        let meanSquare = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
        #expect(abs(mean) < 0.013)  // Five standard errors: the variance is 1/3.
        #expect(abs(meanSquare - 1.0 / 3) < 0.007)  // And 4/45.
        #expect((x.min() ?? 0) < -0.999 && (x.max() ?? 0) > 0.999)
    }

    @Test("Normal numbers have mean 0, variance 1 and kurtosis 3")
    func normal() {
        var stream = RandomStream(key: 9)
        let draws = (0..<200_000).map { _ in stream.nextNormal() }
        func moment(_ k: Int) -> Double {
            draws.reduce(0) { sum, x in sum + (0..<k).reduce(1) { power, _ in power * x } } / Double(draws.count)
        }
        // Standard errors: 1/√N, √(2/N), √(96/N).
        #expect(abs(moment(1)) < 5 * 0.0022)
        #expect(abs(moment(2) - 1) < 5 * 0.0032)
        #expect(abs(moment(4) - 3) < 5 * 0.022)
    }
}
