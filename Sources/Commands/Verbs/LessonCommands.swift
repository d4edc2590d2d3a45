// lessons, lesson: the course that comes with the program.

import Learning

struct LessonsCommand: Command {
    let verb = "lessons"
    let group = CommandGroup.lessons
    let summary = "the lessons, and which of them are done or begun"
    let examples = ["lessons"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        let shelf = try LessonCommand.shelf(call)
        var table = Table(["lesson", "", ""])
        for name in shelf.names {
            let lesson = Lesson(try Script.read("\(shelf.folder)/\(name).dl"))
            let mark =
                switch context.workbench.progress.marks[name] {
                case .done: "done"
                case .left(let step): "begun, \(step) of \(lesson.steps.count)"
                case nil: ""
                }
            table.rows.append([
                name, lesson.title.split(separator: "·").dropFirst().joined(separator: "·").trimmed, mark,
            ])
        }
        context.emit(.table(table))
        context.say("lesson 1 plays the first; lesson reset forgets what was done")
    }
}

struct LessonCommand: Command {
    let verb = "lesson"
    let group = CommandGroup.lessons
    let summary =
        "plays a lesson by number, name or file, from where it was left; start begins anew, fast stops only at questions. "
        + "Enter goes on. again sets the session back to what the lesson has made of it, list shows the lines around, skip "
        + "goes to the next question or section, quit leaves. Everything else is an ordinary command, or the answer when a "
        + "question waits (help ask). undo takes back the lesson's commands too, and its place with them. Without a "
        + "prompt the script just runs"
    let examples = [
        "lesson 5", "lesson adam fast", "lesson 7 start", "lesson 7 start fast", "lesson \"lesson.dl\"", "lesson reset",
    ]
    let effect = Effect.time

    func choices(after items: [String], _ session: Session) -> [Choice] {
        if items.isEmpty { return [.file] + .words((LessonShelf.standard?.names ?? []) + ["reset"]) }
        return items.count <= 2 ? .words(["start", "fast"].filter { !items.dropFirst().contains($0) }) : []
    }

    static func shelf(_ call: Call) throws(Diagnostic) -> LessonShelf {
        guard let shelf = LessonShelf.standard else {
            throw Diagnostic(
                "the lessons are not found",
                hint: "run \"FILE.dl\" runs a script; the folder lessons belongs beside the program",
                at: call.range)
        }
        return shelf
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(3, example: examples[3])
        let workbench = context.workbench
        let word = try Self.name(call)
        if word == "reset" {
            try call.atMost(1, example: "lesson reset")
            try workbench.progress.forgetAll()
            return context.say("no lesson is done or begun")
        }
        let lesson = try Self.lesson(word, call, context)
        let modes = try modes(call)
        do throws(Diagnostic) { try lesson.script.check() } catch { throw error.placed(in: lesson.script) }
        guard !lesson.steps.isEmpty else {
            throw Diagnostic("\(lesson.name) is empty", hint: "lessons lists others", at: call.items[0].range)
        }
        guard workbench.isInteractive else { return try workbench.runNested(lesson.script) }
        var start = 0
        if !modes.contains("start"), case .left(let step) = workbench.progress.marks[lesson.name],
            step < lesson.steps.count
        {
            start = step
        }
        try workbench.play(lesson, from: start, isFast: modes.contains("fast"))
    }

    /// `start` and `fast`, in any order.
    private func modes(_ call: Call) throws(Diagnostic) -> Set<String> {
        var modes: Set<String> = []
        for index in call.items.indices.dropFirst() {
            guard let word = try call.word(index, "fast or start", example: examples[1]),
                word == "fast" || word == "start"
            else { throw Diagnostic("this must be fast or start", hint: examples[1], at: call.items[index].range) }
            guard modes.insert(word).inserted else {
                throw Diagnostic("\(word) is given twice", hint: examples[3], at: call.items[index].range)
            }
        }
        return modes
    }

    /// The file that is named in quotes, or the lesson of that number or name.
    private static func lesson(_ word: String, _ call: Call, _ context: Context) throws(Diagnostic) -> Lesson {
        if case .string = call.items[0].kind {
            let path = context.path(word)
            return Lesson(try Files.located(call.items[0].range) { () throws(Diagnostic) in try Script.read(path) })
        }
        let shelf = try shelf(call)
        do throws(Diagnostic) { return try shelf.lesson(word) } catch {
            throw Diagnostic(error.message, hint: error.hint, at: call.items[0].range)
        }
    }

    private static func name(_ call: Call) throws(Diagnostic) -> String {
        switch call.items.first?.kind {
        case .word(let word): return word
        case .string(let word): return word
        case .number(let number) where number == number.rounded() && number.magnitude < 1000: return "\(Int(number))"
        default: throw Diagnostic("which lesson?", hint: "lessons lists them", at: call.range)
        }
    }
}
