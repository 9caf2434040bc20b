"""Builds the one C extension: the generated parser and its scanner behind a thin binding."""

import os
import shutil
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_py import build_py


class BuildWithQueries(build_py):
    """Puts the queries, which editors expect at the grammar's root, into the package."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "tree_sitter_intent" / "queries"
            shutil.copytree("queries", target, dirs_exist_ok=True)


setup(
    packages=["tree_sitter_intent"],
    package_dir={"": "bindings/python"},
    package_data={"tree_sitter_intent": ["*.pyi", "py.typed"]},
    ext_modules=[
        Extension(
            name="tree_sitter_intent._binding",
            sources=[
                "bindings/python/tree_sitter_intent/binding.c",
                "src/parser.c",
                "src/scanner.c",
            ],
            include_dirs=["src"],
            extra_compile_args=[] if os.name == "nt" else ["-std=c11"],
            py_limited_api=True,
        )
    ],
    cmdclass={"build_py": BuildWithQueries},
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
