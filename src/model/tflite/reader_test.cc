#include "model/tflite/reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "model/compile.h"
#include "model/random_graph.h"
#include "model/tflite/writer.h"
#include "tflite_subset_generated.h"

namespace vouch {
namespace {

Bytes good_file(uint64_t seed = 9) { return write_tflite(RandomGraph(seed).graph(), "random"); }

TEST(Reader, ReadsWhatTheWriterWrites) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const RandomGraph random(seed);
    const Bytes file = write_tflite(random.graph(), "random");
    const Result<Graph> read = read_tflite(file);
    ASSERT_TRUE(read.ok()) << read.error().message;
    const Graph& a = random.graph();
    const Graph& b = read.value();
    ASSERT_EQ(a.tensors.size(), b.tensors.size());
    for (size_t i = 0; i < a.tensors.size(); ++i) {
      EXPECT_EQ(a.tensors[i].name, b.tensors[i].name);
      EXPECT_EQ(a.tensors[i].type, b.tensors[i].type);
      EXPECT_EQ(a.tensors[i].shape, b.tensors[i].shape);
      EXPECT_EQ(a.tensors[i].quantization.scales, b.tensors[i].quantization.scales);
      EXPECT_EQ(a.tensors[i].quantization.zero_points, b.tensors[i].quantization.zero_points);
      if (a.tensors[i].quantization.scales.size() > 1) {
        EXPECT_EQ(a.tensors[i].quantization.axis, b.tensors[i].quantization.axis);
      }
      EXPECT_TRUE(std::equal(a.tensors[i].data.begin(), a.tensors[i].data.end(),
                             b.tensors[i].data.begin(), b.tensors[i].data.end()));
    }
    ASSERT_EQ(a.ops.size(), b.ops.size());
    for (size_t i = 0; i < a.ops.size(); ++i) {
      EXPECT_EQ(a.ops[i].kind, b.ops[i].kind);
      EXPECT_EQ(a.ops[i].inputs, b.ops[i].inputs);
      EXPECT_EQ(a.ops[i].output, b.ops[i].output);
      EXPECT_EQ(a.ops[i].padding, b.ops[i].padding);
      EXPECT_EQ(a.ops[i].stride_rows, b.ops[i].stride_rows);
      EXPECT_EQ(a.ops[i].stride_columns, b.ops[i].stride_columns);
      EXPECT_EQ(a.ops[i].kernel_rows, b.ops[i].kernel_rows);
      EXPECT_EQ(a.ops[i].kernel_columns, b.ops[i].kernel_columns);
      EXPECT_EQ(a.ops[i].activation, b.ops[i].activation);
    }
    EXPECT_EQ(a.input, b.input);
    EXPECT_EQ(a.output, b.output);
  }
}

void expect_error(ByteSpan file, const char* why) {
  const Result<Graph> graph = read_tflite(file);
  ASSERT_FALSE(graph.ok()) << why;
  EXPECT_NE(graph.error().message.find(why), std::string::npos) << graph.error().message;
}

TEST(Reader, RefusesOtherFiles) {
  expect_error({}, "not a TensorFlow Lite file");
  expect_error(Bytes(100, 0), "not a TensorFlow Lite file");
  Bytes cut = good_file();
  cut.resize(cut.size() / 2);
  expect_error(cut, "tables do not fit");
}

// Changes one thing of a good file in place, through the format's own tables.
void expect_error_after(const std::function<void(tflite::Model&)>& change, const char* why) {
  Bytes file = good_file();
  change(*flatbuffers::GetMutableRoot<tflite::Model>(file.data()));
  expect_error(file, why);
}

template <class Table, class T>
void set(const Table& table, flatbuffers::voffset_t field, T value) {
  auto* at =
      const_cast<uint8_t*>(reinterpret_cast<const flatbuffers::Table&>(table).GetAddressOf(field));
  ASSERT_NE(at, nullptr);
  flatbuffers::WriteScalar(at, value);
}

template <class T>
void set_item(const flatbuffers::Vector<T>* vector, uint32_t i, T value) {
  const_cast<flatbuffers::Vector<T>*>(vector)->Mutate(i, value);
}

