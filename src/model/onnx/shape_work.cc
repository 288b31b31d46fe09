// What graphs compute of shapes, axes and indices: constants once the input's shape is known.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/onnx/fold.h"
#include "model/onnx/operators.h"
#include "network/shapes.h"

namespace vouch::onnx {
namespace {

Value whole_numbers(Integers integers, Dimensions shape, OnnxType type = OnnxType::kInt64) {
  return constant_value({"", type, std::move(shape), {}, std::move(integers), {}, 0});
}

Value list_of(Integers integers) {
  const auto n = static_cast<uint32_t>(integers.size());
  return whole_numbers(std::move(integers), {n});
}

Result<Values> read_constant(Node& node) {
  VOUCH_ASSIGN(auto tensor, node.tensor("value"));
  if (tensor) {
    return Values{constant_value(std::move(*tensor))};
  }
  VOUCH_ASSIGN(auto ints, node.list("value_ints"));
  if (ints) {
    return Values{list_of(std::move(*ints))};
  }
  VOUCH_ASSIGN(auto floats, node.reals("value_floats"));
  if (floats) {
    const auto n = static_cast<uint32_t>(floats->size());
    return Values{constant_value({"", OnnxType::kFloat, {n}, std::move(*floats), {}, {}, 0})};
  }
  constexpr int64_t kAbsent = std::numeric_limits<int64_t>::min();
  VOUCH_ASSIGN(const int64_t integer, node.attribute("value_int", kAbsent));
  if (integer != kAbsent) {
    return Values{whole_numbers({integer}, {})};
  }
  constexpr float kNoFloat = std::numeric_limits<float>::infinity();
  VOUCH_ASSIGN(const float real, node.attribute("value_float", kNoFloat));
  if (real != kNoFloat) {
    return Values{constant_value({"", OnnxType::kFloat, {}, {real}, {}, {}, 0})};
  }
  return Error{"its value is neither a dense tensor nor numbers"};
}

Result<Values> read_constant_of_shape(Node& node) {
  VOUCH_ASSIGN(const Integers extents, node.integers(0, "shape"));
  VOUCH_ASSIGN(const auto given, node.tensor("value"));
  const OnnxTensor value = given ? *given : OnnxTensor{"", OnnxType::kFloat, {}, {0.0F}, {}, {}, 0};
  if (value.reals.size() + value.integers.size() != 1) {
    return Error{"its value is not one number"};
  }
  OnnxTensor to{"", value.type, {}, {}, {}, {}, 0};
  uint64_t n = 1;
  for (const int64_t extent : extents) {
    if (extent < 0 || extent > static_cast<int64_t>(Network::kMaxElements) ||
        (n *= static_cast<uint64_t>(extent)) > Network::kMaxElements ||
        to.shape.size() == Network::kMaxRank) {
      return Error{"the shape it makes is too large"};
    }
    to.shape.push_back(static_cast<uint32_t>(extent));
  }
  VOUCH_TRY(node.builder().spend(n));
  if (is_real(value.type)) {
    to.reals.assign(n, value.reals[0]);
  } else {
    to.integers.assign(n, value.integers[0]);
  }
  return Values{constant_value(std::move(to))};
}

Result<Values> read_shape(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  const auto rank = static_cast<int64_t>(x.shape.size());
  VOUCH_ASSIGN(int64_t start, node.attribute("start", int64_t{0}));
  VOUCH_ASSIGN(int64_t end, node.attribute("end", rank));
  start = std::clamp<int64_t>(start < 0 ? start + rank : start, 0, rank);
  end = std::clamp<int64_t>(end < 0 ? end + rank : end, start, rank);
  return Values{list_of(Integers(x.shape.begin() + start, x.shape.begin() + end))};
}

Result<Values> read_size(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  return Values{whole_numbers({static_cast<int64_t>(element_count(x.shape))}, {})};
}

Result<Values> read_range(Node& node) {
  VOUCH_ASSIGN(const Value start, node.constant(0, "start"));
  VOUCH_ASSIGN(const Value limit, node.constant(1, "limit"));
  VOUCH_ASSIGN(const Value delta, node.constant(2, "delta"));
  const bool real = is_real(start.type);
  for (const Value* v : {&start, &limit, &delta}) {
    if (v->type != start.type || element_count(v->shape) != 1) {
      return Error{"its inputs are not single numbers of one type"};
    }
  }
  const auto number = [&](const Value& v) {
    return real ? double{v.constant->reals[0]} : static_cast<double>(v.constant->integers[0]);
  };
  const double n = std::ceil((number(limit) - number(start)) / number(delta));
  if (!(n <= static_cast<double>(Network::kMaxElements))) {
    return Error{"it makes too many numbers"};
  }
  const auto count = static_cast<uint32_t>(std::max(n, 0.0));
  VOUCH_TRY(node.builder().spend(count));
  OnnxTensor to{"", start.type, {count}, {}, {}, {}, 0};
  for (uint32_t i = 0; i < count; ++i) {
    const double x = number(start) + i * number(delta);
    if (real) {
      to.reals.push_back(static_cast<float>(x));
    } else {
      to.integers.push_back(static_cast<int64_t>(x));
    }
  }
  return Values{constant_value(std::move(to))};
}

Result<Values> read_cast_to(Node& node, int64_t to) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  const auto type = static_cast<OnnxType>(to);
  const bool known =
      to > 0 && to <= static_cast<int64_t>(OnnxType::kBfloat16) && to != 8 && to != 14 && to != 15;
  if (!known) {
    return Error{"a cast to " + type_name(static_cast<int32_t>(std::clamp<int64_t>(to, 0, 99))) +
                 " is not supported"};
  }
  if (!x.is_constant()) {
    if (x.type == type || (is_real(x.type) && is_real(type))) {
      return Values{x};  // a network is of real numbers, whatever the width
    }
    if (is_whole(x.type) && type != OnnxType::kBool) {
      VOUCH_TRY(node.numbers(0));
      Value out{type, x.shape, nullptr, x.tensor};
      return Values{node.builder().computed_like(std::move(out), out)};
    }
    return Error{"a cast of an activation from " + type_name(x.type) + " to " + type_name(type) +
                 " is not supported; leave the cast out, or cut the model before it"};
  }
  VOUCH_TRY(node.builder().spend(element_count(x.shape)));
  OnnxTensor out{x.constant->name, type, x.shape, {}, {}, {}, 0};
  if (is_real(type)) {
    out.reals = reals_of(*x.constant);
    return Values{constant_value(std::move(out))};
  }
  out.integers = x.constant->integers;
  if (is_real(x.type)) {
    out.integers.clear();
    for (const float r : reals_of(*x.constant)) {
      if (!(std::abs(r) < 0x1p62F)) {
        return Error{"a cast of a number beyond the type's range"};
      }
      out.integers.push_back(static_cast<int64_t>(r));
    }
  }
  if (type == OnnxType::kBool) {
    const std::vector<float> reals = reals_of(*x.constant);
    for (size_t i = 0; i < reals.size(); ++i) {
      out.integers[i] = reals[i] != 0 ? 1 : 0;
    }
  }
  return Values{constant_value(std::move(out))};
}

Result<Values> read_cast(Node& node) {
  node.ignore({"saturate", "round_mode"});
  VOUCH_ASSIGN(const int64_t to, node.attribute("to", int64_t{0}));
  return read_cast_to(node, to);
}

Result<Values> read_cast_like(Node& node) {
  node.ignore({"saturate", "round_mode"});
  VOUCH_ASSIGN(const Value like, node.input(1, "type's example"));
  return read_cast_to(node, static_cast<int64_t>(like.type));
}

template <bool (*real)(double, double), bool (*whole)(int64_t, int64_t)>
Result<Values> read_comparison(Node& node) {
  VOUCH_ASSIGN(const Value a, node.constant(0, "input"));
  VOUCH_ASSIGN(const Value b, node.constant(1, "input"));
  if (is_real(a.type) != is_real(b.type)) {
    return Error{"its inputs are " + type_name(a.type) + " and " + type_name(b.type)};
  }
  VOUCH_ASSIGN(const Dimensions shape, broadcast(a.shape, b.shape));
  VOUCH_TRY(node.builder().spend(element_count(shape)));
  return Values{constant_value(fold_elements(
      *a.constant, *b.constant, shape, OnnxType::kBool,
      [](int64_t x, int64_t y) { return whole(x, y) ? int64_t{1} : int64_t{0}; },
      [](double x, double y) { return real(x, y) ? 1.0 : 0.0; }))};
}

template <class T>
bool equal(T a, T b) {
  return a == b;
}
template <class T>
bool less(T a, T b) {
  return a < b;
}
template <class T>
bool less_or_equal(T a, T b) {
  return a <= b;
}
template <class T>
bool greater(T a, T b) {
  return a > b;
}
template <class T>
bool greater_or_equal(T a, T b) {
  return a >= b;
}
template <class T>
bool both(T a, T b) {
  return a != 0 && b != 0;
}
template <class T>
bool either(T a, T b) {
  return a != 0 || b != 0;
}

Result<Values> read_not(Node& node) {
  VOUCH_ASSIGN(const Value x, node.constant(0, "input"));
  if (x.type != OnnxType::kBool) {
    return Error{"its input is " + type_name(x.type) + ", not bool"};
  }
  OnnxTensor to = *x.constant;
  for (int64_t& v : to.integers) {
    v = v == 0 ? 1 : 0;
  }
  return Values{constant_value(std::move(to))};
}

Result<Values> read_where(Node& node) {
  VOUCH_ASSIGN(const Value condition, node.constant(0, "condition"));
  VOUCH_ASSIGN(const Value x, node.constant(1, "first choice"));
  VOUCH_ASSIGN(const Value y, node.constant(2, "second choice"));
  if (x.type != y.type || is_real(condition.type)) {
    return Error{"its inputs are of types that do not fit"};
  }
  VOUCH_ASSIGN(const Dimensions choices, broadcast(x.shape, y.shape));
  VOUCH_ASSIGN(const Dimensions shape, broadcast(condition.shape, choices));
  VOUCH_TRY(node.builder().spend(3 * element_count(shape)));
  const std::vector<size_t> c = broadcast_offsets(condition.shape, shape);
  const std::vector<size_t> first = broadcast_offsets(x.shape, shape);
  const std::vector<size_t> second = broadcast_offsets(y.shape, shape);
  OnnxTensor to{"", x.type, shape, {}, {}, {}, 0};
  const bool real = is_real(x.type);
  const std::vector<float> xs = real ? reals_of(*x.constant) : std::vector<float>{};
  const std::vector<float> ys = real ? reals_of(*y.constant) : std::vector<float>{};
  for (size_t i = 0; i < c.size(); ++i) {
    const bool yes = condition.constant->integers[c[i]] != 0;
    if (real) {
      to.reals.push_back(yes ? xs[first[i]] : ys[second[i]]);
    } else {
      to.integers.push_back(yes ? x.constant->integers[first[i]] : y.constant->integers[second[i]]);
    }
  }
  return Values{constant_value(std::move(to))};
}

}  // namespace

