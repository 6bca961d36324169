import ArgumentParser
import Foundation

/// Throws unless all arguments are UTF-8, and the folder that relative paths start from: others would name other files.
func checkArgumentBytes() throws {
    for index in 1..<max(1, Int(CommandLine.argc)) {
        guard let bytes = CommandLine.unsafeArgv[index], String(validatingCString: bytes) == nil else { continue }
        throw ValidationError(
            "The argument '\(String(cString: bytes))' is not UTF-8, as paths must be here: name another.")
    }
    guard let folder = getcwd(nil, 0) else { return }
    defer { free(folder) }
    if String(validatingCString: folder) == nil {
        throw ValidationError(
            "The path of this folder, '\(String(cString: folder))', is not UTF-8: start from another.")
    }
}
