#include "circuit/activation_table.h"

#include <algorithm>

#include "poly/eq.h"

namespace vouch {
namespace {

// Calls visit(V, code) for every step: from V on f is `code`.
template <typename Visit>
void for_each_step(const ActivationTable& table, Visit visit) {
  int32_t code = table.first;
  for (const Ramp& ramp : table.ramps) {
    for (uint32_t k = 0; k < ramp.count; ++k) {
      code += ramp.rise;
      visit(ramp.at + int64_t{ramp.every} * k, code);
    }
  }
}

int64_t last_step(const Ramp& ramp) { return ramp.at + int64_t{ramp.every} * (ramp.count - 1); }

}  // namespace

ActivationTable ActivationTable::clamp(unsigned bits, uint8_t lo, uint8_t hi) {
  ActivationTable table{static_cast<uint8_t>(bits), lo, {}};
  if (lo < hi) {
    table.ramps.push_back({lo + 1, 1, static_cast<uint16_t>(hi - lo), 1});
  }
  return table;
}

size_t ActivationTable::steps() const {
  size_t sum = 0;
  for (const Ramp& ramp : ramps) {
    sum += ramp.count;
  }
  return sum;
}

uint8_t ActivationTable::at(int64_t V) const {
  int64_t code = first;
  for (const Ramp& ramp : ramps) {
    if (V >= ramp.at) {
      code += ramp.rise * std::min<int64_t>(ramp.count, (V - ramp.at) / ramp.every + 1);
    }
  }
  return static_cast<uint8_t>(code);
}

std::vector<uint8_t> ActivationTable::values() const {
  const int64_t zero = int64_t{1} << bits;
  std::vector<uint8_t> out(static_cast<size_t>(2 * zero));
  auto from = out.begin();
  uint8_t code = first;
  for_each_step(*this, [&](int64_t V, int32_t next) {
    const auto to = out.begin() + (V + zero);
    std::fill(from, to, code);
    from = to;
    code = static_cast<uint8_t>(next);
  });
  std::fill(from, out.end(), code);
  return out;
}

CodeBounds code_bounds(const ActivationTable& table) {
  CodeBounds bounds{table.first, table.first};
  int32_t code = table.first;
  for (const Ramp& ramp : table.ramps) {  // its last step is its extreme
    code += ramp.rise * ramp.count;
    bounds.lo = std::min(bounds.lo, static_cast<uint8_t>(code));
    bounds.hi = std::max(bounds.hi, static_cast<uint8_t>(code));
  }
  return bounds;
}

Result<void> validate_table(const ActivationTable& table) {
  if (table.bits < ActivationTable::kMinBits || table.bits > ActivationTable::kMaxBits) {
    return Error{"a table's values have 9…24 bits"};
  }
  if (table.steps() > ActivationTable::kMaxSteps) {
    return Error{"a table has more than 1024 steps"};
  }
  const int64_t zero = int64_t{1} << table.bits;
  int64_t last = -zero;
  for (const Ramp& ramp : table.ramps) {
    if (ramp.every == 0 || ramp.count == 0 || ramp.rise == 0) {
      return Error{"a table's steps are apart and rise or fall"};
    }
    if (ramp.at <= last || last_step(ramp) >= zero) {
      return Error{"a table's steps are not in order, or outside of it"};
    }
    last = last_step(ramp);
  }
  bool codes = true;
  for_each_step(table, [&](int64_t, int32_t code) { codes = codes && code >= 0 && code <= 255; });
  return codes ? Result<void>{} : Error{"a table's codes are 0…255"};
}

Scalar table_extension(const ActivationTable& table, std::span<const Scalar> point) {
  // [V ≥ x] = 1 − [u < x + 2^bits].
  const int64_t zero = int64_t{1} << table.bits;
  Scalar f = Scalar::from_u64(table.first);
  for (const Ramp& ramp : table.ramps) {
    Scalar above;
    for (uint32_t k = 0; k < ramp.count; ++k) {
      const int64_t V = ramp.at + int64_t{ramp.every} * k;
      above += Scalar::one() - eq_below(point, static_cast<uint64_t>(V + zero));
    }
    f += above * Scalar::from_i64(ramp.rise);
  }
  return f;
}

void encode_table(ByteWriter& w, const ActivationTable& table) {
  w.u8(table.bits);
  w.u8(table.first);
  w.u16(static_cast<uint16_t>(table.ramps.size()));
  for (const Ramp& ramp : table.ramps) {
    w.u32(static_cast<uint32_t>(ramp.at));
    w.u16(ramp.every);
    w.u16(ramp.count);
    w.u16(static_cast<uint16_t>(ramp.rise));
  }
}

Result<ActivationTable> decode_table(ByteReader& r) {
  ActivationTable table;
  table.bits = r.u8();
  table.first = r.u8();
  const uint16_t ramps = r.u16();
  if (!r.ok() || ramps > ActivationTable::kMaxSteps) {
    return Error{"a table is cut short, or has more than 1024 ramps"};
  }
  for (uint16_t i = 0; i < ramps; ++i) {
    Ramp ramp;
    ramp.at = static_cast<int32_t>(r.u32());
    ramp.every = r.u16();
    ramp.count = r.u16();
    ramp.rise = static_cast<int16_t>(r.u16());
    table.ramps.push_back(ramp);
  }
  if (!r.ok()) {
    return Error{"a table is cut short"};
  }
  VOUCH_TRY(validate_table(table));
  return table;
}

}  // namespace vouch
