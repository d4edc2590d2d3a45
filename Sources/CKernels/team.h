// Threads that share a piece of work with their caller.
#ifndef TEAM_H
#define TEAM_H

enum { most_threads = 16 };

/// Calls work(context, part) once for each part in 0 ..< parts, on the calling thread and on up to `threads` - 1 others,
/// and returns when all parts are done. Who does which part is open. While another caller has the others' help, the
/// calling thread does everything.
void team_share(int parts, int threads, void (*work)(const void *context, int part), const void *context);

#endif
