#include "cli/owned_model.h"

#include "base/file.h"
#include "base/secret.h"
#include "cli/inspect_command.h"
#include "cli/printable.h"
#include "model/read_model.h"

namespace vouch {
namespace {

// What the file may be instead, and what to do then.
const char* advice(ByteSpan file) {
  if (begins_with(file, kModelPublicMagic)) {
    return "; it is the commitment to one, which has no weights: name the file that `compile` "
           "wrote";
  }
  if (is_tflite(file) || is_onnx(file)) {
    return is_tflite(file) ? "; it is a .tflite file: `compile` makes a .vouch file of it"
                           : "; it is an .onnx file: `compile` makes a .vouch file of it";
  }
  return "";
}

}  // namespace

Result<ModelFile> read_owned_model(const std::string& path) {
  VOUCH_ASSIGN(Bytes file, read_file(path, kMaxModelSecretBytes));
  const WipedAtEnd wiped(file);
  auto model = decode_model_file(file);
  Error error;
  if (!model.ok()) {
    error = {printable(path) + ": " + model.error().message + advice(file)};
  }
  return model.ok() ? std::move(model) : error;
}

}  // namespace vouch
