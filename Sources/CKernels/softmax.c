// Softmax, its logarithm, cross entropy and one-hot rows.
#include "softmax.h"

#include <math.h>

static double row_max(const double *x, ptrdiff_t n, ptrdiff_t stride) {
    double max = n ? x[0] : 0;
    for (ptrdiff_t k = 1; k < n; k++) {
        if (x[k * stride] > max || isnan(x[k * stride])) max = x[k * stride];
    }
    return max;
}

void ck_softmax(double *out, const double *in, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner, int logarithm) {
    for (ptrdiff_t o = 0; o < outer; o++) {
        for (ptrdiff_t j = 0; j < inner; j++) {
            const double *x = in + o * n * inner + j;
            double *y = out + o * n * inner + j;
            const double max = row_max(x, n, inner);
            double sum = 0;
            for (ptrdiff_t k = 0; k < n; k++) sum += y[k * inner] = exp(x[k * inner] - max);
            if (logarithm) {
                const double log_sum = log(sum);
                for (ptrdiff_t k = 0; k < n; k++) y[k * inner] = x[k * inner] - max - log_sum;
            } else {
                for (ptrdiff_t k = 0; k < n; k++) y[k * inner] /= sum;
            }
        }
    }
}

double ck_cross_entropy(const double *z, const double *target, ptrdiff_t rows, ptrdiff_t classes, int class_numbers,
                        double on, double off) {
    double total = 0;
    for (ptrdiff_t i = 0; i < rows; i++, z += classes) {
        const double max = row_max(z, classes, 1);
        double sum = 0, loss = 0;
        for (ptrdiff_t k = 0; k < classes; k++) sum += exp(z[k] - max);
        const double log_sum = log(sum);
        for (ptrdiff_t k = 0; k < classes; k++) {
            const double given = class_numbers ? (double)((double)k == target[i]) : target[i * classes + k];
            const double q = off + (on - off) * given;
            // A class of probability 0 adds nothing, also where its log-probability is -inf.
            if (q != 0) loss -= q * (z[k] - max - log_sum);
        }
        total += loss;
    }
    return total / (double)rows;
}

ptrdiff_t ck_bad_class(const double *target, ptrdiff_t n, ptrdiff_t classes) {
    for (ptrdiff_t i = 0; i < n; i++) {
        if (!(target[i] >= 0 && target[i] < (double)classes && target[i] == floor(target[i]))) return i;
    }
    return -1;
}

void ck_onehot(double *out, const double *target, ptrdiff_t n, ptrdiff_t classes, double on, double off) {
    for (ptrdiff_t i = 0; i < n; i++) {
        for (ptrdiff_t k = 0; k < classes; k++) *out++ = (double)k == target[i] ? on : off;
    }
}
