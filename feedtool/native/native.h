/* What the parts of the compiled module share. */
#ifndef FEEDTOOL_NATIVE_H
#define FEEDTOOL_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

/* Read code points of a string into a buffer that has room for them. */
static inline void
read_points(PyObject *text, Py_ssize_t start, Py_ssize_t end, uint32_t *into)
{
    const void *data = PyUnicode_DATA(text);
    int kind = PyUnicode_KIND(text);
    for (Py_ssize_t place = start; place < end; place++) {
        *into++ = PyUnicode_READ(kind, data, place);
    }
}

/* Get memory for so many things of one size; at least one, so that NULL is an error. */
static inline void *
room(size_t count, size_t size)
{
    return PyMem_Malloc((count ? count : 1) * size);
}

static inline size_t
smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Return how many code points are equal at the start of two strings. */
static inline size_t
common_beginning(PyObject *a, PyObject *b)
{
    size_t most = smaller((size_t)PyUnicode_GET_LENGTH(a), (size_t)PyUnicode_GET_LENGTH(b));
    size_t place = 0;
    const void *ours = PyUnicode_DATA(a), *theirs = PyUnicode_DATA(b);
    int our_kind = PyUnicode_KIND(a), their_kind = PyUnicode_KIND(b);
    if (our_kind == their_kind) {
        /* Eight bytes at a time, as far as they go. */
        size_t width = (size_t)our_kind, steps = most * width / sizeof(uint64_t), step = 0;
        uint64_t one, other;
        for (; step < steps; step++) {
            memcpy(&one, (const char *)ours + step * sizeof one, sizeof one);
            memcpy(&other, (const char *)theirs + step * sizeof other, sizeof other);
            if (one != other) {
                break;
            }
        }
        place = step * sizeof one / width;
    }
    while (place < most
           && PyUnicode_READ(our_kind, ours, (Py_ssize_t)place)
                  == PyUnicode_READ(their_kind, theirs, (Py_ssize_t)place)) {
        place++;
    }
    return place;
}

static inline int
is_same_string(PyObject *a, PyObject *b)
{
    /* One kind, the narrowest that holds it, and one length are those of equal strings. */
    return PyUnicode_GET_LENGTH(a) == PyUnicode_GET_LENGTH(b)
           && PyUnicode_KIND(a) == PyUnicode_KIND(b)
           && !memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b),
                      (size_t)PyUnicode_GET_LENGTH(a) * (size_t)PyUnicode_KIND(a));
}

extern PyType_Spec Folding_spec;
extern PyType_Spec Comparer_spec;
extern PyType_Spec Relater_spec;
PyObject *native_plain_endings(PyObject *module, PyObject *args);
PyObject *native_keys(PyObject *module, PyObject *args);
PyObject *native_common_beginning(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *native_edits(PyObject *module, PyObject *const *args, Py_ssize_t count);

#endif
