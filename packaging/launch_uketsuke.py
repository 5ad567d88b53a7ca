"""Where the frozen program starts. Its name is no module's, so that `terminal` is imported as the package that it is.

`uketsuke --child MODULE ARGUMENT...` runs one of our own processes, as `python -m MODULE` does from a checkout.
"""

import runpy
import sys

from device.clean_memory import take_memory_from_glibc
from terminal.__main__ import main

CHILDREN = {
    "device.card.process",
    "device.face.acquisition_process",
    "device.face.process",
    "device.staff.process",
    "device.virtual.card_process",
    "terminal.commands.canary_desk",
    "terminal.practice.link_software_process",
    "terminal.practice.service_process",
}

take_memory_from_glibc()  # a frozen program heeds no PYTHONMALLOC
if len(sys.argv) > 2 and sys.argv[1] == "--child" and sys.argv[2] in CHILDREN:
    module = sys.argv[2]
    sys.argv = [module, *sys.argv[3:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
else:
    sys.exit(main())
