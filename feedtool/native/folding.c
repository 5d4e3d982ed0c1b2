/* Texts -> normal forms: the map from code point to code points of feedtool.text. */
#include "native.h"

#define POINTS 0x110000

/* What a code point becomes: not met yet, nothing, one other (+ ONE), or several. */
enum { UNMET = 0, DROPPED = 1, ONE = 2 };
#define SEVERAL 0x80000000u

typedef struct {
    PyObject_HEAD
    PyObject *fold;
    uint32_t *table;
    /* What becomes several: how many, then those, one after the other. */
    uint32_t *others;
    size_t used, size;
    /* The most that one becomes: room is made for so many. */
    size_t most;
} Folding;

static PyObject *
made(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static char *names[] = {"fold", NULL};
    PyObject *fold;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "O:Folding", names, &fold)) {
        return NULL;
    }
    Folding *self = (Folding *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->fold = Py_NewRef(fold);
    self->most = 1;
    /* Pages of it that no text touches take no memory. */
    self->table = PyMem_RawCalloc(POINTS, sizeof *self->table);
    if (self->table == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    return (PyObject *)self;
}

static void
freed(Folding *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->fold);
    PyMem_RawFree(self->table);
    PyMem_Free(self->others);
    type->tp_free(self);
    Py_DECREF(type);
}

static int
visited(Folding *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->fold);
    return 0;
}

/* Ask what a code point becomes that no text has shown before. */
static int
meet(Folding *self, uint32_t point)
{
    PyObject *becomes = PyObject_CallFunction(self->fold, "I", (unsigned int)point);
    if (becomes == NULL) {
        return -1;
    }
    if (!PyUnicode_Check(becomes)) {
        PyErr_SetString(PyExc_TypeError, "a code point becomes a string");
        Py_DECREF(becomes);
        return -1;
    }
    size_t count = (size_t)PyUnicode_GET_LENGTH(becomes);
    if (count < 2) {
        self->table[point] = count ? PyUnicode_READ_CHAR(becomes, 0) + ONE : DROPPED;
        Py_DECREF(becomes);
        return 0;
    }
    if (self->used + count + 1 > self->size) {
        size_t size = 2 * (self->size + count + 1);
        uint32_t *others = PyMem_Realloc(self->others, size * sizeof *others);
        if (others == NULL) {
            Py_DECREF(becomes);
            PyErr_NoMemory();
            return -1;
        }
        self->others = others;
        self->size = size;
    }
    self->others[self->used] = (uint32_t)count;
    read_points(becomes, 0, (Py_ssize_t)count, self->others + self->used + 1);
    self->table[point] = SEVERAL | (uint32_t)self->used;
    self->used += count + 1;
    if (count > self->most) {
        self->most = count;
    }
    Py_DECREF(becomes);
    return 0;
}

