// The smallest proof that there is: one operator on two codes, lookup tables of 2^11 rows. For
// tests that verify thousands of times.
#pragma once

#include "attack_case.h"
#include "prove/weight_bound_prover.h"

namespace vouch::dense {

inline Circuit tiny_circuit() {
  Circuit c;
  c.shift = 4;
  c.model_kappa = 4;
  c.input_kappa = 4;
  c.tables = {ActivationTable::clamp(9, 10, 200)};
  c.tensors = {{{2, 1, 1, 1}, 3, 0}, {{2, 1, 1, 1}, 100, 0}};
  c.ops = {{OpKind::kConv2d, {0}, {}, {}}};
  return c;
}

inline Weights tiny_weights() { return {{{3, -2, 5, 1}, {1000, 1200}}}; }
inline const std::vector<uint8_t> tiny_picture{9, 40};

inline const DenseModel& tiny_model() {
  static const DenseModel model(tiny_circuit(), tiny_weights(), {6, {6, 2}, 1}, test_generators());
  return model;
}

/// An honest proof of it, for a context of three bytes.
inline const DenseProof& tiny_proof() {
  static const DenseProof made = [] {
    Forgery forgery(tiny_model(), run(tiny_model().circuit, tiny_model().columns,
                                      tiny_model().weights, tiny_picture));
    forgery.context = {'a', 'b', 'c'};
    return prove_densely(tiny_model(), forgery, test_generators());
  }();
  return made;
}

/// The same network, committed to and proven about by its owner's programs.
struct TinyOwner {
  Bytes model_public;
  Bytes proof;
};
inline const TinyOwner& tiny_owner() {
  static const TinyOwner made = [] {
    const ProverModel model(tiny_circuit(), tiny_weights(), ProverModel::Seed{7},
                            test_generators());
    ProveOptions options;
    options.shape = {6, {6, 2}, 1};
    return TinyOwner{
        encode_model_public({model.commitment(), prove_weight_bound(model, test_generators())}),
        encode_proof(prove(model, std::vector<Bytes>{tiny_picture}, options, test_generators())
                         .value()
                         .proof)};
  }();
  return made;
}

}  // namespace vouch::dense
