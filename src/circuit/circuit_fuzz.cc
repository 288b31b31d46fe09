// Arbitrary bytes as a circuit's descriptor: refused, or the one encoding of a circuit all of whose
// index spaces are laid out as docs/protocol.md, section 5, says, also for several inputs.
#include <algorithm>

#include "base/check.h"
#include "circuit/circuit.h"
#include "circuit/columns.h"

namespace {

using namespace vouch;  // NOLINT(google-build-using-namespace)

// Bricks one after the other in the order of their heights, each at a multiple of its 2^h, and the
// rows that they touch, one after the other.
void check_layout(const Layout& layout, unsigned kappa) {
  std::vector<bool> present(size_t{1} << (layout.bits() - kappa));
  uint64_t end = 0;
  uint64_t elements = 0;
  unsigned height = 64;
  for (const uint32_t index : layout.order()) {
    const Brick& brick = layout.bricks()[index];
    VOUCH_CHECK(brick.offset == end && brick.height <= height);
    VOUCH_CHECK(brick.offset % (uint64_t{1} << brick.height) == 0);
    end += brick.slots();
    height = brick.height;
    elements += brick.elements();
    const auto [o, a, b, c] = brick.extents;
    // Lines along the last axis: a row is touched by the slots of such a line or it is not.
    for (uint64_t line = 0; line < uint64_t{o} * a * b; ++line) {
      const uint64_t first = brick.slot(line / b / a, line / b % a, line % b, 0) >> kappa;
      const uint64_t last = brick.slot(line / b / a, line / b % a, line % b, c - 1) >> kappa;
      for (uint64_t row = first; row <= last; ++row) {
        present[row] = true;
      }
    }
  }
  VOUCH_CHECK(end == layout.used() && elements == layout.elements());
  VOUCH_CHECK(end <= uint64_t{1} << layout.bits());
  VOUCH_CHECK(layout.present_rows(kappa) == present);
}

void check_columns(const Circuit& circuit, unsigned kappa) {
  const Columns columns(circuit, kappa);
  if (!validate_columns(columns).ok() || !validate_proof_rows(columns).ok()) {
    return;
  }
  for (const Column column : kAllColumns) {
    constexpr uint64_t kFew = uint64_t{1} << 20;
    if (columns.layout(column).used() <= kFew) {
      check_layout(columns.layout(column), columns.kappa(column));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) {
    return 0;
  }
  // The last two bytes choose the proof's shape.
  const unsigned kappa = 4 + data[size - 1] % (kMaxProofKappa - 3);
  const uint32_t pictures = 1 + data[size - 2];
  const ByteSpan descriptor(data, size - 2);
  ByteReader reader(descriptor);
  const auto circuit = decode_circuit(reader);
  if (!circuit.ok()) {
    return 0;
  }
  const Bytes again = encode_circuit(circuit.value());
  VOUCH_CHECK(std::ranges::equal(again, descriptor.first(size - 2 - reader.remaining())));
  VOUCH_CHECK(validate(circuit.value()).ok());
  check_columns(circuit.value(), kappa);
  const Circuit many = with_pictures(circuit.value(), pictures);
  if (validate(many).ok()) {
    check_columns(many, kappa);
  }
  return 0;
}
