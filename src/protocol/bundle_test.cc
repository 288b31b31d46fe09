#include "protocol/bundle.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "records/publication.h"
#include "records/test_store.h"

namespace vouch {
namespace {

class BundleTest : public TestDirectory {
 protected:
  void SetUp() override {
    TestDirectory::SetUp();
    bundle_.emplace(Bundle::create(path("bundle")).value());
  }
  void overwrite(const Digest& object, const std::string& content) const {
    std::ofstream(bundle_->object_path(object), std::ios::binary) << content;
  }
  std::optional<Bundle> bundle_;
};

TEST_F(BundleTest, ObjectsAreNamedByTheirContent) {
  const Bytes object{1, 2, 3};
  const Digest digest = bundle_->put(object).value();
  EXPECT_EQ(digest, file_digest(object));
  EXPECT_TRUE(bundle_->has(digest));
  EXPECT_EQ(Bundle::open(path("bundle")).value().get(digest, 3, "it").value(), object);
  const auto long_ago = std::filesystem::last_write_time(path("bundle")) - std::chrono::hours(9);
  std::filesystem::last_write_time(bundle_->object_path(digest), long_ago);
  EXPECT_EQ(bundle_->put(object).value(), digest);
  EXPECT_EQ(std::filesystem::last_write_time(bundle_->object_path(digest)), long_ago)
      << "it was there";
}

TEST_F(BundleTest, WhatIsMissingTooLargeOrDamagedIsNamed) {
  const Digest digest = bundle_->put(Bytes{1, 2, 3}).value();
  EXPECT_NE(bundle_->get(Digest{9}, 3, "picture 7").error().message.find("picture 7 is missing"),
            std::string::npos);
  EXPECT_NE(bundle_->get(digest, 2, "it").error().message.find("more than 2 bytes"),
            std::string::npos);
  overwrite(digest, "abc");
  EXPECT_NE(bundle_->get(digest, 3, "picture 7").error().message.find("picture 7 is damaged"),
            std::string::npos);
}

// What is larger than it may be is its author's if it is what its name says, else an accident.
TEST_F(BundleTest, WhatIsTooLargeIsFoundToBe) {
  const Bytes object{1, 2, 3};
  const Digest digest = bundle_->put(object).value();
  EXPECT_EQ(bundle_->find(digest, 3, "it").value(), object);
  EXPECT_EQ(bundle_->find(digest, 2, "it").value(), std::nullopt);
  EXPECT_FALSE(bundle_->find(Digest{9}, 2, "it").ok());
  overwrite(digest, "abc");
  EXPECT_FALSE(bundle_->find(digest, 3, "it").ok());
  EXPECT_FALSE(bundle_->find(digest, 2, "it").ok());
  std::filesystem::resize_file(bundle_->object_path(digest), kMaxObjectBytes + 1);
  EXPECT_NE(bundle_->find(digest, 2, "it").error().message.find("more than"), std::string::npos);
}

TEST_F(BundleTest, ObjectsHaveAMostSize) {
  EXPECT_TRUE(bundle_->put(Bytes(kMaxObjectBytes + 1)).error().message.ends_with("is too large"));
  EXPECT_TRUE(std::filesystem::is_empty(path("bundle/objects")));
}

TEST_F(BundleTest, AnObjectThatWasDamagedIsMended) {
  const Bytes object{1, 2, 3};
  const Digest digest = bundle_->put(object).value();
  for (const char* damage : {"", "abc", "abcd"}) {
    overwrite(digest, damage);
    ASSERT_TRUE(bundle_->put(object).ok());
    EXPECT_EQ(bundle_->get(digest, 3, "it").value(), object);
  }
}

TEST_F(BundleTest, ListsAreObjects) {
  const std::vector<Digest> objects{Digest{1}, Digest{2}, Digest{1}};
  const Digest list = bundle_->put_list(objects).value();
  EXPECT_EQ(bundle_->get_list(list, 3, "the list").value(), objects);
  EXPECT_FALSE(bundle_->get_list(list, 2, "the list").ok());
  const Digest odd = bundle_->put(Bytes(33)).value();
  EXPECT_NE(bundle_->get_list(odd, 9, "the list").error().message.find("no list"),
            std::string::npos);
}

TEST_F(BundleTest, ADirectoryWithoutObjectsIsNone) {
  EXPECT_NE(Bundle::open(path("nowhere")).error().message.find("is no bundle"), std::string::npos);
  EXPECT_TRUE(bundle_->find_records("provider").value().value().empty());
}

TEST_F(BundleTest, OnlyRegularFilesAreReadAndWritten) {
  namespace fs = std::filesystem;
  const Bytes object{1, 2, 3};
  const Digest digest = bundle_->put(object).value();
  const auto expect_nothing_there = [&](const char* kind) {
    EXPECT_FALSE(bundle_->has(digest)) << kind;
    EXPECT_NE(bundle_->get(digest, 3, "it").error().message.find(kind), std::string::npos);
    EXPECT_FALSE(bundle_->put(object).ok()) << kind;
    EXPECT_FALSE(bundle_->find_records("provider").value()) << kind;
    EXPECT_FALSE(bundle_->put_records("provider", {}).ok()) << kind;
  };
  fs::rename(bundle_->object_path(digest), path("elsewhere"));
  fs::create_symlink(path("elsewhere"), bundle_->object_path(digest));
  fs::create_symlink("/dev/null", bundle_->records_path("provider"));
  expect_nothing_there("symbolic link");
  fs::remove(bundle_->object_path(digest));
  fs::remove(bundle_->records_path("provider"));
  ASSERT_EQ(::mkfifo(bundle_->object_path(digest).c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo(bundle_->records_path("provider").c_str(), 0600), 0);
  expect_nothing_there("not a regular file");
}

TEST_F(BundleTest, ObjectsAreInADirectoryOfTheBundle) {
  std::filesystem::rename(path("bundle/objects"), path("elsewhere"));
  std::filesystem::create_directory_symlink(path("elsewhere"), path("bundle/objects"));
  EXPECT_NE(Bundle::open(path("bundle")).error().message.find("symbolic link"), std::string::npos);
  EXPECT_FALSE(Bundle::create(path("bundle")).ok());
}

TEST_F(BundleTest, ListsOfAnotherFormAreTheirAuthors) {
  const Digest odd = bundle_->put(Bytes(33)).value();
  EXPECT_FALSE(bundle_->find_list(odd, 9, "the list").value());
  const Digest two = bundle_->put(Bytes(64)).value();
  EXPECT_FALSE(bundle_->find_list(two, 1, "the list").value());
  EXPECT_TRUE(bundle_->find_list(two, 2, "the list").value());
  overwrite(two, std::string(33, 'x'));
  EXPECT_FALSE(bundle_->find_list(two, 2, "the list").ok()) << "anybody may have damaged it";
}

}  // namespace
}  // namespace vouch
