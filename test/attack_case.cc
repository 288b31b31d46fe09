#include "attack_case.h"

#include <algorithm>
#include <random>
#include <utility>

#include "base/check.h"
#include "circuit/operators/linear_maps.h"

namespace vouch::dense {

const Generators& test_generators() {
  static const Generators instance = Generators::load(5 << 12).value();
  return instance;
}

namespace {

Op conv(OpKind kind, uint32_t input, const Window& window) { return {kind, {input}, window, {}}; }

Op map_of(std::vector<uint32_t> inputs, std::vector<MapTerm> terms) {
  return {OpKind::kLinearMap, std::move(inputs), {}, std::move(terms)};
}

Op product_of(uint32_t first, uint32_t second) {
  return {OpKind::kProduct, {first, second}, {}, {}};
}

MapTerm term(uint8_t input, uint16_t weight, const std::array<uint8_t, 3>& axes, AxisMap channels,
             AxisMap rows, AxisMap columns) {
  return {input, weight, axes, {std::move(channels), std::move(rows), std::move(columns)}};
}

constexpr std::array<uint8_t, 3> kSameAxes{0, 1, 2};

Window square(uint16_t kernel, uint16_t stride, int16_t before, int16_t after) {
  return {kernel, kernel, stride, stride, before, after, before, after};
}

Window dilated_window() {
  Window w{2, 3, 1, 2, 1, -1, 2, 1};
  w.dilation_rows = w.dilation_columns = 2;
  return w;
}

Window transposed_window() {
  Window w{3, 2, 2, 2, 1, 1, 1, 2};
  w.dilation_columns = 3;
  w.transposed = true;
  return w;
}

std::vector<MapTerm> join_terms() {
  return {term(0, 0, kSameAxes, {{{0, 1, 0, 1, 6, 1}}}, {}, {}),
          // Channels in reverse.
          term(1, 1, kSameAxes, {{{6, 1, 1, -1, 2, 1}}}, {}, {}),
          // Rows and columns exchanged, every other one, those in reverse.
          term(2, 2, {0, 2, 1}, {{{2, 1, 0, 1, 2, 1}}}, {{{0, 1, 0, 2, 3, 1}}},
               {{{0, 1, 3, -2, 2, 1}}}),
          // Channels and rows exchanged, twice the differences between columns.
          term(3, 1, {1, 0, 2}, {{{5, 1, 0, 1, 3, 2}}}, {{{1, 1, 0, 1, 2, 1}}},
               {{{0, 1, 1, 1, 2, 1}, {0, 1, 0, 1, 2, -1}}})};
}

// What an operator writes: channels, rows and columns where it has a choice, and its table.
struct Output {
  Shape stated;
  uint8_t table;
};
const std::array<Output, kSmallOps>& small_outputs() {
  static const std::array<Output, kSmallOps> all{{{{3}, kNarrowClamp},
                                                  {{6}, kPlainClamp},
                                                  {{6}, kNarrowClamp},
                                                  {{6}, kPlainClamp},
                                                  {{6, 1, 3, 3}, kNarrowClamp},
                                                  {{6, 1, 2, 2}, kPlainClamp},
                                                  {{6, 1, 3, 2}, kNarrowClamp},
                                                  {{2}, kSteps},
                                                  {{2}, kSteps},
                                                  {{1, 1, 3, 1}, kPlainClamp},
                                                  {{}, kPlainClamp},
                                                  {{}, kSteps},
                                                  {{}, kNarrowClamp},
                                                  {{8, 1, 3, 2}, kSteps},
                                                  {{5}, kPlainClamp}}};
  return all;
}

}  // namespace

std::vector<MapTerm> small_pool(const Window& window) {
  PoolTerms pool = average_pool_terms(window, {6, 1, 3, 3}).value();
  for (MapTerm& t : pool.terms) {
    const uint64_t elements = pool.elements[t.weight];
    t.weight = elements == 4 ? 0 : elements == 2 ? 1 : 2;
  }
  return pool.terms;
}

Circuit small_circuit() {
  Circuit c;
  c.shift = 6;
  c.model_kappa = 5;
  c.input_kappa = 4;
  c.tables = {ActivationTable::clamp(9, 0, 255),
              ActivationTable::clamp(9, 90, 200),
              {9, 10, {{60, 1, 40, 2}, {102, 1, 10, -5}, {115, 1, 150, 1}, {265, 2, 30, -3}}}};
  const auto output_of_op = [](SmallOp op) { return static_cast<uint32_t>(op + 1); };
  c.ops = {conv(OpKind::kConv2d, 0, square(3, 1, 1, 1)),
           conv(OpKind::kDepthwiseConv2d, output_of_op(kConv), square(3, 2, 1, 1)),
           conv(OpKind::kConv2d, 0, {1, 1, 2, 2, 0, 0, 0, 0}),
           conv(OpKind::kConv2d, output_of_op(kDepthwise), {}),
           map_of({output_of_op(kDepthwise), output_of_op(kStridedConv), output_of_op(kPointwise)},
                  sum_terms(3)),
           map_of({output_of_op(kSum)}, small_pool(square(2, 2, 0, 1))),
           map_of({output_of_op(kPool)}, {term(0, 0, kSameAxes, {}, pad_axis(2, 0, 1), {})}),
           conv(OpKind::kConv2d, output_of_op(kConv), dilated_window()),
           conv(OpKind::kConv2d, output_of_op(kPool), transposed_window()),
           map_of({0}, {term(0, 0, kSameAxes, sum_axis(2), slice_axis(3, 0, 2), sum_axis(5))}),
           product_of(output_of_op(kTransposed), output_of_op(kRowSums)),
           product_of(0, 0),
           product_of(output_of_op(kRepeated), output_of_op(kTransposed)),
           map_of({output_of_op(kPad), output_of_op(kDilated), output_of_op(kSquare),
                   output_of_op(kTwoTensors)},
                  join_terms()),
           conv(OpKind::kConv2d, output_of_op(kJoin), {3, 2, 1, 1, 0, 0, 0, 0})};
  c.tensors = {{{2, 1, 5, 5}, 120, 0}};
  for (size_t i = 0; i < c.ops.size(); ++i) {
    std::vector<Shape> inputs;
    for (const uint32_t input : c.ops[i].inputs) {
      inputs.push_back(c.tensors[input].shape);
    }
    const auto& [stated, table] = small_outputs()[i];
    c.tensors.push_back(
        {output_shape(c.ops[i], inputs, stated).value(), static_cast<uint8_t>(100 + i), table});
  }
  VOUCH_CHECK(validate(c).ok());
  return c;
}

Weights small_weights(const Circuit& circuit, uint32_t seed) {
  std::mt19937 random(seed);
  const auto between = [&](int lo, int hi) {
    return lo + static_cast<int>(random() % static_cast<uint32_t>(hi - lo + 1));
  };
  Weights weights;
  int multiplier = -1;  // of the first product, and 1 of all others
  for (size_t i = 0; i < circuit.ops.size(); ++i) {
    const WeightCounts counts = weight_counts(circuit, i);
    OpWeights own;
    for (uint64_t k = 0; k < counts.weights; ++k) {
      switch (circuit.ops[i].kind) {
        case OpKind::kLinearMap:
          own.weights.push_back(between(15, 30));
          break;
        case OpKind::kProduct:
          own.weights.push_back(std::exchange(multiplier, 1));
          break;
        default:
          own.weights.push_back(between(-9, 9));
      }
    }
    for (uint64_t k = 0; k < counts.biases; ++k) {
      own.biases.push_back(between(80, 140) * 64 + between(0, 63));
    }
    weights.push_back(std::move(own));
  }
  return weights;
}

std::vector<uint8_t> small_picture(uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<uint8_t> codes(50);
  for (uint8_t& x : codes) {
    x = static_cast<uint8_t>(random());
  }
  return codes;
}

const DenseModel& small_model() {
  static const DenseModel model(small_circuit(), small_weights(small_circuit(), 1), kSmallShape,
                                test_generators());
  return model;
}

const DenseWitness& small_run() {
  static const DenseWitness witness =
      run(small_model().circuit, small_model().columns, small_model().weights, small_picture(1));
  return witness;
}

void PrintTo(const Attack& attack, std::ostream* out) { *out << attack.name; }

namespace {

Verdict judge_against(const ModelCommitment& model, const Proof& proof,
                      const Expectation& expected) {
  const LoadedModel loaded = load_commitment(model);
  return loaded.model
             ? verify(*loaded.model, encode_proof(proof), expected, test_generators()).verdict
             : loaded.verdict;
}

}  // namespace

Verdict judge(const DenseProof& made, const Expectation& expected) {
  return judge_against(made.model, made.proof, expected);
}

Verdict judge(const DenseModel& model, const Proof& proof) {
  return judge_against(model.commitment, proof, {});
}

DenseProof prove_small(Forgery& forgery, uint8_t seed) {
  return prove_densely(*forgery.model, forgery, test_generators(), seed);
}

void expect_stopped(Forgery& forgery, Reason reason, const Labels& false_checks) {
  const DenseProof made = prove_small(forgery);
  EXPECT_EQ(made.false_checks, false_checks);
  const Verdict verdict = judge(made);
  EXPECT_EQ(std::string(reason_name(verdict.reason)), reason_name(reason)) << verdict.detail;
}

uint64_t output_slot(size_t op, const Element& element) {
  return slot_of(small_model().columns.layout(Column::kX).bricks()[op], element);
}

uint64_t unclamped_slot(size_t op) {
  const CodeBounds bounds = small_model().circuit.codes_of(op + 1);
  for (const Element& e :
       elements_of(small_model().columns.layout(Column::kX).bricks()[op].extents)) {
    const uint64_t slot = output_slot(op, e);
    const int64_t X = integer_of(small_run()[Column::kX][slot]);
    if (bounds.lo < X && X < bounds.hi) {
      return slot;
    }
  }
  ADD_FAILURE() << "every output of operator " << op << " is clamped";
  return 0;
}

DenseWitness run_with(
    const std::function<void(Circuit&, Weights&, std::vector<uint8_t>&)>& change) {
  Circuit circuit = small_model().circuit;
  Weights weights = small_model().weights;
  std::vector<uint8_t> picture = small_picture(1);
  change(circuit, weights, picture);
  return run(circuit, small_model().columns, weights, picture);
}

Forgery honest() { return Forgery(small_model(), small_run()); }

Forgery false_output() {
  Forgery forgery = honest();
  forgery.output = output_of(small_model().columns, small_run());
  forgery.output[3] ^= 1;
  return forgery;
}

Forgery run_of(const std::function<void(Circuit&, Weights&, std::vector<uint8_t>&)>& change) {
  DenseWitness other = run_with(change);
  EXPECT_NE(other.R, small_run().R) << "the cheat changes nothing";
  for (const Column column : {Column::kW, Column::kB, Column::kD}) {
    other[column] = small_run()[column];
  }
  Forgery forgery(small_model(), other);
  count_again(forgery);
  return forgery;
}

void count_again(Forgery& f) {
  f.looked_up[Column::kM] = count_lookups(f.model->circuit, f.model->columns, f.looked_up);
  f.committed[Column::kM] = f.looked_up[Column::kM];
}

void count_row(Forgery& f, uint64_t row) {
  f.committed[Column::kM][row] += Scalar::one();
  f.looked_up[Column::kM][row] += Scalar::one();
}

Forgery consistent(const std::function<void(DenseWitness&)>& change) {
  DenseWitness w = small_run();
  change(w);
  w[Column::kM] = count_lookups(small_model().circuit, small_model().columns, w);
  return Forgery(small_model(), w);
}

Forgery wrong_rounding() {
  return consistent([](DenseWitness& w) {
    const uint64_t slot = output_slot(kLast, {2, 0, 0, 0});
    VOUCH_CHECK(w[Column::kE][slot].is_zero() && integer_of(w[Column::kX][slot]) < 255);
    w[Column::kX][slot] += Scalar::one();
    w.R[slot] -= Scalar::from_u64(uint64_t{1} << small_model().circuit.shift);
  });
}

void lie_until_the_opening(Forgery& forgery) {
  const DenseProof first = prove_small(forgery);
  if (first.false_values.size() != 1 || first.false_values[0].label != "opening round") {
    ADD_FAILURE() << "the first round of the opening should be false, and nothing else";
    return;
  }
  forgery.opening_lie = -first.false_values[0].value;
}

}  // namespace vouch::dense
