import Analysis
import Notebook
import ToyModels

// Whether the loss drops where features jump.

/// How the fall of a loss divides between the times of jumps and the rest.
struct FallShare {
    /// The share of the counted time in which some feature jumps.
    let time: Double
    /// The share of the loss's fall in that time.
    let fall: Double
}

/// The share of one course's fall in the times at which another one, or itself, jumps.
func fallShare(of course: Course, inJumpsOf other: Course, _ rule: JumpRule) -> FallShare {
    var (time, jumpTime, fall, jumpFall) = (0.0, 0.0, 0.0, 0.0)
    for (index, interval) in other.intervals(rule).enumerated() where interval.isCounted {
        let steps = Double(course.steps[index + 1] - course.steps[index])
        let drop = course.losses[index] - course.losses[index + 1]
        time += steps
        fall += drop
        if interval.isJump {
            jumpTime += steps
            jumpFall += drop
        }
    }
    return FallShare(time: jumpTime / time, fall: jumpFall / fall)
}

/// A test of whether losses fall when their own model's features jump.
///
/// The statistic is the mean over runs of the share of a run's fall that lies in the times of its jumps. If jumps and
/// falls have only the time since the start in common, the jumps of any other run do as well: the null distribution
/// pairs losses and jumps of the runs at random.
struct PairingTest {
    /// Share of the fall of run `[loss]` in the jumps of run `[jumps]`. Shape `[jumps][loss]`.
    let shares: [[Double]]
    /// The statistic where each loss is paired with its own jumps, and where they are paired at random.
    let result: PermutationTest
    /// The same for another statistic: how much faster losses fall during the jumps that they are paired with than the
    /// losses of runs in which nothing jumps at the same steps.
    let speed: PermutationTest

    init(_ courses: [Course], _ rule: JumpRule, pairings: Int = 9999, using stream: RandomStream) {
        let shares = courses.map { jumps in courses.map { fallShare(of: $0, inJumpsOf: jumps, rule).fall } }
        func statistic(_ order: [Int]) -> Double {
            order.enumerated().reduce(0) { $0 + shares[$1.element][$1.offset] } / Double(order.count)
        }
        let jumping = courses.map { $0.intervals(rule).map { $0.isCounted && $0.isJump } }
        func drop(_ run: Int, _ interval: Int) -> Double {
            courses[run].losses[interval] - courses[run].losses[interval + 1]
        }
        let calm = jumping[0].indices.map { interval in
            mean(courses.indices.filter { !jumping[$0][interval] }.map { drop($0, interval) })
        }
        // What the losses fall in the jumps of each run: shape `[jumps][loss]`, and those of calm runs, `[jumps]`.
        let times = jumping.map { run in run.indices.filter { run[$0] && calm[$0].isFinite } }
        let falls = times.map { times in courses.indices.map { run in times.reduce(0) { $0 + drop(run, $1) } } }
        let calmFall = times.reduce(0) { $0 + $1.reduce(0) { $0 + calm[$1] } }
        func speed(_ order: [Int]) -> Double {
            order.enumerated().reduce(0) { $0 + falls[$1.element][$1.offset] } / calmFall
        }
        func test(_ statistic: ([Int]) -> Double) -> PermutationTest {
            PermutationTest(observed: statistic(Array(courses.indices)), permutations: pairings, using: stream) {
                statistic(courses.indices.shuffled(using: &$0))
            }
        }
        self.shares = shares
        result = test(statistic)
        self.speed = test(speed)
    }

    /// The mean share in the jumps of all other runs.
    var othersMean: Double {
        let count = shares.count
        let all = shares.reduce(0) { $0 + $1.reduce(0, +) }
        return (all - result.observed * Double(count)) / Double(count * (count - 1))
    }

    /// A share of the fall, less what is mere timing: what it is above the share in other runs' jumps, over all that those
    /// leave. 1 if all of the fall is in jumps, 0 if jumps of any run would do as well.
    func beyondTiming(_ share: Double) -> Double { (share - othersMean) / (1 - othersMean) }

    /// How many random pairings have a statistic in each of `bins` equal parts of 0...1, with the part's middle.
    func histogram(bins: Int) -> [(share: Double, count: Int)] {
        var counts = [Int](repeating: 0, count: bins)
        // Where a loss does not fall at all there are no shares of its fall.
        for value in result.null where value.isFinite {
            counts[min(bins - 1, max(0, Int(value * Double(bins))))] += 1
        }
        return counts.enumerated().map { ((Double($0) + 0.5) / Double(bins), $1) }
    }
}

