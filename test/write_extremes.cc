// Files that a verifier works on for as long as its limits allow: circuits with the most rows, the
// longest generator table, the most work, the most inputs, and for each a proof that is false only
// in its last check. For tools/check_limits.py.
//
//     write_extremes DIR      writes DIR/NAME.pub, DIR/NAME.proof and, where these are large,
//                             DIR/NAME.input0.bin …
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "argument/argument.h"
#include "base/check.h"
#include "base/file.h"
#include "circuit/operators/linear_maps.h"
#include "circuit/pictures.h"
#include "verify/stand_in_bound.h"
#include "verify/verify.h"

namespace vouch {
namespace {

// `count` different group elements.
Rows points(size_t count) {
  static Rows all;
  static Point last = Point::generator();
  while (all.size() < count) {
    all.push_back(last.encode());
    last += Point::generator();
  }
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
}

// Tables of 2^18 rows: range 2^16, five clamps of 2^15.
Circuit with_input(const Shape& shape) {
  Circuit c;
  c.shift = 16;
  c.model_kappa = 4;
  c.input_kappa = 4;
  for (uint8_t lo = 0; lo < 5; ++lo) {
    c.tables.push_back(ActivationTable::clamp(14, lo, 255));
  }
  c.tensors = {{shape, 0, 0}};
  return c;
}

// Adds an operator; the circuit's tables take turns.
void add(Circuit& c, Op op, Shape stated) {
  std::vector<Shape> shapes;
  for (const uint32_t input : op.inputs) {
    shapes.push_back(c.tensors[input].shape);
  }
  const auto shape = output_shape(op, shapes, stated);
  VOUCH_CHECK(shape.ok());
  const auto table = static_cast<uint8_t>(c.ops.size() % c.table_count());
  c.ops.push_back(std::move(op));
  c.tensors.push_back({shape.value(), 3, table});
}

void convolve(Circuit& c, uint32_t input, const Window& window, uint32_t channels) {
  add(c, {OpKind::kConv2d, {input}, window}, {channels});
}

// The same operator as often as the limits allow.
void repeat(Circuit& c, const Op& op, Shape stated) {
  do {
    add(c, op, stated);
  } while (c.ops.size() < 512 && validate(c).ok());
  if (!validate(c).ok()) {
    c.ops.pop_back();
    c.tensors.pop_back();
  }
}

// 2^18 codes; four layers that take one code to 2^16 and 60,000 others.
void add_wide_layers(Circuit& c) {
  convolve(c, 0, {1, 1, 64, 64, 0, 0, 0, 0}, 1);
  const auto one = static_cast<uint32_t>(c.ops.size());
  for (const uint32_t channels : {65536, 65536, 65536, 60000}) {
    convolve(c, one, {}, channels);
  }
}

Circuit most_rows() {
  Circuit c = with_input({64, 1, 64, 64});
  add_wide_layers(c);
  return c;
}

// X of 2^30 slots besides: 512 zeros around the input.
Circuit most_slots() {
  Circuit c = with_input({64, 1, 64, 64});
  Op pads = sum_of({0});
  pads.terms[0].maps[1] = pads.terms[0].maps[2] = pad_axis(64, 512, 512);
  for (int i = 0; i < 3; ++i) {
    add(c, pads, {64, 1, 1088, 1088});
  }
  add_wide_layers(c);
  return c;
}

// 2^20 units of work by linear maps of 64 terms of many runs each.
Circuit most_runs() {
  Circuit c = with_input({1, 1, 64, 64});
  const auto pool = average_pool_terms({8, 8, 1, 1, 7, 7, 7, 7}, c.input().shape);
  repeat(c, {OpKind::kLinearMap, {0}, {}, pool.value().terms}, pool.value().output);
  return c;
}

// By linear maps of 64 inputs.
Circuit most_sums() {
  Circuit c = with_input({1, 1, 32, 32});
  repeat(c, sum_of(std::vector<uint32_t>(64, 0)), c.input().shape);
  return c;
}

// 512 products of the input with itself, of 2^16 elements each.
Circuit most_products() {
  Circuit c = with_input({64, 1, 64, 64});
  convolve(c, 0, {1, 1, 64, 64}, 64);
  repeat(c, {OpKind::kProduct, {1, 1}}, {});
  return c;
}

// 64 tables of 8192 steps in all, in turn.
Circuit most_steps() {
  Circuit c = with_input({64, 1, 64, 64});
  c.tables.clear();
  for (int32_t k = 0; k < 64; ++k) {
    c.tables.push_back({10, 1, {{-900 + k, 7, 128, 1}}});
  }
  convolve(c, 0, {1, 1, 64, 64}, 64);
  repeat(c, sum_of({1}), {64});
  return c;
}

// 64 tables of windows, of as many rows as lookups allow, each with a boundary at every code.
Circuit most_windows() {
  Circuit c = with_input({64, 1, 64, 64});
  c.tables.clear();
  c.rounding = Rounding::kExact;
  c.shift = Limbs::kMaxBits;
  for (int k = 0; k < 64; ++k) {
    c.windows.push_back({Boundaries::kFloat32, static_cast<uint8_t>(4 * k), 0, 255,
                         WindowTable::kMaxSide, WindowTable::kMaxSide - 766});
  }
  convolve(c, 0, {1, 1, 64, 64}, 64);
  repeat(c, sum_of({1}), {64});
  return c;
}

// X, E and L of as many rows as there may be.
Circuit most_exact_rows() {
  Circuit c = with_input({64, 1, 64, 64});
  c.tables.clear();
  c.rounding = Rounding::kExact;
  c.shift = Limbs::kMinBits;
  for (uint8_t lo = 0; lo < 5; ++lo) {
    c.windows.push_back({Boundaries::kFloor, 0, lo, 255, 15000, 15000});
  }
  add_wide_layers(c);
  return c;
}

// W of 2^30 slots.
Circuit most_weights() {
  Circuit c = with_input({64, 1, 64, 64});
  c.model_kappa = 16;
  convolve(c, 0, {1, 1, 64, 64, 0, 0, 0, 0}, 32768);
  convolve(c, 1, {}, 32000);
  return c;
}

// 2^24 codes in 4 inputs that are pictures, 12,000 rows of D of them; 12,000 of W.
Circuit most_codes() {
  Circuit c = with_input({3, 1, 1000, 1398});
  c.input_kappa = 11;
  c.preparation = {1000, 1398, 1000};
  convolve(c, 0, {1, 1, 512, 512, 0, -512, -512, -512}, 1);
  for (const uint32_t channels : {65536, 65536, 65536, 16000}) {
    convolve(c, 1, {}, channels);
  }
  return c;
}

// The same codes as 260 rows that are as long as they may be.
Circuit most_codes_in_long_rows() {
  Circuit c = most_codes();
  c.input_kappa = 16;
  return c;
}

Circuit for_most_inputs() {
  Circuit c = with_input({1, 1, 16, 16});
  c.preparation = {16, 16, 875};  // takes pictures
  convolve(c, 0, {2, 2, 2, 2, 0, 0, 0, 0}, 1);
  return c;
}

void write(const std::filesystem::path& path, const Bytes& bytes) {
  VOUCH_CHECK(write_file(path.string(), bytes, FileAccess::kPublic).ok());
}

// A limit that has become tighter makes other extremes.
void expect_valid(const Result<void>& result) {
  if (!result.ok()) {
    std::fprintf(stderr, "write_extremes: %s\n", result.error().message.c_str());
    std::exit(1);
  }
}

ModelCommitment commitment_of(const Circuit& circuit) {
  expect_valid(validate(circuit));
  const Columns columns(circuit, kMaxProofKappa);
  expect_valid(validate_columns(columns));
  return {encode_circuit(circuit), points(present_row_count(columns, Column::kW)),
          points(present_row_count(columns, Column::kB))};
}

// The most messages and slots that a shape of this κ may have.
RoundGroups most_groups(const Columns& columns) {
  for (uint8_t most = 6; most > 1; --most) {
    if (const RoundGroups groups{24, most}; validate_generators(columns, groups).ok()) {
      return groups;
    }
  }
  return {1, 1};
}

// Zeros where scalars are wanted: 0·0 = 0, so that only the final equation is false.
Rows messages_of(const Columns& columns, const RoundGroups& groups) {
  const size_t rounds = std::bit_width(generators_needed(columns, groups) - 1) - 2;
  Rows messages = points(proof_messages(columns, groups));
  const size_t last = messages.size() - 4 - 2 * rounds;
  for (const size_t behind : {1, 2, 4, 5, 6}) {  // blinder, mask form; h, g, f
    messages[last - behind] = {};
  }
  for (size_t i = messages.size() - 4; i < messages.size(); ++i) {
    messages[i] = {};
  }
  return messages;
}

Proof proof_of(const ModelCommitment& model, const Circuit& circuit, uint8_t kappa,
               uint16_t pictures, size_t surplus) {
  const Circuit all = with_pictures(circuit, pictures);
  const Columns columns(all, kappa);
  expect_valid(validate(all));
  expect_valid(validate_columns(columns));
  expect_valid(validate_proof_rows(columns));
  Proof proof;
  proof.model = model_identity(model);
  proof.shape = {kappa, most_groups(columns), pictures};
  proof.salts.resize(pictures);
  proof.context.resize(kMaxContextBytes);
  proof.output.resize(all.output_tensor().shape.elements());
  proof.input = points(present_row_count(columns, Column::kD));
  proof.x = points(present_row_count(columns, Column::kX));
  proof.e = points(present_row_count(columns, Column::kE));
  proof.l = points(present_row_count(columns, Column::kL));
  proof.m = points(present_row_count(columns, Column::kM));
  proof.messages = messages_of(columns, proof.shape.groups);
  if (surplus > proof.messages.size()) {
    proof.messages = points(surplus);
  }
  return proof;
}

class Writer {
 public:
  explicit Writer(std::filesystem::path directory) : directory_(std::move(directory)) {
    std::filesystem::create_directories(directory_);
  }
  // With `surplus`, that many messages instead of as many as there should be.
  void extreme(const std::string& name, const Circuit& circuit, uint8_t kappa,
               uint16_t pictures = 1, size_t surplus = 0) const {
    const ModelCommitment model = commitment_of(circuit);
    const Proof proof = proof_of(model, circuit, kappa, pictures, surplus);
    write(directory_ / (name + ".pub"), encode_model_public({model, stand_in_bound(circuit)}));
    write(directory_ / (name + ".proof"), encode_proof(proof));
    if (circuit.input().shape.elements() > (size_t{1} << 20)) {  // inputs to compare with
      for (uint16_t i = 0; i < pictures; ++i) {
        write(directory_ / (name + ".input" + std::to_string(i) + ".bin"),
              Bytes(circuit.input().shape.elements(), static_cast<uint8_t>(0xFF - i)));
      }
    }
    std::printf("%s: rows W %zu b %zu D %zu X %zu L %zu m %zu, %zu messages\n", name.c_str(),
                model.weights.size(), model.biases.size(), proof.input.size(), proof.x.size(),
                proof.l.size(), proof.m.size(), proof.messages.size());
  }
  // As many rows as a file may have, and not as many as the circuit wants.
  void too_many_rows(const std::string& name) const {
    constexpr size_t kMaxRows = size_t{1} << 17;
    ModelCommitment model = commitment_of(for_most_inputs());
    WeightBound bound = stand_in_bound(for_most_inputs());
    Proof proof = proof_of(model, for_most_inputs(), 4, 1, 0);
    proof.x = points(kMaxRows);
    proof.messages = points(kMaxRows);
    write(directory_ / (name + "_of_proof.pub"), encode_model_public({model, bound}));
    write(directory_ / (name + "_of_proof.proof"), encode_proof(proof));
    model.weights = model.biases = points(kMaxRows);  // more are more than the program reads
    write(directory_ / (name + "_of_model.pub"), encode_model_public({model, bound}));
    write(directory_ / (name + "_of_model.proof"), encode_proof(proof));
  }

