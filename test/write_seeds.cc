// Seeds of the fuzz targets that read files: small valid ones of every kind, made anew from code,
// so that they always have today's formats. Targets whose bytes are a language of their own need
// none, but for the verifier's, whose first byte is what is asked about which unchanged proof.
//
//     write_seeds DIR      writes DIR/TARGET/NAME
#include <array>
#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "evaluate/new_npy.h"
#include "model/onnx/model_maker.h"
#include "model/random_graph.h"
#include "model/tflite/model_maker.h"
#include "model/tflite/writer.h"
#include "picture/new_picture.h"
#include "picture/png.h"
#include "prove/model_file.h"
#include "prove/random_weights.h"
#include "prove/test_generators.h"
#include "records/key_file.h"
#include "records/log_proof.h"
#include "records/record_list.h"
#include "records/test_records.h"
#include "verify/stand_in_bound.h"

namespace vouch {
namespace {

class Seeds {
 public:
  explicit Seeds(std::filesystem::path directory) : directory_(std::move(directory)) {}
  void write(const std::string& target, const Bytes& bytes) {
    std::filesystem::create_directories(directory_ / target);
    const auto path = directory_ / target / std::to_string(number_++);
    VOUCH_CHECK(write_file(path.string(), bytes, FileAccess::kPublic).ok());
  }

