#!/usr/bin/env python3
"""Removes each check of the argument and the verifier, one at a time, and sees which test fails.

usage: test/mutations.py SCRATCH [--only REGEX] [--after NAME]

Works on a copy of the last commit in the directory SCRATCH. A mutation is `caught` if a test fails
(`attack accepted` if that test says that a false proof was accepted), and `survives` otherwise;
those that are expected to survive are listed with the reason. Exits 1 if another one does. A run that
was stopped goes on with --after, the name of the last mutation that it told.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys

ARG = 'src/argument/argument.cc'
LOOKUP = 'src/argument/logup/lookup.cc'
FOLDING = 'src/argument/folding/folding.cc'
STATEMENT = 'src/argument/statement.cc'
VERIFY = 'src/verify/verify.cc'
READER = 'src/verify/proof_reader.cc'
FILES = 'src/verify/files.cc'

# name, [(file, old, new)], [(program, test filter)], reason if it is expected to survive
MUTATIONS = []


def mutation(name, edits, tests, survives=None):
    MUTATIONS.append((name, edits, tests, survives))


def attacks(*filters):
    return [('attacks', ':'.join(filters))]


# Requires.
mutation('require: root', [(LOOKUP, 'ledger.require("root", z4 + z5);', '')],
         attacks('*WrongRounding*'))
mutation('require: lookup layer', [(LOOKUP, 'ledger_.require("lookup layer", sum - claim);', '')],
         attacks('*WrongRounding*'))
for label in ('lookup round', 'bilinear round', 'opening round'):
    mutation('require: ' + label, [(
        'src/argument/sumcheck.cc', 'ledger.require(label, combine(boolean, q) - claim);',
        'if (label != "%s") ledger.require(label, combine(boolean, q) - claim);' % label)],
        attacks('*WrongRounding*', 'FalseProducts*', 'Output*', 'Opening*'))
mutation('require: bilinear ends', [(
    ARG, 'ledger_.require("bilinear ends", ledger_.multiply("bilinear", ends[0], ends[1]) - claim);',
    '(void)ledger_.multiply("bilinear", ends[0], ends[1]);')], attacks('FalseProducts*'))
mutation('require: table denominator', [(
    ARG, 'ledger_.require("table denominator",', '(void)(')], attacks('*WrongRounding*', 'Leaves*'))
for value in ('product f', 'product g', 'product h'):
    mutation('require: ' + value, [(
        FOLDING, 'ledger_.require(label, expression - x);',
        'if (label != "%s") ledger_.require(label, expression - x);' % value)],
        attacks('Products*'))
mutation('requires share a power of mu', [(FOLDING, '    power *= mu;\n', '')], attacks('Requires*'))

# Claims.
for name, old in (('W', 'claims_.push_back(std::move(weights));'),
                  ('X', 'claims_.push_back(std::move(activations));'),
                  ('C', 'claims_.push_back(std::move(c));'),
                  ('R', 'claims_.push_back(std::move(remainder));'),
                  ('D', 'claims_.push_back(std::move(input));'),
                  ('m', 'claims_.push_back(std::move(multiplicities));'),
                  ('y (output)', 'claims_.push_back(std::move(claim));')):
    tests = attacks('*WrongRounding*', 'FalseProducts*', 'Unbound*', 'Output*', 'Input*', 'Leaves*')
    if name in ('D', 'm'):  # the tests' prover reads its point off the claim: keep it, with weight 0
        column = {'D': 'Column::kD, Scalar::one()', 'm': 'Column::kM, -Scalar::one()'}[name]
        value = {'D': 'input.value = Linear(challenges_.shifted(kPlainTag)) - at_.input_q;',
                 'm': 'multiplicities.value = at_.table_p;'}[name]
        mutation('claim ' + name, [(ARG, column, column.split(',')[0] + ', Scalar::zero()'),
                                   (ARG, value, '')], tests)
    else:
        mutation('claim ' + name, [(ARG, old, '')], tests)
mutation('claims share a power of eta', [(
    'src/argument/opening/opening.cc', '    power *= eta;\n', '')], attacks('Opening*'))
mutation('opening: last claim', [(
    FOLDING, 'form.add(ledger.placed(opening.claim), -power);', ''),
    (FOLDING, 'power * inverse.back()', 'Scalar::zero()')],
    attacks('Output*', 'LookupLies*', 'FalseProducts*'))
mutation('output shares challenge and power with claim R', [
    (ARG, 'brick.offset = 0;', ''),
    (ARG, 'delta.push_back(ledger_.challenge("output delta"));',
     'delta.push_back(Scalar::zero());'),
    (ARG, 'brick_eq(brick, delta).axes}', 'outputs_[last].axes}'),
    (ARG, 'claim.value = Linear(value);\n    claims_.push_back(std::move(claim));',
     'claims_[3].parts[index(Column::kX)].bricks.push_back('
     'claim.parts[index(Column::kX)].bricks[0]);\n'
     '    claims_[3].value += Linear(value);')], attacks('Output*'))

# Lookups.
mutation('tags', [('src/circuit/tables.h',
                   'return alpha - gamma * gamma * Scalar::from_u64(tag);',
                   '(void)tag; return alpha;'),
                  (ARG, 'gamma2 * tag_extension(columns_, r())', 'Scalar::zero()')],
         attacks('Tags*'))
mutation('tag: the plain one wanted of all', [
    ('src/circuit/tables.cc', 'for (size_t op = 0; op < bricks.size(); ++op) {',
     'for (size_t op = 0; op < 0; ++op) {')], attacks('Tags*'))
mutation('gamma fixed', [(ARG, 'challenges_.gamma = ledger_.challenge("lookup gamma");',
                          'challenges_.gamma = Scalar::one();')], attacks('TamperedWith*'))

# Challenges that are constants.
for path, call in ((ARG, 'ledger_.challenge("lookup alpha")'), (ARG, 'ledger_.challenge("lookup gamma")'),
                   (ARG, 'ledger_.challenge("output delta")'),
                   (LOOKUP, 'ledger_.challenge("lookup lambda")'),
                   (LOOKUP, 'ledger_.challenge("lookup mu")'),
                   (LOOKUP, 'ledger_.challenge("lookup line")'),
                   ('src/argument/sumcheck.cc', 'ledger.challenge(label)'),
                   ('src/argument/opening/opening.cc', 'ledger.challenge("opening eta")'),
                   (FOLDING, 'channel.nonzero_challenge("theta")'),
                   (FOLDING, 'channel.challenge("mu")'),
                   (FOLDING, 'channel.nonzero_challenge("mask challenge")'),
                   (FOLDING, 'channel.nonzero_challenge("value scale")'),
                   (FOLDING, 'channel.nonzero_challenge("fold")')):
    mutation('constant: ' + (re.search('"(.*)"', call) or [0, 'rounds'])[1],
             [(path, call, 'Scalar::from_u64(54321)')], attacks('Challenges*'))
mutation('constant: product point', [(
    FOLDING, 'const ProductExpressions at = expressions(sent, c);',
    '(void)c;\n    const ProductExpressions at = expressions(sent, Scalar::from_u64(54321));')],
    attacks('Challenges*'))

# Blinders.
PROVE = 'src/prove/prove.cc'
ZERO_KNOWLEDGE = [('zero_knowledge', '*')]
mutation('blinder: rows of the model alike', [(PROVE, 'w.u32(row);', '(void)row;')], ZERO_KNOWLEDGE)
mutation('blinder: rows of the input alike', [(STATEMENT, 'w.u32(row);', '(void)row;')],
         ZERO_KNOWLEDGE)
mutation('blinder: input without salt', [(STATEMENT, 'w.raw(salt);', '(void)salt;')],
         ZERO_KNOWLEDGE)
mutation('blinder: rows of a run alike', [(
    PROVE, '[&](uint32_t) { return random_scalar(random); }',
    '[x = random_scalar(random)](uint32_t) { return x; }')], ZERO_KNOWLEDGE)
mutation('blinder: 0 in the rows of a run', [(
    PROVE, '[&](uint32_t) { return random_scalar(random); }',
    '[](uint32_t) { return Scalar::zero(); }')], ZERO_KNOWLEDGE)
mutation('sign of the tables in the root', [(LOOKUP, 'z4 + z5', 'z4 - z5')], attacks('Root*'))
mutation('input left out of the root', [(LOOKUP, 'z1 + z2', 'z1')], attacks('Root*'))
mutation('activations left out of the root', [(LOOKUP, 'z1 + z2', 'z2')], attacks('Root*'))
mutation('lookups left out of the root', [(LOOKUP, 'z4 + z5', 'z5')], attacks('Root*'))
mutation('tables left out of the root', [(LOOKUP, 'z4 + z5', 'z4')], [('dense', 'Honest*')])

# The ledger and the folding.
mutation('theta = 1', [(FOLDING, 'Scalar power = theta;', 'Scalar power = Scalar::one();'),
                       (FOLDING, 'power *= theta;', '(void)theta;')], attacks('PlainSum*'))
mutation('theta: columns weighted like the last message', [(
    FOLDING, 'out.column_weight = power;', 'out.column_weight = out.message_weights.back();')],
    attacks('PlainSum*'))
mutation('xi = 1 and powers from theta^0', [
    (FOLDING, 'Scalar power = theta;', 'Scalar power = Scalar::one();'),
    (FOLDING, 'out.xi = channel.nonzero_challenge("value scale");', 'out.xi = Scalar::one();')],
    attacks('ValueGenerator*'))
# Powers of θ from 1 alone would protect as well: a multiple of U in T_k shifts the value by a multiple
# of θ^k, which nobody knows when T_k is sent; and so would ξ alone: such a multiple counts 1/ξ. That
# neither is a constant is tested all the same.
mutation('xi = 1', [
    (FOLDING, 'out.xi = channel.nonzero_challenge("value scale");', 'out.xi = Scalar::one();')],
    [('attacks', '*')])
mutation('powers from theta^0', [
    (FOLDING, 'Scalar power = theta;', 'Scalar power = Scalar::one();')], [('attacks', '*')])
mutation('products', [(VERIFY, 'if (!folding.products_hold) {', 'if (false) {')],
         attacks('Products*'))
mutation('final equation', [(VERIFY, 'if (!holds_vartime(examined.equation, generators)) {',
                             'if (false) {'),
                            (VERIFY, 'with_input && holds_vartime(both, generators)', 'with_input')],
         attacks('*'))
mutation('product point may be one of 0…m', [(
    FOLDING, 'if (x == Scalar::from_u64(i)) {', 'if (false) {')], [('attacks', '*')],
    survives='happens with probability 2^-245; zero knowledge (f(k) is a factor) depends on it')

# Fiat–Shamir.
for part, old in (('circuit', 'transcript.absorb("circuit", s.model->circuit);'),
                  ('W', 'transcript.absorb("model W", bytes_of(s.model->weights));'),
                  ('b', 'transcript.absorb("model b", bytes_of(s.model->biases));'),
                  ('D', 'transcript.absorb("input D", bytes_of(s.input));'),
                  ('mode', 'transcript.absorb("input mode", '
                           'bytes_of(s.input_public ? "public" : "hidden"));'),
                  ('salts', 'transcript.absorb("input salts", {reinterpret_cast<const uint8_t*>(s.salts.data()),\n'
                            '                                    s.salts.size() * kSaltBytes});'),
                  ('shape', 'transcript.absorb("shape", shape.bytes());'),
                  ('context', 'transcript.absorb("context", s.context);'),
                  ('output', 'transcript.absorb("output", s.output);')):
    mutation('absorb: ' + part, [(STATEMENT, old, '')], attacks('*WeakFiatShamir*'))
for part in 'XEm':
    mutation('absorb: ' + part, [(
        STATEMENT, 'transcript.absorb(std::string("rows ") + column_name(column), bytes_of(rows));',
        'if (std::string(column_name(column)) != "%s") '
        'transcript.absorb(std::string("rows ") + column_name(column), bytes_of(rows));' % part)],
        attacks('*WeakFiatShamir*'))
for kind, label in (('point', 'lookup roots'), ('point', 'lookup round'),
                    ('point', 'bilinear claim'), ('point', 'opening round'), ('point', 'products'),
                    ('point', 'mask'), ('point', 'fold left'), ('scalar', 'product f'),
                    ('scalar', 'mask form'), ('scalar', 'blinder')):
    # In the tests' prover too: then honest proofs are accepted, and so are those of UnabsorbedMessage.
    skip = 'if (label != "%s") ' % label
    absorb = 'transcript_.absorb(label, *bytes);'
    before = {'point': '    return Point::identity();\n  }\n  ',
              'scalar': '    return Scalar::zero();\n  }\n  '}[kind]
    mutation('absorb: message ' + label, [
        (READER, before + absorb, before + skip + absorb),
        ('test/dense/channel.h', 'if (!hooks_.absorbed || hooks_.absorbed(label, number)) {',
         'if (!hooks_.absorbed || hooks_.absorbed(label, number)) {\n      ' + skip)],
        attacks('*UnabsorbedMessage*', 'Honest*'))

# Batches.
mutation('weights of a batch', [('src/verify/batch.cc', 'sum_.add(examined.equation, random_scalar(random_),',
                                 'sum_.add(examined.equation, Scalar::one(),')],
         [('prove', 'VerifyBatch*')])
mutation('weights of the input check', [('src/verify/input_check.cc', 'random_scalars(random, rho);',
                                         'random_scalars(random, rho);\n  std::fill(rho.begin(), rho.end(), Scalar::one());')],
         [('prove', 'VerifyBatch*:SeveralInputs*:Expectations*')])
mutation('the input check', [('src/verify/verify.cc', '    add_input_check(equation, first, model,', '    if (false) add_input_check(equation, first, model,')],
         [('prove', 'VerifyBatch*:SeveralInputs*:Expectations*')])

# Encodings.
mutation('scalar below the order', [('src/field/scalar.h', 'if (borrow == 0) {', 'if (false) {')],
         attacks('*OtherScalar*'))
mutation('identity among rows', [(VERIFY, 'return p.is_identity();', '(void)p; return false;')],
         attacks('Identity*'))
mutation('identity among messages', [(READER, '!decoded || decoded->is_identity()', '!decoded')],
         attacks('Identity*'))
mutation('messages to spare', [(VERIFY, 'if (!reader.finished()) {', 'if (false) {')],
         attacks('Messages*'))
mutation('missing or malformed messages', [(
    VERIFY, 'if (!reader.fault().empty()) {', 'if (false) {')],
    attacks('Messages*', '*OtherScalar*', '*OtherPoint*'))

STATEMENT_TESTS = [('attacks', 'ChangedAfterwards*:Expected*'), ('verify', '*'), ('flip', 'Cut*:Scr*'),
                   ('prove', 'Expectations*:SeveralInputs*:Frames*:Statements*:Shapes*')]

# Refusals that are there twice: without one, what it refuses meets another.
REDUNDANT = {
    'descriptor: the circuit is too large for the verifier':
        'the same sum is looked at again at the end; here it bounds the time of counting pool classes',
    'descriptor: circuit descriptor is cut short':
        'an operator that is cut short has kernels of 0, which are refused',
    'descriptor: the operators have more weights per output than a proof can hold':
        'W has at least as many slots, and its limit is met first',
    'file: the proof is cut short or has bytes to spare':
        'a shape that is cut short has rows of 2^0, which are refused',
}


def removed_refusals(root, path, what, tests):
    """One mutation for each `if (…) { return Error/reject(…) }` of a file."""
    with open(os.path.join(root, path), encoding='utf-8') as f:
        text = f.read()
    for match in re.finditer(r'\n( *)if \(((?:[^{};]|\{[^{}]*\})*?)\) \{\n\s*return (?:\{?reject|Error|\w+\(i, )',
                             text):
        rest = text[match.end():match.end() + 220]
        message = re.search(r'"([^"]*)"', rest)
        name = unused('%s: %s' % (what, message.group(1) if message else match.group(2)[:40]))
        condition = match.group(0)
        new = condition.replace('if (' + match.group(2) + ') {', 'if (false) {')
        if 'r.ok' in match.group(2) and 'auto' in match.group(2):
            continue  # an inner error that is passed on
        mutation(name, [(path, text[match.start():match.end() + 60],
                         new + text[match.end():match.end() + 60])], tests, REDUNDANT.get(name))


def unused(name):
    """The name, with a number if there is one of that name."""
    names = {name for name, *_ in MUTATIONS}
    return next(n for n in [name] + ['%s (%d)' % (name, k) for k in range(2, 99)] if n not in names)


def collect(root):
    circuit = [('circuit', '*'), ('hostile', '*')]
    for path in ('src/circuit/circuit.cc', 'src/circuit/columns.cc',
                 'src/circuit/operators/window.cc', 'src/circuit/operators/conv2d.cc',
                 'src/circuit/operators/depthwise_conv2d.cc',
                 'src/circuit/operators/weighted_sum.cc',
                 'src/circuit/operators/average_pool2d.cc'):
        removed_refusals(root, path, 'descriptor', circuit)
    removed_refusals(root, FILES, 'file', [('flip', 'Cut*'), ('verify', '*'), ('flip', '*')])
    removed_refusals(root, VERIFY, 'verifier', STATEMENT_TESTS + [('hostile', '*'),
                                                                  ('attacks', '*')])
    for bound in ('kMaxRows', 'kMaxOutputBytes', 'kMaxCircuitBytes'):
        mutation('file: ' + bound, [(FILES, 'constexpr uint32_t %s = ' % bound,
                                     'constexpr uint32_t %s = 0xffffffffU; // ' % bound)],
                 [('hostile', '*'), ('verify', '*'), ('flip', 'Cut*')])
    mutation('file: counts against the bytes that are there', [(
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


def run(build, program, tests):
    try:
        done = subprocess.run([program_path(build, program), '--gtest_fail_fast', '--gtest_filter=' + tests],
                              capture_output=True, text=True, timeout=900, errors='replace')
    except subprocess.TimeoutExpired:
        return ['%s (no end)' % program], ''
    failed = sorted(set(re.findall(r'\[  FAILED  \] ([\w/]+\.[\w/]+)', done.stdout)))
    if done.returncode != 0 and not failed:
        started = re.findall(r'\[ RUN      \] (\S+)', done.stdout)
        failed = ['%s (stopped)' % (started[-1] if started else program)]
    return failed, done.stdout


def judge(build, root, name, edits, tests):
    saved = apply_edits(root, edits)
    try:
        ok, output = compile_targets(build, [p for p, _ in tests])
        if not ok:
            return 'does not compile', [], output
        for program, chosen in tests:
            failed, output = run(build, program, chosen)
            if failed:
                accepted = re.search(r'"accepted"|accepted\(\)\n +Actual: true', output)
                return 'attack accepted' if accepted else 'caught', failed, ''
        return 'survives', [], ''
    finally:
        restore(saved)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('scratch')
    parser.add_argument('--only', default='')
    parser.add_argument('--after', default='')
    arguments = parser.parse_args()
    top = subprocess.run(['git', '-C', os.path.dirname(os.path.abspath(__file__)), 'rev-parse',
                          '--show-toplevel'], capture_output=True, text=True,
                         check=True).stdout.strip()
    root, build = (os.path.join(arguments.scratch, x) for x in ('tree', 'build'))
    os.makedirs(root, exist_ok=True)
    archive = subprocess.run(['git', '-C', top, 'archive', 'HEAD'], capture_output=True, check=True)
    subprocess.run(['tar', '-xm', '-C', root], input=archive.stdout, check=True)
    apply_edits(root, [('cmake/vouch_module.cmake', ' -Werror)', ')')])
    if shutil.which('ccache'):
        os.environ['CMAKE_CXX_COMPILER_LAUNCHER'] = 'ccache'
    subprocess.run(['cmake', '-S', root, '-B', build, '-G', 'Ninja', '-DCMAKE_BUILD_TYPE=Release'],
                   check=True, stdout=subprocess.DEVNULL)
    collect(root)
    bad = 0
    names = [name for name, *_ in MUTATIONS]
    first = names.index(arguments.after) + 1 if arguments.after else 0
    for name, edits, tests, survives in MUTATIONS[first:]:
        if not re.search(arguments.only, name):
            continue
        verdict, failed, output = judge(build, root, name, edits, tests)
        expected = survives is not None
        bad += (verdict in ('survives', 'does not compile')) != expected
        print('| %s | %s | %s |' % (name, verdict, ', '.join(failed) or survives or output), flush=True)
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
