#!/usr/bin/env python3
"""Takes away each check of the argument and the verifier, one at a time, and tells what is then accepted.

usage: test/mutations.py SCRATCH [--only REGEX] [--after NAME] [--attacks]
       test/mutations.py --table | --check ATTACKS_TEST

Works on a copy of the last commit in the directory SCRATCH, which holds a build of it. --attacks leaves
out all but what the attacks of test/*_attacks_test.cc decide, and builds only these. Each result is
written into test/mutations.json as it is known: a run that was stopped goes on with --after, the name
of the last mutation that it told, and one that is chosen by --only renews its own.

What is expected of a mutation is its kind, see KINDS; exits 1 if another thing happens.

--table writes the tables of docs/security.md from mutations.json. --check is quick: every mutation still
matches the sources, has the result that its kind expects and stands in the tables, and every attack in
them is a test of ATTACKS_TEST.
"""
import argparse
import fnmatch
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RESULTS = os.path.join(TOP, 'test', 'mutations.json')
SECURITY = os.path.join(TOP, 'docs', 'security.md')

ARG = 'src/argument/argument.cc'
LOOKUP = 'src/argument/logup/lookup.cc'
FOLDING = 'src/argument/folding/folding.cc'
OPENING = 'src/argument/opening/opening.cc'
STATEMENT = 'src/argument/statement.cc'
VERIFY = 'src/verify/verify.cc'
ROWS = 'src/verify/decode_rows.cc'
BATCH = 'src/verify/batch.cc'
BOUND = 'src/argument/bound/weight_bound.cc'
BOUND_CHECK = 'src/verify/bound_check.cc'
EQUATION = 'src/verify/equation.cc'
READER = 'src/verify/proof_reader.cc'
FILES = 'src/verify/files.cc'
POINTS = 'src/group/ristretto.cc'
PROVE = 'src/prove/prove.cc'

# Mutations by a label: the same edits for all of them, so that one build does, and a variable of the
# environment that says which.
LEDGER = 'src/argument/ledger/ledger.cc'
TRANSCRIPT = 'src/transcript/transcript.cc'
SWITCHES = [
    (TRANSCRIPT, '#include <algorithm>\n', """#include <algorithm>
#include <cstdlib>
#include <string>

// Whether the label is one of ;LABEL;LABEL; in the variable.
static bool switched(const char* variable, std::string_view label) {
  const char* labels = std::getenv(variable);
  return labels != nullptr &&
         std::string(labels).find(";" + std::string(label) + ";") != std::string::npos;
}
"""),
    (TRANSCRIPT, 'void Transcript::absorb(std::string_view label, ByteSpan data) {\n',
     """void Transcript::absorb(std::string_view label, ByteSpan data) {
  if (switched("VOUCH_UNABSORBED", label)) {
    return;
  }
"""),
    (TRANSCRIPT, '  for (uint32_t counter = 0;; ++counter) {\n',
     """  if (switched("VOUCH_CONSTANT", label)) {
    return Scalar::from_u64(std::strtoull(std::getenv("VOUCH_VALUE"), nullptr, 10));
  }
  for (uint32_t counter = 0;; ++counter) {
"""),
    (TRANSCRIPT, 'Bytes Transcript::challenge_bytes(std::string_view label, size_t n) {\n',
     """Bytes Transcript::challenge_bytes(std::string_view label, size_t n) {
  if (switched("VOUCH_CONSTANT", label)) {
    return Bytes(n, static_cast<uint8_t>(std::strtoull(std::getenv("VOUCH_VALUE"), nullptr, 10)));
  }
"""),
    (LEDGER, '#include "base/check.h"\n', '#include "base/check.h"\n#include <cstdlib>\n'),
    (LEDGER, '  require_.push_back({std::string(label), placed(expression)});\n',
     """  const char* left_out = std::getenv("VOUCH_UNREQUIRED");
  if (left_out == nullptr || label != left_out) {
    require_.push_back({std::string(label), placed(expression)});
  }
"""),
]


def without_require(label):
    return {'VOUCH_UNREQUIRED': label}


def constant(label, value=54321):
    return {'VOUCH_CONSTANT': ';%s;' % label, 'VOUCH_VALUE': str(value)}


def unabsorbed(*labels):
    """Neither side absorbs it: honest proofs are accepted."""
    return {'VOUCH_UNABSORBED': ';%s;' % ';'.join(labels)}


# What has to happen if a mutation of this kind is made.
KINDS = {
    'check': 'an attack is accepted',
    'twice': 'no attack is accepted, for the reason given',
    'honest': 'a proof that is true is rejected',
    'refusal': 'a test fails: something is read that must not be',
    'blinder': 'a test of what proofs hide fails',
}


class Mutation:
    def __init__(self, kind, name, edits, tests, reason):
        self.kind, self.name, self.tests, self.reason = kind, name, tests, reason
        # A switch of SWITCHES and its value, or edits of its own.
        self.edits, self.switch = (SWITCHES, edits) if isinstance(edits, dict) else (edits, {})


MUTATIONS = []


def mutation(kind, name, edits, tests, reason=''):
    MUTATIONS.append(Mutation(kind, name, edits, tests, reason))


def check(name, edits, *attacks):
    """A mutation under which one of the attacks (filters as GROUP/NAME, or of other tests) succeeds."""
    mutation('check', name, edits, [('attacks', gtest_filter(attacks))])


def twice(name, edits, reason, *attacks):
    mutation('twice', name, edits, [('attacks', gtest_filter(attacks))], reason)


def honest(name, edits, reason):
    mutation('honest', name, edits, [('dense', 'Honest*')], reason)


def gtest_filter(names):
    """GROUP/NAME stands for the attack's test."""
    return ':'.join(re.sub(r'^([\w*]+)/([\w*]+)$', r'\1/Attacked.IsStopped/\2', n) for n in names)


def short_name(test):
    """And back."""
    return test.replace('/Attacked.IsStopped/', '/')


# Requires.
for label, attacks in (
        ('root', ['WrongRounding/Root']), ('lookup layer', ['WrongRounding/*']),
        ('lookup round', ['WrongRounding/*']), ('bilinear round', ['Bilinear/Round']),
        ('opening round', ['Opening/*']), ('bilinear ends', ['Bilinear/Product']),
        ('table denominator', ['WrongRounding/LeafTableQ', 'Lookups/TableWithARowOfOnesOwn',
                               'Pads/RowPastTheTables']),
        ('product f', ['Products/FalseProductAnd*']), ('product g', ['Products/FalseProductAnd*']),
        ('product h', ['Products/FalseProductAnd*'])):
    check('require: ' + label, without_require(label), *attacks)
check('all requires', [(FOLDING, 'form.add(require.expression, power);', '(void)power;')],
      'WrongRounding/Root', 'Bilinear/Round', 'Bilinear/Product')
check('requires share a power of μ', [(FOLDING, '    power *= mu;\n', '')], 'Foreseen/Mu')

