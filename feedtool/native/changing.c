/* Two texts -> where they differ, as feedtool.aligning tells it. */
#include "aligning.h"
#include "native.h"

/* Read the two strings that a function is given. */
static int
read_two(PyObject *const *args, Py_ssize_t count, const char *name)
{
    if (count != 2 || !PyUnicode_Check(args[0]) || !PyUnicode_Check(args[1])) {
        PyErr_Format(PyExc_TypeError, "%s() takes two strings", name);
        return -1;
    }
    return 0;
}

PyObject *
native_common_beginning(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    if (read_two(args, count, "common_beginning") < 0) {
        return NULL;
    }
    return PyLong_FromSize_t(common_beginning(args[0], args[1]));
}

/* Return what lies between the runs of two texts that are equal up to `start`. */
static PyObject *
gaps(const Runs *runs, size_t start, size_t a_size, size_t b_size)
{
    PyObject *found = PyList_New(0);
    size_t a_end = start, b_end = start;
    for (size_t i = 0; found != NULL && i <= runs->count; i++) {
        Run run = {a_size - start, b_size - start, 0};
        if (i < runs->count) {
            run = runs->runs[i];
        }
        size_t a = start + run.a, b = start + run.b;
        if (a > a_end || b > b_end) {
            PyObject *gap = Py_BuildValue("(nnnn)", (Py_ssize_t)a_end, (Py_ssize_t)a,
                                          (Py_ssize_t)b_end, (Py_ssize_t)b);
            if (gap == NULL || PyList_Append(found, gap) < 0) {
                Py_CLEAR(found);
            }
            Py_XDECREF(gap);
        }
        a_end = a + run.size;
        b_end = b + run.size;
    }
    return found;
}

PyObject *
native_edits(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    if (read_two(args, count, "edits") < 0) {
        return NULL;
    }
    PyObject *a = args[0], *b = args[1], *found = NULL;
    size_t a_size = (size_t)PyUnicode_GET_LENGTH(a), b_size = (size_t)PyUnicode_GET_LENGTH(b);
    size_t start = common_beginning(a, b);
    if (a_size - start > MOST_POINTS || b_size - start > MOST_POINTS) {
        PyErr_SetString(PyExc_ValueError, "texts too long to be aligned");
        return NULL;
    }
    uint32_t *points = room(a_size + b_size - 2 * start, sizeof *points);
    Runs runs = {NULL, 0};
    if (points != NULL) {
        read_points(a, (Py_ssize_t)start, (Py_ssize_t)a_size, points);
        read_points(b, (Py_ssize_t)start, (Py_ssize_t)b_size, points + (a_size - start));
    }
    if (points == NULL
        || common_runs(points, a_size - start, points + (a_size - start), b_size - start, 1, &runs)
               < 0) {
        PyErr_NoMemory();
    }
    else {
        found = gaps(&runs, start, a_size, b_size);
    }
    PyMem_Free(runs.runs);
    PyMem_Free(points);
    return found;
}
