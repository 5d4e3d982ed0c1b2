/* Pairs of normal forms -> how alike they are, as feedtool.comparing tells it. */
#include "comparing.h"

/* Two texts while they are compared: equal up to `start`, looked at up to their sizes. */
typedef struct {
    PyObject *a, *b;
    size_t start, a_size, b_size;
    /* Their code points from `start` on. */
    const uint32_t *a_rest, *b_rest;
    int a_cut, b_cut;
} Pair;

const Alike EQUAL = {.score = 1, .beginning = 1, .is_equal = 1};

static double
dice(size_t common, size_t a, size_t b)
{
    return (double)(2 * common) / (double)(a + b);
}

PyObject *
told(const Comparer *self, const Alike *alike)
{
    if (alike->is_equal || alike->is_unlike) {
        return Py_NewRef(alike->is_equal ? self->equal : self->unlike);
    }
    PyObject *fields = Py_BuildValue(
        "(dNNn(nn)N)", alike->score, PyBool_FromLong(alike->beginning),
        PyBool_FromLong(alike->other_number), (Py_ssize_t)alike->start,
        (Py_ssize_t)alike->a_shown, (Py_ssize_t)alike->b_shown, PyBool_FromLong(alike->moved));
    if (fields == NULL) {
        return NULL;
    }
    /* A named tuple is made of its fields as a tuple is. */
    PyObject *found = NULL;
    PyObject *args = PyTuple_Pack(1, fields);
    if (args != NULL) {
        found = PyTuple_Type.tp_new((PyTypeObject *)self->likeness, args, NULL);
        Py_DECREF(args);
    }
    Py_DECREF(fields);
    return found;
}

/* Return how much of a text is left without a number near its start through which it may be cut. */
static size_t
without_cut_number(const Comparer *self, PyObject *text, size_t size, int cut)
{
    if (!cut || size > self->numbering->numbered) {
        return size;
    }
    while (size) {
        Py_UCS4 last = PyUnicode_READ_CHAR(text, (Py_ssize_t)size - 1);
        if (last < '0' || last > '9') {
            break;
        }
        size--;
    }
    return size;
}

static int
numbers_differ(const Comparer *self, const Pair *pair, const Runs *runs)
{
    if (pair->start >= self->numbering->numbered) {
        return 0;
    }
    size_t a_size = without_cut_number(self, pair->a, pair->a_size, pair->a_cut);
    size_t b_size = without_cut_number(self, pair->b, pair->b_size, pair->b_cut);
    Head a, b;
    read_head(self->numbering, pair->a, a_size, &a);
    if (!a.count) {
        return 0;
    }
    read_head(self->numbering, pair->b, b_size, &b);
    return other_number(self->numbering, &a, a_size, &b, b_size, runs, pair->start);
}

static int
is_moved(const Pair *pair, Run first)
{
    size_t i = first.a, j = first.b;
    while (smaller(i, j) > 0 && pair->a_rest[i - 1] == pair->b_rest[j - 1]) {
        i--;
        j--;
    }
    return smaller(i, j) == 0;
}

static void
measure(const Comparer *self, const Pair *pair, const Runs *runs, Alike *alike)
{
    Run last = runs->count ? runs->runs[runs->count - 1] : (Run){0, 0, 0};
    size_t a_tail = pair->a_size - pair->start - last.a - last.size;
    size_t b_tail = pair->b_size - pair->start - last.b - last.size;
    size_t common = pair->start;
    for (size_t i = 0; i < runs->count; i++) {
        common += runs->runs[i].size;
    }
    alike->beginning = 0;
    alike->start = pair->start;
    alike->a_shown = pair->a_size - (pair->b_cut && a_tail > b_tail ? a_tail - b_tail : 0);
    alike->b_shown = pair->b_size - (pair->a_cut && b_tail > a_tail ? b_tail - a_tail : 0);
    alike->score = dice(common, alike->a_shown, alike->b_shown);
    alike->moved = runs->count && is_moved(pair, runs->runs[0]);
    alike->other_number = numbers_differ(self, pair, runs);
}

/* Measure by the runs of letters and, where these lead astray, by those of grams; -1 where there is
   too little memory. */
