// Reductions along one axis of a dense array seen as [outer][n][inner]; the result is [outer][inner].
#ifndef CK_REDUCE_H
#define CK_REDUCE_H

#include <stddef.h>

/// Sums divided by `divisor`. Along a dense axis (inner = 1) eight partial sums run side by side.
void ck_sum(double *out, const double *in, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner, double divisor);

/// Square roots of sums of squares.
void ck_norm(double *out, const double *in, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner);

/// Largest (sign = 1) or smallest (sign = -1) elements; a NaN wins. n must be positive.
void ck_extreme(double *out, const double *in, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner, int sign);

/// The index of the first largest element; a NaN counts as largest. n must be positive.
void ck_argmax(double *out, const double *in, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner);

/// 1 when every element is finite.
int ck_all_finite(const double *in, ptrdiff_t n);

#endif
