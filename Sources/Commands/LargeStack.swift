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
    // Signals interrupt the body and not this thread: what they ask for is then done before the body goes on, rather than
    // whenever this thread gets its turn. So no key typed after Ctrl-C is taken for one before it, and the terminal that
    // SIGTERM tidies up is not set anew by a body that has not noticed.
    var all = sigset_t()
    sigfillset(&all)
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &all, &before)
    pthread_join(thread, nil)
    pthread_sigmask(SIG_SETMASK, &before, nil)
}
