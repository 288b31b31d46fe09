#include "evaluate/input_array.h"

#include <bit>
#include <span>

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

std::string shape_text(const Shape& shape) {
  return std::to_string(shape.rows) + ", " + std::to_string(shape.columns) + ", " +
         std::to_string(shape.channels);
}

// Which of the circuit's codes comes at each place of [row][column][channel].
std::vector<size_t> channels_last(const Shape& shape) {
  const size_t positions = shape.positions();
  std::vector<size_t> order;
  for (size_t p = 0; p < positions; ++p) {
    for (size_t c = 0; c < shape.channels; ++c) {
      order.push_back(c * positions + p);
    }
  }
  return order;
}

// `codes_shape` is that of one input's codes, whose element e is code order[e] of the circuit's.
Result<Bytes> array_of(const DataSet& data, const std::string& codes_shape,
                       std::span<const size_t> order) {
  VOUCH_ASSIGN(const DataInput first, data.load(0));
  const bool reals = first.codes.empty();
  const uint64_t elements = reals && first.reals.size() == 1 ? first.reals[0].size() : order.size();
  if (data.size() * elements * (reals ? 4 : 1) > kMostBytes) {
    return Error{"they have more than 2^31 bytes: --limit their number"};
  }
  ByteWriter out;
  append_header(
      out, reals ? "<f4" : "|u1",
      std::to_string(data.size()) + ", " + (reals ? std::to_string(elements) : codes_shape));
  for (size_t i = 0; i < data.size(); ++i) {
    VOUCH_ASSIGN(const DataInput input, data.load(i));
    if (input.codes.empty() != reals ||
        (reals && (input.reals.size() != 1 || input.reals[0].size() != elements))) {
      return Error{"only inputs of one tensor, all codes or all reals, make an array"};
    }
    for (size_t e = 0; e < elements; ++e) {
      reals ? out.u32(std::bit_cast<uint32_t>(input.reals[0][e])) : out.u8(input.codes[order[e]]);
    }
  }
  return out.take();
}

}  // namespace

Bytes code_array(const Bytes& codes, const Shape& shape) {
  ByteWriter out;
  append_header(out, "|u1", shape_text(shape));
  for (const size_t at : channels_last(shape)) {
    out.u8(codes[at]);
  }
  return out.take();
}

Result<Bytes> input_array(const DataSet& data, const Shape& shape) {
  return array_of(data, shape_text(shape), channels_last(shape));
}

Result<Bytes> model_input_array(const DataSet& data, const Port& port) {
  std::vector<size_t> order = element_indices(port.view);
  for (size_t& at : order) {
    at += port.first;
  }
  return array_of(data, std::to_string(order.size()), order);
}

}  // namespace vouch
