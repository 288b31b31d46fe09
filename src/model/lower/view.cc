#include "model/lower/view.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace vouch {
namespace {

constexpr std::array<PhysicalAxis, 3> kMovable{PhysicalAxis::kChannel, PhysicalAxis::kRow,
                                               PhysicalAxis::kColumn};
constexpr uint32_t kMaxChannels = 65536;

size_t number(PhysicalAxis axis) { return static_cast<size_t>(axis); }

uint32_t extent_of(const std::vector<Part>& parts) {
  uint32_t n = 1;
  for (const Part& part : parts) {
    n *= part.extent;
  }
  return n;
}

// Neighbours that count on become one.
std::vector<Part> joined(const std::vector<Part>& parts) {
  std::vector<Part> out;
  for (const Part& part : parts) {
    if (!out.empty() && out.back().axis == part.axis &&
        out.back().stride == part.stride * part.extent) {
      out.back() = {part.axis, out.back().extent * part.extent, part.stride};
    } else {
      out.push_back(part);
    }
  }
  return out;
}

// Puts logical axes on one physical axis, the last the fastest.
void place(Placement& axes, const Dimensions& extents, const std::vector<size_t>& which,
           PhysicalAxis on) {
  uint32_t stride = 1;
  for (size_t k = which.size(); k-- > 0;) {
    const uint32_t n = extents[which[k]];
    if (n > 1) {
      axes[which[k]] = {{on, n, stride}};
      stride *= n;
    }
  }
}

}  // namespace

bool has_batch(const std::vector<Part>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [](const Part& part) { return part.axis == PhysicalAxis::kBatch; });
}

uint32_t extent(const Shape& shape, PhysicalAxis axis) {
  switch (axis) {
    case PhysicalAxis::kChannel:
      return shape.channels;
    case PhysicalAxis::kRow:
      return shape.rows;
    case PhysicalAxis::kColumn:
      return shape.columns;
    case PhysicalAxis::kBatch:
      break;
  }
  return shape.batch;
}

void set_extent(Shape& shape, PhysicalAxis axis, uint32_t n) {
  (axis == PhysicalAxis::kChannel  ? shape.channels
   : axis == PhysicalAxis::kRow    ? shape.rows
   : axis == PhysicalAxis::kColumn ? shape.columns
                                   : shape.batch) = n;
}

Dimensions View::extents() const {
  Dimensions out;
  for (const auto& parts : axes) {
    out.push_back(extent_of(parts));
  }
  return out;
}

std::optional<PhysicalAxis> View::whole(size_t a) const {
  if (axes[a].size() != 1 || axes[a][0].stride != 1 ||
      axes[a][0].extent != extent(shape, axes[a][0].axis)) {
    return std::nullopt;
  }
  return axes[a][0].axis;
}

uint32_t element_step(const Shape& shape, PhysicalAxis axis) {
  switch (axis) {
    case PhysicalAxis::kChannel:
      return shape.batch * shape.rows * shape.columns;
    case PhysicalAxis::kRow:
      return shape.columns;
    case PhysicalAxis::kColumn:
      return 1;
    case PhysicalAxis::kBatch:
      break;
  }
  return shape.rows * shape.columns;
}

bool View::is_row_major() const {
  uint64_t expected = 1;
  for (size_t a = axes.size(); a-- > 0;) {
    for (size_t k = axes[a].size(); k-- > 0;) {
      const Part& part = axes[a][k];
      if (uint64_t{element_step(shape, part.axis)} * part.stride != expected) {
        return false;
      }
      expected *= part.extent;
    }
  }
  return true;
}

std::vector<Digit> digits_of(const View& view) {
  std::vector<Digit> digits;
  for (const auto& parts : view.axes) {
    for (const Part& part : parts) {
      digits.push_back({part.extent, part.stride * element_step(view.shape, part.axis)});
    }
  }
  return digits;
}

std::vector<size_t> element_indices(const View& view) { return places_of(0, digits_of(view)); }

