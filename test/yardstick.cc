// The yardstick of the regression test: a fixed amount of arithmetic of the kind that proofs are
// made of, chains of 64-bit multiplications, four side by side. Times are compared with its time,
// so that they mean the same on a slow machine. Written once: changing it changes every committed
// ratio.
#include <cstdint>
#include <cstdio>

int main() {
  constexpr uint64_t kSteps = 50'000'000;
  __extension__ using uint128_t = unsigned __int128;
  uint64_t x[4] = {1, 2, 3, 4};
  for (uint64_t i = 0; i < kSteps; ++i) {
    for (uint64_t& a : x) {
      const uint128_t p = static_cast<uint128_t>(a) * 0x9e3779b97f4a7c15 + i;
      a = static_cast<uint64_t>(p) ^ static_cast<uint64_t>(p >> 64);
    }
  }
  std::printf("%016llx\n", static_cast<unsigned long long>(x[0] ^ x[1] ^ x[2] ^ x[3]));
  return 0;
}
