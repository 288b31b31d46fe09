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

// What the operating system's randomness is hedged with: the prover's secrets. Salts of predictions
// are drawn before there is a statement, and labels are in none: both differ with these.
Bytes secrets(const ProverModel& model, std::span<const Bytes> inputs,
              const std::optional<HiddenOutput>& hidden) {
  ByteWriter w;
  w.raw(model.seed());
  for (const Bytes& input : inputs) {
    w.raw(input);
  }
  if (hidden) {
    encode(w, hidden->predicate);
    for (const OpenedLabel& opened : hidden->labels) {
      w.u16(opened.label);
      w.raw(opened.salt);
    }
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
        predicate_(predicate_of(options)),
        columns_(circuit_, options.shape.kappa, predicate_),
        options_(options),
        generators_(generators),
        step_(options.step ? options.step : [](const char*) {}) {}

  ProofMaker(const ProofMaker&) = delete;
  ProofMaker& operator=(const ProofMaker&) = delete;
  ~ProofMaker() {
    secure_wipe(salts_);
    secure_wipe(prediction_salts_);
    if (count_) {
      secure_wipe(*count_);
    }
  }

  Result<ProveResult> run() {
    step_("network");
    VOUCH_ASSIGN(Trace trace, run_network());
    std::optional<PredicateWitness> predicate = predicate_witness(trace);
    proof_.output = predicate ? predicate->result() : trace.output();
    const Witness witness(circuit_, columns_, model_.weights(), std::move(trace),
                          std::move(predicate));
    Bytes hedge = secrets(model_, inputs_, options_.hidden_output);
    const WipedAtEnd hedge_wiped(hedge);
    commit_input(witness, hedge);
    Transcript transcript =
        begin_transcript({&model_.commitment(), proof_.shape, proof_.input, proof_.input_public,
                          proof_.salts, proof_.context, proof_.output, proof_.predicate});
    SecretRandom random = SecretRandom::from_system(hedge, transcript.state());
    step_("commitments");
    commit_witness(witness, transcript, random);
    argue_all(witness, transcript, random.fork());
    return ProveResult{std::move(proof_), salts_, predictions(witness), count_,
                       std::move(message_counts_)};
  }

 private:
  [[nodiscard]] Result<Trace> run_network() const {
    if (inputs_.size() == 1) {
      return model_.executor().run(inputs_[0], true);
    }
    const Executor executor(circuit_, model_.weights());
    return executor.run(join_pictures(model_.circuit().input().shape, inputs_), true);
  }

  static std::optional<Predicate> predicate_of(const ProveOptions& options) {
    return options.hidden_output ? std::make_optional(options.hidden_output->predicate)
                                 : std::nullopt;
  }

  [[nodiscard]] std::optional<PredicateWitness> predicate_witness(const Trace& trace) const {
    if (!predicate_) {
      return std::nullopt;
    }
    Bytes codes = trace.output();
    const WipedAtEnd codes_wiped(codes);
    SecretVector<uint16_t> labels;
    for (const OpenedLabel& opened : options_.hidden_output->labels) {
      labels.push_back(opened.label);
    }
    return PredicateWitness(*predicate_, columns_.predicate(), circuit_.output_tensor().shape,
                            codes, labels);
  }

  void draw_salts(const Bytes& hedge) {
    SecretRandom random = SecretRandom::from_system(hedge, options_.context);
    if (options_.salts.empty()) {
      for (Salt& salt : salts_) {
        random.fill(salt);
      }
    } else {
      salts_ = options_.salts;
    }
    draw_prediction_salts(random);
  }

  void draw_prediction_salts(SecretRandom& random) {
    if (!predicate_ || !predicate_->ranks()) {
      return;
    }
    prediction_salts_ = options_.hidden_output->prediction_salts;
    if (prediction_salts_.empty()) {
      prediction_salts_.resize(inputs_.size());
      for (Salt& salt : prediction_salts_) {
        random.fill(salt);
      }
    }
  }

  void commit_input(const Witness& witness, const Bytes& hedge) {
    draw_salts(hedge);
    const uint32_t rows = rows_per_input();
    openings_[index(Column::kD)] = commit(witness, Column::kD, [&](uint32_t row) {
      return input_blinder(salts_[row / rows], row % rows);
    });
    proof_.model = model_.identity();
    proof_.shape = options_.shape;
    proof_.context = options_.context;
    proof_.predicate = predicate_;
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
    if (predicate_) {
      commit_predicate(witness, random);
      absorb_rows(transcript, Column::kY, proof_.y);
    }
  }

  [[nodiscard]] std::vector<OpenedPrediction> predictions(const Witness& witness) const {
    std::vector<OpenedPrediction> out;
    out.reserve(prediction_salts_.size());  // nothing moves, and is left behind
    const size_t classes = circuit_.output_tensor().shape.channels;
    for (const Salt& salt : prediction_salts_) {
      const auto& h =
          witness.predicate()->part(*columns_.predicate().brick_of(OutputPart::kMembers));
      OpenedPrediction& prediction = out.emplace_back(OpenedPrediction{{}, salt});
      prediction.classes.reserve(predicate_->top);
      for (size_t c = 0; c < classes; ++c) {
        if (h[(out.size() - 1) * classes + c] != 0) {
          prediction.classes.push_back(static_cast<uint16_t>(c));
        }
      }
    }
    return out;
  }

  void commit_predicate(const Witness& witness, SecretRandom& random) {
    ColumnOpening& opening = openings_[index(Column::kY)];
    opening = commit(witness, Column::kY, [&](uint32_t row) { return y_blinder(row, random); });
    proof_.y = opening.rows;
    if (predicate_->count) {
      const size_t at = rows_of_part(columns_, OutputPart::kCount).first;
      count_ = CountOpening{witness.predicate()->count(), opening.blinders[at]};
    }
  }

  // Rows of predictions and of labels are others' to recognise.
  Scalar y_blinder(uint32_t row, SecretRandom& random) const {
    const PredicateLayout& layout = columns_.predicate();
    const auto in_part = [&](OutputPart part) -> std::optional<std::pair<uint32_t, uint32_t>> {
      if (!layout.has(part)) {
        return std::nullopt;
      }
      const Brick& brick = layout.column().bricks()[*layout.brick_of(part)];
      const unsigned kappa = columns_.kappa(Column::kY);
      const uint64_t first = brick.offset >> kappa;
      const uint64_t each = uint64_t{1} << (brick.height - kappa);
      if (row < first || row >= first + each * brick.extents[0]) {
        return std::nullopt;
      }
      return std::pair(static_cast<uint32_t>((row - first) / each),
                       static_cast<uint32_t>((row - first) % each));
    };
    if (const auto at = in_part(OutputPart::kMembers)) {
      return prediction_blinder(prediction_salts_[at->first], at->second);
    }
    if (const auto at = in_part(OutputPart::kLabels)) {
      return label_blinder(options_.hidden_output->labels[at->first].salt, at->second);
    }
    return random_scalar(random);
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
    const OutputStatement output{proof_.output, predicate_ ? &*predicate_ : nullptr};
    const Opening opening = argue(ledger, circuit_, columns_, groups, output, &prover);
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
  std::optional<Predicate> predicate_;
  Columns columns_;
  const ProveOptions& options_;
  const Generators& generators_;
  std::function<void(const char*)> step_;
  Proof proof_;
  std::vector<Salt> salts_{inputs_.size()};
  std::vector<Salt> prediction_salts_;
  std::optional<CountOpening> count_;
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
  if (!options.salts.empty() && options.salts.size() != inputs.size()) {
    return Error{"there are " + std::to_string(options.salts.size()) + " salts for " +
                 std::to_string(inputs.size()) + " inputs"};
  }
  if (options.context.size() > kMaxContextBytes) {
    return Error{"the context is longer than " + std::to_string(kMaxContextBytes) + " bytes"};
  }
  return {};
}

// After the predicate was found to be valid.
Result<void> check_hidden_output(const ProverModel& model, const HiddenOutput& hidden,
                                 size_t inputs) {
  const Predicate& predicate = hidden.predicate;
  const size_t labels = predicate.commits_labels() ? inputs : 0;
  if (hidden.labels.size() != labels) {
    return Error{"the predicate takes " + std::to_string(labels) + " opened labels, not " +
                 std::to_string(hidden.labels.size())};
  }
  if (!hidden.prediction_salts.empty() && hidden.prediction_salts.size() != inputs) {
    return Error{"there have to be salts for all predictions, or for none"};
  }
  const uint32_t classes = model.circuit().output_tensor().shape.channels;
  for (const OpenedLabel& opened : hidden.labels) {
    if (opened.label >= classes) {
      return Error{"a label is none of the network's classes"};
    }
  }
  return {};
}

}  // namespace

Result<size_t> generators_needed(const Circuit& circuit, const ProofShape& shape,
                                 const std::optional<Predicate>& predicate) {
  VOUCH_TRY(validate(shape));
  const Circuit all = with_pictures(circuit, shape.pictures);
  VOUCH_TRY(validate(all));
  if (predicate) {
    VOUCH_TRY(validate(*predicate, all, shape.pictures));
  }
  const Columns columns(all, shape.kappa, predicate);
  VOUCH_TRY(validate_columns(columns));
  VOUCH_TRY(validate_proof_rows(columns));
  VOUCH_TRY(validate_generators(columns, shape.groups));
  return generators_needed(columns, shape.groups);
}

void secure_wipe(std::vector<OpenedPrediction>& predictions) {
  for (OpenedPrediction& prediction : predictions) {
    secure_wipe(prediction.classes);
    secure_wipe(prediction.salt);
  }
}

Result<ProveResult> prove(const ProverModel& model, std::span<const Bytes> inputs,
                          const ProveOptions& options, const Generators& generators) {
  VOUCH_TRY(check_inputs(model, inputs, options));
  std::optional<Predicate> predicate;
  if (options.hidden_output) {
    predicate = options.hidden_output->predicate;
  }
  VOUCH_ASSIGN(const size_t needed, generators_needed(model.circuit(), options.shape, predicate));
  if (options.hidden_output) {
    VOUCH_TRY(check_hidden_output(model, *options.hidden_output, inputs.size()));
  }
  if (generators.G().size() < needed) {
    return Error{"the proof needs " + std::to_string(needed) + " generators"};
  }
  return ProofMaker(model, inputs, options, generators).run();
}

}  // namespace vouch
