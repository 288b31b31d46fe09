#include "prove/opening_prover.h"

#include "prove/column_sum.h"
#include "prove/sparse_sum.h"

namespace vouch {

void BrickOpeningProver::begin(std::span<const Functional> functionals, unsigned /*rounds*/) {
  const Columns& columns = witness_.columns();
  for (const Column column : kAllColumns) {
    const Functional& functional = functionals[static_cast<size_t>(column)];
    if (!functional.empty()) {
      add_column(columns.shape(column), columns.max_kappa(),
                 std::make_unique<ColumnSum>(witness_, column, functional));
    }
    if (column == Column::kE && !witness_.further_errors().empty()) {
      add_column(columns.shape(column), columns.max_kappa(),
                 std::make_unique<SparseSum>(witness_.further_errors(), functional));
    }
  }
}

}  // namespace vouch
