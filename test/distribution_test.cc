// What proofs show, by statistics: the shipped prover's proofs and the simulator's are as uniform
// as random words, proofs of two models that answer alike look alike, and the statistics notice
// provers that do not blind. False alarms: below 10⁻⁹ a sample (distribution.h). The honest
// prover's randomness is the operating system's, new in every run.
#include "distribution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "argument/argument.h"
#include "field/random_scalar.h"
#include "group/msm.h"
#include "prove/bilinear_prover.h"
#include "prove/ledger_prover.h"
#include "prove/lookup_prover.h"
#include "prove/opening_prover.h"
#include "prove/proof_writer.h"
#include "prove/prove.h"
#include "simulator.h"
#include "tiny_case.h"

namespace vouch::dense {
namespace {

// Honest ones of one statement, simulated ones, and of each of two models.
constexpr size_t kHonest = 150;
constexpr size_t kSimulated = 100;
constexpr size_t kProofsEach = 200;

VerifierModel read_public(const ModelCommitment& commitment) {
  return load_commitment(commitment).model.value();
}

// The messages of a proof of tiny_circuit(): alike for all.
const std::vector<Listener::Message>& tiny_messages() {
  static const auto messages =
      hear(read_public(tiny_model().commitment), tiny_proof().proof).messages;
  return messages;
}

// Scalars have a place each, group elements one a label.
Sight sight_of(const Proof& proof,
               const std::vector<Listener::Message>& messages = tiny_messages()) {
  Sight sight;
  const auto add_rows = [&](const char* place, const Rows& rows) {
    for (const Encoding& row : rows) {
      sight.push_back({place, false, row});
    }
  };
  if (!proof.input_public) {
    add_rows("rows D", proof.input);
  }
  add_rows("rows X", proof.x);
  add_rows("rows E", proof.e);
  add_rows("rows L", proof.l);
  add_rows("rows m", proof.m);
  add_rows("rows Y", proof.y);
  size_t folded = 0;
  for (size_t i = 0; i < proof.messages.size(); ++i) {
    const auto& [label, scalar] = messages.at(i);
    sight.push_back({label == "folded" ? label + " " + std::to_string(folded++) : label, scalar,
                     proof.messages[i]});
  }
  return sight;
}

// All 0 but biases, so that every input is answered like tiny_picture by tiny_weights().
const Weights& other_weights() {
  static const Weights weights{{{0, 0, 0, 0}, {16 * 59 + 3, 16 * 79}}};
  return weights;
}

ProverModel tiny_owner(const Weights& weights, SecretRandom& random) {
  ProverModel::Seed seed{};
  random.fill(seed);
  return {tiny_circuit(), weights, seed, test_generators()};
}

Proof prove_tiny(const ProverModel& model, const std::vector<uint8_t>& picture, bool hide) {
  ProveOptions options;
  options.shape = tiny_model().shape;
  options.hide_input = hide;
  return prove(model, std::vector<Bytes>{picture}, options, test_generators()).value().proof;
}

const Sample& honest_sample() {
  static const Sample sample = [] {
    SecretRandom random = SecretRandom::from_system({}, {});
    const ProverModel model = tiny_owner(tiny_weights(), random);
    Sample out;
    for (size_t i = 0; i < kHonest; ++i) {
      out.push_back(sight_of(prove_tiny(model, tiny_picture, true)));
    }
    return out;
  }();
  return sample;
}

const Sample& simulated_sample() {
  static const Sample sample = [] {
    SecretRandom random = SecretRandom::from_system({}, {});
    const VerifierModel model = read_public(tiny_model().commitment);
    Sample out;
    for (size_t i = 0; i < kSimulated; ++i) {
      Statement s;
      s.model = &model.commitment;
      s.shape = tiny_model().shape;
      s.input_public = false;
      s.input.resize(present_row_count(model.columns, Column::kD));
      for (Encoding& row : s.input) {
        row = test_generators().blind(random_scalar(random)).encode();
      }
      s.output = {11, 12};
      out.push_back(sight_of(simulate_proof(model, s, test_generators(), random).proof));
    }
    return out;
  }();
  return sample;
}

using Names = std::vector<std::string>;

TEST(Distribution, HonestProofsAreUniform) { EXPECT_EQ(alarms(honest_sample()), Names{}); }

TEST(Distribution, SimulatedProofsAreUniform) { EXPECT_EQ(alarms(simulated_sample()), Names{}); }

TEST(Distribution, SimulatedProofsAreLikeHonestOnes) {
  const Sample some(honest_sample().begin(), honest_sample().begin() + kSimulated);
  EXPECT_EQ(differences(some, simulated_sample()), Names{});
}

// Two models whose weights, and two pictures whose codes, have nothing in common but the answer.
// Every proof has a model commitment of its own, which is compared too.
TEST(TwoModels, WithEqualAnswersLookAlike) {
  SecretRandom random = SecretRandom::from_system({}, {});
  const auto sample_of = [&](const Weights& weights, const std::vector<uint8_t>& picture) {
    Sample out;
    for (size_t i = 0; i < kProofsEach; ++i) {
      const ProverModel model = tiny_owner(weights, random);
      const Proof proof = prove_tiny(model, picture, true);
      EXPECT_EQ(proof.output, (Bytes{59, 79}));
      EXPECT_EQ(encode_proof(proof).size(), 82 + 32 * sight_of(proof).size());
      out.push_back(sight_of(proof));
      for (const Encoding& row : model.commitment().weights) {
        out.back().push_back({"rows W", false, row});
      }
      for (const Encoding& row : model.commitment().biases) {
        out.back().push_back({"rows b", false, row});
      }
    }
    return out;
  };
  const Sample a = sample_of(tiny_weights(), tiny_picture);
  const Sample b = sample_of(other_weights(), {255, 0});
  EXPECT_EQ(differences(a, b), Names{});
  Sample both(a);
  both.insert(both.end(), b.begin(), b.end());
  EXPECT_EQ(alarms(both), Names{});
}

// A hidden output whose first class is the one asked for, and one whose first is another: N is 1,
// or 0. Rows of Y, N's among them, and all messages look alike.
TEST(TwoOutputs, HiddenByACountLookAlike) {
  SecretRandom random = SecretRandom::from_system({}, {});
  ProveOptions options;
  options.shape = tiny_model().shape;
  Predicate& predicate = options.hidden_output.emplace().predicate;
  predicate.kind = Predicate::Kind::kContains;
  predicate.count = true;
  predicate.classes = {1};
  std::vector<Listener::Message> messages;
  const auto sample_of = [&](const Weights& weights, uint32_t N) {
    Sample out;
    for (size_t i = 0; i < kSimulated; ++i) {
      const ProverModel model = tiny_owner(weights, random);
      const ProveResult made =
          prove(model, std::vector<Bytes>{tiny_picture}, options, test_generators()).value();
      EXPECT_EQ(made.count->total, N);
      if (out.empty()) {
        messages = hear(read_public(model.commitment()), made.proof).messages;
      }
      out.push_back(sight_of(made.proof, messages));
    }
    return out;
  };
  const Sample a = sample_of(tiny_weights(), 1);
  const Sample b = sample_of({{{5, 1, 3, -2}, {1200, 1000}}}, 0);
  EXPECT_EQ(differences(a, b), Names{});
  Sample both(a);
  both.insert(both.end(), b.begin(), b.end());
  EXPECT_EQ(alarms(both), Names{});
}

// The statistics notice what they are for. Samples with one thing changed:
class Alarm : public ::testing::Test {
 protected:
  // A part of the honest sample in which `change` has changed the first word at `place`.
  static Sample with(const std::string& place,
                     const std::function<void(size_t proof, Sight& sight, Word& word)>& change) {
    Sample sample(honest_sample().begin(), honest_sample().begin() + 100);
    for (size_t i = 0; i < sample.size(); ++i) {
      change(i, sample[i], word_of(sample[i], place));
    }
    return sample;
  }
  static Word& word_of(Sight& sight, const std::string& place) {
    return *std::find_if(sight.begin(), sight.end(),
                         [&](const Word& word) { return word.place == place; });
  }
  static Scalar scalar_of(const Word& word) { return Scalar::decode(word.bytes).value(); }
};

TEST_F(Alarm, ScalarOf248Bits) {
  EXPECT_EQ(alarms(with("blinder", [](size_t, Sight&, Word& w) { w.bytes[31] = 0; })),
            Names{"bits blinder"});
}

TEST_F(Alarm, ScalarWithUnevenBytes) {
  const Sample sample = with("folded 2", [](size_t, Sight&, Word& w) {
    for (size_t i = 0; i < 31; ++i) {
      w.bytes[i] = static_cast<uint8_t>((w.bytes[i] & 0xFD) | ((w.bytes[i] & 1) << 1));
    }
  });
  EXPECT_EQ(alarms(sample), Names{"bytes folded 2"});
}

TEST_F(Alarm, ScalarThatFollowsFromOthers) {
  const auto relations = [](const Sample& sample) {
    const Names names = alarms(sample);
    return names.size() == 1 ? names[0] : "several";
  };
  // z_1 = 5·z_0 + 7: as many relations as monomials that it can be multiplied with.
  EXPECT_EQ(relations(with("folded 1",
                           [](size_t, Sight& s, Word& w) {
                             w.bytes = (Scalar::from_u64(5) * scalar_of(word_of(s, "folded 0")) +
                                        Scalar::from_u64(7))
                                           .bytes();
                           })),
            "relations 11");
  // φ = f*·z_0, and with it f*·g*·z_0 = h*·z_0, of degree 3.
  EXPECT_EQ(
      relations(with(
          "blinder",
          [](size_t, Sight& s, Word& w) {
            w.bytes =
                (scalar_of(word_of(s, "product f")) * scalar_of(word_of(s, "folded 0"))).bytes();
          })),
      "relations 3");
  SecretRandom random = SecretRandom::from_system({}, {});
  EXPECT_EQ(relations(with("product h", [&](size_t, Sight&,
                                            Word& w) { w.bytes = random_scalar(random).bytes(); })),
            "relations 0");
}

TEST_F(Alarm, MessageThatCountsOn) {
  Point p = Point::generator();
  EXPECT_EQ(alarms(with("lookup roots",
                        [&](size_t, Sight&, Word& w) {
                          p += test_generators().H();
                          w.bytes = p.encode();
                        })),
            Names{"repeats lookup roots"});
}

TEST_F(Alarm, MessageThatIsMissing) {
  Sample sample = honest_sample();
  sample[7].pop_back();
  EXPECT_EQ(alarms(sample), Names{"places"});
}

// What follows looks at provers from inside: with all values known, a commitment is its blinder's
// multiple of H, and f(0), g(0) can be read.
struct Inside {
  std::vector<std::pair<std::string, Point>> blinders;  ///< ω·H, by place
  std::vector<std::pair<std::string, Scalar>> masks;
};

// Blinders that were there before, or are 0, or differ by up to 3 from such a one.
Names alarms_inside(const std::vector<Inside>& proofs) {
  std::set<std::string> out;
  std::set<Encoding> points;
  std::set<Encoding> scalars{Scalar::zero().bytes()};
  const auto add = [&](const std::string& place, Point p) {
    for (int k = 0; k < 4; ++k, p += test_generators().H()) {
      if (!points.insert(p.encode()).second) {
        out.insert("repeats " + place);
      }
    }
  };
  add("", Point::identity());
  for (const Inside& proof : proofs) {
    for (const auto& [place, p] : proof.blinders) {
      add(place, p);
    }
    for (const auto& [place, x] : proof.masks) {
      if (!scalars.insert(x.bytes()).second) {
        out.insert("repeats " + place);
      }
    }
  }
  return {out.begin(), out.end()};
}

// The provers of the script's parts, as the shipped prover puts them together.
class Parts final : public ArgumentProver {
 public:
  explicit Parts(const Witness& witness)
      : witness_(witness), bilinear_(witness), opening_(witness) {}
  LookupProver& lookups(const LookupChallenges& challenges) override {
    return lookups_.emplace(witness_, challenges);
  }
  BilinearProver& bilinear() override { return bilinear_; }
  OpeningProver& opening() override { return opening_; }

