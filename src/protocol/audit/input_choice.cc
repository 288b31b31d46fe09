#include "protocol/audit/input_choice.h"

#include <numeric>
#include <utility>

#include "base/check.h"

namespace vouch {
namespace {

// Uniform below `bound`: what would favour small remainders is drawn again.
uint64_t draw_below(SecretRandom& random, uint64_t bound) {
  const uint64_t rest = (UINT64_MAX % bound + 1) % bound;  // 2^64 mod bound
  while (true) {
    std::array<uint8_t, 8> bytes{};
    random.fill(bytes);
    const uint64_t drawn = ByteReader(bytes).u64();
    if (drawn <= UINT64_MAX - rest) {
      return drawn % bound;
    }
  }
}

}  // namespace

// The first steps of Fisher and Yates' shuffle.
std::vector<size_t> choose_inputs(SecretRandom& random, size_t from, size_t number) {
  VOUCH_CHECK(number <= from);
  std::vector<size_t> list(from);
  std::iota(list.begin(), list.end(), size_t{0});
  for (size_t i = 0; i < number; ++i) {
    std::swap(list[i], list[i + draw_below(random, from - i)]);
  }
  list.resize(number);
  return list;
}

}  // namespace vouch
