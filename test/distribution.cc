#include "distribution.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "group/ristretto.h"

namespace vouch::dense {
namespace {

const double kLog = std::log(2 / kFalseAlarm);

// Which bits and bytes of an encoding are even: a scalar is below ℓ ≈ 2^252; the encoding of a
// group element is an even number below 2^255 − 19.
struct Range {
  size_t first;
  size_t end;
};
Range even_bits(bool scalar) { return scalar ? Range{0, 252} : Range{1, 255}; }
Range even_bytes(bool scalar) { return scalar ? Range{0, 31} : Range{1, 31}; }

unsigned bit_of(const Encoding& bytes, size_t bit) { return (bytes[bit / 8] >> (bit % 8)) & 1U; }

// Of all words at one place.
struct Counts {
  bool scalar = false;
  double words = 0;
  std::array<double, 256> ones{};
  std::array<double, 256> bytes{};

  void add(const Word& word) {
    scalar = word.scalar;
    ++words;
    for (size_t bit = 0; bit < ones.size(); ++bit) {
      ones[bit] += bit_of(word.bytes, bit);
    }
    for (size_t i = even_bytes(scalar).first; i < even_bytes(scalar).end; ++i) {
      ++bytes[word.bytes[i]];
    }
  }
  [[nodiscard]] double all_bytes() const {
    return words * static_cast<double>(even_bytes(scalar).end - even_bytes(scalar).first);
  }
};

std::map<std::string, Counts> count(const Sample& sample) {
  std::map<std::string, Counts> counts;
  for (const Sight& sight : sample) {
    for (const Word& word : sight) {
      counts[word.place].add(word);
    }
  }
  return counts;
}

// P(chi-square of 255 degrees of freedom ≥ x) is below kFalseAlarm (Laurent, Massart 2000, lemma
// 1).
bool too_large(double chi_square) {
  constexpr double kDegrees = 255;
  return chi_square >= kDegrees + 2 * std::sqrt(kDegrees * kLog) + 2 * kLog;
}

// Histograms are made of as many bytes only that the statistic is near its limit.
constexpr double kLeastExpected = 8;

bool even(const Counts& c) {
  for (size_t bit = even_bits(c.scalar).first; bit < even_bits(c.scalar).end; ++bit) {
    if (std::abs(c.ones[bit] - c.words / 2) >= std::sqrt(c.words * kLog / 2)) {
      return false;
    }
  }
  return true;
}

bool even_bytes_of(const Counts& c) {
  const double expected = c.all_bytes() / 256;
  if (expected < kLeastExpected) {
    return true;
  }
  double sum = 0;
  for (const double seen : c.bytes) {
    sum += (seen - expected) * (seen - expected) / expected;
  }
  return !too_large(sum);
}

bool same_places(const Sample& sample, const Sight& first) {
  return std::all_of(sample.begin(), sample.end(), [&](const Sight& sight) {
    return std::equal(
        sight.begin(), sight.end(), first.begin(), first.end(),
        [](const Word& a, const Word& b) { return a.place == b.place && a.scalar == b.scalar; });
  });
}

void find_repeats(const Sample& sample, std::set<std::string>& out) {
  std::set<Encoding> seen{Encoding{}};
  for (const Sight& sight : sample) {
    for (const Word& word : sight) {
      if (!seen.insert(word.bytes).second) {
        out.insert("repeats " + word.place);
      }
    }
  }
  constexpr size_t kSteps = 24;
  for (size_t i = 1; i < std::min(sample.size(), kSteps); ++i) {
    for (size_t k = 0; k < sample[i].size(); ++k) {
      if (!sample[i][k].scalar) {
        const auto before = Point::decode(sample[i - 1][k].bytes);
        const auto now = Point::decode(sample[i][k].bytes);
        if (!before || !now || !seen.insert((*now - *before).encode()).second) {
          out.insert("repeats " + sample[i][k].place);
        }
      }
    }
  }
}

// 1, every scalar, every product of two.
std::vector<Scalar> monomials(const Sight& sight) {
  std::vector<Scalar> scalars{Scalar::one()};
  for (const Word& word : sight) {
    if (word.scalar) {
      scalars.push_back(Scalar::decode(word.bytes).value_or(Scalar::zero()));
    }
  }
  std::vector<Scalar> out;
  for (size_t i = 0; i < scalars.size(); ++i) {
    for (size_t k = i; k < scalars.size(); ++k) {
      out.push_back(scalars[i] * scalars[k]);
    }
  }
  return out;
}

// Linear relations between the columns of a matrix that is given by its rows.
size_t linear_relations(std::vector<std::vector<Scalar>> rows) {
  const size_t columns = rows.at(0).size();
  size_t rank = 0;
  for (size_t column = 0; column < columns && rank < rows.size(); ++column) {
    const auto pivot =
        std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(rank), rows.end(),
                     [&](const std::vector<Scalar>& row) { return !row[column].is_zero(); });
    if (pivot == rows.end()) {
      continue;
    }
    std::iter_swap(pivot, rows.begin() + static_cast<std::ptrdiff_t>(rank));
    const std::vector<Scalar>& top = rows[rank++];
    const Scalar inverse = top[column].inverse();
    for (size_t i = rank; i < rows.size(); ++i) {
      const Scalar factor = rows[i][column] * inverse;
      for (size_t k = column; k < columns; ++k) {
        rows[i][k] -= factor * top[k];
      }
    }
  }
  return columns - rank;
}

// A linear rule over all bits: the difference of the samples' means.
class Guess {
 public:
  Guess(const Sample& a, const Sample& b) : weights_(a[0].size() * 256) {
    learn(a, 1);
    learn(b, -1);
  }
  [[nodiscard]] size_t right(const Sample& sample, bool is_a) const {
    size_t n = 0;
    for (size_t i = 1; i < sample.size(); i += 2) {
      n += (score(sample[i]) > threshold_) == is_a ? 1 : 0;
    }
    return n;
  }

