#ifndef QUARTERDECK_CZSTD_H
#define QUARTERDECK_CZSTD_H

#include <zstd.h>

#endif
