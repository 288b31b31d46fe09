#include "evaluate/idx.h"

#include <string>

namespace vouch {
namespace {

constexpr uint8_t kUnsignedBytes = 8;
constexpr size_t kMaxRank = 8;

}  // namespace

bool is_idx(ByteSpan file) {
  return file.size() >= 4 && file[0] == 0 && file[1] == 0 && file[2] == kUnsignedBytes &&
         file[3] >= 1 && file[3] <= kMaxRank;
}

Result<IdxTensor> read_idx(ByteSpan file) {
  if (!is_idx(file)) {
    return Error{"this is not an IDX file of unsigned bytes with 1 to 8 axes"};
  }
  ByteReader reader(file.subspan(3));
  const size_t rank = reader.u8();
  IdxTensor tensor;
  uint64_t elements = 1;
  for (size_t axis = 0; axis < rank; ++axis) {
    uint32_t extent = 0;
    for (int byte = 0; byte < 4; ++byte) {
      extent = extent << 8U | reader.u8();
    }
    elements = elements <= file.size() ? elements * extent : elements;
    tensor.shape.push_back(extent);
  }
  if (!reader.ok() || elements == 0 || elements != reader.remaining()) {
    return Error{"the IDX file's data has " + std::to_string(reader.remaining()) +
                 " bytes, which is not what its shape needs"};
  }
  tensor.data = reader.raw(reader.remaining());
  return tensor;
}

}  // namespace vouch
