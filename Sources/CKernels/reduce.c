// Reductions along one axis of [outer][n][inner].
#include "reduce.h"

#include <math.h>
#include <string.h>

static double dense_sum(const double *in, ptrdiff_t n) {
    double part[8] = {0};
    ptrdiff_t i = 0;
    for (; i + 8 <= n; i += 8) {
        for (int lane = 0; lane < 8; lane++) part[lane] += in[i + lane];
    }
    double tail = 0;
    for (; i < n; i++) tail += in[i];
    return ((part[0] + part[4]) + (part[2] + part[6])) + ((part[1] + part[5]) + (part[3] + part[7])) + tail;
}

void ck_sum(double *out, const double *in, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner, double divisor) {
    if (inner == 1) {
        for (ptrdiff_t o = 0; o < outer; o++) out[o] = dense_sum(in + o * n, n) / divisor;
        return;
    }
    for (ptrdiff_t o = 0; o < outer; o++, out += inner, in += n * inner) {
        for (ptrdiff_t j = 0; j < inner; j++) out[j] = 0;
        for (ptrdiff_t k = 0; k < n; k++) {
            const double *row = in + k * inner;
            for (ptrdiff_t j = 0; j < inner; j++) out[j] += row[j];
        }
        for (ptrdiff_t j = 0; j < inner; j++) out[j] /= divisor;
    }
}

void ck_norm(double *out, const double *in, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner) {
    for (ptrdiff_t o = 0; o < outer; o++, out += inner, in += n * inner) {
        for (ptrdiff_t j = 0; j < inner; j++) out[j] = 0;
        for (ptrdiff_t k = 0; k < n; k++) {
            const double *row = in + k * inner;
            for (ptrdiff_t j = 0; j < inner; j++) out[j] += row[j] * row[j];
        }
        for (ptrdiff_t j = 0; j < inner; j++) out[j] = sqrt(out[j]);
    }
}

void ck_extreme(double *out, const double *in, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner, int sign) {
    for (ptrdiff_t o = 0; o < outer; o++, out += inner, in += n * inner) {
        memcpy(out, in, (size_t)inner * sizeof(double));
        for (ptrdiff_t k = 1; k < n; k++) {
            const double *row = in + k * inner;
            for (ptrdiff_t j = 0; j < inner; j++) {
                const int better = sign > 0 ? row[j] > out[j] : row[j] < out[j];
                if (better || row[j] != row[j]) out[j] = row[j];
            }
        }
    }
}

void ck_argmax(double *out, const double *in, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner) {
    for (ptrdiff_t o = 0; o < outer; o++, out += inner, in += n * inner) {
        for (ptrdiff_t j = 0; j < inner; j++) {
            ptrdiff_t best = 0;
            for (ptrdiff_t k = 1; k < n && !isnan(in[best * inner + j]); k++) {
                const double value = in[k * inner + j];
                if (value > in[best * inner + j] || isnan(value)) best = k;
            }
            out[j] = (double)best;
        }
    }
}

int ck_all_finite(const double *in, ptrdiff_t n) {
    int finite = 1;
    for (ptrdiff_t i = 0; i < n; i++) finite &= isfinite(in[i]) != 0;
    return finite;
}
