#include "protocol/audit/audit_prover.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <mutex>

#include "base/file.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "circuit/class_rank.h"
#include "circuit/pictures.h"
#include "protocol/audit/audit_work_file.h"
#include "prove/batches.h"
#include "verify/hidden_output.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMegabyte = 1000000;

std::string made_path(const AuditWork& work, uint64_t batch) {
  return (fs::path(work.directory) / (std::to_string(batch) + ".made")).string();
}

bool is_there(const std::string& path) {
  std::error_code failed;
  return fs::exists(path, failed);
}

Result<void> remove_file(const std::string& path) {
  std::error_code failed;
  fs::remove(path, failed);
  return failed ? Error{"cannot remove " + path + ": " + failed.message()} : Result<void>();
}

uint64_t core_milliseconds() { return static_cast<uint64_t>(std::clock()) * 1000 / CLOCKS_PER_SEC; }

// Who has seed and request has it, and nobody else; each of a provider's machines has both. It is
// the record's digest that goes in, which fixes session, inputs, their order and `top`: of two
// requests in one session, answered from two states, the same salt for two predictions would tell
// their difference.
Salt prediction_salt(const ProverModel& model, const Digest& request, size_t input) {
  ByteWriter secret;
  secret.raw(model.seed());
  secret.raw(request);
  secret.u64(input);
  return labelled_digest("vouch audit prediction salt v2", secret.bytes());
}

std::vector<uint16_t> best_classes(std::span<const uint8_t> output, uint64_t count) {
  std::vector<uint16_t> classes;
  for (const RankedClass& ranked : top_classes(output, count)) {
    classes.push_back(static_cast<uint16_t>(ranked.index));
  }
  std::ranges::sort(classes);
  return classes;
}

Result<Digest> commit_prediction(const ProverModel& model, std::vector<uint16_t> classes,
                                 const Salt& salt, const Generators& generators) {
  VOUCH_ASSIGN(
      const ClassesOpening opening,
      commit_classes_vartime(model.circuit(), false, std::move(classes), salt, generators));
  return opening.identity;
}

// For rows of what is committed about classes: they are as long as an input's.
Result<Generators> class_generators(const ProverModel& model) {
  return Generators::load(size_t{1} << model.circuit().input_kappa, parallel_for);
}

struct MadeBatch {
  uint64_t batch;
  MadeProof made;
};

// The files of these batches that are there and whole; the others are removed.
Result<std::vector<MadeBatch>> read_made(const AuditWork& work, std::span<const uint64_t> batches) {
  std::vector<MadeBatch> all;
  for (const uint64_t batch : batches) {
    const std::string path = made_path(work, batch);
    if (!is_there(path)) {
      continue;
    }
    VOUCH_ASSIGN(const Bytes file, read_file(path, kMaxMadeProofBytes));
    auto made = decode_made_proof(file);
    if (made.ok()) {
      all.push_back({batch, std::move(made).value()});
    } else {
      VOUCH_TRY(remove_file(path));
    }
  }
  return all;
}

// Whether the count is what its own opening says.
bool opens_count(const MadeProof& made, const Encoding& count, const Generators& generators) {
  return made.count && check_count(std::span(&count, 1), *made.count, generators).accepted();
}

// Removes those that the verifier rejects.
Result<std::vector<MadeBatch>> read_valid(const AuditWork& work,
                                          std::span<const uint64_t> batches) {
  VOUCH_ASSIGN(std::vector<MadeBatch> all, read_made(work, batches));
  std::vector<BatchProof> proofs;
  for (const MadeBatch& one : all) {
    proofs.push_back({one.batch, one.made.proof});
  }
  VOUCH_ASSIGN(const auto judged, verify_batch_proofs(work.bundle, work.session, work.subject,
                                                      work.evidence, proofs, [] {}));
  if (!judged.ok()) {
    return Error{judged.fault().detail};
  }
  VOUCH_ASSIGN(const Generators generators, Generators::load(1));
  std::vector<MadeBatch> valid;
  for (size_t i = 0; i < all.size(); ++i) {
    const auto& [verdict, count] = judged.value()[i];
    const bool good = verdict.accepted() && (!is_hidden(work.subject.request) ||
                                             opens_count(all[i].made, count, generators));
    if (good) {
      valid.push_back(std::move(all[i]));
    } else {
      VOUCH_TRY(remove_file(made_path(work, all[i].batch)));
    }
  }
  return valid;
}

