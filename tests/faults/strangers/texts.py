"""Measurements as CSV, and studies and spaces as YAML."""

import gzip
import random

ROW = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|"
HEADER = "architecture,value\n"
GOOD = HEADER + "".join(f"{ROW},{value}\n" for value in (1.5, 2.5, 3.5))


def csv_files():
    """Yield (name, bytes) of measurements."""
    yield "compressed bomb", gzip.compress(HEADER.encode() + bytes(2**30), 1)
    yield "compressed bomb of rows", gzip.compress((HEADER + f"{ROW},1\n" * 3_000_000).encode(), 1)
    yield "more bytes than are read", (HEADER + f"{ROW},1\n" * 2_000_000).encode()
    yield "a million rows", (HEADER + "|a|,1\n" * 1_000_001).encode()
    yield "a million columns", (",".join(f"c{number}" for number in range(1_000_000)) + "\n1\n").encode()
    yield "a million names in the header that are known", ("architecture," * 200_000 + "value\n").encode()
    yield "one line of 50 MB", HEADER.encode() + b"a" * 50_000_000
    yield "one number of a million digits", f"{HEADER}{ROW},{'9' * 1_000_000}\n".encode()
    yield "one fraction of a million digits", f"{HEADER}{ROW},1.{'9' * 1_000_000}\n".encode()
    yield "an exponent of many digits", f"{HEADER}{ROW},1e{'9' * 100_000}\n".encode()
    yield "a quote that does not end", f'{HEADER}"{ROW},1\n'.encode() + b"x" * 1_000_000
    yield "many quotes", HEADER.encode() + b'"' * 5_000_000
    yield "separators only", b"," * 5_000_000
    yield "line ends only", b"\n" * 5_000_000
    yield "old line ends", GOOD.replace("\n", "\r").encode()
    yield "zeros", bytes(1000)
    yield "a byte that is no text", GOOD.encode().replace(b"1.5", b"1.5\x00")
    yield "escape sequences of a terminal", f"{HEADER}\x1b[2J\x1b]0;title\x07,1\n".encode()
    yield "a formula", f"{HEADER}\"=cmd|'/c calc'!A0\",1\n".encode()
    yield "the other direction of writing", f"{HEADER}\u202e{ROW},1\n".encode()
    yield "digits of another script", f"{HEADER}{ROW},\u0661\u0662\n".encode()
    yield "half of a character", GOOD.encode() + "é".encode()[:1]
    yield "UTF-16 without its end", GOOD.encode("utf-16")[:-1]
    yield "UTF-32", GOOD.encode("utf-32")
    yield "not a number", f"{HEADER}{ROW},nan(0x7ff)\n".encode()
    yield "infinity", f"{HEADER}{ROW},Infinity\n".encode()
    yield "hexadecimal", f"{HEADER}{ROW},0x10\n".encode()
    yield "an architecture of a megabyte", f"{HEADER}{ROW * 10_000},1\n".encode()
    yield "page of a network that wants a password", b"<!DOCTYPE html><html><body>log in</body></html>"
    yield "spreadsheet", b"PK\x03\x04" + bytes(1000)
    yield "gzip within gzip", gzip.compress(gzip.compress(GOOD.encode()))
    yield from _flipped(GOOD.encode(), 10)


def yaml_files():
    """Yield (name, bytes) of studies."""
    laughs = "".join(f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]\n" for number in range(1, 12))
    yield "billion laughs", ("a0: &a0 [lol]\n" + laughs).encode()
    yield "billion laughs in a key that is known", ("x: &a0 [lol]\n" + laughs + "combinations: *a11\n").encode()
    merged = "".join(
        f"a{number}: &a{number} {{<<: [{', '.join([f'*a{number - 1}'] * 9)}]}}\n" for number in range(1, 12)
    )
    yield "billion merges", ("a0: &a0 {b: 1}\n" + merged).encode()
    yield "a list that holds itself", b"combinations: &a [*a]\n"
    yield "a mapping that holds itself", b"hyperparameters: &a {gp: *a}\n"
    yield "a mapping that is its own key", b"? &a {*a : 1}\n: 1\n"
    for name, code in (("lists", b"["), ("mappings", b"{a: "), ("indented lists", b"- ")):
        yield f"{name} in {name}", b"combinations: " + code * 20_000
    yield "a call", b"run: !!python/object/apply:os.system ['touch marker']\n"
    yield "a module", b"run: !!python/module:os\n"
    yield "a new object", b"run: !!python/object/new:os.system ['touch marker']\n"
    yield "a name", b"run: !!python/name:os.system\n"
    yield "a number of a million digits", b"seed: " + b"9" * 1_000_000
    yield "a number to the base of sixty", b"seed: 1" + b":59" * 200_000
    yield "an octal number of a million digits", b"seed: 0" + b"7" * 1_000_000
    yield "bytes", b"run: !!binary " + b"QUJD" * 100_000
    yield "a date that is none", b"run: 2026-99-99\n"
    yield "a text of 20 MB", b"run: " + b"a" * 20_000_000
    yield "many keys", b"".join(b"k%d: 1\n" % number for number in range(20_000))
    yield "many aliases", b"a: &a 1\ncombinations: [" + b"*a, " * 50_000 + b"]\n"
    yield "a file that it builds on", b"extends: /etc/passwd\n"
    yield "two documents", b"run: a\n---\nrun: b\n"
    yield "a directive", b"%YAML 99.9\n---\nrun: a\n"
    yield "zeros", bytes(1000)
    yield from _flipped(b"run: mine\nseeds: 3\ntrain_sizes: {nasbench201: [5, 20]}\n", 10)


def _flipped(content, number):
    chance = random.Random(0)
    for place in range(number):
        changed = bytearray(content)
        for _ in range(3):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        yield f"three flipped bits, {place}", bytes(changed)
