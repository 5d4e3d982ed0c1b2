/* Texts -> the plain ways in which nearly all of them end, as feedtool.formats.truncation tells. */
#include "native.h"

#define DOTS 3
#define ELLIPSIS 0x2026

static int
is_in(PyObject *text, Py_UCS4 point)
{
    return PyUnicode_FindChar(text, point, 0, PyUnicode_GET_LENGTH(text), 1) >= 0;
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

/* What texts end in, as feedtool.formats.truncation has it: what may be part of a marker (`junk`),
   what of it may stand around one (`around`), and phrases in small letters, with their last ones
   (`lasts`), among the last `reach` code points. Behind a marker a page may go on for `furniture`
   code points. */
typedef struct {
    PyObject *junk, *around, *lasts, *phrases;
    Py_ssize_t reach, furniture, none, inner, unclear;
} Endings;

/* Tell whether the first code points of a text end in a phrase, or may. */
static int
ends_in(PyObject *text, Py_ssize_t end, PyObject *phrase)
{
    Py_ssize_t size = PyUnicode_GET_LENGTH(phrase);
    for (Py_ssize_t back = 1; back <= size && back <= end; back++) {
        Py_UCS4 point = small(PyUnicode_READ_CHAR(text, end - back));
        if (point && point != PyUnicode_READ_CHAR(phrase, size - back)) {
            return 0;
        }
    }
    return 1;
}

/* Tell whether a text, but for junk behind it, ends in a phrase, or may. */
static int
may_be_phrase(const Endings *self, PyObject *text, Py_ssize_t end)
{
    Py_ssize_t bare = end, first = end > self->reach ? end - self->reach : 0;
    while (bare > first && is_in(self->junk, PyUnicode_READ_CHAR(text, bare - 1))) {
        bare--;
    }
    Py_UCS4 last = bare ? small(PyUnicode_READ_CHAR(text, bare - 1)) : 0;
    /* Of most texts their last letter tells. */
    if (last && !is_in(self->lasts, last)) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self->phrases); i++) {
        if (ends_in(text, bare, PyTuple_GET_ITEM(self->phrases, i))) {
            return 1;
        }
    }
    return 0;
}

/* Tell whether an ellipsis stands among the last code points of a text, or one of HTML may. */
static int
has_dots(PyObject *text, Py_ssize_t end, Py_ssize_t reach)
{
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    Py_ssize_t dots = 0;
    for (Py_ssize_t place = end > reach ? end - reach : 0; place < end; place++) {
        Py_UCS4 point = PyUnicode_READ(kind, data, place);
        dots = point == '.' ? dots + 1 : 0;
        if (dots == DOTS || point == ELLIPSIS || point == '&') {
            return 1;
        }
    }
    return 0;
}

/* Return `none` for a text that ends in no marker, or `inner` where one may stand inside. */
static Py_ssize_t
unmarked(const Endings *self, PyObject *text, Py_ssize_t size)
{
    return has_dots(text, size, self->furniture) ? self->inner : self->none;
}

/* Return how long a text is in front of three dots that are its only marker, `none` or `inner` where
   it ends in no marker, and `unclear` where it has to be looked at. */
static Py_ssize_t
plain_ending(const Endings *self, PyObject *text)
{
    Py_ssize_t size = PyUnicode_GET_LENGTH(text);
    if (size < DOTS + 2) {
        return self->unclear;
    }
    Py_ssize_t dots = 0;
    while (dots < DOTS && PyUnicode_READ_CHAR(text, size - 1 - dots) == '.') {
        dots++;
    }
    Py_UCS4 last = PyUnicode_READ_CHAR(text, size - 1 - dots);
    if (dots == DOTS - 1 || last == '.' || last == ELLIPSIS || may_be_phrase(self, text, size)) {
        return self->unclear;
    }
    if (dots) {
        return dots == DOTS ? size - DOTS : unmarked(self, text, size);
    }
    if (is_in(self->around, last) && !has_dots(text, size, self->reach)) {
        return unmarked(self, text, size);
    }
    return is_in(self->junk, last) ? self->unclear : unmarked(self, text, size);
}

PyObject *
native_plain_endings(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *texts;
    Endings self;
    if (!PyArg_ParseTuple(args, "O!UUUO!nnnnn:plain_endings", &PyList_Type, &texts, &self.junk,
                          &self.around, &self.lasts, &PyTuple_Type, &self.phrases, &self.reach,
                          &self.furniture, &self.none, &self.inner, &self.unclear)) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self.phrases); i++) {
        if (!PyUnicode_Check(PyTuple_GET_ITEM(self.phrases, i))) {
            PyErr_SetString(PyExc_TypeError, "a phrase is a string");
            return NULL;
        }
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
        PyObject *length = PyLong_FromSsize_t(plain_ending(&self, text));
        if (length == NULL) {
            Py_CLEAR(found);
            break;
        }
        PyList_SET_ITEM(found, i, length);
    }
    return found;
}
