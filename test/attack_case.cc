#include "attack_case.h"

#include <algorithm>
#include <random>

#include "base/check.h"

namespace vouch::dense {

const Generators& test_generators() {
  static const Generators instance = Generators::load(5 << 12).value();
  return instance;
}

namespace {

Op op(OpKind kind, std::vector<uint32_t> inputs, const Window& window) {
  return {kind, std::move(inputs), window};
}

}  // namespace

Circuit small_circuit() {
  const auto square = [](uint16_t kernel, uint16_t stride, uint16_t before, uint16_t after) {
    return Window{kernel, kernel, stride, stride, before, after, before, after};
  };
  Circuit c;
  c.shift = 6;
  c.value_bits = 9;
  c.model_kappa = 5;
  c.input_kappa = 4;
  c.ops = {op(OpKind::kConv2d, {0}, square(3, 1, 1, 1)),             // 1: 3 × 5 × 5
           op(OpKind::kDepthwiseConv2d, {1}, square(3, 2, 1, 1)),    // 2: 6 × 3 × 3
           op(OpKind::kConv2d, {0}, {1, 1, 2, 2, 0, 0, 0, 0}),       // 3: 6 × 3 × 3
           op(OpKind::kConv2d, {2}, {}),                             // 4: 6 × 3 × 3
           op(OpKind::kWeightedSum, {2, 3, 4}, {}),                  // 5: 6 × 3 × 3
           op(OpKind::kAveragePool2d, {5}, square(2, 2, 0, 1)),      // 6: 6 × 2 × 2
           op(OpKind::kWeightedSum, {6}, {1, 1, 1, 1, 0, 1, 0, 0}),  // 7: 6 × 3 × 2
           op(OpKind::kConv2d, {7}, {3, 2, 1, 1, 0, 0, 0, 0})};      // 8: 5 × 1 × 1
  const std::vector<uint32_t> channels{3, 6, 6, 6, 6, 6, 6, 5};
  c.tensors = {{{2, 1, 5, 5}, 7, 0, 255}};
  for (size_t i = 0; i < c.ops.size(); ++i) {
    std::vector<Shape> inputs;
    for (const uint32_t input : c.ops[i].inputs) {
      inputs.push_back(c.tensors[input].shape);
    }
    Tensor out;
    out.shape = output_shape(c.ops[i].kind, c.ops[i].window, inputs, channels[i]).value();
    out.zero_point = static_cast<uint8_t>(100 + i);
    if (i % 2 == 0) {
      out.lo = 90;
      out.hi = 200;
    }
    c.tensors.push_back(out);
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
  for (size_t i = 0; i < circuit.ops.size(); ++i) {
    const WeightCounts counts = weight_counts(circuit, i);
    const bool large = circuit.ops[i].kind == OpKind::kWeightedSum;
    OpWeights own;
    for (uint64_t k = 0; k < counts.weights; ++k) {
      own.weights.push_back(large ? between(15, 30) : between(-9, 9));
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
  const Tensor& t = small_model().circuit.tensors[op + 1];
  for (const Element& e :
       elements_of(small_model().columns.layout(Column::kX).bricks()[op].extents)) {
    const uint64_t slot = output_slot(op, e);
    const int64_t X = integer_of(small_run()[Column::kX][slot]);
    if (t.lo < X && X < t.hi) {
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

Forgery consistent(const std::function<void(DenseWitness&)>& change) {
  DenseWitness w = small_run();
  change(w);
  w[Column::kM] = count_lookups(small_model().circuit, small_model().columns, w);
  return Forgery(small_model(), w);
}

Forgery wrong_rounding() {
  return consistent([](DenseWitness& w) {
    const uint64_t slot = output_slot(7, {2, 0, 0, 0});
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
