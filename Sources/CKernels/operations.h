// The operations of formula programs, each once: its name, and its value for the elements a, b and c in an expression that
// holds for one number (double) and for eight. So an element alone and in a block gets the same bits.
#ifndef OPERATIONS_H
#define OPERATIONS_H

#include "processors.h"

#include <math.h>

// Values of eight numbers are passed between functions that become part of their caller only.
#pragma clang diagnostic ignored "-Wpsabi"

typedef long eight_truths __attribute__((vector_size(64)));  // 0 or -1 each, as comparisons give them

#define FOR_BOTH PART_OF_EACH __attribute__((overloadable))

FOR_BOTH double choose(int condition, double yes, double no) { return condition ? yes : no; }

FOR_BOTH eight choose(eight_truths condition, eight yes, eight no) {
    return (eight)((condition & (eight_truths)yes) | (~condition & (eight_truths)no));
}

FOR_BOTH double truth(int condition) { return condition; }
FOR_BOTH eight truth(eight_truths condition) { return choose(condition, (eight){} + 1, (eight){}); }

// Arithmetic. max and min hand on a NaN from either side; RSUB and RDIV take their operands in reverse.
#define ARITHMETIC(X)                                                                                   \
    X(COPY, a) X(ADD, a + b) X(SUB, a - b) X(RSUB, b - a) X(MUL, a * b) X(DIV, a / b) X(RDIV, b / a)    \
    X(SQUARE, a * a) X(SQRT, __builtin_elementwise_sqrt(a)) X(NEG, -a)                                  \
    X(ABS, __builtin_elementwise_abs(a)) X(FLOOR, __builtin_elementwise_floor(a))                       \
    X(MAX, choose((a > b) | (a != a), a, b)) X(MIN, choose((a < b) | (a != a), a, b))                   \
    X(LT, truth(a < b)) X(LE, truth(a <= b)) X(GT, truth(a > b)) X(GE, truth(a >= b))                   \
    X(EQ, truth(a == b)) X(NE, truth(a != b)) X(NOT, truth(a == 0.0))                                   \
    X(AND, truth((a != 0.0) & (b != 0.0))) X(OR, truth((a != 0.0) | (b != 0.0)))                        \
    X(SIGN, choose(a != a, a, truth(a > 0.0) - truth(a < 0.0))) X(WHERE, choose(a != 0.0, b, c))

// Functions of the C library, which take one number.
#define FUNCTIONS(X)                                                                                    \
    X(POW, b == 2 ? a * a : pow(a, b)) X(EXP, exp(a)) X(LOG, log(a)) X(SIN, sin(a)) X(COS, cos(a))      \
    X(TANH, tanh(a)) X(SIGMOID, 1 / (1 + exp(-a))) X(ERF, erf(a))

#endif
