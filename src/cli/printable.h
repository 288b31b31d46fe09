// Text from files, made safe to print: a label or a context must not be able to move the cursor,
// recolour the terminal or make a rejected proof look accepted.
#pragma once

#include <string>
#include <string_view>

namespace vouch {

/// `text` as valid UTF-8 without control characters: malformed bytes, C0 and C1 controls (newline
/// and tab too), and characters that reorder or hide text (U+200B…200F, U+2028…202E, U+2060…206F,
/// U+FEFF) each become U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace vouch
