/* The runs that two sequences of ids have in common. */
#ifndef FEEDTOOL_ALIGNING_H
#define FEEDTOOL_ALIGNING_H

#include <stddef.h>
#include <stdint.h>

/* More code points are not aligned: that would take two gigabytes. */
#define MOST_POINTS (1u << 17)

/* Where a common run begins in either sequence, and its length. */
typedef struct {
    size_t a, b, size;
} Run;

typedef struct {
    Run *runs;
    size_t count;
} Runs;

/* All of these return 0, or -1 where there is too little memory. Runs are freed by who asks. */
int common_runs(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size, size_t least,
                Runs *found);
int runs_of_grams(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size, size_t width,
                  Runs *found);
/* 1 where a run of `probe` code points that both have was missed. */
int is_astray(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size, size_t probe,
              const Runs *runs);

#endif
