// LessonDraft: a session as the beginning of a lesson: the form, the commands, and what they gave.

import Formulas
import Tensors

extension Lesson {
    /// What a draft leaves to be written.
    static let placeholders =
        [Draft.title, Draft.text, Draft.ids, Draft.aim, Draft.section, Draft.prose, Draft.hint] + Draft.tries

    fileprivate enum Draft {
        static let title = "(title)"
        static let text = "(the text that it follows)"
        static let ids = "(concept ids, such as 0-12)"
        static let aim = "(what)"
        static let section = "(section)"
        static let prose = "(what comes, and why)"
        static let hint = "(a hint)"
        static let tries = ["(one thing)", "(another)", "(a third)"]
    }
}

extension Workbench {
    /// The lines of the session with room for prose before each, expectations of the numbers it ended with, and the parts
    /// that every lesson has. `file` is where it will be written; its number is the lesson's.
    func lessonDraft(for file: String) -> String {
        let lesson = Lesson(Script(name: file, ""))
        let session = Script(name: file, savedSession(in: Files.folder(of: file)))
        let rule = String(repeating: "─", count: 80)
        var text = """
            # Lesson \(lesson.number.map(String.init) ?? "N") · \(Lesson.Draft.title)
            #
            # Follows:  \(Lesson.Draft.text)
            # Teaches:  \(Lesson.Draft.ids)
            #
            # Afterwards you can
            #   - \(Lesson.Draft.aim)

            new

            # ── 1. \(Lesson.Draft.section) \(rule.dropFirst(10))
            #

            """
        var start = 0
        while let (range, next) = session.line(from: start) {
            let line = String(decoding: session.text[range], as: UTF8.self)
            if !line.isEmpty, !line.hasPrefix("#"), line != "new" {
                text += "# \(Lesson.Draft.prose)\n\n\(line)\n\n"
            }
            start = next
        }
        let numbers = finalNumbers
        for (name, value) in numbers {
            text += "expect \(name) ~= \(TensorText.inline(value, digits: .full))\n"
        }
        let elements = numbers.flatMap { name, value in
            (0..<min(value.count, 2)).map { offset in
                let place = value.shape.position(of: offset).map(String.init).joined(separator: ",")
                return place.isEmpty ? name : "\(name)[\(place)]"
            }
        }
        // A lesson has two questions; where there is one number, it stands for both until something better is asked.
        for element in (elements.count == 1 ? elements + elements : elements).prefix(2) {
            text += "\nask \"What is \(element) now?\" answer=\(element) hint=\"\(Lesson.Draft.hint)\"\n"
        }
        let tries = Lesson.Draft.tries.enumerated().map { "# \($0 + 1). \($1)\n" }.joined()
        return text + "\n# ── Try \(rule)\n#\n" + tries
    }

    /// Parameters and live values that are small enough to be checked by eye.
    private var finalNumbers: [(String, Tensor)] {
        let names = session.layout.entries.map(\.name) + session.liveOrder.filter { !session.isStale($0) }
        return names.compactMap { name in
            guard let value = try? session.value(of: name), value.count <= 6, value.elements.allSatisfy(\.isFinite)
            else {
                return nil
            }
            return (name, value)
        }
    }
}
