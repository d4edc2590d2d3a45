#ifndef CKERNELS_MATMUL_H
#define CKERNELS_MATMUL_H

#include <stddef.h>

/// The matrix product C[m×n] = A[m×k]·B[k×n], with C row-major and dense.
///
/// Element (i,p) of A is a[i*a_row + p*a_col], element (p,j) of B is b[p*b_row + j*b_col]; so a transposed
/// operand costs no copy. k = 0 gives zeros. C must not overlap A or B.
/// A large product is computed by up to `threads` threads (more if an earlier call asked for more); a small one by the
/// caller's alone. The bits of the result never depend on that.
/// Several threads may call this function at the same time.
void ck_matmul(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k,
               const double *a, ptrdiff_t a_row, ptrdiff_t a_col,
               const double *b, ptrdiff_t b_row, ptrdiff_t b_col,
               double *c, int threads);

#endif
