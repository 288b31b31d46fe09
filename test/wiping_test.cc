// What docs/security.md says is wiped after use: none of it is in memory that was freed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <set>

#include "argument/argument.h"
#include "base/secret.h"
#include "exact_case.h"
#include "field/random_scalar.h"
#include "predicate_case.h"
#include "prove/ledger_prover.h"
#include "prove/model_file.h"
#include "prove/proof_writer.h"
#include "prove/weight_bound_prover.h"
#include "prove/witness.h"
#include "records/key_file.h"
#include "secret_watch.h"

namespace vouch::dense {
namespace {

const std::vector<Bytes>& inputs() {
  static const std::vector<Bytes> codes{small_picture(1)};
  return codes;
}

// Of bytes that are nowhere else.
ProverModel::Seed seed() {
  ProverModel::Seed bytes;
  SecretRandom(std::array<uint8_t, SecretRandom::kSeedBytes>{77}).fill(bytes);
  return bytes;
}

template <size_t kSize>
Watched watched(const std::string& name, const std::array<uint8_t, kSize>& bytes) {
  return {name, {Bytes(bytes.begin(), bytes.end())}};
}

// As it is in memory, and encoded.
Watched watched(const std::string& name, const Scalar& x) {
  Bytes limbs(sizeof(x));
  std::memcpy(limbs.data(), &x, sizeof(x));
  const auto encoded = x.bytes();
  return {name, {std::move(limbs), Bytes(encoded.begin(), encoded.end())}};
}

template <class List>
void watch_all(const std::string& name, const List& list, std::vector<Watched>& secrets) {
  for (size_t i = 0; i < list.size(); ++i) {
    secrets.push_back(watched(name + " " + std::to_string(i), list[i]));
  }
}

// Runs it and expects that every secret was wiped, so that it was there, and that none was freed.
void expect_wiped(std::vector<Watched> secrets, const std::function<void()>& use) {
  SecretWatch watch(std::move(secrets));
  use();
  for (const Watched& secret : watch.end()) {
    EXPECT_EQ(secret.freed, 0U) << secret.name;
    EXPECT_GT(secret.wiped, 0U) << secret.name << " was not there";
  }
}

std::unique_ptr<ProverModel> make_model() {
  const Circuit circuit = small_circuit();
  return std::make_unique<ProverModel>(circuit, small_weights(circuit, 1), seed(),
                                       test_generators());
}

std::vector<Watched> model_secrets(const ProverModel& model) {
  std::vector<Watched> secrets{watched("seed", seed())};
  watch_all("blinder of W", model.weight_opening().blinders, secrets);
  watch_all("blinder of b", model.bias_opening().blinders, secrets);
  return secrets;
}

TEST(Wiping, TheWatchSeesWhatIsFreedAndWiped) {
  const auto secret = seed();
  std::vector<Watched> both;  // no copies are freed while the watch is on
  both.push_back(watched("freed", secret));
  both.push_back({"wiped", {Bytes(secret.rbegin(), secret.rend())}});
  SecretWatch watch(std::move(both));
  {
    const Bytes freed(secret.begin(), secret.end());
    EXPECT_EQ(freed[0], secret[0]);  // or else it would be optimised away
  }
  { const SecretVector<uint8_t> wiped(secret.rbegin(), secret.rend()); }
  const auto seen = watch.end();
  EXPECT_EQ(seen[0].freed, 1U);
  EXPECT_EQ(seen[0].wiped, 0U);
  EXPECT_EQ(seen[1].freed, 0U);
  EXPECT_EQ(seen[1].wiped, 1U);
}

TEST(Wiping, AModelsSeedAndBlinders) {
  const auto known = make_model();
  expect_wiped(model_secrets(*known), [] { make_model(); });
  // From its commitment, as where a file is read.
  expect_wiped(model_secrets(*known), [&] {
    const ProverModel model(known->circuit(), known->weights(), seed(), known->commitment());
  });
}

TEST(Wiping, AModelsFile) {
  const auto model = make_model();
  std::vector<Watched> secrets = model_secrets(*model);
  secrets.resize(1);  // the seed: no blinder is made here
  Bytes weights;      // of the first operator, a byte each
  for (const int64_t x : model->weights()[0].weights) {
    weights.push_back(static_cast<uint8_t>(x));
  }
  secrets.push_back({"weights", {weights}});
  const ModelMetadata metadata{
      "name", "source", std::vector<std::string>(model->circuit().ops.size(), "layer"), {}};
  Bytes file;
  expect_wiped(secrets, [&] {
    file = encode_model_file(*model, metadata);
    Bytes copy = encode_model_file(*model, metadata);
    const WipedAtEnd wiped(copy);
  });
  expect_wiped(model_secrets(*model), [&] { EXPECT_TRUE(decode_model_file(file).ok()); });
  // Weights are unpacked before the checksum is known to be wrong.
  const auto& integers = model->weights()[0].weights;
  Bytes unpacked(integers.size() * sizeof(int64_t));
  std::memcpy(unpacked.data(), integers.data(), unpacked.size());
  file.back() ^= 1;
  expect_wiped({watched("seed", seed()), {"weights", {unpacked}}},
               [&] { EXPECT_FALSE(decode_model_file(file).ok()); });
}

// What is drawn for one proof of a hidden input, while the operating system's randomness repeats.
class HiddenInput : public ::testing::Test {
 protected:
  void SetUp() override {
    repeat_system_randomness(true);
    options_.shape = kSmallShape;
    options_.hide_input = true;
    first_ = make();
  }
  void TearDown() override { repeat_system_randomness(false); }

