#include "picture/prepare.h"

#include <gtest/gtest.h>

#include "picture/new_picture.h"
#include "picture/png.h"
#include "picture/resample.h"

namespace vouch {
namespace {

Circuit circuit_of(const Shape& shape, const Preparation& preparation) {
  Circuit circuit;
  circuit.tensors.push_back({shape, 0, 0});
  circuit.preparation = preparation;
  return circuit;
}

const Circuit& photo_circuit() {
  static const Circuit circuit = circuit_of({3, 1, 8, 8}, {8, 8, 875});
  return circuit;
}

Bytes npy(char sign, const std::string& shape, const Bytes& data) {
  const std::string header = std::string("{'descr': '|") + sign +
                             "1', 'fortran_order': False, 'shape': " + shape + ", }\n";
  ByteWriter w;
  w.raw(Bytes{0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
  w.u16(static_cast<uint16_t>(header.size()));
  w.raw(Bytes(header.begin(), header.end()));
  w.raw(data);
  return w.take();
}

TEST(Prepare, PicturesAreResampled) {
  const Picture picture = new_picture(9, 31, 47);
  const auto codes = prepare_input(photo_circuit(), write_png(picture), "photo.png");
  ASSERT_TRUE(codes.ok()) << codes.error().message;
  EXPECT_EQ(codes.value(), picture_codes(resample(picture, 8, 8, 875), 3));
}

TEST(Prepare, TheCircuitSaysTheCrop) {
  const Picture picture = new_picture(9, 8, 8);
  const Circuit whole = circuit_of({3, 1, 8, 8}, {8, 8, 1000});
  EXPECT_EQ(prepare_input(whole, write_png(picture), "").value(), picture_codes(picture, 3));
  EXPECT_NE(prepare_input(photo_circuit(), write_png(picture), "").value(),
            picture_codes(picture, 3));
}

TEST(Prepare, TensorsBecomePlanar) {
  const Circuit circuit = circuit_of({2, 1, 1, 3}, {0, 0, 0});
  const Bytes bytes = {0, 10, 1, 11, 2, 12};
  const std::vector<uint8_t> planar = {0, 1, 2, 10, 11, 12};
  EXPECT_EQ(prepare_input(circuit, bytes, "x.bin").value(), planar);
  EXPECT_EQ(prepare_input(circuit, bytes, "x.RAW").value(), planar);
  for (const char* shape : {"(1, 3, 2)", "(1, 1, 3, 2)", "(3, 2)"}) {
    EXPECT_EQ(prepare_input(circuit, npy('u', shape, bytes), "x.npy").value(), planar) << shape;
  }
  const std::vector<uint8_t> offset = {128, 129, 130, 138, 139, 140};
  EXPECT_EQ(prepare_input(circuit, npy('i', "(3, 2)", bytes), "").value(), offset);
  EXPECT_EQ(prepare_input(circuit, bytes, "x.i8").value(), offset);
  const Circuit flat = circuit_of({3, 1, 1, 1}, {0, 0, 0});
  EXPECT_EQ(prepare_input(flat, npy('i', "(1, 3)", {0x80, 0xFF, 0x7F}), "").value(),
            (std::vector<uint8_t>{0, 127, 255}));
}

TEST(Prepare, RefusesWhatDoesNotFit) {
  const auto refused = [](const Circuit& circuit, const Bytes& file, const char* name,
                          const char* why) {
    const auto codes = prepare_input(circuit, file, name);
    ASSERT_FALSE(codes.ok()) << why;
    EXPECT_NE(codes.error().message.find(why), std::string::npos) << codes.error().message;
  };
  const Circuit tensor = circuit_of({2, 1, 1, 3}, {0, 0, 0});
  refused(tensor, Bytes(5), "x.bin", "5 bytes");
  refused(tensor, Bytes(7), "x.bin", "7 bytes");
  refused(tensor, npy('u', "(2, 3)", Bytes(6)), "x.npy", "[2, 3]");
  refused(tensor, npy('u', "(6,)", Bytes(6)), "x.npy", "[6]");
  refused(tensor, write_png(new_picture(1, 4, 4)), "x.png", "tensor of codes");
  refused(photo_circuit(), Bytes(6), "x.png", "not a JPEG");
  refused(circuit_of({3, 2, 8, 8}, {8, 8, 875}), write_png(new_picture(1, 4, 4)), "x.png",
          "2 inputs at once");
}

TEST(NewPicture, IsReproducible) {
  EXPECT_EQ(new_picture(1, 40, 50), new_picture(1, 40, 50));
  EXPECT_NE(new_picture(1, 40, 50), new_picture(2, 40, 50));
  const Picture picture = new_picture(7, 3, 5);
  EXPECT_EQ(picture.pixels.size(), 45U);
  // Known bytes: other machines give the same.
  uint32_t sum = 0;
  for (const uint8_t byte : picture.pixels) {
    sum = sum * 31 + byte;
  }
  EXPECT_EQ(sum, 4186181191U);
}

}  // namespace
}  // namespace vouch
