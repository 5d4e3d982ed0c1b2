/* Normal forms -> their numbers, as feedtool.numbering tells them. */
#include "numbering.h"

static int
is_among(const Letters *letters, uint32_t point)
{
    /* Of nearly all this tells that they are not. */
    if (!(letters->bits[point / 64 % 4] >> point % 64 & 1)) {
        return 0;
    }
    for (size_t i = 0; i < letters->count; i++) {
        if (letters->points[i] == point) {
            return 1;
        }
    }
    return 0;
}

static inline int
is_decimal(uint32_t point)
{
    if (point < 0x80) {
        return point >= '0' && point <= '9';
    }
    /* Between these Han, kana and their punctuation stand, and no digits. */
    return (point < 0x2E80 || point >= 0xA000) && Py_UNICODE_ISDECIMAL(point);
}

/* Return how long the first of the words is that stands at a place; 0 if none does. */
static size_t
word_at(const Words *words, const uint32_t *points, size_t place, size_t end)
{
    uint32_t letter = points[place] - 'a';
    uint32_t second = place + 1 < end ? points[place + 1] - 'a' : ALPHABET;
    /* Of nearly all places this tells that none does. */
    if (letter >= ALPHABET || second >= ALPHABET || !(words->seconds[letter] >> second & 1)) {
        return 0;
    }
    for (size_t i = words->begins[letter]; i < words->begins[letter + 1]; i++) {
        const char *word = words->words[i];
        size_t at = place;
        do {
            word++;
            at++;
        } while (*word && at < end && points[at] == (unsigned char)*word);
        if (!*word) {
            return at - place;
        }
    }
    return 0;
}

static int
has_decimal(const uint32_t *points, size_t end)
{
    for (size_t place = 0; place < end; place++) {
        if (is_decimal(points[place])) {
            return 1;
        }
    }
    return 0;
}

static int
has_part(const Numbering *self, const uint32_t *points, size_t end)
{
    for (size_t place = 0; place < end; place++) {
        if (word_at(&self->parts, points, place, end)) {
            return 1;
        }
    }
    return 0;
}

/* Tell whether one of the words ends at a place. */
static int
follows(const Words *words, const uint32_t *points, size_t place)
{
    for (size_t i = 0; i < words->begins[ALPHABET]; i++) {
        size_t length = strlen(words->words[i]), at = 0;
        if (length > place) {
            continue;
        }
        while (at < length && points[place - length + at] == (unsigned char)words->words[i][at]) {
            at++;
        }
        if (at == length) {
            return 1;
        }
    }
    return 0;
}

/* Return how long the number in words is that stands at a place; 0 if none does. */
static size_t
number_in_words(const Numbering *self, const Head *head, size_t place)
{
    const uint32_t *points = head->points;
    size_t length = word_at(&self->words, points, place, head->size);
    if (length) {
        return length;
    }
    length = word_at(&self->counted, points, place, head->size);
    if (length && follows(&self->series, points, place)) {
        return length;
    }
    length = 0;
    while (length < self->longest_roman && place + length < head->size
           && is_among(&self->roman, points[place + length])) {
        length++;
    }
    return length && follows(&self->roman_series, points, place) ? length : 0;
}

/* Tell whether some letters end at a place, in their order. */
static int
end_at(const Letters *letters, const uint32_t *points, size_t place)
{
    return letters->count <= place
           && !memcmp(points + place - letters->count, letters->points,
                      letters->count * sizeof *points);
}

/* Return how long the Chinese number is that stands at a place; 0 if none does. */
static size_t
number_in_numerals(const Numbering *self, const Head *head, size_t place)
{
    uint32_t first = head->points[place];
    size_t next = place + 1, end = next;
    if (!is_among(&self->counts, first)) {
        return 0;
    }
    int ends_head = next == head->size, numeral = is_among(&self->numerals, first);
    while (end < head->size && is_among(&self->numerals, head->points[end])) {
        end++;
    }
    if (is_among(&self->ordinal, first)) {
        return end > next ? end - place : 0;
    }
    if (numeral && (end == head->size || is_among(&self->units, head->points[end]))) {
        return end - place;
    }
    if (ends_head && is_among(&self->last, first)) {
        return 1;
    }
    for (size_t i = 0; i < self->sections.count && !ends_head; i++) {
        if (is_among(&self->sections.all[i].letters, first)
            && is_among(&self->sections.all[i].unit, head->points[next])) {
            return 1;
        }
    }
    for (size_t i = 0; i < self->turns.count; i++) {
        if (is_among(&self->turns.all[i].letters, first)
            && end_at(&self->turns.all[i].unit, head->points, place)) {
            return 1;
        }
    }
    return numeral && end_at(&self->of, head->points, place)
                   && !end_at(&self->share, head->points, place)
               ? end - place
               : 0;
}

