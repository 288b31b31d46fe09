#include "prove/prove.h"

#include <sodium.h>

#include <algorithm>
#include <string>

#include "argument/argument.h"
#include "base/check.h"
#include "base/secret.h"
#include "circuit/pictures.h"
#include "field/random_scalar.h"
#include "prove/bilinear_prover.h"
#include "prove/ledger_prover.h"
#include "prove/lookup_prover.h"
#include "prove/opening_prover.h"
#include "prove/proof_writer.h"

namespace vouch {
namespace {

using Hash = std::array<uint8_t, 64>;

Hash hash_bytes(const Bytes& bytes) {
  Hash out{};
  crypto_hash_sha512(out.data(), bytes.data(), bytes.size());
  return out;
}

// ω of a row of W or b: SHA-512(u32 length and text of "vouch model blinder v1" ‖ seed ‖ u8 column
// ‖ u32 row) mod ℓ.
Scalar model_blinder(const ProverModel::Seed& seed, Column column, uint32_t row) {
  ByteWriter w;
  w.prefixed("vouch model blinder v1");
  w.raw(seed);
  w.u8(static_cast<uint8_t>(column));
  w.u32(row);
  Bytes bytes = w.take();
  Hash wide = hash_bytes(bytes);
  const Scalar blinder = Scalar::reduce_wide(wide);
  secure_wipe(bytes);
  secure_wipe(wide);
  return blinder;
}

ByteSpan bytes_of(const std::vector<int64_t>& integers) {
  return {reinterpret_cast<const uint8_t*>(integers.data()), integers.size() * sizeof(int64_t)};
}

}  // namespace

ProverModel::Seed ProverModel::draw_seed(const Circuit& circuit, const Weights& weights,
                                         ByteSpan source) {
  Transcript network("vouch model seed v1");
  network.absorb("circuit", encode_circuit(circuit));
  for (const OpWeights& op : weights) {
    network.absorb("weights", bytes_of(op.weights));
    network.absorb("biases", bytes_of(op.biases));
  }
  Seed seed{};
  SecretRandom::from_system(source, network.state()).fill(seed);
  return seed;
}

ColumnReader weight_reader(const Weights& weights, Column column) {
  return [&weights, column](size_t brick, size_t element, size_t count, int64_t* out) {
    const auto& from = column == Column::kW ? weights[brick].weights : weights[brick].biases;
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(element), count, out);
  };
}

ProverModel::ProverModel(Circuit circuit, Weights weights, const Seed& seed,
                         const Generators& generators)
    : circuit_(std::make_unique<Circuit>(std::move(circuit))),
      columns_(std::make_unique<Columns>(*circuit_, kMaxProofKappa)),
      weights_(std::move(weights)),
      seed_(seed),
      executor_(std::make_unique<Executor>(*circuit_, weights_)) {
  const auto commit = [&](Column column) {
    return commit_column_vartime(columns_->shape(column), weight_reader(weights_, column),
                                 generators,
                                 [&](uint32_t row) { return model_blinder(seed_, column, row); });
  };
  weight_opening_ = commit(Column::kW);
  bias_opening_ = commit(Column::kB);
  commitment_ = {encode_circuit(*circuit_), weight_opening_.rows, bias_opening_.rows};
}

ProverModel::ProverModel(Circuit circuit, Weights weights, const Seed& seed,
                         ModelCommitment commitment)
    : circuit_(std::make_unique<Circuit>(std::move(circuit))),
      columns_(std::make_unique<Columns>(*circuit_, kMaxProofKappa)),
      weights_(std::move(weights)),
      seed_(seed),
      executor_(std::make_unique<Executor>(*circuit_, weights_)),
      commitment_(std::move(commitment)) {
  const auto open = [&](Column column, const Rows& rows) {
    ColumnOpening opening{rows, {}};
    const auto present = columns_->layout(column).present_rows(columns_->kappa(column));
    for (uint32_t row = 0; row < present.size(); ++row) {
      if (present[row]) {
        opening.blinders.push_back(model_blinder(seed_, column, row));
      }
    }
    return opening;
  };
  weight_opening_ = open(Column::kW, commitment_.weights);
  bias_opening_ = open(Column::kB, commitment_.biases);
}

ProverModel::~ProverModel() {
  for (OpWeights& op : weights_) {
    secure_wipe(op.weights);
    secure_wipe(op.biases);
  }
  secure_wipe(seed_);
}

