#ifndef QUARTERDECK_CZLIB_H
#define QUARTERDECK_CZLIB_H

#include <zlib.h>

// zlib's own names for these are macros.

/// Prepares reading of a raw deflate stream, as zip files hold it.
static inline int qd_inflate_raw(z_streamp stream) { return inflateInit2(stream, -MAX_WBITS); }

/// Prepares writing of a raw deflate stream.
static inline int qd_deflate_raw(z_streamp stream) {
  return deflateInit2(stream, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}

#endif
