// For tests: a retrieval in which something is changed before it is said.
#pragma once

#include <gtest/gtest.h>

#include "protocol/retrieval/test_retrieval.h"

namespace vouch {

class Retrieval : public RetrievalCase {
 protected:
  /// The proofs with something changed in one of them.
  template <class Change>
  void prove_with(uint64_t batch, const Change& change) const {
    const Participant party = responder();
    std::vector<Digest> proofs = list(proofs_of(party).proofs);
    Proof proof =
        decode_proof(bundle().get(proofs[batch], kMaxProofBytes, "a proof").value()).value();
    change(proof);
    proofs[batch] = bundle().put(encode_proof(proof)).value();
    say(responder(), RetrievalProofs{bundle().put_list(proofs).value()});
  }
  /// The proofs' list changed.
  template <class Change>
  void prove_list(const Change& change) const {
    const Participant party = responder();
    std::vector<Digest> proofs = list(proofs_of(party).proofs);
    change(proofs);
    say(responder(), RetrievalProofs{bundle().put_list(proofs).value()});
  }
  /// The inputs' list changed.
  template <class Change>
  void answer_with(const Change& change) const {
    Participant party = responder();
    RetrievalInputs body = inputs_of(party);
    std::vector<Digest> inputs = list(body.inputs);
    change(inputs);
    body.inputs = bundle().put_list(inputs).value();
    say(std::move(party), body);
  }
  /// A proof of the documents of a batch as a cheater would make it: codes, options.
  template <class Change>
  Bytes forged_proof(uint64_t batch, const Change& change) const {
    const DocumentFiles documents = files();
    const DocumentRange range = subject().range(batch);
    ProveOptions options;
    options.shape =
        choose_shape(asked().model.circuit(), Profile::kFast, static_cast<uint16_t>(range.count));
    options.hide_input = true;
    options.hidden_output = HiddenOutput{asked().predicate, {}, {}};
    options.context = documents_context(exchange().session, said().inputs->inputs, range);
    std::vector<Bytes> inputs;
    for (uint64_t i = range.first; i < range.first + range.count; ++i) {
      inputs.push_back(
          prepare_document(asked().model.circuit(), documents.read(i).value()).value());
      options.salts.push_back(document_input_salt(documents.seed(), i));
    }
    change(inputs, options);
    return encode_proof(prove(asked().model, inputs, options, test_generators()).value().proof);
  }
  void put_proof(uint64_t batch, const Bytes& proof) const {
    prove_list([&](std::vector<Digest>& proofs) { proofs[batch] = bundle().put(proof).value(); });
  }

  /// A number of a document that is withheld, whose codes are replaced by black ones that match
  /// neither.
  [[nodiscard]] Bytes black() const {
    return Bytes(asked().model.circuit().input().shape.elements(), 0);
  }
  /// Everything up to the delivery, with black pixels instead of those of document `number`.
  void deliver_blackened(uint64_t number, uint64_t sample) const {
    commit();
    request(sample);
    approve();
    const Bytes codes = black();
    const RetrievalSubject about = subject();
    answer_with([&](std::vector<Digest>& inputs) {
      inputs[number] = document_input_vartime(about.committer(), codes,
                                              document_input_salt(files().seed(), number));
    });
    std::vector<Digest> proofs;
    for (uint64_t batch = 0; batch < about.proofs(); ++batch) {
      const Bytes proof =
          forged_proof(batch, [&](std::vector<Bytes>& inputs, ProveOptions& /*options*/) {
            const DocumentRange range = about.range(batch);
            if (number >= range.first && number < range.first + range.count) {
              inputs[number - range.first] = codes;
            }
          });
      proofs.push_back(bundle().put(proof).value());
    }
    say(responder(), RetrievalProofs{bundle().put_list(proofs).value()});
    deliver(outcome().matching);
  }
};

}  // namespace vouch
