// An audit's steps by the command line, as both parties take them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "base/file.h"
#include "cli/ran_program.h"
#include "cli/vouch_program.h"
#include "protocol/audit/audit_records.h"
#include "protocol/audit/label_opening.h"
#include "protocol/participant.h"
#include "records/key_file.h"
#include "records/publication.h"
#include "records/test_records.h"
#include "verify/files.h"

namespace vouch {

namespace files = std::filesystem;

inline constexpr int kInputs = 6;
inline constexpr int kClasses = 7;

// One honest audit is made for all tests, and its directory kept as it was after each step, by the
// step's name. A test works on a copy: paths in it are the same in all.
class AuditCommands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    root = files::temp_directory_path() / ("vouch_audit_test_" + std::to_string(getpid()));
    files::create_directories(root / "now" / "inputs");
    setenv("XDG_CACHE_HOME", root.c_str(), 1);
    make_parties();
    keep("begin");
    for (const char* step : {"request", "predict", "prove", "reveal", "verify", "sign"}) {
      done(words_of(step));
      keep(step);
    }
  }
  static void TearDownTestSuite() { files::remove_all(root); }

  static std::string path(const std::string& name) { return (root / "now" / name).string(); }

  static Ended say(Words words) { return run(vouch_program(), std::move(words)); }
  static Json done(Words words) {
    words.emplace_back("--json");
    const Ended end = say(words);
    EXPECT_EQ(end.status, 0) << words[1] << ": " << end.problems << end.out;
    return Json::parse(end.out, nullptr, false);
  }
  // The fault's role and record, or the refusal's reason, and the detail.
  static std::string rejected(Words words) {
    words.emplace_back("--json");
    const Ended end = say(std::move(words));
    EXPECT_EQ(end.status, 1) << end.problems << end.out;
    const Json object = Json::parse(end.out, nullptr, false);
    if (object.contains("fault")) {
      return object["fault"]["role"].get<std::string>() + " " +
             object["fault"]["record"].get<std::string>() + ": " +
             object["fault"]["detail"].get<std::string>();
    }
    return object.value("reason", "") + ": " + object.value("detail", "");
  }
  static std::string error_of(Words words) {
    const Ended end = say(std::move(words));
    EXPECT_EQ(end.status, 2) << end.out;
    return end.problems;
  }
  static bool begins(const std::string& text, const std::string& beginning) {
    return text.starts_with(beginning);
  }
  static bool tells(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  static Words words_of(const std::string& step) {
    Words words{"audit", step, path("bundle")};
    const bool consumer = step == "request" || step == "reveal" || step == "verify";
    const std::string party = consumer ? "c" : "p";
    words.insert(words.end(), {"--key", path(party + ".key"), "--state", path(party + ".state")});
    if (step == "request") {
      words.insert(words.end(), {"--provider", path("p.id"), "--model", path("net.pub"),
                                 "--included", path("net.included"), "--inputs", path("inputs"),
                                 "--labels", path("labels"), "--batch", "4", "--top", "2"});
    }
    if (step == "predict" || step == "prove") {
      words.insert(words.end(), {"--model", path("net.vouch")});
    }
    return words;
  }
  static Words check_words() {
    return {"audit",      "check",      path("bundle"), "--provider",
            path("p.id"), "--consumer", path("c.id")};
  }

  // Everything as it was after a step.
  static void go_to(const std::string& step) {
    files::remove_all(root / "now");
    files::copy(root / step, root / "now", files::copy_options::recursive);
  }

  static void make_parties() {
    for (const std::string party : {"p", "c", "q"}) {
      done({"identity", "new", "-o", path(party + ".key"), "--public", path(party + ".id")});
    }
    done({"new-model", "mobilenet_v2", "--width", "0.1", "--size", "32", "--classes",
          std::to_string(kClasses), "-o", path("net.tflite")});
    for (const std::string net : {"net", "other"}) {
      done({"compile", path("net.tflite"), "-o", path(net + ".vouch"), "--shift", "12"});
    }
    done({"commit", path("net.vouch"), "-o", path("net.pub")});
    for (const std::string party : {"p", "q"}) {
      const std::string log = path(party + ".log");
      done({"log", "new", log, "--key", path(party + ".key")});
      done({"log", "append", log, "--key", path(party + ".key"), "--model", path("net.pub")});
      done({"log", "root", log, "--key", path(party + ".key"), "-o", path(party + ".record")});
      done({"log", "prove", log, "--record", "0", "-o",
            path(party == "p" ? "net.included" : "q.included")});
    }
    std::ofstream labels(path("labels"));
    for (int i = 0; i < kInputs; ++i) {
      done({"new-picture", "-o", path("inputs/" + std::to_string(i) + ".png"), "--width", "32",
            "--height", "32", "--seed", std::to_string(i)});
      labels << i % kClasses << "\n";
    }
  }
  static void keep(const std::string& step) {
    files::copy(root / "now", root / step, files::copy_options::recursive);
  }

  static Bundle bundle() { return Bundle::open(path("bundle")).value(); }
  static Exchange exchange() { return read_exchange(bundle(), audit_workflow()).value().value(); }
  static AuditSaid said() { return audit_said(exchange().records); }
  // A party that says what its program would not.
  static Participant dishonest(size_t role) {
    const std::string party = role == kAuditProvider ? "p" : "c";
    SecretKey key = decode_secret_key(read_file(path(party + ".key"), 4096).value()).value();
    Participant participant =
        Participant::join(audit_workflow(), {path("bundle"), path(party + ".state")},
                          std::move(key), role)
            .value()
            .value();
    EXPECT_TRUE(participant.take_in().value().empty());
    return participant;
  }
  // Another session, with this request.
  static void request_anew(const AuditRequest& request) {
    files::remove(path("c.state"));
    files::remove(path("p.state"));
    files::remove(path("bundle/consumer.records"));
    files::remove(path("bundle/provider.records"));
    const auto key = [](const char* name) {
      return decode_secret_key(read_file(path(name), 4096).value()).value();
    };
    Participant consumer =
        Participant::begin(audit_workflow(), {path("bundle"), path("c.state")}, key("c.key"),
                           {key("p.key").public_key(), key("c.key").public_key()})
            .value();
    ASSERT_TRUE(consumer.say(request).ok());
  }
  // Another request in the same session, of which the provider's state knows nothing.
  static void replace_request(const AuditRequest& request, uint64_t time) {
    const MemoryHistory nothing_said(exchange().session);
    const Saying what = saying(request);
    const Record record{
        exchange().session, what.kind, kAuditConsumer, ends_of(nothing_said).value(), time,
        what.body};
    const SecretKey key = decode_secret_key(read_file(path("c.key"), 4096).value()).value();
    files::remove(path("p.state"));
    files::remove(path("bundle/provider.records"));
    ASSERT_TRUE(
        bundle().put_records("consumer", {SignedRecord::sign(record, key).value().bytes()}).ok());
  }
  static void damage(const std::string& file) {
    Bytes bytes = read_file(file, size_t{1} << 24).value();
    bytes[bytes.size() / 2] ^= 1;
    ASSERT_TRUE(write_file(file, bytes, FileAccess::kPublic).ok());
  }

  static inline files::path root;
};

}  // namespace vouch
