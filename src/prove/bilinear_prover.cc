#include "prove/bilinear_prover.h"

#include <algorithm>

#include "base/parallel.h"
#include "field/kernels/kernels.h"
#include "prove/operators/operator_folds.h"

namespace vouch {

void DenseBilinearProver::fold_operator(size_t op, std::span<const Scalar> r) {
  const Circuit& circuit = witness_.circuit();
  const Columns& columns = witness_.columns();
  const OperatorShape shape = operator_shape(circuit, op);
  const Brick& entries = columns.entries().bricks()[op];
  const BrickEq output = brick_eq(columns.layout(Column::kX).bricks()[op], r);
  std::vector<FoldInput> inputs;
  for (const uint32_t input : circuit.ops[op].inputs) {
    inputs.push_back({witness_.tensor(input).X, circuit.tensors[input].zero_point});
  }
  fold_weights(shape, entries, output, witness_.weights()[op].weights, inputs,
               std::span(factors_.a).subspan(entries.offset, entries.slots()));
  fold_activations(shape, entries, output, inputs,
                   std::span(factors_.b).subspan(entries.offset, entries.slots()));
}

// An operator with a large share of the work is folded by all threads, the others side by side.
void DenseBilinearProver::fold_operators(std::span<const Scalar> r) {
  const auto work = [&](size_t op) {
    return witness_.weights()[op].weights.size() + witness_.tensor(op + 1).X.size();
  };
  const size_t ops = witness_.circuit().ops.size();
  size_t total = 0;
  for (size_t op = 0; op < ops; ++op) {
    total += work(op);
  }
  std::vector<size_t> small;
  for (size_t op = 0; op < ops; ++op) {
    if (work(op) > total / (4 * thread_count())) {
      fold_operator(op, r);
    } else {
      small.push_back(op);
    }
  }
  parallel_for(small.size(), 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      fold_operator(small[i], r);
    }
  });
}

void DenseBilinearProver::begin(std::span<const Scalar> r, std::span<Scalar> sums) {
  const Circuit& circuit = witness_.circuit();
  const Columns& columns = witness_.columns();
  factors_.a.resize(size_t{1} << columns.entries().bits());
  factors_.b.resize(factors_.a.size());
  fold_operators(r);
  round(0, sums.first(1));
  const std::vector<size_t> products = product_ops(circuit);
  for (size_t j = 0; j < products.size(); ++j) {
    const Brick& entries = columns.entries().bricks()[products[j]];
    const Scalar sum = kernels().inner_product(factors_.a.data() + entries.offset,
                                               factors_.b.data() + entries.offset, entries.slots());
    sums[0] -= sum;
    sums[1 + j] = sum;
    sums[1 + products.size() + j] = Scalar::from_i64(witness_.weights()[products[j]].weights[0]);
  }
}

void DenseBilinearProver::weigh(const Scalar& zeta) {
  Scalar power = Scalar::one();
  for (const size_t op : product_ops(witness_.circuit())) {
    const Brick& entries = witness_.columns().entries().bricks()[op];
    Scalar* W_hat = factors_.a.data() + entries.offset;
    power *= zeta;
    kernels().scale(W_hat, W_hat, power, entries.slots());
  }
}

void DenseBilinearProver::round(unsigned variables, std::span<Scalar> q) {
  std::fill(q.begin(), q.end(), Scalar::zero());
  add_product_grid(std::array{&factors_}, variables, {}, q);
}

void DenseBilinearProver::bind(const Scalar& z) { bind_lowest(std::array{&factors_}, z); }

void DenseBilinearProver::ends(std::span<Scalar> out) {
  out[0] = factors_.a[0];
  out[1] = factors_.b[0];
}

}  // namespace vouch
