/* Texts and their candidates -> what is told of each pair, as feedtool.judging.relations does. */
#include "comparing.h"

typedef struct {
    PyObject_HEAD
    Comparer *comparer;
    /* What Python is asked where a text is not of ASCII, or only digits may differ. */
    PyObject *same_numbers, *only_numbers;
    /* The thresholds of feedtool.judging.pairs. */
    unsigned int least_beginning, least_title, headline, dense_from;
    double floor, floor_moved, floor_other, floor_short;
} Relater;

/* As they are numbered in feedtool.judging.relations and by the order of feedtool.model.Change. */
enum { UNCOMPARED, SAME, BEGINNING, NUMBERED, UNCHANGED, EDIT, BELOW, DIGITS };
enum { IDENTICAL = 1, REFORMATTED, EXTENDED, SHORTENED, EDITED };

/* One row of what is told: feedtool.corpus.relations.PAIR. */
typedef struct {
    double score;
    int32_t begun, a_shown, b_shown, gap;
    uint8_t relation, change, told, beginning, other_number, moved, nothing[2];
} Related;

/* A text: its author wrote what stands from `start` to `end`. */
typedef struct {
    PyObject *text, *normal;
    size_t start, end, size;
    int cut;
} Text;

/* Read how long the runs of digits are near the start of some ASCII, but for one through which it
   may be cut; -1 where there is something else. */
static int
digits_of(const Text *text, size_t size, size_t numbers_end, int cut, size_t *lengths)
{
    int kind = PyUnicode_KIND(text->text), count = 0;
    const void *data = PyUnicode_DATA(text->text);
    size_t most = smaller(cut ? size : size + 1, numbers_end), run = 0;
    for (size_t place = 0; place <= size; place++) {
        Py_UCS4 point = 0;
        if (place < size) {
            point = PyUnicode_READ(kind, data, (Py_ssize_t)(text->start + place));
            /* What is no ASCII, and what HTML spells (`&#39;`), is read in Python. */
            if (point >= 0x80 || point == '&') {
                return -1;
            }
        }
        if (point >= '0' && point <= '9') {
            run++;
        } else if (run) {
            if (place < most) {
                lengths[count++] = run;
            }
            run = 0;
        }
    }
    return count;
}

/* Tell whether none of some code points is a digit, or becomes one in a compatible form: so it is of
   ASCII but for digits, of letters of Latin, Han, kana and Hangul and of what stands between them. */
static int
has_no_digits(const Text *text, size_t size)
{
    static const Py_UCS4 ranges[][2] = {
        {0, '0' - 1},       {'9' + 1, 0x7F},    {0xC0, 0x24F},      {0x2018, 0x201F},
        {0x2026, 0x2026},   {0x3000, 0x30FF},   {0x4E00, 0x9FFF},   {0xAC00, 0xD7A3},
        {0xFF01, 0xFF0F},   {0xFF1A, 0xFF5E},
    };
    for (size_t place = 0; place < size; place++) {
        Py_UCS4 point = PyUnicode_READ_CHAR(text->text, (Py_ssize_t)(text->start + place));
        size_t i = 0;
        while (point > ranges[i][1] && i + 1 < sizeof ranges / sizeof *ranges) {
            i++;
        }
        if (point < ranges[i][0] || point > ranges[i][1]) {
            return 0;
        }
    }
    return 1;
}

static int
asked(PyObject *function, PyObject *one, PyObject *other, PyObject *third)
{
    int answer = -1;
    PyObject *found =
        one && other && third
            ? PyObject_CallFunctionObjArgs(function, one, other, third, NULL)
            : NULL;
    if (found != NULL) {
        answer = PyObject_IsTrue(found);
        Py_DECREF(found);
    }
    Py_XDECREF(one);
    Py_XDECREF(other);
    Py_XDECREF(third);
    return answer;
}

static PyObject *
body(const Text *text)
{
    return PyUnicode_Substring(text->text, (Py_ssize_t)text->start, (Py_ssize_t)text->end);
}

/* Tell whether two texts have the same numbers near their start, of which the first one may be cut;
   -1 where that fails. */
