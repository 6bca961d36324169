import ToyModels

extension Weights {
    /// The weights of models of one architecture, rounded to single precision.
    package init(of models: [ToyModel]) {
        self.init()
        for parameter in models[0].architecture.parameters {
            tensors[parameter.name] = models.flatMap { model in
                let values: [Double] =
                    switch parameter.role {
                    case .encoder: model.W.elements
                    case .decoder: model.W2?.elements ?? []
                    case .bias: model.b
                    case .hiddenBias: model.b1 ?? []
                    case .threshold, .magnitudeScale, .magnitudeBias: []
                    }
                return values.map { Float($0) }
            }
        }
    }
}
