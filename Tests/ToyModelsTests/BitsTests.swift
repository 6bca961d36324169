import Testing

@testable import ToyModels

@Suite struct BitsTests {
    /// One experiment per path through the engines, with the fingerprint of what training gives.
    ///
    /// The fingerprints are the same at every processor level (AVX2, AVX-512, NEON), in debug and in release, and on any
    /// number of threads. A change to the arithmetic or the random streams changes them, and with them every
    /// published result: only then are they to be replaced, by those that a failing test prints.
    static let cases: [(name: String, experiment: Experiment, fingerprint: UInt64)] = {
        func dictionary(_ kind: SparseAutoencoder.Kind, prefixes: [Int]? = nil) -> Experiment {
            Experiment(
                id: "dictionary", architecture: .dictionary(kind, dimensions: 21, latents: 40),
                settings: [
                    .init(
                        data: TrainingData(.init(density: 0.1, features: 21)),
                        objective: .dictionary(
                            dimensions: 21, penalty: kind.isTopK ? 0 : 0.1, active: kind.isTopK ? 3 : nil,
                            prefixes: prefixes))
                ],
                steps: 60, batchSize: 300, learningRate: .late(3e-3),
                optimizer: AdamW(weightDecay: 0), dictionary: DictionaryRecipe(resampleInterval: 20),
                evaluationSamples: 1000)
        }
        func wide(_ density: Double, attack: Double = 0, features n: Int = 90, hidden m: Int = 20) -> Experiment {
            var experiment = experiment(.init(features: n, hidden: m), settings: 1, batchSize: 300)
            experiment.settings[0].features = FeatureDistribution(density: density, features: n)
            experiment.settings[0].objective.attackNorm = attack
            return experiment
        }
        func sparse(_ experiment: Experiment) -> Experiment {
            var experiment = experiment
            for index in experiment.settings.indices {
                experiment.settings[index].features.density = experiment.settings[index].features.density.map {
                    0.05 * $0
                }
            }
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
            ("lanes", experiment(settings: 9, batchSize: 300), 0x7354_CF5A_E384_0AA4),
            ("lanes, linear", experiment(.init(features: 7, hidden: 3, output: .linear)), 0xAD11_1E59_EF7A_8029),
            (
                "lanes, untied",
                experiment(neurons, target: .absoluteValue, isSigned: true, hiddenPenalty: 0.01), 0x0B15_0D3A_3EBC_0FA9
            ),
            (
                "lanes, correlated", experiment(.init(features: 6, hidden: 2), dependence: .correlated(setSize: 3)),
                0xAB93_EA44_1AFA_2A29
            ),
            ("lanes, sparse", sparse(experiment(settings: 9, batchSize: 512)), 0x2CB3_558A_545F_DF69),
            (
                "lanes, sparse sets",
                sparse(
                    experiment(.init(features: 6, hidden: 2), dependence: .anticorrelated(setSize: 3), batchSize: 512)),
                0x5D98_FCFB_090D_2F62
            ),
            ("wide, gaps", wide(0.01), 0x38BF_3B62_3FDB_28F2),
            ("wide, listed", wide(0.05, features: 300, hidden: 40), 0xA444_41A8_1E58_E82E),
            ("wide, dense", wide(0.9), 0xB154_074C_5A9C_F448),
            ("wide, attacked", wide(0.1, attack: 0.5), 0xB90C_5228_E8CC_D51D),
            (
                "wide, untied",
                experiment(wideNeurons, target: .absoluteValue, isSigned: true, hiddenPenalty: 0.01),
                0xA5A3_1CA8_92C3_2E16
            ),
            (
                "wide, anticorrelated",
                experiment(.init(features: 60, hidden: 8), dependence: .anticorrelated(setSize: 12)),
                0x4D01_91E7_65E4_92F9
            ),
            ("lanes, hidden bias", experiment(biased, hiddenPenalty: 0.01), 0x4F65_8BDD_A941_8535),
            ("wide, hidden bias", experiment(wideBiased, hiddenPenalty: 0.01), 0xAC30_02FF_DADB_637F),
            ("lanes, finite", finite(.init(features: 5, hidden: 2)), 0xDE8E_8AD4_6FC9_C0F7),
            ("wide, finite", finite(.init(features: 50, hidden: 21)), 0x32AD_8FD3_F331_DCCC),
            ("dictionary, ReLU", dictionary(.relu), 0xABBD_82AD_3F77_0F34),
            ("dictionary, TopK", dictionary(.topK), 0x9A5E_7D21_C0EB_EEB7),
            ("dictionary, BatchTopK", dictionary(.batchTopK, prefixes: [10, 40]), 0x6CD9_F77C_47A9_1672),
            ("dictionary, JumpReLU", dictionary(.jumpReLU), 0xBDFB_94D0_7D4B_6B2B),
            ("dictionary, gated", dictionary(.gated), 0x1E49_0CB6_7C69_CEDC),
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
