// Where the user's own files are, by the XDG Base Directory Specification.

/// `$VARIABLE/dlrepl/NAME`, or the same below a folder of the home folder; nil without a home folder.
func userFile(_ name: String, in folder: String, or fallback: String) -> String? {
    // A relative path in the variable is to be ignored, says the specification.
    if let folder = variable(folder), folder.hasPrefix("/") { return "\(folder)/dlrepl/\(name)" }
    return variable("HOME").map { "\($0)/\(fallback)/dlrepl/\(name)" }
}
