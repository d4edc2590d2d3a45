// Runs formula programs in blocks: every instruction goes over one block of elements before the next one starts, so the
// intermediate results stay in the cache and each loop can be vectorized.
#include "program.h"
#include "processors.h"
#include "team.h"

#include <math.h>
#include <stdlib.h>

enum {
    BLOCK = 256,
    STACK_REGISTERS = 48,
    SHARED_ELEMENTS = 1 << 14,  // fewer are computed before a second thread has begun
};

// Each operation once: its name and its value for the elements a, b and c. max and min hand on a NaN from either side.
#define OPERATIONS(X)                                                                                   \
    X(COPY, a) X(ADD, a + b) X(SUB, a - b) X(MUL, a * b) X(DIV, a / b)                                  \
    X(POW, b == 2 ? a * a : pow(a, b)) X(SQUARE, a * a)                                                 \
    X(MAX, a > b || a != a ? a : b) X(MIN, a < b || a != a ? a : b)                                     \
    X(LT, a < b) X(LE, a <= b) X(GT, a > b) X(GE, a >= b) X(EQ, a == b) X(NE, a != b)                   \
    X(AND, (a != 0) & (b != 0)) X(OR, (a != 0) | (b != 0)) X(NOT, a == 0) X(NEG, -a)                    \
    X(EXP, exp(a)) X(LOG, log(a)) X(SQRT, sqrt(a)) X(ABS, fabs(a)) X(SIN, sin(a)) X(COS, cos(a))        \
    X(TANH, tanh(a)) X(SIGMOID, 1 / (1 + exp(-a))) X(ERF, erf(a))                                       \
    X(SIGN, a != a ? a : (a > 0) - (a < 0)) X(FLOOR, floor(a)) X(WHERE, a != 0 ? b : c)

double ck_apply(ck_op op, double a, double b, double c) {
    switch (op) {
#define CASE(NAME, VALUE) case CK_##NAME: return VALUE;
        OPERATIONS(CASE)
#undef CASE
    }
    return NAN;
}

PART_OF_EACH void apply_block(ck_op op, double *out, const double *pa, const double *pb, const double *pc, ptrdiff_t n) {
    switch (op) {
#define CASE(NAME, VALUE)                                           \
    case CK_##NAME:                                                 \
        for (ptrdiff_t i = 0; i < n; i++) {                         \
            const double a = pa[i], b = pb[i], c = pc[i];           \
            (void)b, (void)c;                                       \
            out[i] = VALUE;                                         \
        }                                                           \
        return;
        OPERATIONS(CASE)
#undef CASE
    }
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

PART_OF_EACH void run_uniform(const ck_program *p, const ck_input *inputs, frame *f, ptrdiff_t width) {
    for (int i = 0; i < p->inputs; i++) f->value[i] = p->uniform[i] ? inputs[i].data[0] : 0;
    for (int i = 0; i < p->constant_count; i++) f->value[p->inputs + i] = p->constants[i];
    for (int i = 0; i < p->uniform_code; i++) {
        const ck_instruction s = p->code[i];
        f->value[s.out] = ck_apply(s.op, f->value[s.a], f->value[s.b], f->value[s.c]);
    }
    for (int r = 0; r < p->uniform_registers; r++) {
        if (r < p->inputs && !p->uniform[r]) continue;
        double *out = f->scratch + (ptrdiff_t)r * BLOCK;
        for (ptrdiff_t i = 0; i < width; i++) out[i] = f->value[r];
    }
}

PART_OF_EACH void run_blocks(const ck_program *p, const ck_input *inputs, double *const *outputs, frame *f,
                             ptrdiff_t start, ptrdiff_t end, const ptrdiff_t *shape, int rank) {
    for (; start < end; start += BLOCK) {
        const ptrdiff_t width = end - start < BLOCK ? end - start : BLOCK;
        for (int i = 0; i < p->inputs; i++) {
            if (p->uniform[i]) continue;
            if (inputs[i].stride) {
                gather(f->scratch + (ptrdiff_t)i * BLOCK, &inputs[i], shape, rank, start, width);
            } else {
                f->block[i] = inputs[i].data + start;
            }
        }
        for (int o = 0; o < p->output_count; o++) f->block[p->outputs[o]] = outputs[o] + start;
        for (int i = p->uniform_code; i < p->code_count; i++) {
            const ck_instruction s = p->code[i];
            apply_block(s.op, (double *)f->block[s.out], f->block[s.a], f->block[s.b], f->block[s.c], width);
        }
    }
}

// A run: the elements from `start` to `end`, which several threads may divide among them.
typedef struct {
    const ck_program *program;
    const ck_input *inputs;
    double *const *outputs;
    ptrdiff_t start, end;
    const ptrdiff_t *shape;
    int rank;
} run;

PART_OF_EACH void run_with(const run *r, frame *f) {
    const ptrdiff_t count = r->end - r->start;
    run_uniform(r->program, r->inputs, f, count < BLOCK ? count : BLOCK);
    run_blocks(r->program, r->inputs, r->outputs, f, r->start, r->end, r->shape, r->rank);
}

FOR_AVX512 static void run_wide(const run *r, frame *f) {
    run_with(r, f);
}

FOR_EACH_PROCESSOR static void run_narrow(const run *r, frame *f) {
    run_with(r, f);
}

static int run_alone(const run *r) {
    double stack_scratch[STACK_REGISTERS * BLOCK];
    double stack_value[STACK_REGISTERS];
    const double *stack_block[STACK_REGISTERS];
    frame f = {stack_block, stack_scratch, stack_value};
    void *heap = NULL;
    const size_t count = (size_t)r->program->registers;
    if (count > STACK_REGISTERS) {
        heap = malloc(count * (BLOCK + 1) * sizeof(double) + count * sizeof(double *));
        if (!heap) return -1;
        f.scratch = heap;
        f.value = f.scratch + count * BLOCK;
        f.block = (const double **)(f.value + count);
    }
    for (size_t i = 0; i < count; i++) f.block[i] = f.scratch + i * BLOCK;
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
    // Parts of whole blocks, so that each element lies in the same place of its block.
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
