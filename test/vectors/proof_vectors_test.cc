// Whole proofs, and proofs that weights are bounded: every message, challenge, slot and coefficient
// is that of the second verifier.
#include <algorithm>

#include "argument/argument.h"
#include "argument/bound/weight_bound.h"
#include "prove/test_generators.h"
#include "vectors/script.h"
#include "verify/equation.h"
#include "verify/hidden_output.h"
#include "verify/proof_reader.h"
#include "verify/verify.h"

namespace vouch::vectors {
namespace {

/// The verifier's channel, which keeps what goes through it, in order.
class RecordingReader final : public Channel {
 public:
  RecordingReader(const Transcript& transcript, const Rows& messages)
      : Channel(transcript), messages_(messages), reader_(transcript, messages) {}

  Point point(std::string_view label, const std::function<Point()>& make) override {
    list.point(label);
    absorbed(label);
    return reader_.point(label, make);
  }
  Scalar scalar(std::string_view label, const std::function<Scalar()>& make) override {
    list.scalar(label);
    absorbed(label);
    const Scalar value = reader_.scalar(label, make);
    scalars[std::string(label)] = value;
    return value;
  }
  Scalar challenge_except(std::string_view label,
                          const std::function<bool(const Scalar&)>& forbidden) override {
    const Scalar value = reader_.challenge_except(label, forbidden);
    events.push_back(Json{"challenge", std::string(label), hex(value)});
    return value;
  }
  [[nodiscard]] bool finished() const { return reader_.finished() && reader_.fault().empty(); }

  Json events = Json::array();
  MessageList list;
  std::map<std::string, Scalar> scalars;