 private:
  static double each(const Sight& sight, const std::vector<double>& weights) {
    double sum = 0;
    for (size_t k = 0; k < sight.size(); ++k) {
      for (size_t bit = 0; bit < 256; ++bit) {
        sum += weights[256 * k + bit] * bit_of(sight[k].bytes, bit);
      }
    }
    return sum;
  }
  [[nodiscard]] double score(const Sight& sight) const { return each(sight, weights_); }

  // From every other proof. The threshold is half way between the means' scores.
  void learn(const Sample& sample, double sign) {
    const double n = static_cast<double>((sample.size() + 1) / 2);
    for (size_t i = 0; i < sample.size(); i += 2) {
      for (size_t k = 0; k < sample[i].size(); ++k) {
        for (size_t bit = 0; bit < 256; ++bit) {
          const double share = bit_of(sample[i][k].bytes, bit) / n;
          weights_[256 * k + bit] += sign * share;
          sum_of_means_.resize(weights_.size());
          sum_of_means_[256 * k + bit] += share / 2;
        }
      }
    }
    threshold_ = 0;
    for (size_t i = 0; i < weights_.size(); ++i) {
      threshold_ += weights_[i] * sum_of_means_[i];
    }
  }

  std::vector<double> weights_;
  std::vector<double> sum_of_means_;
  double threshold_ = 0;
};

}  // namespace

std::vector<std::string> alarms(const Sample& sample) {
  if (!same_places(sample, sample.at(0))) {
    return {"places"};
  }
  std::set<std::string> out;
  find_repeats(sample, out);
  for (const auto& [place, counts] : count(sample)) {
    if (!even(counts)) {
      out.insert("bits " + place);
    }
    if (!even_bytes_of(counts)) {
      out.insert("bytes " + place);
    }
  }
  const size_t enough = monomials(sample[0]).size() + 8;
  if (sample.size() >= enough) {
    std::vector<std::vector<Scalar>> rows;
    for (size_t i = 0; i < enough; ++i) {
      rows.push_back(monomials(sample[i]));
    }
    if (const size_t relations = linear_relations(std::move(rows)); relations != 1) {
      out.insert("relations " + std::to_string(relations));
    }
  }
  return {out.begin(), out.end()};
}

std::vector<std::string> differences(const Sample& a, const Sample& b) {
  if (a.size() != b.size() || !same_places(a, a.at(0)) || !same_places(b, a[0])) {
    return {"places"};
  }
  std::vector<std::string> out;
  const auto counts_a = count(a);
  const auto counts_b = count(b);
  for (const auto& [place, of_a] : counts_a) {
    const Counts& of_b = counts_b.at(place);
    const Range bits = even_bits(of_a.scalar);
    for (size_t bit = bits.first; bit < bits.end; ++bit) {
      if (std::abs(of_a.ones[bit] - of_b.ones[bit]) >= std::sqrt(of_a.words * kLog)) {
        out.push_back("bits " + place);
        break;
      }
    }
    double sum = 0;
    for (size_t value = 0; value < 256; ++value) {
      const double both = of_a.bytes[value] + of_b.bytes[value];
      const double difference = of_a.bytes[value] - of_b.bytes[value];
      sum += both == 0 ? 0 : difference * difference / both;
    }
    if (of_a.all_bytes() >= 256 * kLeastExpected && too_large(sum)) {
      out.push_back("bytes " + place);
    }
  }
  const Guess guess(a, b);
  const double guesses = 2.0 * static_cast<double>(a.size() / 2);
  const double right = static_cast<double>(guess.right(a, true) + guess.right(b, false));
  if (right - guesses / 2 >= std::sqrt(guesses * kLog / 2)) {
    out.emplace_back("guess");
  }
  return out;
}

}  // namespace vouch::dense
