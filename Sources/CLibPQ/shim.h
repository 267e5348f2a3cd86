#pragma once
#include <libpq-fe.h>
#include <sys/eventfd.h>

// What the connections' loop wakes up on, with the flags that Swift cannot see (they are an enum in C).
static inline int clibpq_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
