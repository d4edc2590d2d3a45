// Ctrl-C as a flag, which long work looks at when it is at a point where it may stop.

import CLineEditor

/// Ctrl-C between two training steps. Without `install()` Ctrl-C ends the program, as a script would have it.
public enum Signals {
    /// From now on Ctrl-C only raises the flag (a program that was started with it ignored goes on ignoring it).
    public static func install() {
        cle_install_interrupt()
    }

    /// Whether Ctrl-C was typed since the last `clear()`: one atomic load, from any thread.
    public static var interrupted: Bool { cle_interrupted() }

    /// Takes the flag down.
    public static func clear() {
        cle_clear_interrupt()
    }
}
