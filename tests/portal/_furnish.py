"""Make a home folder with the demo's rehearsal: `python _furnish.py HOME`; prints the accounts."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def furnish(home: Path) -> list[dict[str, str]]:
    """Make it; one account for each role."""
    from innodex.portal import prepare
    from innodex.portal.project.home import make_home

    make_home(home)
    prepare(home)
    from innodex.portal.project import demo, state

    state.migrate()
    passwords = dict.fromkeys(demo.SHOWN, "diễn-tập-mười-hai-chữ")
    now = datetime.datetime.now(datetime.UTC)
    show = demo.furnish(ROOT / "examples" / "provincial-innovation", now=now, passwords=passwords)
    return [
        {"role": role, "email": show.users[key].email, "password": passwords[key]}
        for key, role in demo.SHOWN.items()
    ]


if __name__ == "__main__":
    print(json.dumps(furnish(Path(sys.argv[1]))))
