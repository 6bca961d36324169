import Testing

@testable import ToyModels

/// Finite sets, activations of trained models and their outputs, in both engines.
@Suite struct DataTests {
    /// What is trained on, and the models that this takes.
    struct Case: CustomTestStringConvertible {
        let name: String
        let experiment: Experiment
        let library: ModelLibrary
        var testDescription: String { name }
    }

    /// Two trained models of `features` features in `hidden` dimensions.
    static func trained(
        _ architecture: ToyModel.Architecture, isSigned: Bool = false
    ) async throws -> TrainedModels {
        var experiment = experiment(architecture, isSigned: isSigned, settings: 1, restarts: 2, steps: 40)
        experiment.id = "source"
        return try await Trainer(seed: 2, jobs: 1).train(experiment)
    }

    /// Every kind of data and target, for models of two sizes, one for each engine.
    static func cases() async throws -> [Case] {
        var cases: [Case] = []
        for (n, m, drawn) in [(6, 3, 9), (40, 16, 55)] {
            let architecture = ToyModel.Architecture(
                features: n, hidden: m, hiddenActivation: .relu, output: .linear, isTied: false, hasHiddenBias: true)
            func add(
                _ name: String, _ library: [TrainedModels] = [], table: (SampleTable, SampleTableReference)? = nil,
                _ change: (inout Experiment.Setting, Int) -> Void
            ) {
                var library = ModelLibrary(library)
                if let table { library.insert(table.0, as: table.1) }
                for architecture in [architecture, .init(features: n, hidden: m)] {
                    var experiment = experiment(
                        architecture, hiddenPenalty: 0.05, settings: 2, restarts: 1, batchSize: 300)
                    for index in 0..<2 { change(&experiment.settings[index], index) }
                    let engine = experiment.engine == LaneEngine.self ? "lanes" : "wide"
                    cases.append(
                        Case(name: "\(name), \(engine)", experiment: experiment, library: library))
                }
            }
            let dense = FeatureDistribution(density: 0.4, features: n)
            add("whole set") { setting, _ in
                setting.data = TrainingData(dense, sampling: .finite(samples: 300))
            }
            add("minibatches") { setting, index in
                setting.data = TrainingData(dense, sampling: .finite(samples: 700, number: index))
            }
            for density in [0.04, 0.4] {
                let scaled = FeatureDistribution(density: density, features: n, norm: 1.5)
                add("samples of one length") { setting, _ in setting.features = scaled }
                add("a set of samples of one length") { setting, _ in
                    setting.data = TrainingData(scaled, sampling: .finite(samples: 300))
                }
            }
            var stream = RandomStream(key: 3)
            var table = SampleTable(features: n)
            for _ in 0..<900 { table.append(dense.sample(using: &stream)) }
            let name = SampleTableReference(sha256: "given")
            add("given samples", table: (table, name)) { setting, _ in
                setting.data = TrainingData(table, named: name, samples: 400, heldOut: 500)
            }
            for hasHiddenBias in [false, true] {
                let encoder = try await trained(
                    .init(features: drawn, hidden: n, hiddenActivation: .relu, hasHiddenBias: hasHiddenBias))
                let few = FeatureDistribution(density: 0.02, features: drawn)
                add("activations", [encoder]) { setting, index in
                    setting.data = TrainingData(few, encodedBy: encoder.reference(to: index))
                }
                add("activations of a finite set", [encoder]) { setting, index in
                    setting.data = TrainingData(
                        few, sampling: .finite(samples: 310), encodedBy: encoder.reference(to: 1 - index))
                }
            }
            for isTied in [true, false] {
                let teacher = try await trained(
                    .init(features: n, hidden: m + 2, isTied: isTied, hasHiddenBias: !isTied))
                add("teacher", [teacher]) { setting, index in
                    setting.features = FeatureDistribution(density: 0.03, features: n)
                    setting.objective.target = .outputs(of: teacher.reference(to: index))
                }
            }
        }
        return cases
    }

    @Test("Both engines' gradients are the reference's on the same inputs and targets, to rounding")
    func gradients() async throws {
        for each in try await Self.cases() {
            let (experiment, library) = (each.experiment, each.library)
            let wide = WideEngine(experiment, model: 1, seed: 5, library: library)
            for step in [0, 3] {
                let inputs = WideEngine(experiment, model: 1, seed: 5, library: library).batch(step: step).inputs
                let (loss, gradient) = wide.lossAndGradient(step: step)
                expectClose(
                    (loss, gradient.model(0, of: experiment.architecture)), reference(each, 1, wide.weights, 0, inputs),
                    each.name)
            }
            // The lanes' inputs are the wide engine's where samples are finite, but in another order of the sums.
            guard experiment.settings[0].data.samples != nil else { continue }
            let lanes = LaneEngine(experiment, models: 0..<2, seed: 5, library: library)
            let (losses, gradients) = lanes.lossAndGradient(step: 3)
            for model in 0..<2 {
                let inputs = WideEngine(experiment, model: model, seed: 5, library: library).batch(step: 3).inputs
                expectClose(
                    (losses[model], gradients.model(model, of: experiment.architecture)),
                    reference(each, model, lanes.weights, model, inputs), each.name)
            }
        }
    }

