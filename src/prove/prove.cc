#include "prove/prove.h"

#include <sodium.h>

#include <algorithm>
#include <string>

#include "argument/argument.h"
#include "base/check.h"
#include "base/secret.h"
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
  secure_wipe(bytes.data(), bytes.size());
  secure_wipe(wide);
  return blinder;
}

void wipe(ColumnOpening& opening) {
  secure_wipe(opening.blinders.data(), opening.blinders.size() * sizeof(Scalar));
}

ColumnReader weight_reader(const Weights& weights, Column column) {
  return [&weights, column](size_t brick, size_t element, size_t count, int64_t* out) {
    const auto& from = column == Column::kW ? weights[brick].weights : weights[brick].biases;
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(element), count, out);
  };
}

}  // namespace

ProverModel::ProverModel(Circuit circuit, Weights weights, const Seed& seed,
                         const Generators& generators)
    : circuit_(std::make_unique<Circuit>(std::move(circuit))),
      columns_(std::make_unique<Columns>(*circuit_)),
      weights_(std::move(weights)),
      seed_(seed),
      executor_(std::make_unique<Executor>(*circuit_, weights_)) {
  const auto commit = [&](Column column) {
    return commit_column_vartime(*columns_, column, weight_reader(weights_, column), generators,
                                 [&](uint32_t row) { return model_blinder(seed_, column, row); });
  };
  weight_opening_ = commit(Column::kW);
  bias_opening_ = commit(Column::kB);
  commitment_ = {encode_circuit(*circuit_), weight_opening_.rows, bias_opening_.rows};
}

ProverModel::ProverModel(Circuit circuit, Weights weights, const Seed& seed,
                         ModelCommitment commitment)
    : circuit_(std::make_unique<Circuit>(std::move(circuit))),
      columns_(std::make_unique<Columns>(*circuit_)),
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
  wipe(weight_opening_);
  wipe(bias_opening_);
  for (OpWeights& op : weights_) {
    secure_wipe(op.weights.data(), op.weights.size() * sizeof(int64_t));
    secure_wipe(op.biases.data(), op.biases.size() * sizeof(int64_t));
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
    opening_ = std::make_unique<RaggedOpeningProver>(witness_);
    return *opening_;
  }
  void finish() { opening_.reset(); }

 private:
  const Witness& witness_;
  const std::function<void(const char*)>& step_;
  std::unique_ptr<TreeLookupProver> lookups_;
  std::unique_ptr<DenseBilinearProver> bilinear_;
  std::unique_ptr<RaggedOpeningProver> opening_;
};

// What the operating system's randomness is hedged with: the prover's secrets.
Bytes secrets(const ProverModel& model, std::span<const uint8_t> input) {
  ByteWriter w;
  w.raw(model.seed());
  w.raw(input);
  return w.take();
}

class ProofMaker {
 public:
  ProofMaker(const ProverModel& model, std::span<const uint8_t> input, const ProveOptions& options,
             const Generators& generators)
      : model_(model),
        input_(input),
        options_(options),
        generators_(generators),
        step_(options.step ? options.step : [](const char*) {}) {}

  ProofMaker(const ProofMaker&) = delete;
  ProofMaker& operator=(const ProofMaker&) = delete;
  ~ProofMaker() {
    secure_wipe(salt_);
    for (ColumnOpening& opening : openings_) {
      wipe(opening);
    }
  }

  Result<ProveResult> run() {
    step_("network");
    VOUCH_ASSIGN(Trace trace, model_.executor().run(input_, true));
    proof_.output = trace.output();
    const Witness witness(model_.circuit(), model_.columns(), model_.weights(), std::move(trace));
    Bytes hedge = secrets(model_, input_);
    commit_input(witness, hedge);
    Transcript transcript =
        begin_transcript({&model_.commitment(), proof_.input, proof_.input_public, proof_.salt,
                          proof_.context, proof_.output});
    SecretRandom random = SecretRandom::from_system(hedge, transcript.state());
    secure_wipe(hedge.data(), hedge.size());
    step_("commitments");
    commit_witness(witness, transcript, random);
    argue_all(witness, std::move(transcript), random.fork());
    return ProveResult{std::move(proof_), salt_, std::move(message_counts_)};
  }

