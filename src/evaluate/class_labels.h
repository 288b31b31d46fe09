// Which class each input of a set is in: what accuracy is measured against.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace vouch {

/// Classes by the file names of inputs, or in the inputs' order.
struct ClassLabels {
  std::map<std::string, uint32_t, std::less<>> of_file;  ///< names without folders
  std::vector<uint32_t> in_order;                        ///< if `of_file` is empty

  [[nodiscard]] size_t size() const { return of_file.empty() ? in_order.size() : of_file.size(); }
  /// Of input number i, from a file of that name; nothing if it has none.
  [[nodiscard]] std::optional<uint32_t> of(size_t i, std::string_view file_name) const;
};

/// Reads the labels of a network of `classes` classes, hostile bytes, from
///
///  - a table with commas: a file name first, the class in column `column`, by its name or its
///    number, 1 being the first. Without one it is the column `label_CLASSES`, else `label`, else
///    the last. Its first line may name the columns;
///  - lines of one number each, in the inputs' order;
///  - an IDX or .npy file of whole numbers with one axis, in the inputs' order.
///
/// Error: nothing of that kind, a class that is not below `classes`, a name twice.
[[nodiscard]] Result<ClassLabels> read_class_labels(ByteSpan file, size_t classes,
                                                    std::string_view column);

}  // namespace vouch
