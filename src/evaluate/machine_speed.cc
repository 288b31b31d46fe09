#include "evaluate/machine_speed.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "base/check.h"
#include "base/parallel.h"
#include "field/kernels/kernels.h"
#include "group/generators.h"
#include "group/msm.h"
#include "prove/executor.h"

namespace vouch {
namespace {

// Best of the repetitions that a tenth of a second has, at least three, in nanoseconds: what others
// do on the machine only adds to it. In a few milliseconds another program may have one of two
// cores all the time, and everything took twice as long.
double best_ns(const std::function<void()>& work) {
  using Nanoseconds = std::chrono::duration<double, std::nano>;
  constexpr int kLeast = 3;
  constexpr double kLong = 1e8;
  const auto start = std::chrono::steady_clock::now();
  double best = 1e18;
  for (int i = 0;
       i < kLeast || Nanoseconds(std::chrono::steady_clock::now() - start).count() < kLong; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    best = std::min(best, Nanoseconds(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

constexpr size_t kPairs = size_t{1} << 12;  // of one array: 256 kB
constexpr size_t kArrays = 16;
constexpr size_t kPoints = size_t{1} << 12;  // one chunk of the generators' cache
constexpr size_t kRows = 16;

double field_ns() {
  std::vector<std::vector<Scalar>> arrays(kArrays);
  for (std::vector<Scalar>& array : arrays) {
    array.assign(2 * kPairs, Scalar::from_u64(0x123456789ABCDEF) * Scalar::from_u64(97));
  }
  const Scalar z = Scalar::from_u64(0xFEDCBA987654321) * Scalar::from_u64(31);
  const auto work = [&] {
    parallel_for(kArrays, 1, [&](size_t begin, size_t end) {
      std::vector<Scalar> out(kPairs);
      for (size_t a = begin; a < end; ++a) {
        const Scalar* x = arrays[a].data();
        Scalar sums[2] = {Scalar::zero(), Scalar::zero()};
        kernels().fraction_round(x, x, x, x, x, kPairs, sums);
        kernels().fold_pairs(out.data(), x, kPairs, z);
      }
    });
  };
  return best_ns(work) / static_cast<double>(kArrays * kPairs);
}

double group_ns(const Generators& generators) {
  Bytes codes(kPoints);
  for (size_t i = 0; i < codes.size(); ++i) {
    codes[i] = static_cast<uint8_t>(i * 131 + 7);
  }
  const auto work = [&] {
    parallel_for(kRows, 1, [&](size_t begin, size_t end) {
      for (size_t row = begin; row < end; ++row) {
        const Point sum = msm_small_vartime(generators.G(), codes);
        VOUCH_CHECK(!sum.is_identity());
      }
    });
  };
  return best_ns(work) / static_cast<double>(kRows * kPoints);
}

double serial_ns(const Generators& generators) {
  std::vector<Scalar> scalars(kPoints);
  Scalar power = Scalar::from_u64(0x9E3779B97F4A7C15);
  for (Scalar& scalar : scalars) {
    power = power * power + Scalar::one();
    scalar = power;
  }
  const auto work = [&] { VOUCH_CHECK(!msm_vartime(scalars, generators.G()).is_identity()); };
  return best_ns(work) / static_cast<double>(kPoints);
}

double square_ns(const Generators& generators) {
  constexpr size_t kDecoded = 256;
  std::vector<std::array<uint8_t, 32>> encodings(kDecoded,
                                                 generators.blind(Scalar::from_u64(77)).encode());
  const auto work = [&] { VOUCH_CHECK(decode_each(encodings).size() == kDecoded); };
  return best_ns(work) / static_cast<double>(kDecoded);
}

// One layer like MobileNetV2's: 64 to 64 channels of 32 × 32.
double integer_ns() {
  constexpr uint32_t kChannels = 64;
  constexpr uint32_t kSide = 32;
  Circuit circuit;
  circuit.shift = 20;
  circuit.tables = {ActivationTable::clamp(17, 0, 255)};
  circuit.tensors = {{{kChannels, 1, kSide, kSide}, 0, 0}, {{kChannels, 1, kSide, kSide}, 0, 0}};
  circuit.ops = {{OpKind::kConv2d, {0}, {}, {}}};
  const Weights weights = {
      {std::vector<int64_t>(size_t{kChannels} * kChannels, 1000), std::vector<int64_t>(kChannels)}};
  const Executor executor(circuit, weights);
  const Bytes input(circuit.input().shape.elements(), 3);
  const auto work = [&] { VOUCH_CHECK(executor.run(input, true).ok()); };
  return 1000 * best_ns(work) / (double{kChannels} * kChannels * kSide * kSide);
}

}  // namespace

MachineSpeed measure_speed() {
  const Generators generators = Generators::load(kPoints, parallel_for).value();
  MachineSpeed speed;
  speed.field_ns = field_ns();
  speed.group_ns = group_ns(generators);
  speed.square_ns = square_ns(generators);
  speed.serial_ns = serial_ns(generators);
  speed.integer_ns = integer_ns();
  return speed;
}

}  // namespace vouch
