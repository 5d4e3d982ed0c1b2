/* How alike two normal forms are. */
#ifndef FEEDTOOL_COMPARING_H
#define FEEDTOOL_COMPARING_H

#include "numbering.h"

typedef struct {
    PyObject_HEAD
    /* The class of what is told, and two of its values. */
    PyObject *likeness, *equal, *unlike;
    Numbering *numbering;
    /* The thresholds of feedtool.comparing and aligning. */
    unsigned int window, least_run, least_run_short, is_short, probe, gram;
    double sure;
} Comparer;

/* What a Likeness holds, and whether it is one of its two values that have a name. */
typedef struct {
    double score;
    int beginning, other_number, moved;
    size_t start, a_shown, b_shown;
    int is_equal, is_unlike;
} Alike;

extern const Alike EQUAL;

/* Compare two strings, of which either may be cut; -1 where there is too little memory. */
int compare_normals(const Comparer *self, PyObject *a, int a_cut, PyObject *b, int b_cut,
                    Alike *alike);

/* Return it as a Likeness, or NULL. */
PyObject *told(const Comparer *self, const Alike *alike);

#endif
