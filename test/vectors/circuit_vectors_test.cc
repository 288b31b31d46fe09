// Circuits, layouts, tables, manifests and input commitments are those of the second verifier.
#include "argument/argument.h"
#include "argument/bound/weight_bound.h"
#include "circuit/operators/operator.h"
#include "picture/prepare.h"
#include "prove/test_generators.h"
#include "vectors/script.h"
#include "verify/verify.h"

namespace vouch::vectors {
namespace {

Circuit circuit_of(const Json& descriptor) {
  const Bytes bytes = bytes_of(descriptor);
  ByteReader reader(bytes);
  Circuit circuit = decode_circuit(reader).value();
  EXPECT_TRUE(reader.finished());
  EXPECT_EQ(hex(encode_circuit(circuit)), descriptor);
  return circuit;
}

/// That of a proof about so many inputs, if there is one.
std::optional<Predicate> predicate_of(const Json& v, size_t pictures) {
  if (!v.contains("predicate")) {
    return std::nullopt;
  }
  const Bytes bytes = bytes_of(v["predicate"]);
  ByteReader reader(bytes);
  const Predicate predicate = decode_predicate(reader, pictures).value();
  ByteWriter writer;
  encode(writer, predicate);
  EXPECT_TRUE(reader.finished());
  EXPECT_EQ(writer.bytes(), bytes);
  return predicate;
}

void expect_layout(const Json& wanted, const Layout& layout) {
  EXPECT_EQ(layout.bits(), wanted["n"].get<unsigned>());
  ASSERT_EQ(layout.bricks().size(), wanted["bricks"].size());
  for (size_t i = 0; i < layout.bricks().size(); ++i) {
    const Brick& brick = layout.bricks()[i];
    const auto& e = brick.extents;
    const Json got{e[0], e[1],         e[2],
                   e[3], brick.offset, brick.slot(e[0] - 1, e[1] - 1, e[2] - 1, e[3] - 1)};
    EXPECT_EQ(got, wanted["bricks"][i]) << "brick " << i;
  }
}

std::vector<bool> rows_of_runs(const Json& runs, size_t rows) {
  std::vector<bool> present(rows);
  for (const Json& run : runs) {
    for (size_t i = 0; i < run[1].get<size_t>(); ++i) {
      present.at(run[0].get<size_t>() + i) = true;
    }
  }
  return present;
}

class NamedCircuits : public testing::Test {
 protected:
  struct Subject {
    Circuit circuit;
    std::optional<Predicate> predicate;
    Columns columns;
    RoundGroups groups;
  };

