// Counts the processors in the set that the process may run on.
#define _GNU_SOURCE
#include "affinity.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <unistd.h>

int ck_processors(void) {
    // The system refuses a set that is smaller than its own.
    for (int size = CPU_SETSIZE; size <= 64 * CPU_SETSIZE; size *= 2) {
        cpu_set_t *set = CPU_ALLOC(size);
        if (set == NULL) break;
        const size_t bytes = CPU_ALLOC_SIZE(size);
        const int status = sched_getaffinity(0, bytes, set), error = errno;
        const int count = status == 0 ? CPU_COUNT_S(bytes, set) : 0;
        CPU_FREE(set);
        if (count > 0) return count;
        if (error != EINVAL) break;
    }
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}