  ProveResult make() const { return prove(*model_, inputs(), options_, test_generators()).value(); }

  // The stream of what is not of the input.
  [[nodiscard]] SecretRandom random() const {
    const Proof& p = first_.proof;
    const Transcript transcript = begin_transcript(
        {&model_->commitment(), p.shape, p.input, p.input_public, p.salts, p.context, p.output});
    const auto key = seed();
    Bytes hedge(key.begin(), key.end());
    hedge.insert(hedge.end(), inputs()[0].begin(), inputs()[0].end());
    return SecretRandom::from_system(hedge, transcript.state());
  }

  [[nodiscard]] std::vector<Watched> secrets() const {
    std::vector<Watched> out = {watched("seed", seed()), watched("salt", first_.salts[0])};
    const Columns columns(model_->circuit(), kSmallShape.kappa);
    const auto present = columns.layout(Column::kD).present_rows(columns.kappa(Column::kD));
    for (uint32_t row = 0; row < present.size(); ++row) {
      if (present[row]) {
        out.push_back(watched("blinder of D", input_blinder(first_.salts[0], row)));
      }
    }
    SecretRandom stream = random();
    for (const Rows* rows : {&first_.proof.x, &first_.proof.e, &first_.proof.m}) {
      std::vector<Scalar> blinders(rows->size());
      random_scalars(stream, blinders);
      watch_all("blinder of X, E or m", blinders, out);
    }
    // A blinder a message, f(0) and g(0); of another stream s and its blinder.
    const LedgerCounts counts = ledger_counts(columns, kSmallShape.groups);
    SecretRandom of_ledger = stream.fork();
    SecretRandom of_mask = of_ledger.fork();
    std::vector<Scalar> drawn(counts.messages + 2);
    random_scalars(of_ledger, drawn);
    std::vector<Scalar> mask((size_t{1} << columns.max_kappa()) + counts.slots + 1);
    random_scalars(of_mask, mask);
    watch_all("drawn for the mask", mask, out);
    watch_all("drawn by the ledger", drawn, out);
    return out;
  }

  std::unique_ptr<ProverModel> model_ = make_model();
  ProveOptions options_;
  ProveResult first_;
};

TEST_F(HiddenInput, IsProvenAndEverythingDrawnIsWiped) {
  ASSERT_EQ(encode_proof(make().proof), encode_proof(first_.proof)) << "randomness does not repeat";
  expect_wiped(secrets(), [&] {
    ProveResult again = make();
    const WipedAtEnd wiped(again.salts);
  });
}

TEST_F(HiddenInput, Opening) {
  expect_wiped({watched("salt", first_.salts[0])}, [&] {
    Bytes file = encode_input_opening({input_identity(first_.proof.input), first_.salts[0]});
    const WipedAtEnd wiped(file);
  });
}

template <class Int>
Watched watched_integers(const std::string& name, const std::vector<int64_t>& integers);

// A hidden output: Y, what is looked up for it, labels, and all that opens them.
class HiddenOutputs : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    repeat_system_randomness(true);
    options_.shape = kMirrorShape;
    HiddenOutput& hidden = options_.hidden_output.emplace();
    hidden.predicate = GetParam() ? hidden_labels(true) : contains(true);
    for (uint8_t p = 0; GetParam() && p < 3; ++p) {
      Salt salt;
      SecretRandom(std::array<uint8_t, SecretRandom::kSeedBytes>{79, p}).fill(salt);
      hidden.labels.push_back({mirror_labels()[p], salt});
    }
    first_ = make();
  }
  void TearDown() override { repeat_system_randomness(false); }

  ProveResult make() const {
    return prove(model_, mirror_inputs(), options_, test_generators()).value();
  }

