// The matrix product in double precision.
//
// A processor multiplies far faster than memory delivers numbers, so everything here serves to use each number loaded
// as often as possible. C is computed in tiles, with AVX-512 of 12×16 elements and else of 6×8, whose sums stay in
// registers while p runs over a stretch of the common dimension: each step loads 16 numbers of B and 12 of A, and
// multiplies each with each. For a tile to read its operands in order they are first copied ("packed"): 16 columns of B lie
// interleaved in a panel that stays in the first-level cache while the tiles below one another use it, and a block of A
// lies in panels of 12 interleaved rows in the second-level cache. A small product reads its operands where they are. With
// several threads C is cut into strips, which share nothing but the operands.
//
// However a product is divided, element (i,j) is computed the same way: for each stretch one chain of multiply-adds
// from zero, in order of p, and then the sum of the stretches, in order. So its bits depend on nothing but row i of A
// and column j of B, and NaN and infinity spread as in a triple loop of fused multiply-adds.

#include "matmul.h"
#include "processors.h"
#include "team.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    narrow = 8, low = 6,    // a tile of 6×8 sums, 8 numbers of B and one of A fill 15 of AVX2's 16 registers;
    wide = 16, high = 12,   // with AVX-512 12×16 sums and 16 numbers of B take 26 of 32
    longest_stretch = 288,  // a panel of B takes 18 or 36 KB then, and stays in a first-level cache
    rows_ahead = 16,        // no processor foresees that the next row lies on another page
    steps_ahead = 12,       // of p, about the time that the second-level cache takes
    group_columns = 64,     // columns of B packed at once: memory delivers long runs faster than short ones
    block_columns = 512,    // a block of B takes 1152 KB at most, and is read once for each block of A, which takes
    block_rows = 192,       // 432 KB: a second-level cache of 2 MB holds both
    small = 8192,           // numbers of an operand that is read where it is
};

// Two numbers, which need no more alignment than one.
typedef double two __attribute__((vector_size(16), aligned(8), may_alias));

// A matrix as the caller gives it: element (i,j) is start[i*row + j*column].
typedef struct {
    const double *start;
    ptrdiff_t row, column;
} matrix;

// A part of the product that one thread computes.
typedef struct {
    ptrdiff_t m, n, k;
    matrix a, b;
    double *c;
    ptrdiff_t c_row;
    bool packs_a, packs_b;  // or reads them where they are
} strip;

PART_OF_EACH ptrdiff_t smaller(ptrdiff_t x, ptrdiff_t y) {
    return x < y ? x : y;
}

/// Interleaves lines into panels of `width` that follow one another: number p of line l, from[l*line + p*step], lands
/// at p*width + l of its panel. The places of missing lines repeat the last line; what comes of them is never stored.
PART_OF_EACH void pack(int width, ptrdiff_t lines, ptrdiff_t length,
                           const double *from, ptrdiff_t line, ptrdiff_t step, double *restrict panels) {
    const ptrdiff_t full = lines - lines % width;
    ptrdiff_t done = 0;  // how many numbers of each line of the full panels are packed
    if (line == 1) {
        for (; done < length; done++)
            for (ptrdiff_t first = 0; first < full; first += width) {
                for (int l = 0; l < width; l += 8) __builtin_prefetch(from + (done + rows_ahead) * step + first + l);
                memcpy(panels + first * length + done * width, from + done * step + first, width * sizeof *from);
            }
    } else if (step == 1) {
        done = length - length % 2;
        for (ptrdiff_t first = 0; first < full; first += width)
            for (ptrdiff_t p = 0; p < done; p += 2)
                for (int l = 0; l < width; l += 2) {  // transpose a square of 2×2
                    const two *x = (const two *)(from + (first + l) * line + p);
                    const two *y = (const two *)(from + (first + l + 1) * line + p);
                    double *to = panels + first * length + p * width + l;
                    *(two *)to = __builtin_shufflevector(*x, *y, 0, 2);
                    *(two *)(to + width) = __builtin_shufflevector(*x, *y, 1, 3);
                }
    }
    for (ptrdiff_t first = 0; first < lines; first += width)
        for (int l = 0; l < width; l++) {
            const double *x = from + smaller(first + l, lines - 1) * line;
#pragma clang loop vectorize(disable)  // instructions that gather scattered numbers are slower than plain ones
            for (ptrdiff_t p = first < full ? done : 0; p < length; p++)
                panels[first * length + p * width + l] = x[p * step];
        }
}

