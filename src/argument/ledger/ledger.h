// The ledger: the argument as a public-coin protocol in which the prover's messages stay committed
// and the verifier's checks are proven.
//
//   - send(values):        P -> V: T_k = Σ t_i·G_(2^κ+i) + ω_k·H over the message's own new slots i
//   - require(expression): a linear expression of slots that must be 0
//   - multiply(a, b):      a handle for the product of two linear expressions
//   - challenge():         V -> P
//
// Nothing is checked here; the folding argument (argument/folding/) proves all requires and
// products at once. The slot of a product is sent with the others in one last message, so
// `multiply` hands out provisional slots that `place_products` moves to their places. Source:
// "commit every message, prove the verifier's checks" (Cramer–Damgård 1998; Attema–Cramer 2020,
// https://eprint.iacr.org/2020/152).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "argument/channel.h"
#include "argument/ledger/linear.h"

namespace vouch {

/// The prover's side of a ledger: what the slots hold.
class LedgerProver {
 public:
  LedgerProver() = default;
  LedgerProver(const LedgerProver&) = delete;
  LedgerProver& operator=(const LedgerProver&) = delete;
  virtual ~LedgerProver() = default;
  /// Appends the values to the slots, draws a blinder and returns the commitment T_k. `label` is
  /// the message's.
  virtual Point commit(std::string_view label, std::span<const Scalar> values) = 0;
  /// The value of an expression whose slots have been sent.
  [[nodiscard]] virtual Scalar value(const Linear& expression) const = 0;
};

class Ledger {
 public:
  /// Writes the values of one message; called on the prover's side only.
  using Fill = std::function<void(std::span<Scalar>)>;

  struct Require {
    std::string label;
    Linear expression;
  };
  struct Product {
    std::string label;
    Linear a;
    Linear b;
  };
  struct Message {
    std::string label;
    uint32_t first_slot;
    uint32_t slots;
    Point commitment;
  };

  /// `prover` is null on the verifier's side.
  Ledger(Channel& channel, LedgerProver* prover) : channel_(channel), prover_(prover) {}

  /// P -> V: one message of `count` values; returns their handles.
  std::vector<Linear> send(std::string_view label, size_t count, const Fill& fill);
  void require(std::string_view label, const Linear& expression);
  Linear multiply(std::string_view label, Linear a, Linear b);
  Scalar challenge(std::string_view label) { return channel_.challenge(label); }

  /// Gives product k the slot `first + k` in every expression so far. Called once.
  void place_products(uint32_t first);

  [[nodiscard]] Channel& channel() { return channel_; }
  [[nodiscard]] uint32_t slots() const { return slots_; }
  [[nodiscard]] const std::vector<Message>& messages() const { return messages_; }
  [[nodiscard]] const std::vector<Require>& requirements() const { return require_; }
  [[nodiscard]] const std::vector<Product>& products() const { return products_; }
  [[nodiscard]] Linear placed(const Linear& expression) const;

 private:
  static constexpr uint32_t kProvisional = 1U << 31;

  Channel& channel_;
  LedgerProver* prover_;
  uint32_t slots_ = 0;
  uint32_t first_product_ = kProvisional;
  std::vector<Message> messages_;
  std::vector<Require> require_;
  std::vector<Product> products_;
};

}  // namespace vouch
