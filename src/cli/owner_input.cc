#include "cli/owner_input.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/secret.h"
#include "cli/numbered_path.h"
#include "cli/printable.h"
#include "evaluate/input_array.h"
#include "evaluate/sample_file.h"
#include "model/onnx/tensor.h"
#include "picture/prepare.h"

namespace vouch {
namespace {

constexpr size_t kMostFileBytes = size_t{1} << 28;
constexpr double kRounding = 0.5;  // of a code: what is off by more was cut off

// Whole numbers of 8 bits, where a code is another number than what it stands for: as real numbers
// they would be wrong without a word if they are the codes that the model's own input has.
bool may_be_codes(ByteSpan file, const CodeScale& codes) {
  const bool same = codes.scale == 1 && codes.zero_point == (codes.is_signed ? 128 : 0);
  const auto tensor = read_onnx_tensor(file);
  return !same && tensor.ok() && onnx::is_code(tensor.value().type);
}

Result<OwnerInput> codes_of_reals(ByteSpan file, const std::string& path, const ModelFile& model) {
  const std::vector<InputMeaning>& meanings = model.metadata.inputs;
  const Shape& shape = model.model.circuit().input().shape;
  if (meanings.empty()) {
    return Error{
        "it has real numbers, and this compiled model, made by an earlier version, does not say "
        "what codes stand for them: give codes, or compile it again, which makes another "
        "commitment"};
  }
  if (shape.batch != 1) {
    return Error{"the circuit takes " + std::to_string(shape.batch) + " inputs at once, not one"};
  }
  const bool is_one = meanings.size() == 1;
  if (!is_one && is_npy(file)) {
    return Error{"it has one input, and the model takes " + std::to_string(meanings.size()) +
                 ": give all of them in one .json file"};
  }
  if (is_one && !is_npy(file) && may_be_codes(file, meanings[0].codes)) {
    return Error{
        "its tensor is of uint8 or int8, which may be codes or what they stand for: store codes as "
        ".npy, real numbers as float32"};
  }
  VOUCH_ASSIGN(Sample values,
               read_sample(file, path, is_one ? std::optional(meanings[0].shape) : std::nullopt));
  const WipedAtEnd values_wiped(values);
  VOUCH_ASSIGN(InputCodes made, input_codes(meanings, shape.elements(), values));
  const WipedAtEnd off_wiped(made.off);
  const auto cut_off =
      std::count_if(made.off.begin(), made.off.end(), [](double off) { return off > kRounding; });
  return OwnerInput{std::move(made.codes), static_cast<size_t>(cut_off)};
}

Result<OwnerInput> input_of_file(ByteSpan file, const std::string& path, const ModelFile& model) {
  if (holds_reals(file, path)) {
    return codes_of_reals(file, path, model);
  }
  OwnerInput input;
  VOUCH_ASSIGN(input.codes, prepare_input(model.model.circuit(), file, path));
  return input;
}

}  // namespace

Result<OwnerInput> read_owner_input(const std::string& path, const ModelFile& model) {
  VOUCH_ASSIGN(Bytes file, read_file(path, kMostFileBytes));
  const WipedAtEnd wiped(file);
  auto input = input_of_file(file, path, model);
  return input.ok() ? std::move(input)
                    : Error{printable(path) + ": " + printable(input.error().message)};
}

void report_reals(std::optional<size_t> cut_off, size_t elements, Output& output, Json& object) {
  if (!cut_off) {
    return;
  }
  object["of_reals"] = true;
  object["cut_off"] = *cut_off;
  output.line(fmt::format(
      "Codes:    its real numbers are rounded to 8-bit codes, and the answer is that of the "
      "codes{}",
      *cut_off == 0 ? ""
                    : fmt::format("; {} of {} lie outside of what codes cover and were cut off",
                                  *cut_off, elements)));
}

void CodesOption::declare(CLI::App& app) {
  app.add_option("--codes-to", path_,
                 "Write the input's codes, which a verifier takes; several: FILE-1.npy …")
      ->type_name("FILE.npy");
}

std::vector<std::string> CodesOption::outputs(size_t inputs) const {
  std::vector<std::string> paths;
  for (size_t i = 0; given() && i < inputs; ++i) {
    paths.push_back(numbered_path(path_, i + 1, inputs));
  }
  return paths;
}

Result<void> CodesOption::write(const Bytes& codes, const Circuit& circuit, size_t at,
                                size_t inputs, FileAccess access) const {
  if (!given()) {
    return {};
  }
  Bytes file = code_array(codes, circuit.input().shape);
  const WipedAtEnd wiped(file);
  return write_file(numbered_path(path_, at + 1, inputs), file, access);
}

}  // namespace vouch