static size_t
digits_at(const Head *head, size_t place)
{
    size_t length = 0;
    while (place + length < head->size && is_decimal(head->points[place + length])) {
        length++;
    }
    return length;
}

/* Return how long the stage of a release is that goes on with a number at a place; 0 if none does. */
static size_t
stage_at(const Numbering *self, const Head *head, size_t place)
{
    const uint32_t *points = head->points;
    if (place >= head->size) {
        return 0;
    }
    size_t length = word_at(&self->between, points, place, head->size);
    if (!length && is_among(&self->stage_letters, points[place])) {
        length = 1;
    }
    size_t digits = length ? digits_at(head, place + length) : 0;
    if (digits) {
        return length + digits;
    }
    length = word_at(&self->behind, points, place, head->size);
    if (length || place + 2 >= head->size || !is_among(&self->edition, points[place + 2])) {
        return length;
    }
    for (size_t i = 0; i + 1 < self->editions.count; i += 2) {
        if (!memcmp(self->editions.points + i, points + place, 2 * sizeof *points)) {
            return 3;
        }
    }
    return 0;
}

/* Return how long a number with its stages is whose digits begin at a place; 0 if none do. */
static size_t
number_in_digits(const Numbering *self, const Head *head, size_t place)
{
    size_t length = digits_at(head, place), more = length;
    while (more) {
        more = stage_at(self, head, place + length);
        length += more;
    }
    return length;
}

/* Return how long the number is that stands at a place; 0 if none does. */
static size_t
number_at(const Numbering *self, const Head *head, size_t place, int in_digits, int in_words,
          Kind *kind)
{
    uint32_t point = head->points[place];
    size_t length = 0;
    *kind = IN_DIGITS;
    if (point >= 'a' && point <= 'z') {
        size_t stage =
            in_digits ? word_at(&self->in_front, head->points, place, head->size) : 0;
        length = stage ? number_in_digits(self, head, place + stage) : 0;
        if (length) {
            return stage + length;
        }
        *kind = IN_WORDS;
        return in_words ? number_in_words(self, head, place) : 0;
    }
    if (is_decimal(point)) {
        return number_in_digits(self, head, place);
    }
    *kind = IN_CHINESE;
    return point < 0x80 ? 0 : number_in_numerals(self, head, place);
}

void
read_head(const Numbering *self, PyObject *text, size_t size, Head *head)
{
    head->size = smaller(size, self->numbers_end);
    head->count = 0;
    read_points(text, 0, (Py_ssize_t)head->size, head->points);
    int in_digits = has_decimal(head->points, head->size);
    int in_words = has_part(self, head->points, head->size);
    for (size_t place = 0; place < head->size;) {
        Kind kind;
        size_t length = number_at(self, head, place, in_digits, in_words, &kind);
        if (length && place + length < self->numbers_end) {
            head->numbers[head->count++] = (Number){place, place + length, kind};
        }
        place += length ? length : 1;
    }
}

/* A stretch between what is the same in two texts, `shared` code points in front of it, and the
   numbers of the text that touch it. */
typedef struct {
    const Head *head;
    size_t start, end, shared, count;
    const Number *numbers[MOST_HEAD];
} Stretch;

static void
set_stretch(Stretch *stretch, const Head *head, size_t start, size_t end, size_t shared)
{
    stretch->head = head;
    stretch->start = start;
    stretch->end = end;
    stretch->shared = shared;
    stretch->count = 0;
}

static int
touches(const Stretch *stretch, const Number *number)
{
    return number->start <= stretch->end && number->end >= stretch->start;
}

static int
is_touched(const Stretch *stretch)
{
    size_t i = 0;
    while (i < stretch->head->count && !touches(stretch, &stretch->head->numbers[i])) {
        i++;
    }
    return i < stretch->head->count;
}

