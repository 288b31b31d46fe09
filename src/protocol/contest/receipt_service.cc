#include "protocol/contest/receipt_service.h"

#include "base/hex.h"
#include "base/random.h"
#include "base/secret.h"
#include "verify/verify.h"

namespace vouch {
namespace {

// Where the receipt is in the log, the salt, the codes.
std::string kept_name(const Digest& request) { return "answer " + hex_text(request); }

Bytes encode_kept(uint64_t sequence, const Answered& answered) {
  ByteWriter out;
  out.u64(sequence);
  out.raw(answered.salt);
  out.prefixed(answered.codes);
  return out.take();
}

Salt draw_salt(const ProverModel& model, ByteSpan codes) {
  Salt salt;
  SecretRandom::from_system(model.seed(), codes).fill(salt);
  return salt;
}

}  // namespace

size_t generators_for_inputs(const ProverModel& model) {
  return size_t{1} << model.columns().kappa(Column::kD);
}

Result<Answered> answer(const ProverModel& model, const Digest& request, Bytes codes,
                        const Generators& generators) {
  VOUCH_ASSIGN(const Trace trace, model.executor().run(codes, false));
  const Salt salt = draw_salt(model, codes);
  const Rows rows = commit_input_vartime(model.circuit(), model.columns(), codes, salt, generators);
  return Answered{
      {model.identity(), request, input_identity(rows), trace.output()}, salt, std::move(codes)};
}

Result<Appended> issue_receipt(SessionStore& log, const SecretKey& key, const Answered& answered,
                               uint64_t now) {
  return log.atomically([&]() -> Result<Appended> {
    const Digest& request = answered.receipt.request;
    VOUCH_ASSIGN(const Bytes there, log.kept(kept_name(request)));
    if (!there.empty()) {
      VOUCH_ASSIGN(const std::optional<Answered> before, answered_request(log, request));
      if (before->codes != answered.codes || before->receipt.model != answered.receipt.model) {
        return Error{"the request " + hex_text(request) + " was answered about another input"};
      }
      VOUCH_ASSIGN(SignedRecord record, log.record(log.self(), ByteReader(there).u64()));
      return Appended{std::move(record), false};
    }
    VOUCH_ASSIGN(Appended appended,
                 log.append(publication_rules(), key, saying(answered.receipt), now));
    Bytes kept = encode_kept(appended.record.record().sequence(), answered);
    const WipedAtEnd wiped(kept);
    VOUCH_TRY(log.keep(kept_name(request), kept));
    return appended;
  });
}

Result<std::optional<Answered>> answered_request(const SessionStore& log, const Digest& request) {
  VOUCH_ASSIGN(Bytes kept, log.kept(kept_name(request)));
  const WipedAtEnd wiped(kept);
  if (kept.empty()) {
    return std::optional<Answered>();
  }
  ByteReader in(kept);
  VOUCH_ASSIGN(const SignedRecord record, log.record(log.self(), in.u64()));
  Answered answered{body_of<Receipt>(record.record().body), {}, {}};
  in.read(answered.salt);
  const ByteSpan codes = in.prefixed(kept.size());
  if (!in.finished() || answered.receipt.request != request) {
    return Error{"the log is damaged: what it keeps of the request " + hex_text(request) +
                 " is something else"};
  }
  answered.codes.assign(codes.begin(), codes.end());
  return std::optional(std::move(answered));
}

}  // namespace vouch