static int
same_numbers(const Relater *self, const Text *a, const Text *b, int cut)
{
    size_t numbers_end = self->comparer->numbering->numbers_end;
    size_t a_size = smaller(a->end - a->start, numbers_end);
    size_t b_size = smaller(b->end - b->start, numbers_end);
    if (a_size == b_size) {
        size_t place = 0;
        while (place < a_size
               && PyUnicode_READ_CHAR(a->text, (Py_ssize_t)(a->start + place))
                      == PyUnicode_READ_CHAR(b->text, (Py_ssize_t)(b->start + place))) {
            place++;
        }
        if (place == a_size) {
            return 1;
        }
    }
    if (has_no_digits(a, a_size) || has_no_digits(b, b_size)) {
        return 1;
    }
    size_t ours[MOST_HEAD], theirs[MOST_HEAD];
    int our_count = digits_of(a, a_size, numbers_end, cut, ours);
    int their_count = our_count < 0 ? -1 : digits_of(b, b_size, numbers_end, 0, theirs);
    if (their_count < 0) {
        return asked(self->same_numbers, body(a), body(b), PyBool_FromLong(cut));
    }
    for (int i = 0; i < our_count && i < their_count; i++) {
        if (ours[i] != theirs[i]) {
            return 0;
        }
    }
    return 1;
}

/* Tell whether a candidate is the same text or one is the beginning of the other; -1 where that
   fails. `begun` code points are equal at their start. */
static int
recognised(const Relater *self, const Text *text, const Text *candidate, size_t begun)
{
    const Text *shorter = text->size <= candidate->size ? text : candidate;
    const Text *longer = shorter == text ? candidate : text;
    if (begun < shorter->size) {
        return UNCOMPARED;
    }
    if (shorter->size == longer->size) {
        int same = same_numbers(self, text, candidate, 0);
        return same > 0 ? SAME : same;
    }
    if (!shorter->cut || shorter->size < self->least_beginning) {
        return UNCOMPARED;
    }
    int same = same_numbers(self, shorter, longer, 1);
    return same > 0 ? BEGINNING : same;
}

static int
change_between(const Text *before, const Text *after, size_t begun)
{
    if (is_same_string(before->text, after->text)) {
        return IDENTICAL;
    }
    const Text *shorter = before->size <= after->size ? before : after;
    const Text *longer = shorter == before ? after : before;
    if (begun < shorter->size) {
        return EDITED;
    }
    if (shorter->size == longer->size) {
        return REFORMATTED;
    }
    if (before->cut && after->cut) {
        size_t length = shorter->end - shorter->start, place = 0;
        if (longer->end - longer->start < length) {
            return REFORMATTED;
        }
        while (place < length) {
            if (PyUnicode_READ_CHAR(shorter->text, (Py_ssize_t)(shorter->start + place))
                != PyUnicode_READ_CHAR(longer->text, (Py_ssize_t)(longer->start + place))) {
                return REFORMATTED;
            }
            place++;
        }
    }
    return longer == after ? EXTENDED : SHORTENED;
}

static int
is_headline(const Relater *self, const Text *text)
{
    size_t length = text->size;
    if (length > self->headline) {
        return 0;
    }
    for (size_t place = 0; place < text->size; place++) {
        length += PyUnicode_READ_CHAR(text->normal, (Py_ssize_t)place) >= self->dense_from;
    }
    return length <= self->headline;
}

/* Return the shorter of two texts or, of two that are equally long, the one that sorts first. */
static const Text *
shorter_of(const Text *a, const Text *b)
{
    int order = a->size < b->size ? -1 : a->size > b->size;
    if (order == 0) {
        order = PyUnicode_Compare(a->normal, b->normal);
    }
    return order < 0 ? a : b;
}

static double
floor_of(const Relater *self, const Text *a, const Text *b, const Alike *alike)
{
    const Text *shorter = shorter_of(a, b);
    if (is_headline(self, shorter)) {
        return self->floor_short;
    }
    if (alike->beginning || alike->start >= self->least_title) {
        return self->floor;
    }
    return alike->moved ? self->floor_moved : self->floor_other;
}

static int
is_decimal_at(const Text *text, size_t place)
{
    return place < text->size
           && Py_UNICODE_ISDECIMAL(PyUnicode_READ_CHAR(text->normal, (Py_ssize_t)place));
}

/* Return the first place from `place` on, up to `end`, at which no digit stands. */
static size_t
behind_digits(const Text *text, size_t place, size_t end)
{
    while (place < end && is_decimal_at(text, place)) {
        place++;
    }
    return place;
}

/* Tell whether two texts, the shorter one first, are the same over what both show but for digits. */
static int
same_but_for_digits(const Text *a, const Text *b, const Alike *alike)
{
    size_t i = alike->start, j = alike->start;
    for (;;) {
        i = behind_digits(a, i, alike->a_shown);
        j = behind_digits(b, j, alike->b_shown);
        if (i >= alike->a_shown || j >= alike->b_shown) {
            return i >= alike->a_shown && j >= alike->b_shown;
        }
        if (PyUnicode_READ_CHAR(a->normal, (Py_ssize_t)i)
            != PyUnicode_READ_CHAR(b->normal, (Py_ssize_t)j)) {
            return 0;
        }
        i++;
        j++;
    }
}

