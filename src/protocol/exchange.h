// The records of a bundle, for whoever looks at it: a party before it takes them in, or a third.
#pragma once

#include "protocol/bundle.h"
#include "protocol/workflow.h"

namespace vouch {

/// What a bundle says about a session.
struct Exchange {
  Session session;
  std::vector<SignedRecord> records;  ///< each after those that it answers
};

/// Reads the records that any party has, and checks each of them: check_next and TurnOrder. The
/// refusal names the file. A party whose file ends earlier has not seen the rest; two parties'
/// files that differ convict who signed both (kForked). Error: a file could not be read, or there
/// are no records.
[[nodiscard]] Result<Checked<Exchange>> read_exchange(const Bundle& bundle,
                                                      const Workflow& workflow);

/// The files of records of each role, as they are, in the order of the roles: (role, file).
struct RecordFile {
  std::string role;
  Bytes file;
  [[nodiscard]] Checked<std::vector<SignedRecord>> open() const;
};
[[nodiscard]] Result<std::vector<RecordFile>> read_record_files(const Bundle& bundle,
                                                                const ProtocolRules& rules);

/// "record 3 of provider.records: …", the refusal of the record that is number `index` there.
[[nodiscard]] Refusal in_file(const RecordFile& file, size_t index, const Refusal& refusal);

}  // namespace vouch