/* Tell whether a number begins in front of a stretch, where one does in the other text that touches
   the stretch there: `16 released` has the beginning of `16 RC`, and ends before it. */
static int
is_begun(const Stretch *stretch, const Stretch *other, const Number *number)
{
    size_t before = stretch->start - number->start;
    if (number->start >= stretch->start || before > stretch->shared) {
        return 0;
    }
    for (size_t i = 0; i < other->head->count; i++) {
        const Number *theirs = &other->head->numbers[i];
        if (theirs->start + before == other->start && touches(other, theirs)) {
            return 1;
        }
    }
    return 0;
}

/* Find the numbers of a stretch, beside which the other text has another one. */
static void
find_numbers(Stretch *stretch, const Stretch *other)
{
    stretch->count = 0;
    for (size_t i = 0; i < stretch->head->count; i++) {
        const Number *number = &stretch->head->numbers[i];
        if (touches(stretch, number) || is_begun(stretch, other, number)) {
            stretch->numbers[stretch->count++] = number;
        }
    }
}

static int
equal_numbers(const Head *a, const Number *one, const Head *b, const Number *other)
{
    size_t length = one->end - one->start;
    return length == other->end - other->start
           && !memcmp(a->points + one->start, b->points + other->start,
                      length * sizeof *a->points);
}

/* Tell whether the numbers of a kind stand among others, in this order. */
static int
stand_among(const Stretch *numbers, const Stretch *others, Kind kind)
{
    size_t at = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        if (numbers->numbers[i]->kind != kind) {
            continue;
        }
        while (at < others->count
               && !equal_numbers(numbers->head, numbers->numbers[i], others->head,
                                 others->numbers[at])) {
            at++;
        }
        if (at++ == others->count) {
            return 0;
        }
    }
    return 1;
}

int
other_number(const Numbering *self, const Head *a, size_t a_size, const Head *b, size_t b_size,
             const Runs *runs, size_t start)
{
    if (!a->count || !b->count) {
        return 0;
    }
    size_t i = start, j = start, shared = start;
    Stretch ours, theirs;
    for (size_t place = 0; place <= runs->count; place++) {
        if (i >= self->numbered || j >= self->numbered) {
            return 0;
        }
        Run run = {a_size - start, b_size - start, 0};
        if (place < runs->count) {
            run = runs->runs[place];
        }
        set_stretch(&ours, a, i, start + run.a, shared);
        set_stretch(&theirs, b, j, start + run.b, shared);
        find_numbers(&ours, &theirs);
        find_numbers(&theirs, &ours);
        for (Kind kind = 0; kind < KINDS; kind++) {
            if (!stand_among(&ours, &theirs, kind) && !stand_among(&theirs, &ours, kind)) {
                return 1;
            }
        }
        i = start + run.a + run.size;
        j = start + run.b + run.size;
        shared = run.size;
    }
    return 0;
}

/* Tell whether all numbers of a kind are among those of a text, wherever. */
static int
has_all(const Head *head, const Stretch *numbers, Kind kind)
{
    for (size_t i = 0; i < numbers->count; i++) {
        if (numbers->numbers[i]->kind != kind) {
            continue;
        }
        size_t at = 0;
        while (at < head->count
               && !equal_numbers(head, &head->numbers[at], numbers->head, numbers->numbers[i])) {
            at++;
        }
        if (at == head->count) {
            return 0;
        }
    }
    return 1;
}

/* Tell whether a number may begin, end or go on at a place that a text has. */
static int
may_count(const Numbering *self, PyObject *text, size_t place)
{
    uint32_t points[2 * MOST_HEAD];
    size_t first = place < self->longest_word ? 0 : place - self->longest_word;
    size_t end = smaller(place + self->longest_word, (size_t)PyUnicode_GET_LENGTH(text));
    read_points(text, (Py_ssize_t)first, (Py_ssize_t)end, points);
    for (size_t beside = place ? place - 1 : 0; beside <= place; beside++) {
        if (is_among(&self->counts, points[beside - first])) {
            return 1;
        }
    }
    return has_decimal(points, end - first) || has_part(self, points, end - first);
}

