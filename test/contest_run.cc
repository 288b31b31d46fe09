// A provider serves a smaller model on 5 % of requests and signs receipts in the larger one's name.
// How often do contests find that out? Drawn many times over his real log, and some of the contests
// held from the opening to the verdict, with all proofs.
//
//     contest_run MODEL.vouch SMALLER.vouch INPUTS DIRECTORY [ANSWERS [DRAWS [CONTESTS]]]
//
// Goes on in DIRECTORY where it was killed. Exits 1 if what is found is not what was planned.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/file.h"
#include "base/parallel.h"
#include "picture/prepare.h"
#include "protocol/contest/contest_judge.h"
#include "protocol/contest/contest_work.h"
#include "protocol/nonce.h"
#include "protocol/sample_plan.h"
#include "prove/model_file.h"
#include "prove/weight_bound_prover.h"
#include "records/test_records.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

constexpr double kWrong = 0.05;
constexpr double kMissed = 0.05;
constexpr uint64_t kAtOnce = 64;  // answers a transaction
constexpr uint64_t kEvery = 20;   // answers of which one is the smaller model's

struct Arguments {
  std::string model;
  std::string smaller;
  std::string inputs;
  std::string directory;
  uint64_t answers = 1000;
  uint64_t draws = 100000;
  uint64_t contests = 20;
};

bool is_wrong(uint64_t answer) { return answer % kEvery == kEvery / 2; }

