// Which keys do what: this program's, and over them those of the user's .editrc.

import CLineEditor
import Glibc

extension LineEditor {
    func bindKeys() {
        cle_add_command(edit, "dlrepl-complete", "Complete the word at the cursor") { edit, _ in
            LineEditor.of(edit).completeWord()
        }
        cle_add_command(edit, "dlrepl-search", "Search the history backwards") { edit, _ in
            LineEditor.of(edit).searchHistory()
        }
        // The mode first: choosing one puts back all its keys.
        cle_set_editor(edit, "emacs")
        let settings = userSettings()
        apply(settings.filter(choosesMode))
        // Ctrl-S would otherwise freeze the terminal, and a pasted CR LF be two newlines.
        for flag in ["-ixon", "-icrnl", "-inlcr"] { cle_set_terminal_flag(edit, "-d", flag) }
        cle_bind(edit, "^I", "dlrepl-complete")
        cle_bind(edit, "^R", "dlrepl-search")
        if cle_is_vi(edit) {
            // No key that begins with Escape here: it would keep Escape itself from leaving the insert mode.
            cle_bind_alternative(edit, "^R", "dlrepl-search")
        } else {
            bindEmacsKeys()
        }
        apply(settings.filter { !choosesMode($0) })
        // What is typed during a command is shown once, when its turn comes, and not in the middle of the output.
        if cle_is_editing(edit) { cle_set_terminal_flag(edit, "-x", "-echo") }
    }

    private func bindEmacsKeys() {
        let keys: KeyValuePairs = [
            "^W": "ed-delete-prev-word",
            "\\e[3~": "ed-delete-next-char",
            "\\e[H": "ed-move-to-beg", "\\eOH": "ed-move-to-beg",
            "\\e[1~": "ed-move-to-beg", "\\e[7~": "ed-move-to-beg",
            "\\e[F": "ed-move-to-end", "\\eOF": "ed-move-to-end",
            "\\e[4~": "ed-move-to-end", "\\e[8~": "ed-move-to-end",
            "\\e[1;5C": "em-next-word", "\\e[1;3C": "em-next-word",
            "\\e[1;5D": "ed-prev-word", "\\e[1;3D": "ed-prev-word",
        ]
        for (key, command) in keys { cle_bind(edit, key, command) }
        // These use a mark that libedit does not move when its buffer moves.
        for key in ["^X^X", "\\ew", "\\eW"] { cle_unbind(edit, key) }
    }

    // MARK: The user's settings

    /// The commands of `$EDITRC` or `~/.editrc`, each as its words.
    private func userSettings() -> [[String]] {
        let named = getenv("EDITRC").map { String(cString: $0) }
        guard let path = named ?? getenv("HOME").map({ String(cString: $0) + "/.editrc" }),
            let file = fopen(path, "re")
        else { return [] }
        defer { fclose(file) }
        var settings: [[String]] = []
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        while getline(&line, &capacity, file) >= 0 {
            let words = words(of: String(cString: line!))
            if let first = words.first, !first.hasPrefix("#") { settings.append(words) }
        }
        free(line)
        return settings
    }

    private func words(of line: String) -> [String] {
        let tokenizer = tok_init(nil)
        defer { tok_end(tokenizer) }
        var count: Int32 = 0
        var words: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        guard tok_str(tokenizer, line, &count, &words) == 0, let words else { return [] }
        return (0..<Int(count)).compactMap { words[$0].map { String(cString: $0) } }
    }

    /// `bind -v` and `bind -e`.
    private func choosesMode(_ words: [String]) -> Bool {
        words.count == 2 && words[0].hasSuffix("bind") && ["-v", "-e"].contains(words[1])
    }

    private func apply(_ settings: [[String]]) {
        for words in settings {
            var pointers = words.map { UnsafePointer(strdup($0)) }
            _ = el_parse(edit, Int32(words.count), &pointers)
            for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) }
        }
    }
}