  [[nodiscard]] std::vector<Watched> secrets() const {
    std::vector<Watched> out;
    for (const OpenedPrediction& prediction : first_.predictions) {
      out.push_back(watched("salt of a prediction", prediction.salt));
      out.push_back(watched("blinder of h", prediction_blinder(prediction.salt, 0)));
    }
    for (const OpenedLabel& opened : options_.hidden_output->labels) {
      out.push_back(watched("salt of a label", opened.salt));
      out.push_back(watched("blinder of a label", label_blinder(opened.salt, 0)));
    }
    out.push_back(watched("blinder of N", first_.count->blinder));
    watch_integers(out);
    return out;
  }

  // Bricks of Y and of q, as the prover has them.
  void watch_integers(std::vector<Watched>& out) const {
    const DenseModel& model = mirror_model(options_.hidden_output->predicate);
    const DenseWitness honest = honest_hidden(options_.hidden_output->predicate).committed;
    const auto watch = [&](const char* name, const Brick& brick, const std::vector<Scalar>& from) {
      std::vector<int64_t> integers;
      for (const Element& e : elements_of(brick.extents)) {
        integers.push_back(integer_of(from[slot_of(brick, e)]));
      }
      // Zeros and ones are in any memory.
      const std::set<int64_t> different(integers.begin(), integers.end());
      if (different.size() >= 4) {
        out.push_back(watched_integers<int32_t>(name, integers));
      }
    };
    for (const Brick& brick : model.columns.layout(Column::kY).bricks()) {
      watch("brick of Y", brick, honest[Column::kY]);
    }
    for (const Brick& brick : model.columns.predicate().lookups().bricks()) {
      watch("brick of q", brick, honest.q);
    }
  }

  ProverModel model_{mirror_circuit(kMirrorClasses), mirror_weights(kMirrorClasses), seed(),
                     test_generators()};
  ProveOptions options_;
  ProveResult first_;
};

TEST_P(HiddenOutputs, EverythingOfThemIsWiped) {
  ASSERT_EQ(encode_proof(make().proof), encode_proof(first_.proof)) << "randomness does not repeat";
  expect_wiped(secrets(), [&] {
    ProveResult again = make();
    const WipedAtEnd wiped(again.salts);
    const WipedAtEnd and_these(again.predictions);
  });
}

INSTANTIATE_TEST_SUITE_P(Labels, HiddenOutputs, ::testing::Bool());

// Though the system's randomness repeats: of other predicates other salts, of other labels other
// blinders. The row of N of no match and of one would differ by a generator.
TEST_P(HiddenOutputs, BlindersDifferWithPredicateAndLabels) {
  const auto prove_again = [&](const std::function<void(HiddenOutput&)>& change) {
    ProveOptions options = options_;
    change(*options.hidden_output);
    return prove(model_, mirror_inputs(), options, test_generators()).value();
  };
  const ProveResult of_more = prove_again([](HiddenOutput& h) { ++h.predicate.top; });
  EXPECT_NE(of_more.predictions[0].salt, first_.predictions[0].salt);
  EXPECT_FALSE(of_more.count->blinder == first_.count->blinder);
  if (GetParam()) {
    const ProveResult of_others = prove_again([](HiddenOutput& h) { h.labels[0].label = 1; });
    EXPECT_NE(of_others.count->total, first_.count->total);
    EXPECT_FALSE(of_others.count->blinder == first_.count->blinder);
  }
}

template <class Int>
Watched watched_integers(const std::string& name, const std::vector<int64_t>& integers) {
  const std::vector<Int> in_memory(integers.begin(), integers.end());
  Bytes bytes(in_memory.size() * sizeof(Int));
  std::memcpy(bytes.data(), in_memory.data(), bytes.size());
  return {name, {std::move(bytes)}};
}

// What an exact run has besides: limbs, edges, weights less their factors, the factors.
std::vector<Watched> secrets_of_an_exact_run() {
  const DenseModel& model = exact_model();
  const DenseWitness& run = exact_run();
  std::vector<Watched> out;
  const auto elements = elements_of(model.columns.layout(Column::kX).bricks()[kConv].extents);
  std::vector<int64_t> low;
  std::vector<int64_t> upper;
  for (const Element& e : elements) {
    const uint64_t slot = slot_of(model.columns.layout(Column::kX).bricks()[kConv], e);
    low.push_back(integer_of(run[Column::kL][slot]));
    upper.push_back(integer_of(run.R[slot]));
  }
  out.push_back(watched_integers<uint32_t>("lower limbs", low));
  out.push_back(watched_integers<uint32_t>("upper limbs", upper));
  // Edges' E themselves are in the tables' rows, which are public. Two edges are their elements and
  // rows: those of the first operator that has two.
  const Trace trace = Executor(model.circuit, model.weights).run(small_picture(1), true).value();
  for (const TensorTrace& t : trace.tensors) {
    if (t.edges.size() >= 2) {
      Bytes first(2 * sizeof(Edge));
      std::memcpy(first.data(), t.edges.data(), first.size());
      out.push_back({"edges", {std::move(first)}});
      break;
    }
  }
  EXPECT_EQ(out.back().name, "edges");
  // Where its E is, its slot is beside it.
  const Witness witness(model.circuit, model.columns, model.weights, trace);
  const SlotValue& edge = witness.further_errors()[0];
  Bytes in_memory(sizeof edge);
  std::memcpy(in_memory.data(), &edge, in_memory.size());
  out.push_back({"edge's slot and E", {std::move(in_memory)}});
  const OpWeights& own = model.weights[kConv];
  std::vector<int64_t> factors;
  std::vector<int64_t> reduced;
  const size_t taps = own.weights.size() / own.biases.size();
  for (size_t i = 0; i < own.weights.size(); i += taps) {
    int64_t factor = 0;
    for (size_t k = i; k < i + taps; ++k) {
      factor = std::gcd(factor, own.weights[k]);
    }
    factors.push_back(factor);
    for (size_t k = i; k < i + taps; ++k) {
      reduced.push_back(own.weights[k] / factor);
    }
  }
  out.push_back(watched_integers<int64_t>("factors", factors));
  out.push_back(watched_integers<int64_t>("reduced weights", reduced));
  return out;
}

