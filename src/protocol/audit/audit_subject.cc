#include "protocol/audit/audit_subject.h"

#include <algorithm>

#include "picture/picture.h"
#include "picture/prepare.h"
#include "protocol/audit/announced_object.h"
#include "records/publication.h"

namespace vouch {
namespace {

constexpr size_t kMaxHeader = 4096;  // of a .npy file

constexpr Announcer kOfRequest{kAuditConsumer, AuditRequest::kKind};

Fault request_fault(const std::string& detail) {
  return {kAuditConsumer, AuditRequest::kKind, detail};
}

// Numbers that everything else relies on.
const char* check_numbers(const AuditRequest& request) {
  if (request.variant != static_cast<uint64_t>(AuditVariant::kPublic) && !is_hidden(request)) {
    return "it asks for a variant that there is not";
  }
  if (is_hidden(request) && request.top > UINT8_MAX) {
    return "hidden predictions are of 255 classes at most";
  }
  if (request.inputs == 0 || request.inputs > kMostAuditInputs) {
    return "it has no inputs, or more than 2^20";
  }
  if (request.batch == 0 || request.batch > kMostAuditBatch) {
    return "its batches are of no inputs, or of more than 1024";
  }
  if (request.margin == 0 || request.margin >= kMillion || request.confidence == 0 ||
      request.confidence >= kMillion) {
    return "its margin or confidence is not between 0 and 1";
  }
  return nullptr;
}

Result<Judged<VerifierModel>> open_model(const Bundle& bundle, const AuditRequest& request) {
  VOUCH_ASSIGN(const auto file, open_announced(bundle, request.commitment, kMaxModelPublicBytes,
                                               "the model's commitment", kOfRequest));
  if (!file.ok()) {
    return Judged<VerifierModel>(file.fault());
  }
  LoadedModel loaded = load_model(file.value());
  if (!loaded.verdict.accepted()) {
    return Judged<VerifierModel>(
        request_fault("the model's commitment is none: " + std::string(loaded.verdict.detail)));
  }
  VerifierModel model = std::move(*loaded.model);
  const Shape& shape = model.circuit.output_tensor().shape;
  if (model.identity != request.model) {
    return Judged<VerifierModel>(
        request_fault("the commitment is that of another model than the one that is named"));
  }
  if (shape.rows != 1 || shape.columns != 1 || request.top == 0 || request.top >= shape.channels) {
    return Judged<VerifierModel>(
        request_fault("the model has no classes, or not more than are asked for"));
  }
  if (!is_hidden(request) && request.inputs * shape.channels > kMaxObjectBytes) {
    return Judged<VerifierModel>(request_fault("no object has room for all predictions"));
  }
  const auto batch = static_cast<uint32_t>(std::min(request.batch, request.inputs));
  if (const auto valid = validate(with_pictures(model.circuit, batch)); !valid.ok()) {
    return Judged<VerifierModel>(request_fault("no proof can be about a batch of " +
                                               std::to_string(batch) +
                                               " inputs: " + valid.error().message));
  }
  return Judged<VerifierModel>(std::move(model));
}

// That the provider published just this commitment.
Result<Judged<Included>> open_publication(const Bundle& bundle, const PublicKey& provider,
                                          const AuditRequest& request) {
  VOUCH_ASSIGN(const auto file,
               open_announced(bundle, request.included, kMaxLogProofBytes,
                              "the proof that the model was published", kOfRequest));
  if (!file.ok()) {
    return Judged<Included>(file.fault());
  }
  const auto proof = decode_inclusion(file.value());
  if (!proof.ok()) {
    return Judged<Included>(request_fault(proof.error().message));
  }
  auto included = check_inclusion(proof.value(), provider);
  if (!included.ok()) {
    return Judged<Included>(
        request_fault("the model was not published by the provider: " + included.refusal().detail));
  }
  const Record& record = included.value().record.record();
  if (record.kind != ModelCommitted::kKind) {
    return Judged<Included>(request_fault("what was published is no model commitment"));
  }
  const auto published = body_of<ModelCommitted>(record.body);
  if (published.model != request.model || published.file != request.commitment) {
    return Judged<Included>(request_fault("the provider published another commitment"));
  }
  return Judged<Included>(std::move(included).value());
}

}  // namespace

MaybeFault check_deadline(const SignedRecord& request) {
  return body_of<AuditRequest>(request.record().body).deadline > request.record().time
             ? MaybeFault()
             : request_fault("its deadline had passed when it was signed");
}

Result<Judged<AuditSubject>> open_audit_subject(const Bundle& bundle, const Session& session,
                                                const AuditRequest& request) {
  if (const char* wrong = check_numbers(request)) {
    return Judged<AuditSubject>(request_fault(wrong));
  }
  VOUCH_ASSIGN(auto model, open_model(bundle, request));
  if (!model.ok()) {
    return Judged<AuditSubject>(model.fault());
  }
  VOUCH_ASSIGN(auto publication,
               open_publication(bundle, session.parties.at(kAuditProvider), request));
  if (!publication.ok()) {
    return Judged<AuditSubject>(publication.fault());
  }
  VOUCH_ASSIGN(auto inputs, open_announced_list(bundle, request.input_list, request.inputs,
                                                "the list of inputs", kOfRequest));
  if (!inputs.ok()) {
    return Judged<AuditSubject>(inputs.fault());
  }
  return Judged<AuditSubject>(AuditSubject{request, std::move(model).value(),
                                           std::move(publication).value(),
                                           std::move(inputs).value()});
}

Result<Judged<std::vector<Bytes>>> load_audit_inputs(const Bundle& bundle,
                                                     const AuditSubject& subject,
                                                     BatchRange range) {
  const Circuit& circuit = subject.model.circuit;
  const size_t most = std::max(kMaxPictureBytes, circuit.input().shape.elements() + kMaxHeader);
  std::vector<Bytes> inputs;
  for (size_t i = range.first; i < range.first + range.count; ++i) {
    const std::string name = "input " + std::to_string(i);
    VOUCH_ASSIGN(const auto file,
                 open_announced(bundle, subject.inputs.at(i), most, name, kOfRequest));
    if (!file.ok()) {
      return Judged<std::vector<Bytes>>(file.fault());
    }
    auto codes = prepare_input(circuit, file.value(), "");
    if (!codes.ok()) {
      return Judged<std::vector<Bytes>>(request_fault(name + ": " + codes.error().message));
    }
    inputs.push_back(std::move(codes).value());
  }
  return Judged<std::vector<Bytes>>(std::move(inputs));
}

}  // namespace vouch
