// Exact rounding: codes next to a boundary, windows, limbs, the fourth tree.
#include <gtest/gtest.h>

#include <algorithm>

#include "exact_case.h"

namespace vouch::dense {
namespace {

Scalar number(int64_t x) { return Scalar::from_i64(x); }

int64_t T() { return limb_bound(exact_model().circuit); }

// An accumulator one below a boundary in the window that begins there: the remainder is −1.
// `borrowed` writes it as T − 1 and −1.
Forgery code_above(uint8_t table, bool borrowed) {
  const Target target = target_at(table, -1);
  return consistent_exact(target.op, [&](DenseWitness& w) {
    put_window(exact_model(), w, target.slot, target.boundary.X, target.boundary.at);
    EXPECT_EQ(w[Column::kL][target.slot], -Scalar::one());
    if (borrowed) {
      w[Column::kL][target.slot] += number(T());
      w.R[target.slot] -= Scalar::one();
    }
  });
}

// An accumulator that is a boundary in the window that ends there: the remainder is T². `carried`
// writes it as U = T, else L = T.
Forgery code_below(uint8_t table, bool carried) {
  const Target target = target_at(table, 0);
  return consistent_exact(target.op, [&](DenseWitness& w) {
    put_window(exact_model(), w, target.slot, target.boundary.X - 1,
               target.boundary.at - T() * T());
    EXPECT_EQ(w.R[target.slot], number(T()));
    EXPECT_TRUE(w[Column::kL][target.slot].is_zero());
    if (!carried) {
      w[Column::kL][target.slot] += number(T());
      w.R[target.slot] -= Scalar::one();
    }
  });
}

// T in the first pad of the range table's brick, perhaps with rows in all of its pads.
void count_limb_in_the_pad(Forgery& f, bool as_a_row) {
  const Brick& range = exact_model().columns.layout(Column::kM).bricks()[0];
  EXPECT_GT(range.slots(), range.elements());
  const uint64_t pad = range.offset + static_cast<uint64_t>(T());
  count_row(f, pad);
  if (as_a_row) {
    f.leaves = [&range](Leaves& leaves, const LookupChallenges& ch) {
      for (uint64_t u = range.elements(); u < range.slots(); ++u) {
        leaves.table_q[range.offset + u] = ch.shifted(kRangeTag) - Scalar::from_u64(u);
      }
    };
  }
}

std::vector<Attack> boundary_attacks() {
  std::vector<Attack> all;
  for (const auto& [table, name] : {std::pair{kPlainClamp, "Floor"}, {kSteps, "Float32"}}) {
    const std::string of = name;
    all.push_back({of + "CodeAbove", {"root"}, [table = table](Forgery& f) {
                     f = code_above(table, false);
                   }});
    all.push_back({of + "CodeAboveBorrowed", {"root"}, [table = table](Forgery& f) {
                     f = code_above(table, true);
                   }});
    all.push_back({of + "CodeBelow", {"root"}, [table = table](Forgery& f) {
                     f = code_below(table, false);
                   }});
    all.push_back({of + "CodeBelowCarried", {"root"}, [table = table](Forgery& f) {
                     f = code_below(table, true);
                   }});
    // The limbs looked up are those of the right code.
    all.push_back(
        {of + "LowLimbNotLookedUp", {"claim L", "opening round"}, [table = table](Forgery& f) {
           f = code_above(table, false);
           f.looked_up[Column::kL][target_at(table, -1).slot] = Scalar::zero();
           count_again(f);
         }});
    all.push_back({of + "LowLimbNotLookedUpUntilTheOpening",
                   {"claim L", "opening"},
                   [table = table](Forgery& f) {
                     f = code_above(table, false);
                     f.looked_up[Column::kL][target_at(table, -1).slot] = Scalar::zero();
                     count_again(f);
                     lie_until_the_opening(f);
                   }});
    all.push_back(
        {of + "UpperLimbNotLookedUp", {"claim R", "opening round"}, [table = table](Forgery& f) {
           f = code_above(table, true);
           f.looked_up.R[target_at(table, -1).slot] = Scalar::zero();
           count_again(f);
         }});
    for (const bool carried : {false, true}) {
      const std::string limb = carried ? "UpperLimb" : "LowLimb";
      all.push_back({of + limb + "CountedInAPad", {"root"}, [table = table, carried](Forgery& f) {
                       f = code_below(table, carried);
                       count_limb_in_the_pad(f, false);
                     }});
      all.push_back(
          {of + limb + "InAPad", {"table denominator"}, [table = table, carried](Forgery& f) {
             f = code_below(table, carried);
             count_limb_in_the_pad(f, true);
           }});
    }
  }
  return all;
}
INSTANTIATE_ATTACKS(Boundary, boundary_attacks);

// The window as it is, under the code above: A and the remainder are right, (X, E) is no row.
void take_neighbours_window(DenseWitness& w, uint64_t slot) {
  const Units units = units_of(exact_model().circuit);
  w[Column::kX][slot] += Scalar::one();
  w[Column::kE][slot] -= units.code * units.error.inverse();
}

// An output of the last operator, in an edge window.
uint64_t edge_slot() {
  const DenseModel& model = exact_model();
  const Brick& brick = model.columns.layout(Column::kX).bricks()[kLast];
  for (const Element& e : elements_of(brick.extents)) {
    const uint64_t slot = slot_of(brick, e);
    if (!small_integer(exact_run()[Column::kE][slot])) {
      return slot;
    }
  }
  ADD_FAILURE() << "no edge";
  return 0;
}

// The last operator's clamp as a table that is too short for the run: rows past its end.
const DenseModel& short_model() {
  static const DenseModel model(
      [] {
        Circuit c = exact_circuit();
        const int64_t X = integer_of(exact_run()[Column::kX][slot_of(
            exact_model().columns.layout(Column::kX).bricks()[kLast], {1, 0, 0, 0})]);
        EXPECT_GT(X, 4);
        c.windows.push_back({Boundaries::kFloor, 0, 0, static_cast<uint8_t>(X - 4), 600, 3});
        c.tensors.back().table = 3;
        return c;
      }(),
      exact_model().weights, kSmallShape, test_generators());
  return model;
}

// Rows of the highest code in all pads of the short model's tables of windows.
void fill_the_pads(Leaves& leaves, const LookupChallenges& ch) {
  const Circuit& c = short_model().circuit;
  for (size_t k = 0; k < c.windows.size(); ++k) {
    const Brick& brick = short_model().columns.layout(Column::kM).bricks()[1 + k];
    Circuit longer = c;
    longer.windows[k].above += static_cast<uint32_t>(brick.slots() - brick.elements());
    const std::vector<WindowRow> rows = window_rows(longer, longer.windows[k]);
    for (uint64_t u = brick.elements(); u < brick.slots(); ++u) {
      leaves.table_q[brick.offset + u] = ch.shifted(kFirstActivationTag + k) - number(rows[u].X) -
                                         ch.gamma * rows[u].error(longer);
    }
  }
}

// Adds what the short table does not have to its brick's pads, perhaps as rows of its own.
void run_past_the_table(Forgery& f, bool as_rows) {
  const DenseModel& model = short_model();
  const uint32_t rows = model.circuit.windows.back().rows();
  Circuit longer = model.circuit;
  longer.windows.back().above = 610;
  f = Forgery(model, run(longer, model.columns, model.weights, small_picture(1)));
  const Brick& brick = model.columns.layout(Column::kX).bricks()[kLast];
  const Brick& table = model.columns.layout(Column::kM).bricks()[4];
  const std::vector<WindowRow> all = window_rows(longer, longer.windows.back());
  size_t counted = 0;
  for (const Element& e : elements_of(brick.extents)) {
    const uint64_t slot = slot_of(brick, e);
    uint64_t u = rows;
    while (u < table.slots() && !(all[u].error(longer) == f.committed[Column::kE][slot])) {
      ++u;
    }
    if (u < table.slots() && integer_of(f.committed[Column::kX][slot]) == all[u].X) {
      count_row(f, table.offset + u);
      ++counted;
    }
  }
  EXPECT_GT(counted, 0U);
  if (as_rows) {
    f.leaves = fill_the_pads;
  }
}

// Run with other boundaries, whose rows the prover puts in the place of the circuit's.
void run_with_boundaries(Forgery& f, const std::function<void(WindowTable&)>& change) {
  const DenseModel& model = exact_model();
  Circuit other = model.circuit;
  for (WindowTable& table : other.windows) {
    change(table);
  }
  f = Forgery(model, run(other, model.columns, model.weights, small_picture(1)));
  EXPECT_NE(f.committed[Column::kX], exact_run()[Column::kX]) << "no code changes";
  f.leaves = [other](Leaves& leaves, const LookupChallenges& ch) {
    for (size_t k = 0; k < other.windows.size(); ++k) {
      const uint64_t offset = exact_model().columns.layout(Column::kM).bricks()[1 + k].offset;
      const std::vector<WindowRow> rows = window_rows(other, other.windows[k]);
      for (size_t u = 0; u < rows.size(); ++u) {
        leaves.table_q[offset + u] = ch.shifted(kFirstActivationTag + k) - number(rows[u].X) -
                                     ch.gamma * rows[u].error(other);
      }
    }
  };
}

std::vector<Attack> window_attacks() {
  return {
      {"OfTheCodeAbove",
       {"root"},
       [](Forgery& f) {
         f = consistent_exact(kLast,
                              [](DenseWitness& w) { take_neighbours_window(w, edge_slot()); });
       }},
      // With the multiplicities of the right row.
      {"OfTheCodeAboveNotCounted",
       {"root"},
       [](Forgery& f) {
         f = honest_exact();
         for (DenseWitness* w : {&f.committed, &f.looked_up, &f.multiplied}) {
           take_neighbours_window(*w, edge_slot());
         }
       }},
      {"OfTheCodeAboveNotLookedUp",
       {"claim C", "opening round"},
       [](Forgery& f) {
         f = honest_exact();
         take_neighbours_window(f.committed, edge_slot());
       }},
      // An edge's E under the code above.
      {"EdgeOfTheCodeAbove",
       {"root"},
       [](Forgery& f) {
         const Target target = target_at(kSteps, -1);
         const int64_t unit = int64_t{1} << 2 * exact_model().circuit.shift;
         f = consistent_exact(target.op, [&](DenseWitness& w) {
           put_window(exact_model(), w, target.slot, target.boundary.X,
                      target.boundary.at - T() * T() + unit);
         });
       }},
      {"PastTheTableCountedInItsPads", {"root"}, [](Forgery& f) { run_past_the_table(f, false); }},
      {"PastTheTableInItsPads",
       {"table denominator"},
       [](Forgery& f) { run_past_the_table(f, true); }},
      {"OfAnotherZeroPoint",
       {"table denominator"},
       [](Forgery& f) {
         run_with_boundaries(f, [](WindowTable& table) { table.zero_point = 0; });
       }},
      {"OfFloor",
       {"table denominator"},
       [](Forgery& f) {
         run_with_boundaries(f, [](WindowTable& table) {
           table.boundaries = Boundaries::kFloor;
           table.zero_point = 0;
         });
       }},
  };
}
INSTANTIATE_ATTACKS(Windows, window_attacks);

// Remainders as if one of E were a whole code: right for any other rounding unit.
void count_errors_in_codes(DenseWitness& w) {
  const DenseModel& model = roomy_model();
  const int64_t unit = int64_t{1} << 2 * model.circuit.shift;
  size_t changed = 0;
  for (const Brick& brick : model.columns.layout(Column::kX).bricks()) {
    for (const Element& e : elements_of(brick.extents)) {
      const uint64_t slot = slot_of(brick, e);
      const int64_t A = accumulator_at(model, w, slot);
      const int64_t V = A >> 2 * model.circuit.shift;
      const int64_t R = A - V * unit;
      EXPECT_LT(R, T() * T());
      const Scalar E = number(V) - w[Column::kX][slot];
      changed += E.is_zero() ? 0 : 1;
      w[Column::kE][slot] = E;
      w[Column::kL][slot] = number(R % T());
      w.R[slot] = number(R / T());
    }
  }
  EXPECT_GT(changed, 10U);
}

// Limbs of 2^s in the place of T.
void split_at_a_power_of_two(DenseWitness& w) {
  const DenseModel& model = roomy_model();
  for (const Brick& brick : model.columns.layout(Column::kX).bricks()) {
    for (const Element& e : elements_of(brick.extents)) {
      const uint64_t slot = slot_of(brick, e);
      const int64_t R = integer_of(w[Column::kL][slot] + number(T()) * w.R[slot]);
      w[Column::kL][slot] = number(R & ((int64_t{1} << model.circuit.shift) - 1));
      w.R[slot] = number(R >> model.circuit.shift);
      EXPECT_LT(integer_of(w[Column::kL][slot]), T());
      EXPECT_LT(integer_of(w.R[slot]), T());
    }
  }
}

Forgery roomy(const std::function<void(DenseWitness&)>& change) {
  DenseWitness w = roomy_run();
  change(w);
  w[Column::kM] = count_lookups(roomy_model().circuit, roomy_model().columns, w);
  return Forgery(roomy_model(), w);
}

// m without the lookups of L, or with these counted `times`.
void count_low_limbs(Forgery& f, int64_t times) {
  DenseWitness without = f.looked_up;
  std::fill(without[Column::kL].begin(), without[Column::kL].end(), -Scalar::one());
  std::vector<Scalar> m = count_lookups(exact_model().circuit, exact_model().columns, without);
  for (size_t i = 0; i < m.size(); ++i) {
    m[i] += number(times) * (f.looked_up[Column::kM][i] - m[i]);
  }
  f.committed[Column::kM] = f.looked_up[Column::kM] = m;
}

std::vector<Attack> limb_attacks() {
  std::vector<Attack> all{
      {"ErrorsInCodes",
       {"claim R", "opening round"},
       [](Forgery& f) { f = roomy(count_errors_in_codes); }},
      {"SplitAtAPowerOfTwo",
       {"claim R", "opening round"},
       [](Forgery& f) { f = roomy(split_at_a_power_of_two); }},
      {"Exchanged",
       {"claim R", "opening round"},
       [](Forgery& f) {
         f = consistent_exact(kConv, [](DenseWitness& w) {
           uint64_t slot = exact_model().columns.layout(Column::kX).bricks()[kConv].offset;
           while (w[Column::kL][slot] == w.R[slot]) {
             ++slot;
             ASSERT_LT(slot, w.R.size());
           }
           std::swap(w[Column::kL][slot], w.R[slot]);
         });
       }},
      // The low tree left out of the sum, or with the other sign.
      {"LowTreeLeftOut",
       {"root"},
       [](Forgery& f) {
         f = code_above(kPlainClamp, false);
         count_low_limbs(f, 0);
       }},
      {"LowTreeSubtracted",
       {"root"},
       [](Forgery& f) {
         f = honest_exact();
         count_low_limbs(f, -1);
       }},
  };
  const uint64_t pad = exact_model().columns.layout(Column::kX).used();
  const uint64_t inner = exact_model().columns.layout(Column::kX).bricks()[0].offset + 5;
  for (const auto& place : {std::pair{pad, std::string("Pad")}, {inner, "InnerPad"}}) {
    const auto of_pad = [&](const char* what, const Labels& checks, int64_t X, int64_t L,
                            int64_t rest) {
      all.push_back({place.second + what, checks, [=, slot = place.first](Forgery& f) {
                       f = consistent_exact(kLast, [&](DenseWitness& w) {
                         w[Column::kX][slot] = number(X);
                         w[Column::kL][slot] = number(L);
                         w.R[slot] = number(rest) * number(T()).inverse();
                       });
                     }});
    };
    of_pad("LowLimb", {"root"}, 0, 5, -5);
    of_pad("LowLimbAlone", {"claim R", "opening round"}, 0, 5, 0);
    of_pad("Code", {"root"}, 1, 0, -(int64_t{1} << 26));
    of_pad("CodeAgainstTheLowLimb", {"root"}, 1, -(int64_t{1} << 26), 0);
  }
  return all;
}
INSTANTIATE_ATTACKS(Limbs, limb_attacks);

// The root's sum made true by (P + e, ·) in the main tree and (P − e, ·) in the low one: true of a
// layer that gives both the same power of μ.
void share_a_power(Forgery& f) {
  f = code_above(kPlainClamp, false);
  f.ledger.values = [](const std::string& label, size_t, std::span<Scalar> pq) {
    if (label == "lookup roots") {
      const Scalar others = pq[5] * pq[7];
      const Scalar sum = (pq[0] * pq[3] + pq[2] * pq[1]) * others +
                         pq[1] * pq[3] * (pq[4] * pq[7] + pq[6] * pq[5]);
      const Scalar e = -sum * (others * (pq[3] - pq[1])).inverse();
      pq[0] += e;
      pq[2] -= e;
    }
  };
}

// A remainder of −1: the one false thing in the proof is where the prover has put it.
std::vector<Attack> low_tree_places() {
  const std::vector<std::pair<LookupLie, Attack>> lies{
      {{1, Tree::kLow}, {"FirstLayer", {"lookup layer"}, {}}},
      {{2, Tree::kLow}, {"SecondLayersRound", {"lookup round"}, {}}},
      {{6, Tree::kLow, false, true}, {"DeepEnd", {"lookup layer"}, {}}},
      {{LookupLie::kAll, Tree::kMain, true}, {"LeafU", {"claim R", "opening round"}, {}}},
      {{LookupLie::kAll, Tree::kLow, false}, {"Leaf", {"claim L", "opening round"}, {}}},
      {{LookupLie::kAll, Tree::kLow, true}, {"LeafSecond", {"claim L", "opening round"}, {}}},
  };
  std::vector<Attack> all{{"SharesAPower", {"lookup layer"}, share_a_power}};
  for (auto [lie, attack] : lies) {
    attack.forge = [lie = lie](Forgery& f) {
      f = code_above(kPlainClamp, false);
      f.lookup_lie = lie;
    };
    all.push_back(attack);
  }
  return all;
}
INSTANTIATE_ATTACKS(LowTree, low_tree_places);

std::vector<Attack> attacks_on_rows_of_L() {
  const auto afterwards = [](const char* name, const std::function<void(Proof&)>& change,
                             Reason reason) {
    return Attack{name,
                  {},
                  [change](Forgery& f) {
                    f = honest_exact();
                    f.afterwards = [change](Proof& p, ModelCommitment&) { change(p); };
                  },
                  reason};
  };
  return {
      {"NotAbsorbed",
       {},
       [](Forgery& f) {
         f = honest_exact();
         f.absorbed_rows = [](Column column, Rows& rows) {
           if (column == Column::kL) {
             rows.back() = Point::generator().encode();
           }
         };
       }},
      afterwards(
          "OfAnotherProof",
          [](Proof& p) {
            Forgery again = honest_exact();
            p.l = prove_small(again, 2).proof.l;
          },
          Reason::kLinearForm),
      {"OfAFastProof",
       {},
       [](Forgery& f) { f.afterwards = [](Proof& p, ModelCommitment&) { p.l = p.x; }; },
       Reason::kDecoding},
      afterwards(
          "OfE", [](Proof& p) { p.l = p.e; }, Reason::kLinearForm),
      afterwards(
          "None", [](Proof& p) { p.l.clear(); }, Reason::kDecoding),
      afterwards(
          "OneMore", [](Proof& p) { p.l.push_back(p.l[0]); }, Reason::kDecoding),
      afterwards(
          "OneLess", [](Proof& p) { p.l.pop_back(); }, Reason::kDecoding),
      afterwards(
          "Identity", [](Proof& p) { p.l[0] = Encoding{}; }, Reason::kDecoding),
  };
}
INSTANTIATE_ATTACKS(RowsOfL, attacks_on_rows_of_L);

TEST(Exact, NothingIsFalseAndTheProofIsAccepted) {
  Forgery forgery = honest_exact();
  const DenseProof made = prove_small(forgery);
  EXPECT_EQ(made.false_checks, Labels{});
  EXPECT_TRUE(judge(made).accepted());
  Forgery other(roomy_model(), roomy_run());
  EXPECT_TRUE(judge(prove_small(other)).accepted());
}

// The tests' network is worth attacking: windows of all kinds are looked up.
TEST(Exact, TheNetworkHasEdgesClampsAndBoundaries) {
  size_t edges = 0;
  size_t clamped = 0;
  for (const Scalar& E : exact_run()[Column::kE]) {
    const auto e = small_integer(E);
    edges += e ? 0 : 1;
    clamped += e.value_or(0) != 0 ? 1 : 0;
  }
  EXPECT_GT(edges, 15U);
  EXPECT_GT(clamped, 20U);
  for (const uint8_t table : {kPlainClamp, kNarrowClamp, kSteps}) {
    (void)target_at(table, 0);
    (void)target_at(table, -1);
  }
}

// One rounding's circuit in the place of the other's: the rows are not those that are wanted.
TEST(Exact, OtherRoundingsCircuitIsRefused) {
  Forgery fast = honest();
  Forgery exact = honest_exact();
  const DenseProof of_fast = prove_small(fast);
  const DenseProof of_exact = prove_small(exact);
  const auto judged = [](const DenseProof& made, const DenseModel& other, bool with_l) {
    Proof p = made.proof;
    ModelCommitment model = made.model;
    model.circuit = other.commitment.circuit;
    p.model = model_identity(model);
    p.l = with_l ? p.x : Rows{};
    const Columns columns(other.circuit, p.shape.kappa);
    p.m.resize(present_row_count(columns, Column::kM), Point::generator().encode());
    p.messages.resize(proof_messages(columns, p.shape.groups), Point::generator().encode());
    const LoadedModel loaded = load_commitment(model);
    EXPECT_TRUE(loaded.model.has_value());
    return verify(*loaded.model, encode_proof(p), {}, test_generators()).verdict.reason;
  };
  for (const bool with_l : {false, true}) {
    EXPECT_EQ(judged(of_fast, exact_model(), with_l), Reason::kDecoding) << with_l;
    EXPECT_EQ(judged(of_exact, small_model(), with_l), Reason::kDecoding) << with_l;
  }
}

}  // namespace
}  // namespace vouch::dense
