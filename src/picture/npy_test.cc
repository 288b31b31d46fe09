#include "picture/npy.h"

#include <gtest/gtest.h>

#include <string>

namespace vouch {
namespace {

Bytes npy(const std::string& header, size_t data, uint8_t major = 1) {
  ByteWriter w;
  w.raw(Bytes{0x93, 'N', 'U', 'M', 'P', 'Y', major, 0});
  major == 1 ? w.u16(static_cast<uint16_t>(header.size()))
             : w.u32(static_cast<uint32_t>(header.size()));
  w.raw(Bytes(header.begin(), header.end()));
  w.raw(Bytes(data, 7));
  return w.take();
}

std::string header(const std::string& descr, const std::string& order, const std::string& shape) {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape +
         ", }   \n";
}

TEST(Npy, ReadsWhatNumpyWrites) {
  for (uint8_t version = 1; version <= 3; ++version) {
    const Bytes file = npy(header("|i1", "False", "(1, 2, 3)"), 6, version);
    const Result<NpyTensor> tensor = read_npy(file);
    ASSERT_TRUE(tensor.ok()) << tensor.error().message;
    EXPECT_EQ(tensor.value().type, NpyType::kInt8);
    EXPECT_EQ(tensor.value().shape, (std::vector<uint32_t>{1, 2, 3}));
    EXPECT_EQ(tensor.value().data.size(), 6U);
  }
  const Bytes one_axis = npy(header("|u1", "False", "(5,)"), 5);
  ASSERT_TRUE(read_npy(one_axis).ok());
  EXPECT_EQ(read_npy(one_axis).value().type, NpyType::kUint8);
}

TEST(Npy, ReadsNumbersOfEveryType) {
  const auto number = [](const char* descr, const Bytes& element) {
    ByteWriter w;
    const std::string text = header(descr, "False", "(2,)");
    w.raw(Bytes{0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    w.u16(static_cast<uint16_t>(text.size()));
    w.raw(Bytes(text.begin(), text.end()));
    w.raw(Bytes(element.size()));
    w.raw(element);
    const Bytes file = w.take();
    const Result<NpyTensor> tensor = read_npy(file);
    EXPECT_TRUE(tensor.ok()) << descr;
    EXPECT_EQ(tensor.value().elements(), 2U);
    EXPECT_EQ(tensor.value().at(0), 0);
    return tensor.value().at(1);
  };
  EXPECT_EQ(number("|u1", {200}), 200);
  EXPECT_EQ(number("|i1", {200}), -56);
  EXPECT_EQ(number("<i4", {0xFE, 0xFF, 0xFF, 0xFF}), -2);
  EXPECT_EQ(number("<i8", {1, 0, 0, 0, 0, 1, 0, 0}), 1099511627777.0);
  EXPECT_EQ(number("<f4", {0, 0, 0xC0, 0xBF}), -1.5);
  EXPECT_EQ(number("<f8", {0, 0, 0, 0, 0, 0, 0xF8, 0x3F}), 1.5);
}

TEST(Npy, RefusesEverythingElse) {
  const auto refused = [](const Bytes& file, const char* why) {
    const Result<NpyTensor> tensor = read_npy(file);
    ASSERT_FALSE(tensor.ok()) << why;
    EXPECT_NE(tensor.error().message.find(why), std::string::npos) << tensor.error().message;
  };
  refused(npy(header(">f4", "False", "(2,)"), 8), "uint8, int8");
  refused(npy(header("|O", "False", "(2,)"), 8), "uint8, int8");
  refused(npy(header("<f4", "False", "(2,)"), 2), "not what its shape needs");
  refused(npy(header("<f8", "False", "(2,)"), 8), "not what its shape needs");
  refused(npy(header("|u1", "True", "(2, 2)"), 4), "C order");
  refused(npy(header("|u1", "False", "()"), 1), "shape");
  refused(npy(header("|u1", "False", "(0,)"), 0), "shape");
  refused(npy(header("|u1", "False", "(-1,)"), 1), "shape");
  refused(npy(header("|u1", "False", "(2147483648,)"), 1), "shape");
  refused(npy(header("|u1", "False", "(99999999999999999999999,)"), 1), "shape");
  refused(npy(header("|u1", "False", "(1,1,1,1,1,1,1,1,1)"), 1), "shape");
  refused(npy(header("|u1", "False", "(2, 2)"), 5), "not what its shape needs");
  refused(npy(header("|u1", "False", "(2, 2)"), 3), "not what its shape needs");
  refused(npy(header("|u1", "False", "(2147483647, 2147483647, 2147483647)"), 3), "not what its");
  refused(npy("{'descr': '|u1', 'fortran_order': False}", 1), "NumPy writes");
  refused(npy("{'descr': '|u1', 'descr': '|u1', 'shape': (1,)}", 1), "NumPy writes");
  refused(npy(header("|u1", "False", "(1,)") + "x", 1), "NumPy writes");
  refused(npy("{'descr", 1), "NumPy writes");
  refused(npy("", 1), "NumPy writes");
  refused(npy(header("|u1", "False", "(1,)"), 1, 4), "version");
  refused(npy(std::string(5000, ' '), 1), "4096");
  Bytes cut = npy(header("|u1", "False", "(1,)"), 0);
  cut.resize(40);
  refused(cut, "cut off");
  refused(Bytes{}, "not a .npy");
}

}  // namespace
}  // namespace vouch
