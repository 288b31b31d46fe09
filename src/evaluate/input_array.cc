#include "evaluate/input_array.h"

#include <bit>

namespace vouch {
namespace {

constexpr uint64_t kMostBytes = uint64_t{1} << 31;
constexpr size_t kHeaderUnit = 64;  // NumPy aligns what follows the header so

void append_header(ByteWriter& out, const std::string& descr, const std::string& shape) {
  std::string text =
      "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  constexpr size_t kBefore = 10;
  while ((kBefore + text.size() + 1) % kHeaderUnit != 0) {
    text += ' ';
  }
  text += '\n';
  out.raw(Bytes{0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
  out.u16(static_cast<uint16_t>(text.size()));
  out.raw(Bytes(text.begin(), text.end()));
}

void append_codes(ByteWriter& out, const Bytes& codes, const Shape& shape) {
  const size_t positions = shape.positions();
  Bytes interleaved(codes.size());
  for (size_t p = 0; p < positions; ++p) {
    for (size_t c = 0; c < shape.channels; ++c) {
      interleaved[p * shape.channels + c] = codes[c * positions + p];
    }
  }
  out.raw(interleaved);
}

}  // namespace

Result<Bytes> input_array(const DataSet& data, const Shape& shape) {
  VOUCH_ASSIGN(const DataInput first, data.load(0));
  const bool reals = first.codes.empty();
  const uint64_t elements =
      reals && first.reals.size() == 1 ? first.reals[0].size() : shape.elements();
  if (data.size() * elements * (reals ? 4 : 1) > kMostBytes) {
    return Error{"they have more than 2^31 bytes: --limit their number"};
  }
  ByteWriter out;
  const std::string count = std::to_string(data.size()) + ", ";
  reals ? append_header(out, "<f4", count + std::to_string(elements))
        : append_header(out, "|u1",
                        count + std::to_string(shape.rows) + ", " + std::to_string(shape.columns) +
                            ", " + std::to_string(shape.channels));
  for (size_t i = 0; i < data.size(); ++i) {
    VOUCH_ASSIGN(const DataInput input, data.load(i));
    if (input.codes.empty() != reals ||
        (reals && (input.reals.size() != 1 || input.reals[0].size() != elements))) {
      return Error{"only inputs of one tensor, all codes or all reals, make an array"};
    }
    for (size_t e = 0; reals && e < elements; ++e) {
      out.u32(std::bit_cast<uint32_t>(input.reals[0][e]));
    }
    if (!reals) {
      append_codes(out, input.codes, shape);
    }
  }
  return out.take();
}

}  // namespace vouch
