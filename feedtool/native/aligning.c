/* Code points -> the runs of a longest common subsequence, as feedtool.aligning has them.

   The bit-parallel algorithm of H. Hyyro (Bit-Parallel LCS-length Computation Revisited, 2004); of
   several longest subsequences the one that rapidfuzz finds, from the end, deletions first. */
#include "native.h"
#include "aligning.h"

#define NOWHERE UINT32_MAX

/* Give each code point an id: that of the first one in `a` that is equal, or NOWHERE. Ids ascend
   from 0; `*ids` tells how many there are. */
static int
number_points(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count,
              uint32_t *a_ids, uint32_t *b_ids, size_t *ids)
{
    /* Most code points are below NARROW, or stand alone in their slot. */
    enum { NARROW = 256 };
    uint32_t narrow[NARROW], fresh = 0;
    struct { uint32_t point, id; } few[1024], *slots = few;
    size_t size = 64, count = a_count + b_count;
    while (size < 2 * a_count) {
        size *= 2;
    }
    if (size > sizeof few / sizeof *few) {
        slots = room(size, sizeof *slots);
        if (slots == NULL) {
            return -1;
        }
    }
    memset(narrow, 0xff, sizeof narrow);
    int wide = 0;
    for (size_t place = 0; place < count; place++) {
        int is_a = place < a_count;
        uint32_t point = is_a ? a[place] : b[place - a_count];
        uint32_t *id = &narrow[point & (NARROW - 1)];
        if (point >= NARROW) {
            if (!wide) {
                memset(slots, 0xff, size * sizeof *slots);
                wide = 1;
            }
            uint32_t hash = point * 0x9E3779B1u;
            size_t slot = (hash ^ hash >> 15) & (size - 1);
            while (slots[slot].id != NOWHERE && slots[slot].point != point) {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot].point = point;
            id = &slots[slot].id;
        }
        if (is_a) {
            if (*id == NOWHERE) {
                *id = fresh++;
            }
            a_ids[place] = *id;
        }
        else {
            b_ids[place - a_count] = *id;
        }
    }
    *ids = fresh;
    if (slots != few) {
        PyMem_Free(slots);
    }
    return 0;
}

/* The same for grams of `width` code points. */
static int
number_grams(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count, size_t width,
             uint32_t *a_ids, uint32_t *b_ids, size_t *ids)
{
    size_t size = 64;
    while (size < 2 * a_count) {
        size *= 2;
    }
    /* In each slot the place of a gram in `a`, plus one. */
    uint32_t *slots = PyMem_Calloc(size, sizeof *slots);
    if (slots == NULL) {
        return -1;
    }
    uint32_t fresh = 0;
    for (size_t place = 0; place < a_count + b_count; place++) {
        int is_a = place < a_count;
        const uint32_t *gram = is_a ? a + place : b + (place - a_count);
        uint32_t hash = 0;
        for (size_t i = 0; i < width; i++) {
            hash = (hash ^ gram[i]) * 0x9E3779B1u;
        }
        size_t slot = (hash ^ hash >> 15) & (size - 1);
        while (slots[slot] && memcmp(a + slots[slot] - 1, gram, width * sizeof *gram)) {
            slot = (slot + 1) & (size - 1);
        }
        uint32_t id = slots[slot] ? a_ids[slots[slot] - 1] : is_a ? fresh++ : NOWHERE;
        if (is_a) {
            slots[slot] = slots[slot] ? slots[slot] : (uint32_t)place + 1;
            a_ids[place] = id;
        }
        else {
            b_ids[place - a_count] = id;
        }
    }
    *ids = fresh;
    PyMem_Free(slots);
    return 0;
}

static inline int
is_set(const uint64_t *row, size_t bit)
{
    return row[bit / 64] >> bit % 64 & 1;
}

/* Fill a row for each id of `b`: a bit is clear where the subsequence grows. */
static void
fill_rows(const uint64_t *places, size_t words, const uint32_t *b, size_t b_count, uint64_t *rows)
{
    for (size_t row = 0; row < b_count; row++) {
        uint64_t *now = rows + row * words;
        const uint64_t *before = row ? now - words : NULL;
        if (b[row] == NOWHERE) {
            for (size_t word = 0; word < words; word++) {
                now[word] = before ? before[word] : UINT64_MAX;
            }
            continue;
        }
        const uint64_t *match = places + b[row] * words;
        uint64_t carry = 0;
        for (size_t word = 0; word < words; word++) {
            uint64_t state = before ? before[word] : UINT64_MAX;
            uint64_t used = state & match[word];
            uint64_t sum = state + used;
            uint64_t over = sum < state;
            sum += carry;
            carry = over | (sum < carry);
            now[word] = sum | (state - used);
        }
    }
}

/* Append a run in front of which nothing is found any more. */
static void
push(Runs *found, Run run)
{
    if (run.size) {
        found->runs[found->count++] = run;
    }
}

/* Follow the rows from their end, and gather the runs, the last one first. */
static void
trace(const uint64_t *rows, size_t words, size_t a_count, size_t b_count, size_t tail, Runs *found)
{
    size_t column = a_count, row = b_count;
    Run run = {a_count, b_count, tail};
    while (row && column) {
        if (is_set(rows + (row - 1) * words, column - 1)) {
            column--;
            continue;
        }
        row--;
        if (row && !is_set(rows + (row - 1) * words, column - 1)) {
            continue;
        }
        column--;
        if (run.a != column + 1 || run.b != row + 1) {
            push(found, run);
            run.size = 0;
        }
        run = (Run){column, row, run.size + 1};
    }
    push(found, run);
}

