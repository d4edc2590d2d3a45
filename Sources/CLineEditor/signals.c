// Signal handlers. Those of the editor only note what happened and wake the reader, which acts in its own time. Those
// for the end of the process put the terminal in order and let the signal take its course.

#define _GNU_SOURCE

#include "CLineEditor.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

// MARK: Events

static atomic_bool interrupted;
static atomic_uint interruptions;
static atomic_int events;
static int event_descriptor = -1;
static volatile sig_atomic_t reading;

static void note(int signal) {
    int saved = errno;
    switch (signal) {
    case SIGINT:
        atomic_store(&interrupted, true);
        atomic_fetch_add(&interruptions, 1);
        atomic_fetch_or(&events, CLE_INTERRUPT);
        break;
    case SIGWINCH: atomic_fetch_or(&events, CLE_RESIZE); break;
    case SIGTSTP:
        // During a command nobody looks at events.
        if (!reading) cle_stop();
        else atomic_fetch_or(&events, CLE_SUSPEND);
        break;
    case SIGCONT: atomic_fetch_or(&events, CLE_CONTINUE); break;
    }
    if (event_descriptor >= 0) eventfd_write(event_descriptor, 1);
    errno = saved;
}

// Output under way goes on after the handler (SA_RESTART); waiting for a key ends, because poll is never restarted.
static void handle(int signal) {
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigaction(signal, &action, NULL);
}

static bool is_ignored(int signal) {
    struct sigaction action;
    return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void cle_install_interrupt(void) {
    if (event_descriptor < 0) event_descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!is_ignored(SIGINT)) handle(SIGINT);
}

bool cle_interrupted(void) { return atomic_load_explicit(&interrupted, memory_order_relaxed); }
void cle_clear_interrupt(void) { atomic_store(&interrupted, false); }
unsigned cle_interruptions(void) { return atomic_load(&interruptions); }
int cle_event_descriptor(void) { return event_descriptor; }

int cle_take_events(void) {
    // Emptied first: an event that comes in between leaves the descriptor readable, and nothing to take the next time.
    eventfd_t count;
    if (event_descriptor >= 0) eventfd_read(event_descriptor, &count);
    return atomic_exchange(&events, 0);
}

// MARK: Reading

static const int reading_signals[] = {SIGWINCH, SIGCONT};
enum { READING_SIGNALS = sizeof reading_signals / sizeof *reading_signals };
static struct sigaction before_reading[READING_SIGNALS];

// Ctrl-\ is too near to other keys to end a session while a line is typed.
static struct sigaction before_quit;

void cle_begin_reading(void) {
    struct sigaction ignoring = {.sa_handler = SIG_IGN};
    sigaction(SIGQUIT, &ignoring, &before_quit);
    for (int i = 0; i < READING_SIGNALS; i++) {
        sigaction(reading_signals[i], NULL, &before_reading[i]);
        handle(reading_signals[i]);
    }
    reading = 1;
    cle_take_events();
}

void cle_end_reading(void) {
    reading = 0;
    sigaction(SIGQUIT, &before_quit, NULL);
    for (int i = 0; i < READING_SIGNALS; i++) sigaction(reading_signals[i], &before_reading[i], NULL);
}

// MARK: The end of the process, and its stops

static const int final_signals[] = {
    SIGHUP, SIGTERM, SIGQUIT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT,
};
enum { FINAL_SIGNALS = sizeof final_signals / sizeof *final_signals };
static struct sigaction before_guard[FINAL_SIGNALS];
static struct termios sane;
static bool guarding;
static char last_words[32];

static void write_all(const char *text) {
    ssize_t ignored = write(STDOUT_FILENO, text, strlen(text));
    (void)ignored;
}

// A background process would be stopped by touching the terminal.
static bool has_terminal(void) { return tcgetpgrp(STDIN_FILENO) == getpgrp(); }

static void tidy(void) {
    if (!guarding || !has_terminal()) return;
    write_all(last_words);
    if (reading) write_all("\r\n");
    tcsetattr(STDIN_FILENO, TCSANOW, &sane);
}

static void end(int signal) {
    tidy();
    // What was to happen without this handler happens now: the signal is delivered again as the handler returns.
    for (int i = 0; i < FINAL_SIGNALS; i++)
        if (final_signals[i] == signal) sigaction(signal, &before_guard[i], NULL);
    // Who types Ctrl-\ during long work wants it ended, not a report of a crash.
    if (signal == SIGQUIT) sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    raise(signal);
}

void cle_stop(void) {
    struct termios present;
    bool known = has_terminal() && tcgetattr(STDIN_FILENO, &present) == 0;
    if (known) tcsetattr(STDIN_FILENO, TCSANOW, &sane);

    struct sigaction stopping = {.sa_handler = SIG_DFL}, noting;
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &stopping, &noting);
    raise(SIGTSTP);
    // Inside the handler the signal is held back until it is let through here.
    sigprocmask(SIG_UNBLOCK, &stop, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &noting, NULL);

    if (known && has_terminal()) tcsetattr(STDIN_FILENO, TCSANOW, &present);
}

void cle_guard_terminal(const char *farewell) {
    if (guarding || tcgetattr(STDIN_FILENO, &sane) != 0) return;
    guarding = true;
    strncpy(last_words, farewell, sizeof last_words - 1);

    // A stack overflow leaves no room for a handler, so that it needs a stack of its own.
    static char stack[65536];
    stack_t present;
    if (sigaltstack(NULL, &present) == 0 && (present.ss_flags & SS_DISABLE)) {
        stack_t spare = {.ss_sp = stack, .ss_size = sizeof stack};
        sigaltstack(&spare, NULL);
    }
    struct sigaction action = {.sa_handler = end, .sa_flags = SA_ONSTACK};
    for (int i = 0; i < FINAL_SIGNALS; i++) {
        sigaction(final_signals[i], NULL, &before_guard[i]);
        if (before_guard[i].sa_handler != SIG_IGN) sigaction(final_signals[i], &action, NULL);
    }
    if (!is_ignored(SIGTSTP)) handle(SIGTSTP);

    static bool registered;
    if (!registered) atexit(tidy);
    registered = true;
}

void cle_unguard_terminal(void) {
    if (!guarding) return;
    guarding = false;
    if (!is_ignored(SIGTSTP)) signal(SIGTSTP, SIG_DFL);
    for (int i = 0; i < FINAL_SIGNALS; i++) sigaction(final_signals[i], &before_guard[i], NULL);
}