# Claims.
CLAIMS = {
    'W': ([(ARG, 'claims_.push_back(std::move(left));', '')],
          ['Bilinear/Weights*', 'Columns/WeightOf*', 'Multipliers/ElementShiftedInTheFactors']),
    'X': ([(ARG, 'claims_.push_back(std::move(right));', '')],
          ['Bilinear/Activations*', 'Bilinear/ReadAs*']),
    'w': ([(ARG, '      multiplier_claim(products[j], multiplier);\n', '')],
          ['Multipliers/*', 'Columns/WeightOf*']),
    'C': ([(ARG, 'claims_.push_back(std::move(c));', '')],
          ['WrongRounding/LeafC*', 'Lookups/TagOf*', 'Pads/ClampedZeroUnder*']),
    'R': ([(ARG, 'claims_.push_back(std::move(remainder));', '')],
          ['Run/Conv*', 'Columns/BiasOf*', 'WrongRounding/LeafR*', 'Bilinear/ClaimR*']),
    # The tests' prover reads its point off these: keep them, with weight 0.
    'D': ([(ARG, 'column_claim(Tree::kInput, Column::kD, kPlainTag, at_.input_q);',
            'claims_.emplace_back(kColumns);\n'
            '    add_evaluation(claims_.back(), Column::kD, Scalar::zero(), at_.point(Tree::kInput));')],
          ['WrongRounding/LeafInput*', 'Columns/InputCode256LookedUpAs255']),
    'm': ([(ARG, 'Column::kM, -Scalar::one()', 'Column::kM, Scalar::zero()'),
           (ARG, 'multiplicities.value = at_.table_p;', '')],
          ['WrongRounding/LeafTableP*', 'Lookups/OtherMultiplicities*']),
    'L': ([(ARG, 'column_claim(Tree::kLow, Column::kL, kRangeTag, at_.low_q);',
            'claims_.emplace_back(kColumns);\n'
            '      add_evaluation(claims_.back(), Column::kL, Scalar::zero(), at_.point(Tree::kLow));')],
          ['LowTree/Leaf*', 'Boundary/*LowLimbNotLookedUp*']),
    'y': ([(ARG, 'claim.value = Linear(value);\n    claims_.push_back(std::move(claim));', '')],
          ['Opening/*']),
}
for name, (edits, attacks) in CLAIMS.items():
    check('claim ' + name, edits, *attacks)
for kind, name in (('kConv2d', 'Convolution'), ('kDepthwiseConv2d', 'Depthwise'),
                   ('kLinearMap', 'Map'), ('kProduct', 'Product')):
    if kind != 'kProduct':
        check('claim W: terms of ' + name, [(
            ARG, 'term = kind.weight_term(shape, at)) {',
            'term = kind.weight_term(shape, at); term && shape.kind != OpKind::%s) {' % kind)],
            'Bilinear/%sWithoutWeights' % name)
    check('claim X: terms of ' + name, [(
        ARG, 'for (ActivationTerm& term : kind.activation_terms(shape, at)) {',
        'for (ActivationTerm& term : kind.activation_terms(shape, at)) {\n'
        '        if (shape.kind == OpKind::%s) continue;' % kind)],
        'Bilinear/%sWithoutInputs' % name)
    check('claim R: biases of ' + name, [(
        ARG, 'remainder.parts[index(Column::kB)].bricks.push_back(',
        'if (shape.kind != OpKind::%s) remainder.parts[index(Column::kB)].bricks.push_back(' % kind)],
        'Bilinear/%sWithoutBiases' % name)
check('claim W: factor terms of Product', [(
    ARG, 'add_activation_term(left, op, std::move(*term), power);', '')],
    'Bilinear/ProductWithoutWeights')
check('claims W, X: zero-points', [(
    ARG, 'claim.value += Linear(Scalar::from_u64(circuit_.tensors[tensor].zero_point) * total(brick));', '')],
    'Bilinear/NoZeroPoints')

# Products of tensors.
CLAIMED, FACTORS = ('      power *= zeta;\n      claim += power * sums[1 + j];',
                    '        power *= zeta;\n        add_activation_term(left, op, std::move(*term), power);')
check('claim R: shares of products', [(
    ARG, 'total += ledger_.multiply("product", multiplier, sums[1 + j]);',
    '(void)ledger_.multiply("product", multiplier, sums[1 + j]);')], 'Multipliers/NoShares')
check('claim R: multipliers of products', [(
    ARG, 'total += ledger_.multiply("product", multiplier, sums[1 + j]);',
    '(void)ledger_.multiply("product", multiplier, sums[1 + j]);\n      total += sums[1 + j];')],
    'Multipliers/AllOne')
check('claim w: of the first product for all', [(
    ARG, 'multiplier_claim(products[j], multiplier);', 'multiplier_claim(products[0], multiplier);')],
    'Multipliers/OfTheFirst')
check('bilinear: sums of products in its claim', [
    (ARG, 'claim += power * sums[1 + j];', ''),
    (ARG, 'add_activation_term(left, op, std::move(*term), power);', '')],
    'Multipliers/SumsOfNothing')
check('bilinear: products share a power of ζ', [
    (ARG, CLAIMED, CLAIMED.replace('*=', '=')), (ARG, FACTORS, FACTORS.replace('*=', '='))],
    'Multipliers/SumsThatCancelUnderOnePower')
check('bilinear: no power of ζ for the first product', [
    (ARG, CLAIMED, '      claim += power * sums[1 + j];\n      power *= zeta;'),
    (ARG, FACTORS,
     '        add_activation_term(left, op, std::move(*term), power);\n        power *= zeta;')],
    'Multipliers/SumsThatCancelWithoutAPower')
check('bilinear: ζ drawn before the sums are sent', [
    (ARG, 'const Scalar zeta = ledger_.challenge("bilinear products");', ''),
    (ARG, '    // P -> V  B, S_1',
     '    const Scalar zeta = ledger_.challenge("bilinear products");\n    // P -> V  B, S_1')],
    'Foreseen/Zeta*')
check('claim C: E', [(ARG, 'add_evaluation(c, Column::kE, challenges_.gamma, r());', '')],
      'Lookups/ExcessNotLookedUp')
check('claims share a power of η', [(OPENING, '    power *= eta;\n', '')], 'Foreseen/Eta',
      'PredicateClaim/OneLessAndTwoLast')
check('opening: last claim', [
    (FOLDING, 'form.add(ledger.placed(opening.claim), -power);', ''),
    (FOLDING, 'power * inverse.back()', 'Scalar::zero()')], '*/*UntilTheOpening')
check('output shares challenge and power with claim R', [
    (ARG, 'brick.offset = 0;', ''),
    (ARG, 'delta.push_back(ledger_.challenge("output delta"));',
     'delta.push_back(Scalar::zero());'),
    (ARG, 'brick_eq(brick, delta).axes}', 'outputs_[last].axes}'),
    (ARG, 'claim.value = Linear(value);\n    claims_.push_back(std::move(claim));',
     'ColumnClaim& of_r = claims_[3 + columns_.products()];\n'
     '    of_r.parts[index(Column::kX)].bricks.push_back('
     'claim.parts[index(Column::kX)].bricks[0]);\n'
     '    of_r.value += Linear(value);')], 'Opening/AbsorbedBy*')

