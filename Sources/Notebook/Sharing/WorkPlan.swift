import Foundation
import ToyModels

/// What a run has to train, as far as that is known before it has.
///
/// An experiment that uses the models of others, or is decided by them, is of a later wave. What depends on results in any other way is not foreseen,
/// and is trained by the run itself: a plan shares work out and decides nothing.
public struct WorkPlan: Sendable {
    /// An experiment of one chapter with one seed.
    public struct Item: Sendable {
        /// The chapter's number.
        public var chapter: Int
        /// What is to be trained.
        public var experiment: Experiment
        /// The seed from which its random numbers derive.
        public var seed: UInt64
        /// 1 if it needs no other experiment; otherwise one more than the last of those that it needs. It does not depend on
        /// what is there, so that all who share the work count alike.
        public var wave: Int
        /// What other experiments refer to it by; its id alone while that is not known.
        var name: String
        /// Whether the experiment is this one. Otherwise it is one like it: with another seed it has other settings, or uses other
        /// models.
        var isKnown: Bool
        /// Whether all that it needs is there. Otherwise what it is can still change.
        public var isReady: Bool
        /// The groups of models that the store does not have.
        public var missing: [Range<Int>]

        /// Whether the store has all of it.
        public var isThere: Bool { missing.isEmpty }

        /// About how long a thread trains what is missing, in seconds.
        public var seconds: Double {
            let models = missing.reduce(0) { $0 + $1.count }
            return experiment.estimatedSeconds * Double(models) / Double(max(1, experiment.models))
        }
    }

    /// By seed, by chapter, by wave and by id.
    public var items: [Item]

    /// The number of waves that are still to be trained.
    public var waves: Int { items.filter { !$0.isThere }.map(\.wave).max() ?? 0 }

    /// About how long a thread trains all that is missing, in seconds.
    public var seconds: Double { items.reduce(0) { $0 + $1.seconds } }

    /// About how long a thread trains what is missing of a wave, in seconds.
    public func seconds(ofWave wave: Int) -> Double { items.filter { $0.wave == wave }.reduce(0) { $0 + $1.seconds } }

    /// About how long a thread trains the longest group of models of a wave, which cannot be shared out, in seconds.
    public func longestGroup(ofWave wave: Int) -> Double { units(ofWave: wave).map(\.seconds).max() ?? 0 }

    /// About how long some machines of one thread each take for all that is missing, in seconds: wave after wave, each as long
    /// as the machine that has most to do.
    public func seconds(sharedAmong machines: Int) -> Double {
        (1...max(1, waves)).reduce(0) { sum, wave in
            let shares = units(ofWave: wave).shared(among: machines).map { $0.filter(\.isMissing).seconds }
            return sum + (shares.max() ?? 0)
        }
    }

    /// The bytes that training a wave takes at most on so many threads, which may all be at experiments that take much.
    public func memory(ofWave wave: Int, jobs: Int) -> Double {
        items.filter { $0.wave == wave && !$0.isThere }.map { $0.experiment.memory(jobs: jobs) }
            .sorted(by: >).prefix(jobs + 1).reduce(0, +)
    }
}

extension WorkPlan {
    /// The least piece of work: some models of an experiment.
    struct Unit: Sendable {
        var item: Item
        var models: Range<Int>
        var seconds: Double

        /// Whether the store does not have it.
        var isMissing: Bool { item.missing.contains(models) }
    }

    /// All work of a wave, group by group, also what is there: machines that begin at different times, and see different
    /// things there, share it out alike. As groups that take as long as each other go to one machine after the other, what
    /// is missing is shared out, too.
    func units(ofWave wave: Int) -> [Unit] {
        items.filter { $0.wave == wave }.flatMap { item in
            item.experiment.groups.map { models in
                let share = Double(models.count) / Double(max(1, item.experiment.models))
                return Unit(item: item, models: models, seconds: item.experiment.estimatedSeconds * share)
            }
        }
    }
}

extension [WorkPlan.Unit] {
    /// About how long a thread trains them, in seconds.
    var seconds: Double { reduce(0) { $0 + $1.seconds } }

    /// The units shared out to a number of machines: the longest first, each to the machine that has least to do. Machines
    /// that have the same units share them out alike.
    func shared(among machines: Int) -> [[WorkPlan.Unit]] {
        var shares = [[WorkPlan.Unit]](repeating: [], count: machines)
        var loads = [Double](repeating: 0, count: machines)
        // Sorting keeps equals in order.
        for unit in enumerated().sorted(by: { ($1.element.seconds, $0.offset) < ($0.element.seconds, $1.offset) }).map(
            \.element)
        {
            let least = loads.indices.min { loads[$0] < loads[$1] } ?? 0
            shares[least].append(unit)
            loads[least] += unit.seconds
        }
        return shares
    }
}

// MARK: - For readers and programs

extension WorkPlan: CustomStringConvertible {
    /// A line per experiment, and a sum.
    public var description: String {
        let lines = items.map { item in
            let state =
                if item.isThere {
                    "in the run store"
                } else if item.missing.count < item.experiment.groups.count {
                    "about \(display(seconds: item.seconds)), partly in the run store"
                } else {
                    "about \(display(seconds: item.seconds))"
                }
            let wave = waves > 1 && !item.isThere ? ", wave \(item.wave)" : ""
            return "\(item.chapter), seed \(item.seed)   \(item.experiment.id): "
                + "\(display(item.experiment.models, "model")), \(state)\(wave)"
        }
        let missing = items.count { !$0.isThere }
        let sum =
            missing == 0
            ? "everything is in the run store"
            : "\(missing) of \(display(items.count, "experiment")) to train, about \(display(seconds: seconds)) of one thread"
                + (waves > 1 ? ", in \(waves) waves" : "")
        return (lines + [sum]).joined(separator: "\n")
    }

    /// The plan as JSON.
    ///
    /// - Parameter shards: into how many shares of one thread each the work is cut, for how long that takes.
    public func json(shards: Int? = nil) throws -> String {
        struct Entry: Encodable {
            var chapter: Int
            var id: String
            var seed: UInt64
            var models, groups, missingGroups, wave: Int
            var seconds: Double
        }
        struct All: Encodable {
            var experiments: [Entry]
            var waves: Int
            var seconds: Double
            var shards: Int?
            var secondsShared: Double?
        }
        let entries = items.map { item in
            Entry(
                chapter: item.chapter, id: item.experiment.id, seed: item.seed, models: item.experiment.models,
                groups: item.experiment.groups.count, missingGroups: item.missing.count, wave: item.wave,
                seconds: item.seconds)
        }
        let data = try JSONEncoder.report.encode(
            All(
                experiments: entries, waves: waves, seconds: seconds, shards: shards,
                secondsShared: shards.map(seconds(sharedAmong:))))
        return String(decoding: data, as: UTF8.self)
    }
}
