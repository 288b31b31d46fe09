// Packs as gzip does: for tests.
#pragma once

#include <zlib.h>

#include "base/bytes.h"
#include "base/check.h"

namespace vouch {

[[nodiscard]] inline Bytes packed(const Bytes& content) {
  z_stream stream{};
  VOUCH_CHECK(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes out(deflateBound(&stream, static_cast<uLong>(content.size())));
  Bytes in = content;
  stream.next_in = in.data();
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  VOUCH_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace vouch
