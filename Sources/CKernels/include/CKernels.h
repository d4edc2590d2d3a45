// The loops over elements: formula programs, reductions, copies, softmax, matrix product, convolution,
// eigenvalues, and number text; and how many processors there are for them.
#ifndef CKERNELS_H
#define CKERNELS_H

#include "affinity.h"
#include "eigen.h"
#include "matmul.h"
#include "number.h"
#include "program.h"
#include "reduce.h"
#include "softmax.h"
#include "strided.h"
#include "window.h"

#endif
