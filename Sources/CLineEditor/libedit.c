// The parts of the libedit shim that cannot be inline: standard streams, history and characters.

#define _GNU_SOURCE

#include "CLineEditor.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

EditLine *cle_open(const char *program) { return el_init(program, stdin, stdout, stderr); }

static cle_history walk;

// libedit passes a further argument for some operations; none of those that it uses for walking needs it.
static int history_function(void *context, HistEvent *event, int operation, ...) {
    return walk(context, event, operation);
}

void cle_set_history(EditLine *edit, cle_history history, void *context) {
    walk = history;
    el_set(edit, EL_HIST, history_function, context);
}

bool cle_use_utf8(void) {
    // Only the character type: numbers must keep their decimal point.
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
    return setlocale(LC_CTYPE, "C.UTF-8") != NULL;
}

int cle_width(wchar_t character) { return wcwidth(character); }
