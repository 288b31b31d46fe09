#include "picture/resample.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "picture/decode.h"
#include "picture/new_picture.h"
#include "picture/shared_data.h"

namespace vouch {
namespace {

// The definition, word for word.
int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

std::vector<uint8_t> definition_axis(const std::vector<uint8_t>& x, int64_t m, int64_t L, int64_t M,
                                     int64_t p) {
  const auto n = static_cast<int64_t>(x.size());
  std::vector<uint8_t> y;
  for (int64_t i = 0; i < m; ++i) {
    int64_t T = 0;
    int64_t sum = 0;
    for (int64_t j = 0; j < n; ++j) {
      const int64_t t =
          std::max<int64_t>(0, 2 * std::max(L * p, 1000 * M) -
                                   std::abs(1000 * M * (2 * j + 1 - n) - L * p * (2 * i + 1 - m)));
      T += t;
      sum += t * x[static_cast<size_t>(j)];
    }
    if (T <= 0) {
      ADD_FAILURE() << "output " << i << " reads nothing";
      return y;
    }
    y.push_back(static_cast<uint8_t>(floor_div(2 * sum + T, 2 * T)));
  }
  return y;
}

Picture definition(const Picture& in, uint32_t R, uint32_t C, uint32_t p) {
  const bool rows = uint64_t{in.rows} * C <= uint64_t{in.columns} * R;
  const int64_t L = rows ? in.rows : in.columns;
  const int64_t M = rows ? R : C;
  Picture out{R, C, std::vector<uint8_t>(size_t{3} * R * C)};
  for (size_t k = 0; k < 3; ++k) {
    std::vector<std::vector<uint8_t>> narrow;
    for (size_t y = 0; y < in.rows; ++y) {
      std::vector<uint8_t> row;
      for (size_t x = 0; x < in.columns; ++x) {
        row.push_back(in.pixel(y, x)[k]);
      }
      narrow.push_back(definition_axis(row, C, L, M, p));
    }
    for (size_t x = 0; x < C; ++x) {
      std::vector<uint8_t> column;
      for (const auto& row : narrow) {
        column.push_back(row[x]);
      }
      const auto resized = definition_axis(column, R, L, M, p);
      for (size_t y = 0; y < R; ++y) {
        out.pixels[3 * (y * C + x) + k] = resized[y];
      }
    }
  }
  return out;
}

TEST(Resample, MatchesTheDefinition) {
  struct Case {
    uint32_t rows, columns, to_rows, to_columns, crop;
  };
  for (const Case c : {Case{37, 53, 8, 8, 875}, Case{53, 37, 8, 8, 875}, Case{5, 9, 16, 16, 875},
                       Case{40, 30, 7, 13, 1000}, Case{30, 40, 13, 7, 500}, Case{1, 1, 6, 6, 875},
                       Case{1, 50, 4, 4, 875}, Case{64, 64, 1, 1, 1000}, Case{9, 9, 9, 9, 875},
                       Case{33, 200, 12, 12, 1}}) {
    const Picture picture = new_picture(c.rows * 7 + c.columns, c.rows, c.columns);
    EXPECT_EQ(resample(picture, c.to_rows, c.to_columns, c.crop),
              definition(picture, c.to_rows, c.to_columns, c.crop))
        << c.rows << " × " << c.columns << " to " << c.to_rows << " × " << c.to_columns;
  }
}

TEST(Resample, KeepsAPictureOfTheInputsSize) {
  const Picture square = new_picture(1, 96, 96);
  EXPECT_EQ(resample(square, 96, 96, 1000), square);
  const Picture wide = new_picture(2, 48, 96);
  EXPECT_EQ(resample(wide, 48, 96, 1000), wide);
}

TEST(Resample, KeepsAFlatColour) {
  for (const int value : {0, 1, 127, 254, 255}) {
    const Picture flat{61, 83,
                       std::vector<uint8_t>(size_t{61} * 83 * 3, static_cast<uint8_t>(value))};
    for (const uint8_t out : resample(flat, 17, 17, 875).pixels) {
      ASSERT_EQ(out, value);
    }
  }
}

TEST(Resample, KeepsTheCentre) {
  // 8 × 24 in three squares: only the middle one is kept.
  Picture picture{8, 24, {}};
  for (size_t i = 0; i < size_t{8} * 24; ++i) {
    const auto third = static_cast<uint8_t>(i % 24 / 8);
    picture.pixels.insert(picture.pixels.end(), {third, third, third});
  }
  const Picture middle = resample(picture, 8, 8, 1000);
  EXPECT_EQ(middle.pixels, std::vector<uint8_t>(size_t{8} * 8 * 3, 1));
}

TEST(Resample, MirrorsLikeThePicture) {
  const Picture picture = new_picture(3, 41, 29);
  Picture mirrored = picture;
  for (size_t y = 0; y < picture.rows; ++y) {
    for (size_t x = 0; x < picture.columns; ++x) {
      std::copy_n(picture.pixel(y, picture.columns - 1 - x), 3,
                  mirrored.pixels.data() + 3 * (y * picture.columns + x));
    }
  }
  const Picture small = resample(picture, 12, 12, 875);
  const Picture small_mirrored = resample(mirrored, 12, 12, 875);
  for (size_t y = 0; y < 12; ++y) {
    for (size_t x = 0; x < 12; ++x) {
      EXPECT_EQ(*small.pixel(y, x), *small_mirrored.pixel(y, 11 - x));
    }
  }
}

TEST(Resample, LargestSizesStayInRange) {
  const Picture line{1, kMaxPictureSide, std::vector<uint8_t>(size_t{3} * kMaxPictureSide, 255)};
  EXPECT_EQ(resample(line, 2, 4096, 1000).pixels, std::vector<uint8_t>(size_t{2} * 4096 * 3, 255));
  const Picture tall{kMaxPictureSide, 3, std::vector<uint8_t>(size_t{9} * kMaxPictureSide, 255)};
  EXPECT_EQ(resample(tall, 1, 1, 875).pixels, std::vector<uint8_t>(3, 255));
}

TEST(PictureCodes, ChannelsAndLuma) {
  const Picture picture{1, 2, {255, 0, 0, 10, 20, 30}};
  EXPECT_EQ(picture_codes(picture, 3), (std::vector<uint8_t>{255, 10, 0, 20, 0, 30}));
  // (19595·255 + 32768) >> 16 = 76; (19595·10 + 38470·20 + 7471·30 + 32768) >> 16 = 18.
  EXPECT_EQ(picture_codes(picture, 1), (std::vector<uint8_t>{76, 18}));
  const Picture white{1, 1, {255, 255, 255}};
  EXPECT_EQ(picture_codes(white, 1), std::vector<uint8_t>{255});
}

// Photographs resized by another implementation, whose weights are rounded: bytes equal or ±1.
TEST(Resample, AgreesWithAnotherImplementation) {
  const std::vector<std::string> names = {"bird.bmp",         "cat.bmp",      "dragonfly.bmp",
                                          "grace_hopper.bmp", "hot_dog.jpg",  "owl.jpg",
                                          "parrot.jpg",       "sunflower.bmp"};
  for (const uint32_t size : {96U, 128U, 144U, 192U, 224U}) {
    VOUCH_SHARED_DATA(golden, "golden/pictures_u8_nhwc_" + std::to_string(size) + "_x8.bin");
    const size_t bytes = size_t{3} * size * size;
    ASSERT_EQ(golden.size(), 8 * bytes);
    size_t different = 0;
    for (size_t i = 0; i < names.size(); ++i) {
      VOUCH_SHARED_DATA(file, "pictures/" + names[i]);
      const Result<Picture> picture = decode_picture(file);
      ASSERT_TRUE(picture.ok()) << picture.error().message;
      const Picture resized = resample(picture.value(), size, size, 875);
      for (size_t k = 0; k < bytes; ++k) {
        const int distance = std::abs(int{resized.pixels[k]} - int{golden[i * bytes + k]});
        ASSERT_LE(distance, 1) << names[i] << " at " << k;
        different += distance == 0 ? 0 : 1;
      }
    }
    EXPECT_LT(different, 8 * bytes / 200) << size;
    std::cout << size << ": " << different << " of " << 8 * bytes << " bytes differ by 1\n";
  }
}

}  // namespace
}  // namespace vouch
