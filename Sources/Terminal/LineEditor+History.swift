// The history under the arrow keys, and Ctrl-R: searching it while the words are typed.
// libedit's own search cannot take Hangul and ends the input at Ctrl-C, so that this one takes its place.

import CLineEditor
import Glibc

extension LineEditor {
    /// Answers libedit's steps through the history; its first entry is the latest.
    func walkHistory(_ event: UnsafeMutablePointer<HistEvent>, _ operation: Int32) -> Int32 {
        let count = history.entries.count
        var position = historyPosition
        switch operation {
        case H_FIRST: position = 0
        case H_LAST: position = count - 1
        case H_NEXT: position += 1
        case H_PREV: position -= 1
        case H_CURR: break
        default: return -1
        }
        guard (0..<count).contains(position) else { return -1 }
        historyPosition = position
        free(historyText)
        historyText = strdup(history.entries[count - 1 - position])
        event.pointee = HistEvent(num: Int32(count - position), str: historyText)
        return 0
    }

    // MARK: Search

    /// Reads keys until one ends the search: Enter runs what was found, Ctrl-G brings back the line as it was, any other
    /// command is carried out on the line found.
    func searchHistory() -> UInt8 {
        let entries = history.entries
        let before = (prompt: String(cString: prompt), width: promptWidth, text: text())
        var query = ""
        var index = entries.count
        var found = true
        func look(_ candidates: some Sequence<Int>) {
            let match = query.isEmpty ? nil : candidates.first { strstr(entries[$0], query) != nil }
            found = match != nil || query.isEmpty
            if let match { index = match }
        }
        while true {
            showSearch(query, found: found, text: index < entries.count ? entries[index] : before.text)
            var key: wchar_t = 0
            let isKey = el_wgetc(edit, &key) == 1
            switch isKey ? UInt32(bitPattern: key) : 0 {
            case Key.r:
                if query.isEmpty { query = lastQuery }
                look((0..<index).reversed())
            case Key.s:
                look(min(index + 1, entries.count)..<entries.count)
            case Key.backspace, Key.delete:
                if !query.isEmpty { query.removeLast() }
                index = entries.count
                look((0..<entries.count).reversed())
            case let code where code >= 0x20:
                query.unicodeScalars.append(Unicode.Scalar(code) ?? " ")
                look((0..<min(index + 1, entries.count)).reversed())
            case let code:
                if !query.isEmpty { lastQuery = query }
                let isGivenUp = !isKey || code == Key.g
                if isKey { moveToFirstRow() }
                endSearch(prompt: before.prompt, width: before.width, text: isGivenUp ? before.text : nil)
                // After Ctrl-C the line has been left already, and what comes next draws its own prompt.
                if isKey { cle_refresh(edit) }
                if isKey, code != Key.g { lookahead = [UInt8(code)] + lookahead }
                return UInt8(isKey ? CC_NORM : CC_EOF)
            }
        }
    }

    private enum Key {
        static let g: UInt32 = 0x07
        static let r: UInt32 = 0x12
        static let s: UInt32 = 0x13
        static let backspace: UInt32 = 0x08
        static let delete: UInt32 = 0x7F
    }

    private func showSearch(_ query: String, found: Bool, text: String) {
        moveToFirstRow()
        setPrompt("\(found ? "search" : "not found") `\(query)': ")
        replaceLine(by: text)
        let characters = text.unicodeScalars
        if let match = text.firstRange(of: query), !query.isEmpty {
            el_cursor(edit, -Int32(characters.distance(from: match.lowerBound, to: characters.endIndex)))
        }
        cle_refresh(edit)
    }

    private func endSearch(prompt before: String, width: Int, text: String?) {
        free(prompt)
        prompt = strdup(before)
        promptWidth = width
        if let text { replaceLine(by: text) }
    }

    /// libedit's own replacing refuses an empty text.
    private func replaceLine(by text: String) {
        if !text.isEmpty {
            el_replacestr(edit, text)
        } else {
            let line = el_wline(edit).pointee
            el_cursor(edit, Int32(line.lastchar - line.cursor))
            el_deletestr(edit, Int32(line.lastchar - line.buffer))
        }
    }
}
