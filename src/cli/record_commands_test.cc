// Identities and logs as their users run them.
#include "cli/record_commands.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "cli/inspect_command.h"
#include "cli/inspect_record_files.h"
#include "cli/ran_program.h"
#include "records/publication_log.h"
#include "records/test_store.h"

namespace vouch {
namespace {

Ended say(Words words) {
  Program program;
  program.name = "vouch";
  program.commands.push_back(identity_command());
  program.commands.push_back(log_command());
  program.commands.push_back(inspect_command(record_file_inspectors()));
  return run(program, std::move(words));
}

Json done(Words words) {
  words.emplace_back("--json");
  const Ended end = say(std::move(words));
  EXPECT_EQ(end.status, 0) << end.problems << end.out;
  return Json::parse(end.out, nullptr, false);
}

std::string rejected_for(Words words) {
  words.emplace_back("--json");
  const Ended end = say(std::move(words));
  EXPECT_EQ(end.status, 1) << end.problems << end.out;
  return Json::parse(end.out, nullptr, false).value("reason", "");
}

std::string error_of(Words words) {
  const Ended end = say(std::move(words));
  EXPECT_EQ(end.status, 2) << end.out;
  return end.problems;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string receipt_line(char which) {
  const std::string digest(64, which);
  return R"({"model": ")" + std::string(64, '1') + R"(", "request": ")" + digest +
         R"(", "input": ")" + digest + R"(", "output": "0a0b"})" + "\n";
}

class RecordCommands : public TestDirectory {
 protected:
  void SetUp() override {
    TestDirectory::SetUp();
    done({"identity", "new", "-o", path("me.key"), "--public", path("me.id")});
    done({"identity", "new", "-o", path("you.key"), "--public", path("you.id")});
    done({"log", "new", path("log"), "--key", path("me.key")});
  }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(path(name), std::ios::binary) << content;
  }
  [[nodiscard]] Bytes read(const std::string& name) const {
    return read_file(path(name), 1 << 20).value();
  }
  Json append(const std::string& receipts) const {
    write("receipts", receipts);
    return done(
        {"log", "append", path("log"), "--key", path("me.key"), "--receipts", path("receipts")});
  }
  Json sign_root(const std::string& name) const {
    return done({"log", "root", path("log"), "--key", path("me.key"), "-o", path(name)});
  }
  [[nodiscard]] Words check(const std::string& file, Words more = {}) const {
    Words words{"log", "check", path(file), "--publisher", path("me.id")};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
};

