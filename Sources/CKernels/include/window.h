// Convolution and pooling: a window that moves over the images of a batch.
#ifndef CK_WINDOW_H
#define CK_WINDOW_H

#include <stddef.h>

/// Images [samples][channels][height][width], over which a window of rows×columns moves in steps of down and right. Its
/// first place begins `top` above and `left` before the image; there are places_down × places_right of them.
typedef struct {
    ptrdiff_t samples, channels, height, width;
    ptrdiff_t rows, columns, down, right, top, left;
    ptrdiff_t places_down, places_right;
} ck_window;

/// Cross-correlation, as frameworks mean by convolution: out[n][f] at a place is the sum over channels and the window of
/// x[n]·w[f], with 0 outside of the image. `w` is [filters][channels][rows][columns]; `out`
/// [samples][filters][places_down][places_right].
/// Returns 0, or -1 when memory is short; so do the next two.
int ck_convolve(const ck_window *window, ptrdiff_t filters, const double *x, const double *w, double *out, int threads);

/// The gradient with respect to the images, from that of `out`.
int ck_convolve_images(const ck_window *window, ptrdiff_t filters, const double *w, const double *g, double *dx,
                       int threads);

/// The gradient with respect to the filters, from that of `out`.
int ck_convolve_filters(const ck_window *window, ptrdiff_t filters, const double *x, const double *g, double *dw,
                        int threads);

/// For each channel and place the element of `u` that stands where `x` has its first largest element in the window; a NaN
/// counts as largest, the last of them wins, as in PyTorch. `u` may be `x` itself.
void ck_pool(const ck_window *window, const double *x, const double *u, double *out);

/// The way back: each element of `g` is added to where `x` has its first largest element in the window.
void ck_unpool(const ck_window *window, const double *x, const double *g, double *out);

#endif
