// Where libedit's characters come from: keys, pastes, and the events that signals left.

import CLineEditor
import Glibc

extension LineEditor {
    /// One character for libedit: 1 when there is one, 0 at the end of the input, −1 when reading is to be given up.
    func nextCharacter(_ character: UnsafeMutablePointer<wchar_t>) -> Int32 {
        keepCursorInside()
        keepTallLineSafe()
        var state = mbstate_t()
        while let byte = nextByte() {
            var unit = CChar(bitPattern: byte)
            var count = mbrtowc(character, &unit, 1, &state)
            if count == Self.invalid {
                // A byte that cannot go on with a character may begin one.
                state = mbstate_t()
                count = mbrtowc(character, &unit, 1, &state)
            }
            if count == Self.invalid {
                state = mbstate_t()
            } else if count != Self.incomplete, isScalar(character.pointee) {
                return 1
            }
        }
        return ending == .endOfInput ? 0 : -1
    }

    /// What `mbrtowc` answers, as its unsigned result is imported.
    private static let invalid = -1
    private static let incomplete = -2

    private func isScalar(_ character: wchar_t) -> Bool {
        Unicode.Scalar(UInt32(bitPattern: character)) != nil
    }

    private func nextByte() -> UInt8? {
        guard attendEvents() else { return nil }
        if let byte = pasted.popFirst() { return byte }
        guard let byte = rawByte() else { return nil }
        if byte == Self.escape, findsPaste() {
            receivePaste()
            return nextByte()
        }
        return byte
    }

    /// One byte from the terminal; without one after `timeout` milliseconds, at its end or after Ctrl-C, nil.
    private func rawByte(timeout: Int32 = -1) -> UInt8? {
        var sources = [
            pollfd(fd: keys, events: Int16(POLLIN), revents: 0),
            pollfd(fd: cle_event_descriptor(), events: Int16(POLLIN), revents: 0),
        ]
        // Events come first: a key after Ctrl-C belongs to the next line, and one before it is thrown away, as the kernel
        // does with those that nobody has read yet.
        while attendEvents() {
            if let byte = lookahead.popFirst() { return byte }
            let ready = poll(&sources, 2, timeout)
            if ready == 0 { return nil }
            guard ready > 0, sources[1].revents == 0, sources[0].revents != 0 else { continue }
            var byte: UInt8 = 0
            switch Glibc.read(keys, &byte, 1) {
            case 1: lookahead.append(byte)
            case -1 where errno == EINTR || errno == EAGAIN: continue
            default: ending = .endOfInput
            }
        }
        return nil
    }

    // MARK: Pastes

    private static let escape: UInt8 = 0x1B
    private static let pasteBegin = Array("[200~".utf8)
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    /// After an escape: whether a paste begins. The terminal sends the mark in one go, so that a short wait tells it from
    /// the Escape key.
    private func findsPaste() -> Bool {
        var read: [UInt8] = []
        for expected in Self.pasteBegin {
            guard let byte = rawByte(timeout: 30) else { break }
            read.append(byte)
            if byte != expected { break }
        }
        if read == Self.pasteBegin { return true }
        lookahead = read + lookahead
        return false
    }

    /// Takes the whole paste; its lines are then read as if typed, each when its turn comes.
    private func receivePaste() {
        var bytes: [UInt8] = []
        while let byte = rawByte() {
            bytes.append(byte)
            if byte == Self.pasteEnd.last, bytes.suffix(Self.pasteEnd.count) == Self.pasteEnd[...] {
                bytes.removeLast(Self.pasteEnd.count)
                pasted = Self.typed(bytes)
                return
            }
        }
    }

    /// The keys that give a pasted text: newlines are Enter, a tab is a space rather than completion, and what else would
    /// act as a command is left out.
    private static func typed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        var keys = ""
        for character in String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n").unicodeScalars {
            switch character {
            case "\n", "\r": keys += "\r"
            case "\t": keys += " "
            case "\u{FFFD}": break
            case _ where character.properties.generalCategory == .control: break
            default: keys.unicodeScalars.append(character)
            }
        }
        return Array(keys.utf8)[...]
    }

    // MARK: Events

    /// Does what signals asked for. False: reading is over.
    private func attendEvents() -> Bool {
        let events = Int(cle_take_events())
        if events == 0 { return ending == nil }
        if events & CLE_INTERRUPT != 0 {
            pasted = []
            lookahead = []
            leaveLine(saying: "^C")
            ending = .interrupted
        } else if events & CLE_SUSPEND != 0 {
            suspend()
        } else if events & CLE_RESIZE != 0 {
            moveToFirstRow()
            el_resize(edit)
            cle_refresh(edit)
        } else {
            resume()
        }
        return ending == nil
    }

    private func suspend() {
        leaveLine(saying: "^Z")
        setPasteMarkers(false)
        cle_stop()
        _ = cle_take_events()
        resume()
    }

    /// The shell may have changed the terminal in the meantime.
    private func resume() {
        cle_prepare_terminal(edit, false)
        cle_prepare_terminal(edit, true)
        setPasteMarkers(true)
        el_resize(edit)
        cle_refresh(edit)
    }
}
