#include "cli/operators_text.h"

#include <algorithm>
#include <array>

#include "model/onnx/reader.h"
#include "model/tflite/reader.h"

namespace vouch {
namespace {

struct Kind {
  Becomes becomes;
  const char* name;
  const char* in_the_circuit;
  const char* cost;
  const char* error;
};

constexpr std::array<Kind, 10> kKinds{{
    {Becomes::kConvolution, "convolution",
     "`depthwise_conv2d` if groups are one a channel, else `conv2d`",
     "2 lookups; each weight committed once", "sum of \\|w\\|·e over the taps, and ½"},
    {Becomes::kSum, "linear map", "`linear_map` with a weight for each coefficient", "2 lookups",
     "sum of \\|c\\|·e over the coefficients, and ½"},
    {Becomes::kMove, "move",
     "nothing where axes, or elements of whole digits of them, only change places; else a "
     "`linear_map`",
     "none, or 2 lookups", "none, or e and ½ where codes change"},
    {Becomes::kProduct, "product", "`product`", "2 lookups",
     "\\|x\\|·e(y) + \\|y\\|·e(x) + e(x)·e(y), and ½"},
    {Becomes::kTable, "table",
     "the table of what computes its argument; of a copy (`linear_map`) if something else reads "
     "that",
     "none, or 2 lookups; a clamp none",
     "the most that the function changes within ±e, and ½; a clamp e"},
    {Becomes::kMaximum, "maximum",
     "max(a, b) = b + relu(a − b): two `linear_map` a pair (with constants by channel, two "
     "`depthwise_conv2d`); windows and axes in pairs of pairs",
     "4 lookups a pair that is compared", "2·e(a − b) + e(b), and ½ each"},
    {Becomes::kSeveral, "several", "several of the others", "theirs", "theirs, one after another"},
    {Becomes::kRanking, "ranking", "nothing: it is told from the output, outside of the proof",
     "none", "none: the public output is its input"},
    {Becomes::kCodes, "codes",
     "nothing; a copy (`linear_map`) where an activation changes its codes", "none, or 2 lookups",
     "½ where codes change"},
    {Becomes::kConstant, "constant", "nothing: it is computed when the model is read", "none",
     "none"},
}};

const Kind& kind_of(Becomes becomes) {
  for (const Kind& kind : kKinds) {
    if (kind.becomes == becomes) {
      return kind;
    }
  }
  return kKinds.back();
}

std::string row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) {
    line += " " + (cell.empty() ? "–" : cell) + " |";
  }
  return line + "\n";
}

// "a b" as "`a` `b`".
std::string quoted_words(const std::string& words) {
  std::string out;
  for (size_t at = 0; at < words.size();) {
    const size_t end = std::min(words.find(' ', at), words.size());
    if (end > at) {
      out += (out.empty() ? "`" : " `") + words.substr(at, end - at) + "`";
    }
    at = end + 1;
  }
  return out;
}

std::string table_of(const std::vector<DescribedOperator>& operators, const char* attributes) {
  std::string text =
      row({"operator", "becomes", attributes, "limits"}) + row({"---", "---", "---", "---"});
  for (const DescribedOperator& op : operators) {
    text += row({op.name, kind_of(op.description.becomes).name,
                 quoted_words(op.description.attributes), op.description.limits});
  }
  return text;
}

constexpr const char* kHead = R"(# Operators

What is read of ONNX (operator sets 6 to 27) and TensorFlow Lite, and what becomes of it. This document is
made by `vouch operators --markdown` from the registries that the readers use; a test compares them.

What all operators share: at most 8 axes and 2^28 elements a tensor; in the circuit at most 65536 channels and
4096 of a batch, rows or columns, 512 operators, 2^27 weights, values within ±2^24 steps. A model that needs
more, or anything that is not in these tables, is refused in a sentence that names the place and what to do.

With `--rounding exact` ([evaluation.md](evaluation.md#exact-rounding)) fewer are read, and of quantised models only: convolutions and fully
connected layers, additions of two activations, AVERAGE_POOL_2D and MEAN of TensorFlow Lite, GlobalAveragePool of ONNX, and maxima,
moves and clamps of codes that keep their scale. Every value takes three lookups there.

## What operators become

Cost is by element of the output, in lookups: proving takes most of its time for these, two for each value that
the network computes. Besides, each weight is committed once, whatever the number of elements that it is
multiplied with. Errors are in steps of the output's codes, where e is what the input is off by in the same
steps, and ½ is the rounding; `vouch evaluate` tells them for a model ([evaluation.md](evaluation.md#bounds)).

)";

constexpr const char* kTail = R"(
ONNX Runtime's `com.microsoft` operators are those that begin with QLinear, QGemm, Gelu, QuantizeLinear and
DequantizeLinear. How to add an operator: [adding_operators.md](adding_operators.md).
)";

}  // namespace

const char* name_of(Becomes becomes) { return kind_of(becomes).name; }

std::string operators_markdown() {
  std::string text = kHead;
  text += row({"becomes", "in the circuit", "cost an element", "error"}) +
          row({"---", "---", "---", "---"});
  for (const Kind& kind : kKinds) {
    text += row({kind.name, kind.in_the_circuit, kind.cost, kind.error});
  }
  text += "\n## ONNX\n\n" + table_of(onnx_operators(), "attributes");
  text +=
      "\n## TensorFlow Lite\n\nSHAPE, and what computes with whole numbers that come from it, is "
      "left out as well.\n\n" +
      table_of(tflite_operators(), "options");
  return text + kTail;
}

}  // namespace vouch