 private:
  void absorbed(std::string_view label) {
    events.push_back(Json{"absorb", std::string(label), digest(messages_.at(next_++))});
  }
  const Rows& messages_;
  ProofReader reader_;
  size_t next_ = 0;
};

Bytes encoded(std::span<const Scalar> scalars) {
  Bytes out;
  for (const Scalar& scalar : scalars) {
    const auto bytes = scalar.bytes();
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  return out;
}

Json summary(const Equation& equation) {
  std::vector<Bytes> elements;
  for (size_t i = 0; i < equation.points.size(); ++i) {
    const auto element = equation.points[i].encode();
    const auto scalar = equation.scalars[i].bytes();
    elements.emplace_back(element.begin(), element.end());
    elements.back().insert(elements.back().end(), scalar.begin(), scalar.end());
  }
  std::sort(elements.begin(), elements.end());
  Bytes sorted;
  for (const Bytes& element : elements) {
    sorted.insert(sorted.end(), element.begin(), element.end());
  }
  return {{"generators", equation.generators.size()},
          {"generators_digest", digest(encoded(equation.generators))},
          {"H", hex(equation.h)},
          {"U", hex(equation.u)},
          {"elements", elements.size()},
          {"elements_digest", digest(sorted)}};
}

/// A script about these columns takes all messages, as the second verifier's did: messages,
/// challenges, slots, and the coefficients of the final equation.
void expect_script(const Json& v, const Transcript& statement, const Rows& messages,
                   std::span<const ColumnShape> columns, std::initializer_list<size_t> of_model,
                   std::span<const std::vector<Point>> rows,
                   const std::function<Opening(Ledger&)>& argue_all) {
  EXPECT_EQ(hex(statement.state()), v["state_after_statement"]);
  RecordingReader reader(statement, messages);
  Ledger ledger(reader, nullptr);
  const Opening opening = argue_all(ledger);
  const Folding folding = argue_folding(ledger, opening, max_kappa(columns), nullptr);
  EXPECT_TRUE(reader.finished());
  EXPECT_TRUE(folding.products_hold);
  expect_same(v["events"], reader.events, "event");
  expect_same(v["manifest"], reader.list.with_slots(ledger), "message");
  EXPECT_EQ(hex(reader.challenge("end")), v["next_challenge"]);

  Json slots = Json::array();
  for (const Ledger::Message& message : ledger.messages()) {
    slots.push_back(Json{message.first_slot, message.slots});
  }
  expect_same(v["slots"], slots, "slots of message");
  EXPECT_EQ(ledger.requirements().size(), v["requires"].get<size_t>());
  EXPECT_EQ(ledger.products().size(), v["products"].get<size_t>());
  EXPECT_EQ(hex(reader.scalars["product f"]), v["revealed"][0]);
  EXPECT_EQ(hex(reader.scalars["product g"]), v["revealed"][1]);
  EXPECT_EQ(hex(reader.scalars["product h"]), v["revealed"][2]);

  std::vector<CommittedColumn> committed;
  for (size_t i = 0; i < columns.size(); ++i) {
    committed.push_back({columns[i].layout->present_rows(columns[i].kappa), rows[i]});
  }
  EXPECT_EQ(summary(final_equation(ledger, columns, of_model, opening, folding, committed)),
            v["equation"]);
}

Bytes encoding_of(const Predicate& predicate) {
  ByteWriter writer;
  encode(writer, predicate);
  return writer.take();
}

Json all_hex(const std::vector<Digest>& digests) {
  Json out = Json::array();
  for (const Digest& digest : digests) {
    out.push_back(hex(digest));
  }
  return out;
}

/// Of each input, the output's codes or the predicate's result.
Json results_of(const Claim& claim) {
  Json out = Json::array();
  for (size_t i = 0; i < claim.inputs.size(); ++i) {
    if (!claim.hidden) {
      out.push_back(hex(claim.outputs[i]));
      continue;
    }
    const size_t each = claim.hidden->result.size() / claim.inputs.size();
    out.push_back(hex(ByteSpan(claim.hidden->result).subspan(i * each, each)));
  }
  return out;
}

class ProofVectors : public testing::TestWithParam<std::string> {
 protected:
  ProofVectors()
      : v_(read_json("proof_" + GetParam())),
        model_(load_model(read(v_["of"].get<std::string>() + ".pub")).model.value()),
        bytes_(read(GetParam() + ".proof")),
        proof_(decode_proof(bytes_).value()),
        circuit_(with_pictures(model_.circuit, proof_.shape.pictures)),
        columns_(circuit_, proof_.shape.kappa, proof_.predicate) {}

  [[nodiscard]] Transcript statement() const {
    Transcript transcript =
        begin_transcript({&model_.commitment, proof_.shape, proof_.input, proof_.input_public,
                          proof_.salts, proof_.context, proof_.output, proof_.predicate});
    absorb_rows(transcript, Column::kX, proof_.x);
    absorb_rows(transcript, Column::kE, proof_.e);
    absorb_rows(transcript, Column::kL, proof_.l);
    absorb_rows(transcript, Column::kM, proof_.m);
    if (proof_.predicate) {
      absorb_rows(transcript, Column::kY, proof_.y);
    }
    return transcript;
  }

  Json v_;
  VerifierModel model_;
  Bytes bytes_;
  Proof proof_;
  Circuit circuit_;
  Columns columns_;
};

TEST_P(ProofVectors, Statement) {
  ByteWriter shape;
  encode(shape, proof_.shape);
  Bytes salts;
  for (const Salt& salt : proof_.salts) {
    salts.insert(salts.end(), salt.begin(), salt.end());
  }
  const std::string mode = proof_.input_public ? "public" : "hidden";
  std::map<std::string, Bytes> fields{{"circuit", encode_circuit(model_.circuit)},
                                      {"shape", shape.bytes()},
                                      {"model W", joined(model_.commitment.weights)},
                                      {"model b", joined(model_.commitment.biases)},
                                      {"input D", joined(proof_.input)},
                                      {"input mode", Bytes(mode.begin(), mode.end())},
                                      {"input salts", salts},
                                      {"context", proof_.context},
                                      {"output", proof_.output},
                                      {"rows X", joined(proof_.x)},
                                      {"rows E", joined(proof_.e)},
                                      {"rows L", joined(proof_.l)},
                                      {"rows m", joined(proof_.m)}};
  if (proof_.predicate) {
    fields["predicate"] = encoding_of(*proof_.predicate);
    fields["rows Y"] = joined(proof_.y);
  }
  EXPECT_EQ(v_["name"], GetParam());
  EXPECT_EQ(v_["statement"].size(), fields.size());
  for (const Json& event : v_["statement"]) {
    EXPECT_EQ(event[0], "absorb");
    EXPECT_EQ(digest(fields.at(event[1].get<std::string>())), event[2]) << event[1];
  }
}

TEST_P(ProofVectors, Script) {
  const std::array<std::vector<Point>, kColumns> rows{decode_points(proof_.x).value(),
                                                      decode_points(proof_.e).value(),
                                                      decode_points(proof_.l).value(),
                                                      decode_points(proof_.m).value(),
                                                      model_.weights,
                                                      model_.biases,
                                                      decode_points(proof_.input).value(),
                                                      decode_points(proof_.y).value()};
  const OutputStatement output{proof_.output, proof_.predicate ? &*proof_.predicate : nullptr};
  const auto of_model = {static_cast<size_t>(Column::kW), static_cast<size_t>(Column::kB)};
  expect_script(v_, statement(), proof_.messages, columns_.shapes(), of_model, rows,
                [&](Ledger& ledger) {
                  return argue(ledger, circuit_, columns_, proof_.shape.groups, output, nullptr);
                });
}

TEST_P(ProofVectors, Verdict) {
  Expectation expectation;
  for (size_t i = 0; i < proof_.shape.pictures; ++i) {
    expectation.inputs.push_back(read(GetParam() + ".input" + std::to_string(i)));
    if (!proof_.input_public) {
      expectation.openings.push_back(
          decode_input_opening(read(GetParam() + ".open" + std::to_string(i))).value());
    }
  }
  const Verification v = verify(model_, bytes_, expectation, test_generators());
  ASSERT_TRUE(v.verdict.accepted()) << v.verdict.detail;
  Json got{{"model", hex(model_.identity)},
           {"inputs", Json::array()},
           {"outputs", results_of(*v.claim)},
           {"public", v.claim->input_public},
           {"context", hex(v.claim->context)}};
  for (size_t i = 0; i < v.claim->inputs.size(); ++i) {
    got["inputs"].push_back(hex(v.claim->inputs[i]));
  }
  if (v.claim->hidden) {
    got["predicate"] = hex(encoding_of(v.claim->hidden->predicate));
    got["predictions"] = all_hex(v.claim->hidden->predictions);
    got["labels"] = all_hex(v.claim->hidden->labels);
    got["count"] = v.claim->hidden->count ? hex(*v.claim->hidden->count) : "";
  }
  EXPECT_EQ(got, v_["accepted"]);
}

class BoundVectors : public testing::TestWithParam<std::string> {
 protected:
  BoundVectors()
      : v_(read_json("bound_" + GetParam())),
        bound_(decode_model_public(read(GetParam() + ".pub")).value().bound),
        model_(load_model(read(GetParam() + ".pub")).model.value()) {}

  Json v_;
  WeightBound bound_;
  VerifierModel model_;
};

TEST_P(BoundVectors, Statement) {
  const std::map<std::string, Bytes> fields{{"circuit", encode_circuit(model_.circuit)},
                                            {"model W", joined(model_.commitment.weights)},
                                            {"model b", joined(model_.commitment.biases)},
                                            {"rows bits", joined(bound_.bits)}};
  const BoundColumns columns(model_.columns);
  const std::map<std::string, BoundColumn> drawn{{"bound projections W", BoundColumn::kW},
                                                 {"bound projections b", BoundColumn::kB}};
  EXPECT_EQ(v_["name"], GetParam());
  EXPECT_EQ(v_["statement"].size(), fields.size() + drawn.size());
  Transcript transcript("vouch weight bound v1");
  for (const Json& event : v_["statement"]) {
    const auto label = event[1].get<std::string>();
    if (event[0] == "absorb") {
      EXPECT_EQ(digest(fields.at(label)), event[2]) << label;
      transcript.absorb(label, fields.at(label));
      continue;
    }
    EXPECT_EQ(event[0], "bytes");
    const unsigned bits = columns.shape(drawn.at(label)).layout->bits();
    const size_t bytes = Projections::bytes_needed(kProjections, bits);
    EXPECT_EQ(digest(transcript.challenge_bytes(label, bytes)), event[2]) << label;
  }
  EXPECT_EQ(hex(transcript.state()), v_["state_after_statement"]);
}

TEST_P(BoundVectors, Script) {
  const BoundColumns columns(model_.columns);
  Transcript transcript = begin_bound_transcript(model_.commitment);
  const BoundProjections projections = draw_projections(transcript, columns);
  absorb_bits(transcript, bound_.bits);
  const std::array<std::vector<Point>, kBoundColumns> rows{model_.weights, model_.biases,
                                                           decode_points(bound_.bits).value()};
  const auto of_model = {static_cast<size_t>(BoundColumn::kW),
                         static_cast<size_t>(BoundColumn::kB)};
  expect_script(
      v_, transcript, bound_.messages, columns.shapes(), of_model, rows,
      [&](Ledger& ledger) { return argue_weight_bound(ledger, columns, projections, nullptr); });
}

/// A sum of counts is opened, and not another one.
TEST(OpeningVectors, Counts) {
  const Json v = read_json("openings")["count"];
  const CountOpening opening = decode_count_opening(read("ranked.count")).value();
  EXPECT_EQ(opening.total, v["total"].get<uint32_t>());
  EXPECT_EQ(hex(opening.blinder), v["blinder"]);
  std::vector<Encoding> counts;
  for (const Json& name : v["proofs"]) {
    const Json proof = read_json("proof_" + name.get<std::string>());
    counts.push_back(array_of<32>(proof["accepted"]["count"]));
  }
  EXPECT_TRUE(check_count(counts, opening, test_generators()).accepted());
  counts.pop_back();
  EXPECT_EQ(check_count(counts, opening, test_generators()).reason, Reason::kStatement);
  EXPECT_EQ(check_count({}, CountOpening{}, test_generators()).reason, Reason::kStatement);
}

/// Predictions and labels are opened, and are those of their proofs.
TEST(OpeningVectors, Classes) {
  const Json file = read_json("openings");
  for (const Json& v : entries(file, "classes")) {
    SCOPED_TRACE(v["file"].get<std::string>());
    const Json proof = read_json("proof_" + v["proof"].get<std::string>());
    const Circuit circuit =
        load_model(read(proof["of"].get<std::string>() + ".pub")).model.value().circuit;
    ClassesOpening opening = decode_classes_opening(read(v["file"])).value();
    EXPECT_EQ(opening.label, v["label"].get<bool>());
    EXPECT_EQ(Json(opening.classes), v["classes"]);
    EXPECT_EQ(hex(opening.identity), v["identity"]);
    const Json& claimed = proof["accepted"][opening.label ? "labels" : "predictions"];
    EXPECT_EQ(claimed.at(v["input"].get<size_t>()), v["identity"]);
    EXPECT_TRUE(opens(opening, circuit, test_generators()));
    opening.salt[0] ^= 1;
    EXPECT_FALSE(opens(opening, circuit, test_generators()));
  }
}

/// What comes before `ending` in names of files that begin with `beginning`.
std::vector<std::string> names_of(const std::string& beginning, const std::string& ending) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory(), error)) {
    const std::string stem = entry.path().stem();
    if (entry.path().extension() == ending && stem.starts_with(beginning)) {
      names.push_back(stem.substr(beginning.size()));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(ProofVectorFiles, AreAllOfThoseThatVectorsWereMadeOf) {
  EXPECT_EQ(names_of("proof_", ".json"), names_of("", ".proof"));
  EXPECT_EQ(names_of("bound_", ".json"), names_of("", ".pub"));
  EXPECT_FALSE(names_of("", ".proof").empty());
}

INSTANTIATE_TEST_SUITE_P(All, ProofVectors, testing::ValuesIn(names_of("", ".proof")),
                         [](const auto& each) { return each.param; });
INSTANTIATE_TEST_SUITE_P(All, BoundVectors, testing::ValuesIn(names_of("", ".pub")),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace vouch::vectors
