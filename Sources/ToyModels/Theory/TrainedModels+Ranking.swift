extension TrainedModels {
    /// The models of one setting with their expected losses, lowest first: samples would not tell apart solutions that
    /// differ only where two rare features meet. The features are as ``ExpectedLoss`` requires.
    public func ranked(ofSetting index: Int) -> [(model: ToyModel, loss: Double)] {
        let setting = experiment.settings[index]
        let loss = ExpectedLoss(features: setting.features, importance: setting.importance)
        return models(ofSetting: index).map { (self[$0], loss(self[$0])) }.sorted { $0.loss < $1.loss }
    }
}
