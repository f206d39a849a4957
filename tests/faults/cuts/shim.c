/* Stands between a process and its files and sockets; loaded by LD_PRELOAD, steered through the shim_ functions.
 *
 * Two uses. It writes down every change of the files below watched folders, in the order in which they happened, with
 * the marks that the program sets between them. And it lets the n-th call on a watched file or an internet socket go
 * wrong. Everything is done by plain system calls, so that nothing here finds its own way back in. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "shim.h"

static struct board unused;
struct board *shim_board = &unused;
struct opened shim_opened[MOST_FDS];
static char watched[4][512];
static int log_fd = -1;
static unsigned next_handle = 1;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

/* Steering. A board is shared with children forked after it was made: a parent can read it when a child is dead. */

struct board *shim_new_board(void) {
    return mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}
void shim_drop_board(struct board *board) { munmap(board, sizeof *board); }
void shim_use_board(struct board *board) { shim_board = board; }

void shim_watch(const char *folder) {
    for (int i = 0; i < 4; i++)
        if (!watched[i][0]) {
            strncpy(watched[i], folder, sizeof watched[i] - 1);
            return;
        }
}

int shim_record(const char *path) {
    int fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    log_fd = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, MOST_FDS);
    if (log_fd < 0) log_fd = fd;
    return log_fd;
}

/* The n-th call of one sort is meant, not the n-th of all: threads take their turns in another order each time. */
void shim_arm(long n, int kind, int code) {
    memset(shim_board, 0, sizeof *shim_board);
    shim_board->armed_at = n;
    shim_board->armed_code = code;
    shim_board->kind = kind;
    shim_board->counting = 1;
}

void shim_disarm(void) { shim_board->counting = 0; }

static void note(char op, int flags, unsigned handle, int64_t place, const void *data, uint32_t size) {
    if (log_fd < 0) return;
    struct { char op; uint8_t flags; uint16_t handle; uint32_t size; int64_t place; } head =
        {op, flags, handle, size, place};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)data, size}};
    syscall(SYS_writev, log_fd, parts, 2);
}

void shim_mark(const char *data, uint32_t size) {
    pthread_mutex_lock(&order);
    note('m', 0, 0, 0, data, size);
    pthread_mutex_unlock(&order);
}

/* What is watched. */

static int is_watched(const char *path) {
    for (int i = 0; i < 4 && watched[i][0]; i++) {
        size_t size = strlen(watched[i]);
        if (!strncmp(path, watched[i], size) && (path[size] == '/' || !path[size])) return 1;
    }
    return 0;
}

static int ends(const char *path, const char *end) {
    size_t a = strlen(path), b = strlen(end);
    return a >= b && !strcmp(path + a - b, end);
}

static int role_of_path(const char *path) {
    static const struct { const char *end; int role; } ends_of[] = {
        {".db", ROLE_DATABASE}, {"-wal", ROLE_WAL}, {"-shm", ROLE_SHM}, {"-journal", ROLE_JOURNAL},
        {".lock", ROLE_LOCK}, {".log", ROLE_LOG}, {".json", ROLE_KEY}};
    struct stat found;
    for (unsigned i = 0; i < sizeof ends_of / sizeof *ends_of; i++)
        if (ends(path, ends_of[i].end)) return ends_of[i].role;
    if (strstr(path, ".snapshot-")) return ROLE_DOWNLOAD;
    if (!syscall(SYS_newfstatat, AT_FDCWD, path, &found, 0) && S_ISDIR(found.st_mode)) return ROLE_FOLDER;
    return strstr(path, ".media/") ? ROLE_PHOTO : ROLE_OTHER;
}

int shim_role(int fd) { return fd >= 0 && fd < MOST_FDS ? shim_opened[fd].role : ROLE_NONE; }

/* Faults. */

static int sticky(int call, int role) {
    if (role == ROLE_SOCKET || !shim_board->fired) return 0;
    if (shim_board->fired_role == ROLE_SOCKET) return 0;
    if (shim_board->kind == FAULT_RESET) return call == CALL_CLOSE || call == CALL_LOCK ? 0 : EIO;
    if (shim_board->kind == FAULT_ENOSPC && (call == CALL_WRITE || call == CALL_TRUNCATE)) return ENOSPC;
    return 0;
}

static int error_of(int call, int role) {
    int is_socket = role == ROLE_SOCKET;
    switch (shim_board->kind) {
    case FAULT_ENOSPC: return is_socket ? ENOBUFS : ENOSPC;
    case FAULT_EIO: return EIO;
    case FAULT_RESET: return is_socket ? (call == CALL_CONNECT ? ECONNREFUSED : ECONNRESET) : EIO;
    default: return EINTR;
    }
}

int shim_fault(int call, int role) {
    if (role == ROLE_NONE || !shim_board->counting) return 0;
    long n = __atomic_add_fetch(&shim_board->calls, 1, __ATOMIC_SEQ_CST);
    int code = call * 16 + role;
    if (n <= MOST_POINTS) shim_board->points[n - 1] = code;
    int64_t of_sort = __atomic_add_fetch(&shim_board->counts[code], 1, __ATOMIC_SEQ_CST);
    if (code != shim_board->armed_code || of_sort != shim_board->armed_at) return sticky(call, role);
    shim_board->fired = n;
    shim_board->fired_call = call;
    shim_board->fired_role = role;
    if (shim_board->kind == FAULT_KILL) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    if (shim_board->kind == FAULT_SHORT && (call == CALL_READ || call == CALL_WRITE)) return SHORTENED;
    return error_of(call, role);
}

