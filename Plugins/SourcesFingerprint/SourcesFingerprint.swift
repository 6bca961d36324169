import PackagePlugin

/// Gives a target the fingerprint of the sources of `ToyModels`, on which it depends, as `toyModelsFingerprint`.
///
/// A constant that is compiled in shows what the program was built from; files that are read when it runs would show
/// what they have become since.
@main
struct SourcesFingerprint: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let target = target as? SwiftSourceModuleTarget,
            let science = target.recursiveTargetDependencies.first(where: { $0.name == "ToyModels" })
                as? SwiftSourceModuleTarget
        else {
            Diagnostics.error("\(target.name) does not depend on ToyModels.")
            return []
        }
        let sources = science.sourceFiles(withSuffix: ".swift").map(\.url).sorted { $0.path() < $1.path() }
        let output = context.pluginWorkDirectoryURL.appending(path: "Fingerprint.swift")
        return [
            .buildCommand(
                displayName: "Taking the fingerprint of ToyModels",
                executable: try context.tool(named: "fingerprint").url,
                arguments: [output.path(percentEncoded: false), science.directoryURL.path(percentEncoded: false)]
                    + sources.map { $0.path(percentEncoded: false) },
                inputFiles: sources, outputFiles: [output])
        ]
    }
}
