#include "protocol/retrieval/retrieval_work.h"

#include <algorithm>
#include <mutex>

#include "base/parallel.h"
#include "base/secret.h"
#include "protocol/nonce.h"
#include "protocol/retrieval/proof_files.h"
#include "protocol/retrieval/retrieval_sample.h"
#include "prove/batches.h"
#include "records/sealing.h"

namespace vouch {
namespace {

constexpr uint64_t kMegabyte = 1000000;

// f(i) for i below `count`, on all threads; the first error that any has.
Result<void> for_each_number(uint64_t count,
                             const std::function<Result<void>(uint64_t number)>& f) {
  std::mutex mutex;
  std::optional<Error> failed;
  parallel_for(count, 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (const auto done = f(i); !done.ok()) {
        const std::lock_guard lock(mutex);
        failed = failed ? failed : done.error();
      }
    }
  });
  return failed ? Result<void>(*failed) : Result<void>();
}

Result<void> check_question(const Bundle& bundle, const RetrievalDocuments& documents,
                            const RetrievalRequest& request) {
  VOUCH_ASSIGN(const OpenedSubject opened, open_subject(bundle, documents, request));
  return opened.subject ? Result<void>() : Error{opened.detail};
}

std::vector<uint64_t> batches_of(const RetrievalSubject& subject, Shard shard) {
  std::vector<uint64_t> batches;
  for (uint64_t batch = shard.number; batch < subject.proofs(); batch += shard.of) {
    batches.push_back(batch);
  }
  return batches;
}

// The files that there are, of these batches.
Result<std::vector<NumberedProof>> read_files(const Bundle& bundle,
                                              std::span<const uint64_t> batches) {
  const ProofFiles files(bundle);
  VOUCH_TRY(files.check());
  std::vector<NumberedProof> proofs;
  for (const uint64_t batch : batches) {
    if (files.has(batch)) {
      VOUCH_ASSIGN(Bytes file, files.read(batch));
      proofs.push_back({batch, std::move(file)});
    }
  }
  return proofs;
}

// What is drawn, and what is due, is known when all before it is there.
Result<void> require_complete(const RetrievalOutcome& outcome) {
  return outcome.judgement.state != Judgement::State::kIncomplete && !outcome.bits.empty()
             ? Result<void>()
             : Error{"the bundle is not complete: " + outcome.judgement.detail};
}

Result<ProveOptions> options_of(const RetrievalWork& work, const RetrievalAnswers& answers,
                                DocumentRange range, uint64_t memory) {
  const Circuit& circuit = work.model.circuit();
  ProveOptions options;
  options.shape = choose_shape(circuit, Profile::kFast, static_cast<uint16_t>(range.count));
  options.hide_input = true;
  options.hidden_output = HiddenOutput{work.subject.predicate, {}, {}};
  options.context = documents_context(answers.session, answers.list, range);
  const uint64_t needed = proving_memory(circuit, options.shape, work.subject.predicate);
  if (needed > memory) {
    return Error{"a proof of " + std::to_string(range.count) + " documents takes about " +
                 std::to_string(needed / kMegabyte + 1) + " MB of memory, more than the " +
                 std::to_string(memory / kMegabyte) + " MB there are; the request sets how many"};
  }
  return options;
}

Result<Bytes> codes_of(const RetrievalWork& work, uint64_t number) {
  VOUCH_ASSIGN(Bytes file, work.files.read_committed(number, work.subject.commitments.at(number)));
  const WipedAtEnd wiped(file);
  return prepare_document(work.subject.model.circuit, file);
}

Result<Bytes> make_proof(const RetrievalWork& work, const RetrievalAnswers& answers,
                         DocumentRange range, uint64_t memory) {
  VOUCH_ASSIGN(ProveOptions options, options_of(work, answers, range, memory));
  std::vector<Bytes> inputs;
  const WipedAtEnd inputs_wiped(inputs);
  const WipedAtEnd salts_wiped(options.salts);
  secure_reserve(options.salts, range.count);
  for (uint64_t i = range.first; i < range.first + range.count; ++i) {
    VOUCH_ASSIGN(Bytes codes, codes_of(work, i));
    inputs.push_back(std::move(codes));
    options.salts.push_back(document_input_salt(work.files.seed(), i));
  }
  VOUCH_ASSIGN(const size_t needed,
               generators_needed(work.model.circuit(), options.shape, work.subject.predicate));
  VOUCH_ASSIGN(const Generators generators, Generators::load(needed, parallel_for));
  VOUCH_ASSIGN(ProveResult result, prove(work.model, inputs, options, generators));
  const WipedAtEnd result_wiped(result.salts);
  return encode_proof(result.proof);
}

}  // namespace