 private:
  std::filesystem::path directory_;
  size_t number_ = 0;
};

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

Bytes text(std::string_view characters) { return {characters.begin(), characters.end()}; }

// For the reader of one format, and for the compiler of both.
void write_model(Seeds& seeds, const char* reader, const Bytes& file) {
  seeds.write(reader, file);
  seeds.write("compile_fuzz", file);
}

void write_models(Seeds& seeds) {
  constexpr uint32_t kModels = 6;
  for (uint32_t seed = 0; seed < kModels; ++seed) {
    const Circuit circuit = random_circuit(seed, 1 + seed);
    const Bytes descriptor = encode_circuit(circuit);
    // Their last bytes choose pictures and κ; their first whether it is a whole file.
    seeds.write("circuit_fuzz", joined({descriptor, {2, 3}}));
    seeds.write("model_public_fuzz", joined({{1}, descriptor}));
    const Bytes exact = encode_circuit(with_windows(circuit));
    seeds.write("circuit_fuzz", joined({exact, {2, 3}}));
    seeds.write("model_public_fuzz", joined({{1}, exact}));
    const ProverModel model(circuit, random_weights(circuit, seed), {}, test_generators());
    seeds.write("model_public_fuzz",
                joined({{0}, encode_model_public({model.commitment(), stand_in_bound(circuit)})}));
    ModelMetadata metadata{"m", "s", {}, {"note"}};
    metadata.layer_names.assign(circuit.ops.size(), "layer");
    constexpr std::ptrdiff_t kChecksum = 32;  // the target appends one
    const Shape& input = circuit.input().shape;
    const auto elements = static_cast<uint32_t>(input.elements());
    const std::vector<InputMeaning> meanings = {
        {"x",
         {input.channels, input.batch, input.rows, input.columns},
         {0.5F, 3, false},
         0,
         {{elements, 1}}}};
    for (const auto& inputs : {std::vector<InputMeaning>(), meanings}) {
      metadata.inputs = inputs;
      const Bytes file = encode_model_file(model, metadata);
      seeds.write("model_file_fuzz", {file.begin(), file.end() - kChecksum});
    }
    write_model(seeds, "tflite_fuzz", write_tflite(RandomGraph(seed).graph(), ""));
  }
}

// One operator of each kind. The tables of their options are alike but for their type.
void write_tflite_operators(Seeds& seeds) {
  using tflite::BuiltinOperator;
  using tflite::BuiltinOptions;
  write_model(seeds, "tflite_fuzz", tflite::small_float_classifier().bytes());
  write_model(seeds, "tflite_fuzz", tflite::small_quantised_convolutions().bytes());
  const std::pair<BuiltinOperator, BuiltinOptions> all[] = {
      {BuiltinOperator::CONCATENATION, BuiltinOptions::ConcatenationOptions},
      {BuiltinOperator::SPLIT, BuiltinOptions::NONE},
      {BuiltinOperator::SLICE, BuiltinOptions::NONE},
      {BuiltinOperator::STRIDED_SLICE, BuiltinOptions::StridedSliceOptions},
      {BuiltinOperator::PADV2, BuiltinOptions::PadOptions},
      {BuiltinOperator::TRANSPOSE, BuiltinOptions::NONE},
      {BuiltinOperator::GATHER, BuiltinOptions::GatherOptions},
      {BuiltinOperator::DEPTH_TO_SPACE, BuiltinOptions::DepthToSpaceOptions},
      {BuiltinOperator::MEAN, BuiltinOptions::ReducerOptions},
      {BuiltinOperator::RESIZE_BILINEAR, BuiltinOptions::ResizeBilinearOptions},
      {BuiltinOperator::TRANSPOSE_CONV, BuiltinOptions::TransposeConvOptions},
      {BuiltinOperator::PRELU, BuiltinOptions::NONE},
      {BuiltinOperator::ARG_MAX, BuiltinOptions::NONE},
      {BuiltinOperator::SQUARED_DIFFERENCE, BuiltinOptions::NONE},
  };
  for (const auto& [type, options] : all) {
    tflite::ModelMaker m;
    const auto x = m.real("x", {1, 2, 2, 4});
    const auto y = m.real("y", {1, 2, 2, 4});
    const auto a = m.whole("a", {1, 2});
    const auto w = m.reals("w", {1, 1, 1, 4}, {1, 2, 3, 4});
    const bool last = type == BuiltinOperator::SPLIT || type == BuiltinOperator::TRANSPOSE_CONV;
    m.op<tflite::StridedSliceOptions>(
        type, last ? std::vector<int32_t>{a, w, x} : std::vector<int32_t>{x, a, w, a}, {y},
        [](auto& f) { return tflite::CreateStridedSliceOptions(f, 1, 1); });
    m.operators.back().options_type = options;
    m.inputs = {x};
    m.outputs = {y};
    write_model(seeds, "tflite_fuzz", m.bytes());
  }
}

void write_onnx(Seeds& seeds) {
  write_model(seeds, "onnx_fuzz", onnx::small_classifier().bytes());
  write_model(seeds, "onnx_fuzz", onnx::small_quantised().bytes());
  for (const char* type : {"Resize", "ConvTranspose", "AveragePool", "TopK", "Slice", "Pad"}) {
    onnx::ModelMaker maker(18);
    maker.input("x", {1, 1, 4, 4});
    maker.whole("a", {4}, {0, 0, 1, 1});
    maker.whole("b", {4}, {1, 1, 3, 3});
    maker.reals("w", {1, 1, 2, 2}, {1, 2, 3, 4});
    const bool weighted = std::string_view(type) == "ConvTranspose";
    maker.node(type, {"x", weighted ? "w" : "a", weighted ? "" : "b"}, {"y"});
    maker.output("y");
    write_model(seeds, "onnx_fuzz", maker.bytes());
  }
  // Whole numbers, what joins constants, a batch of matrices, both outputs of TopK.
  {
    onnx::ModelMaker maker(18);
    maker.input("x", {1, 2, 2, 2}, 6);
    maker.whole("one", {1}, {1});
    maker.whole("c", {1, 1, 2, 2}, {1, 2, 3, 4}, 6);
    maker.whole("m", {2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}, 6);
    maker.reals("s", {}, {0.5F});
    maker.node("MatMul", {"x", "m"}, {"p"});
    onnx::set(maker.node("Concat", {"c", "p"}, {"j"}), "axis", int64_t{1});
    maker.node("Max", {"j", "c"}, {"n"});
    maker.node("DequantizeLinear", {"n", "s"}, {"f"});
    onnx::set(maker.node("TopK", {"f", "one"}, {"v", "i"}), "largest", int64_t{0});
    maker.output("v");
    maker.output("i");
    write_model(seeds, "onnx_fuzz", maker.bytes());
  }
  for (const char* type : {"Conv", "MaxPool", "AveragePool"}) {
    onnx::ModelMaker maker(18);
    maker.input("x", {1, 2, 2, 2, 2});
    maker.reals("w", {2, 1, 2, 1, 1}, {1, 2, 3, 4});
    const bool weighted = std::string_view(type) == "Conv";
    onnx::NodeProto& node = maker.node(type, {"x"}, {"y"});
    onnx::set(node, "pads", std::vector<int64_t>{1, 0, 0, 0, 0, 0});
    if (weighted) {
      node.add_input("w");
      onnx::set(node, "group", int64_t{2});
    } else {
      onnx::set(node, "kernel_shape", std::vector<int64_t>{2, 1, 1});
    }
    maker.output("y");
    write_model(seeds, "onnx_fuzz", maker.bytes());
  }
}

// A proof of each kind of predicate.
void write_hidden_outputs(Seeds& seeds, Proof proof) {
  proof.y.resize(1);
  for (const uint8_t kind : std::array<uint8_t, 4>{1, 2, 3, 4}) {
    Predicate& predicate = proof.predicate.emplace();
    predicate.kind = Predicate::Kind{kind};
    predicate.classes.assign(predicate.kind == Predicate::Kind::kContains ? 2 : 1, 5);
    predicate.label = {6};
    proof.output = Bytes(predicate.kind == Predicate::Kind::kMembers ? 2 : 1);
    seeds.write("proof_file_fuzz", encode_proof(proof));
    predicate.count = true;
    predicate.labels = Predicate::Labels::kCommitted;
    proof.output.clear();
    seeds.write("proof_file_fuzz", encode_proof(proof));
  }
}

void write_proofs(Seeds& seeds) {
  Proof proof;
  proof.salts.resize(1);
  proof.context = text("context");
  proof.output = {1, 2};
  for (Rows* rows : {&proof.input, &proof.x, &proof.e, &proof.l, &proof.m, &proof.messages}) {
    rows->resize(1);
  }
  seeds.write("proof_file_fuzz", encode_proof(proof));
  proof.input_public = false;
  proof.messages.clear();
  seeds.write("proof_file_fuzz", encode_proof(proof));
  write_hidden_outputs(seeds, proof);
  seeds.write("opening_fuzz", encode_input_opening({}));
  seeds.write("opening_fuzz", encode_count_opening({7, Scalar::one()}));
  seeds.write("opening_fuzz", encode_classes_opening({false, {}, {}, {1, 4, 300}}));
  seeds.write("opening_fuzz", encode_classes_opening({true, {}, {}, {4}}));
  for (unsigned head = 0; head < 32; ++head) {
    seeds.write("verifier_fuzz", {static_cast<uint8_t>(head)});
  }
  for (unsigned head = 0; head < 8; ++head) {
    seeds.write("verifier_fuzz", {static_cast<uint8_t>(head | 0xe0U)});  // in a batch
  }
}

// The least BMP: one grey pixel of 24 bits.
Bytes least_bmp() {
  Bytes file = text("BM");
  file.resize(58);
  file[2] = 58;
  file[10] = 54;
  file[14] = 40;
  file[18] = file[22] = file[26] = 1;
  file[28] = 24;
  file[54] = file[55] = file[56] = 99;
  return file;
}

// The least grey JPEG of the libraries' encoders: 1 × 1 pixel with Huffman tables of few codes.
Bytes least_jpeg() {
  Bytes quantisation(69, 1);
  quantisation[0] = 0xff;
  quantisation[1] = 0xdb;
  quantisation[2] = 0;
  quantisation[3] = 67;
  quantisation[4] = 0;
  Bytes huffman(22);
  const Bytes head{0xff, 0xc4, 0, 20, 0, 1};  // one code of one bit, for the symbol 0
  std::copy(head.begin(), head.end(), huffman.begin());
  Bytes huffman_ac = huffman;
  huffman_ac[4] = 0x10;
  return joined({{0xff, 0xd8},
                 quantisation,
                 {0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0},
                 huffman,
                 huffman_ac,
                 {0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x3f, 0xff, 0xd9}});
}

void write_pictures(Seeds& seeds) {
  seeds.write("picture_fuzz", write_png(new_picture(1, 3, 5)));
  seeds.write("picture_fuzz", least_bmp());
  seeds.write("picture_fuzz", least_jpeg());
  seeds.write("picture_fuzz", joined({text("Exif"),
                                      {0, 0},
                                      text("II"),
                                      {42, 0, 8, 0, 0, 0, 1, 0},
                                      {0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0}}));
}

void write_tensors(Seeds& seeds) {
  for (const char* type : {"|u1", "|i1"}) {
    for (const char* shape : {"(2, 3, 1)", "(1, 2, 3)", "(6,)"}) {
      std::string header = std::string("{'descr': '") + type +
                           "', 'fortran_order': False, 'shape': " + shape + ", }\n";
      const Bytes frame{0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, static_cast<uint8_t>(header.size()),
                        0};
      // Channels, batch, rows, columns, name.
      seeds.write("tensor_file_fuzz",
                  joined({{0, 0, 1, 2, 0}, frame, text(header), {1, 2, 3, 4, 5, 6}}));
    }
  }
  seeds.write("tensor_file_fuzz", {0, 0, 1, 2, 1, 9, 8, 7, 6, 5, 4});
  seeds.write("tensor_file_fuzz", {0, 0, 1, 2, 3, 9, 8, 7, 6, 5, 4});
}

// The first byte is the kind of file.
void write_data_files(Seeds& seeds) {
  const auto write = [&](uint8_t kind, const Bytes& file) {
    seeds.write("data_file_fuzz", joined({{kind}, file}));
  };
  write(0, text("file,label_1000,label_12\na.png,3,4\nb.png,999,11\n"));
  write(0, text("a.bin,12,7\nb.bin,12,2\n"));
  write(0, text("4\n0\n11\n"));
  write(1, {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 5, 6});
  write(2, text("{\"outputs\": [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.5]]}"));
  write(3, text("{\"input_data\": [[1, -2.5e3], [3]]}"));
  // An IDX file of two bytes, packed.
  write(4,
        {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x63, 0x60, 0xe0, 0x60, 0x64,
         0x60, 0x60, 0x60, 0x62, 0x65, 0x03, 0x00, 0x69, 0xfd, 0x88, 0x01, 0x0a, 0x00, 0x00, 0x00});
  write(5, new_npy("|i1", "2, 2, 2, 3", Bytes(24, 7)));
  write(5, new_npy("1, 12", std::vector<float>(12, 0.5F)));
}

// The first byte is the kind of bytes.
void write_records(Seeds& seeds) {
  const auto write = [&](uint8_t kind, const Bytes& bytes) {
    seeds.write("record_fuzz", joined({{kind}, bytes}));
  };
  MemoryHistory history(trial_session());
  const SignedRecord question = signed_record(next_record(history, 0, Question{5, "why"}));
  history.add(question);
  const SignedRecord reply = signed_record(next_record(history, 1, Reply{{1}, {Digest{2}}}));
  write(0, question.bytes());
  write(1, without_signature(question));
  write(0, reply.bytes());
  write(2, encode_record_list({question.bytes(), reply.bytes()}));
  MemoryHistory log(new_publication(test_key(1).public_key()));
  const SignedRecord receipt = signed_record(next_record(log, 0, Receipt{}));
  log.add(receipt);
  const Digest root = leaf_hash(receipt.bytes());
  const SignedRecord head = signed_record(next_record(log, 0, TreeHead{1, root}));
  write(1, without_signature(head));
  write(3, encode_inclusion({receipt.bytes(), head.bytes(), {}}));
  write(3, encode_consistency({head.bytes(), head.bytes(), {root}}));
  write(4, encode_secret_key(test_key(1)));
  write(4, encode_identity(test_key(1).public_key()));
  ByteWriter path;  // leaf 1 of 2
  path.u64(1);
  path.u64(2);
  path.raw(root);
  path.raw(root);
  write(5, path.bytes());
}

// An opened document without its frame, and one that is no picture.
void write_documents(Seeds& seeds) {
  for (const Bytes& file : {write_png(new_picture(1, 8, 8)), Bytes{1, 2, 3}}) {
    ByteWriter document;
    document.u8(1);
    document.u32(3);
    document.raw(Digest{1});
    document.raw(Digest{2});
    document.prefixed(file);
    seeds.write("document_fuzz", document.bytes());
  }
}

// Each session as it is, and with each kind of change.
void write_bundles(Seeds& seeds) {
  for (uint8_t session = 0; session < 5; ++session) {
    seeds.write("bundle_fuzz", {session, 0});
    for (uint8_t change = 0; change < 10; ++change) {
      seeds.write("bundle_fuzz", {session, 0, change, 3, 2, 1, 0, 5});
    }
  }
}

}  // namespace
}  // namespace vouch

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: write_seeds DIR\n", stderr);
    return 2;
  }
  vouch::Seeds seeds(argv[1]);
  vouch::write_models(seeds);
  vouch::write_tflite_operators(seeds);
  vouch::write_onnx(seeds);
  vouch::write_proofs(seeds);
  vouch::write_pictures(seeds);
  vouch::write_tensors(seeds);
  vouch::write_data_files(seeds);
  vouch::write_records(seeds);
  vouch::write_documents(seeds);
  vouch::write_bundles(seeds);
  return 0;
}
