#pragma once
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

// What glibc hides behind feature macros, has in newer versions only, or says with macros.

static inline int qd_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

/// Sends a signal that carries a number (si_code SI_QUEUE); a signalfd reads it as ssi_int.
static inline int qd_pidfd_send_value(int pidfd, int signal, int value) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = signal;
  info.si_code = SI_QUEUE;
  info.si_pid = getpid();
  info.si_uid = getuid();
  info.si_value.sival_int = value;
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, &info, 0);
}

/// An anonymous file in memory, closed on exec.
static inline int qd_memfd(const char *name) { return (int)syscall(SYS_memfd_create, name, 1U); }

static inline int qd_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC); }

/// A signalfd, closed on exec, that does not block.
static inline int qd_signalfd(const sigset_t *set) {
  return signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/// Whether a signal read from a signalfd carries a number.
static inline int qd_carries_value(const struct signalfd_siginfo *info) {
  return info->ssi_code == SI_QUEUE;
}

static inline int qd_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

/// Keeps this process's memory from core files and from other processes of its user.
static inline int qd_hide_memory(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

static inline int qd_pipe_size(int fd, int size) { return fcntl(fd, 1031 /* F_SETPIPE_SZ */, size); }

static inline int qd_addchdir(posix_spawn_file_actions_t *actions, const char *path) {
  extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
  return posix_spawn_file_actions_addchdir_np(actions, path);
}

static inline int qd_addclosefrom(posix_spawn_file_actions_t *actions, int first) {
  extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

/// POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
static inline short qd_spawn_flags(void) { return 0x80 | 0x08 | 0x04; }

/// The position of the last `byte` in `count` bytes, or -1.
static inline long qd_last_index(const void *bytes, int byte, size_t count) {
  const unsigned char *start = (const unsigned char *)bytes;
  extern void *memrchr(const void *, int, size_t);
  const unsigned char *found = (const unsigned char *)memrchr(bytes, byte, count);
  return found ? (long)(found - start) : -1;
}

/// The exit code of a wait status, or -1 when a signal ended the process.
static inline int qd_exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

/// The signal that ended the process of a wait status, or 0.
static inline int qd_exit_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }

/// Unmaps the pages of this program's code, which come back from the page cache when they are used again. Only segments that
/// cannot be written to are let go, so nothing can be lost.
static inline void qd_let_go_of_code(void) {
  const Elf64_Phdr *header = (const Elf64_Phdr *)getauxval(AT_PHDR);
  size_t count = getauxval(AT_PHNUM);
  uintptr_t page = (uintptr_t)getauxval(AT_PAGESZ), base = 0;
  if (!header || !page) return;
  for (size_t i = 0; i < count; i++)
    if (header[i].p_type == PT_PHDR) base = (uintptr_t)header - header[i].p_vaddr;
  for (size_t i = 0; i < count; i++) {
    if (header[i].p_type != PT_LOAD || !(header[i].p_flags & PF_X) || header[i].p_flags & PF_W)
      continue;
    uintptr_t start = (base + header[i].p_vaddr) & ~(page - 1);
    uintptr_t end = (base + header[i].p_vaddr + header[i].p_filesz) & ~(page - 1);
    if (end > start) madvise((void *)start, end - start, MADV_DONTNEED);
  }
}

/// Gives a file blocks on the disk without changing its size. 0, or an error number.
static inline int qd_reserve(int fd, long offset, long length) {
  while (syscall(SYS_fallocate, fd, 1 /* FALLOC_FL_KEEP_SIZE */, offset, length) < 0)
    if (errno != EINTR) return errno;
  return 0;
}

/// Begins to write a part of a file to the disk and does not wait for it. 0, or an error number.
static inline int qd_begin_sync(int fd, long offset, long length) {
  return syscall(SYS_sync_file_range, fd, offset, length, 2 /* SYNC_FILE_RANGE_WRITE */) < 0 ? errno : 0;
}

/// Gives the blocks of a part of a file back to the disk; it reads as zeros then, and the size stays. 0, or an error number.
static inline int qd_punch(int fd, long offset, long length) {
  while (syscall(SYS_fallocate, fd, 3 /* FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE */, offset, length) < 0)
    if (errno != EINTR) return errno;
  return 0;
}

/// How large the files may become that another process writes; -1: as large as they like. 0, or an error number.
static inline int qd_limit_file_size(pid_t process, long bytes) {
  uint64_t limit[2];
  if (syscall(SYS_prlimit64, process, RLIMIT_FSIZE, NULL, limit) < 0) return errno;
  limit[0] = bytes < 0 || (uint64_t)bytes > limit[1] ? limit[1] : (uint64_t)bytes;
  return syscall(SYS_prlimit64, process, RLIMIT_FSIZE, limit, NULL) < 0 ? errno : 0;
}

/// How many blocks of 512 bytes a file has on the disk, or -1.
static inline long qd_blocks(int fd) {
  struct stat status;
  return fstat(fd, &status) < 0 ? -1 : (long)status.st_blocks;
}

/// Collects a child of whatever kind that ended; as waitpid with WNOHANG.
static inline pid_t qd_collect(int *status) { return waitpid(-1, status, WNOHANG | 0x40000000 /* __WALL */); }

/// Processor time in microseconds of the children that ended and were collected, and of theirs.
static inline int64_t qd_children_time(void) {
  struct rusage usage;
  if (getrusage(RUSAGE_CHILDREN, &usage) < 0) return 0;
  return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

/// One limit of a process that is to be started; its hard limit is never raised.
struct qd_limit {
  int resource;
  uint64_t soft;
  uint64_t hard;
};

/// Which of the things that are done between fork and exec failed.
enum qd_stage { QD_STAGE_NONE, QD_STAGE_CGROUP, QD_STAGE_LIMIT, QD_STAGE_USER, QD_STAGE_DIRECTORY, QD_STAGE_PROGRAM };

/// A process that is to be started, in memory that parent and child share until exec.
struct qd_start {
  /// The paths of the program that are tried one after the other, ended by null.
  char *const *programs;
  char *const *arguments;
  char *const *environment;
  /// Where it starts, or null. With `is_directory_optional` it starts in / when it cannot go there.
  const char *directory;
  int is_directory_optional;
  /// What becomes 0, 1 and 2; each above 2.
  int input, output, errors;
  /// cgroup.procs of the cgroup that it belongs to, open for writing, or -1.
  int cgroup;
  /// Who it runs as when has_user is not 0.
  int has_user;
  uid_t user;
  gid_t group;
  int group_count;
  const gid_t *groups;
  int limit_count;
  const struct qd_limit *limits;
  /// What went wrong.
  enum qd_stage stage;
  int code;
};

static inline int qd_fail(struct qd_start *start, enum qd_stage stage, int code) {
  start->stage = stage;
  start->code = code;
  return 127;
}

static inline int qd_become(struct qd_start *start) {
  // The system calls themselves: the C library's functions speak to threads, and this memory is the parent's.
  if (syscall(SYS_setgroups, (long)start->group_count, start->groups) < 0) return errno;
  if (syscall(SYS_setresgid, start->group, start->group, start->group) < 0) return errno;
  if (syscall(SYS_setresuid, start->user, start->user, start->user) < 0) return errno;
  return 0;
}

static inline int qd_put_limits(struct qd_start *start) {
  for (int i = 0; i < start->limit_count; i++) {
    const struct qd_limit *wanted = &start->limits[i];
    struct rlimit limit;
    if (getrlimit(wanted->resource, &limit) < 0) return errno;
    if (wanted->hard < limit.rlim_max) limit.rlim_max = wanted->hard;
    limit.rlim_cur = wanted->soft < limit.rlim_max ? wanted->soft : limit.rlim_max;
    if (setrlimit(wanted->resource, &limit) < 0) return errno;
  }
  return 0;
}

/// Tries each path as a shell does: one that may not be executed is passed, and told when none is found.
static inline int qd_execute(struct qd_start *start) {
  int denied = 0;
  for (char *const *program = start->programs; *program; program++) {
    execve(*program, start->arguments, start->environment);
    if (errno == EACCES) denied = 1;
    else if (errno != ENOENT && errno != ENOTDIR && errno != ESTALE && errno != ENODEV && errno != ETIMEDOUT)
      return errno;
  }
  return denied ? EACCES : ENOENT;
}

/// What protects the agent on a saturated host is not for what it starts: no better priority than usual, no better chance
/// when memory runs out.
static inline void qd_be_usual(void) {
  if (syscall(SYS_getpriority, PRIO_PROCESS, 0) > 20) syscall(SYS_setpriority, PRIO_PROCESS, 0, 0);
  int file = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  char sign = 0;
  if (syscall(SYS_read, file, &sign, 1) == 1 && sign == '-') syscall(SYS_pwrite64, file, "0", 1, 0L);
  syscall(SYS_close, file);
}

/// The child's part: everything here is a system call of its own, because nothing else is safe in the parent's memory.
static int qd_child(void *argument) {
  struct qd_start *start = (struct qd_start *)argument;
  struct sigaction usual;
  memset(&usual, 0, sizeof usual);
  for (int signal = 1; signal < 65; signal++) sigaction(signal, &usual, NULL);
  syscall(SYS_setsid);
  if (dup2(start->input, 0) < 0 || dup2(start->output, 1) < 0 || dup2(start->errors, 2) < 0)
    return qd_fail(start, QD_STAGE_PROGRAM, errno);
  if (start->cgroup >= 0 && write(start->cgroup, "0", 1) < 0) return qd_fail(start, QD_STAGE_CGROUP, errno);
  qd_be_usual();
  int code = qd_put_limits(start);
  if (code) return qd_fail(start, QD_STAGE_LIMIT, code);
  if (start->has_user && (code = qd_become(start))) return qd_fail(start, QD_STAGE_USER, code);
  if (start->directory && chdir(start->directory) < 0 &&
      !(start->is_directory_optional && chdir("/") == 0))
    return qd_fail(start, QD_STAGE_DIRECTORY, errno);
  syscall(SYS_close_range, 3U, ~0U, 0U);
  uint64_t none = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, 8);
  return qd_fail(start, QD_STAGE_PROGRAM, qd_execute(start));
}

/// Starts a process in a session of its own, with all signals at their defaults and none blocked, and with no descriptor
/// but 0, 1 and 2. The caller has one thread and handles no signals. Returns its number, or -1 with stage and code set.
///
/// The child borrows this memory until exec, so the parent's size does not matter; the stack is its own.
__attribute__((noinline)) static pid_t qd_start_process(struct qd_start *start) {
  extern int clone(int (*)(void *), void *, int, void *, ...);
  _Alignas(64) char stack[32 << 10];
  start->stage = QD_STAGE_NONE;
  start->code = 0;
  pid_t process = clone(qd_child, stack + sizeof stack, 0x4100 /* CLONE_VM | CLONE_VFORK */ | SIGCHLD, start);
  if (process < 0) {
    qd_fail(start, QD_STAGE_PROGRAM, errno);
    return -1;
  }
  if (start->stage == QD_STAGE_NONE) return process;
  while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
  return -1;
}

// The wall clock in microseconds since 1970. Asked here because which of Swift's modules owns `struct timespec` depends on
// the order in which the compiler meets them, and with it whether its fields may be named.
static inline long long qd_wall_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
