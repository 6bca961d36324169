import ToyModels

extension ToyModel {
    /// The same model with its neurons in another order: neuron `k` is this model's neuron `order[k]`.
    ///
    /// - Precondition: `order` has every neuron once; the hidden layer has no bias.
    public func reordered(neurons order: [Int]) -> ToyModel {
        precondition(order.sorted() == Array(0..<W.rows), "An order has every neuron once.")
        var model = self
        for (k, old) in order.enumerated() {
            if let b1 { model.b1?[k] = b1[old] }
            for i in 0..<W.columns {
                model.W[k, i] = W[old, i]
                if let W2 { model.W2?[i, k] = W2[i, old] }
            }
        }
        return model
    }

    /// The same function with every neuron's largest $|W_{ki}|$ made 1 and its output weights multiplied by what it
    /// was: a neuron can be scaled by any positive factor if its outputs are scaled back. A neuron without input
    /// weights stays as it is. For untied models of ReLU neurons. (Section "Computation in Superposition", the
    /// footnote on rescaling.)
    ///
    /// - Precondition: the model is untied; its hidden layer has no bias.
    public var rescaledNeurons: ToyModel {
        precondition(W2 != nil, "The model is untied.")
        var model = self
        for k in 0..<W.rows {
            let largest = largestWeight(ofNeuron: k)
            guard largest > 0 else { continue }
            model.b1?[k] /= largest
            for i in 0..<W.columns {
                model.W[k, i] /= largest
                model.W2?[i, k] *= largest
            }
        }
        return model
    }

    /// The features that a neuron reads, those of largest $|W_{ki}|$ first: its *primary* feature and then its
    /// *secondary* ones, whose weight is more than `threshold` times the primary's. None if the neuron has no input
    /// weights. (Section "Computation in Superposition", Superposition vs Sparsity.)
    public func features(ofNeuron neuron: Int, threshold: Double) -> [Int] {
        let largest = largestWeight(ofNeuron: neuron)
        return (0..<W.columns).filter { abs(W[neuron, $0]) > threshold * largest }
            .sorted { (-abs(W[neuron, $0]), $0) < (-abs(W[neuron, $1]), $1) }
    }

    /// The neurons by the importance of their primary feature, which features are numbered by; of one feature's
    /// neurons those that read its positive side come first. (Section "Computation in Superposition", Superposition
    /// vs Sparsity.)
    public var neuronsByPrimaryFeature: [Int] {
        let keys = (0..<W.rows).map { k -> (feature: Int, isNegative: Int) in
            guard let primary = features(ofNeuron: k, threshold: 0).first else { return (W.columns, 0) }
            return (primary, W[k, primary] < 0 ? 1 : 0)
        }
        return keys.indices.sorted {
            (keys[$0].feature, keys[$0].isNegative, $0) < (keys[$1].feature, keys[$1].isNegative, $1)
        }
    }

    private func largestWeight(ofNeuron neuron: Int) -> Double {
        (0..<W.columns).reduce(0) { max($0, abs(W[neuron, $1])) }
    }
}
