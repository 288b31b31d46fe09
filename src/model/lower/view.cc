#include "model/lower/view.h"

#include <algorithm>
#include <numeric>

namespace vouch {
namespace {

constexpr size_t kMaxTerms = 1024;
constexpr std::array<PhysicalAxis, 3> kMovable{PhysicalAxis::kChannel, PhysicalAxis::kRow,
                                               PhysicalAxis::kColumn};

size_t number(PhysicalAxis axis) { return static_cast<size_t>(axis); }

// A factor of a logical axis that lies within one physical axis on either side: its index counts
// `extent` steps of in_stride along axis `in`, and of out_stride along `out`.
struct Atom {
  uint32_t extent = 1;
  std::optional<PhysicalAxis> in;  // none: repeated
  std::optional<PhysicalAxis> out;
  uint32_t in_stride = 0;
  uint32_t out_stride = 0;
  bool is_run = false;
};

// Physical axes of one logical axis with what is left of their extents, the fastest last.
struct Part {
  PhysicalAxis axis;
  uint32_t left;
  uint32_t stride = 1;
};
std::vector<Part> parts_of(const std::vector<PhysicalAxis>& axes, const Shape& shape) {
  std::vector<Part> parts;
  for (const PhysicalAxis axis : axes) {
    parts.push_back({axis, extent(shape, axis)});
  }
  return parts;
}

// Takes a factor off the fastest part.
void take(std::vector<Part>& parts, uint32_t factor) {
  parts.back().left /= factor;
  parts.back().stride *= factor;
  if (parts.back().left == 1) {
    parts.pop_back();
  }
}

bool has_batch(const std::vector<PhysicalAxis>& axes) {
  return std::find(axes.begin(), axes.end(), PhysicalAxis::kBatch) != axes.end();
}

// The atoms of one logical axis, from the fastest on.
Result<void> add_atoms(std::vector<Part> in, std::vector<Part> out, std::vector<Atom>& atoms) {
  const bool repeated = in.empty();
  while (!out.empty()) {
    const Part& o = out.back();
    Atom atom{o.left, {}, o.axis, 0, o.stride, false};
    if (!repeated) {
      const Part& i = in.back();
      atom.extent = std::min(i.left, o.left);
      if (std::max(i.left, o.left) % atom.extent != 0) {
        atom.extent = std::gcd(i.left, o.left);
      }
      if (atom.extent == 1) {
        return Error{"its elements would have to be moved in a way that is not supported"};
      }
      atom.in = i.axis;
      atom.in_stride = i.stride;
      take(in, atom.extent);
    }
    take(out, atom.extent);
    atoms.push_back(atom);
  }
  return {};
}

// Which atoms become runs: one for each output axis, each of another input axis.
void choose_runs(std::vector<Atom>& atoms) {
  std::vector<Atom*> order;
  for (Atom& atom : atoms) {
    order.push_back(&atom);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const Atom* a, const Atom* b) { return a->extent > b->extent; });
  std::array<bool, 4> in_used{};
  std::array<bool, 4> out_used{};
  for (Atom* atom : order) {
    const bool free = !out_used[number(*atom->out)] && (!atom->in || !in_used[number(*atom->in)]);
    if (free) {
      atom->is_run = true;
      out_used[number(*atom->out)] = true;
      if (atom->in) {
        in_used[number(*atom->in)] = true;
      }
    }
  }
}

// One term: the runs, and everything else at the indices `at` of the other atoms.
MapTerm term_at(const std::vector<Atom>& atoms, const std::vector<uint32_t>& at) {
  std::array<uint32_t, 4> in_offset{};
  std::array<uint32_t, 4> out_offset{};
  std::array<const Atom*, 4> run{};
  for (size_t k = 0; k < atoms.size(); ++k) {
    const Atom& atom = atoms[k];
    if (atom.is_run) {
      run[number(*atom.out)] = &atom;
      continue;
    }
    out_offset[number(*atom.out)] += at[k] * atom.out_stride;
    if (atom.in) {
      in_offset[number(*atom.in)] += at[k] * atom.in_stride;
    }
  }
  // Input axes of runs first, then the others in order.
  std::array<std::optional<PhysicalAxis>, 3> reads;
  std::vector<PhysicalAxis> rest(kMovable.begin(), kMovable.end());
  const auto claim = [&](size_t out, PhysicalAxis axis) {
    reads[out] = axis;
    rest.erase(std::find(rest.begin(), rest.end(), axis));
  };
  for (size_t out = 0; out < 3; ++out) {
    if (run[out] != nullptr && run[out]->in) {
      claim(out, *run[out]->in);
    }
  }
  for (size_t out = 0; out < 3; ++out) {
    const auto same = std::find(rest.begin(), rest.end(), kMovable[out]);
    if (!reads[out] && same != rest.end()) {
      claim(out, *same);
    }
  }
  MapTerm term;
  for (size_t out = 0; out < 3; ++out) {
    if (!reads[out]) {
      claim(out, rest.front());
    }
    const auto in = *reads[out];
    term.axes[out] = static_cast<uint8_t>(in);
    AxisRun r{static_cast<uint16_t>(out_offset[out]), 1,
              static_cast<uint16_t>(in_offset[number(in)]), 1, 1, 1};
    if (run[out] != nullptr) {
      r.count = static_cast<uint16_t>(run[out]->extent);
      r.out_step = static_cast<int16_t>(run[out]->out_stride);
      r.in_step = static_cast<int16_t>(run[out]->in_stride);
    }
    term.maps[out].runs = {r};
  }
  return term;
}

// A run over the whole of two equal axes is the identity.
void shorten(std::vector<MapTerm>& terms, const Shape& in, const Shape& out) {
  for (MapTerm& term : terms) {
    for (size_t a = 0; a < 3; ++a) {
      const uint32_t n = extent(out, kMovable[a]);
      const AxisRun whole{0, 1, 0, 1, static_cast<uint16_t>(n), 1};
      AxisMap& map = term.maps[a];
      const bool one = n == 1 && map.runs[0].in == 0;
      if (n == extent(in, kMovable[term.axes[a]]) && (one || map.runs[0] == whole)) {
        map.runs.clear();
      }
    }
  }
}

}  // namespace

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
    uint32_t n = 1;
    for (const PhysicalAxis axis : parts) {
      n *= extent(shape, axis);
    }
    out.push_back(n);
  }
  return out;
}