    @Test("Both engines measure the same loss of the same models, within sampling error")
    func losses() async throws {
        for each in try await Self.cases() {
            var experiment = each.experiment
            experiment.evaluationSamples = 1 << 18
            let lanes = LaneEngine(experiment, models: 0..<2, seed: 5, library: each.library)
            let fresh = lanes.evaluate(on: .freshSamples).map(\.value)
            for model in 0..<2 {
                let wide = WideEngine(experiment, model: model, seed: 5, library: each.library)
                let other = wide.evaluate(on: .freshSamples)[0].value
                #expect(abs(fresh[model] / other - 1) < 0.03, "\(each.name): \(fresh[model]), \(other)")
                guard experiment.settings[0].data.samples != nil else { continue }
                let (a, b) = (
                    lanes.evaluate(on: .trainingSet)[model].value, wide.evaluate(on: .trainingSet)[0].value
                )
                #expect(abs(a / b - 1) < 1e-5, "\(each.name): \(a), \(b)")
            }
        }
    }

    private func reference(
        _ each: Case, _ model: Int, _ weights: Weights, _ index: Int, _ inputs: [[Double]]
    ) -> (loss: Double, gradient: ToyModel.Gradient) {
        let objective = each.experiment.settings[model].objective
        return weights.model(index, of: each.experiment.architecture).lossAndGradient(
            inputs, objective, teacher: objective.teacher.flatMap { each.library[$0] })
    }

