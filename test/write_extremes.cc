// Files that a verifier works on for as long as its limits allow: circuits with the most rows, the
// longest generator table, the most work, the most inputs, and for each a proof that is false only
// in its last check. For tools/check_limits.py.
//
//     write_extremes DIR      writes DIR/NAME.pub and DIR/NAME.proof
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "argument/argument.h"
#include "base/check.h"
#include "base/file.h"
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
  c.value_bits = 14;
  c.model_kappa = 4;
  c.input_kappa = 4;
  c.tensors = {{shape, 0, 0, 255}};
  return c;
}

// Adds an operator on `inputs`, whose clamp is one of five.
void add(Circuit& c, OpKind kind, std::vector<uint32_t> inputs, const Window& window,
         uint32_t channels) {
  const std::vector<Shape> shapes(inputs.size(), c.tensors[inputs[0]].shape);
  const auto shape = output_shape(kind, window, shapes, channels);
  VOUCH_CHECK(shape.ok());
  const auto lo = static_cast<uint8_t>(c.ops.size() % 5);
  c.ops.push_back({kind, std::move(inputs), window});
  c.tensors.push_back({shape.value(), 3, lo, 255});
}

// 2^18 codes; four layers that take one code to 2^16 and 60,000 others.
void add_wide_layers(Circuit& c) {
  add(c, OpKind::kConv2d, {0}, {1, 1, 64, 64, 0, 0, 0, 0}, 1);
  const auto one = static_cast<uint32_t>(c.ops.size());
  for (const uint32_t channels : {65536, 65536, 65536, 60000}) {
    add(c, OpKind::kConv2d, {one}, {}, channels);
  }
}

Circuit most_rows() {
  Circuit c = with_input({64, 1, 64, 64});
  add_wide_layers(c);
  return c;
}

// X of 2^30 slots besides.
Circuit most_slots() {
  Circuit c = with_input({64, 1, 64, 64});
  for (int i = 0; i < 3; ++i) {
    add(c, OpKind::kWeightedSum, {0}, {1, 1, 1, 1, 512, 512, 512, 512}, 0);
  }
  add_wide_layers(c);
  return c;
}

// 2^20 units of work by pools with 64 classes, and 500 operators more.
Circuit most_classes() {
  Circuit c = with_input({1, 1, 64, 64});
  for (int i = 0; i < 10; ++i) {
    add(c, OpKind::kAveragePool2d, {0}, {8, 8, 1, 1, 7, 7, 7, 7}, 0);
  }
  while (c.ops.size() < 512) {
    add(c, OpKind::kWeightedSum, {0}, {}, 0);
  }
  return c;
}

Circuit most_sums() {
  Circuit c = with_input({1, 1, 64, 64});
  add(c, OpKind::kWeightedSum, {0}, {}, 0);
  while (c.ops.size() < 230) {
    add(c, OpKind::kWeightedSum, std::vector<uint32_t>(16, 0), {}, 0);
  }
  while (c.ops.size() < 512) {
    add(c, OpKind::kWeightedSum, {1}, {}, 0);
  }
  return c;
}

// W of 2^30 slots.
Circuit most_weights() {
  Circuit c = with_input({64, 1, 64, 64});
  c.model_kappa = 16;
  add(c, OpKind::kConv2d, {0}, {1, 1, 64, 64, 0, 0, 0, 0}, 32768);
  add(c, OpKind::kConv2d, {1}, {}, 32000);
  return c;
}

Circuit for_most_inputs() {
  Circuit c = with_input({1, 1, 16, 16});
  c.preparation = {16, 16, 875};  // takes pictures
  add(c, OpKind::kConv2d, {0}, {2, 2, 2, 2, 0, 0, 0, 0}, 1);
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
    std::printf("%s: rows W %zu b %zu D %zu X %zu m %zu, %zu messages\n", name.c_str(),
                model.weights.size(), model.biases.size(), proof.input.size(), proof.x.size(),
                proof.m.size(), proof.messages.size());
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
  writer.extreme("pool_classes", vouch::most_classes(), 18);
  writer.extreme("sums", vouch::most_sums(), 18);
  writer.extreme("weights", vouch::most_weights(), 16);
  writer.extreme("inputs", vouch::for_most_inputs(), 8, 1024);
  writer.too_many_rows("too_many_rows");
  return 0;
}
