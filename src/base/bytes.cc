#include "base/bytes.h"

#include <algorithm>

#include "base/check.h"
#include "base/secret.h"

namespace vouch {

ByteWriter::~ByteWriter() { secure_wipe(out_); }

// A vector that grew by itself would free its old bytes as they are.
void ByteWriter::make_room(size_t n) {
  if (n > out_.capacity() - out_.size()) {
    secure_reserve(out_, std::max(out_.size() + n, 2 * out_.capacity()));
  }
}

void ByteWriter::little_endian(uint64_t x, int n) {
  make_room(static_cast<size_t>(n));
  for (int i = 0; i < n; ++i) {
    out_.push_back(static_cast<uint8_t>(x >> (8 * i)));
  }
}

void ByteWriter::raw(ByteSpan bytes) {
  make_room(bytes.size());
  out_.insert(out_.end(), bytes.begin(), bytes.end());
}

void ByteWriter::prefixed(ByteSpan bytes) {
  VOUCH_CHECK(bytes.size() <= UINT32_MAX);
  u32(static_cast<uint32_t>(bytes.size()));
  raw(bytes);
}

void ByteWriter::prefixed(std::string_view text) {
  prefixed(ByteSpan(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

ByteSpan ByteReader::raw(size_t n) {
  if (!ok_ || n > rest_.size()) {
    ok_ = false;
    return {};
  }
  const ByteSpan out = rest_.first(n);
  rest_ = rest_.subspan(n);
  return out;
}

void ByteReader::read(std::span<uint8_t> out) {
  const ByteSpan b = raw(out.size());
  for (size_t i = 0; i < b.size(); ++i) {
    out[i] = b[i];
  }
}

uint64_t ByteReader::little_endian(int n) {
  const ByteSpan b = raw(static_cast<size_t>(n));
  uint64_t x = 0;
  for (size_t i = 0; i < b.size(); ++i) {
    x |= static_cast<uint64_t>(b[i]) << (8 * i);
  }
  return x;
}

ByteSpan ByteReader::prefixed(size_t max) {
  const uint32_t n = u32();
  if (n > max) {
    ok_ = false;
  }
  return raw(n);
}

std::string ByteReader::text(size_t max) {
  const ByteSpan b = prefixed(max);
  return {b.begin(), b.end()};
}

uint32_t ByteReader::count(uint32_t max, size_t item_bytes) {
  const uint32_t n = u32();
  if (!ok_ || n > max || (item_bytes != 0 && n > rest_.size() / item_bytes)) {
    ok_ = false;
    return 0;
  }
  return n;
}

}  // namespace vouch
