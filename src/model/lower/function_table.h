// Activation functions of real numbers into tables of codes.
#pragma once

#include <vector>

#include "base/result.h"
#include "circuit/activation_table.h"
#include "network/network.h"

namespace vouch {

/// One function of a chain.
struct Function {
  Unary function = Unary::kRelu;
  float a = 0.0F;
  float b = 0.0F;
};
/// Applied one after the other; none: the identity.
using Functions = std::vector<Function>;

/// True if every function is a kRelu or a kClip: then the chain is min(hi, max(lo, x)).
[[nodiscard]] bool is_clamp(const Functions& functions);

/// The codes that a clamp's ends round to, cut to 0…255.
[[nodiscard]] CodeBounds clamp_bounds(const Functions& functions, const CodeScale& codes);

/// f(V) = the code of the chain's value at V·unit, for V in ±2^bits. Infinities are the ends of the
/// codes. Where the value is not a number, f is that of the next lower V where it is, or, if there
/// is none, of the next higher. Error: it is nowhere a number, or has more steps than a table can
/// have.
[[nodiscard]] Result<ActivationTable> function_table(const Functions& functions, double unit,
                                                     const CodeScale& codes, unsigned bits);

}  // namespace vouch
