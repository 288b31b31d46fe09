#include "evaluate/data_set.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <bit>
#include <filesystem>

#include "base/file.h"
#include "evaluate/input_array.h"
#include "evaluate/new_npy.h"
#include "evaluate/packed.h"
#include "evaluate/sample_file.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

// A circuit of 2 × 3 positions; its operators do not matter here.
Circuit reads(uint32_t channels) {
  Circuit circuit;
  circuit.tensors = {{{channels, 1, 2, 3}, 0, 0}};
  return circuit;
}

class DataSets : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = fs::temp_directory_path() / ("vouch_data_set_test_" + std::to_string(getpid()));
    fs::create_directories(directory_ / "set");
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::string write(const std::string& name, const Bytes& bytes) const {
    EXPECT_TRUE(write_file(path(name), bytes, FileAccess::kPublic).ok());
    return path(name);
  }
  void expect_refused(const std::string& name, const Circuit& circuit, const std::string& why) {
    const auto set = DataSet::open(path(name), circuit, false);
    ASSERT_FALSE(set.ok());
    EXPECT_NE(set.error().message.find(why), std::string::npos) << set.error().message;
  }

  fs::path directory_;
};

const Bytes kTwoPictures = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,  0,  0,
                            0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

TEST_F(DataSets, IdxPackedOrNotAndItsLabels) {
  write("set/t-images-idx3-ubyte.gz", packed(kTwoPictures));
  write("set/t-labels-idx1-ubyte.gz", packed({0, 0, 8, 1, 0, 0, 0, 2, 1, 0}));
  const auto set = DataSet::open(path("set"), reads(1), false);
  ASSERT_TRUE(set.ok()) << set.error().message;
  EXPECT_EQ(set.value().size(), 2U);
  EXPECT_EQ(set.value().labels_path(), path("set/t-labels-idx1-ubyte.gz"));
  EXPECT_EQ(set.value().load(1).value().codes, (Bytes{7, 8, 9, 10, 11, 12}));
  write("plain.idx", kTwoPictures);
  EXPECT_EQ(DataSet::open(path("plain.idx"), reads(1), false).value().load(0).value().codes,
            (Bytes{1, 2, 3, 4, 5, 6}));
  expect_refused("plain.idx", reads(2), "is not one of 2 rows");
}

TEST_F(DataSets, FilesInTheOrderOfTheirNames) {
  write("set/b.bin", {1, 2, 3, 4, 5, 6});
  write("set/a.i8", {0, 1, 255, 128, 127, 5});
  write("set/labels.csv", {'x'});
  const auto set = DataSet::open(path("set"), reads(1), false);
  ASSERT_TRUE(set.ok());
  ASSERT_EQ(set.value().size(), 2U);
  EXPECT_EQ(set.value().name(0), path("set/a.i8"));
  EXPECT_EQ(set.value().load(0).value().codes, (Bytes{128, 129, 127, 0, 255, 133}));
  EXPECT_EQ(set.value().load(1).value().codes, (Bytes{1, 2, 3, 4, 5, 6}));
  const auto as_signed = DataSet::open(path("set"), reads(1), true);
  EXPECT_EQ(as_signed.value().load(1).value().codes, (Bytes{129, 130, 131, 132, 133, 134}));
  const auto error = DataSet::open(path("set"), reads(2), false).value().load(1);
  ASSERT_FALSE(error.ok());
  EXPECT_NE(error.error().message.find("b.bin"), std::string::npos);
}

TEST_F(DataSets, RawFileOfSeveralInputs) {
  Bytes bytes(24);
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<uint8_t>(i);
  }
  write("two.bin", bytes);
  const auto set = DataSet::open(path("two.bin"), reads(2), false);
  ASSERT_TRUE(set.ok()) << set.error().message;
  ASSERT_EQ(set.value().size(), 2U);
  // [row][column][channel] becomes [channel][row][column].
  EXPECT_EQ(set.value().load(1).value().codes,
            (Bytes{12, 14, 16, 18, 20, 22, 13, 15, 17, 19, 21, 23}));
  write("odd.bin", Bytes(13));
  expect_refused("odd.bin", reads(2), "13 bytes");
}

