/// What the inputs of one setting's models are drawn from, with the trained models that this takes: the one source from
/// which both engines fill their own layouts.
struct InputSource {
    /// The distribution of the features.
    let features: FeatureDistribution
    /// The samples of a finite set; nil if they are fresh.
    let set: SampleSet?
    /// The trained model whose hidden activations the inputs are; nil if those are the features.
    let encoder: ToyModel?
    /// The trained model whose outputs are the targets; nil if there is none.
    let teacher: ToyModel?

    /// - Parameters:
    ///   - key: of the experiment's random streams.
    ///   - library: has the models that the setting refers to.
    init(_ setting: Experiment.Setting, key: StreamKey, library: ModelLibrary) {
        features = setting.data.features
        encoder = setting.data.encoder.flatMap { library[$0]?.scaled(by: setting.data.scale) }
        teacher = setting.objective.teacher.flatMap { library[$0] }
        switch setting.data.sampling {
        case .fresh: set = nil
        case .finite(let samples, let number):
            set = SampleSet(features, count: samples, key: key.appending(.sampleSet, number))
        case .given(let table, let samples, _):
            set = library[table].map { SampleSet($0, count: samples) }
        }
    }

    /// Whether an input without an active feature is zero, so that all of those are alike.
    var keepsZero: Bool { encoder?.b1 == nil }
}

extension Experiment {
    /// The finite set of samples that a setting's models are trained on, as it is drawn with a seed; nil if samples are fresh
    /// or given.
    ///
    /// - Precondition: there is such a setting.
    public func trainingSet(ofSetting setting: Int, seed: UInt64) -> SampleTable? {
        let data = settings[setting].data
        guard data.table == nil, data.samples != nil else { return nil }
        return InputSource(
            .init(data: TrainingData(data.features, sampling: data.sampling), objective: Objective(importance: [])),
            key: StreamKey(seed: seed, experiment: id), library: ModelLibrary()
        ).set?.table
    }
}

extension ToyModel {
    /// The model whose hidden activations are these, times a factor that is not negative.
    fileprivate func scaled(by factor: Double?) -> ToyModel {
        guard let factor else { return self }
        var model = self
        model.W.elements = W.elements.map { factor * $0 }
        model.b1 = b1?.map { factor * $0 }
        return model
    }
}