Result<Shape> shape_of(const Placement& axes) {
  std::array<uint64_t, 4> extents{1, 1, 1, 1};
  for (const auto& parts : axes) {
    for (const Part& part : parts) {
      uint64_t& n = extents[number(part.axis)];
      n *= part.extent;
      const bool channel = part.axis == PhysicalAxis::kChannel;
      if (n > (channel ? kMaxChannels : kMaxExtent)) {
        return Error{channel ? "its elements would take more than 65536 channels of a circuit; "
                               "make its tensors smaller"
                             : "its elements would take more than 4096 rows, columns or batches of "
                               "a circuit; make its tensors smaller"};
      }
    }
  }
  const auto narrow = [](uint64_t n) { return static_cast<uint32_t>(n); };
  return Shape{narrow(extents[0]), narrow(extents[3]), narrow(extents[1]), narrow(extents[2])};
}

Result<Placement> picture_placement(const Dimensions& extents, uint32_t channel_axis) {
  Placement axes(extents.size());
  std::vector<size_t> others;
  for (size_t a = 0; a < extents.size(); ++a) {
    if (a == channel_axis) {
      place(axes, extents, {a}, PhysicalAxis::kChannel);
    } else if (a == 0) {
      place(axes, extents, {a}, PhysicalAxis::kBatch);
    } else {
      others.push_back(a);
    }
  }
  if (others.size() > 2) {
    return Error{
        "a picture has at most two axes besides its channels; reshape it to rows and columns"};
  }
  if (!others.empty()) {
    place(axes, extents, {others.back()}, PhysicalAxis::kColumn);
  }
  if (others.size() > 1) {
    place(axes, extents, {others[0]}, PhysicalAxis::kRow);
  }
  return axes;
}

Placement plain_placement(const Dimensions& extents, bool flat) {
  Placement axes(extents.size());
  std::vector<size_t> longer;
  for (size_t a = 0; a < extents.size(); ++a) {
    if (extents[a] > 1) {
      longer.push_back(a);
    }
  }
  for (const PhysicalAxis axis : {PhysicalAxis::kColumn, PhysicalAxis::kRow}) {
    if (!flat && longer.size() > (axis == PhysicalAxis::kColumn ? 2U : 1U)) {
      place(axes, extents, {longer.back()}, axis);
      longer.pop_back();
    }
  }
  place(axes, extents, longer, PhysicalAxis::kChannel);
  return axes;
}

Placement plain_placement(const Placement& from, bool flat) {
  Dimensions extents;
  for (const auto& parts : from) {
    extents.push_back(has_batch(parts) ? 1 : extent_of(parts));
  }
  Placement axes = plain_placement(extents, flat);
  for (size_t a = 0; a < from.size(); ++a) {
    if (has_batch(from[a])) {
      axes[a] = from[a];
    }
  }
  return axes;
}

Placement placed_like(const View& like, const Dimensions& extents) {
  Placement axes(extents.size());
  std::array<bool, 4> used{};
  for (size_t a = 0; a < extents.size(); ++a) {
    const auto axis = like.whole(a);
    if (extents[a] > 1 && axis && !used[number(*axis)]) {
      axes[a] = {{*axis, extents[a], 1}};
      used[number(*axis)] = true;
    }
  }
  for (size_t a = 0; a < extents.size(); ++a) {
    if (extents[a] == 1 || !axes[a].empty()) {
      continue;
    }
    const auto free = std::find_if(kMovable.begin(), kMovable.end(),
                                   [&](PhysicalAxis axis) { return !used[number(axis)]; });
    if (free == kMovable.end()) {
      Placement present(extents.size());
      for (size_t b = 0; b < extents.size(); ++b) {
        present[b] = has_batch(like.axes[b])
                         ? like.axes[b]
                         : std::vector<Part>{{PhysicalAxis::kChannel, extents[b], 1}};
      }
      return plain_placement(present);
    }
    axes[a] = {{*free, extents[a], 1}};
    used[number(*free)] = true;
  }
  return axes;
}

