#ifndef QUARTERDECK_CCRYPT_H
#define QUARTERDECK_CCRYPT_H

#include <crypt.h>

#endif
