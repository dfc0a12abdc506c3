/*
 * A slow disk for one program: with LD_PRELOAD each opening, reading, asking for and listing of what lies below the
 * folder SLOW_ROOT takes SLOW_MS milliseconds longer, in the thread that does it. How many there were of each is
 * written to the file SLOW_LOG in the end. What Node calls is meant: its `stat` is the system call statx.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MOST_FILES 65536

enum kind { OPEN, READ, STAT, LIST, KINDS };

static const char *const names[KINDS] = { "open", "read", "stat", "list" };
static atomic_long counts[KINDS];
static atomic_bool is_slow[MOST_FILES];
static const char *root;
static size_t root_length;
static long delay_ms;

static void *next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void begin(void)
{
	const char *ms = getenv("SLOW_MS");

	root = getenv("SLOW_ROOT");
	root_length = root ? strlen(root) : 0;
	delay_ms = ms ? atol(ms) : 0;
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("SLOW_LOG");
	FILE *log = path ? fopen(path, "a") : NULL;
	long all = 0;

	for (int kind = 0; kind < KINDS; kind++)
		all += counts[kind];
	if (log && all > 0) {
		for (int kind = 0; kind < KINDS; kind++)
			fprintf(log, "%s %ld ", names[kind], counts[kind]);
		fputc('\n', log);
	}
	if (log)
		fclose(log);
}

static int below(const char *path)
{
	if (!root || !path || strncmp(path, root, root_length) != 0)
		return 0;
	return path[root_length] == '/' || path[root_length] == '\0';
}

static void wait_for(enum kind kind)
{
	struct timespec time = { delay_ms / 1000, delay_ms % 1000 * 1000000 };

	counts[kind]++;
	nanosleep(&time, NULL);
}

static int is_slow_file(int fd)
{
	return fd >= 0 && fd < MOST_FILES && is_slow[fd];
}

int open64(const char *path, int flags, ...)
{
	int (*real)(const char *, int, ...) = next("open64");
	va_list more;
	int fd;

	va_start(more, flags);
	if (below(path))
		wait_for(OPEN);
	fd = real(path, flags, va_arg(more, int));
	va_end(more);
	if (fd >= 0 && fd < MOST_FILES)
		is_slow[fd] = below(path);
	return fd;
}

ssize_t read(int fd, void *into, size_t size)
{
	ssize_t (*real)(int, void *, size_t) = next("read");

	if (is_slow_file(fd))
		wait_for(READ);
	return real(fd, into, size);
}

ssize_t pread64(int fd, void *into, size_t size, off64_t at)
{
	ssize_t (*real)(int, void *, size_t, off64_t) = next("pread64");

	if (is_slow_file(fd))
		wait_for(READ);
	return real(fd, into, size, at);
}

int close(int fd)
{
	int (*real)(int) = next("close");

	if (fd >= 0 && fd < MOST_FILES)
		is_slow[fd] = 0;
	return real(fd);
}

long syscall(long number, ...)
{
	long (*real)(long, ...) = next("syscall");
	long given[6];
	va_list more;

	va_start(more, number);
	for (int at = 0; at < 6; at++)
		given[at] = va_arg(more, long);
	va_end(more);
	if (number == SYS_statx && (below((const char *)given[1]) || is_slow_file((int)given[0])))
		wait_for(STAT);
	return real(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

int scandir64(const char *path, struct dirent64 ***into, int (*filter)(const struct dirent64 *),
	      int (*compare)(const struct dirent64 **, const struct dirent64 **))
{
	int (*real)(const char *, struct dirent64 ***, int (*)(const struct dirent64 *),
		    int (*)(const struct dirent64 **, const struct dirent64 **)) = next("scandir64");

	if (below(path))
		wait_for(LIST);
	return real(path, into, filter, compare);
}

char *realpath(const char *path, char *into)
{
	char *(*real)(const char *, char *) = next("realpath");

	if (below(path))
		wait_for(STAT);
	return real(path, into);
}
