// Copies between dense arrays and strided parts.
#include "strided.h"

#include <string.h>

void ck_strided_copy(double *dense, double *part, const ptrdiff_t *shape, const ptrdiff_t *stride, int rank, int put) {
    if (rank == 0) {
        *(put ? part : dense) = *(put ? dense : part);
        return;
    }
    ptrdiff_t total = 1;
    for (int d = 0; d < rank; d++) total *= shape[d];
    const ptrdiff_t width = shape[rank - 1], step = stride[rank - 1];
    for (ptrdiff_t start = 0; start < total; start += width, dense += width) {
        ptrdiff_t rest = start / width, offset = 0;
        for (int d = rank - 2; d >= 0; d--) {
            offset += rest % shape[d] * stride[d];
            rest /= shape[d];
        }
        double *row = part + offset;
        if (put) {
            for (ptrdiff_t i = 0; i < width; i++) row[i * step] = dense[i];
        } else {
            for (ptrdiff_t i = 0; i < width; i++) dense[i] = row[i * step];
        }
    }
}

void ck_take_rows(double *out, const double *in, const int64_t *rows, ptrdiff_t count, ptrdiff_t width) {
    for (ptrdiff_t i = 0; i < count; i++) {
        memcpy(out + i * width, in + rows[i] * width, (size_t)width * sizeof(double));
    }
}
