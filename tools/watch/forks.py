"""A process that forks kernels, which begin with what it has imported: its arguments are the names of the modules.

Each line that it reads is a request in JSON, and is answered with the number of a new process: a kernel's arguments,
environment variables and folder. When there is nothing more to read it ends, and the kernels with it.
"""

import gc
import json
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module

import sitecustomize


def serve(modules):
    """Answer requests. Returns in each new process what it was forked for, and in this one ``None``, at the end."""
    answers = os.dup(1)
    os.dup2(2, 1)  # a module may print while it is imported, and that is no answer
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as in a kernel; it is read at the import
    for module in ("ipykernel.kernelapp", "ipykernel.ipkernel", *modules):
        with suppress(Exception):  # the notebook says so that cannot do without it
            import_module(module)
    gc.collect()
    gc.freeze()  # who looks for garbage writes into every object, and a page that is written to is copied
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that end
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.close(answers)
            return json.loads(line)
        os.write(answers, f"{pid}\n".encode())
    return None


def become_kernel(arguments, environment, folder):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # the requests are not its own
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    del sys.path[0]  # the folder of this file
    sitecustomize.begin()
    sys.argv[1:] = [*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"]  # it ends when this one has ended
    import_module("ipykernel.kernelapp").launch_new_instance()


if __name__ == "__main__":
    request = serve(sys.argv[1:])
    if request:
        become_kernel(**request)
