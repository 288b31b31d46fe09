#include "verify/hidden_output.h"

#include "verify/decode_rows.h"

namespace vouch {
namespace {

// One row of the one-hot (or n-hot) vector after the other, as brick h of a single input has them.
Rows classes_rows(const Columns& columns, const ClassesOpening& opening,
                  const Generators& generators) {
  const unsigned kappa = columns.kappa(Column::kY);
  const size_t length = size_t{1} << kappa;
  const size_t each = rows_of_part(columns, OutputPart::kMembers).each;
  const auto blinder = opening.label ? label_blinder : prediction_blinder;
  Rows rows;
  for (uint32_t row = 0; row < each; ++row) {
    Bytes slots(length);
    for (const uint16_t c : opening.classes) {
      if (uint32_t{c} >> kappa == row) {
        slots[c & (length - 1)] = 1;
      }
    }
    rows.push_back((msm_small_vartime(generators.G().first(length), slots) +
                    generators.blind(blinder(opening.salt, row)))
                       .encode());
  }
  return rows;
}

}  // namespace

Verdict check_count(std::span<const Encoding> counts, const CountOpening& opening,
                    const Generators& generators) {
  if (counts.empty()) {
    return {Reason::kStatement, "there is no committed count"};
  }
  const auto points = decode_rows(Rows(counts.begin(), counts.end()));
  if (!points) {
    return {Reason::kDecoding, "a committed count is not a group element other than the identity"};
  }
  Point sum = Point::identity();
  for (const Point& point : *points) {
    sum += point;
  }
  const std::array<Scalar, 1> total{Scalar::from_u64(opening.total)};
  const Point opened =
      msm_vartime(total, generators.G().first(1)) + generators.blind(opening.blinder);
  if (!(sum == opened)) {
    return {Reason::kStatement, "the committed counts do not add up to what the opening says"};
  }
  return {};
}

CountOpening add_counts(std::span<const CountOpening> openings) {
  CountOpening sum;
  for (const CountOpening& opening : openings) {
    sum.total += opening.total;
    sum.blinder += opening.blinder;
  }
  return sum;
}

Result<ClassesOpening> commit_classes_vartime(const Circuit& circuit, bool label,
                                              std::vector<uint16_t> classes, const Salt& salt,
                                              const Generators& generators) {
  if (classes.size() > 255) {
    return Error{"a commitment has 255 classes at most"};
  }
  Predicate members;
  members.top = static_cast<uint8_t>(classes.size());
  VOUCH_TRY(validate(members, circuit, 1));
  ByteWriter result;
  for (const uint16_t c : classes) {
    result.u16(c);
  }
  VOUCH_TRY(validate_result(members, circuit, 1, result.bytes()));
  const Columns columns(circuit, kMaxProofKappa, members);
  VOUCH_TRY(validate_columns(columns));
  ClassesOpening opening{label, {}, salt, std::move(classes)};
  const Rows rows = classes_rows(columns, opening, generators);
  opening.identity = label ? label_identity(rows) : prediction_identity(rows);
  return opening;
}

bool opens(const ClassesOpening& opening, const Circuit& circuit, const Generators& generators) {
  const auto made =
      commit_classes_vartime(circuit, opening.label, opening.classes, opening.salt, generators);
  return made.ok() && made.value().identity == opening.identity;
}

}  // namespace vouch
