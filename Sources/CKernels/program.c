// Runs formula programs in blocks: every instruction goes over one block of elements before the next one starts, so the
// intermediate results stay in the cache and each loop can be vectorized.
#include "program.h"

#include <math.h>
#include <stdlib.h>

enum { BLOCK = 256, STACK_REGISTERS = 48 };

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

static void apply_block(ck_op op, double *out, const double *pa, const double *pb, const double *pc, ptrdiff_t n) {
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
static void gather(double *out, const ck_input *input, const ptrdiff_t *shape, int rank, ptrdiff_t start,
                   ptrdiff_t count) {
    while (count > 0) {
        ptrdiff_t rest = start, offset = 0;
        for (int d = rank - 1; d >= 0; d--) {
            offset += rest % shape[d] * input->stride[d];
            rest /= shape[d];
        }
        const ptrdiff_t step = input->stride[rank - 1], left = shape[rank - 1] - start % shape[rank - 1];
        const ptrdiff_t run = left < count ? left : count;
        const double *source = input->data + offset;
        for (ptrdiff_t i = 0; i < run; i++) out[i] = source[i * step];
        out += run, start += run, count -= run;
    }
}

// The pointers of one run: where each register's block is.
typedef struct { const double **block; double *scratch; double *value; } frame;

static void run_uniform(const ck_program *p, const ck_input *inputs, frame *f, ptrdiff_t width) {
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

static void run_blocks(const ck_program *p, const ck_input *inputs, double *const *outputs, frame *f, ptrdiff_t n,
                       const ptrdiff_t *shape, int rank) {
    for (ptrdiff_t start = 0; start < n; start += BLOCK) {
        const ptrdiff_t width = n - start < BLOCK ? n - start : BLOCK;
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

int ck_run(const ck_program *p, const ck_input *inputs, double *const *outputs, ptrdiff_t n, const ptrdiff_t *shape,
           int rank) {
    double stack_scratch[STACK_REGISTERS * BLOCK];
    double stack_value[STACK_REGISTERS];
    const double *stack_block[STACK_REGISTERS];
    frame f = {stack_block, stack_scratch, stack_value};
    void *heap = NULL;
    if (p->registers > STACK_REGISTERS) {
        const size_t count = (size_t)p->registers;
        heap = malloc(count * (BLOCK + 1) * sizeof(double) + count * sizeof(double *));
        if (!heap) return -1;
        f.scratch = heap;
        f.value = f.scratch + count * BLOCK;
        f.block = (const double **)(f.value + count);
    }
    for (int r = 0; r < p->registers; r++) f.block[r] = f.scratch + (ptrdiff_t)r * BLOCK;
    run_uniform(p, inputs, &f, n < BLOCK ? n : BLOCK);
    run_blocks(p, inputs, outputs, &f, n, shape, rank);
    free(heap);
    return 0;
}
