// The options that say how a model file becomes a circuit: of `compile`, and of commands that
// compile the same file again.
#pragma once

#include <optional>
#include <string>

#include "model/compile.h"

namespace CLI {
class App;
}

namespace vouch {

class ModelOptions {
 public:
  /// --rounding, --shift, --crop, --input: what the circuit shows afterwards.
  void declare_public(CLI::App& app);
  /// --samples, --range, --pixel-scale, --pixel-zero: what a float model is quantised by.
  void declare_quantisation(CLI::App& app);

  /// `this` must outlive what is returned: it reads the samples. Error: options that exclude each
  /// other.
  [[nodiscard]] Result<CompileOptions> options() const;
  /// The same, but for what a circuit that was compiled before shows.
  [[nodiscard]] CompileOptions options_of(const Circuit& circuit) const;

 private:
  static constexpr size_t kMostSamples = 1000;

  void read_samples_for(CompileOptions& options) const;

  std::string rounding_ = "fast";
  std::optional<unsigned> shift_;
  unsigned crop_permille_ = CompileOptions{}.crop_permille;
  std::string input_ = "auto";
  std::string samples_;
  std::string range_ = "least-error";
  std::optional<float> pixel_scale_;
  uint64_t pixel_zero_ = 0;
};

}  // namespace vouch
