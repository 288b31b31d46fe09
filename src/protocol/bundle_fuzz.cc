// A whole session of each protocol, as honest parties hold it, and a bundle that somebody made of
// it: records with other numbers, digests, lists, times and acknowledgements, signed again by their
// authors or not; records left out, repeated, exchanged; objects changed (and named by what names
// them), damaged or missing; files cut off. It is judged, the same again, and within the limits of
// time and memory that the fuzzer keeps.
//
// The first byte is which session, the second whose files have the records; then follow changes.
#include <fstream>
#include <map>
#include <set>

#include "base/hex.h"
#include "protocol/arbitrate.h"
#include "protocol/audit/test_audit.h"
#include "protocol/contest/test_contest.h"
#include "records/record_list.h"

namespace {

using namespace vouch;  // NOLINT(google-build-using-namespace)

using Objects = std::map<Digest, Bytes>;

struct WholeSession {
  const Workflow* workflow;
  std::vector<Record> records;
  Objects objects;
};

WholeSession read_whole(const Bundle& bundle, const Workflow& workflow) {
  WholeSession whole{&workflow, {}, {}};
  const Exchange exchange = read_exchange(bundle, workflow).value().value();
  for (const SignedRecord& record : exchange.records) {
    whole.records.push_back(record.record());
  }
  for (const auto& entry : std::filesystem::directory_iterator(bundle.path() + "/objects")) {
    const Bytes object = read_file(entry.path().string(), kMaxObjectBytes).value();
    whole.objects.emplace(file_digest(object), object);
  }
  return whole;
}

// The cases of the tests, without being tests.
template <class Case>
class HeldOnce : public Case {
 public:
  template <class Hold>
  WholeSession hold(const Workflow& workflow, const Hold& steps) {
    Case::SetUp();
    steps(*this);
    WholeSession whole = read_whole(Case::bundle(), workflow);
    Case::TearDown();
    return whole;
  }
  void audit(AuditVariant variant) { Case::whole(variant); }
  void contest(bool show_inputs) {
    Case::serve_honestly();
    ContestOpened terms = Case::terms();
    terms.inputs = show_inputs ? 1 : 0;
    Case::until_proofs(terms);
    Case::tell_time();
    Case::claim(ContestFault::kNone);
  }
  void retrieval() {
    Case::deliver_all();
    Case::finish();
  }

 private:
  void TestBody() override {}
};

const std::vector<WholeSession>& whole_sessions() {
  static const std::vector<WholeSession> all{
      HeldOnce<AuditCase>().hold(audit_workflow(), [](auto& c) { c.audit(AuditVariant::kPublic); }),
      HeldOnce<AuditCase>().hold(audit_workflow(), [](auto& c) { c.audit(AuditVariant::kHidden); }),
      HeldOnce<ContestCase>().hold(contest_workflow(), [](auto& c) { c.contest(false); }),
      HeldOnce<ContestCase>().hold(contest_workflow(), [](auto& c) { c.contest(true); }),
      HeldOnce<RetrievalCase>().hold(retrieval_workflow(), [](auto& c) { c.retrieval(); })};
  return all;
}

// A bundle that is written anew each time.
class Written {
 public:
  explicit Written(const Objects& objects) {
    std::string name = "/dev/shm/vouch_bundle_fuzz_XXXXXX";
    VOUCH_CHECK(mkdtemp(name.data()) != nullptr);
    path_ = name;
    std::filesystem::create_directory(path_ + "/objects");
    for (const auto& [name_of, object] : objects) {
      write(object_path(name_of), object);
    }
  }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;
  ~Written() { std::filesystem::remove_all(path_); }

  [[nodiscard]] Bundle open() const { return Bundle::open(path_).value(); }
  void write_records(const std::string& role, const Bytes& file) const {
    write(path_ + "/" + role + ".records", file);
  }

 private:
  [[nodiscard]] std::string object_path(const Digest& object) const {
    return path_ + "/objects/" + hex_text(object);
  }
  static void write(const std::string& path, const Bytes& bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  std::string path_;
};

// What is wrong with how a record is signed, beside what it says.
struct Signing {
  std::optional<std::pair<size_t, uint8_t>> seen_more;  // by a party's records, mod 256
  std::optional<size_t> seen_other;
  bool is_forged = false;
};

struct Entry {
  Record record;
  Signing signing;
};

class Changes {
 public:
  Changes(const WholeSession& whole, ByteReader& in) : objects_(whole.objects), in_(in) {
    for (const Record& record : whole.records) {
      entries_.push_back({record, {}});
    }
  }

