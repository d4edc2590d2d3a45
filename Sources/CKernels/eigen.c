// Eigenvalues by reduction to a tridiagonal matrix (Householder 1958) and implicit QR steps (Golub and Van Loan,
// Matrix Computations, section 8.3). All inner loops run along rows, which lie together in memory.
#include "eigen.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

static double *row(double *matrix, int n, int index) { return matrix + (ptrdiff_t)n * index; }

/// The products of two rows from `start` on, added up in eight lanes.
static double dot(const double *a, const double *b, int start, int n) {
    double lanes[8] = {0};
    int j = start;
    for (; j + 8 <= n; j += 8)
        for (int lane = 0; lane < 8; lane++) lanes[lane] += a[j + lane] * b[j + lane];
    double sum = 0;
    for (int lane = 0; lane < 8; lane++) sum += lanes[lane];
    for (; j < n; j++) sum += a[j] * b[j];
    return sum;
}

/// Reflects the k-th row and column onto the diagonal and its neighbour. The vector of the reflection I − β·v·vᵀ stays
/// in row k, behind the diagonal; β is returned.
static double reflect(int n, double *a, int k, double *neighbour, double *w) {
    double *v = row(a, n, k);
    double largest = 0, square = 0;
    for (int i = k + 1; i < n; i++) largest = fmax(largest, fabs(v[i]));
    if (largest == 0) {
        *neighbour = 0;
        return 0;
    }
    for (int i = k + 1; i < n; i++) square += (v[i] / largest) * (v[i] / largest);
    double length = largest * sqrt(square);
    if (v[k + 1] > 0) length = -length;
    *neighbour = length;
    // Scaled so that the first element is 1, no square can overflow or vanish.
    double first = v[k + 1] - length;
    double beta = -first / length;
    v[k + 1] = 1;
    for (int i = k + 2; i < n; i++) v[i] /= first;

    // a ← (I − β·v·vᵀ)·a·(I − β·v·vᵀ) = a − v·wᵀ − w·vᵀ
    double product = 0;
    for (int i = k + 1; i < n; i++) {
        w[i] = beta * dot(row(a, n, i), v, k + 1, n);
        product += w[i] * v[i];
    }
    for (int i = k + 1; i < n; i++) w[i] -= 0.5 * beta * product * v[i];
    for (int i = k + 1; i < n; i++) {
        double *target = row(a, n, i);
        for (int j = k + 1; j < n; j++) target[j] -= v[i] * w[j] + w[i] * v[j];
    }
    return beta;
}

/// Multiplies all reflections into `vectors`, the last first.
static void accumulate(int n, double *a, const double *betas, double *vectors) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) row(vectors, n, i)[j] = i == j;
    for (int k = n - 3; k >= 0; k--) {
        if (betas[k] == 0) continue;
        const double *v = row(a, n, k);
        // Rows of `vectors` are eigenvectors, so the reflection works on their elements.
        for (int i = k + 1; i < n; i++) {
            double *target = row(vectors, n, i);
            double share = betas[k] * dot(target, v, k + 1, n);
            for (int j = k + 1; j < n; j++) target[j] -= share * v[j];
        }
    }
}

/// One implicit QR step on the rows `low` to `high` of the tridiagonal matrix.
static void step(int n, double *d, double *e, double *vectors, int low, int high) {
    double half = (d[high - 1] - d[high]) / 2;
    double edge = e[high - 1];
    double root = hypot(half, edge);
    double shift = d[high] - edge * (edge / (half + (half < 0 ? -root : root)));
    double x = d[low] - shift, z = e[low];
    for (int k = low; k < high; k++) {
        double r = hypot(x, z);
        double c = r == 0 ? 1 : x / r, s = r == 0 ? 0 : z / r;
        if (k > low) e[k - 1] = r;
        double above = d[k], below = d[k + 1], beside = e[k];
        d[k] = c * c * above + 2 * c * s * beside + s * s * below;
        d[k + 1] = s * s * above - 2 * c * s * beside + c * c * below;
        e[k] = c * s * (below - above) + (c * c - s * s) * beside;
        x = e[k];
        if (k < high - 1) {
            z = s * e[k + 1];
            e[k + 1] *= c;
        }
        double *p = row(vectors, n, k), *q = row(vectors, n, k + 1);
        for (int j = 0; j < n; j++) {
            double left = p[j], right = q[j];
            p[j] = c * left + s * right;
            q[j] = c * right - s * left;
        }
    }
}

int ck_eigen(int n, double *a, double *values, double *vectors, double *scratch) {
    double *e = scratch, *betas = scratch + n;
    for (int k = 0; k + 2 < n; k++) betas[k] = reflect(n, a, k, e + k, values);
    if (n > 1) e[n - 2] = row(a, n, n - 2)[n - 1];
    for (int k = 0; k < n; k++) values[k] = row(a, n, k)[k];
    accumulate(n, a, betas, vectors);

    // Beside the whole matrix, too: where many eigenvalues are 0, rounding alone stands on the diagonal, and nothing would
    // ever be small beside it.
    double norm = 0;
    for (int k = 0; k < n; k++) norm = fmax(norm, fabs(values[k]) + (k < n - 1 ? fabs(e[k]) : 0));
    const double rounding = 1e-3 * DBL_EPSILON * norm;
    int high = n - 1, tries = 0;
    while (high > 0) {
        for (int k = 0; k < high; k++)
            if (fabs(e[k]) <= fmax(DBL_EPSILON * (fabs(values[k]) + fabs(values[k + 1])), rounding)) e[k] = 0;
        if (e[high - 1] == 0) {
            high--;
            tries = 0;
            continue;
        }
        int low = high - 1;
        while (low > 0 && e[low - 1] != 0) low--;
        if (tries++ > 60) return 0;
        step(n, values, e, vectors, low, high);
    }
    return 1;
}
