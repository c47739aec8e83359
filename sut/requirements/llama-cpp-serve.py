"""A command line for llama.cpp's server inside the package xllamacpp, which has none of its own.

Run without arguments, once, in the new environment (`after` of sut/llama-cpp.yaml), it puts itself into the
environment as `bin/llama-cpp-serve`; called by that name it serves until SIGTERM or SIGINT. Flags are named after the
fields of llama.cpp's `common_params`; what is not given keeps llama.cpp's own default.
"""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

COMMAND = "llama-cpp-serve"
FLASH_ATTENTION = {"auto": "AUTO", "on": "ENABLED", "off": "DISABLED"}


def install() -> None:
    """Copies this file into the environment that runs it, as a program."""
    program = Path(sys.prefix, "bin", COMMAND)
    text = Path(__file__).read_text(encoding="utf-8")
    program.write_text(f"#!{Path(sys.prefix, 'bin', 'python')}\n{text}", encoding="utf-8")
    program.chmod(0o755)


def arguments_of(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=COMMAND, allow_abbrev=False)
    parser.add_argument("--model", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    for name in ("n-parallel", "n-ctx", "n-batch", "n-ubatch", "n-threads", "n-gpu-layers"):
        parser.add_argument(f"--{name}", type=int)
    for name in ("cache-type-k", "cache-type-v"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--flash-attn", choices=sorted(FLASH_ATTENTION))
    for name in ("cont-batching", "cache-prompt", "kv-unified"):
        parser.add_argument(f"--{name}", action=argparse.BooleanOptionalAction)
    return parser.parse_args(argv)


def cache_type(xllamacpp, name: str):
    found = getattr(xllamacpp.ggml_type, f"GGML_TYPE_{name.upper()}", None)
    if found is None:
        raise SystemExit(f"{COMMAND}: error: there is no cache type {name}")
    return found


def parameters_of(xllamacpp, given: argparse.Namespace):
    parameters = xllamacpp.CommonParams()
    parameters.model.path = given.model
    parameters.hostnames = [given.host]  # `hostname` is there and is not read
    parameters.port = given.port
    parameters.endpoint_metrics = True
    parameters.endpoint_props = True
    parameters.ui = False
    for name in ("n_parallel", "n_ctx", "n_batch", "n_ubatch", "n_gpu_layers", "cont_batching", "cache_prompt", "kv_unified"):
        value = getattr(given, name)
        if value is not None:
            setattr(parameters, name, value)
    if given.n_threads is not None:
        parameters.cpuparams.n_threads = given.n_threads
        parameters.cpuparams_batch.n_threads = given.n_threads
    if given.cache_type_k is not None:
        parameters.cache_type_k = cache_type(xllamacpp, given.cache_type_k)
    if given.cache_type_v is not None:
        parameters.cache_type_v = cache_type(xllamacpp, given.cache_type_v)
    if given.flash_attn is not None:
        kind = f"LLAMA_FLASH_ATTN_TYPE_{FLASH_ATTENTION[given.flash_attn]}"
        parameters.flash_attn_type = getattr(xllamacpp.llama_flash_attn_type, kind)
    return parameters


def serve(given: argparse.Namespace) -> None:
    import xllamacpp

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = xllamacpp.Server(parameters_of(xllamacpp, given))
    print(f"{COMMAND}: listening at {server.listening_address}", flush=True)
    stop.wait()
    print(f"{COMMAND}: stopped", flush=True)
    # The server's threads may wait for slow requests: whoever stops it does not.
    os._exit(0)


if __name__ == "__main__":
    if Path(sys.argv[0]).name == COMMAND:
        serve(arguments_of(sys.argv[1:]))
    else:
        install()