/* Meet all code points of a text, so that what follows asks nobody. */
static int
meet_all(Folding *self, PyObject *text)
{
    const void *data = PyUnicode_DATA(text);
    int kind = PyUnicode_KIND(text);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    for (Py_ssize_t place = 0; place < length; place++) {
        uint32_t point = PyUnicode_READ(kind, data, place);
        if (self->table[point] == UNMET && meet(self, point) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyObject *folded_in_pieces(Folding *self, PyObject *text, Py_ssize_t size);

/* Return how many code points a text becomes. */
static size_t
count_folded(const Folding *self, PyObject *text)
{
    const void *data = PyUnicode_DATA(text);
    int kind = PyUnicode_KIND(text);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    size_t count = 0;
    for (Py_ssize_t place = 0; place < length; place++) {
        uint32_t becomes = self->table[PyUnicode_READ(kind, data, place)];
        count += becomes & SEVERAL ? self->others[becomes & ~SEVERAL] : becomes >= ONE;
    }
    return count;
}

/* Write what a text becomes into `points`; return how many code points these are, and in `*all` the
   bits of each of them. */
static size_t
write_folded(const Folding *self, PyObject *text, uint32_t *points, Py_UCS4 *all)
{
    const void *data = PyUnicode_DATA(text);
    int kind = PyUnicode_KIND(text);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    size_t count = 0;
    uint32_t bits = 0;
    for (Py_ssize_t place = 0; place < length; place++) {
        uint32_t becomes = self->table[PyUnicode_READ(kind, data, place)];
        if (becomes & SEVERAL) {
            const uint32_t *others = self->others + (becomes & ~SEVERAL);
            for (uint32_t i = 1; i <= others[0]; i++) {
                points[count++] = others[i];
                bits |= others[i];
            }
        }
        else if (becomes >= ONE) {
            points[count++] = becomes - ONE;
            bits |= becomes - ONE;
        }
    }
    *all = bits;
    return count;
}

/* Return a string of code points; `all` has the bits of each of them, which tell how wide the widest
   one is. */
static PyObject *
string_of(const uint32_t *points, size_t count, Py_UCS4 all)
{
    /* Bits of several may be those of none that there is. */
    PyObject *text = PyUnicode_New((Py_ssize_t)count, all < POINTS ? all : POINTS - 1);
    if (text == NULL || !count) {
        return text;
    }
    if (PyUnicode_KIND(text) == PyUnicode_1BYTE_KIND) {
        for (size_t i = 0; i < count; i++) {
            PyUnicode_1BYTE_DATA(text)[i] = (Py_UCS1)points[i];
        }
    }
    else if (PyUnicode_KIND(text) == PyUnicode_2BYTE_KIND) {
        for (size_t i = 0; i < count; i++) {
            PyUnicode_2BYTE_DATA(text)[i] = (Py_UCS2)points[i];
        }
    }
    else {
        memcpy(PyUnicode_4BYTE_DATA(text), points, count * sizeof *points);
    }
    return text;
}

/* Write what a text becomes into `points`, which has room for as many code points as it has, in one
   go; return how many these are, or -1 where it has one that was not met, or becomes several. */
static Py_ssize_t
write_plain(const Folding *self, PyObject *text, uint32_t *points, Py_UCS4 *all)
{
    const void *data = PyUnicode_DATA(text);
    int kind = PyUnicode_KIND(text);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text), count = 0;
    uint32_t bits = 0;
    for (Py_ssize_t place = 0; place < length; place++) {
        uint32_t becomes = self->table[PyUnicode_READ(kind, data, place)];
        if (becomes == UNMET || becomes & SEVERAL) {
            return -1;
        }
        uint32_t kept = becomes >= ONE;
        points[count] = becomes - ONE;
        bits |= points[count] & -kept;
        count += kept;
    }
    *all = bits;
    return count;
}

/* Return what a text becomes; a long one comes in pieces, each of which needs four times its room. */
static PyObject *
folded(Folding *self, PyObject *text)
{
    enum { FEW = 2048, PIECE = 1 << 20 };
    uint32_t few[FEW], *points = few;
    Py_UCS4 all;
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (length <= FEW) {
        /* So it is with nearly all texts. */
        Py_ssize_t plain = write_plain(self, text, few, &all);
        if (plain >= 0) {
            return string_of(few, (size_t)plain, all);
        }
    }
    if (length > PIECE) {
        return folded_in_pieces(self, text, PIECE);
    }
    if (meet_all(self, text) < 0) {
        return NULL;
    }
    if ((size_t)length * self->most > FEW) {
        points = room(count_folded(self, text), sizeof *points);
        if (points == NULL) {
            return PyErr_NoMemory();
        }
    }
    size_t count = write_folded(self, text, points, &all);
    PyObject *found = string_of(points, count, all);
    if (points != few) {
        PyMem_Free(points);
    }
    return found;
}

static PyObject *
folded_in_pieces(Folding *self, PyObject *text, Py_ssize_t size)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    PyObject *found = NULL, *nothing = PyUnicode_New(0, 0), *pieces = PyList_New(0);
    int failed = pieces == NULL || nothing == NULL;
    for (Py_ssize_t start = 0; start < length && !failed; start += size) {
        PyObject *piece = PyUnicode_Substring(text, start, start + size);
        PyObject *folded_piece = piece == NULL ? NULL : folded(self, piece);
        /* A signal is heeded between two of them. */
        failed = folded_piece == NULL || PyList_Append(pieces, folded_piece) < 0
                 || PyErr_CheckSignals() < 0;
        Py_XDECREF(piece);
        Py_XDECREF(folded_piece);
    }
    if (!failed) {
        found = PyUnicode_Join(nothing, pieces);
    }
    Py_XDECREF(nothing);
    Py_XDECREF(pieces);
    return found;
}

static PyObject *
fold_all(Folding *self, PyObject *texts)
{
    PyObject *list = PySequence_List(texts);
    if (list == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        PyObject *text = PyList_GET_ITEM(list, i);
        if (!PyUnicode_Check(text)) {
            PyErr_SetString(PyExc_TypeError, "texts are strings");
            Py_DECREF(list);
            return NULL;
        }
        PyObject *normal = folded(self, text);
        if (normal == NULL || PyList_SetItem(list, i, normal) < 0) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

static PyMethodDef methods[] = {
    {"fold", (PyCFunction)fold_all, METH_O,
     "Return what the code points of texts become."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_new, made},
    {Py_tp_dealloc, freed},
    {Py_tp_traverse, visited},
    {Py_tp_methods, methods},
    {Py_tp_doc, "A table of what each code point becomes, filled by `fold` as they are met."},
    {0, NULL},
};

PyType_Spec Folding_spec = {
    .name = "feedtool.native._core.Folding",
    .basicsize = sizeof(Folding),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
