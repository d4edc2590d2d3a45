// Eigenvalues and eigenvectors of a symmetric matrix.
#ifndef CK_EIGEN_H
#define CK_EIGEN_H

/// Writes the n eigenvalues of the symmetric n×n matrix `a`, in no order, and for each one row of `vectors` with an
/// eigenvector of length 1; `a` is overwritten, `scratch` holds 2n numbers. Returns 0 when the iteration does not
/// settle, as with numbers that are not finite.
int ck_eigen(int n, double *a, double *values, double *vectors, double *scratch);

#endif
