/* Makes every fsync and fdatasync of a process take BENCH_FSYNC_MS longer: a model of slow flash memory. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

typedef int (*sync_call)(int);

static void wait_a_little(void)
{
    const char *text = getenv("BENCH_FSYNC_MS");
    long ms = text ? strtol(text, NULL, 10) : 0;
    struct timespec pause = {ms / 1000, (ms % 1000) * 1000000L};
    if (ms > 0)
        nanosleep(&pause, NULL);
}

int fsync(int file)
{
    static sync_call real;
    if (!real)
        real = (sync_call)dlsym(RTLD_NEXT, "fsync");
    wait_a_little();
    return real(file);
}

int fdatasync(int file)
{
    static sync_call real;
    if (!real)
        real = (sync_call)dlsym(RTLD_NEXT, "fdatasync");
    wait_a_little();
    return real(file);
}
