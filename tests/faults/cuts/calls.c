/* The functions of the C library that touch files and sockets, each asking shim.c before it does its work. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "shim.h"

#define REFUSED(call, fd) { int error = shim_fault(call, shim_role(fd)); if (error) return errno = error == SHORTENED ? EINTR : error, -1; }

static int mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0; }

#define OPENING(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        int mode = mode_of(flags, rest); \
        va_end(rest); \
        return shim_open(path, flags, mode); \
    }
OPENING(open)
OPENING(open64)

int openat(int folder, const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    int mode = mode_of(flags, rest);
    va_end(rest);
    return folder == AT_FDCWD || path[0] == '/' ? shim_open(path, flags, mode) : syscall(SYS_openat, folder, path, flags, mode);
}
int openat64(int, const char *, int, ...) __attribute__((alias("openat")));

ssize_t write(int fd, const void *data, size_t size) { return shim_write(fd, data, size, 0, 0); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t place) { return shim_write(fd, data, size, place, 1); }
ssize_t pwrite64(int fd, const void *data, size_t size, off_t place) { return shim_write(fd, data, size, place, 1); }
int fsync(int fd) { return shim_sync(fd, SYS_fsync); }
int fdatasync(int fd) { return shim_sync(fd, SYS_fdatasync); }
int ftruncate(int fd, off_t size) { return shim_truncate(fd, size); }
int ftruncate64(int fd, off_t size) { return shim_truncate(fd, size); }
int unlink(const char *path) { return shim_name('u', CALL_UNLINK, path, NULL, 0); }
int rmdir(const char *path) { return shim_name('u', CALL_UNLINK, path, NULL, AT_REMOVEDIR); }
int rename(const char *from, const char *to) { return shim_name('r', CALL_RENAME, from, to, 0); }
int mkdir(const char *path, mode_t mode) { return shim_name('d', CALL_MKDIR, path, NULL, mode); }

/* How many bytes a read may ask for: a short read brings fewer than are there. */
static ssize_t asked(int fd, size_t size) {
    int role = shim_role(fd);
    int error = shim_fault_at(CALL_READ, fd);
    if (error == SHORTENED) return role == ROLE_SOCKET ? (size < 5 ? size : 5) : (size > 1 ? size / 2 : size);
    return error ? (errno = error, -1) : (ssize_t)size;
}

ssize_t read(int fd, void *data, size_t size) {
    ssize_t most = asked(fd, size);
    return most < 0 ? -1 : syscall(SYS_read, fd, data, most);
}
ssize_t __read_chk(int fd, void *data, size_t size, size_t room) { return (void)room, read(fd, data, size); }
ssize_t pread(int fd, void *data, size_t size, off_t place) {
    ssize_t most = asked(fd, size);
    return most < 0 ? -1 : syscall(SYS_pread64, fd, data, most, place);
}
ssize_t pread64(int, void *, size_t, off_t) __attribute__((alias("pread")));

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t place) {
    int error = fd >= 0 && !(flags & MAP_ANONYMOUS) ? shim_fault(CALL_MAP, shim_role(fd)) : 0;
    if (error) return errno = error == SHORTENED ? EINTR : error, MAP_FAILED;
    return (void *)syscall(SYS_mmap, at, size, protection, flags, fd, place);
}
void *mmap64(void *, size_t, int, int, int, off_t) __attribute__((alias("mmap")));

int close(int fd) {
    int role = shim_role(fd);
    int error = shim_fault(CALL_CLOSE, role);
    if (role != ROLE_NONE) shim_opened[fd].role = ROLE_NONE;
    int done = syscall(SYS_close, fd);
    /* A socket's close never fails; a file's may, and has closed it all the same. */
    return error && role != ROLE_SOCKET ? (errno = error == SHORTENED ? EINTR : error, -1) : done;
}

int fcntl64(int fd, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    /* Locks lie in the kernel's memory: taking one may fail, giving it back only ends with the process. */
    if (command == F_SETLK || command == F_SETLKW) {
        int error = shim_fault(CALL_LOCK, shim_role(fd));
        if (error && ((struct flock *)argument)->l_type != F_UNLCK) return errno = error == SHORTENED ? EINTR : error, -1;
    }
    return syscall(SYS_fcntl, fd, command, argument);
}
int fcntl(int, int, ...) __attribute__((alias("fcntl64")));

