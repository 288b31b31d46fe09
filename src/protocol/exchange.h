// The records of a bundle, for whoever looks at it: a party before it takes them in, or a third.
//
// What is wrong in a file is passed over and told: whoever put it there, it keeps nobody from what
// is right. If its author signed it for this very session, it convicts him; else nobody.
#pragma once

#include <functional>

#include "protocol/bundle.h"
#include "protocol/workflow.h"

namespace vouch {

/// A record that convicts its author, as nobody else could have signed it and no program that keeps
/// to the protocol says it: another one of the same number, one that is not due after what its
/// author had seen, is none of the protocol, or contradicts what its author said before.
struct Offence {
  SignedRecord record;
  Refusal why;
  std::vector<Digest> evidence;  ///< of records: what it contradicts, and itself
};

/// What a bundle says about a session.
struct Exchange {
  Session session;
  std::vector<SignedRecord> records;   ///< each after those that it answers
  std::vector<Refusal> refused = {};   ///< why what else is in the files is none of these
  std::vector<Offence> offences = {};  ///< those of the refused that convict, each once
};

/// Which of the sessions in a bundle is looked for.
using SessionFilter = std::function<bool(const Session& session)>;
[[nodiscard]] inline bool any_session(const Session& /*session*/) { return true; }

/// A role's file: its entries that are signed by a party of the session they name, up to the first
/// that is cut short, and why the others are not.
struct RecordFile {
  std::string role;
  std::vector<std::pair<size_t, SignedRecord>> records;  ///< with their numbers in the file
  std::vector<Refusal> refused;
};
/// Of the roles that have one, in their order.
[[nodiscard]] Result<std::vector<RecordFile>> read_record_files(const Bundle& bundle,
                                                                const ProtocolRules& rules);

/// Why what is in none of their records is none.
[[nodiscard]] std::vector<Refusal> unreadable_of(const std::vector<RecordFile>& files);

/// What the files say of the session of session_of. Refused: there is none.
[[nodiscard]] Result<Checked<Exchange>> exchange_of(const std::vector<RecordFile>& files,
                                                    const Workflow& workflow,
                                                    const SessionFilter& wanted);

/// The same of a bundle. Error: a file could not be read, or there are none.
[[nodiscard]] Result<Checked<Exchange>> read_exchange(const Bundle& bundle,
                                                      const Workflow& workflow,
                                                      const SessionFilter& wanted = any_session);

/// A session that files tell of.
struct ToldSession {
  Session session;
  size_t votes = 0;  ///< two a file that tells of it first; three if it is that of who has to begin
};
/// The one that has most votes.
[[nodiscard]] Checked<ToldSession> session_of(const std::vector<RecordFile>& files,
                                              const Workflow& workflow,
                                              const SessionFilter& wanted);

/// Says why a record cannot be taken in.
using TakeRecord = std::function<Result<MaybeRefusal>(const SignedRecord& record)>;
/// Gets the reason as it is, and with the record's place in the files.
using NoteRefusal = std::function<void(const SignedRecord& record, const Refusal& refusal,
                                       const Refusal& with_place)>;
/// Offers all records, those of a file in their order; one that answers others than are there waits
/// for those of the other files. Those that are not taken in the end are noted.
[[nodiscard]] Result<void> take_in_files(const std::vector<RecordFile>& files,
                                         const TakeRecord& take, const NoteRefusal& note);

}  // namespace vouch