    private func expectClose(
        _ got: (loss: Double, gradient: ToyModel), _ want: (loss: Double, gradient: ToyModel.Gradient), _ name: String
    ) {
        func isClose(_ a: [Double], _ b: [Double]) -> Bool {
            a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 5e-6 * (1 + abs($1)) }
        }
        #expect(isClose([got.loss], [want.loss]), "\(name)")
        #expect(isClose(got.gradient.W.elements, want.gradient.W.elements), "\(name)")
        #expect(isClose(got.gradient.W2?.elements ?? [], want.gradient.W2?.elements ?? []), "\(name)")
        #expect(isClose(got.gradient.b, want.gradient.b), "\(name)")
        #expect(isClose(got.gradient.b1 ?? [], want.gradient.b1 ?? []), "\(name)")
    }

    @Test("A smaller set is the beginning of a larger one, and another number gives another set")
    func sets() {
        let key = StreamKey(seed: 1, experiment: "e")
        func set(_ samples: Int, number: Int = 0) -> [Float] {
            let setting = Experiment.Setting(
                data: TrainingData(
                    .init(density: 0.5, features: 3), sampling: .finite(samples: samples, number: number)),
                objective: Objective(importance: [1, 1, 1]))
            let set = InputSource(setting, key: key, library: ModelLibrary()).set
            return (0..<samples).flatMap { (set?.table[$0] ?? []).map { Float($0) } }
        }
        #expect(set(5).count == 15 && Array(set(8).prefix(15)) == set(5))
        #expect(set(5, number: 1) != set(5))
    }

    @Test("The loss of models of given samples is that of the samples which are held out, in all engines")
    func heldOut() async throws {
        var stream = RandomStream(key: 8)
        var table = SampleTable(features: 30)
        for _ in 0..<50 { table.append(FeatureDistribution(density: 0.3, features: 30).sample(using: &stream)) }
        table.append(active: [3, 1, 29])
        #expect(table[50].enumerated().filter { $1 != 0 }.map(\.offset) == [1, 3, 29])
        #expect(table.density(of: 50..<51).reduce(0, +) == 3)
        let name = SampleTableReference(sha256: "given")
        var library = ModelLibrary()
        library.insert(table, as: name)
        for hidden in [4, 20] {
            var experiment = Experiment(
                id: "given", architecture: .init(features: 30, hidden: hidden),
                settings: [
                    .init(
                        data: TrainingData(table, named: name, samples: 31, heldOut: 20),
                        objective: Objective(importance: Array(repeating: 1, count: 30)))
                ], restarts: 2, steps: 20, batchSize: 8, learningRate: .constant(1e-2))
            func check(_ experiment: Experiment) async throws {
                let trained = try await Trainer(seed: 1, jobs: 1).train(experiment, library: library)
                for model in 0..<2 {
                    func loss(_ samples: Range<Int>) -> Double {
                        let objective = experiment.settings[0].objective
                        return samples.reduce(0) { $0 + trained[model].loss(table[$1], objective) }
                            / Double(samples.count)
                    }
                    #expect(abs(trained.losses[model] / loss(31..<51) - 1) < 1e-5)
                    #expect(abs((trained.trainingLosses?[model] ?? 0) / loss(0..<31) - 1) < 1e-5)
                }
            }
            try await check(experiment)
            experiment.settings[0].data = TrainingData(table, named: name, samples: 32, heldOut: 20)
            await #expect(throws: TrainingError.self) { try await check(experiment) }
            experiment.settings[0].data = TrainingData(
                table, named: .init(sha256: "another"), samples: 31, heldOut: 20)
            await #expect(throws: TrainingError.missingTable(id: "given", reference: .init(sha256: "another"))) {
                try await check(experiment)
            }
        }
    }

    @Test("Every epoch has every sample once, in an order of its own; a whole batch comes as it is")
    func orders() {
        func order(_ batchSize: Int, model: Int = 0) -> BatchOrder {
            BatchOrder(samples: 10, batchSize: batchSize, key: StreamKey(seed: 1, experiment: "e"), model: model)
        }
        var small = order(4)
        let seen = (0..<15).flatMap { small.batch(ofStep: $0) }
        let epochs = (0..<6).map { Array(seen[$0 * 10..<($0 + 1) * 10]) }
        #expect(epochs.allSatisfy { $0.sorted() == Array(0..<10) } && Set(epochs).count == 6)
        #expect(small.batch(ofStep: 0) == Array(seen.prefix(4)), "whatever came before")
        var other = order(4, model: 1)
        #expect((0..<15).flatMap { other.batch(ofStep: $0) } != seen)
        var whole = order(10)
        #expect(whole.batch(ofStep: 0) == Array(0..<10) && whole.batch(ofStep: 7) == Array(0..<10))
    }

    @Test("Training on few samples stores them: the training loss falls below the loss on fresh ones")
    func memorisation() async throws {
        for (n, m) in [(20, 4), (60, 8)] {
            let few = Experiment(
                id: "few", architecture: .init(features: n, hidden: m),
                settings: [
                    .init(
                        data: TrainingData(.init(density: 0.2, features: n), sampling: .finite(samples: m)),
                        objective: Objective(importance: Array(repeating: 1, count: n)))
                ],
                restarts: 2, steps: 1500, batchSize: m, learningRate: .linear(1e-2))
            let trained = try await Trainer(jobs: 2).train(few)
            let training = try #require(trained.trainingLosses)
            #expect(
                zip(training, trained.losses).allSatisfy { $0 < 0.4 * $1 }, "\(training), \(trained.losses)")
            let again = try await Trainer(jobs: 1).train(few)
            #expect(again.weights == trained.weights && again.trainingLosses == training)
        }
    }

    @Test("A student that starts from its teacher has nothing to learn")
    func distillation() async throws {
        for (n, m) in [(6, 3), (40, 16)] {
            let teacher = try await Self.trained(.init(features: n, hidden: m))
            var student = experiment(.init(features: n, hidden: m), settings: 2, restarts: 1, steps: 5)
            for index in 0..<2 { student.settings[index].objective.target = .outputs(of: teacher.reference(to: index)) }
            student.start = teacher.selection()
            student.optimizer.weightDecay = 0
            let trained = try await Trainer(jobs: 1).train(student, library: ModelLibrary([teacher]))
            #expect(trained.losses.allSatisfy { $0 < 1e-9 })
            #expect(student.uses == ["source"])
        }
    }

    @Test("A reference to models of another shape is refused in a sentence")
    func shapes() async throws {
        let source = try await Self.trained(.init(features: 7, hidden: 3))
        func problem(_ change: (inout Experiment) -> Void) async -> String {
            var experiment = experiment(settings: 2, restarts: 1)
            change(&experiment)
            let error = await #expect(throws: TrainingError.self) {
                try await Trainer(jobs: 1).train(experiment, library: ModelLibrary([source]))
            }
            return error?.description ?? ""
        }
        #expect(await problem { $0.start = source.selection() }.contains("another shape than the models that start"))
        #expect(
            await problem { $0.settings[0].data.encoder = source.reference(to: 0) }.contains("kind of inputs"))
        #expect(
            await problem {
                for index in 0..<2 { $0.settings[index].data.encoder = source.reference(to: index) }
            }.contains("another shape than the inputs"))
        #expect(
            await problem {
                for index in 0..<2 { $0.settings[index].objective.target = .outputs(of: source.reference(to: index)) }
            }.contains("another shape than the models that it teaches"))
    }
}
