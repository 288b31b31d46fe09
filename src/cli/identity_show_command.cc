// `identity show`: whose key it is.
#include <CLI/CLI.hpp>

#include "base/file.h"
#include "cli/identity_files.h"
#include "cli/paths.h"
#include "cli/record_commands.h"

namespace vouch {
namespace {

class IdentityShowCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "show"; }
  [[nodiscard]] const char* about() const override {
    return "Show the public key and fingerprint of a key";
  }
  [[nodiscard]] const char* footer() const override {
    return "Of a secret key only the public half is shown.\n"
           "\n"
           "Examples:\n"
           "  vouch identity show alice.id\n"
           "  vouch identity show alice.key --public alice.id";
  }
  void declare(CLI::App& app) override {
    app.add_option("KEY", key_, "A secret key, an identity, or 64 hexadecimal digits")->required();
    app.add_option("--public", public_path_, "The public key to write, for others")
        ->type_name("FILE.id");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_outputs({public_path_}, {key_}));
    VOUCH_ASSIGN(const PublicKey key, read_public_key(key_));
    if (!public_path_.empty()) {
      VOUCH_TRY(write_file(public_path_, encode_identity(key), FileAccess::kPublic));
    }
    report_public_key(key, output);
    return ExitStatus::kAccepted;
  }

 private:
  std::string key_;
  std::string public_path_;
};

}  // namespace

std::unique_ptr<Command> identity_show_command() { return std::make_unique<IdentityShowCommand>(); }

}  // namespace vouch