  void apply() {
    for (int i = 0; i < 16 && in_.remaining() != 0 && !entries_.empty(); ++i) {
      change(in_.u8());
    }
  }

  [[nodiscard]] const Objects& objects() const { return objects_; }

  // Signed after each other, each as if its author had seen all before it.
  [[nodiscard]] std::vector<Bytes> records() const {
    std::vector<Bytes> all;
    std::map<Bytes, MemoryHistory> histories;
    for (const Entry& entry : entries_) {
      Record record = entry.record;
      ByteWriter session;
      write_session(session, record.session);
      MemoryHistory& history = histories.try_emplace(session.take(), record.session).first->second;
      record.seen = ends_of(history).value();
      if (entry.signing.seen_more) {
        ChainEnd& end = record.seen[entry.signing.seen_more->first % record.seen.size()];
        end.count = static_cast<uint8_t>(end.count + entry.signing.seen_more->second);
        end.last = end.count == 0 ? Digest{} : end.last == Digest{} ? Digest{1} : end.last;
      }
      if (entry.signing.seen_other) {
        ChainEnd& end = record.seen[*entry.signing.seen_other % record.seen.size()];
        end.last[0] ^= end.count == 0 ? 0 : 1;
      }
      const auto made = SignedRecord::sign(record, key_of(record));
      if (!made.ok()) {
        continue;
      }
      Bytes bytes = made.value().bytes();
      bytes.back() ^= entry.signing.is_forged ? 1 : 0;
      all.push_back(std::move(bytes));
      if (!entry.signing.is_forged) {
        history.add(made.value());
      }
    }
    return all;
  }

 private:
  static SecretKey key_of(const Record& record) {
    for (uint8_t i = 1; i <= 3; ++i) {
      if (test_key(i).public_key() == record.session.parties[record.author]) {
        return test_key(i);
      }
    }
    VOUCH_CHECK(false);
  }

  Entry& entry() { return entries_[in_.u8() % entries_.size()]; }
  Objects::iterator object() {
    return std::next(objects_.begin(), static_cast<ptrdiff_t>(in_.u8() % objects_.size()));
  }

  void change(uint8_t what) {
    switch (what % 10) {
      case 0:
      case 1:
        return change_field(entry().record);
      case 2:
        return change_record(entry().record);
      case 3: {
        const size_t from = in_.u8() % entries_.size();
        entries_.erase(entries_.begin() + static_cast<ptrdiff_t>(from));
        return;
      }
      case 4: {
        const Entry copy = entry();
        entries_.insert(entries_.begin() + static_cast<ptrdiff_t>(in_.u8() % entries_.size()),
                        copy);
        return;
      }
      case 5:
        return change_signing(entry().signing);
      case 6:
      case 7:
        if (!objects_.empty()) {
          const auto which = object();
          return exchange(which->first, changed(which->second));
        }
        return;
      case 8:
        if (!objects_.empty()) {
          objects_.erase(object());
        }
        return;
      default:
        if (!objects_.empty()) {
          const auto which = object();
          which->second = changed(which->second);
        }
        return;
    }
  }

  uint64_t number() {
    const uint8_t how = in_.u8();
    return how < 128 ? how : in_.u64();
  }

  Digest digest() {
    const uint8_t how = in_.u8();
    if (how < 128 && !objects_.empty()) {
      return object()->first;
    }
    Digest any{};
    any[0] = how;
    return any;
  }

  void change_field(Record& record) {
    if (record.body.empty()) {
      return;
    }
    Field& field = record.body[in_.u8() % record.body.size()];
    if (auto* value = std::get_if<uint64_t>(&field)) {
      *value = in_.u8() % 2 == 0 ? number() : *value + number() - 64;
    } else if (auto* name = std::get_if<Digest>(&field)) {
      *name = digest();
    } else if (auto* names = std::get_if<std::vector<Digest>>(&field)) {
      change_list(*names);
    } else if (auto* bytes = std::get_if<Bytes>(&field)) {
      *bytes = changed(*bytes);
    }
  }

  void change_list(std::vector<Digest>& names) {
    const uint8_t how = in_.u8() % 4;
    if (how == 0 || names.empty()) {
      names.push_back(digest());
    } else if (how == 1) {
      names.pop_back();
    } else if (how == 2) {
      names[in_.u8() % names.size()] = digest();
    } else {
      std::swap(names[in_.u8() % names.size()], names[in_.u8() % names.size()]);
    }
  }

