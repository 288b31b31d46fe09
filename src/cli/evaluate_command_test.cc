// Accuracy beside the original's, and inputs that are real numbers.
#include <bit>
#include <cmath>
#include <map>

#include "cli/test_commands.h"
#include "evaluate/new_npy.h"
#include "model/onnx/model_maker.h"
#include "prove/model_file.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

TEST_F(Commands, EvaluateTellsAccuracyAndErrors) {
  fs::create_directory(path("pictures"));
  fs::copy_file(path("cat.png"), path("pictures/cat.png"), fs::copy_options::overwrite_existing);
  fs::copy_file(path("dog.png"), path("pictures/dog.png"), fs::copy_options::overwrite_existing);
  const Json ran =
      expect_done({"run", path("m.vouch"), path("pictures/cat.png"), path("pictures/dog.png")});
  const int cat = ran["pictures"][0]["top"][0]["class"].get<int>();
  const int dog = ran["pictures"][1]["top"][0]["class"].get<int>();
  write("classes.csv", "file,right,label\ncat.png," + std::to_string(cat) + "," +
                           std::to_string((cat + 1) % 7) + "\ndog.png," + std::to_string(dog) +
                           "," + std::to_string(dog) + "\n");
  const Words evaluate = {"evaluate",       path("m.vouch"), "--data",
                          path("pictures"), "--labels",      path("classes.csv")};
  const auto with = [&](const Words& more) {
    Words words = evaluate;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  EXPECT_EQ(expect_done(with({}))["proven"]["top1"], 0.5);
  const Json told = expect_done(
      with({"--label-column", "right", "--original", path("net.tflite"), "--original-by", "float",
            "--picture", path("report.svg"), "--inputs-to", path("inputs.npy")}));
  EXPECT_EQ(told["proven"]["top1"], 1.0);
  EXPECT_FALSE(told["proven"].contains("top5"));
  EXPECT_EQ(told["labelled"], 2);
  EXPECT_TRUE(told["original"].contains("same_top1"));
  EXPECT_EQ(told["layer_inputs"], 2);
  EXPECT_LE(told["layers"][0]["largest_error"], told["layers"][0]["worst_case_bound"]);
  const Bytes picture = read("report.svg");
  EXPECT_EQ(std::string(picture.begin(), picture.begin() + 4), "<svg");
  const Json again = expect_done({"evaluate", path("m.vouch"), "--data", path("inputs.npy")});
  EXPECT_EQ(again["inputs"], 2);
  EXPECT_EQ(again["labelled"], 0);
  // Beside a reference the report is larger: nothing of it may move under what is written.
  write("both.json", R"({"outputs": [[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0]]})");
  const Json both = expect_done(with({"--original", path("net.tflite"), "--original-by", "float",
                                      "--reference", path("both.json")}));
  EXPECT_EQ(both["layers"], told["layers"]);
  EXPECT_TRUE(both.contains("reference"));
  const Ended text = vouch_says(
      with({"--original", path("net.tflite"), "--original-by", "float", "--limit", "1"}));
  EXPECT_NE(text.out.find("same top-1"), std::string::npos) << text.problems;
  EXPECT_NE(text.out.find("worst"), std::string::npos);
}

TEST_F(Commands, WhatCannotBeEvaluatedIsAnError) {
  const Words evaluate = {"evaluate", path("m.vouch"), "--data"};
  const auto with = [&](const Words& more) {
    Words words = evaluate;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  expect_error(with({path("nowhere")}), "nowhere");
  write("labels.csv", "cat.png,7\n");
  expect_error(with({path("cat.png")}), "not an IDX file");
  fs::create_directory(path("one"));
  fs::copy_file(path("cat.png"), path("one/cat.png"), fs::copy_options::overwrite_existing);
  expect_error(with({path("one"), "--labels", path("labels.csv")}), "not a class from 0 to 6");
  write("outputs.json", R"({"outputs": []})");
  expect_error(with({path("one"), "--reference", path("outputs.json")}), "of 0 inputs, not of 1");
  expect_error(with({path("one"), "--original", path("cat.png")}), "cat.png");
  write("one.json", R"({"input_data": [[1]]})");
  fs::create_directory(path("reals"));
  fs::rename(path("one.json"), path("reals/one.json"));
  const std::string few = "one.json: 'input' is [1, 32, 32, 3], 3072 numbers: give as many, not 1";
  expect_error(with({path("reals")}), few);
  expect_error(with({path("reals"), "--original", path("net.tflite"), "--original-by", "float"}),
               few);
  // A compiled model that does not say what its codes stand for.
  ModelFile model = decode_model_file(read("m.vouch")).value();
  model.metadata.inputs.clear();
  const Bytes old = encode_model_file(model.model, model.metadata);
  write("old.vouch", std::string(old.begin(), old.end()));
  expect_error({"evaluate", path("old.vouch"), "--data", path("reals")}, "--original");
  expect_error({"run", path("old.vouch"), path("reals/one.json")}, "or compile it again");
}

// One value for each of two rows and three columns, of two channels; twice its sum by channel.
onnx::ModelMaker float_weights() {
  onnx::ModelMaker m;
  m.input("x", {1, 2, 2, 3});
  m.reals("w", {2, 2, 2, 3}, std::vector<float>(24, 2.0F));
  return m;
}

Bytes float_network() {
  onnx::ModelMaker m = float_weights();
  m.node("Conv", {"x", "w"}, {"y"});
  m.output("y");
  return m.bytes();
}

Bytes float_network_with_top_k() {
  onnx::ModelMaker m = float_weights();
  m.whole("one", {1}, {1});
  m.node("Conv", {"x", "w"}, {"c"});
  set(m.node("TopK", {"c", "one"}, {"y", "which"}), "axis", int64_t{1});
  m.output("y");
  return m.bytes();
}

Bytes float_network_with_class() {
  onnx::ModelMaker m = float_weights();
  m.node("Conv", {"x", "w"}, {"c"});
  set(m.node("ArgMax", {"c"}, {"which"}), "axis", int64_t{1});
  m.node("Squeeze", {"which"}, {"s"});
  set(m.node("Cast", {"s"}, {"y"}), "to", int64_t{1});
  m.output("y");
  return m.bytes();
}

// Its output is codes, of a scale that is not 1.
Bytes network_of_codes() {
  onnx::ModelMaker m;
  m.input("x", {1, 2, 2, 3});
  m.reals("xs", {}, {0.01F});
  m.whole("xz", {}, {50}, 2);
  m.whole("w", {2, 2, 2, 3}, std::vector<int32_t>(24, 20), 3);
  m.reals("ws", {}, {0.02F});
  m.whole("wz", {}, {0}, 3);
  m.reals("ys", {}, {0.03F});
  m.whole("yz", {}, {100}, 2);
  m.node("QuantizeLinear", {"x", "xs", "xz"}, {"q"});
  m.node("QLinearConv", {"q", "xs", "xz", "w", "ws", "wz", "ys", "yz"}, {"y"});
  m.output("y");
  return m.bytes();
}

std::vector<float> three_inputs() {
  std::vector<float> values;
  for (int i = 0; i < 36; ++i) {
    values.push_back(static_cast<float>(i) / 36 - 0.25F);
  }
  return values;
}

// A program that takes a python's words: what it is asked to run, it leaves.
void write_python(const std::string& path, const std::string& body) {
  std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
  fs::permissions(path, fs::perms::owner_all);
}

TEST_F(Commands, TheOriginalIsRunByItsFramework) {
  fs::create_directory(path("two"));
  fs::copy_file(path("cat.png"), path("two/cat.png"));
  fs::copy_file(path("dog.png"), path("two/dog.png"));
  const auto evaluate = [&](const Words& more) {
    Words words = {"evaluate",   path("m.vouch"),    "--data",   path("two"),
                   "--original", path("net.tflite"), "--layers", "0"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  // Each input's row has the class of its number as the largest.
  std::vector<float> rows(14, 0.0F);
  rows[0] = rows[8] = 9;
  const Bytes outputs = new_npy("2, 7", rows);
  write("answers.npy", std::string(outputs.begin(), outputs.end()));
  const std::string python = path("a python; $(false)");
  write_python(python, "test -f \"$1\" && test \"$2\" = '" + path("net.tflite") +
                           "' && test -f \"$3\" || exit 1\n"
                           "cp '" +
                           path("answers.npy") +
                           "' \"$4\"\n"
                           "echo warming up\n"
                           "echo '{\"framework\": \"Abacus 3\"}'");
  const Json told = expect_done(evaluate({"--python", python}));
  EXPECT_EQ(told["original_by"], "Abacus 3");
  EXPECT_FALSE(told.contains("original_why"));
  write("first.csv", "cat.png,0\ndog.png,1\n");
  const Json labelled = expect_done(evaluate({"--python", python, "--labels", path("first.csv")}));
  EXPECT_EQ(labelled["original"]["top1"], 1.0);
  EXPECT_NE(vouch_says(evaluate({"--python", python})).out.find("run by Abacus 3"),
            std::string::npos);
  // Its outputs are those of these inputs, or none.
  expect_error(evaluate({"--python", python, "--original-by", "framework", "--limit", "1"}),
               "Abacus 3 answered 2 inputs, not 1");
}

TEST_F(Commands, WithoutItsFrameworkTheOriginalIsRunByFloats) {
  fs::create_directory(path("single"));
  fs::copy_file(path("cat.png"), path("single/cat.png"));
  const auto evaluate = [&](const std::string& python, const std::string& by) {
    return Words{"evaluate",         path("m.vouch"), "--data", path("single"), "--original",
                 path("net.tflite"), "--original-by", by,       "--python",     python};
  };
  const Json floats = expect_done(evaluate("none", "float"));
  EXPECT_EQ(floats["original_by"], "vouch's float executor");
  const auto falls_back = [&](const std::string& python, const std::string& why) {
    const Json told = expect_done(evaluate(python, "auto"));
    EXPECT_EQ(told["original_by"], "vouch's float executor");
    EXPECT_EQ(told["original"], floats["original"]);
    EXPECT_NE(told["original_why"].get<std::string>().find(why), std::string::npos)
        << told["original_why"];
    expect_error(evaluate(python, "framework"), why);
  };
  falls_back(path("no such python"), "No such file or directory");
  write_python(path("bare"), "echo 'No module named numpy' >&2; exit 3");
  falls_back(path("bare"), "has not what it takes: No module named numpy");
  write_python(path("broken"), "echo 'ValueError: this model' >&2; exit 1");
  falls_back(path("broken"), "ended with status 1: ValueError: this model");
  write_python(path("silent"), "exit 0");
  falls_back(path("silent"), "did not say which framework ran");
  write_python(path("idle"), "echo '{\"framework\": \"Abacus\"}'");
  falls_back(path("idle"), "outputs.npy");
  const Bytes outputs = new_npy("1, 6", std::vector<float>(6));
  write("six.npy", std::string(outputs.begin(), outputs.end()));
  write_python(path("other"),
               "cp '" + path("six.npy") + "' \"$4\"; echo '{\"framework\": \"Abacus\"}'");
  falls_back(path("other"), "is not what the network does");
  EXPECT_EQ(vouch_says(evaluate("none", "abacus")).status, 2);
}

// The frameworks themselves, where $VOUCH_PYTHON (or python3) has them.
TEST_F(Commands, FrameworksAgreeWithTheFloatExecutor) {
  const auto written = [](const std::string& name, const Bytes& bytes) {
    write(name, std::string(bytes.begin(), bytes.end()));
  };
  written("float.onnx", float_network());
  fs::create_directory(path("reals of onnx"));
  written("reals of onnx/three.npy", new_npy("3, 2, 2, 3", three_inputs()));
  fs::create_directory(path("pictures of lite"));
  fs::copy_file(path("cat.png"), path("pictures of lite/cat.png"));
  expect_done({"compile", path("float.onnx"), "-o", path("of_onnx.vouch"), "--input", "codes",
               "--samples", path("reals of onnx"), "--replace"});
  written("topk.onnx", float_network_with_top_k());
  expect_done({"compile", path("topk.onnx"), "-o", path("of_topk.vouch"), "--input", "codes",
               "--samples", path("reals of onnx"), "--replace"});
  written("class.onnx", float_network_with_class());
  expect_done({"compile", path("class.onnx"), "-o", path("of_class.vouch"), "--input", "codes",
               "--samples", path("reals of onnx"), "--replace"});
  written("codes.onnx", network_of_codes());
  expect_done({"compile", path("codes.onnx"), "-o", path("of_codes.vouch"), "--input", "codes"});
  const std::pair<Words, std::string> models[] = {
      {{"evaluate", path("m.vouch"), "--original", path("net.tflite"), "--data",
        path("pictures of lite")},
       "TensorFlow Lite"},
      {{"evaluate", path("of_onnx.vouch"), "--original", path("float.onnx"), "--data",
        path("reals of onnx/three.npy"), "--samples", path("reals of onnx")},
       "ONNX Runtime"},
      {{"evaluate", path("of_topk.vouch"), "--original", path("topk.onnx"), "--data",
        path("reals of onnx/three.npy"), "--samples", path("reals of onnx")},
       "ONNX Runtime"},
      {{"evaluate", path("of_class.vouch"), "--original", path("class.onnx"), "--data",
        path("reals of onnx/three.npy"), "--samples", path("reals of onnx")},
       "ONNX Runtime"},
      {{"evaluate", path("of_codes.vouch"), "--original", path("codes.onnx"), "--data",
        path("reals of onnx/three.npy")},
       "ONNX Runtime"}};
  size_t ran = 0;
  std::map<std::string, std::string> missing;  // why, of frameworks that run no model
  for (const auto& [words, name] : models) {
    const Json told = expect_done(words);
    if (told.contains("original_why")) {
      const std::string why = told["original_why"];
      EXPECT_EQ(missing.emplace(name, why).first->second, why);
      continue;
    }
    ++ran;
    EXPECT_FALSE(missing.contains(name)) << missing[name];
    EXPECT_EQ(told["original_by"].get<std::string>().find(name), 0U) << told["original_by"];
    Words by_floats = words;
    by_floats.insert(by_floats.end(), {"--original-by", "float"});
    const Json floats = expect_done(by_floats);
    // Where codes are rounded the other way, a few layers on, outputs differ by some steps.
    const double step = told["output_step"].get<double>();
    EXPECT_NEAR(told["original"]["mean_error"].get<double>(),
                floats["original"]["mean_error"].get<double>(), step);
    EXPECT_NEAR(told["original"]["largest_error"].get<double>(),
                floats["original"]["largest_error"].get<double>(), 3 * step);
  }
  if (ran == 0) GTEST_SKIP() << "no python here has a framework: VOUCH_PYTHON names one";
}

TEST_F(Commands, ArraysOfRealsCalibrateAndAreEvaluated) {
  const auto written = [](const std::string& name, const Bytes& bytes) {
    write(name, std::string(bytes.begin(), bytes.end()));
    return path(name);
  };
  written("float.onnx", float_network());
  fs::create_directory(path("one each"));
  fs::create_directory(path("all"));
  const std::vector<float> values = three_inputs();
  written("all/three.npy", new_npy("3, 2, 2, 3", values));
  for (const int i : {0, 1, 2}) {
    const std::vector<float> own(values.begin() + 12 * i, values.begin() + 12 * (i + 1));
    written("one each/" + std::to_string(i) + ".npy", new_npy("2, 2, 3", own));
  }
  const auto compile = [&](const std::string& samples) {
    return Words{"compile", path("float.onnx"), "-o",          path("float.vouch"), "--input",
                 "codes",   "--samples",        path(samples), "--replace"};
  };
  // Either makes the same network: evaluate compares it.
  expect_done(compile("one each"));
  const auto evaluate = [&](const std::string& data) {
    return Words{"evaluate",  path("float.vouch"), "--data",     path(data),
                 "--samples", path("all"),         "--original", path("float.onnx")};
  };
  const Json array = expect_done(evaluate("all/three.npy"));
  const Json folder = expect_done(evaluate("one each"));
  EXPECT_EQ(array["inputs"], 3);
  EXPECT_EQ(array["original"], folder["original"]);
  EXPECT_GT(array["original"]["within_a_step"], 0.9);
  expect_error(evaluate("all"), "three.npy: it has 3 inputs");
  // The compiled model says by itself what codes stand for.
  const Json alone =
      expect_done({"evaluate", path("float.vouch"), "--data", path("all/three.npy")});
  EXPECT_EQ(alone["inputs"], 3);
  written("all/three.npy", new_npy("3, 2, 3, 2", values));
  expect_error(compile("all"), "three.npy: its shape is [3, 2, 3, 2]: store values in the order");
}

// Of a network with more than one axis to mix up, from samples within [-0.25, 0.75].
TEST_F(Commands, RealNumbersAreProvenAsTheirCodes) {
  const auto written = [](const std::string& name, const Bytes& bytes) {
    write(name, std::string(bytes.begin(), bytes.end()));
    return path(name);
  };
  const std::vector<float> values = three_inputs();
  const std::vector<float> first(values.begin(), values.begin() + 12);
  fs::create_directory(path("samples of reals"));
  written("samples of reals/three.npy", new_npy("3, 2, 2, 3", values));
  written("real.onnx", float_network());
  expect_done({"compile", path("real.onnx"), "-o", path("real.vouch"), "--input", "codes",
               "--samples", path("samples of reals")});
  expect_done({"commit", path("real.vouch"), "-o", path("real.pub")});
  const std::string one = written("one.npy", new_npy("2, 2, 3", first));
  expect_error({"prove", path("real.onnx"), one, "-o", path("none.proof")},
               "it is an .onnx file: `compile` makes");
  EXPECT_EQ(expect_done({"inspect", path("real.onnx")})["is_float"], true);
  EXPECT_EQ(expect_done({"inspect", path("real.vouch")})["inputs"][0]["shape"], Json({1, 2, 2, 3}));
  const Json ran = expect_done({"run", path("real.vouch"), one, "--codes-to", path("codes.npy")});
  EXPECT_EQ(ran["pictures"][0]["of_reals"], true);
  EXPECT_EQ(ran["pictures"][0]["cut_off"], 0);

  // What evaluate has of the same numbers is what ran, to the last bit.
  const Json step =
      expect_done({"evaluate", path("real.vouch"), "--data", one, "--original", path("real.onnx"),
                   "--samples", path("samples of reals"), "--original-by", "float"});
  const Circuit circuit = decode_model_file(read("real.vouch")).value().model.circuit();
  const std::string codes = ran["pictures"][0]["output"];
  Json answers = Json::array();
  for (size_t i = 0; i < codes.size(); i += 2) {
    const int code = std::stoi(codes.substr(i, 2), nullptr, 16);
    answers.push_back(step["output_step"].get<double>() *
                      (code - int{circuit.output_tensor().zero_point}));
  }
  write("answers.json", Json{{"outputs", Json::array({answers})}}.dump());
  const Json same = expect_done(
      {"evaluate", path("real.vouch"), "--data", one, "--reference", path("answers.json")});
  EXPECT_LT(same["reference"]["largest_error"].get<double>(), 1e-6);

  // A verifier takes the codes, and no others.
  const Json told = expect_done({"prove", path("real.vouch"), one, "-o", path("real.proof"),
                                 "--codes-to", path("proven codes.npy")});
  EXPECT_EQ(read("proven codes.npy"), read("codes.npy"));
  EXPECT_EQ(told["output"], ran["pictures"][0]["output"]);
  EXPECT_EQ(told["of_reals"], true);
  const auto verified = [&](const std::string& input) {
    return verifier_says({path("real.pub"), path("real.proof"), "--input", path(input)});
  };
  EXPECT_EQ(verified("codes.npy").status, 0);
  Bytes other = read("codes.npy");
  other.back() ^= 1U;
  written("other.npy", other);
  EXPECT_EQ(verified("other.npy").status, 1);
  EXPECT_NE(verified("one.npy").problems.find("--codes-to"), std::string::npos);

  // The same numbers in other files.
  const auto output_of = [&](const std::string& file) {
    return expect_done({"run", path("real.vouch"), file})["pictures"][0]["output"];
  };
  ByteWriter tensor;
  tensor.raw(Bytes{0x08, 2, 0x08, 2, 0x08, 3, 0x10, 1, 0x4A, 48});
  for (const float x : first) {
    tensor.u32(std::bit_cast<uint32_t>(x));
  }
  EXPECT_EQ(output_of(written("one.pb", tensor.take())), codes);
  write("one.json", Json{{"input_data", Json::array({first})}}.dump());
  EXPECT_EQ(output_of(path("one.json")), codes);
  EXPECT_EQ(output_of(path("codes.npy")), codes);
  ByteWriter doubles;
  for (const float x : first) {
    doubles.u64(std::bit_cast<uint64_t>(double{x}));
  }
  EXPECT_EQ(output_of(written("double.npy", new_npy("<f8", "12,", doubles.take()))), codes);

  // What no code stands for is cut off, and told; what is no number is refused.
  std::vector<float> far = first;
  far[3] = 100;
  far[4] = -100;
  const Json cut =
      expect_done({"run", path("real.vouch"), written("far.npy", new_npy("12,", far))});
  EXPECT_EQ(cut["pictures"][0]["cut_off"], 2);
  far[5] = NAN;
  const auto refused = [&](const std::string& file, const std::string& said) {
    expect_error({"run", path("real.vouch"), file}, said);
    expect_error({"prove", path("real.vouch"), file, "-o", path("none.proof")}, said);
    EXPECT_FALSE(fs::exists(path("none.proof")));
  };
  refused(written("nan.npy", new_npy("12,", far)), "not a finite number of float32: take it out");
  refused(written("turned.npy", new_npy("3, 2, 2", first)),
          "its shape is [3, 2, 2]: store values in the order of the model's input, [1, 2, 2, 3]");
  refused(path("samples of reals/three.npy"), "it has 3 inputs, and one is asked for");
  write("few.json", R"({"input_data": [[1, 2]]})");
  refused(path("few.json"), "'x' is [1, 2, 2, 3], 12 numbers: give as many, not 2");
  refused(written("turned.pb",
                  Bytes{0x08, 3, 0x08, 1, 0x10, 1, 0x4A, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
          "its shape is [3, 1]: store one input as the model has it, [1, 2, 2, 3]");
  Bytes bytes{0x08, 2, 0x08, 2, 0x08, 3, 0x10, 2, 0x4A, 12};
  bytes.resize(bytes.size() + 12);
  refused(written("bytes.pb", bytes), "its tensor is of uint8 or int8, which may be codes or");
  refused(written("ints.npy", new_npy("<i4", "12,", Bytes(48))),
          "of real numbers, stored as float32");
  expect_error({"run", path("real.vouch"), one, "--codes-to", one}, "one.npy");
}

TEST_F(Commands, SeveralInputsOfRealNumbersComeInOneFile) {
  onnx::ModelMaker m;
  m.input("a", {1, 2});
  m.input("b", {1, 3});
  set(m.node("Concat", {"a", "b"}, {"y"}), "axis", int64_t{1});
  m.output("y");
  const Bytes model = m.bytes();
  write("two.onnx", std::string(model.begin(), model.end()));
  fs::create_directory(path("samples of two"));
  write("samples of two/s.json", R"({"input_data": [[0, 1], [0, 1, 2]]})");
  expect_done(
      {"compile", path("two.onnx"), "-o", path("two.vouch"), "--samples", path("samples of two")});
  const Json ran =
      expect_done({"run", path("two.vouch"), path("samples of two/s.json")})["pictures"][0];
  EXPECT_EQ(ran["of_reals"], true);
  EXPECT_EQ(ran["cut_off"], 0);
  const Bytes one = new_npy("1, 2", std::vector<float>{0, 1});
  write("one of two.npy", std::string(one.begin(), one.end()));
  expect_error({"run", path("two.vouch"), path("one of two.npy")},
               "it has one input, and the model takes 2: give all of them in one .json file");
}

TEST_F(Commands, SamplesThatNothingNeedsAreTold) {
  fs::create_directory(path("samples of none"));
  const Ended told = vouch_says({"compile", path("net.tflite"), "-o", path("quantised.vouch"),
                                 "--samples", path("samples of none")});
  EXPECT_EQ(told.status, 0) << told.problems;
  EXPECT_NE(told.problems.find("--samples was not needed"), std::string::npos) << told.problems;
}

}  // namespace
}  // namespace vouch
