// Which processors this process may use.
#ifndef CK_AFFINITY_H
#define CK_AFFINITY_H

/// How many processors the process may run on, at least 1: all of the machine's, or those that taskset, a container or a
/// batch system leaves it.
int ck_processors(void);

#endif
