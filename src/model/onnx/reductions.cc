// Sums, means and extremes over axes, and what is made of them.
#include <algorithm>
#include <numeric>

#include "model/onnx/operators.h"
#include "network/shapes.h"

namespace vouch::onnx {
namespace {

struct Over {
  std::vector<uint32_t> axes;
  Dimensions shape;  // of the result
};

// `since`: the opset from which on axes are an input.
Result<Over> read_axes(Node& node, const Value& x, int64_t since) {
  VOUCH_ASSIGN(const auto given, node.list_or_input("axes", 1, since));
  VOUCH_ASSIGN(const bool keep, node.flag("keepdims", true));
  VOUCH_ASSIGN(const bool none_is_none, node.flag("noop_with_empty_axes", false));
  Over over;
  if (given && !given->empty()) {
    VOUCH_ASSIGN(over.axes, axes_of(*given, x.shape.size()));
    std::sort(over.axes.begin(), over.axes.end());
  } else if (!none_is_none) {
    over.axes.resize(x.shape.size());
    std::iota(over.axes.begin(), over.axes.end(), 0);
  }
  for (uint32_t a = 0; a < x.shape.size(); ++a) {
    if (std::find(over.axes.begin(), over.axes.end(), a) == over.axes.end()) {
      over.shape.push_back(x.shape[a]);
    } else if (keep) {
      over.shape.push_back(1);
    }
  }
  return over;
}

Result<Value> reduced(Builder& builder, LayerKind kind, const Value& x, const Over& over) {
  if (over.axes.empty()) {
    return x;
  }
  Layer layer;
  layer.kind = kind;
  layer.axes = over.axes;
  VOUCH_ASSIGN(Value out, builder.layer(std::move(layer), {x}, over.shape,
                                        x.is_constant() ? x.type : OnnxType::kFloat));
  return builder.computed_like(std::move(out), x);
}

Result<Values> read_reduce(Node& node) {
  VOUCH_ASSIGN(const Value x, node.numbers(0));
  if (!x.is_constant() && node.type() == "ReduceMean") {
    VOUCH_TRY(node.real(0));
  }
  VOUCH_ASSIGN(const Over over, read_axes(node, x, node.type() == "ReduceSum" ? 13 : 18));
  const LayerKind kind = node.type() == "ReduceMean"  ? LayerKind::kReduceMean
                         : node.type() == "ReduceMax" ? LayerKind::kReduceMax
                         : node.type() == "ReduceMin" ? LayerKind::kReduceMin
                                                      : LayerKind::kReduceSum;
  VOUCH_ASSIGN(Value out, reduced(node.builder(), kind, x, over));
  return Values{std::move(out)};
}

// ReduceL1, ReduceL2, ReduceSumSquare, ReduceLogSum: a sum between two functions.
Result<Values> read_reduce_norm(Node& node) {
  Builder& builder = node.builder();
  const bool rounds = node.type() == "ReduceL2" || node.type() == "ReduceLogSum";
  VOUCH_ASSIGN(const Value given, rounds ? node.real(0) : node.numbers(0));
  Value x = given;
  VOUCH_ASSIGN(const Over over, read_axes(node, x, 18));
  if (node.type() == "ReduceL1") {
    VOUCH_ASSIGN(x, unary(builder, x, Unary::kAbs));
  } else if (node.type() != "ReduceLogSum") {
    VOUCH_ASSIGN(x, multiply(builder, x, x));
  }
  x = builder.computed_like(std::move(x), given);
  VOUCH_ASSIGN(Value out, reduced(builder, LayerKind::kReduceSum, x, over));
  if (node.type() == "ReduceL2") {
    VOUCH_ASSIGN(out, unary(builder, out, Unary::kSqrt));
  } else if (node.type() == "ReduceLogSum") {
    VOUCH_ASSIGN(out, unary(builder, out, Unary::kLog));
  }
  return Values{std::move(out)};
}

// max + log Σ exp(x − max).
Result<Values> read_log_sum_exp(Node& node) {
  Builder& builder = node.builder();
  VOUCH_ASSIGN(const Value x, node.real(0));
  VOUCH_ASSIGN(const Over over, read_axes(node, x, 18));
  if (over.axes.empty()) {
    return Values{x};
  }
  Over kept = over;
  kept.shape = x.shape;
  for (const uint32_t a : over.axes) {
    kept.shape[a] = 1;
  }
  VOUCH_ASSIGN(const Value most, reduced(builder, LayerKind::kReduceMax, x, kept));
  VOUCH_ASSIGN(const Value below, add(builder, {x, most}, {1.0F, -1.0F}));
  VOUCH_ASSIGN(const Value powers, unary(builder, below, Unary::kExp));
  VOUCH_ASSIGN(const Value sum, reduced(builder, LayerKind::kReduceSum, powers, kept));
  VOUCH_ASSIGN(const Value log, unary(builder, sum, Unary::kLog));
  VOUCH_ASSIGN(const Value out, add(builder, {log, most}, {1.0F, 1.0F}));
  VOUCH_ASSIGN(Value shaped, builder.reshaped(out, over.shape));
  return Values{std::move(shaped)};
}

// Before opset 13 all axes from `axis` on are one.
Result<Values> read_softmax(Node& node) {
  Builder& builder = node.builder();
  VOUCH_ASSIGN(const Value x, node.real(0));
  VOUCH_ASSIGN(const int64_t along, node.attribute("axis", int64_t{node.opset() < 13 ? 1 : -1}));
  const size_t rank = x.shape.size();
  VOUCH_ASSIGN(const uint32_t axis, axis_of(along, rank));
  Layer layer;
  layer.kind = node.type() == "Softmax" ? LayerKind::kSoftmax : LayerKind::kLogSoftmax;
  std::vector<uint32_t> longer;
  for (uint32_t a = axis; a < rank; ++a) {
    if (x.shape[a] > 1) {
      longer.push_back(a);
    }
  }
  if (node.opset() >= 13 || longer.size() < 2) {
    layer.axes = {node.opset() >= 13 || longer.empty() ? axis : longer[0]};
    VOUCH_ASSIGN(Value out, builder.layer(std::move(layer), {x}));
    return Values{std::move(out)};
  }
  Dimensions flat(x.shape.begin(), x.shape.begin() + axis);
  flat.push_back(
      static_cast<uint32_t>(element_count(Dimensions(x.shape.begin() + axis, x.shape.end()))));
  layer.axes = {axis};
  VOUCH_ASSIGN(const Value row, builder.reshaped(x, std::move(flat)));
  VOUCH_ASSIGN(const Value soft, builder.layer(std::move(layer), {row}));
  VOUCH_ASSIGN(Value out, builder.reshaped(soft, x.shape));
  return Values{std::move(out)};
}

// What ranks along an axis, where the attribute is absent along `otherwise`.
Result<Layer> ranking(Node& node, const Value& x, LayerKind kind, int64_t otherwise) {
  VOUCH_ASSIGN(const int64_t along, node.attribute("axis", otherwise));
  VOUCH_ASSIGN(const uint32_t axis, axis_of(along, x.shape.size()));
  Layer layer;
  layer.kind = kind;
  layer.axes = {axis};
  return layer;
}

Result<Values> read_arg(Node& node) {
  VOUCH_ASSIGN(const Value x, node.numbers(0));
  VOUCH_ASSIGN(Layer layer, ranking(node, x, LayerKind::kArgMax, 0));
  VOUCH_ASSIGN(const bool keep, node.flag("keepdims", true));
  VOUCH_ASSIGN(layer.last_of_equals, node.flag("select_last_index", false));
  layer.smallest = node.type() == "ArgMin";
  const uint32_t axis = layer.axes[0];
  Dimensions shape = x.shape;
  shape[axis] = 1;
  if (!keep) {
    shape.erase(shape.begin() + axis);
  }
  VOUCH_ASSIGN(Value out,
               node.builder().layer(std::move(layer), {x}, std::move(shape), OnnxType::kInt64));
  return Values{std::move(out)};
}

Result<Values> read_top_k(Node& node) {
  VOUCH_ASSIGN(const Value x, node.numbers(0));
  VOUCH_ASSIGN(Layer layer, ranking(node, x, LayerKind::kTopK, -1));
  VOUCH_ASSIGN(const bool largest, node.flag("largest", true));
  node.ignore({"sorted"});
  const uint32_t extent = x.shape[layer.axes[0]];
  int64_t k = 0;
  if (node.opset() < 10) {
    VOUCH_ASSIGN(k, node.attribute("k", int64_t{0}));
  } else {
    VOUCH_ASSIGN(const Integers given, node.integers(1, "count"));
    k = given.size() == 1 ? given[0] : 0;
  }
  if (k < 1 || k > int64_t{extent}) {
    return Error{"it takes the first " + std::to_string(k) + " of " + std::to_string(extent)};
  }
  layer.count = static_cast<uint32_t>(k);
  layer.smallest = !largest;
  VOUCH_ASSIGN(Value values, node.builder().layer(layer, {x}));
  values.type = is_real(x.type) ? OnnxType::kFloat : x.type;
  if (!node.gives(1)) {
    return Values{std::move(values)};
  }
  layer.kind = LayerKind::kArgMax;
  VOUCH_ASSIGN(Value indices,
               node.builder().layer(std::move(layer), {x}, values.shape, OnnxType::kInt64));
  return Values{std::move(values), std::move(indices)};
}

}  // namespace

void add_reductions(OperatorTable& table) {
  const std::string axes = "axes keepdims noop_with_empty_axes";
  const std::string constant = "the axes are constants";
  for (const char* type : {"ReduceMean", "ReduceSum"}) {
    table[type] = {read_reduce, {Becomes::kSum, axes, constant}};
  }
  for (const char* type : {"ReduceMax", "ReduceMin"}) {
    table[type] = {read_reduce, {Becomes::kMaximum, axes, constant}};
  }
  for (const char* type : {"ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum"}) {
    table[type] = {read_reduce_norm,
                   {Becomes::kSeveral, axes, constant + "; a table, a sum, perhaps a table"}};
  }
  table["ReduceLogSumExp"] = {read_log_sum_exp,
                              {Becomes::kSeveral, "axes keepdims noop_with_empty_axes",
                               "the axes are constants; a maximum, a table, a sum, a table"}};
  table["Softmax"] = {read_softmax, {Becomes::kRanking, "axis", "only at the end"}};
  table["LogSoftmax"] = {read_softmax, {Becomes::kRanking, "axis", "only at the end"}};
  table["ArgMax"] = {read_arg,
                     {Becomes::kRanking, "axis keepdims select_last_index", "only at the end"}};
  table["ArgMin"] = {read_arg,
                     {Becomes::kRanking, "axis keepdims select_last_index", "only at the end"}};
  table["TopK"] = {read_top_k, {Becomes::kRanking, "axis k largest sorted", "only at the end"}};
}

}  // namespace vouch::onnx
