"""The session of tests: a closed network, one closing line, and skips that CI does not forgive."""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings

import _portal
from _support import IN_CI, SHARED, chromium_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

# A shared machine stalls now and then; a slow example is not a wrong one. The same code is searched the same
# way each time, so that a green run says something of the next; INNODEX_SEARCH=1 looks elsewhere.
settings.register_profile(
    "house",
    deadline=None,
    derandomize=not os.environ.get("INNODEX_SEARCH"),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")

# A program started in the background of a script inherits that Ctrl-C is ignored, and hands it on to the
# programs that the tests start and then end by Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)


def _closed(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse a connection that leaves this machine."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if not isinstance(address, tuple):
        return
    host = address[0]
    if host == "localhost":
        return
    try:
        inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise PermissionError(f"a test reached for the network: {host}")


sys.addaudithook(_closed)


def pytest_configure(config: pytest.Config) -> None:
    """Make Django ready where it is installed, before its plugin looks for it."""
    _portal.prepare()


def _lacking(item: pytest.Item) -> str | None:
    if item.get_closest_marker("browser"):
        if chromium_path() is None:
            return "needs Chromium"
        if importlib.util.find_spec("playwright") is None:
            return "needs playwright"
    if item.get_closest_marker("shared") and not SHARED.exists():
        return f"needs the folder {SHARED.name} beside the repository"
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here."""
    if lacks := _lacking(item):
        pytest.skip(lacks)


def _unforgiven(report: Report) -> Report:
    """In the project's own CI a skip is a failure, unless it is for want of what stands outside."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if SHARED.exists() or "beside the repository" not in reason:
            report.outcome = "failed"
            report.longrepr = f"skipped, and CI does not forgive it: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge the skips of tests."""
    return _unforgiven((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge the skips of whole modules."""
    return _unforgiven((yield))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for the session; for tests marked `browser`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            # The sandbox needs rights that containers do not give; only our own pages are opened.
            # What the browser does of its own accord in the background would look for a network.
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--font-render-hinting=none",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The accessibility rules as one script, to be added to a page."""
    import axe_playwright_python

    return Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Close with one plain line, whatever the verbosity."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or session.config.option.collectonly:
        return
    passed, failed, errors, skipped = (
        len(reporter.stats.get(outcome, ())) for outcome in ("passed", "failed", "error", "skipped")
    )
    line = f"{passed} passed, {failed + errors} failed"
    reporter.ensure_newline()
    reporter.write_line(f"{line}, {skipped} skipped" if skipped else line)
