// Numbers as text and back, without the locale.
#ifndef CK_NUMBER_H
#define CK_NUMBER_H

#include <stddef.h>

/// Writes `value` with at most `digits` significant digits (as printf's %g) into `text`; returns the length.
int ck_format(char *text, size_t size, double value, int digits);

/// Writes `value` with `decimals` digits after the point (as printf's %f).
int ck_format_fixed(char *text, size_t size, double value, int decimals);

/// Reads a whole decimal number; returns 0 when `text` is not exactly one.
int ck_parse(const char *text, double *value);

#endif