/// A test of whether a loss falls faster while more features of its own model jump, for models in which some feature
/// jumps nearly all the time.
///
/// Of the speed of a run's fall and of the number of its features that jump, the mean of the other runs at the same
/// steps is taken off, so that the time since the start drops out. The statistic is the correlation of the two over the
/// counted time, as a mean over runs; the null distribution pairs them at random.
struct CrowdTest {
    /// The number of features that jump in each stretch of time. Shape `[runs][stretches]`.
    let jumping: [[Double]]
    /// The fall of the loss per 1000 steps. Shape `[runs][stretches]`.
    let speeds: [[Double]]
    /// The middle step of each stretch. Shape `[stretches]`.
    let steps: [Int]
    /// The correlation of each run's own speed and jumps. Shape `[runs]`.
    let own: [Double]
    let result: PermutationTest

    /// - Parameters:
    ///   - courses: with the same snapshots.
    ///   - rule: for what a jump is; stretches are as long as a jump takes, from the rule's first step on.
    init(_ courses: [Course], _ rule: JumpRule, pairings: Int, using stream: RandomStream) {
        let times = courses[0].steps
        var stretches: [ClosedRange<Int>] = []
        var start = times.firstIndex { $0 >= rule.after } ?? times.count - 1
        while let end = times.firstIndex(where: { $0 >= times[start] + rule.within }) {
            stretches.append(start...end)
            start = end
        }
        let jumping = courses.map { course in
            let jumps = course.jumps(rule).map(\.snapshots)
            return stretches.map { stretch in
                Double(jumps.count { $0.lowerBound < stretch.upperBound && $0.upperBound > stretch.lowerBound })
            }
        }
        let speeds = courses.map { course in
            stretches.map { stretch in
                1000 * (course.losses[stretch.lowerBound] - course.losses[stretch.upperBound])
                    / Double(times[stretch.upperBound] - times[stretch.lowerBound])
            }
        }
        let (crowd, fall) = (excess(jumping), excess(speeds))
        let correlations = crowd.map { crowd in
            fall.map { fall in
                let value = correlation(crowd, fall)
                return value.isFinite ? value : 0
            }
        }
        func statistic(_ order: [Int]) -> Double {
            mean(order.enumerated().map { correlations[$0.element][$0.offset] })
        }
        self.jumping = jumping
        self.speeds = speeds
        own = correlations.indices.map { correlations[$0][$0] }
        steps = stretches.map { (times[$0.lowerBound] + times[$0.upperBound]) / 2 }
        result = PermutationTest(
            observed: statistic(Array(courses.indices)), permutations: pairings, using: stream
        ) { statistic(courses.indices.shuffled(using: &$0)) }
    }
}

/// Each run's values less the mean of the other runs' at the same place.
private func excess(_ values: [[Double]]) -> [[Double]] {
    let total = values[0].indices.map { place in values.reduce(0) { $0 + $1[place] } }
    return values.map { run in
        run.indices.map { run[$0] - (total[$0] - run[$0]) / Double(max(1, values.count - 1)) }
    }
}

/// How much faster a model's loss falls around its jumps than the losses of the other models do at the same steps, in
/// loss per 1000 steps: mean over jumps, and its standard error.
struct FallAroundJumps {
    /// Steps from a jump's middle.
    let offsets: [Int]
    let excess: [Double]
    let error: [Double]

    /// The offsets around the middle over which the excess stays above two standard errors; nil if it is not there.
    var extent: ClosedRange<Int>? {
        func isClear(_ place: Int) -> Bool { excess[place] > 2 * error[place] }
        let middle = offsets.count / 2
        guard isClear(middle) else { return nil }
        let start = (0..<middle).last { !isClear($0) }.map { $0 + 1 } ?? 0
        let end = (middle..<offsets.count).first { !isClear($0) }.map { $0 - 1 } ?? offsets.count - 1
        return offsets[start]...offsets[end]
    }

    init(_ courses: [Course], _ rule: JumpRule, reach: Int) {
        let interval = courses[0].steps[1] - courses[0].steps[0]
        let around = Array(-reach / interval...reach / interval)
        let speeds = courses.map { course in
            course.losses.indices.map { index in
                guard index > 0, index < course.losses.count - 1 else { return Double.nan }
                return 1000 * (course.losses[index - 1] - course.losses[index + 1]) / Double(2 * interval)
            }
        }
        let total = speeds[0].indices.map { index in speeds.reduce(0) { $0 + $1[index] } }
        var samples = around.map { _ in [Double]() }
        for (model, course) in courses.enumerated() {
            for jump in course.jumps(rule) {
                let middle = (jump.snapshots.lowerBound + jump.snapshots.upperBound) / 2
                for (place, offset) in around.enumerated() where speeds[model].indices.contains(middle + offset) {
                    let own = speeds[model][middle + offset]
                    let others = (total[middle + offset] - own) / Double(courses.count - 1)
                    if (own - others).isFinite { samples[place].append(own - others) }
                }
            }
        }
        offsets = around.map { $0 * interval }
        excess = samples.map(mean)
        error = samples.map(standardError)
    }
}
