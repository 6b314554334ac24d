/* Moves the wall clock of a program, and of all that it starts, by ANYDAY_OFFSET seconds.
 *
 * Loaded before the C library by `tests.anyday`. Time goes on from there; whatever measures how long
 * something takes (monotonic clocks, waits), and the dates of files, which the kernel writes, stay.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

typedef int (*clock_reader)(clockid_t, struct timespec *);

static clock_reader real_clock;
static time_t offset;

__attribute__((constructor)) static void prepare(void)
{
    const char *told = getenv("ANYDAY_OFFSET");

    real_clock = (clock_reader)dlsym(RTLD_NEXT, "clock_gettime");
    offset = told ? (time_t)strtoll(told, NULL, 10) : 0;
}

int clock_gettime(clockid_t which, struct timespec *now)
{
    /* Another library may ask before this one is prepared. */
    if (!real_clock)
        prepare();
    int failed = real_clock(which, now);
    if (!failed && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
        now->tv_sec += offset;
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec precise;

    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &precise))
        return -1;
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *told)
{
    struct timespec precise;

    if (clock_gettime(CLOCK_REALTIME, &precise))
        return -1;
    if (told)
        *told = precise.tv_sec;
    return precise.tv_sec;
}

int timespec_get(struct timespec *now, int base)
{
    return base == TIME_UTC && !clock_gettime(CLOCK_REALTIME, now) ? base : 0;
}
