#include "prove/bilinear_prover.h"

#include "field/kernels/kernels.h"
#include "prove/operators/operator_folds.h"

namespace vouch {

void DenseBilinearProver::begin(std::span<const Scalar> r, std::span<Scalar> claim) {
  const Circuit& circuit = witness_.circuit();
  const Columns& columns = witness_.columns();
  std::vector<Scalar> W(size_t{1} << columns.entries().bits());
  std::vector<Scalar> X(W.size());
  for (size_t op = 0; op < circuit.ops.size(); ++op) {
    const OperatorShape shape = operator_shape(circuit, op);
    const Brick& entries = columns.entries().bricks()[op];
    const BrickEq output = brick_eq(columns.layout(Column::kX).bricks()[op], r);
    std::vector<FoldInput> inputs;
    for (const uint32_t input : circuit.ops[op].inputs) {
      inputs.push_back({witness_.tensor(input).X, circuit.tensors[input].zero_point});
    }
    fold_weights(shape, entries, output, witness_.weights()[op].weights,
                 std::span(W).subspan(entries.offset, entries.slots()));
    fold_activations(shape, entries, output, inputs,
                     std::span(X).subspan(entries.offset, entries.slots()));
  }
  claim[0] = kernels().inner_product(W.data(), X.data(), W.size());
  sum_.emplace(DenseSum::Arrays{std::move(W), std::move(X)}, DenseSum::Products{{0, 1}});
}

void DenseBilinearProver::round(unsigned variables, std::span<Scalar> q) {
  sum_->add_grid(variables, {}, Scalar::one(), q);
}

void DenseBilinearProver::bind(const Scalar& z) { sum_->fold(z); }

void DenseBilinearProver::ends(std::span<Scalar> out) {
  out[0] = sum_->array(0)[0];
  out[1] = sum_->array(1)[0];
}

}  // namespace vouch
