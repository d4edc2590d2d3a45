// Numbers as text and back. The program never sets LC_NUMERIC, so printf and strtod use a point.
#include "number.h"

#include <stdio.h>
#include <stdlib.h>

int ck_format(char *text, size_t size, double value, int digits) {
    return snprintf(text, size, "%.*g", digits, value);
}

int ck_format_fixed(char *text, size_t size, double value, int decimals) {
    return snprintf(text, size, "%.*f", decimals, value);
}

int ck_parse(const char *text, double *value) {
    char *end;
    *value = strtod(text, &end);
    return end != text && *end == 0;
}
