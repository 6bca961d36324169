import ToyModels

extension Experiment {
    /// Shape, number and training in a line: "48 models of 20 features in 5 dimensions, …".
    func summary(seed: UInt64?) -> String {
        let (inner, outer) = (architecture.hidden, architecture.features)
        let kind =
            if let dictionary = architecture.dictionary {
                "\(models) \(dictionary.rawValue) \(models == 1 ? "dictionary" : "dictionaries") "
                    + "of \(display(inner, "latent")) for \(display(outer, "dimension"))"
            } else {
                "\(display(models, "model")) of \(display(outer, "feature")) in \(display(inner, "dimension"))"
            }
        let densities = settings.flatMap(\.features.density)
        let density = Self.range(densities).map { "density \($0)" }
        let starts =
            settings.count > 1 && restarts > 1 ? "\(settings.count) settings with \(restarts) starts each" : nil
        let parts = [
            kind, starts, density, "\(display(steps, "step")) of \(display(batchSize, "sample"))",
            settings.first?.data.samples.map { "of \(display($0, "sample")) in all" },
            "learning rate \(display(learningRate.peak)) (\(learningRate.schedule.rawValue))",
            optimizer.weightDecay == 0 ? nil : "weight decay \(display(optimizer.weightDecay))",
            seed.map { "seed \($0)" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    /// "0.1", or "0.01 to 1".
    private static func range(_ values: [Double]) -> String? {
        guard let least = values.min(), let greatest = values.max() else { return nil }
        return least == greatest ? display(least) : "\(display(least)) to \(display(greatest))"
    }
}
