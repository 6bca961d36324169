import Plot
import Synchronization

/// A mark that remembers the plot area it was drawn in.
struct Probe: Mark {
    let name: String
    let log: Log

    final class Log: Sendable {
        private let areas = Mutex<[String: PlotArea]>([:])

        func record(_ area: PlotArea, as name: String) { areas.withLock { $0[name] = area } }
        subscript(name: String) -> PlotArea? { areas.withLock { $0[name] } }
    }

    func draw(in area: PlotArea, on canvas: Canvas) { log.record(area, as: name) }
}
