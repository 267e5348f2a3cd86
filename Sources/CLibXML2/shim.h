#pragma once
// Debian builds libxml2 with ICU, and its headers would then bring in a second copy of ICU's
// declarations beside Foundation's. Nothing here uses what they declare.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlwriter.h>