 private:
  void commit_input(const Witness& witness, const Bytes& hedge) {
    SecretRandom random = SecretRandom::from_system(hedge, options_.context);
    random.fill(salt_);
    openings_[index(Column::kD)] =
        commit(witness, Column::kD, [&](uint32_t row) { return input_blinder(salt_, row); });
    proof_.model = model_.identity();
    proof_.context = options_.context;
    proof_.input_public = !options_.hide_input;
    if (proof_.input_public) {
      proof_.salt = salt_;
    }
    proof_.input = openings_[index(Column::kD)].rows;
  }

  void commit_witness(const Witness& witness, Transcript& transcript, SecretRandom& random) {
    for (const Column column : {Column::kX, Column::kE, Column::kM}) {
      openings_[index(column)] =
          commit(witness, column, [&](uint32_t) { return random_scalar(random); });
      absorb_rows(transcript, column, openings_[index(column)].rows);
    }
    proof_.x = openings_[index(Column::kX)].rows;
    proof_.e = openings_[index(Column::kE)].rows;
    proof_.m = openings_[index(Column::kM)].rows;
  }

  void argue_all(const Witness& witness, Transcript transcript, SecretRandom random) {
    std::array<const ColumnOpening*, kColumns> columns{};
    for (size_t c = 0; c < kColumns; ++c) {
      columns[c] = &openings_[c];
    }
    columns[index(Column::kW)] = &model_.weight_opening();
    columns[index(Column::kB)] = &model_.bias_opening();
    ProofWriter writer(std::move(transcript));
    SecretLedger secrets(witness, columns, generators_, std::move(random));
    Ledger ledger(writer, &secrets);
    WitnessProver prover(witness, step_);
    const Opening opening =
        argue(ledger, model_.circuit(), model_.columns(), proof_.output, &prover);
    prover.finish();
    step_("folding");
    const Folding folding = argue_folding(ledger, opening, model_.columns().max_kappa(), &secrets);
    VOUCH_CHECK(folding.products_hold);
    if (options_.audit) {
      options_.audit(secrets.false_checks(ledger, opening));
    }
    message_counts_ = writer.counts();
    proof_.messages = writer.take_messages();
  }

  ColumnOpening commit(const Witness& witness, Column column,
                       const std::function<Scalar(uint32_t)>& blinder) const {
    return commit_column_vartime(
        model_.columns(), column,
        [&](size_t brick, size_t element, size_t count, int64_t* out) {
          witness.read(column, brick, element, count, out);
        },
        generators_, blinder);
  }

  static constexpr size_t index(Column column) { return static_cast<size_t>(column); }

  const ProverModel& model_;
  std::span<const uint8_t> input_;
  const ProveOptions& options_;
  const Generators& generators_;
  std::function<void(const char*)> step_;
  Proof proof_;
  Salt salt_{};
  std::map<std::string, size_t> message_counts_;
  std::array<ColumnOpening, kColumns> openings_;
};

}  // namespace

Result<ProveResult> prove(const ProverModel& model, std::span<const uint8_t> input,
                          const ProveOptions& options, const Generators& generators) {
  if (input.size() != model.circuit().input().shape.elements()) {
    return Error{"the input has " + std::to_string(input.size()) + " codes, the model takes " +
                 std::to_string(model.circuit().input().shape.elements())};
  }
  if (options.context.size() > kMaxContextBytes) {
    return Error{"the context is longer than " + std::to_string(kMaxContextBytes) + " bytes"};
  }
  const size_t needed = (size_t{1} << model.columns().max_kappa()) + ledger_slots(model.columns());
  if (generators.G().size() < needed) {
    return Error{"the proof needs " + std::to_string(needed) + " generators"};
  }
  return ProofMaker(model, input, options, generators).run();
}

}  // namespace vouch