# Lookups.
check('tags', [('src/circuit/tables.h', 'return alpha - gamma * gamma * Scalar::from_u64(tag);',
                '(void)tag; return alpha;'),
               (ARG, 'gamma2 * tag_extension(columns_, r())', 'Scalar::zero()')],
      'Lookups/RowOfAnotherTensorsTable', 'Lookups/CodesInThePlainTable', 'Pads/ClampedZero*')
check('tag: the plain one wanted of all', [(
    'src/circuit/tables.cc', 'for (size_t op = 0; op < bricks.size(); ++op) {',
    'for (size_t op = 0; op < 0; ++op) {')], 'Lookups/CodesInThePlainTable')
TABLE, TABLES = 'src/circuit/activation_table.cc', 'src/circuit/tables.cc'
check('table: steps that fall', [(
    TABLE, '    f += above * Scalar::from_i64(ramp.rise);',
    '    f += ramp.rise > 0 ? above * Scalar::from_i64(ramp.rise) : Scalar::zero();')],
    'Lookups/TableWithoutFallingSteps')
check('table: that of the circuit for each tensor', [(
    TABLES, 'activation_rows(circuit.tables[k]', 'activation_rows(circuit.tables[0]')],
    'Lookups/TableOfTheFirst')


def in_the_root(tree, sum_of_two):
    """Another sum where this tree is added: 'input' or 'tables', of which there is one, or 'low' or
    'predicate', if there is not the other."""
    where = {'input': 'k + 2 == roots.size()', 'tables': 'k + 1 == roots.size()',
             'low': 'k == 1 && roots.size() == 4', 'predicate': 'k == 2 && roots.size() == 4'}[tree]
    return [(LOOKUP, 'sum.P = left + right;',
             '(void)left, (void)right;\n    sum.P = %s ? %s : left + right;' % (where, sum_of_two))]


check('sign of the tables in the root', in_the_root('tables', 'left - right'), 'Lookups/WrongSign')
check('input left out of the root', in_the_root('input', 'left'), 'Lookups/InputLeftOut*')
check('activations left out of the root', in_the_root('input', 'right'), 'Lookups/ActivationsLeftOut')
check('lookups left out of the root', in_the_root('tables', 'right'), 'Lookups/NoMultiplicities')
honest('tables left out of the root', in_the_root('tables', 'left'),
       'the lookups of a true proof do not add up to 0 without what they look up')

# Exact rounding.
WINDOWS, CIRCUIT = 'src/circuit/window_table.cc', 'src/circuit/circuit.h'
check('low tree left out of the root', in_the_root('low', 'left'), 'Limbs/LowTreeLeftOut')
check('sign of the low tree in the root', in_the_root('low', 'left - right'), 'Limbs/LowTreeSubtracted')
check('low tree shares the main one\'s power of μ', [
    (LOOKUP, 'weight *= mu;', 'weight *= tree == Tree::kMain && shape_.has(Tree::kLow) ? Scalar::one() : mu;')],
    'LowTree/SharesAPower')
check('claim R: unit of E', [(CIRCUIT, 'exact() ? limbs().window() : code_unit()', 'code_unit()')],
      'Limbs/ErrorsInCodes')
check('claim R: unit of the upper limb', [(CIRCUIT, 'exact() ? limbs().T() : 1',
                                           'exact() ? int64_t{1} << shift : 1')],
      'Limbs/SplitAtAPowerOfTwo')
honest('claim R: lower limb', [(ARG, 'add_evaluation(remainder, Column::kL, Scalar::one(), r());',
                                'add_evaluation(remainder, Column::kL, Scalar::zero(), r());')],
       'A is then short of it in true proofs')
honest('low tree opened where the main one is', [(
    ARG, 'add_evaluation(claim, column, Scalar::one(), at_.point(tree));',
    'add_evaluation(claim, column, Scalar::one(), '
    'at_.point(tree == Tree::kLow ? Tree::kMain : tree));')],
    'Q is then another point\'s')
check('table: limbs end at T', [(TABLES, 'rows = brick.elements();',
                                 'rows = k == 0 ? brick.slots() : brick.elements();')],
      'Boundary/*InAPad')
check('table: windows end', [
    (TABLES, 'rows = brick.elements();',
     'rows = k == 0 || k + 1 == bricks.size() ? brick.elements() : brick.slots();'),
    (WINDOWS, 'sequence(point, rest, table.rows(),', 'sequence(point, rest, uint64_t{1} << point.size(),')],
    'Windows/PastTheTableInItsPads')
check('table: zero-points of boundaries', [(WINDOWS, 'static_cast<int>(X) - zero_point', 'static_cast<int>(X)')],
      'Windows/OfAnotherZeroPoint')
check('table: boundaries of float32', [(WINDOWS, 'if (boundaries == Boundaries::kFloor) {', 'if (true) {')],
      'Windows/OfFloor')

# Hidden outputs.
PREDICATE = 'src/argument/predicate/predicate_claims.cc'
check('predicate tree left out of the root', in_the_root('predicate', 'left'), 'PredicateTree/LeftOut')
check('sign of the predicate tree in the root', in_the_root('predicate', 'left - right'),
      'PredicateTree/Subtracted')
check('predicate tree shares the input\'s power of μ', [
    (LOOKUP, 'weight *= mu;',
     'weight *= tree == Tree::kInput && shape_.has(Tree::kPredicate) ? Scalar::one() : mu;')],
    'PredicateTree/SharesAPower')
check('claim q', [(ARG, '''claims_.push_back(
          predicate.lookups(at_.point(Tree::kPredicate), challenges_, at_.predicate_q));''', '')],
      'PredicateTree/Leaf*', 'PredicateTree/*Holds', 'Ranking/*NotLookedUp')
for name, lookup, attacks in (
        ('h', 'kMembers', ['Ranking/HalvesOfMembersNotLookedUp']),
        ('g', 'kLast', ['Ranking/LastThatPermutesNotLookedUp']),
        ('λ', 'kLabels', ['HiddenLabel/ThatCancelsNotLookedUp']),
        ('μ', 'kMatches', ['HiddenLabel/HalfMatchesNotLookedUp']),
        ('b', 'kBits', ['Decision/*HalvesNotLookedUp'])):
    check('claim q: ' + name, [(PREDICATE, 'if (layout_.has(lookup)) {',
                                'if (layout_.has(lookup) && lookup != PredicateLookup::%s) {' % lookup)],
          *attacks)
