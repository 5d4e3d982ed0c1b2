/* Texts -> the plain ways in which nearly all of them end, as feedtool.formats.truncation tells. */
#include "native.h"

#define DOTS 3

static int
is_in(PyObject *text, Py_UCS4 point)
{
    return PyUnicode_FindChar(text, point, 0, PyUnicode_GET_LENGTH(text), 1) >= 0;
}

/* Tell whether two code points stand beside each other in a text of such pairs. */
static int
is_pair(PyObject *pairs, Py_UCS4 first, Py_UCS4 second)
{
    int kind = PyUnicode_KIND(pairs);
    const void *data = PyUnicode_DATA(pairs);
    for (Py_ssize_t i = 0; i + 1 < PyUnicode_GET_LENGTH(pairs); i += 2) {
        if (PyUnicode_READ(kind, data, i + 1) == second && PyUnicode_READ(kind, data, i) == first) {
            return 1;
        }
    }
    return 0;
}

/* Return a letter as `str.lower` has it; 0 where it takes Python to tell. */
static Py_UCS4
small(Py_UCS4 point)
{
    if (point < 0x80) {
        return Py_TOLOWER(point);
    }
    return Py_UNICODE_TOLOWER(point) == point ? point : 0;
}

/* Return how long a text is in front of three dots that are its only marker, `none` where it ends
   in no marker, and `unclear` where it has to be looked at. */
static Py_ssize_t
plain_ending(PyObject *text, PyObject *before, PyObject *pairs, Py_ssize_t none, Py_ssize_t unclear)
{
    Py_ssize_t size = PyUnicode_GET_LENGTH(text);
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    if (size < DOTS + 2) {
        return unclear;
    }
    Py_ssize_t dots = 0;
    while (dots < DOTS && PyUnicode_READ(kind, data, size - 1 - dots) == '.') {
        dots++;
    }
    if (dots == DOTS) {
        Py_UCS4 last = PyUnicode_READ(kind, data, size - 4);
        Py_UCS4 second = PyUnicode_READ(kind, data, size - 5);
        return is_in(before, last) || is_pair(pairs, second, last) ? unclear : size - DOTS;
    }
    Py_ssize_t end = size - (dots > 0);
    Py_UCS4 last = PyUnicode_READ(kind, data, end - 1);
    Py_UCS4 small_last = small(last), second = small(PyUnicode_READ(kind, data, end - 2));
    if (is_in(before, last) || !small_last || !second || is_pair(pairs, second, small_last)) {
        return unclear;
    }
    return none;
}

PyObject *
native_plain_endings(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *texts, *before, *pairs;
    Py_ssize_t none, unclear;
    if (!PyArg_ParseTuple(args, "O!UUnn:plain_endings", &PyList_Type, &texts, &before, &pairs, &none,
                          &unclear)) {
        return NULL;
    }
    Py_ssize_t count = PyList_GET_SIZE(texts);
    PyObject *found = PyList_New(count);
    for (Py_ssize_t i = 0; found != NULL && i < count; i++) {
        PyObject *text = PyList_GET_ITEM(texts, i);
        if (!PyUnicode_Check(text)) {
            PyErr_SetString(PyExc_TypeError, "a text is a string");
            Py_CLEAR(found);
            break;
        }
        PyObject *length = PyLong_FromSsize_t(plain_ending(text, before, pairs, none, unclear));
        if (length == NULL) {
            Py_CLEAR(found);
            break;
        }
        PyList_SET_ITEM(found, i, length);
    }
    return found;
}