TEST_F(RecordCommands, KeysAreTheirOwnersAndAreNotReplaced) {
  struct stat status {};
  ASSERT_EQ(stat(path("me.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const Bytes before = read("me.key");
  EXPECT_TRUE(has(error_of({"identity", "new", "-o", path("me.key")}), "secret key"));
  EXPECT_TRUE(has(error_of({"identity", "new", "-o", path("me.id")}), "exists"));
  EXPECT_EQ(read("me.key"), before);
  const Json shown = done({"identity", "show", path("me.key")});
  EXPECT_EQ(done({"identity", "show", path("me.id")})["key"], shown["key"]);
  EXPECT_EQ(done({"identity", "show", shown["key"]})["fingerprint"], shown["fingerprint"]);
  EXPECT_NE(done({"identity", "show", path("you.id")})["key"], shown["key"]);
  EXPECT_EQ(done({"inspect", path("me.key")})["key"], shown["key"]);
  EXPECT_EQ(shown["command"], "identity show");
  done({"identity", "show", path("me.key"), "--public", path("copy.id")});
  EXPECT_EQ(read("copy.id"), read("me.id"));
  EXPECT_TRUE(has(error_of({"identity", "show", std::string(64, 'f')}), "none that anybody"));
  EXPECT_TRUE(has(error_of({"identity", "show", path("log")}), "more than"));
  EXPECT_EQ(say({"identity"}).status, 2);
}

// The secret half is in no output.
TEST_F(RecordCommands, TheSeedIsNotShown) {
  const Bytes file = read("me.key");
  std::ostringstream seed;
  for (size_t i = 10; i < 14; ++i) {
    seed << "0123456789abcdef"[file[i] >> 4] << "0123456789abcdef"[file[i] & 15];
  }
  for (const char* command : {"show", "inspect"}) {
    Words words{"identity", "show", path("me.key")};
    if (command == std::string("inspect")) {
      words = {"inspect", path("me.key")};
    }
    EXPECT_FALSE(has(say(words).out, seed.str()));
    words.emplace_back("--json");
    EXPECT_FALSE(has(say(words).out, seed.str()));
  }
}

TEST_F(RecordCommands, ALogIsKeptProvenAndChecked) {
  const Json appended = append(receipt_line('2') + receipt_line('3'));
  EXPECT_EQ(appended["size"], 2);
  EXPECT_EQ(appended["records"][1]["new"], true);
  const Json old_head = sign_root("old.record");
  EXPECT_EQ(old_head["body"]["size"], 2);
  append(receipt_line('4') + receipt_line('5'));
  EXPECT_EQ(sign_root("head.record")["body"]["size"], 5);
  EXPECT_EQ(sign_root("again.record")["new"], false);
  EXPECT_EQ(read("again.record"), read("head.record"));

  done({"log", "prove", path("log"), "--record", "1", "-o", path("1.included")});
  const Json included = done(check("1.included", {"--head", path("head.record")}));
  EXPECT_EQ(included["status"], "ok");
  EXPECT_EQ(included["kind"], "receipt");
  EXPECT_EQ(included["body"]["request"], std::string(64, '3'));
  EXPECT_EQ(included["body"]["output"], "0a0b");
  EXPECT_EQ(rejected_for(check("1.included", {"--head", path("old.record")})), "not in the log");

  done({"log", "prove", path("log"), "--since", path("old.record"), "-o", path("consistent")});
  for (const char* head : {"old.record", "head.record"}) {
    EXPECT_EQ(done(check("consistent", {"--head", path(head)}))["old_head"]["record"], 2);
  }
  const Json exported = done({"log", "export", path("log"), "-o", path("all.records")});
  EXPECT_EQ(exported["records"].size(), 6U);
  EXPECT_EQ(done(check("all.records", {"--head", path("head.record")}))["records"].size(), 6U);
  EXPECT_EQ(done(check("head.record"))["kind"], "tree head");
  for (const char* file : {"1.included", "consistent", "all.records", "head.record", "me.id"}) {
    EXPECT_EQ(say({"inspect", path(file)}).status, 0) << file;
  }
  EXPECT_TRUE(has(say(check("1.included")).out, "ACCEPTED"));
}

TEST_F(RecordCommands, TheSameCommandAgainAppendsNothing) {
  append(receipt_line('2') + receipt_line('3'));
  const Json again = append(receipt_line('2') + receipt_line('3') + receipt_line('4'));
  EXPECT_EQ(again["size"], 3);
  EXPECT_EQ(again["records"][0]["new"], false);
  EXPECT_EQ(again["records"][2]["new"], true);
}

TEST_F(RecordCommands, DocumentsArePublished) {
  write("not.pub", "nothing");
  const Words words{"log", "append", path("log"), "--key", path("me.key")};
  const auto with = [&](const Words& more) {
    Words all = words;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const Json published = done(with({"--documents", "200:" + std::string(64, 'a')}));
  EXPECT_EQ(published["records"][0]["kind"], "document commitments");
  const SessionStore log = SessionStore::open(path("log")).value();
  EXPECT_EQ(body_of<DocumentsCommitted>(log.record(0, 0).value().record().body).count, 200U);
  EXPECT_TRUE(has(error_of(with({"--model", path("not.pub")})), "not.pub"));
  for (const std::string& wrong : {std::string("200"), "x:" + std::string(64, 'a'),
                                   std::string("200:abc"), "-1:" + std::string(64, 'a')}) {
    EXPECT_EQ(say(with({"--documents", wrong})).status, 2) << wrong;
  }
  EXPECT_TRUE(has(error_of(words), "nothing to append"));
  EXPECT_EQ(log.count(0).value(), 1U);
}

// A log that was copied and gone on with twice.
TEST_F(RecordCommands, TwoRecordsOfOneNumberConvict) {
  std::filesystem::copy_file(path("log"), path("other"));
  append(receipt_line('2'));
  sign_root("one.record");
  std::filesystem::copy_file(path("other"), path("log"),
                             std::filesystem::copy_options::overwrite_existing);
  append(receipt_line('3'));
  sign_root("two.record");
  done({"log", "prove", path("log"), "--record", "0", "-o", path("two.included")});
  EXPECT_EQ(rejected_for(check("one.record", {"--against", path("two.record")})), "forked");
  done(check("one.record", {"--against", path("one.record")}));
  done(check("two.included", {"--against", path("two.record")}));
  EXPECT_TRUE(has(error_of(check("one.record", {"--against", path("receipts")})), "publisher"));
}

TEST_F(RecordCommands, WrongReceiptsAreNamedAndNoneIsAppended) {
  for (const std::string& wrong :
       {std::string("{"), std::string("[]"), std::string("{\"model\": 1}"), std::string("\n"),
        std::string(R"({"model": "12", "request": "", "input": "", "output": ""})")}) {
    write("receipts", receipt_line('2') + wrong);
    const std::string problem = error_of(
        {"log", "append", path("log"), "--key", path("me.key"), "--receipts", path("receipts")});
    EXPECT_TRUE(has(problem, "line 2")) << problem;
  }
  EXPECT_EQ(done({"log", "export", path("log")})["size"], 0);
}

TEST_F(RecordCommands, OtherKeysAndFilesAreErrors) {
  write("receipts", receipt_line('2'));
  EXPECT_TRUE(has(error_of({"log", "append", path("log"), "--key", path("you.key"), "--receipts",
                            path("receipts")}),
                  "the key is that of"));
  EXPECT_TRUE(has(error_of({"log", "new", path("log"), "--key", path("me.key")}), "exists"));
  EXPECT_TRUE(has(error_of({"log", "export", path("me.key")}), "not a database"));
  EXPECT_TRUE(has(error_of({"log", "prove", path("log"), "--record", "0", "-o", path("x")}),
                  "no signed root"));
  EXPECT_TRUE(has(error_of({"log", "prove", path("log"), "-o", path("x")}), "nothing to prove"));
  EXPECT_TRUE(has(error_of({"log", "export", path("log"), "-o", path("log")}), "input"));
  EXPECT_TRUE(has(error_of({"log", "export", path("log"), "-o", path("me.key")}), "secret key"));
}

TEST_F(RecordCommands, WhatIsNotThePublishersIsRejectedWithItsReason) {
  append(receipt_line('2') + receipt_line('3'));
  sign_root("head.record");
  done({"log", "export", path("log"), "-o", path("all.records")});
  EXPECT_EQ(rejected_for({"log", "check", path("head.record"), "--publisher", path("you.id")}),
            "other parties");
  std::vector<Bytes> records = SessionStore::open(path("log")).value().records().value();
  const auto list = [&](const std::vector<Bytes>& changed) {
    ASSERT_TRUE(write_file(path("list"), encode_record_list(changed), FileAccess::kPublic).ok());
  };
  list({records[0], records[2]});
  EXPECT_EQ(rejected_for(check("list")), "missing records");
  list({records[1], records[0], records[2]});
  EXPECT_EQ(rejected_for(check("list")), "out of order");
  list({records[0], records[1], records[1]});
  EXPECT_EQ(rejected_for(check("list")), "replayed");
  list({records[0], records[1]});
  EXPECT_EQ(rejected_for(check("list", {"--head", path("head.record")})), "missing records");
  Bytes forged = records[2];
  forged.back() ^= 1;
  ASSERT_TRUE(write_file(path("forged"), forged, FileAccess::kPublic).ok());
  EXPECT_EQ(rejected_for(check("forged")), "forged");
  EXPECT_TRUE(has(error_of(check("all.records", {"--head", path("forged")})), "--head"));
  write("text", "nothing");
  EXPECT_EQ(rejected_for(check("text")), "malformed");
  EXPECT_TRUE(has(say(check("forged")).out, "REJECTED: forged"));
}

TEST_F(RecordCommands, EveryCommandOfAFamilyHasHelpWithAnExample) {
  for (const Words& family : {Words{"identity", "new", "show"},
                              Words{"log", "new", "append", "root", "prove", "export", "check"}}) {
    for (size_t i = 1; i < family.size(); ++i) {
      const Ended help = say({family[0], family[i], "--help"});
      EXPECT_EQ(help.status, 0);
      EXPECT_TRUE(has(help.out, "Example")) << help.out;
      EXPECT_TRUE(has(say({family[0], "--help"}).out, family[i]));
    }
  }
}

}  // namespace
}  // namespace vouch