Placement channel_placement(const Placement& from, const std::vector<bool>& chosen) {
  Dimensions extents;
  std::vector<size_t> channels;
  std::vector<size_t> others;
  Placement axes(from.size());
  for (size_t a = 0; a < from.size(); ++a) {
    extents.push_back(extent_of(from[a]));
    if (chosen[a]) {
      channels.push_back(a);
    } else if (has_batch(from[a])) {
      axes[a] = from[a];
    } else if (extents[a] > 1) {
      others.push_back(a);
    }
  }
  place(axes, extents, channels, PhysicalAxis::kChannel);
  if (!others.empty()) {
    place(axes, extents, {others.back()}, PhysicalAxis::kColumn);
    others.pop_back();
    place(axes, extents, others, PhysicalAxis::kRow);
  }
  return axes;
}

// A linear map of several digits is the product of theirs. Those that join one input axis and the
// output axis paired with it are entries of that pair's matrix; of the others every entry is a
// term.
namespace {

constexpr uint64_t kMaxTerms = 1024;
constexpr uint64_t kMaxEntries = uint64_t{1} << 20;

using Offsets = std::array<uint32_t, 3>;

struct Entry {
  Offsets out{};
  Offsets in{};
  int32_t coefficient = 1;
};

struct DigitMap {
  std::array<bool, 3> out{};  // axes that its entries move along
  std::array<bool, 3> in{};
  std::vector<Entry> entries;
};

// Where index i of an axis with these parts is.
Offsets offsets_of(const std::vector<Part>& parts, uint32_t i) {
  Offsets at{};
  for (size_t k = parts.size(); k-- > 0;) {
    at[number(parts[k].axis)] += i % parts[k].extent * parts[k].stride;
    i /= parts[k].extent;
  }
  return at;
}

void mark(const std::vector<Part>& parts, std::array<bool, 3>& axes) {
  for (const Part& part : parts) {
    axes[number(part.axis)] = true;
  }
}

DigitMap digit_map_of(const std::vector<Part>& from, const std::vector<Part>& to,
                      const std::vector<AxisEntry>& reading) {
  DigitMap digit;
  mark(from, digit.in);
  mark(to, digit.out);
  for (const AxisEntry& entry : reading) {
    digit.entries.push_back(
        {offsets_of(to, entry.out), offsets_of(from, entry.in), entry.coefficient});
  }
  return digit;
}

std::vector<AxisEntry> all_of(uint32_t n, bool repeated) {
  std::vector<AxisEntry> entries;
  for (uint32_t i = 0; i < n; ++i) {
    entries.push_back({i, repeated ? 0 : i});
  }
  return entries;
}

std::vector<AxisEntry> sum_of_all(uint32_t n) {
  std::vector<AxisEntry> entries;
  for (uint32_t i = 0; i < n; ++i) {
    entries.push_back({0, i});
  }
  return entries;
}

bool is_sum(const std::vector<AxisEntry>& reading, uint32_t extent) {
  for (uint32_t i = 0; i < reading.size(); ++i) {
    if (reading[i].out != 0 || reading[i].in != i || reading[i].coefficient != 1) {
      return false;
    }
  }
  return reading.size() == extent;
}

// Takes a factor off the fastest part, and returns it.
Part take(std::vector<Part>& parts, uint32_t factor) {
  Part& last = parts.back();
  const Part taken{last.axis, factor, last.stride};
  last.extent /= factor;
  last.stride *= factor;
  if (last.extent == 1) {
    parts.pop_back();
  }
  return taken;
}

// An axis that is only moved, in factors that lie within one physical axis on either side; or in
// one piece, where the sides have no such factors.
void add_moved(const std::vector<Part>& from, const std::vector<Part>& to,
               std::vector<DigitMap>& digits) {
  std::vector<Part> in = from;
  std::vector<Part> out = to;
  std::vector<DigitMap> made;
  while (!out.empty()) {
    const uint32_t n =
        from.empty() ? out.back().extent : std::gcd(in.back().extent, out.back().extent);
    if (n == 1) {
      digits.push_back(digit_map_of(from, to, all_of(extent_of(to), false)));
      return;
    }
    const std::vector<Part> o{take(out, n)};
    const std::vector<Part> i = from.empty() ? std::vector<Part>{} : std::vector<Part>{take(in, n)};
    made.push_back(digit_map_of(i, o, all_of(n, from.empty())));
  }
  digits.insert(digits.end(), made.begin(), made.end());
}

using Pairing = std::array<uint8_t, 3>;  // by output axis: the input axis

// The output axis whose matrix holds the digit, if one can.
std::optional<size_t> matrix_of(const DigitMap& digit, const Pairing& pairing) {
  for (size_t q = 0; q < 3; ++q) {
    bool fits = true;
    for (size_t other = 0; other < 3; ++other) {
      fits = fits && (!digit.out[other] || other == q) && (!digit.in[other] || other == pairing[q]);
    }
    if (fits) {
      return q;
    }
  }
  return std::nullopt;
}

uint64_t terms_of(const std::vector<DigitMap>& digits, const Pairing& pairing) {
  uint64_t terms = 1;
  for (const DigitMap& digit : digits) {
    terms *= matrix_of(digit, pairing) ? 1 : digit.entries.size();
    terms = std::min(terms, kMaxEntries + 1);
  }
  return terms;
}

Pairing best_pairing(const std::vector<DigitMap>& digits) {
  Pairing pairing{0, 1, 2};
  Pairing best = pairing;
  while (std::next_permutation(pairing.begin(), pairing.end())) {
    if (terms_of(digits, pairing) < terms_of(digits, best)) {
      best = pairing;
    }
  }
  return best;
}

// Every combination of one entry from each.
Result<std::vector<Entry>> combined(const std::vector<const DigitMap*>& digits, uint64_t most) {
  std::vector<Entry> out{Entry{}};
  for (const DigitMap* digit : digits) {
    if (out.size() * digit->entries.size() > most) {
      return Error{
          "its elements would have to be moved in more pieces than a linear map has; move fewer "
          "axes at once, or smaller tensors"};
    }
    std::vector<Entry> next;
    next.reserve(out.size() * digit->entries.size());
    for (const Entry& a : out) {
      for (const Entry& b : digit->entries) {
        Entry c;
        for (size_t axis = 0; axis < 3; ++axis) {
          c.out[axis] = a.out[axis] + b.out[axis];
          c.in[axis] = a.in[axis] + b.in[axis];
        }
        const int64_t coefficient = int64_t{a.coefficient} * b.coefficient;
        if (coefficient > INT16_MAX || coefficient < INT16_MIN) {
          return Error{"its coefficients do not fit a linear map: " + std::to_string(coefficient) +
                       "; resize it by a simpler ratio"};
        }
        c.coefficient = static_cast<int32_t>(coefficient);
        next.push_back(c);
      }
    }
    out = std::move(next);
  }
  return out;
}

bool is_identity(const AxisMap& map, uint32_t in, uint32_t out) {
  return in == out && in <= UINT16_MAX &&
         map.runs == std::vector<AxisRun>{{0, 1, 0, 1, static_cast<uint16_t>(in), 1}};
}

Result<std::vector<DigitMap>> digit_maps_of(const View& from, const View& to,
                                            const std::vector<AxisReading>& readings) {
  const Dimensions own = from.extents();
  const Dimensions extents = to.extents();
  std::vector<DigitMap> digits;
  for (size_t a = 0; a < extents.size(); ++a) {
    const bool moves = !readings.empty() && readings[a].has_value();
    if (has_batch(from.axes[a]) || has_batch(to.axes[a])) {
      if (from.axes[a] != to.axes[a] || moves) {
        return Error{
            "it would move elements between the entries of a batch; export the model with a batch "
            "of 1"};
      }
    } else if (moves) {
      if (readings[a]->size() > kMaxEntries) {
        return Error{"it reads along an axis more than 2^20 times; make its tensors smaller"};
      }
      if (is_sum(*readings[a], own[a])) {
        for (const Part& part : from.axes[a]) {
          digits.push_back(digit_map_of({part}, {}, sum_of_all(part.extent)));
        }
      } else {
        digits.push_back(digit_map_of(from.axes[a], to.axes[a], *readings[a]));
      }
    } else if (own[a] != extents[a] && own[a] != 1) {
      return Error{"its shape does not broadcast; export the model again"};
    } else {
      add_moved(from.axes[a], to.axes[a], digits);
    }
  }
  // Slow digits first, so that entries in succession are runs.
  const auto reach = [](const DigitMap& digit) {
    const Offsets& o = digit.entries.empty() ? Offsets{} : digit.entries.back().out;
    return std::max({o[0], o[1], o[2]});
  };
  std::stable_sort(digits.begin(), digits.end(),
                   [&](const DigitMap& a, const DigitMap& b) { return reach(a) > reach(b); });
  return digits;
}

}  // namespace