for name, lookup, attacks in (
        ('w', 'kRanks', ['Ranking/TieBrokenTheOtherWayNotLookedUp', 'Ranking/WrongClassNotLookedUp',
                         'Ranking/ThresholdBetweenCodesNotLookedUp']),
        ('x', 'kUnmatched', ['HiddenLabel/NoMatchNotLookedUp', 'HiddenLabel/MatchWithout*NotLookedUp']),
        ('e', 'kDecisions', ['Decision/Contains*NotLookedUp', 'Decision/Score*NotLookedUp'])):
    check('claim q: ' + name, [(PREDICATE, 'if (layout_.has(PredicateLookup::%s)) {' % lookup,
                                'if (false) {')], *attacks)
for name, term, attack in (
        ('codes of w', 'claim.add_scores(inputs, classes);', 'Ranking/WithoutScores'),
        ('h of w', 'claim.add(OutputPart::kMembers, times(inputs, -256), classes);',
         'Ranking/WithoutMembers'),
        ('h of x', 'claim.add(OutputPart::kMembers, times(eq.axes[0], 255), eq.axes[1]);',
         'HiddenLabel/WithoutMembers'),
        ('λ of x', 'claim.add(OutputPart::kLabels, times(eq.axes[0], 255), eq.axes[1]);',
         'HiddenLabel/WithoutLabels'),
        ('μ of x', 'claim.add(OutputPart::kMatches, times(eq.axes[0], -2 * 255), eq.axes[1]);',
         'HiddenLabel/WithoutMatches'),
        ('h of e', 'claim.add(OutputPart::kMembers, inputs, indicator(predicate_.classes));',
         'Decision/WithoutMembers'),
        ('255 of e', 'claim.add_constant(Scalar::from_u64(255) * sum(inputs));',
         'Decision/WithoutConstant'),
        ('code of e', 'claim.add_scores(inputs, indicator(predicate_.classes));',
         'Decision/WithoutScores'),
        ('256 − threshold of e',
         'claim.add_constant(Scalar::from_i64(256 - predicate_.threshold) * sum(inputs));',
         'Decision/WithoutScoresConstant'),
        ('committed b of e', 'claim.add(OutputPart::kBits, times(inputs, -256));',
         'Decision/WithoutCommittedBits'),
        ('b of e', 'claim.add_constant(Scalar::from_i64(-256) * sum(product(inputs, bits())));',
         'Decision/WithoutBits')):
    check('claim q: ' + name, [(PREDICATE, term, '')], attack)
check('claim q: threshold of e', [(PREDICATE, '256 - predicate_.threshold', '256')],
      'Decision/WithoutThreshold')
for name, term, why in (
        ('t of w', 'claim.add(OutputPart::kThresholds, product(times(inputs, -1), Axis(inputs_, sum(classes))));',
         'w is then in range where h is of codes above 0 alone'),
        ('g of w', 'claim.add(OutputPart::kLast, inputs, prefix_sums(classes));',
         'h is then of codes above t alone, and equal codes cannot be told apart'),
        ('255 of w', 'claim.add_constant(Scalar::from_u64(255) * sum(inputs) * sum(classes));',
         't is free: one that is 255 less makes up for it')):
    honest('claim q: ' + name, [(PREDICATE, term, '')], why)
for name, old, attacks in (
        ('h', 'count_of(OutputPart::kMembers, predicate_.top);',
         ['PredicateClaim/OneMore*', 'PredicateClaim/OneLess']),
        ('g', 'count_of(OutputPart::kLast, 1);', ['PredicateClaim/LastOf32', 'PredicateClaim/NoLast']),
        ('λ', 'count_of(OutputPart::kLabels, 1);', ['HiddenLabel/TwoClasses', 'HiddenLabel/NoClass']),
        ('members', 'claims.push_back(members(ledger));', ['PredicateClaim/*Member*']),
        ('b', 'add_labelled(claim, eq);\n    claims.push_back(claim.take());',
         ['PredicateClaim/*LabelsBit*']),
        ('N', 'claim.add(OutputPart::kCount, ones(1), std::move(first));\n    claims.push_back(claim.take());',
         ['PredicateClaim/CountOf*'])):
    new = '(void)members(ledger);' if name == 'members' else ''
    check('claim of a predicate: ' + name, [(PREDICATE, old, new)], *attacks)

mutation('refusal', 'counts of no proof', [(
    'src/verify/hidden_output.cc', 'if (counts.empty()) {', 'if (false) {')], [('attacks', 'Counts*')])
check('sum of counts', [('src/verify/hidden_output.cc', 'if (!(sum == opened)) {', 'if (false) {')],
      'Counts.*')
mutation('refusal', 'verifier: validity of the predicate', [(
    VERIFY, 'VOUCH_TRY(validate(*proof.predicate, circuit, shape.pictures));', '')],
    [('attacks', 'PredicateChanged*')])

# Challenges that are constants: mostly any number does; where it has to be a certain one it is told.
for label, value, attacks in (
        ('lookup alpha', 0, ['Lookups/RemainderAsHalfACode']),
        ('lookup gamma', 1, ['Columns/ExcessMoved*']),
        ('lookup lambda', None, ['Foreseen/Lambda']),
        ('lookup mu', None, ['Foreseen/LookupMu']),
        ('lookup round', None, ['Foreseen/LookupRound']),
        ('lookup line', None, ['Foreseen/Line']),
        ('bilinear products', 1, ['Multipliers/SumsThatCancel']),
        ('bilinear products', None, ['Foreseen/Zeta*']),
        ('bilinear round', None, ['Foreseen/BilinearRound']),
        ('output delta', 0, ['Opening/NotTheNetworks']),
        ('predicate inputs', 0, ['PredicateClaim/*OfTheSecond']),
        ('predicate members', 0, ['PredicateClaim/OtherMember*']),
        ('opening eta', 2, ['PredicateClaim/NoMembersAndTwoLast']),
        ('opening eta', None, ['Foreseen/Eta']),
        ('opening round', None, ['Foreseen/OpeningRound']),
        ('product point', None, ['Products/PointForeseen']),
        ('theta', None, ['Ledger/Message*']),
        ('mu', None, ['Foreseen/Mu']),
        ('mask challenge', None, ['Foreseen/MaskChallenge*']),
        ('fold', None, ['Foreseen/FoldBy*'])):
    check('constant: %s%s' % (label, '' if value is None else ' = %d' % value),
          constant(label) if value is None else constant(label, value), *attacks)
EITHER = 'ξ and powers of θ from 1 on each keep U out of the form; without both, see above'
check('ξ = 1 and powers of θ from 0', [
    (FOLDING, 'Scalar power = theta;', 'Scalar power = Scalar::one();'),
    (FOLDING, 'out.xi = channel.nonzero_challenge("value scale");', 'out.xi = Scalar::one();')],
    'Ledger/*OnU')
twice('constant: value scale', constant('value scale'), EITHER, 'Ledger/*')
twice('ξ = 1', [(FOLDING, 'out.xi = channel.nonzero_challenge("value scale");',
                 'out.xi = Scalar::one();')], EITHER, 'Ledger/*')
