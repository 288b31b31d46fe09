// Codes of several pictures in one tensor, against plain loops.
#include "circuit/pictures.h"

#include <gtest/gtest.h>

namespace vouch {
namespace {

const Shape kShapes[] = {{1, 1, 1, 1}, {3, 1, 1, 1}, {1, 4, 1, 1}, {3, 2, 1, 1},
                         {1, 1, 3, 5}, {4, 1, 2, 3}, {2, 3, 4, 5}};

// Number of an element in [channel][batch][row][column].
size_t at(const Shape& s, size_t channel, size_t batch, size_t row, size_t column) {
  return ((channel * s.batch + batch) * s.rows + row) * s.columns + column;
}

Bytes numbered(size_t count, size_t first) {
  Bytes out(count);
  for (size_t i = 0; i < count; ++i) {
    out[i] = static_cast<uint8_t>(31 * (first + i) + (first + i) / 256);
  }
  return out;
}

std::vector<Bytes> pictures_of(const Shape& shape, size_t count) {
  std::vector<Bytes> out;
  for (size_t i = 0; i < count; ++i) {
    out.push_back(numbered(shape.elements(), 1000 * i));
  }
  return out;
}

TEST(Pictures, JoinedOneAfterTheOtherAlongTheBatch) {
  for (const Shape& shape : kShapes) {
    for (const size_t count : {size_t{1}, size_t{2}, size_t{5}}) {
      const auto pictures = pictures_of(shape, count);
      const Bytes joined = join_pictures(shape, pictures);
      Shape all = shape;
      all.batch *= static_cast<uint32_t>(count);
      ASSERT_EQ(joined.size(), all.elements());
      for (size_t c = 0; c < shape.channels; ++c) {
        for (size_t i = 0; i < count; ++i) {
          for (size_t b = 0; b < shape.batch; ++b) {
            for (size_t y = 0; y < shape.rows; ++y) {
              for (size_t x = 0; x < shape.columns; ++x) {
                ASSERT_EQ(joined[at(all, c, i * shape.batch + b, y, x)],
                          pictures[i][at(shape, c, b, y, x)]);
              }
            }
          }
        }
      }
      EXPECT_EQ(split_pictures(shape, joined), pictures);
    }
  }
}

TEST(Pictures, OfOneAreThemselves) {
  for (const Shape& shape : kShapes) {
    const auto pictures = pictures_of(shape, 1);
    EXPECT_EQ(join_pictures(shape, pictures), pictures[0]);
  }
}

TEST(Pictures, OfNoneAreNone) {
  EXPECT_EQ(join_pictures({2, 1, 3, 3}, {}), Bytes{});
  EXPECT_EQ(split_pictures({2, 1, 3, 3}, {}), std::vector<Bytes>{});
}

TEST(Pictures, BatchFirst) {
  for (const Shape& shape : kShapes) {
    const Bytes codes = numbered(shape.elements(), 7);
    const Bytes ordered = batch_first(shape, codes);
    ASSERT_EQ(ordered.size(), codes.size());
    size_t i = 0;
    for (size_t b = 0; b < shape.batch; ++b) {
      for (size_t c = 0; c < shape.channels; ++c) {
        for (size_t y = 0; y < shape.rows; ++y) {
          for (size_t x = 0; x < shape.columns; ++x) {
            ASSERT_EQ(ordered[i++], codes[at(shape, c, b, y, x)]);
          }
        }
      }
    }
  }
}

// In column D's order, pictures of a batch follow one another as they are alone.
TEST(Pictures, BatchFirstOfJoinedPicturesAreTheirOwn) {
  for (const Shape& shape : kShapes) {
    const auto pictures = pictures_of(shape, 3);
    Shape all = shape;
    all.batch *= 3;
    Bytes expected;
    for (const Bytes& picture : pictures) {
      const Bytes own = batch_first(shape, picture);
      expected.insert(expected.end(), own.begin(), own.end());
    }
    EXPECT_EQ(batch_first(all, join_pictures(shape, pictures)), expected);
  }
}

}  // namespace
}  // namespace vouch