/// Computes a tile: rows×columns elements of C, of which there are at most height×width, from `length` columns of A and as
/// many rows of B, `b_row` apart. Adds them to C or sets C.
PART_OF_EACH void tile(int width, int height, bool packed_a, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t length,
                       matrix a, const double *b, ptrdiff_t b_row, double *c, ptrdiff_t c_row, bool add) {
#pragma clang fp contract(fast)
    // Missing rows repeat the last one, so that the loop always has the same form.
    const double *line[high];
    for (int r = 0; r < height; r++) {
        line[r] = packed_a ? a.start + r : a.start + smaller(r, rows - 1) * a.row;
        for (int j = 0; j < width; j += 8) __builtin_prefetch(c + smaller(r, rows - 1) * c_row + j, 1);
    }
    eight sum[high][wide / 8] = {0};
    for (ptrdiff_t p = 0; p < length; p++) {
        // Both panels together are more than a first-level cache holds.
        for (int j = 0; packed_a && j < 16; j += 8) {
            __builtin_prefetch(a.start + (p + steps_ahead) * height + j);
            __builtin_prefetch(b + (p + steps_ahead) * b_row + j);
        }
        for (int r = 0; r < height; r++)
            for (int v = 0; v < width / 8; v++)
                sum[r][v] += line[r][p * (packed_a ? height : a.column)] * *(const eight *)(b + p * b_row + 8 * v);
    }
    if (columns == width) {
        for (int r = 0; r < height; r++)
            for (int v = 0; r < rows && v < width / 8; v++) {
                eight *to = (eight *)(c + r * c_row + 8 * v);
                *to = add ? *to + sum[r][v] : sum[r][v];
            }
    } else {
        double copy[high][wide];  // since sums that a variable selects could not stay in registers
        for (int r = 0; r < height; r++)
            for (int v = 0; v < width / 8; v++) *(eight *)(copy[r] + 8 * v) = sum[r][v];
        for (ptrdiff_t r = 0; r < rows; r++)
            for (ptrdiff_t j = 0; j < columns; j++)
                c[r * c_row + j] = add ? c[r * c_row + j] + copy[r][j] : copy[r][j];
    }
}

// Where a thread packs: a block of A and a block of B.
typedef struct {
    double a[block_rows * longest_stretch];
    double b[block_columns * longest_stretch];
} room;

// A block of A and one of B, and the part of C to which their product is added.
typedef struct {
    ptrdiff_t rows, columns, length;
    matrix a;  // where the caller has it
    const double *packed_a, *b;
    ptrdiff_t b_step, b_row;  // from a panel's column to the next, and from row to row
    double *c;
    ptrdiff_t c_row;
    bool add;
} block;

/// Computes one column of tiles, of `height` rows each or fewer.
PART_OF_EACH void tile_column(int width, int height, bool packed_a, const block *k, ptrdiff_t j) {
    const ptrdiff_t columns = smaller(width, k->columns - j);
    const double *b = k->b + j * k->b_step;
    for (ptrdiff_t i = 0; i < k->rows; i += height) {
        const ptrdiff_t rows = smaller(height, k->rows - i);
        const matrix a = {packed_a ? k->packed_a + i * k->length : k->a.start + i * k->a.row, k->a.row, k->a.column};
        double *c = k->c + i * k->c_row + j;
        if (rows > low)
            tile(width, height, packed_a, rows, columns, k->length, a, b, k->b_row, c, k->c_row, k->add);
        else
            tile(width, low, packed_a, rows, columns, k->length, a, b, k->b_row, c, k->c_row, k->add);
    }
}

