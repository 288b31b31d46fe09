#include "cli/proof_report.h"

namespace vouch {

Json proof_parts(const ProveResult& result, size_t bytes) {
  const Proof& proof = result.proof;
  Json parts = Json::object();
  size_t frame = bytes - proof.output.size();
  const auto add_rows = [&](const std::string& name, size_t rows) {
    parts[name] = rows * kPointBytes;
    frame -= rows * kPointBytes;
  };
  add_rows("rows of D", proof.input.size());
  add_rows("rows of X", proof.x.size());
  add_rows("rows of E", proof.e.size());
  add_rows("rows of m", proof.m.size());
  for (const auto& [label, count] : result.messages) {
    add_rows("messages: " + label, count);
  }
  parts["output"] = proof.output.size();
  parts["header and context"] = frame;
  return parts;
}

}  // namespace vouch
