// The text of run_framework.py, so that the program needs no file beside it.
#pragma once

namespace vouch {

extern const char* const kFrameworkScript;

}  // namespace vouch
