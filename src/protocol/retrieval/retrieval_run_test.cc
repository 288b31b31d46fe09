// 200 photographs, a MobileNetV2, and whether a dog is among the five first classes: what is handed
// over is what the executor finds, and responders who drop, swap, exchange or lie about a document
// are named. Minutes.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <numeric>

#include "model/compile.h"
#include "picture/shared_data.h"
#include "protocol/retrieval/test_retrieval.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPhotographs = 200;
constexpr uint64_t kPhotographsEach = 16;
// The classes of dogs, of 1001 with the background first.
constexpr uint16_t kFirstDog = 152;
constexpr uint16_t kDogs = 118;

std::string data_directory() {
  const char* data = std::getenv("VOUCH_DATA");
  const char* source = std::getenv("VOUCH_SOURCE_DIR");
  return data != nullptr ? data : std::string(source != nullptr ? source : ".") + "/../shared/data";
}

// The first in the order of their names.
std::vector<Bytes> photographs() {
  std::vector<std::string> paths;
  std::error_code failed;
  for (const auto& entry :
       fs::directory_iterator(data_directory() + "/imagenet-val-1000", failed)) {
    if (entry.path().extension() == ".JPEG") {
      paths.push_back(entry.path().string());
    }
  }
  std::ranges::sort(paths);
  std::vector<Bytes> files;
  for (size_t i = 0; i < std::min(paths.size(), kPhotographs); ++i) {
    files.push_back(read_file(paths[i], kMaxPictureBytes).value());
  }
  return files;
}

Bytes network_file() { return shared_data("models/tflite/mobilenet_v2_0_5_96_quant.tflite"); }

TestQuestion large_question() {
  CompiledModel compiled = compile_model(network_file(), {}).value();
  choose_model_rows(compiled.circuit);
  std::vector<uint16_t> dogs(kDogs);
  std::iota(dogs.begin(), dogs.end(), kFirstDog);
  const Generators generators = Generators::load(1 << 17, parallel_for).value();
  return {ProverModel(std::move(compiled.circuit), std::move(compiled.weights),
                      ProverModel::Seed{1}, generators),
          contains(5, std::move(dogs)), kPhotographsEach, photographs(), generators};
}

class RetrievalRun : public RetrievalCase {
 protected:
  void SetUp() override {
    if (network_file().empty() || photographs().size() != kPhotographs) {
      GTEST_SKIP() << "no " << data_directory() << ": set VOUCH_DATA to the directory of data";
    }
    RetrievalCase::SetUp();
  }
  [[nodiscard]] const TestQuestion& asked() const override {
    static const TestQuestion instance = large_question();
    return instance;
  }

  // Everything as it is now, for another way to go on from here.
  void save() const {
    for (const char* name : kParts) {
      fs::copy(path(name), path(std::string("saved ") + name), fs::copy_options::recursive);
    }
  }
  void restore() const {
    for (const char* name : kParts) {
      fs::remove_all(path(name));
      fs::copy(path(std::string("saved ") + name), path(name), fs::copy_options::recursive);
    }
  }

  template <class Change>
  void announce(std::vector<Digest> proofs, const Change& change) const {
    restore();
    change(proofs);
    say(responder(), RetrievalProofs{bundle().put_list(proofs).value()});
  }

  template <class Work>
  static void timed(const char* what, const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    std::cout << what << ": "
              << std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()
              << " s\n";
  }

 private:
  static constexpr std::array kParts{"bundle", "requester", "responder", "judge"};
};

TEST_F(RetrievalRun, HandsOverWhatTheExecutorFinds) {
  timed("documents, request, approval", [&] {
    commit();
    request(20);
    approve();
  });
  timed("inputs", [&] { answer(); });
  timed("proofs", [&] { prove_all(); });
  timed("delivery", [&] { deliver(outcome().matching); });
  const RetrievalOutcome seen = outcome_to_requester();
  EXPECT_EQ(seen.matching, numbers(true));
  EXPECT_TRUE(seen.faults.empty());
  EXPECT_TRUE(seen.unopened.empty());
  std::cout << seen.matching.size() << " match\n";
  finish();
  timed("check", [&] { EXPECT_EQ(outcome().judgement.state, Judgement::State::kFulfilled); });
}