void add_shape_work(OperatorTable& table) {
  table["Constant"] = {
      read_constant,
      {Becomes::kConstant, "value value_float value_floats value_int value_ints", ""}};
  table["ConstantOfShape"] = {read_constant_of_shape, {Becomes::kConstant, "value", ""}};
  table["Shape"] = {read_shape, {Becomes::kConstant, "end start", ""}};
  table["Size"] = {read_size, {Becomes::kConstant, "", ""}};
  table["Range"] = {read_range, {Becomes::kConstant, "", "constants"}};
  table["Cast"] = {read_cast,
                   {Becomes::kConstant, "round_mode saturate to",
                    "of an activation: between floats, and from whole numbers"}};
  table["CastLike"] = {read_cast_like, {Becomes::kConstant, "round_mode saturate", "as Cast"}};
  table["Where"] = {read_where, {Becomes::kConstant, "", "constants"}};
  table["Not"] = {read_not, {Becomes::kConstant, "", "constants"}};
  table["Equal"] = {read_comparison<equal<double>, equal<int64_t>>,
                    {Becomes::kConstant, "", "constants"}};
  table["Less"] = {read_comparison<less<double>, less<int64_t>>,
                   {Becomes::kConstant, "", "constants"}};
  table["LessOrEqual"] = {read_comparison<less_or_equal<double>, less_or_equal<int64_t>>,
                          {Becomes::kConstant, "", "constants"}};
  table["Greater"] = {read_comparison<greater<double>, greater<int64_t>>,
                      {Becomes::kConstant, "", "constants"}};
  table["GreaterOrEqual"] = {read_comparison<greater_or_equal<double>, greater_or_equal<int64_t>>,
                             {Becomes::kConstant, "", "constants"}};
  table["And"] = {read_comparison<both<double>, both<int64_t>>,
                  {Becomes::kConstant, "", "constants"}};
  table["Or"] = {read_comparison<either<double>, either<int64_t>>,
                 {Becomes::kConstant, "", "constants"}};
}

}  // namespace vouch::onnx
