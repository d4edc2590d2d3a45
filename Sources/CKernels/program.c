// Runs formula programs: every instruction takes one block of elements, held in registers while one instruction hands its
// result to the next, before the next block begins.
//
// A block is 64 elements with AVX-512, so that choosing an instruction costs little beside its eight operations on whole
// registers; elsewhere half as many fill the registers. The last elements, fewer than a block, are copied into a block of
// their own, whose other places repeat the last element.
#include "program.h"
#include "operations.h"
#include "team.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    LANES = 8,
    WIDE = 8, NARROW = 4,       // groups of 8 elements in a block, with and without AVX-512
    BLOCK = LANES * WIDE,
    STRIDE = BLOCK + LANES,     // between blocks: at multiples of 4096 bytes a load seems to wait for an earlier store
    STACK_REGISTERS = 48,
    AHEAD = 256,                // elements; the processor by itself does not look far enough into seven arrays
    SHARED_ELEMENTS = 1 << 14,  // fewer are computed before a second thread has begun
};

double ck_apply(ck_op op, double a, double b, double c) {
    switch (op) {
#define CASE(NAME, VALUE) case CK_##NAME: return VALUE;
        ARITHMETIC(CASE) FUNCTIONS(CASE)
#undef CASE
        case CK_DIV_BY: return a / b;
    }
    return NAN;
}

// Copies `count` elements from number `start` on, in the order of the output, out of an array with the given strides.
PART_OF_EACH void gather(double *out, const ck_input *input, const ptrdiff_t *shape, int rank, ptrdiff_t start,
                         ptrdiff_t count) {
    const int last = rank - 1;
    const ptrdiff_t step = input->stride[last];
    ptrdiff_t row = start / shape[last], column = start % shape[last];
    while (count > 0) {
        ptrdiff_t rest = row, offset = column * step;
        for (int d = last - 1; d > 0; d--) {
            offset += rest % shape[d] * input->stride[d];
            rest /= shape[d];
        }
        if (last > 0) offset += rest * input->stride[0];
        const ptrdiff_t left = shape[last] - column, run = left < count ? left : count;
        const double *source = input->data + offset;
        if (step == 1) {
            for (ptrdiff_t i = 0; i < run; i++) out[i] = source[i];
        } else {
            for (ptrdiff_t i = 0; i < run; i++) out[i] = source[i * step];
        }
        out += run, count -= run, row++, column = 0;
    }
}

// The pointers of one run: where each register's block is.
typedef struct { const double **block; double *scratch; double *value; } frame;

// A run: the elements from `start` to `end`, which several threads may divide among them.
typedef struct {
    const ck_program *program;
    const ck_input *inputs;
    double *const *outputs;
    ptrdiff_t start, end;
    const ptrdiff_t *shape;
    int rank;
} run;

PART_OF_EACH eight all(double x) {
    return (eight){x, x, x, x, x, x, x, x};
}

PART_OF_EACH eight load(const double *from, int group) {
    return *(const eight *)(from + LANES * group);
}

PART_OF_EACH void store(double *to, int group, eight x) {
    *(eight *)(to + LANES * group) = x;
}

PART_OF_EACH double *scratch(const frame *f, int reg) {
    return f->scratch + (ptrdiff_t)reg * STRIDE;
}

PART_OF_EACH void run_uniform(const ck_program *p, const ck_input *inputs, frame *f, int groups) {
    for (int i = 0; i < p->inputs; i++) f->value[i] = p->uniform[i] ? inputs[i].data[0] : 0;
    for (int i = 0; i < p->constant_count; i++) f->value[p->inputs + i] = p->constants[i];
    for (int i = 0; i < p->uniform_code; i++) {
        const ck_instruction s = p->code[i];
        f->value[s.out] = ck_apply(s.op, f->value[s.a], f->value[s.b], f->value[s.c]);
    }
    for (int r = 0; r < p->uniform_registers; r++) {
        if (r < p->inputs && !p->uniform[r]) continue;
        for (int g = 0; g < groups; g++) store(scratch(f, r), g, all(f->value[r]));
    }
}

