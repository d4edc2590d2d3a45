// LessonDraft: a session as the beginning of a lesson: the form, the commands, and what they gave.

import Formulas
import Tensors

extension Workbench {
    /// The lines of the session with room for prose before each, expectations of the numbers it ended with, and the parts
    /// that every lesson has. `file` is where it will be written; its number is the lesson's.
    func lessonDraft(for file: String) -> String {
        let lesson = Lesson(Script(name: file, ""))
        let lines = savedSession(in: Files.folder(of: file)).split(separator: "\n").filter { !$0.hasPrefix("#") }
        let rule = String(repeating: "─", count: 80)
        var text = """
            # Lesson \(lesson.number.map(String.init) ?? "N") · (title)
            #
            # Follows:  (the text that it follows)
            # Teaches:  (concept ids, such as 0-12)
            #
            # Afterwards you can
            #   - (what)

            new

            # ── 1. (section) \(rule.dropFirst(10))
            #

            """
        for line in lines where line != "new" { text += "# (what comes, and why)\n\n\(line)\n\n" }
        let numbers = finalNumbers
        for (name, value) in numbers {
            text += "expect \(name) ~= \(TensorText.inline(value, digits: .full))\n"
        }
        if let (name, value) = numbers.first {
            let element =
                value.shape.rank == 0 ? name : "\(name)[\(value.shape.axes.map { _ in "0" }.joined(separator: ","))]"
            for _ in 0..<2 { text += "\nask \"What is \(element) now?\" answer=\(element) hint=\"(a hint)\"\n" }
        }
        return text + "\n# ── Try \(rule)\n#\n# 1. (one thing)\n# 2. (another)\n# 3. (a third)\n"
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
