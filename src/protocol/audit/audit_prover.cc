#include "protocol/audit/audit_prover.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <mutex>

#include "base/file.h"
#include "base/parallel.h"
#include "circuit/pictures.h"
#include "prove/batches.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMegabyte = 1000000;
constexpr size_t kCostBytes = 8;

std::string proof_path(const AuditWork& work, uint64_t batch) {
  return (fs::path(work.directory) / (std::to_string(batch) + ".proof")).string();
}

// Core-milliseconds that a proof took, u64, beside it.
std::string cost_path(const AuditWork& work, uint64_t batch) {
  return (fs::path(work.directory) / (std::to_string(batch) + ".cost")).string();
}

bool is_there(const std::string& path) {
  std::error_code failed;
  return fs::exists(path, failed);
}

uint64_t core_milliseconds() { return static_cast<uint64_t>(std::clock()) * 1000 / CLOCKS_PER_SEC; }

uint64_t read_cost(const AuditWork& work, uint64_t batch) {
  const auto bytes = read_file(cost_path(work, batch), kCostBytes);
  return bytes.ok() ? ByteReader(bytes.value()).u64() : 0;
}

// The proofs of these batches that have files.
Result<std::vector<BatchProof>> read_proofs(const AuditWork& work,
                                            std::span<const uint64_t> batches) {
  std::vector<BatchProof> proofs;
  for (const uint64_t batch : batches) {
    const std::string path = proof_path(work, batch);
    if (is_there(path)) {
      VOUCH_ASSIGN(Bytes proof, read_file(path, kMaxProofBytes));
      proofs.push_back({batch, std::move(proof)});
    }
  }
  return proofs;
}

Result<std::vector<Verdict>> verify_files(const AuditWork& work,
                                          std::span<const BatchProof> proofs) {
  VOUCH_ASSIGN(auto judged, verify_batch_proofs(work.bundle, work.session, work.subject,
                                                work.predictions, proofs, [] {}));
  if (!judged.ok()) {
    return Error{judged.fault().detail};
  }
  return std::move(judged).value();
}

std::vector<uint64_t> batches_of(const AuditRequest& request, AuditShard shard) {
  std::vector<uint64_t> batches;
  for (uint64_t batch = shard.number; batch < batch_count(request); batch += shard.of) {
    batches.push_back(batch);
  }
  return batches;
}

void remove_proof(const AuditWork& work, uint64_t batch) {
  std::error_code ignored;
  fs::remove(proof_path(work, batch), ignored);
}

Result<ProveOptions> options_of(const AuditWork& work, uint64_t batch, uint64_t memory) {
  const Circuit& circuit = work.model.circuit();
  const auto pictures = static_cast<uint16_t>(batch_range(work.subject.request, batch).count);
  ProveOptions options;
  options.shape = choose_shape(circuit, Profile::kFast, pictures);
  options.context = batch_context(work.session, batch);
  const uint64_t needed = proving_memory(circuit, options.shape);
  if (needed > memory) {
    return Error{"a proof of " + std::to_string(pictures) + " inputs takes about " +
                 std::to_string(needed / kMegabyte + 1) + " MB of memory, more than the " +
                 std::to_string(memory / kMegabyte) + " MB there are; the request sets how many"};
  }
  return options;
}

Result<Bytes> make_proof(const AuditWork& work, uint64_t batch, uint64_t memory) {
  const BatchRange range = batch_range(work.subject.request, batch);
  VOUCH_ASSIGN(const ProveOptions options, options_of(work, batch, memory));
  VOUCH_ASSIGN(const auto inputs, load_audit_inputs(work.bundle, work.subject, range));
  if (!inputs.ok()) {
    return Error{inputs.fault().detail};
  }
  VOUCH_ASSIGN(const size_t needed, generators_needed(work.model.circuit(), options.shape));
  VOUCH_ASSIGN(const Generators generators, Generators::load(needed, parallel_for));
  VOUCH_ASSIGN(const ProveResult result, prove(work.model, inputs.value(), options, generators));
  const size_t outputs = work.subject.outputs();
  const auto proven =
      split_pictures(work.model.circuit().output_tensor().shape, result.proof.output);
  for (size_t i = 0; i < range.count; ++i) {
    if (!std::ranges::equal(proven[i],
                            work.predictions.subspan((range.first + i) * outputs, outputs))) {
      return Error{"the model does not give what was predicted for input " +
                   std::to_string(range.first + i)};
    }
  }
  return encode_proof(result.proof);
}

}  // namespace

