// `audit request`: a consumer asks for an audit of a published model on his inputs.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/file.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "cli/audit_commands.h"
#include "cli/audit_report.h"
#include "cli/class_label_file.h"
#include "cli/exchange_report.h"
#include "cli/identity_files.h"
#include "cli/numbers.h"
#include "cli/party_options.h"
#include "cli/printable.h"
#include "evaluate/data_set.h"
#include "evaluate/input_array.h"
#include "picture/picture.h"
#include "picture/prepare.h"
#include "protocol/audit/input_choice.h"
#include "protocol/sample_plan.h"
#include "verify/checked_model.h"

namespace vouch {
namespace {

constexpr const char* kSeed = "seed";
constexpr uint64_t kMillisecondsAnHour = 3600000;

uint64_t millionths(double fraction) {
  return static_cast<uint64_t>(fraction * static_cast<double>(kMillion) + 0.5);
}

// Of the choice of inputs and the salt of labels: kept before it is used, so that a request that
// was killed is the same when it is made again.
Result<SecretRandom> kept_random(Participant& consumer) {
  std::array<uint8_t, SecretRandom::kSeedBytes> seed{};
  const WipedAtEnd wiped(seed);
  VOUCH_ASSIGN(Bytes kept, consumer.store().kept(kSeed));
  const WipedAtEnd kept_wiped(kept);
  if (kept.size() == seed.size()) {
    std::ranges::copy(kept, seed.begin());
  } else {
    SecretRandom::from_system({}, {}).fill(seed);
    VOUCH_TRY(consumer.store().keep(kSeed, seed));
  }
  return SecretRandom(seed);
}

class AuditRequestCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "request"; }
  [[nodiscard]] const char* about() const override {
    return "The consumer's first step: ask for an audit, with inputs, and labels sealed";
  }
  [[nodiscard]] const char* footer() const override {
    return "The inputs are put into the bundle, in a random order and without their names; "
           "pictures "
           "as the\n"
           "files that they are, so remove what they say about themselves if it tells the class. "
           "Of the\n"
           "labels the bundle gets a commitment only. For the result to say something about the "
           "model, the\n"
           "inputs must be drawn after it was published, and independently.\n"
           "\n"
           "Example:\n"
           "  vouch audit request audit/ --key c.key --state c.state --provider p.id \\\n"
           "    --model model.pub --included model.included --inputs val/ --labels val/labels.csv "
           "--number 600";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "consumer");
    app.add_option("--provider", provider_, "Whose model it is: an identity, or 64 digits")
        ->required()
        ->type_name("KEY");
    app.add_option("--model", model_path_, "The model's commitment")
        ->required()
        ->type_name("FILE.pub");
    app.add_option("--included", included_path_,
                   "That the provider published it (`log prove --record`)")
        ->required()
        ->type_name("FILE.included");
    app.add_option("--inputs", data_path_, "The inputs, as of `evaluate --data`")
        ->required()
        ->type_name("DATA");
    app.add_option("--labels", labels_path_, "Their classes, as of `evaluate --labels`")
        ->required()
        ->type_name("LABELS");
    app.add_option("--label-column", label_column_, "The column of a table of labels")
        ->type_name("NAME");
    app.add_flag("--signed", signed_, "Bytes of .bin and .raw files are signed codes");
    app.add_option("--variant", variant_,
                   "public: predictions are handed over; hidden: only how many are correct")
        ->check(CLI::IsMember({"public", "hidden"}))
        ->type_name("NAME")
        ->capture_default_str();
    app.add_option("--number", number_, "How many inputs, chosen at random; default: all")
        ->transform(whole_number(1, kMostAuditInputs))
        ->type_name("N");
    app.add_option("--top", top_, "Correct: the class is among the best K")
        ->transform(whole_number(1, UINT16_MAX))
        ->type_name("K")
        ->capture_default_str();
    app.add_option("--batch", batch_, "Inputs that one proof is about")
        ->transform(whole_number(1, kMostAuditBatch))
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--deadline", hours_, "For the proofs, in hours from now")
        ->transform(whole_number(1, 100000))
        ->type_name("HOURS")
        ->capture_default_str();
    app.add_option("--margin", margin_, "As planned")
        ->check(real_number(kLeastPlanned, 0.5))
        ->type_name("E")
        ->capture_default_str();
    app.add_option("--confidence", confidence_, "Of the interval that the report tells")
        ->check(real_number(0.5, 1 - kLeastPlanned))
        ->type_name("C")
        ->capture_default_str();
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const PublicKey provider, read_public_key(provider_));
    VOUCH_ASSIGN(const PublicKey own, own_key());
    if (provider == own) {
      return Error{"provider and consumer have to be two"};
    }
    VOUCH_ASSIGN(auto begun, party_.begin(audit_workflow(), {provider, own}, output));
    if (!begun.ok()) {
      return report_refusal(begun.refusal(), output);
    }
    Participant consumer = std::move(begun).value();
    auto request = find_body<AuditRequest>(consumer.records());
    if (!request) {
      VOUCH_ASSIGN(request, make_request(consumer));
    }
    VOUCH_ASSIGN(const auto subject,
                 open_audit_subject(consumer.bundle(), consumer.session(), *request));
    if (!subject.ok()) {
      return Error{"this cannot be requested: " + subject.fault().detail};
    }
    VOUCH_TRY(consumer.say(*request));
    report_audit_subject(subject.value(), output);
    report_due(consumer.records(), audit_workflow(), output);
    return ExitStatus::kAccepted;
  }

 private:
  [[nodiscard]] Result<PublicKey> own_key() const {
    VOUCH_ASSIGN(const SecretKey key, party_.key());
    return key.public_key();
  }

  [[nodiscard]] Result<AuditRequest> make_request(Participant& consumer) const {
    const Bundle& bundle = consumer.bundle();
    VOUCH_ASSIGN(const Bytes model_file, read_file(model_path_, kMaxModelPublicBytes));
    VOUCH_ASSIGN(const Bytes included, read_file(included_path_, kMaxLogProofBytes));
    VOUCH_ASSIGN(const VerifierModel model, open_checked_model(model_file, parallel_for));
    AuditRequest request;
    request.variant =
        static_cast<uint64_t>(variant_ == "hidden" ? AuditVariant::kHidden : AuditVariant::kPublic);
    request.model = model.identity;
    VOUCH_ASSIGN(request.commitment, bundle.put(model_file));
    VOUCH_ASSIGN(request.included, bundle.put(included));
    VOUCH_TRY(put_inputs(model.circuit, consumer, request));
    request.top = top_;
    request.batch = batch_;
    request.margin = millionths(margin_);
    request.confidence = millionths(confidence_);
    request.deadline = now_milliseconds() + hours_ * kMillisecondsAnHour;
    return request;
  }

  [[nodiscard]] Result<void> put_inputs(const Circuit& circuit, Participant& consumer,
                                        AuditRequest& request) const {
    VOUCH_ASSIGN(const DataSet data, open_data(circuit));
    VOUCH_ASSIGN(
        const ClassLabels labels,
        read_class_label_file(labels_path_, circuit.output_tensor().shape.channels, label_column_));
    VOUCH_ASSIGN(SecretRandom random, kept_random(consumer));
    LabelOpening opening;
    random.fill(opening.salt);
    std::vector<Digest> inputs;
    for (const size_t i : choose_inputs(random, data.size(), number_.value_or(data.size()))) {
      VOUCH_ASSIGN(const Digest input, put_input(circuit, data, i, consumer.bundle()));
      inputs.push_back(input);
      const auto label = labels.of(i, data.name(i));
      if (!label) {
        return Error{printable(labels_path_) + ": it has no class for input " +
                     printable(data.name(i).empty() ? std::to_string(i) : data.name(i))};
      }
      opening.classes.push_back(*label);
    }
    const Bytes encoded = encode_label_opening(opening);
    VOUCH_TRY(consumer.store().keep(kAuditLabelsKept, encoded));
    request.labels = label_commitment(encoded);
    request.inputs = inputs.size();
    VOUCH_ASSIGN(request.input_list, consumer.bundle().put_list(inputs));
    return {};
  }

  [[nodiscard]] Result<DataSet> open_data(const Circuit& circuit) const {
    auto data = DataSet::open(data_path_, circuit, signed_);
    if (!data.ok()) {
      return Error{printable(data.error().message)};
    }
    if (data.value().size() > kMostAuditInputs || number_.value_or(0) > data.value().size()) {
      return Error{fmt::format("{} has {} inputs: fewer than --number, or too many",
                               printable(data_path_), data.value().size())};
    }
    return data;
  }

  // The file itself if its bytes say by themselves which codes they are, else the codes.
  [[nodiscard]] static Result<Digest> put_input(const Circuit& circuit, const DataSet& data,
                                                size_t i, const Bundle& bundle) {
    VOUCH_ASSIGN(const DataInput input, data.load(i));
    if (input.codes.empty()) {
      return Error{"the inputs are real numbers: an audit takes pictures or codes"};
    }
    if (const std::string path = data.name(i); !path.empty()) {
      VOUCH_ASSIGN(const Bytes file, read_file(path, kMaxPictureBytes));
      const auto codes = prepare_input(circuit, file, "");
      if (codes.ok() && codes.value() == input.codes) {
        return bundle.put(file);
      }
    }
    return bundle.put(code_array(input.codes, circuit.input().shape));
  }

  PartyOptions party_;
  std::string provider_;
  std::string model_path_;
  std::string included_path_;
  std::string data_path_;
  std::string labels_path_;
  std::string label_column_;
  bool signed_ = false;
  std::string variant_ = "public";
  std::optional<uint64_t> number_;
  uint64_t top_ = 1;
  uint64_t batch_ = 16;
  uint64_t hours_ = 168;
  double margin_ = 0.05;
  double confidence_ = 0.95;
};

}  // namespace

std::unique_ptr<Command> audit_request_command() { return std::make_unique<AuditRequestCommand>(); }

}  // namespace vouch
