/* The steps that run for every text. What each does is told by its reference in Python. */
#include "native.h"
#include "numbering.h"

/* What it was compiled of: hatch_build.py says. */
#ifndef SOURCES
#define SOURCES ""
#endif

static PyMethodDef functions[] = {
    {"keys", native_keys, METH_VARARGS,
     "keys(normals, recipe) -> (keys, counts, strong): see feedtool.fingerprint.compiled."},
    {"plain_endings", native_plain_endings, METH_VARARGS,
     "plain_endings(texts, junk, around, lasts, phrases, reach, none, unclear): see truncation."},
    {"common_beginning", (PyCFunction)(void (*)(void))native_common_beginning, METH_FASTCALL,
     "common_beginning(a, b): see feedtool.aligning."},
    {"edits", (PyCFunction)(void (*)(void))native_edits, METH_FASTCALL,
     "edits(a, b): see feedtool.aligning."},
    {NULL, NULL, 0, NULL},
};

static int
fill(PyObject *module)
{
    PyType_Spec *specs[] = {&Numbering_spec, &Folding_spec, &Comparer_spec, &Relater_spec};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        PyObject *type = PyType_FromModuleAndSpec(module, specs[i], NULL);
        if (type == NULL || PyModule_AddType(module, (PyTypeObject *)type) < 0) {
            Py_XDECREF(type);
            return -1;
        }
        Py_DECREF(type);
    }
    return PyModule_AddStringConstant(module, "SOURCES", SOURCES);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, fill}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "feedtool.native._core",
    .m_doc = "The steps that run for every text, compiled.",
    .m_size = 0,
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit__core(void)
{
    return PyModuleDef_Init(&definition);
}
