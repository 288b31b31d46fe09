// Valid proofs and model commitments, changed as the bytes say: rows and messages moved, copied
// between proofs, replaced by other group elements and sums of them, counts, shape, mode, context,
// output and single bytes. The verifier accepts what is one of the valid files, asked about what it
// says, and nothing else; a batch says the same.
#include <algorithm>

#include "base/check.h"
#include "prove/weight_bound_prover.h"
#include "verify/batch.h"

namespace {

using namespace vouch;  // NOLINT(google-build-using-namespace)

constexpr size_t kGenerators = size_t{1} << 15;

const Generators& generators() {
  static const Generators instance = Generators::load(kGenerators).value();
  return instance;
}

// One operator on two codes, lookup tables of 2^11 rows.
Circuit tiny_circuit() {
  Circuit c;
  c.shift = 4;
  c.tables = {ActivationTable::clamp(9, 10, 200)};
  c.model_kappa = 4;
  c.input_kappa = 4;
  c.tensors = {{{2, 1, 1, 1}, 3, 0}, {{2, 1, 1, 1}, 100, 0}};
  c.ops = {{OpKind::kConv2d, {0}, {}, {}}};
  return c;
}

// The same with exact rounding.
Circuit tiny_exact_circuit() {
  Circuit c = tiny_circuit();
  c.rounding = Rounding::kExact;
  c.shift = Limbs::kMinBits;
  c.tables.clear();
  c.windows = {{Boundaries::kFloat32, 100, 40, 150, 20, 30}};
  return c;
}

struct Model {
  Bytes file;
  VerifierModel verifier;
  ProverModel prover;
};

Model make_model(const Circuit& circuit, const Weights& weights, uint8_t seed) {
  ProverModel prover(circuit, weights, {seed}, generators());
  Bytes file = encode_model_public({prover.commitment(), prove_weight_bound(prover, generators())});
  VerifierModel verifier = *load_model(file).model;
  VOUCH_CHECK(check_bound(verifier, generators()).accepted());
  return {file, std::move(verifier), std::move(prover)};
}

// A valid proof and all that a verifier may know of it.
struct Base {
  const Model* model;
  Proof proof;
  Bytes file;
  Expectation expectation;
};

Base make_base(const Model& model, std::vector<Bytes> inputs, const ProveOptions& options) {
  const ProveResult made = prove(model.prover, inputs, options, generators()).value();
  Base base{&model, made.proof, encode_proof(made.proof), {}};
  base.expectation.context = options.context;
  for (size_t i = 0; options.hide_input && i < inputs.size(); ++i) {
    const auto rows = rows_of_input(made.proof.input, inputs.size(), i);
    base.expectation.openings.push_back({input_identity(rows), made.salts[i]});
  }
  base.expectation.inputs = std::move(inputs);
  return base;
}

const std::vector<Base>& bases() {
  static const Model a = make_model(tiny_circuit(), {{{3, -2, 5, 1}, {1000, 1200}}}, 1);
  static const Model b = make_model(tiny_circuit(), {{{3, -2, 5, 2}, {1000, 1100}}}, 2);
  constexpr int64_t kUnit = (int64_t{1} << 22) - 1;
  static const Model exact = make_model(
      tiny_exact_circuit(),
      {{{3 * kUnit, -2 * kUnit, 5 * kUnit, kUnit}, {1000 * kUnit + 5, 1200 * kUnit}}}, 3);
  static const std::vector<Base> all = [] {
    ProveOptions options;
    std::vector<Base> made;
    const auto add = [&](const Model& model, std::vector<Bytes> inputs, const ProofShape& shape,
                         bool hidden, const std::optional<HiddenOutput>& output = {}) {
      options.shape = shape;
      options.hidden_output = output;
      options.shape.pictures = static_cast<uint16_t>(inputs.size());
      options.hide_input = hidden;
      options.context = {'n', static_cast<uint8_t>('0' + made.size())};
      made.push_back(make_base(model, std::move(inputs), options));
    };
    add(a, {{9, 40}}, {6, {6, 2}, 1}, false);
    add(a, {{200, 3}}, {6, {6, 2}, 1}, true);
    add(a, {{9, 40}, {77, 78}}, {8, {10, 3}, 2}, false);
    add(b, {{9, 40}}, {6, {6, 2}, 1}, false);
    add(exact, {{9, 40}}, {8, {6, 2}, 1}, false);
    HiddenOutput output;
    add(a, {{9, 40}, {77, 78}}, {6, {6, 2}, 2}, false, output);
    output.predicate.kind = Predicate::Kind::kScore;
    output.predicate.classes = {1};
    output.predicate.threshold = 100;
    add(a, {{9, 40}}, {6, {6, 2}, 1}, false, output);
    output.predicate = {Predicate::Kind::kLabel, true, 1, {}, 0, Predicate::Labels::kCommitted, {}};
    output.labels = {{1, Salt{1}}, {0, Salt{2}}};
    add(b, {{9, 40}, {77, 78}}, {6, {6, 2}, 2}, true, output);
    return made;
  }();
  return all;
}

Rows& list_of(Proof& proof, uint8_t which) {
  const std::array<Rows*, 7> lists{&proof.messages, &proof.input, &proof.x, &proof.e,
                                   &proof.l,        &proof.m,     &proof.y};
  return *lists[which % lists.size()];
}

// One of the proof's own 32 bytes, or of another's.
Encoding any_row(ByteReader& bytes, const Proof& proof) {
  const uint8_t from = bytes.u8();
  Proof source = from < 128 ? proof : bases()[from % bases().size()].proof;
  const Rows& rows = list_of(source, bytes.u8());
  return rows.empty() ? Encoding{} : rows[bytes.u16() % rows.size()];
}

// Another group element made of one or two.
Encoding combine(const Encoding& a, const Encoding& b, uint8_t how) {
  const auto p = Point::decode(a);
  const auto q = Point::decode(b);
  if (!p || !q) {
    return a;
  }
  switch (how % 4) {
    case 0:
      return (-*p).encode();
    case 1:
      return (*p + *q).encode();
    case 2:
      return p->doubled().encode();
    default:
      return (*p + Point::generator()).encode();
  }
}

// Adds a small number to what may be a scalar: mostly canonical again.
void add_to(Encoding& row, uint8_t x) {
  unsigned carry = x;
  for (uint8_t& byte : row) {
    carry += byte;
    byte = static_cast<uint8_t>(carry);
    carry >>= 8U;
  }
}

// `proof` is where other rows come from.
void change_row(ByteReader& bytes, Rows& rows, const Proof& proof, uint8_t how) {
  if (rows.empty()) {
    return;
  }
  Encoding& row = rows[bytes.u16() % rows.size()];
  switch (how % 6) {
    case 0:
      row[bytes.u8() % row.size()] ^= bytes.u8();
      break;
    case 1:
      row = any_row(bytes, proof);
      break;
    case 2:
      row = combine(row, any_row(bytes, proof), bytes.u8());
      break;
    case 3:
      row = bytes.u8() % 2 == 0 ? Encoding{} : Point::generator().encode();
      break;
    case 4:
      add_to(row, bytes.u8());
      break;
    default:
      std::swap(row, rows[bytes.u16() % rows.size()]);
  }
}

void change_list(ByteReader& bytes, Proof& proof, uint8_t how) {
  const uint8_t which = bytes.u8();
  Rows& rows = list_of(proof, which);
  switch (how % 3) {
    case 0:
      rows.resize(bytes.u16() % (rows.size() + 1));
      break;
    case 1:
      for (int i = bytes.u8() % 4; i >= 0; --i) {
        rows.push_back(any_row(bytes, proof));
      }
      break;
    default: {
      Proof other = bases()[bytes.u8() % bases().size()].proof;
      rows = list_of(other, bytes.u8() % 2 == 0 ? which : bytes.u8());
    }
  }
}

// Something else of the predicate, or another proof's, or none.
void change_predicate(ByteReader& bytes, Proof& proof) {
  const uint8_t how = bytes.u8();
  if (!proof.predicate || how % 8 == 0) {
    proof.predicate = bases()[bytes.u8() % bases().size()].proof.predicate;
    return;
  }
  Predicate& p = *proof.predicate;
  const uint16_t x = bytes.u16();
  switch (how % 8) {
    case 1:
      p.kind = Predicate::Kind{static_cast<uint8_t>(1 + x % 4)};
      break;
    case 2:
      p.count = !p.count;
      break;
    case 3:
      p.top = static_cast<uint8_t>(x);
      break;
    case 4:
      p.threshold = static_cast<uint8_t>(x);
      break;
    case 5:
      p.labels = p.commits_labels() ? Predicate::Labels::kPublic : Predicate::Labels::kCommitted;
      break;
    case 6:
      p.classes.assign(1 + x % 3, x);
      break;
    default:
      p.label.assign(proof.shape.pictures, static_cast<uint16_t>(x % 4));
  }
  // What is written says all of these.
  p.classes.resize(p.kind == Predicate::Kind::kScore ? 1 : p.classes.size());
  p.label.resize(p.kind == Predicate::Kind::kLabel && !p.commits_labels() ? proof.shape.pictures
                                                                          : 0);
}

void change_statement(ByteReader& bytes, Proof& proof, uint8_t how) {
  switch (how % 9) {
    case 0:
      proof.shape.kappa = bytes.u8();
      break;
    case 1:
      proof.shape.groups = {bytes.u8(), bytes.u8()};
      break;
    case 2:
      proof.shape.pictures = static_cast<uint16_t>(bytes.u16() % 1100);
      proof.salts.resize(proof.input_public ? proof.shape.pictures : 0);
      break;
    case 3:
      proof.input_public = !proof.input_public;
      proof.salts.resize(proof.input_public ? proof.shape.pictures : 0);
      break;
    case 4:
      proof.context.resize(bytes.u8() % 8, 'n');
      break;
    case 5:
      proof.output.resize(bytes.u8() % 8);
      break;
    case 6:
      for (Bytes* part : {&proof.output, &proof.context}) {
        if (!part->empty()) {
          (*part)[bytes.u8() % part->size()] ^= bytes.u8();
        }
      }
      break;
    case 7:
      change_predicate(bytes, proof);
      break;
    default:
      proof.model[bytes.u8() % proof.model.size()] ^= bytes.u8();
  }
}

// Changes until the bytes are used up or say that the rest is of the file.
void change(ByteReader& bytes, Proof& proof) {
  while (bytes.ok() && bytes.remaining() > 0) {
    const uint8_t what = bytes.u8();
    switch (what % 8) {
      case 0:
        return;
      case 1:
        change_statement(bytes, proof, what / 8);
        break;
      case 2:
        change_list(bytes, proof, what / 8);
        break;
      default:
        change_row(bytes, list_of(proof, bytes.u8()), Proof(proof), what / 8);
    }
  }
}

void change_file(ByteReader& bytes, Bytes& file) {
  if (bytes.remaining() > 0) {
    file.resize(file.size() - 4 + bytes.u8() % 9);
  }
  while (bytes.ok() && bytes.remaining() > 0) {
    const size_t at = bytes.u16() % file.size();
    file[at] ^= bytes.u8();
  }
}

// The same for the rows of a model commitment: no other one has this proof that its weights are
// bounded, and no other such proof is true.
void check_changed_model(ByteReader& bytes, const Base& base) {
  PublicModel model = decode_model_public(base.model->file).value();
  const std::array<Rows*, 4> lists{&model.bound.messages, &model.bound.bits,
                                   &model.commitment.weights, &model.commitment.biases};
  while (bytes.ok() && bytes.remaining() > 0) {
    const uint8_t what = bytes.u8();
    Rows& rows = *lists[what % lists.size()];
    if (what >= 248) {
      rows.resize(bytes.u8() % (rows.size() + 2));
    } else {
      change_row(bytes, rows, base.proof, what / 4);
    }
  }
  const Bytes file = encode_model_public(model);
  const LoadedModel loaded = load_model(file);
  const bool accepted = loaded.model && check_bound(*loaded.model, generators()).accepted();
  VOUCH_CHECK(accepted == (file == base.model->file));
}

// Question 0 asks nothing, 1 and 2 what is true, the others what is false.
Expectation ask(uint8_t question, const Base& base) {
  Expectation asked;
  switch (question) {
    case 0:
      break;
    case 1:
      asked = base.expectation;
      break;
    case 2:
      asked.openings = base.expectation.openings;
      break;
    case 3:
      asked.context = Bytes{'x'};
      break;
    case 4:
      asked = base.expectation;
      asked.inputs[0][1] ^= 1;
      break;
    case 5:
      asked.openings = base.expectation.openings;
      asked.openings.resize(base.proof.shape.pictures);
      asked.openings[0].input[0] ^= 1;
      break;
    default:
      asked = base.expectation;
      asked.inputs.push_back(asked.inputs[0]);
  }
  return asked;
}

}  // namespace

