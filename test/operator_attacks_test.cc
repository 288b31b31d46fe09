// The run of the network: outputs of other sums than the circuit's, each with remainders in range,
// so that nothing but the sum is false; and the bilinear sumcheck of a prover who may choose where.
#include <gtest/gtest.h>

#include <algorithm>

#include "attack_case.h"

namespace vouch::dense {
namespace {

using Change = std::function<void(Circuit&, Weights&, std::vector<uint8_t>&)>;

struct Cheat {
  const char* name;
  Change change;
};

void rotate(std::vector<int64_t>& x, std::ptrdiff_t by) {
  std::rotate(x.begin(), x.begin() + by, x.end());
}

// Operators of the small network by kind: convolutions 0, 2 (stride 2, 1 × 1), 3 (1 × 1), 7; a
// depthwise one 1; weighted sums 4 (of three), 6 (pads); an average pool 5.
const std::vector<Cheat>& cheats() {
  static const std::vector<Cheat> all{
      {"ConvSumOffByOne", [](Circuit&, Weights& w, auto&) { w[0].biases[1] += 64; }},
      {"ConvOneProductLess", [](Circuit&, Weights& w, auto&) { w[0].weights[4] = 0; }},
      {"ConvInputChannels", [](Circuit&, Weights& w, auto&) { rotate(w[3].weights, 1); }},
      {"ConvOutputChannels", [](Circuit&, Weights& w, auto&) { rotate(w[3].weights, 6); }},
      {"ConvWindowShiftedDown",
       [](Circuit& c, Weights&, auto&) {
         c.ops[0].window.pad_top = 0;
         c.ops[0].window.pad_bottom = 2;
       }},
      {"ConvWindowShiftedRight",
       [](Circuit& c, Weights&, auto&) {
         c.ops[0].window.pad_left = 2;
         c.ops[0].window.pad_right = 0;
       }},
      {"ConvStridePhase", [](Circuit& c, Weights&, auto&) { c.ops[2].window.pad_top = 1; }},
      {"ConvStride",
       [](Circuit& c, Weights&, auto&) {
         c.ops[2].window = {1, 1, 1, 1, 0, 0, 0, 0};
         c.ops[2].window.stride_rows = 2;  // and columns 0, 1, 2 of the 5
       }},
      {"ConvTransposedKernel",
       [](Circuit&, Weights& w, auto&) { std::swap(w[7].weights[1], w[7].weights[2]); }},
      {"ConvReadsAnotherTensor", [](Circuit& c, Weights&, auto&) { c.ops[3].inputs = {3}; }},
      {"ConvBiasOfAnotherChannel",
       [](Circuit&, Weights& w, auto&) { std::swap(w[0].biases[0], w[0].biases[1]); }},
      {"DepthwiseSumOffByOne", [](Circuit&, Weights& w, auto&) { w[1].biases[1] += 64; }},
      {"DepthwiseOneProductLess", [](Circuit&, Weights& w, auto&) { w[1].weights[4] = 0; }},
      {"DepthwiseChannels", [](Circuit&, Weights& w, auto&) { rotate(w[1].weights, 9); }},
      {"DepthwiseMultiplier",
       // Channels c and c + 3 of input c, not 2c and 2c + 1.
       [](Circuit&, Weights& w, auto&) {
         const std::vector<int64_t> from = w[1].weights;
         for (size_t c = 0; c < 6; ++c) {
           std::copy_n(from.begin() + static_cast<std::ptrdiff_t>((c % 2 * 3 + c / 2) * 9), 9,
                       w[1].weights.begin() + static_cast<std::ptrdiff_t>(c * 9));
         }
       }},
      {"DepthwiseWindowShifted",
       [](Circuit& c, Weights&, auto&) {
         c.ops[1].window.pad_top = 2;
         c.ops[1].window.pad_bottom = 0;
       }},
      {"DepthwiseWindowShiftedRight",
       [](Circuit& c, Weights&, auto&) {
         c.ops[1].window.pad_left = 2;
         c.ops[1].window.pad_right = 0;
       }},
      {"DepthwiseStride",
       [](Circuit& c, Weights&, auto&) {
         c.ops[1].window.stride_rows = 1;
         c.ops[1].window.pad_bottom = 0;
         c.ops[1].window.pad_top = 0;
       }},
      {"DepthwiseTransposedKernel",
       [](Circuit&, Weights& w, auto&) { std::swap(w[1].weights[1], w[1].weights[3]); }},
      {"DepthwiseBiasOfAnotherChannel",
       [](Circuit&, Weights& w, auto&) { std::swap(w[1].biases[0], w[1].biases[1]); }},
      {"SumOffByOne", [](Circuit&, Weights& w, auto&) { w[4].biases[0] += 64; }},
      {"SumOneTermLess", [](Circuit&, Weights& w, auto&) { w[4].weights[1] = 0; }},
      {"SumInputsSwapped",
       [](Circuit& c, Weights&, auto&) { std::swap(c.ops[4].inputs[0], c.ops[4].inputs[1]); }},
      {"SumWeightsSwapped",
       [](Circuit&, Weights& w, auto&) { std::swap(w[4].weights[0], w[4].weights[2]); }},
      {"SumInputTwice", [](Circuit& c, Weights&, auto&) { c.ops[4].inputs[2] = 3; }},
      {"SumPadsElsewhere",
       [](Circuit& c, Weights&, auto&) {
         std::swap(c.ops[6].window.pad_top, c.ops[6].window.pad_bottom);
       }},
      {"PoolSumOffByOne", [](Circuit&, Weights& w, auto&) { w[5].biases[0] += 64; }},
      {"PoolDivisor", [](Circuit&, Weights& w, auto&) { w[5].weights[0] += 1; }},
      {"PoolClassesSwapped",
       [](Circuit&, Weights& w, auto&) { std::swap(w[5].weights[1], w[5].weights[2]); }},
      {"PoolWindowShifted",
       [](Circuit& c, Weights&, auto&) {
         std::swap(c.ops[5].window.pad_left, c.ops[5].window.pad_right);
       }},
      {"PoolWindowShiftedDown",
       [](Circuit& c, Weights&, auto&) {
         std::swap(c.ops[5].window.pad_top, c.ops[5].window.pad_bottom);
       }},
      {"PoolStride",
       [](Circuit& c, Weights&, auto&) { c.ops[5].window = {2, 2, 1, 1, 0, 0, 0, 0}; }},
      {"PoolReadsAnotherTensor", [](Circuit& c, Weights&, auto&) { c.ops[5].inputs = {4}; }},
      {"ZeroPointOfTheInput", [](Circuit& c, Weights&, auto&) { c.tensors[0].zero_point = 8; }},
      {"ZeroPointInside", [](Circuit& c, Weights&, auto&) { c.tensors[6].zero_point = 0; }},
      {"RoundedAwayFromTheMiddle",
       [](Circuit&, Weights& w, auto&) {
         for (int64_t& b : w[7].biases) {
           b += 32;
         }
       }},
      {"OtherPicture", [](Circuit&, Weights&, auto& p) { p = small_picture(2); }},
      {"OtherModel", [](Circuit& c, Weights& w, auto&) { w = small_weights(c, 2); }},
  };
  return all;
}

const Change& cheat(const std::string& name) {
  return std::find_if(cheats().begin(), cheats().end(),
                      [&](const Cheat& c) { return c.name == name; })
      ->change;
}

// A clamp that is not the circuit's, at the output of operator `op`.
DenseWitness clamped(size_t op, uint8_t lo, uint8_t hi) {
  return run_with([=](Circuit& c, Weights&, auto&) {
    c.tensors[op + 1].lo = lo;
    c.tensors[op + 1].hi = hi;
  });
}

// Channels 0 and 1 of operator `op`'s output exchanged, and everything after it as it then is: each
// is the sum of the other's inputs.
void exchange_channels(Forgery& f, size_t op) {
  const Columns& columns = small_model().columns;
  f = Forgery(small_model(),
              run_on(small_model().circuit, columns, small_run(), [&](size_t at, DenseWitness& w) {
                const Brick& brick = columns.layout(Column::kX).bricks()[op];
                for (uint64_t i = 0; at == op + 1 && i < uint64_t{1} << brick.height; ++i) {
                  const uint64_t a = brick.offset + i;
                  const uint64_t b = a + (uint64_t{1} << brick.height);
                  std::swap(w[Column::kX][a], w[Column::kX][b]);
                  std::swap(w[Column::kE][a], w[Column::kE][b]);
                  std::swap(w.R[a], w.R[b]);
                }
              }));
  EXPECT_NE(f.committed[Column::kX], small_run()[Column::kX]);
}

std::vector<Attack> run_attacks() {
  std::vector<Attack> all;
  for (const Cheat& cheat : cheats()) {
    all.push_back({cheat.name, {"claim R", "opening round"}, [change = cheat.change](Forgery& f) {
                     f = run_of(change);
                   }});
  }
  for (const auto& [name, op] :
       {std::pair{"SumOfAnotherChannel", 4}, {"PoolOfAnotherChannel", 5}}) {
    all.push_back({name, {"claim R", "opening round"}, [op = op](Forgery& f) {
                     exchange_channels(f, static_cast<size_t>(op));
                   }});
  }
  // (X, 0) outside [90, 200] is no row of the table, and (150, E) none of one that does not clamp.
  // Clamped are the outputs of operators 0, 2, 4 and, without effect, 6.
  for (const size_t op : {0, 2, 4}) {
    all.push_back({"ClampSkipped" + std::to_string(op), {"root"}, [=](Forgery& f) {
                     f = Forgery(small_model(), clamped(op, 0, 255));
                     EXPECT_NE(f.committed[Column::kX], small_run()[Column::kX]);
                   }});
  }
  for (const size_t op : {1, 3, 5, 7}) {
    all.push_back({"ClampInvented" + std::to_string(op), {"root"}, [=](Forgery& f) {
                     f = Forgery(small_model(), clamped(op, 150, 160));
                     EXPECT_NE(f.committed[Column::kE], small_run()[Column::kE]);
                   }});
  }
  all.push_back({"ValueOutsideTheTable", {"root"}, [](Forgery& f) {
                   // V − 1000 with E negative and X at the lower end.
                   const uint64_t slot = output_slot(7, {2, 0, 0, 0});
                   const Scalar less = Scalar::from_u64(1000);
                   f = consistent([&](DenseWitness& w) {
                     w[Column::kE][slot] += w[Column::kX][slot] - less;
                     w[Column::kX][slot] = Scalar::zero();
                     w.R[slot] +=
                         less * Scalar::from_u64(uint64_t{1} << small_model().circuit.shift);
                   });
                 }});
  return all;
}
INSTANTIATE_ATTACKS(Run, run_attacks);

const char* name_of(OpKind kind) {
  constexpr std::array<const char*, 4> kNames{"Convolution", "Depthwise", "Sum", "Pool"};
  return kNames[static_cast<size_t>(kind)];
}

bool is_of_kind(size_t op, OpKind kind) { return small_model().circuit.ops[op].kind == kind; }

// The entries of all operators of one kind.
void set_entries(OpKind kind, std::vector<Scalar>& f, const Scalar& value) {
  const Columns& columns = small_model().columns;
  for (size_t op = 0; op < small_model().circuit.ops.size(); ++op) {
    const Brick& entries = columns.entries().bricks()[op];
    if (is_of_kind(op, kind)) {
      std::fill_n(f.begin() + static_cast<std::ptrdiff_t>(entries.offset), entries.slots(), value);
    }
  }
}

// Everything is true of a network in which one kind of operator has no weights, no inputs or no
// biases: nothing but that kind's terms in one claim says otherwise.
std::vector<Attack> kind_attacks(OpKind kind) {
  const std::string name = name_of(kind);
  const auto without = [kind](const std::function<void(OpWeights&)>& clear) {
    return [=](Circuit&, Weights& w, auto&) {
      for (size_t op = 0; op < w.size(); ++op) {
        if (is_of_kind(op, kind)) {
          clear(w[op]);
        }
      }
    };
  };
  const Change no_weights =
      without([](OpWeights& own) { std::fill(own.weights.begin(), own.weights.end(), 0); });
  const Change no_biases =
      without([](OpWeights& own) { std::fill(own.biases.begin(), own.biases.end(), 0); });
  return {{name + "WithoutWeights",
           {"claim W", "opening round"},
           [=](Forgery& f) {
             f = run_of(no_weights);
             f.bilinear.factors = [=](Factors& at) { set_entries(kind, at.W, Scalar::zero()); };
           }},
          {name + "WithoutInputs",
           {"claim X", "opening round"},
           [=](Forgery& f) {
             f = run_of(no_weights);
             f.bilinear.factors = [=](Factors& at) { set_entries(kind, at.X, Scalar::zero()); };
           }},
          {name + "WithoutBiases", {"claim R", "opening round"}, [=](Forgery& f) {
             f = run_of(no_biases);
           }}};
}

std::vector<Attack> bilinear_attacks() {
  // The sum is false, and a prover may choose where that is noticed.
  const auto lie = [](BilinearLie where, bool until_the_opening = false) {
    return [=](Forgery& f) {
      f = run_of(cheat("ConvSumOffByOne"));
      f.bilinear.lie = where;
      if (until_the_opening) {
        lie_until_the_opening(f);
      }
    };
  };
  // X̂ of the shifted window itself, with everything else to match.
  const auto read_through = [](const char* name) {
    return [=](Forgery& f) {
      std::vector<uint8_t> picture;
      Weights weights = small_model().weights;
      f = run_of(cheat(name));
      cheat(name)(f.multiplied_circuit, weights, picture);
    };
  };
  std::vector<Attack> all{
      {"ClaimR", {"claim R", "opening round"}, lie(BilinearLie::kClaimR)},
      {"ClaimRUntilTheOpening", {"claim R", "opening"}, lie(BilinearLie::kClaimR, true)},
      {"Round", {"bilinear round"}, lie(BilinearLie::kRound)},
      {"Product", {"bilinear ends"}, lie(BilinearLie::kProduct)},
      {"Weights", {"claim W", "opening round"}, lie(BilinearLie::kWeights)},
      {"WeightsUntilTheOpening", {"claim W", "opening"}, lie(BilinearLie::kWeights, true)},
      {"Activations", {"claim X", "opening round"}, lie(BilinearLie::kActivations)},
      {"ActivationsUntilTheOpening", {"claim X", "opening"}, lie(BilinearLie::kActivations, true)},
      {"NoZeroPoints", {"claim X", "opening round"}, [](Forgery& f) {
         const auto clear = [](Circuit& c) {
           for (Tensor& t : c.tensors) {
             t.zero_point = 0;
           }
         };
         f = run_of([&](Circuit& c, Weights&, auto&) { clear(c); });
         clear(f.multiplied_circuit);
       }}};
  for (const char* name :
       {"ConvWindowShiftedDown", "ConvWindowShiftedRight", "ConvStridePhase", "ConvStride",
        "ConvReadsAnotherTensor", "DepthwiseWindowShifted", "DepthwiseWindowShiftedRight",
        "DepthwiseStride", "SumInputsSwapped", "SumPadsElsewhere", "PoolWindowShifted",
        "PoolWindowShiftedDown", "PoolStride", "PoolReadsAnotherTensor", "ZeroPointOfTheInput",
        "ZeroPointInside"}) {
    all.push_back({std::string("ReadAs") + name, {"claim X", "opening round"}, read_through(name)});
  }
  for (const OpKind kind :
       {OpKind::kConv2d, OpKind::kDepthwiseConv2d, OpKind::kWeightedSum, OpKind::kAveragePool2d}) {
    for (Attack& attack : kind_attacks(kind)) {
      all.push_back(std::move(attack));
    }
  }
  return all;
}
INSTANTIATE_ATTACKS(Bilinear, bilinear_attacks);

}  // namespace
}  // namespace vouch::dense
