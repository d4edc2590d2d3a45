// Convolution as a product of matrices, and pooling.
//
// For one sample the parts of the image under the window are copied side by side into a matrix with a row for each
// weight of a filter and a column for each place ("im2col"); filters times this matrix is the convolution, and both
// gradients are products with it or back into it.
#include "window.h"

#include <stdlib.h>
#include <string.h>

#include "matmul.h"

static ptrdiff_t places(const ck_window *w) { return w->places_down * w->places_right; }
static ptrdiff_t weights(const ck_window *w) { return w->channels * w->rows * w->columns; }
static ptrdiff_t pixels(const ck_window *w) { return w->channels * w->height * w->width; }

/// The places first ..< last along an axis where the window's element at `offset` lies inside of the image.
static void inside(ptrdiff_t offset, ptrdiff_t step, ptrdiff_t before, ptrdiff_t size, ptrdiff_t count,
                   ptrdiff_t *first, ptrdiff_t *last) {
    const ptrdiff_t low = before - offset, high = size + before - offset;
    *first = low <= 0 ? 0 : (low + step - 1) / step;
    *last = high <= 0 ? 0 : (high + step - 1) / step;
    if (*last > count) *last = count;
    if (*first > *last) *first = *last;
}

/// Copies one image's parts under the window to the matrix, or adds the matrix to the image (`add`).
static void spread(const ck_window *w, double *image, double *matrix, int add) {
    for (ptrdiff_t c = 0; c < w->channels; c++)
        for (ptrdiff_t a = 0; a < w->rows; a++)
            for (ptrdiff_t b = 0; b < w->columns; b++, matrix += places(w)) {
                ptrdiff_t top, bottom, left, right;
                inside(a, w->down, w->top, w->height, w->places_down, &top, &bottom);
                inside(b, w->right, w->left, w->width, w->places_right, &left, &right);
                if (!add && (top > 0 || left > 0 || bottom < w->places_down || right < w->places_right))
                    memset(matrix, 0, (size_t)places(w) * sizeof *matrix);
                for (ptrdiff_t i = top; i < bottom; i++) {
                    double *row = image + (c * w->height + i * w->down + a - w->top) * w->width + b - w->left;
                    double *line = matrix + i * w->places_right;
                    if (add)
                        for (ptrdiff_t j = left; j < right; j++) row[j * w->right] += line[j];
                    else
                        for (ptrdiff_t j = left; j < right; j++) line[j] = row[j * w->right];
                }
            }
}

static double *room(ptrdiff_t count) { return malloc((size_t)(count > 0 ? count : 1) * sizeof(double)); }

int ck_convolve(const ck_window *window, ptrdiff_t filters, const double *x, const double *w, double *out,
                int threads) {
    const ptrdiff_t k = weights(window), p = places(window);
    double *matrix = room(k * p);
    if (!matrix) return -1;
    for (ptrdiff_t n = 0; n < window->samples; n++) {
        spread(window, (double *)x + n * pixels(window), matrix, 0);
        ck_matmul(filters, p, k, w, k, 1, matrix, p, 1, out + n * filters * p, threads);
    }
    free(matrix);
    return 0;
}

int ck_convolve_images(const ck_window *window, ptrdiff_t filters, const double *w, const double *g, double *dx,
                       int threads) {
    const ptrdiff_t k = weights(window), p = places(window);
    double *matrix = room(k * p);
    if (!matrix) return -1;
    memset(dx, 0, (size_t)(window->samples * pixels(window)) * sizeof *dx);
    for (ptrdiff_t n = 0; n < window->samples; n++) {
        ck_matmul(k, p, filters, w, 1, k, g + n * filters * p, p, 1, matrix, threads);
        spread(window, dx + n * pixels(window), matrix, 1);
    }
    free(matrix);
    return 0;
}

int ck_convolve_filters(const ck_window *window, ptrdiff_t filters, const double *x, const double *g, double *dw,
                        int threads) {
    const ptrdiff_t k = weights(window), p = places(window);
    double *matrix = room(k * p), *part = room(filters * k);
    if (matrix && part) {
        memset(dw, 0, (size_t)(filters * k) * sizeof *dw);
        for (ptrdiff_t n = 0; n < window->samples; n++) {
            spread(window, (double *)x + n * pixels(window), matrix, 0);
            ck_matmul(filters, k, p, g + n * filters * p, p, 1, matrix, 1, p, part, threads);
            for (ptrdiff_t i = 0; i < filters * k; i++) dw[i] += part[i];
        }
    }
    const int failed = matrix && part ? 0 : -1;
    free(matrix);
    free(part);
    return failed;
}

/// The offset in a channel's image of its first largest element under the window at place (i,j).
static ptrdiff_t largest(const ck_window *w, const double *image, ptrdiff_t i, ptrdiff_t j) {
    const ptrdiff_t y = i * w->down - w->top, x = j * w->right - w->left;
    const ptrdiff_t bottom = y + w->rows < w->height ? y + w->rows : w->height;
    const ptrdiff_t right = x + w->columns < w->width ? x + w->columns : w->width;
    ptrdiff_t best = -1;
    for (ptrdiff_t row = y > 0 ? y : 0; row < bottom; row++)
        for (ptrdiff_t column = x > 0 ? x : 0; column < right; column++) {
            const ptrdiff_t offset = row * w->width + column;
            if (best < 0 || image[offset] > image[best] || image[offset] != image[offset]) best = offset;
        }
    return best;
}

void ck_pool(const ck_window *w, const double *x, const double *u, double *out) {
    for (ptrdiff_t n = 0; n < w->samples * w->channels; n++, x += w->height * w->width, u += w->height * w->width)
        for (ptrdiff_t i = 0; i < w->places_down; i++)
            for (ptrdiff_t j = 0; j < w->places_right; j++) *out++ = u[largest(w, x, i, j)];
}

void ck_unpool(const ck_window *w, const double *x, const double *g, double *out) {
    memset(out, 0, (size_t)(w->samples * pixels(w)) * sizeof *out);
    for (ptrdiff_t n = 0; n < w->samples * w->channels; n++, x += w->height * w->width, out += w->height * w->width)
        for (ptrdiff_t i = 0; i < w->places_down; i++)
            for (ptrdiff_t j = 0; j < w->places_right; j++) out[largest(w, x, i, j)] += *g++;
}
