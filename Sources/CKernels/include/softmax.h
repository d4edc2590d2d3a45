// Softmax and cross entropy; the largest element of each row is taken off first, so that exp never overflows.
#ifndef CK_SOFTMAX_H
#define CK_SOFTMAX_H

#include <stddef.h>

/// exp(x - max) / sum, or its logarithm, along the middle axis of [outer][n][inner].
void ck_softmax(double *out, const double *in, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner, int logarithm);

/// The mean over rows of -Σ q·log softmax(z). `z` is [rows][classes]; `target` is one row of probabilities for each row
/// of `z` (dense), or one class number for each.
double ck_cross_entropy(const double *z, const double *target, ptrdiff_t rows, ptrdiff_t classes, int class_numbers,
                        double on, double off);

/// The first index of `target` that is no class number in 0 ..< classes, or -1.
ptrdiff_t ck_bad_class(const double *target, ptrdiff_t n, ptrdiff_t classes);

/// out[i][k] = `on` where target[i] is k, else `off`.
void ck_onehot(double *out, const double *target, ptrdiff_t n, ptrdiff_t classes, double on, double off);

#endif
