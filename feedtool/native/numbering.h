/* The numbers near the start of a normal form, which tell the members of a series apart. */
#ifndef FEEDTOOL_NUMBERING_H
#define FEEDTOOL_NUMBERING_H

#include "native.h"
#include "aligning.h"

/* So many code points of a text are looked at for numbers, at most: each may be one. */
#define MOST_HEAD 128
#define MOST_LETTERS 64

#define ALPHABET 26

/* Words of two and more small letters that were read from a tuple of Python, which keeps them, by
   their first letters: those with the i-th letter begin at `begins[i]`, and the bits of `seconds[i]`
   are their second letters. */
typedef struct {
    const char **words;
    size_t begins[ALPHABET + 1];
    uint32_t seconds[ALPHABET];
} Words;

/* Some code points; in `bits` the one of the last bits of each of them is set. */
typedef struct {
    uint32_t points[MOST_LETTERS];
    size_t count;
    uint64_t bits[4];
} Letters;

/* What counts the parts of something, and the unit that stands beside it then. */
#define MOST_SECTIONS 8
typedef struct {
    struct {
        Letters letters, unit;
    } all[MOST_SECTIONS];
    size_t count;
} Sections;

/* What numbers are made of: the arguments of `Numbering`, which feedtool.numbering gives. */
typedef struct {
    PyObject_HEAD
    PyObject *kept;
    Words parts, words, series, counted, roman_series, between, behind, in_front;
    Letters roman, ordinal, numerals, units, last, counts, stage_letters, editions, edition, of,
        share;
    Sections sections, turns;
    size_t numbered, numbers_end, longest_word, longest_roman;
} Numbering;

/* A number: where it begins and ends, and of what it is made. */
typedef enum { IN_DIGITS, IN_WORDS, IN_CHINESE, KINDS } Kind;
typedef struct {
    size_t start, end;
    Kind kind;
} Number;

/* The beginning of a text with its numbers. */
typedef struct {
    uint32_t points[MOST_HEAD];
    size_t size;
    Number numbers[MOST_HEAD];
    size_t count;
} Head;

/* Find the numbers near the start of the first `size` code points of a text. */
void read_head(const Numbering *self, PyObject *text, size_t size, Head *head);

/* Tell whether both texts have a number at one place near their start, and it differs. The runs
   lie beyond `start` equal code points. */
int other_number(const Numbering *self, const Head *a, size_t a_size, const Head *b, size_t b_size,
                 const Runs *runs, size_t start);

/* Tell whether two normal forms first differ in a number near their start. `head` is that of `a`
   if it was read before; else its size is 0, and it is read here where it takes it to tell. */
int parts_at_a_number(const Numbering *self, PyObject *a, PyObject *b, Head *head);

extern PyType_Spec Numbering_spec;

#endif
