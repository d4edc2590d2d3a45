// A formula program: one or more formulas over named scalars, compiled to register instructions that run over blocks of
// elements. The same C expression computes one element (ck_apply) and a block (ck_run), so both give the same bits.
#ifndef CK_PROGRAM_H
#define CK_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    CK_COPY, CK_ADD, CK_SUB, CK_MUL, CK_DIV, CK_POW, CK_SQUARE, CK_MAX, CK_MIN,
    CK_LT, CK_LE, CK_GT, CK_GE, CK_EQ, CK_NE, CK_AND, CK_OR, CK_NOT, CK_NEG,
    CK_EXP, CK_LOG, CK_SQRT, CK_ABS, CK_SIN, CK_COS, CK_TANH, CK_SIGMOID, CK_ERF, CK_SIGN, CK_FLOOR, CK_WHERE,
    CK_RSUB, CK_RDIV,  // b - a and b / a
    CK_DIV_BY,         // a / b for a b that does not vary, of which c is the reciprocal; the bits are a division's
} ck_op;

/// As `a`: the result of the instruction before; as `out`: only the next instruction needs the result. Varying only.
enum { CK_KEPT = UINT16_MAX };

/// out = op(a, b, c); the four are register numbers. Unused operands name any register.
typedef struct { uint16_t op, out, a, b, c; } ck_instruction;

/// Registers are numbered: inputs, constants, results that do not vary between elements, then varying results.
typedef struct {
    const ck_instruction *code;
    const double *constants;
    const uint16_t *outputs;     // the register of each output
    const uint8_t *uniform;      // for each input: 1 when it has one value for all elements
    int32_t inputs, constant_count, output_count;
    int32_t uniform_code;        // this many instructions run once, before the first block
    int32_t code_count;
    int32_t uniform_registers;   // registers below this number have one value a run
    int32_t registers;
} ck_program;

/// One input of a run. `stride` is NULL for dense elements in output order, else one stride for each dimension.
typedef struct { const double *data; const ptrdiff_t *stride; } ck_input;

/// op(a, b, c) for one element.
double ck_apply(ck_op op, double a, double b, double c);

/// Runs the program for `n` elements; `shape` (of `rank` dimensions) is needed only by inputs with strides.
/// An output may be the same array as an input that no later instruction reads. Many elements are shared by up to `threads`
/// threads; the bits do not depend on that. Returns 0, or -1 when memory is short.
int ck_run(const ck_program *program, const ck_input *inputs, double *const *outputs, ptrdiff_t n,
           const ptrdiff_t *shape, int rank, int threads);

#endif