/* Tell whether two texts differ in nothing but digits; -1 where that fails. */
static int
only_numbers(const Relater *self, const Text *a, const Text *b, const Alike *alike)
{
    size_t place = alike->beginning ? smaller(a->size, b->size) : alike->start;
    /* Of nearly all pairs this tells that they do not. */
    if (!is_decimal_at(a, place) && !is_decimal_at(b, place)) {
        return 0;
    }
    const Text *shorter = shorter_of(a, b);
    if (!alike->beginning && !same_but_for_digits(shorter, shorter == a ? b : a, alike)) {
        return 0;
    }
    return asked(self->only_numbers, Py_NewRef(a->normal), Py_NewRef(b->normal),
                 told(self->comparer, alike));
}

/* Compare a text with a candidate that it was not recognised by; -1 where that fails. `head` is that
   of the text, once it was read. */
static int
relate_by_likeness(const Relater *self, const Text *text, const Text *candidate, Head *head,
                   Related *row)
{
    if (parts_at_a_number(self->comparer->numbering, text->normal, candidate->normal, head)) {
        return NUMBERED;
    }
    Alike alike = EQUAL;
    /* A beginning that is too short to tell is compared with all of the other. */
    size_t shorter = smaller(text->size, candidate->size);
    int tells = shorter >= self->least_beginning || (size_t)row->begun < shorter;
    if (row->change != IDENTICAL
        && compare_normals(self->comparer, text->normal, tells && text->cut, candidate->normal,
                           tells && candidate->cut, &alike) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    row->told = 1;
    row->score = alike.score;
    row->beginning = (uint8_t)alike.beginning;
    row->other_number = (uint8_t)alike.other_number;
    row->moved = (uint8_t)alike.moved;
    row->a_shown = (int32_t)alike.a_shown;
    row->b_shown = (int32_t)alike.b_shown;
    if (alike.other_number) {
        return NUMBERED;
    }
    if (alike.beginning && alike.score == 1) {
        return UNCHANGED;
    }
    if (alike.score < floor_of(self, text, candidate, &alike)) {
        return BELOW;
    }
    int only = only_numbers(self, text, candidate, &alike);
    return only < 0 ? -1 : only ? DIGITS : EDIT;
}

/* What is known of the texts, in columns; the i-th pair is of those at `ours[i]` and `theirs[i]`. */
typedef struct {
    PyObject *texts, *normals;
    Py_buffer starts, lengths, ours, theirs;
} Columns;

/* Read a text; -1 where the columns do not fit together. */
static int
read_text(const Columns *columns, const Py_buffer *places, size_t row, Text *text)
{
    int64_t place;
    int32_t length;
    memcpy(&place, (const char *)places->buf + row * sizeof place, sizeof place);
    if (place < 0 || place >= PyList_GET_SIZE(columns->texts)) {
        PyErr_SetString(PyExc_IndexError, "a pair of texts that are not there");
        return -1;
    }
    memcpy(&length, (const char *)columns->lengths.buf + (size_t)place * sizeof length,
           sizeof length);
    text->text = PyList_GET_ITEM(columns->texts, (Py_ssize_t)place);
    text->normal = PyList_GET_ITEM(columns->normals, (Py_ssize_t)place);
    text->cut = length >= 0;
    text->start = ((const uint8_t *)columns->starts.buf)[place];
    text->end = (size_t)(text->cut ? length : ~length);
    if (!PyUnicode_Check(text->text) || !PyUnicode_Check(text->normal)
        || text->start > text->end || text->end > (size_t)PyUnicode_GET_LENGTH(text->text)) {
        PyErr_SetString(PyExc_ValueError, "a text that does not fit its length");
        return -1;
    }
    text->size = (size_t)PyUnicode_GET_LENGTH(text->normal);
    return 0;
}

/* Tell of a text and its candidates, the pairs from `start` to `end`; -1 where that fails. */
static int
relate_group(const Relater *self, const Columns *columns, size_t start, size_t end, Related *rows)
{
    Text text, candidate;
    Head head;
    int clear = 0;
    head.size = 0;
    if (read_text(columns, &columns->ours, start, &text) < 0) {
        return -1;
    }
    for (size_t row = start; row < end; row++) {
        if (read_text(columns, &columns->theirs, row, &candidate) < 0) {
            return -1;
        }
        size_t begun = common_beginning(text.normal, candidate.normal);
        int relation = recognised(self, &text, &candidate, begun);
        if (relation < 0) {
            return -1;
        }
        rows[row] = (Related){.begun = (int32_t)begun, .relation = (uint8_t)relation};
        rows[row].gap = (int32_t)((Py_ssize_t)candidate.size - (Py_ssize_t)text.size);
        rows[row].change = (uint8_t)change_between(&candidate, &text, begun);
        clear |= relation != UNCOMPARED;
    }
    for (size_t row = start; row < end && !clear; row++) {
        int relation = -1;
        if (read_text(columns, &columns->theirs, row, &candidate) == 0) {
            relation = relate_by_likeness(self, &text, &candidate, &head, &rows[row]);
        }
        if (relation < 0) {
            return -1;
        }
        rows[row].relation = (uint8_t)relation;
    }
    return 0;
}

static PyObject *
relate_columns(const Relater *self, const Columns *columns)
{
    size_t count = (size_t)columns->ours.len / sizeof(int64_t);
    Py_ssize_t texts = PyList_GET_SIZE(columns->texts);
    if (columns->theirs.len != columns->ours.len || columns->starts.len != texts
        || columns->lengths.len != texts * (Py_ssize_t)sizeof(int32_t)
        || PyList_GET_SIZE(columns->normals) != texts) {
        PyErr_SetString(PyExc_ValueError, "columns that do not fit together");
        return NULL;
    }
    PyObject *found =
        PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(count * sizeof(Related)));
    if (found == NULL) {
        return NULL;
    }
    Related *rows = (Related *)PyBytes_AS_STRING(found);
    const char *ours = columns->ours.buf;
    size_t start = 0;
    while (start < count) {
        size_t end = start + 1;
        while (end < count
               && !memcmp(ours + start * sizeof(int64_t), ours + end * sizeof(int64_t),
                          sizeof(int64_t))) {
            end++;
        }
        if (PyErr_CheckSignals() < 0 || relate_group(self, columns, start, end, rows) < 0) {
            Py_DECREF(found);
            return NULL;
        }
        start = end;
    }
    return found;
}

