#include "cli/inspect_record_files.h"

#include <fmt/format.h>

#include "cli/identity_files.h"
#include "cli/record_report.h"
#include "records/log_proof.h"

namespace vouch {
namespace {

Result<SignedRecord> open_any(ByteSpan bytes) {
  auto opened = SignedRecord::open(bytes);
  if (!opened.ok()) {
    return Error{"a record is " + std::string(refused_name(opened.refusal().reason)) + ": " +
                 opened.refusal().detail};
  }
  return std::move(opened).value();
}

class SecretKeyInspector final : public FileInspector {
 public:
  [[nodiscard]] std::string kind() const override { return "a secret key (.key)"; }
  [[nodiscard]] size_t max_bytes() const override { return kMaxKeyFileBytes; }
  [[nodiscard]] bool recognises(ByteSpan file) const override {
    return begins_with(file, kSecretKeyMagic);
  }
  [[nodiscard]] Result<void> inspect(ByteSpan file, Output& output) const override {
    VOUCH_ASSIGN(const SecretKey key, decode_secret_key(file));
    output.line("Whoever has it signs in its owner's name: keep it secret.");
    report_public_key(key.public_key(), output);
    return {};
  }
};

class IdentityInspector final : public FileInspector {
 public:
  [[nodiscard]] std::string kind() const override { return "an identity (.id)"; }
  [[nodiscard]] size_t max_bytes() const override { return kMaxKeyFileBytes; }
  [[nodiscard]] bool recognises(ByteSpan file) const override {
    return begins_with(file, kIdentityMagic);
  }
  [[nodiscard]] Result<void> inspect(ByteSpan file, Output& output) const override {
    VOUCH_ASSIGN(const PublicKey key, decode_identity(file));
    report_public_key(key, output);
    return {};
  }
};

class RecordInspector final : public FileInspector {
 public:
  [[nodiscard]] std::string kind() const override { return "a record (.record)"; }
  [[nodiscard]] size_t max_bytes() const override { return kMaxRecordBytes; }
  [[nodiscard]] bool recognises(ByteSpan file) const override {
    return begins_with(file, kRecordMagic);
  }
  [[nodiscard]] Result<void> inspect(ByteSpan file, Output& output) const override {
    VOUCH_ASSIGN(const SignedRecord record, open_any(file));
    output.line("It is signed by its author; nothing else was checked.");
    report_record(record, output, output.object());
    return {};
  }
};

class RecordListInspector final : public FileInspector {
 public:
  [[nodiscard]] std::string kind() const override { return "a list of records (.records)"; }
  [[nodiscard]] size_t max_bytes() const override { return kMaxRecordListBytes; }
  [[nodiscard]] bool recognises(ByteSpan file) const override {
    return begins_with(file, kRecordListMagic);
  }
  [[nodiscard]] Result<void> inspect(ByteSpan file, Output& output) const override {
    VOUCH_ASSIGN(const auto records, decode_record_list(file));
    output.line("Each is signed by its author; nothing else was checked.");
    Json& list = output.object()["records"] = Json::array();
    for (const ByteSpan bytes : records) {
      VOUCH_ASSIGN(const SignedRecord record, open_any(bytes));
      report_record_line(record, output);
      list.push_back(record_summary(record));
    }
    return {};
  }
};

// Proofs about logs: two records and a path.
template <class Proof>
class LogProofInspector final : public FileInspector {
 public:
  LogProofInspector(const char* kind, std::string_view magic, Result<Proof> (*decode)(ByteSpan))
      : kind_(kind), magic_(magic), decode_(decode) {}
  [[nodiscard]] std::string kind() const override { return kind_; }
  [[nodiscard]] size_t max_bytes() const override { return kMaxLogProofBytes; }
  [[nodiscard]] bool recognises(ByteSpan file) const override { return begins_with(file, magic_); }
  [[nodiscard]] Result<void> inspect(ByteSpan file, Output& output) const override {
    VOUCH_ASSIGN(const Proof proof, decode_(file));
    const auto& [first_bytes, head_bytes, path] = proof;
    VOUCH_ASSIGN(const SignedRecord first, open_any(first_bytes));
    VOUCH_ASSIGN(const SignedRecord head, open_any(head_bytes));
    output.line("It has not been checked (`log check`). It is about");
    report_record_line(first, output);
    report_record_line(head, output);
    output.line(fmt::format("with a path of {} hashes.", path.size()));
    output.object()["first"] = record_summary(first);
    output.object()["head"] = record_summary(head);
    output.object()["path"] = path.size();
    return {};
  }

 private:
  const char* kind_;
  std::string_view magic_;
  Result<Proof> (*decode_)(ByteSpan);
};

}  // namespace

FileInspectors record_file_inspectors() {
  FileInspectors list;
  list.push_back(std::make_unique<SecretKeyInspector>());
  list.push_back(std::make_unique<IdentityInspector>());
  list.push_back(std::make_unique<RecordInspector>());
  list.push_back(std::make_unique<RecordListInspector>());
  list.push_back(std::make_unique<LogProofInspector<InclusionProof>>(
      "a proof of inclusion (.included)", kInclusionMagic, decode_inclusion));
  list.push_back(std::make_unique<LogProofInspector<ConsistencyProof>>(
      "a proof of consistency (.consistent)", kConsistencyMagic, decode_consistency));
  return list;
}

}  // namespace vouch
