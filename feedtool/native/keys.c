/* Normal forms -> keys: the recipe of feedtool.fingerprint, with the keys of `pure`. */
#include "native.h"

#define WEIGHTS 32

/* The numbers of the recipe, in the order of feedtool.fingerprint.compiled.RECIPE. */
typedef struct {
    unsigned int gram, rate, keys_wanted, head, title, longest;
    unsigned int is_short, short_gram, dense_gram, dense_from;
    unsigned int numbered, least_name, before_number, number;
    unsigned int first, step1, step2, step4, step8, step16, mix;
    unsigned long long whole, length;
    unsigned int salt_gram, salt_head, salt_short, salt_dense, salt_number;
    uint32_t weights[WEIGHTS];
} Recipe;

/* The keys found so far, and what the texts at hand are looked at with. */
typedef struct {
    Recipe recipe;
    int64_t *keys;
    size_t count, size;
    uint32_t *points, *four, *eight, *sixteen;
} Work;

static int
add(Work *work, uint64_t key)
{
    if (work->count == work->size) {
        size_t size = 2 * work->size + 1024;
        int64_t *keys = PyMem_Realloc(work->keys, size * sizeof *keys);
        if (keys == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        work->keys = keys;
        work->size = size;
    }
    work->keys[work->count++] = (int64_t)key;
    return 0;
}

static inline uint32_t
mixed(const Recipe *recipe, uint32_t hash)
{
    return (hash ^ hash >> 15) * recipe->mix;
}

/* Add the key of a gram whose code points have such a hash. */
static int
add_gram(Work *work, const uint32_t *gram, size_t width, uint32_t hash, uint32_t salt)
{
    const Recipe *recipe = &work->recipe;
    uint32_t second = 0;
    for (size_t i = 0; i < width; i++) {
        second += gram[i] * recipe->weights[i];
    }
    uint64_t high = mixed(recipe, hash ^ salt);
    return add(work, high << 32 | mixed(recipe, second ^ salt));
}

/* Return below which number the hash of a gram must lie to be kept. */
static uint64_t
limit(const Recipe *recipe, size_t length, size_t width)
{
    uint64_t rate = length + 1 > width ? (length + 1 - width) / recipe->keys_wanted : 0;
    rate = rate > recipe->rate ? recipe->rate : rate < 1 ? 1 : rate;
    return (1ull << 32) / rate;
}

static int
add_sampled(Work *work, size_t length, const uint32_t *hashes, size_t width, uint32_t salt)
{
    uint64_t below = limit(&work->recipe, length, width);
    for (size_t i = 0; i + width <= length; i++) {
        if (mixed(&work->recipe, hashes[i] ^ salt) < below
            && add_gram(work, work->points + i, width, hashes[i], salt) < 0) {
            return -1;
        }
    }
    return 0;
}

/* The same for the grams in which every code point is of a dense script. */
static int
add_dense(Work *work, size_t length)
{
    const Recipe *recipe = &work->recipe;
    size_t width = recipe->dense_gram, packed = 0;
    uint32_t salt = recipe->salt_dense;
    uint64_t below = limit(recipe, length, width);
    for (size_t end = 0; end < length; end++) {
        packed = work->points[end] >= recipe->dense_from ? packed + 1 : 0;
        if (packed < width) {
            continue;
        }
        size_t start = end + 1 - width;
        if (mixed(recipe, work->four[start] ^ salt) < below
            && add_gram(work, work->points + start, width, work->four[start], salt) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
add_number(Work *work, size_t length)
{
    const Recipe *recipe = &work->recipe;
    const uint32_t *points = work->points;
    size_t start = 0;
    while (start < length) {
        size_t end = start;
        while (end < length && points[end] >= '0' && points[end] <= '9') {
            end++;
        }
        if (end > start && (end <= recipe->numbered || end - start >= recipe->least_name)) {
            start -= start < recipe->before_number ? start : recipe->before_number;
            size_t width = end - start < recipe->number ? end - start : recipe->number;
            uint32_t first = 0;
            for (size_t i = 0; i < width; i++) {
                first += points[start + i] * recipe->weights[WEIGHTS - 1 - i];
            }
            return add_gram(work, points + start, width, first, recipe->salt_number);
        }
        start = end + 1;
    }
    return 0;
}

static uint64_t
whole(const Work *work, size_t length, size_t full_length)
{
    const Recipe *recipe = &work->recipe;
    uint64_t total = 0;
    if (length < recipe->gram) {
        for (size_t i = 0; i < length; i++) {
            total += (uint64_t)work->points[i] * recipe->weights[i];
        }
    }
    for (size_t i = 0; i + recipe->gram <= length; i++) {
        total += mixed(recipe, work->sixteen[i] ^ recipe->salt_gram);
    }
    uint64_t key = total * recipe->whole + full_length * recipe->length;
    return key ^ key >> 29;
}

/* Hash the grams of 4, 8 and 16 code points by doubling. */
static void
hash(const Work *work, size_t length)
{
    const Recipe *recipe = &work->recipe;
    const uint32_t *points = work->points;
    uint32_t *four = work->four, *eight = work->eight, *sixteen = work->sixteen;
    uint32_t first = recipe->first, step1 = recipe->step1;
    for (size_t i = 0; i + 4 <= length; i++) {
        uint32_t two = points[i] * first * step1 + points[i + 1] * first;
        uint32_t next = points[i + 2] * first * step1 + points[i + 3] * first;
        four[i] = two * recipe->step2 + next;
    }
    for (size_t i = 0; i + 8 <= length; i++) {
        eight[i] = four[i] * recipe->step4 + four[i + 4];
    }
    for (size_t i = 0; i + 16 <= length; i++) {
        sixteen[i] = eight[i] * recipe->step8 + eight[i + 8];
    }
}

/* Add the keys of a normal form; return how many of them are strong, or -1. */
static int
add_keys(Work *work, PyObject *normal)
{
    const Recipe *recipe = &work->recipe;
    size_t full_length = (size_t)PyUnicode_GET_LENGTH(normal);
    size_t length = full_length < recipe->longest ? full_length : recipe->longest;
    read_points(normal, 0, (Py_ssize_t)length, work->points);
    hash(work, length);
    int strong = 1;
    if (add(work, whole(work, length, full_length)) < 0) {
        return -1;
    }
    if (length >= recipe->head) {
        strong++;
        if (add_gram(work, work->points, recipe->head, work->sixteen[0], recipe->salt_head) < 0) {
            return -1;
        }
    }
    if (length >= recipe->title) {
        strong++;
        uint32_t title = work->sixteen[0] * recipe->step16 + work->sixteen[recipe->head];
        if (add_gram(work, work->points, recipe->title, title, recipe->salt_head) < 0) {
            return -1;
        }
    }
    if (add_sampled(work, length, work->sixteen, recipe->gram, recipe->salt_gram) < 0) {
        return -1;
    }
    if (length <= recipe->is_short
        && (add_dense(work, length) < 0
            || add_sampled(work, length, work->eight, recipe->short_gram, recipe->salt_short)
                   < 0)) {
        return -1;
    }
    return add_number(work, length) < 0 ? -1 : strong;
}

/* Read the recipe; what the code takes for granted of it is looked at. */
static int
read_recipe(PyObject *numbers, Recipe *recipe)
{
    PyObject *weights;
    Recipe *r = recipe;
    if (!PyArg_ParseTuple(
            numbers, "IIIIIIIIIIIIIIIIIIIIIKKIIIIIO!;a recipe", &r->gram, &r->rate,
            &r->keys_wanted, &r->head, &r->title, &r->longest, &r->is_short, &r->short_gram,
            &r->dense_gram, &r->dense_from, &r->numbered, &r->least_name, &r->before_number,
            &r->number, &r->first, &r->step1, &r->step2, &r->step4, &r->step8, &r->step16,
            &r->mix, &r->whole, &r->length, &r->salt_gram, &r->salt_head, &r->salt_short,
            &r->salt_dense, &r->salt_number, &PyTuple_Type, &weights)) {
        return -1;
    }
    if (r->gram != 16 || r->short_gram != 8 || r->dense_gram != 4 || r->head != 16
        || r->title != WEIGHTS || r->number > WEIGHTS || r->keys_wanted < 1 || r->rate < 1
        || r->longest > 1 << 20 || PyTuple_GET_SIZE(weights) != WEIGHTS) {
        PyErr_SetString(PyExc_ValueError, "a recipe that this was not made for");
        return -1;
    }
    for (Py_ssize_t i = 0; i < WEIGHTS; i++) {
        r->weights[i] = (uint32_t)PyLong_AsUnsignedLongMask(PyTuple_GET_ITEM(weights, i));
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* Fill a list of texts into columns: how many keys each has, and how many of these are strong. */
static int
fill(Work *work, PyObject *normals, int64_t *counts, unsigned char *strong)
{
    size_t room_for = work->recipe.longest;
    uint32_t *buffer = room(4 * room_for, sizeof *buffer);
    if (buffer == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    work->points = buffer;
    work->four = buffer + room_for;
    work->eight = buffer + 2 * room_for;
    work->sixteen = buffer + 3 * room_for;
    Py_ssize_t count = PyTuple_GET_SIZE(normals);
    int found = 0;
    for (Py_ssize_t i = 0; i < count && found >= 0; i++) {
        PyObject *normal = PyTuple_GET_ITEM(normals, i);
        size_t before = work->count;
        if (!PyUnicode_Check(normal)) {
            PyErr_SetString(PyExc_TypeError, "normal forms are strings");
            found = -1;
            break;
        }
        found = add_keys(work, normal);
        counts[i] = (int64_t)(work->count - before);
        strong[i] = (unsigned char)found;
    }
    PyMem_Free(buffer);
    return found;
}

PyObject *
native_keys(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *texts, *numbers;
    Work work = {.count = 0};
    if (!PyArg_ParseTuple(args, "OO!:keys", &texts, &PyTuple_Type, &numbers)
        || read_recipe(numbers, &work.recipe) < 0) {
        return NULL;
    }
    PyObject *normals = PySequence_Tuple(texts);
    if (normals == NULL) {
        return NULL;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(normals);
    PyObject *found = NULL;
    PyObject *counts = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(int64_t));
    PyObject *strong = PyBytes_FromStringAndSize(NULL, count);
    if (counts != NULL && strong != NULL
        && fill(&work, normals, (int64_t *)PyBytes_AS_STRING(counts),
                (unsigned char *)PyBytes_AS_STRING(strong))
               >= 0) {
        found = Py_BuildValue("y#OO", work.keys == NULL ? "" : (char *)work.keys,
                              (Py_ssize_t)(work.count * sizeof *work.keys), counts, strong);
    }
    PyMem_Free(work.keys);
    Py_XDECREF(counts);
    Py_XDECREF(strong);
    Py_DECREF(normals);
    return found;
}
