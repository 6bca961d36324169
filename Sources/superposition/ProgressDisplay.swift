import Foundation
import Notebook
import Synchronization
import ToyModels

/// Shows on standard error what a run is doing: on a terminal as a bar that is redrawn in place, otherwise as plain
/// lines. Chapters run side by side, so each line begins with the number of its chapter.
final class ProgressDisplay: Sendable {
    private let style: Style
    private let state = Mutex(State())

    private enum Style { case none, lines, bar }

    private struct State {
        /// What is being trained, in the order in which it has begun to get on.
        var training: [Training] = []
        var lastDrawn: ContinuousClock.Instant?
        var barIsShown = false
        /// How far the run has come; nil if nobody has said what it consists of.
        var forecast: Forecast?
    }

    private struct Training {
        var place: String
        var experiment: String
        var start = ContinuousClock.now
        var progress: Trainer.Progress
    }

    private let threads: Int
    private let start = ContinuousClock.now

    /// - Parameters:
    ///   - quiet: whether only notices are shown.
    ///   - threads: how many train.
    init(quiet: Bool, threads: Int) {
        self.threads = min(threads, ProcessInfo.processInfo.activeProcessorCount)
        style = quiet ? .none : isatty(STDERR_FILENO) != 0 ? .bar : .lines
    }

    /// Shows an event. Callable from any thread.
    func show(_ event: RunEvent) {
        let number = event.chapter.map(String.init) ?? ""
        let place = event.seed.map { "\(number), seed \($0)" } ?? number
        state.withLock { state in
            state.forecast?.note(event)
            switch event.what {
            case .began(let expectations):
                state.forecast = Forecast(expectations, threads: threads)
            case .notice(let sentence):
                write(sentence, state: &state)
            case _ where style == .none:
                break
            case .chapterStarted(let title):
                write("\(place) \(title)", state: &state)
            case .found(let experiment, let seconds):
                write("\(place)   \(experiment.id): found (trained in \(time(seconds)))", state: &state)
            case .trainingStarted(let experiment, _):
                if style == .lines { write("\(place)   \(describe(experiment))", state: &state) }
            case .training(let experiment, let progress):
                advance(experiment, place, progress, state: &state)
            case .trainingEnded(let experiment, let seconds, let reason):
                state.training.removeAll { $0.place == place && $0.experiment == experiment.id }
                let what = style == .lines ? experiment.id : describe(experiment)
                let why = reason.map { " (\($0))" } ?? ""
                write("\(place)   \(what): trained in \(time(seconds))\(why)", state: &state)
            case .chapterEnded(let title):
                let standing = standing(of: state).map { "; \($0)" } ?? ""
                write("\(place) \(title): done\(standing)", state: &state)
            case .ended(let utilisation):
                write("\(utilisation)", state: &state)
            }
        }
    }

    /// Removes the bar.
    func clear() {
        state.withLock { erase(&$0) }
    }

    private func time(_ seconds: Double) -> String { String(format: "%.1f s of core time", seconds) }

    private func describe(_ experiment: Experiment) -> String {
        let shape = "\(experiment.architecture.features)×\(experiment.architecture.hidden)"
        let models = experiment.models == 1 ? "1 model" : "\(experiment.models) models"
        return "\(experiment.id): \(models) of \(shape), \(experiment.steps) steps"
    }

    private func advance(
        _ experiment: Experiment, _ place: String, _ progress: Trainer.Progress, state: inout State
    ) {
        guard style == .bar else { return }
        if let index = state.training.firstIndex(where: { $0.place == place && $0.experiment == experiment.id }) {
            // What threads tell may come in another order than it was so.
            if progress.done > state.training[index].progress.done { state.training[index].progress = progress }
        } else {
            state.training.append(Training(place: place, experiment: experiment.id, progress: progress))
        }
        draw(&state)
    }

    /// Draws how far the experiment has come that is trained for the longest time.
    private func draw(_ state: inout State) {
        let now = ContinuousClock.now
        // Often enough for the eye, seldom enough to cost nothing.
        guard let first = state.training.first, state.lastDrawn.map({ now - $0 >= .milliseconds(100) }) ?? true
        else { return }
        state.lastDrawn = now
        let others = state.training.count - 1
        let line = ProgressLine(
            name: "\(first.place) \(first.experiment)\(others > 0 ? " and \(others) more" : "")",
            done: first.progress.done, total: first.progress.total, seconds: (now - first.start) / .seconds(1),
            standing: standing(of: state))
        writeError("\r\u{1B}[K\(line.text(width: terminalWidth() - 1))")
        state.barIsShown = true
    }

    /// How far the whole run has come: "4 of 9 chapters, about 3 min left".
    private func standing(of state: State) -> String? {
        guard let forecast = state.forecast else { return nil }
        let hasEnded = forecast.chaptersEnded == forecast.chapters
        let parts = [
            // Of one chapter there is nothing to count.
            forecast.chapters > 1 ? "\(forecast.chaptersEnded) of \(forecast.chapters) chapters" : nil,
            hasEnded ? nil : forecast.left(after: (ContinuousClock.now - start) / .seconds(1)).description,
        ]
        let text = parts.compactMap(\.self).joined(separator: ", ")
        return text.isEmpty ? nil : text
    }

    private func write(_ line: String, state: inout State) {
        erase(&state)
        writeError(line + "\n")
    }

    private func erase(_ state: inout State) {
        if state.barIsShown { writeError("\r\u{1B}[K") }
        state.barIsShown = false
    }

    private func terminalWidth() -> Int {
        var size = winsize()
        let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : 80
    }
}

/// How far an experiment has come, as a line of text.
struct ProgressLine: Hashable, Sendable {
    /// The experiment's id.
    var name: String
    /// Steps taken, of all models together.
    var done: Int
    /// Steps to take.
    var total: Int
    /// Wall time since the first step.
    var seconds: Double
    /// How far the whole run has come, in words; nil to tell the time that is left of this experiment alone.
    var standing: String?

    /// The line, in at most `width` columns.
    func text(width: Int) -> String {
        let share = total > 0 ? min(1, Double(done) / Double(total)) : 0
        var tail = " \(Int(share * 100))%"
        var rest = ""
        if seconds > 0, done > 0 {
            let rate = Double(done) / seconds
            rest = "  \(Self.short(rate)) steps/s"
            if standing == nil { rest += "  \(Self.clock(Double(max(0, total - done)) / rate)) left" }
        }
        let head = standing.map { "\($0) · \(name) " } ?? "\(name) "
        // What the whole run does comes first; the rate is shown where there is room.
        if standing == nil || head.count + tail.count + rest.count + 5 <= width { tail += rest }
        let bar = min(30, width - head.count - tail.count)
        guard bar >= 5 else { return String((head + tail.dropFirst()).prefix(max(0, width))) }
        let full = Int(share * Double(bar))
        return head + String(repeating: "━", count: full) + String(repeating: "╌", count: bar - full) + tail
    }

    private static func short(_ number: Double) -> String {
        switch number {
        case 1e6...: String(format: "%.1fM", number / 1e6)
        case 1e3...: String(format: "%.0fk", number / 1e3)
        default: String(format: "%.0f", number)
        }
    }

    private static func clock(_ seconds: Double) -> String {
        guard seconds < 360_000 else { return "days" }
        let whole = Int(seconds.rounded(.up))
        return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
    }
}