twice('powers of θ from 0', [(FOLDING, 'Scalar power = theta;', 'Scalar power = Scalar::one();')],
      EITHER, 'Ledger/*')

# The ledger and the folding.
check('θ = 1', [(FOLDING, 'Scalar power = theta;', 'Scalar power = Scalar::one();'),
                (FOLDING, 'power *= theta;', '(void)theta;')], 'Ledger/Message*')
check('θ: columns weighted like the last message', [(
    FOLDING, 'out.column_weight = power;', 'out.column_weight = out.message_weights.back();')],
    'Ledger/MessageReachesIntoTheColumns')
check('products', [(VERIFY, 'if (!folding.products_hold) {', 'if (false) {')], 'Products/*')
check('final equation', [(VERIFY, 'if (!(total == of_inputs)) {', 'if (false) {'),
                         (VERIFY, 'if (total == Point::identity()) {', 'if (true) {')],
      'Opening/*', 'Run/Clamp*', 'Columns/Another*')
check('final equation: value of the form', [(
    EQUATION, 'e.u = folding.xi * (later * (folding.c * folding.y + folding.tau) - form);',
    'e.u = Scalar::zero();')], 'Ledger/ValueLeftOut')
NEEDED = 'the rest of the sum is not the identity without it'
for name, old, new in (
        ('messages', 'add(e, c * folding.message_weights[k], ledger.messages()[k].commitment);', ''),
        ('rows of X, E, L, m, D, Y', 'if (std::find(of_model.begin(), of_model.end(), column) == of_model.end()) {',
         'if (false) {'),
        ('rows of W and b', '  for (const size_t column : of_model) {\n    add_one(column);\n  }\n',
         ''),
        ('Δ', 'add(e, later, folding.mask);', ''),
        ('left', 'add(e, later, round.left);', ''),
        ('right', 'add(e, later * round.q.square(), round.right);', ''),
        ('φ', 'e.h = -(later * folding.phi);', ''),
        ('τ', 'folding.c * folding.y + folding.tau', 'folding.c * folding.y')):
    honest('final equation: ' + name, [(EQUATION, old, new)], NEEDED)
honest('opening: factors of the variables that a column does not have', [(
    OPENING, 'weight *= Scalar::one() - x;', '(void)x;')],
    'the functionals are then others than the prover\'s')
twice('product point may be one of 0…m', [(
    FOLDING, 'if (x == Scalar::from_u64(i)) {', 'if (false) {')],
    'it is with probability 2⁻²⁴⁵; that f* and g* hide their factors rests on it, not soundness',
    'Products/*')

# Fiat–Shamir.
for label, attacks in (
        ('circuit', ['ChangedAfterwards/ModelsScale', 'NotAbsorbed/circuit']),
        ('shape', ['ChangedAfterwards/BudgetThatHasNoEffect', 'NotAbsorbed/shape']),
        ('model W', ['ChosenLast/columnW']),
        ('model b', ['ChosenLast/columnb']),
        ('input D', ['ChosenLast/columnD']),
        ('input mode', ['NotAbsorbed/mode']),
        ('input salts', ['ChangedAfterwards/Salt', 'ChangedAfterwards/Mode']),
        ('context', ['ChangedAfterwards/Context*']),
        ('output', ['NotAbsorbed/output', 'PredicateNotAbsorbed/Result']),
        ('predicate', ['PredicateNotAbsorbed/Predicate', 'PredicateNotAbsorbed/Labels']),
        ('rows X', ['ChosenLast/columnX']),
        ('rows E', ['ChosenLast/columnE']),
        ('rows L', ['ChosenLast/columnL', 'RowsOfL/NotAbsorbed']),
        ('rows m', ['ChosenLast/columnm']),
        ('rows Y', ['ChosenLast/columnY', 'PredicateNotAbsorbed/RowsOfY'])):
    check('absorb: ' + label, unabsorbed(label), *attacks)
for label, attacks in (
        ('lookup roots', ['Foreseen/Lambda', 'Foreseen/LookupMu']),
        ('lookup round', ['Foreseen/LookupRound']),
        ('lookup children', ['Foreseen/Line']),
        ('bilinear claim', ['Foreseen/Zeta*']),
        ('bilinear round', ['Foreseen/BilinearRound']),
        ('bilinear ends', []),
        ('opening round', ['Foreseen/OpeningRound']),
        ('products', ['Products/PointForeseen'])):
    check('absorb: message ' + label, unabsorbed(label), 'ChosenLast/' + label.replace(' ', ''),
          *attacks)
for label, attack in (('mask', 'MaskChallengeInTheMask'), ('mask form', 'MaskChallenge'),
                      ('fold left', 'FoldByTheLeft'), ('fold right', 'FoldByTheRight')):
    check('absorb: message ' + label, unabsorbed(label), 'Foreseen/' + attack)
check('absorb: messages product f, g and h', unabsorbed('product f', 'product g', 'product h'),
      'Foreseen/Mu')
for value in 'fgh':
    twice('absorb: message product ' + value, unabsorbed('product ' + value),
          'the other two leave it one value', 'Foreseen/Mu', 'Products/*')
twice('absorb: message blinder', unabsorbed('blinder'),
      'Δ, c\' and the messages before leave it one value', 'Foreseen/*')

# What a caller expects, and batches.
check('weights of a batch', [(
    'src/verify/batch.cc', 'sum_.add(examined.equation, random_scalar(random_),',
    'sum_.add(examined.equation, Scalar::one(),')], 'Batch.ErrorsThatCancel')
check('weights of the input check', [(
    'src/verify/input_check.cc', 'random_scalars(random, rho_);',
    'random_scalars(random, rho_);\n  std::fill(rho_.begin(), rho_.end(), Scalar::one());')],
    'Expected.InputWithTheSameSumOfRows')
check('the input check', [(
    VERIFY, '    inputs->add_to(examined.equation,',
    '    if (false) inputs->add_to(examined.equation,')],
    'Expected.*')

# Encodings.
check('scalar below the order', [(
    READER, 'const auto decoded = Scalar::decode(*bytes);',
    'std::array<uint8_t, 64> wide{};\n  std::copy(bytes->begin(), bytes->end(), wide.begin());\n'
    '  const std::optional<Scalar> decoded = Scalar::reduce_wide(wide);')], '*OtherScalar*')
check('point: sign', [(POINTS, 'difference == 0 && !s.is_negative()', 'difference == 0')],
      '*OtherPoint*')
check('point: canonical bytes', [(POINTS, 'difference == 0 && !s.is_negative()', '!s.is_negative()')],
      '*OtherPoint*')
check('identity among rows', [(ROWS, 'return p.is_identity();', '(void)p; return false;')],
      'Identity.Row*')
check('identity among messages', [(READER, '!decoded || decoded->is_identity()', '!decoded')],
      'Identity.Mask*')
check('number of messages', [(
    VERIFY, 'if (proof.messages.size() != proof_messages(instance.columns, proof.shape.groups)) {',
    'if (proof.messages.size() < proof_messages(instance.columns, proof.shape.groups)) {')],
    'Messages*')