static int
align(const Comparer *self, const Pair *pair, Alike *alike)
{
    const uint32_t *a = pair->a_rest, *b = pair->b_rest;
    size_t a_size = pair->a_size - pair->start, b_size = pair->b_size - pair->start;
    size_t least = pair->a_size > self->is_short ? self->least_run : self->least_run_short;
    Runs runs, by_grams = {NULL, 0};
    if (common_runs(a, a_size, b, b_size, least, &runs) < 0) {
        return -1;
    }
    alike->is_unlike = !pair->start && !runs.count;
    int astray = 0;
    if (!alike->is_unlike) {
        measure(self, pair, &runs, alike);
        if (alike->score < self->sure && pair->a_size > self->is_short) {
            astray = is_astray(a, a_size, b, b_size, self->probe, &runs);
        }
    }
    if (astray > 0 && runs_of_grams(a, a_size, b, b_size, self->gram, &by_grams) < 0) {
        astray = -1;
    }
    if (astray > 0) {
        Alike grams = {0};
        measure(self, pair, &by_grams, &grams);
        if (grams.score > alike->score) {
            *alike = grams;
        }
    }
    PyMem_Free(runs.runs);
    PyMem_Free(by_grams.runs);
    return astray < 0 ? -1 : 0;
}

/* Compare two texts that are equal up to `start`, where both go on. */
static int
compare_rest(const Comparer *self, Pair *pair, Alike *alike)
{
    size_t end = pair->start + self->window;
    pair->a_cut = pair->a_cut || pair->a_size > end;
    pair->b_cut = pair->b_cut || pair->b_size > end;
    pair->a_size = smaller(pair->a_size, end);
    pair->b_size = smaller(pair->b_size, end);
    size_t a_rest = pair->a_size - pair->start, b_rest = pair->b_size - pair->start;
    uint32_t *points = room(a_rest + b_rest, sizeof *points);
    if (points == NULL) {
        return -1;
    }
    read_points(pair->a, (Py_ssize_t)pair->start, (Py_ssize_t)pair->a_size, points);
    read_points(pair->b, (Py_ssize_t)pair->start, (Py_ssize_t)pair->b_size, points + a_rest);
    pair->a_rest = points;
    pair->b_rest = points + a_rest;
    int failed = align(self, pair, alike);
    PyMem_Free(points);
    return failed;
}

/* Compare a whole text with one that goes on where it ends. */
static void
compare_continued(const Comparer *self, Pair *pair, Alike *alike)
{
    Runs none = {NULL, 0};
    pair->a_cut = pair->b_cut = 0;
    alike->score = dice(pair->a_size, pair->a_size, pair->b_size);
    alike->beginning = 1;
    alike->other_number = numbers_differ(self, pair, &none);
}

int
compare_normals(const Comparer *self, PyObject *a, int a_cut, PyObject *b, int b_cut, Alike *alike)
{
    Pair pair = {.a = a, .b = b, .a_cut = a_cut, .b_cut = b_cut};
    pair.a_size = (size_t)PyUnicode_GET_LENGTH(a);
    pair.b_size = (size_t)PyUnicode_GET_LENGTH(b);
    *alike = (Alike){0};
    int order = pair.a_size < pair.b_size ? -1 : pair.a_size > pair.b_size;
    if (order == 0) {
        order = PyUnicode_Compare(a, b);
        if (order == 0) {
            *alike = EQUAL;
            return 0;
        }
    }
    if (order > 0) {
        pair = (Pair){.a = pair.b, .b = pair.a, .a_size = pair.b_size, .b_size = pair.a_size,
                      .a_cut = pair.b_cut, .b_cut = pair.a_cut};
    }
    pair.start = common_beginning(pair.a, pair.b);
    if (pair.start < pair.a_size) {
        return compare_rest(self, &pair, alike);
    }
    if (pair.a_cut) {
        *alike = EQUAL;
    } else {
        compare_continued(self, &pair, alike);
    }
    return 0;
}

/* Read two strings, and whether each is cut: called for every pair, and in half the time that the
   functions of Python take. */
