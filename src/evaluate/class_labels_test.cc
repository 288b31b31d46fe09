#include "evaluate/class_labels.h"

#include <gtest/gtest.h>

#include <string>

namespace vouch {
namespace {

Result<ClassLabels> labels_of_text(const std::string& text, size_t classes,
                                   const std::string& column = "") {
  return read_class_labels(Bytes(text.begin(), text.end()), classes, column);
}

TEST(ClassLabels, ByFileAndNamedColumn) {
  const std::string table = "file,label_10,label_11\r\na.png,3,4\r\nx/b.png,5,6\r\n";
  const ClassLabels ten = labels_of_text(table, 10).value();
  EXPECT_EQ(ten.of(0, "folder/a.png"), 3U);
  EXPECT_EQ(ten.of(7, "b.png"), 5U);
  EXPECT_EQ(ten.of(0, "c.png"), std::nullopt);
  EXPECT_EQ(labels_of_text(table, 11).value().of(0, "a.png"), 4U);
  EXPECT_EQ(labels_of_text(table, 12).value().of(0, "a.png"), 4U);  // the last
  EXPECT_EQ(labels_of_text(table, 12, "label_10").value().of(0, "a.png"), 3U);
  EXPECT_EQ(labels_of_text(table, 12, "2").value().of(0, "a.png"), 3U);
}

TEST(ClassLabels, WithoutAHeaderTheLastColumn) {
  const ClassLabels labels = labels_of_text("a.bin,12,7\nb.bin, 12, 2\n", 12).value();
  EXPECT_EQ(labels.size(), 2U);
  EXPECT_EQ(labels.of(0, "a.bin"), 7U);
  EXPECT_EQ(labels.of(0, "b.bin"), 2U);
}

TEST(ClassLabels, InOrder) {
  const ClassLabels lines = labels_of_text("4\n0\n\n9\n", 10).value();
  EXPECT_EQ(lines.in_order, (std::vector<uint32_t>{4, 0, 9}));
  EXPECT_EQ(lines.of(2, "whatever"), 9U);
  EXPECT_EQ(lines.of(3, "whatever"), std::nullopt);
  const ClassLabels idx = read_class_labels(Bytes{0, 0, 8, 1, 0, 0, 0, 2, 9, 1}, 10, "").value();
  EXPECT_EQ(idx.in_order, (std::vector<uint32_t>{9, 1}));
}

TEST(ClassLabels, RefusesWhatIsNoLabel) {
  const auto refused = [](const std::string& text, const std::string& why,
                          const std::string& column = "") {
    const auto labels = labels_of_text(text, 10, column);
    ASSERT_FALSE(labels.ok()) << text;
    EXPECT_NE(labels.error().message.find(why), std::string::npos) << labels.error().message;
  };
  refused("", "no labels");
  refused("file,label\n", "no labels");
  refused("a,10\n", "line 1: '10' is not a class");
  refused("a,1\nb,-1\n", "line 2: '-1'");
  refused("a,1\na,2\n", "a label already");
  refused("a,1\nb\n", "1 columns");
  refused("3\na,1\n", "2 columns");
  refused("a,1\n", "no column has the name", "class");
  refused("a,1\n", "2 columns", "3");
  EXPECT_FALSE(read_class_labels(Bytes{0, 0, 8, 1, 0, 0, 0, 1, 10}, 10, "").ok());
  EXPECT_FALSE(read_class_labels(Bytes{0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 1, 1}, 10, "").ok());
}

}  // namespace
}  // namespace vouch
