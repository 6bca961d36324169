import Foundation

/// How often a test repeats what it does at random: `thorough` times with `make endure`, and some of them otherwise.
package func times(_ thorough: Int) -> Int {
    ProcessInfo.processInfo.environment["THOROUGH"] == nil ? thorough / 5 : thorough
}
