// Bytes on the wire: little-endian fixed-width integers, and lengths that are checked against what
// is there before anything is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vouch {

using Bytes = std::vector<uint8_t>;
using ByteSpan = std::span<const uint8_t>;

/// Appends to a byte string. What it held is wiped where it grows and at its end, as it may be
/// secret; whoever takes the bytes wipes those.
class ByteWriter {
 public:
  ByteWriter() = default;
  ByteWriter(const ByteWriter&) = delete;
  ByteWriter& operator=(const ByteWriter&) = delete;
  ~ByteWriter();
  void u8(uint8_t x) { little_endian(x, 1); }
  void u16(uint16_t x) { little_endian(x, 2); }
  void u32(uint32_t x) { little_endian(x, 4); }
  void u64(uint64_t x) { little_endian(x, 8); }
  void i64(int64_t x) { u64(static_cast<uint64_t>(x)); }
  /// The bytes alone, no length.
  void raw(ByteSpan bytes);
  /// u32 length, then the bytes.
  void prefixed(ByteSpan bytes);
  void prefixed(std::string_view text);
  [[nodiscard]] const Bytes& bytes() const { return out_; }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  void little_endian(uint64_t x, int n);
  void make_room(size_t n);
  Bytes out_;
};

/// Reads hostile bytes. After the first failure every read returns zeros and `ok()` is false, so a
/// decoder may read a whole record and ask once. Never allocates more than the bytes that remain.
class ByteReader {
 public:
  explicit ByteReader(ByteSpan bytes) : rest_(bytes) {}
  uint8_t u8() { return static_cast<uint8_t>(little_endian(1)); }
  uint16_t u16() { return static_cast<uint16_t>(little_endian(2)); }
  uint32_t u32() { return static_cast<uint32_t>(little_endian(4)); }
  uint64_t u64() { return little_endian(8); }
  int64_t i64() { return static_cast<int64_t>(u64()); }
  /// The next n bytes (a view), or an empty view and failure if fewer remain.
  ByteSpan raw(size_t n);
  /// Fills `out` with the next bytes, or leaves it as it is on failure.
  void read(std::span<uint8_t> out);
  /// A u32 length not above `max`, then that many bytes.
  ByteSpan prefixed(size_t max);
  std::string text(size_t max);
  /// A u32 count not above `max` whose items of at least `item_bytes` each can still be there.
  uint32_t count(uint32_t max, size_t item_bytes);
  void fail() { ok_ = false; }
  [[nodiscard]] bool ok() const { return ok_; }
  /// True when everything was read and nothing failed: no trailing bytes.
  [[nodiscard]] bool finished() const { return ok_ && rest_.empty(); }
  [[nodiscard]] size_t remaining() const { return rest_.size(); }

 private:
  uint64_t little_endian(int n);
  ByteSpan rest_;
  bool ok_ = true;
};

}  // namespace vouch
