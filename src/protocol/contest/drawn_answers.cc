#include "protocol/contest/drawn_answers.h"

#include "records/log_proof.h"

namespace vouch {
namespace {

class Reader {
 public:
  Reader(const Session& session, const ContestOpened& terms, const ReceiptsDisclosed& disclosed,
         const Bundle& bundle)
      : provider_(session.parties.at(kProvider)),
        terms_(terms),
        disclosed_(disclosed),
        bundle_(bundle) {}

  // Whether the record of the next draw is an answer. After a fault there are no more.
  bool read(uint64_t number) {
    if (found_.fault != ContestFault::kNone) {
      return true;  // so that the draw ends
    }
    found_.drawn.push_back(number);
    const size_t place = found_.drawn.size() - 1;
    if (place >= disclosed_.records.size()) {
      fail(ContestFault::kMissingReceipt, {},
           "record " + std::to_string(number) + " of the log is drawn, and none is named for it");
      return true;
    }
    return read_object(number, disclosed_.records[place]);
  }

  DrawnAnswers finish() {
    if (found_.fault == ContestFault::kNone && disclosed_.records.size() > found_.drawn.size()) {
      fail(ContestFault::kOtherReceipt, disclosed_.records[found_.drawn.size()],
           "more records are named than are drawn");
    }
    return std::move(found_);
  }

 private:
  bool read_object(uint64_t number, const Digest& object) {
    const auto file = get(bundle_, record_object(object));
    if (!file.ok()) {
      fail(ContestFault::kMissingReceipt, object,
           "record " + std::to_string(number) + " of the log: " + file.error().message);
      return true;
    }
    const std::string name = "in the place of record " + std::to_string(number) + " of the log: ";
    const auto proof = decode_inclusion(file.value());
    if (!proof.ok()) {
      fail(ContestFault::kOtherReceipt, object, name + proof.error().message);
      return true;
    }
    const auto included = check_inclusion(proof.value(), provider_);
    if (!included.ok()) {
      fail(ContestFault::kOtherReceipt, object, name + included.refusal().detail);
      return true;
    }
    if (file_digest(included.value().head.bytes()) != terms_.head) {
      fail(ContestFault::kOtherReceipt, object, name + "it is proven for another signed root");
      return true;
    }
    return take(number, object, included.value().record);
  }

  bool take(uint64_t number, const Digest& object, const SignedRecord& record) {
    if (record.record().sequence() != number) {
      fail(ContestFault::kOtherReceipt, object,
           "record " + std::to_string(record.record().sequence()) +
               " of the log is shown where record " + std::to_string(number) + " is drawn");
      return true;
    }
    if (!is_contested(record.record(), terms_.model)) {
      return false;
    }
    found_.answers.push_back({record.digest(), body_of<Receipt>(record.record().body)});
    return true;
  }

  void fail(ContestFault fault, const Digest& object, std::string detail) {
    found_.fault = fault;
    found_.object = object;
    found_.detail = std::move(detail);
  }

  const PublicKey& provider_;
  const ContestOpened& terms_;
  const ReceiptsDisclosed& disclosed_;
  const Bundle& bundle_;
  DrawnAnswers found_;
};

}  // namespace

DrawnAnswers read_drawn_answers(const Session& session, const ContestOpened& terms,
                                const Digest& seed, const ReceiptsDisclosed& disclosed,
                                const Bundle& bundle) {
  Reader reader(session, terms, disclosed, bundle);
  static_cast<void>(
      draw_records(terms, seed, [&](uint64_t number) { return reader.read(number); }));
  return reader.finish();
}

}  // namespace vouch
