// Adam's update as a plain loop over n parameters: reads weight, gradient and both moments, writes all but the gradient.
// Compiled and timed by peers.py, as the measure of what memory delivers.
#include <math.h>
#include <stddef.h>

void adam(ptrdiff_t n, double *restrict w, const double *restrict g, double *restrict m, double *restrict v, double lr,
          double beta1, double beta2, double eps, double correction1, double correction2) {
#pragma omp parallel for simd schedule(static)
    for (ptrdiff_t i = 0; i < n; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        w[i] -= lr * (m[i] / correction1) / (sqrt(v[i] / correction2) + eps);
    }
}
