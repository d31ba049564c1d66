"""`innodex tick`: what only the clock moves."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from innodex.cli import _home
from innodex.cli._console import Console, Misused


def run(options: argparse.Namespace, console: Console) -> int:
    """Once, or again and again until Ctrl-C or SIGTERM."""
    if options.every is not None and options.every < 1:
        raise Misused("cli.misuse.bad-every", found=options.every)
    if _home.ready(options, console) is None:
        return 1
    from innodex.portal.people import clock
    from innodex.portal.project import state
    from innodex.portal.project.ticks import tick

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            console.tell("cli.tick.done", count=tick(clock.now()))
            sys.stdout.flush()
            if options.every is None:
                return 0
            state.rest()
            time.sleep(options.every)
    except KeyboardInterrupt:
        return 0
