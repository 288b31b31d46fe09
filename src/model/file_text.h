// Text from a model's file, fit to be printed.
#pragma once

#include <string>
#include <string_view>

namespace vouch {

/// At most 200 characters; what is not printable ASCII becomes a question mark.
[[nodiscard]] std::string file_text(std::string_view text);
/// The same between quotation marks.
[[nodiscard]] std::string quoted(std::string_view text);

/// The refusal of a model in one sentence: one that does not say what to do ("…; do this") gets
/// `otherwise`, "export the model again".
[[nodiscard]] std::string with_remedy(std::string refusal, std::string_view otherwise);

}  // namespace vouch