int
parts_at_a_number(const Numbering *self, PyObject *a, PyObject *b, Head *head)
{
    size_t a_size = (size_t)PyUnicode_GET_LENGTH(a), b_size = (size_t)PyUnicode_GET_LENGTH(b);
    size_t start = common_beginning(a, b);
    if (start >= smaller(self->numbered, smaller(a_size, b_size)) || !may_count(self, a, start)
        || !may_count(self, b, start)) {
        return 0;
    }
    Head other;
    Stretch ours, theirs;
    if (!head->size) {
        read_head(self, a, a_size, head);
    }
    if (!head->count || head->numbers[0].start > start) {
        return 0;
    }
    read_head(self, b, b_size, &other);
    set_stretch(&ours, head, start, start, start);
    set_stretch(&theirs, &other, start, start, start);
    if (!is_touched(&ours) && !is_touched(&theirs)) {
        return 0;
    }
    find_numbers(&ours, &theirs);
    find_numbers(&theirs, &ours);
    for (Kind kind = 0; kind < KINDS; kind++) {
        if (!has_all(&other, &ours, kind) && !has_all(head, &theirs, kind)) {
            return 1;
        }
    }
    return 0;
}

static PyObject *
part_at_a_number(Numbering *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 2 || !PyUnicode_Check(args[0]) || !PyUnicode_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "part_at_a_number() takes two strings");
        return NULL;
    }
    Head head;
    head.size = 0;
    return PyBool_FromLong(parts_at_a_number(self, args[0], args[1], &head));
}

static PyObject *
numbers(Numbering *self, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "a text is a string");
        return NULL;
    }
    Head head;
    read_head(self, text, (size_t)PyUnicode_GET_LENGTH(text), &head);
    PyObject *found = PyTuple_New((Py_ssize_t)head.count);
    for (size_t i = 0; found != NULL && i < head.count; i++) {
        Py_ssize_t start = (Py_ssize_t)head.numbers[i].start;
        Py_ssize_t end = (Py_ssize_t)head.numbers[i].end;
        PyObject *number =
            Py_BuildValue("(Nnn)", PyUnicode_Substring(text, start, end), start, end);
        if (number == NULL) {
            Py_CLEAR(found);
            break;
        }
        PyTuple_SET_ITEM(found, (Py_ssize_t)i, number);
    }
    return found;
}

/* Read a tuple of words that begin with small letters; those of one letter keep their order. */
static int
read_words(PyObject *tuple, Words *words)
{
    Py_ssize_t count = PyTuple_GET_SIZE(tuple);
    words->words = room((size_t)count, sizeof *words->words);
    if (words->words == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    size_t read = 0;
    for (size_t letter = 0; letter < ALPHABET; letter++) {
        words->begins[letter] = read;
        for (Py_ssize_t i = 0; i < count; i++) {
            /* It lives as long as the tuple does. */
            const char *word = PyUnicode_AsUTF8(PyTuple_GET_ITEM(tuple, i));
            if (word == NULL) {
                return -1;
            }
            if ((size_t)(unsigned char)word[0] == 'a' + letter && word[1] >= 'a'
                && word[1] <= 'z') {
                words->words[read++] = word;
                words->seconds[letter] |= 1u << (word[1] - 'a');
            }
        }
    }
    words->begins[ALPHABET] = read;
    if (read != (size_t)count) {
        PyErr_SetString(PyExc_ValueError, "numbers in words begin with two small letters");
        return -1;
    }
    return 0;
}

static int
read_letters(PyObject *text, Letters *letters)
{
    if (PyUnicode_GET_LENGTH(text) > MOST_LETTERS) {
        PyErr_SetString(PyExc_ValueError, "too many letters of numbers");
        return -1;
    }
    letters->count = (size_t)PyUnicode_GET_LENGTH(text);
    read_points(text, 0, PyUnicode_GET_LENGTH(text), letters->points);
    for (size_t i = 0; i < letters->count; i++) {
        uint32_t point = letters->points[i];
        letters->bits[point / 64 % 4] |= 1ull << point % 64;
    }
    return 0;
}

/* Read what counts the parts of something: pairs of strings, whose places are given. */
static int
read_sections(PyObject *tuple, Sections *sections, int letters_at)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
        PyObject *pair = PyTuple_GET_ITEM(tuple, i);
        if (i == MOST_SECTIONS || !PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2
            || !PyUnicode_Check(PyTuple_GET_ITEM(pair, 0))
            || !PyUnicode_Check(PyTuple_GET_ITEM(pair, 1))) {
            PyErr_SetString(PyExc_ValueError, "parts of something are a few pairs of strings");
            return -1;
        }
        if (read_letters(PyTuple_GET_ITEM(pair, letters_at), &sections->all[i].letters) < 0
            || read_letters(PyTuple_GET_ITEM(pair, !letters_at), &sections->all[i].unit) < 0) {
            return -1;
        }
        sections->count++;
    }
    return 0;
}