/* Align two sequences of ids, of which `a` has `ids` different ones; behind them `tail` are equal. */
static int
align(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count, size_t ids, size_t tail,
      Runs *found)
{
    size_t words = (a_count + 63) / 64;
    /* No two runs touch: between them a code point of either side is left out. */
    found->runs = room(a_count + b_count + 1, sizeof *found->runs);
    uint64_t *places = PyMem_Calloc(ids * words + 1, sizeof *places);
    uint64_t *rows = room(b_count * words, sizeof *rows);
    if (found->runs != NULL && places != NULL && rows != NULL) {
        for (size_t place = 0; place < a_count; place++) {
            places[a[place] * words + place / 64] |= 1ull << place % 64;
        }
        fill_rows(places, words, b, b_count, rows);
        trace(rows, words, a_count, b_count, tail, found);
    }
    else {
        PyMem_Free(found->runs);
        found->runs = NULL;
    }
    PyMem_Free(places);
    PyMem_Free(rows);
    return found->runs == NULL ? -1 : 0;
}

/* Align the grams of two texts; the runs found have the last one in front. */
static int
align_grams(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size, size_t width,
            Runs *found)
{
    size_t a_count = a_size < width ? 0 : a_size - width + 1;
    size_t b_count = b_size < width ? 0 : b_size - width + 1;
    size_t equal = 0;
    while (equal < a_size && equal < b_size && a[a_size - 1 - equal] == b[b_size - 1 - equal]) {
        equal++;
    }
    size_t tail = equal < width ? 0 : equal - width + 1;
    a_count -= tail;
    b_count -= tail;
    found->runs = NULL;
    found->count = 0;
    uint32_t *ids = room(a_count + b_count, sizeof *ids);
    size_t different;
    int failed = ids == NULL
                 || (width == 1
                         ? number_points(a, a_count, b, b_count, ids, ids + a_count, &different)
                         : number_grams(a, a_count, b, b_count, width, ids, ids + a_count,
                                        &different))
                        < 0
                 || align(ids, a_count, ids + a_count, b_count, different, tail,
                          found)
                        < 0;
    PyMem_Free(ids);
    return failed ? -1 : 0;
}

static void
reverse(Runs *found)
{
    for (size_t i = 0, j = found->count; i + 1 < j; i++) {
        Run run = found->runs[i];
        found->runs[i] = found->runs[--j];
        found->runs[j] = run;
    }
}

int
common_runs(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size, size_t least,
            Runs *found)
{
    if (align_grams(a, a_size, b, b_size, 1, found) < 0) {
        return -1;
    }
    size_t kept = 0;
    for (size_t i = 0; i < found->count; i++) {
        if (found->runs[i].size >= least) {
            found->runs[kept++] = found->runs[i];
        }
    }
    found->count = kept;
    reverse(found);
    return 0;
}

int
runs_of_grams(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size, size_t width,
              Runs *found)
{
    if (align_grams(a, a_size, b, b_size, width, found) < 0) {
        return -1;
    }
    reverse(found);
    size_t kept = 0, a_end = 0, b_end = 0;
    for (size_t i = 0; i < found->count; i++) {
        Run block = found->runs[i];
        /* What stands once in one text and twice in the other counts once. */
        size_t skip = a_end > block.a ? a_end - block.a : 0;
        if (b_end > block.b && b_end - block.b > skip) {
            skip = b_end - block.b;
        }
        if (block.size + width - 1 <= skip) {
            continue;
        }
        Run run = {block.a + skip, block.b + skip, block.size + width - 1 - skip};
        found->runs[kept++] = run;
        a_end = run.a + run.size;
        b_end = run.b + run.size;
    }
    found->count = kept;
    return 0;
}

int
is_astray(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size, size_t probe,
          const Runs *runs)
{
    if (a_size < probe || b_size < probe) {
        return 0;
    }
    size_t pieces = b_size - probe + 1, size = 64;
    while (size < 2 * pieces) {
        size *= 2;
    }
    /* Rolling hashes of all pieces of `b` (R. Karp and M. Rabin 1987), chained by place. */
    uint32_t *slots = PyMem_Calloc(size + pieces, sizeof *slots);
    if (slots == NULL) {
        return -1;
    }
    uint32_t *next = slots + size;
    const uint64_t factor = 0x9E3779B97F4A7C15ull;
    uint64_t power = 1, hash = 0;
    for (size_t i = 0; i < probe; i++) {
        hash = hash * factor + b[i];
        power *= factor;
    }
    for (size_t place = 0; place < pieces; place++) {
        size_t slot = hash >> 32 & (size - 1);
        next[place] = slots[slot];
        slots[slot] = (uint32_t)place + 1;
        if (place + probe < b_size) {
            hash = hash * factor + b[place + probe] - power * b[place];
        }
    }
    int found = 0;
    size_t run = 0, run_start = 0, run_end = 0;
    for (size_t place = 0; place + probe <= a_size && !found; place += probe) {
        while (run_end < place + probe && run < runs->count) {
            run_start = runs->runs[run].a;
            run_end = run_start + runs->runs[run].size;
            run++;
        }
        if (run_start <= place && place + probe <= run_end) {
            continue;
        }
        hash = 0;
        for (size_t i = 0; i < probe; i++) {
            hash = hash * factor + a[place + i];
        }
        for (uint32_t at = slots[hash >> 32 & (size - 1)]; at && !found; at = next[at - 1]) {
            found = !memcmp(a + place, b + at - 1, probe * sizeof *a);
        }
    }
    PyMem_Free(slots);
    return found;
}
