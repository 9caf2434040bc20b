/* The one thing that this module holds: a pointer to the generated parser, in the capsule that
 * the tree_sitter package reads. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

typedef struct TSLanguage TSLanguage;

const TSLanguage *tree_sitter_intent(void);

static PyObject *language(PyObject *module, PyObject *unused) {
  (void)module;
  (void)unused;
  return PyCapsule_New((void *)tree_sitter_intent(), "tree_sitter.Language", NULL);
}

static PyMethodDef methods[] = {
    {"language", language, METH_NOARGS, "The language, as tree_sitter.Language takes it."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_binding", NULL, 0, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__binding(void) { return PyModuleDef_Init(&definition); }