Result<RetrievalDocuments> commit_documents(Participant& responder, const std::string& directory) {
  VOUCH_ASSIGN(KeptDocuments kept, keep_documents(responder.store(), directory));
  const DocumentFiles files(std::move(kept), directory);
  std::vector<Digest> commitments(files.count());
  VOUCH_TRY(for_each_number(files.count(), [&](uint64_t i) -> Result<void> {
    VOUCH_ASSIGN(commitments[i], files.commitment(i));
    return {};
  }));
  RetrievalDocuments documents{files.count(), documents_root(commitments), {}};
  VOUCH_ASSIGN(documents.commitments, responder.bundle().put_list(commitments));
  return documents;
}

Result<RetrievalRequest> ask(Participant& requester, const RetrievalQuestion& question) {
  const auto documents = find_body<RetrievalDocuments>(requester.records());
  if (!documents) {
    return Error{"no documents are committed to yet"};
  }
  if (question.model_file.size() > kMaxObjectBytes - kSealingBytes) {
    return Error{"the model file has more than 256 MiB"};
  }
  VOUCH_ASSIGN(const ModelFile file, decode_model_file(question.model_file));
  RetrievalRequest request;
  request.model = file.model.identity();
  request.model_file = file_digest(question.model_file);
  const Bundle& bundle = requester.bundle();
  const Session& session = requester.session();
  VOUCH_ASSIGN(request.commitment, bundle.put(question.commitment));
  VOUCH_ASSIGN(request.for_responder,
               bundle.put(seal(session.parties.at(kResponder), question.model_file)));
  VOUCH_ASSIGN(request.for_judge,
               bundle.put(seal(session.parties.at(kRetrievalJudge), question.model_file)));
  ByteWriter predicate;
  encode(predicate, question.predicate);
  request.predicate = predicate.bytes();
  request.each = question.each;
  request.sample = question.sample;
  VOUCH_ASSIGN(const Digest nonce, own_nonce(requester.store()));
  request.nonce = retrieval_nonce_commitment(session, kRequester, nonce);
  VOUCH_TRY(check_question(bundle, *documents, request));
  return request;
}

Result<ModelFile> open_handed_model(const Bundle& bundle, const SecretKey& key,
                                    const RetrievalRequest& request, const Digest& sealed) {
  VOUCH_ASSIGN(const Bytes object, bundle.get(sealed, kMaxObjectBytes, "the sealed model"));
  auto opened = open_sealed(key, object);
  if (!opened.ok()) {
    return Error{"the model: " + opened.error().message};
  }
  const WipedAtEnd wiped(opened.value());
  if (file_digest(opened.value()) != request.model_file) {
    return Error{"the model that was handed over is not the file that the request names"};
  }
  VOUCH_ASSIGN(ModelFile file, decode_model_file(opened.value()));
  if (file.model.identity() != request.model) {
    return Error{"the model that was handed over is not the one that is committed to"};
  }
  return file;
}

Result<void> check_handed_model(const ProverModel& model) {
  size_t needed = 1;
  for (const Column column : {Column::kW, Column::kB}) {
    needed = std::max(needed, size_t{1} << model.columns().kappa(column));
  }
  VOUCH_ASSIGN(const Generators generators, Generators::load(needed, parallel_for));
  const ProverModel again(model.circuit(), model.weights(), model.seed(), generators);
  return again.identity() == model.identity()
             ? Result<void>()
             : Error{"the weights that were handed over are not those that are committed to"};
}

Result<CommittedInputs> commit_inputs(const RetrievalWork& work,
                                      const std::function<void()>& tick) {
  CommittedInputs committed;
  committed.inputs.resize(work.subject.count);
  VOUCH_TRY(for_each_number(work.subject.count, [&](uint64_t i) -> Result<void> {
    VOUCH_ASSIGN(Bytes codes, codes_of(work, i));
    const WipedAtEnd wiped(codes);
    committed.inputs[i] = document_input_vartime(work.subject.committer(), codes,
                                                 document_input_salt(work.files.seed(), i));
    tick();
    return {};
  }));
  VOUCH_ASSIGN(committed.list, work.bundle.put_list(committed.inputs));
  return committed;
}

Result<std::vector<uint64_t>> batches_left(const RetrievalWork& work,
                                           const RetrievalAnswers& answers, Shard shard) {
  std::vector<uint64_t> left = batches_of(work.subject, shard);
  VOUCH_ASSIGN(const std::vector<NumberedProof> proofs, read_files(work.bundle, left));
  VOUCH_ASSIGN(const std::vector<CheckedProof> checked,
               check_proofs(work.subject, answers, proofs));
  for (size_t i = 0; i < proofs.size(); ++i) {
    if (checked[i].fault) {
      ProofFiles(work.bundle).remove(proofs[i].batch);
    } else {
      std::erase(left, proofs[i].batch);
    }
  }
  return left;
}

