"""`innodex verify-log`: is every event as it was written?"""

from __future__ import annotations

import argparse

from innodex.cli import _home
from innodex.cli._console import Console


def run(options: argparse.Namespace, console: Console) -> int:
    """Recompute every chain of events and name the first bad event of each."""
    if _home.ready(options, console) is None:
        return 1
    return report(console)


def report(console: Console) -> int:
    """Say what is wrong, or how much there is."""
    from innodex.portal.people import history
    from innodex.portal.people.models import Chain, Event

    broken = history.verify()
    for bad in broken:
        console.complain(f"cli.verify-log.{bad.kind}", chain=bad.chain, number=bad.sequence)
    if broken:
        console.complain("cli.verify-log.bad", count=len(broken))
        return 1
    console.tell("cli.verify-log.good", events=Event.objects.count(), chains=Chain.objects.count())
    return 0