/// Computes a strip of the product in tiles.
PART_OF_EACH void multiply_in_tiles(int width, int height, const strip *s, room *room) {
    const ptrdiff_t stretches = (s->k + longest_stretch - 1) / longest_stretch;
    const ptrdiff_t stretch = (s->k + stretches - 1) / stretches;
    for (ptrdiff_t p = 0; p < s->k; p += stretch) {
        const ptrdiff_t length = smaller(stretch, s->k - p);
        for (ptrdiff_t left = 0; left < s->n; left += block_columns) {
            const ptrdiff_t columns = smaller(block_columns, s->n - left);
            const double *b = s->b.start + p * s->b.row + left * s->b.column;
            const bool packs_b = s->packs_b || columns % width != 0;
            for (ptrdiff_t j = 0; packs_b && j < columns; j += group_columns)
                pack(width, smaller(group_columns, columns - j), length,
                     b + j * s->b.column, s->b.column, s->b.row, room->b + j * length);
            for (ptrdiff_t top = 0; top < s->m; top += block_rows) {
                const ptrdiff_t rows = smaller(block_rows, s->m - top);
                const matrix a = {s->a.start + top * s->a.row + p * s->a.column, s->a.row, s->a.column};
                for (ptrdiff_t i = 0; s->packs_a && i < rows; i += height) {
                    const double *from = a.start + i * a.row;
                    double *to = room->a + i * length;
                    if (rows - i > low)
                        pack(height, smaller(height, rows - i), length, from, a.row, a.column, to);
                    else
                        pack(low, rows - i, length, from, a.row, a.column, to);
                }
                const block k = {
                    rows, columns, length, a, room->a,
                    packs_b ? room->b : b, packs_b ? length : 1, packs_b ? width : s->b.row,
                    s->c + top * s->c_row + left, s->c_row, p > 0,
                };
                for (ptrdiff_t j = 0; j < columns; j += width) {
                    if (s->packs_a)
                        tile_column(width, height, true, &k, j);
                    else
                        tile_column(width, height, false, &k, j);
                }
            }
        }
    }
}

FOR_AVX512 static void multiply_wide(const strip *s, room *room) {
    multiply_in_tiles(wide, high, s, room);
}

FOR_EACH_PROCESSOR static void multiply_narrow(const strip *s, room *room) {
    multiply_in_tiles(narrow, low, s, room);
}

static room *room_of_this_thread(void) {
    static _Thread_local room *own;
    if (!own) own = aligned_alloc(64, sizeof *own);  // else a register's load would take two lines of the cache
    return own;
}

static void multiply_strip(const void *strips, int part) {
    const strip *s = (const strip *)strips + part;
    if (HAS_AVX512 && s->n > narrow)
        multiply_wide(s, room_of_this_thread());
    else
        multiply_narrow(s, room_of_this_thread());
}

/// Computes a product with several threads.
static void multiply_together(const strip *whole, ptrdiff_t threads) {
    strip strips[most_threads];
    // Strips of whole tiles across the longer side of C, since each strip packs the operand of the other side anew.
    const bool upright = whole->n >= whole->m;
    const ptrdiff_t unit = upright ? wide : high, length = upright ? whole->n : whole->m;
    const ptrdiff_t units = (length + unit - 1) / unit, count = smaller(threads, units);
    for (ptrdiff_t t = 0; t < count; t++) {
        const ptrdiff_t first = units * t / count * unit, end = smaller(units * (t + 1) / count * unit, length);
        strip *s = &strips[t];
        *s = *whole;
        *(upright ? &s->n : &s->m) = end - first;
        *(upright ? &s->b.start : &s->a.start) += first * (upright ? s->b.column : s->a.row);
        s->c += first * (upright ? 1 : s->c_row);
    }
    team_share((int)count, (int)threads, multiply_strip, strips);
}

void ck_matmul(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k,
               const double *a, ptrdiff_t a_row, ptrdiff_t a_col,
               const double *b, ptrdiff_t b_row, ptrdiff_t b_col,
               double *c, int threads) {
    if (m <= 0 || n <= 0) return;
    if (k <= 0) {
        memset(c, 0, (size_t)m * (size_t)n * sizeof *c);
        return;
    }
    const double work = (double)m * (double)n * (double)k;
    // Packing pays where an operand does not fit the first-level cache, or would be read against the order of memory.
    const bool packs_a = m * k > small && n >= 32, packs_b = (k * n > small && m > low) || b_col != 1;
    const strip whole = {m, n, k, {a, a_row, a_col}, {b, b_row, b_col}, c, n, packs_a, packs_b};
    if (threads > 1 && work > 3e5) {
        multiply_together(&whole, smaller(threads, most_threads));
    } else {
        multiply_strip(&whole, 0);
    }
}