/* A reset is one for both ends: the other one reads it, too. */
int shim_fault_at(int call, int fd) {
    int error = shim_fault(call, shim_role(fd));
    if (error == ECONNRESET) {
        struct linger at_once = {1, 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        shutdown(fd, SHUT_RDWR);
    }
    return error;
}

/* Files. */

static void note_opened(int fd, const char *path, int flags, int existed) {
    struct opened *entry = &shim_opened[fd];
    entry->role = role_of_path(path);
    entry->appends = (flags & O_APPEND) != 0;
    entry->handle = next_handle++;
    note('o', (existed ? 0 : 1) | (flags & O_TRUNC ? 2 : 0), entry->handle, entry->role == ROLE_FOLDER, path, strlen(path));
}

int shim_open(const char *path, int flags, int mode) {
    if (!is_watched(path)) return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    int error = shim_fault(CALL_OPEN, role_of_path(path));
    if (error) return errno = error, -1;
    pthread_mutex_lock(&order);
    int existed = !syscall(SYS_faccessat, AT_FDCWD, path, F_OK);
    int fd = syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    int failed = errno;
    if (fd >= 0 && fd < MOST_FDS) note_opened(fd, path, flags, existed);
    pthread_mutex_unlock(&order);
    errno = failed;
    return fd;
}

ssize_t shim_write(int fd, const void *data, size_t size, int64_t place, int is_placed) {
    int role = shim_role(fd);
    int error = shim_fault_at(CALL_WRITE, fd);
    if (error == SHORTENED) size = size > 1 ? size / 2 : size;
    else if (error) return errno = error, -1;
    int is_file = role != ROLE_NONE && role != ROLE_SOCKET && log_fd >= 0;
    if (!is_file) return is_placed ? syscall(SYS_pwrite64, fd, data, size, place) : syscall(SYS_write, fd, data, size);
    pthread_mutex_lock(&order);
    if (!is_placed) place = shim_opened[fd].appends ? -1 : lseek(fd, 0, SEEK_CUR);
    ssize_t done = is_placed ? syscall(SYS_pwrite64, fd, data, size, place) : syscall(SYS_write, fd, data, size);
    int failed = errno;
    if (done > 0 && role != ROLE_SHM) note('w', 0, shim_opened[fd].handle, place, data, done);
    pthread_mutex_unlock(&order);
    errno = failed;
    return done;
}

int shim_sync(int fd, long number) {
    int role = shim_role(fd);
    int error = shim_fault(CALL_SYNC, role);
    if (error) return errno = error, -1;
    if (role == ROLE_NONE || log_fd < 0) return syscall(number, fd);
    pthread_mutex_lock(&order);
    int done = syscall(number, fd);
    int failed = errno;
    if (!done) note('s', 0, shim_opened[fd].handle, 0, "", 0);
    pthread_mutex_unlock(&order);
    errno = failed;
    return done;
}

int shim_truncate(int fd, int64_t size) {
    int role = shim_role(fd);
    int error = shim_fault(CALL_TRUNCATE, role);
    if (error) return errno = error, -1;
    pthread_mutex_lock(&order);
    int done = syscall(SYS_ftruncate, fd, size);
    int failed = errno;
    if (!done && role != ROLE_NONE && role != ROLE_SHM) note('t', 0, shim_opened[fd].handle, size, "", 0);
    pthread_mutex_unlock(&order);
    errno = failed;
    return done;
}

/* Names: unlink, rename, mkdir. The second path is NULL where there is none. */
int shim_name(char op, int call, const char *path, const char *second, int flags) {
    int is_ours = is_watched(path) || (second && is_watched(second));
    int error = is_ours ? shim_fault(call, role_of_path(second ? second : path)) : 0;
    if (error) return errno = error, -1;
    char both[2048];
    size_t size = strlen(path) + (second ? strlen(second) + 1 : 0);
    pthread_mutex_lock(&order);
    int done = op == 'u'   ? syscall(SYS_unlinkat, AT_FDCWD, path, flags)
               : op == 'r' ? syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, second, 0)
                           : syscall(SYS_mkdirat, AT_FDCWD, path, flags);
    int failed = errno;
    if (!done && is_ours && size < sizeof both) {
        strcpy(both, path);
        if (second) strcpy(both + strlen(path) + 1, second);
        note(op, 0, 0, 0, both, size);
    }
    pthread_mutex_unlock(&order);
    errno = failed;
    return done;
}

/* A way of writing that the record does not understand: said, so that a replay refuses rather than errs. */
void shim_not_understood(int fd, const char *name) {
    int role = shim_role(fd);
    if (role != ROLE_NONE && role != ROLE_SOCKET) {
        pthread_mutex_lock(&order);
        note('?', 0, shim_opened[fd].handle, 0, name, strlen(name));
        pthread_mutex_unlock(&order);
    }
}
