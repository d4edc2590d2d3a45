// LargeStack: runs a program on a thread whose stack holds the deepest expression that the language allows.

import Glibc

private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
}

/// Runs `body` on a thread with a large stack and waits for it.
///
/// An expression may be 1,000 levels deep, and in a build without optimization a level takes some 20 KiB of stack, more
/// than a main thread has. Memory is used only as far as the stack is.
public func onLargeStack(_ body: @escaping () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 64 << 20)
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Body(body))
    let status = pthread_create(
        &thread, &attributes,
        { argument in
            Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
            return nil
        }, box.toOpaque())
    guard status == 0 else {
        // Without the thread, shallow expressions still work.
        box.takeRetainedValue().run()
        return
    }
    // Signals that end the program interrupt the body and not this thread: what tidies the terminal up then cannot be
    // overtaken by the body setting it anew.
    var ending = sigset_t()
    sigemptyset(&ending)
    for signal in [SIGTERM, SIGHUP] { sigaddset(&ending, signal) }
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &ending, &before)
    pthread_join(thread, nil)
    pthread_sigmask(SIG_SETMASK, &before, nil)
}
