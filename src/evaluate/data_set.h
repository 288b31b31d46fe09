// A set of inputs to try a network on, from files of many kinds.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "circuit/circuit.h"
#include "evaluate/npy_inputs.h"
#include "model/lower/calibrate.h"

namespace vouch {

/// One input: codes in the circuit's order, or real numbers in the network's. The other is empty.
struct DataInput {
  Bytes codes;
  Sample reals;
};

class DataSet {
 public:
  /// Opens a set for a circuit of one input:
  ///
  ///  - a folder of one input a file, in the order of their names: pictures and codes as
  ///    prepare_input takes them, .npy (npy_inputs.h), tensors of reals (.pb, .json;
  ///    sample_file.h). With `is_signed` the bytes of .bin and .raw are codes less 128;
  ///  - an IDX file of bytes, such as MNIST's, or a folder that has one whose name holds "images";
  ///    the first axis counts the inputs;
  ///  - a .npy array of several inputs (npy_inputs.h);
  ///  - a file .bin, .raw or .i8 of the codes of several inputs, one behind the other.
  ///
  /// Files may be packed by gzip, but for those of one input. `network` is the shape of the
  /// network's one input, where it is known: .npy files of reals need it. Takes hostile bytes,
  /// holds arrays in memory (at most 2^31 bytes) and folders on the disk.
  [[nodiscard]] static Result<DataSet> open(const std::string& path, const Circuit& circuit,
                                            bool is_signed,
                                            std::optional<Dimensions> network = std::nullopt);

  [[nodiscard]] size_t size() const { return count_; }
  /// Keeps the first `most`.
  void limit(size_t most) { count_ = std::min(count_, most); }
  /// Of the file it is from; empty in an array.
  [[nodiscard]] std::string name(size_t i) const { return files_.empty() ? "" : files_[i]; }
  /// Where labels lie beside the set, as MNIST's do; empty if nowhere.
  [[nodiscard]] const std::string& labels_path() const { return labels_path_; }

  /// Reads input i. From several threads at once. Errors name the file.
  [[nodiscard]] Result<DataInput> load(size_t i) const;

 private:
  enum class Kind : uint8_t { kFiles, kCodes, kNpy };

  DataSet(const Circuit& circuit, bool is_signed, std::optional<Dimensions> network)
      : circuit_(circuit), is_signed_(is_signed), network_(std::move(network)) {}
  Result<void> open_folder(const std::string& path);
  Result<void> open_array(const std::string& path);
  Result<void> take_array(ByteSpan array, size_t at, const std::vector<uint32_t>& shape);
  [[nodiscard]] Result<DataInput> load_file(const std::string& path) const;
  [[nodiscard]] Result<NpyInputs> read_npy_inputs(ByteSpan file) const;

  Circuit circuit_;
  bool is_signed_;
  std::optional<Dimensions> network_;
  Kind kind_ = Kind::kFiles;
  size_t count_ = 0;
  std::vector<std::string> files_;
  std::string labels_path_;
  Bytes array_;
  size_t first_ = 0;        // kCodes: where the array's elements begin
  size_t input_bytes_ = 0;  // kCodes: of one input
};

}  // namespace vouch
