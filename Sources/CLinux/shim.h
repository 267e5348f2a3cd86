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
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/wait.h>
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
