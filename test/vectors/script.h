// The messages of a proof as its script sends them: the manifest.
#pragma once

#include "argument/folding/folding.h"
#include "vectors/vectors.h"

namespace vouch::vectors {

/// [label, kind, slots] of each message, kinds as in docs/protocol.md, section 18. The channel
/// tells points (P) and scalars (S); which points are messages of the ledger (T) the ledger knows.
class MessageList {
 public:
  void point(std::string_view label) { add(label, "P"); }
  void scalar(std::string_view label) { add(label, "S"); }
  [[nodiscard]] Json with_slots(const Ledger& ledger) const {
    Json list = list_;
    size_t next = 0;
    for (Json& message : list) {
      if (next < ledger.messages().size() && message[1] == "P" &&
          message[0] == ledger.messages()[next].label) {
        message[1] = "T";
        message[2] = ledger.messages()[next++].slots;
      }
    }
    EXPECT_EQ(next, ledger.messages().size());
    return list;
  }

 private:
  void add(std::string_view label, const char* kind) {
    list_.push_back(Json{std::string(label), kind, 0});
  }
  Json list_ = Json::array();
};

}  // namespace vouch::vectors
