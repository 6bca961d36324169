import ToyModels

extension TrainedModels {
    /// The models of one setting with their indices and expected losses, least first: samples would not tell solutions
    /// apart that differ only where two rare features meet. The features are as ``ExpectedLoss`` wants them.
    ///
    /// - Precondition: what ``ExpectedLoss`` asks of the features and of the models. The objective is to recover the
    ///   input, without penalty or attack.
    /// - Complexity: O(restarts · *n* 3ⁿ) for *n* independent features.
    public func ranked(ofSetting index: Int) -> [(index: Int, model: ToyModel, loss: Double)] {
        let setting = experiment.settings[index]
        let loss = ExpectedLoss(features: setting.features, importance: setting.importance)
        return models(ofSetting: index).map { ($0, self[$0], loss(self[$0])) }.sorted { $0.loss < $1.loss }
    }
}
