"""Kernels that begin with what several notebooks import: all are forked from one process, see ``watch/forks.py``.

To import SymPy, the library and what draws takes a kernel some seconds, and there are thirty. What was imported before
is not noted as opened by a notebook: the library and what is installed are inputs of all of them.
"""

import asyncio
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock

from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from tools.inputs import environment

WATCH = Path(__file__).resolve().parent / "watch"
"""The folder of what every Python imports that a notebook starts."""


class Forks:
    """Makes kernels, which begin with these ``modules`` imported. At its end all end."""

    def __init__(self, modules):
        self._lock = Lock()
        self._process = subprocess.Popen(
            [sys.executable, str(WATCH / "forks.py"), *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment() | {"PYTHONPATH": str(WATCH)},
            start_new_session=True,  # whoever interrupts the build interrupts this process, which ends the other
        )

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._process.communicate()

    def kernel_manager(self, name):
        """The manager of a kernel that is yet to be started."""
        manager = AsyncKernelManager(kernel_name=name)
        manager.provisioner = ForkedKernel(kernel_id=manager.kernel_id, kernel_spec=manager.kernel_spec, parent=manager)
        manager.provisioner.fork = self.fork
        return manager

    def fork(self, **request):
        """The new process."""
        with self._lock:
            print(json.dumps(request), file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{WATCH / 'forks.py'} has ended before it was asked to")
        return ForkedProcess(int(answer))


class ForkedKernel(LocalProvisioner):
    """Starts a kernel by ``fork``, and not by the command that its manager has for it."""

    async def launch_kernel(self, cmd, **options):
        arguments = cmd[cmd.index("-f") :]
        self.process = await asyncio.to_thread(
            self.fork, arguments=arguments, environment=options["env"], folder=options["cwd"]
        )
        self.pid = self.pgid = self.process.pid
        return self.connection_info


class ForkedProcess:
    """What a kernel's manager needs of ``subprocess.Popen``, for a process that is another one's child."""

    stdin = stdout = stderr = None

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        """``None`` while it runs; how it ended only its parent knows."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 1
        return None

    wait = poll  # which the manager calls when it has ended

    def send_signal(self, number):
        with suppress(ProcessLookupError):  # it may end at any time, as after its manager has waited for that in vain
            os.kill(self.pid, number)
