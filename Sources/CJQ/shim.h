#ifndef QUARTERDECK_CJQ_H
#define QUARTERDECK_CJQ_H

#include <jq.h>
#include <jv.h>

/// Whether it is a value. Unlike the library's other functions, which consume their arguments, this one leaves it.
static inline int qd_jv_is_value(jv value) { return jv_get_kind(value) != JV_KIND_INVALID; }

/// Empties this process's environment. `env` of jq 1.6 needs a list, which clearenv() would take away.
static inline void qd_empty_environment(void) {
  extern char **environ;
  static char *none[1] = {0};
  environ = none;
}

#endif
