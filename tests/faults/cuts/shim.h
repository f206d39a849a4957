/* What the two halves of the shim share: shim.c keeps and decides, calls.c has the functions of the C library. */
#include <stdint.h>
#include <sys/types.h>

#define MOST_FDS 1024
#define MOST_POINTS 65536
#define SHORTENED -1

enum { ROLE_NONE, ROLE_DATABASE, ROLE_WAL, ROLE_SHM, ROLE_JOURNAL, ROLE_LOCK, ROLE_LOG, ROLE_KEY, ROLE_FOLDER, ROLE_OTHER, ROLE_SOCKET, ROLE_PHOTO, ROLE_DOWNLOAD };
enum { CALL_OPEN, CALL_READ, CALL_WRITE, CALL_SYNC, CALL_TRUNCATE, CALL_UNLINK, CALL_RENAME, CALL_MKDIR, CALL_CLOSE, CALL_MAP, CALL_LOCK, CALL_STAT, CALL_CONNECT, CALL_ACCEPT };
enum { FAULT_NONE, FAULT_KILL, FAULT_ENOSPC, FAULT_EIO, FAULT_SHORT, FAULT_RESET };

struct board {
    int64_t calls, armed_at, armed_code, fired, fired_call, fired_role, kind, counting;
    int64_t counts[256];
    uint8_t points[MOST_POINTS];
};

struct opened {
    uint8_t role, appends;
    unsigned handle;
};

extern struct opened shim_opened[MOST_FDS];
int shim_role(int fd);
int shim_fault(int call, int role);
int shim_fault_at(int call, int fd);
int shim_open(const char *path, int flags, int mode);
ssize_t shim_write(int fd, const void *data, size_t size, int64_t place, int is_placed);
int shim_sync(int fd, long number);
int shim_truncate(int fd, int64_t size);
int shim_name(char op, int call, const char *path, const char *second, int flags);
void shim_not_understood(int fd, const char *name);
