#include "picture/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <utility>

namespace vouch {
namespace {

constexpr std::array<uint8_t, 6> kMark = {0x93, 'N', 'U', 'M', 'P', 'Y'};
constexpr std::array<std::pair<std::string_view, NpyType>, 6> kTypes = {
    {{"|u1", NpyType::kUint8},
     {"|i1", NpyType::kInt8},
     {"<i4", NpyType::kInt32},
     {"<i8", NpyType::kInt64},
     {"<f4", NpyType::kFloat32},
     {"<f8", NpyType::kFloat64}}};
constexpr size_t kMaxHeader = 4096;
constexpr size_t kMaxRank = 8;

// The few words of Python that NumPy writes into the header.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : rest_(text) {}

  Result<void> parse(NpyTensor& tensor) {
    bool descr = false;
    bool order = false;
    bool shape = false;
    const Error malformed{"its header is not one that NumPy writes"};
    if (!take('{')) {
      return malformed;
    }
    while (!take('}')) {
      const std::string_view key = quoted();
      if (!take(':')) {
        return malformed;
      }
      bool* seen = key == "descr" ? &descr : key == "fortran_order" ? &order : &shape;
      if (*seen || (seen == &shape && key != "shape")) {
        return malformed;
      }
      *seen = true;
      VOUCH_TRY(seen == &descr   ? parse_descr(tensor)
                : seen == &order ? parse_order()
                                 : parse_shape(tensor));
      if (!take(',') && !peek('}')) {
        return malformed;
      }
    }
    skip_space();
    return descr && order && shape && rest_.empty() ? Result<void>() : malformed;
  }

 private:
  Result<void> parse_descr(NpyTensor& tensor) {
    const std::string_view descr = quoted();
    for (const auto& [name, type] : kTypes) {
      if (descr == name) {
        tensor.type = type;
        return {};
      }
    }
    return Error{"its elements must be uint8, int8, int32, int64, float32 or float64"};
  }
  Result<void> parse_order() {
    return word("False") ? Result<void>() : Error{"its elements must be in C order"};
  }
  Result<void> parse_shape(NpyTensor& tensor) {
    const Error malformed{"its shape must have 1 to 8 extents of 1…2147483647"};
    if (!take('(')) {
      return malformed;
    }
    while (!take(')')) {
      const uint32_t extent = number();
      if (extent == 0 || tensor.shape.size() == kMaxRank) {
        return malformed;
      }
      tensor.shape.push_back(extent);
      if (!take(',') && !peek(')')) {
        return malformed;
      }
    }
    return tensor.shape.empty() ? malformed : Result<void>();
  }

  void skip_space() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) {
      rest_.remove_prefix(1);
    }
  }
  bool peek(char c) {
    skip_space();
    return !rest_.empty() && rest_.front() == c;
  }
  bool take(char c) {
    const bool there = peek(c);
    if (there) {
      rest_.remove_prefix(1);
    }
    return there;
  }
  bool word(std::string_view text) {
    skip_space();
    const bool there = rest_.starts_with(text);
    if (there) {
      rest_.remove_prefix(text.size());
    }
    return there;
  }
  // A string without escapes; empty if there is none.
  std::string_view quoted() {
    const char quote = peek('"') ? '"' : '\'';
    if (!take(quote)) {
      return {};
    }
    const size_t end = rest_.find(quote);
    if (end == std::string_view::npos) {
      return {};
    }
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }
  // 1…2^31 − 1, or 0.
  uint32_t number() {
    skip_space();
    uint64_t x = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      x = std::min<uint64_t>(x * 10 + static_cast<uint64_t>(rest_.front() - '0'), 1U << 31U);
      rest_.remove_prefix(1);
    }
    return x < 1U << 31U ? static_cast<uint32_t>(x) : 0;
  }

  std::string_view rest_;
};

}  // namespace

size_t NpyTensor::element_bytes() const {
  switch (type) {
    case NpyType::kUint8:
    case NpyType::kInt8:
      return 1;
    case NpyType::kInt32:
    case NpyType::kFloat32:
      return 4;
    case NpyType::kInt64:
    case NpyType::kFloat64:
      return 8;
  }
  return 1;
}

double NpyTensor::at(size_t i) const {
  uint64_t bits = 0;
  for (size_t byte = element_bytes(); byte-- > 0;) {
    bits = bits << 8U | data[i * element_bytes() + byte];
  }
  switch (type) {
    case NpyType::kUint8:
      return static_cast<double>(bits);
    case NpyType::kInt8:
      return static_cast<int8_t>(bits);
    case NpyType::kInt32:
      return static_cast<int32_t>(bits);
    case NpyType::kInt64:
      return static_cast<double>(static_cast<int64_t>(bits));
    case NpyType::kFloat32:
      return double{std::bit_cast<float>(static_cast<uint32_t>(bits))};
    case NpyType::kFloat64:
      return std::bit_cast<double>(bits);
  }
  return 0;
}

bool is_npy(ByteSpan file) {
  return file.size() >= kMark.size() && std::equal(kMark.begin(), kMark.end(), file.begin());
}

Result<NpyTensor> read_npy(ByteSpan file) {
  if (!is_npy(file)) {
    return Error{"this is not a .npy file"};
  }
  ByteReader reader(file.subspan(kMark.size()));
  const uint8_t major = reader.u8();
  const uint8_t minor = reader.u8();
  if (major < 1 || major > 3 || minor != 0) {
    return Error{"the .npy file's version is not 1.0, 2.0 or 3.0"};
  }
  const size_t length = major == 1 ? reader.u16() : reader.u32();
  if (length > kMaxHeader) {
    return Error{"the .npy file's header is longer than 4096 bytes"};
  }
  const ByteSpan header = reader.raw(length);
  if (!reader.ok()) {
    return Error{"the .npy file's header is cut off"};
  }
  NpyTensor tensor;
  const std::string text(header.begin(), header.end());
  if (const Result<void> parsed = HeaderParser(text).parse(tensor); !parsed) {
    return Error{"the .npy file cannot be read: " + parsed.error().message};
  }
  uint64_t bytes = tensor.element_bytes();
  for (const uint32_t extent : tensor.shape) {
    bytes *= extent;
    if (bytes > reader.remaining()) {
      break;
    }
  }
  if (bytes != reader.remaining()) {
    return Error{"the .npy file's data has " + std::to_string(reader.remaining()) +
                 " bytes, which is not what its shape needs"};
  }
  tensor.data = reader.raw(reader.remaining());
  return tensor;
}

}  // namespace vouch