TEST(Wiping, AnExactRun) {
  ProveOptions options;
  options.shape = kSmallShape;
  expect_wiped(secrets_of_an_exact_run(), [&] {
    const ProverModel model(exact_model().circuit, exact_model().weights, seed(),
                            test_generators());
    (void)prove(model, inputs(), options, test_generators()).value();
  });
}

// Values of messages, u and s, in a ledger of columns that are 0.
TEST(Wiping, TheLedgersValues) {
  const Columns columns(small_circuit(), kSmallShape.kappa);
  const std::array<ColumnShape, 1> shapes{columns.shape(Column::kD)};
  const unsigned kappa = shapes[0].kappa;
  SecretRandom random(std::array<uint8_t, SecretRandom::kSeedBytes>{78});
  std::vector<Scalar> values(50);
  random_scalars(random, values);
  std::vector<Watched> secrets;
  watch_all("value", values, secrets);
  secrets.push_back(watched("product", values[0] * values[1]));
  expect_wiped(std::move(secrets), [&] {
    const ColumnReader zeros = [](size_t, size_t, size_t n, int64_t* out) {
      std::fill_n(out, n, 0);
    };
    const ColumnOpening opening = commit_column_vartime(shapes[0], zeros, test_generators(),
                                                        [](uint32_t) { return Scalar(); });
    SecretLedger held({{shapes[0], &opening, zeros}}, values.size() + 5, test_generators(),
                      random.fork());
    ProofWriter writer(Transcript("test of wiping"));
    Ledger ledger(writer, &held);
    std::vector<Linear> sent;
    for (const Scalar& value : values) {
      sent.push_back(ledger.send("value", 1, [&](std::span<Scalar> out) { out[0] = value; })[0]);
    }
    (void)ledger.multiply("product", sent[0], sent[1]);
    Opening none;
    none.point.assign(shapes[0].layout->bits(), Scalar::zero());
    none.weights = {Scalar::one()};
    (void)argue_folding(ledger, none, kappa, &held);
  });
}

// The hedge of a model's seed.
TEST(Seeds, OfOtherNetworksDifferThoughTheSystemsRandomnessRepeats) {
  repeat_system_randomness(true);
  const Circuit circuit = small_circuit();
  const Weights weights = small_weights(circuit, 1);
  const Bytes source{1, 2, 3};
  const auto drawn = ProverModel::draw_seed(circuit, weights, source);
  EXPECT_EQ(ProverModel::draw_seed(circuit, weights, source), drawn);
  EXPECT_NE(ProverModel::draw_seed(circuit, weights, {}), drawn);
  Circuit other_circuit = circuit;
  ++other_circuit.shift;
  EXPECT_NE(ProverModel::draw_seed(other_circuit, weights, source), drawn);
  for (const bool bias : {false, true}) {
    Weights other = weights;
    ++(bias ? other.back().biases : other.back().weights).back();
    EXPECT_NE(ProverModel::draw_seed(circuit, other, source), drawn);
  }
  repeat_system_randomness(false);
  EXPECT_NE(ProverModel::draw_seed(circuit, weights, source), drawn);
}

TEST(Wiping, KeysOfIdentities) {
  const auto bytes = seed();
  expect_wiped({watched("seed of a key", bytes)}, [&] {
    const SecretKey key(bytes);
    Bytes file = encode_secret_key(key);
    const WipedAtEnd wiped(file);
    const auto read = decode_secret_key(file);
    const SecretKey moved(std::move(decode_secret_key(file)).value());
    EXPECT_EQ(read.value().sign(Bytes{1}), moved.sign(Bytes{1}));
  });
}

}  // namespace
}  // namespace vouch::dense
