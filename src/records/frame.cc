#include "records/frame.h"

#include <algorithm>

#include "base/format_version.h"

namespace vouch {

void write_frame(ByteWriter& out, std::string_view magic) {
  out.raw(ByteSpan(reinterpret_cast<const uint8_t*>(magic.data()), magic.size()));
  out.u16(kFormatVersion);
}

Result<void> read_frame(ByteReader& in, std::string_view magic, const std::string& what) {
  const ByteSpan found = in.raw(magic.size());
  const auto same = [](uint8_t a, char b) { return a == static_cast<uint8_t>(b); };
  if (!std::ranges::equal(found, magic, same)) {
    return Error{"this is not " + what};
  }
  const uint16_t version = in.u16();
  if (!in.ok()) {
    return Error{what + " that is cut short"};
  }
  if (version != kFormatVersion) {
    return Error{version_refusal(what, version)};
  }
  return {};
}

}  // namespace vouch
