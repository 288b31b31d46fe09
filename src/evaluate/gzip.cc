#include "evaluate/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace vouch {
namespace {

constexpr size_t kBlock = size_t{1} << 16;
constexpr int kGzipFrame = 16 + MAX_WBITS;

class Inflater {
 public:
  Inflater() : ready_(inflateInit2(&stream_, kGzipFrame) == Z_OK) {}
  ~Inflater() {
    if (ready_) {
      inflateEnd(&stream_);
    }
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  [[nodiscard]] bool ready() const { return ready_; }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_;
};

}  // namespace

bool is_gzip(ByteSpan file) { return file.size() >= 2 && file[0] == 0x1F && file[1] == 0x8B; }

Result<Bytes> gunzip(ByteSpan file, size_t most) {
  if (!is_gzip(file) || file.size() > std::numeric_limits<uInt>::max()) {
    return Error{"this is not a gzip file"};
  }
  Inflater inflater;
  if (!inflater.ready()) {
    return Error{"zlib cannot start"};
  }
  z_stream& stream = inflater.stream();
  stream.next_in = const_cast<Bytef*>(file.data());  // NOLINT: zlib only reads it
  stream.avail_in = static_cast<uInt>(file.size());
  Bytes out;
  for (int state = Z_OK; state != Z_STREAM_END;) {
    const size_t before = out.size();
    // One byte above the limit, so that exceeding it shows.
    out.resize(before + std::min(kBlock, most + 1 - before));
    stream.next_out = out.data() + before;
    stream.avail_out = static_cast<uInt>(out.size() - before);
    state = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (out.size() > most) {
      return Error{"the gzip file unpacks to more than " + std::to_string(most) + " bytes"};
    }
    if ((state != Z_OK && state != Z_STREAM_END) || (state == Z_OK && out.size() == before)) {
      return Error{"the gzip file is damaged or cut off"};
    }
  }
  if (stream.avail_in != 0) {
    return Error{"the gzip file has bytes behind its end"};
  }
  return out;
}

}  // namespace vouch