 private:
  const Witness& witness_;
  std::optional<TreeLookupProver> lookups_;
  DenseBilinearProver bilinear_;
  BrickOpeningProver opening_;
};

// Lets the shipped ledger commit, and subtracts the values.
class Insider final : public LedgerProver {
 public:
  Insider(SecretLedger& ledger, size_t first_slot) : ledger_(ledger), next_slot_(first_slot) {}

  Point commit(std::string_view label, std::span<const Scalar> values) override {
    const Point p = ledger_.commit(label, values);
    seen.blinders.emplace_back(
        label, p - msm_vartime(values, test_generators().G().subspan(next_slot_, values.size())));
    next_slot_ += values.size();
    if (label == "products") {
      const size_t m = (values.size() - 3) / 2;
      seen.masks = {{"f(0)", values[m]}, {"g(0)", values[m + 1]}};
    }
    return p;
  }
  [[nodiscard]] Scalar value(const Linear& expression) const override {
    return ledger_.value(expression);
  }

  Inside seen;

 private:
  SecretLedger& ledger_;
  size_t next_slot_;
};

TEST(FromInside, ShippedMessagesAreBlinded) {
  const Circuit circuit = tiny_circuit();
  const ProofShape shape = tiny_model().shape;
  const Columns columns(circuit, shape.kappa);
  const Weights weights = tiny_weights();
  const Witness witness(circuit, columns, weights,
                        Executor(circuit, weights).run(tiny_picture, true).value());
  std::array<ColumnOpening, kColumns> openings;  // whose blinders do not matter here
  std::vector<SecretColumn> of_columns;
  for (size_t c = 0; c < kColumns; ++c) {
    const Column column = kAllColumns[c];
    openings[c].blinders.resize(present_row_count(columns, column));
    of_columns.push_back({columns.shape(column), &openings[c],
                          [&witness, column](size_t brick, size_t element, size_t n, int64_t* out) {
                            witness.read(column, brick, element, n, out);
                          }});
  }
  std::vector<Inside> proofs;
  for (int i = 0; i < 6; ++i) {
    SecretLedger secrets(of_columns, ledger_counts(columns, shape.groups).slots, test_generators(),
                         SecretRandom::from_system({}, {}));
    Insider insider(secrets, size_t{1} << columns.max_kappa());
    ProofWriter writer(Transcript("from inside"));
    Ledger ledger(writer, &insider);
    Parts parts(witness);
    const Bytes output{59, 79};
    const Opening opening = argue(ledger, circuit, columns, shape.groups, {output}, &parts);
    const Folding folding = argue_folding(ledger, opening, columns.max_kappa(), &secrets);
    // φ = c'·ω_u + ω_s, and the columns have no share in ω_u here. Δ = Com(s; ω_s).
    Point u;
    for (size_t k = 0; k < insider.seen.blinders.size(); ++k) {
      u += insider.seen.blinders[k].second.multiply_vartime(folding.message_weights[k]);
    }
    const Point of_mask = test_generators().blind(folding.phi) - u.multiply_vartime(folding.c);
    insider.seen.blinders.emplace_back("mask", of_mask);
    insider.seen.blinders.emplace_back("mask without it", folding.mask - of_mask);
    EXPECT_EQ(insider.seen.masks.size(), 2U);
    EXPECT_EQ(insider.seen.blinders.size(), ledger.messages().size() + 2);
    proofs.push_back(std::move(insider.seen));
  }
  EXPECT_EQ(alarms_inside(proofs), Names{});
}

// Rows of a column as they would be without blinders.
Rows without_blinders(Column column, const Weights& weights, const std::vector<uint8_t>& picture) {
  const Circuit circuit = tiny_circuit();
  const Columns columns(circuit, tiny_model().shape.kappa);
  const Witness witness(circuit, columns, weights,
                        Executor(circuit, weights).run(picture, true).value());
  return commit_column_vartime(
             columns.shape(column),
             [&](size_t brick, size_t element, size_t count, int64_t* out) {
               witness.read(column, brick, element, count, out);
             },
             test_generators(), [](uint32_t) { return Scalar::zero(); })
      .rows;
}

TEST(FromInside, ShippedRowsAreBlinded) {
  Rows plain;
  for (const Column column : {Column::kD, Column::kX, Column::kE, Column::kM}) {
    const Rows rows = without_blinders(column, tiny_weights(), tiny_picture);
    plain.insert(plain.end(), rows.begin(), rows.end());
  }
  std::vector<Inside> proofs;
  for (size_t n = 0; n < 50; ++n) {
    const Sight& sight = honest_sample()[n];
    Inside& inside = proofs.emplace_back();
    for (size_t i = 0; i < plain.size(); ++i) {
      ASSERT_TRUE(sight[i].place.starts_with("rows "));
      inside.blinders.emplace_back(
          sight[i].place, Point::decode(sight[i].bytes).value() - *Point::decode(plain[i]));
    }
    ASSERT_FALSE(sight[plain.size()].place.starts_with("rows "));
  }
  EXPECT_EQ(alarms_inside(proofs), Names{});
}

// A row without its blinder tells which model it is.
TEST_F(Alarm, UnblindedRowTellsModelsApart) {
  const auto half = [](size_t first, const Weights& weights) {
    const Encoding row = without_blinders(Column::kX, weights, {0, 0})[0];
    Sample out;
    for (size_t i = first; i < honest_sample().size(); i += 2) {
      out.push_back(honest_sample()[i]);
      word_of(out.back(), "rows X").bytes = row;
    }
    return out;
  };
  EXPECT_EQ(differences(half(0, tiny_weights()), half(1, other_weights())),
            (Names{"bits rows X", "bytes rows X", "guess"}));
}

// Provers that do not blind: the dense one, honest but for what `change` does. From outside and
// from inside.
struct Seen {
  Names outside;
  Names inside;
};
Seen look_at(const std::function<void(Forgery&)>& change, const std::vector<uint8_t>& seeds) {
  const DenseWitness honest_run =
      run(tiny_model().circuit, tiny_model().columns, tiny_model().weights, tiny_picture);
  Sample sample;
  std::vector<Inside> proofs;
  for (const uint8_t seed : seeds) {
    Forgery forgery(tiny_model(), honest_run);
    forgery.input_public = false;
    change(forgery);
    // After the change: what is held without the blinder.
    std::vector<std::pair<std::string, Point>> plain;
    const auto note = [&](const std::string& place, Held held) {
      held.blinder = Scalar::zero();
      plain.emplace_back(place, held.commit(test_generators()));
    };
    Inside inside;
    forgery.row = [&, row = forgery.row](Column column, size_t number, Held& held) {
      if (row) {
        row(column, number, held);
      }
      if (column != Column::kW && column != Column::kB) {  // these are the model's
        note(std::string("rows ") + column_name(column), held);
      }
    };
    forgery.ledger.held = [&, own = forgery.ledger.held](const std::string& label, size_t number,
                                                         Held& held) {
      if (own) {
        own(label, number, held);
      }
      note(label, held);
    };
    forgery.ledger.products = [&, own = forgery.ledger.products](std::span<Scalar> values,
                                                                 size_t m) {
      if (own) {
        own(values, m);
      }
      inside.masks = {{"f(0)", values[m]}, {"g(0)", values[m + 1]}};
    };
    const Proof proof = prove_densely(tiny_model(), forgery, test_generators(), seed).proof;
    sample.push_back(sight_of(proof));
    for (size_t i = 0; i < plain.size(); ++i) {
      EXPECT_EQ(sample.back()[i].place, plain[i].first);
      inside.blinders.emplace_back(
          plain[i].first,
          Point::decode(sample.back()[i].bytes).value_or(Point()) - plain[i].second);
    }
    proofs.push_back(std::move(inside));
  }
  return {alarms(sample), alarms_inside(proofs)};
}

const std::vector<uint8_t> kSeeds{1, 2, 3, 4};

TEST(BrokenProver, NoneIsNotNoticed) {
  const Seen seen = look_at([](Forgery&) {}, kSeeds);
  EXPECT_EQ(seen.outside, Names{});
  EXPECT_EQ(seen.inside, Names{});
}

TEST(BrokenProver, MessageWithoutBlinder) {
  const Seen seen = look_at(
      [](Forgery& forgery) {
        forgery.ledger.held = [](const std::string& label, size_t number, Held& held) {
          if (label == "lookup children" && number == 3) {
            held.blinder = Scalar::zero();
          }
        };
      },
      kSeeds);
  EXPECT_EQ(seen.inside, Names{"repeats lookup children"});
}

TEST(BrokenProver, MessageWithTheSameBlinderInAllProofs) {
  const Seen seen = look_at(
      [](Forgery& forgery) {
        forgery.ledger.held = [](const std::string& label, size_t, Held& held) {
          if (label == "bilinear ends") {
            held.blinder = Scalar::from_u64(1234567);
          }
        };
      },
      kSeeds);
  EXPECT_EQ(seen.inside, Names{"repeats bilinear ends"});
}

TEST(BrokenProver, RowWithTheBlinderOfAnother) {
  const Seen seen = look_at(
      [](Forgery& forgery) {
        forgery.row = [first = Scalar()](Column column, size_t number, Held& held) mutable {
          if (column == Column::kM && number == 0) {
            first = held.blinder;
          } else if (column == Column::kM && number == 5) {
            held.blinder = first;
          }
        };
      },
      kSeeds);
  EXPECT_EQ(seen.inside, Names{"repeats rows m"});
}

TEST(BrokenProver, SaltThatIsUsedAgain) {
  const Seen seen = look_at(
      [](Forgery& forgery) {
        forgery.row = [](Column column, size_t number, Held& held) {
          if (column == Column::kD) {
            held.blinder = input_blinder(Salt{1}, static_cast<uint32_t>(number));
          }
        };
      },
      kSeeds);
  EXPECT_EQ(seen.outside, Names{"repeats rows D"});
}

TEST(BrokenProver, NoMask) {
  const auto without = [](bool blinder) {
    return look_at(
        [=](Forgery& forgery) {
          forgery.ledger.mask = [=](Held& mask) {
            for (auto& [slot, x] : mask.values) {
              x = Scalar::zero();
            }
            mask.blinder = blinder ? mask.blinder : Scalar::zero();
          };
        },
        kSeeds);
  };
  EXPECT_EQ(without(true).outside, Names{"repeats mask form"});
  EXPECT_EQ(without(false).outside, (Names{"repeats mask", "repeats mask form"}));
}

TEST(BrokenProver, FactorsThatAreNotMasked) {
  const auto with_first = [](const Scalar& x) {
    return look_at(
        [=](Forgery& forgery) {
          forgery.ledger.products = [=](std::span<Scalar> values, size_t m) { values[m] = x; };
        },
        kSeeds);
  };
  EXPECT_EQ(with_first(Scalar::zero()).inside, Names{"repeats f(0)"});
  EXPECT_EQ(with_first(Scalar::from_u64(99)).inside, Names{"repeats f(0)"});
}

// A machine that was cloned, without the hedge: the same stream for the same proof.
TEST(BrokenProver, RandomnessThatRepeats) {
  const Seen seen = look_at([](Forgery&) {}, {1, 2, 1});
  std::set<std::string> places;
  for (const Word& word : honest_sample()[0]) {
    places.insert("repeats " + word.place);
  }
  EXPECT_EQ(seen.outside, Names(places.begin(), places.end()));
}

}  // namespace
}  // namespace vouch::dense