/// x/b for one b with the reciprocal y: multiplies, and twice adds what the exact remainder says is missing. That gives the
/// quotient as a division rounds it (Markstein, IBM J. Res. Dev. 34, 1990) where nothing comes near the ends of the range;
/// there, and without fused multiplication, it divides. Dividing is what takes longest in an optimizer's update.
/// A zero is common (the moments of a weight that is not in use) and right as well, but for -0.
PART_OF_EACH void divide_by(eight *x, eight b, eight y, int groups, bool has_fma) {
    const eight size = __builtin_elementwise_abs(b);
    eight_truths inside = (size > 0x1p-100) & (size < 0x1p100);
    for (int g = 0; g < groups; g++) {
        const eight a = __builtin_elementwise_abs(x[g]);
        inside &= ((a > 0x1p-800) & (a < 0x1p800)) | ((eight_truths)x[g] == 0);
    }
    if (!has_fma || !__builtin_reduce_and(inside)) {
        for (int g = 0; g < groups; g++) x[g] /= b;
        return;
    }
    for (int g = 0; g < groups; g++) {
        eight quotient = x[g] * y;
        for (int time = 0; time < 2; time++) {
            const eight remainder = __builtin_elementwise_fma(-b, quotient, x[g]);
            quotient = __builtin_elementwise_fma(remainder, y, quotient);
        }
        x[g] = quotient;
    }
}

/// Runs the instructions on one block of `groups` times 8 elements, of which `count` are wanted.
PART_OF_EACH void compute(const ck_program *p, const frame *f, int groups, int count, bool has_fma) {
    eight x[WIDE];  // what the last instruction computed
    const ck_instruction *end = p->code + p->code_count;
    for (const ck_instruction *code = p->code + p->uniform_code; code < end; code++) {
        const ck_instruction s = *code;
        const double *pb = f->block[s.b], *pc = f->block[s.c];
        if (s.a != CK_KEPT)
            for (int g = 0; g < groups; g++) x[g] = load(f->block[s.a], g);
        switch (s.op) {
#define CASE(NAME, VALUE)                                                           \
    case CK_##NAME:                                                                 \
        for (int g = 0; g < groups; g++) {                                          \
            const eight a = x[g], b = load(pb, g), c = load(pc, g);                 \
            (void)b, (void)c;                                                       \
            x[g] = VALUE;                                                           \
        }                                                                           \
        break;
            ARITHMETIC(CASE)
#undef CASE
#define CASE(NAME, VALUE)                                                           \
    case CK_##NAME: {                                                               \
        double values[BLOCK];                                                       \
        for (int g = 0; g < groups; g++) store(values, g, x[g]);                    \
        for (int i = 0; i < count; i++) {                                           \
            const double a = values[i], b = pb[i];                                  \
            (void)b;                                                                \
            values[i] = VALUE;                                                      \
        }                                                                           \
        for (int g = 0; g < groups; g++) x[g] = load(values, g);                    \
        break;                                                                      \
    }
            FUNCTIONS(CASE)
#undef CASE
            case CK_DIV_BY: divide_by(x, load(pb, 0), load(pc, 0), groups, has_fma); break;
        }
        if (s.out != CK_KEPT) {
            double *out = (double *)f->block[s.out];
            for (int g = 0; g < groups; g++) store(out, g, x[g]);
        }
    }
}

/// Computes a whole block, reading and writing dense arrays where they are.
PART_OF_EACH void run_block(const run *r, frame *f, ptrdiff_t start, int groups, bool has_fma) {
    const ck_program *p = r->program;
    const int block = LANES * groups;
    for (int i = 0; i < p->inputs; i++) {
        if (p->uniform[i]) continue;
        if (r->inputs[i].stride) {
            gather(scratch(f, i), &r->inputs[i], r->shape, r->rank, start, block);
        } else {
            f->block[i] = r->inputs[i].data + start;
            for (int g = 0; g < groups; g++) __builtin_prefetch(f->block[i] + AHEAD + LANES * g);
        }
    }
    for (int o = 0; o < p->output_count; o++) f->block[p->outputs[o]] = r->outputs[o] + start;
    compute(p, f, groups, block, has_fma);
}

