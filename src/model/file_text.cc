#include "model/file_text.h"

namespace vouch {
namespace {

constexpr size_t kMaxLength = 200;

}  // namespace

std::string file_text(std::string_view text) {
  std::string fit(text.substr(0, kMaxLength));
  for (char& c : fit) {
    if (c < 0x20 || c > 0x7E) {
      c = '?';
    }
  }
  return fit;
}

std::string quoted(std::string_view text) {
  std::string between = "'";
  between += file_text(text);
  between += '\'';
  return between;
}

std::string with_remedy(std::string refusal, std::string_view otherwise) {
  if (refusal.find("; ") == std::string::npos) {
    refusal += "; ";
    refusal += otherwise;
  }
  return refusal;
}

}  // namespace vouch