 private:
  std::filesystem::path directory_;
};

}  // namespace
}  // namespace vouch

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: write_extremes DIR\n", stderr);
    return 2;
  }
  const vouch::Writer writer(argv[1]);
  writer.extreme("rows", vouch::most_rows(), 4);
  writer.extreme("rows_and_generators", vouch::most_rows(), 18);
  writer.extreme("surplus_messages", vouch::most_rows(), 4, 1, size_t{1} << 17);
  writer.extreme("slots_and_generators", vouch::most_slots(), 18);
  writer.extreme("runs", vouch::most_runs(), 18);
  writer.extreme("sums", vouch::most_sums(), 18);
  writer.extreme("products", vouch::most_products(), 18);
  writer.extreme("steps", vouch::most_steps(), 18);
  writer.extreme("windows", vouch::most_windows(), 18);
  writer.extreme("exact_rows", vouch::most_exact_rows(), 4);
  writer.extreme("weights", vouch::most_weights(), 16);
  writer.extreme("inputs", vouch::for_most_inputs(), 8, 1024);
  writer.extreme("codes", vouch::most_codes(), 18, 4);
  writer.extreme("codes_in_long_rows", vouch::most_codes_in_long_rows(), 18, 4);
  writer.too_many_rows("too_many_rows");
  return 0;
}