static PyObject *
made(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static char *names[] = {
        "parts", "words", "series", "counted", "roman_series", "between", "behind", "in_front",
        "sections", "turns", "roman", "ordinal", "numerals", "units", "last", "counts",
        "stage_letters", "editions", "edition", "of", "share", "numbered", "numbers_end",
        "longest_word", "longest_roman", NULL};
    enum { TUPLES = 8, TEXTS = 11 };
    PyObject *tuples[TUPLES], *texts[TEXTS], *sections, *turns;
    unsigned int numbered, numbers_end, longest_word, longest_roman;
    if (!PyArg_ParseTupleAndKeywords(
            args, kwds, "$O!O!O!O!O!O!O!O!O!O!UUUUUUUUUUUIIII:Numbering", names, &PyTuple_Type,
            &tuples[0], &PyTuple_Type, &tuples[1], &PyTuple_Type, &tuples[2], &PyTuple_Type,
            &tuples[3], &PyTuple_Type, &tuples[4], &PyTuple_Type, &tuples[5], &PyTuple_Type,
            &tuples[6], &PyTuple_Type, &tuples[7], &PyTuple_Type, &sections, &PyTuple_Type,
            &turns, &texts[0], &texts[1], &texts[2], &texts[3], &texts[4], &texts[5], &texts[6],
            &texts[7], &texts[8], &texts[9], &texts[10], &numbered,
            &numbers_end, &longest_word, &longest_roman)) {
        return NULL;
    }
    if (numbers_end > MOST_HEAD || longest_word > MOST_HEAD) {
        PyErr_SetString(PyExc_ValueError, "numbers are looked for too far from the start");
        return NULL;
    }
    Numbering *self = (Numbering *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->numbered = numbered;
    self->numbers_end = numbers_end;
    self->longest_word = longest_word;
    self->longest_roman = longest_roman;
    self->kept = PyTuple_New(TUPLES);
    Words *words[TUPLES] = {&self->parts, &self->words, &self->series, &self->counted,
                            &self->roman_series, &self->between, &self->behind, &self->in_front};
    Letters *letters[TEXTS] = {&self->roman, &self->ordinal, &self->numerals, &self->units,
                               &self->last, &self->counts, &self->stage_letters, &self->editions,
                               &self->edition, &self->of, &self->share};
    int failed = self->kept == NULL;
    for (size_t i = 0; i < TUPLES && !failed; i++) {
        PyTuple_SET_ITEM(self->kept, (Py_ssize_t)i, Py_NewRef(tuples[i]));
        failed = read_words(tuples[i], words[i]) < 0;
    }
    for (size_t i = 0; i < TEXTS && !failed; i++) {
        failed = read_letters(texts[i], letters[i]) < 0;
    }
    failed = failed || read_sections(sections, &self->sections, 0) < 0
             || read_sections(turns, &self->turns, 1) < 0;
    if (failed) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void
freed(Numbering *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(self->kept);
    PyMem_Free(self->parts.words);
    PyMem_Free(self->words.words);
    PyMem_Free(self->series.words);
    PyMem_Free(self->counted.words);
    PyMem_Free(self->roman_series.words);
    PyMem_Free(self->between.words);
    PyMem_Free(self->behind.words);
    PyMem_Free(self->in_front.words);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"part_at_a_number", (PyCFunction)(void (*)(void))part_at_a_number, METH_FASTCALL,
     "part_at_a_number(a, b): see feedtool.numbering."},
    {"numbers", (PyCFunction)numbers, METH_O,
     "numbers(text): those near its start, each with its start and end."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_new, made},
    {Py_tp_dealloc, freed},
    {Py_tp_methods, methods},
    {Py_tp_doc, "What the numbers of a series are made of."},
    {0, NULL},
};

PyType_Spec Numbering_spec = {
    .name = "feedtool.native._core.Numbering",
    .basicsize = sizeof(Numbering),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