/// Computes the last `count` elements, which fill no block.
PART_OF_EACH void run_rest(const run *r, frame *f, ptrdiff_t start, int count, int groups, bool has_fma) {
    const ck_program *p = r->program;
    for (int i = 0; i < p->inputs; i++) {
        if (p->uniform[i]) continue;
        double *block = scratch(f, i);
        if (r->inputs[i].stride)
            gather(block, &r->inputs[i], r->shape, r->rank, start, count);
        else
            memcpy(block, r->inputs[i].data + start, (size_t)count * sizeof(double));
        for (int k = count; k < LANES * groups; k++) block[k] = block[count - 1];
        f->block[i] = block;
    }
    for (int o = 0; o < p->output_count; o++) f->block[p->outputs[o]] = scratch(f, p->outputs[o]);
    compute(p, f, groups, count, has_fma);
    for (int o = 0; o < p->output_count; o++)
        memcpy(r->outputs[o] + start, f->block[p->outputs[o]], (size_t)count * sizeof(double));
}

PART_OF_EACH void run_with(const run *r, frame *f, int groups, bool has_fma) {
    const int block = LANES * groups;
    run_uniform(r->program, r->inputs, f, r->end - r->start > block / 4 ? groups : groups / 4);
    ptrdiff_t start = r->start;
    for (; start + block <= r->end; start += block) run_block(r, f, start, groups, has_fma);
    const int rest = (int)(r->end - start);
    if (rest > block / 4)
        run_rest(r, f, start, rest, groups, has_fma);
    else if (rest > 0)
        run_rest(r, f, start, rest, groups / 4, has_fma);
}

FOR_AVX512 static void run_wide(const run *r, frame *f) {
    run_with(r, f, WIDE, true);
}

FOR_EACH_PROCESSOR static void run_narrow(const run *r, frame *f) {
    run_with(r, f, NARROW, false);
}

static int run_alone(const run *r) {
    _Alignas(64) double stack_scratch[STACK_REGISTERS * STRIDE];
    double stack_value[STACK_REGISTERS];
    const double *stack_block[STACK_REGISTERS];
    frame f = {stack_block, stack_scratch, stack_value};
    void *heap = NULL;
    const size_t count = (size_t)r->program->registers;
    if (count > STACK_REGISTERS) {
        heap = malloc(count * (STRIDE + 1) * sizeof(double) + count * sizeof(double *));
        if (!heap) return -1;
        f.scratch = heap;
        f.value = f.scratch + count * STRIDE;
        f.block = (const double **)(f.value + count);
    }
    for (size_t i = 0; i < count; i++) f.block[i] = f.scratch + i * STRIDE;
    if (HAS_AVX512)
        run_wide(r, &f);
    else
        run_narrow(r, &f);
    free(heap);
    return 0;
}

static void run_part(const void *runs, int part) {
    run_alone((const run *)runs + part);
}

int ck_run(const ck_program *p, const ck_input *inputs, double *const *outputs, ptrdiff_t n, const ptrdiff_t *shape,
           int rank, int threads) {
    const run whole = {p, inputs, outputs, 0, n, shape, rank};
    if (threads < 2 || n < SHARED_ELEMENTS || p->registers > STACK_REGISTERS) return run_alone(&whole);
    // Parts of whole blocks.
    const int parts = threads < most_threads ? threads : most_threads;
    const ptrdiff_t blocks = (n + BLOCK - 1) / BLOCK;
    run runs[most_threads];
    for (int part = 0; part < parts; part++) {
        runs[part] = whole;
        runs[part].start = blocks * part / parts * BLOCK;
        if (part + 1 < parts) runs[part].end = blocks * (part + 1) / parts * BLOCK;
    }
    team_share(parts, threads, run_part, runs);
    return 0;
}