namespace {

// The three provers of one proof, made when the script gets to them and freed when it has passed.
class WitnessProver final : public ArgumentProver {
 public:
  WitnessProver(const Witness& witness, const std::function<void(const char*)>& step)
      : witness_(witness), step_(step) {}

  LookupProver& lookups(const LookupChallenges& challenges) override {
    step_("lookups");
    lookups_ = std::make_unique<TreeLookupProver>(witness_, challenges);
    return *lookups_;
  }
  BilinearProver& bilinear() override {
    step_("products");
    lookups_.reset();
    bilinear_ = std::make_unique<DenseBilinearProver>(witness_);
    return *bilinear_;
  }
  OpeningProver& opening() override {
    step_("opening");
    bilinear_.reset();
    opening_ = std::make_unique<BrickOpeningProver>(witness_);
    return *opening_;
  }
  void finish() { opening_.reset(); }

 private:
  const Witness& witness_;
  const std::function<void(const char*)>& step_;
  std::unique_ptr<TreeLookupProver> lookups_;
  std::unique_ptr<DenseBilinearProver> bilinear_;
  std::unique_ptr<BrickOpeningProver> opening_;
};

// What the operating system's randomness is hedged with: the prover's secrets.
Bytes secrets(const ProverModel& model, std::span<const Bytes> inputs) {
  ByteWriter w;
  w.raw(model.seed());
  for (const Bytes& input : inputs) {
    w.raw(input);
  }
  return w.take();
}

class ProofMaker {
 public:
  ProofMaker(const ProverModel& model, std::span<const Bytes> inputs, const ProveOptions& options,
             const Generators& generators)
      : model_(model),
        inputs_(inputs),
        circuit_(with_pictures(model.circuit(), options.shape.pictures)),
        columns_(circuit_, options.shape.kappa),
        options_(options),
        generators_(generators),
        step_(options.step ? options.step : [](const char*) {}) {}

  ProofMaker(const ProofMaker&) = delete;
  ProofMaker& operator=(const ProofMaker&) = delete;
  ~ProofMaker() { secure_wipe(salts_); }

  Result<ProveResult> run() {
    step_("network");
    VOUCH_ASSIGN(Trace trace, run_network());
    proof_.output = trace.output();
    const Witness witness(circuit_, columns_, model_.weights(), std::move(trace));
    Bytes hedge = secrets(model_, inputs_);
    const WipedAtEnd hedge_wiped(hedge);
    commit_input(witness, hedge);
    Transcript transcript =
        begin_transcript({&model_.commitment(), proof_.shape, proof_.input, proof_.input_public,
                          proof_.salts, proof_.context, proof_.output});
    SecretRandom random = SecretRandom::from_system(hedge, transcript.state());
    step_("commitments");
    commit_witness(witness, transcript, random);
    argue_all(witness, transcript, random.fork());
    return ProveResult{std::move(proof_), salts_, std::move(message_counts_)};
  }

 private:
  [[nodiscard]] Result<Trace> run_network() const {
    if (inputs_.size() == 1) {
      return model_.executor().run(inputs_[0], true);
    }
    const Executor executor(circuit_, model_.weights());
    return executor.run(join_pictures(model_.circuit().input().shape, inputs_), true);
  }

  void commit_input(const Witness& witness, const Bytes& hedge) {
    SecretRandom random = SecretRandom::from_system(hedge, options_.context);
    for (Salt& salt : salts_) {
      random.fill(salt);
    }
    const uint32_t rows = rows_per_input();
    openings_[index(Column::kD)] = commit(witness, Column::kD, [&](uint32_t row) {
      return input_blinder(salts_[row / rows], row % rows);
    });
    proof_.model = model_.identity();
    proof_.shape = options_.shape;
    proof_.context = options_.context;
    proof_.input_public = !options_.hide_input;
    if (proof_.input_public) {
      proof_.salts = salts_;
    }
    proof_.input = openings_[index(Column::kD)].rows;
  }

  void commit_witness(const Witness& witness, Transcript& transcript, SecretRandom& random) {
    for (const Column column : {Column::kX, Column::kE, Column::kL, Column::kM}) {
      openings_[index(column)] =
          commit(witness, column, [&](uint32_t) { return random_scalar(random); });
      absorb_rows(transcript, column, openings_[index(column)].rows);
    }
    proof_.x = openings_[index(Column::kX)].rows;
    proof_.e = openings_[index(Column::kE)].rows;
    proof_.l = openings_[index(Column::kL)].rows;
    proof_.m = openings_[index(Column::kM)].rows;
  }

