import Testing

@testable import ToyModels

@Suite struct BitsTests {
    /// One experiment per path through the engines, with the fingerprint of what training gives.
    ///
    /// The fingerprints are the same at every processor level (AVX2, AVX-512, NEON), in debug and in release, and on any
    /// number of threads. A change to the arithmetic or the random streams changes them, and with them every
    /// published result: only then are they to be replaced, by those that a failing test prints.
    static let cases: [(name: String, experiment: Experiment, fingerprint: UInt64)] = {
        func wide(_ density: Double, attack: Double = 0, features n: Int = 90, hidden m: Int = 20) -> Experiment {
            var experiment = experiment(.init(features: n, hidden: m), settings: 1, batchSize: 300)
            experiment.settings[0].features = FeatureDistribution(density: density, features: n)
            experiment.settings[0].objective.attackNorm = attack
            return experiment
        }
        func finite(_ architecture: ToyModel.Architecture) -> Experiment {
            var experiment = experiment(architecture)
            for index in experiment.settings.indices {
                experiment.settings[index].data.sampling = .finite(samples: 100, number: index)
            }
            return experiment
        }
        let biased = ToyModel.Architecture(features: 6, hidden: 4, hiddenActivation: .relu, hasHiddenBias: true)
        let wideBiased = ToyModel.Architecture(features: 50, hidden: 21, hiddenActivation: .relu, hasHiddenBias: true)
        let neurons = ToyModel.Architecture(features: 6, hidden: 9, hiddenActivation: .relu, isTied: false)
        let wideNeurons = ToyModel.Architecture(features: 50, hidden: 21, hiddenActivation: .relu, isTied: false)
        return [
            ("lanes", experiment(settings: 9, batchSize: 300), 0x81D2_4A53_39A0_63A6),
            ("lanes, linear", experiment(.init(features: 7, hidden: 3, output: .linear)), 0x9EDB_D073_F869_3F80),
            (
                "lanes, untied",
                experiment(neurons, target: .absoluteValue, isSigned: true, hiddenPenalty: 0.01), 0x3BA5_2A5A_1BE4_83F8
            ),
            (
                "lanes, correlated", experiment(.init(features: 6, hidden: 2), dependence: .correlated(setSize: 3)),
                0x5FE0_A55A_436F_DEE5
            ),
            ("wide, gaps", wide(0.01), 0xCA99_C0B6_E3CD_1278),
            ("wide, listed", wide(0.05, features: 300, hidden: 40), 0xC36F_D7B0_BC7E_A357),
            ("wide, dense", wide(0.9), 0xBE1C_E7A5_A2E4_3112),
            ("wide, attacked", wide(0.1, attack: 0.5), 0x5A63_A170_4719_C564),
            (
                "wide, untied",
                experiment(wideNeurons, target: .absoluteValue, isSigned: true, hiddenPenalty: 0.01),
                0x75A1_5CD2_6EEA_4F82
            ),
            (
                "wide, anticorrelated",
                experiment(.init(features: 60, hidden: 8), dependence: .anticorrelated(setSize: 12)),
                0xBE54_9CEB_B2E3_33F3
            ),
            ("lanes, hidden bias", experiment(biased, hiddenPenalty: 0.01), 0xB588_ED32_92AC_9D66),
            ("wide, hidden bias", experiment(wideBiased, hiddenPenalty: 0.01), 0xD68F_2FAE_CD97_A504),
            ("lanes, finite", finite(.init(features: 5, hidden: 2)), 0x9A59_100E_ED5F_E0A3),
            ("wide, finite", finite(.init(features: 50, hidden: 21)), 0x7E23_CBD4_14E1_69D7),
        ]
    }()

    @Test("Training gives the bits that are written down here", arguments: cases.indices)
    func fingerprint(index: Int) async throws {
        let (name, experiment, expected) = Self.cases[index]
        let trained = try await Trainer(seed: 11, jobs: 2).train(experiment)
        // FNV-1a over the bits of weights and losses.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ bits: UInt64) { hash = (hash ^ bits) &* 0x100_0000_01B3 }
        for parameter in experiment.architecture.parameters {
            for weight in trained.weights[parameter.name] { add(UInt64(weight.bitPattern)) }
        }
        for loss in trained.losses { add(loss.bitPattern) }
        #expect(hash == expected, "\(name): 0x\(String(hash, radix: 16, uppercase: true))")
    }
}