Digest request_of(uint64_t answer) {
  ByteWriter out;
  out.u64(answer);
  return labelled_digest("contest run request", out.bytes());
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<ModelFile> read_model(const std::string& path) {
  VOUCH_ASSIGN(const Bytes file, read_file(path, kMaxModelSecretBytes));
  return decode_model_file(file);
}

class ContestRun {
 public:
  ContestRun(Arguments arguments, ModelFile model, ModelFile smaller, SessionStore log)
      : arguments_(std::move(arguments)),
        model_(std::move(model.model)),
        smaller_(std::move(smaller.model)),
        log_(std::move(log)) {}

  Result<bool> run() {
    VOUCH_TRY(serve());
    VOUCH_TRY(publish());
    VOUCH_ASSIGN(const bool as_planned, draw_often());
    VOUCH_ASSIGN(const bool right, hold_contests());
    return as_planned && right;
  }

 private:
  Result<void> serve() {
    const std::vector<std::string> files = files_in(arguments_.inputs);
    if (files.empty()) {
      return Error{arguments_.inputs + ": no inputs"};
    }
    VOUCH_ASSIGN(const Generators generators,
                 Generators::load(generators_for_inputs(model_), parallel_for));
    const auto start = std::chrono::steady_clock::now();
    uint64_t made = 0;
    for (uint64_t first = 0; first < arguments_.answers; first += kAtOnce) {
      const auto some = log_.atomically([&] { return serve_some(first, files, generators); });
      if (!some.ok()) {
        return some.error();
      }
      made += some.value();
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::cout << fmt::format("served     {} answers, {} of them now in {:.1f} s\n",
                             arguments_.answers, made, took.count())
              << std::flush;
    return {};
  }

  // How many of them were not answered before.
  Result<uint64_t> serve_some(uint64_t first, const std::vector<std::string>& files,
                              const Generators& generators) {
    uint64_t made = 0;
    for (uint64_t i = first; i < std::min(arguments_.answers, first + kAtOnce); ++i) {
      const auto before = answered_request(log_, request_of(i));
      if (!before.ok()) {
        return before.error();
      }
      if (!before.value()) {
        VOUCH_TRY(serve_one(i, files[i % files.size()], generators));
        ++made;
      }
    }
    return made;
  }

  Result<void> serve_one(uint64_t i, const std::string& path, const Generators& generators) {
    VOUCH_ASSIGN(const Bytes file, read_file(path, size_t{1} << 28));
    VOUCH_ASSIGN(Bytes codes, prepare_input(model_.circuit(), file, path));
    VOUCH_ASSIGN(Answered given, answer(model_, request_of(i), std::move(codes), generators));
    if (is_wrong(i)) {
      VOUCH_ASSIGN(const Trace trace, smaller_.executor().run(given.codes, false));
      if (trace.output().size() != given.receipt.output.size() ||
          trace.output() == given.receipt.output) {
        return Error{"the smaller model's answer is no other one of the model"};
      }
      given.receipt.output = trace.output();
    }
    VOUCH_TRY(issue_receipt(log_, test_key(1), given, now_milliseconds()));
    return {};
  }

  Result<void> publish() {
    VOUCH_TRY(append_tree_head(log_, test_key(1), now_milliseconds()));
    VOUCH_ASSIGN(const SignedRecord head, newest_tree_head(log_));
    head_ = head.bytes();
    VOUCH_ASSIGN(const Generators generators,
                 Generators::load(bound_generators_needed(model_.columns()), parallel_for));
    public_model_ =
        encode_model_public({model_.commitment(), prove_weight_bound(model_, generators)});
    terms_.model = model_.identity();
    terms_.model_file = file_digest(public_model_);
    terms_.head = file_digest(head_);
    terms_.count = head.record().sequence();
    terms_.wrong = static_cast<uint64_t>(kWrong * 1e6);
    terms_.missed = static_cast<uint64_t>(kMissed * 1e6);
    terms_.samples = detecting_samples_of(arguments_.answers, kWrong, kMissed);
    terms_.accept_by = now_milliseconds() + 1'000'000'000;
    terms_.reveal_by = terms_.accept_by + 1;
    terms_.disclose_by = terms_.reveal_by + 1;
    terms_.prove_by = terms_.disclose_by + 1;
    return read_receipts();
  }

  // Which records are answers of the model, and which of these are wrong.
  Result<void> read_receipts() {
    std::vector<Digest> wrong;
    for (uint64_t i = 0; i < arguments_.answers; ++i) {
      if (is_wrong(i)) {
        wrong.push_back(request_of(i));
      }
    }
    for (uint64_t number = 0; number < terms_.count; ++number) {
      VOUCH_ASSIGN(const SignedRecord record, log_.record(0, number));
      is_answer_.push_back(is_contested(record.record(), terms_.model));
      const bool is_one =
          is_answer_.back() &&
          std::ranges::count(wrong, body_of<Receipt>(record.record().body).request) != 0;
      is_wrong_.push_back(is_one);
    }
    return {};
  }

  // As the contests below, with other nonces.
  Result<bool> draw_often() {
    const Session session{"contest", 1, SessionId{}, parties()};
    uint64_t found = 0;
    for (uint64_t draw = 0; draw < arguments_.draws; ++draw) {
      ByteWriter which;
      which.u64(draw);
      const Digest nonce = labelled_digest("contest run nonce", which.bytes());
      const auto drawn = draw_records(terms_, contest_seed(session, terms_, nonce, Digest{}),
                                      [&](uint64_t number) { return bool{is_answer_[number]}; });
      found += std::ranges::any_of(drawn, [&](uint64_t number) { return bool{is_wrong_[number]}; });
    }
    const double n = static_cast<double>(arguments_.draws);
    const double planned =
        1 - missing_probability_of(arguments_.answers, terms_.samples,
                                   static_cast<uint64_t>(std::ranges::count(is_wrong_, true)));
    const double rate = static_cast<double>(found) / n;
    const double error = std::sqrt(planned * (1 - planned) / n);
    std::cout
        << fmt::format(
               "drawn      {} contests of {} answers: found out in {:.3f} %, planned {:.3f} % "
               "({:+.1f} standard errors of {:.3f} %)\n",
               arguments_.draws, terms_.samples, 100 * rate, 100 * planned,
               (rate - planned) / error, 100 * error)
        << std::flush;
    return std::abs(rate - planned) <= 5 * error;
  }

  Result<bool> hold_contests() {
    bool right = true;
    uint64_t convicted = 0;
    const auto start = std::chrono::steady_clock::now();
    for (uint64_t contest = 0; contest < arguments_.contests; ++contest) {
      VOUCH_ASSIGN(const ContestOutcome outcome, hold_contest(contest));
      const bool drew_wrong = std::ranges::any_of(
          outcome.drawn, [&](uint64_t number) { return bool{is_wrong_[number]}; });
      right = right && is_right(outcome, drew_wrong);
      convicted += outcome.judgement.state == Judgement::State::kDeviation;
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      std::cout << fmt::format("contest {:2} {} answers proven, {} of them wrong: {}, {:.0f} s\n",
                               contest + 1, outcome.answers.size(), outcome.faults.size(),
                               state_name(outcome.judgement.state), took.count())
                << std::flush;
    }
    std::cout << fmt::format("held       {} contests: {} convict the provider\n",
                             arguments_.contests, convicted);
    return right;
  }

  // Wrong answers are named, each of them and nothing else, if any was drawn.
  [[nodiscard]] bool is_right(const ContestOutcome& outcome, bool drew_wrong) const {
    const auto wrong = static_cast<size_t>(std::ranges::count_if(
        outcome.drawn, [&](uint64_t number) { return bool{is_wrong_[number]}; }));
    const bool named = std::ranges::all_of(outcome.faults, [](const FaultFound& fault) {
      return fault.party == kProvider && fault.fault == ContestFault::kWrongOutput;
    });
    return named && outcome.faults.size() == wrong &&
           outcome.judgement.state ==
               (drew_wrong ? Judgement::State::kDeviation : Judgement::State::kFulfilled);
  }

  Result<ContestOutcome> hold_contest(uint64_t number) {
    const std::string base = fmt::format("{}/contest-{}", arguments_.directory, number + 1);
    const PartyPaths contester_paths{base, base + ".contester"};
    VOUCH_ASSIGN(Participant contester,
                 Participant::begin(contest_workflow(), contester_paths, test_key(2), parties()));
    VOUCH_TRY(open(contester));
    VOUCH_ASSIGN(auto joined, Participant::join(contest_workflow(), {base, base + ".provider"},
                                                test_key(1), kProvider));
    Participant provider = std::move(joined).value();
    VOUCH_TRY(provider.take_in());
    VOUCH_ASSIGN(const Digest own, own_nonce(provider.store()));
    VOUCH_TRY(provider.say(ContestAccepted{nonce_commitment(provider.session(), kProvider, own)}));
    VOUCH_TRY(contester.take_in());
    VOUCH_ASSIGN(const Digest nonce, own_nonce(contester.store()));
    VOUCH_TRY(contester.say(NonceRevealed{nonce}));
    VOUCH_TRY(provider.take_in());
    VOUCH_ASSIGN(const ReceiptsDisclosed disclosed, disclose_drawn(provider, log_));
    VOUCH_TRY(provider.say(disclosed));
    VOUCH_ASSIGN(const ProvenAnswers proven, prove_drawn(provider, log_, model_, how()));
    VOUCH_TRY(provider.say(proven.said));
    VOUCH_TRY(contester.take_in());
    return examine_contest({contester.session(), contester.records()}, contester.bundle());
  }

  Result<void> open(Participant& contester) {
    VOUCH_TRY(contester.take_in());
    if (find_record<ContestOpened>(contester.records()) != nullptr) {
      return {};  // a run before: deadlines are other ones now
    }
    VOUCH_TRY(contester.bundle().put(head_));
    VOUCH_TRY(contester.bundle().put(public_model_));
    ContestOpened terms = terms_;
    VOUCH_ASSIGN(const Digest nonce, own_nonce(contester.store()));
    terms.commitment = nonce_commitment(contester.session(), kContester, nonce);
    VOUCH_TRY(contester.say(terms));
    return {};
  }

  static ContestProving how() {
    ContestProving how;
    how.memory = uint64_t{3} << 30;
    return how;
  }

  static std::vector<PublicKey> parties() {
    return {test_key(1).public_key(), test_key(2).public_key(), test_key(3).public_key()};
  }

  Arguments arguments_;
  ProverModel model_;
  ProverModel smaller_;
  SessionStore log_;
  Bytes head_;
  Bytes public_model_;
  ContestOpened terms_;
  std::vector<bool> is_answer_;
  std::vector<bool> is_wrong_;
};

Result<bool> run(const Arguments& arguments) {
  fs::create_directories(arguments.directory);
  const std::string path = arguments.directory + "/log";
  auto log = fs::exists(path)
                 ? SessionStore::open(path)
                 : SessionStore::create(path, new_publication(test_key(1).public_key()), 0);
  if (!log.ok()) {
    return log.error();
  }
  VOUCH_ASSIGN(ModelFile model, read_model(arguments.model));
  VOUCH_ASSIGN(ModelFile smaller, read_model(arguments.smaller));
  return ContestRun(arguments, std::move(model), std::move(smaller), std::move(log).value()).run();
}

uint64_t number_or(int argc, char** argv, int which, uint64_t usual) {
  return argc > which ? std::strtoull(argv[which], nullptr, 10) : usual;
}

}  // namespace
}  // namespace vouch

int main(int argc, char** argv) {
  if (argc < 5) {
    std::cerr << "usage: contest_run MODEL.vouch SMALLER.vouch INPUTS DIRECTORY [ANSWERS [DRAWS "
                 "[CONTESTS]]]\n";
    return 2;
  }
  const vouch::Arguments arguments{argv[1],
                                   argv[2],
                                   argv[3],
                                   argv[4],
                                   vouch::number_or(argc, argv, 5, 1000),
                                   vouch::number_or(argc, argv, 6, 100000),
                                   vouch::number_or(argc, argv, 7, 20)};
  const auto right = vouch::run(arguments);
  if (!right.ok()) {
    std::cerr << right.error().message << '\n';
    return 2;
  }
  std::cout << (right.value() ? "as planned\n" : "NOT as planned\n");
  return right.value() ? 0 : 1;
}
