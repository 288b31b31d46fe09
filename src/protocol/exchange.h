// The records of a bundle, for whoever looks at it: a party before it takes them in, or a third.
#pragma once

#include "protocol/bundle.h"
#include "protocol/workflow.h"

namespace vouch {

/// What a bundle says about a session.
struct Exchange {
  Session session;
  std::vector<SignedRecord> records;  ///< each after those that it answers

  /// Why what else is in the files is none of these, as read_what_is_right passes it over.
  std::vector<Refusal> refused = {};
  /// Those of the refused that convict their authors, by signature: what they say is not due after
  /// what they had seen, or there is another record of the same number.
  std::vector<SignedRecord> out_of_turn = {};
  std::vector<SignedRecord> forked = {};
};

/// Reads the records that any party has, and checks each of them: check_next and TurnOrder. The
/// refusal names the file. A party whose file ends earlier has not seen the rest; two parties'
/// files that differ convict who signed both (kForked). Error: a file could not be read, or there
/// are no records.
[[nodiscard]] Result<Checked<Exchange>> read_exchange(const Bundle& bundle,
                                                      const Workflow& workflow);

/// The same, but what is refused is passed over, and told: rubbish in one party's file, whoever put
/// it there, keeps nobody from the others. The session is that which most files begin with, and of
/// those the one of who has to begin. Refused: no file begins with a record of the protocol.
[[nodiscard]] Result<Checked<Exchange>> read_what_is_right(const Bundle& bundle,
                                                           const Workflow& workflow);

/// The files of records of each role, as they are, in the order of the roles: (role, file).
struct RecordFile {
  std::string role;
  Bytes file;
  [[nodiscard]] Checked<std::vector<SignedRecord>> open() const;
};

/// What is readable of a file: its entries that are signed by a party of the session they name, and
/// why the others are not.
struct ReadableRecords {
  std::vector<std::pair<size_t, SignedRecord>> records;  ///< with their numbers in the file
  std::vector<Refusal> refused;
};
[[nodiscard]] ReadableRecords readable_records(const RecordFile& file);

/// The session of a protocol that most files begin with; see read_what_is_right.
[[nodiscard]] Checked<Session> session_of(const std::vector<RecordFile>& files,
                                          const Workflow& workflow);
[[nodiscard]] Result<std::vector<RecordFile>> read_record_files(const Bundle& bundle,
                                                                const ProtocolRules& rules);

/// "record 3 of provider.records: …", the refusal of the record that is number `index` there.
[[nodiscard]] Refusal in_file(const RecordFile& file, size_t index, const Refusal& refusal);

}  // namespace vouch
