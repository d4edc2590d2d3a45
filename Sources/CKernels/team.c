// The helper threads. The first large piece of work starts them; after it they stay awake for a moment, since waking a
// sleeping core can take longer than a matrix product. Nobody waits for a helper that does not wake in time.

#include "team.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

enum { awake = 1000 };  // microseconds that a helper waits for work before it sleeps

static struct {
    pthread_mutex_t in_use;  // held by the call that the helpers work for; a call in between gets none
    pthread_mutex_t bed;
    pthread_cond_t alarm;
    int helpers;
    void (*work)(const void *context, int part);
    const void *context;
    atomic_int waiting;      // how many parts nobody has taken yet: the first ones
    atomic_int unfinished;
} team = {.in_use = PTHREAD_MUTEX_INITIALIZER, .bed = PTHREAD_MUTEX_INITIALIZER, .alarm = PTHREAD_COND_INITIALIZER};

static double microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e6 * (double)now.tv_sec + 1e-3 * (double)now.tv_nsec;
}

static void do_waiting_parts(void) {
    for (int waiting = atomic_load(&team.waiting); waiting > 0;)
        if (atomic_compare_exchange_weak(&team.waiting, &waiting, waiting - 1)) {
            team.work(team.context, waiting - 1);
            atomic_fetch_sub(&team.unfinished, 1);
            waiting = atomic_load(&team.waiting);
        }
}

static void *help(void *unused) {
    (void)unused;
    for (double idle_since = microseconds();;) {
        if (atomic_load(&team.waiting) > 0) {
            do_waiting_parts();
            idle_since = microseconds();
        } else if (microseconds() - idle_since > awake) {
            pthread_mutex_lock(&team.bed);
            if (atomic_load(&team.waiting) == 0) pthread_cond_wait(&team.alarm, &team.bed);
            pthread_mutex_unlock(&team.bed);
            idle_since = microseconds();
        }
    }
}

/// Helpers block all signals: these are for the thread that reads the terminal.
static void start_helpers(int count) {
    if (team.helpers >= count) return;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t helper;
    for (; team.helpers < count && pthread_create(&helper, NULL, help, NULL) == 0; team.helpers++)
        pthread_detach(helper);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void team_share(int parts, int threads, void (*work)(const void *context, int part), const void *context) {
    if (threads < 2 || parts < 2 || pthread_mutex_trylock(&team.in_use) != 0) {
        for (int part = 0; part < parts; part++) work(context, part);
        return;
    }
    const int helpers = (threads < most_threads ? threads : most_threads) - 1;
    start_helpers(helpers);
    team.work = work;
    team.context = context;
    atomic_store(&team.unfinished, parts);
    atomic_store(&team.waiting, parts);
    pthread_mutex_lock(&team.bed);
    pthread_cond_broadcast(&team.alarm);
    pthread_mutex_unlock(&team.bed);
    do_waiting_parts();
    for (const double since = microseconds(); atomic_load(&team.unfinished) > 0;)
        if (microseconds() - since > awake) sched_yield();
    pthread_mutex_unlock(&team.in_use);
}