TEST_F(RetrievalRun, NamesWhoDropsSwapsOrLies) {
  ask_all(0);
  const std::vector<Digest> honest = list(proofs_of(responder()).proofs);
  save();
  announce(honest, [](std::vector<Digest>& proofs) { proofs.pop_back(); });
  expect_fault(RetrievalFault::kMissingProof, kResponder);

  announce(honest, [](std::vector<Digest>& proofs) { std::swap(proofs[2], proofs[7]); });
  expect_fault(RetrievalFault::kOtherContext, kResponder, 2 * kPhotographsEach);

  const uint64_t dog = numbers(true).front();
  const uint64_t batch = dog / kPhotographsEach;
  announce(honest, [&](std::vector<Digest>& proofs) {
    Proof proof =
        decode_proof(bundle().get(proofs[batch], kMaxProofBytes, "a proof").value()).value();
    proof.output[dog % kPhotographsEach] = 0;  // no dog
    proofs[batch] = bundle().put(encode_proof(proof)).value();
  });
  expect_fault(RetrievalFault::kInvalidProof, kResponder, batch * kPhotographsEach);

  announce(honest, [](std::vector<Digest>& /*proofs*/) {});
  std::vector<uint64_t> which = numbers(true);
  which.pop_back();
  deliver(which);
  expect_fault(RetrievalFault::kWrongSet, kResponder);

  announce(honest, [](std::vector<Digest>& /*proofs*/) {});
  which = numbers(true);
  which.front() = numbers(false).front();
  deliver(which);
  expect_fault(outcome_to_requester(), RetrievalFault::kOtherDocument, kResponder, dog);
  reveal({dog});
  open_as(handed({which.front()}, kRetrievalJudge));
  find();
  expect_fault(RetrievalFault::kOtherDocument, kResponder, dog);
}

// Black pixels instead of a dog's: proven to be none, and withheld. All that is withheld is drawn.
TEST_F(RetrievalRun, TheSampleFindsPixelsOfNoFile) {
  commit();
  request(kMostOpened);
  approve();
  const uint64_t dog = numbers(true).front();
  const Bytes black = write_png({8, 8, Bytes(3 * 64, 0)});
  const RetrievalSubject about = subject();
  const DocumentFiles documents = files();
  Participant party = responder();
  const RetrievalWork work{asked().model, party.bundle(), party.session(), about, documents};
  std::vector<Digest> inputs = commit_inputs(work, [] {}).value().inputs;
  const Bytes codes = prepare_document(about.model.circuit, black).value();
  inputs[dog] =
      document_input_vartime(about.committer(), codes, document_input_salt(documents.seed(), dog));
  const Digest nonce = own_nonce(party.store()).value();
  const Digest name = bundle().put_list(inputs).value();
  say(std::move(party),
      RetrievalInputs{name, retrieval_nonce_commitment(exchange().session, kResponder, nonce)});
  // Proofs as the cheater's program makes them: of another file in the dog's place.
  std::vector<Digest> proofs;
  for (uint64_t batch = 0; batch < about.proofs(); ++batch) {
    const DocumentRange range = about.range(batch);
    ProveOptions options;
    options.shape =
        choose_shape(asked().model.circuit(), Profile::kFast, static_cast<uint16_t>(range.count));
    options.hide_input = true;
    options.hidden_output = HiddenOutput{asked().predicate, {}, {}};
    options.context = documents_context(exchange().session, name, range);
    std::vector<Bytes> all;
    for (uint64_t i = range.first; i < range.first + range.count; ++i) {
      all.push_back(i == dog ? codes
                             : prepare_document(about.model.circuit, asked().pictures[i]).value());
      options.salts.push_back(document_input_salt(documents.seed(), i));
    }
    const Generators generators =
        Generators::load(
            generators_needed(asked().model.circuit(), options.shape, asked().predicate).value(),
            parallel_for)
            .value();
    proofs.push_back(
        bundle()
            .put(encode_proof(prove(asked().model, all, options, generators).value().proof))
            .value());
  }
  say(responder(), RetrievalProofs{bundle().put_list(proofs).value()});
  deliver(outcome().matching);
  reveal();
  EXPECT_EQ(outcome_to_requester().matching.size(), numbers(true).size() - 1);
  open();
  find();
  expect_fault(RetrievalFault::kOtherPixels, kResponder, dog);
}

}  // namespace
}  // namespace vouch
