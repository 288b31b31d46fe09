// `identity new`: a new key.
#include <CLI/CLI.hpp>

#include "base/file.h"
#include "base/secret.h"
#include "cli/identity_files.h"
#include "cli/paths.h"
#include "cli/printable.h"
#include "cli/record_commands.h"

namespace vouch {
namespace {

class IdentityNewCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "new"; }
  [[nodiscard]] const char* about() const override { return "Make a key"; }
  [[nodiscard]] const char* footer() const override {
    return "The secret file is for its owner only (mode 0600), is not encrypted, and replaces "
           "nothing.\n"
           "Who has it signs in its owner's name; who loses it is nobody any more: keep a copy.\n"
           "\n"
           "Example:\n"
           "  vouch identity new -o alice.key --public alice.id";
  }
  void declare(CLI::App& app) override {
    app.add_option("-o,--output", secret_path_, "The secret key to write; must not exist")
        ->required()
        ->type_name("FILE.key");
    app.add_option("--public", public_path_, "The public key to write as well, for others")
        ->type_name("FILE.id");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_outputs({secret_path_, public_path_}, {}));
    const SecretKey key = SecretKey::generate();
    Bytes secret = encode_secret_key(key);
    const WipedAtEnd wiped(secret);
    VOUCH_TRY(write_new_file(secret_path_, secret, FileAccess::kOwnerOnly));
    if (!public_path_.empty()) {
      VOUCH_TRY(write_file(public_path_, encode_identity(key.public_key()), FileAccess::kPublic));
    }
    output.object()["file"] = printable(secret_path_);
    output.line(printable(secret_path_) + ": a secret key. Keep it to yourself, and a copy");
    report_public_key(key.public_key(), output);
    return ExitStatus::kAccepted;
  }

 private:
  std::string secret_path_;
  std::string public_path_;
};

}  // namespace

std::unique_ptr<Command> identity_new_command() { return std::make_unique<IdentityNewCommand>(); }

}  // namespace vouch