int flock(int fd, int operation) {
    REFUSED(CALL_LOCK, fd)
    return syscall(SYS_flock, fd, operation);
}

int fstat64(int fd, struct stat64 *found) {
    REFUSED(CALL_STAT, fd)
    return syscall(SYS_fstat, fd, found);
}

/* Sockets: only those of the internet are watched; a program's own pipes and local sockets are not its network. */

static int is_internet(const struct sockaddr *address) { return address && (address->sa_family == AF_INET || address->sa_family == AF_INET6); }
static void watch_socket(int fd) {
    if (fd >= 0 && fd < MOST_FDS) shim_opened[fd].role = ROLE_SOCKET;
}

int connect(int fd, const struct sockaddr *address, socklen_t size) {
    if (is_internet(address)) watch_socket(fd);
    REFUSED(CALL_CONNECT, fd)
    return syscall(SYS_connect, fd, address, size);
}

int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags) {
    struct sockaddr_storage own;
    socklen_t own_size = sizeof own;
    int is_ours = !getsockname(fd, (struct sockaddr *)&own, &own_size) && is_internet((struct sockaddr *)&own);
    int error = is_ours ? shim_fault(CALL_ACCEPT, ROLE_SOCKET) : 0;
    if (error) return errno = error == SHORTENED ? EINTR : error, -1;
    int made = syscall(SYS_accept4, fd, address, size, flags);
    if (is_ours) watch_socket(made);
    return made;
}
int accept(int fd, struct sockaddr *address, socklen_t *size) { return accept4(fd, address, size, 0); }

#define SENDING(fd, size) { \
    int error = shim_fault_at(CALL_WRITE, fd); \
    if (error == SHORTENED) size = size > 1 ? size / 2 : size; \
    else if (error) return errno = error, -1; }
#define RECEIVING(fd, size) { \
    int error = shim_fault_at(CALL_READ, fd); \
    if (error == SHORTENED) size = size < 5 ? size : 5; \
    else if (error) return errno = error, -1; }

ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *address, socklen_t length) {
    SENDING(fd, size)
    return syscall(SYS_sendto, fd, data, size, flags, address, length);
}
ssize_t send(int fd, const void *data, size_t size, int flags) { return sendto(fd, data, size, flags, NULL, 0); }
ssize_t recvfrom(int fd, void *data, size_t size, int flags, struct sockaddr *address, socklen_t *length) {
    RECEIVING(fd, size)
    return syscall(SYS_recvfrom, fd, data, size, flags, address, length);
}
ssize_t recv(int fd, void *data, size_t size, int flags) { return recvfrom(fd, data, size, flags, NULL, NULL); }

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    size_t parts = message->msg_iovlen;
    struct msghdr shorter = *message;
    SENDING(fd, parts)
    shorter.msg_iovlen = parts;
    return syscall(SYS_sendmsg, fd, &shorter, flags);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    int role = shim_role(fd);
    if (role != ROLE_NONE && role != ROLE_SOCKET) shim_not_understood(fd, "writev");
    SENDING(fd, count)
    return syscall(SYS_writev, fd, parts, count);
}

#define NOT_UNDERSTOOD(name, number, type, fd_out, signature, arguments) \
    type name signature { shim_not_understood(fd_out, #name); return syscall arguments; }
NOT_UNDERSTOOD(sendfile64, SYS_sendfile, ssize_t, out, (int out, int in, off_t *place, size_t size), (SYS_sendfile, out, in, place, size))
NOT_UNDERSTOOD(copy_file_range, SYS_copy_file_range, ssize_t, out, (int in, off_t *from, int out, off_t *to, size_t size, unsigned flags), (SYS_copy_file_range, in, from, out, to, size, flags))
NOT_UNDERSTOOD(posix_fallocate64, SYS_fallocate, int, fd, (int fd, off_t place, off_t size), (SYS_fallocate, fd, 0, place, size))
NOT_UNDERSTOOD(fallocate64, SYS_fallocate, int, fd, (int fd, int mode, off_t place, off_t size), (SYS_fallocate, fd, mode, place, size))
NOT_UNDERSTOOD(pwritev64v2, SYS_pwritev2, ssize_t, fd, (int fd, const struct iovec *parts, int count, off_t place, int flags), (SYS_pwritev2, fd, parts, count, place, place >> 32, flags))