bool View::is_simple() const {
  return std::all_of(axes.begin(), axes.end(), [](const auto& parts) { return parts.size() < 2; });
}

Shape shape_of(const Dimensions& extents, const Placement& axes) {
  Shape shape;
  for (size_t a = 0; a < axes.size(); ++a) {
    if (!axes[a].empty()) {
      set_extent(shape, axes[a][0], extents[a]);
    }
  }
  return shape;
}

Result<Placement> picture_placement(const Dimensions& extents, uint32_t channel_axis) {
  Placement axes(extents.size());
  std::vector<size_t> others;
  for (size_t a = 0; a < extents.size(); ++a) {
    if (extents[a] == 1) {
      continue;
    }
    if (a == channel_axis) {
      axes[a] = {PhysicalAxis::kChannel};
    } else if (a == 0) {
      axes[a] = {PhysicalAxis::kBatch};
    }
  }
  for (size_t a = 1; a < extents.size(); ++a) {
    if (a != channel_axis) {
      others.push_back(a);
    }
  }
  if (others.size() > 2) {
    return Error{"a picture has at most two axes besides its channels"};
  }
  const std::array<PhysicalAxis, 2> places{PhysicalAxis::kRow, PhysicalAxis::kColumn};
  for (size_t k = 0; k < others.size(); ++k) {
    if (extents[others[k]] > 1) {
      axes[others[k]] = {places[others.size() == 1 ? 1 : k]};
    }
  }
  return axes;
}

Result<Placement> simple_placement(const Dimensions& extents, const Placement& preferred) {
  Placement axes(extents.size());
  std::array<bool, 4> used{};
  for (size_t a = 0; a < extents.size(); ++a) {
    if (extents[a] > 1 && preferred[a].size() == 1 && !used[number(preferred[a][0])]) {
      axes[a] = preferred[a];
      used[number(preferred[a][0])] = true;
    }
  }
  for (size_t a = 0; a < extents.size(); ++a) {
    if (extents[a] == 1 || !axes[a].empty()) {
      continue;
    }
    const auto free = std::find_if(kMovable.begin(), kMovable.end(),
                                   [&](PhysicalAxis axis) { return !used[number(axis)]; });
    if (free == kMovable.end()) {
      return Error{"it has more than three axes that are longer than 1"};
    }
    axes[a] = {*free};
    used[number(*free)] = true;
  }
  return axes;
}

