// Hidden outputs: rankings, bits, labels and counts that the network did not give.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "predicate_case.h"
#include "verify/batch.h"
#include "verify/hidden_output.h"

namespace vouch::dense {
namespace {

using Part = OutputPart;
using Lookup = PredicateLookup;

Scalar number(int64_t x) { return Scalar::from_i64(x); }
Scalar half() { return number(2).inverse(); }

const Labels kLookedUp{"root"};
const Labels kNotLookedUp{"claim q", "opening round"};

// An honest proof of the predicate, changed; the lookups are made of what is changed, and may be
// changed once more.
Attack cheat(
    const std::string& name, const Labels& checks, const Predicate& predicate, const Bytes& output,
    const std::function<void(Forgery&)>& change,
    const std::function<void(Forgery&)>& lookups = [](Forgery&) {}) {
  return {name, checks, [=](Forgery& f) {
            f = honest_hidden(predicate);
            f.output = output;
            change(f);
            look_up_again(f);
            lookups(f);
          }};
}

std::function<void(Forgery&)> nothing_of(Lookup lookup) {
  return [lookup](Forgery& f) { look_up_nothing(f, lookup); };
}

// The same lie where the lookups notice it, and where they are spared it.
void looked_up_or_not(std::vector<Attack>& all, const std::string& name, Lookup lookup,
                      const Predicate& predicate, const Bytes& output,
                      const std::function<void(Forgery&)>& change) {
  all.push_back(cheat(name, kLookedUp, predicate, output, change));
  all.push_back(
      cheat(name + "NotLookedUp", kNotLookedUp, predicate, output, change, nothing_of(lookup)));
}

void for_all_classes(const std::function<void(size_t p, size_t c)>& body) {
  for (size_t p = 0; p < kMirrorShape.pictures; ++p) {
    for (size_t c = 0; c < kMirrorClasses; ++c) {
      body(p, c);
    }
  }
}

int64_t code(size_t p, size_t c) { return mirror_inputs()[p][c]; }

// What part of Y holds, where the proof is committed to it.
Scalar held(const Forgery& f, Part part, size_t p, size_t c = 0) {
  return f.committed[Column::kY][slot_of_part(f.model->columns, part, p, c)];
}

// A lookup without one of its terms.
std::function<void(Forgery&)> without(
    Lookup lookup, const std::function<Scalar(const Forgery&, size_t p, size_t c)>& term) {
  return [=](Forgery& f) {
    const PredicateLayout& layout = f.model->columns.predicate();
    const bool of_classes =
        layout.lookups().bricks()[layout.brick_of(lookup).value()].extents[1] > 1;
    for_all_classes([&](size_t p, size_t c) {
      if (of_classes || c == 0) {
        add_to_lookup(f, lookup, p, c, -term(f, p, c));
      }
    });
  };
}

// h of halves: two of them and the label, which is third, are "two classes".
void halve_members(Forgery& f) {
  put_ranking(f, 0, {4}, 4, 40);
  put_part(f, Part::kMembers, 0, 1, half());
  put_part(f, Part::kMembers, 0, 2, half());
}

// Any classes at all, by a g whose sums from the end are whatever w needs.
void permute_by_last(Forgery& f) {
  put_ranking(f, 0, {4, 5}, 0, 40);
  std::array<int64_t, kMirrorClasses + 1> sums{};
  for (size_t c = 1; c < kMirrorClasses; ++c) {
    sums[c] = (c >= 4 ? 256 : 0) - 255 - code(0, c) + 40 + 100;
  }
  sums[0] = 1;
  for (size_t c = 0; c < kMirrorClasses; ++c) {
    put_part(f, Part::kLast, 0, c, number(sums[c] - sums[c + 1]));
  }
}

std::vector<Attack> rankings() {
  const Predicate labels = public_labels(false);
  const Bytes third{1, 1, 0};  // label 4 is third of input 0
  std::vector<Attack> all;
  looked_up_or_not(all, "TieBrokenTheOtherWay", Lookup::kRanks, labels, third, [](Forgery& f) {
    put_ranking(f, 0, {1, 4}, 4, 40);
  });
  looked_up_or_not(all, "WrongClass", Lookup::kRanks, labels, third, [](Forgery& f) {
    put_ranking(f, 0, {4, 5}, 5, 12);
  });
  looked_up_or_not(all, "ThresholdBetweenCodes", Lookup::kRanks, members(), {},
                   [](Forgery& f) { put_part(f, Part::kThresholds, 1, 0, number(199) + half()); });
  looked_up_or_not(all, "HalvesOfMembers", Lookup::kMembers, labels, third, halve_members);
  looked_up_or_not(all, "LastThatPermutes", Lookup::kLast, labels, third, permute_by_last);
  Predicate of_class_0 = contains(false);
  of_class_0.classes = {0};
  all.push_back(cheat("MemberTwice", kLookedUp, of_class_0, {0, 1, 0}, [](Forgery& f) {
    put_ranking(f, 2, {5}, 5, 255);
    put_part(f, Part::kMembers, 2, 5, number(2));
  }));
  // n = 2 of 1/256 each, and nothing is sure of anything.
  all.push_back(cheat("MembersOf256Parts", kLookedUp, labels, third, [](Forgery& f) {
    put_ranking(f, 0, {4}, 4, 40);
    put_part(f, Part::kMembers, 0, 1, number(255) * number(256).inverse());
    put_part(f, Part::kMembers, 0, 2, number(256).inverse());
  }));
  // w without what it is made of.
  all.push_back(cheat(
      "WithoutScores", kNotLookedUp, labels, {0, 0, 1},
      [](Forgery& f) {
        for (size_t p = 0; p < 3; ++p) {
          put_ranking(f, p, {0, 1}, 1, 0);
        }
      },
      without(Lookup::kRanks,
              [](const Forgery&, size_t p, size_t c) { return number(code(p, c)); })));
  all.push_back(cheat(
      "WithoutMembers", kNotLookedUp, labels, third,
      [](Forgery& f) {
        put_ranking(f, 0, {4, 5}, 5, 41);
        put_ranking(f, 1, {4, 5}, 5, 202);
        put_ranking(f, 2, {4, 5}, 5, 256);
      },
      without(Lookup::kRanks, [](const Forgery& f, size_t p, size_t c) {
        return number(-256) * held(f, Part::kMembers, p, c);
      })));
  return all;
}
INSTANTIATE_ATTACKS(Ranking, rankings);

// A label of two classes more than its own, of which one is −1.
void split_label(Forgery& f) {
  put_part(f, Part::kLabels, 0, 1, number(1));
  put_part(f, Part::kLabels, 0, 2, number(-1));
  put_part(f, Part::kMatches, 0, 1, number(1));
}

std::vector<Attack> labels() {
  const Predicate hidden = hidden_labels(false);
  const Bytes third{1, 1, 0};
  const Bytes none{0, 0, 0};
  const auto no_match = [](Forgery& f) { put_part(f, Part::kMatches, 1, 4, number(0)); };
  std::vector<Attack> all;
  looked_up_or_not(all, "ThatCancels", Lookup::kLabels, hidden, third, split_label);
  looked_up_or_not(all, "HalfMatches", Lookup::kMatches, hidden, third, [](Forgery& f) {
    put_part(f, Part::kMatches, 0, 1, half());
    put_part(f, Part::kMatches, 0, 2, half());
  });
  looked_up_or_not(all, "NoMatch", Lookup::kUnmatched, hidden, none, no_match);
  looked_up_or_not(all, "MatchWithoutLabel", Lookup::kUnmatched, hidden, third,
                   [](Forgery& f) { put_part(f, Part::kMatches, 0, 1, number(1)); });
  looked_up_or_not(all, "MatchWithoutMember", Lookup::kUnmatched, hidden, third,
                   [](Forgery& f) { put_part(f, Part::kMatches, 0, 4, number(1)); });
  all.push_back(cheat("WithoutMembers", kNotLookedUp, hidden, none, no_match,
                      without(Lookup::kUnmatched, [](const Forgery& f, size_t p, size_t c) {
                        return number(255) * held(f, Part::kMembers, p, c);
                      })));
  all.push_back(cheat("WithoutLabels", kNotLookedUp, hidden, none, no_match,
                      without(Lookup::kUnmatched, [](const Forgery& f, size_t p, size_t c) {
                        return number(255) * held(f, Part::kLabels, p, c);
                      })));
  all.push_back(cheat(
      "WithoutMatches", kNotLookedUp, hidden, third,
      [](Forgery& f) {
        put_part(f, Part::kMatches, 0, 4, number(1));
        put_part(f, Part::kLabels, 1, 4, number(0));
        put_part(f, Part::kLabels, 1, 5, number(1));
        put_part(f, Part::kMatches, 1, 4, number(0));
        put_part(f, Part::kMatches, 1, 5, number(1));
      },
      without(Lookup::kUnmatched, [](const Forgery& f, size_t p, size_t c) {
        return number(-510) * held(f, Part::kMatches, p, c);
      })));
  // λ says of two classes that they are the label, or of none.
  all.push_back(cheat("TwoClasses", {"claim λ", "opening round"}, hidden, third, [](Forgery& f) {
    put_part(f, Part::kLabels, 0, 1, number(1));
    put_part(f, Part::kMatches, 0, 1, number(1));
  }));
  all.push_back(cheat("NoClass", {"claim λ", "opening round"}, hidden, none, [=](Forgery& f) {
    put_part(f, Part::kLabels, 1, 4, number(0));
    no_match(f);
  }));
  return all;
}
INSTANTIATE_ATTACKS(HiddenLabel, labels);

// S = {3}, which is nowhere among the first two; class 3 ≥ 8, which no code is.
Predicate contains_nothing(bool count) {
  Predicate p = contains(count);
  p.classes = {3};
  return p;
}
Predicate score_of_nothing(bool count) {
  Predicate p = score(count);
  p.classes = {3};
  p.threshold = 8;
  return p;
}

void put_bits(Forgery& f, const std::vector<Scalar>& bits, int64_t N) {
  for (size_t p = 0; p < bits.size(); ++p) {
    put_part(f, Part::kBits, p, 0, bits[p]);
  }
  put_part(f, Part::kCount, 0, 0, number(N));
}

// One decision of bits that are public, and the same committed.
void false_bits(std::vector<Attack>& all, const std::string& name, const Predicate& predicate,
                const Predicate& counted, const Bytes& bits) {
  looked_up_or_not(all, name, Lookup::kDecisions, predicate, bits, [](Forgery&) {});
  looked_up_or_not(all, name + "Counted", Lookup::kDecisions, counted, {}, [bits](Forgery& f) {
    put_bits(f, {number(bits[0]), number(bits[1]), number(bits[2])}, bits[0] + bits[1] + bits[2]);
  });
}

std::vector<Attack> decisions() {
  const Bytes none{0, 0, 0};
  const Bytes each{1, 1, 1};
  const auto no_change = [](Forgery&) {};
  std::vector<Attack> all;
  false_bits(all, "ContainsNot", contains(false), contains(true), {0, 1, 0});
  false_bits(all, "ContainsAfterAll", contains(false), contains(true), {1, 1, 1});
  false_bits(all, "ScoreTooLow", score(false), score(true), {1, 1, 1});
  false_bits(all, "ScoreHighEnough", score(false), score(true), {0, 0, 1});
  for (const bool contained : {true, false}) {
    const std::string name = contained ? "Contains" : "Score";
    looked_up_or_not(all, name + "Halves", Lookup::kBits,
                     contained ? contains_nothing(true) : score_of_nothing(true), {},
                     [](Forgery& f) {
                       put_bits(f, {half(), half(), number(0)}, 1);
                     });
    all.push_back(cheat(name + "Two", kLookedUp, contained ? contains(true) : score(true), {},
                        [](Forgery& f) {
                          put_bits(f, {number(1), number(2), number(0)}, 3);
                        }));
  }
  const auto members_of_S = [](const Forgery& f, size_t p, size_t) {
    Scalar sum;
    for (const uint16_t c : f.model->predicate->classes) {
      sum += held(f, Part::kMembers, p, c);
    }
    return sum;
  };
  const auto constant = [](int64_t x) {
    return [x](const Forgery&, size_t, size_t) { return number(x); };
  };
  const Lookup e = Lookup::kDecisions;
  all.push_back(cheat("WithoutMembers", kNotLookedUp, contains(false), none, no_change,
                      without(e, members_of_S)));
  all.push_back(cheat("WithoutConstant", kNotLookedUp, contains(false), none, no_change,
                      without(e, constant(255))));
  all.push_back(cheat("WithoutBits", kNotLookedUp, contains_nothing(false), each, no_change,
                      without(e, constant(-256))));
  all.push_back(cheat(
      "WithoutCommittedBits", kNotLookedUp, contains_nothing(true), {},
      [](Forgery& f) {
        put_bits(f, {number(1), number(1), number(1)}, 3);
      },
      without(e, constant(-256))));
  all.push_back(
      cheat("WithoutScores", kNotLookedUp, score(false), none, no_change,
            without(e, [](const Forgery&, size_t p, size_t) { return number(code(p, 5)); })));
  all.push_back(cheat("WithoutThreshold", kNotLookedUp, score(false), each, no_change,
                      without(e, constant(-90))));
  all.push_back(cheat("WithoutScoresConstant", kNotLookedUp, score(false), none, no_change,
                      without(e, constant(256 - 90))));
  return all;
}
INSTANTIATE_ATTACKS(Decision, decisions);

std::vector<Attack> claims() {
  const Labels count_of_members{"claim h", "opening round"};
  const Labels count_of_last{"claim g", "opening round"};
  std::vector<Attack> all{
      cheat("OneMore", count_of_members, public_labels(false), {1, 1, 0},
            [](Forgery& f) {
              put_ranking(f, 0, {1, 2, 4}, 4, 40);
            }),
      cheat("OneMoreOfTheSecond", count_of_members, contains(false), {1, 1, 1},
            [](Forgery& f) {
              put_ranking(f, 1, {0, 4, 5}, 5, 90);
              put_ranking(f, 2, {0, 1, 2, 5}, 2, 0);
            }),
      cheat("OneLess", count_of_members, contains(false), {0, 1, 0},
            [](Forgery& f) { put_ranking(f, 0, {1}, 1, 40); }),
      // Class 0 with a code of 10 before one with 40.
      cheat("LastOf32", count_of_last, members(), {0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 5, 0},
            [](Forgery& f) {
              put_ranking(f, 0, {0, 1}, 1, 40);
              put_part(f, Part::kLast, 0, 0, number(31));
            }),
      cheat("NoLast", count_of_last, members(), {},
            [](Forgery& f) {
              put_ranking(f, 1, {0, 4}, 0, 199);
              put_part(f, Part::kLast, 1, 0, number(0));
            }),
      // Errors of opposite signs.
      cheat("OneLessAndTwoLast", {"claim g", "claim h", "opening round"}, contains(false),
            {0, 1, 0},
            [](Forgery& f) {
              put_ranking(f, 0, {1}, 1, 41);
              put_part(f, Part::kLast, 0, 1, number(2));
            }),
      cheat("NoMembersAndTwoLast", {"claim g", "claim h", "opening round"}, contains(false),
            {0, 1, 0},
            [](Forgery& f) {
              put_ranking(f, 0, {}, 1, 43);
              put_part(f, Part::kLast, 0, 1, number(2));
            }),
  };
  const auto stated = [&](const std::string& name, const std::string& claim,
                          const Predicate& predicate, const Bytes& output) {
    all.push_back(cheat(name, {claim, "opening round"}, predicate, output, [](Forgery&) {}));
  };
  stated("OtherMembers", "claim members", members(), {1, 0, 4, 0, 0, 0, 4, 0, 0, 0, 5, 0});
  stated("MembersExchanged", "claim members", members(), {0, 0, 4, 0, 1, 0, 2, 0, 0, 0, 5, 0});
  stated("OtherMemberOfTheLast", "claim members", members(), {1, 0, 2, 0, 0, 0, 4, 0, 1, 0, 5, 0});
  stated("LabelsBit", "claim b", public_labels(false), {1, 1, 0});
  stated("LabelsBitOfTheSecond", "claim b", public_labels(false), {0, 0, 0});
  stated("LabelsBitsExchanged", "claim b", public_labels(false), {1, 0, 0});
  stated("HiddenLabelsBit", "claim b", hidden_labels(false), {1, 1, 0});
  stated("HiddenLabelsBitOfTheSecond", "claim b", hidden_labels(false), {0, 0, 0});
  const std::vector<std::pair<const char*, Predicate>> counted{
      {"Contains", contains(true)},
      {"Score", score(true)},
      {"PublicLabels", public_labels(true)},
      {"HiddenLabels", hidden_labels(true)}};
  for (const auto& [name, predicate] : counted) {
    all.push_back(cheat(
        std::string("CountOf") + name, {"claim N", "opening round"}, predicate, {},
        [](Forgery& f) { put_part(f, Part::kCount, 0, 0, held(f, Part::kCount, 0) + number(1)); }));
  }
  return all;
}
INSTANTIATE_ATTACKS(PredicateClaim, claims);

// The opening's rounds lie as long as they can.
std::vector<Attack> until_the_opening() {
  std::vector<Attack> all;
  for (Attack attack : claims()) {
    attack.false_checks.back() = "opening";
    attack.forge = [forge = attack.forge](Forgery& f) {
      forge(f);
      lie_until_the_opening(f);
    };
    attack.name += "UntilTheOpening";
    all.push_back(attack);
  }
  return all;
}
INSTANTIATE_ATTACKS(PredicateClaims, until_the_opening);

// m as if what is looked up for the predicate were counted `times`.
void count_lookups_of_predicate(Forgery& f, int64_t times) {
  DenseWitness w = f.looked_up;
  w.q.clear();
  std::vector<Scalar> m = count_lookups(f.model->circuit, f.model->columns, w);
  for (size_t i = 0; i < m.size(); ++i) {
    m[i] += number(times) * (f.looked_up[Column::kM][i] - m[i]);
  }
  f.committed[Column::kM] = f.looked_up[Column::kM] = m;
}

void wrong_class(Forgery& f) {
  f = honest_hidden(public_labels(false));
  f.output = {1, 1, 0};
  put_ranking(f, 0, {4, 5}, 5, 12);
  look_up_again(f);
}

// The root's sum made true by (P + e, ·) in the input's tree and (P − e, ·) in the predicate's:
// true of a layer that gives both the same power of μ.
void share_power(Forgery& f) {
  wrong_class(f);
  f.ledger.values = [](const std::string& label, size_t, std::span<Scalar> pq) {
    if (label == "lookup roots") {
      Scalar sum;
      for (size_t k = 0; k < 4; ++k) {
        Scalar of_tree = pq[2 * k];
        for (size_t other = 0; other < 4; ++other) {
          of_tree *= other == k ? Scalar::one() : pq[2 * other + 1];
        }
        sum += of_tree;
      }
      const Scalar e = -sum * (pq[1] * pq[7] * (pq[5] - pq[3])).inverse();
      pq[2] += e;
      pq[4] -= e;
    }
  };
}

std::vector<Attack> tree_attacks() {
  std::vector<Attack> all{
      {"LeftOut", kLookedUp,
       [](Forgery& f) {
         wrong_class(f);
         count_lookups_of_predicate(f, 0);
       }},
      {"Subtracted", kLookedUp,
       [](Forgery& f) {
         f = honest_hidden(public_labels(false));
         count_lookups_of_predicate(f, -1);
       }},
      {"SharesAPower", {"lookup layer"}, share_power},
      // Slots of q without an element, and one between two elements.
      cheat(
          "PadHolds", kNotLookedUp, members(), {}, [](Forgery&) {},
          [](Forgery& f) {
            f.looked_up.q.back() = number(7);
            count_again(f);
          }),
      cheat(
          "InnerPadHolds", kNotLookedUp, members(), {}, [](Forgery&) {},
          [](Forgery& f) { add_to_lookup(f, Lookup::kMembers, 1, kMirrorClasses, number(1)); }),
  };
  constexpr unsigned kAll = LookupLie::kAll;
  const std::vector<std::pair<LookupLie, Attack>> lies{
      {{1, Tree::kPredicate}, {"FirstLayer", {"lookup layer"}, {}}},
      {{2, Tree::kPredicate}, {"SecondLayersRound", {"lookup round"}, {}}},
      {{6, Tree::kPredicate, false, true}, {"DeepEnd", {"lookup layer"}, {}}},
      {{kAll, Tree::kPredicate, false}, {"Leaf", kNotLookedUp, {}}},
      {{kAll, Tree::kPredicate, true}, {"LeafSecond", kNotLookedUp, {}}},
  };
  for (auto [lie, attack] : lies) {
    attack.forge = [lie = lie](Forgery& f) {
      wrong_class(f);
      f.lookup_lie = lie;
    };
    all.push_back(attack);
  }
  return all;
}
INSTANTIATE_ATTACKS(PredicateTree, tree_attacks);

// Everything is true, but the challenges do not depend on one part of the statement.
std::vector<Attack> unabsorbed() {
  const auto absorbs = [](const char* name, const Predicate& predicate,
                          const std::function<void(Statement&)>& change) {
    return Attack{name, {}, [=](Forgery& f) {
                    f = honest_hidden(predicate);
                    f.absorbed = [change](Statement& s, ModelCommitment&) { change(s); };
                  }};
  };
  return {
      absorbs("Predicate", score(false), [](Statement& s) { ++s.predicate->threshold; }),
      absorbs("Labels", public_labels(true), [](Statement& s) { ++s.predicate->label[1]; }),
      absorbs("Result", score(false), [](Statement& s) { s.output[0] ^= 1; }),
      {"RowsOfY",
       {},
       [](Forgery& f) {
         f = honest_hidden(members());
         f.absorbed_rows = [](Column column, Rows& rows) {
           if (column == Column::kY) {
             rows.back() = Point::generator().encode();
           }
         };
       }},
  };
}
INSTANTIATE_ATTACKS(PredicateNotAbsorbed, unabsorbed);

// True proofs, said to be of something else.
std::vector<Attack> changed_afterwards() {
  const auto changed = [](const std::string& name, const Predicate& predicate,
                          const std::function<void(Proof&)>& change,
                          Reason reason = Reason::kLinearForm) {
    return Attack{name,
                  {},
                  [=](Forgery& f) {
                    f = honest_hidden(predicate);
                    f.afterwards = [change](Proof& p, ModelCommitment&) { change(p); };
                  },
                  reason};
  };
  const auto with_rows = [&](const std::string& name, const std::function<void(Proof&)>& change,
                             Reason reason) {
    return changed("Rows" + name, hidden_labels(true), change, reason);
  };
  return {
      changed("Threshold", score(false), [](Proof& p) { ++p.predicate->threshold; }),
      changed("Class", score(false), [](Proof& p) { p.predicate->classes = {4}; }),
      changed("OneMoreOfTheFirst", public_labels(false), [](Proof& p) { ++p.predicate->top; }),
      changed("SetWithout", contains(false), [](Proof& p) { p.predicate->classes = {2}; }),
      changed("SetWith", contains(true),
              [](Proof& p) {
                p.predicate->classes = {2, 4, 5};
              }),
      changed("Label", public_labels(false), [](Proof& p) { p.predicate->label[0] = 2; }),
      changed("LabelCounted", public_labels(true), [](Proof& p) { p.predicate->label[0] = 2; }),
      changed("LabelsExchanged", public_labels(false),
              [](Proof& p) { std::swap(p.predicate->label[1], p.predicate->label[2]); }),
      changed("Bit", public_labels(false), [](Proof& p) { p.output[2] = 1; }),
      changed("BitOfContains", contains(false), [](Proof& p) { p.output[0] = 0; }),
      changed("BitOfScore", score(false), [](Proof& p) { p.output[0] = 1; }),
      changed("Members", members(), [](Proof& p) { p.output[2] = 4; }),
      changed(
          "MembersTwice", members(), [](Proof& p) { p.output[2] = 1; }, Reason::kStatement),
      changed(
          "MembersOutOfOrder", members(), [](Proof& p) { std::swap(p.output[0], p.output[2]); },
          Reason::kStatement),
      changed(
          "MembersThatAreNoClasses", members(), [](Proof& p) { p.output[2] = kMirrorClasses; },
          Reason::kStatement),
      changed(
          "BitOfTwo", score(false), [](Proof& p) { p.output[0] = 2; }, Reason::kStatement),
      changed(
          "BitTooMany", score(false), [](Proof& p) { p.output.push_back(0); }, Reason::kStatement),
      changed(
          "BitOfACount", score(true), [](Proof& p) { p.output.push_back(1); }, Reason::kStatement),
      changed(
          "LabelThatIsNoClass", public_labels(false),
          [](Proof& p) { p.predicate->label[0] = kMirrorClasses; }, Reason::kDescriptor),
      changed(
          "NoneOfTheFirst", public_labels(false), [](Proof& p) { p.predicate->top = 0; },
          Reason::kDescriptor),
      // The same rows and messages.
      changed("KindOfPublicLabelsForContains", contains(false),
              [](Proof& p) {
                p.predicate->kind = Predicate::Kind::kLabel;
                p.predicate->label = mirror_labels();
              }),
      changed(
          "HiddenLabelsPublic", hidden_labels(false),
          [](Proof& p) {
            p.predicate->labels = Predicate::Labels::kPublic;
            p.predicate->label = mirror_labels();
          },
          Reason::kDecoding),
      changed(
          "CountedForPublic", public_labels(true),
          [](Proof& p) {
            p.predicate->count = false;
            p.output = {0, 1, 0};
          },
          Reason::kDecoding),
      changed("NoPredicate", members(),
              [](Proof& p) {
                p.predicate.reset();
                p.output = Bytes(18);
              }),
      {"PredicateOfAPlainProof",
       {},
       [](Forgery& f) {
         f.afterwards = [](Proof& p, ModelCommitment&) {
           p.predicate = score(false);
           p.predicate->classes = {0};
           p.output = {1};
           p.y = p.x;
         };
       },
       Reason::kDecoding},
      {"PredicateOfAPlainProofWithoutRows",
       {},
       [](Forgery& f) {
         f.afterwards = [](Proof& p, ModelCommitment&) {
           p.predicate = score(false);
           p.predicate->classes = {0};
           p.output = {1};
         };
       }},
      with_rows(
          "OfAnotherProof",
          [](Proof& p) {
            Forgery again = honest_hidden(hidden_labels(true));
            p.y = prove_small(again, 2).proof.y;
          },
          Reason::kLinearForm),
      with_rows(
          "OfTwoInputsExchanged", [](Proof& p) { std::swap(p.y[0], p.y[1]); }, Reason::kLinearForm),
      with_rows(
          "OfPredictionAndLabelExchanged", [](Proof& p) { std::swap(p.y[0], p.y[3]); },
          Reason::kLinearForm),
      with_rows(
          "None", [](Proof& p) { p.y.clear(); }, Reason::kDecoding),
      with_rows(
          "OneMore", [](Proof& p) { p.y.push_back(p.y[0]); }, Reason::kDecoding),
      with_rows(
          "OneLess", [](Proof& p) { p.y.pop_back(); }, Reason::kDecoding),
      with_rows(
          "Identity", [](Proof& p) { p.y[0] = Encoding{}; }, Reason::kDecoding),
  };
}
INSTANTIATE_ATTACKS(PredicateChanged, changed_afterwards);

DenseProof proof_of(const Predicate& predicate, uint8_t seed = 1) {
  Forgery forgery = honest_hidden(predicate);
  return prove_small(forgery, seed);
}

PredicateClaim claim_of(const DenseProof& made) {
  const LoadedModel loaded = load_commitment(made.model);
  const Verification v = verify(*loaded.model, encode_proof(made.proof), {}, test_generators());
  EXPECT_TRUE(v.verdict.accepted()) << v.verdict.detail;
  return v.claim->hidden.value();
}

std::vector<Predicate> all_predicates() {
  std::vector<Predicate> all{members()};
  for (const bool count : {false, true}) {
    for (const auto& make : {contains, score, public_labels, hidden_labels}) {
      all.push_back(make(count));
    }
  }
  return all;
}

TEST(Predicate, NothingIsFalseAndTheProofsAreAccepted) {
  for (const Predicate& predicate : all_predicates()) {
    Forgery forgery = honest_hidden(predicate);
    const DenseProof made = prove_small(forgery);
    EXPECT_EQ(made.false_checks, Labels{});
    const PredicateClaim claim = claim_of(made);
    EXPECT_EQ(claim.predicate, predicate);
    EXPECT_EQ(claim.result, made.proof.output);
  }
  EXPECT_EQ(proof_of(members()).proof.output, (Bytes{1, 0, 2, 0, 0, 0, 4, 0, 0, 0, 5, 0}));
  EXPECT_EQ(proof_of(contains(false)).proof.output, (Bytes{1, 1, 0}));
  EXPECT_EQ(proof_of(score(false)).proof.output, (Bytes{0, 1, 1}));
  EXPECT_EQ(proof_of(public_labels(false)).proof.output, (Bytes{0, 1, 0}));
  EXPECT_EQ(proof_of(hidden_labels(false)).proof.output, (Bytes{0, 1, 0}));
}

TEST(PredicateChallenges, NoneIsFixed) {
  std::vector<Scalar> seen;
  for (const char* context : {"first", "second"}) {
    Forgery forgery = honest_hidden(members());
    forgery.context.assign(context, context + std::strlen(context));
    size_t of_inputs = 0;
    for (const auto& [name, value] : prove_small(forgery).challenges) {
      if (name == "predicate inputs" || name == "predicate members") {
        EXPECT_EQ(std::count(seen.begin(), seen.end(), value), 0);
        seen.push_back(value);
        of_inputs += name == "predicate inputs" ? 1 : 0;
      }
    }
    EXPECT_EQ(of_inputs, 2U);
  }
  EXPECT_EQ(seen.size(), 2U * (2 + 5));
}

// What a caller expects of a hidden output.
TEST(ExpectedOfPredicate, AnythingElseIsRejected) {
  const DenseProof made = proof_of(hidden_labels(false));
  const PredicateClaim claim = claim_of(made);
  ASSERT_EQ(claim.predictions.size(), 3U);
  ASSERT_EQ(claim.labels.size(), 3U);
  const auto judged = [&](const std::function<void(Expectation&)>& change) {
    Expectation expected;
    change(expected);
    return judge(made, expected).reason;
  };
  EXPECT_EQ(judged([&](Expectation& e) {
              e.predicate = hidden_labels(false);
              e.predictions = claim.predictions;
              e.labels = claim.labels;
            }),
            Reason::kAccepted);
  EXPECT_EQ(judged([](Expectation& e) { e.public_output = true; }), Reason::kStatement);
  EXPECT_EQ(judged([](Expectation& e) { e.predicate = hidden_labels(true); }), Reason::kStatement);
  EXPECT_EQ(judged([](Expectation& e) { e.predicate = public_labels(false); }), Reason::kStatement);
  for (std::vector<Digest> PredicateClaim::*of :
       {&PredicateClaim::predictions, &PredicateClaim::labels}) {
    const auto expecting = [&](const std::vector<Digest>& identities) {
      return judged([&](Expectation& e) {
        (of == &PredicateClaim::labels ? e.labels : e.predictions) = identities;
      });
    };
    std::vector<Digest> other = claim.*of;
    std::swap(other[0], other[1]);
    EXPECT_EQ(expecting(other), Reason::kStatement);
    other = claim.*of;
    other.pop_back();
    EXPECT_EQ(expecting(other), Reason::kStatement);
    other.push_back(Digest{});
    EXPECT_EQ(expecting(other), Reason::kStatement);
  }
  // Of labels for predictions, and of proofs that have neither.
  EXPECT_EQ(judged([&](Expectation& e) { e.predictions = claim.labels; }), Reason::kStatement);
  Expectation expected;
  expected.predictions = claim.predictions;
  EXPECT_EQ(judge(proof_of(score(false)), expected).reason, Reason::kStatement);
  Forgery plain = honest();
  EXPECT_EQ(judge(prove_small(plain), expected).reason, Reason::kStatement);
  expected = {};
  expected.predicate = score(false);
  EXPECT_EQ(judge(prove_small(plain), expected).reason, Reason::kStatement);
  expected = {};
  expected.labels = claim.labels;
  EXPECT_EQ(judge(proof_of(public_labels(false)), expected).reason, Reason::kStatement);
}

// Rows of Y lie behind those of the inputs: which input is another one is said all the same.
TEST(ExpectedOfPredicate, AnotherInputIsRejected) {
  const DenseProof made = proof_of(hidden_labels(true));
  Expectation expected;
  expected.inputs = mirror_inputs();
  EXPECT_EQ(judge(made, expected).reason, Reason::kAccepted);
  ++expected.inputs[1][3];
  const Verdict verdict = judge(made, expected);
  EXPECT_EQ(verdict.reason, Reason::kStatement);
  EXPECT_NE(verdict.detail.find("number 2"), std::string::npos) << verdict.detail;
}

// In a batch each proof is asked what its caller expects of it.
TEST(ExpectedOfPredicate, InABatch) {
  const DenseProof hidden = proof_of(contains(false));
  const DenseProof other = proof_of(score(true));
  const LoadedModel loaded = load_commitment(hidden.model);
  const Bytes a = encode_proof(hidden.proof);
  const Bytes b = encode_proof(other.proof);
  Expectation right;
  right.predicate = contains(false);
  Expectation wrong;
  wrong.predicate = score(false);
  const std::vector<BatchItem> items{{&*loaded.model, a, &right}, {&*loaded.model, b, &wrong}};
  const std::vector<Verification> verified = verify_batch(items, test_generators());
  EXPECT_EQ(verified[0].verdict.reason, Reason::kAccepted);
  EXPECT_EQ(verified[1].verdict.reason, Reason::kStatement);
  EXPECT_EQ(verified[0].claim->hidden->result, (Bytes{1, 1, 0}));
}

CountOpening opening_of(const DenseProof& made) {
  const Held& row = made.rows_of_y.at(
      rows_of_part(mirror_model(*made.proof.predicate).columns, OutputPart::kCount).first);
  return {static_cast<uint32_t>(integer_of(row.values.at(0))), row.blinder};
}

// Rows of counts that do not add up to the opening.
TEST(Counts, OnlyTheTrueTotalOpens) {
  const DenseProof one = proof_of(contains(true));
  const DenseProof two = proof_of(hidden_labels(true), 2);
  const std::vector<Encoding> rows{*claim_of(one).count, *claim_of(two).count};
  const CountOpening sum = add_counts(std::vector{opening_of(one), opening_of(two)});
  EXPECT_EQ(sum.total, 3U);
  const auto judged = [&](const std::vector<Encoding>& counts, const CountOpening& opening) {
    return check_count(counts, opening, test_generators()).reason;
  };
  EXPECT_EQ(judged(rows, sum), Reason::kAccepted);
  EXPECT_EQ(judged(rows, {2, sum.blinder}), Reason::kStatement);
  EXPECT_EQ(judged(rows, {4, sum.blinder}), Reason::kStatement);
  EXPECT_EQ(judged(rows, {3, sum.blinder + Scalar::one()}), Reason::kStatement);
  EXPECT_EQ(judged(rows, opening_of(one)), Reason::kStatement);
  EXPECT_EQ(judged({rows[0]}, sum), Reason::kStatement);
  EXPECT_EQ(judged({rows[0], rows[1], rows[1]}, sum), Reason::kStatement);
  EXPECT_EQ(judged({}, sum), Reason::kStatement);
  EXPECT_EQ(judged({}, {0, Scalar::zero()}), Reason::kStatement);
  EXPECT_EQ(judged({rows[0], Encoding{}}, sum), Reason::kDecoding);
}

// What lies beside N in its row is no claim's business: the count does not open then.
TEST(Counts, RowsThatHoldMoreThanTheCountDoNotOpen) {
  Forgery forgery = honest_hidden(contains(true));
  const uint64_t slot = slot_of_part(forgery.model->columns, OutputPart::kCount, 0, 1);
  forgery.committed[Column::kY][slot] = number(5);
  const DenseProof made = prove_small(forgery);
  EXPECT_EQ(made.false_checks, Labels{});
  const std::vector<Encoding> rows{*claim_of(made).count};
  EXPECT_EQ(check_count(rows, opening_of(made), test_generators()).reason, Reason::kStatement);
}

// And what lies in the pads of h: no classes open such a prediction.
TEST(Predictions, RowsWithFullPadsDoNotOpen) {
  const Circuit circuit = mirror_circuit(kMirrorClasses);
  const auto identity = [&](const DenseProof& made) {
    return commit_classes_vartime(circuit, false, {1, 2}, made.prediction_salts[0],
                                  test_generators())
        .value()
        .identity;
  };
  const DenseProof true_one = proof_of(members());
  EXPECT_EQ(claim_of(true_one).predictions[0], identity(true_one));
  Forgery forgery = honest_hidden(members());
  const uint64_t pad =
      slot_of_part(forgery.model->columns, OutputPart::kMembers, 0, kMirrorClasses);
  forgery.committed[Column::kY][pad] = number(1);
  const DenseProof made = prove_small(forgery);
  EXPECT_EQ(made.false_checks, Labels{});
  EXPECT_NE(claim_of(made).predictions[0], identity(made));
}

}  // namespace
}  // namespace vouch::dense
