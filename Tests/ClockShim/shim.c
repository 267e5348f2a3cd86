// Preloaded into a daemon by the fault tests: its wall clock is wrong by as many seconds as the first eight bytes of the
// file CLOCK_SHIM say, from the moment at which they are written. The monotonic clock is left alone, as it is when an
// operator sets a host's time.
//
// libfaketime cannot do this here: it reads its file again and again without a lock, and it sets an environment variable
// before main, after which Swift does not find the program's arguments.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile const int64_t *offset;

__attribute__((constructor)) static void open_offset(void) {
  const char *path = getenv("CLOCK_SHIM");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *page = mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (page != MAP_FAILED) offset = page;
}

static int64_t seconds(void) { return offset ? *offset : 0; }

int clock_gettime(clockid_t clock, struct timespec *time) {
  int answer = (int)syscall(SYS_clock_gettime, clock, time);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) time->tv_sec += seconds();
  return answer;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  int answer = (int)syscall(SYS_gettimeofday, time, zone);
  if (time) time->tv_sec += seconds();
  return answer;
}

time_t time(time_t *result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result) *result = now.tv_sec;
  return now.tv_sec;
}
