// Copies between dense arrays and strided parts of them: slices, transposes, rows of a data set.
#ifndef CK_STRIDED_H
#define CK_STRIDED_H

#include <stddef.h>
#include <stdint.h>

/// Reads a strided part into a dense array (put = 0) or writes a dense array into a strided part (put = 1).
void ck_strided_copy(double *dense, double *part, const ptrdiff_t *shape, const ptrdiff_t *stride, int rank, int put);

/// out[i] = in[rows[i]], rows of `width` elements.
void ck_take_rows(double *out, const double *in, const int64_t *rows, ptrdiff_t count, ptrdiff_t width);

#endif