// The bases take longer than an input may.
extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  bases();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ByteReader bytes({data, size});
  const uint8_t head = bytes.u8();
  const Base& base = bases()[head % bases().size()];
  const uint8_t question = head / 4 % 8;
  const bool in_batch = head / 32 % 8 == 7;
  if (question == 7) {
    check_changed_model(bytes, base);
    return 0;
  }
  Proof proof = base.proof;
  change(bytes, proof);
  Bytes file = encode_proof(proof);
  change_file(bytes, file);

  const VerifierModel& model = base.model->verifier;
  VOUCH_CHECK(generators_needed(model, file) <= kGenerators);
  const Expectation asked = ask(question, base);
  const bool is_valid = std::ranges::any_of(bases(), [&](const Base& b) {
    return b.file == file && b.model == base.model && (&b == &base || question == 0);
  });
  const Verification found = verify(model, file, asked, generators());
  VOUCH_CHECK(found.verdict.accepted() == (is_valid && question <= 2));
  if (in_batch) {
    const Base& good = bases()[0];
    const BatchItem items[] = {{&good.model->verifier, good.file, &good.expectation},
                               {&model, file, &asked}};
    const auto both = verify_batch(items, generators());
    VOUCH_CHECK(both.size() == 2 && both[0].verdict.accepted());
    VOUCH_CHECK(both[1].verdict.reason == found.verdict.reason);
  }
  return 0;
}
