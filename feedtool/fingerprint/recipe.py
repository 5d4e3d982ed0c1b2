"""What a fingerprint is made of: the numbers that the implementations of a recipe share.

A text is found by equal int64 keys. Its keys are

- the first 8 bytes of the digest of the raw text, and of the digest of the normal form;
- a hash of the first HEAD code points of the normal form, for the copy that is cut early;
- hashes of 16-grams of the normal form below 2**64 / rate: a gram that two texts share is sampled
  in both (threshold sampling, the containment sketch of A. Broder 1997), whatever their lengths;
- for short texts also shorter grams, since one typo spoils 16 of a headline's few 16-grams.

All hashing is modulo 2**64 by doubling: h(2k)[i] = h(k)[i] * STEP(k) + h(k)[i + k].
"""

# Written into stores: a fingerprint is comparable to those of its own recipe only.
RECIPE = 1

# A key holds its first CAP distinct texts of an origin. Uncapped, boilerplate makes work grow with
# the square of the store (300,000 texts met in 690 million pairs) and glues strangers together.
CAP = 50

GRAM = 16
# About 14 keys for a text of 350 code points find an edited copy in 99.9 % of cases; shorter texts
# are sampled more densely, so that a text of 60 still has about ten.
RATE = 24
KEYS_WANTED = 12

HEAD = 16

# Texts up to SHORT code points are also found by grams of 8, and of 4 where the script packs a
# word into two code points (Han, kana): one typo in a headline of 15 Han would spoil every 8-gram.
SHORT = 64
SHORT_GRAM = 8
SHORT_RATE = 4
DENSE_GRAM = 4
DENSE_RATE = 2
DENSE_FROM = 0x2E80

# Odd constants without structure: fractional parts of square roots of primes.
FIRST = 0x9E3779B97F4A7C15
STEPS = {1: 0xBB67AE8584CAA73B, 2: 0x3C6EF372FE94F82B, 4: 0xA54FF53A5F1D36F1, 8: 0x510E527FADE682D1}
MIX = 0x9B05688C2B3E6C1F
# One salt for each kind of key, so that the same hash means the same thing everywhere.
SALT_HEAD = 0x1F83D9ABFB41BD6B
SALT_SHORT = 0x5BE0CD19137E2179
SALT_DENSE = 0xCBBB9D5DC1059ED9
