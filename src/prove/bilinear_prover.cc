#include "prove/bilinear_prover.h"

#include <algorithm>

#include "argument/sumcheck.h"
#include "field/kernels/kernels.h"
#include "prove/operators/operator_folds.h"

namespace vouch {

void DenseBilinearProver::begin(std::span<const Scalar> r, std::span<Scalar> claim) {
  const Circuit& circuit = witness_.circuit();
  const Columns& columns = witness_.columns();
  W_.resize(size_t{1} << columns.entries().bits());
  X_.resize(W_.size());
  for (size_t op = 0; op < circuit.ops.size(); ++op) {
    const OperatorShape shape = operator_shape(circuit, op);
    const Brick& entries = columns.entries().bricks()[op];
    const BrickEq output = brick_eq(columns.layout(Column::kX).bricks()[op], r);
    std::vector<FoldInput> inputs;
    for (const uint32_t input : circuit.ops[op].inputs) {
      inputs.push_back({witness_.tensor(input).X, circuit.tensors[input].zero_point});
    }
    fold_weights(shape, entries, output, witness_.weights()[op].weights,
                 std::span(W_).subspan(entries.offset, entries.slots()));
    fold_activations(shape, entries, output, inputs,
                     std::span(X_).subspan(entries.offset, entries.slots()));
  }
  claim_ = kernels().inner_product(W_.data(), X_.data(), W_.size());
  claim[0] = claim_;
}

void DenseBilinearProver::round(std::span<Scalar> q) {
  std::array<Scalar, 2> sums{};
  kernels().pair_round(W_.data(), X_.data(), W_.size() / 2, sums.data());
  q_ = {sums[0], claim_ - sums[0], sums[1]};
  std::copy(q_.begin(), q_.end(), q.begin());
}

void DenseBilinearProver::bind(const Scalar& z) {
  const auto w = quadratic_weights(z);
  claim_ = w[0] * q_[0] + w[1] * q_[1] + w[2] * q_[2];
  for (std::vector<Scalar>* f : {&W_, &X_}) {
    kernels().fold_pairs(f->data(), f->data(), f->size() / 2, z);
    f->resize(f->size() / 2);
  }
}

void DenseBilinearProver::ends(std::span<Scalar> out) {
  out[0] = W_[0];
  out[1] = X_[0];
}

}  // namespace vouch