// What is written for a framework is read back as the same.
TEST_F(DataSets, ArraysOfCodesAndOfReals) {
  Bytes bytes(24, 3);
  bytes[13] = 200;
  write("two.bin", bytes);
  const auto set = DataSet::open(path("two.bin"), reads(2), false);
  write("codes.npy", input_array(set.value(), reads(2).input().shape).value());
  const auto again = DataSet::open(path("codes.npy"), reads(2), false);
  ASSERT_TRUE(again.ok()) << again.error().message;
  ASSERT_EQ(again.value().size(), 2U);
  EXPECT_EQ(again.value().load(1).value().codes, set.value().load(1).value().codes);

  const std::string json = R"({"input_data": [[1, 2.5, 3, 4, 5, -6]]})";
  write("set/one.json", Bytes(json.begin(), json.end()));
  const auto reals = DataSet::open(path("set"), reads(1), false);
  write("reals.npy", input_array(reals.value(), reads(1).input().shape).value());
  const auto read = DataSet::open(path("reals.npy"), reads(1), false, Dimensions{1, 1, 2, 3});
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value().load(0).value().reals, (Sample{{1, 2.5F, 3, 4, 5, -6}}));
  EXPECT_TRUE(read.value().load(0).value().codes.empty());
}

TEST_F(DataSets, ArraysInTheModelsOrder) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  write("set/reals.npy", new_npy("1, 2, 2, 3", values));
  write("set/codes.npy", new_npy("|u1", "2, 2, 3", Bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  const auto set = DataSet::open(path("set"), reads(2), false, Dimensions{1, 2, 2, 3});
  ASSERT_TRUE(set.ok()) << set.error().message;
  ASSERT_EQ(set.value().size(), 2U);
  EXPECT_EQ(set.value().load(0).value().codes, (Bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  EXPECT_EQ(set.value().load(1).value().reals, Sample{values});
  const auto says = [](const Result<DataInput>& input) {
    return input.ok() ? "" : input.error().message;
  };
  const auto blind = DataSet::open(path("set"), reads(2), false);
  EXPECT_NE(says(blind.value().load(1)).find("--original"), std::string::npos);
  const auto halves = DataSet::open(path("set"), reads(1), false, Dimensions{1, 1, 2, 3});
  EXPECT_NE(says(halves.value().load(1)).find("reals.npy: it has 2 inputs"), std::string::npos);
  expect_refused("set/reals.npy", reads(2), "--original");
}

TEST_F(DataSets, RefusesWhatIsNone) {
  expect_refused("set", reads(1), "no inputs in this folder");
  expect_refused("nothing", reads(1), "nothing");
  write("text", {'h', 'i'});
  expect_refused("text", reads(1), "not an IDX file");
  write("broken.gz", {0x1F, 0x8B, 8, 0});
  expect_refused("broken.gz", reads(1), "damaged");
  Circuit batch = reads(1);
  batch.tensors[0].shape.batch = 2;
  expect_refused("set", batch, "2 inputs at once");
}

TEST(SampleFile, RefusesWhatIsNoSample) {
  const auto refused = [](const std::string& text) {
    return !read_json_sample(Bytes(text.begin(), text.end())).ok();
  };
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("[1]"));
  EXPECT_TRUE(refused(R"({"input_data": 3})"));
  EXPECT_TRUE(refused(R"({"input_data": [["a"]]})"));
  EXPECT_TRUE(refused(R"({"input_data": [{"a": 1}]})"));
  EXPECT_TRUE(refused(R"({"input_data": [1]})"));
  EXPECT_TRUE(refused(R"({"input_data": [[1e39]]})"));
  EXPECT_TRUE(refused(R"({"input_data": )" + std::string(100, '[') + std::string(100, ']') + "}"));
  EXPECT_FALSE(refused(R"({"input_data": [[1], [2, 3]]})"));
  // A tensor of one float: 1, and what is no number.
  EXPECT_TRUE(read_tensor_sample(Bytes{0x08, 1, 0x10, 1, 0x4A, 4, 0, 0, 0x80, 0x3F}).ok());
  EXPECT_FALSE(read_tensor_sample(Bytes{0x08, 1, 0x10, 1, 0x4A, 4, 0, 0, 0xC0, 0x7F}).ok());
}

}  // namespace
}  // namespace vouch