twice('missing or malformed messages', [(VERIFY, 'if (!reader.fault().empty()) {', 'if (false) {')],
      'they and all after them read as 0 and the identity: the final equation is false',
      'Messages*', '*OtherScalar*', '*OtherPoint*')
for name, old in (('square', '!root.was_square || '), ('t', 't.is_negative() || '),
                  ('y', ' || y.is_zero()')):
    mutation('refusal', 'point: ' + name, [(POINTS, old, '')], [('group', '*')])

# Bounded weights.


def bound(*names):
    return ['Bound/BoundAttacked.IsStopped/' + name for name in names]


check('bounded weights: require: bound bit', without_require('bound bit'), *bound('RoundsThatLie'))
check('bounded weights: require: bound round', without_require('bound round'),
      *bound('LargeWeightInWholeNumbers'))
check('bounded weights: claim of the bits', [(BOUND, 'claims.push_back(argue_bits(', '(void)(argue_bits(')],
      *bound('EmptyZeroTest'))
check('bounded weights: claim of the numbers', [(
    BOUND, 'claims.push_back(numbers_claim(rho, projections));', '(void)numbers_claim(rho, projections);')],
    *bound('LargeWeightInTruncatedNumbers'))
check('bounded weights: projections of W', [(
    BOUND, 'part(claim, BoundColumn::kW).projections.push_back({minus, projections.weights});', '')],
    *bound('NumbersWithoutWeights'))
check('bounded weights: projections of b', [(
    BOUND, 'part(claim, BoundColumn::kB).projections.push_back({std::move(minus), projections.biases});',
    '')], *bound('NumbersWithoutBiases'))
check('bounded weights: constant bound rho', constant('bound rho', 1), *bound('NumbersThatCancel'))
check('bounded weights: constant bound point', constant('bound point', 0),
      *bound('LargeWeightInWholeNumbers'))
for column, attack in (('W', 'WeightsThatCancel'), ('b', 'BiasesThatCancel')):
    check('bounded weights: constant bound projections ' + column,
          constant('bound projections ' + column, 255), *bound(attack))
check('bounded weights: weight in the sum', [(
    VERIFY, 'sum.add(model.bound->equation(), random_scalar(random), &model);',
    'sum.add(model.bound->equation(), Scalar::one(), &model);')], 'BoundInASum.*')
check('bounded weights: absorb: circuit', [(
    STATEMENT, '  transcript.absorb("circuit", model.circuit);\n', '')],
    'BoundStatement.AnotherCircuit*')
for name, old in (('rows of W', '  transcript.absorb("model W", bytes_of(model.weights));\n'),
                  ('rows of b', '  transcript.absorb("model b", bytes_of(model.biases));\n')):
    check('bounded weights: absorb: ' + name, [(STATEMENT, old, '')], 'BoundStatement.RowsChosenLast')
check('bounded weights: absorb: rows of the bits', [(
    STATEMENT, 'transcript.absorb("rows bits", bytes_of(rows));', '(void)transcript; (void)rows;')],
    'BoundStatement.RowsChosenLast')
check('bounded weights: product', [(BOUND_CHECK, 'if (!folding.products_hold) {', 'if (false) {')],
      *bound('FalseSquare'))
check('bounded weights: final equation', [(
    BOUND_CHECK, 'holds_vartime(equation_, generators) ? State::kHolds : State::kFails',
    'generators.G().empty() ? State::kFails : State::kHolds')],
    *bound('LargeWeightInTruncatedNumbers', 'NumbersThatCancel'))
check('bounded weights: all of it', [(VERIFY, 'model.bound = std::move(bound.check);', '')],
      *bound('LargeWeightInTruncatedNumbers'))
for name, edit in (
        ('number of rows', (BOUND_CHECK, 'bound.bits.size() != present_row_count(bits_shape)', 'false')),
        ('number of messages', (
            BOUND_CHECK,
            'bound.messages.size() != bound_ledger_counts(columns).all_messages(kappa)', 'false')),
        ('rows', (BOUND_CHECK, 'if (!bits) {', 'if (false) {')),
        ('malformed messages', (BOUND_CHECK, 'if (!reader.fault().empty()) {', 'if (false) {'))):
    mutation('refusal', 'bounded weights: ' + name, [edit], [('verify', 'Refusals.Bound*')])
for name, edit in (
        ('that failed before, alone', (VERIFY, '!out.verdict.accepted() || bound_failed(model)',
                                       '!out.verdict.accepted()')),
        ('that failed before, in a batch', (BATCH, '!out_[i].verdict.accepted() || bound_failed(*item.model)',
                                            '!out_[i].verdict.accepted()')),
        ('in the sum of one proof', (VERIFY, '  add_open_bound(model, random, sum);\n', '')),
        ('in the sum of a batch', (BATCH, '      add_open_bound(*item.model, random_, sum_);\n', '')),
        ('before the proof', (
            VERIFY, 'return of_model.accepted() ? std::move(of_proof) : std::move(of_model);',
            'return of_proof;'))):
    mutation('refusal', 'bounded weights: ' + name, [edit], [('prove', 'BoundAndProofs.*')])

# Blinders.
ZERO_KNOWLEDGE = [('zero_knowledge', '*')]
for name, edit in (
        ('rows of the model alike', (PROVE, 'w.u32(row);', '(void)row;')),
        ('rows of the input, prediction or label alike', (STATEMENT, 'w.u32(row);', '(void)row;')),
        ('input, prediction or label without salt', (STATEMENT, 'w.raw(salt);', '(void)salt;')),
        ('rows of a run alike', (PROVE, '[&](uint32_t) { return random_scalar(random); }',
                                 '[x = random_scalar(random)](uint32_t) { return x; }')),
        ('0 in the rows of a run', (PROVE, '[&](uint32_t) { return random_scalar(random); }',
                                    '[](uint32_t) { return Scalar::zero(); }'))):
    mutation('blinder', 'blinder: ' + name, [edit], ZERO_KNOWLEDGE)

STATEMENT_TESTS = [('attacks', 'ChangedAfterwards*:Expected*'), ('verify', '*'), ('flip', 'Cut*:Scr*'),
                   ('prove', 'Expectations*:SeveralInputs*:Frames*:Statements*:Shapes*')]

# Refusals that are there twice: without one, what it refuses meets another.
REDUNDANT = {
    'descriptor: circuit descriptor is cut short':
        'an operator that is cut short has kernels of 0, which are refused',
    'descriptor: the operators have more weights per output than a proof can hold':
        'W has at least as many slots, and its limit is met first',
    'opening: a commitment has 255 classes at most':
        'a predicate of fewer of the first has a result of another length',
    'file: the proof is cut short or has bytes to spare':
        'a shape that is cut short has rows of 2^0, which are refused',
}


