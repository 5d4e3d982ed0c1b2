"""What a fingerprint is made of: the numbers that the implementations of a recipe share.

A text is found by equal int64 keys. Its keys are

- the first 8 bytes of the digest of the raw text;
- a hash of the normal form: the sum of the hashes of its 16-grams, with its length;
- hashes of the first HEAD and the first TITLE code points of the normal form, for the copy that is
  cut early: in a series that begins alike for HEAD code points, its number mostly stands in TITLE;
- hashes of 16-grams of the normal form below 2**32 / rate: a gram that two texts share is sampled
  in both (threshold sampling, the containment sketch of A. Broder 1997), whatever their lengths;
- for short texts also shorter grams, since one typo spoils 16 of a headline's few 16-grams;
- a hash of its number: what tells a member of a series from all that are like it.

Grams are hashed modulo 2**32 by doubling, h(2k)[i] = h(k)[i] * STEP(k) + h(k)[i + k], and mixed. A
chosen gram's key is that hash followed by 32 bits of a second, independent one: what is looked at
at every code point stays small, and a store of a hundred million keys does not mistake one gram
for another.
"""

# Written into stores: a fingerprint is comparable to those of its own recipe only. The version of
# their schema changes with it.
RECIPE = 4

# A key holds its first CAP distinct texts of an origin. Uncapped, boilerplate makes work grow with
# the square of the store (300,000 texts met in 690 million pairs) and glues strangers together.
CAP = 50

GRAM = 16
# About 14 keys for a text of 350 code points find an edited copy in 99.9 % of cases; of shorter
# texts more is kept, KEYS_WANTED grams of each width, and of a headline all.
RATE = 24
KEYS_WANTED = 12

HEAD = 16
TITLE = 32

# Grams are taken of this many code points at the start: the beginning tells which article it is,
# and a book on one line costs no more than a long page.
LONGEST = 4096

# Texts up to SHORT code points are also found by grams of 8, and of 4 where the script packs a
# word into two code points (Han, kana): one typo in a headline of 15 Han would spoil every 8-gram.
SHORT = 64
SHORT_GRAM = 8
DENSE_GRAM = 4
DENSE_FROM = 0x2E80

# The number of a text is the first one that ends in its title, or has as many digits as the name of
# a notice; it counts with the letters in front of it, `cve` or the end of `weekly`. The ten texts
# that share most of all with a member of a series need not have the member itself among them.
NUMBERED = 80
LEAST_NAME = 4
BEFORE_NUMBER = 3
NUMBER = 32

# Odd constants without structure: fractional parts of roots of primes, as in SHA-256.
FIRST = 0x9E3779B1
STEPS = {1: 0xBB67AE85, 2: 0x3C6EF373, 4: 0xA54FF53B, 8: 0x510E527F, 16: 0x629A292B}
MIX = 0x9B05688D
WEIGHTS = (
    0x428A2F99, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A5, 0xAB1C5ED5,
    0xD807AA99, 0x12835B01, 0x243185BF, 0x550C7DC3, 0x72BE5D75, 0x80DEB1FF, 0x9BDC06A7, 0xC19BF175,
    0xE49B69C1, 0xEFBE4787, 0x0FC19DC7, 0x240CA1CD, 0x2DE92C6F, 0x4A7484AB, 0x5CB0A9DD, 0x76F988DB,
    0x983E5153, 0xA831C66D, 0xB00327C9, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
)  # fmt: skip

# For the key of a whole normal form: odd constants from the same source, twice as wide.
WHOLE = 0x428A2F98D728AE23
LENGTH = 0x7137449123EF65CD

# One salt for each kind of key, so that the same hash means the same thing everywhere.
SALT_GRAM = 0
SALT_HEAD = 0x1F83D9AB
SALT_SHORT = 0x5BE0CD19
SALT_DENSE = 0xCBBB9D5D
SALT_NUMBER = 0x9159015A