Result<void> prove_documents(const RetrievalWork& work, const RetrievalAnswers& answers,
                             uint64_t batch, uint64_t memory) {
  VOUCH_ASSIGN(Bytes file, make_proof(work, answers, work.subject.range(batch), memory));
  const std::array proofs{NumberedProof{batch, std::move(file)}};
  VOUCH_ASSIGN(const std::vector<CheckedProof> checked,
               check_proofs(work.subject, answers, proofs));
  if (checked[0].fault) {  // it might tell more than was asked
    return Error{"the proof that was made is not valid (" +
                 std::string(fault_name(checked[0].fault->fault)) + ": " +
                 checked[0].fault->detail +
                 "); the model that was handed over may not be the committed one"};
  }
  return ProofFiles(work.bundle).write(batch, proofs[0].file);
}

bool all_proven(const Bundle& bundle, const RetrievalSubject& subject) {
  const ProofFiles files(bundle);
  return std::ranges::all_of(batches_of(subject, {}),
                             [&](uint64_t batch) { return files.has(batch); });
}

Result<RetrievalProofs> collect_proofs(const RetrievalWork& work, const RetrievalAnswers& answers) {
  VOUCH_ASSIGN(const std::vector<uint64_t> left, batches_left(work, answers, {}));
  if (!left.empty()) {
    return Error{std::to_string(left.size()) + " of " + std::to_string(work.subject.proofs()) +
                 " proofs are missing"};
  }
  std::vector<Digest> list;
  for (const uint64_t batch : batches_of(work.subject, {})) {
    VOUCH_ASSIGN(const Bytes file, ProofFiles(work.bundle).read(batch));
    VOUCH_ASSIGN(const Digest object, work.bundle.put(file));
    list.push_back(object);
  }
  RetrievalProofs announced;
  VOUCH_ASSIGN(announced.proofs, work.bundle.put_list(list));
  return announced;
}

Result<HandedOver> hand_over(const Bundle& bundle, const DocumentFiles& files,
                             std::span<const Digest> commitments, std::span<const uint64_t> numbers,
                             const PublicKey& recipient) {
  std::vector<Digest> documents;
  std::vector<Digest> sealed;
  for (const uint64_t number : numbers) {
    VOUCH_ASSIGN(Bytes opened, files.opened(number, commitments[number]));
    const WipedAtEnd wiped(opened);
    documents.push_back(file_digest(opened));
    VOUCH_ASSIGN(const Digest object, bundle.put(seal(recipient, opened)));
    sealed.push_back(object);
  }
  HandedOver handed;
  VOUCH_ASSIGN(handed.documents, bundle.put_list(documents));
  VOUCH_ASSIGN(handed.sealed, bundle.put_list(sealed));
  return handed;
}

Result<std::vector<uint64_t>> due_to_judge(Participant& responder,
                                           const RetrievalOutcome& outcome) {
  const RetrievalSaid said = retrieval_said(responder.records());
  VOUCH_CHECK(said.reveal);
  VOUCH_TRY(require_complete(outcome));
  VOUCH_ASSIGN(const Digest nonce, own_nonce(responder.store()));
  const std::vector<uint64_t> withheld = documents_with(outcome.bits, 0);
  const std::vector<uint64_t> sample = draw_sample(
      responder.session(),
      {said.reveal->nonce, nonce, find_record<RetrievalDelivery>(responder.records())->digest(),
       withheld, said.request->sample});
  return merge_numbers(sample, outcome.complaints);
}

Result<RetrievalFinding> find_of_opened(const RetrievalOutcome& outcome, const Bundle& bundle,
                                        const SecretKey& key) {
  VOUCH_TRY(require_complete(outcome));
  RetrievalFinding finding;
  const RetrievalSubject& subject = *outcome.subject;
  for (const DueDocument& due : outcome.opened) {
    VOUCH_ASSIGN(const Bytes sealed,
                 bundle.get(due.sealed, kMaxObjectBytes,
                            "the sealed document " + std::to_string(due.number)));
    auto document = open_announced(key, due.document, sealed);
    RetrievalFault fault = RetrievalFault::kNotReadable;
    if (document) {
      const WipedAtEnd wiped(*document);
      fault = check_opened_document(subject.committer(), *document, due.number,
                                    subject.commitments[due.number], outcome.inputs[due.number]);
    }
    finding.faults.push_back(static_cast<uint8_t>(fault));
  }
  return finding;
}

}  // namespace vouch
