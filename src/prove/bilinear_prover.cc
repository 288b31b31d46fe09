#include "prove/bilinear_prover.h"

#include <algorithm>

#include "prove/operators/operator_folds.h"

namespace vouch {

void DenseBilinearProver::begin(std::span<const Scalar> r, std::span<Scalar> claim) {
  const Circuit& circuit = witness_.circuit();
  const Columns& columns = witness_.columns();
  factors_.a.resize(size_t{1} << columns.entries().bits());
  factors_.b.resize(factors_.a.size());
  for (size_t op = 0; op < circuit.ops.size(); ++op) {
    const OperatorShape shape = operator_shape(circuit, op);
    const Brick& entries = columns.entries().bricks()[op];
    const BrickEq output = brick_eq(columns.layout(Column::kX).bricks()[op], r);
    std::vector<FoldInput> inputs;
    for (const uint32_t input : circuit.ops[op].inputs) {
      inputs.push_back({witness_.tensor(input).X, circuit.tensors[input].zero_point});
    }
    fold_weights(shape, entries, output, witness_.weights()[op].weights,
                 std::span(factors_.a).subspan(entries.offset, entries.slots()));
    fold_activations(shape, entries, output, inputs,
                     std::span(factors_.b).subspan(entries.offset, entries.slots()));
  }
  group(0, claim);
}

void DenseBilinearProver::group(unsigned g, std::span<Scalar> q) {
  std::fill(q.begin(), q.end(), Scalar::zero());
  add_product_grid(std::array{&factors_}, g, q);
}

void DenseBilinearProver::bind(const Scalar& z) { bind_lowest(std::array{&factors_}, z); }

void DenseBilinearProver::ends(std::span<Scalar> out) {
  out[0] = factors_.a[0];
  out[1] = factors_.b[0];
}

}  // namespace vouch
