#pragma once
#include <cmark.h>
#include <stdlib.h>

// The options are macros, which Swift does not see where they are expressions.
static const int qd_markdown_options = CMARK_OPT_UNSAFE | CMARK_OPT_VALIDATE_UTF8;