  void argue_all(const Witness& witness, const Transcript& transcript, SecretRandom random) {
    std::vector<SecretColumn> columns;
    for (const Column column : kAllColumns) {
      columns.push_back({columns_.shape(column), &opening_of(column), reader(witness, column),
                         column == Column::kE ? witness.further_errors() : SlotValues{},
                         column == Column::kB && circuit_.exact()});
    }
    ProofWriter writer(transcript);
    const RoundGroups& groups = options_.shape.groups;
    SecretLedger secrets(std::move(columns), ledger_counts(columns_, groups).slots, generators_,
                         std::move(random));
    Ledger ledger(writer, &secrets);
    WitnessProver prover(witness, step_);
    const Opening opening = argue(ledger, circuit_, columns_, groups, proof_.output, &prover);
    prover.finish();
    step_("folding");
    const Folding folding = argue_folding(ledger, opening, columns_.max_kappa(), &secrets);
    VOUCH_CHECK(folding.products_hold);
    if (options_.audit) {
      options_.audit(secrets.false_checks(ledger, opening));
    }
    message_counts_ = writer.counts();
    proof_.messages = writer.take_messages();
  }

  ColumnOpening commit(const Witness& witness, Column column,
                       const std::function<Scalar(uint32_t)>& blinder) const {
    return commit_column_vartime(columns_.shape(column), reader(witness, column), generators_,
                                 blinder,
                                 column == Column::kE ? witness.further_errors() : SlotValues{});
  }

  static ColumnReader reader(const Witness& witness, Column column) {
    return [&witness, column](size_t brick, size_t element, size_t count, int64_t* out) {
      witness.read(column, brick, element, count, out);
    };
  }

  [[nodiscard]] const ColumnOpening& opening_of(Column column) const {
    return column == Column::kW   ? model_.weight_opening()
           : column == Column::kB ? model_.bias_opening()
                                  : openings_[index(column)];
  }

  // Rows of D that one input has, present or not.
  [[nodiscard]] uint32_t rows_per_input() const {
    const Brick& brick = columns_.layout(Column::kD).bricks()[0];
    const uint64_t slots = uint64_t{model_.circuit().input().shape.batch} << brick.height;
    return static_cast<uint32_t>(slots >> columns_.kappa(Column::kD));
  }

  static constexpr size_t index(Column column) { return static_cast<size_t>(column); }

  const ProverModel& model_;
  std::span<const Bytes> inputs_;
  Circuit circuit_;  // on all inputs
  Columns columns_;
  const ProveOptions& options_;
  const Generators& generators_;
  std::function<void(const char*)> step_;
  Proof proof_;
  std::vector<Salt> salts_{inputs_.size()};
  std::map<std::string, size_t> message_counts_;
  std::array<ColumnOpening, kColumns> openings_;
};

}  // namespace

namespace {

Result<void> check_inputs(const ProverModel& model, std::span<const Bytes> inputs,
                          const ProveOptions& options) {
  VOUCH_CHECK(inputs.size() == options.shape.pictures);
  for (const Bytes& input : inputs) {
    if (input.size() != model.circuit().input().shape.elements()) {
      return Error{"the input has " + std::to_string(input.size()) + " codes, the model takes " +
                   std::to_string(model.circuit().input().shape.elements())};
    }
  }
  if (options.context.size() > kMaxContextBytes) {
    return Error{"the context is longer than " + std::to_string(kMaxContextBytes) + " bytes"};
  }
  return {};
}

}  // namespace

Result<size_t> generators_needed(const Circuit& circuit, const ProofShape& shape) {
  VOUCH_TRY(validate(shape));
  const Circuit all = with_pictures(circuit, shape.pictures);
  VOUCH_TRY(validate(all));
  const Columns columns(all, shape.kappa);
  VOUCH_TRY(validate_columns(columns));
  VOUCH_TRY(validate_proof_rows(columns));
  VOUCH_TRY(validate_generators(columns, shape.groups));
  return generators_needed(columns, shape.groups);
}

Result<ProveResult> prove(const ProverModel& model, std::span<const Bytes> inputs,
                          const ProveOptions& options, const Generators& generators) {
  VOUCH_TRY(check_inputs(model, inputs, options));
  VOUCH_ASSIGN(const size_t needed, generators_needed(model.circuit(), options.shape));
  if (generators.G().size() < needed) {
    return Error{"the proof needs " + std::to_string(needed) + " generators"};
  }
  return ProofMaker(model, inputs, options, generators).run();
}

}  // namespace vouch