static int
read_pair(PyObject *const *args, Py_ssize_t count, PyObject *names, Pair *pair)
{
    int found = 0;
    if (count == 2 && PyUnicode_Check(args[0]) && PyUnicode_Check(args[1]) && names != NULL) {
        pair->a = args[0];
        pair->b = args[1];
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
            PyObject *name = PyTuple_GET_ITEM(names, i);
            int is_a = !PyUnicode_CompareWithASCIIString(name, "a_cut");
            int is_b = !PyUnicode_CompareWithASCIIString(name, "b_cut");
            int cut = PyObject_IsTrue(args[count + i]);
            if (cut < 0) {
                return -1;
            }
            *(is_a ? &pair->a_cut : &pair->b_cut) = cut;
            found += is_a ? 1 : is_b ? 2 : 4;
        }
    }
    if (found != 3) {
        PyErr_SetString(PyExc_TypeError, "compare() takes two strings, and a_cut and b_cut");
        return -1;
    }
    return 0;
}

static PyObject *
compare(Comparer *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    Pair pair;
    if (read_pair(args, count, names, &pair) < 0) {
        return NULL;
    }
    Alike alike;
    if (compare_normals(self, pair.a, pair.a_cut, pair.b, pair.b_cut, &alike) < 0) {
        return PyErr_NoMemory();
    }
    return told(self, &alike);
}

static PyObject *
made(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static char *names[] = {"equal", "unlike", "numbering", "window", "least_run",
                            "least_run_short", "short", "sure", "probe", "gram", NULL};
    Comparer read;
    PyObject *numbering;
    if (!PyArg_ParseTupleAndKeywords(
            args, kwds, "O!O!OIIIIdII:Comparer", names, &PyTuple_Type, &read.equal,
            &PyTuple_Type, &read.unlike, &numbering, &read.window,
            &read.least_run, &read.least_run_short, &read.is_short, &read.sure, &read.probe,
            &read.gram)) {
        return NULL;
    }
    PyObject *module = PyType_GetModule(type);
    PyObject *wanted = module ? PyObject_GetAttrString(module, "Numbering") : NULL;
    int fits = wanted ? PyObject_IsInstance(numbering, wanted) : -1;
    Py_XDECREF(wanted);
    if (fits < 0) {
        return NULL;
    }
    if (!fits || !read.window || read.window > MOST_POINTS || !read.least_run
        || !read.least_run_short || !read.probe || !read.gram) {
        PyErr_SetString(PyExc_ValueError, "thresholds that this was not made for");
        return NULL;
    }
    Comparer *self = (Comparer *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->window = read.window;
    self->least_run = read.least_run;
    self->least_run_short = read.least_run_short;
    self->is_short = read.is_short;
    self->sure = read.sure;
    self->probe = read.probe;
    self->gram = read.gram;
    self->likeness = Py_NewRef(Py_TYPE(read.equal));
    self->equal = Py_NewRef(read.equal);
    self->unlike = Py_NewRef(read.unlike);
    self->numbering = (Numbering *)Py_NewRef(numbering);
    return (PyObject *)self;
}

static int
visited(Comparer *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->likeness);
    Py_VISIT(self->equal);
    Py_VISIT(self->unlike);
    Py_VISIT(self->numbering);
    return 0;
}

static int
cleared(Comparer *self)
{
    Py_CLEAR(self->likeness);
    Py_CLEAR(self->equal);
    Py_CLEAR(self->unlike);
    Py_CLEAR(self->numbering);
    return 0;
}

static void
freed(Comparer *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    cleared(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"compare", (PyCFunction)(void (*)(void))compare, METH_FASTCALL | METH_KEYWORDS,
     "compare(a, b, *, a_cut, b_cut): see feedtool.comparing."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_new, made},
    {Py_tp_dealloc, freed},
    {Py_tp_traverse, visited},
    {Py_tp_clear, cleared},
    {Py_tp_methods, methods},
    {Py_tp_doc, "How alike two normal forms are, by the thresholds it is made with."},
    {0, NULL},
};

PyType_Spec Comparer_spec = {
    .name = "feedtool.native._core.Comparer",
    .basicsize = sizeof(Comparer),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
