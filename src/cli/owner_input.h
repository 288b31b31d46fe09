// A network's inputs as the model's owner has them: what read_input takes, and real numbers as
// well, which the owner's file says the codes of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"
#include "base/result.h"
#include "cli/output.h"
#include "prove/model_file.h"

namespace CLI {
class App;
}

namespace vouch {

struct OwnerInput {
  Bytes codes;
  std::optional<size_t> cut_off;  ///< of real numbers: those that lie outside of what codes cover
};

/// Real numbers (.npy of floats, .pb, .json; evaluate/sample_file.h) become codes as `evaluate` has
/// them; a .pb file of uint8 or int8, which may as well be codes, is refused unless either means
/// the same. Errors name the file. The file and the values are wiped; what the readers of .pb and
/// .json copy on their way is not.
[[nodiscard]] Result<OwnerInput> read_owner_input(const std::string& path, const ModelFile& model);

/// Says of an input of `elements` real numbers that codes stand for them; nothing of another one.
void report_reals(std::optional<size_t> cut_off, size_t elements, Output& output, Json& object);

/// --codes-to: the codes of inputs, as a verifier takes them.
class CodesOption {
 public:
  void declare(CLI::App& app);
  [[nodiscard]] bool given() const { return !path_.empty(); }
  /// The files of inputs 0…inputs − 1; none without the option.
  [[nodiscard]] std::vector<std::string> outputs(size_t inputs) const;
  /// Writes input number `at` of `inputs`, if the option was given.
  [[nodiscard]] Result<void> write(const Bytes& codes, const Circuit& circuit, size_t at,
                                   size_t inputs, FileAccess access) const;

 private:
  std::string path_;
};

}  // namespace vouch