Result<std::vector<MapTerm>> reading_terms(const View& from, const View& to) {
  const Dimensions extents = to.extents();
  const Dimensions own = from.extents();
  std::vector<Atom> atoms;
  for (size_t a = 0; a < extents.size(); ++a) {
    if (has_batch(from.axes[a]) || has_batch(to.axes[a])) {
      if (from.axes[a] != to.axes[a]) {
        return Error{"it would move elements between batches"};
      }
      continue;
    }
    if (own[a] != extents[a] && own[a] != 1) {
      return Error{"its shape does not broadcast"};
    }
    VOUCH_TRY(add_atoms(parts_of(from.axes[a], from.shape), parts_of(to.axes[a], to.shape), atoms));
  }
  if (from.shape.batch != to.shape.batch) {
    return Error{"it would repeat batches"};
  }
  choose_runs(atoms);
  size_t count = 1;
  for (const Atom& atom : atoms) {
    count *= atom.is_run ? 1 : atom.extent;
    if (count > kMaxTerms) {
      return Error{"its elements would have to be moved in more than 1024 pieces"};
    }
  }
  std::vector<MapTerm> terms;
  std::vector<uint32_t> at(atoms.size(), 0);
  for (size_t n = 0; n < count; ++n) {
    terms.push_back(term_at(atoms, at));
    for (size_t k = 0; k < atoms.size(); ++k) {
      if (!atoms[k].is_run && ++at[k] < atoms[k].extent) {
        break;
      }
      at[k] = 0;
    }
  }
  shorten(terms, from.shape, to.shape);
  return terms;
}

std::vector<AxisEntry> kept_axis(uint32_t from, uint32_t to) {
  std::vector<AxisEntry> entries;
  for (uint32_t o = 0; o < to; ++o) {
    entries.push_back({o, from == 1 ? 0 : o});
  }
  return entries;
}

MapTerm moving_term(const View& from, const View& to,
                    const std::vector<std::vector<AxisEntry>>& readings) {
  // Along each output axis the entries, and the input axis that they read; axes without a logical one
  // have extent 1 and meet in what is left.
  std::array<std::vector<AxisEntry>, 3> entries;
  std::array<std::optional<size_t>, 3> reads;
  std::array<bool, 3> taken{};
  std::vector<std::pair<size_t, uint32_t>> fixed;  // input axes of outputs of extent 1
  for (size_t a = 0; a < readings.size(); ++a) {
    const bool in = !from.axes[a].empty();
    const bool out = !to.axes[a].empty();
    if ((in && from.axes[a][0] == PhysicalAxis::kBatch) || (!in && !out)) {
      continue;
    }
    if (out) {
      const size_t q = number(to.axes[a][0]);
      entries[q] = readings[a];
      if (in) {
        reads[q] = number(from.axes[a][0]);
        taken[*reads[q]] = true;
      }
    } else {
      // All entries read into output 0: a sum, or one element.
      fixed.emplace_back(number(from.axes[a][0]), static_cast<uint32_t>(a));
      taken[number(from.axes[a][0])] = true;
    }
  }
  MapTerm term;
  for (size_t q = 0; q < 3; ++q) {
    if (reads[q]) {
      continue;
    }
    if (!fixed.empty()) {
      const auto [p, a] = fixed.back();
      fixed.pop_back();
      reads[q] = p;
      if (entries[q].empty()) {
        entries[q] = readings[a];
      } else {  // both: every output reads the same
        std::vector<AxisEntry> both;
        for (const AxisEntry& o : entries[q]) {
          for (const AxisEntry& i : readings[a]) {
            both.push_back({o.out, i.in, static_cast<int16_t>(o.coefficient * i.coefficient)});
          }
        }
        entries[q] = both;
      }
    }
  }
  for (size_t q = 0; q < 3; ++q) {
    if (!reads[q]) {
      size_t p = !taken[q] ? q : 0;
      while (taken[p]) {
        ++p;
      }
      reads[q] = p;
      taken[p] = true;
    }
    term.axes[q] = static_cast<uint8_t>(*reads[q]);
    const uint32_t in = extent(from.shape, kMovable[*reads[q]]);
    const uint32_t out = extent(to.shape, kMovable[q]);
    term.maps[q] = entries[q].empty() && in == out ? AxisMap{} : axis_map(entries[q]);
  }
  for (size_t q = 0; q < 3; ++q) {
    const uint32_t n = extent(to.shape, kMovable[q]);
    const AxisRun whole{0, 1, 0, 1, static_cast<uint16_t>(n), 1};
    const auto& runs = term.maps[q].runs;
    if (n == extent(from.shape, kMovable[term.axes[q]]) && runs.size() == 1 && runs[0] == whole) {
      term.maps[q].runs.clear();
    }
  }
  return term;
}

std::optional<Placement> reshaped(const View& from, const Dimensions& extents) {
  std::vector<PhysicalAxis> all;
  for (const auto& parts : from.axes) {
    all.insert(all.end(), parts.begin(), parts.end());
  }
  Placement axes(extents.size());
  size_t next = 0;
  for (size_t a = 0; a < extents.size(); ++a) {
    uint64_t n = 1;
    while (n < extents[a] && next < all.size()) {
      n *= extent(from.shape, all[next]);
      axes[a].push_back(all[next++]);
    }
    if (n != extents[a]) {
      return std::nullopt;
    }
  }
  return next == all.size() ? std::optional(axes) : std::nullopt;
}

}  // namespace vouch