TEST(Reader, ChecksEveryNumber) {
  using tflite::Model;
  const auto subgraph = [](Model& m) { return m.subgraphs()->Get(0); };
  const auto op = [&](Model& m) { return subgraph(m)->operators()->Get(0); };
  // The tensor of the first operator's weights or first input.
  const auto tensor = [&](Model& m, uint32_t i) {
    return subgraph(m)->tensors()->Get(static_cast<uint32_t>(op(m)->inputs()->Get(i)));
  };
  ASSERT_EQ(RandomGraph(9).graph().ops[0].kind, GraphOpKind::kConv2d) << "choose another seed";

  expect_error_after([](Model& m) { set(m, Model::VT_VERSION, uint32_t{2}); }, "version 2");
  expect_error_after([&](Model& m) { set_item(subgraph(m)->inputs(), 0, 9999); }, "model's input");
  expect_error_after([&](Model& m) { set_item(subgraph(m)->inputs(), 0, -1); }, "model's input");
  expect_error_after([&](Model& m) { set_item(subgraph(m)->outputs(), 0, 9999); },
                     "model's output");
  expect_error_after([&](Model& m) { set_item(op(m)->inputs(), 0, 9999); },
                     "not one of the tensors");
  expect_error_after([&](Model& m) { set_item(op(m)->inputs(), 0, -2); }, "not one of the tensors");
  expect_error_after([&](Model& m) { set_item(op(m)->inputs(), 0, op(m)->outputs()->Get(0)); },
                     "not computed before");
  expect_error_after([&](Model& m) { set_item(op(m)->outputs(), 0, 9999); },
                     "not one of the tensors");
  expect_error_after([&](Model& m) { set_item(op(m)->outputs(), 0, op(m)->inputs()->Get(0)); },
                     "has a value already");
  expect_error_after([&](Model& m) { set_item(tensor(m, 0)->shape(), 1, 0); }, "below 1");
  expect_error_after([&](Model& m) { set_item(tensor(m, 0)->shape(), 1, -5); }, "below 1");
  expect_error_after(
      [&](Model& m) {
        set_item(tensor(m, 0)->shape(), 1, 2147483647);
        set_item(tensor(m, 0)->shape(), 2, 2147483647);
      },
      "2^32");
  expect_error_after([&](Model& m) { set_item(tensor(m, 1)->shape(), 0, 100); }, "its shape needs");
  expect_error_after(
      [&](Model& m) { set(*tensor(m, 1), tflite::Tensor::VT_BUFFER, uint32_t{777}); },
      "buffer 777");
  expect_error_after([&](Model& m) { set_item(tensor(m, 0)->quantization()->scale(), 0, 0.0F); },
                     "scale");
  expect_error_after([&](Model& m) { set_item(tensor(m, 0)->quantization()->scale(), 0, -1.0F); },
                     "scale");
  expect_error_after(
      [&](Model& m) { set_item(tensor(m, 0)->quantization()->scale(), 0, INFINITY); }, "scale");
  expect_error_after([&](Model& m) { set_item(tensor(m, 0)->quantization()->scale(), 0, NAN); },
                     "scale");
  expect_error_after(
      [&](Model& m) { set_item(tensor(m, 0)->quantization()->zero_point(), 0, int64_t{300}); },
      "zero-point");
  expect_error_after(
      [&](Model& m) { set_item(tensor(m, 0)->quantization()->zero_point(), 0, int64_t{-300}); },
      "zero-point");
}

TEST(Reader, NamesUnsupportedOperators) {
  Bytes file = good_file();
  auto* model = flatbuffers::GetMutableRoot<tflite::Model>(file.data());
  const auto* op = model->subgraphs()->Get(0)->operators()->Get(0);
  const auto* code = model->operator_codes()->Get(op->opcode_index());
  set(*code, tflite::OperatorCode::VT_BUILTIN_CODE,
      static_cast<int32_t>(tflite::BuiltinOperator::TRANSPOSE_CONV));
  set(*code, tflite::OperatorCode::VT_DEPRECATED_BUILTIN_CODE, int8_t{67});
  const auto compiled = compile_tflite(file, {});
  ASSERT_FALSE(compiled.ok());
  EXPECT_NE(compiled.error().message.find("operator 0 TRANSPOSE_CONV (output 'tensor')"),
            std::string::npos)
      << compiled.error().message;
  EXPECT_NE(compiled.error().message.find("supported are CONV_2D"), std::string::npos);
}

// Flipped and cut bytes: an error or a model, never a crash. Runs under the sanitizers as well.
TEST(Reader, SurvivesDamage) {
  SplitMix64 random(11);
  int compiled = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Bytes file = good_file(seed);
    for (int i = 0; i < 300; ++i) {
      Bytes bad = file;
      for (int64_t n = random.within(1, 4); n > 0; --n) {
        const size_t at = random.next() % bad.size();
        bad[at] = static_cast<uint8_t>(random.within(0, 2) == 0 ? 0xFF : random.within(0, 255));
      }
      if (random.within(0, 9) == 0) {
        bad.resize(random.next() % bad.size());
      }
      compiled += compile_tflite(bad, {}).ok() ? 1 : 0;
    }
  }
  EXPECT_GT(compiled, 0);  // a changed weight is no error
}

}  // namespace
}  // namespace vouch
