#include "evaluate/estimate.h"

#include <span>

#include "base/check.h"
#include "evaluate/cost_table.h"
#include "evaluate/proof_size.h"
#include "prove/prove.h"

namespace vouch {
namespace {

double nanoseconds(SpeedUnit unit, const MachineSpeed& speed) {
  switch (unit) {
    case SpeedUnit::kFixed:
      return 1;
    case SpeedUnit::kField:
      return speed.field_ns;
    case SpeedUnit::kGroup:
      return speed.group_ns;
    case SpeedUnit::kSquare:
      return speed.square_ns;
    case SpeedUnit::kSerial:
      return speed.serial_ns;
    case SpeedUnit::kInteger:
      return speed.integer_ns;
  }
  VOUCH_CHECK(false);
}

double amount(const CostTerm& term, const ProofCounts& counts, const MachineSpeed& speed) {
  return term.coefficient * counts[static_cast<size_t>(term.count)] * nanoseconds(term.unit, speed);
}

std::map<std::string, double> seconds_of(std::span<const CostTerm> terms, const ProofCounts& counts,
                                         const MachineSpeed& speed) {
  std::map<std::string, double> steps;
  for (const CostTerm& term : terms) {
    steps[term.step] += 1e-9 * amount(term, counts, speed);
  }
  return steps;
}

}  // namespace

double total_seconds(const std::map<std::string, double>& steps) {
  double sum = 0;
  for (const auto& [step, seconds] : steps) {
    sum += seconds;
  }
  return sum;
}

Result<Estimate> estimate(const Circuit& circuit, const ProofShape& shape,
                          const MachineSpeed& speed) {
  VOUCH_TRY(generators_needed(circuit, shape));
  Estimate made;
  made.counts = proof_counts(circuit, shape);
  made.prove_seconds = seconds_of(kProveCosts, made.counts, speed);
  made.verify_seconds = seconds_of(kVerifyCosts, made.counts, speed);
  for (const CostTerm& term : kMemoryCosts) {
    made.prove_memory += static_cast<uint64_t>(amount(term, made.counts, speed));
  }
  made.proof_bytes = proof_bytes(circuit, shape, 0, true);
  made.model_public_bytes = model_public_bytes(circuit);
  return made;
}

}  // namespace vouch