def removed_refusals(root, path, what, tests):
    """One mutation for each `if (…) { return Error/reject(…) }` of a file."""
    with open(os.path.join(root, path), encoding='utf-8') as f:
        text = f.read()
    for match in re.finditer(r'\n( *)(?:\} else )?if \(((?:[^{};]|\{[^{}]*\})*?)\) \{\n\s*return (?:\{?reject|Error|no_predicate|\w+\(i, )',
                             text):
        rest = text[match.end():match.end() + 220]
        message = re.search(r'"([^"]*)"', rest)
        name = unused('%s: %s' % (what, message.group(1) if message else match.group(2)[:40]))
        condition = match.group(0)
        new = condition.replace('if (' + match.group(2) + ') {', 'if (false) {')
        if 'r.ok' in match.group(2) and 'auto' in match.group(2):
            continue  # an inner error that is passed on
        mutation('twice' if name in REDUNDANT else 'refusal', name,
                 [(path, text[match.start():match.end() + 60], new + text[match.end():match.end() + 60])],
                 tests, REDUNDANT.get(name, ''))


def unused(name):
    """The name, with a number if there is one of that name."""
    names = {m.name for m in MUTATIONS}
    return next(n for n in [name] + ['%s (%d)' % (name, k) for k in range(2, 99)] if n not in names)


def collect(root):
    circuit = [('circuit', '*'), ('hostile', '*')]
    for path in ('src/circuit/circuit.cc', 'src/circuit/columns.cc',
                 'src/circuit/operators/window.cc', 'src/circuit/operators/conv2d.cc',
                 'src/circuit/operators/depthwise_conv2d.cc',
                 'src/circuit/operators/linear_map.cc',
                 'src/circuit/operators/product.cc', TABLE, WINDOWS):
        removed_refusals(root, path, 'descriptor', circuit)
    for name, edit in (
            ('work', ('src/circuit/circuit.cc', 'return work > kMaxWork ?', 'return false ?')),
            ('steps of all tables', ('src/circuit/circuit.cc', 'return steps > kMaxSteps ?', 'return false ?')),
            ('codes of a table', (TABLE, 'return codes ?', 'return true ?')),
            ('first index of a run', ('src/circuit/operators/linear_map.cc', 'return first < extent &&', 'return')),
            ('last index of a run below 0', ('src/circuit/operators/linear_map.cc', 'last >= 0 &&', '')),
            ('last index of a run', ('src/circuit/operators/linear_map.cc', '&& last < extent;', ';'))):
        mutation('refusal', 'descriptor: ' + name, [edit], circuit)
    removed_refusals(root, 'src/circuit/predicate.cc', 'predicate', [('circuit', 'Predicate*')])
    removed_refusals(root, 'src/verify/hidden_output.cc', 'opening', [('attacks', 'Counts*:Predictions*')])
    removed_refusals(root, FILES, 'file', [('flip', 'Cut*'), ('verify', '*'), ('flip', '*')])
    removed_refusals(root, VERIFY, 'verifier', STATEMENT_TESTS + [('hostile', '*'),
                                                                  ('attacks', '*')])
    for bound in ('kMaxRows', 'kMaxOutputBytes', 'kMaxCircuitBytes'):
        mutation('refusal', 'file: ' + bound, [(FILES, 'constexpr uint32_t %s = ' % bound,
                                                'constexpr uint32_t %s = 0xffffffffU; // ' % bound)],
                 [('hostile', '*'), ('verify', '*'), ('flip', 'Cut*')])
    mutation('refusal', 'file: counts against the bytes that are there', [(
        'src/base/bytes.cc', '(item_bytes != 0 && n > rest_.size() / item_bytes)', 'false')],
        [('hostile', '*')])


def apply_edits(root, edits):
    saved = {}
    for path, old, new in edits:
        full = os.path.join(root, path)
        with open(full, encoding='utf-8') as f:
            text = f.read()
        saved.setdefault(full, text)
        if text.count(old) < 1:
            restore(saved)
            raise ValueError('%s does not contain: %s' % (path, old))
        with open(full, 'w', encoding='utf-8') as f:
            f.write(text.replace(old, new, 1))
    return saved


def restore(saved):
    for full, text in saved.items():
        with open(full, 'w', encoding='utf-8') as f:
            f.write(text)


def program_path(build, program):
    for place in ('test', 'src/' + program):
        path = os.path.join(build, place, program + '_test')
        if os.path.exists(path):
            return path
    raise FileNotFoundError(program)


def compile_targets(build, programs):
    done = subprocess.run(['cmake', '--build', build, '-j2', '--target'] +
                          sorted({p + '_test' for p in programs}), capture_output=True, text=True)
    return done.returncode == 0, done.stdout[-2000:]


def run(build, program, tests, switch):
    """Names of the tests that fail, and of those that saw something accepted that must not be."""
    report = os.path.join(build, 'mutation.json')
    if os.path.exists(report):
        os.remove(report)
    command = [program_path(build, program), '--gtest_filter=' + tests, '--gtest_output=json:' + report]
    if program != 'attacks':
        command.append('--gtest_fail_fast')
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, errors='replace',
                              env=dict(os.environ, **switch))
    except subprocess.TimeoutExpired:
        return ['%s (no end)' % program], []
    if not os.path.exists(report):
        started = re.findall(r'\[ RUN      \] (\S+)', done.stdout)
        return ['%s (stopped)' % (started[-1] if started else program)], []
    with open(report, encoding='utf-8') as f:
        suites = json.load(f)['testsuites']
    failed, accepted = [], []
    for suite in suites:
        for test in suite['testsuite']:
            said = ''.join(x['failure'] for x in test.get('failures', []))
            name = short_name('%s.%s' % (suite['name'], test['name']))
            if said:
                failed.append(name)
            if re.search(r'"accepted"|accepted\(\)\n +Actual: true', said):
                accepted.append(name)
    return failed, accepted


class Builder:
    """The scratch copy with one set of edits at a time."""

    def __init__(self, root, build):
        self.root, self.build, self.edits, self.saved = root, build, [], {}

    def use(self, edits, programs):
        if edits != self.edits:
            restore(self.saved)
            self.edits, self.saved = [], {}
            self.saved = apply_edits(self.root, edits)
            self.edits = edits
        return compile_targets(self.build, programs)

    def judge(self, m):
        """What happens: the tests that fail and those that see something accepted, or {'error': …}."""
        ok, output = self.use(m.edits, [p for p, _ in m.tests])
        if not ok:
            return {'error': 'does not compile', 'output': output}
        failed, accepted = [], []
        for program, chosen in m.tests:
            more, false = run(self.build, program, chosen, m.switch)
            failed += more
            accepted += false
            if more and m.kind != 'check':
                break
        return {'kind': m.kind, 'accepted': accepted, 'failed': failed}


def as_expected(m, result):
    if 'error' in result or result['kind'] != m.kind:
        return False
    if m.kind == 'check':
        return bool(result['accepted'])
    if m.kind == 'twice':
        return not result['accepted']
    return bool(result['failed'])


