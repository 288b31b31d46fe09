// The run of the network: outputs of other sums than the circuit's, each with remainders in range,
// so that nothing but the sum is false; and the bilinear sumcheck of a prover who may choose where.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <tuple>

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

Window& window_of(Circuit& c, SmallOp op) { return c.ops[op].window; }

AxisRun& run_of_join(Circuit& c, size_t term, size_t axis, size_t run = 0) {
  return c.ops[kJoin].terms[term].maps.at(axis).runs.at(run);
}

const std::vector<Cheat>& cheats() {
  static const std::vector<Cheat> all{
      {"ConvSumOffByOne", [](Circuit&, Weights& w, auto&) { w[kConv].biases[1] += 64; }},
      {"ConvOneProductLess", [](Circuit&, Weights& w, auto&) { w[kConv].weights[4] = 0; }},
      {"ConvInputChannels", [](Circuit&, Weights& w, auto&) { rotate(w[kPointwise].weights, 1); }},
      {"ConvOutputChannels", [](Circuit&, Weights& w, auto&) { rotate(w[kPointwise].weights, 6); }},
      {"ConvWindowShiftedDown",
       [](Circuit& c, Weights&, auto&) {
         c.ops[kConv].window.pad_top = 0;
         c.ops[kConv].window.pad_bottom = 2;
       }},
      {"ConvWindowShiftedRight",
       [](Circuit& c, Weights&, auto&) {
         c.ops[kConv].window.pad_left = 2;
         c.ops[kConv].window.pad_right = 0;
       }},
      {"ConvStridePhase",
       [](Circuit& c, Weights&, auto&) { c.ops[kStridedConv].window.pad_top = 1; }},
      {"ConvStride",
       [](Circuit& c, Weights&, auto&) {
         c.ops[kStridedConv].window = {1, 1, 1, 1, 0, 0, 0, 0};
         c.ops[kStridedConv].window.stride_rows = 2;  // and columns 0, 1, 2 of the 5
       }},
      {"ConvTransposedKernel",
       [](Circuit&, Weights& w, auto&) {
         for (const auto& [a, b] : {std::pair{1, 3}, {2, 6}, {5, 7}}) {
           std::swap(w[kConv].weights[static_cast<size_t>(a)],
                     w[kConv].weights[static_cast<size_t>(b)]);
         }
       }},
      {"ConvReadsAnotherTensor",
       [](Circuit& c, Weights&, auto&) { c.ops[kPointwise].inputs = {3}; }},
      {"ConvBiasOfAnotherChannel",
       [](Circuit&, Weights& w, auto&) { std::swap(w[kConv].biases[0], w[kConv].biases[1]); }},
      {"DepthwiseSumOffByOne", [](Circuit&, Weights& w, auto&) { w[kDepthwise].biases[1] += 64; }},
      {"DepthwiseOneProductLess",
       [](Circuit&, Weights& w, auto&) { w[kDepthwise].weights[4] = 0; }},
      {"DepthwiseChannels", [](Circuit&, Weights& w, auto&) { rotate(w[kDepthwise].weights, 9); }},
      {"DepthwiseMultiplier",
       // Channels c and c + 3 of input c, not 2c and 2c + 1.
       [](Circuit&, Weights& w, auto&) {
         const std::vector<int64_t> from = w[kDepthwise].weights;
         for (size_t c = 0; c < 6; ++c) {
           std::copy_n(from.begin() + static_cast<std::ptrdiff_t>((c % 2 * 3 + c / 2) * 9), 9,
                       w[kDepthwise].weights.begin() + static_cast<std::ptrdiff_t>(c * 9));
         }
       }},
      {"DepthwiseWindowShifted",
       [](Circuit& c, Weights&, auto&) {
         c.ops[kDepthwise].window.pad_top = 2;
         c.ops[kDepthwise].window.pad_bottom = 0;
       }},
      {"DepthwiseWindowShiftedRight",
       [](Circuit& c, Weights&, auto&) {
         c.ops[kDepthwise].window.pad_left = 2;
         c.ops[kDepthwise].window.pad_right = 0;
       }},
      {"DepthwiseStride",
       [](Circuit& c, Weights&, auto&) {
         c.ops[kDepthwise].window.stride_rows = 1;
         c.ops[kDepthwise].window.pad_bottom = 0;
         c.ops[kDepthwise].window.pad_top = 0;
       }},
      {"DepthwiseTransposedKernel",
       [](Circuit&, Weights& w, auto&) {
         std::swap(w[kDepthwise].weights[1], w[kDepthwise].weights[3]);
       }},
      {"DepthwiseBiasOfAnotherChannel",
       [](Circuit&, Weights& w, auto&) {
         std::swap(w[kDepthwise].biases[0], w[kDepthwise].biases[1]);
       }},
      {"SumOffByOne", [](Circuit&, Weights& w, auto&) { w[kSum].biases[0] += 64; }},
      {"SumOneTermLess", [](Circuit&, Weights& w, auto&) { w[kSum].weights[1] = 0; }},
      {"SumInputsSwapped", [](Circuit& c, Weights&,
                              auto&) { std::swap(c.ops[kSum].inputs[0], c.ops[kSum].inputs[1]); }},
      {"SumWeightsSwapped",
       [](Circuit&, Weights& w, auto&) { std::swap(w[kSum].weights[0], w[kSum].weights[2]); }},
      {"SumInputTwice", [](Circuit& c, Weights&, auto&) { c.ops[kSum].inputs[2] = 3; }},
      {"PadElsewhere",
       [](Circuit& c, Weights&, auto&) { c.ops[kPad].terms[0].maps[1].runs[0].out = 1; }},
      {"PoolSumOffByOne", [](Circuit&, Weights& w, auto&) { w[kPool].biases[0] += 64; }},
      {"PoolDivisor", [](Circuit&, Weights& w, auto&) { w[kPool].weights[0] += 1; }},
      {"PoolClassesSwapped",
       [](Circuit&, Weights& w, auto&) { std::swap(w[kPool].weights[1], w[kPool].weights[2]); }},
      {"PoolWindowShifted",
       [](Circuit& c, Weights&, auto&) {
         c.ops[kPool].terms = small_pool({2, 2, 2, 2, 0, 1, 1, 0});
       }},
      {"PoolWindowShiftedDown",
       [](Circuit& c, Weights&, auto&) {
         c.ops[kPool].terms = small_pool({2, 2, 2, 2, 1, 0, 0, 1});
       }},
      {"PoolStride",
       [](Circuit& c, Weights&, auto&) {
         c.ops[kPool].terms = small_pool({2, 2, 1, 1, 0, 0, 0, 0});
       }},
      {"PoolReadsAnotherTensor", [](Circuit& c, Weights&, auto&) { c.ops[kPool].inputs = {4}; }},
      {"DilationIgnored",
       [](Circuit& c, Weights&, auto&) {
         window_of(c, kDilated).dilation_rows = window_of(c, kDilated).dilation_columns = 1;
       }},
      {"DilationOfRowsIgnored",
       [](Circuit& c, Weights&, auto&) { window_of(c, kDilated).dilation_rows = 1; }},
      {"DilationOfColumnsIgnored",
       [](Circuit& c, Weights&, auto&) { window_of(c, kDilated).dilation_columns = 1; }},
      {"DilatedWindowShifted",
       [](Circuit& c, Weights&, auto&) { window_of(c, kDilated).pad_top = 0; }},
      {"DilatedWindowShiftedRight",
       [](Circuit& c, Weights&, auto&) { window_of(c, kDilated).pad_left = 1; }},
      {"TransposedShiftedDown",
       [](Circuit& c, Weights&, auto&) { window_of(c, kTransposed).pad_top = 0; }},
      {"TransposedShiftedRight",
       [](Circuit& c, Weights&, auto&) { window_of(c, kTransposed).pad_left = 0; }},
      {"TransposedStride",
       [](Circuit& c, Weights&, auto&) { window_of(c, kTransposed).stride_rows = 1; }},
      {"TransposedDilation",
       [](Circuit& c, Weights&, auto&) { window_of(c, kTransposed).dilation_columns = 2; }},
      {"TransposedReadAsPlain",
       [](Circuit& c, Weights&, auto&) { window_of(c, kTransposed).transposed = false; }},
      {"TransposedOneProductLess",
       [](Circuit&, Weights& w, auto&) { w[kTransposed].weights[3] = 0; }},
      {"MapSumOffByOne", [](Circuit&, Weights& w, auto&) { w[kJoin].biases[0] += 64; }},
      {"MapWeight", [](Circuit&, Weights& w, auto&) { w[kJoin].weights[1] += 1; }},
      {"MapWeightOfAnotherTerm",
       [](Circuit& c, Weights&, auto&) { c.ops[kJoin].terms[3].weight = 2; }},
      {"MapTermLeftOut", [](Circuit& c, Weights&, auto&) { c.ops[kJoin].terms.pop_back(); }},
      {"MapTermTwice",
       [](Circuit& c, Weights&, auto&) { c.ops[kJoin].terms.push_back(c.ops[kJoin].terms[1]); }},
      {"MapReadsAnotherInput",
       [](Circuit& c, Weights&, auto&) { c.ops[kJoin].terms[1].input = 0; }},
      {"MapReadsAnotherTensor",
       [](Circuit& c, Weights&, auto&) { c.ops[kJoin].inputs[3] = kRepeated + 1; }},
      {"MapAxes",
       [](Circuit& c, Weights&, auto&) {
         c.ops[kJoin].terms[2].axes = {0, 1, 2};
       }},
      {"MapAxesOfChannels",
       [](Circuit& c, Weights&, auto&) {
         c.ops[kJoin].terms[3].axes = {2, 0, 1};
       }},
      {"MapNotReversed",
       [](Circuit& c, Weights&, auto&) { run_of_join(c, 1, 0) = {6, 1, 0, 1, 2, 1}; }},
      {"MapRunElsewhere", [](Circuit& c, Weights&, auto&) { run_of_join(c, 2, 0).out = 3; }},
      {"MapRunReadsElsewhere", [](Circuit& c, Weights&, auto&) { run_of_join(c, 2, 2).in = 4; }},
      {"MapRunsStep", [](Circuit& c, Weights&, auto&) { run_of_join(c, 2, 1).in_step = 1; }},
      {"MapRunsOutputStep", [](Circuit& c, Weights&, auto&) { run_of_join(c, 2, 0).out_step = 2; }},
      {"MapRunShorter", [](Circuit& c, Weights&, auto&) { run_of_join(c, 2, 1).count = 2; }},
      {"MapRunLeftOut",
       [](Circuit& c, Weights&, auto&) { c.ops[kJoin].terms[3].maps[2].runs.pop_back(); }},
      {"MapCoefficient", [](Circuit& c, Weights&, auto&) { run_of_join(c, 3, 0).coefficient = 1; }},
      {"MapSign", [](Circuit& c, Weights&, auto&) { run_of_join(c, 3, 2, 1).coefficient = 1; }},
      {"MapSumShorter",
       [](Circuit& c, Weights&, auto&) { c.ops[kRowSums].terms[0].maps[2].runs[0].count = 4; }},
      {"ProductSumOffByOne", [](Circuit&, Weights& w, auto&) { w[kRepeated].biases[0] += 64; }},
      {"ProductMultiplier", [](Circuit&, Weights& w, auto&) { w[kRepeated].weights[0] = 1; }},
      {"ProductReadsAnotherTensor",
       [](Circuit& c, Weights&, auto&) { c.ops[kTwoTensors].inputs[1] = kRepeated + 1; }},
      {"ProductReadsAnotherFirst",
       [](Circuit& c, Weights&, auto&) { c.ops[kTwoTensors].inputs[0] = kTransposed + 1; }},
      {"ProductRepeatedAlongAnotherAxis",
       [](Circuit& c, Weights&, auto&) {
         c.tensors[kRowSums + 1].shape = {1, 1, 1, 3};
       }},
      {"ZeroPointOfAProductsFirst",
       [](Circuit& c, Weights&, auto&) { c.tensors[kRepeated + 1].zero_point = 0; }},
      {"ZeroPointOfAProductsSecond",
       [](Circuit& c, Weights&, auto&) { c.tensors[kRowSums + 1].zero_point = 0; }},
      {"ZeroPointOfTheInput", [](Circuit& c, Weights&, auto&) { c.tensors[0].zero_point = 121; }},
      {"ZeroPointInside", [](Circuit& c, Weights&, auto&) { c.tensors[kPool + 1].zero_point = 0; }},
      {"RoundedAwayFromTheMiddle",
       [](Circuit&, Weights& w, auto&) {
         for (int64_t& b : w[kLast].biases) {
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

// A table that is not the circuit's, at the output of operator `op`.
DenseWitness with_table(size_t op, const ActivationTable& table) {
  return run_with([&](Circuit& c, Weights&, auto&) {
    c.tables.push_back(table);
    c.tensors[op + 1].table = static_cast<uint8_t>(c.tables.size() - 1);
  });
}

DenseWitness clamped(size_t op, uint8_t lo, uint8_t hi) {
  return with_table(op, ActivationTable::clamp(9, lo, hi));
}

// The second input of a product read one element further, everything after it as it then is.
const std::vector<uint64_t>& rotated_slots() {
  static const std::vector<uint64_t> slots{output_slot(kRowSums, {0, 0, 0, 0}),
                                           output_slot(kRowSums, {0, 0, 1, 0}),
                                           output_slot(kRowSums, {0, 0, 2, 0})};
  return slots;
}

void rotate_elements(std::vector<Scalar>& x, const std::vector<uint64_t>& slots) {
  for (size_t i = 0; i + 1 < slots.size(); ++i) {
    std::swap(x[slots[i]], x[slots[i + 1]]);
  }
}

void shift_the_second_input(Forgery& f) {
  const Columns& columns = small_model().columns;
  f = Forgery(small_model(),
              run_on(small_model().circuit, columns, small_run(), [&](size_t at, DenseWitness& w) {
                auto& X = w[Column::kX];
                if (at == kRepeated) {
                  rotate_elements(X, rotated_slots());
                } else if (at == kRepeated + 1) {  // and back: two more turns of three
                  rotate_elements(X, rotated_slots());
                  rotate_elements(X, rotated_slots());
                }
              }));
  EXPECT_NE(f.committed[Column::kX], small_run()[Column::kX]);
}

// Channels c and c + 1 of operator `op`'s output exchanged, and everything after it as it then is:
// each is the sum of the other's inputs.
void exchange_channels(Forgery& f, size_t op, uint64_t c) {
  const Columns& columns = small_model().columns;
  f = Forgery(small_model(),
              run_on(small_model().circuit, columns, small_run(), [&](size_t at, DenseWitness& w) {
                const Brick& brick = columns.layout(Column::kX).bricks()[op];
                for (uint64_t i = 0; at == op + 1 && i < uint64_t{1} << brick.height; ++i) {
                  const uint64_t a = brick.offset + (c << brick.height) + i;
                  const uint64_t b = a + (uint64_t{1} << brick.height);
                  std::swap(w[Column::kX][a], w[Column::kX][b]);
                  std::swap(w[Column::kE][a], w[Column::kE][b]);
                  std::swap(w.R[a], w.R[b]);
                }
              }));
  EXPECT_NE(f.committed[Column::kX], small_run()[Column::kX]);
}

// A model with a bias that takes a value out of its table, run with a longer one.
void value_leaves_its_table(Forgery& f) {
  static const DenseModel model(
      small_circuit(),
      [] {
        Weights weights = small_weights(small_circuit(), 1);
        weights[kDilated].biases[1] = 600 * 64;
        return weights;
      }(),
      kSmallShape, test_generators());
  Circuit longer = model.circuit;
  longer.tables[kSteps].bits = 12;
  f = Forgery(model, run(longer, model.columns, model.weights, small_picture(1)));
}

std::vector<Attack> run_attacks() {
  std::vector<Attack> all;
  for (const Cheat& cheat : cheats()) {
    all.push_back({cheat.name, {"claim R", "opening round"}, [change = cheat.change](Forgery& f) {
                     f = run_of(change);
                   }});
  }
  // Channels 0 and 1 of kJoin are kPad's alone.
  for (const auto& [name, op, c] : {std::tuple{"SumOfAnotherChannel", kSum, 0},
                                    {"PoolOfAnotherChannel", kPool, 0},
                                    {"MapOfAnotherChannel", kJoin, 2},
                                    {"ProductOfAnotherChannel", kSquare, 0}}) {
    all.push_back({name, {"claim R", "opening round"}, [op = op, c = c](Forgery& f) {
                     exchange_channels(f, op, static_cast<uint64_t>(c));
                   }});
  }
  all.push_back({"ProductElementShifted", {"claim R", "opening round"}, shift_the_second_input});
  // (X, 0) outside [90, 200] is no row of the table, and (150, E) none of one that does not clamp.
  // kPad and kTwoTensors are clamped as well.
  for (const size_t op : {kConv, kStridedConv, kSum}) {
    all.push_back({"ClampSkipped" + std::to_string(op), {"root"}, [=](Forgery& f) {
                     f = Forgery(small_model(), clamped(op, 0, 255));
                     EXPECT_NE(f.committed[Column::kX], small_run()[Column::kX]);
                   }});
  }
  for (const size_t op :
       {kDepthwise, kPointwise, kPool, kDilated, kTransposed, kSquare, kJoin, kLast}) {
    all.push_back({"ClampInvented" + std::to_string(op), {"root"}, [=](Forgery& f) {
                     f = Forgery(small_model(), clamped(op, 150, 160));
                     EXPECT_NE(f.committed[Column::kE], small_run()[Column::kE]);
                   }});
  }
  const ActivationTable steps = small_model().circuit.tables[kSteps];
  const auto other_steps = [&](const std::string& name, const auto& change) {
    ActivationTable table = steps;
    change(table);
    all.push_back({name, {"root"}, [table](Forgery& f) {
                     f = Forgery(small_model(), with_table(kSquare, table));
                     EXPECT_NE(f.committed[Column::kX], small_run()[Column::kX]);
                   }});
  };
  other_steps("StepSkipped", [](ActivationTable& t) { --t.ramps[0].count; });
  other_steps("StepsSkipped", [](ActivationTable& t) { t.ramps.pop_back(); });
  other_steps("StepsThatDoNotFall", [](ActivationTable& t) { t.ramps.erase(t.ramps.begin() + 1); });
  other_steps("StepsLate", [](ActivationTable& t) { t.ramps[2].at += 2; });
  other_steps("StepsFurtherApart", [](ActivationTable& t) { t.ramps[3].every = 3; });
  other_steps("StepsHigher", [](ActivationTable& t) { t.ramps[3].rise = -2; });
  other_steps("FirstCode", [](ActivationTable& t) { t.first = 11; });
  all.push_back({"ValueLeavesItsTable", {"root"}, value_leaves_its_table});
  all.push_back({"ValueOutsideTheTable", {"root"}, [](Forgery& f) {
                   // V − 1000 with E negative and X at the lower end.
                   const uint64_t slot = output_slot(kLast, {2, 0, 0, 0});
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
  constexpr std::array<const char*, 4> kNames{"Convolution", "Depthwise", "Map", "Product"};
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
  return {// Of a product: without second inputs.
          {name + "WithoutWeights",
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

// The small network with tables that are long enough for codes whose zero-point is 0.
void take_no_zero_points(Forgery& f) {
  static const DenseModel model(
      [] {
        Circuit c = small_circuit();
        for (ActivationTable& table : c.tables) {
          table.bits = 11;
        }
        return c;
      }(),
      small_weights(small_circuit(), 1), kSmallShape, test_generators());
  Circuit without = model.circuit;
  for (Tensor& t : without.tensors) {
    t.zero_point = 0;
  }
  f = Forgery(model, run(without, model.columns, model.weights, small_picture(1)));
  f.multiplied_circuit = without;
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
      {"NoZeroPoints", {"claim W", "claim X", "opening round"}, take_no_zero_points}};
  for (const char* name : {"ConvWindowShiftedDown",
                           "ConvWindowShiftedRight",
                           "ConvStridePhase",
                           "ConvStride",
                           "ConvReadsAnotherTensor",
                           "DepthwiseWindowShifted",
                           "DepthwiseWindowShiftedRight",
                           "DepthwiseStride",
                           "SumInputsSwapped",
                           "PadElsewhere",
                           "PoolWindowShifted",
                           "PoolWindowShiftedDown",
                           "PoolStride",
                           "PoolReadsAnotherTensor",
                           "DilationIgnored",
                           "DilationOfRowsIgnored",
                           "DilationOfColumnsIgnored",
                           "DilatedWindowShifted",
                           "DilatedWindowShiftedRight",
                           "TransposedShiftedDown",
                           "TransposedShiftedRight",
                           "TransposedStride",
                           "TransposedDilation",
                           "TransposedReadAsPlain",
                           "MapWeightOfAnotherTerm",
                           "MapTermLeftOut",
                           "MapTermTwice",
                           "MapReadsAnotherInput",
                           "MapReadsAnotherTensor",
                           "MapAxes",
                           "MapAxesOfChannels",
                           "MapNotReversed",
                           "MapRunElsewhere",
                           "MapRunReadsElsewhere",
                           "MapRunsStep",
                           "MapRunsOutputStep",
                           "MapRunShorter",
                           "MapRunLeftOut",
                           "MapCoefficient",
                           "MapSign",
                           "MapSumShorter",
                           "ProductReadsAnotherFirst",
                           "ProductRepeatedAlongAnotherAxis",
                           "ZeroPointInside",
                           "ZeroPointOfAProductsFirst"}) {
    all.push_back({std::string("ReadAs") + name, {"claim X", "opening round"}, read_through(name)});
  }
  // A product's second input is its Ŵ; the input network's is both, of kSquare.
  for (const char* name : {"ProductReadsAnotherTensor", "ZeroPointOfAProductsSecond"}) {
    all.push_back({std::string("ReadAs") + name, {"claim W", "opening round"}, read_through(name)});
  }
  all.push_back({"ReadAsZeroPointOfTheInput",
                 {"claim W", "claim X", "opening round"},
                 read_through("ZeroPointOfTheInput")});
  for (const OpKind kind :
       {OpKind::kConv2d, OpKind::kDepthwiseConv2d, OpKind::kLinearMap, OpKind::kProduct}) {
    for (Attack& attack : kind_attacks(kind)) {
      all.push_back(std::move(attack));
    }
  }
  return all;
}
INSTANTIATE_ATTACKS(Bilinear, bilinear_attacks);

constexpr size_t kProducts = 3;

// Entries of Ŵ or X̂ that belong to an operator, in the order of elements.
std::vector<uint64_t> entries_of(SmallOp op) {
  const Brick& entries = small_model().columns.entries().bricks()[op];
  std::vector<uint64_t> slots;
  for (const Element& e : elements_of(entries.extents)) {
    slots.push_back(slot_of(entries, e));
  }
  return slots;
}

// The network run with multipliers of products that are not the committed ones.
void run_with_multiplier(Forgery& f, SmallOp op, int64_t multiplier) {
  f = run_of([=](Circuit&, Weights& w, auto&) { w[op].weights[0] = multiplier; });
}

// A false run, with claim R true by `change` of the sums.
Forgery with_sums(
    const std::function<void(std::span<Scalar> sums, const Scalar& missing)>& change) {
  Forgery f = run_of(cheat("ProductSumOffByOne"));
  f.bilinear.sums = change;
  return f;
}

// The last multiplier's product with its sum is claimed to be what claim R needs.
void claim_false_share(Forgery& f) {
  f = run_of(cheat("ProductSumOffByOne"));
  const auto missing = std::make_shared<Scalar>();
  f.bilinear.sums = [=](std::span<Scalar>, const Scalar& needed) { *missing = needed; };
  f.ledger.products = [=](std::span<Scalar> values, size_t products) {
    values[products - 1] += *missing;  // the last product of all is the last multiplier's
  };
}

std::vector<Attack> multiplier_attacks() {
  std::vector<Attack> all;
  for (const auto& [op, j, multiplier] :
       {std::tuple{kRepeated, 1, 1}, {kSquare, 2, -1}, {kTwoTensors, 3, -2}}) {
    const std::string number = std::to_string(j);
    // w_j sent as the run needs it.
    all.push_back({"NotTheCommitted" + number,
                   {"claim w" + number, "opening round"},
                   [=, op = op, j = j, multiplier = multiplier](Forgery& f) {
                     run_with_multiplier(f, op, multiplier);
                     f.bilinear.sums = [=](std::span<Scalar> sums, const Scalar&) {
                       sums[kProducts + static_cast<size_t>(j)] = Scalar::from_i64(multiplier);
                     };
                   }});
    // S_j sent as the run needs it.
    all.push_back({"FalseSum" + number, {"bilinear round"}, [j = j](Forgery& f) {
                     f = with_sums([j](std::span<Scalar> sums, const Scalar& missing) {
                       const auto k = static_cast<size_t>(j);
                       sums[k] += missing * sums[kProducts + k].inverse();
                     });
                   }});
  }
  all.push_back({"OfAnotherProduct", {"claim w1", "claim w2", "opening round"}, [](Forgery& f) {
                   f = run_of([](Circuit&, Weights& w, auto&) {
                     std::swap(w[kRepeated].weights, w[kSquare].weights);
                   });
                   f.bilinear.sums = [](std::span<Scalar> sums, const Scalar&) {
                     std::swap(sums[kProducts + 1], sums[kProducts + 2]);
                   };
                 }});
  all.push_back({"OfTheFirst", {"claim w2", "claim w3", "opening round"}, [](Forgery& f) {
                   f = run_of([](Circuit&, Weights& w, auto&) {
                     w[kSquare].weights = w[kTwoTensors].weights = w[kRepeated].weights;
                   });
                   f.bilinear.sums = [](std::span<Scalar> sums, const Scalar&) {
                     sums[kProducts + 2] = sums[kProducts + 3] = sums[kProducts + 1];
                   };
                 }});
  all.push_back({"NoShares", {"claim R", "opening round"}, [](Forgery& f) {
                   f = run_of([](Circuit&, Weights& w, auto&) {
                     for (const SmallOp op : {kRepeated, kSquare, kTwoTensors}) {
                       w[op].weights[0] = 0;
                     }
                   });
                 }});
  // All run as if the multipliers were 1.
  all.push_back({"AllOne", {"claim R", "opening round"}, [](Forgery& f) {
                   run_with_multiplier(f, kRepeated, 1);
                 }});
  all.push_back({"SumUntilTheEnds", {"bilinear ends"}, [](Forgery& f) {
                   f = run_of(cheat("ProductSumOffByOne"));
                   f.bilinear.lie = BilinearLie::kProduct;
                 }});
  all.push_back({"FalseShare", {"product product"}, claim_false_share, Reason::kProduct});
  // Errors of two sums that cancel if the sums have the same power of ζ: of S_1 and S_2, whose
  // multipliers are −1 and 1.
  const auto cancelling = [](std::span<Scalar> sums, const Scalar& missing) {
    const Scalar e = missing * (sums[kProducts + 2] - sums[kProducts + 1]).inverse();
    sums[2] += e;
    sums[1] -= e;
  };
  all.push_back(
      {"SumsThatCancel", {"bilinear round"}, [=](Forgery& f) { f = with_sums(cancelling); }});
  all.push_back({"SumsThatCancelUnderOnePower",
                 {"bilinear round", "claim W", "opening round"},
                 [=](Forgery& f) {
                   f = with_sums(cancelling);
                   f.bilinear.weighed = [](Factors& at, const Scalar& zeta) {
                     Scalar less = zeta.inverse();
                     for (const SmallOp op : {kSquare, kTwoTensors}) {
                       for (const uint64_t slot : entries_of(op)) {
                         at.W[slot] *= less;
                       }
                       less *= zeta.inverse();
                     }
                   };
                 }});
  // The same of B and S_1, if S_1 has no power of ζ.
  all.push_back({"SumsThatCancelWithoutAPower",
                 {"bilinear round", "claim W", "opening round"},
                 [](Forgery& f) {
                   f = with_sums([](std::span<Scalar> sums, const Scalar& missing) {
                     const Scalar e = missing * (Scalar::one() - sums[kProducts + 1]).inverse();
                     sums[0] += e;
                     sums[1] -= e;
                   });
                   f.bilinear.weighed = [](Factors& at, const Scalar& zeta) {
                     for (const SmallOp op : {kRepeated, kSquare, kTwoTensors}) {
                       for (const uint64_t slot : entries_of(op)) {
                         at.W[slot] *= zeta.inverse();
                       }
                     }
                   };
                 }});
  // Sums of nothing: Ŵ of products is 0.
  all.push_back({"SumsOfNothing", {"bilinear round", "claim W", "opening round"}, [](Forgery& f) {
                   f = with_sums([](std::span<Scalar> sums, const Scalar& missing) {
                     sums[1] += missing * sums[kProducts + 1].inverse();
                   });
                   f.bilinear.weighed = [](Factors& at, const Scalar&) {
                     set_entries(OpKind::kProduct, at.W, Scalar::zero());
                   };
                 }});
  // A second input read one element further, by the sumcheck too.
  all.push_back({"ElementShiftedInTheFactors", {"claim W", "opening round"}, [](Forgery& f) {
                   shift_the_second_input(f);
                   f.bilinear.factors = [](Factors& at) {
                     rotate_elements(at.W, entries_of(kRepeated));
                   };
                 }});
  // Ŵ and X̂ of a product exchanged, but for eq(r, ·): their product is the same.
  all.push_back({"InputsExchanged", {"claim W", "claim X", "opening round"}, [](Forgery& f) {
                   std::swap(f.multiplied_circuit.ops[kTwoTensors].inputs[0],
                             f.multiplied_circuit.ops[kTwoTensors].inputs[1]);
                 }});
  return all;
}
INSTANTIATE_ATTACKS(Multipliers, multiplier_attacks);

}  // namespace
}  // namespace vouch::dense