Result<Judged<Bytes>> predict_audit(const ProverModel& model, const Bundle& bundle,
                                    const AuditSubject& subject,
                                    const std::function<void()>& tick) {
  const size_t outputs = subject.outputs();
  Bytes predictions(subject.request.inputs * outputs);
  std::mutex mutex;
  std::optional<Error> error;
  MaybeFault fault;
  const auto predict = [&](size_t i) -> Result<void> {
    VOUCH_ASSIGN(const auto inputs, load_audit_inputs(bundle, subject, {i, 1}));
    if (!inputs.ok()) {
      const std::lock_guard lock(mutex);
      fault = inputs.fault();
      return {};
    }
    VOUCH_ASSIGN(const Trace trace, model.executor().run(inputs.value().front(), false));
    std::ranges::copy(trace.output(),
                      predictions.begin() + static_cast<std::ptrdiff_t>(i * outputs));
    return {};
  };
  parallel_for(subject.request.inputs, 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const auto done = predict(i);
      if (!done.ok()) {
        const std::lock_guard lock(mutex);
        error = done.error();
      }
      tick();
    }
  });
  if (error) {
    return *error;
  }
  return fault ? Judged<Bytes>(*fault) : Judged<Bytes>(std::move(predictions));
}

Result<std::vector<uint64_t>> batches_to_prove(const AuditWork& work, AuditShard shard) {
  std::vector<uint64_t> batches = batches_of(work.subject.request, shard);
  VOUCH_ASSIGN(const std::vector<BatchProof> proofs, read_proofs(work, batches));
  VOUCH_ASSIGN(const std::vector<Verdict> verdicts, verify_files(work, proofs));
  for (size_t i = 0; i < proofs.size(); ++i) {
    if (verdicts[i].accepted()) {
      std::erase(batches, proofs[i].batch);
    } else {
      remove_proof(work, proofs[i].batch);
    }
  }
  return batches;
}

Result<void> prove_audit_batch(const AuditWork& work, uint64_t batch, uint64_t memory) {
  std::error_code failed;
  fs::create_directories(work.directory, failed);
  if (failed) {
    return Error{"cannot make the directory " + work.directory + ": " + failed.message()};
  }
  const uint64_t begin = core_milliseconds();
  VOUCH_ASSIGN(const Bytes proof, make_proof(work, batch, memory));
  ByteWriter cost;
  cost.u64(core_milliseconds() - begin);
  VOUCH_TRY(write_file(cost_path(work, batch), cost.bytes(), FileAccess::kPublic));
  const std::string path = proof_path(work, batch);
  auto written = write_new_file(path, proof, FileAccess::kPublic);
  return is_there(path) ? Result<void>() : written;
}

bool all_batches_proven(const AuditWork& work) {
  const std::vector<uint64_t> batches = batches_of(work.subject.request, {});
  return std::ranges::all_of(batches,
                             [&](uint64_t batch) { return is_there(proof_path(work, batch)); });
}

Result<AuditProofs> collect_audit_proofs(const AuditWork& work) {
  const std::vector<uint64_t> batches = batches_of(work.subject.request, {});
  VOUCH_ASSIGN(const std::vector<BatchProof> proofs, read_proofs(work, batches));
  if (proofs.size() != batches.size()) {
    return Error{std::to_string(batches.size() - proofs.size()) + " of " +
                 std::to_string(batches.size()) + " proofs are missing"};
  }
  VOUCH_ASSIGN(const std::vector<Verdict> verdicts, verify_files(work, proofs));
  AuditProofs announced;
  std::vector<Digest> list;
  for (size_t i = 0; i < proofs.size(); ++i) {
    if (!verdicts[i].accepted()) {
      remove_proof(work, proofs[i].batch);
      return Error{proof_path(work, proofs[i].batch) +
                   " was no valid proof and is removed: prove it again (" + verdicts[i].detail +
                   ")"};
    }
    VOUCH_ASSIGN(const Digest object, work.bundle.put(proofs[i].proof));
    list.push_back(object);
    announced.core_milliseconds += read_cost(work, proofs[i].batch);
  }
  VOUCH_ASSIGN(announced.proof_list, work.bundle.put_list(list));
  return announced;
}

}  // namespace vouch
