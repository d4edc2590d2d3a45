// Copies of a function for processors with AVX2 or with AVX-512, one of which is chosen when the program runs. The first
// takes glibc, whose macro its headers define; elsewhere the compiler's own target decides, and under the thread
// sanitizer, which cannot run that early.
//
// Functions that are called in such a copy must become part of it, or they would be compiled for one processor only.
// Copies differ in how many elements an instruction takes. They give the same bits, but where multiplication and addition
// may be fused: the plain copy rounds twice there.
#ifndef PROCESSORS_H
#define PROCESSORS_H

#include <stddef.h>
#include <stdlib.h>

#if defined(__x86_64__) && defined(__GLIBC__) && !__has_feature(thread_sanitizer)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v3", "default")))
// For a function that is called only where there is AVX-512, and uses its whole registers: by itself the compiler takes
// halves of them.
#define FOR_AVX512 __attribute__((target("arch=x86-64-v4,no-prefer-256-bit"), min_vector_width(512)))
#define HAS_AVX512 __builtin_cpu_supports("x86-64-v4")
#else
#define FOR_EACH_PROCESSOR
#define FOR_AVX512
#define HAS_AVX512 0
#endif

// Eight numbers, which need no more alignment than one.
typedef double eight __attribute__((vector_size(64), aligned(8), may_alias));

#define PART_OF_EACH static inline __attribute__((always_inline))

#endif