  void change_record(Record& record) {
    switch (in_.u8() % 5) {
      case 0:
        record.kind = in_.u8();
        return;
      case 1:
        record.author = static_cast<uint8_t>(in_.u8() % record.session.parties.size());
        return;
      case 2:
        record.time = in_.u8() % 2 == 0 ? number() : record.time + number() * 1'000'000;
        record.time %= kCountLimit;
        return;
      case 3:
        record.session.id[0] ^= 1;
        return;
      default:
        if (!record.body.empty()) {
          record.body.pop_back();
        }
    }
  }

  void change_signing(Signing& signing) {
    switch (in_.u8() % 3) {
      case 0:
        signing.seen_more = {in_.u8(), in_.u8()};
        return;
      case 1:
        signing.seen_other = in_.u8();
        return;
      default:
        signing.is_forged = true;
    }
  }

  Bytes changed(Bytes bytes) {
    const uint8_t how = in_.u8() % 4;
    if (how == 0 || bytes.empty()) {
      bytes.push_back(in_.u8());
    } else if (how == 1) {
      bytes.resize(in_.u32() % bytes.size());
    } else if (how == 2) {
      bytes[in_.u32() % bytes.size()] ^= static_cast<uint8_t>(in_.u8() | 1U);
    } else {
      const size_t place = in_.u32() % bytes.size();
      bytes.erase(bytes.begin() + static_cast<ptrdiff_t>(place));
    }
    return bytes;
  }

  // Another object in the place of one, and its name wherever the old one was named: in lists,
  // which get other names by that, and in records.
  void exchange(Digest old, Bytes object) {  // NOLINT(misc-no-recursion): lists of lists
    const Digest name = file_digest(object);
    objects_.erase(old);
    objects_[name] = std::move(object);
    for (Entry& entry : entries_) {
      for (Field& field : entry.record.body) {
        if (auto* one = std::get_if<Digest>(&field); one != nullptr && *one == old) {
          *one = name;
        } else if (auto* names = std::get_if<std::vector<Digest>>(&field)) {
          std::ranges::replace(*names, old, name);
        }
      }
    }
    const Objects before = objects_;
    for (const auto& [list, bytes] : before) {
      const auto place = std::search(bytes.begin(), bytes.end(), old.begin(), old.end());
      if (place != bytes.end() && objects_.contains(list)) {
        Bytes other = bytes;
        std::ranges::copy(name, other.begin() + (place - bytes.begin()));
        exchange(list, std::move(other));
        return;
      }
    }
  }

  std::vector<Entry> entries_;
  Objects objects_;
  ByteReader& in_;
};

void check_judgement(const Arbitration& found) {
  const Judgement& judgement = found.judgement;
  const bool deviates = judgement.state == Judgement::State::kDeviation;
  VOUCH_CHECK(deviates != judgement.deviations.empty());
  for (const Deviation& deviation : judgement.deviations) {
    VOUCH_CHECK(deviation.party < found.workflow->rules().roles.size());
    VOUCH_CHECK(!deviation.evidence.empty() && !deviation.detail.empty());
  }
  std::set<size_t> signed_wrong;
  for (const Offence& offence : found.exchange.offences) {
    signed_wrong.insert(offence.record.record().author);
    VOUCH_CHECK(offence.record.record().session == found.exchange.session);
  }
  for (const Deviation& deviation : judgement.deviations) {
    VOUCH_CHECK(signed_wrong.empty() || signed_wrong.contains(deviation.party));
  }
}

}  // namespace

// Before the time of any input is taken.
extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  (void)whole_sessions();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ByteReader in({data, size});
  const WholeSession& whole = whole_sessions()[in.u8() % whole_sessions().size()];
  const uint8_t whose = in.u8();
  Changes changes(whole, in);
  changes.apply();
  const Written written(changes.objects());
  Bytes file = encode_record_list(changes.records());
  for (size_t i = 0; i < whole.workflow->rules().roles.size(); ++i) {
    if ((whose >> i & 1U) == 0) {
      written.write_records(whole.workflow->rules().roles[i], file);
    }
    file.resize(file.size() - (whose >> 6U) * std::min<size_t>(file.size() / 4, 100));
  }
  const Bundle bundle = written.open();
  const auto found = arbitrate(bundle);
  if (!found.ok()) {
    return 0;
  }
  check_judgement(found.value());
  if (size % 4 == 0) {  // the same again
    VOUCH_CHECK(arbitrate(bundle).value().judgement.state == found.value().judgement.state);
  }
  if (found.value().workflow == &retrieval_workflow()) {
    const SecretKey requester = test_key(1);
    (void)examine_retrieval(found.value().exchange, bundle, documents_sealed_to(requester, bundle))
        .ok();
  }
  return 0;
}
