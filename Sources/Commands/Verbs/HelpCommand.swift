// help: all verbs on one screen, or one verb, member, function, key or page.

struct HelpCommand: Command {
    let verb = "help"
    let group = CommandGroup.program
    let summary = "all commands on one screen, or one word explained"
    let examples = ["help", "help adam", "help explain", "help expressions"]
    let effect = Effect.none

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? .words(Help.topics(session)) : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[1])
        guard let word = try call.word(0, "a word", example: examples[1]) else {
            for entry in Help.overview() { context.emit(.entry(entry)) }
            return
        }
        guard let entries = Help.topic(word, context.session) else {
            throw Diagnostic(
                "there is no help on \(word)",
                hint: Suggestion.hint(for: word, in: Help.topics(context.session)) ?? "help",
                at: call.items[0].range)
        }
        for entry in entries { context.emit(.entry(entry)) }
    }
}
