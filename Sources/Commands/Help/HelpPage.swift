// HelpPage: pages of help that belong to no single word.

struct HelpPage: Sendable {
    let name: String
    let entries: @Sendable () -> [Entry]
    /// Lines that can be typed as they stand.
    let examples: [String]

    init(_ name: String, examples: [String] = [], entries: @escaping @Sendable () -> [Entry]) {
        self.name = name
        self.entries = entries
        self.examples = examples
    }

    var text: [Entry] { entries() + examples.map(Help.example) }

    /// Lines that are no longer than a usual screen, or running text.
    private static func sentences(_ lines: [String]) -> [Entry] {
        lines.map { line in
            let indent = line.prefix { $0 == " " }.count
            return line.count <= 79 ? Entry([line], hang: indent) : Help.running(line)
        }
    }

    static let all = [verbs, lines, expressions, functions, editing]

    static let verbs = HelpPage("verbs") {
        CommandGroup.allCases.flatMap { group in
            [Entry([group.rawValue])]
                + CommandCatalog.all.filter { $0.group == group }.map {
                    Help.hanging("  " + $0.verb, $0.summary, margin: 14)
                }
        }
    }

    static let lines = HelpPage(
        "lines",
        examples: [
            "a = 2; a * 3", "optimizer adam lr=0.01", "optimizer sgd lr=(1/8)",
            "data iris features=[petal_length, petal_width]",
            "train until loss < 0.5",
        ]
    ) {
        sentences([
            "One line is one command, one assignment or one expression; ; separates several.",
            "A command is a verb, then words and numbers, then key=value; an expression stands in ( ).",
            "After if, until, expect, print, watch, display and trials N the rest is an expression.",
            "# starts a comment. An open bracket, or \\ at the end, goes on in the next line.",
            "A line that fails changes nothing. undo takes back any line.",
            "At the prompt a verb may be shortened while only one begins so, and an empty line repeats the last"
                + " stepping command (next, step, back …).",
        ])
    }

    static let expressions = HelpPage(
        "expressions",
        examples: [
            "2^3^2", "[[1, 2], [3, 4]] @ [1, 1]", "W1[0, 1:3]", "W1[-1]", "norm(W1) > 1 and t >= 0", "w.grad = [1, 0]",
            "v = param([1, 2])", "K = sum(w^2) + 1",
        ]
    ) {
        sentences([
            "Values are numbers and tensors of Double. Operators, from loose to tight:",
            "  or   and   not   < <= > >= == !=   + -   * / @   -x   ^   a[i, j]  a.grad  f(x)",
            "@ is the matrix product; the others repeat sizes of 1 as NumPy does.",
            "Indices start at 0, negative ones count from the end, a:b is a range without b.",
            "Comparisons give 0 and 1; if, until and expect want all of them.",
            "name = param(v) makes a parameter. A name over parameters is live: forward computes it again.",
            "W1.grad is a gradient, W1.m a buffer of the optimizer; lr, t, epoch, loss and pi are numbers.",
        ])
    }

    static let functions = HelpPage("functions") {
        Builtin.all.map { Help.hanging("  \($0.name)", $0.helpText, margin: 16) }
    }

    static let editing = HelpPage("keys") {
        let keys: KeyValuePairs = [
            "Tab": "completes a word, or lists what fits, with present values",
            "Up, Down": "earlier and later lines",
            "Ctrl-R": "searches earlier lines; again: further back; Ctrl-S: forward; Ctrl-G: gives up",
            "Ctrl-A, Ctrl-E": "to the beginning, to the end; Ctrl-Left, Ctrl-Right: by words",
            "Ctrl-W, Ctrl-K": "deletes the word before, the rest; Ctrl-U: all; Ctrl-Y brings it back",
            "Ctrl-C": "drops the line; a training stops between two steps and keeps them",
            "Ctrl-D": "leaves, on an empty line",
            "Ctrl-Z": "stops the program; fg goes on",
            "Enter": "on an empty line repeats the last stepping command",
            "~/.editrc": "own keys (bind …) and vi keys (bind -v), as editrc(5) says",
        ]
        return keys.map { Help.hanging($0.key, $0.value, margin: 16) }
    }
}
