// What Swift needs from C for the line editor: typed names for libedit's variadic calls (Swift cannot call those),
// and the signal handlers, which may only do what is safe inside a handler.

#ifndef CLINEEDITOR_H
#define CLINEEDITOR_H

#include <histedit.h>
#include <stdbool.h>
#include <stddef.h>

// MARK: libedit

typedef char *(*cle_prompt)(EditLine *);
typedef int (*cle_reader)(EditLine *, wchar_t *);
typedef unsigned char (*cle_command)(EditLine *, int);

/// Steps through the history; `operation` is one of libedit's `H_` constants.
typedef int (*cle_history)(void *context, HistEvent *event, int operation);

/// An editor on the standard streams, or null.
EditLine *cle_open(const char *program);

/// Makes `history` the list that the arrow keys walk through. There is one such list in a process.
void cle_set_history(EditLine *edit, cle_history history, void *context);

static inline void cle_set_context(EditLine *edit, void *context) {
    el_set(edit, EL_CLIENTDATA, context);
}

static inline void *cle_context(EditLine *edit) {
    void *context = NULL;
    el_get(edit, EL_CLIENTDATA, &context);
    return context;
}

/// Text between two `quote` characters of the prompt goes to the terminal as it is and takes no column.
static inline void cle_set_prompt(EditLine *edit, cle_prompt prompt, char quote) {
    el_set(edit, EL_PROMPT_ESC, prompt, quote);
}

static inline void cle_set_reader(EditLine *edit, cle_reader reader) {
    el_set(edit, EL_GETCFN, reader);
}

static inline void cle_set_editor(EditLine *edit, const char *name) {
    el_set(edit, EL_EDITOR, name);
}

static inline bool cle_is_vi(EditLine *edit) {
    const char *name = NULL;
    return el_get(edit, EL_EDITOR, &name) == 0 && name != NULL && name[0] == 'v';
}

/// False after `edit off` in the user's settings.
static inline bool cle_is_editing(EditLine *edit) {
    int on = 1;
    el_get(edit, EL_EDITMODE, &on);
    return on != 0;
}

static inline void cle_ignore_signals(EditLine *edit) {
    el_set(edit, EL_SIGNAL, 0);
}

static inline void cle_add_command(EditLine *edit, const char *name, const char *help, cle_command command) {
    el_set(edit, EL_ADDFN, name, help, command);
}

static inline void cle_bind(EditLine *edit, const char *key, const char *command) {
    el_set(edit, EL_BIND, key, command, NULL);
}

/// As `cle_bind`, in vi's command mode.
static inline void cle_bind_alternative(EditLine *edit, const char *key, const char *command) {
    el_set(edit, EL_BIND, "-a", key, command, NULL);
}

static inline void cle_unbind(EditLine *edit, const char *key) {
    el_set(edit, EL_BIND, "-r", key, NULL);
}

/// One terminal flag, as `-ixon`, while editing (mode `-d`) or while commands run (`-x`).
static inline void cle_set_terminal_flag(EditLine *edit, const char *mode, const char *flag) {
    el_set(edit, EL_SETTY, mode, flag, NULL);
}

/// Puts the terminal in editing mode, or back.
static inline void cle_prepare_terminal(EditLine *edit, bool on) {
    el_set(edit, EL_PREP_TERM, on ? 1 : 0);
}

/// Draws prompt and text anew, from the row where the terminal's cursor is.
static inline void cle_refresh(EditLine *edit) {
    el_set(edit, EL_REFRESH);
}

// MARK: Characters

/// Sets the character type to the user's locale, or to C.UTF-8 when that is not UTF-8. False: there is no UTF-8 at all.
bool cle_use_utf8(void);

/// The columns that a character takes: 0, 1 or 2; −1 for one that does not print.
int cle_width(wchar_t character);

// MARK: Signals

enum { CLE_INTERRUPT = 1, CLE_RESIZE = 2, CLE_SUSPEND = 4, CLE_CONTINUE = 8 };

/// Handles SIGINT from now on, unless the program was started with SIGINT ignored.
void cle_install_interrupt(void);

/// Whether SIGINT came since the last `cle_clear_interrupt`. From any thread.
bool cle_interrupted(void);
void cle_clear_interrupt(void);

/// How many SIGINT have come so far.
unsigned cle_interruptions(void);

/// Between these two, window changes, Ctrl-Z and continuing are noted as events.
void cle_begin_reading(void);
void cle_end_reading(void);

/// Readable when an event is waiting.
int cle_event_descriptor(void);

/// The events noted since the last call, as bits.
int cle_take_events(void);

/// However the process ends or stops from now on: the terminal first gets back its present state and, at the end, sees
/// `farewell`.
void cle_guard_terminal(const char *farewell);
void cle_unguard_terminal(void);

/// Really stops the process, with the terminal as it was before the guard; returns when it goes on.
void cle_stop(void);

#endif