  static void for_each(const std::function<void(const Json&, const Subject&)>& body) {
    const Json file = read_json("circuits");
    for (const Json& v : entries(file, "circuits")) {
      SCOPED_TRACE(v["name"].get<std::string>());
      const Json& shape = v["shape"];
      const auto pictures = shape[3].get<uint32_t>();
      const Circuit circuit = with_pictures(circuit_of(v["descriptor"]), pictures);
      const auto predicate = predicate_of(v, pictures);
      const Columns columns(circuit, shape[0].get<unsigned>(), predicate);
      ASSERT_TRUE(validate(circuit).ok());
      ASSERT_TRUE(!predicate || validate(*predicate, circuit, pictures).ok());
      ASSERT_TRUE(validate_columns(columns).ok());
      ASSERT_TRUE(validate_proof_rows(columns).ok());
      body(v, {circuit, predicate, columns, {shape[1].get<uint8_t>(), shape[2].get<uint8_t>()}});
    }
  }
};

TEST_F(NamedCircuits, Columns) {
  for_each([](const Json& v, const Subject& subject) {
    ASSERT_EQ(v["columns"].size(), subject.predicate ? kColumns : kColumns - 1);
    for (size_t i = 0; i < v["columns"].size(); ++i) {
      const Json& wanted = v["columns"][i];
      const Column column = kAllColumns[i];
      EXPECT_EQ(column_name(column), wanted["name"]);
      const unsigned kappa = subject.columns.kappa(column);
      ASSERT_EQ(kappa, wanted["kappa"].get<unsigned>());
      expect_layout(wanted, subject.columns.layout(column));
      EXPECT_EQ(subject.columns.layout(column).present_rows(kappa),
                rows_of_runs(wanted["present"], size_t{1} << subject.columns.row_bits(column)));
    }
    expect_layout(v["entries"], subject.columns.entries());
    EXPECT_EQ(subject.columns.max_kappa(), v["kappa"].get<unsigned>());
    EXPECT_EQ(opening_rounds(subject.columns.shapes()), v["opening_bits"].get<unsigned>());
  });
}

TEST_F(NamedCircuits, Shapes) {
  for_each([](const Json& v, const Subject& subject) {
    Json shapes = Json::array();
    for (const Tensor& tensor : subject.circuit.tensors) {
      const Shape& shape = tensor.shape;
      shapes.push_back(Json{shape.channels, shape.batch, shape.rows, shape.columns});
    }
    expect_same(v["shapes"], shapes, "tensor");
  });
}

TEST_F(NamedCircuits, Tables) {
  for_each([](const Json& v, const Subject& subject) {
    for (size_t op = 0; op < subject.circuit.ops.size(); ++op) {
      EXPECT_EQ(subject.columns.table_of(op), v["table_of_operator"][op].get<size_t>());
      EXPECT_EQ(weight_counts(subject.circuit, op).biases, v["biases"][op].get<uint64_t>());
    }
    EXPECT_EQ(hex(tag_extension(subject.columns, scalars_of(v["tag"]["r"]))), v["tag"]["value"]);
    const Json& tables = v["tables"];
    const LookupChallenges challenges{scalar_of(tables["alpha"]), scalar_of(tables["gamma"])};
    EXPECT_EQ(hex(table_denominator(subject.circuit, subject.columns, challenges,
                                    scalars_of(tables["p"]))),
              tables["value"]);
  });
}

/// Runs the script without a proof: every message is the identity or 0.
class EmptyChannel final : public Channel {
 public:
  EmptyChannel() : Channel(Transcript("empty")) {}
  Point point(std::string_view label, const std::function<Point()>&) override {
    messages.point(label);
    return {};
  }
  Scalar scalar(std::string_view label, const std::function<Scalar()>&) override {
    messages.scalar(label);
    return {};
  }
  MessageList messages;
};

Json in_runs(const Json& messages) {
  Json runs = Json::array();
  for (const Json& message : messages) {
    if (!runs.empty() && runs.back()[0] == message[0] && runs.back()[2] == message[2]) {
      runs.back()[3] = runs.back()[3].get<size_t>() + 1;
    } else {
      runs.push_back(Json{message[0], message[1], message[2], 1});
    }
  }
  return runs;
}

/// Runs a script, and the folding argument after it; its messages and numbers are `manifest` and
/// `counts`. `expected` are the numbers that are known before.
void expect_manifest(const Json& manifest, const Json& counts, const LedgerCounts& expected,
                     unsigned max_kappa, const std::function<Opening(Ledger&)>& argue_all) {
  EmptyChannel channel;
  Ledger ledger(channel, nullptr);
  const Opening opening = argue_all(ledger);
  argue_folding(ledger, opening, max_kappa, nullptr);
  expect_same(manifest, in_runs(channel.messages.with_slots(ledger)), "message");
  const Json got{{"messages", expected.all_messages(max_kappa)},
                 {"ledger_messages", ledger.messages().size()},
                 {"slots", ledger.slots()},
                 {"products", ledger.products().size()},
                 {"requires", ledger.requirements().size()},
                 {"generators", (size_t{1} << max_kappa) + ledger.slots()}};
  EXPECT_EQ(got, counts);
  EXPECT_EQ(expected.messages, counts["ledger_messages"].get<size_t>());
  EXPECT_EQ(expected.slots, counts["slots"].get<size_t>());
  EXPECT_EQ(expected.products, counts["products"].get<size_t>());
  EXPECT_EQ(expected.requirements, counts["requires"].get<size_t>());
}

TEST_F(NamedCircuits, Manifest) {
  for_each([](const Json& v, const Subject& subject) {
    const Circuit& circuit = subject.circuit;
    const Columns& columns = subject.columns;
    const RoundGroups& groups = subject.groups;
    const std::optional<Predicate>& predicate = subject.predicate;
    const auto pictures = v["shape"][3].get<uint32_t>();
    const Bytes output(predicate ? result_bytes(*predicate, pictures)
                                 : circuit.output_tensor().shape.elements());
    const OutputStatement statement{output, predicate ? &*predicate : nullptr};
    expect_manifest(v["manifest"], v["counts"], ledger_counts(columns, groups), columns.max_kappa(),
                    [&](Ledger& ledger) {
                      return argue(ledger, circuit, columns, groups, statement, nullptr);
                    });
    EXPECT_EQ(proof_messages(columns, groups), v["counts"]["messages"].get<size_t>());
    EXPECT_EQ(generators_needed(columns, groups), v["counts"]["generators"].get<size_t>());
  });
}

TEST_F(NamedCircuits, BoundManifest) {
  for_each([](const Json& v, const Subject&) {
    const Circuit model = circuit_of(v["descriptor"]);
    const Columns of_model(model, kMaxProofKappa);
    const BoundColumns columns(of_model);
    Transcript transcript("projections");
    const BoundProjections projections = draw_projections(transcript, columns);
    expect_manifest(v["bound_manifest"], v["bound_counts"], bound_ledger_counts(columns),
                    max_kappa(columns.shapes()), [&](Ledger& ledger) {
                      return argue_weight_bound(ledger, columns, projections, nullptr);
                    });
  });
}

/// Of a model commitment that has this circuit and no rows.
Reason reason_of(const Json& descriptor) {
  return load_model(encode_model_public({{bytes_of(descriptor), {}, {}}, {}})).verdict.reason;
}

TEST(RefusedCircuits, Descriptors) {
  const Json file = read_json("refused_circuits");
  for (const Json& v : entries(file, "accepted")) {
    EXPECT_EQ(reason_of(v[1]), Reason::kDecoding) << v[0] << ": only its rows are missing";
  }
  for (const Json& v : entries(file, "refused")) {
    EXPECT_EQ(reason_of(v[1]), Reason::kDescriptor) << v[0];
  }
}

TEST(InputVectors, Commitments) {
  const Json file = read_json("inputs");
  for (const Json& v : entries(file, "blinders")) {
    EXPECT_EQ(hex(input_blinder(array_of<32>(v[0]), v[1].get<uint32_t>())), v[2]);
  }
  for (const Json& v : entries(file, "commitments")) {
    const Circuit circuit = circuit_of(v["descriptor"]);
    const Rows rows =
        commit_input_vartime(circuit, Columns(circuit, kMaxProofKappa), bytes_of(v["codes"]),
                             array_of<32>(v["salt"]), test_generators());
    ASSERT_EQ(rows.size(), v["rows"].size());
    for (size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(hex(rows[i]), v["rows"][i]) << i;
    }
    EXPECT_EQ(hex(input_identity(rows)), v["identity"]);
  }
}

TEST(InputVectors, Models) {
  const Json file = read_json("inputs");
  for (const Json& v : entries(file, "models")) {
    const Bytes bytes = read(v["name"].get<std::string>() + ".pub");
    const ModelCommitment model = decode_model_public(bytes).value().commitment;
    EXPECT_EQ(hex(model_identity(model)), v["identity"]);
    EXPECT_EQ(hex(model.circuit), v["encoded_again"]);
  }
}

TEST(InputVectors, Files) {
  const Json file = read_json("inputs");
  for (const Json& v : entries(file, "files")) {
    const auto codes = prepare_input(circuit_of(v["descriptor"]), bytes_of(v["file"]),
                                     v["name"].get<std::string>());
    ASSERT_TRUE(codes.ok()) << v["name"] << ": " << codes.error().message;
    EXPECT_EQ(hex(codes.value()), v["codes"]) << v["name"];
  }
}

TEST(InputVectors, RefusedFiles) {
  const Json file = read_json("inputs");
  for (const Json& v : entries(file, "refused_files")) {
    EXPECT_FALSE(prepare_input(circuit_of(v["descriptor"]), bytes_of(v["file"]),
                               v["name"].get<std::string>())
                     .ok())
        << v;
  }
}

}  // namespace
}  // namespace vouch::vectors