static PyObject *
relate(Relater *self, PyObject *args)
{
    Columns columns;
    if (!PyArg_ParseTuple(args, "O!O!y*y*y*y*:relate", &PyList_Type, &columns.texts, &PyList_Type,
                          &columns.normals, &columns.starts, &columns.lengths, &columns.ours,
                          &columns.theirs)) {
        return NULL;
    }
    PyObject *found = relate_columns(self, &columns);
    PyBuffer_Release(&columns.starts);
    PyBuffer_Release(&columns.lengths);
    PyBuffer_Release(&columns.ours);
    PyBuffer_Release(&columns.theirs);
    return found;
}

static PyObject *
made(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static char *names[] = {"comparer", "same_numbers", "only_numbers", "least_beginning",
                            "least_title", "headline", "dense_from", "floor", "floor_moved",
                            "floor_other", "floor_short", NULL};
    PyObject *module = PyType_GetModule(type);
    PyObject *wanted = module ? PyObject_GetAttrString(module, "Comparer") : NULL;
    if (wanted == NULL) {
        return NULL;
    }
    Relater *self = (Relater *)type->tp_alloc(type, 0);
    PyObject *comparer, *same, *only;
    if (self != NULL
        && PyArg_ParseTupleAndKeywords(args, kwds, "O!OO$IIIIdddd:Relater", names, wanted,
                                       &comparer, &same, &only, &self->least_beginning,
                                       &self->least_title, &self->headline, &self->dense_from,
                                       &self->floor, &self->floor_moved, &self->floor_other,
                                       &self->floor_short)) {
        self->comparer = (Comparer *)Py_NewRef(comparer);
        self->same_numbers = Py_NewRef(same);
        self->only_numbers = Py_NewRef(only);
    } else {
        Py_CLEAR(self);
    }
    Py_DECREF(wanted);
    return (PyObject *)self;
}

static int
visited(Relater *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->comparer);
    Py_VISIT(self->same_numbers);
    Py_VISIT(self->only_numbers);
    return 0;
}

static int
cleared(Relater *self)
{
    Py_CLEAR(self->comparer);
    Py_CLEAR(self->same_numbers);
    Py_CLEAR(self->only_numbers);
    return 0;
}

static void
freed(Relater *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    cleared(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"relate", (PyCFunction)relate, METH_VARARGS,
     "relate(texts, normals, starts, lengths, ours, theirs): see feedtool.judging.relations."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_new, made},
    {Py_tp_dealloc, freed},
    {Py_tp_traverse, visited},
    {Py_tp_clear, cleared},
    {Py_tp_methods, methods},
    {Py_tp_doc, "What pairs of texts are to each other, by the thresholds it is made with."},
    {0, NULL},
};

PyType_Spec Relater_spec = {
    .name = "feedtool.native._core.Relater",
    .basicsize = sizeof(Relater),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
