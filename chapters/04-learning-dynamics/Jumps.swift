import Analysis
import Notebook
import ToyModels

// Phenomenon 1: what the claims about energy levels measure.

/// One model during training.
struct Course {
    /// The number of steps taken at each snapshot.
    let steps: [Int]
    /// The dimensionality of each feature. Shape `[features][snapshots]`.
    let dimensionalities: [[Double]]
    /// The loss on the same samples at each snapshot. Shape `[snapshots]`.
    let losses: [Double]
}

extension Course {
    /// The course of one of the trained models, its losses measured on `samples`.
    init(of trained: TrainedModels, model: Int, on samples: FixedSamples) {
        let models = trained.snapshots.map { trained[model, $0] }
        let dimensionalities = models.map(\.dimensionality)
        self.init(
            steps: trained.snapshots.map(\.step),
            dimensionalities: (0..<trained.experiment.architecture.features).map { i in
                dimensionalities.map { $0[i] }
            },
            losses: models.map(samples.meanLoss))
    }
}

/// A feature's move from one dimensionality to another.
struct Jump: Equatable {
    let feature: Int
    /// The snapshots between which it happens.
    let snapshots: ClosedRange<Int>
    /// The dimensionality before and after.
    let from, to: Double
}

/// What counts as a jump.
struct JumpRule {
    /// The change of a dimensionality.
    var height = 0.1
    /// The steps within which it happens.
    var within = 150
    /// The step from which jumps are counted: before it all features rise together from the random start.
    var after = 800
}

/// Time of features, in snapshots: how much there is of it, and in how much they are on a level.
struct LevelTime {
    var onLevel: Int
    var total: Int

    /// The share on a level in the time of several runs; not a number where there is none.
    static func share(_ times: [LevelTime]) -> Double {
        Double(times.reduce(0) { $0 + $1.onLevel }) / Double(times.reduce(0) { $0 + $1.total })
    }
}

extension Course {
    /// The jumps: longest stretches of overlapping windows in each of which a feature's dimensionality changes by
    /// more than the rule's height.
    func jumps(_ rule: JumpRule) -> [Jump] {
        let first = steps.firstIndex { $0 >= rule.after } ?? steps.count
        return dimensionalities.enumerated().flatMap { feature, values in
            var jumps: [Jump] = []
            for start in first..<max(first, steps.count) {
                guard let end = steps.firstIndex(where: { $0 >= steps[start] + rule.within }),
                    abs(values[end] - values[start]) > rule.height
                else { continue }
                if let last = jumps.last, last.snapshots.upperBound >= start {
                    jumps[jumps.count - 1] = Jump(
                        feature: feature, snapshots: last.snapshots.lowerBound...end, from: last.from, to: values[end])
                } else {
                    jumps.append(Jump(feature: feature, snapshots: start...end, from: values[start], to: values[end]))
                }
            }
            return jumps
        }
    }

    /// The share of the loss's whole fall that comes before a step.
    func shareOfFall(before step: Int) -> Double {
        let index = steps.firstIndex { $0 >= step } ?? losses.count - 1
        return (losses[0] - losses[index]) / (losses[0] - losses[losses.count - 1])
    }

    /// The largest share of the fall from the rule's first step on that lies in a stretch of the rule's length.
    func steepest(_ rule: JumpRule) -> Double {
        guard let first = steps.firstIndex(where: { $0 >= rule.after }) else { return .nan }
        let whole = losses[first] - losses[losses.count - 1]
        return (first..<steps.count).compactMap { start in
            steps.firstIndex { $0 >= steps[start] + rule.within }.map { (losses[start] - losses[$0]) / whole }
        }.max() ?? .nan
    }

    /// Whether a dimensionality is that of a feature in a digon, ½, or of one that is not stored, 0, to within 0.05.
    static func isLevel(_ dimensionality: Double) -> Bool { dimensionality < 0.05 || abs(dimensionality - 0.5) < 0.05 }

    /// Whether all features end on these levels.
    var endsInDigons: Bool { dimensionalities.allSatisfy { $0.last.map(Self.isLevel) ?? false } }

    /// Whether each feature is stored and on a level, at the snapshots from the rule's first step on.
    ///
    /// - Parameter isCounted: which features and snapshots count.
    private func levels(_ rule: JumpRule, where isCounted: (_ feature: Int, _ snapshot: Int) -> Bool) -> LevelTime {
        var time = LevelTime(onLevel: 0, total: 0)
        for (feature, values) in dimensionalities.enumerated() {
            for (snapshot, value) in values.enumerated()
            where steps[snapshot] >= rule.after && isCounted(feature, snapshot) {
                time.total += 1
                if Self.isLevel(value) { time.onLevel += 1 }
            }
        }
        return time
    }

    /// The time that features which jump at some time spend outside of their own jumps.
    func levelsOfMovers(_ rule: JumpRule) -> LevelTime {
        let own = Dictionary(grouping: jumps(rule), by: \.feature)
        return levels(rule) { feature, snapshot in
            guard let jumps = own[feature] else { return false }
            return !jumps.contains { $0.snapshots.contains(snapshot) }
        }
    }

    /// The time in which features are stored, with a dimensionality above that of the level 0.
    func levelsOfStored(_ rule: JumpRule) -> LevelTime {
        levels(rule) { dimensionalities[$0][$1] >= 0.05 }
    }

    /// The share of features on a level at the first snapshot from a step on.
    func shareAtLevels(atStep step: Int) -> Double {
        let index = steps.firstIndex { $0 >= step } ?? steps.count - 1
        return mean(dimensionalities.map { Self.isLevel($0[index]) ? 1 : 0 })
    }

    /// The jumps of all features, those that overlap joined into one.
    func episodes(_ rule: JumpRule) -> [ClosedRange<Int>] {
        jumps(rule).map(\.snapshots).sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { episodes, next in
            if let last = episodes.last, last.overlaps(next) {
                episodes[episodes.count - 1] = last.lowerBound...max(last.upperBound, next.upperBound)
            } else {
                episodes.append(next)
            }
        }
    }

    /// For each interval between two snapshots whether it is counted, and whether some feature jumps in it.
    func intervals(_ rule: JumpRule) -> [(isCounted: Bool, isJump: Bool)] {
        let jumps = jumps(rule)
        return steps.indices.dropLast().map { start in
            (
                steps[start] >= rule.after,
                jumps.contains { $0.snapshots.contains(start) && $0.snapshots.contains(start + 1) }
            )
        }
    }
}