def by_attacks(m):
    return all(program == 'attacks' for program, _ in m.tests)


def results():
    if not os.path.exists(RESULTS):
        return {}
    with open(RESULTS, encoding='utf-8') as f:
        return json.load(f)


def keep(name, result):
    """Writes it among the others, in the order of MUTATIONS; those that are no more go."""
    known = results()
    known[name] = result
    ordered = {m.name: known[m.name] for m in MUTATIONS if m.name in known}
    with open(RESULTS + '.new', 'w', encoding='utf-8') as f:
        json.dump(ordered, f, ensure_ascii=False, indent=1)
        f.write('\n')
    os.replace(RESULTS + '.new', RESULTS)


BEGIN, END = '<!-- test/mutations.py --table -->\n', '<!-- end of the tables -->\n'


def names_in_row(names):
    """Four of them, of each group one before a second."""
    groups = [n.split('/')[0] for n in names]
    order = sorted(range(len(names)), key=lambda i: (groups[:i].count(groups[i]), i))
    rest, names = len(names) - 4, [names[i] for i in order]
    return ', '.join('`%s`' % n for n in names[:4]) + (', and %d more' % rest if rest > 0 else '')


def tables():
    known = results()
    rows = {kind: [m for m in MUTATIONS if m.kind == kind and m.name in known] for kind in KINDS}
    out = ['| without | these attacks are accepted |', '| --- | --- |']
    out += ['| %s | %s |' % (m.name, names_in_row(known[m.name]['accepted'])) for m in rows['check']]
    out += ['', 'Without the following no attack succeeds, because the check is there twice or cannot fail:', '',
            '| without | why |', '| --- | --- |']
    out += ['| %s | %s |' % (m.name, m.reason) for m in rows['twice']]
    out += ['', 'Without the following proofs that are true are rejected, and no attack is known that gains:', '',
            '| without | why |', '| --- | --- |']
    out += ['| %s | %s |' % (m.name, m.reason) for m in rows['honest']]
    others = [m for m in MUTATIONS if m.kind in ('refusal', 'blinder')]
    out += ['', 'Besides %d refusals of files, descriptors, shapes and of what a caller does not expect, and '
            'blinders of the prover, are taken out, which has to make a test fail: seen of %d.'
            % (len(others), sum(m.name in known for m in others)), '']
    return '\n'.join(out)


def split_document():
    with open(SECURITY, encoding='utf-8') as f:
        text = f.read()
    before, rest = text.split(BEGIN)
    return before, *rest.split(END)


def write_tables():
    before, _, after = split_document()
    with open(SECURITY, 'w', encoding='utf-8') as f:
        f.write(before + BEGIN + tables() + END + after)


def check_all(program):
    """Everything but the run itself. Prints what is wrong."""
    wrong = []
    known = results()
    listed = subprocess.run([program, '--gtest_list_tests'], capture_output=True, text=True, check=True)
    tests, suite = set(), ''
    for line in listed.stdout.splitlines():
        name = line.split('#')[0].strip()
        if line.startswith(' '):
            tests.add(short_name(suite + name))
        else:
            suite = name
    for m in MUTATIONS:
        texts = {}
        for path, old, new in m.edits:
            if path not in texts:
                with open(os.path.join(TOP, path), encoding='utf-8') as f:
                    texts[path] = f.read()
            if old not in texts[path]:
                wrong.append('%s: %s does not contain: %s' % (m.name, path, old))
            texts[path] = texts[path].replace(old, new, 1)
        if m.name not in known:
            wrong.append('%s: has not been run' % m.name)
        elif not as_expected(m, known[m.name]):
            wrong.append('%s: %s, but not so' % (m.name, KINDS[m.kind]))
        else:
            wrong += ['%s: there is no attack %s' % (m.name, name)
                      for name in known[m.name]['accepted'] if m.kind == 'check' and name not in tests]
    section = split_document()[0].split('## Checks and attacks')[1]
    wrong += ['docs/security.md: there is no attack %s' % name
              for name in re.findall(r'`([A-Z]\w+/[\w*]+)`', section) if not fnmatch.filter(tests, name)]
    names = {m.name for m in MUTATIONS}
    wrong += ['%s: a result of no mutation' % name for name in known if name not in names]
    if split_document()[1] != tables():
        wrong.append('docs/security.md: the tables are not those of --table')
    print('\n'.join(wrong) or '%d mutations' % len(MUTATIONS))
    return 1 if wrong else 0


def copy_commit(root):
    """Files that are there already, and are the same, are not touched: the build goes on from them."""
    archive = subprocess.run(['git', '-C', TOP, 'archive', 'HEAD'], capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        for member in tar.getmembers():
            if not member.isfile():
                continue
            path = os.path.join(root, member.name)
            data = tar.extractfile(member).read()
            if member.name == 'cmake/vouch_module.cmake':
                data = data.replace(b' -Werror)', b')')
            if os.path.exists(path):
                with open(path, 'rb') as f:
                    if f.read() == data:
                        continue
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'wb') as f:
                f.write(data)
            os.chmod(path, member.mode)


def prepare(scratch):
    """The copy and its build."""
    root, build = (os.path.join(scratch, x) for x in ('tree', 'build'))
    copy_commit(root)
    if shutil.which('ccache'):
        os.environ['CMAKE_CXX_COMPILER_LAUNCHER'] = 'ccache'
    subprocess.run(['cmake', '-S', root, '-B', build, '-G', 'Ninja', '-DCMAKE_BUILD_TYPE=Release'],
                   check=True, stdout=subprocess.DEVNULL)
    return root, build


def run_mutations(arguments):
    root, build = prepare(arguments.scratch)
    bad = 0
    builder = Builder(root, build)
    order = sorted(MUTATIONS, key=lambda m: m.edits is not SWITCHES)
    first = [m.name for m in order].index(arguments.after) + 1 if arguments.after else 0
    try:
        for m in order[first:]:
            if not re.search(arguments.only, m.name) or (arguments.attacks and not by_attacks(m)):
                continue
            result = builder.judge(m)
            good = as_expected(m, result)
            bad += not good
            if 'error' not in result:
                keep(m.name, result)
            print('%s %s: %s' % ('ok     ' if good else 'NOT SO ', m.name,
                                 result.get('output') or ', '.join(result['accepted'] or result['failed'])),
                  flush=True)
    finally:
        restore(builder.saved)
    return 1 if bad else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('scratch', nargs='?')
    parser.add_argument('--only', default='')
    parser.add_argument('--after', default='')
    parser.add_argument('--attacks', action='store_true')
    parser.add_argument('--table', action='store_true')
    parser.add_argument('--check', metavar='ATTACKS_TEST')
    arguments = parser.parse_args()
    collect(TOP)
    if arguments.table:
        return write_tables()
    if arguments.check:
        return check_all(arguments.check)
    if not arguments.scratch:
        parser.error('SCRATCH is missing')
    return run_mutations(arguments)


if __name__ == '__main__':
    sys.exit(main())