Result<std::vector<MapTerm>> reading_terms(const View& from, const View& to,
                                           const std::vector<AxisReading>& readings) {
  if (from.shape.batch != to.shape.batch) {
    return Error{
        "it would repeat or join the entries of a batch; export the model with a batch of 1"};
  }
  VOUCH_ASSIGN(const std::vector<DigitMap> digits, digit_maps_of(from, to, readings));
  const Pairing pairing = best_pairing(digits);
  std::array<std::vector<const DigitMap*>, 3> held;
  std::vector<const DigitMap*> rest;
  for (const DigitMap& digit : digits) {
    const auto q = matrix_of(digit, pairing);
    (q ? held[*q] : rest).push_back(&digit);
  }
  VOUCH_ASSIGN(const std::vector<Entry> terms, combined(rest, kMaxTerms));
  std::array<std::vector<Entry>, 3> matrices;
  for (size_t q = 0; q < 3; ++q) {
    VOUCH_ASSIGN(matrices[q], combined(held[q], kMaxEntries));
    if (matrices[q].empty()) {
      return Error{"it reads nothing of its input; leave it out of the model"};
    }
  }
  if (terms.empty()) {
    return Error{"it reads nothing of its input; leave it out of the model"};
  }
  std::vector<MapTerm> out;
  uint64_t entries = 0;
  for (const Entry& term : terms) {
    MapTerm& made = out.emplace_back();
    made.axes = pairing;
    for (size_t q = 0; q < 3; ++q) {
      const size_t p = pairing[q];
      std::vector<AxisEntry> axis;
      entries += matrices[q].size();
      if (entries > kMaxEntries) {
        return Error{
            "it would take more than 2^20 steps of a linear map; make its tensors smaller"};
      }
      for (const Entry& entry : matrices[q]) {
        const int32_t c = entry.coefficient * (q == 0 ? term.coefficient : 1);
        if (c > INT16_MAX || c < INT16_MIN) {
          return Error{"its coefficients do not fit a linear map: " + std::to_string(c) +
                       "; resize it by a simpler ratio"};
        }
        axis.push_back(
            {entry.out[q] + term.out[q], entry.in[p] + term.in[p], static_cast<int16_t>(c)});
      }
      made.maps[q] = axis_map(axis);
      if (is_identity(made.maps[q], extent(from.shape, kMovable[p]),
                      extent(to.shape, kMovable[q]))) {
        made.maps[q].runs.clear();
      }
    }
  }
  return out;
}

std::optional<Placement> reshaped(const Placement& from, const Dimensions& extents) {
  std::vector<Part> left;  // the fastest first
  for (size_t a = from.size(); a-- > 0;) {
    left.insert(left.end(), from[a].rbegin(), from[a].rend());
  }
  std::reverse(left.begin(), left.end());
  left = joined(left);
  Placement axes(extents.size());
  for (size_t a = extents.size(); a-- > 0;) {
    std::vector<Part> parts;
    for (uint32_t n = extents[a]; n > 1;) {
      if (left.empty()) {
        return std::nullopt;
      }
      const uint32_t factor = std::gcd(n, left.back().extent);
      if (factor != n && factor != left.back().extent) {
        return std::nullopt;
      }
      n /= factor;
      parts.push_back(take(left, factor));
    }
    std::reverse(parts.begin(), parts.end());
    axes[a] = joined(parts);
  }
  return left.empty() ? std::optional(axes) : std::nullopt;
}

}  // namespace vouch
