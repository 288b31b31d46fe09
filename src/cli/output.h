// What a command says: lines of text for people, or one JSON object for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vouch {

using Json = nlohmann::ordered_json;

class Output {
 public:
  /// `json`: the text lines are left out and finish() prints the object. `quiet`: neither; only
  /// problems are told, and the exit status.
  Output(std::ostream& out, std::ostream& problems, bool json, bool quiet)
      : out_(out), problems_(problems), json_(json), quiet_(quiet) {}

  /// A line of the text result. Foreign text in it must have gone through printable().
  void line(std::string_view text);
  /// The JSON result, one object a command; strings in it must be valid UTF-8 (printable()).
  [[nodiscard]] Json& object() { return object_; }
  /// A line on stderr that is not an error: something to know. Silent with --quiet.
  void note(std::string_view text);
  /// What went wrong, on stderr and as "error" in the object.
  void error(std::string_view text);

  /// Prints the object if it is wanted. False if anything could not be written.
  [[nodiscard]] bool finish();

  [[nodiscard]] bool text() const { return !json_ && !quiet_; }
  [[nodiscard]] bool quiet() const { return quiet_; }

 private:
  std::ostream& out_;
  std::ostream& problems_;
  bool json_;
  bool quiet_;
  Json object_ = Json::object();
};

/// 12345678 bytes as "12.3 MB": decimal units, three digits.
[[nodiscard]] std::string size_text(uint64_t bytes);

/// Bytes of "4GB", "1.5 GB", "512MiB", "700000": a number, and B, kB, MB, GB, TB (powers of 1000)
/// or KiB, MiB, GiB, TiB (of 1024), in either case. Error: anything else, or more than 2^63 bytes.
[[nodiscard]] Result<uint64_t> parse_size(std::string_view text);

/// 1234567 as "1 234 567".
[[nodiscard]] std::string count_text(uint64_t count);

}  // namespace vouch