std::vector<uint64_t> batches_of(const AuditRequest& request, Shard shard) {
  std::vector<uint64_t> batches;
  for (uint64_t batch = shard.number; batch < batch_count(request); batch += shard.of) {
    batches.push_back(batch);
  }
  return batches;
}

HiddenOutput hidden_output(const AuditWork& work, BatchRange range) {
  HiddenOutput hidden{audit_predicate(work.subject.request, work.evidence, range), {}, {}};
  for (size_t i = 0; i < range.count; ++i) {
    hidden.prediction_salts.push_back(prediction_salt(work.model, work.request, range.first + i));
  }
  return hidden;
}

Result<ProveOptions> options_of(const AuditWork& work, uint64_t batch, uint64_t memory) {
  const Circuit& circuit = work.model.circuit();
  const BatchRange range = batch_range(work.subject.request, batch);
  const auto pictures = static_cast<uint16_t>(range.count);
  ProveOptions options;
  options.shape = choose_shape(circuit, Profile::kFast, pictures);
  options.context = batch_context(work.session, batch);
  if (is_hidden(work.subject.request)) {
    options.hidden_output = hidden_output(work, range);
  }
  std::optional<Predicate> predicate;
  if (options.hidden_output) {
    predicate = options.hidden_output->predicate;
  }
  const uint64_t needed = proving_memory(circuit, options.shape, predicate);
  if (needed > memory) {
    return Error{"a proof of " + std::to_string(pictures) + " inputs takes about " +
                 std::to_string(needed / kMegabyte + 1) + " MB of memory, more than the " +
                 std::to_string(memory / kMegabyte) + " MB there are; the request sets how many"};
  }
  return options;
}

// Whether what was proven is what was announced; else no verifier would accept it. Error: it is
// not.
Result<void> check_predicted(const AuditWork& work, const ProveResult& result, BatchRange range) {
  const bool hidden = is_hidden(work.subject.request);
  const auto proven =
      hidden ? std::vector<Bytes>()
             : split_pictures(work.model.circuit().output_tensor().shape, result.proof.output);
  VOUCH_ASSIGN(const Generators generators, class_generators(work.model));
  for (size_t i = 0; i < range.count; ++i) {
    const size_t input = range.first + i;
    bool same = false;
    if (hidden) {
      const OpenedPrediction& opened = result.predictions.at(i);
      VOUCH_ASSIGN(const Digest identity,
                   commit_prediction(work.model, opened.classes, opened.salt, generators));
      same = identity == work.evidence.predictions[input];
    } else {
      same = std::ranges::equal(proven[i], work.evidence.output(input, work.subject.outputs()));
    }
    if (!same) {
      return Error{"the model does not give what was predicted for input " + std::to_string(input)};
    }
  }
  return {};
}

Result<MadeProof> make_proof(const AuditWork& work, uint64_t batch, uint64_t memory) {
  const uint64_t begin = core_milliseconds();
  const BatchRange range = batch_range(work.subject.request, batch);
  VOUCH_ASSIGN(ProveOptions options, options_of(work, batch, memory));
  std::vector<Salt> no_salts;
  const WipedAtEnd salts_wiped(options.hidden_output ? options.hidden_output->prediction_salts
                                                     : no_salts);
  VOUCH_ASSIGN(const auto inputs, load_audit_inputs(work.bundle, work.subject, range));
  if (!inputs.ok()) {
    return Error{inputs.fault().detail};
  }
  std::optional<Predicate> predicate;
  if (options.hidden_output) {
    predicate = options.hidden_output->predicate;
  }
  VOUCH_ASSIGN(const size_t needed,
               generators_needed(work.model.circuit(), options.shape, predicate));
  VOUCH_ASSIGN(const Generators generators, Generators::load(needed, parallel_for));
  VOUCH_ASSIGN(const ProveResult result, prove(work.model, inputs.value(), options, generators));
  VOUCH_TRY(check_predicted(work, result, range));
  return MadeProof{core_milliseconds() - begin, encode_proof(result.proof), result.count};
}

