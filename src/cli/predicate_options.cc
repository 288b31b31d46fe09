#include "cli/predicate_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/file.h"
#include "cli/numbers.h"
#include "cli/printable.h"

namespace vouch {
namespace {

using Kind = Predicate::Kind;

constexpr size_t kMaxListBytes = size_t{1} << 20;

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0;;) {
    const size_t end = text.find_first_of(separators, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) {
      return parts;
    }
    begin = end + 1;
  }
}

template <class Number>
Result<Number> parse_number(std::string_view text, const char* what) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Error{fmt::format("--predicate: '{}' is not {}", printable(std::string(text)), what)};
  }
  return number;
}

Result<uint16_t> parse_class(std::string_view text) {
  return parse_number<uint16_t>(text, "the number of a class");
}

Result<std::vector<uint16_t>> parse_classes(std::string_view list) {
  std::string content;
  if (list.starts_with('@')) {
    VOUCH_ASSIGN(const Bytes file, read_file(std::string(list.substr(1)), kMaxListBytes));
    content.assign(file.begin(), file.end());
    list = content;
  }
  std::vector<uint16_t> classes;
  for (const std::string_view part : split(list, ",\r\n")) {
    if (!part.empty()) {
      VOUCH_ASSIGN(const uint16_t number, parse_class(part));
      classes.push_back(number);
    }
  }
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  return classes;
}

// The least code whose real value scale·(code − zero-point) is `real` or more, rounding errors
// apart.
Result<uint8_t> threshold_of(double real, const Circuit& circuit) {
  const double code =
      std::ceil(real / circuit.output.scale + circuit.output_tensor().zero_point - 1e-9);
  if (!(code >= 0 && code <= 255)) {
    const auto at = [&](int c) {
      return static_cast<double>(circuit.output.scale) * (c - circuit.output_tensor().zero_point);
    };
    return Error{
        fmt::format("--predicate: outputs of this network are {}…{}, so a score of {} "
                    "says nothing",
                    at(0), at(255), real)};
  }
  return static_cast<uint8_t>(code);
}

}  // namespace

Result<Predicate> parse_predicate(std::string_view text, const Circuit& circuit) {
  const std::vector<std::string_view> parts = split(text, ":");
  const std::string_view name = parts[0];
  const auto is = [&](const char* kind, size_t count) {
    return name == kind && parts.size() == count;
  };
  Predicate p;
  if (is("class", 1)) {
    p.kind = Kind::kMembers;
  } else if (is("top", 2) || is("label", 2) || is("contains", 3)) {
    p.kind = name == "top" ? Kind::kMembers : name == "label" ? Kind::kLabel : Kind::kContains;
    VOUCH_ASSIGN(p.top, parse_number<uint8_t>(parts[1], "a number of classes, 1…255"));
    if (p.kind == Kind::kContains) {
      VOUCH_ASSIGN(p.classes, parse_classes(parts[2]));
    }
  } else if (is("score", 3)) {
    p.kind = Kind::kScore;
    VOUCH_ASSIGN(const uint16_t number, parse_class(parts[1]));
    p.classes = {number};
    VOUCH_ASSIGN(const double real, parse_number<double>(parts[2], "a real number"));
    VOUCH_ASSIGN(p.threshold, threshold_of(real, circuit));
  } else {
    return Error{
        fmt::format("--predicate: '{}' is none of class, top:N, contains:N:LIST, "
                    "score:CLASS:REAL, label:N",
                    printable(std::string(text)))};
  }
  p.labels = p.kind == Kind::kLabel ? Predicate::Labels::kCommitted : Predicate::Labels::kPublic;
  if (auto valid = validate(p, circuit, 1); !valid.ok()) {
    return Error{"--predicate: " + valid.error().message};
  }
  return p;
}

std::string predicate_text(const Predicate& p, const Circuit& circuit) {
  const std::string first =
      p.top == 1 ? "the class of highest score" : fmt::format("the {} first classes", p.top);
  switch (p.kind) {
    case Kind::kMembers:
      return first;
    case Kind::kContains:
      return p.top == 1
                 ? fmt::format("{} is one of {} given classes", first, p.classes.size())
                 : fmt::format("one of {} given classes is among {}", p.classes.size(), first);
    case Kind::kScore:
      return fmt::format("class {} has a score of {:.6g} or more (code {} or more)", p.classes[0],
                         static_cast<double>(circuit.output.scale) *
                             (p.threshold - circuit.output_tensor().zero_point),
                         p.threshold);
    case Kind::kLabel:
      return fmt::format("the {} label is {}{}", p.commits_labels() ? "committed" : "given",
                         p.top == 1 ? "" : "among ", first);
  }
  return {};
}

CLI::Option* PredicateOptions::declare(CLI::App& app, const std::string& about) {
  CLI::Option* predicate = app.add_option("--predicate", text_, about)->type_name("PREDICATE");
  app.add_option("--label", labels_, "The label of an input, once for each, for label:N")
      ->type_name("CLASS")
      ->transform(whole_number(0, UINT16_MAX))
      ->allow_extra_args(false)
      ->take_all()
      ->needs(predicate);
  return predicate;
}

Result<Predicate> PredicateOptions::predicate(const Circuit& circuit, size_t first,
                                              size_t count) const {
  VOUCH_ASSIGN(Predicate predicate, parse_predicate(text_, circuit));
  if (labels_.empty()) {
    return predicate;
  }
  if (predicate.kind != Kind::kLabel) {
    return Error{"--label is for --predicate label:N only"};
  }
  if (labels_.size() < first + count) {
    return Error{fmt::format("--label is given {} times, and is needed once for each input",
                             labels_.size())};
  }
  const auto begin = labels_.begin() + static_cast<std::ptrdiff_t>(first);
  predicate.labels = Predicate::Labels::kPublic;
  predicate.label.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
  for (const uint16_t label : predicate.label) {
    if (label >= circuit.output_tensor().shape.channels) {
      return Error{fmt::format("--label {}: the network has classes 0…{}", label,
                               circuit.output_tensor().shape.channels - 1)};
    }
  }
  return predicate;
}

}  // namespace vouch
