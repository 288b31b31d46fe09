#include "evaluate/class_labels.h"

#include <charconv>
#include <functional>

#include "evaluate/idx.h"
#include "picture/npy.h"

namespace vouch {
namespace {

constexpr size_t kMostColumns = 64;
constexpr size_t kMostShown = 60;  // bytes of foreign text in a message

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '"'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  while (fields.size() < kMostColumns) {
    const size_t comma = line.find(',');
    fields.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) {
      break;
    }
    line.remove_prefix(comma + 1);
  }
  return fields;
}

std::optional<uint64_t> number_of(std::string_view text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stopped == end ? std::optional(number) : std::nullopt;
}

std::string_view without_folders(std::string_view name) {
  const size_t slash = name.find_last_of('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

Error at_line(size_t line, const std::string& what) {
  return Error{"line " + std::to_string(line) + ": " + what};
}

class TextLabels {
 public:
  TextLabels(size_t classes, std::string_view column) : classes_(classes), column_(column) {}

  Result<ClassLabels> read(std::string_view text) {
    while (!text.empty()) {
      const size_t end = text.find('\n');
      const std::string_view line = trimmed(text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      ++line_;
      if (!line.empty()) {
        VOUCH_TRY(take(fields_of(line)));
      }
    }
    if (labels_.size() == 0) {
      return Error{"it has no labels"};
    }
    return std::move(labels_);
  }

 private:
  Result<void> take(const std::vector<std::string_view>& fields) {
    if (!chosen_) {
      VOUCH_ASSIGN(const bool is_header, choose(fields));
      if (is_header) {
        return {};
      }
    }
    if (fields.size() <= *chosen_ || (*chosen_ == 0) != (fields.size() == 1)) {
      return at_line(line_, "it has " + std::to_string(fields.size()) + " columns");
    }
    const auto label = number_of(fields[*chosen_]);
    if (!label || *label >= classes_) {
      return at_line(line_, "'" + std::string(fields[*chosen_].substr(0, kMostShown)) +
                                "' is not a class from 0 to " + std::to_string(classes_ - 1));
    }
    if (*chosen_ == 0) {
      labels_.in_order.push_back(static_cast<uint32_t>(*label));
      return {};
    }
    const auto [at, is_new] = labels_.of_file.emplace(std::string(without_folders(fields[0])),
                                                      static_cast<uint32_t>(*label));
    return is_new ? Result<void>() : at_line(line_, "this file has a label already");
  }

  // The column of labels; true if the line names columns.
  Result<bool> choose(const std::vector<std::string_view>& fields) {
    if (const auto number = number_of(column_); number && *number >= 1) {
      chosen_ = *number - 1;
    } else if (!column_.empty()) {
      chosen_ = find(fields, column_);
      if (!chosen_) {
        return at_line(
            line_, "no column has the name '" + std::string(column_.substr(0, kMostShown)) + "'");
      }
    } else {
      chosen_ = find(fields, "label_" + std::to_string(classes_));
      chosen_ = chosen_ ? chosen_ : find(fields, "label");
      chosen_ = chosen_ ? *chosen_ : fields.size() - 1;
    }
    if (*chosen_ >= fields.size()) {
      return at_line(line_, "it has " + std::to_string(fields.size()) + " columns");
    }
    return !number_of(fields[*chosen_]).has_value();
  }

  static std::optional<size_t> find(const std::vector<std::string_view>& fields,
                                    std::string_view name) {
    for (size_t i = 0; i < fields.size(); ++i) {
      if (fields[i] == name) {
        return i;
      }
    }
    return std::nullopt;
  }

  size_t classes_;
  std::string_view column_;
  std::optional<size_t> chosen_;
  size_t line_ = 0;
  ClassLabels labels_;
};

Result<ClassLabels> labels_of(size_t count, size_t classes,
                              const std::function<double(size_t)>& at) {
  ClassLabels labels;
  for (size_t i = 0; i < count; ++i) {
    const double label = at(i);
    if (!(label >= 0 && label < static_cast<double>(classes))) {
      return Error{"label " + std::to_string(i) + " is not a class from 0 to " +
                   std::to_string(classes - 1)};
    }
    labels.in_order.push_back(static_cast<uint32_t>(label));
  }
  return labels;
}

}  // namespace

std::optional<uint32_t> ClassLabels::of(size_t i, std::string_view file_name) const {
  if (!of_file.empty()) {
    const auto found = of_file.find(without_folders(file_name));
    return found == of_file.end() ? std::nullopt : std::optional(found->second);
  }
  return i < in_order.size() ? std::optional(in_order[i]) : std::nullopt;
}

Result<ClassLabels> read_class_labels(ByteSpan file, size_t classes, std::string_view column) {
  if (is_npy(file)) {
    VOUCH_ASSIGN(const NpyTensor tensor, read_npy(file));
    if (tensor.shape.size() != 1 || tensor.type == NpyType::kFloat32 ||
        tensor.type == NpyType::kFloat64) {
      return Error{"labels are whole numbers along one axis"};
    }
    return labels_of(tensor.elements(), classes, [&](size_t i) { return tensor.at(i); });
  }
  if (is_idx(file)) {
    VOUCH_ASSIGN(const IdxTensor tensor, read_idx(file));
    if (tensor.shape.size() != 1) {
      return Error{"labels have one axis"};
    }
    return labels_of(tensor.data.size(), classes, [&](size_t i) { return tensor.data[i]; });
  }
  const std::string text(file.begin(), file.end());
  return TextLabels(classes, column).read(text);
}

}  // namespace vouch