// What is said of one input: its output's codes, or a commitment to its best classes.
Result<Judged<Bytes>> predict(const ProverModel& model, const Bundle& bundle, const Digest& request,
                              const AuditSubject& subject, size_t input,
                              const Generators& generators) {
  VOUCH_ASSIGN(const auto inputs, load_audit_inputs(bundle, subject, {input, 1}));
  if (!inputs.ok()) {
    return Judged<Bytes>(inputs.fault());
  }
  VOUCH_ASSIGN(const Trace trace, model.executor().run(inputs.value().front(), false));
  if (!is_hidden(subject.request)) {
    return Judged<Bytes>(trace.output());
  }
  VOUCH_ASSIGN(const Digest identity,
               commit_prediction(model, best_classes(trace.output(), subject.request.top),
                                 prediction_salt(model, request, input), generators));
  return Judged<Bytes>(Bytes(identity.begin(), identity.end()));
}

}  // namespace

Result<Judged<Bytes>> predict_audit(const ProverModel& model, const Bundle& bundle,
                                    const Digest& request, const AuditSubject& subject,
                                    const std::function<void()>& tick) {
  VOUCH_ASSIGN(const Generators generators, class_generators(model));
  std::vector<std::optional<Result<Judged<Bytes>>>> all(subject.request.inputs);
  parallel_for(all.size(), 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      all[i].emplace(predict(model, bundle, request, subject, i, generators));
      tick();
    }
  });
  Bytes predictions;
  for (auto& one : all) {
    VOUCH_ASSIGN(const auto judged, std::move(*one));
    if (!judged.ok()) {
      return judged;
    }
    predictions.insert(predictions.end(), judged.value().begin(), judged.value().end());
  }
  return Judged<Bytes>(std::move(predictions));
}

Result<std::vector<uint64_t>> batches_to_prove(const AuditWork& work, Shard shard) {
  std::vector<uint64_t> batches = batches_of(work.subject.request, shard);
  VOUCH_ASSIGN(const std::vector<MadeBatch> valid, read_valid(work, batches));
  for (const MadeBatch& one : valid) {
    std::erase(batches, one.batch);
  }
  return batches;
}

Result<void> prove_audit_batch(const AuditWork& work, uint64_t batch, uint64_t memory) {
  std::error_code failed;
  fs::create_directories(work.directory, failed);
  if (failed) {
    return Error{"cannot make the directory " + work.directory + ": " + failed.message()};
  }
  VOUCH_ASSIGN(const MadeProof made, make_proof(work, batch, memory));
  Bytes file = encode_made_proof(made);
  const WipedAtEnd wiped(file);
  const std::string path = made_path(work, batch);
  auto written = write_new_file(path, file, FileAccess::kOwnerOnly);
  return is_there(path) ? Result<void>() : written;
}

bool all_batches_proven(const AuditWork& work) {
  return std::ranges::all_of(batches_of(work.subject.request, {}),
                             [&](uint64_t batch) { return is_there(made_path(work, batch)); });
}

Result<AuditProofs> collect_audit_proofs(const AuditWork& work) {
  const std::vector<uint64_t> batches = batches_of(work.subject.request, {});
  VOUCH_ASSIGN(const std::vector<MadeBatch> all, read_valid(work, batches));
  if (all.size() != batches.size()) {
    return Error{std::to_string(batches.size() - all.size()) + " of " +
                 std::to_string(batches.size()) + " proofs are missing or not valid: run it again"};
  }
  AuditProofs announced;
  std::vector<Digest> list;
  std::vector<CountOpening> counts;
  counts.reserve(all.size());
  const WipedAtEnd counts_wiped(counts);
  for (const auto& [batch, made] : all) {
    VOUCH_ASSIGN(const Digest object, work.bundle.put(made.proof));
    list.push_back(object);
    announced.core_milliseconds += made.core_milliseconds;
    if (made.count) {
      counts.push_back(*made.count);
    }
  }
  VOUCH_ASSIGN(announced.proof_list, work.bundle.put_list(list));
  if (is_hidden(work.subject.request)) {
    VOUCH_ASSIGN(announced.count, work.bundle.put(encode_count_opening(add_counts(counts))));
  }
  return announced;
}

}  // namespace vouch
